"""Asking by the clock: a few who live nearest first, then step by step further around.

Same building, estate, community, the whole team, then the teams beside it. A step is taken when so
long nobody has said yes; it stops at a yes, and sleeps when neighbours do. Each step asks whoever
suits best of those who live no further away, and never anybody twice.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.core import clock, nights
from volunteer.core.database import all_of, lock, transaction
from volunteer.help_requests import matching, notices, suggesting
from volunteer.help_requests.errors import (
    AlreadyAsked,
    AlreadyAsking,
    HasSaidNo,
    NotAnActiveVolunteer,
    NotForTheYoung,
    NotTakenOn,
)
from volunteer.help_requests.models import HelpRequest, Reach
from volunteer.help_requests.suggesting import Suggestion
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

STEPS = tuple(Reach)
AT_ONCE, WAIT_MINUTES = 3, 60


def begin(
    help_request: HelpRequest,
    *,
    at_once: int = AT_ONCE,
    wait_minutes: int = WAIT_MINUTES,
    by: Person,
) -> None:
    """From now on the clock asks; at night it begins in the morning.

    Raises NotTakenOn, AlreadyMatched, IsOver or AlreadyAsking.
    """
    with transaction():
        lock(help_request)
        matching.check_is_looking(help_request)
        if help_request.ask_next_at is not None:
            raise AlreadyAsking
        help_request.reach, help_request.asks_for_id = Reach.BUILDING, by.id
        help_request.ask_at_once, help_request.ask_wait_minutes = at_once, wait_minutes
        help_request.ask_next_at = clock.now()
    ask_more(help_request, clock.now())


def stop(help_request: HelpRequest) -> None:
    """Nobody more is asked by the clock; who was asked may still say yes."""
    with transaction():
        lock(help_request)
        help_request.ask_next_at = help_request.reach = None


def ask_due(now: datetime) -> int:
    """Take the next step with every request whose time has come; answers how many that were."""
    waiting = all_of(
        select(HelpRequest)
        .where(HelpRequest.ask_next_at <= now)
        .order_by(HelpRequest.ask_next_at, HelpRequest.id)
    )
    for help_request in waiting:
        ask_more(help_request, now)
    return len(waiting)


def ask_more(help_request: HelpRequest, now: datetime) -> None:
    """Ask the next few, or in the morning; tell the coordinators when there is nobody left."""
    with transaction():
        # By the clock of whoever needs help.
        awake = nights.awake(now, help_request.zone)
        team = help_request.team
        reach, found = next_few(help_request, team, now) if team and awake == now else (None, [])
        # Everybody locks people before requests, so that two never wait for each other.
        lock(*sorted((one.person for one in found), key=lambda one: one.id), help_request)
        # Somebody may have said yes, or another clock have asked, while we waited for it.
        if help_request.ask_next_at is None or help_request.ask_next_at > now:
            return
        if awake > now:
            help_request.ask_next_at = awake
        elif reach is None:
            help_request.ask_next_at = None
            notices.tell_coordinators(notices.HELP_NOBODY_FOUND, help_request, by=None)
        else:
            ask(help_request, found)
            wait = timedelta(minutes=help_request.ask_wait_minutes)
            help_request.reach = after(reach)
            help_request.ask_next_at = nights.awake(now + wait, help_request.zone)


def ask(help_request: HelpRequest, found: Sequence[Suggestion]) -> None:
    by = asker_of(help_request)
    for one in found:
        # A coordinator may have asked them just now, or they may have left.
        with suppress(AlreadyAsked, HasSaidNo, NotAnActiveVolunteer, NotForTheYoung):
            through = team_queries.get_team(one.team_id)
            matching.offer(help_request, one.person, by=by, through=through)


def next_few(
    help_request: HelpRequest, team: Team, now: datetime
) -> tuple[Reach | None, Sequence[Suggestion]]:
    """The first step from here on that has anybody to ask, and whom; None: there is nobody left."""
    reach = help_request.reach or Reach.BUILDING
    for further in STEPS[STEPS.index(reach) :]:
        found = suggesting.suggest(
            help_request, team, now, most=help_request.ask_at_once, reach=further
        )
        if found:
            return further, found
    return None, []


def after(reach: Reach) -> Reach:
    """The next step; beyond the last one there is none, so it is taken again."""
    return STEPS[min(STEPS.index(reach) + 1, len(STEPS) - 1)]


def asker_of(help_request: HelpRequest) -> Person:
    """On whose word the clock asks."""
    if help_request.asks_for_id is None:
        raise NotTakenOn
    return people_queries.get_person(help_request.asks_for_id)
