"""Asking to be forgotten, the answer, and what a yes does.

Who is told yes is out of everything at once; how to reach them goes when they have been told. Then
their name goes, too, or is kept under lock as long as something must still be known. Hours and
money keep their number, so that every sum stays true.
"""

from contextlib import suppress
from datetime import date, datetime, timedelta

from volunteer.accounts import keys
from volunteer.accounts import queries as account_queries
from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.help_requests import closing
from volunteer.help_requests import forgetting as help_forgetting
from volunteer.hours import forgetting as hours_forgetting
from volunteer.hours import queries as hours_queries
from volunteer.meals import forgetting as meal_forgetting
from volunteer.meals import standing as standing_meals
from volunteer.notifications import outbox
from volunteer.people import companions
from volunteer.people import forgetting as people_forgetting
from volunteer.people.models import Person
from volunteer.rights import notices, queries
from volunteer.rights.errors import (
    AlreadyAsked,
    GuardianFirst,
    HandOverFirst,
    KittyFirst,
    LastOperator,
    NobodyToAnswer,
    NotOpen,
    ReasonNeeded,
    StillLookedAfter,
)
from volunteer.rights.models import (
    ANSWERED_WITHIN,
    ForgettingRequest,
    ForgettingStatus,
    Ground,
)
from volunteer.teams import forgetting as team_forgetting
from volunteer.teams import membership
from volunteer.teams import queries as team_queries
from volunteer.teams.errors import LastCoordinator
from volunteer.teams.models import SERVICE_KEPT, Team

# The longest of what is kept of a single matter (docs/security/policy.md).
MATTERS_KEPT = timedelta(days=3 * 365)
NOT_OVER = (ForgettingStatus.OPEN, ForgettingStatus.GRANTED, ForgettingStatus.RESTRICTED)


def ask(person: Person, words: str, *, by: Person, team: Team | None = None) -> ForgettingRequest:
    """They want to be forgotten; `team`: whose coordinator writes it down for them.

    Raises AlreadyAsked, or NobodyToAnswer.
    """
    with transaction():
        lock(person)
        if queries.find_open(person) is not None:
            raise AlreadyAsked
        if not queries.list_who_answer(person):
            raise NobodyToAnswer
        now = clock.now()
        request = ForgettingRequest(
            person=person,
            asked_by=by,
            asked_at=now,
            words=words,
            due_on=zones.day_in(zones.HOME_ZONE, now + ANSWERED_WITHIN),
        )
        session.add(request)
        trail.record("forgetting.asked", request, by=by, person=person, team=team)
        notices.tell_who_answers(notices.ASKED, request, now)
        return request


def take_back(request: ForgettingRequest, *, by: Person) -> None:
    """They stay after all. Raises NotOpen."""
    with transaction():
        hold(request)
        end(request, ForgettingStatus.TAKEN_BACK, by=by)
        trail.record("forgetting.taken_back", request, by=by, person=request.person)


