"""Reading a month's problem from the tables, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from volunteer.activities import fitting
from volunteer.activities import queries as activity_queries
from volunteer.activities.models import Occurrence, RotaSeat, SignupStatus
from volunteer.activities.rota import queries
from volunteer.activities.rota.problem import Candidate, Date, Problem, Promise, Terms, Work
from volunteer.activities.rota.queries import Month
from volunteer.core import clock, zones
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.training import queries as training_queries

# Who came no more often than this is new, and goes beside somebody who knows the team.
NEW_UNTIL = 1


def month_of(team: Team, first: date) -> Month:
    """The month that begins on this day, by the clock of the team."""
    begin, end = (zones.at(day, time(0), team.zone) for day in (first, month_after(first)))
    return Month(first, begin, end)


def month_after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


@dataclass
class Past:
    """How often somebody came, lately and at all."""

    recent: int = 0
    already: int = 0
    done: dict[tuple[int, str], int] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return sum(self.done.values()) <= NEW_UNTIL


@dataclass(frozen=True)
class Scene:
    """A team in a month: who is active in it, and the dates to which they can be invited."""

    team: Team
    month: Month
    people: Sequence[Person]
    dates: Sequence[Occurrence]


def look_at(team: Team, first: date) -> Scene:
    """The team in the month that begins on this day."""
    month, now = month_of(team, first), clock.now()
    found = activity_queries.list_between(team, first=max(month.begin, now), before=month.end)
    people = [membership.person for membership in team_queries.list_active(team)]
    return Scene(team, month, people, [date for date in found if date.is_open(now)])


def problem_of(scene: Scene, terms: Terms, kept: Iterable[RotaSeat] = ()) -> Problem:
    """The month's open seats and everybody who could have them; `kept` seats of a draft stay."""
    by_role: dict[int, list[int | None]] = defaultdict(list)
    for seat in kept:
        by_role[seat.role_id].append(seat.person_id)
    return Problem(
        members=tuple(candidates(scene)),
        dates=tuple(date_of(occurrence, by_role, terms) for occurrence in scene.dates),
        terms=terms,
    )


def date_of(occurrence: Occurrence, kept: Mapping[int, Sequence[int | None]], terms: Terms) -> Date:
    works, slot = [], fitting.slot_at(occurrence)
    for role in occurrence.roles:
        going = [signup.person_id for signup in role.going]
        held = [person for person in kept.get(role.id, ()) if person not in going]
        wanted = role.maximum if terms.up_to_most else role.minimum
        works.append(
            Work(
                id=role.id,
                name=role.name,
                minimum=role.minimum,
                training=role.training_id,
                # A seat that is kept empty by hand counts as given.
                open=max(0, min(wanted - len(going) - len(held), role.free - len(held))),
                taken=(*going, *(person for person in held if person is not None)),
            )
        )
    return Date(
        id=occurrence.id,
        activity=occurrence.activity_id,
        slot=slot.value if slot else None,
        day=occurrence.day,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        works=tuple(works),
        leader=occurrence.activity.leader_id,
    )


def candidates(scene: Scene) -> Iterable[Candidate]:
    wishes = dict(queries.list_wishes(scene.team))
    past = past_of_each(scene.team, scene.month)
    promises = promises_of_each(scene)
    declined, waiting = (
        dates_with(status, scene.dates) for status in (SignupStatus.WITHDRAWN, SignupStatus.WAITING)
    )
    trained, away = trainings_of_each(scene), away_days_of_each(scene)
    for person in scene.people:
        wish, before = wishes.get(person.id), past.get(person.id, Past())
        yield Candidate(
            id=person.id,
            slots=frozenset(person.free_slots),
            recent=before.recent,
            already=before.already,
            most=wish.most_a_month if wish else None,
            is_new=before.is_new,
            likes=frozenset(wish.works if wish else ()),
            beside=frozenset(wish.beside if wish else ()),
            done=before.done,
            elsewhere=promises.get(person.id, ()),
            declined=frozenset(declined.get(person.id, ())),
            away=frozenset(away.get(person.id, ())),
            waits_for=frozenset(waiting.get(person.id, ())),
            trainings=frozenset(trained.get(person.id, ())),
        )


def away_days_of_each(scene: Scene) -> dict[int, set[date]]:
    """On which of the scene's days each person is away."""
    away: dict[int, set[date]] = defaultdict(set)
    people, days = [person.id for person in scene.people], [date.day for date in scene.dates]
    for person, day in people_queries.who_is_away(people, days):
        away[person].add(day)
    return away


def trainings_of_each(scene: Scene) -> dict[int, set[int]]:
    """What of the work's trainings each person has passed, and holds to the end of the month."""
    wanted = {r.training_id for o in scene.dates for r in o.roles if r.training_id is not None}
    trained: dict[int, set[int]] = defaultdict(set)
    if wanted:
        last = max(occurrence.day for occurrence in scene.dates)
        people = [person.id for person in scene.people]
        for row in training_queries.find_qualifications(people, wanted).values():
            if row.holds(last):
                trained[row.person_id].add(row.training_id)
    return trained


def dates_with(status: SignupStatus, occurrences: Iterable[Occurrence]) -> dict[int, set[int]]:
    """For each person the dates on which they have this."""
    dates: dict[int, set[int]] = defaultdict(set)
    for occurrence in occurrences:
        for signup in occurrence.signups:
            if signup.status is status:
                dates[signup.person_id].add(occurrence.id)
    return dates


def past_of_each(team: Team, month: Month) -> dict[int, Past]:
    past: dict[int, Past] = defaultdict(Past)
    counted = queries.count_places(team, month, clock.now())
    for person, activity, work, done, recent, already in counted:
        found = past[person]
        found.recent += recent
        found.already += already
        if done:
            found.done[activity, work] = done
    return past


def promises_of_each(scene: Scene) -> dict[int, list[Promise]]:
    """Where people have promised to be, beside the dates of the scene itself."""
    here = {occurrence.id for occurrence in scene.dates}
    promises: dict[int, list[Promise]] = defaultdict(list)
    places = queries.list_places_around([person.id for person in scene.people], scene.month)
    for person, occurrence, wall_starts, starts_at, ends_at in places:
        if occurrence not in here:
            promises[person].append(Promise(wall_starts.date(), starts_at, ends_at))
    return promises
