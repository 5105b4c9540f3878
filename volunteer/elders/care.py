"""Looking after an elder: taking them in, by when somebody should see them, risk, pause and end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

from volunteer.audit import trail
from volunteer.core import chinese, clock, pressing, zones
from volunteer.core.database import lock, session, transaction
from volunteer.core.homes import Home
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.elders import queries
from volunteer.elders.details import ElderDetails, details_of, snapshot, usual_interval_of, write
from volunteer.elders.errors import (
    AlreadyServed,
    BasicConsentNeeded,
    NoLongerServed,
    NotVisitedNow,
    ReasonNeeded,
    ReviewTooLate,
)
from volunteer.elders.models import (
    Elder,
    ElderStatus,
    EndReason,
    Living,
    MajorChange,
    RiskLevel,
)
from volunteer.people import consents, deaths, forgetting, profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person, PhoneOwner
from volunteer.people.profile import PersonDetails
from volunteer.teams.errors import TeamStillNeeded
from volunteer.teams.models import Team

# Nobody is to be visited for now, or at all: what was planned is no longer. None is the clock.
care_stopped: News[[Elder, Person | None]] = News()
# Somebody who was away is visited again.
care_resumed: News[[Elder, Person]] = News()

# Where they live, or whether alone, is known anew; with what was known before.
home_told: News[[Elder, Home, Living | None, Person]] = News()

# A risk level is looked at again at least so often.
REVIEW_AFTER = timedelta(days=182)
# Who comes home from hospital is to be seen soon, whatever the usual interval.
NEXT_DAY = timedelta(days=1)


def check_nobody_counts_on(team: Team) -> None:
    """Raises TeamStillNeeded while the team looks after somebody."""
    if queries.has_elders(team):
        raise TeamStillNeeded


def take_in(
    team: Team,
    details: ElderDetails,
    *,
    by: Person,
    person: Person | None = None,
    consent: ConsentDetails | None = None,
    risk: RiskLevel = RiskLevel.GENERAL,
    risk_reason: str = "",
    also: Sequence[ConsentScope] = (),
) -> Elder:
    """Put somebody on the team's list of elders.

    `person` is a record that they have already, as a member who is now looked after too;
    without one a new record is made. Without consent they are on the list, and nobody
    visits yet. `also`: what they agreed to along with it, in the same way. Who had left the list
    comes back to it. Raises AlreadyServed, and ReasonNeeded for a raised risk without a reason.
    """
    check_reason(risk, risk_reason)
    with transaction():
        # A person before what they belong to, as everywhere: two never wait for each other.
        lock(*([person] if person else []), team)
        is_known = person is not None
        person = with_a_name(person, details, by)
        elder = queries.find_elder(team, person)
        if elder is None:
            elder = Elder(team=team, person=person)
        elif elder.is_served:
            raise AlreadyServed
        home, living = elder.home, elder.living_situation
        elder.status, elder.end_reason, elder.status_note = ElderStatus.PROSPECTIVE, None, None
        deaths.undo(person, by=by)
        elder.since_on = team.today(clock.now())
        put_down_risk(elder, risk, risk_reason, by)
        write(elder, details)
        session.add(elder)
        trail.record("elder.taken_in", elder, by=by, person=person, team=team)
        if consent is not None:
            for scope in (ConsentScope.BASIC, *also):
                consents.give(person, scope, consent, by=by, team=team)
        if consents.has(person, ConsentScope.BASIC):
            elder.status = ElderStatus.ACTIVE
        reckon(elder)
        if is_known:
            home_told.announce(elder, home, living, by)
        return elder


def with_a_name(person: Person | None, details: ElderDetails, by: Person) -> Person:
    """Their record: a new one for who has none, and a name again for who was forgotten."""
    if person is None:
        new = PersonDetails(details.name, details.phone, phone_owner=PhoneOwner.SELF)
        return profile.create(new, by=by)
    if person.name == forgetting.NAMELESS:
        put_down_name(person, details)
    return person


def put_down_name(person: Person, details: ElderDetails) -> None:
    person.name = details.name
    person.phone = chinese.phone_digits(details.phone) or None


def take_in_once(team: Team, details: ElderDetails, take: Callable[[], Elder]) -> Elder:
    """Somebody new from a page of their own: pressed twice they are one person. (In a file two
    lines are two.)"""
    with transaction():
        lock(team)
        return find_alike(team, details) or take()


def find_alike(team: Team, details: ElderDetails) -> Elder | None:
    """Who came to the list a moment ago by this name, with this phone and home."""
    phone = chinese.phone_digits(details.phone) or None
    for elder in queries.list_taken_in_since(team, clock.now() - pressing.AGAIN_WITHIN):
        is_same = (elder.person.name, elder.person.phone) == (details.name, phone)
        if is_same and elder.home == details.home and elder.is_served:
            return elder
    return None


def change(
    elder: Elder,
    details: ElderDetails,
    *,
    by: Person,
    own_name: bool = True,
    seen: str | None = None,
) -> None:
    """Put down what is true now; the trail keeps which fields changed, not their texts.

    `own_name` False leaves name and phone alone: who has an account changes their own. `seen`: the
    mark of what their page showed of details_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        hold(elder)
        check_unchanged(seen, details_of(elder), details)
        before, home, living = snapshot(elder), elder.home, elder.living_situation
        if own_name:
            put_down_name(elder.person, details)
        write(elder, details)
        reckon(elder)
        changed = sorted(key for key, value in snapshot(elder).items() if value != before[key])
        if changed:
            trail.record("elder.changed", elder, by=by, person=elder.person, team=elder.team,
                         fields=changed)  # fmt: skip
        if "phone" in changed:
            # What lies on the old phone may be somebody else's, as on a member's own page.
            profile.contact_changed.announce(elder.person, by)
        if (elder.home, elder.living_situation) != (home, living):
            home_told.announce(elder, home, living, by)


