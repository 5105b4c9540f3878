"""Posting a message together with the change that causes it."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, DateTime, Integer, String, select, true, update

from volunteer.core import clock
from volunteer.core.bulk import insert_into, plain, table_of
from volunteer.core.database import all_of, session, transaction
from volunteer.notifications import dispatch, quiet, topics
from volunteer.notifications.addressees import Addressee
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage, new_message_id
from volunteer.people.models import Person, ToldBy

# How many rows go to the database in one statement.
ROWS_AT_ONCE = 2000
# What a new row says, in the database's own types.
COLUMNS = {
    "key": String(),
    "kind": String(),
    "person_id": Integer(),
    "team_id": Integer(),
    "channel": String(),
    "about": JSON(),
    "status": String(),
    "due_at": DateTime(),
    "expires_at": DateTime(),
    "next_try_at": DateTime(),
    "attempts": Integer(),
    "message_id": String(),
    "created_at": DateTime(),
    "ended_at": DateTime(),
}
# Goes where the person has just asked for it, whatever else they are told by.
ASKED_FOR = {"one_time_code", "new_link"}
# Why a message failed that nobody is called for.
NO_WAY = "no way left"
ABOUT = list(COLUMNS).index("about")
MOMENTS = [place for place, kind in enumerate(COLUMNS.values()) if isinstance(kind, DateTime)]


def channel_for(person: Addressee) -> Channel:
    """How this person is told: as they wish, where that can be; who can't be written to is
    called by a coordinator."""
    if person.told_by is ToldBy.PUSH:
        return Channel.PUSH
    if person.told_by is ToldBy.SMS and person.phone_mark:
        return Channel.SMS
    if person.told_by is not ToldBy.CALL and person.is_reachable_by_mail:
        return Channel.EMAIL
    return Channel.CALL


def post(
    kind: str,
    *,
    to: Person,
    key: str,
    expires_at: datetime,
    team_id: int | None = None,
    due_at: datetime | None = None,
    channel: Channel | None = None,
    **about: Any,
) -> None:
    """Put one message into the outbox; nothing happens when its key is there already.

    `key` says what makes it the same message (kind and person are added); `about` holds
    numbers only, from which the letter is written when it is sent.
    """
    post_all([row(kind, to=to, key=key, expires_at=expires_at, team_id=team_id, due_at=due_at,
                  channel=channel, about=about)])  # fmt: skip


def row(
    kind: str,
    *,
    to: Addressee,
    key: str,
    expires_at: datetime,
    about: dict[str, Any],
    team_id: int | None = None,
    due_at: datetime | None = None,
    channel: Channel | None = None,
) -> dict[str, Any]:
    """The values of one message, for post_all(). Who wants no more of its kind gets none, and
    the outbox says so; at night what can wait does."""
    now = clock.now()
    due = due_at or now
    how = channel or channel_for(to)
    is_wanted = topics.is_for(kind, to, how)
    return {
        "key": f"{kind}:{key}:{to.id}",
        "kind": kind,
        "person_id": to.id,
        "team_id": team_id,
        "channel": how,
        "about": about,
        "status": MessageStatus.WAITING if is_wanted else MessageStatus.DROPPED,
        "due_at": due,
        "expires_at": expires_at,
        "next_try_at": first_try(kind, to, how, due=due, expires_at=expires_at, now=now),
        "ended_at": None if is_wanted else now,
        "attempts": 0,
        "message_id": new_message_id(),
        "created_at": now,
    }


def in_time(row: dict[str, Any], needed_by: datetime) -> dict[str, Any]:
    """The same message, at once when it would wait for a morning that is too late: it is worth
    telling until it expires, and of most use before this."""
    return {**row, "next_try_at": row["due_at"]} if row["next_try_at"] >= needed_by else row


def first_try(
    kind: str,
    to: Addressee,
    how: Channel,
    *,
    due: datetime,
    expires_at: datetime,
    now: datetime,
) -> datetime:
    """When it may first go. What was due by day and is caught up at night waits as well."""
    starts = max(due, now)
    goes = quiet.first_try(kind, to, how, due_at=starts, expires_at=expires_at)
    return due if goes == starts else goes


def drop_all_of(person: Person, _by: Person) -> None:
    """They have died."""
    drop_what_waits_for(person)


def drop_what_waits_for(person: Person) -> None:
    """What waits for this person does not go. A group in which it was to be said in their name
    still hears it."""
    with transaction():
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.person_id == person.id,
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.channel != Channel.GROUP,
            )
            .values(status=MessageStatus.DROPPED, ended_at=clock.now())
        )


def send_otherwise(person: Person, was: Channel) -> None:
    """What waits to go to this person by this channel goes as they are told by now, or fails where
    nobody is called for it."""
    with transaction():
        session.flush()
        waiting = all_of(
            select(OutboxMessage)
            .where(
                OutboxMessage.person_id == person.id,
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.channel == was,
                OutboxMessage.kind.not_in(ASKED_FOR),
            )
            .order_by(OutboxMessage.id)
            .with_for_update()
        )
        for message in waiting:
            way = channel_for(person)
            if is_never_called(message.kind, way):
                message.end(MessageStatus.FAILED, clock.now(), NO_WAY)
            else:
                message.go_by(way)


def is_never_called(kind: str, way: Channel) -> bool:
    return way is Channel.CALL and kind in topics.NEVER_CALLED


def post_all(rows: Iterable[dict[str, Any]]) -> int:
    """Put many messages into the outbox at once; answers how many were new."""
    waiting = list(rows)
    posted = 0
    with transaction():
        session.flush()
        for start in range(0, len(waiting), ROWS_AT_ONCE):
            posted += insert_new(waiting[start : start + ROWS_AT_ONCE])
        if posted:
            dispatch.announce(r["next_try_at"] for r in waiting if r["channel"] != Channel.CALL)
    return posted


def insert_new(rows: list[dict[str, Any]]) -> int:
    """In one statement with one parameter: with one for each value it took ten times as long."""
    # Those who are told together are told of the same.
    told_of = {id(row["about"]): row["about"] for row in rows}
    about = {number: json.dumps(facts) for number, facts in told_of.items()}
    given = table_of(COLUMNS, (in_the_table(row, about) for row in rows))
    # Without a condition SQLite takes ON CONFLICT for a part of the SELECT.
    statement = insert_into(OutboxMessage).from_select(list(COLUMNS), select(given).where(true()))
    return len(
        session.scalars(statement.on_conflict_do_nothing().returning(OutboxMessage.id)).all()
    )


def in_the_table(row: dict[str, Any], about: Mapping[int, str]) -> list[Any]:
    """The row's values as the database keeps them."""
    values = [row.get(name) for name in COLUMNS]
    values[ABOUT] = about[id(row["about"])]
    for place in MOMENTS:
        if moment := values[place]:
            values[place] = in_utc(moment)
    return values


@lru_cache(1000)
def in_utc(moment: datetime) -> str:
    """As the table keeps it; those who are told together are told at the same moment."""
    return str(plain(moment.astimezone(UTC).replace(tzinfo=None)))
