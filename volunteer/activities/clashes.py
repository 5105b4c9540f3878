"""Who has promised to be somewhere else, when a date gets another time or takes place after all.

Two places at the same time are never given; so the place on the date that comes second is given up,
and who had it is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from volunteer.activities import notices, queries, signups
from volunteer.activities.models import Occurrence, Signup
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import Person


def find(
    times: Iterable[tuple[Occurrence, datetime, datetime]], *, besides: Iterable[int] = ()
) -> list[Signup]:
    """Whose place on one of these dates can't be kept when it begins and ends at these moments.

    What they have on these dates, and on those of the numbers in `besides`, is no hindrance. Tasks
    are left out by the caller, who knows whether the dates are tasks then.
    """
    times = list(times)
    elsewhere = queries.list_places_elsewhere(
        {signup.person_id for occurrence, *_time in times for signup in occurrence.going},
        besides={*besides, *(occurrence.id for occurrence, *_time in times)},
        after=clock.now(),
    )
    return [
        signup
        for occurrence, begins, ends in times
        for signup in occurrence.going
        if any(
            other_begins < ends and other_ends > begins
            for other_begins, other_ends in elsewhere.get(signup.person_id, ())
        )
    ]


def give_way(
    occurrences: Sequence[Occurrence],
    *,
    by: Person,
    were_at: Mapping[int, datetime] | None = None,
) -> list[Person]:
    """These dates of one activity, which are held, take place again or at another time: who has
    promised to be somewhere else loses the place, with the children who come only because of them,
    and each is told. Answers who. `were_at`: when each would have begun, by number, if it was
    moved."""
    elsewhere = find((o, o.starts_at, o.ends_at) for o in occurrences if not o.is_task)
    dates_of: dict[Person, list[int]] = {}
    for signup in elsewhere:
        for lost in signups.release(signup, by=by):
            dates_of.setdefault(lost.person, []).append(lost.occurrence_id)
    if dates_of:
        activity = occurrences[0].activity
        activity.revision += 1
        session.flush()
        notices.tell_of_changes(
            activity,
            list(dates_of.items()),
            were_at={o.id: o.starts_at for o in occurrences} | dict(were_at or {}),
            elsewhere={signup.person_id for signup in elsewhere},
            is_replanned=False,
        )
    return list(dates_of)


def who_loses(clashing: Iterable[Signup]) -> list[Person]:
    """Whose place give_way() would take for these: theirs, and that of the children with them."""
    people = [one.person for s in clashing for one in (s, *signups.goes_with(s))]
    return list(dict.fromkeys(people))
