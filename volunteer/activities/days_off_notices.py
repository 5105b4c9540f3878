"""What people are told when dates are called off together, or are on after all: each one message
about all their dates of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from volunteer.activities import notices
from volunteer.activities.models import DaysOff, Occurrence
from volunteer.notifications import groups, outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage


def tell(kind: str, days_off: DaysOff, occurrences: Sequence[Occurrence]) -> None:
    """One message to each person whom these dates concern, and one to each group; those who eat on
    them hear of their lunch."""
    outbox.post_all(
        outbox.in_time(
            outbox.row(
                kind,
                to=person,
                key=str(days_off.id),
                expires_at=worth_telling_until(own),
                team_id=days_off.team_id,
                about=about_dates(own),
            ),
            needed_by=min(date.starts_at for date in own),
        )
        for person, own in notices.dates_of_each(occurrences)
    )
    notices.dates_changed.announce(occurrences)
    groups.tell(
        kind,
        team_id=days_off.team_id,
        key=str(days_off.id),
        expires_at=worth_telling_until(occurrences),
        needed_by=min(date.starts_at for date in occurrences),
        about=about_dates(occurrences),
    )


def worth_telling_until(occurrences: Sequence[Occurrence]) -> datetime:
    return max(date.starts_at for date in occurrences) + notices.STILL_WORTH_TELLING


def about_dates(occurrences: Sequence[Occurrence]) -> dict[str, Any]:
    """Which dates a message speaks of, and which change of each."""
    return {
        "occurrence_ids": [date.id for date in occurrences],
        "revisions": {str(date.id): date.revision for date in occurrences},
    }


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters that list the reader's own dates, as far as nothing newer was told of them."""
    occurrences = notices.load(messages)
    letters = {}
    for message in messages:
        found = (occurrences.get(number) for number in message.about["occurrence_ids"])
        own = [date for date in found if date is not None and notices.still_to_tell(message, date)]
        if own:
            own.sort(key=lambda date: date.starts_at)
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                team=own[0].team,
                reason=own[0].change_note,
                occurrences=own,
                path="/my-week",
            )
    return letters
