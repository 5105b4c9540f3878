"""Reminders of one's own dates: when they are planned, to whom, and what keeps them from going."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    SignupFactory,
    member_of,
)
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import (
    confirming,
    planning,
    recurrence,
    series_changes,
    signups,
    single_date,
)
from volunteer.activities.models import Coming, Occurrence, SignupStatus
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import delivery, letters
from volunteer.notifications.channels import KeptHere
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people import companions
from volunteer.reminders import duties, plans
from volunteer.reminders.models import Offset

pytestmark = pytest.mark.usefixtures("database")

# Wednesday 14 October, ten in the morning in Chengdu.
BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)
TWO_DAYS_BEFORE = datetime(2026, 10, 12, 10, tzinfo=UTC)
EVENING_BEFORE = datetime(2026, 10, 13, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def days_before(time_machine, database):
    time_machine.move_to("2026-10-10T02:00Z", tick=False)


def lunch(**values: object) -> Occurrence:
    return OccurrenceFactory(starts_at=BEGINS, **values)


def at(moment: datetime) -> int:
    """What is planned at this moment."""
    with clock.pretend(moment):
        return duties.plan_due(moment)


def messages() -> list[OutboxMessage]:
    return session.query(OutboxMessage).order_by(OutboxMessage.due_at, OutboxMessage.id).all()


def send_at(moment: datetime) -> list[OutboxMessage]:
    """What has become of every message after sending at this moment."""
    with clock.pretend(moment):
        delivery.send_due(lambda _channel: KeptHere(), lease=timedelta(minutes=2), at_most=50)
    return messages()


def test_who_has_a_place_is_reminded_two_days_before_and_the_evening_before():
    going = SignupFactory(occurrence=lunch())
    SignupFactory(occurrence=going.occurrence, status=SignupStatus.WAITING)

    planned = [at(TWO_DAYS_BEFORE - timedelta(seconds=1)), at(TWO_DAYS_BEFORE), at(EVENING_BEFORE)]

    assert planned == [0, 1, 1]
    assert {m.person_id for m in messages()} == {going.person_id}
    assert [m.due_at for m in messages()] == [TWO_DAYS_BEFORE, EVENING_BEFORE]


def test_planning_again_plans_nothing_twice():
    SignupFactory(occurrence=lunch())
    at(TWO_DAYS_BEFORE)

    again = [at(TWO_DAYS_BEFORE), at(TWO_DAYS_BEFORE + timedelta(hours=3))]

    assert again == [0, 0]


@pytest.mark.parametrize("level", ["team", "activity", "work"])
def test_the_nearest_level_says_when(level):
    occurrence = lunch()
    SignupFactory(occurrence=occurrence)
    by, activity = PersonFactory(), occurrence.activity
    wanted, other = [Offset(1, time(9))], [Offset(3, time(9))]
    plans.set_for_team(
        occurrence.team, wanted if level == "team" else other, own_line="", watch_days=3, by=by
    )
    if level != "team":
        plans.set_for_activity(activity, wanted if level == "activity" else other, by=by)
    if level == "work":
        plans.set_for_activity(activity, wanted, work="帮厨", by=by)

    three_days, day_before = (BEGINS - timedelta(days=days, hours=1) for days in (3, 1))

    assert [at(three_days), at(day_before)] == [0, 1]


def test_a_level_without_times_reminds_of_nothing_and_forgotten_it_follows_the_one_above():
    occurrence = lunch()
    SignupFactory(occurrence=occurrence)
    by = PersonFactory()

    plans.set_for_activity(occurrence.activity, [], by=by)
    silent = at(TWO_DAYS_BEFORE)
    plans.set_for_activity(occurrence.activity, None, by=by)

    assert [silent, at(TWO_DAYS_BEFORE)] == [0, 1]


def test_a_new_time_counts_from_when_it_was_set():
    occurrence = lunch()
    SignupFactory(occurrence=occurrence)
    with clock.pretend(TWO_DAYS_BEFORE):
        earlier = [Offset(3, time(9)), Offset(0, time(8))]
        plans.set_for_team(occurrence.team, earlier, own_line="", watch_days=3, by=PersonFactory())

    assert at(TWO_DAYS_BEFORE) == 0
    assert at(BEGINS - timedelta(hours=2)) == 1


def test_who_took_the_place_after_the_hour_is_not_reminded_at_once():
    SignupFactory(occurrence=lunch(), asked_at=TWO_DAYS_BEFORE + timedelta(hours=1))

    assert at(TWO_DAYS_BEFORE + timedelta(hours=2)) == 0
    assert at(EVENING_BEFORE) == 1


def test_late_is_caught_up_once_with_the_latest_hour_that_has_passed():
    SignupFactory(occurrence=lunch())

    assert at(EVENING_BEFORE + timedelta(hours=2)) == 1
    (message,) = messages()
    assert (message.due_at, message.expires_at) == (EVENING_BEFORE, BEGINS)


def test_what_is_caught_up_at_night_waits_for_the_morning():
    SignupFactory(occurrence=lunch())
    night = EVENING_BEFORE + timedelta(hours=10)

    at(night)

    (message,) = messages()
    assert message.due_at == datetime(2026, 10, 14, 0, tzinfo=UTC)
    assert send_at(night)[0].status is MessageStatus.WAITING


def test_a_reminder_that_comes_after_the_next_one_is_due_expires():
    SignupFactory(occurrence=lunch())
    at(TWO_DAYS_BEFORE)
    at(EVENING_BEFORE)

    first, second = send_at(EVENING_BEFORE)

    assert (first.status, second.status) == (MessageStatus.EXPIRED, MessageStatus.SENT)


def test_after_the_beginning_nothing_is_planned():
    SignupFactory(occurrence=lunch())

    assert at(BEGINS) == 0


def withdraw(occurrence: Occurrence) -> None:
    signups.withdraw(occurrence.going[0], by=occurrence.going[0].person)


def cancel(occurrence: Occurrence) -> None:
    single_date.cancel(occurrence, reason="", by=CoordinatorFactory(team=occurrence.team).person)


def move_a_week(occurrence: Occurrence) -> None:
    later = DatePlan(occurrence.day + timedelta(weeks=1), time(10), time(12), occurrence.place)
    single_date.move(occurrence, later, by=CoordinatorFactory(team=occurrence.team).person)


@pytest.mark.parametrize("call_off", [withdraw, cancel, move_a_week])
def test_what_was_called_off_before_the_hour_is_not_planned(call_off):
    occurrence = SignupFactory(occurrence=lunch()).occurrence

    call_off(occurrence)

    assert at(TWO_DAYS_BEFORE) == 0


@pytest.mark.parametrize("call_off", [withdraw, cancel, move_a_week])
def test_what_is_called_off_after_planning_is_not_sent(call_off):
    occurrence = SignupFactory(occurrence=lunch()).occurrence
    at(TWO_DAYS_BEFORE)
    with clock.pretend(TWO_DAYS_BEFORE):
        call_off(occurrence)

    sent = [m for m in send_at(TWO_DAYS_BEFORE) if m.kind == duties.DUTY_AHEAD]

    assert [message.status for message in sent] == [MessageStatus.DROPPED]


def test_a_date_that_moves_takes_its_reminders_along():
    occurrence = SignupFactory(occurrence=lunch()).occurrence
    at(TWO_DAYS_BEFORE)
    with clock.pretend(TWO_DAYS_BEFORE):
        move_a_week(occurrence)

    assert at(TWO_DAYS_BEFORE + timedelta(weeks=1)) == 1


def test_who_looks_for_somebody_else_is_not_asked_whether_they_come():
    signup = SignupFactory(occurrence=lunch())
    signup.excused_at = clock.now()
    session.commit()

    assert at(TWO_DAYS_BEFORE) == 0


def test_for_who_has_no_mailbox_the_companion_is_written_to_while_they_may_act():
    signup = SignupFactory(occurrence=lunch())
    signup.person.email = None
    companionship = CompanionFactory(person=signup.person, companion__email="son@example.org")

    assert at(TWO_DAYS_BEFORE) == 1
    (message,) = messages()
    assert message.person_id == companionship.companion_id
    assert "for whom you act" in letters.write([message])[message.id].text

    companions.end(companionship, by=signup.person)

    assert letters.write([message]) == {}


def test_for_who_has_a_password_of_their_own_nobody_else_is_written_to():
    signup = SignupFactory(occurrence=lunch())
    signup.person.email = None
    CompanionFactory(person=signup.person, companion__email="son@example.org")
    UserFactory(person=signup.person)

    assert at(TWO_DAYS_BEFORE) == 0


def test_who_cannot_be_written_to_gets_no_reminder_as_a_call_of_its_own():
    signup = SignupFactory(occurrence=lunch())
    signup.person.email = None
    session.commit()

    assert at(TWO_DAYS_BEFORE) == 0


def test_the_letter_holds_three_answers_and_the_teams_own_line():
    occurrence = lunch(activity__bring_note="围裙")
    SignupFactory(occurrence=occurrence)
    plans.set_for_team(
        occurrence.team, plans.USUAL, own_line="下雨也照常。", watch_days=3, by=PersonFactory()
    )
    at(TWO_DAYS_BEFORE)

    (letter,) = letters.write(messages()).values()

    for part in ("?say=on_time", "?say=later", "?say=no", "下雨也照常。", "围裙"):
        assert part in letter.text
        assert part in letter.html


def test_after_a_yes_the_next_reminder_no_longer_asks():
    signup = SignupFactory(occurrence=lunch())
    confirming.confirm(signup, Coming.LATER, by=signup.person)
    at(EVENING_BEFORE)

    (letter,) = letters.write(messages()).values()

    assert "Your last word: comes a little later." in letter.text
    assert "?say=on_time" not in letter.text
    assert letter.subject.startswith("[Reminder]")


def test_planning_for_many_people_asks_no_more_than_for_few(count_queries):
    occurrence = lunch()
    for _number in range(3):
        SignupFactory(occurrence=occurrence)
    with count_queries() as few:
        at(TWO_DAYS_BEFORE)
    for _number in range(30):
        SignupFactory(occurrence=occurrence, person=member_of(occurrence))
    with count_queries() as many:
        at(EVENING_BEFORE)

    assert len(messages()) == 3 + 33
    assert len(many) <= len(few)


def test_every_zone_counts_by_its_own_clock():
    activity = ActivityFactory(zone="Europe/Berlin")
    begins = datetime(2026, 10, 26, 9, tzinfo=UTC)
    SignupFactory(occurrence=OccurrenceFactory(activity=activity, starts_at=begins))
    # The clocks change in the night before the 25th: the evening of the 24th is still summer time.
    two_days_before = datetime(2026, 10, 24, 16, tzinfo=UTC)

    assert at(two_days_before - timedelta(seconds=1)) == 0
    assert at(two_days_before) == 1


def at_home(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_two_times_on_the_same_day_are_two_reminders(time_machine):
    time_machine.move_to(at_home(10, 10), tick=False)
    occurrence = OccurrenceFactory(starts_at=at_home(14, 15))
    SignupFactory(occurrence=occurrence)
    plans.set_for_team(
        occurrence.team,
        [Offset(1, time(9)), Offset(1, time(19))],
        own_line="",
        watch_days=0,
        by=PersonFactory(),
    )

    counts = []
    for moment in (at_home(13, 9), at_home(13, 10), at_home(13, 19), at_home(13, 20)):
        with clock.pretend(moment):
            counts.append(duties.plan_due(moment))

    assert counts == [1, 0, 1, 0]


def test_a_series_that_is_parted_goes_on_reminding_at_its_own_hours():
    old, new = ActivityFactory(), ActivityFactory()
    new.team = old.team
    coordinator = CoordinatorFactory(team=old.team).person
    weeks_before, hours_before = [Offset(7, time(9))], [Offset(1, time(12))]
    plans.set_for_activity(old, weeks_before, by=coordinator)
    plans.set_for_activity(old, hours_before, work="帮厨", by=coordinator)

    series_changes.series_parted.announce(old, new, BEGINS.date())

    known = plans.look_up([old.team_id])
    assert known.times(old.team_id, new.id, "采购").offsets == weeks_before
    assert known.times(old.team_id, new.id, "帮厨").offsets == hours_before


def test_work_that_is_called_otherwise_goes_on_reminding_at_its_own_hours():
    coordinator = CoordinatorFactory()
    words = ActivityWords(
        "爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5), RolePlan("采购", 1, 2)]
    )
    series = SeriesPlan(words, recurrence.weekly(2), BEGINS.date(), time(10), time(13))
    activity = planning.plan_series(coordinator.team, series, by=coordinator.person)
    a_week, a_day = [Offset(7, time(9))], [Offset(1, time(12))]
    plans.set_for_activity(activity, a_week, work="帮厨", by=coordinator.person)
    plans.set_for_activity(activity, a_day, work="采购", by=coordinator.person)

    swapped = [RolePlan("采购", 1, 5, position=0), RolePlan("帮厨", 1, 2, position=1)]
    planning.change_words(activity, replace(words, roles=swapped), by=coordinator.person)

    known = plans.look_up([coordinator.team_id])
    assert known.times(coordinator.team_id, activity.id, "采购").offsets == a_week
    assert known.times(coordinator.team_id, activity.id, "帮厨").offsets == a_day


def test_times_taken_back_do_not_remind_of_what_had_passed_by_then():
    occurrence = lunch()
    SignupFactory(occurrence=occurrence)
    by = PersonFactory()
    plans.set_for_activity(occurrence.activity, [Offset(3, time(12))], by=by)
    noon = TWO_DAYS_BEFORE - timedelta(hours=30)

    told = [at(noon)]
    # The team's own hour, two days before at six, has passed by the next morning.
    next_morning = TWO_DAYS_BEFORE + timedelta(hours=15)
    with clock.pretend(next_morning):
        plans.set_for_activity(occurrence.activity, None, by=by)
    told += [at(next_morning), at(EVENING_BEFORE)]

    assert told == [1, 0, 1]
