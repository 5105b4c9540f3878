"""Finding activities, dates and sign-ups. Each loads what its page shows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from volunteer.activities.models import (
    Activity,
    Guardian,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import all_of, one_or_not_found, session
from volunteer.people import queries as people_queries
from volunteer.people.models import Consent, ConsentScope, Person
from volunteer.teams.models import Membership, MembershipStatus, Team

ACTIVE = (SignupStatus.GOING, SignupStatus.WAITING)


def with_people() -> tuple[_AbstractLoad, ...]:
    """Everything that a seat bar and its names show, in two further queries.

    Withdrawn sign-ups come along: a collection that was loaded in part would be
    taken for the whole by the rules.
    """
    return (
        selectinload(Occurrence.roles),
        selectinload(Occurrence.signups).joinedload(Signup.person),
    )


def dates() -> Select[Occurrence]:
    return (
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .options(
            contains_eager(Occurrence.activity).options(
                joinedload(Activity.leader),
                contains_eager(Activity.team).joinedload(Team.place),
            )
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def get_activity(activity_id: int) -> Activity:
    return one_or_not_found(
        select(Activity)
        .where(Activity.id == activity_id)
        .options(selectinload(Activity.roles), joinedload(Activity.leader))
    )


def get_occurrence(occurrence_id: int) -> Occurrence:
    entered_by = selectinload(Occurrence.signups).joinedload(Signup.by)
    return one_or_not_found(
        dates().where(Occurrence.id == occurrence_id).options(*with_people(), entered_by)
    )


def list_dates(numbers: Iterable[int]) -> Sequence[Occurrence]:
    """The dates with these numbers, soonest first."""
    return all_of(dates().where(Occurrence.id.in_(list(numbers))).options(*with_people()))


def get_signup(signup_id: int) -> Signup:
    return one_or_not_found(
        select(Signup)
        .where(Signup.id == signup_id)
        .options(joinedload(Signup.person), joinedload(Signup.role), joinedload(Signup.occurrence))
    )


def list_activities(team: Team) -> Sequence[Activity]:
    return all_of(
        select(Activity)
        .where(Activity.team_id == team.id)
        .options(selectinload(Activity.roles))
        .order_by(Activity.weekday, Activity.starts)
    )


def list_between(team: Team, *, first: datetime, before: datetime) -> Sequence[Occurrence]:
    """The team's dates that begin in this time, cancelled ones too, with roles and people."""
    return all_of(
        dates()
        .where(
            Activity.team_id == team.id,
            Occurrence.starts_at >= first,
            Occurrence.starts_at < before,
        )
        .options(*with_people())
    )


def list_of_everybody(*, first: datetime, before: datetime) -> Sequence[Occurrence]:
    """All teams' dates that begin in this time and take place, for the community's page.

    How many come, and nobody's name: who may not see people does not load them.
    """
    return all_of(
        select(Occurrence)
        .join(Occurrence.activity)
        .join(Activity.team)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .where(
            Occurrence.starts_at >= first,
            Occurrence.starts_at < before,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
        .options(
            contains_eager(Occurrence.activity)
            .contains_eager(Activity.team)
            .joinedload(Team.place),
            selectinload(Occurrence.roles),
            selectinload(Occurrence.signups),
        )
        .limit(60)
    )


def list_coming(activity: Activity, *, after: datetime) -> Sequence[Occurrence]:
    return all_of(
        dates()
        .where(Occurrence.activity_id == activity.id, Occurrence.starts_at > after)
        .options(*with_people())
    )


def list_signups_of(person: Person, *, after: datetime, before: datetime) -> Sequence[Signup]:
    """The person's places and places in queues on dates that end in this time, soonest first."""
    return all_of(
        select(Signup)
        .join(Signup.occurrence)
        .where(
            Signup.person_id == person.id,
            Signup.status.in_(ACTIVE),
            Occurrence.ends_at > after,
            Occurrence.starts_at < before,
        )
        .options(
            contains_eager(Signup.occurrence).options(
                joinedload(Occurrence.activity).options(
                    joinedload(Activity.leader), joinedload(Activity.team)
                ),
                *with_people(),
            )
        )
        .order_by(Occurrence.starts_at)
    )


def list_open_for(person: Person, *, after: datetime, before: datetime) -> Sequence[Occurrence]:
    """Dates in the person's teams that take place in this time; which suit, says fitting.py."""
    return all_of(
        dates()
        .join(
            Membership,
            (Membership.team_id == Activity.team_id)
            & (Membership.person_id == person.id)
            & (Membership.status == MembershipStatus.ACTIVE),
        )
        .where(
            Occurrence.starts_at > after,
            Occurrence.starts_at < before,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
        .options(*with_people())
    )


def list_led_by(person: Person, team_id: int) -> Sequence[Activity]:
    """What this person leads in the team, in the order in which activities are locked."""
    return all_of(
        select(Activity)
        .where(Activity.leader_id == person.id, Activity.team_id == team_id)
        .order_by(Activity.id)
    )


def list_places(people: Iterable[int], *, first: datetime, before: datetime) -> Sequence[Signup]:
    """The places that these people have on dates which take place in this time, soonest first."""
    return all_of(
        select(Signup)
        .join(Signup.occurrence)
        .where(
            Signup.person_id.in_(list(people)),
            Signup.status == SignupStatus.GOING,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at > first,
            Occurrence.starts_at < before,
        )
        .options(contains_eager(Signup.occurrence).joinedload(Occurrence.activity))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def who_agreed(people: Iterable[int], scope: ConsentScope, day: date) -> set[int]:
    """Which of these people have agreed to this for that day."""
    agreeing = people_queries.who_agrees(scope, day)
    return set(session.scalars(agreeing.where(Consent.person_id.in_(list(people)))))


def list_guardians(people: Iterable[int], teams: Iterable[int]) -> Sequence[Guardian]:
    """Who answers for these children in these teams."""
    return all_of(
        select(Guardian).where(
            Guardian.person_id.in_(list(people)), Guardian.team_id.in_(list(teams))
        )
    )


def list_with_held_places(*, until: datetime) -> Sequence[Occurrence]:
    """Dates on which somebody was asked, and should have answered by this moment."""
    return all_of(
        dates()
        .where(Occurrence.id.in_(select(Signup.occurrence_id).where(Signup.answer_by <= until)))
        .order_by(None)
        .order_by(Occurrence.id)
        .options(*with_people())
    )


def list_with_waiting(*, after: datetime, before: datetime) -> Sequence[Occurrence]:
    """Dates that begin in this time and for which somebody waits."""
    return all_of(
        dates()
        .where(
            Occurrence.starts_at > after,
            Occurrence.starts_at <= before,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.id.in_(
                select(Signup.occurrence_id).where(Signup.status == SignupStatus.WAITING)
            ),
        )
        .options(*with_people())
    )


def find_last_position(activity: Activity) -> int:
    """The highest position that a role has ever had, on any date of it; -1 without one."""
    highest = session.scalar(
        select(func.max(OccurrenceRole.position))
        .join(OccurrenceRole.occurrence)
        .where(Occurrence.activity_id == activity.id)
    )
    return -1 if highest is None else highest


def count_recent_places(team: Team, *, before: datetime) -> dict[int, int]:
    """How many places each person has had with the team in the four weeks before a moment."""
    rows = session.execute(
        select(Signup.person_id, func.count())
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .where(
            Activity.team_id == team.id,
            Signup.status == SignupStatus.GOING,
            Occurrence.starts_at >= before - timedelta(weeks=4),
            Occurrence.starts_at < before,
        )
        .group_by(Signup.person_id)
    ).all()
    return dict(rows)
