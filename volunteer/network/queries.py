"""Finding places."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, cast, func, literal, select

from volunteer.core.database import all_of, asked_once, one_or_not_found, session
from volunteer.network.models import Holiday, HolidayYear, Place, PlaceKind


def list_places(kind: PlaceKind | None = None) -> Sequence[Place]:
    """All places, or those of one kind. The tree is small: parents come along with them."""
    places = asked_once(Place, lambda: all_of(select(Place).order_by(Place.id)))
    return [place for place in places if kind is None or place.kind is kind]


def list_holidays(first: date, last: date) -> Sequence[Holiday]:
    """Holidays and worked weekend days from the first day to the last, soonest first."""
    return all_of(select(Holiday).where(Holiday.day.between(first, last)).order_by(Holiday.day))


def list_holidays_and_years(first: date, last: date) -> tuple[list[Holiday], frozenset[int]]:
    """The same, and the years whose holidays have been entered: one statement for both."""
    years = select(func.aggregate_strings(cast(HolidayYear.year, String), ","))
    # A row there always is, whether a holiday lies in this time or not.
    always = select(literal(1)).subquery()
    statement = (
        select(years.scalar_subquery(), Holiday)
        .select_from(always)
        .outerjoin(Holiday, Holiday.day.between(first, last))
        .order_by(Holiday.day)
    )
    rows = session.execute(statement).all()
    entered = frozenset(int(year) for year in (rows[0][0] or "").split(",") if year)
    return [holiday for _years, holiday in rows if holiday is not None], entered


def list_holiday_years() -> Sequence[int]:
    """The years whose holidays have been entered."""
    return session.scalars(select(HolidayYear.year).order_by(HolidayYear.year)).all()


def get_holiday(holiday_id: int) -> Holiday:
    return one_or_not_found(select(Holiday).where(Holiday.id == holiday_id))


def get_place(place_id: int) -> Place:
    return one_or_not_found(select(Place).where(Place.id == place_id))
