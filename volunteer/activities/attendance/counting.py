"""What can't count beside what counts already, whether it was a date or a deed: nobody is in two
places at once, nor at work for more than twelve hours of one day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from volunteer.activities import wording
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import Attendance, Occurrence
from volunteer.core import zones
from volunteer.core.language import gettext as _
from volunteer.deeds import queries as deed_queries
from volunteer.deeds import wording as deed_wording
from volunteer.deeds.models import MOST_MINUTES, Deed
from volunteer.people.models import Person


@dataclass(frozen=True)
class Stretch:
    """Minutes of somebody that count, or are to."""

    title: str
    starts_at: datetime | None
    minutes: int
    zone: str
    # A task is done at any hour of its day.
    has_hour: bool = True

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    @property
    def day(self) -> date | None:
        return zones.day_in(self.zone, self.starts_at) if self.starts_at else None


def of_date(row: Attendance) -> Stretch:
    date_ = row.occurrence
    return Stretch(date_.title, row.counted_from, row.minutes or 0, date_.activity.zone,
                   has_hour=not date_.is_task)  # fmt: skip


def of_deed(deed: Deed) -> Stretch:
    return Stretch(deed_wording.title(deed), deed.starts_at, deed.minutes, deed.team.zone)


def counted_near(
    people: Collection[int], begin: datetime, end: datetime, *, beside: Occurrence | None = None
) -> dict[int, list[Stretch]]:
    """What counts of these people and began in this time, by the person's number; not that of the
    date `beside`."""
    dates = attendance_queries.list_counted_near(people, begin, end, beside=beside)
    deeds = deed_queries.list_counted_near(people, begin, end)
    found: dict[int, list[Stretch]] = defaultdict(list)
    for row in dates:
        found[row.person_id].append(of_date(row))
    for deed in deeds:
        found[deed.person_id].append(of_deed(deed))
    return found


def why_not(person: Person, one: Stretch, others: Collection[Stretch]) -> str | None:
    """Why these minutes of this person can't count beside those that count; None when they can."""
    for other in others:
        if overlap(one, other):
            return _(
                "%(name)s has counted hours for “%(title)s” already, %(when)s: at the same time.",
                name=person.name,
                title=other.title,
                when=wording.counted(other.starts_at, other.ends_at, other.zone),
            )
    total = one.minutes + sum(other.minutes for other in others if other.day == one.day)
    return too_much(person, total) if total > MOST_MINUTES else None


def too_much(person: Person, minutes: int) -> str:
    return _(
        "%(name)s would have %(hours)s on one day. At most twelve hours count.",
        name=person.name,
        hours=wording.duration(minutes),
    )


def overlap(one: Stretch, other: Stretch) -> bool:
    """Whether these hours would count at the same time; no minutes take no time."""
    if not (one.has_hour and other.has_hour and one.minutes and other.minutes):
        return False
    ends = one.ends_at, other.ends_at
    if not (one.starts_at and other.starts_at and ends[0] and ends[1]):
        return False
    return one.starts_at < ends[1] and other.starts_at < ends[0]
