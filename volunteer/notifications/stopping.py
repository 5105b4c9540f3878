"""Saying that one wants no more of something: by a link that needs no signing in.

The link names person and topic and carries our signature, so nobody can stop the messages of
anybody else, and no table is needed. It goes on working: a mail may be years old.
"""

import base64
import binascii
import hmac

from volunteer.audit import trail
from volunteer.core import encryption
from volunteer.core.database import lock, transaction
from volunteer.core.errors import NotFound
from volunteer.notifications.topics import Topic
from volunteer.people import queries
from volunteer.people.models import Person

PURPOSE = "stop messages"


def path(person: Person, topic: Topic) -> str:
    """The path that stops this topic for this person."""
    return f"/stops/{token(person.id, topic, encryption.keys.first)}"


def token(number: int, topic: Topic, key: str) -> str:
    said = f"{number}.{topic.value}"
    mark = encryption.signature(PURPOSE, said, key)[:16]
    return base64.urlsafe_b64encode(said.encode() + b"." + mark).decode().rstrip("=")


def read(said: str) -> tuple[Person, Topic]:
    """Whom and what the token of a link names. Raises NotFound for one that we did not make."""
    try:
        plain = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
        number, topic = plain[:-17].decode().split(".")
        meant = int(number), Topic(topic)
    except (ValueError, binascii.Error):
        raise NotFound from None
    # The key may have been changed since the mail was written.
    if not any(hmac.compare_digest(token(*meant, key), said) for key in encryption.keys.texts):
        raise NotFound
    return queries.get_person(meant[0]), meant[1]


def stop(person: Person, topic: Topic) -> None:
    """From now on without this topic; doing it twice changes nothing."""
    with transaction():
        lock(person)
        if topic is Topic.WEEK:
            person.wants_week = False
        else:
            person.wants_asks = False
        trail.record("messages.stopped", person, by=person, person=person, topic=topic)
