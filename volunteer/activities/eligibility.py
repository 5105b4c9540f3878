"""Why somebody can't have a place, and what to think over first: the one place that says so.

The page, signing up, the waiting list, stand-ins and the rota all ask here. What is asked about
many people or many dates is looked up for all of them at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from volunteer.activities import glance_queries, insurance, queries
from volunteer.activities.errors import (
    AgeNotKnown,
    AlreadyStarted,
    AwayThen,
    BusyThen,
    DateCancelled,
    Doubt,
    GuardianMustAgree,
    GuardianMustCome,
    HardlyTimeBetween,
    LongDay,
    NotAnActiveMember,
    NotForTheYoung,
    NotInsured,
    OutsideAgeBand,
    OutsideInsuranceAges,
    TheyAreAwayThen,
    TooLateForTheYoung,
    TooYoung,
    TrainingNeeded,
    WeekIsFull,
    WorkDoneNoMore,
)
from volunteer.activities.glances import (
    AnyDate,
    AnyPerson,
    AnyRole,
    AnySignup,
    Chance,
    DateGlance,
)
from volunteer.activities.models import (
    DangerLevel,
    Guardian,
    InsurancePolicy,
    Occurrence,
)
from volunteer.core import zones
from volunteer.core.errors import DomainError
from volunteer.people import models as people
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import MembershipStatus
from volunteer.training import queries as training_queries
from volunteer.training.models import Qualification

ALONE_FROM, SIGNS_UP_FROM = 14, 8
# No child works from nine in the evening until six in the morning.
EVENING, MORNING = time(21), time(6)
# To get from one place to another.
TRAVEL_TIME = timedelta(minutes=30)
LONG_DAY = timedelta(hours=6)
A_WEEK = timedelta(days=7)

# By person and day the last day of a stretch of days away.
Away: TypeAlias = dict[tuple[int, date], date]


@dataclass(frozen=True)
class Facts:
    """What was looked up about some people and dates: all that the rules below need."""

    # Teams of which each person is an active member.
    teams_of: dict[int, set[int]]
    # Dates around these on which each person has a place.
    places_of: dict[int, list[AnyDate]]
    qualifications: dict[tuple[int, int], Qualification] = field(default_factory=dict)
    # Children and youths whose guardian has agreed on paper.
    agreed: set[int] = field(default_factory=set)
    # By team and child.
    guardians: dict[tuple[int, int], Guardian] = field(default_factory=dict)
    policies: dict[int, list[InsurancePolicy]] = field(default_factory=dict)
    away: Away = field(default_factory=dict)

    def refusals(
        self,
        person: AnyPerson,
        role: AnyRole,
        occurrence: AnyDate,
        *,
        asks_membership: bool = True,
    ) -> list[DomainError]:
        """Everything that keeps this person from this work on this date; nothing: they may come.

        Whether a place is free is another question, and so is whether the date is still open.
        `asks_membership`: of everybody but who stands at the door.
        """
        found: list[DomainError] = []
        if role.is_closed:
            found.append(WorkDoneNoMore())
        if asks_membership and occurrence.team.id not in self.teams_of.get(person.id, ()):
            found.append(NotAnActiveMember())
        if any(overlap(occurrence, other) for other in self.places_of.get(person.id, ())):
            found.append(BusyThen())
        found += self.of_age(person, role, occurrence)
        found += self.of_training(person, role, occurrence)
        found += self.of_insurance(person, occurrence)
        found += self.of_limits(person, occurrence)
        return found

    def of_age(self, person: AnyPerson, role: AnyRole, occurrence: AnyDate) -> list[DomainError]:
        age = person.age_on(occurrence.day)
        found: list[DomainError] = []
        if age is not None and people.is_young(age):
            found += self.of_the_young(person, age, occurrence)
        if role.least_age is not None or role.most_age is not None:
            if age is None:
                found.append(AgeNotKnown())
            elif not (role.least_age or 0) <= age <= (role.most_age or age):
                found.append(OutsideAgeBand(role.least_age, role.most_age))
        return found

    def of_the_young(self, person: AnyPerson, age: int, occurrence: AnyDate) -> list[DomainError]:
        """Who is not grown up: not in danger nor at night; the guardian comes, or agrees."""
        if age < SIGNS_UP_FROM:
            return [TooYoung()]
        found: list[DomainError] = []
        if occurrence.activity.danger_level is DangerLevel.POSSIBLE:
            found.append(NotForTheYoung())
        # The last minute of its day is only when a task has to be done.
        if is_at_night(occurrence.wall_starts, occurrence.wall_ends) and not occurrence.is_task:
            found.append(TooLateForTheYoung())
        if age < ALONE_FROM:
            tie = self.guardians.get((occurrence.team.id, person.id))
            coming = {signup.person_id for signup in occurrence.going}
            if tie is None or tie.guardian_id not in coming:
                found.append(GuardianMustCome())
        elif person.id not in self.agreed:
            found.append(GuardianMustAgree())
        return found

    def of_training(
        self, person: AnyPerson, role: AnyRole, occurrence: AnyDate
    ) -> list[DomainError]:
        if role.training is None:
            return []
        row = self.qualifications.get((person.id, role.training.id))
        if row is None:
            return [TrainingNeeded(role.training.name)]
        if not row.holds(occurrence.day):
            return [TrainingNeeded(role.training.name, row.good_until)]
        return []

    def of_insurance(self, person: AnyPerson, occurrence: AnyDate) -> list[DomainError]:
        if occurrence.activity.danger_level is not DangerLevel.POSSIBLE:
            return []
        day = occurrence.day
        good = [p for p in self.policies.get(occurrence.team.id, ()) if p.holds(day)]
        if not good:
            return [NotInsured()]
        age = person.age_on(day)
        return [] if any(p.covers_age(age) for p in good) else [OutsideInsuranceAges()]

    def of_limits(self, person: AnyPerson, occurrence: AnyDate) -> list[DomainError]:
        most = occurrence.team.most_a_week
        if most is None:
            return []
        week = zones.monday_of(occurrence.day)
        same = [
            other
            for other in self.places_of.get(person.id, ())
            if other.team.id == occurrence.team.id
            and other.id != occurrence.id
            and zones.monday_of(other.day) == week
        ]
        return [WeekIsFull(most)] if len(same) >= most else []

    def doubts(
        self, person: AnyPerson, occurrence: AnyDate, *, by: AnyPerson | None = None
    ) -> list[Doubt]:
        """What this person, or whoever asks for them, should think over: they said that they are
        away then, hardly time to get there, or a very long day."""
        found: list[Doubt] = []
        if until := self.away.get((person.id, occurrence.day)):
            is_own = by is None or by.id == person.id
            found.append(AwayThen(until) if is_own else TheyAreAwayThen(until))
        others = [o for o in self.places_of.get(person.id, ()) if o.id != occurrence.id]
        for other in others:
            between = max(
                other.starts_at - occurrence.ends_at, occurrence.starts_at - other.ends_at
            )
            if timedelta(0) <= between < TRAVEL_TIME and other.place != occurrence.place:
                minutes = int(between.total_seconds()) // 60
                found.append(HardlyTimeBetween(other.title, other.place, minutes))
        same_day = [o for o in others if o.day == occurrence.day]
        length = sum((o.ends_at - o.starts_at for o in [occurrence, *same_day]), timedelta(0))
        if same_day and length > LONG_DAY:
            found.append(LongDay(int(length.total_seconds()) // 60))
        return found

    def may_come(self, person: AnyPerson, role: AnyRole, occurrence: AnyDate) -> bool:
        return not self.refusals(person, role, occurrence)

    def may_be_asked(self, person: AnyPerson, role: AnyRole, occurrence: AnyDate) -> bool:
        """Whether they may come, and have not said that they are away then: else nobody asks them,
        moves them up or puts them on the date. By their own word they may come all the same."""
        is_away = (person.id, occurrence.day) in self.away
        return not is_away and self.may_come(person, role, occurrence)


def look_up(
    occurrences: Sequence[AnyDate],
    people: Iterable[AnyPerson],
    *,
    are_members: bool = False,
    away: Away | None = None,
) -> Facts:
    """All that the rules need to know of these people and these dates, also who is away then.

    `are_members`: of the teams of these dates, as is known; then nobody asks for it again. `away`:
    as is known, or nobody where only refusals are asked for.
    """
    everybody = {person.id: person for person in people}
    if not everybody or not occurrences:
        return Facts({}, {})
    first = min(occurrence.starts_at for occurrence in occurrences) - A_WEEK
    last = max(occurrence.ends_at for occurrence in occurrences) + A_WEEK
    places: dict[int, list[AnyDate]] = defaultdict(list)
    for person_id, place in glance_queries.list_places(everybody, first=first, before=last):
        places[person_id].append(place)
    teams = {occurrence.team.id for occurrence in occurrences}
    in_teams = dict.fromkeys(everybody, teams) if are_members else None
    facts = Facts(in_teams or team_queries.list_teams_of(everybody, teams), dict(places))
    if away is None:
        away = people_queries.who_is_away(everybody, [o.day for o in occurrences])
    facts.away.update(away)
    look_up_what_few_need(facts, occurrences, everybody)
    return facts


def of_own(person: Person, occurrences: Sequence[AnyDate], own: Iterable[AnySignup]) -> Facts:
    """The same for one person and dates of their teams, whose own coming places are at hand; a
    glance of a date knows whether they are away on its day."""
    teams = {occurrence.team.id for occurrence in occurrences}
    places: list[AnyDate] = [signup.occurrence for signup in own if signup.is_going]
    glances = [o for o in occurrences if isinstance(o, DateGlance)]
    away = {(person.id, o.day): o.away_until for o in glances if o.away_until}
    facts = Facts({person.id: teams}, {person.id: places}, away=away)
    look_up_what_few_need(facts, occurrences, {person.id: person})
    return facts


def look_up_what_few_need(
    facts: Facts, occurrences: Sequence[AnyDate], everybody: Mapping[int, AnyPerson]
) -> None:
    """Trainings, guardians and insurance: asked for only where they matter."""
    trainings = {r.training_id for o in occurrences for r in o.roles if r.training_id is not None}
    if trainings:
        facts.qualifications.update(training_queries.find_qualifications(everybody, trainings))
    days = [occurrence.day for occurrence in occurrences]
    young = [p for p in everybody.values() if is_young(p, days)]
    if young:
        teams = {occurrence.team.id for occurrence in occurrences}
        facts.agreed.update(
            queries.who_agreed([p.id for p in young], ConsentScope.YOUNG_VOLUNTEER, min(days))
        )
        for tie in queries.list_guardians([p.id for p in young], teams):
            facts.guardians[tie.team_id, tie.person_id] = tie
    dangerous = {o.team.id for o in occurrences if o.activity.danger_level is DangerLevel.POSSIBLE}
    if dangerous:
        for policy in insurance.list_policies(dangerous):
            facts.policies.setdefault(policy.team_id, []).append(policy)


def is_at_night(begins: datetime, ends: datetime) -> bool:
    """Whether the young can't come at this wall time."""
    return begins.time() < MORNING or ends > datetime.combine(begins.date(), EVENING)


