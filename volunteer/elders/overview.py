"""The team's list of elders: whom it shows, and in which order.

Addresses are sealed in the database, so that a list is narrowed and sorted here.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from volunteer.core import chinese
from volunteer.elders.models import Elder, ElderStatus, RiskLevel


class Show(StrEnum):
    """Whom a coordinator wants to see."""

    ALL = "all"
    OVERDUE = "overdue"
    UNPAIRED = "unpaired"
    HIGH_RISK = "high-risk"
    NOT_AGREED = "not-agreed"
    AWAY = "away"
    TO_REVIEW = "to-review"


class Order(StrEnum):
    URGENCY = "urgency"
    WALK = "walk"


BELONGS: dict[Show, Callable[[Elder, date], bool]] = {
    Show.ALL: lambda _elder, _today: True,
    Show.OVERDUE: lambda elder, today: elder.is_overdue(today),
    Show.UNPAIRED: lambda elder, _today: not elder.paired,
    Show.HIGH_RISK: lambda elder, _today: elder.risk_level is RiskLevel.HIGH,
    Show.NOT_AGREED: lambda elder, _today: elder.status is ElderStatus.PROSPECTIVE,
    Show.TO_REVIEW: lambda elder, today: elder.needs_review(today),
    Show.AWAY: lambda elder, _today: elder.status is ElderStatus.SUSPENDED,
}


def shown(elders: Iterable[Elder], show: Show, today: date) -> list[Elder]:
    return [elder for elder in elders if BELONGS[show](elder, today)]


def found(elders: Iterable[Elder], words: str) -> list[Elder]:
    """Those whose name, or how they are called, contains the words, or begins so in pinyin.

    A phone is found by all of its digits, or by its last four.
    """
    text = chinese.narrow(words).lower()
    if not text:
        return list(elders)
    return [elder for elder in elders if fits(elder, text)]


def fits(elder: Elder, text: str) -> bool:
    syllables, initials, *_name = elder.person.sort_key.split("|")
    names = (elder.person.name, elder.preferred_name)
    numbers = [number for number in (elder.person.phone, elder.landline) if number]
    digits = chinese.phone_digits(text)
    return (
        any(text in name.lower() for name in names)
        or syllables.startswith(text)
        or initials.startswith(text.replace(" ", ""))
        or any(digits in (number, number[-4:]) for number in numbers)
    )


def in_order(elders: Iterable[Elder], order: Order, today: date) -> list[Elder]:
    """Whoever is longest overdue first and the others by name; or as one walks."""
    if order is Order.WALK:
        return sorted(elders, key=lambda elder: elder.home.sort_key)
    return sorted(
        elders,
        key=lambda elder: (
            elder.due_on if elder.due_on and elder.is_overdue(today) else date.max,
            elder.person.sort_key,
        ),
    )


# Those who need most care first.
BY_RISK = {level: place for place, level in enumerate(RiskLevel)}
# In between the weekly visits somebody phones who needs most care.
PHONED_AFTER = timedelta(days=3)


def due_by_risk(elders: Iterable[Elder], today: date) -> list[Elder]:
    """Whom somebody should see by today: after a major change first, then by risk and days."""
    due = [elder for elder in elders if elder.is_active and elder.due_on and elder.due_on <= today]
    changed = [elder for elder in elders if elder.is_active and elder.change and elder not in due]
    return sorted(
        [*due, *changed],
        key=lambda elder: (
            elder.change is None,
            BY_RISK[elder.risk_level],
            elder.due_on or today,
            elder.person.sort_key,
        ),
    )


def to_phone(elders: Iterable[Elder], today: date) -> list[Elder]:
    """Who needs most care, is not due yet, and has not been seen or phoned for some days."""
    return [
        elder
        for elder in elders
        if elder.is_active
        and elder.risk_level is RiskLevel.HIGH
        and (elder.due_on is None or elder.due_on > today)
        and elder.change is None
        and (elder.last_seen_on or elder.since_on) <= today - PHONED_AFTER
    ]


def by_building(elders: Iterable[Elder]) -> list[tuple[str, list[Elder]]]:
    """Building by building, as one walks; those without an address first."""
    walked = sorted(elders, key=lambda elder: elder.home.sort_key)
    return [
        (building, list(group))
        for building, group in groupby(walked, key=lambda elder: elder.home.to_the_building)
    ]
