"""Finding teams and members."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.core import chinese, encryption
from volunteer.core.database import (
    Given,
    all_of,
    any_of,
    asked_once,
    connection,
    made_once,
    one_or_not_found,
    row_number,
    session,
)
from volunteer.core.errors import NotFound
from volunteer.network.models import Place, PlaceKind
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams.glances import MEMBERSHIP_COLUMNS, MembershipGlance, membership_in
from volunteer.teams.models import (
    SERVICE_KEPT,
    Import,
    ImportKind,
    Membership,
    MembershipStatus,
    Team,
    TeamRole,
)

IN_TEAM = (MembershipStatus.ACTIVE, MembershipStatus.PAUSED)
# In it, or waiting to be told so.
BELONGING = (MembershipStatus.APPLIED, *IN_TEAM)
# The order of somebody's teams.
COORDINATED_FIRST = (case((Membership.role == TeamRole.COORDINATOR, 0), else_=1), Team.id)


def get_team(team_id: int) -> Team:
    team = session.get(Team, team_id)
    if team is None:
        raise NotFound
    return team


def list_by_number(numbers: Iterable[int]) -> dict[int, Team]:
    return {team.id: team for team in all_of(select(Team).where(Team.id.in_(list(numbers))))}


def find_team_by_join_code(code: str) -> Team:
    """The team of this open link; raises NotFound."""
    return one_or_not_found(select(Team).where(Team.join_code == code))


def list_teams() -> Sequence[Team]:
    return all_of(teams())


def teams() -> Select[Team]:
    return select(Team).join(Team.place).order_by(Place.name, Team.id)


def list_teams_up_to_the_city() -> Sequence[Team]:
    return all_of(up_to_the_city(teams()))


def up_to_the_city(chosen: Select[Team]) -> Select[Team]:
    """The same, with all that their places lie in: a query for each level, not for each place."""
    levels_above = selectinload(Place.parent, recursion_depth=len(PlaceKind) - 1)
    return chosen.options(joinedload(Team.place).options(levels_above))


def get_membership(team_id: int, membership_id: int) -> Membership:
    """The membership with this number, of this team and no other."""
    return one_or_not_found(
        select(Membership)
        .where(Membership.id == row_number(membership_id), Membership.team_id == team_id)
        .options(joinedload(Membership.person), joinedload(Membership.team))
    )


def find_membership(team: Team, person: Person | None) -> Membership | None:
    """How this person stands to the team; None for a stranger or a visitor."""
    if person is None:
        return None

    def ask() -> Membership | None:
        return session.scalars(
            select(Membership)
            .where(Membership.team_id == team.id, Membership.person_id == person.id)
            .options(joinedload(Membership.person))
        ).one_or_none()

    return asked_once((Membership, team.id, person.id), ask)


def is_active_member(team: Team, person: Person | None) -> bool:
    """In the team now, and not pausing."""
    membership = find_membership(team, person)
    return membership is not None and membership.is_active


def is_in_team(person_id: Given) -> ColumnElement[bool]:
    """A condition: this membership is the person's, and they are in its team, pausing or not."""
    return and_(Membership.person_id == person_id, Membership.status.in_(IN_TEAM))


def list_memberships_of(person: Person) -> Sequence[Membership]:
    """The teams that this person is in, with the team; coordinated ones first."""
    return all_of(
        select(Membership)
        .join(Membership.team)
        .where(is_in_team(person.id))
        .options(contains_eager(Membership.team))
        .order_by(*COORDINATED_FIRST)
    )


def look_at_memberships_of(person: Person) -> Sequence[MembershipGlance]:
    """The same as glances."""
    rows = connection().execute(glance_statement(), {"person": person.id}).all()
    return [membership_in(row) for row in rows]


@made_once
def glance_statement() -> Executable:
    """What look_at_memberships_of asks; nearly every page does."""
    return (
        select(*MEMBERSHIP_COLUMNS)
        .select_from(Membership)
        .join(Membership.team)
        .where(is_in_team(bindparam("person")))
        .order_by(*COORDINATED_FIRST)
    )


def coordinates_a_team_of(me: Person, person: Person) -> bool:
    """Whether I coordinate one of the teams that this person is in."""
    coordinated = select(Membership.team_id).where(
        Membership.person_id == me.id,
        Membership.role == TeamRole.COORDINATOR,
        Membership.status.in_(IN_TEAM),
    )
    found = session.scalars(
        select(Membership.id)
        .where(
            Membership.person_id == person.id,
            Membership.status.in_(IN_TEAM),
            Membership.team_id.in_(coordinated),
        )
        .limit(1)
    ).first()
    return found is not None