def is_young(person: AnyPerson, days: Iterable[date]) -> bool:
    return any(people.is_young(person.age_on(day)) for day in days)


def of_date(occurrence: Occurrence, people: Iterable[Person]) -> Facts:
    """The same for one date."""
    return look_up([occurrence], people)


def of_chance(chance: Chance) -> Facts:
    """The same for one date and one person, of whom it is known how they stand to the team."""
    date, person = chance.date, chance.person
    away = {(person.id, date.day): date.away_until} if date.away_until else {}
    facts = look_up([date], [person], are_members=True, away=away)
    is_member = chance.membership is MembershipStatus.ACTIVE
    return facts if is_member else replace(facts, teams_of={})


def check_is_open(occurrence: AnyDate, now: datetime) -> None:
    """Raises DateCancelled or AlreadyStarted."""
    if occurrence.is_cancelled:
        raise DateCancelled
    if occurrence.has_started(now):
        raise AlreadyStarted


def overlap(one: AnyDate, other: AnyDate) -> bool:
    """Whether two different dates that take place share any time. A task is done at an hour of
    one's own, so it never does."""
    return (
        one.id != other.id
        and not (one.is_task or other.is_task)
        and not other.is_cancelled
        and other.starts_at < one.ends_at
        and other.ends_at > one.starts_at
    )
