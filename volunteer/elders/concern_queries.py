"""Finding concerns, by who alone may read them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from volunteer.core.database import Given, all_of, any_of, one_or_not_found, session
from volunteer.elders.models import (
    Concern,
    ConcernStatus,
    ConcernStep,
    Elder,
    PlaceReader,
    TeamReaders,
)
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# So long after it was reported, and after the last that was done, a closed one still says who is
# meant, and what was seen: as long as what was found on a visit is kept.
CONCERN_KEPT = timedelta(days=3 * 365)


def readable_by(person_id: Given) -> ColumnElement[bool]:
    """A condition: this person reads the concern. Two of the team while they are in it, or the
    one of the community; never whom it is about."""
    of_the_team = (
        select(TeamReaders.team_id)
        .join(
            Membership,
            and_(Membership.team_id == TeamReaders.team_id, team_queries.is_in_team(person_id)),
        )
        .where(or_(TeamReaders.lead_id == person_id, TeamReaders.deputy_id == person_id))
    )
    of_the_place = select(PlaceReader.place_id).where(PlaceReader.person_id == person_id)
    return and_(
        or_(Concern.about_id.is_(None), Concern.about_id != person_id),
        or_(
            and_(Concern.is_for_community.is_(False), Concern.team_id.in_(of_the_team)),
            and_(Concern.is_for_community.is_(True), Concern.place_id.in_(of_the_place)),
        ),
    )


def open_for(person_id: Given) -> Select[Concern]:
    """Those that this person reads, and that nobody has closed."""
    return select(Concern).where(readable_by(person_id), Concern.status != ConcernStatus.CLOSED)


def list_readable(person: Person) -> Sequence[Concern]:
    """Everything that this person reads, open ones first, then the latest."""
    return all_of(
        select(Concern)
        .where(readable_by(person.id))
        .order_by(Concern.status == ConcernStatus.CLOSED, Concern.id.desc())
        .limit(100)
    )


def list_reported_by(person: Person) -> Sequence[Concern]:
    """What this person has reported, the latest first."""
    return all_of(
        select(Concern)
        .where(Concern.reporter_id == person.id)
        .order_by(Concern.id.desc())
        .limit(20)
    )


def list_reported_since(team: Team, person: Person, since: datetime) -> Sequence[Concern]:
    """What this person has reported to this team since then, and nobody has acted on yet."""
    return all_of(
        select(Concern)
        .where(
            Concern.team_id == team.id,
            Concern.reporter_id == person.id,
            Concern.reported_at >= since,
            Concern.status == ConcernStatus.OPEN,
        )
        .order_by(Concern.id)
    )


def find_look(concern_id: int, person: Person) -> Row[int, bool] | None:
    """Whose record it is (`id`) and whether this person may look (`is_allowed`): nothing of what
    stands in it, for the look has to be written down first."""
    whose = func.coalesce(Elder.person_id, Concern.about_id, Concern.reporter_id)
    return session.execute(
        select(whose.label("id"), readable_by(person.id).label("is_allowed"))
        .select_from(Concern)
        .outerjoin(Concern.elder)
        .where(Concern.id == concern_id)
    ).one_or_none()


def get_concern(concern_id: int) -> Concern:
    """With whom it is about, and what was done."""
    return one_or_not_found(
        select(Concern)
        .where(Concern.id == concern_id)
        .options(
            joinedload(Concern.elder),
            joinedload(Concern.about),
            joinedload(Concern.reporter),
            selectinload(Concern.steps).joinedload(ConcernStep.by),
        )
    )


def is_reader(person: Person, concern: Concern) -> bool:
    found = session.scalars(
        select(Concern.id).where(Concern.id == concern.id, readable_by(person.id))
    ).first()
    return found is not None


def list_open_of(team: Team) -> Sequence[Concern]:
    """The team's own that are not closed."""
    return all_of(open_concerns(for_community=False).where(Concern.team_id == team.id))


def list_open_in(place: Place) -> Sequence[Concern]:
    """Those for the community that are not closed."""
    return all_of(open_concerns(for_community=True).where(Concern.place_id == place.id))


def list_open_by_numbers(numbers: Collection[int]) -> Sequence[Concern]:
    """Those of these that nobody has closed, wherever they are read."""
    return all_of(
        select(Concern).where(Concern.id.in_(numbers), Concern.status != ConcernStatus.CLOSED)
    )


def open_concerns(*, for_community: bool) -> Select[Concern]:
    return (
        select(Concern)
        .where(Concern.is_for_community.is_(for_community), Concern.status != ConcernStatus.CLOSED)
        .order_by(Concern.id)
    )


def list_open_about(team: Team, people: Collection[int]) -> Sequence[Concern]:
    """The team's own that are about one of these people, and are not closed."""
    return all_of(
        open_concerns(for_community=False).where(
            Concern.team_id == team.id, Concern.about_id.in_(people)
        )
    )


def find_team_readers(team: Team) -> TeamReaders | None:
    return session.scalars(
        select(TeamReaders)
        .where(TeamReaders.team_id == team.id)
        .options(joinedload(TeamReaders.lead), joinedload(TeamReaders.deputy))
    ).one_or_none()


def find_place_reader(place: Place) -> PlaceReader | None:
    return session.scalars(
        select(PlaceReader)
        .where(PlaceReader.place_id == place.id)
        .options(joinedload(PlaceReader.person))
    ).one_or_none()


def list_place_readers() -> dict[int, PlaceReader]:
    """Who reads in each community, by the place's number."""
    rows = all_of(select(PlaceReader).options(joinedload(PlaceReader.person)))
    return {row.place_id: row for row in rows}


def list_places_waiting() -> set[int]:
    """Communities in which a concern waits and nobody is named who reads it."""
    return set(
        session.scalars(
            select(Concern.place_id)
            .where(
                Concern.is_for_community.is_(True),
                Concern.status != ConcernStatus.CLOSED,
                Concern.place_id.not_in(select(PlaceReader.place_id)),
            )
            .distinct()
        )
    )


def is_over(now: datetime) -> ColumnElement[bool]:
    """A condition on concerns: closed, and nothing was done about it for three years."""
    done_since = select(ConcernStep.id).where(
        ConcernStep.concern_id == Concern.id, ConcernStep.at >= now - CONCERN_KEPT
    )
    return and_(
        Concern.status == ConcernStatus.CLOSED,
        Concern.reported_at < now - CONCERN_KEPT,
        not_(any_of(done_since)),
    )


def speaks_of(now: datetime) -> ColumnElement[bool]:
    """A condition on people: whom a concern is about or who reported it, until it is closed and
    for three years; and who reads concerns."""
    is_fresh = not_(is_over(now))
    told_of = select(Concern.id).where(
        is_fresh, or_(Concern.about_id == Person.id, Concern.reporter_id == Person.id)
    )
    of_elders = select(Concern.id).join(Concern.elder).where(is_fresh, Elder.person_id == Person.id)
    of_team = select(TeamReaders.id).where(
        or_(TeamReaders.lead_id == Person.id, TeamReaders.deputy_id == Person.id)
    )
    of_place = select(PlaceReader.id).where(PlaceReader.person_id == Person.id)
    return or_(*(any_of(each) for each in (told_of, of_elders, of_team, of_place)))