def of_team(team: Team) -> Select[Membership]:
    """Everybody in the team, active or pausing, with the person, by name."""
    return with_person(Membership.status.in_(IN_TEAM)).where(Membership.team_id == team.id)


def with_person(which: ColumnElement[bool]) -> Select[Membership]:
    """Those memberships, each with its person, by name."""
    return (
        select(Membership)
        .join(Membership.person)
        .where(which)
        .options(contains_eager(Membership.person))
        .order_by(Person.sort_key, Membership.id)
    )


def search_members(team: Team, words: str) -> Select[Membership]:
    """Members whose name or pinyin initials contain the words, or whose phone they are.

    A phone is found by all of its digits, or by its last four.
    """
    # What has a meaning to LIKE, or stands between the parts of the key, is in no name.
    asked = chinese.narrow(words)
    text = re.sub(r"[%_|\\]", "", asked).strip().lower()
    if not text:
        return of_team(team).where(false()) if asked else of_team(team)
    digits = chinese.phone_digits(text)
    return of_team(team).where(
        Person.name.ilike(f"%{text}%")
        | Person.sort_key.ilike(f"%|{text}%|%")
        | Person.sort_key.ilike(f"{text}%")
        | encryption.is_text(Person.phone_mark, digits)
        | encryption.is_text(Person.phone_tail, digits)
    )


def list_active(team: Team, *, here_on: date | None = None) -> Sequence[Membership]:
    """Who can be chosen for something: the last coordinator stays in the team when they have died,
    but does nothing any more. `here_on`: without those who are away on this day."""
    found = active_in(team)
    if here_on is not None:
        found = found.where(people_queries.away_until(Person.id, here_on).is_(None))
    return all_of(found)


def list_active_on(team: Team, day: date) -> Sequence[tuple[Membership, date | None]]:
    """The same, each with the last day of the stretch in which they are away on this day."""
    away_until = people_queries.away_until(Person.id, day)
    rows = session.execute(active_in(team).add_columns(away_until)).all()
    return [(membership, until) for membership, until in rows]


def active_in(team: Team) -> Select[Membership]:
    is_alive = Person.died_on.is_(None)
    return of_team(team).where(Membership.status == MembershipStatus.ACTIVE, is_alive)


def active_teams_of(person_id: Given) -> Select[int]:
    """The numbers of the teams in which this person takes part, and does not pause."""
    return select(Membership.team_id).where(
        Membership.person_id == person_id, Membership.status == MembershipStatus.ACTIVE
    )


def list_teams_of(people: Iterable[int], teams: Iterable[int]) -> dict[int, set[int]]:
    """In which of these teams each of these people is an active member: numbers by number."""
    found: dict[int, set[int]] = {}
    for person_id, team_id in session.execute(
        select(Membership.person_id, Membership.team_id).where(
            Membership.person_id.in_(list(people)),
            Membership.team_id.in_(list(teams)),
            Membership.status == MembershipStatus.ACTIVE,
        )
    ):
        found.setdefault(person_id, set()).add(team_id)
    return found


def list_applications(team: Team) -> Sequence[Membership]:
    """Who has asked to join and waits for an answer, longest first."""
    return all_of(
        applications_to(team.id)
        .options(joinedload(Membership.person))
        .order_by(Membership.asked_at, Membership.id)
    )


def list_applications_of(person: Person) -> Sequence[Membership]:
    """Where this person has asked to join and waits for an answer, with the team."""
    return all_of(
        applications_of(person.id).options(joinedload(Membership.team)).order_by(Membership.id)
    )


def applications_of(person_id: Given) -> Select[Membership]:
    return select(Membership).where(
        Membership.person_id == person_id, Membership.status == MembershipStatus.APPLIED
    )


def applications_to(team_id: Given) -> Select[Membership]:
    return select(Membership).where(
        Membership.team_id == team_id, Membership.status == MembershipStatus.APPLIED
    )


def coordinates() -> ColumnElement[bool]:
    """A condition on memberships and their people: does not pause, and is alive. Who has died as
    the last coordinator stays on the list until another has the team."""
    return and_(
        Membership.role == TeamRole.COORDINATOR,
        Membership.status == MembershipStatus.ACTIVE,
        Person.died_on.is_(None),
    )


