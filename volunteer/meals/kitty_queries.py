"""Finding the kitty of a team, and the lines in it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from volunteer.audit import queries as audit_queries
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.meals.models import (
    Kitty,
    KittyEntry,
    KittyHandover,
    Meal,
    MoneyWay,
)
from volunteer.teams.models import Team


def find_kitty(team: Team) -> Kitty | None:
    return session.scalars(select(Kitty).where(Kitty.team_id == team.id)).one_or_none()


def get_kitty(team_id: int) -> Kitty:
    return one_or_not_found(
        select(Kitty).where(Kitty.team_id == team_id).options(joinedload(Kitty.team))
    )


def entries(kitty: Kitty) -> Select[KittyEntry]:
    """The lines of the book, the latest first."""
    return (
        select(KittyEntry)
        .where(KittyEntry.kitty_id == kitty.id)
        .options(joinedload(KittyEntry.keeper), joinedload(KittyEntry.by))
        .order_by(KittyEntry.id.desc())
    )


def list_entries(kitty: Kitty) -> Sequence[KittyEntry]:
    """All lines, the first first."""
    return all_of(entries(kitty).order_by(None).order_by(KittyEntry.id))


def get_entry(entry_id: int) -> tuple[Kitty, KittyEntry]:
    """A line, and the kitty in whose book it stands."""
    entry = one_or_not_found(select(KittyEntry).where(KittyEntry.id == entry_id))
    kitty = one_or_not_found(
        select(Kitty).where(Kitty.id == entry.kitty_id).options(joinedload(Kitty.team))
    )
    return kitty, entry


def find_entry_by_form(kitty: Kitty, form_key: str) -> KittyEntry | None:
    return session.scalars(entries(kitty).where(KittyEntry.form_key == form_key)).one_or_none()


def find_same(
    kitty: Kitty, *, day: date, way: MoneyWay, fen: int, purpose: str
) -> KittyEntry | None:
    """The latest line that says the same of the same day, and is not taken back."""
    taken_back = select(KittyEntry.reverses_id).where(KittyEntry.reverses_id.is_not(None))
    return session.scalars(
        entries(kitty)
        .where(
            KittyEntry.day == day,
            KittyEntry.way == way,
            KittyEntry.fen == fen,
            KittyEntry.purpose == purpose,
            KittyEntry.reverses_id.is_(None),
            KittyEntry.id.not_in(taken_back),
        )
        .limit(1)
    ).first()


def is_reversed(entry: KittyEntry) -> bool:
    """Whether another line takes this one back."""
    found = select(KittyEntry.id).where(KittyEntry.reverses_id == entry.id)
    return session.scalar(found) is not None


def list_spent_on(meal: Meal) -> Sequence[KittyEntry]:
    """All lines that speak of this meal, those taken back too."""
    return all_of(
        select(KittyEntry)
        .where(KittyEntry.meal_id == meal.id)
        .options(joinedload(KittyEntry.keeper))
        .order_by(KittyEntry.id)
    )


def find_handover(kitty: Kitty) -> KittyHandover | None:
    """The one that is open, if any."""
    return session.scalars(
        select(KittyHandover)
        .where(KittyHandover.kitty_id == kitty.id, KittyHandover.ended_at.is_(None))
        .options(joinedload(KittyHandover.giver), joinedload(KittyHandover.taker))
    ).one_or_none()


def who_counted(handover: KittyHandover) -> int | None:
    """Who entered the first count: the keeper, or a coordinator for them. The trail knows it."""
    return audit_queries.who_did("kitty.offered", handover)
