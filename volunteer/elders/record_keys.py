"""Keys for records of visits: one for each page that is opened, good for one visit and one person.

A phone without network keeps what was typed beside its key and sends it later, perhaps twice. The
server takes each key once, and only from whom it was given to: somebody else who signs in on the
same phone sends nothing in their own name.
"""

import hmac
import secrets

from volunteer.core import encryption
from volunteer.elders.models import Visit
from volunteer.people.models import Person


def new(visit: Visit, person: Person) -> str:
    token = secrets.token_hex(8)
    return f"{token}.{seal(token, visit, person)}"


def is_good(key: str, visit: Visit, person: Person) -> bool:
    """Whether we gave this key to this person for this visit."""
    token, _dot, sealed = key.partition(".")
    return hmac.compare_digest(sealed.encode(), seal(token, visit, person).encode())


def seal(token: str, visit: Visit, person: Person) -> str:
    text = f"{token}:{visit.id}:{person.id}"
    return encryption.signature("visit-record", text).hex()[:32]