def list_coordinators(team: Team) -> Sequence[Membership]:
    return all_of(of_team(team).where(coordinates()))


def find_coordinators(teams: Collection[int]) -> dict[int, list[Person]]:
    """The active coordinators of each of these teams, by the team's number."""
    found: dict[int, list[Person]] = {}
    for team_id, person in session.execute(
        select(Membership.team_id, Person)
        .join(Membership.person)
        .where(Membership.team_id.in_(teams), coordinates())
        .order_by(Membership.id)
    ):
        found.setdefault(team_id, []).append(person)
    return found


def who_coordinates(teams: Collection[int]) -> dict[int, set[int]]:
    """The same as numbers of people: for letters that wait, of which who has handed a team on,
    pauses or has left since is to hear nothing any more."""
    found = find_coordinators(teams)
    return {team_id: {person.id for person in people} for team_id, people in found.items()}


def list_with_numbers(numbers: Collection[int]) -> Sequence[Team]:
    return all_of(select(Team).where(Team.id.in_(numbers)).order_by(Team.id))


def zones_of(numbers: Collection[int]) -> dict[int, str]:
    """By which clock each of these teams lives, by the team's number."""
    rows = session.execute(select(Team.id, Team.zone).where(Team.id.in_(numbers))).all()
    return dict(rows)


def count_members(teams: Sequence[Team]) -> dict[int, int]:
    """How many people are in each of these teams, by the team's number."""
    return count_alive(Membership.team_id.in_([team.id for team in teams]))


def count_alive(*which: ColumnElement[bool]) -> dict[int, int]:
    """In how many of these memberships somebody alive is in the team, pausing included; by the
    team's number."""
    rows = session.execute(
        select(Membership.team_id, func.count())
        .join(Membership.person)
        .where(Membership.status.in_(IN_TEAM), Person.died_on.is_(None), *which)
        .group_by(Membership.team_id)
    ).all()
    return dict(rows)


def find_ending_with(memberships: Collection[Membership]) -> set[int]:
    """Those of their teams, by number, in which nobody is beside them."""
    teams = {membership.team_id for membership in memberships}
    others = Membership.id.not_in([membership.id for membership in memberships])
    return teams - count_alive(Membership.team_id.in_(teams), others).keys()


def list_repeated_names(team: Team) -> frozenset[str]:
    """Names that more than one person in the team, or asking to join, bears."""
    rows = session.scalars(
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.team_id == team.id,
            Membership.status.in_([*IN_TEAM, MembershipStatus.APPLIED]),
        )
        .group_by(Person.name)
        .having(func.count() > 1)
    ).all()
    return frozenset(rows)


def name_within(team: Team, person: Person) -> str:
    """What somebody is called where only they are meant: who shares the name with another member
    is known by the end of their phone as well."""
    if not person.phone or person.name not in list_repeated_names(team):
        return person.name
    return f"{person.name} …{person.phone[-4:]}"


def imports_of(team: Team) -> Select[Import]:
    """The lists that were added to this team, newest first, with who added them."""
    return (
        select(Import)
        .where(Import.team_id == team.id)
        .options(joinedload(Import.by))
        .order_by(Import.id.desc())
    )


def get_import(team_id: int, import_id: int, kind: ImportKind) -> Import:
    """The list with this number, of this team and this kind and no other."""
    return one_or_not_found(
        select(Import)
        .where(Import.id == import_id, Import.team_id == team_id, Import.kind == kind)
        .options(joinedload(Import.team))
    )


def list_memberships(numbers: Collection[int]) -> Sequence[Membership]:
    """These memberships, with the person, by name."""
    return all_of(
        select(Membership)
        .join(Membership.person)
        .where(Membership.id.in_(numbers))
        .options(contains_eager(Membership.person))
        .order_by(Person.sort_key, Membership.id)
    )


def belongs() -> ColumnElement[bool]:
    """A condition on people: who is in a team, or has asked to be."""
    return any_of(
        select(Membership.id).where(
            Membership.person_id == Person.id, Membership.status.in_(BELONGING)
        )
    )


def knows(now: datetime) -> ColumnElement[bool]:
    """A condition on people: who is in a team, has asked to be, or was within the years for which
    what they did is kept."""
    return any_of(
        select(Membership.id).where(
            Membership.person_id == Person.id,
            or_(
                Membership.status.in_(BELONGING),
                and_(Membership.joined_at.is_not(None), Membership.ended_at > now - SERVICE_KEPT),
            ),
        )
    )
