"""After a date: thanks with the hours that were noted, and coordinators reminded to note them."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import (
    Activity,
    Attendance,
    Closing,
    Occurrence,
    OccurrenceStatus,
)
from volunteer.core import clock, nights, zones
from volunteer.core.database import session, transaction
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import coordinators
from volunteer.teams import queries as team_queries

THANKS = "thanks"
HOURS_WAITING = "hours_waiting"
# A day that is opened again soon after was closed by mistake: nobody is thanked in between.
SECOND_THOUGHTS = timedelta(minutes=30)
THANKED_FOR = timedelta(days=2)
# When coordinators hear of days to be closed: in the morning after.
MORNING = time(9)
ONE_DAY = timedelta(days=1)
MOST_AT_ONCE = 5000


def thank_all(now: datetime) -> int:
    """Thank everybody whose hours of a date count since a short while, once for each date; answers
    how many messages were new. Nobody is called up to be thanked."""
    with transaction():
        rows = []
        for person, occurrence_id, closing_id, team_id, zone in people_to_thank(now):
            if outbox.channel_for(person) is not Channel.CALL:
                awake = nights.awake(now, zone)
                rows.append(
                    outbox.row(
                        THANKS,
                        to=person,
                        key=f"{occurrence_id}:{closing_id}",
                        team_id=team_id,
                        due_at=awake,
                        expires_at=awake + THANKED_FOR,
                        about={"occurrence_id": occurrence_id},
                    )
                )
        return outbox.post_all(rows)


def people_to_thank(now: datetime) -> list[tuple[Person, int, int, int, str]]:
    """Whose hours count, on a date that is closed, and who were not thanked for it: each with the
    numbers of the date, its closing and its team, and the zone.

    Thanks that were dropped, for the day was opened again just then, are due once it is closed."""
    thanked = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.kind == THANKS,
            OutboxMessage.person_id == Attendance.person_id,
            OutboxMessage.about["occurrence_id"].as_integer() == Attendance.occurrence_id,
            OutboxMessage.status != MessageStatus.DROPPED,
        )
        .correlate(Attendance)
    )
    rows = session.execute(
        select(Person, Attendance.occurrence_id, Closing.id, Activity.team_id, Activity.zone)
        .join(Attendance, Attendance.person_id == Person.id)
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .join(
            Closing,
            (Closing.occurrence_id == Attendance.occurrence_id) & Closing.reopened_at.is_(None),
        )
        .where(
            Attendance.confirmed_at <= now - SECOND_THOUGHTS,
            Attendance.confirmed_at > now - THANKED_FOR,
            Attendance.minutes > 0,
            ~thanked.exists(),
        )
        .order_by(Attendance.id)
        .limit(MOST_AT_ONCE)
    )
    return [
        (person, date_id, closing_id, team_id, zone)
        for person, date_id, closing_id, team_id, zone in rows
    ]


def write_thanks(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those whose hours of that date still count."""
    rows = attendance_queries.list_counted_on(
        {m.about["occurrence_id"] for m in messages}, {m.person_id for m in messages}
    )
    counted = {(row.occurrence_id, row.person_id): row for row in rows}
    return {
        message.id: writing.letter(
            THANKS, message.person, attendance=row, occurrence=row.occurrence, path="/my-hours"
        )
        for message in messages
        if (row := counted.get((message.about["occurrence_id"], message.person_id))) is not None
    }


def remind_of_hours(now: datetime) -> int:
    """In the morning, tell the coordinators of each team in which a date ended the day before and
    is not closed; answers how many messages were new. Late is caught up on the same day."""
    with transaction():
        rows = session.execute(
            select(Activity.team_id, Activity.zone, Occurrence.ends_at)
            .join(Occurrence.activity)
            .where(
                Occurrence.status == OccurrenceStatus.PLANNED,
                Occurrence.ends_at <= now,
                Occurrence.ends_at > now - 2 * ONE_DAY,
                ~attendance_queries.is_closed(),
                attendance_queries.has_anybody(),
            )
            .order_by(Occurrence.id)
        ).all()
        due = {
            row.team_id: row.zone
            for row in rows
            if zones.day_in(row.zone, row.ends_at) == zones.day_in(row.zone, now) - ONE_DAY
            and zones.to_wall(now, row.zone).time() >= MORNING
        }
        return coordinators.tell(HOURS_WAITING, due, now)


def write_of_hours(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to coordinators while any date of the team waits to be closed."""
    teams = team_queries.list_with_numbers({m.about["team_id"] for m in messages})
    counts = attendance_queries.count_to_close([team.id for team in teams], now=clock.now())
    by_number = {team.id: team for team in teams}
    return {
        message.id: writing.letter(
            HOURS_WAITING,
            message.person,
            team=by_number[team_id],
            count=counts[team_id],
            path=f"/teams/{team_id}/hours",
        )
        for message in coordinators.still_theirs(messages)
        if counts.get(team_id := message.about["team_id"])
    }
