"""A date that lacks people: a few members who could come are asked each morning before it.

Who was asked least lately is asked first, nobody twice for the same date, nobody at night; once
there are enough people, nobody else is asked and what has not gone out is not sent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select

from volunteer.accounts import personal_links
from volunteer.activities import fitting, stand_in_queries
from volunteer.activities import queries as activity_queries
from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.activities.stand_in_queries import Asks
from volunteer.core import clock, nights, zones
from volunteer.core.bulk import insert_into
from volunteer.core.database import Given, session, transaction
from volunteer.notifications import outbox, topics, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.reminders import plans
from volunteer.reminders.models import WatchRun
from volunteer.teams import queries as team_queries

SHORT_HANDED = "short_handed"
TEN = time(10)
LEAST_ASKED_AT_ONCE = 3
EVERYBODY = 10_000
ASKS_COUNT_FOR = timedelta(weeks=8)
LINK_LASTS = timedelta(days=8)
MOST_DAYS = 7


@dataclass(frozen=True)
class ShortDate:
    """A date that lacks people, and the days of asking, counted before it, that are used up."""

    id: int
    starts_at: datetime
    wall_starts: datetime
    team_id: int
    zone: str
    used: set[int]


def ask_where_short(now: datetime) -> int:
    """Ask for each date that lacks people and whose hour of asking has passed; answers how many
    people were asked. Twice, late or in two processes it asks once."""
    return sum(ask(row, days, now) for row, days in list_due(now))


def list_due(now: datetime) -> Iterator[tuple[ShortDate, int]]:
    """Dates that lack people, with the latest day of asking that has come and was not used."""
    rows = short_dates(now)
    known = plans.look_up({row.team_id for row in rows})
    for row in rows:
        for days in range(1, known.watch_days(row.team_id) + 1):
            due = zones.at(row.wall_starts.date() - timedelta(days=days), TEN, row.zone)
            if due <= now:
                if days not in row.used:
                    yield row, days
                break


def short_dates(now: datetime) -> list[ShortDate]:
    """Coming dates on which some kind of work has fewer than it needs, as plain rows."""
    going = (
        select(func.count(Signup.id))
        .where(Signup.role_id == OccurrenceRole.id, Signup.status == SignupStatus.GOING)
        .correlate(OccurrenceRole)
        .scalar_subquery()
    )
    lacks = select(OccurrenceRole.id).where(
        OccurrenceRole.occurrence_id == Occurrence.id, OccurrenceRole.minimum > going
    )
    found = session.execute(
        select(
            Occurrence.id,
            Occurrence.starts_at,
            Occurrence.wall_starts,
            Activity.team_id,
            Activity.zone,
        )
        .join(Occurrence.activity)
        .where(
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at > now,
            Occurrence.starts_at < now + timedelta(days=MOST_DAYS + 1),
            lacks.correlate(Occurrence).exists(),
        )
        .order_by(Occurrence.id)
    ).all()
    used: dict[tuple[int, datetime], set[int]] = {}
    for run in session.scalars(select(WatchRun).where(WatchRun.starts_at > now)):
        used.setdefault((run.occurrence_id, run.starts_at), set()).add(run.days_before)
    return [ShortDate(*row, used.get((row.id, row.starts_at), set())) for row in found]


def ask(row: ShortDate, days: int, now: datetime) -> int:
    with transaction():
        is_ours = session.scalars(
            insert_into(WatchRun)
            .values(occurrence_id=row.id, starts_at=row.starts_at, days_before=days, at=now)
            .on_conflict_do_nothing()
            .returning(WatchRun.id)
        ).first()
        if is_ours is None:
            return 0
        occurrence = activity_queries.get_occurrence(row.id)
        return post(occurrence, whom_to_ask(occurrence, now), now)


def is_too_late(occurrence: Occurrence, now: datetime) -> bool:
    """Whether it has begun by the time at which people may be told."""
    return not occurrence.is_open(nights.awake(now, occurrence.activity.zone))


def post(occurrence: Occurrence, people: Iterable[Person], now: datetime) -> int:
    """Ask these people, at night in the morning, unless it is too late then; answers how many had
    not been asked yet."""
    if is_too_late(occurrence, now):
        return 0
    return outbox.post_all(
        outbox.row(
            SHORT_HANDED,
            to=person,
            key=f"{occurrence.id}:{occurrence.starts_at:%Y%m%d%H%M}",
            team_id=occurrence.team.id,
            due_at=nights.awake(now, occurrence.activity.zone),
            expires_at=occurrence.starts_at,
            about={"occurrence_id": occurrence.id},
        )
        for person in people
    )


def whom_to_ask(occurrence: Occurrence, now: datetime) -> list[Person]:
    """Twice as many as are missing, of those who could come; least asked lately first."""
    return who_could_come(occurrence, now)[: max(LEAST_ASKED_AT_ONCE, 2 * occurrence.missing)]


def who_could_come(occurrence: Occurrence, now: datetime) -> list[Person]:
    """Who may be asked by a message and has not been, least asked lately first."""
    able = fitting.candidates(occurrence, most=EVERYBODY)
    return of_these(occurrence, able, look_at_asks(occurrence, able, now), now)


def of_these(
    occurrence: Occurrence, able: Iterable[Person], asks: Asks, now: datetime
) -> list[Person]:
    """Of those who could come: who_could_come()."""
    asked = list_asks(occurrence, now)
    left_out = asked_for(occurrence, asked)
    able = [
        person
        for person in able
        if person.id not in left_out
        and person.id not in asks.not_again
        # Who wants no such message is not asked, and takes nobody else's turn.
        and topics.is_wanted(SHORT_HANDED, person)
        and outbox.channel_for(person) is not Channel.CALL
    ]
    counts = Counter(number for number, _about in asked)
    counts.update(asks.counts)
    return sorted(able, key=lambda person: counts[person.id])


def asks_in(team_id: Given, since: Given) -> Select[OutboxMessage]:
    """The messages that asked people of the team since this moment."""
    return select(OutboxMessage).where(
        OutboxMessage.team_id == team_id,
        OutboxMessage.kind == SHORT_HANDED,
        OutboxMessage.created_at > since,
    )


def list_asked(occurrence: Occurrence, now: datetime) -> set[int]:
    """Who has been asked for this date by a message, by number."""
    return asked_for(occurrence, list_asks(occurrence, now))


def list_asks(occurrence: Occurrence, now: datetime) -> Sequence[Row[int, dict[str, Any]]]:
    """Whom in its team a message has asked lately, by number, and for what."""
    asks = asks_in(occurrence.team.id, now - ASKS_COUNT_FOR)
    return session.execute(
        asks.with_only_columns(OutboxMessage.person_id, OutboxMessage.about)
    ).all()


def asked_for(occurrence: Occurrence, asked: Iterable[Row[int, dict[str, Any]]]) -> set[int]:
    return {number for number, about in asked if about["occurrence_id"] == occurrence.id}


def look_at_asks(occurrence: Occurrence, able: Iterable[Person], now: datetime) -> Asks:
    """Who can't come then, or is being asked at this moment to come instead of somebody else; and
    how often each was asked so lately."""
    asks = stand_in_queries.look_at_asks(occurrence, able, now=now)
    excused = {signup.person_id for signup in occurrence.excused}
    return replace(asks, not_again=asks.not_again | excused)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those asked, while the date lacks people, and they are in the team, not away then,
    and have no place on it."""
    now = clock.now()
    dates = activity_queries.list_dates({m.about["occurrence_id"] for m in messages})
    teams_of = team_queries.list_teams_of(
        {m.person_id for m in messages}, {occurrence.team.id for occurrence in dates}
    )
    away = people_queries.who_is_away(
        {m.person_id for m in messages}, {occurrence.day for occurrence in dates}
    )
    letters = {}
    for occurrence in dates:
        if not occurrence.is_open(now) or not occurrence.missing:
            continue
        true = [
            message
            for message in messages
            if message.about["occurrence_id"] == occurrence.id
            and occurrence.signup_of(message.person) is None
            and occurrence.team.id in teams_of.get(message.person_id, ())
            and (message.person_id, occurrence.day) not in away
        ]
        here = f"/activities/dates/{occurrence.id}"
        # Who is asked may be anybody, with or without a password: the link lets them in.
        doors = personal_links.doors({m.person for m in true}, here, lasts=LINK_LASTS)
        for message in true:
            letters[message.id] = writing.letter(
                SHORT_HANDED,
                message.person,
                occurrence=occurrence,
                path=doors[message.person_id],
            )
    return letters
