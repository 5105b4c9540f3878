"""Finding deeds: those that wait to be confirmed, and those that count."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, extract, func, select
from sqlalchemy.orm import joinedload

from volunteer.core.database import (
    Given,
    all_of,
    any_of,
    one_or_not_found,
    row_number,
    session,
)
from volunteer.deeds.models import Deed
from volunteer.people.models import Person
from volunteer.teams.models import SERVICE_KEPT, Team

# What nobody has confirmed is asked for this long; after that only its own page offers it.
ASKED_FOR = timedelta(days=30)
# What is older than so many is found through its certificate.
NEWEST = 40


def get_deed(team: Team, deed_id: int) -> Deed:
    return one_or_not_found(
        select(Deed)
        .where(Deed.id == row_number(deed_id), Deed.team_id == team.id)
        .options(joinedload(Deed.confirmed_by), joinedload(Deed.reopened_by))
    )


def counts() -> ColumnElement[bool]:
    """A condition on deeds: it stands on a certificate."""
    return and_(Deed.confirmed_at.is_not(None), Deed.minutes > 0)


# --- for coordinators --------------------------------------------------------------------------


def waiting_in(team_id: Given) -> Select[Deed]:
    """Those of this team that nobody has confirmed, oldest first."""
    return (
        select(Deed)
        .where(Deed.team_id == team_id, Deed.confirmed_at.is_(None))
        .order_by(Deed.wall_starts, Deed.id)
    )


def to_confirm_by(team_id: Given, me: Given, *, since: Given) -> Select[Deed]:
    """Those that somebody is asked to confirm: not their own, nor what was long ago."""
    return waiting_in(team_id).where(Deed.person_id != me, Deed.starts_at > since)


def counted_to_confirm(team_id: Given, me: Given, *, since: Given) -> ScalarSelect[int]:
    """How many they are, beside other questions in one statement."""
    asked = to_confirm_by(team_id, me, since=since).order_by(None)
    return asked.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery()


def count_to_confirm(team: Team, me: Person, now: datetime) -> int:
    return session.scalar(select(counted_to_confirm(team.id, me.id, since=now - ASKED_FOR))) or 0


def list_waiting_days(team: Team) -> list[tuple[datetime, int]]:
    """When each of those that wait began, and whose it is, oldest first."""
    columns = (Deed.wall_starts, Deed.person_id)
    found = waiting_in(team.id).with_only_columns(*columns, maintain_column_froms=True)
    return [(wall, person_id) for wall, person_id in session.execute(found)]


def list_waiting(team: Team, first: datetime, before: datetime) -> Sequence[Deed]:
    return all_of(
        waiting_in(team.id)
        .where(Deed.wall_starts >= first, Deed.wall_starts < before)
        .options(joinedload(Deed.reopened_by))
    )


def confirmed_of(team: Team) -> Select[Deed]:
    """What somebody has confirmed, or said that it does not count, newest first."""
    return (
        select(Deed)
        .where(Deed.team_id == team.id, Deed.confirmed_at.is_not(None))
        .options(joinedload(Deed.confirmed_by))
        .order_by(Deed.wall_starts.desc(), Deed.id.desc())
    )


def list_people(team: Team, numbers: Collection[int]) -> Sequence[int]:
    """Whose deeds these are."""
    theirs = select(Deed.person_id).where(Deed.team_id == team.id, Deed.id.in_(numbers))
    return session.scalars(theirs.distinct()).all()


def hold_waiting(team: Team, numbers: Collection[int]) -> Sequence[Deed]:
    """Those of these that wait, as they are now; nobody else changes them until we are done."""
    return all_of(
        waiting_in(team.id)
        .where(Deed.id.in_(numbers))
        .with_for_update(of=Deed, key_share=True)
        .execution_options(populate_existing=True)
    )


def list_counted_near(people: Collection[int], begin: datetime, end: datetime) -> Sequence[Deed]:
    """What counts of these people and began in this time."""
    return all_of(
        select(Deed)
        .where(Deed.person_id.in_(people), counts(), Deed.starts_at > begin, Deed.starts_at < end)
        .order_by(Deed.starts_at)
    )


# --- for oneself, and for certificates -----------------------------------------------------------


def years_of(person: Person) -> Select[int, int]:
    """The year and the minutes of each that counts for this person, beside others in one
    statement."""
    year = extract("year", Deed.wall_starts)
    return select(year, Deed.minutes).where(Deed.person_id == person.id, counts())


def list_newest_of(person: Person) -> Sequence[Deed]:
    """The person's newest that count."""
    return all_of(
        select(Deed)
        .where(Deed.person_id == person.id, counts())
        .options(joinedload(Deed.confirmed_by))
        .order_by(Deed.starts_at.desc(), Deed.id.desc())
        .limit(NEWEST)
    )


def list_not_counted(person: Person, *, since: datetime) -> Sequence[Deed]:
    """The person's that do not count, or not yet, newest first."""
    return all_of(
        select(Deed)
        .where(Deed.person_id == person.id, ~counts(), Deed.starts_at > since)
        .order_by(Deed.starts_at.desc(), Deed.id)
    )


def list_of(person: Person, *, since: datetime, asked: int | None) -> Sequence[Deed]:
    """The one asked about, however old; then all of theirs of this time, newest first."""
    is_asked = Deed.id == (row_number(asked) if asked else 0)
    return all_of(
        select(Deed)
        .where(Deed.person_id == person.id, is_asked | (Deed.starts_at > since))
        .order_by(is_asked.desc(), Deed.starts_at.desc(), Deed.id)
        .limit(NEWEST)
    )


def find_last(person: Person) -> datetime | None:
    """When the newest of this person began."""
    return session.scalar(select(func.max(Deed.starts_at)).where(Deed.person_id == person.id))


def has_served(now: datetime) -> ColumnElement[bool]:
    """A condition on people: what they did must still be known."""
    return any_of(
        select(Deed.id).where(Deed.person_id == Person.id, Deed.starts_at > now - SERVICE_KEPT)
    )


def in_days(team: Team, first: datetime, before: datetime) -> ColumnElement[bool]:
    """A condition on deeds: of the team, on these days by its calendar."""
    return and_(Deed.team_id == team.id, Deed.wall_starts >= first, Deed.wall_starts < before)