def refuse(request: ForgettingRequest, reason: str, *, by: Person) -> None:
    """No, for a reason that they read. Raises NotOpen or ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded
    with transaction():
        hold(request)
        end(request, ForgettingStatus.REFUSED, by=by)
        request.reason = reason.strip()
        trail.record("forgetting.refused", request, by=by, person=request.person)
        notices.tell_answer(request, team_of(request.person))


def grant(request: ForgettingRequest, *, by: Person) -> None:
    """Yes: out of everything at once, and told so. Raises NotOpen; HandOverFirst, KittyFirst,
    GuardianFirst, StillLookedAfter or LastOperator while something stands in the way."""
    with transaction():
        hold(request)
        person, team_id = request.person, team_of(request.person)
        check_nothing_is_in_the_way(person)
        end(request, ForgettingStatus.GRANTED, by=by)
        leave_everything(person, by=by)
        request.ground, request.kept_until = keep_for(person, clock.now())
        # What all this would have told them, and what else is on its way: the answer is our last.
        outbox.drop_what_waits_for(person)
        trail.record("forgetting.granted", request, by=by, person=person, ground=request.ground)
        notices.tell_answer(request, team_id)


def hold(request: ForgettingRequest) -> None:
    """The person, with all for whom they act, before the request, as everywhere. Raises NotOpen."""
    companions.lock_with_those_acted_for(request.person)
    lock(request)
    if not request.is_open:
        raise NotOpen


def end(request: ForgettingRequest, status: ForgettingStatus, *, by: Person) -> None:
    request.status, request.answered_at, request.answered_by = status, clock.now(), by


def team_of(person: Person) -> int | None:
    """On whose call list they stand."""
    found = team_queries.list_memberships_of(person)
    return found[0].team_id if found else None


def check_nothing_is_in_the_way(person: Person) -> None:
    if queries.keeps_a_kitty(person):
        raise KittyFirst
    if queries.is_looked_after(person):
        raise StillLookedAfter
    today = clock.today()
    if (team := queries.find_team_of_child(person, today)) is not None:
        raise GuardianFirst(team.name)
    if [one.id for one in account_queries.list_operators()] == [person.id]:
        raise LastOperator
    for own in membership.hold_all_of(person):
        try:
            membership.check_may_leave(own)
        except LastCoordinator:
            raise HandOverFirst(own.team.name) from None


def leave_everything(person: Person, *, by: Person) -> None:
    """Every team, what they had promised and asked for, who acts for them and for whom they act,
    and every door."""
    membership.leave_every_team(person, by=by)
    closing.withdraw_all_for(person, by)
    standing_meals.end_all_of(person, by)
    hours_forgetting.forget_wishes_of(person)
    companions.end_all(person, by=by)
    companions.end_acting(person, by=by)
    keys.forget_account(person)


def keep_for(person: Person, now: datetime) -> tuple[Ground | None, date | None]:
    """Why their name must be kept, and until when; nothing where it goes at once."""
    if not people_forgetting.is_needed(person, now, by_wish=True):
        return None, None
    if until := service_kept_until(person, now):
        return Ground.SERVICE, until
    return Ground.MATTER, zones.day_in(zones.HOME_ZONE, now + MATTERS_KEPT)


def service_kept_until(person: Person, now: datetime) -> date | None:
    """Until when it must be known what they did for their neighbours, or that it was certified;
    None when they did nothing in these years."""
    known = (queries.find_last_service(person), hours_queries.find_last_issued(person))
    served = max((moment for moment in known if moment), default=None)
    if served is None or served <= now - SERVICE_KEPT:
        return None
    return zones.day_in(zones.HOME_ZONE, served + SERVICE_KEPT)


def end_with_death(person: Person, by: Person) -> None:
    """Nobody waits for the answer any more; what is kept of the dead has rules of its own. Belongs
    behind the lock of the person."""
    with transaction():
        request = queries.find_open(person)
        if request is not None:
            lock(request)
            end(request, ForgettingStatus.TAKEN_BACK, by=by)
            request.words = ""
            trail.record("forgetting.taken_back", request, by=by, person=person)


# --- by the clock -------------------------------------------------------------------------------


def remind(now: datetime) -> int:
    """Who is to answer, three days before they must; answers how many messages were new."""
    today = zones.day_in(zones.HOME_ZONE, now)
    with transaction():
        return sum(
            notices.tell_who_answers(notices.DUE, request, now)
            for request in queries.list_due_soon(today)
        )


def forget_who_asked(now: datetime) -> int:
    """Who was told yes, and whose name need not be kept any more. Answers how many."""
    done = 0
    for request in queries.list_granted():
        if notices.is_told(request, now):
            # Who has founded a team since they were told yes is not taken out of it.
            with suppress(LastCoordinator):
                carry_out(request, now)
                done += 1
    return done + people_forgetting.forget_all(queries.locked_away(), now, by_wish=True)


def carry_out(request: ForgettingRequest, now: datetime) -> None:
    """Their name goes, and how to reach them; or this alone, while the name must be kept."""
    with transaction():
        companions.lock_with_those_acted_for(request.person)
        lock(request)
        if request.status is not ForgettingStatus.GRANTED:
            return
        person, by = request.person, request.answered_by
        for own in membership.hold_all_of(person):
            membership.keep_a_coordinator(own)
        # A team may have taken them in again meanwhile, or somebody written them down.
        leave_everything(person, by=by or person)
        people_forgetting.forget(person, now, by_wish=True)
        if request.status is ForgettingStatus.GRANTED:
            lock_away(request, now)


def lock_away(request: ForgettingRequest, now: datetime) -> None:
    """Nothing is done with their name any more but to keep it."""
    person = request.person
    people_forgetting.strip(person, now)
    outbox.drop_what_waits_for(person)
    team_forgetting.forget_notes_on(person)
    # Where they live, what harms them and their phone stand there as well.
    meal_forgetting.forget_diner(person)
    help_forgetting.forget_requests_of(person)
    request.status, request.words = ForgettingStatus.RESTRICTED, ""
    if request.ground is None:
        request.ground, request.kept_until = keep_for(person, now)
    trail.record("forgetting.locked_away", request, by=None, person=person)


def close_all_of(person: Person) -> None:
    """They are forgotten, whatever they had asked: their words go, and what was answered."""
    for request in queries.list_of(person):
        if request.status in NOT_OVER:
            request.status, request.ground, request.kept_until = ForgettingStatus.ERASED, None, None
        request.words = request.reason = ""
