"""Heat and cold: everybody whom it may harm is called once, by who looks after them.

A person makes every call; nothing here phones anybody. What came of a call becomes a visit by
phone, so that it counts as seen, help is asked for, and a no answer is guided, as at any visit.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.deeds import putting_down
from volunteer.deeds.models import DeedKind
from volunteer.elders import (
    care,
    no_answer,
    recording,
    visits,
    weather_notices,
    weather_queries,
    weather_wording,
)
from volunteer.elders.errors import (
    CallerIsFull,
    CallNoted,
    CallsThemselves,
    NobodyToCall,
    NotAnActiveVolunteer,
    NoUndoing,
    ReasonNeeded,
    RoundIsOver,
    RoundRuns,
)
from volunteer.elders.models import (
    Outcome,
    Source,
    Visit,
    VisitChannel,
    VisitStatus,
    WeatherCall,
    WeatherKind,
    WeatherRound,
)
from volunteer.elders.recording import Report
from volunteer.elders.sharing import MOST_CALLS, share_out
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# What each outcome is called in the elder's file.
BECOMES = {
    Outcome.FINE: VisitStatus.DONE,
    Outcome.NEEDS_HELP: VisitStatus.DONE,
    Outcome.NO_ANSWER: VisitStatus.NO_ANSWER,
    Outcome.REFUSED: VisitStatus.DECLINED,
}


def begin(
    team: Team, kind: WeatherKind, words: str, *, by: Person, lasts: timedelta, spread: bool = True
) -> WeatherRound:
    """Share out the calls to everybody who needs much or more care, and tell the callers once.

    `words` is what they are to ask. Those whom nobody looks after go to the other volunteers,
    or stay with the coordinators when `spread` is False. Raises RoundRuns, ReasonNeeded for
    empty words, or NobodyToCall.
    """
    if not words.strip():
        raise ReasonNeeded
    with transaction():
        lock(team)
        now = clock.now()
        before = weather_queries.find_open(team)
        if before is not None and before.is_running(now):
            raise RoundRuns
        if before is not None:
            end(before, by=None)
        today = team.today(now)
        everybody = weather_queries.list_to_call(team, today)
        if not everybody:
            raise NobodyToCall
        others = weather_queries.list_who_know_elders(team, today) if spread else []
        shared = share_out(everybody, others)
        found = WeatherRound(
            team=team, kind=kind, words=words.strip(), began_by=by, began_at=now,
            ends_at=now + lasts,
        )  # fmt: skip
        session.add(found)
        # The round's number is needed now: its calls carry it.
        session.flush()
        session.execute(
            insert(WeatherCall),
            [
                {"round_id": found.id, "elder_id": elder, "caller_id": caller}
                for elder, caller in shared.items()
            ],
        )
        callers = {caller for caller in shared.values() if caller is not None}
        trail.record("weather_round.begun", found, by=by, team=team, kind=kind,
                     calls=len(shared), callers=len(callers))  # fmt: skip
        weather_notices.tell(found, callers)
        return found


def note(call: WeatherCall, outcome: Outcome, *, words: str = "", by: Person) -> Visit:
    """Write down what came of a call; answers the visit that it becomes.

    Help is asked for at once, and a no answer is guided as at a visit. Raises RoundIsOver,
    CallNoted, and what recording a visit raises.
    """
    with transaction():
        # The elder first, as whoever pauses or ends their visits does.
        lock(call.elder, call)
        now = clock.now()
        if not call.round.takes_results(now):
            raise RoundIsOver
        if call.is_noted or outcome is Outcome.WAITING:
            raise CallNoted
        elder = call.elder
        seen_before, change_before = elder.last_seen_on, care.change_of(elder)
        phoned_at = call.round.last_call_at(now)
        visit = visits.begin_now(
            elder, VisitChannel.PHONE, by=by, person=who_phoned(call, by), at=phoned_at
        )
        if outcome is Outcome.NO_ANSWER:
            # The visit takes up the one that begins here, and which says that it was a call.
            no_answer.begin(elder, by=by, source=Source.CALL)
        # Typed in later from paper, it knows nothing of what has happened since.
        left = call.team.wall(phoned_at) if phoned_at else None
        recording.record(visit, Report(BECOMES[outcome], note=words.strip(), left=left), by=by)
        if outcome is Outcome.NEEDS_HELP:
            recording.needs_help.announce(
                visit, words.strip() or weather_wording.asked_for(call), by
            )
        call.outcome, call.visit, call.seen_before = outcome, visit, seen_before
        call.change_before = change_before if elder.change is None else None
        call.note = words.strip() or None
        call.noted_by, call.noted_at = by, now
        record("weather_call.noted", call, by, outcome=outcome)
        return visit


def who_phoned(call: WeatherCall, by: Person) -> Person:
    """Whose call it is, as long as they are in the team; else whoever notes it."""
    is_active = team_queries.is_active_member(call.team, call.caller)
    return call.caller if call.caller and is_active else by


def undo(call: WeatherCall, *, by: Person) -> None:
    """It was a slip: they are to be called again, and count as seen when they were before; what
    had happened to them is not forgotten.

    Raises CallNoted when there is nothing to undo, NoUndoing for what others act on by now.
    """
    with transaction():
        lock(call.elder, call)
        visit, elder = call.visit, call.elder
        if visit is None:
            raise CallNoted
        if not call.can_be_undone:
            raise NoUndoing
        visit.status = VisitStatus.CANCELLED
        visit.revision += 1
        session.flush()
        putting_down.take_off(DeedKind.VISIT, visit.id)
        if elder.last_seen_on == visit.day and not weather_queries.has_been_seen(elder, visit.day):
            elder.last_seen_on = call.seen_before
            care.reckon(elder)
        put_back_change(call)
        call.outcome, call.visit, call.seen_before = Outcome.WAITING, None, None
        call.note = call.noted_by = call.noted_at = None
        record("weather_call.undone", call, by)


def put_back_change(call: WeatherCall) -> None:
    before, call.change_before = call.change_before, None
    if before is None:
        return
    if not weather_queries.has_been_seen_since(call.elder, datetime.fromisoformat(before["at"])):
        care.put_back_change(call.elder, before)


def give(call: WeatherCall, caller: Person, *, by: Person) -> None:
    """Another volunteer makes this call, and is told when it is their first of the round.

    Raises CallNoted, RoundIsOver, CallsThemselves, NotAnActiveVolunteer or CallerIsFull.
    """
    with transaction():
        # A person before their calls: who leaves the team at this moment is waited for.
        lock(caller, call.round, call)
        if call.is_noted:
            raise CallNoted
        if not call.round.is_running(clock.now()):
            raise RoundIsOver
        if call.elder.person_id == caller.id:
            raise CallsThemselves
        if not team_queries.is_active_member(call.team, caller):
            raise NotAnActiveVolunteer
        if call.caller_id == caller.id:
            return
        if weather_queries.count_calls(caller.id, call.round) >= MOST_CALLS:
            raise CallerIsFull
        call.caller = caller
        record("weather_call.given", call, by)
        weather_notices.tell(call.round, [caller.id])


def end(found: WeatherRound, *, by: Person | None) -> None:
    """Nobody sees these lists any more but the coordinators. None is the clock. Raises
    RoundIsOver."""
    with transaction():
        lock(found)
        if found.ended_at is not None:
            raise RoundIsOver
        found.ended_at = min(clock.now(), found.ends_at) if by is None else clock.now()
        trail.record("weather_round.ended", found, by=by, team=found.team)


def let_dates_go_on(found: WeatherRound, *, by: Person) -> None:
    """What takes place outdoors goes on: nobody is asked again in this round. Raises
    RoundIsOver."""
    with transaction():
        lock(found)
        if found.ended_at is not None:
            raise RoundIsOver
        if not found.dates_go_on:
            found.dates_go_on = True
            trail.record("weather_round.dates_go_on", found, by=by, team=found.team)


def end_what_is_over(now: datetime) -> int:
    """End the rounds whose time is over; say how many."""
    over = weather_queries.list_over(now)
    for found in over:
        # Somebody may have ended it meanwhile.
        with suppress(RoundIsOver):
            end(found, by=None)
    return len(over)


def release_all(membership: Membership, by: Person) -> None:
    """Who pauses or leaves calls nobody any more: the coordinators see to it."""
    with transaction():
        of_the_team = select(WeatherRound.id).where(WeatherRound.team_id == membership.team_id)
        session.execute(
            update(WeatherCall)
            .where(
                WeatherCall.caller_id == membership.person_id,
                WeatherCall.outcome == Outcome.WAITING,
                WeatherCall.round_id.in_(of_the_team),
            )
            .values(caller_id=None)
        )


def by_caller(calls: Iterable[WeatherCall]) -> list[tuple[Person | None, list[WeatherCall]]]:
    """Each caller's own, by name; those whom nobody calls yet first."""
    groups: dict[int, tuple[Person | None, list[WeatherCall]]] = {}
    for call in calls:
        groups.setdefault(call.caller_id or 0, (call.caller, []))[1].append(call)
    return sorted(groups.values(), key=lambda group: group[0].sort_key if group[0] else "")


def record(action: str, call: WeatherCall, by: Person, **details: object) -> None:
    trail.record(action, call, by=by, person=call.elder.person, team=call.team, **details)
