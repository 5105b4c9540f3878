"""A person, and how they can be reached."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, validates

from volunteer.core import chinese, clock
from volunteer.core.database import Model, choice
from volunteer.core.language import CHINESE


class PhoneOwner(StrEnum):
    """Whose phone the number rings."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    NEIGHBOUR = "neighbour"


class Slot(StrEnum):
    """A part of the week in which somebody usually has time."""

    MON_AM = "mon_am"
    MON_PM = "mon_pm"
    TUE_AM = "tue_am"
    TUE_PM = "tue_pm"
    WED_AM = "wed_am"
    WED_PM = "wed_pm"
    THU_AM = "thu_am"
    THU_PM = "thu_pm"
    FRI_AM = "fri_am"
    FRI_PM = "fri_pm"
    SAT_AM = "sat_am"
    SAT_PM = "sat_pm"
    SUN_AM = "sun_am"
    SUN_PM = "sun_pm"


class Person(Model):
    """One human. Same names and shared phones are normal, so neither is a key."""

    __tablename__ = "people"

    name: Mapped[str] = mapped_column(String(chinese.LONGEST_NAME))
    # Pinyin, so that both databases sort alike and wxy finds 王秀英.
    sort_key: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    phone_owner: Mapped[PhoneOwner] = mapped_column(choice(PhoneOwner), default=PhoneOwner.SELF)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default=CHINESE)
    # Empty: they have not said, so any time may suit.
    free_slots: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @validates("name")
    def _sort_by_pinyin(self, _key: str, name: str) -> str:
        self.sort_key = chinese.sort_key(name)
        return name

    @property
    def is_reachable_by_mail(self) -> bool:
        return bool(self.email)

    def is_free_in(self, slot: Slot) -> bool:
        """Whether they usually have time then; who said nothing may have."""
        return not self.free_slots or slot.value in self.free_slots


def slot_of(weekday: int, hour: int) -> Slot:
    """The part of the week: weekday 0 is Monday; the afternoon begins at 12."""
    return list(Slot)[weekday * 2 + (1 if hour >= 12 else 0)]
