"""Finding the stars that people have been given."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from volunteer.core.database import all_of
from volunteer.people.models import Person
from volunteer.teams.models import StarAward, Team


def list_stars(team: Team, people: Collection[int] | None = None) -> Sequence[StarAward]:
    """The stars that the team has given, or given these people, the highest first."""
    found = select(StarAward).where(StarAward.team_id == team.id)
    if people is not None:
        found = found.where(StarAward.person_id.in_(people))
    return all_of(found.order_by(StarAward.level.desc(), StarAward.id.desc()))


def highest_stars(team: Team, people: Collection[int] | None = None) -> dict[int, StarAward]:
    """The highest of each person, by their number."""
    return {star.person_id: star for star in reversed(list_stars(team, people))}


def list_highest_stars_of(person: Person) -> list[StarAward]:
    """One for each team that has given this person any, by the team's name."""
    found = all_of(
        select(StarAward)
        .join(StarAward.team)
        .where(StarAward.person_id == person.id)
        .options(contains_eager(StarAward.team))
        .order_by(Team.name, Team.id, StarAward.level)
    )
    return list({star.team_id: star for star in found}.values())
