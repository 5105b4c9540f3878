"""Reading what became of the weekly messages, and who is still to be called."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from volunteer.activities import confirmation_queries
from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import Given, all_of, one_or_not_found, session
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders.models import Call, CallResult, CallShare, WeeklyRun
from volunteer.teams.models import Team

# Who was called often in this time is called last.
CALLS_COUNT_FOR = timedelta(weeks=8)
DONE = (CallResult.COMES, CallResult.DECLINED)


def find_last_run(team: Team) -> WeeklyRun | None:
    return session.scalars(
        select(WeeklyRun)
        .where(WeeklyRun.team_id == team.id)
        .order_by(WeeklyRun.due_at.desc())
        .limit(1)
    ).first()


def count_of_run(run: WeeklyRun) -> dict[MessageStatus, int]:
    """What became of the run's messages: their statuses add up to what was expected."""
    rows = session.execute(
        select(OutboxMessage.status, func.count())
        .where(
            OutboxMessage.key.like(f"week_ahead:{run.team_id}:{run.first_day}:%"),
            OutboxMessage.team_id == run.team_id,
        )
        .group_by(OutboxMessage.status)
    ).all()
    counts = dict(rows)
    return {status: counts.get(status, 0) for status in MessageStatus}


# --- calls -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallCard:
    """One call, and the place that it is about."""

    call: Call
    signup: Signup


def coming_calls(now: Given) -> Select[Call]:
    """Calls about dates that are still to come at the time of which they ask."""
    return (
        select(Call)
        .join(Call.occurrence)
        .join(Signup, (Signup.occurrence_id == Call.occurrence_id)
              & (Signup.person_id == Call.person_id))
        .where(
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at == Call.starts_at,
            Occurrence.starts_at > now,
        )
    )  # fmt: skip


def is_waiting() -> ColumnElement[bool]:
    """Still to be called: they have the place, have not answered, and no call was the last one."""
    return (
        Call.result.not_in(DONE)
        & (Signup.status == SignupStatus.GOING)
        & Signup.excused_at.is_(None)
        & ~confirmation_queries.is_confirmed()
    )


def count_waiting(teams: Collection[int], now: datetime) -> dict[int, int]:
    """How many people each of these teams has still to call, by the team's number."""
    rows = session.execute(
        coming_calls(now)
        .with_only_columns(Call.team_id, func.count())
        .where(Call.team_id.in_(teams), is_waiting())
        .group_by(Call.team_id)
    ).all()
    return dict(rows)


def count_waiting_in(shares: Collection[int], now: datetime) -> dict[int, int]:
    """How many calls are still to be made in each of these shares, by the share's number."""
    rows = session.execute(
        coming_calls(now)
        .with_only_columns(Call.share_id, func.count())
        .where(Call.share_id.in_(shares), is_waiting())
        .group_by(Call.share_id)
    ).all()
    return {share_id: count for share_id, count in rows if share_id is not None}


def count_everybody_to_call(team: Team, now: datetime) -> int:
    """Those to be asked whether they come, and those to be told something. One statement."""
    return session.scalar(select(everybody_to_call(team.id, now))) or 0


def everybody_to_call(team_id: Given, now: Given) -> ColumnElement[int]:
    """How many people, as a column of another query; one call may be about several things."""
    asked = (
        coming_calls(now)
        .with_only_columns(Call.person_id)
        .where(Call.team_id == team_id, is_waiting())
    )
    told = select(OutboxMessage.person_id).where(
        OutboxMessage.team_id == team_id,
        OutboxMessage.channel == Channel.CALL,
        OutboxMessage.status == MessageStatus.WAITING,
    )
    people = asked.union(told).subquery()
    return select(func.count()).select_from(people).scalar_subquery()


def list_calls(team: Team, now: datetime) -> list[CallCard]:
    """The team's calls, those made too: first those to be called, least called first."""
    return cards(coming_calls(now).where(Call.team_id == team.id), now)


def list_calls_of(share: CallShare, now: datetime) -> list[CallCard]:
    """The same for one caller's share, and no other call."""
    return cards(coming_calls(now).where(Call.share_id == share.id), now)


def cards(calls: Select[Call], now: datetime) -> list[CallCard]:
    other = aliased(Call)
    lately = (
        select(func.coalesce(func.sum(other.tries), 0))
        .where(other.person_id == Call.person_id, other.noted_at > now - CALLS_COUNT_FOR)
        .correlate(Call)
        .scalar_subquery()
    )
    was_tried = case((Call.result == CallResult.WAITING, 0), else_=1)
    rows = session.execute(
        calls.add_columns(Signup)
        .join(Call.person)
        # What they answered by themselves needs no call; what a call brought stays to be seen.
        .where(or_(is_waiting(), Call.result.in_(DONE)))
        .options(
            contains_eager(Call.occurrence)
            .joinedload(Occurrence.activity)
            .joinedload(Activity.leader),
            contains_eager(Call.person),
            joinedload(Call.noted_by),
            joinedload(Call.share).options(
                joinedload(CallShare.caller), joinedload(CallShare.backup)
            ),
            joinedload(Signup.role),
        )
        .order_by(
            case((Call.result.in_(DONE), 1), else_=0),
            was_tried,
            lately,
            Occurrence.starts_at,
            Person.sort_key,
            Call.id,
        )
    ).unique().all()  # fmt: skip
    return [CallCard(call, signup) for call, signup in rows]


def get_call(call_id: int) -> Call:
    return one_or_not_found(
        select(Call)
        .where(Call.id == call_id)
        .options(
            joinedload(Call.person),
            joinedload(Call.occurrence).joinedload(Occurrence.activity),
            joinedload(Call.share).selectinload(CallShare.calls),
        )
    )


def find_signup(call: Call) -> Signup | None:
    """The place that a call is about, given back or not."""
    return session.scalars(
        select(Signup).where(
            Signup.occurrence_id == call.occurrence_id, Signup.person_id == call.person_id
        )
    ).one_or_none()


def get_share(share_id: int) -> CallShare:
    return one_or_not_found(
        select(CallShare)
        .where(CallShare.id == share_id)
        .options(
            joinedload(CallShare.caller),
            joinedload(CallShare.backup),
            selectinload(CallShare.calls),
        )
    )


def list_shares(numbers: Collection[int]) -> Sequence[CallShare]:
    return all_of(
        select(CallShare)
        .where(CallShare.id.in_(numbers))
        .options(
            joinedload(CallShare.team),
            joinedload(CallShare.caller),
            selectinload(CallShare.calls),
        )
    )
