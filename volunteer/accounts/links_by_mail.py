"""A fresh personal link by mail, for who holds one that is used up."""

from collections.abc import Sequence
from datetime import timedelta

from volunteer.accounts import personal_links
from volunteer.accounts.errors import LinkNotUsable
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people import forgetting

NEW_LINK = "new_link"
LASTS = timedelta(days=8)
USEFUL_FOR = timedelta(hours=6)


def ask(token: str) -> bool:
    """Mail a new link to the person of this old one; answers whether they have a mailbox.

    Once an hour and person. Raises LinkNotUsable for a link that never was.
    """
    with transaction():
        link = personal_links.find(token)
        if link is None:
            raise LinkNotUsable
        if forgetting.was_let_go(link.person) or not link.person.is_reachable_by_mail:
            return False
        now = clock.now()
        outbox.post(NEW_LINK, to=link.person, key=f"{now:%Y%m%d%H}", expires_at=now + USEFUL_FOR,
                    channel=Channel.EMAIL)  # fmt: skip
        return True


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    people = {message.person_id: message.person for message in messages}
    doors = personal_links.doors(people.values(), "/my-week", lasts=LASTS)
    return {
        message.id: writing.letter(NEW_LINK, message.person, path=doors[message.person_id])
        for message in messages
    }
