"""What somebody tells that they can, and about where they live; forgotten when they leave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, select

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.homes import Home, read
from volunteer.core.seen import check_unchanged
from volunteer.help_requests.models import Abilities, Skill, Speech
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, MembershipStatus


@dataclass(frozen=True)
class AbilityDetails:
    """Everything may be left out; the home goes as far as the building."""

    skills: Sequence[Skill] = ()
    speeches: Sequence[Speech] = ()
    place_id: int | None = None
    estate: str = ""
    building: str = ""


def find(person: Person) -> Abilities | None:
    return session.scalars(select(Abilities).where(Abilities.person_id == person.id)).one_or_none()


def details_of(found: Abilities | None) -> AbilityDetails:
    """What they have told, as it would be put down again."""
    if found is None:
        return AbilityDetails()
    return AbilityDetails(
        skills=[Skill(value) for value in found.skills],
        speeches=[Speech(value) for value in found.speeches],
        place_id=found.place_id,
        estate=found.estate,
        building=found.building,
    )


def tell(
    person: Person,
    details: AbilityDetails,
    *,
    by: Person,
    team: HasNumber | None = None,
    seen: str | None = None,
) -> None:
    """Put down what is true now; the trail keeps that it was told, not what.

    `team` is the one whose coordinator does it for them. `seen`: the mark of what their page showed
    of details_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(person)
        home = whole(details)
        found = find(person)
        wanted = replace(details, estate=home.estate, building=home.building)
        check_unchanged(seen, details_of(found), wanted)
        found = found or Abilities(person_id=person.id)
        found.skills = [skill.value for skill in details.skills]
        found.speeches = [speech.value for speech in details.speeches]
        found.place_id = details.place_id
        found.estate, found.building = home.estate, home.building
        found.by_id, found.changed_at = by.id, clock.now()
        session.add(found)
        trail.record("abilities.told", found, by=by, person=person, team=team)


def whole(details: AbilityDetails) -> Home:
    """3栋 is building 3, and is written alike by everybody."""
    home = read(f"{details.estate}{details.building.rstrip('栋幢座楼号')}栋")
    if details.building and home.estate and home.building:
        return home
    return Home(estate=details.estate, building=details.building if details.estate else "")


def forget_with(membership: Membership, _by: Person) -> None:
    """Who leaves their last team helps here no more: nothing of it is kept."""
    if membership.status is not MembershipStatus.LEFT:
        return
    person = membership.person
    others = team_queries.list_memberships_of(person)
    if all(other.id == membership.id for other in others):
        session.execute(delete(Abilities).where(Abilities.person_id == person.id))
