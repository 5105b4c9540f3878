"""Confirming deeds: a coordinator looks over what volunteers wrote down of visits and of help, and
only then it counts.

The written rules:
- Who wrote it down was there: so another coordinator confirms one's own, and nobody else. Where
  there is none, it waits.
- A stretch that is not over, that meets other hours of the same person, or that makes more than
  twelve of one day, does not count (activities/counting.py).
- Nought minutes: somebody was down for it and was not there, or it is no service.
- What counts is corrected by opening it again, for a reason; until then it does not count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from volunteer.activities import closing, counting
from volunteer.activities.counting import Stretch
from volunteer.activities.errors import CannotCount, OwnHours, ReasonMissing
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.core.language import gettext as _
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import MOST_MINUTES, Deed
from volunteer.hours.errors import NotConfirmed
from volunteer.people.models import Person
from volunteer.teams.models import Team

A_DAY = timedelta(days=1)


def confirm(team: Team, minutes: Mapping[int, int], *, by: Person) -> int:
    """Count so many minutes of each of these deeds of the team, by its number; answers how many.

    What somebody else has confirmed meanwhile stays as it is. Raises OwnHours; or CannotCount with
    the reason for each deed that can't count, by its number, and then none does.
    """
    with transaction():
        # People before deeds, as whoever closes a day holds people before dates.
        closing.hold(deed_queries.list_people(team, minutes))
        waiting = deed_queries.hold_waiting(team, minutes)
        if any(deed.person_id == by.id for deed in waiting):
            raise OwnHours
        check_can_count(waiting, minutes, now=clock.now())
        for deed in waiting:
            deed.minutes = minutes[deed.id]
            deed.confirmed_by, deed.confirmed_at = by, clock.now()
        record("deed.confirmed", team, waiting, by=by)
        return len(waiting)


def check_can_count(deeds: Sequence[Deed], minutes: Mapping[int, int], *, now: datetime) -> None:
    """Raises CannotCount."""
    if not deeds:
        return
    first, last = (pick(deed.starts_at for deed in deeds) for pick in (min, max))
    people = {deed.person_id for deed in deeds}
    counted = counting.counted_near(people, first - A_DAY, last + A_DAY)
    # Two of the same press may meet as well.
    beside: dict[int, list[Stretch]] = defaultdict(list, counted)
    reasons = {}
    for deed in deeds:
        stretch = counting.of_deed(deed, minutes[deed.id])
        if reason := why_not(deed, stretch, beside[deed.person_id], now):
            reasons[deed.id] = reason
        elif stretch.minutes:
            beside[deed.person_id].append(stretch)
    if reasons:
        raise CannotCount(reasons)


def why_not(deed: Deed, stretch: Stretch, others: Sequence[Stretch], now: datetime) -> str | None:
    if stretch.minutes > MOST_MINUTES:
        return counting.too_much(deed.person, stretch.minutes)
    if not stretch.minutes:
        return None
    if deed.starts_at + timedelta(minutes=stretch.minutes) > now:
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


def record(action: str, team: Team, deeds: Sequence[Deed], *, by: Person) -> None:
    """With the minutes that count, or counted until now."""
    trail.record_each(
        action,
        Deed,
        [
            (deed.id, deed.person_id, {"day": deed.day.isoformat(), "minutes": deed.minutes})
            for deed in deeds
        ],
        by=by,
        team=team,
    )