def reckon(elder: Elder) -> None:
    """Reckon by when somebody should see them; nobody counts while they are not visited.

    Who is back from hospital stays due the next day until they have been seen, whatever
    changes meanwhile; and nobody is overdue on the day on which they come to the list.
    """
    next_day = elder.since_on + NEXT_DAY
    was_seen_since = elder.last_seen_on is not None and elder.last_seen_on >= elder.since_on
    if not elder.is_active:
        elder.due_on = None
    elif elder.due_on != next_day or was_seen_since:
        elder.due_on = max(next_day, counted_from(elder) + timedelta(days=elder.interval_days))
    if elder.is_active and elder.see_by is not None:
        soon = elder.team.today(elder.see_by)
        elder.due_on = min(elder.due_on or soon, soon)


def counted_from(elder: Elder) -> date:
    """Since when nobody has seen them. Who needs most care is visited each week and phoned in
    between: a call takes no visit's place, or nobody would ever be due at their door."""
    if elder.last_seen_on is None:
        return elder.since_on
    if not elder.is_visited_weekly or not queries.has_been_phoned_on(elder, elder.last_seen_on):
        return elder.last_seen_on
    return queries.last_met_on(elder) or elder.since_on


def seen(elder: Elder, on: date, *, until: datetime | None = None, in_person: bool = True) -> None:
    """Somebody has seen them on this day; `until`: up to which moment, where that is known.

    What has happened to them is forgotten only by who has seen them since: the visit of this
    morning, written down in the evening, knows nothing of the fall at noon. After a fall, and back
    from hospital, a call is not enough: somebody meets them `in_person`.
    """
    with transaction():
        if elder.last_seen_on is None or elder.last_seen_on < on:
            elder.last_seen_on = on
        is_enough = in_person or not elder.is_to_be_met
        if elder.changed_at and is_enough and is_since(elder, elder.changed_at, on, until):
            forget_change(elder)
        reckon(elder)


def is_since(elder: Elder, moment: datetime, on: date, until: datetime | None) -> bool:
    """Whether who saw them on this day, up to then, did so after this moment."""
    return elder.team.today(moment) <= on and (until is None or moment <= until)


def note_change(elder: Elder, change: MajorChange, words: str = "", *, by: Person) -> None:
    """Something has happened to them: within a day somebody is to see them.

    Raises NoLongerServed, and NotVisitedNow for who is in hospital or away.
    """
    with transaction():
        hold(elder)
        if not elder.is_active:
            raise NotVisitedNow
        elder.change, elder.change_words = change, words.strip() or None
        elder.changed_at = clock.now()
        reckon(elder)
        trail.record("elder.change_noted", elder, by=by, person=elder.person, team=elder.team,
                     change=change)  # fmt: skip


def forget_change(elder: Elder) -> None:
    elder.change = elder.change_words = elder.changed_at = None


def change_of(elder: Elder) -> dict[str, str] | None:
    """What has happened to them, as it can be put back; None when nothing has."""
    if elder.change is None or elder.changed_at is None:
        return None
    words = elder.change_words or ""
    return {"change": elder.change, "words": words, "at": elder.changed_at.isoformat()}


def put_back_change(elder: Elder, before: Mapping[str, str]) -> None:
    """Nobody has seen them since after all; what was noted meanwhile counts for more."""
    if elder.is_active and elder.change is None:
        elder.change = MajorChange(before["change"])
        elder.change_words = before["words"] or None
        elder.changed_at = datetime.fromisoformat(before["at"])
        reckon(elder)


def risk_of(elder: Elder) -> tuple[RiskLevel, str]:
    """How much care they need, and why."""
    return elder.risk_level, elder.risk_reason or ""


