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
            found = find_within(place, name) or find_below(place, kind, name)
            place = found or find_or_add(place, kind, name, by=by)
        if place is None:
            raise ValueError("A place needs at least one step.")
        return place


def find_or_add(parent: Place | None, kind: PlaceKind, name: str, *, by: Person | None) -> Place:
    """Looked for once more when nobody else can add it: two teams may start there at once."""
    hold_table(Place)
    there = find_within(parent, name) or take_in(parent, kind, name, by=by)
    return there or add(parent, kind, name, by=by)


def take_in(parent: Place | None, kind: PlaceKind, name: str, *, by: Person | None) -> Place | None:
    """The community of this name that lies in the district alone, for who added it left the
    sub-district out: from now on it lies in this one. With another of the name beside it nobody
    knows which is meant."""
    if parent is None or parent.kind is not PlaceKind.SUBDISTRICT:
        return None
    beside = select(Place.id).where(Place.parent_id == parent.parent_id)
    of_this_name = session.scalars(
        select(Place).where(
            Place.kind == kind,
            Place.name == name,
            (Place.parent_id == parent.parent_id) | Place.parent_id.in_(beside),
        )
    ).all()
    if len(of_this_name) != 1 or of_this_name[0].parent_id != parent.parent_id:
        return None
    (found,) = of_this_name
    found.parent = parent
    session.flush()
    trail.record("place.put_in_its_street", found, by=by)
    return found


def find_within(parent: Place | None, name: str) -> Place | None:
    within = Place.parent_id == parent.id if parent else Place.parent_id.is_(None)
    return session.scalars(select(Place).where(within, Place.name == name)).one_or_none()


def find_below(parent: Place | None, kind: PlaceKind, name: str) -> Place | None:
    """The one of this name a level further down: who leaves the sub-district out means the same
    community as who names it."""
    if parent is None:
        return None
    between = select(Place.id).where(Place.parent_id == parent.id)
    found = session.scalars(
        select(Place)
        .where(Place.parent_id.in_(between), Place.kind == kind, Place.name == name)
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def add(parent: Place | None, kind: PlaceKind, name: str, *, by: Person | None) -> Place:
    place = Place(parent=parent, kind=kind, name=name)
    session.add(place)
    session.flush()
    trail.record("place.added", place, by=by)
    return place
