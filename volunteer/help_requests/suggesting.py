"""Suggesting people for one request, or for all of a board: what is looked up, and put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from volunteer.core import clock, homes, zones
from volunteer.core.homes import Home
from volunteer.help_requests import suggestion_queries
from volunteer.help_requests.models import (
    ForWhom,
    HelpKind,
    HelpRequest,
    OfferStatus,
    Reach,
    Skill,
)
from volunteer.help_requests.scoring import Neighbours, Reason, Suggested, Wish
from volunteer.help_requests.suggestion_queries import Looked
from volunteer.people.models import Person, Slot, slot_of
from volunteer.teams.models import Team

# What was asked of somebody in this time counts; so does what they have to do in the next days.
LATELY, SOON = timedelta(days=30), timedelta(days=7)
SUGGESTED = 5
SKILLS = {
    HelpKind.SHOPPING: Skill.SHOPPING,
    HelpKind.CLINIC: Skill.CLINIC,
    HelpKind.REPAIR: Skill.REPAIR,
    HelpKind.HAIRCUT: Skill.HAIRCUT,
    HelpKind.MEAL: Skill.COOKING,
    HelpKind.TALK: Skill.TALK,
}


@dataclass(frozen=True)
class Suggestion:
    """Somebody who suits a request, and why."""

    person: Person
    team_id: int
    points: int
    reasons: list[Reason]


def suggest(
    help_request: HelpRequest,
    team: Team,
    now: datetime,
    *,
    most: int = SUGGESTED,
    reach: Reach | None = None,
) -> list[Suggestion]:
    """Who of the team suits this request best, the best first. `reach`: no further away than this;
    only one level up are other teams' members among them."""
    found = suggest_all([help_request], team, now, most=most, reach=reach)[help_request.id]
    people = suggestion_queries.list_people(one.person_id for one in found)
    return [
        Suggestion(people[one.person_id], one.team_id, one.points, one.reasons) for one in found
    ]


def suggest_all(
    help_requests: Sequence[HelpRequest],
    team: Team,
    now: datetime,
    *,
    most: int = SUGGESTED,
    reach: Reach | None = None,
) -> dict[int, list[Suggested]]:
    """The same for many requests of one team, in the same few statements, with names alone.

    Each request stands for itself: who suits several is suggested for each.
    """
    if not help_requests:
        return {}
    wishes = wishes_of(help_requests, team, now)
    neighbours = load(wishes, team, now, with_others=reach is Reach.ABOVE)
    return {wish.request_id: neighbours.suggest(wish, most, reach=reach) for wish in wishes}


def load(
    wishes: Sequence[Wish], team: Team, now: datetime, *, with_others: bool = False
) -> Neighbours:
    """Everybody who may be asked for these."""
    teams = [team.id, *(suggestion_queries.list_teams_beside(team) if with_others else ())]
    times = [wish.time for wish in wishes if wish.time]
    busy = (
        suggestion_queries.list_busy_times(
            teams, first=min(begin for begin, _ in times), before=max(end for _, end in times)
        )
        if times
        else {}
    )
    days = [wish.day for wish in wishes if wish.day] or [clock.today()]
    candidates = suggestion_queries.list_candidates(
        teams, since=now - LATELY, before=now + SOON, days=days
    )
    return Neighbours(candidates, busy)


def wishes_of(help_requests: Sequence[HelpRequest], team: Team, now: datetime) -> list[Wish]:
    numbers = {request.elder_id for request in help_requests if request.elder_id}
    elders = suggestion_queries.list_elders(numbers) if numbers else {}
    helped = suggestion_queries.list_helped(help_requests)
    wishes = []
    for request in help_requests:
        elder = elders.get(request.elder_id or 0)
        home = home_of(request, elder)
        wishes.append(
            Wish(
                request_id=request.id,
                team_id=team.id,
                place_id=request.place_id,
                skills=[SKILLS[kind].value for kind in request.help_kinds if kind in SKILLS],
                slots=slots_of(request, now),
                speech=request.speech.value if request.speech else None,
                estate=home.estate.casefold(),
                building=home.building.casefold(),
                day=day_of_help(request, now),
                time=time_of(request),
                closed=closed_for(request, elder),
                helped=helped[request.id],
                paired=frozenset(elder.paired if elder else ()),
            )
        )
    return wishes


def home_of(request: HelpRequest, elder: Looked | None) -> Home:
    """Where help is needed: as was written, else where the elder lives."""
    written = homes.read(request.address or "")
    return elder.home if elder and not written.estate else written


def closed_for(request: HelpRequest, elder: Looked | None) -> frozenset[int]:
    """Whom we don't ask for it: who is asked already, who has said no, for good, and whoever needs
    it themselves."""
    closed = {o.person_id for o in request.offers if o.status is not OfferStatus.RELEASED}
    if request.for_whom is ForWhom.SELF and request.asker_id is not None:
        closed.add(request.asker_id)
    if elder is not None:
        closed.add(elder.person_id)
    return frozenset(closed)


def day_of_help(request: HelpRequest, now: datetime) -> date:
    """The day on which somebody must be here: today, when any does or the one wished for has
    passed."""
    today = request.wall(now).date()
    return max(request.wanted_day(now) or today, today)


def slots_of(request: HelpRequest, now: datetime) -> list[Slot]:
    """The parts of the week that would suit; none, when any does."""
    day = request.wanted_day(now)
    if day is None:
        return []
    hours = [request.wanted_at.hour] if request.wanted_at else [9, 15]
    return [slot_of(day.weekday(), hour) for hour in hours]


def time_of(request: HelpRequest) -> tuple[datetime, datetime] | None:
    """From when until when somebody is needed, if that is known to the hour."""
    if request.wanted_on is None or request.wanted_at is None:
        return None
    begin = zones.at(request.wanted_on, request.wanted_at, request.zone)
    return begin, begin + suggestion_queries.TAKES
