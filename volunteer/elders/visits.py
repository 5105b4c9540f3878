"""Visits: planned for two, joined, given back, moved and called off."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.elders import notices, queries
from volunteer.elders.errors import (
    AlreadyGoing,
    BasicConsentNeeded,
    GrownUpNeeded,
    GuardianMustAgree,
    NotAnActiveVolunteer,
    NotGoing,
    NotThemselves,
    NotVisitedNow,
    TooYoungToVisit,
    TwoVisitorsNeeded,
    VisitInThePast,
    VisitIsOver,
    VisitNotBegun,
    VisitorNeeded,
)
from volunteer.elders.models import (
    Elder,
    Visit,
    VisitChannel,
    VisitPart,
    VisitStatus,
)
from volunteer.elders.models.visits import grown_ups
from volunteer.people import consents
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership

# A child would need its guardian there; so old, one may come along with two grown-ups.
VISITS_FROM = 14


def plan(
    elder: Elder,
    people: Sequence[Person],
    wall_starts: datetime,
    *,
    by: Person,
    channel: VisitChannel = VisitChannel.HOME,
    alone_reason: str = "",
    minutes: int = 60,
    is_over: bool = False,
) -> Visit:
    """Put a visit on the calendar; those who go get one message, without the elder's name.

    `is_over`: it has begun or been already, as their paper says, so that nobody is told. Two
    grown-ups go to a home; one alone needs a reason, and `by` answers for it. The same people
    at the same time, pressed twice, are one visit. Raises NotVisitedNow, BasicConsentNeeded,
    VisitInThePast, or VisitNotBegun for `is_over`, VisitorNeeded, GrownUpNeeded,
    TwoVisitorsNeeded, and what check_may_go() does.
    """
    with transaction():
        lock(*sorted(people, key=lambda person: person.id), elder)
        check_is_visited(elder)
        people = list(dict.fromkeys(people))
        if not people:
            raise VisitorNeeded
        is_alone = check_enough_go(channel, people, wall_starts.date(), alone_reason)
        if known := find_alike(elder, channel, wall_starts, people, also_recorded=is_over):
            return known
        visit = Visit(elder=elder, channel=channel, minutes=minutes)
        set_time(visit, wall_starts, is_over=is_over)
        if is_alone:
            visit.alone_reason, visit.allowed_by_id = alone_reason.strip(), by.id
        for person in people:
            check_may_go(visit, person)
            visit.parts.append(VisitPart(person=person, by_id=by.id))
        session.add(visit)
        record_step("visit.begun" if is_over else "visit.planned", visit, by)
        if not is_over:
            notices.tell_visitors(notices.VISIT_PLANNED, visit, people, by=by)
        return visit


def check_enough_go(
    channel: VisitChannel, people: Sequence[Person], day: date, alone_reason: str
) -> bool:
    """Whether one grown-up goes to a home alone, for a reason. Raises GrownUpNeeded, or
    TwoVisitorsNeeded without one."""
    if channel is not VisitChannel.HOME:
        return False
    grown = grown_ups(people, day)
    if not grown:
        raise GrownUpNeeded
    is_alone = len(grown) < 2
    if is_alone and not alone_reason.strip():
        raise TwoVisitorsNeeded if len(people) < 2 else GrownUpNeeded
    return is_alone


def begin_now(
    elder: Elder,
    channel: VisitChannel,
    *,
    by: Person,
    person: Person | None = None,
    at: datetime | None = None,
) -> Visit:
    """Somebody has phoned or met the elder without a plan; what they saw is recorded next.

    `person` is who did, when that was not `by`; `at` is when, where it is written down later;
    within a minute it is one. Raises NotVisitedNow,
    BasicConsentNeeded, NotAnActiveVolunteer or NotThemselves, and TwoVisitorsNeeded for a home.
    """
    if channel is VisitChannel.HOME:
        raise TwoVisitorsNeeded
    with transaction():
        lock(elder)
        check_is_visited(elder)
        visit = Visit(elder=elder, channel=channel)
        # To the minute, for the next visit is planned at the same hour.
        visit.starts_at = (at or clock.now()).replace(second=0, microsecond=0)
        visit.wall_starts = elder.team.wall(visit.starts_at)
        person = person or by
        check_may_go(visit, person)
        if known := find_alike(elder, channel, visit.wall_starts, [person]):
            return known
        visit.parts.append(VisitPart(person=person, by_id=by.id))
        session.add(visit)
        record_step("visit.begun", visit, by)
        return visit


def find_alike(
    elder: Elder,
    channel: VisitChannel,
    wall_starts: datetime,
    people: Sequence[Person],
    *,
    also_recorded: bool = False,
) -> Visit | None:
    """The visit that is planned at this time already, in this way and with these people;
    `also_recorded`: or was there then, so that one paper typed in twice is one visit."""
    who = {person.id for person in people}
    known = queries.list_visits_to(elder) if also_recorded else queries.list_planned_visits(elder)
    for visit in known:
        is_then = (visit.channel, visit.wall_starts) == (channel, wall_starts)
        if is_then and not visit.is_cancelled and {person.id for person in visit.going} == who:
            return visit
    return None


def check_is_visited(elder: Elder) -> None:
    if not elder.is_active:
        raise NotVisitedNow
    # One that was given until a day ends by itself.
    if not consents.has(elder.person, ConsentScope.BASIC):
        raise BasicConsentNeeded


def check_may_go(visit: Visit, person: Person) -> None:
    """Active members of the team, and nobody to themselves; to a home from 14 on, and before 18
    with a guardian's consent.

    Raises NotThemselves, NotAnActiveVolunteer, TooYoungToVisit or GuardianMustAgree.
    """
    if visit.elder.person_id == person.id:
        raise NotThemselves
    if not team_queries.is_active_member(visit.elder.team, person):
        raise NotAnActiveVolunteer
    if visit.is_at_home and person.is_young_on(visit.day):
        if (person.age_on(visit.day) or 0) < VISITS_FROM:
            raise TooYoungToVisit
        if not consents.has(person, ConsentScope.YOUNG_VOLUNTEER):
            raise GuardianMustAgree


def set_time(visit: Visit, wall_starts: datetime, *, is_over: bool = False) -> None:
    """The wall time in the team's zone, and the moment that it means. Raises VisitInThePast, or
    VisitNotBegun for what is said to be over."""
    starts_at = zones.to_moment(wall_starts, visit.elder.team.zone)
    if (starts_at <= clock.now()) is not is_over:
        raise VisitNotBegun if is_over else VisitInThePast
    visit.wall_starts, visit.starts_at = wall_starts, starts_at


def move(visit: Visit, wall_starts: datetime, *, by: Person, seen: str | None = None) -> None:
    """Another time; those who go get one message.

    `seen`: the mark of the time that their page showed. Raises VisitIsOver, NotVisitedNow,
    BasicConsentNeeded, VisitInThePast or ChangedMeanwhile.
    """
    with transaction():
        hold_planned(visit)
        check_unchanged(seen, visit.wall_starts, wall_starts)
        if visit.wall_starts == wall_starts:
            return
        check_is_visited(visit.elder)
        was_at = visit.starts_at
        set_time(visit, wall_starts)
        visit.revision += 1
        visit.arrived_at = visit.safe_out_at = visit.safe_out_by_id = None
        if not visit.is_open_alarm:
            # That nobody answered was at the time before: whoever comes now is in the home.
            visit.no_answer = None
        record_step("visit.moved", visit, by)
        has_lost_somebody = let_go_of_who_left(visit, by)
        notices.tell_visitors(notices.VISIT_MOVED, visit, visit.going, by=by, was_at=was_at)
        if has_lost_somebody and visit.missing:
            notices.tell_of_a_missing_visitor(visit, by=by)


def let_go_of_who_left(visit: Visit, by: Person) -> bool:
    """Who has paused or left once the visit should have begun was still down for it; answers
    whether there was anybody."""
    active = {row.person_id for row in team_queries.list_active(visit.team)}
    gone = [p for p in visit.parts if p.withdrew_at is None and p.person_id not in active]
    for part in gone:
        part.withdrew_at = clock.now()
        record_step("visit.left", visit, by, part.person)
    return bool(gone)


def cancel(visit: Visit, *, by: Person | None) -> None:
    """It does not take place; those who would have gone get one message. Raises VisitIsOver."""
    with transaction():
        hold_planned(visit)
        visit.status = VisitStatus.CANCELLED
        visit.revision += 1
        record_step("visit.cancelled", visit, by)
        if visit.starts_at > clock.now():
            notices.tell_visitors(notices.VISIT_CANCELLED, visit, visit.going, by=by)


def join(visit: Visit, person: Person, *, by: Person) -> None:
    """One more visitor. Raises VisitIsOver, AlreadyGoing, and what check_may_go() does."""
    with transaction():
        lock(person)
        hold_planned(visit)
        check_may_go(visit, person)
        if visit.has(person):
            raise AlreadyGoing
        alone = visit.going if visit.is_at_home and visit.missing else []
        part = part_of(visit, person)
        if part is None:
            visit.parts.append(VisitPart(person=person, by_id=by.id))
        else:
            part.withdrew_at, part.by_id = None, by.id
        visit.revision += 1
        record_step("visit.joined", visit, by, person)
        notices.tell_visitors(notices.VISIT_PLANNED, visit, [person], by=by)
        if not visit.missing:
            notices.tell_visitors(notices.VISIT_PLANNED, visit, alone, by=by, has_company=True)


def withdraw(visit: Visit, person: Person, *, by: Person) -> None:
    """A visitor can't go; the coordinators hear when somebody is missing then, and who still goes.

    Raises VisitIsOver or NotGoing.
    """
    with transaction():
        hold_planned(visit)
        part = part_of(visit, person)
        if part is None or part.withdrew_at is not None:
            raise NotGoing
        part.withdrew_at = clock.now()
        record_step("visit.left", visit, by, person)
        if visit.missing and visit.starts_at > clock.now():
            notices.tell_of_a_missing_visitor(visit, by=by)


def newcomers(visit: Visit) -> list[VisitPart]:
    """Who goes to this home for the first time, and is to read before what to beware of."""
    if not visit.is_at_home:
        return []
    known = queries.who_was_with(visit.elder)
    return [
        part for part in visit.parts if part.withdrew_at is None and part.person_id not in known
    ]


def read_notes(visit: Visit, person: Person, *, by: Person) -> None:
    """They have read what to beware of. Raises VisitIsOver or NotGoing; twice changes nothing."""
    with transaction():
        hold_planned(visit)
        part = part_of(visit, person)
        if part is None or part.withdrew_at is not None:
            raise NotGoing
        if part.read_at is None:
            part.read_at = clock.now()
            record_step("visit.notes_read", visit, by, person)


def part_of(visit: Visit, person: Person) -> VisitPart | None:
    return next((part for part in visit.parts if part.person_id == person.id), None)


def plan_next(visit: Visit, day: date | None, by: Person) -> Visit | None:
    """The same people at the same hour on that day; None without a day, or when nobody is to
    visit them any more. Raises VisitInThePast."""
    is_agreed = consents.has(visit.elder.person, ConsentScope.BASIC)
    if day is None or not visit.elder.is_active or not is_agreed:
        return None
    wall = datetime.combine(day, visit.wall_starts.time())
    if zones.to_moment(wall, visit.team.zone) <= clock.now():
        raise VisitInThePast
    met = visit.channel is VisitChannel.MET
    channel = visit.elder.visit_channel if met else visit.channel
    # Who has paused or left since is not asked again; the coordinators hear who is missing.
    active = {row.person_id for row in team_queries.list_active(visit.team)}
    people = [person for person in visit.going if person.id in active]
    # A coordinator may have planned it already.
    if known := find_alike(visit.elder, channel, wall, people):
        return known
    coming = Visit(elder=visit.elder, channel=channel, minutes=visit.minutes)
    set_time(coming, wall)
    coming.alone_reason, coming.allowed_by_id = visit.alone_reason, visit.allowed_by_id
    coming.parts = [VisitPart(person=person, by_id=by.id) for person in people]
    session.add(coming)
    record_step("visit.planned", coming, by)
    notices.tell_visitors(notices.VISIT_PLANNED, coming, coming.going, by=by)
    if coming.missing:
        notices.tell_coordinators(notices.VISITOR_MISSING, coming, by=by)
    return coming


def hold_planned(visit: Visit) -> None:
    lock(visit.elder, visit)
    if not visit.is_planned:
        raise VisitIsOver


def cancel_all(elder: Elder, by: Person | None) -> None:
    """Nobody visits them for now: what was planned for later is cancelled."""
    with transaction():
        coming = all_of(
            select(Visit)
            .where(
                Visit.elder_id == elder.id,
                Visit.status == VisitStatus.PLANNED,
                Visit.starts_at > clock.now(),
            )
            .order_by(Visit.id)
        )
        for visit in coming:
            cancel(visit, by=by)


def release_all(membership: Membership, by: Person) -> None:
    """Somebody pauses or leaves: the visits that they had promised need another visitor."""
    with transaction():
        coming = all_of(
            select(Visit)
            .join(Visit.parts)
            .join(Visit.elder)
            .where(
                VisitPart.person_id == membership.person_id,
                VisitPart.withdrew_at.is_(None),
                Elder.team_id == membership.team_id,
                Visit.status == VisitStatus.PLANNED,
                Visit.starts_at > clock.now(),
            )
            .order_by(Visit.elder_id, Visit.id)
        )
        for visit in coming:
            # Until it is ours, somebody else may have recorded or cancelled it.
            lock(visit.elder, visit)
            if visit.is_planned and visit.has(membership.person):
                withdraw(visit, membership.person, by=by)


def record_step(
    action: str, visit: Visit, by: Person | None, person: Person | None = None, **details: object
) -> None:
    trail.record(action, visit, by=by, person=person, team=visit.elder.team,
                 day=visit.day.isoformat(), **details)  # fmt: skip
