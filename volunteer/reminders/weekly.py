"""The weekly message: planned once for each active member, written when it goes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, defer

from volunteer.accounts import signing_in
from volunteer.activities import eligibility, fitting
from volunteer.activities import queries as activity_queries
from volunteer.activities.fitting import OpenPlace
from volunteer.activities.models import Activity, Occurrence, Signup, SignupStatus
from volunteer.core import clock
from volunteer.core.database import all_of, insert_into, session, transaction
from volunteer.elders import queries as elder_queries
from volunteer.elders.models import Visit
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpOffer
from volunteer.notifications import groups, outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import timing
from volunteer.reminders.models import WeeklyRun
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, MembershipStatus, Team

WEEK_AHEAD = "week_ahead"
# The link in the message opens the door until the next message brings a new one.
LINK_LASTS = timedelta(days=8)
TEAMS_AT_ONCE = 100


@dataclass(frozen=True)
class DueTeam:
    """A team whose message is to be planned: when it fell due, and its first day."""

    id: int
    due_at: datetime
    first: date


def plan_due(now: datetime) -> int:
    """Plan the messages of every team whose time has come; answers how many were new.

    Late is caught up: the latest due moment counts, however long ago. Running it again,
    or in two processes at once, plans nothing twice.
    """
    due = find_due(now)
    # Some teams at a time: while a transaction writes, SQLite lets nobody else write.
    return sum(
        plan_together(due[start : start + TEAMS_AT_ONCE])
        for start in range(0, len(due), TEAMS_AT_ONCE)
    )


def find_due(now: datetime) -> list[DueTeam]:
    """The teams whose time has come and whose run was not planned yet, in two statements."""
    done = {
        (team_id, first)
        for team_id, first in session.execute(
            select(WeeklyRun.team_id, WeeklyRun.first_day).where(
                WeeklyRun.due_at > now - timedelta(days=15)
            )
        )
    }
    # Many teams share a day and an hour; when that is due is worked out once.
    fell_due = lru_cache(maxsize=None)(partial(last_due, now=now))
    due = []
    for team_id, set_at, zone, weekday, at in session.execute(
        select(
            Team.id,
            Team.reminder_set_at,
            Team.zone,
            Team.reminder_weekday,
            Team.reminder_time,
        ).order_by(Team.id)
    ):
        due_at, first = fell_due(zone, weekday, at)
        if due_at >= set_at and (team_id, first) not in done:
            due.append(DueTeam(team_id, due_at, first))
    return due


def last_due(zone: str, weekday: int, at: time, *, now: datetime) -> tuple[datetime, date]:
    """When a team with this timetable last had its message due, and that message's first day."""
    anyone = Team(zone=zone, reminder_weekday=weekday, reminder_time=at)
    due = timing.last_due(anyone, now)
    return due, timing.first_day(anyone, due)


def plan(team: Team, due: datetime) -> int:
    """The messages of this team that fell due then; answers how many were new."""
    return plan_together([DueTeam(team.id, due, timing.first_day(team, due))])


def plan_together(teams: Sequence[DueTeam]) -> int:
    """One message for each member who was in their team, and not pausing, when it fell due.

    However many teams and members: one question for the members, some statements that insert.
    """
    by_number = {team.id: team for team in teams}
    with transaction():
        members = [
            (by_number[team_id], person) for team_id, person in session.execute(members_of(teams))
        ]
        to_members = (row_for(team, person) for team, person in members)
        posted = outbox.post_all(chain(to_members, rows_for_groups(by_number)))
        note_runs(teams, Counter(team.id for team, _person in members))
    return posted


def members_of(teams: Sequence[DueTeam]) -> Select[int, Person]:
    """Who was an active member when it fell due, with what says how they are told."""
    return (
        select(Membership.team_id, Person)
        .join(Membership.person)
        .where(
            Membership.status == MembershipStatus.ACTIVE,
            or_(
                *(
                    Membership.team_id.in_([team.id for team in teams if team.due_at == due])
                    & (Membership.joined_at <= due)
                    for due in {team.due_at for team in teams}
                )
            ),
        )
        .order_by(Membership.team_id, Membership.id)
        # Who they are, and their phone, which is sealed, says nothing of that.
        .options(
            defer(Person.phone), defer(Person.name), defer(Person.free_slots),
            defer(Person.sort_key), defer(Person.phone_tail),
            defer(Person.created_at),
        )
    )  # fmt: skip


def row_for(team: DueTeam, person: Person) -> dict[str, Any]:
    return outbox.row(WEEK_AHEAD, to=person, team_id=team.id, **what_and_when(team))


def rows_for_groups(teams: Mapping[int, DueTeam]) -> list[dict[str, Any]]:
    """What is said in the teams' groups: as their first coordinator may read it."""
    robots = groups.list_robots(teams)
    if not robots:
        return []
    coordinators = team_queries.find_coordinators({robot.team_id for robot in robots})
    return [
        groups.row(
            robot,
            WEEK_AHEAD,
            reader=next(iter(coordinators.get(robot.team_id, ())), None),
            **what_and_when(teams[robot.team_id]),
        )
        for robot in robots
    ]


def what_and_when(team: DueTeam) -> dict[str, Any]:
    return {
        "key": f"{team.id}:{team.first}",
        "due_at": team.due_at,
        "expires_at": team.due_at + timing.USEFUL_FOR,
        "about": {"team_id": team.id, "first_day": team.first.isoformat()},
    }


