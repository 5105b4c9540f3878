"""Who has calls to make in heat or cold is told once: how many, and a link; nobody's name."""

from collections.abc import Iterable, Sequence

from volunteer.accounts import personal_links
from volunteer.core import clock
from volunteer.elders import weather_queries, weather_wording
from volunteer.elders.models import WeatherRound
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries

WEATHER_CALLS = "weather_calls"


def tell(found: WeatherRound, callers: Iterable[int]) -> None:
    """One message a round for each, however many calls come later."""
    outbox.post_all(
        outbox.row(
            WEATHER_CALLS,
            to=person,
            key=str(found.id),
            team_id=found.team_id,
            expires_at=found.ends_at,
            about={"round_id": found.id},
        )
        for person in people_queries.list_people(set(callers))
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to callers, while the round runs and they have somebody to call."""
    now = clock.now()
    of_round: dict[int, list[OutboxMessage]] = {}
    for message in messages:
        of_round.setdefault(message.about["round_id"], []).append(message)
    letters = {}
    counts = weather_queries.count_waiting(of_round, (m.person_id for m in messages))
    for found in weather_queries.list_by_number(of_round):
        if not found.is_running(now):
            continue
        waiting = [m for m in of_round[found.id] if (found.id, m.person_id) in counts]
        # A caller may be anybody, with or without a password: the link lets them in.
        here = f"/weather-rounds/{found.id}/calls"
        doors = personal_links.doors((m.person for m in waiting), here, lasts=found.ends_at - now)
        for message in waiting:
            letters[message.id] = writing.letter(
                WEATHER_CALLS,
                message.person,
                team=found.team,
                kind_words=weather_wording.KINDS[found.kind],
                count=counts[found.id, message.person_id],
                path=doors[message.person_id],
            )
    return letters
