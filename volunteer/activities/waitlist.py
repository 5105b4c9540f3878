"""Who gets a place that comes free: the activity says in which of three styles.

IN_LINE: whoever has waited longest has it at once. ASK: they are asked, and the place is held for
them until they answer or their time is over, then the next. FIRST_TO_ANSWER: all who wait are told.
From the cut-off on nobody moves by themselves: the coordinators are told, and whoever presses
first, or whom they choose, has the place.
"""

from datetime import datetime, timedelta

from volunteer.activities import eligibility, place_notices, queries
from volunteer.activities.eligibility import Facts
from volunteer.activities.errors import NoPlaceFree, NotSignedUp
from volunteer.activities.models import (
    Occurrence,
    OccurrenceRole,
    Signup,
    SignupStatus,
    WaitingStyle,
)
from volunteer.audit import trail
from volunteer.core import clock, nights
from volunteer.core.database import lock, transaction
from volunteer.people.models import Person

LONGEST_CUTOFF = timedelta(hours=72)


def promote(occurrence: Occurrence) -> list[Signup]:
    """Let free places find somebody among those waiting; answers who has one now.

    Who may not come, or is away then, is passed over and stays in the queue.
    """
    with transaction():
        lock(occurrence)
        now = clock.now()
        promoted: list[Signup] = []
        if not occurrence.is_open(now):
            return promoted
        for role in occurrence.roles:
            let_go_of_what_is_no_more(role)
        waiting = [s for s in occurrence.signups if s.is_waiting]
        if not any(role.free for role in occurrence.roles) or not waiting:
            return promoted
        # People are not locked here: sign_up() takes the person first and then the date, and who
        # holds the date and waits for the person could wait for ever. At worst somebody who takes
        # a place elsewhere in this very moment has two, and gives one back.
        facts = eligibility.of_date(occurrence, [signup.person for signup in waiting])
        for role in occurrence.roles:
            able = able_to_come(role, facts)
            if able and role.free:
                promoted += offer(role, able, now)
        return promoted


def able_to_come(role: OccurrenceRole, facts: Facts) -> list[Signup]:
    """Who waits for this work, is not asked at this moment, may come and is not away then; longest
    first. Who is away keeps their turn: a free place goes to the next, or stays free."""
    return [
        signup
        for signup in role.waiting
        if not signup.is_asked and facts.may_be_asked(signup.person, role, role.occurrence)
    ]


def is_offered(role: OccurrenceRole) -> bool:
    """Whether the places of this work that promote() found free are held for somebody, or those who
    wait for them, or from the cut-off on the coordinators, were told."""
    occurrence, now = role.occurrence, clock.now()
    if not occurrence.is_open(now):
        return False
    if role.is_full:
        return True
    style = occurrence.activity.waiting_style
    facts = eligibility.of_date(occurrence, [signup.person for signup in role.waiting])
    is_told = style is WaitingStyle.FIRST_TO_ANSWER or is_for_coordinators(occurrence, now)
    return is_told and bool(able_to_come(role, facts))


def offer(role: OccurrenceRole, able: list[Signup], now: datetime) -> list[Signup]:
    """The free places of one role, to those who wait for it and may come, longest first."""
    occurrence, style = role.occurrence, role.occurrence.activity.waiting_style
    if is_for_coordinators(occurrence, now):
        place_notices.tell_coordinators_of_free_place(role)
    elif style is WaitingStyle.FIRST_TO_ANSWER:
        place_notices.tell_of_free_place(role, able)
    elif style is WaitingStyle.ASK:
        for signup in [s for s in able if s.passed_at is None][: role.free]:
            ask(signup, now)
    else:
        chosen = able[: role.free]
        for signup in chosen:
            seat(signup, by=None)
            place_notices.tell_place_freed(signup)
        return chosen
    return []


def is_for_coordinators(occurrence: Occurrence, now: datetime) -> bool:
    """Whether it is too late for the list to move by itself: behind the cut-off, or when who would
    be asked at night could read it only then."""
    activity = occurrence.activity
    is_asked = activity.waiting_style is WaitingStyle.ASK
    return (nights.awake(now, activity.zone) if is_asked else now) >= occurrence.cutoff_at


