"""Putting the dates of the next twelve weeks on the calendar, as the weeks pass."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, DateTime, Integer, exists, false, insert, literal_column, select

from volunteer.activities import filling, queries, recurrence
from volunteer.activities.models import (
    Activity,
    ActivityRole,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    RoleNeeds,
)
from volunteer.activities.recurrence import Span
from volunteer.core import clock
from volunteer.core.bulk import insert_into, rows_touched, table_of
from volunteer.core.database import connection, lock, session, transaction

# So many series are held at once while dates are made: nobody waits long for any of them.
SERIES_AT_ONCE = 250
# What differs from one new date to the next.
NEW_DATES = {
    "activity_id": Integer,
    "planned_on": Date,
    "wall_starts": DateTime,
    "wall_ends": DateTime,
    "starts_at": DateTime,
    "ends_at": DateTime,
}
# What a role asks of people, copied onto each of its dates.
NEEDS = [need.name for need in fields(RoleNeeds)]


def extend_all(now: datetime) -> int:
    """Put the dates of the next twelve weeks on every calendar that lacks them; answers how many.

    Running it again, or in two processes at once, adds nothing.
    """
    # A day more than the window: somewhere it is tomorrow already.
    today = now.date() + timedelta(days=1)
    added, last = 0, 0
    while numbers := queries.list_short(
        today + recurrence.WINDOW, after=last, limit=SERIES_AT_ONCE
    ):
        with transaction():
            added += extend_held(queries.hold_activities(numbers), today=today)
        last = numbers[-1]
    return added


def extend(activity: Activity, *, today: date) -> int:
    """Put the missing dates of one activity on the calendar, up to twelve weeks from today."""
    with transaction():
        session.flush()
        lock(activity)
        return extend_held([activity], today=today)


def extend_held(activities: Sequence[Activity], *, today: date) -> int:
    """The missing dates of activities that are held, in two statements for all of them."""
    now = clock.now()
    rows = [
        date_row(activity, span, day)
        for activity in activities
        for day in missing_days(activity, today)
        # What is over or has begun already stays empty.
        if (span := span_of(activity, day)).starts_at > now
    ]
    for activity in activities:
        until = window_end(activity, today)
        activity.planned_until = max(until, activity.planned_until or until)
    session.flush()
    added = insert_dates([activity.id for activity in activities], rows)
    filling.fill_all(activities)
    return added


def window_end(activity: Activity, today: date) -> date:
    until = today + recurrence.WINDOW
    return until if activity.last_on is None else min(until, activity.last_on)


def missing_days(activity: Activity, today: date) -> Sequence[date]:
    first = max(activity.first_on, today)
    if activity.planned_until is not None:
        first = max(first, activity.planned_until + timedelta(days=1))
    return activity.series_without_pauses.days(first=first, last=window_end(activity, today))


def span_of(activity: Activity, day: date) -> Span:
    return recurrence.span(day, activity.starts, activity.ends, activity.zone)


def date_row(activity: Activity, span: Span, day: date) -> tuple[Any, ...]:
    """One of NEW_DATES; moments as UTC, without saying so."""
    starts_at, ends_at = span.starts_at.replace(tzinfo=None), span.ends_at.replace(tzinfo=None)
    return activity.id, day, span.wall_starts, span.wall_ends, starts_at, ends_at


def insert_dates(activity_ids: Sequence[int], rows: Sequence[tuple[Any, ...]]) -> int:
    """Insert the dates that are not there, each with the roles of its activity; says how many."""
    if not rows:
        return 0
    new_dates = table_of(NEW_DATES, rows)
    columns: dict[str, Any] = {name: new_dates.c[name] for name in NEW_DATES}
    columns |= {
        "place": Activity.place,
        "status": literal_column(f"'{OccurrenceStatus.PLANNED}'"),
        "is_changed": false(),
        "revision": literal_column("0"),
        "change_note": literal_column("''"),
    }
    found = select(*columns.values()).where(Activity.id == new_dates.c.activity_id)
    statement = insert_into(Occurrence).from_select(list(columns), found).on_conflict_do_nothing()
    result = connection().execute(statement, execution_options={"preserve_rowcount": True})
    # A date without roles is one that has just come: each has at least one from then on.
    has_roles = exists().where(OccurrenceRole.occurrence_id == Occurrence.id)
    new = (
        select(
            Occurrence.id,
            ActivityRole.position,
            ActivityRole.name,
            ActivityRole.minimum,
            ActivityRole.maximum,
            *(getattr(ActivityRole, need) for need in NEEDS),
        )
        .join(ActivityRole, ActivityRole.activity_id == Occurrence.activity_id)
        .where(
            Occurrence.activity_id.in_(activity_ids),
            Occurrence.planned_on >= min(day for _id, day, *_times in rows),
            ~has_roles,
        )
    )
    role_columns = ["occurrence_id", "position", "name", "minimum", "maximum", *NEEDS]
    session.execute(insert(OccurrenceRole).from_select(role_columns, new))
    return rows_touched(result)
