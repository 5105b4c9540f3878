"""Passwords: kept as Argon2id, checked by OWASP ASVS 5.0 6.2 (length, not composition)."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 8, 128
COMMONEST = 3000


@lru_cache
def hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # most sign in by a link and never need it

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    return hasher().hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password. Takes as long when there is none, so nobody learns that."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        hasher().verify(kept or nobodys(), password)
        return kept is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def nobodys() -> str:
    return hashed("nobody signs in with this one")


def is_common(password: str) -> bool:
    """Whether it is one of the passwords that everybody tries first."""
    return password.lower() in commonest()


@lru_cache
def commonest() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 2 MB, wanted only here

    return frozenset(FREQUENCY_LISTS["passwords"][:COMMONEST])
