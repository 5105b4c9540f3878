"""Finding calendars, and what stands in them: never more of anybody than a calendar may say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    Signup,
    SignupStatus,
)
from volunteer.activities.queries import ACTIVE
from volunteer.core import encryption
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.elders.models import Elder, Visit, VisitPart, VisitStatus
from volunteer.feeds.models import Feed
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team
from volunteer.teams.queries import is_in_team

# What a phone has to carry at most; nobody has so much in four months.
AT_MOST = 600


@dataclass(frozen=True)
class Span:
    """From a moment on, until before another."""

    first: datetime
    before: datetime


@dataclass(frozen=True)
class OwnDate:
    """A date in somebody's calendar: what they do on it; neither when they only lead it."""

    occurrence: Occurrence
    status: SignupStatus | None
    role: str | None
    # They can't come, and keep the place until somebody comes instead.
    is_looking: bool = False


@dataclass(frozen=True)
class OwnVisit:
    """When somebody visits, for which team, and nothing of whom."""

    id: int
    status: VisitStatus
    starts_at: datetime
    minutes: int
    revision: int
    zone: str
    team: str


def feeds() -> Select[Feed]:
    return select(Feed).options(
        joinedload(Feed.holder),
        joinedload(Feed.person),
        joinedload(Feed.team),
        joinedload(Feed.place),
    )


def find_by_token(token: str) -> Feed:
    """The calendar at this address; raises NotFound."""
    return one_or_not_found(feeds().where(encryption.is_text(Feed.token_mark, token)))


def get_feed(feed_id: int) -> Feed:
    return one_or_not_found(feeds().where(Feed.id == feed_id))


def list_feeds(holder: Person, person: Person) -> Sequence[Feed]:
    """The calendars of this person whose addresses the holder keeps."""
    return all_of(select(Feed).where(Feed.holder_id == holder.id, Feed.person_id == person.id))


def list_all_of(person: Person) -> Sequence[Feed]:
    """Every calendar whose address this person holds, and theirs whose address another holds."""
    is_theirs = or_(Feed.holder_id == person.id, Feed.person_id == person.id)
    return all_of(feeds().where(is_theirs).order_by(Feed.id))


def dates(span: Span) -> Select[Occurrence]:
    """Dates with their activity and team, and without anybody's name."""
    return (
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .where(Occurrence.ends_at > span.first, Occurrence.starts_at < span.before)
        .options(contains_eager(Occurrence.activity).contains_eager(Activity.team))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(AT_MOST)
    )


def list_own_dates(person: Person, span: Span) -> list[OwnDate]:
    """On which the person has a place or waits for one, and those of what they lead."""
    own = (
        (Signup.occurrence_id == Occurrence.id)
        & (Signup.person_id == person.id)
        & Signup.status.in_(ACTIVE)
    )
    rows = session.execute(
        dates(span)
        .add_columns(Signup.status, OccurrenceRole.name, Signup.excused_at.is_not(None))
        .outerjoin(Signup, own)
        .outerjoin(OccurrenceRole, OccurrenceRole.id == Signup.role_id)
        .where(or_(Signup.id.is_not(None), Activity.leader_id == person.id))
    ).unique()
    return [OwnDate(*row) for row in rows]


def list_own_visits(person: Person, span: Span) -> list[OwnVisit]:
    """Visits that the person goes to, whatever became of them. The elder is not even loaded."""
    rows = session.execute(
        select(
            Visit.id,
            Visit.status,
            Visit.starts_at,
            Visit.minutes,
            Visit.revision,
            Team.zone,
            Team.name,
        )
        .join(VisitPart, VisitPart.visit_id == Visit.id)
        .join(Elder, Elder.id == Visit.elder_id)
        .join(Team, Team.id == Elder.team_id)
        .where(
            VisitPart.person_id == person.id,
            VisitPart.withdrew_at.is_(None),
            Visit.starts_at >= span.first,
            Visit.starts_at < span.before,
        )
        .order_by(Visit.starts_at, Visit.id)
        .limit(AT_MOST)
    )
    return [OwnVisit(*row) for row in rows]


def list_dates_of_team(team: Team, span: Span) -> Sequence[Occurrence]:
    return all_of(dates(span).where(Activity.team_id == team.id))


def list_dates_in(places: Collection[Place], person: Person, span: Span) -> Sequence[Occurrence]:
    """What the teams of these places do: those that an operator knows, and this person's own.
    Anybody may start a team, and what it writes would stand in the phones of all around."""
    own = select(Membership.team_id).where(is_in_team(person.id))
    is_shown = Team.verified_at.is_not(None) | Team.id.in_(own)
    is_here = Team.place_id.in_([place.id for place in places])
    return all_of(dates(span).where(is_here, is_shown))
