"""Quiet hours: 21:00 to 8:00, unless somebody has chosen others."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import claiming, outbox, quiet
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.notifications.quiet import Hours

pytestmark = pytest.mark.usefixtures("database")

USUAL = Hours(time(21), time(8))


@pytest.fixture(autouse=True)
def usual_hours(database):
    quiet.use(USUAL)
    yield
    quiet.use(None)


def at(text: str) -> datetime:
    """This time of 12 October in Chengdu; `+1` before it: of the next day."""
    day = 12 + text.startswith("+1 ")
    wall = datetime.fromisoformat(f"2026-10-{day} {text.removeprefix('+1 ')}")
    return wall.replace(tzinfo=UTC) - timedelta(hours=8)


def first_try(due: str, *, kind="date_moved", channel=Channel.EMAIL, expires="+1 20:00", **person):
    return quiet.first_try(
        kind, PersonFactory(**person), channel, due_at=at(due), expires_at=at(expires)
    )


@pytest.mark.parametrize(
    ("due", "goes"),
    [
        ("20:59", "20:59"),
        ("21:00", "+1 08:00"),
        ("23:30", "+1 08:00"),
        ("00:10", "08:00"),
        ("07:59", "08:00"),
        ("08:00", "08:00"),
        ("12:00", "12:00"),
    ],
)
def test_what_is_due_at_night_goes_in_the_morning(due, goes):
    assert first_try(due) == at(goes)


def test_what_would_be_too_late_in_the_morning_goes_at_once():
    assert first_try("23:30", expires="+1 08:00") == at("23:30")


@pytest.mark.parametrize("kind", ["one_time_code", "new_link", "visit_alarm"])
def test_what_somebody_waits_for_goes_at_once(kind):
    assert first_try("23:30", kind=kind) == at("23:30")


def test_a_call_waits_for_nothing_but_the_caller():
    assert first_try("23:30", channel=Channel.CALL) == at("23:30")


def test_somebody_may_have_hours_of_their_own():
    siesta = {"quiet_from": time(12), "quiet_until": time(15)}
    assert first_try("13:00", **siesta) == at("15:00")
    assert first_try("23:30", **siesta) == at("23:30")


def test_the_same_time_twice_means_never_quiet():
    assert first_try("23:30", quiet_from=time(0), quiet_until=time(0)) == at("23:30")


def test_a_message_posted_at_night_waits_and_says_when_it_was_due(time_machine):
    time_machine.move_to(at("23:30"), tick=False)

    outbox.post("date_moved", to=PersonFactory(), key="1", expires_at=at("+1 20:00"))

    message = session.query(OutboxMessage).one()
    assert (message.due_at, message.next_try_at) == (at("23:30"), at("+1 08:00"))


def second_try(due: str, *, expires: str, **person) -> datetime:
    """When a message is tried again that did not go then."""
    message = OutboxMessageFactory(
        person=PersonFactory(**person), due_at=at(due), expires_at=at(expires)
    )
    token = "ours"
    claiming.claim(token, Channel.EMAIL, lease=timedelta(seconds=60), at_most=1)
    claiming.postpone(message.id, token, "away")
    session.expire_all()
    return message.next_try_at


def test_a_second_try_is_no_reason_to_wake_anybody(time_machine):
    time_machine.move_to(at("20:59:50"), tick=False)

    assert second_try("20:59", expires="+1 20:00") == at("+1 08:00")


def test_a_second_try_at_night_goes_at_once_when_the_morning_is_too_late(time_machine):
    time_machine.move_to(at("20:59:50"), tick=False)

    assert at("21:00") < second_try("20:59", expires="23:00") < at("21:02")


def test_a_second_try_by_day_waits_out_its_pause_and_no_longer(time_machine):
    time_machine.move_to(at("12:00"), tick=False)

    assert at("12:00") < second_try("12:00", expires="+1 20:00") < at("12:02")


def at_home(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_no_message_for_the_group_falls_to_quiet_hours_of_one_person(time_machine):
    time_machine.move_to(at_home(18, 12), tick=False)
    person = PersonFactory(quiet_from=time(11), quiet_until=time(20))
    said = outbox.row(
        "date_moved", to=person, key="1", about={}, channel=Channel.GROUP,
        expires_at=at_home(19, 12),
    )  # fmt: skip
    assert said["next_try_at"] == clock.now()


def test_a_message_that_comes_too_late_in_the_morning_goes_at_once_though_it_expires_later(
    time_machine,
):
    time_machine.move_to(at("23:30"), tick=False)
    said = outbox.row(
        "date_cancelled", to=PersonFactory(), key="1", about={},
        expires_at=at("+1 10:00"),
    )  # fmt: skip
    assert said["next_try_at"] == at("+1 08:00")
    assert outbox.in_time(said, at("+1 07:00"))["next_try_at"] == at("23:30")


def test_what_could_not_wait_for_the_morning_does_not_wait_when_it_is_tried_again(time_machine):
    time_machine.move_to(at("23:30"), tick=False)

    assert at("23:30") < second_try("23:30", expires="+1 10:00") < at("23:32")
