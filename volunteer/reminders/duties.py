"""Reminders of one's own dates: planned when their hour comes, from what is true then.

Whoever has been asked and says nothing by noon of the day before, or when the first reminder goes
later, is called (ladder.py), and not written to again.

What was given back, moved or cancelled by then is not planned; what changes between planning and
sending is looked at again when the letter is written. So a date that moves takes its reminders
along, and nothing that was called off is sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Integer, String, cast, select

from volunteer.accounts import queries as account_queries
from volunteer.activities import answer_links, confirmation_queries
from volunteer.activities import queries as activity_queries
from volunteer.activities.models import Occurrence, Signup, SignupStatus
from volunteer.core import clock, nights
from volunteer.core.bulk import table_of
from volunteer.core.database import session, transaction
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import plans
from volunteer.reminders.models import Call, Offset
from volunteer.reminders.works import coming_works, moment_of, naive, noon_before

DUTY_AHEAD = "duty_ahead"
# So many kinds of work are planned in one transaction.
WORKS_AT_ONCE = 500


@dataclass(frozen=True)
class Due:
    """That those in one kind of work on one date are to be reminded now."""

    occurrence_id: int
    role_id: int
    team_id: int
    # The same reminder of the same day is the same message, whenever it is planned.
    key: str
    day: date
    due_at: datetime
    send_at: datetime
    expires_at: datetime
    # The first time they are asked, or before anybody is called: else who stands on the call list
    # is called, and not written to.
    is_for_the_called: bool


def plan_due(now: datetime) -> int:
    """Plan the reminders whose hour has come; answers how many were new.

    Of one date the latest hour that has passed counts: late is caught up, and what a later
    reminder says anyway is left out. Running it again, or in two processes, plans nothing twice.
    """
    due = list(list_due(now))
    starts = range(0, len(due), WORKS_AT_ONCE)
    return sum(plan(due[start : start + WORKS_AT_ONCE]) for start in starts)


def list_due(now: datetime) -> Iterator[Due]:
    known = plans.look_up()
    for row in coming_works(now, days=known.most_days):
        times = known.times(row.team_id, row.activity_id, row.name)
        moments = [(offset, moment_of(row, offset)) for offset in times.offsets]
        passed = [
            (offset, due)
            for offset, due in moments
            if due <= now and (times.set_at is None or due >= times.set_at)
        ]
        if passed:
            offset, due = max(passed, key=lambda found: found[1])
            later = [moment for _offset, moment in moments if moment > now]
            awake = nights.awake(now, row.zone)
            yield Due(
                occurrence_id=row.occurrence_id,
                role_id=row.role_id,
                team_id=row.team_id,
                key=f"{row.occurrence_id}:{row.wall_starts.date()}:{which(offset, times.offsets)}",
                day=row.wall_starts.date(),
                due_at=due,
                # By day it leaves at once; caught up at night it waits for the morning.
                send_at=due if awake == now else awake,
                expires_at=min([*later, row.starts_at]),
                is_for_the_called=due == min(d for _, d in passed) or due < noon_before(row),
            )


def which(offset: Offset, offsets: Sequence[Offset]) -> str:
    """Which reminder it is: the days before, and of several on one day its number behind the
    first. So another hour makes no other reminder, and a second one does."""
    earlier = sum(other.days == offset.days and other.at < offset.at for other in offsets)
    return f"{offset.days}.{earlier}" if earlier else str(offset.days)


def plan(dues: Sequence[Due]) -> int:
    """One message for each person who had the place when it fell due, and can be written to; for
    who can't be, one to each companion who can."""
    with transaction():
        found = people_to_remind(dues)
        unreachable = [p.id for p, _ in found if outbox.channel_for(p) is Channel.CALL]
        acting = account_queries.find_companions(unreachable)
        rows = []
        for person, due in found:
            for reader in readers_for(person, [c.companion for c in acting.get(person.id, [])]):
                rows.append(row_of(person, reader, due))
        return outbox.post_all(rows)


