"""A place in the tree; and the public holidays of the country that it lies in."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.columns import Choice
from volunteer.core.database import Model


class PlaceKind(StrEnum):
    """From the largest to the smallest."""

    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    ESTATE = "estate"


class Place(Model):
    """A place that lies in another one; a city lies in none. Levels may be left out."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    parent_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    kind: Mapped[PlaceKind] = mapped_column(Choice(PlaceKind))
    name: Mapped[str] = mapped_column(String(60))

    parent: Mapped[Place | None] = relationship(remote_side="Place.id", back_populates="children")
    children: Mapped[list[Place]] = relationship(back_populates="parent")

    @property
    def path(self) -> list[Place]:
        """From the city down to this place."""
        return [*(self.parent.path if self.parent else []), self]

    @property
    def full_name(self) -> str:
        return " › ".join(place.name for place in self.path)

    @property
    def community(self) -> Place:
        """The community that it is, or lies in; itself when no such level is known."""
        place: Place | None = self
        while place is not None and place.kind is not PlaceKind.COMMUNITY:
            place = place.parent
        return place or self


class HolidayKind(StrEnum):
    HOLIDAY = "holiday"
    # A Saturday or Sunday on which people work to make up for a holiday (补班).
    MAKEUP = "makeup"


class Holiday(Model):
    """A day off by the State Council's notice, or a weekend day worked for it."""

    __tablename__ = "holidays"

    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[HolidayKind] = mapped_column(Choice(HolidayKind))
    name: Mapped[str] = mapped_column(String(30))
    source: Mapped[str] = mapped_column(String(120))

    @property
    def is_free(self) -> bool:
        return self.kind is HolidayKind.HOLIDAY


class HolidayYear(Model):
    """A year whose holidays have been entered; of all others only weekends are known."""

    __tablename__ = "holiday_years"

    year: Mapped[int] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(String(120))