def note_runs(teams: Iterable[DueTeam], expected: Mapping[int, int]) -> None:
    """Write down how many messages are to be found again when the books are checked."""
    session.execute(
        insert_into(WeeklyRun).on_conflict_do_nothing(),
        [
            {
                "team_id": team.id,
                "first_day": team.first,
                "due_at": team.due_at,
                "expected": expected.get(team.id, 0),
                "planned_at": clock.now(),
            }
            for team in teams
        ],
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """The letters of these messages; none for who has left or pauses by now."""
    letters: dict[int, Letter] = {}
    groups = grouped(messages)
    teams = team_queries.list_by_number({team_id for team_id, _first in groups})
    # Only mails carry a link that opens the door; a caller reads the rest aloud.
    by_mail = {m.person for m in messages if m.channel is Channel.EMAIL}
    doors = signing_in.doors(by_mail, "/my-week", lasts=LINK_LASTS)
    for (team_id, first), batch in groups.items():
        people = {message.person_id: message.person for message in batch}
        written = compose(teams[team_id], people.values(), first, doors=doors)
        letters |= {m.id: written[m.person_id] for m in batch if m.person_id in written}
    return letters


def grouped(messages: Iterable[OutboxMessage]) -> dict[tuple[int, date], list[OutboxMessage]]:
    groups: dict[tuple[int, date], list[OutboxMessage]] = {}
    for message in messages:
        key = (message.about["team_id"], date.fromisoformat(message.about["first_day"]))
        groups.setdefault(key, []).append(message)
    return groups


@dataclass(frozen=True)
class Week:
    """What one member's letter says of the seven days."""

    own: Sequence[Signup]
    # What they lead without a place of their own.
    led: Sequence[Occurrence]
    open: Sequence[OpenPlace]
    # Visits that they go to, and requests that wait for their answer.
    visits: Sequence[Visit]
    offers: Sequence[HelpOffer]
    # For coordinators only: dates that still lack people, elders whom nobody has seen for too
    # long, requests that nobody has answered.
    short: Sequence[Occurrence]
    overdue: int
    unanswered: int
    is_coordinator: bool

    @property
    def is_empty(self) -> bool:
        """Whether they have promised nothing at all."""
        return not (self.own or self.led or self.visits)


def compose(
    team: Team, people: Iterable[Person], first: date, *, doors: Mapping[int, str]
) -> dict[int, Letter]:
    """Letters by person, from what is true now, in a fixed number of queries.

    `doors` are the paths by which each person comes in; who has none gets the plain one.
    """
    people = list(people)
    active = {m.person_id: m for m in team_queries.list_active(team)}
    weeks = weeks_of(team, people, active, first)
    contact = next((m.person for m in active.values() if m.is_coordinator), None)
    return {
        person.id: writing.letter(
            WEEK_AHEAD,
            person,
            team=team,
            week=weeks[person.id],
            first=first,
            last=first + timedelta(days=6),
            contact=contact,
            path=doors.get(person.id, "/my-week"),
        )
        for person in people
        if person.id in active
    }


def weeks_of(
    team: Team, people: Sequence[Person], active: Mapping[int, Membership], first: date
) -> dict[int, Week]:
    begin, end = timing.days_of(team, first)
    now = clock.now()
    # A message that comes late speaks only of what is still to come.
    occurrences = activity_queries.list_between(team, first=max(begin, now), before=end)
    planned = [occurrence for occurrence in occurrences if not occurrence.is_cancelled]
    elsewhere = signups_elsewhere(team, people, begin, end)
    visits = elder_queries.list_visits_between(team, first=max(begin, now), before=end)
    offers = offers_by_person(team, people)
    facts = eligibility.look_up(planned, people, are_members=True)
    coordinators = {n for n, membership in active.items() if membership.is_coordinator}
    overdue = unanswered = 0
    if any(person.id in coordinators for person in people):
        overdue = elder_queries.count_overdue(team, team.today(now))
        unanswered = help_queries.count_unanswered(team)
    weeks = {}
    for person in people:
        own = [s for o in planned if (s := o.signup_of(person)) is not None]
        is_coordinator = person.id in coordinators
        weeks[person.id] = Week(
            own=own,
            led=fitting.led_by(person, planned),
            open=fitting.open_places(
                person, planned, [*own, *elsewhere.get(person.id, [])], now=now, facts=facts
            ),
            visits=[visit for visit in visits if visit.has(person)],
            offers=offers.get(person.id, []),
            short=[o for o in planned if o.missing] if is_coordinator else [],
            overdue=overdue if is_coordinator else 0,
            unanswered=unanswered if is_coordinator else 0,
            is_coordinator=is_coordinator,
        )
    return weeks


def offers_by_person(team: Team, people: Sequence[Person]) -> dict[int, list[HelpOffer]]:
    """What each of these people is asked by the team, and has not answered."""
    found: dict[int, list[HelpOffer]] = {}
    for offer in help_queries.list_offers_to(person.id for person in people):
        if offer.is_waiting and offer.help_request.team_id == team.id:
            found.setdefault(offer.person_id, []).append(offer)
    return found


def signups_elsewhere(
    team: Team, people: Sequence[Person], begin: datetime, end: datetime
) -> dict[int, list[Signup]]:
    """These people's places with other teams in this time, so that nothing is offered on top."""
    found = all_of(
        select(Signup)
        .join(Signup.occurrence)
        .join(Occurrence.activity)
        .where(
            Signup.person_id.in_([person.id for person in people]),
            Signup.status == SignupStatus.GOING,
            Activity.team_id != team.id,
            Occurrence.ends_at > begin,
            Occurrence.starts_at < end,
        )
        .options(contains_eager(Signup.occurrence))
    )
    by_person: dict[int, list[Signup]] = {}
    for signup in found:
        by_person.setdefault(signup.person_id, []).append(signup)
    return by_person
