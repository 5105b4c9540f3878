"""What people of one date are told: moved, cancelled, on again, a place came free."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from volunteer.activities.models import Occurrence, Signup, SignupStatus
from volunteer.activities.queries import dates, with_people
from volunteer.core import clock
from volunteer.core.database import all_of
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

DATE_MOVED = "date_moved"
DATE_CANCELLED = "date_cancelled"
DATE_RESTORED = "date_restored"
PLACE_FREED = "place_freed"

# Someone who set out for a date must still hear, a while after it should have begun.
STILL_WORTH_TELLING = timedelta(hours=3)


def tell_change(kind: str, occurrence: Occurrence) -> None:
    """One message to everybody going or waiting; a later change of the date replaces it."""
    outbox.post_all(
        outbox.row(
            kind,
            to=person,
            key=f"{occurrence.id}:{occurrence.revision}",
            expires_at=occurrence.starts_at + STILL_WORTH_TELLING,
            team_id=occurrence.team.id,
            about={"occurrence_id": occurrence.id, "revision": occurrence.revision},
        )
        for person in whom_it_concerns(occurrence)
    )


def whom_it_concerns(occurrence: Occurrence) -> list[Person]:
    return [signup.person for signup in occurrence.active_signups]


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
    )


def write_changes(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about moved, cancelled and restored dates; an older change is no longer true."""
    occurrences = load(messages)
    return {
        message.id: write(message, occurrence)
        for message in messages
        if (occurrence := occurrences.get(message.about["occurrence_id"])) is not None
        and occurrence.revision == message.about["revision"]
    }


def write_freed(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those who moved up, while they still have the place."""
    occurrences = load(messages)
    now = clock.now()
    letters = {}
    for message in messages:
        occurrence = occurrences.get(message.about["occurrence_id"])
        if occurrence is None or not occurrence.is_open(now):
            continue
        signup = occurrence.signup_of(message.person)
        if signup is not None and signup.status is SignupStatus.GOING:
            letters[message.id] = write(message, occurrence, signup=signup)
    return letters


def write(message: OutboxMessage, occurrence: Occurrence, **facts: object) -> Letter:
    return writing.letter(
        message.kind,
        message.person,
        occurrence=occurrence,
        path=f"/activities/dates/{occurrence.id}",
        **facts,
    )


def load(messages: Iterable[OutboxMessage]) -> dict[int, Occurrence]:
    numbers = {message.about["occurrence_id"] for message in messages}
    found = all_of(dates().where(Occurrence.id.in_(numbers)).options(*with_people()))
    return {occurrence.id: occurrence for occurrence in found}
