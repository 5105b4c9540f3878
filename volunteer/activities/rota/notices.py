"""What people are told when a rota is published: their dates, in one message each."""

from collections.abc import Iterable, Sequence

from volunteer.activities import notices
from volunteer.activities.models import Occurrence, RotaDraft, RotaSeat
from volunteer.core import clock
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

ROTA_INVITED = "rota_invited"


def tell_invited(draft: RotaDraft, invited: Iterable[RotaSeat]) -> None:
    """One message to everybody who was invited just now, about all their dates."""
    dates: dict[Person, list[Occurrence]] = {}
    for seat in invited:
        if seat.person is not None:
            dates.setdefault(seat.person, []).append(seat.occurrence)
    outbox.post_all(
        outbox.row(
            ROTA_INVITED,
            to=person,
            # Published again, it tells those who are new on it.
            key=f"{draft.id}:{draft.revision}",
            expires_at=max(occurrence.starts_at for occurrence in theirs),
            team_id=draft.team_id,
            about={"occurrence_ids": sorted(occurrence.id for occurrence in theirs)},
        )
        for person, theirs in sorted(dates.items(), key=lambda found: found[0].id)
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters that list each reader's dates, while they have them and they are still to come."""
    now = clock.now()
    occurrences = notices.load(messages)
    letters = {}
    for message in messages:
        found = (occurrences.get(number) for number in message.about["occurrence_ids"])
        signups = [
            signup
            for occurrence in found
            if occurrence is not None
            and occurrence.is_open(now)
            and (signup := occurrence.signup_of(message.person)) is not None
        ]
        if signups:
            signups.sort(key=lambda signup: signup.occurrence.starts_at)
            team = signups[0].occurrence.team
            first = signups[0].occurrence.day.strftime("%Y-%m")
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                team=team,
                signups=signups,
                path=f"/teams/{team.id}/my-rota?month={first}",
            )
    return letters
