"""Who has promised to be somewhere else, when a date gets another time or takes place after all.

Two places at the same time are never given; so the place on the date that comes second is given up,
and who had it is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from volunteer.activities import eligibility, notices, queries, signups
from volunteer.activities.models import (
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
    StandingPlace,
)
from volunteer.activities.notices import Reasons
from volunteer.activities.standing_queries import list_pausing
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.people import queries as people_queries
from volunteer.people.models import Person


def hold_who_came(*off: ColumnElement[bool]) -> None:
    """Hold who has a place on the cancelled dates of these conditions, before anybody holds the
    dates, as in signing up: who promises at this moment to be somewhere else is seen, or waits."""
    theirs = (
        select(Signup.person_id)
        .join(Signup.occurrence)
        .where(
            Occurrence.status == OccurrenceStatus.CANCELLED,
            Occurrence.starts_at > clock.now(),
            Signup.status == SignupStatus.GOING,
            *off,
        )
    )
    people = select(Person.id).where(Person.id.in_(theirs)).order_by(Person.id)
    session.scalars(people.with_for_update(key_share=True)).all()


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


def find_away(moved: Iterable[tuple[Occurrence, date, date]]) -> list[Signup]:
    """Who comes every week, and pauses or is away on the day to which a date moves: (date, old day,
    new day). Who took a place in that very pause before knew of it, and keeps it."""
    moved = list(moved)
    if not moved:
        return []
    pausing = {(s.activity_id, s.person_id): s for s in list_pausing(o for o, *_days in moved)}
    away = people_queries.who_is_away(
        {person for _activity, person in pausing},
        {day for _occurrence, *days in moved for day in days},
    )

    def stays_away(standing: StandingPlace, old: date, new: date) -> bool:
        pause, until = standing.pause_on(new), away.get((standing.person_id, new))
        return (pause is not None and pause is not standing.pause_on(old)) or (
            until is not None and until != away.get((standing.person_id, old))
        )

    return [
        signup
        for occurrence, old, new in moved
        for signup in occurrence.active_signups
        if (standing := pausing.get((occurrence.activity_id, signup.person_id)))
        and standing.position == signup.role.position
        and stays_away(standing, old, new)
    ]


def find_young(occurrences: Iterable[Occurrence]) -> list[Signup]:
    """Who is not grown up on these dates, which the young can't come to: at night, or where it may
    be dangerous."""
    return [
        signup
        for occurrence in occurrences
        for signup in occurrence.active_signups
        if eligibility.is_young(signup.person, [occurrence.day])
    ]


def give_way(
    occurrences: Sequence[Occurrence],
    *,
    by: Person,
    were_at: Mapping[int, datetime] | None = None,
) -> list[Person]:
    """These dates of one activity, which are held, take place again or at another time: who has
    promised to be somewhere else loses the place, with the children who come only because of them,
    and so does who pauses on the day to which it moved, or is too young for that hour of the night;
    each is told. Answers who. `were_at`: when each would have begun, by number, if it was moved."""
    were_at = were_at or {}
    elsewhere = find((o, o.starts_at, o.ends_at) for o in occurrences if not o.is_task)
    away = find_away(
        (o, zones.day_in(o.activity.zone, were_at[o.id]), o.day)
        for o in occurrences
        if o.id in were_at
    )
    young = find_young(o for o in occurrences if o.id in were_at and is_at_night(o))
    dates_of: dict[Person, list[int]] = {}
    for signup in [*elsewhere, *young]:
        for lost in signups.release(signup, by=by):
            dates_of.setdefault(lost.person, []).append(lost.occurrence_id)
    for signup in away:
        for lost in signups.free_in_pause(signup, by=by):
            dates_of.setdefault(lost.person, []).append(lost.occurrence_id)
    if dates_of:
        activity = occurrences[0].activity
        activity.revision += 1
        session.flush()
        notices.tell_of_changes(
            activity,
            list(dates_of.items()),
            Reasons(
                elsewhere={signup.person_id for signup in elsewhere},
                away={signup.person_id for signup in away},
                young={signup.person_id for signup in young},
            ),
            were_at={o.id: o.starts_at for o in occurrences} | dict(were_at),
            is_replanned=False,
        )
    return list(dates_of)


def is_at_night(occurrence: Occurrence) -> bool:
    begins, ends = occurrence.wall_starts, occurrence.wall_ends
    return not occurrence.is_task and eligibility.is_at_night(begins, ends)


def who_loses(clashing: Iterable[Signup]) -> list[Person]:
    """Whose place give_way() would take for these: theirs, and that of the children with them."""
    people = [one.person for s in clashing for one in (s, *signups.goes_with(s))]
    return list(dict.fromkeys(people))
