"""What concerns whoever asks for their first page; whether the service is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Executable, bindparam, select

from volunteer.accounts import queries as account_queries
from volunteer.activities import stand_in_queries, swap_queries
from volunteer.core import clock, heartbeat, marks, migrating
from volunteer.core.database import any_of, connection, dialect_name, made_once, session
from volunteer.deeds import queries as deed_queries
from volunteer.elders import concern_queries, weather_queries
from volunteer.elders import queries as elder_queries
from volunteer.help_requests import calls
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpOffer
from volunteer.hours import queries as hours_queries
from volunteer.incidents import queries as incident_queries
from volunteer.meals import booking_queries, home_safe, kitchen_queries
from volunteer.meals import queries as meal_queries
from volunteer.notifications import queries as outbox
from volunteer.notifications.models import MessageStatus
from volunteer.people.models import Person
from volunteer.reminders import queries as call_queries
from volunteer.reminders import watch
from volunteer.rights import queries as rights_queries
from volunteer.teams import handover_queries
from volunteer.teams import queries as team_queries
from volunteer.teams.glances import MEMBERSHIP_COLUMNS, MembershipGlance, membership_in
from volunteer.teams.models import Membership, Team

# A message that waits longer than this should have gone.
LATE = timedelta(minutes=15)
# From so long before it a lunch is prepared, once nobody can book any more.
PREPARED_WITHIN = timedelta(hours=24)
# So long after the time that was agreed a coordinator asks what has become of a request.
FOLLOWED_UP_AFTER = timedelta(days=1)
# How far ahead the pages look.
DAYS_AHEAD = timedelta(days=14)
# So long after a lunch its meals may still be on their way to people's homes.
STILL_BROUGHT = timedelta(hours=6)
# What docs/operations.md promises of a disk that breaks.
LOST_AT_MOST = timedelta(days=1)


@dataclass(frozen=True)
class Concerns:
    """A person's teams; and which of the things that few people have they have.

    Most volunteers have none of them, so their page asks once whether it must ask. What is new on
    that page and concerns few people gets a line here.
    """

    memberships: Sequence[MembershipGlance]
    alarms: bool
    visits: bool
    offers: bool
    companionships: bool
    searches: bool
    swaps: bool
    weather_calls: bool
    to_read: bool
    lunches: bool
    brings: bool
    applications: bool
    handovers: bool


def concerns_of(person: Person, *, first: datetime, before: datetime) -> Concerns:
    """What concerns this person; their visits in this time. One query."""
    now = clock.now()
    asked = {"person": person.id, "first": first, "before": before, "now": now,
             "brought": now - STILL_BROUGHT}  # fmt: skip
    # Plain rows, past the ORM: there is no object to be made of them.
    rows = connection().execute(concerns_statement(), asked).all()
    memberships = [membership_in(row) for row in rows if row[0] is not None]
    return Concerns(memberships, *rows[0][len(MEMBERSHIP_COLUMNS) :])


@made_once
def concerns_statement() -> Executable:
    """What concerns_of asks: a row for each team, or one without. Made once; see week_statement."""
    person: Any = bindparam("person")
    first: Any = bindparam("first")
    before: Any = bindparam("before")
    now: Any = bindparam("now")
    return (
        select(
            *MEMBERSHIP_COLUMNS,
            any_of(elder_queries.open_no_answers_with(person)),
            any_of(elder_queries.visits_of(person, first=first, before=before)),
            any_of(help_queries.open_offers().where(HelpOffer.person_id == person)),
            any_of(account_queries.companionships_of(person)),
            any_of(stand_in_queries.asked_of(person)),
            any_of(swap_queries.swaps_of(person)),
            any_of(weather_queries.open_calls_of(person, now)),
            any_of(concern_queries.open_for(person)),
            any_of(meal_queries.plans_for(person)),
            any_of(kitchen_queries.brought_by(person, bindparam("brought"))),
            any_of(team_queries.applications_of(person)),
            any_of(handover_queries.handovers_to(person)),
        )
        .select_from(Person)
        .outerjoin(Membership, team_queries.is_in_team(person))
        .outerjoin(Membership.team)
        .where(Person.id == person)
        .order_by(*team_queries.COORDINATED_FIRST)
    )


@dataclass(frozen=True)
class TeamConcerns:
    """Which of the things that a team seldom has it has to see to now; how many callers wait for us
    to ring back, and how many of them longer than we promised; how many visits and helps are to be
    confirmed, incidents open, and of how many of these nobody has said whether the insurer knows;
    and how many people are to be called.

    What is new on a coordinator's first page and seldom there gets a line here.
    """

    to_read: bool
    handovers: bool
    weather_round: bool
    visits: bool
    no_answers: bool
    unopened: bool
    not_home: bool
    to_prepare: bool
    to_be_seen: bool
    to_follow_up: bool
    promised: int
    promised_late: int
    searches: bool
    applications: bool
    failures: bool
    asks: bool
    forgetting: bool
    certificates: bool
    deeds: int
    incidents: int
    incidents_to_insurer: int
    to_call: int


def team_concerns_of(
    team: Team, me: Person, *, now: datetime, today: date, since: datetime, before: datetime
) -> TeamConcerns:
    """What concerns this team; messages that failed since the one moment, and visits before the
    other. One query."""
    asked = {"team": team.id, "me": me.id, "now": now, "today": today, "since": since,
             "before": before, "asked_since": now - watch.ASKS_COUNT_FOR,
             "month": now - deed_queries.ASKED_FOR, "tomorrow": now + PREPARED_WITHIN,
             "not_after": now - home_safe.NOT_AFTER, "yesterday": a_day_ago(team, now),
             "call_after": now - home_safe.CALL_AFTER}  # fmt: skip
    return TeamConcerns(*session.execute(team_statement(), asked).one())


def a_day_ago(team: Team, now: datetime) -> datetime:
    """By the team's clock on the wall: what was agreed for an earlier time should be done."""
    return team.wall(now) - FOLLOWED_UP_AFTER


