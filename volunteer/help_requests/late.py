"""Requests that nobody has answered in time: one message a day for each coordinator, with all of
them. After two weeks a request stands in it once a week: what is said every day nobody reads.

As in every message, no name, phone, address or word of a request stands in it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from volunteer.core import clock, nights
from volunteer.core.database import transaction
from volunteer.help_requests import queries
from volunteer.help_requests.models import HelpRequest
from volunteer.help_requests.notices import LASTS, is_of_another_team, is_shown_to
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

HELP_LATE = "help_late"

DAILY_FOR = timedelta(days=14)
THEN_EVERY = timedelta(days=7)

# By each request's number who coordinates a team that it concerns, and which.
Concerned = Mapping[int, Sequence[tuple[Person, int]]]


def remind(now: datetime) -> None:
    """Once a day the coordinators hear of what nobody has answered in time; of what becomes late
    on that day, at once. A day is one by the clock of whoever has the request."""
    with transaction():
        late = [one for one in queries.list_late(now) if is_told_today(one, now)]
        concerned = who_is_concerned(late)
        older = defaultdict(list)
        rows = []
        for one in late:
            if late_for(one, now):
                older[one.wall(now).date()].append(one)
            else:
                rows += rows_for([one], concerned, f"late:{one.id}", now)
        for today, those in older.items():
            # A new day begins at midnight, when nobody wants to hear of it.
            morning = nights.awake(now, those[0].zone)
            rows += rows_for(those, concerned, f"late:{today:%Y%m%d}", now, due_at=morning)
        outbox.post_all(rows)


def late_for(help_request: HelpRequest, now: datetime) -> timedelta:
    """For how many days nobody has answered in time; none on the day on which it becomes late."""
    return help_request.wall(now).date() - help_request.wall(help_request.answer_by).date()


def is_told_today(help_request: HelpRequest, now: datetime) -> bool:
    days = late_for(help_request, now)
    return days < DAILY_FOR or not days % THEN_EVERY


def who_is_concerned(late: Sequence[HelpRequest]) -> Concerned:
    teams = queries.teams_concerned_by(late)
    coordinators = team_queries.find_coordinators(set().union(*teams.values()))
    return {
        number: [(person, team_id) for team_id in ids for person in coordinators.get(team_id, ())]
        for number, ids in teams.items()
    }


def rows_for(
    late: Sequence[HelpRequest],
    concerned: Concerned,
    key: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
) -> list[dict[str, Any]]:
    """One message for each coordinator whom any of these concerns; each request once, be they
    coordinator of two teams that it concerns."""
    people: dict[int, Person] = {}
    theirs: dict[int, dict[int, int]] = {}
    for help_request in late:
        for person, team_id in concerned[help_request.id]:
            people[person.id] = person
            theirs.setdefault(person.id, {}).setdefault(help_request.id, team_id)
    return [
        outbox.row(
            HELP_LATE,
            to=people[number],
            key=key,
            due_at=due_at,
            expires_at=now + LASTS,
            team_id=next(iter(found.values())),
            about={"late": list(found.items())},
        )
        for number, found in theirs.items()
    ]


def told_of(message: OutboxMessage) -> list[tuple[int, int]]:
    """Each request with the team as whose coordinator they read of it. Messages from before there
    was a list told of one."""
    about = message.about
    if "late" not in about:
        return [(about["help_request_id"], about["team_id"])]
    return [(number, team_id) for number, team_id in about["late"]]


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to coordinators, with what still waits; none when nothing does."""
    pairs = {message.id: told_of(message) for message in messages}
    everything = [pair for told in pairs.values() for pair in told]
    found = {one.id: one for one in queries.list_help_requests(number for number, _t in everything)}
    told = {team_id for _number, team_id in everything}
    coordinators, teams = team_queries.who_coordinates(told), team_queries.list_by_number(told)
    letters = {}
    for message in messages:
        waiting = [
            (one, f"/teams/{team_id}/help-requests/{number}")
            for number, team_id in pairs[message.id]
            if (one := found.get(number)) is not None
            and one.is_new
            and not is_of_another_team(team_id, one)
            and is_shown_to(teams.get(team_id), one)
            and message.person_id in coordinators.get(team_id, ())
        ]
        if waiting:
            letters[message.id] = letter(message, waiting)
    return letters


def letter(message: OutboxMessage, waiting: Sequence[tuple[HelpRequest, str]]) -> Letter:
    return writing.letter(
        HELP_LATE,
        message.person,
        waiting=waiting,
        now=clock.now(),
        help_request=waiting[0][0],
        # Of several, the one that waits longest.
        path=waiting[0][1],
    )
