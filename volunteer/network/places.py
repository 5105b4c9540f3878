"""Putting a place into the tree."""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer.audit import trail
from volunteer.core.database import hold_table, session, transaction
from volunteer.network.models import Place, PlaceKind
from volunteer.people.models import Person


def settle(steps: Sequence[tuple[PlaceKind, str]], *, by: Person | None) -> Place:
    """The place at the end of these steps, from the city down; what is missing is added.

    Asking for the same steps twice means the same place.
    """
    with transaction():
        place: Place | None = None
        for kind, name in steps:
            place = find_within(place, name) or find_or_add(place, kind, name, by=by)
        if place is None:
            raise ValueError("A place needs at least one step.")
        return place


def find_or_add(parent: Place | None, kind: PlaceKind, name: str, *, by: Person | None) -> Place:
    """Looked for once more when nobody else can add it: two teams may start there at once."""
    hold_table(Place)
    return find_within(parent, name) or add(parent, kind, name, by=by)


def find_within(parent: Place | None, name: str) -> Place | None:
    within = Place.parent_id == parent.id if parent else Place.parent_id.is_(None)
    return session.scalars(select(Place).where(within, Place.name == name)).one_or_none()


def add(parent: Place | None, kind: PlaceKind, name: str, *, by: Person | None) -> Place:
    place = Place(parent=parent, kind=kind, name=name)
    session.add(place)
    session.flush()
    trail.record("place.added", place, by=by)
    return place
