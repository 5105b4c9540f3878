"""Reading what somebody was told."""

from sqlalchemy import Select

from volunteer.notifications import queries
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person

# Codes and links are for the moment, and nobody's business later.
SAID_ONCE = ("one_time_code", "new_link")


def told(person: Person) -> Select[OutboxMessage]:
    """What this person was told, or will be, newest first."""
    return queries.newest_first().where(
        OutboxMessage.person_id == person.id,
        # A group is told, not the person in whose name it is written.
        OutboxMessage.channel != Channel.GROUP,
        OutboxMessage.kind.not_in(SAID_ONCE),
    )
