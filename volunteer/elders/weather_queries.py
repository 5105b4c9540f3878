"""Finding rounds in heat and cold, whom they call, and who calls."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Row, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from volunteer.core import zones
from volunteer.core.database import Given, all_of, one_or_not_found, session
from volunteer.elders.models import (
    Elder,
    ElderStatus,
    Ending,
    NoAnswer,
    Outcome,
    Pairing,
    RiskLevel,
    Visit,
    VisitStatus,
    WeatherCall,
    WeatherRound,
)
from volunteer.elders.sharing import ToCall
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams.models import Membership, MembershipStatus, Team


def list_to_call(team: Team, today: date) -> list[ToCall]:
    """Everybody who needs much or more care, is visited and agrees to it, with the active
    volunteers who look after them and are not away today. One query."""
    rows = session.execute(
        select(Elder.id, Elder.person_id, Membership.person_id)
        .outerjoin(Pairing, (Pairing.elder_id == Elder.id) & Pairing.ended_on.is_(None))
        .outerjoin(
            Membership,
            (Membership.person_id == Pairing.person_id)
            & (Membership.team_id == Elder.team_id)
            & (Membership.status == MembershipStatus.ACTIVE)
            & is_here(today),
        )
        .where(
            Elder.team_id == team.id,
            Elder.status == ElderStatus.ACTIVE,
            Elder.risk_level.in_([RiskLevel.HIGH, RiskLevel.KEY]),
            Elder.person_id.in_(people_queries.who_agrees(ConsentScope.BASIC, today)),
        )
        .order_by(case((Elder.risk_level == RiskLevel.HIGH, 0), else_=1), Elder.id, Pairing.id)
    )
    paired: dict[tuple[int, int], list[int]] = {}
    for elder_id, person_id, volunteer_id in rows:
        known = paired.setdefault((elder_id, person_id), [])
        if volunteer_id is not None:
            known.append(volunteer_id)
    return [ToCall(*who, tuple(volunteers)) for who, volunteers in paired.items()]


def list_who_know_elders(team: Team, today: date) -> list[int]:
    """The active members who look after an elder of the team; without any, all active members. Who
    is away today is left out."""
    looks_after = (
        select(Pairing.person_id)
        .join(Pairing.elder)
        .where(Elder.team_id == team.id, Pairing.ended_on.is_(None))
    )
    active = (
        select(Membership.person_id, Membership.person_id.in_(looks_after))
        .where(
            Membership.team_id == team.id,
            Membership.status == MembershipStatus.ACTIVE,
            is_here(today),
        )
        .order_by(Membership.id)
    )
    rows = session.execute(active).all()
    return [number for number, knows in rows if knows] or [number for number, _knows in rows]


def is_here(today: date) -> ColumnElement[bool]:
    return people_queries.away_until(Membership.person_id, today).is_(None)


def get_round(round_id: int) -> WeatherRound:
    return one_or_not_found(select(WeatherRound).where(WeatherRound.id == round_id))


def open_of(team_id: Given) -> Select[WeatherRound]:
    """The team's round that nobody has ended, though its time may be over."""
    return select(WeatherRound).where(
        WeatherRound.team_id == team_id, WeatherRound.ended_at.is_(None)
    )


def find_open(team: Team) -> WeatherRound | None:
    return session.scalars(open_of(team.id)).one_or_none()


def list_over(now: datetime) -> Sequence[WeatherRound]:
    """Rounds whose time is over, and which are still open."""
    return all_of(
        select(WeatherRound)
        .where(WeatherRound.ended_at.is_(None), WeatherRound.ends_at <= now)
        .order_by(WeatherRound.team_id)
    )


def is_on_the_list() -> ColumnElement[bool]:
    """A condition on a call and its elder: it was made, or is to be, for they are visited now."""
    return or_(WeatherCall.outcome != Outcome.WAITING, Elder.status == ElderStatus.ACTIVE)


def calls() -> Select[WeatherCall]:
    """Calls with whom they are to, who calls, and the visit that they became."""
    return (
        select(WeatherCall)
        .join(WeatherCall.elder)
        .join(Elder.person)
        .where(is_on_the_list())
        .options(
            contains_eager(WeatherCall.elder).contains_eager(Elder.person),
            joinedload(WeatherCall.caller),
            joinedload(WeatherCall.noted_by),
            joinedload(WeatherCall.visit).options(
                lazyload(Visit.elder), joinedload(Visit.no_answer).lazyload(NoAnswer.elder)
            ),
        )
    )


def get_call(call_id: int) -> WeatherCall:
    return one_or_not_found(calls().where(WeatherCall.id == call_id))


def list_calls(round_: WeatherRound) -> Sequence[WeatherCall]:
    """Everybody in the round: who needs most care first, then by name."""
    return all_of(
        calls()
        .where(WeatherCall.round_id == round_.id)
        .order_by(
            case((Elder.risk_level == RiskLevel.HIGH, 0), else_=1), Person.sort_key, WeatherCall.id
        )
    )


def list_whose(found: WeatherRound, *, caller: Person | None = None) -> Sequence[Row[int]]:
    """Whose names and numbers a list of the round shows, as `id`; of one caller's, those whom they
    have not called yet. The look is written down before they are loaded."""
    whose = (
        select(Elder.person_id.label("id"))
        .join(WeatherCall, WeatherCall.elder_id == Elder.id)
        .where(WeatherCall.round_id == found.id, is_on_the_list())
        .order_by(WeatherCall.id)
    )
    if caller is not None:
        whose = whose.where(
            WeatherCall.caller_id == caller.id, WeatherCall.outcome == Outcome.WAITING
        )
    return session.execute(whose).all()


