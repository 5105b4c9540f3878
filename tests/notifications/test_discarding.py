"""What waits to go out may be thrown away: only what was chosen, counted, said once, never sent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import claiming, discarding
from volunteer.notifications.discarding import Choice
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.reminders import books
from volunteer.reminders.models import WeeklyRun

pytestmark = pytest.mark.usefixtures("database")

A_DAY = timedelta(days=1)


def still_waiting() -> set[int]:
    session.expire_all()
    waiting = OutboxMessage.status == MessageStatus.WAITING
    return set(session.scalars(select(OutboxMessage.id).where(waiting)))


def throw_away(**choice) -> int:
    return discarding.throw_away(Choice(**choice), by=None)


def test_one_sees_how_many_of_which_kind_for_which_team():
    team = TeamFactory()
    OutboxMessageFactory.create_batch(2, kind="date_moved", team_id=team.id)
    last = OutboxMessageFactory(kind="week_ahead", team_id=team.id)
    OutboxMessageFactory(kind="new_link")

    piles = discarding.list_piles(Choice())

    assert [(pile.kind, pile.team_id, pile.count) for pile in piles] == [
        ("date_moved", team.id, 2), ("new_link", None, 1), ("week_ahead", team.id, 1),
    ]  # fmt: skip
    assert piles[2].newest == last.id


@pytest.mark.parametrize("by", ["kind", "team", "before", "up_to"])
def test_what_was_not_chosen_stays(by):
    team, other = TeamFactory(), TeamFactory()
    now = clock.now()
    OutboxMessageFactory(kind="date_moved", team_id=team.id, due_at=now - 2 * A_DAY)
    stays = OutboxMessageFactory(kind="week_ahead", team_id=other.id, due_at=now)
    choice = {"kind": "date_moved", "team": team, "before": now, "up_to": stays.id - 1}

    assert throw_away(**{by: choice[by]}) == 1
    assert still_waiting() == {stays.id}


def test_calls_codes_and_what_is_leaving_or_too_late_stay(time_machine):
    now = clock.now()
    time_machine.move_to(now, tick=False)
    OutboxMessageFactory(channel=Channel.CALL)
    OutboxMessageFactory(kind="one_time_code")
    OutboxMessageFactory(expires_at=now)
    OutboxMessageFactory(lease="somebody", lease_until=now + timedelta(minutes=1))
    gone = OutboxMessageFactory(status=MessageStatus.SENT)

    before = still_waiting()

    assert throw_away() == 0
    assert still_waiting() == before
    assert gone.status is MessageStatus.SENT


def test_what_a_sender_that_died_had_taken_is_thrown_away_and_is_nobodys():
    past = clock.now() - timedelta(minutes=1)
    message = OutboxMessageFactory(lease="somebody", lease_until=past)

    assert throw_away() == 1
    session.refresh(message)
    assert (message.status, message.lease) == (MessageStatus.DROPPED, None)
    assert message.problem == claiming.THROWN_AWAY


def test_none_of_them_goes_and_the_books_close():
    team = TeamFactory()
    due = clock.now() - timedelta(minutes=5)
    for _person in range(3):
        OutboxMessageFactory(kind="week_ahead", team_id=team.id, due_at=due)
    with transaction():
        session.add(WeeklyRun(team_id=team.id, due_at=due, first_day=due.date(), expected=3))
    assert claiming.channels_due(clock.now()) == [Channel.EMAIL]

    assert throw_away(team=team) == 3

    assert claiming.channels_due(clock.now()) == []
    assert books.count_missing(clock.now() + timedelta(hours=3)) == 0


def test_the_trail_has_one_line_with_how_many_and_no_words():
    team, operator = TeamFactory(), PersonFactory()
    OutboxMessageFactory.create_batch(3, kind="date_moved", team_id=team.id)

    discarding.throw_away(Choice(kind="date_moved", team=team), by=operator)
    discarding.throw_away(Choice(kind="date_moved", team=team), by=operator)

    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "message.thrown_away"))
    assert (entry.by_id, entry.team_id) == (operator.id, team.id)
    assert entry.details == {"count": 3, "kind": "date_moved", "before": None}
