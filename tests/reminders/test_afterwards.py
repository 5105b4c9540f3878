"""After a date: thanks with hours, days to be closed; and elders whom nobody has seen."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities.attendance import closing
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import AttendanceState, Occurrence, Signup
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders.models import ElderStatus
from volunteer.notifications import delivery, letters
from volunteer.notifications.channels import KeptHere
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import afterwards, overdue
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")

# Wednesday 14 October, ten to one o'clock in Chengdu.
BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)
ENDS = BEGINS + timedelta(hours=3)
NINE_NEXT_MORNING = datetime(2026, 10, 15, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def evening(time_machine, database):
    time_machine.move_to(ENDS + timedelta(hours=1), tick=False)


@pytest.fixture
def signup(database) -> Signup:
    occurrence = OccurrenceFactory(starts_at=BEGINS, ends_at=ENDS)
    return SignupFactory(occurrence=occurrence, asked_at=BEGINS - timedelta(days=3))


@pytest.fixture
def coordinator(signup) -> Person:
    return CoordinatorFactory(team=signup.occurrence.team).person


def close(occurrence: Occurrence, by: Person, minutes: int = 180) -> None:
    state = AttendanceState.CAME if minutes else AttendanceState.NO_SHOW
    marks = {signup.person_id: Mark(state, minutes) for signup in occurrence.going}
    closing.close(occurrence, marks, by=by)


def thanked_after(wait: timedelta) -> int:
    moment = clock.now() + wait
    with clock.pretend(moment):
        return afterwards.thank_all(moment)


def messages(kind: str) -> list[OutboxMessage]:
    return session.query(OutboxMessage).filter_by(kind=kind).order_by(OutboxMessage.id).all()


def test_who_came_is_thanked_with_the_hours_once_the_day_is_closed(signup, coordinator):
    before = thanked_after(timedelta(hours=1))
    close(signup.occurrence, coordinator)

    counts = [thanked_after(timedelta(minutes=minutes)) for minutes in (29, 31, 60)]

    assert (before, counts) == (0, [0, 1, 0])
    (message,) = messages(afterwards.THANKS)
    assert "3 hours noted" in letters.write([message])[message.id].text


def test_who_did_not_come_is_not_thanked(signup, coordinator):
    close(signup.occurrence, coordinator, minutes=0)

    assert thanked_after(timedelta(hours=1)) == 0


def test_a_day_that_is_opened_again_thanks_nobody_meanwhile(signup, coordinator):
    close(signup.occurrence, coordinator)
    thanked_after(timedelta(hours=1))
    (message,) = messages(afterwards.THANKS)

    closing.reopen(signup.occurrence, reason="弄错了", by=coordinator)

    assert letters.write([message]) == {}


def test_nobody_is_called_up_to_be_thanked(signup, coordinator):
    signup.person.email = None
    session.commit()
    close(signup.occurrence, coordinator)

    assert thanked_after(timedelta(hours=1)) == 0


def test_thanks_never_go_at_night(signup, coordinator):
    close(signup.occurrence, coordinator)

    thanked_after(timedelta(hours=9))

    (message,) = messages(afterwards.THANKS)
    assert message.due_at == datetime(2026, 10, 15, 0, tzinfo=UTC)


def hours_reminded_at(moment: datetime) -> int:
    with clock.pretend(moment):
        return afterwards.remind_of_hours(moment)


def test_the_morning_after_coordinators_hear_once_of_days_to_be_closed(signup, coordinator):
    counts = [
        hours_reminded_at(NINE_NEXT_MORNING + timedelta(hours=hours)) for hours in (-1, 0, 3, 24)
    ]

    assert counts == [0, 1, 0, 0]
    (message,) = messages(afterwards.HOURS_WAITING)
    assert message.person_id == coordinator.id
    assert "1 date is over" in letters.write([message])[message.id].text

    close(signup.occurrence, coordinator)

    assert letters.write([message]) == {}


def test_a_day_that_is_closed_or_had_nobody_waits_for_no_one(signup, coordinator):
    close(signup.occurrence, coordinator)
    OccurrenceFactory(activity__team=signup.occurrence.team, starts_at=BEGINS)

    assert hours_reminded_at(NINE_NEXT_MORNING) == 0


def overdue_told_at(moment: datetime) -> int:
    with clock.pretend(moment):
        return overdue.tell(moment)


def test_coordinators_hear_the_morning_after_of_somebody_whom_nobody_has_seen_in_time():
    reader = CoordinatorFactory()
    elder = ElderFactory(team=reader.team, due_on=date(2026, 10, 14))

    counts = [
        overdue_told_at(NINE_NEXT_MORNING + timedelta(hours=hours)) for hours in (-1, 0, 2, 24)
    ]

    assert counts == [0, 1, 0, 0]
    (message,) = messages(overdue.ELDERS_OVERDUE)
    assert message.person_id == reader.person_id
    with clock.pretend(NINE_NEXT_MORNING):
        letter = letters.write([message])[message.id]
    assert "1 elder has not been seen" in letter.text
    assert elder.person.name not in letter.text

    elder.due_on = date(2026, 11, 14)
    session.commit()

    assert letters.write([message]) == {}


def test_of_elders_who_are_not_looked_after_any_more_nobody_hears():
    ElderFactory(
        team=CoordinatorFactory().team, due_on=date(2026, 10, 14), status=ElderStatus.ENDED
    )

    assert overdue_told_at(NINE_NEXT_MORNING) == 0


def send_at(moment: datetime) -> None:
    with clock.pretend(moment):
        delivery.send_due(lambda _channel: KeptHere(), lease=timedelta(minutes=2), at_most=50)
    session.expire_all()


def test_thanks_that_met_an_open_day_go_once_it_is_closed_again(signup, coordinator, time_machine):
    close(signup.occurrence, coordinator)
    thanked_after(timedelta(hours=1))
    closing.reopen(signup.occurrence, reason="弄错了", by=coordinator)
    send_at(ENDS + timedelta(hours=2))

    time_machine.move_to(ENDS + timedelta(hours=3), tick=False)
    close(signup.occurrence, coordinator, minutes=120)
    counts = [thanked_after(timedelta(minutes=minutes)) for minutes in (31, 60)]
    send_at(ENDS + timedelta(hours=5))

    assert counts == [1, 0]
    statuses = [message.status for message in messages(afterwards.THANKS)]
    assert statuses == [MessageStatus.DROPPED, MessageStatus.SENT]


def test_who_was_thanked_is_not_thanked_again_after_a_correction(signup, coordinator, time_machine):
    close(signup.occurrence, coordinator)
    thanked_after(timedelta(hours=1))
    send_at(ENDS + timedelta(hours=2))

    time_machine.move_to(ENDS + timedelta(hours=3), tick=False)
    closing.reopen(signup.occurrence, reason="弄错了", by=coordinator)
    close(signup.occurrence, coordinator, minutes=120)

    assert thanked_after(timedelta(hours=1)) == 0


def test_who_coordinates_no_more_hears_nothing_of_days_and_elders(signup, coordinator):
    team = signup.occurrence.team
    CoordinatorFactory(team=team)
    ElderFactory(team=team, due_on=date(2026, 10, 14))
    assert (hours_reminded_at(NINE_NEXT_MORNING), overdue_told_at(NINE_NEXT_MORNING)) == (2, 2)

    membership.pause(team_queries.find_membership(team, coordinator), by=coordinator)

    with clock.pretend(NINE_NEXT_MORNING):
        for kind in (afterwards.HOURS_WAITING, overdue.ELDERS_OVERDUE):
            mine, hers = sorted(messages(kind), key=lambda m: m.person_id != coordinator.id)
            assert set(letters.write([mine, hers])) == {hers.id}
