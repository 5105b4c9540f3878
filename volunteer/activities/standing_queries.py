"""Finding those who come every week, and the dates that they come to."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
    StandingPause,
    StandingPlace,
)
from volunteer.core.database import all_of, any_of, one_or_not_found, session
from volunteer.people.models import AwayDays, Person
from volunteer.teams.models import Membership, MembershipStatus, Team


def get_standing(standing_id: int) -> StandingPlace:
    return one_or_not_found(
        select(StandingPlace)
        .where(StandingPlace.id == standing_id)
        .options(
            joinedload(StandingPlace.person),
            joinedload(StandingPlace.by),
            joinedload(StandingPlace.activity).selectinload(Activity.roles),
            joinedload(StandingPlace.pauses),
        )
    )


def get_pause(pause_id: int) -> StandingPause:
    return one_or_not_found(
        select(StandingPause)
        .where(StandingPause.id == pause_id)
        .options(joinedload(StandingPause.standing).joinedload(StandingPlace.person))
    )


def find_filled(activities: Iterable[Activity]) -> set[int]:
    """Which of these activities somebody comes to every week."""
    return set(
        session.scalars(
            select(StandingPlace.activity_id).where(
                StandingPlace.activity_id.in_([activity.id for activity in activities]),
                StandingPlace.ended_at.is_(None),
            )
        )
    )


def list_standing(activity: Activity) -> Sequence[StandingPlace]:
    """Who comes to this activity every week, in the order in which they said so."""
    return all_of(
        select(StandingPlace)
        .where(StandingPlace.activity_id == activity.id, StandingPlace.ended_at.is_(None))
        .options(joinedload(StandingPlace.person), selectinload(StandingPlace.pauses))
        .order_by(StandingPlace.id)
    )


def list_standing_of(*people: int) -> Sequence[StandingPlace]:
    """What these people come to every week, in all their teams."""
    return all_of(
        select(StandingPlace)
        .where(StandingPlace.person_id.in_(people), StandingPlace.ended_at.is_(None))
        .options(
            joinedload(StandingPlace.activity).selectinload(Activity.roles),
            selectinload(StandingPlace.pauses),
        )
        .order_by(StandingPlace.id)
    )


def list_held_in(team_id: int, person_id: int) -> Sequence[StandingPlace]:
    """What this person comes to in the team, in the order in which activities are locked."""
    return all_of(
        select(StandingPlace)
        .join(StandingPlace.activity)
        .where(
            Activity.team_id == team_id,
            StandingPlace.person_id == person_id,
            StandingPlace.ended_at.is_(None),
        )
        .options(joinedload(StandingPlace.activity))
        .order_by(StandingPlace.activity_id)
    )


def list_series_of(
    person_id: int, teams: Collection[int], ending: Collection[int]
) -> Sequence[Activity]:
    """What this person leads in these teams, or comes to every week, and all that those do that are
    ending; in the order in which activities are locked."""
    held = select(StandingPlace.activity_id).where(
        StandingPlace.person_id == person_id, StandingPlace.ended_at.is_(None)
    )
    theirs = or_(Activity.leader_id == person_id, Activity.id.in_(held))
    wanted = or_(Activity.team_id.in_(teams) & theirs, Activity.team_id.in_(ending))
    return all_of(select(Activity).where(wanted).order_by(Activity.id))


def hold_dates_of(person_id: int, teams: Collection[int], *, after: datetime) -> None:
    """Hold the coming dates on which this person has a place, or waits for one."""
    session.scalars(
        select(Occurrence.id)
        .join(Occurrence.activity)
        .join(Occurrence.signups)
        .where(
            Activity.team_id.in_(teams),
            Signup.person_id == person_id,
            Signup.status != SignupStatus.WITHDRAWN,
            Occurrence.starts_at > after,
        )
        .order_by(Occurrence.id)
        .with_for_update(key_share=True, of=Occurrence)
    ).all()
    session.expire_all()


def find_standing(activity: Activity, person: Person | None) -> StandingPlace | None:
    """The place that this person has every week; None for a visitor."""
    if person is None:
        return None
    found = session.scalars(
        select(StandingPlace)
        .where(
            StandingPlace.activity_id == activity.id,
            StandingPlace.person_id == person.id,
            StandingPlace.ended_at.is_(None),
        )
        .options(joinedload(StandingPlace.pauses))
    )
    return found.unique().one_or_none()


def list_pausing(occurrences: Iterable[Occurrence]) -> Sequence[StandingPlace]:
    """Who comes every week to the activities of these dates, and has a pause or days away noted."""
    return all_of(
        select(StandingPlace)
        .where(
            StandingPlace.activity_id.in_({o.activity_id for o in occurrences}),
            StandingPlace.ended_at.is_(None),
            StandingPlace.pauses.any()
            | any_of(select(AwayDays.id).where(AwayDays.person_id == StandingPlace.person_id)),
        )
        .options(selectinload(StandingPlace.pauses))
    )


def find_active(team: Team, people: Iterable[int]) -> set[int]:
    """Which of these people are in the team and not pausing."""
    return set(
        session.scalars(
            select(Membership.person_id).where(
                Membership.team_id == team.id,
                Membership.person_id.in_(list(people)),
                Membership.status == MembershipStatus.ACTIVE,
            )
        )
    )


def find_busy_on(
    activity: Activity, people: Iterable[int], *, after: datetime
) -> set[tuple[int, int]]:
    """Who has a place elsewhere while a date of this activity takes place: (person, date). What is
    done at any hour keeps nobody away."""
    if activity.is_task:
        return set()
    other, own = aliased(Occurrence), aliased(Occurrence)
    rows = session.execute(
        select(Signup.person_id, own.id)
        .join(other, Signup.occurrence_id == other.id)
        .join(other.activity)
        .join(own, (own.starts_at < other.ends_at) & (own.ends_at > other.starts_at))
        .where(
            own.activity_id == activity.id,
            own.starts_at > after,
            ~Activity.is_task,
            other.id != own.id,
            other.status == OccurrenceStatus.PLANNED,
            Signup.person_id.in_(list(people)),
            Signup.status == SignupStatus.GOING,
        )
    ).all()
    return {(person_id, occurrence_id) for person_id, occurrence_id in rows}
