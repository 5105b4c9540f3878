"""Finding places."""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer.core.database import all_of
from volunteer.network.models import Place, PlaceKind


def list_places(kind: PlaceKind | None = None) -> Sequence[Place]:
    """All places, or those of one kind. The tree is small: parents come along with them."""
    places = all_of(select(Place).order_by(Place.id))
    return [place for place in places if kind is None or place.kind is kind]