def ask(signup: Signup, now: datetime) -> None:
    """Hold a place for this person, and ask whether they want it."""
    occurrence = signup.occurrence
    activity = occurrence.activity
    begins = nights.awake(now, activity.zone)
    until = nights.later_by_day(begins, timedelta(hours=activity.answer_hours), activity.zone)
    signup.answer_by = min(until, occurrence.cutoff_at)
    trail.record("signup.asked", signup, by=None, person=signup.person, team=occurrence.team,
                 role=signup.role.name, **occurrence.for_the_trail)  # fmt: skip
    place_notices.ask_about_place(signup, due_at=min(begins, signup.answer_by))


def take(signup: Signup, *, by: Person) -> bool:
    """Who waits takes the place that is held for them, or one that is free; answers whether that
    was news. `by`: they themselves, or a coordinator who chooses them.

    Raises NotSignedUp, NoPlaceFree, DateCancelled, AlreadyStarted, or why they may not come.
    """
    with transaction():
        occurrence = signup.occurrence
        lock(signup.person, occurrence)
        if signup.is_going:
            return False
        if not signup.is_waiting:
            raise NotSignedUp
        now = clock.now()
        eligibility.check_is_open(occurrence, now)
        facts = eligibility.of_date(occurrence, [signup.person])
        for refusal in facts.refusals(signup.person, signup.role, occurrence):
            raise refusal
        if not has_room_for(signup):
            raise NoPlaceFree
        seat(signup, by=by)
        return True


def has_room_for(signup: Signup) -> bool:
    """Whether this person of the queue can have a place now: theirs, or a free one."""
    role = signup.role
    is_theirs = signup.is_asked and len(role.going) < role.maximum
    return is_theirs or bool(role.free)


def seat(signup: Signup, *, by: Person | None) -> None:
    occurrence = signup.occurrence
    signup.status = SignupStatus.GOING
    signup.answer_by = signup.passed_at = None
    trail.record("signup.promoted", signup, by=by, person=signup.person, team=occurrence.team,
                 role=signup.role.name, **occurrence.for_the_trail)  # fmt: skip


def let_go_of_what_is_no_more(role: OccurrenceRole) -> None:
    """Fewer people can come than before: the places held last are held no more. Or the cut-off is
    earlier than it was: no place is held beyond it."""
    room = max(0, role.maximum - len(role.going))
    cutoff_at = role.occurrence.cutoff_at
    for number, signup in enumerate(role.held):
        if number >= room:
            signup.answer_by = None
        elif signup.answer_by is not None:
            signup.answer_by = min(signup.answer_by, cutoff_at)


def ask_the_next(signup: Signup) -> None:
    """Who is asked whether they want the place says that they are away then: the next one is asked,
    and their turn is kept."""
    with transaction():
        lock(signup.occurrence)
        if signup.is_asked:
            signup.answer_by = None
            promote(signup.occurrence)


def pass_on(now: datetime) -> int:
    """Who was asked and did not answer in time is passed over, and the next one is asked; from a
    cut-off on the coordinators hear of places that are free. Answers how many were passed over.

    Doing it again, or in two processes at once, does no harm.
    """
    passed = 0
    for occurrence in queries.list_with_held_places(until=now):
        passed += pass_over(occurrence, now)
    for occurrence in queries.list_with_waiting(after=now, before=now + LONGEST_CUTOFF):
        has_to_choose = any(role.free and role.waiting for role in occurrence.roles)
        if has_to_choose and now >= occurrence.cutoff_at:
            promote(occurrence)
    return passed


def pass_over(occurrence: Occurrence, now: datetime) -> int:
    with transaction():
        lock(occurrence)
        late = [s for s in occurrence.signups if s.answer_by is not None and s.answer_by <= now]
        for signup in late:
            signup.answer_by, signup.passed_at = None, now
            trail.record("signup.not_answered", signup, by=None, person=signup.person,
                         team=occurrence.team, role=signup.role.name,
                         **occurrence.for_the_trail)  # fmt: skip
        promote(occurrence)
        return len(late)
