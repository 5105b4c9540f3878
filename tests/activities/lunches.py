"""The lunch of every Wednesday, and the Monday before it begins: where tests of series start."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from volunteer.activities import recurrence
from volunteer.activities.models import Activity, Occurrence
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.core.database import session

# Monday afternoon in Chengdu.
NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
WEDNESDAY = date(2026, 10, 14)
LUNCH = SeriesPlan(
    ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)]),
    recurrence.weekly(2),
    WEDNESDAY,
    time(10),
    time(13),
)


def dates_of(activity: Activity) -> list[Occurrence]:
    query = select(Occurrence).where(Occurrence.activity_id == activity.id)
    return list(session.scalars(query.order_by(Occurrence.planned_on)))


def later(occurrence: Occurrence, **changed: object) -> DatePlan:
    """On the next day, in the afternoon, outside."""
    plain = {
        "day": occurrence.day + timedelta(days=1),
        "starts": time(15),
        "ends": time(17),
        "place": "小区花园",
        "note": "厨房停水",
    }
    return DatePlan(**{**plain, **changed})
