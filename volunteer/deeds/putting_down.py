"""Putting down what volunteers did, as it comes in; it counts once somebody else has confirmed it.

The written rules:
- How long it took is what was written down; where nobody has, a usual length is proposed, and the
  line says so to whoever confirms it.
- One visit or one request is one deed of each who was there, however often it is recorded.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core.database import session, transaction
from volunteer.core.news import News
from volunteer.deeds.models import Deed, DeedKind
from volunteer.people.models import Person
from volunteer.teams.models import Team

# Deeds of these numbers are about to go.
goes: News[[Sequence[int]]] = News()


@dataclass(frozen=True)
class TimeGiven:
    """From when, and how long; `is_guessed` where nobody has written that down."""

    starts_at: datetime
    minutes: int
    is_guessed: bool = False


def put_down(
    kind: DeedKind, number: int, team: Team, people: Iterable[Person], given: TimeGiven
) -> None:
    """What each of them did at the visit or for the request of this number. The caller holds it."""
    source = source_of(kind)
    with transaction():
        known = set(session.scalars(select(Deed.person_id).where(source == number)))
        session.add_all(
            Deed(
                team=team,
                person=person,
                kind=kind,
                wall_starts=team.wall(given.starts_at),
                starts_at=given.starts_at,
                minutes=given.minutes,
                is_guessed=given.is_guessed,
                **{source.key: number},
            )
            for person in people
            if person.id not in known
        )


def take_off(kind: DeedKind, number: int) -> int:
    """It was not so after all: what nobody has confirmed is gone, and what counts stays until a
    coordinator opens it again. Answers how many are gone."""
    waits = (source_of(kind) == number) & Deed.confirmed_at.is_(None)
    with transaction():
        # Held, so that nobody says or confirms anything of them any more.
        found = select(Deed.id).where(waits, Deed.reopened_at.is_(None)).order_by(Deed.id)
        gone = session.scalars(found.with_for_update()).all()
        goes.announce(gone)
        session.execute(delete(Deed).where(Deed.id.in_(gone)))
        return len(gone)


def source_of(kind: DeedKind) -> InstrumentedAttribute[int | None]:
    return Deed.visit_id if kind is DeedKind.VISIT else Deed.help_request_id
