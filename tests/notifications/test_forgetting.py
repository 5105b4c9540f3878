"""Messages that ended long ago are forgotten, and no others."""

from datetime import timedelta

import pytest

import config
from tests.factories.notifications import OutboxMessageFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import forgetting
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.reminders import books

pytestmark = pytest.mark.usefixtures("database")

KEEP = timedelta(days=400)


def ended(days_ago: float, status: MessageStatus = MessageStatus.SENT) -> int:
    at = clock.now() - timedelta(days=days_ago)
    return OutboxMessageFactory(status=status, ended_at=at, due_at=at, expires_at=at).id


def kept() -> set[int]:
    session.expire_all()
    return {number for (number,) in session.query(OutboxMessage.id)}


@pytest.mark.parametrize("status", [s for s in MessageStatus if s is not MessageStatus.WAITING])
def test_what_ended_before_that_many_days_is_forgotten_however_it_ended(status):
    old, young = ended(401, status), ended(399, status)

    assert forgetting.forget(clock.now(), keep=KEEP) == 1
    assert kept() == {young}
    assert old not in kept()


def test_what_still_waits_stays_however_old_it_is():
    at = clock.now() - timedelta(days=500)
    waiting = OutboxMessageFactory(due_at=at).id

    assert forgetting.forget(clock.now(), keep=KEEP) == 0
    assert kept() == {waiting}


def test_a_large_table_is_forgotten_little_by_little_oldest_first(monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    young, _old, _older = ended(401), ended(403), ended(402)

    assert [forgetting.forget(clock.now(), keep=KEEP) for _run in range(3)] == [2, 1, 0]
    assert young not in kept()


def test_nothing_is_forgotten_that_the_books_look_back_to():
    with pytest.raises(config.Refused, match="KEEP_MESSAGES_DAYS"):
        config.Testing({"KEEP_MESSAGES_DAYS": "30"})

    shortest = timedelta(days=config.Testing({"KEEP_MESSAGES_DAYS": "31"}).KEEP_MESSAGES_DAYS)
    assert shortest > books.LOOKS_BACK + books.SETTLES_IN
