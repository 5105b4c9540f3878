"""What is told about a place that comes free: to who moves up, who is asked, who waits, and the
coordinators."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from volunteer.activities import notices
from volunteer.activities.models import OccurrenceRole, Signup, SignupStatus
from volunteer.core import clock
from volunteer.notifications import outbox
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.teams import queries as team_queries

PLACE_FREED = "place_freed"
PLACE_ASKED = "place_asked"
PLACE_OPEN = "place_open"
PLACE_TO_GIVE = "place_to_give"
# Not for who is away by now; what has happened they are told all the same.
ASKING = {PLACE_ASKED, PLACE_OPEN}


def tell_place_freed(signup: Signup) -> None:
    """A waiting person has got a place. Each time they move up is a message of its own."""
    occurrence = signup.occurrence
    outbox.post(
        PLACE_FREED,
        to=signup.person,
        key=f"{occurrence.id}:{signup.asked_at:%Y%m%d%H%M%S%f}",
        expires_at=occurrence.starts_at,
        team_id=occurrence.team.id,
        occurrence_id=occurrence.id,
        asked_at=mark_of_asking(signup),
    )


def mark_of_asking(signup: Signup) -> int:
    """Of which time of wanting the place a message speaks: who gives it back and asks again asks
    anew."""
    return int(signup.asked_at.timestamp() * 1_000_000)


def ask_about_place(signup: Signup, *, due_at: datetime) -> None:
    """A place is held for who waits: do they want it? Each asking is a message of its own; those of
    one night, which end at the same moment, are one."""
    if signup.answer_by is None:
        raise ValueError("Nobody was asked.")
    outbox.post(
        PLACE_ASKED,
        to=signup.person,
        key=f"{signup.occurrence_id}:{signup.answer_by:%Y%m%d%H%M%S%f}",
        due_at=due_at,
        expires_at=signup.answer_by,
        team_id=signup.occurrence.team.id,
        occurrence_id=signup.occurrence_id,
    )


def tell_of_free_place(role: OccurrenceRole, waiting: Iterable[Signup]) -> None:
    """Whoever of those waiting answers first has the place; told once for each that came free."""
    outbox.post_all(
        outbox.row(
            PLACE_OPEN,
            to=signup.person,
            key=free_place_key(role),
            expires_at=role.occurrence.starts_at,
            team_id=role.occurrence.team.id,
            about={"occurrence_id": role.occurrence_id},
        )
        for signup in waiting
    )


def tell_coordinators_of_free_place(role: OccurrenceRole) -> None:
    """It is too late for the list to move by itself: the coordinators choose, told once."""
    occurrence = role.occurrence
    outbox.post_all(
        outbox.row(
            PLACE_TO_GIVE,
            to=membership.person,
            key=free_place_key(role),
            expires_at=occurrence.starts_at,
            team_id=occurrence.team.id,
            about={"occurrence_id": occurrence.id},
        )
        for membership in team_queries.list_coordinators(occurrence.team)
    )


def free_place_key(role: OccurrenceRole) -> str:
    """Names this free place: another one comes free when somebody else has given theirs back."""
    left = role.with_status(SignupStatus.WITHDRAWN)
    # Who gave theirs back, came again and gave it back once more leaves as many behind as before.
    last = max((s.excused_at for s in left if s.excused_at), default=None)
    when = f"{last:%Y%m%d%H%M%S%f}" if last else ""
    return f"{role.occurrence_id}:{role.id}:{len(role.going)}:{len(left)}:{role.maximum}:{when}"


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those who moved up, while they still have the place; and to those waiting and to
    coordinators, while it is there to be had."""
    occurrences = notices.load(messages)
    coordinators = team_queries.who_coordinates({o.team.id for o in occurrences.values()})
    asking = {message.person_id for message in messages if message.kind in ASKING}
    away = people_queries.who_is_away(asking, {o.day for o in occurrences.values()})
    now = clock.now()
    letters = {}
    for message in messages:
        occurrence = occurrences.get(message.about["occurrence_id"])
        if occurrence is None or not occurrence.is_open(now):
            continue
        if message.kind in ASKING and (message.person_id, occurrence.day) in away:
            continue
        signup = occurrence.signup_of(message.person)
        free = [role for role in occurrence.roles if role.free and role.waiting]
        is_true = {
            PLACE_FREED: signup is not None and signup.is_going and is_of_this(message, signup),
            PLACE_ASKED: signup is not None and signup.is_asked,
            PLACE_OPEN: signup is not None and signup.is_waiting and signup.role in free,
            PLACE_TO_GIVE: bool(free)
            and message.person_id in coordinators.get(occurrence.team.id, ()),
        }
        if is_true[message.kind]:
            letters[message.id] = notices.write(message, occurrence, signup=signup, free=free)
    return letters


def is_of_this(message: OutboxMessage, signup: Signup) -> bool:
    """Whether it speaks of this time: who moves up twice in one night reads it once."""
    mark = mark_of_asking(signup)
    return bool(message.about.get("asked_at", mark) == mark)