@made_once
def team_statement() -> Executable:
    """What team_concerns_of asks; made once."""
    team: Any = bindparam("team")
    now: Any = bindparam("now")
    return select(
        any_of(concern_queries.open_for(bindparam("me"))),
        any_of(handover_queries.handovers_to(bindparam("me"))),
        any_of(weather_queries.open_of(team)),
        any_of(elder_queries.to_see_to_in(team, bindparam("before"))),
        any_of(elder_queries.open_no_answers_of(team)),
        any_of(booking_queries.unopened_in(team)),
        any_of(booking_queries.not_home_in(team, bindparam("not_after"), bindparam("call_after"))),
        any_of(kitchen_queries.to_prepare_in(team, now, bindparam("tomorrow"))),
        any_of(elder_queries.to_be_seen_in(team, bindparam("today"))),
        any_of(help_queries.to_follow_up_in(team, now, bindparam("yesterday"))),
        *calls.counted_promised(team, now),
        any_of(stand_in_queries.open_of(team, now)),
        any_of(team_queries.applications_to(team)),
        any_of(outbox.failed_of(team, bindparam("since"))),
        any_of(watch.asks_in(team, bindparam("asked_since"))),
        any_of(rights_queries.open_in(team, bindparam("me"))),
        any_of(hours_queries.to_answer_by(team, bindparam("me"), now=now)),
        deed_queries.counted_to_confirm(team, bindparam("me"), since=bindparam("month")),
        *incident_queries.counted_open(team),
        call_queries.everybody_to_call(team, now),
    )


@dataclass(frozen=True)
class Health:
    """What /healthz and the operator's page show."""

    last_tick: datetime | None
    is_ticking: bool
    schema: str | None
    newest_schema: str | None
    overdue: int
    counts: dict[MessageStatus, int]
    last_backup: datetime | None
    backup_age: timedelta | None
    # Those of a server may be made by somebody who notes nothing here.
    is_one_file: bool
    is_demo: bool

    @property
    def backup_age_hours(self) -> float | None:
        age = self.backup_age
        return None if age is None else round(age / timedelta(hours=1), 1)

    @property
    def lacks_backup(self) -> bool:
        """Whether more than a day would be lost with the disk. The service is well all the same:
        sending people elsewhere for it would help nobody."""
        if self.is_demo:
            return False
        if self.backup_age is None:
            return self.is_one_file
        return self.backup_age > LOST_AT_MOST

    @property
    def is_well(self) -> bool:
        return self.is_ticking and self.schema == self.newest_schema


def health() -> Health:
    """How the service is now. Tables that nobody has told to expect a clock count as well."""
    now = clock.now()
    last_backup = marks.last_backup()
    return Health(
        last_tick=heartbeat.last_beat(),
        is_ticking=not heartbeat.is_silent(now),
        schema=migrating.current(),
        newest_schema=migrating.newest(),
        overdue=outbox.count_overdue(now - LATE),
        counts=outbox.count_by_status(),
        last_backup=last_backup,
        backup_age=now - last_backup if last_backup else None,
        is_one_file=dialect_name() == "sqlite",
        is_demo=current_app.config["DEMO"],
    )
