"""Public holidays and the weekend days worked for them: which days are free.

The State Council names them each November for the year to come. Years that the package
`chinesecalendar` knows are copied into our table, once; what stands in the table counts, and
whoever runs the service may change it. Of a year that nobody has entered only weekends are known,
and the days that the law itself names (statutory.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from volunteer.audit import trail
from volunteer.core import working_days
from volunteer.core.bulk import insert_into
from volunteer.core.database import session, transaction
from volunteer.network import queries, statutory
from volunteer.network.models import Holiday, HolidayKind, HolidayYear
from volunteer.people.models import Person

PACKAGE = "国务院办公厅通知（chinesecalendar）"
BY_HAND = "自己录入"
NAMED_BEFORE = timedelta(days=40)


@dataclass(frozen=True)
class Calendar:
    """The holidays of some time, and the years of which they are known."""

    days: Mapping[date, Holiday]
    years: frozenset[int]

    def is_free(self, day: date) -> bool:
        """A holiday, or a weekend day that nobody has to work."""
        entered = self.days.get(day)
        if entered is not None:
            return entered.is_free
        return working_days.is_weekend(day) or self.name_on(day) is not None

    def name_on(self, day: date) -> str | None:
        """The name of the holiday on this day, or None."""
        entered = self.days.get(day)
        if entered is not None:
            return entered.name if entered.is_free else None
        return None if day.year in self.years else statutory.days_of(day.year).get(day)

    def names(self, first: date, last: date) -> dict[date, str]:
        """All holidays from the first day to the last, with their names."""
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return {day: name for day in days if (name := self.name_on(day))}

    def missing_years(self, first: date, last: date) -> list[int]:
        """Years in this time whose holidays nobody has entered."""
        return [year for year in range(first.year, last.year + 1) if year not in self.years]


def find_missing_year(today: date) -> int | None:
    """The year whose holidays whoever runs the service has to enter now: the State Council has
    named those of next year by the end of November."""
    known = queries.list_holiday_years()
    due = [today.year] + ([today.year + 1] if (today + NAMED_BEFORE).year > today.year else [])
    return next((year for year in due if year not in known), None)


def load(first: date, last: date) -> Calendar:
    """The holidays from the first day to the last."""
    entered, years = queries.list_holidays_and_years(first, last)
    return Calendar({holiday.day: holiday for holiday in entered}, years)


def load_around(day: date) -> Calendar:
    """The holidays of the weeks that follow: what is due within a working day lies in them."""
    return load(day, day + timedelta(days=40))


def learn(now: datetime) -> list[int]:
    """Enter the years from this one on that the package knows and the table lacks; answers which.

    Running it again, or in two processes at once, adds nothing, and puts nothing back that
    somebody has taken out.
    """
    # Its tables are large, and needed once a year.
    from chinese_calendar import constants

    known = {day.year for day in constants.holidays if day.year >= now.year}
    missing = sorted(known - set(queries.list_holiday_years()))
    if not missing:
        return []
    kinds = ((constants.holidays, HolidayKind.HOLIDAY), (constants.workdays, HolidayKind.MAKEUP))
    rows = [
        {
            "day": day,
            "kind": kind,
            "name": constants.Holiday(name).chinese,
            "source": PACKAGE,
        }
        for table, kind in kinds
        for day, name in table.items()
        if day.year in missing
    ]
    with transaction():
        years = [{"year": year, "source": PACKAGE} for year in missing]
        session.execute(insert_into(HolidayYear).on_conflict_do_nothing(), years)
        session.execute(insert_into(Holiday).on_conflict_do_nothing(), rows)
    return missing


def enter(day: date, kind: HolidayKind, name: str, *, by: Person) -> Holiday:
    """This day is a holiday, or a weekend day that people work; what was entered before goes."""
    with transaction():
        holiday = session.scalars(select(Holiday).where(Holiday.day == day)).one_or_none()
        if holiday is None:
            holiday = Holiday(day=day)
            session.add(holiday)
        holiday.kind, holiday.name, holiday.source = kind, name, BY_HAND
        session.flush()
        trail.record("holiday.entered", holiday, by=by, date=day.isoformat(), kind=kind)
        return holiday


def enter_all(days: Sequence[date], kind: HolidayKind, name: str, *, by: Person) -> None:
    """Each of these days, or none of them."""
    with transaction():
        for day in days:
            enter(day, kind, name, by=by)


def take_out(holiday: Holiday, *, by: Person) -> None:
    """It is a day like any other."""
    with transaction():
        trail.record("holiday.taken_out", holiday, by=by, date=holiday.day.isoformat())
        session.execute(delete(Holiday).where(Holiday.id == holiday.id))
        session.expire_all()


def close_year(year: int, *, by: Person) -> None:
    """All holidays of this year have been entered; nobody is warned any more."""
    with transaction():
        statement = insert_into(HolidayYear).on_conflict_do_nothing()
        session.execute(statement.values(year=year, source=BY_HAND))
        entered = session.scalars(select(HolidayYear).where(HolidayYear.year == year)).one()
        trail.record("holiday_year.closed", entered, by=by, year=year)
