"""A place in the tree."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core.database import Model, choice


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
    kind: Mapped[PlaceKind] = mapped_column(choice(PlaceKind))
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
