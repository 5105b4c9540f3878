"""Confirming deeds: a coordinator looks over what volunteers wrote down of visits and of help, and
only then it counts.

The written rules:
- Who wrote it down was there: so another coordinator confirms one's own, and nobody else. Where
  there is none, it waits.
- A stretch that is not over, that meets other hours of the same person, or that makes more than
  twelve of one day, does not count (activities/attendance/counting.py).
- When it began and how long it took may be corrected with the same press; the log keeps what was
  written down.
- Nought minutes: somebody was down for it and was not there, or it is no service.
- What counts is corrected by opening it again, for a reason; until then it does not count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from volunteer.activities.attendance import closing, counting
from volunteer.activities.attendance.counting import Stretch
from volunteer.activities.errors import CannotCount, OwnHours, ReasonMissing
from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, transaction
from volunteer.core.language import gettext as _
from volunteer.deeds import queries as deed_queries
from volunteer.deeds import wording as deed_wording
from volunteer.deeds.models import MOST_MINUTES, Deed
from volunteer.hours.errors import NotConfirmed
from volunteer.people.models import Person
from volunteer.teams.models import Team

A_DAY = timedelta(days=1)
# A beginning that is farther away is a slip of the pen.
CORRECTED_BY = timedelta(days=31)


def confirm(
    team: Team,
    minutes: Mapping[int, int],
    *,
    by: Person,
    begins: Mapping[int, datetime] | None = None,
) -> int:
    """Count so many minutes of each of these deeds of the team, by its number; answers how many.

    `begins`: when it began by the clock on the wall, where that was written down wrongly.

    What somebody else has confirmed meanwhile stays as it is. Raises OwnHours; or CannotCount with
    the reason for each deed that can't count, by its number, and then none does.
    """
    with transaction():
        # People before deeds, as whoever closes a day holds people before dates.
        closing.hold(deed_queries.list_people(team, minutes))
        waiting = deed_queries.hold_waiting(team, minutes)
        if any(deed.person_id == by.id for deed in waiting):
            raise OwnHours
        begins = begins or {}
        counted = {
            deed.id: stretch_of(deed, minutes[deed.id], begins.get(deed.id)) for deed in waiting
        }
        check_can_count(waiting, counted, now=clock.now())
        noted = {deed.id: (deed.wall_starts, deed.minutes) for deed in waiting}
        for deed in waiting:
            deed.minutes, deed.starts_at = minutes[deed.id], counted[deed.id].starts_at
            deed.wall_starts = begins.get(deed.id, deed.wall_starts)
            deed.confirmed_by, deed.confirmed_at = by, clock.now()
        record("deed.confirmed", team, waiting, by=by, noted=noted)
        return len(waiting)


@dataclass(frozen=True)
class Counted(Stretch):
    """What is to count of a deed: its beginning is known."""

    starts_at: datetime


def stretch_of(deed: Deed, minutes: int, begins: datetime | None) -> Counted:
    """So many minutes of it, from when it was written down or from another time on the wall."""
    at = deed.starts_at if begins is None else zones.to_moment(begins, deed.team.zone)
    return Counted(deed_wording.title(deed), at, minutes, deed.team.zone)


def check_can_count(
    deeds: Sequence[Deed], counted: Mapping[int, Counted], *, now: datetime
) -> None:
    """Raises CannotCount."""
    if not deeds:
        return
    first, last = (pick(one.starts_at for one in counted.values()) for pick in (min, max))
    people = {deed.person_id for deed in deeds}
    near = counting.counted_near(people, first - A_DAY, last + A_DAY)
    # Two of the same press may meet as well.
    beside: dict[int, list[Stretch]] = defaultdict(list, near)
    reasons = {}
    for deed in deeds:
        stretch = counted[deed.id]
        if reason := why_not(deed, stretch, beside[deed.person_id], now):
            reasons[deed.id] = reason
        elif stretch.minutes:
            beside[deed.person_id].append(stretch)
    if reasons:
        raise CannotCount(reasons)


def why_not(deed: Deed, stretch: Counted, others: Sequence[Stretch], now: datetime) -> str | None:
    if stretch.minutes > MOST_MINUTES:
        return counting.too_much(deed.person, stretch.minutes)
    if abs(stretch.starts_at - deed.starts_at) > CORRECTED_BY:
        return _("This is more than a month from what was written down.")
    if not stretch.minutes:
        return None
    if stretch.starts_at + timedelta(minutes=stretch.minutes) > now:
        return _("So many minutes would end later than now.")
    return counting.why_not(deed.person, stretch, others)


def reopen(deed: Deed, *, reason: str, by: Person) -> None:
    """It does not count until somebody confirms it anew. Raises NotConfirmed, OwnHours or
    ReasonMissing."""
    with transaction():
        lock(deed.person, deed)
        if not deed.is_confirmed:
            raise NotConfirmed
        if deed.person_id == by.id:
            raise OwnHours
        if not reason.strip():
            raise ReasonMissing
        record("deed.reopened", deed.team, [deed], by=by)
        deed.confirmed_by = deed.confirmed_at = None
        deed.reopened_by, deed.reopened_at = by, clock.now()
        deed.reopen_reason = reason.strip()


def record(
    action: str,
    team: Team,
    deeds: Sequence[Deed],
    *,
    by: Person,
    noted: Mapping[int, tuple[datetime, int]] | None = None,
) -> None:
    """With the minutes that count, or counted until now; `noted`: what was written down before, by
    the deed's number."""
    trail.record_each(
        action,
        Deed,
        [
            (
                deed.id,
                deed.person_id,
                {"day": deed.day.isoformat(), "minutes": deed.minutes, **corrected(deed, noted)},
            )
            for deed in deeds
        ],
        by=by,
        team=team,
    )


def corrected(deed: Deed, noted: Mapping[int, tuple[datetime, int]] | None) -> dict[str, str | int]:
    """What the trail keeps beside what counts: only where it was written down otherwise."""
    began, minutes = (noted or {}).get(deed.id, (deed.wall_starts, deed.minutes))
    kept: dict[str, str | int] = {}
    if minutes != deed.minutes:
        kept["noted_minutes"] = minutes
    if began != deed.wall_starts:
        kept |= {"began": deed.wall_starts.isoformat(), "noted_began": began.isoformat()}
    return kept
