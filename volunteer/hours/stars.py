"""Stars: what a team gives to who has served it long, and well.

The written rules:
- By the hours that count for the team one *may* be given a star: from 100, 300, 600, 1000 and 1500
  on, or as the team has it. Time for learning, and what is no voluntary service, never counts.
- A coordinator gives it, on a day, with a word on how well they served; nobody gives it to
  themselves. It is an honour, and leads to nothing else.
- It stands in the list of members, among one's own hours, and on certificates issued from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.hours import queries
from volunteer.hours.errors import HasThisStar, TooFewHours
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams import star_queries
from volunteer.teams.models import Membership, Quality, StarAward, Team

AN_HOUR = 60


@dataclass(frozen=True)
class Standing:
    """How a member stands: what counts, which star they have, and which they may be given."""

    member: Membership
    minutes: int
    eligible: int
    star: StarAward | None

    @property
    def level(self) -> int:
        return self.star.level if self.star else 0

    @property
    def may_be_given(self) -> bool:
        return self.eligible > self.level


def eligible(minutes: int, star_hours: Sequence[int]) -> int:
    """Up to which star so many minutes reach."""
    return sum(hours * AN_HOUR <= minutes for hours in star_hours)


def standings(team: Team) -> list[Standing]:
    """Of everybody in the team: first who may be given one, each time with most hours first."""
    minutes = queries.minutes_by_person(team)
    stars = star_queries.highest_stars(team)
    found = [
        standing_of(member, minutes.get(member.person_id, 0), stars.get(member.person_id))
        for member in all_of(team_queries.of_team(team))
    ]
    return sorted(found, key=lambda one: (not one.may_be_given, -one.minutes))


def standing(member: Membership) -> Standing:
    """The same of this one."""
    whose = [member.person_id]
    minutes = queries.minutes_by_person(member.team, whose).get(member.person_id, 0)
    star = star_queries.highest_stars(member.team, whose).get(member.person_id)
    return standing_of(member, minutes, star)


def standing_of(member: Membership, minutes: int, star: StarAward | None) -> Standing:
    return Standing(member, minutes, eligible(minutes, member.team.star_hours), star)


def give(member: Membership, level: int, quality: Quality, words: str, *, by: Person) -> StarAward:
    """Raises TooFewHours or HasThisStar; NotFound for who is in the team no more, or was promised
    to be forgotten."""
    person, team = member.person, member.team
    with transaction():
        lock(person)
        if not member.is_in_team or forgetting.was_let_go(person):
            raise NotFound
        now = standing(member)
        if level > now.eligible:
            raise TooFewHours
        if level <= now.level:
            raise HasThisStar
        star = StarAward(
            team=team,
            person=person,
            level=level,
            quality=quality,
            words=words,
            minutes=now.minutes,
            given_on=team.today(clock.now()),
            by=by,
        )
        session.add(star)
        session.flush()
        trail.record("star.given", star, by=by, person=person, team=team, level=level)
        return star


def take_back(star: StarAward, *, by: Person) -> None:
    """It was a mistake. What stands on a certificate stays there. Raises NotFound where somebody
    else was quicker."""
    person, team = star.person, star.team
    with transaction():
        lock(person, star)
        trail.record("star.taken_back", star, by=by, person=person, team=team, level=star.level)
        session.delete(star)
