"""Who is to be called: those who have not answered by noon of the day before, and from the first
reminder on those whom nobody can write to. Nobody is called before the first reminder goes.

Nobody who has not answered is written to again; they stand on the coordinators' call list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import DateTime, Integer, Row, select

from volunteer.accounts import queries as account_queries
from volunteer.activities import confirmation_queries
from volunteer.activities.models import Signup, SignupStatus
from volunteer.core import clock, nights, zones
from volunteer.core.bulk import insert_into, table_of
from volunteer.core.database import session, transaction
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import coordinators, plans, queries
from volunteer.reminders.duties import DUTY_AHEAD, is_called
from volunteer.reminders.models import Call, CallResult
from volunteer.reminders.works import coming_works, moment_of, naive, noon_before
from volunteer.teams import queries as team_queries

CALLS_WAITING = "calls_waiting"
# Who took the place this shortly before everybody is called has only just said that they come.
JUST_SAID = timedelta(days=1)
DATES_AT_ONCE = 500


@dataclass(frozen=True)
class Asked:
    """One kind of work on one date in which calls may begin: for all, or for the unreachable."""

    role_id: int
    occurrence_id: int
    team_id: int
    starts_at: datetime
    zone: str
    first: datetime
    for_all: datetime
    is_for_all: bool


def plan_calls(now: datetime) -> int:
    """Put on the call list whoever belongs there by now; answers how many were new.

    Twice, late or in two processes it puts nobody on it twice.
    """
    asked = list(list_asked(now))
    starts = range(0, len(asked), DATES_AT_ONCE)
    return sum(put_down(asked[start : start + DATES_AT_ONCE], now) for start in starts)


def list_asked(now: datetime) -> Iterator[Asked]:
    known = plans.look_up()
    for row in coming_works(now, days=known.most_days):
        offsets = known.times(row.team_id, row.activity_id, row.name).offsets
        if not offsets:
            continue
        first = min(moment_of(row, offset) for offset in offsets)
        # Whose only reminder goes later than noon has not been asked before it.
        for_all = max(first, noon_before(row))
        if now >= first:
            yield Asked(
                role_id=row.role_id,
                occurrence_id=row.occurrence_id,
                team_id=row.team_id,
                starts_at=row.starts_at,
                zone=row.zone,
                first=first,
                for_all=for_all,
                is_for_all=now >= for_all,
            )


def put_down(asked: Sequence[Asked], now: datetime) -> int:
    by_role = {one.role_id: one for one in asked}
    with transaction():
        found = [(person, by_role[role_id]) for person, role_id in silent_people(asked)]
        unreachable = whom_nobody_can_write_to([person for person, _asked in found])
        rows = [
            row_of(person, one, now)
            for person, one in found
            if one.is_for_all or person.id in unreachable
        ]
        if not rows:
            return 0
        # Row by row as far as we say; the driver sends as many at once as the database takes.
        statement = insert_into(Call).on_conflict_do_nothing().returning(Call.team_id)
        new = session.scalars(statement, rows).all()
        tell_coordinators({one.team_id: one.zone for one in asked if one.is_for_all},
                          set(new), now)  # fmt: skip
        return len(new)


def whom_nobody_can_write_to(people: Sequence[Person]) -> set[int]:
    """Neither they nor who acts for them can be written to."""
    alone = [p.id for p in people if outbox.channel_for(p) is Channel.CALL]
    acting = account_queries.find_companions(alone)
    return {
        number
        for number in alone
        if all(outbox.channel_for(c.companion) is Channel.CALL for c in acting.get(number, []))
    }


def silent_people(asked: Sequence[Asked]) -> Sequence[Row[Person, int]]:
    """Who has a place in these kinds of work, has said nothing, and is on no list for it; each
    with the number of the work."""
    wanted = table_of(
        {
            "role_id": Integer(),
            "said_before": DateTime(),
            "first": DateTime(),
            "is_for_all": Integer(),
        },
        [
            (one.role_id, naive(one.for_all - JUST_SAID), naive(one.first), int(one.is_for_all))
            for one in asked
        ],
    )
    # Until then only those count to whom no reminder goes: the others are not even looked up.
    written_to = select(OutboxMessage.id).where(
        OutboxMessage.person_id == Signup.person_id,
        OutboxMessage.kind == DUTY_AHEAD,
        OutboxMessage.due_at >= wanted.c.first,
        # What did not arrive has told them nothing.
        OutboxMessage.status != MessageStatus.FAILED,
    )
    return session.execute(
        select(Person, Signup.role_id)
        .join(Signup, Signup.person_id == Person.id)
        .join(Signup.occurrence)
        .join(wanted, wanted.c.role_id == Signup.role_id)
        .where(
            Signup.status == SignupStatus.GOING,
            Signup.excused_at.is_(None),
            Signup.asked_at < wanted.c.said_before,
            ~confirmation_queries.is_confirmed(),
            ~is_called(),
            (wanted.c.is_for_all == 1) | ~written_to.correlate(wanted, Signup).exists(),
        )
        .order_by(Signup.id)
    ).all()


def row_of(person: Person, asked: Asked, now: datetime) -> dict[str, Any]:
    return {
        "team_id": asked.team_id,
        "occurrence_id": asked.occurrence_id,
        "person_id": person.id,
        "starts_at": asked.starts_at,
        "created_at": now,
        "result": CallResult.WAITING,
        "tries": 0,
    }


# --- the coordinators are told that somebody is to be called -----------------------------------


def tell_coordinators(called: dict[int, str], new: set[int], now: datetime) -> None:
    """One message a day to each coordinator of a team whose list has grown by who has not answered.
    `called`: the zones of teams of which everybody silent is called by now."""
    teams = called.keys() & new
    rows = []
    for team_id, people in team_queries.find_coordinators(teams).items():
        zone = called[team_id]
        today = zones.day_in(zone, now)
        end_of_day = zones.at(today + timedelta(days=1), time(0), zone)
        rows += [
            outbox.row(
                CALLS_WAITING,
                to=person,
                key=f"{team_id}:{today}",
                team_id=team_id,
                due_at=nights.awake(now, zone),
                expires_at=end_of_day + timedelta(hours=9),
                about={"team_id": team_id},
            )
            for person in people
            # Nobody is called to be told that they should call.
            if outbox.channel_for(person) is not Channel.CALL
        ]
    outbox.post_all(rows)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to coordinators while anybody is still to be called."""
    now = clock.now()
    teams = team_queries.list_with_numbers({m.about["team_id"] for m in messages})
    waiting = queries.count_waiting([team.id for team in teams], now)
    by_number = {team.id: team for team in teams}
    return {
        message.id: writing.letter(
            CALLS_WAITING,
            message.person,
            team=by_number[team_id],
            count=waiting[team_id],
            path=f"/teams/{team_id}/call-list",
        )
        for message in coordinators.still_theirs(messages)
        if waiting.get(team_id := message.about["team_id"])
    }
