"""Asking for help: with or without an account, for oneself or for somebody else."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from volunteer.accounts import throttle
from volunteer.accounts.errors import TooManyTries
from volunteer.core import chinese, clock, pressing, working_days, zones
from volunteer.core.database import lock, session, transaction
from volunteer.elders.models import Visit
from volunteer.help_requests import danger, notices, queries, steps
from volunteer.help_requests.errors import NothingAsked, PhoneNeeded, TooManyAsked
from volunteer.help_requests.models import (
    ForWhom,
    HelpKind,
    HelpRequest,
    HelpStatus,
    Speech,
    StepKind,
    Wanted,
)
from volunteer.help_requests.particulars import Particulars
from volunteer.network import holidays
from volunteer.network.models import Place
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams.models import Team

# Prime to 9 and 10, so that stepping by it meets every number once before any comes again.
STEP = 7919

# So many within a quarter of an hour. One community often shares one address.
ASKED_FROM_ONE_PLACE = 20
ASKED_FROM_ONE_PHONE = 5


def count_one(phone: str, caller: str) -> None:
    """Count that somebody without an account asks from this phone and place.

    Raises TooManyAsked when that was very often just now.
    """
    try:
        throttle.take(
            throttle.Limit("help_asked_phone", chinese.phone_digits(phone), ASKED_FROM_ONE_PHONE),
            throttle.Limit("help_asked_place", caller, ASKED_FROM_ONE_PLACE),
        )
    except TooManyTries as error:
        raise TooManyAsked from error


@dataclass(frozen=True)
class HelpDetails:
    """What somebody asks for; `beneficiary` is who needs it, when that is somebody else."""

    kinds: Sequence[HelpKind] = ()
    words: str = ""
    for_whom: ForWhom = ForWhom.SELF
    beneficiary: str = ""
    address: str = ""
    is_agreed: bool = True
    wanted: Wanted = Wanted.ANY
    wanted_words: str = ""
    wanted_on: date | None = None
    wanted_at: time | None = None
    speech: Speech | None = None
    particulars: Particulars = field(default_factory=Particulars)
    name: str = ""
    phone: str = ""


def ask(
    community: Place,
    details: HelpDetails,
    *,
    asker: Person | None = None,
    by: Person | None = None,
    team: Team | None = None,
) -> HelpRequest:
    """Note what somebody asks for, and tell the coordinators of the community.

    `asker` is who asks, when we know them; `by` who enters it: the asker, their companion,
    a coordinator, or nobody. `team` is whose coordinator entered it: then it is theirs.
    Pressed twice it is one. Raises NothingAsked, or PhoneNeeded.
    """
    if not details.words.strip() and not details.kinds:
        raise NothingAsked
    phone = chinese.phone_digits(details.phone) or (asker.phone if asker else None)
    if not phone:
        raise PhoneNeeded
    with transaction():
        lock(community)
        asked = values_of(details, phone, asker, by)
        if known := find_alike(community, asked):
            return known
        help_request = new(community, team)
        for name, value in asked.items():
            setattr(help_request, name, value)
        begin(help_request, by, asker)
        return help_request


def values_of(
    details: HelpDetails, phone: str, asker: Person | None, by: Person | None
) -> dict[str, Any]:
    """What is asked, as it is kept."""
    is_for_another = details.for_whom is ForWhom.OTHER
    return {
        "asker_id": asker.id if asker else None,
        "entered_by_id": by.id if by else None,
        "asker_name": details.name or (asker.name if asker else None),
        "asker_phone": phone,
        "for_whom": details.for_whom,
        "beneficiary": details.beneficiary or None if is_for_another else None,
        "is_agreed": details.is_agreed if is_for_another else True,
        "address": details.address or None,
        "kinds": [kind.value for kind in details.kinds],
        "words": details.words.strip() or None,
        "wanted": details.wanted,
        "wanted_words": details.wanted_words or None,
        "wanted_on": details.wanted_on,
        "wanted_at": details.wanted_at if details.wanted_on else None,
        "speech": details.speech,
        "kind_answers": details.particulars.as_stored(),
        "is_urgent": bool(danger.words_in(details.words)),
    }


def find_alike(community: Place, asked: Mapping[str, Any]) -> HelpRequest | None:
    """The very same, asked a moment ago and not answered yet: two numbers for one lamp, and every
    coordinator told twice, help nobody."""
    just_now = queries.list_asked_since(
        community, asked["asker_phone"], clock.now() - pressing.AGAIN_WITHIN
    )
    for row in just_now:
        if row.is_new and all(getattr(row, name) == value for name, value in asked.items()):
            return row
    return None


def from_visit(visit: Visit, words: str, by: Person) -> HelpRequest:
    """What a visitor found to be done becomes a request of the team, for that elder.

    The coordinators read who wrote it down; it does not become the visitor's own request.
    """
    with transaction():
        help_request = new(visit.team.place.community, visit.team)
        help_request.elder_id, help_request.visit_id = visit.elder_id, visit.id
        help_request.entered_by_id = by.id
        help_request.asker_name, help_request.asker_phone = by.name, by.phone
        help_request.for_whom = ForWhom.OTHER
        help_request.beneficiary = visit.elder.preferred_name
        help_request.address = str(visit.elder.home) or None
        help_request.kinds = [HelpKind.OTHER.value]
        help_request.words = words
        help_request.wanted = Wanted.SOON
        help_request.is_urgent = bool(danger.words_in(words))
        begin(help_request, by, None)
        return help_request


def new(community: Place, team: Team | None) -> HelpRequest:
    now = clock.now()
    zone = team.zone if team else zones.HOME_ZONE
    calendar = holidays.load_around(zones.day_in(zone, now))
    return HelpRequest(
        # A stand-in: the real number follows from the row's own.
        number=secrets.token_hex(4),
        place=community,
        team=team,
        status=HelpStatus.NEW,
        asked_at=now,
        answer_by=working_days.one_later(now, zone, calendar.is_free),
    )


def begin(help_request: HelpRequest, by: Person | None, asker: Person | None) -> None:
    session.add(help_request)
    # The row's own number is needed now: the short one is made of it.
    session.flush()
    help_request.number = short_number(help_request.id)
    steps.take(help_request, StepKind.ASKED, by=by, person=asker)
    notices.tell_coordinators(notices.HELP_ASKED, help_request, by=by)


def short_number(row_number: int) -> str:
    """Four digits for the first 9,000 requests, then five: no two alike, and not counting up in
    plain sight.

    No secret: whoever knows STEP can tell how many there were. So the number alone opens
    nothing; the phone is the other half of the key.
    """
    digits, before = 4, 0
    while row_number - 1 - before >= 9 * 10 ** (digits - 1):
        before += 9 * 10 ** (digits - 1)
        digits += 1
    size = 9 * 10 ** (digits - 1)
    return str(10 ** (digits - 1) + (row_number - 1 - before) * STEP % size)


def find_asker(help_request: HelpRequest) -> Person | None:
    """Who asked, when they have a record of their own."""
    if help_request.asker_id is None:
        return None
    return people_queries.get_person(help_request.asker_id)