def set_risk(
    elder: Elder,
    level: RiskLevel,
    reason: str,
    *,
    by: Person,
    review_on: date | None = None,
    seen: str | None = None,
) -> None:
    """A named human says how much care somebody needs, why, and when somebody looks again: within
    half a year, which is usual. `seen`: the mark of what their page showed of risk_of(). Raises
    ReasonNeeded, ReviewTooLate or ChangedMeanwhile.

    How often they are seen follows, as is usual for that level.
    """
    check_reason(level, reason)
    with transaction():
        hold(elder)
        check_unchanged(seen, risk_of(elder), (level, reason))
        today = elder.team.today(clock.now())
        if review_on is not None and not today < review_on <= today + REVIEW_AFTER:
            raise ReviewTooLate
        is_another = level is not elder.risk_level
        put_down_risk(elder, level, reason, by, review_on)
        if is_another:
            elder.interval_days = usual_interval_of(elder)
        reckon(elder)
        trail.record("elder.risk_set", elder, by=by, person=elder.person, team=elder.team,
                     level=level)  # fmt: skip


def put_down_risk(
    elder: Elder, level: RiskLevel, reason: str, by: Person, review_on: date | None = None
) -> None:
    today = elder.team.today(clock.now())
    elder.risk_level, elder.risk_reason = level, reason or None
    elder.risk_set_by, elder.risk_set_on = by, today
    elder.risk_review_on = review_on or today + REVIEW_AFTER


def check_reason(level: RiskLevel, reason: str) -> None:
    if level is not RiskLevel.GENERAL and not reason.strip():
        raise ReasonNeeded


def begin(
    elder: Elder,
    consent: ConsentDetails | None = None,
    *,
    by: Person,
    was_in_hospital: bool = False,
) -> None:
    """They agree to be looked after, or are back: visits may be planned. Who was in hospital is met
    within a day.

    Raises BasicConsentNeeded when there is no consent, old or new.
    """
    with transaction():
        hold(elder)
        if consent is not None:
            consents.give(elder.person, ConsentScope.BASIC, consent, by=by, team=elder.team)
        if not consents.has(elder.person, ConsentScope.BASIC):
            raise BasicConsentNeeded
        if elder.is_active:
            return
        was_away = elder.status is ElderStatus.SUSPENDED
        elder.status, elder.status_note = ElderStatus.ACTIVE, None
        elder.since_on = elder.team.today(clock.now())
        reckon(elder)
        if was_away:
            elder.due_on = elder.since_on + NEXT_DAY
            care_resumed.announce(elder, by)
        trail.record("elder.begun", elder, by=by, person=elder.person, team=elder.team)
        if was_away and was_in_hospital:
            note_change(elder, MajorChange.DISCHARGE, by=by)


def suspend(elder: Elder, note: str, *, by: Person) -> None:
    """In hospital, or away for a while: nobody visits, nothing is overdue."""
    with transaction():
        hold(elder)
        stop(elder, ElderStatus.SUSPENDED, by)
        elder.status_note = note or None
        trail.record("elder.suspended", elder, by=by, person=elder.person, team=elder.team)


def end(elder: Elder, reason: EndReason, *, by: Person) -> None:
    """They moved, do not want it any more, or died: off the list; what was stays written.

    Who has died plays no part anywhere any more, and nothing is ever sent to them.
    """
    with transaction():
        if reason is not EndReason.DIED:
            hold(elder)
            end_one(elder, reason, by)
            return
        lock(elder.person)
        if not elder.is_served:
            raise NoLongerServed
        # Their other parts first: who leaves a team holds it before any elder.
        deaths.note(elder.person, by=by)
        for one in queries.list_elders_of_person(elder.person_id):
            lock(one)
            end_one(one, reason, by)


def end_one(elder: Elder, reason: EndReason, by: Person) -> None:
    elder.end_reason = reason
    stop(elder, ElderStatus.ENDED, by)
    trail.record("elder.ended", elder, by=by, person=elder.person, team=elder.team, reason=reason)


def stop_without_consent(person: Person, scope: ConsentScope, by: Person) -> None:
    """Somebody withdraws their consent to be looked after: every plan for them stops."""
    if scope is not ConsentScope.BASIC:
        return
    with transaction():
        for elder in queries.list_elders_of_person(person.id):
            lock(elder)
            stop(elder, ElderStatus.PROSPECTIVE, by)
            trail.record("elder.stopped", elder, by=by, person=person, team=elder.team)


def stop_all_without_consent(now: datetime) -> None:
    """A consent that ended by its date stops every plan, as one that was taken back does."""
    for elder in queries.list_without_consent(zones.day_in(zones.HOME_ZONE, now)):
        with transaction():
            lock(elder.person, elder)
            # Meanwhile they may have agreed anew, or somebody else may have stopped it.
            if elder.is_active and not consents.has(elder.person, ConsentScope.BASIC):
                stop(elder, ElderStatus.PROSPECTIVE, None)
                trail.record("elder.stopped", elder, by=None, person=elder.person, team=elder.team)


def stop(elder: Elder, status: ElderStatus, by: Person | None) -> None:
    elder.status = status
    elder.since_on = elder.team.today(clock.now())
    forget_change(elder)
    reckon(elder)
    care_stopped.announce(elder, by)


def hold(elder: Elder) -> None:
    """Lock the elder, and see that they are still on the list. Raises NoLongerServed.

    The person first, as in withdrawing a consent: two never wait for each other.
    """
    lock(elder.person, elder)
    if not elder.is_served:
        raise NoLongerServed
