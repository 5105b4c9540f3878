"""Calls to the team's phone: written down, called back as promised, made into a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, Select, case, func, select
from sqlalchemy.orm import joinedload

from volunteer.audit import trail
from volunteer.core import chinese, clock, pressing
from volunteer.core.database import (
    Given,
    all_of,
    lock,
    one_or_not_found,
    row_number,
    session,
    transaction,
)
from volunteer.help_requests.errors import CalledBackAlready, NoSuchTimeToCall, WordsNeeded
from volunteer.help_requests.models import HelpRequest, HotlineCall
from volunteer.people.models import Person
from volunteer.teams.models import Team

# Nobody writes down a call of the week before last, nor promises one for next month.
LONGEST_AGO, LONGEST_PROMISE = timedelta(days=7), timedelta(days=14)
WAITS_FOR_US = HotlineCall.call_back_by.is_not(None) & HotlineCall.called_back_at.is_(None)


@dataclass(frozen=True)
class CallDetails:
    """Who rang, when, and what they said; until when we promised to call back."""

    words: str
    name: str = ""
    phone: str = ""
    rang_at: datetime | None = None
    call_back_by: datetime | None = None


def note(team: Team, details: CallDetails, *, by: Person) -> HotlineCall:
    """Write a call down. Raises WordsNeeded, or NoSuchTimeToCall."""
    if not details.words.strip():
        raise WordsNeeded
    now = clock.now()
    rang_at, promised = details.rang_at or now, details.call_back_by
    if not now - LONGEST_AGO <= rang_at <= now:
        raise NoSuchTimeToCall
    if promised is not None and not now <= promised <= now + LONGEST_PROMISE:
        raise NoSuchTimeToCall
    with transaction():
        lock(team)
        if known := find_alike(team, details, by):
            return known
        call = HotlineCall(
            team=team,
            caller_name=details.name or None,
            caller_phone=chinese.phone_digits(details.phone) or None,
            rang_at=rang_at,
            words=details.words.strip(),
            taken_by_id=by.id,
            call_back_by=promised,
        )
        session.add(call)
        session.flush()
        trail.record("hotline_call.noted", call, by=by, team=team)
        return call


def find_alike(team: Team, details: CallDetails, by: Person) -> HotlineCall | None:
    """The very same, written down by the same person a moment ago: pressed twice it is one."""
    just_now = HotlineCall.rang_at >= clock.now() - pressing.AGAIN_WITHIN
    is_then = HotlineCall.rang_at == details.rang_at if details.rang_at else just_now
    found = all_of(of_team(team).where(HotlineCall.taken_by_id == by.id, is_then))
    said = (
        details.words.strip(), details.name or None, chinese.phone_digits(details.phone) or None,
        details.call_back_by,
    )  # fmt: skip
    for call in found:
        if (call.words, call.caller_name, call.caller_phone, call.call_back_by) == said:
            return call
    return None


def note_called_back(call: HotlineCall, *, by: Person) -> None:
    """We have called back, as was promised. Raises CalledBackAlready."""
    with transaction():
        lock(call)
        if not call.waits_for_us:
            raise CalledBackAlready
        call.called_back_at, call.called_back_by_id = clock.now(), by.id
        trail.record("hotline_call.called_back", call, by=by, team=call.team)


def become_request(call: HotlineCall, ask: Callable[[], HelpRequest], *, by: Person) -> HelpRequest:
    """What the caller asked for becomes a request by `ask`; when somebody else has entered it
    already it is theirs, for one lamp needs no two volunteers. Raises what `ask` raises."""
    with transaction():
        lock(call)
        if call.help_request is None:
            link(call, ask(), by=by)
        return one_or_not_found(select(HelpRequest).where(HelpRequest.id == call.help_request_id))


def link(call: HotlineCall, help_request: HelpRequest, *, by: Person) -> None:
    """What the caller asked for is now this request; a call makes one at most."""
    with transaction():
        lock(call)
        if call.help_request_id is None:
            call.help_request_id = help_request.id
            trail.record("hotline_call.became_request", call, by=by, team=call.team)


def get(team: Team, call_id: int) -> HotlineCall:
    return one_or_not_found(of_team(team).where(HotlineCall.id == row_number(call_id)))


def of_team(team: Team) -> Select[HotlineCall]:
    """Promises that are still open first, the most urgent on top; then the latest calls."""
    return (
        select(HotlineCall)
        .where(HotlineCall.team_id == team.id)
        .options(
            joinedload(HotlineCall.taken_by),
            joinedload(HotlineCall.called_back_by),
            joinedload(HotlineCall.help_request),
        )
        .order_by(
            WAITS_FOR_US.desc(),
            case((WAITS_FOR_US, HotlineCall.call_back_by)),
            HotlineCall.rang_at.desc(),
            HotlineCall.id.desc(),
        )
    )


def list_promised(team: Team) -> Sequence[HotlineCall]:
    """Whom we still have to call back, the most urgent first."""
    return all_of(of_team(team).where(WAITS_FOR_US))


def counted_promised(team_id: Given, now: Given) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """How many those are, and how many of them are late: beside other questions in a statement."""
    count = select(func.count()).where(HotlineCall.team_id == team_id, WAITS_FOR_US)
    late = count.where(HotlineCall.call_back_by < now)
    return count.scalar_subquery(), late.scalar_subquery()
