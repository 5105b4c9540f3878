"""The weekly message: planned once for each active member, written when it goes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

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
from volunteer.teams.models import Membership, Team

WEEK_AHEAD = "week_ahead"
# The link in the message opens the door until the next message brings a new one.
LINK_LASTS = timedelta(days=8)


def plan_due(now: datetime) -> int:
    """Plan the messages of every team whose time has come; answers how many were new.

    Late is caught up: the latest due moment counts, however long ago. Running it again,
    or in two processes at once, plans nothing twice.
    """
    planned = 0
    done = {(run.team_id, run.first_day) for run in recent_runs(now)}
    for team in all_of(select(Team).order_by(Team.id)):
        due = timing.last_due(team, now)
        if due < team.reminder_set_at or (team.id, timing.first_day(team, due)) in done:
            continue
        planned += plan(team, due)
    return planned


def recent_runs(now: datetime) -> Sequence[WeeklyRun]:
    return all_of(select(WeeklyRun).where(WeeklyRun.due_at > now - timedelta(days=15)))


def plan(team: Team, due: datetime) -> int:
    """One message for each member who was in the team, and not pausing, when it fell due."""
    first = timing.first_day(team, due)
    with transaction():
        people = [
            membership.person
            for membership in team_queries.list_active(team)
            if membership.joined_at is not None and membership.joined_at <= due
        ]
        posted = outbox.post_all(
            outbox.row(
                WEEK_AHEAD,
                to=person,
                key=f"{team.id}:{first}",
                team_id=team.id,
                due_at=due,
                expires_at=due + timing.USEFUL_FOR,
                about={"team_id": team.id, "first_day": first.isoformat()},
            )
            for person in people
        )
        coordinators = team_queries.list_coordinators(team)
        groups.tell(
            WEEK_AHEAD,
            team_id=team.id,
            key=f"{team.id}:{first}",
            reader=coordinators[0].person if coordinators else None,
            due_at=due,
            expires_at=due + timing.USEFUL_FOR,
            about={"team_id": team.id, "first_day": first.isoformat()},
        )
        note_run(team, first, due, len(people))
    return posted


def note_run(team: Team, first: date, due: datetime, expected: int) -> None:
    session.execute(
        insert_into(WeeklyRun)
        .values(
            team_id=team.id, first_day=first, due_at=due, expected=expected, planned_at=clock.now()
        )
        .on_conflict_do_nothing()
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """The letters of these messages; none for who has left or pauses by now."""
    letters: dict[int, Letter] = {}
    for (team_id, first), batch in grouped(messages).items():
        team = team_queries.get_team(team_id)
        people = {message.person_id: message.person for message in batch}
        # Only mails carry a link that opens the door; a caller reads the rest aloud.
        by_mail = [m.person for m in batch if m.channel is Channel.EMAIL]
        doors = signing_in.doors(by_mail, "/my-week", lasts=LINK_LASTS)
        written = compose(team, people.values(), first, doors=doors)
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
