"""The code of the day: what hangs at the door of a date, as a picture and as six digits.

It is signed for one team, one date and one day, so it is good nowhere else: a photo of last
week's opens nothing. Nothing of it is kept; whoever has the key can always write it again.
"""

import base64
import hmac
from datetime import datetime, timedelta

from volunteer.accounts import throttle
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.noting import AFTER, opens_at
from volunteer.activities.errors import CodeOfAnotherDay, CodeOfAnotherTeam, NoSuchCheckInCode
from volunteer.activities.models import Occurrence
from volunteer.core import chinese, clock, encryption, zones
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

PICTURE, DIGITS = "check-in picture", "check-in digits"
# As many bytes as nobody can guess.
SIGNATURE_BYTES = 16
LOWEST, HIGHEST = 100_000, 999_999
A_DAY = timedelta(days=1)


def words_of(occurrence: Occurrence) -> str:
    """What is signed: the team, the date, and the day it is on (a date may be moved)."""
    return f"{occurrence.team.id}.{occurrence.id}.{occurrence.day.isoformat()}"


def code_of(occurrence: Occurrence, key: str | None = None) -> str:
    """What the picture at the door holds."""
    signed = encryption.signature(PICTURE, words_of(occurrence), key)[:SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def digits_of(occurrence: Occurrence, key: str | None = None) -> str:
    """The six digits below it, for who has no camera; the first is no zero: people leave it out."""
    signed = encryption.signature(DIGITS, words_of(occurrence), key)[:8]
    return str(LOWEST + int.from_bytes(signed) % (HIGHEST - LOWEST + 1))


def check_code(occurrence: Occurrence, code: str, person: Person, *, now: datetime) -> None:
    """That this code hangs at the door of this date now, and that the person may use it.

    Raises CodeOfAnotherDay or CodeOfAnotherTeam. A code that we never wrote is one of another day:
    whoever made it up learns no more.
    """
    is_ours = any(
        hmac.compare_digest(code.encode(), code_of(occurrence, key).encode())
        for key in encryption.keys.texts
    )
    if not is_ours or not is_its_day(occurrence, now):
        raise CodeOfAnotherDay
    membership = team_queries.find_membership(occurrence.team, person)
    if membership is None or not membership.is_in_team:
        raise CodeOfAnotherTeam


def is_its_day(occurrence: Occurrence, now: datetime) -> bool:
    """The day of the date by its clock, and the night before or after one that begins or ends
    late."""
    return zones.day_in(occurrence.activity.zone, now) == occurrence.day or (
        opens_at(occurrence) <= now <= occurrence.ends_at + AFTER
    )


def find_by_digits(typed: str, person: Person) -> Occurrence:
    """The date of the person's teams at whose door these digits hang now.

    Raises NoSuchCheckInCode, or TooManyTries: six digits could be guessed.
    """
    digits = chinese.narrow(typed).replace(" ", "").replace("-", "")
    now = clock.now()
    with throttle.one_try(throttle.Limit("check-in", str(person.id))):
        for occurrence in dates_around(person, now):
            if any(
                hmac.compare_digest(digits.encode(), digits_of(occurrence, key).encode())
                for key in encryption.keys.texts
            ):
                return occurrence
        raise NoSuchCheckInCode


def dates_around(person: Person, now: datetime) -> list[Occurrence]:
    """The dates of the person's teams that are on, or begin or ended a short while ago."""
    soon = now + timedelta(minutes=1)
    on_the_day = attendance_queries.list_where_one_is(
        person, starts_before=now + A_DAY, ends_after=now - AFTER
    )
    return [occurrence for occurrence in on_the_day if opens_at(occurrence) < soon]
