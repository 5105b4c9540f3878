"""The links by which somebody answers a reminder without signing in.

A link is signed for one date, for the person whose place it is, and for who answers, as they are
reached by now: in a mailbox that was put right since, it is worth nothing. Nothing of it is kept;
opening it changes nothing; when the date has begun it is worth nothing any more.
"""

import base64
import hmac
import re
from dataclasses import dataclass

from volunteer.accounts import queries as account_queries
from volunteer.activities import queries
from volunteer.activities.models import Occurrence, Signup
from volunteer.core import encryption
from volunteer.core.errors import NotFound
from volunteer.people import queries as people_queries
from volunteer.people.models import Companion, Person

PURPOSE = "answer to a reminder"
SIGNATURE_BYTES = 16
# Date, person and reader by their numbers, none greater than a row can have; the signature.
TOKEN = re.compile(r"((\d{1,9})-(\d{1,9})-(\d{1,9}))-([\w-]+)", re.ASCII)


@dataclass(frozen=True)
class AnswerLink:
    """Whose place it is, on which date, and who answers: the same person, or their companion."""

    occurrence: Occurrence
    person: Person
    by: Person

    @property
    def signup(self) -> Signup | None:
        """Their row on this date, given back or not."""
        return self.occurrence.row_of(self.person.id)


def acting_for(person: Person) -> list[Companion]:
    return account_queries.find_companions([person.id]).get(person.id, [])


def token_for(occurrence_id: int, person_id: int, by: Person) -> str:
    words = f"{occurrence_id}-{person_id}-{by.id}"
    return f"{words}-{signed(words, by)}"


def signed(words: str, by: Person, key: str | None = None) -> str:
    reached = f"{words} {by.email} {by.phone}"
    signature = encryption.signature(PURPOSE, reached, key)[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(signature).rstrip(b"=").decode()


def read(token: str) -> AnswerLink:
    """What a link means. Raises NotFound for one that we did not write, and for a companion who
    does not act for that person any more."""
    found = TOKEN.fullmatch(token)
    if found is None:
        raise NotFound
    words, *numbers, signature = found.groups()
    occurrence_id, person_id, by_id = map(int, numbers)
    by = people_queries.get_person(by_id)
    if not any(
        hmac.compare_digest(signature.encode(), signed(words, by, key).encode())
        for key in encryption.keys.texts
    ):
        raise NotFound
    person = people_queries.get_person(person_id)
    if by_id != person_id and by_id not in {c.companion_id for c in acting_for(person)}:
        raise NotFound
    return AnswerLink(queries.get_occurrence(occurrence_id), person, by)