def list_calls_of(round_: WeatherRound, caller: Person) -> Sequence[WeatherCall]:
    """The calls of one caller, in the same order, with the elders' contacts."""
    return all_of(
        calls()
        .where(WeatherCall.round_id == round_.id, WeatherCall.caller_id == caller.id)
        .options(selectinload(WeatherCall.elder, Elder.contacts))
        .order_by(
            case((Elder.risk_level == RiskLevel.HIGH, 0), else_=1), Person.sort_key, WeatherCall.id
        )
    )


def open_calls_of(person_id: Given, now: Given) -> Select[WeatherRound]:
    """The running rounds in which this person has somebody to call."""
    return (
        select(WeatherRound)
        .where(
            WeatherRound.ended_at.is_(None),
            WeatherRound.ends_at > now,
            WeatherRound.id.in_(
                select(WeatherCall.round_id)
                .join(WeatherCall.elder)
                .where(
                    WeatherCall.caller_id == person_id,
                    WeatherCall.outcome == Outcome.WAITING,
                    is_on_the_list(),
                )
            ),
        )
        .order_by(WeatherRound.id)
    )


def list_open_calls_of(person: Person, now: datetime) -> Sequence[WeatherRound]:
    return all_of(open_calls_of(person.id, now))


def count_waiting(rounds: Iterable[int], caller_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """How many each of these people is still to call, by round and person."""
    rows = session.execute(
        select(WeatherCall.round_id, WeatherCall.caller_id, func.count())
        .join(WeatherCall.elder)
        .where(
            is_on_the_list(),
            WeatherCall.round_id.in_(set(rounds)),
            WeatherCall.caller_id.in_(set(caller_ids)),
            WeatherCall.outcome == Outcome.WAITING,
        )
        .group_by(WeatherCall.round_id, WeatherCall.caller_id)
    )
    return {(round_id, caller): count for round_id, caller, count in rows if caller is not None}


def count_calls(caller_id: int, round_: WeatherRound) -> int:
    """How many calls this person has in the round, made or not."""
    return (
        session.scalar(
            select(func.count(WeatherCall.id)).where(
                WeatherCall.round_id == round_.id, WeatherCall.caller_id == caller_id
            )
        )
        or 0
    )


@dataclass(frozen=True)
class Tally:
    """How far a round is."""

    reached: int = 0
    everybody: int = 0


def list_rounds(team: Team) -> list[tuple[WeatherRound, Tally]]:
    """The team's rounds, the latest first, and how many were reached in each."""
    is_safe = or_(NoAnswer.id.is_(None), NoAnswer.closed_at.is_not(None))
    is_reached = (WeatherCall.outcome != Outcome.WAITING) & is_safe
    counted = (
        select(
            WeatherCall.round_id,
            func.count(WeatherCall.id).label("everybody"),
            func.sum(case((is_reached, 1), else_=0)).label("reached"),
        )
        .join(WeatherCall.elder)
        .outerjoin(WeatherCall.visit)
        .outerjoin(Visit.no_answer)
        .where(is_on_the_list())
        .group_by(WeatherCall.round_id)
        .subquery()
    )
    rows = session.execute(
        select(WeatherRound, counted.c.reached, counted.c.everybody)
        .outerjoin(counted, counted.c.round_id == WeatherRound.id)
        .where(WeatherRound.team_id == team.id)
        .order_by(WeatherRound.id.desc())
        .limit(20)
    ).all()
    return [(row, Tally(reached or 0, everybody or 0)) for row, reached, everybody in rows]


def list_by_number(numbers: Iterable[int]) -> Sequence[WeatherRound]:
    return all_of(select(WeatherRound).where(WeatherRound.id.in_(set(numbers))))


def has_been_seen(elder: Elder, day: date) -> bool:
    """Whether a visit saw them on this day, or somebody spoke with them who had not answered."""
    begins, a_day = datetime.combine(day, time()), timedelta(days=1)
    first, after = (zones.at(one, time(), elder.team.zone) for one in (day, day + a_day))
    return saw_them(
        elder, Visit.wall_starts >= begins, Visit.wall_starts < begins + a_day
    ) or spoke_with_them(elder, NoAnswer.closed_at >= first, NoAnswer.closed_at < after)


def has_been_seen_since(elder: Elder, moment: datetime) -> bool:
    """Whether a visit that began after this moment saw them, or somebody spoke with them."""
    return saw_them(elder, Visit.starts_at >= moment) or spoke_with_them(
        elder, NoAnswer.closed_at >= moment
    )


def saw_them(elder: Elder, *when: ColumnElement[bool]) -> bool:
    is_theirs = (Visit.elder_id == elder.id, Visit.status == VisitStatus.DONE)
    return session.scalar(select(Visit.id).where(*is_theirs, *when).limit(1)) is not None


def spoke_with_them(elder: Elder, *when: ColumnElement[bool]) -> bool:
    is_theirs = (NoAnswer.elder_id == elder.id, NoAnswer.ending == Ending.SPOKE)
    return session.scalar(select(NoAnswer.id).where(*is_theirs, *when).limit(1)) is not None
