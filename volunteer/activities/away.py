"""Somebody is away for some days: what comes of it on the calendar.

Their places of every week are free on those days as in a pause, and theirs again when they are here
after all. What else they have promised stays promised until they give it back, each by a press of
its own. Nobody asks them meanwhile, moves them up or puts them on a date (eligibility.py); on a
waiting list they keep their turn.

A night belongs to the evening on which it begins: who is away from Sunday on can be at the watch of
Saturday that ends at one, and keeps it. Only they know when they set out, so what runs into a day
away stands among what they have promised for it, to be given back.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from volunteer.activities import (
    excuses,
    filling,
    queries,
    signups,
    standing_queries,
    ties,
    waitlist,
)
from volunteer.activities.errors import NotInTheSameTeam, NotSignedUp
from volunteer.activities.models import Activity, Excuse, Signup, StandingPlace
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.core.news import News
from volunteer.people import away
from volunteer.people import queries as people_queries
from volunteer.people.away import A_DAY, Stretch
from volunteer.people.models import AwayDays, Person
from volunteer.teams.models import Team

FREED = excuses.Reason(Excuse.PAUSE)

# These people, by number, are away on other days than before; the calendar goes by it already.
days_changed: News[[Sequence[int]]] = News()


@dataclass(frozen=True)
class Lunch:
    """A lunch on a day away: not cooked for them, or booked by their own word."""

    meal_id: int
    day: date
    title: str
    is_off: bool


Lunches = dict[int, list[Lunch]]
LunchesOf = Callable[[Person, Sequence[AwayDays], Team | None], Lunches]
# Of what another part knows: only its pages read more of it.
Visits = Mapping[int, Sequence[object]]
VisitsOf = Callable[[Person, Sequence[AwayDays], Team | None], Visits]


def nothing(_person: Person, _stretches: Sequence[AwayDays], _team: Team | None) -> Lunches:
    """Before the parts are connected."""
    return {}


class Known:
    """What is known elsewhere."""

    lunches: LunchesOf = staticmethod(nothing)
    visits: VisitsOf = staticmethod(nothing)


def lunches_by(lunches: LunchesOf) -> None:
    """Who says what becomes of somebody's lunches on days away, by the number of the stretch."""
    Known.lunches = staticmethod(lunches)


def visits_by(visits: VisitsOf) -> None:
    """Who says which visits somebody has promised for days away, by the number of the stretch."""
    Known.visits = staticmethod(visits)


def note(
    person: Person,
    stretch: Stretch,
    *,
    by: Person,
    mates: Iterable[Person] = (),
    team: HasNumber | None = None,
) -> None:
    """The person is away then, and so are these of those they live with; the remark is the
    person's alone. `team`: whose coordinator enters it.

    Raises AwayTooLong, or NotInTheSameTeam for who does not live with them.
    """
    with transaction():
        # In the order of their numbers, so that two households never wait for each other.
        everybody = sorted({person, *mates}, key=lambda one: one.id)
        lock(*everybody)
        at_home = {person.id, *(mate.id for mate in ties.list_all_housemates(person))}
        if not {one.id for one in everybody} <= at_home:
            raise NotInTheSameTeam
        known = people_queries.who_is_away([one.id for one in everybody], stretch.all_days)
        rows = []
        for one in everybody:
            theirs = stretch if one.id == person.id else replace(stretch, remark="")
            rows.append(away.note(one, theirs, by=by, team=team))
        # The clock may be putting them on new dates at this moment.
        hold_activities(everybody)
        free(rows, known, by)
        days_changed.announce([one.id for one in everybody])


def free(rows: Sequence[AwayDays], known: Collection[tuple[int, date]], by: Person) -> None:
    """Give back what these people have in their stretch because they come every week, also on a
    date that is off: it may be on again; and what they are asked on waiting lists is asked the
    next. What they have on a day of which it was known, by (person, day), they took by their own
    word since, and keep."""
    of = {row.person_id: row for row in rows}
    held = {
        (place.person_id, place.activity_id): place
        for place in standing_queries.list_standing_of(*of)
    }
    first, last = min(row.first_on for row in rows), max(row.last_on for row in rows)
    for signup in queries.list_promised_of(of, first, last, after=clock.now(), also_off=True):
        whose, occurrence = signup.person_id, signup.occurrence
        if (whose, occurrence.day) in known or not of[whose].holds(occurrence.day):
            continue
        if is_of_every_week(signup, held.get((whose, occurrence.activity_id))):
            # Until the date is ours, somebody else may have their place.
            with suppress(NotSignedUp):
                signups.withdraw(signup, by=by, reason=FREED)
        elif signup.is_asked:
            waitlist.ask_the_next(signup)


def is_of_every_week(signup: Signup, place: StandingPlace | None) -> bool:
    return (
        place is not None
        and place.means(signup.occurrence.planned_on)
        and place.position == signup.role.position
    )


def hold_activities(people: Iterable[Person]) -> list[Activity]:
    """Those to which they come every week, in the order in which activities are locked."""
    held = standing_queries.list_standing_of(*(person.id for person in people))
    activities = sorted({place.activity for place in held}, key=lambda activity: activity.id)
    lock(*activities)
    return activities


def take_back(person: Person, number: int, *, by: Person, team: HasNumber | None = None) -> None:
    """Here after all, from today on: the places of every week are theirs again where there is room,
    and so is their turn on waiting lists. Twice changes nothing."""
    with transaction():
        gone = away.take_back(person, number, by=by, team=team)
        if gone is None:
            return
        filling.fill_held(hold_activities([person]), by=by)
        days_changed.announce([person.id])
    # Each by itself: who holds one date must not wait for another out of turn.
    coming = queries.list_promised_of([person.id], *gone.days, after=clock.now())
    for signup in coming:
        if signup.is_waiting:
            waitlist.promote(signup.occurrence)


def list_promised(
    person: Person, stretches: Sequence[AwayDays], *, team: HasNumber | None = None
) -> dict[int, list[Signup]]:
    """What they have promised on the days of each of these stretches, and what runs into them from
    the evening before, in this team or in all, by its number, soonest first: one query for all."""
    if not stretches:
        return {}
    first = min(one.first_on for one in stretches) - A_DAY
    last = max(one.last_on for one in stretches)
    coming = sorted(
        (
            signup
            for signup in queries.list_promised_of([person.id], first, last, after=clock.now())
            if team is None or signup.occurrence.activity.team_id == team.id
        ),
        key=lambda signup: (signup.occurrence.starts_at, signup.id),
    )
    return {
        one.id: [
            signup
            for signup in coming
            if one.holds(signup.occurrence.day) or one.holds(signup.occurrence.last_day)
        ]
        for one in stretches
    }


def list_lunches(
    person: Person, stretches: Sequence[AwayDays], *, team: Team | None = None
) -> Lunches:
    """What becomes of their lunches on the days of each of these stretches, in this team or in all,
    by its number, soonest first."""
    found = Known.lunches(person, stretches, team) if stretches else {}
    return {one.id: found.get(one.id, []) for one in stretches}


def list_visits(
    person: Person, stretches: Sequence[AwayDays], *, team: Team | None = None
) -> Visits:
    """The visits that they have promised for the days of each of these stretches, in the same
    way."""
    return Known.visits(person, stretches, team) if stretches else {}


def list_coming(person: Person) -> Sequence[AwayDays]:
    """The stretches that are not over."""
    return people_queries.list_away(person, since=clock.today())
