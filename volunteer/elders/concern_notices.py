"""Who reads concerns is told that there is something to read; nothing of what it is.

These messages belong to no team, so that no list of a team's messages names them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from volunteer.accounts import queries as account_queries
from volunteer.core import clock
from volunteer.elders import concern_queries
from volunteer.elders.models import Concern, PlaceReader, TeamReaders
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

SOMETHING_TO_READ = "something_to_read"
READER_NEEDED = "reader_needed"

LASTS = timedelta(days=7)


def tell(concern: Concern) -> None:
    """Those who read it; where nobody is named, those who are to name somebody."""
    readers = readers_of(concern)
    if readers:
        post(SOMETHING_TO_READ, concern, readers, {})
    elif concern.is_for_community:
        operators = account_queries.list_operators()
        post(READER_NEEDED, concern, operators, {}, last_named(concern))
    else:
        coordinators = [row.person for row in team_queries.list_coordinators(concern.team)]
        about = {"team_id": concern.team_id}
        post(READER_NEEDED, concern, coordinators, about, last_named(concern))


def readers_of(concern: Concern) -> list[Person]:
    if concern.is_for_community:
        reader = concern_queries.find_place_reader(concern.team.place.community)
        named = [reader.person] if reader else []
    else:
        readers = concern_queries.find_team_readers(concern.team)
        named = [p for p in (readers.lead, readers.deputy) if p] if readers else []
    return [person for person in named if concern_queries.is_reader(person, concern)]


def last_named(concern: Concern) -> str:
    """When somebody was named last to read it, as a part of a key: empty before anybody was. Who
    has named a reader is to hear it again when that one is gone."""
    readers: TeamReaders | PlaceReader | None
    if concern.is_for_community:
        readers = concern_queries.find_place_reader(concern.team.place.community)
    else:
        readers = concern_queries.find_team_readers(concern.team)
    return f":{readers.named_at:%Y%m%d%H%M%S%f}" if readers else ""


def post(
    kind: str, concern: Concern, people: Iterable[Person], about: dict[str, int], since: str = ""
) -> None:
    outbox.post_all(
        outbox.row(
            kind,
            to=person,
            key=f"{concern.id}{since}",
            expires_at=clock.now() + LASTS,
            about={"concern_id": concern.id, **about},
        )
        for person in people
        # A call would be made by a coordinator; they see it on their first page instead.
        if outbox.channel_for(person) is not Channel.CALL
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters that say nothing but that there is something to read, or somebody to be named; none
    when it is closed, or read by somebody else by now."""
    numbers = {message.about["concern_id"] for message in messages}
    readers = {
        concern.id: {person.id for person in readers_of(concern)}
        for concern in concern_queries.list_open_by_numbers(numbers)
    }
    letters = {}
    for message in messages:
        reading = readers.get(message.about["concern_id"])
        if reading is None or not is_still_true(message, reading):
            continue
        if message.kind == SOMETHING_TO_READ:
            path = "/concerns"
        elif team_id := message.about.get("team_id"):
            path = f"/teams/{team_id}/concern-readers"
        else:
            path = "/concern-readers"
        letters[message.id] = writing.letter(message.kind, message.person, path=path)
    return letters


def is_still_true(message: OutboxMessage, reading: Collection[int]) -> bool:
    """`reading`: the numbers of those who read it now."""
    return message.person_id in reading if message.kind == SOMETHING_TO_READ else not reading