def people_to_remind(dues: Sequence[Due]) -> list[tuple[Person, Due]]:
    """Who has a place in these kinds of work since before the hour, and has no such message."""
    by_role = {due.role_id: due for due in dues}
    wanted = table_of(
        {"role_id": Integer(), "key": String(), "due_at": DateTime(), "for_called": Integer()},
        [
            (
                due.role_id,
                f"{DUTY_AHEAD}:{due.key}:",
                naive(due.due_at),
                int(due.is_for_the_called),
            )
            for due in dues
        ],
    )
    already = (
        select(OutboxMessage.id)
        .where(OutboxMessage.key == wanted.c.key + cast(Signup.person_id, String))
        .exists()
    )
    rows = session.execute(
        select(Person, Signup.role_id)
        .join(Signup, Signup.person_id == Person.id)
        .join(Signup.occurrence)
        .join(wanted, wanted.c.role_id == Signup.role_id)
        .where(
            Signup.status == SignupStatus.GOING,
            # Who looks for a stand-in has said that they can't come.
            Signup.excused_at.is_(None),
            # Who took the place later than this knows of it.
            Signup.asked_at <= wanted.c.due_at,
            (wanted.c.for_called == 1) | ~is_called() | confirmation_queries.is_confirmed(),
            ~already,
        )
        .order_by(Signup.id)
    )
    return [(person, by_role[role_id]) for person, role_id in rows]


def is_called() -> ColumnElement[bool]:
    """A condition on a place together with its date: they stand, or stood, on the call list."""
    return (
        select(Call.id)
        .where(
            Call.occurrence_id == Occurrence.id,
            Call.person_id == Signup.person_id,
            Call.starts_at == Occurrence.starts_at,
        )
        .correlate(Occurrence, Signup)
        .exists()
    )


def readers_for(person: Person, acting: Iterable[Person]) -> list[Person]:
    """The person; or those who act for them, as far as they can be written to. Who is left stands
    on the call list from the start."""
    people = [person] if outbox.channel_for(person) is not Channel.CALL else acting
    return [reader for reader in people if outbox.channel_for(reader) is not Channel.CALL]


def row_of(person: Person, reader: Person, due: Due) -> dict[str, Any]:
    whose = "" if reader.id == person.id else f":for{person.id}"
    return outbox.row(
        DUTY_AHEAD,
        to=reader,
        key=f"{due.key}{whose}",
        team_id=due.team_id,
        due_at=due.send_at,
        expires_at=due.expires_at,
        about={
            "occurrence_id": due.occurrence_id,
            "person_id": person.id,
            "day": due.day.isoformat(),
        },
    )


# --- writing ---------------------------------------------------------------------------------


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those who still have their place on a date that is still on that day."""
    dates = activity_queries.list_dates({m.about["occurrence_id"] for m in messages})
    occurrences = {occurrence.id: occurrence for occurrence in dates}
    said = confirmation_queries.find_confirmations(dates)
    known = plans.look_up({occurrence.team.id for occurrence in dates})
    acting = companions_of(messages)
    now = clock.now()
    letters = {}
    for message in messages:
        occurrence = occurrences.get(message.about["occurrence_id"])
        if occurrence is None or not is_still_true(message, occurrence, now):
            continue
        person_id = message.about["person_id"]
        signup = going_of(occurrence, person_id)
        if signup is None or not may_read(message, acting):
            continue
        token = answer_links.token_for(occurrence.id, person_id, message.person)
        letters[message.id] = writing.letter(
            DUTY_AHEAD,
            message.person,
            occurrence=occurrence,
            signup=signup,
            said=said.get(signup.id),
            own_line=known.own_line(occurrence.team.id),
            path=f"/answers/{token}",
        )
    return letters


def is_still_true(message: OutboxMessage, occurrence: Occurrence, now: datetime) -> bool:
    return occurrence.is_open(now) and occurrence.day.isoformat() == message.about["day"]


def going_of(occurrence: Occurrence, person_id: int) -> Signup | None:
    """Their place, unless they have given it back or look for somebody else."""
    return next(
        (s for s in occurrence.going if s.person_id == person_id and not s.is_looking), None
    )


def companions_of(messages: Iterable[OutboxMessage]) -> dict[int, set[int]]:
    """Who acts today for the people of these messages, by number."""
    others = {m.about["person_id"] for m in messages if m.about["person_id"] != m.person_id}
    found = defaultdict(set)
    for person_id, rows in account_queries.find_companions(others).items():
        found[person_id] = {row.companion_id for row in rows}
    return found


def may_read(message: OutboxMessage, acting: dict[int, set[int]]) -> bool:
    person_id = message.about["person_id"]
    return person_id == message.person_id or message.person_id in acting.get(person_id, set())
