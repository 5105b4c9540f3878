"""What goes past midnight: one date, on the day on which it begins."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.activities.lunches import dates_of
from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    SignupFactory,
    member_of,
)
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import (
    away,
    eligibility,
    group_texts,
    queries,
    recurrence,
    signups,
    single_date,
    wording,
)
from volunteer.activities.attendance import check_in, noting, sheet, walk_ins
from volunteer.activities.errors import BusyThen, TooLateForTheYoung
from volunteer.activities.models import Activity, AttendanceWay
from volunteer.core import clock, saying, zones
from volunteer.core.database import session
from volunteer.core.language import CHINESE, ENGLISH, speaking
from volunteer.people.away import Stretch

pytestmark = pytest.mark.usefixtures("database")

WATCH = {
    "title": "夜间巡逻", "place": "小区门口", "weekdays": "5", "first_on": "下周六",
    "starts": "晚上10点", "ends": "凌晨1点", "roles-0-name": "巡逻", "roles-0-minimum": "2",
    "roles-0-maximum": "4", "risk_note": "路滑", "leader": "",
}  # fmt: skip


@pytest.fixture
def watch(time_machine, database):
    """From ten on a Saturday evening until one; it is a quarter to ten, in Chengdu."""
    time_machine.move_to("2026-10-17T13:45Z", tick=False)
    return OccurrenceFactory(
        starts_at=clock.now() + timedelta(minutes=15),
        ends_at=clock.now() + timedelta(hours=3, minutes=15),
    )


@pytest.fixture
def after_midnight(watch, time_machine):
    time_machine.move_to("2026-10-17T16:30Z", tick=False)
    return watch


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Asia/Shanghai", "2026-10-17", 4),
        # In that night clocks go from two to three, and in this one from three back to two.
        ("Europe/Berlin", "2026-03-28", 3),
        ("Europe/Berlin", "2026-10-24", 5),
    ],
)
def test_an_end_before_the_start_is_on_the_next_day(zone, day, hours):
    span = recurrence.span(date.fromisoformat(day), time(23), time(3), zone)

    assert span.wall_ends - span.wall_starts == timedelta(hours=4)
    assert span.ends_at - span.starts_at == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        ((22, 1), "晚上10:00到第二天凌晨1:00", "10:00 pm to 1:00 am the next day"),
        ((19, 0), "晚上7:00到半夜12:00", "7:00 pm to midnight"),
        ((19, 21), "晚上7:00到9:00", "7:00 pm to 9:00 pm"),
    ],
)
def test_nobody_takes_it_for_the_evening_before(app, hours, zh, en):
    plan = [time(hour) for hour in hours]
    moments = recurrence.on_the_wall(date(2026, 10, 17), *plan)

    with app.app_context(), speaking(CHINESE):
        assert saying.span_words(*plan) == saying.span_words(*moments) == zh
    with app.app_context(), speaking(ENGLISH):
        assert saying.span_words(*plan) == saying.span_words(*moments) == en


def test_a_night_is_planned_like_any_evening(signed_in_as, time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    url = f"/teams/{coordinator.team_id}/activities/new"

    assert "10:00 pm to 1:00 am the next day" in browser.post(url, data={**WATCH, "look": "1"}).text
    browser.post(url, data={**WATCH, "publish": "1"})

    first = dates_of(session.query(Activity).one())[0]
    assert (first.day, f"{first.wall_ends:%d. %H:%M}") == (date(2026, 10, 24), "25. 01:00")
    assert first.ends_at - first.starts_at == timedelta(hours=3)
    assert "10:00 pm to 1:00 am the next day" in browser.get(f"/activities/dates/{first.id}").text


@pytest.mark.parametrize(
    ("starts", "ends"),
    [("10:00", "9:00"), ("10:00", "10:00"), ("20:00", "9:30"), ("18:00", "6:01")],
)
def test_a_slip_of_the_pen_is_no_night(signed_in_as, starts, ends, time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    coordinator = CoordinatorFactory()

    page = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team_id}/activities/new",
        data={**WATCH, "starts": starts, "ends": ends, "look": "1"},
    )

    assert "It must end after it starts. What goes past midnight lasts 12 hours" in page.text


def test_one_date_can_be_moved_into_the_night_and_stays_one(watch, time_machine):
    plan = single_date.DatePlan(date(2026, 10, 18), time(23), time(2), watch.place)

    single_date.move(watch, plan, by=CoordinatorFactory(team=watch.team).person)

    assert (watch.day, f"{watch.wall_ends:%d. %H:%M}") == (date(2026, 10, 18), "19. 02:00")
    assert single_date.plan_of(watch) == plan


def test_one_that_nobody_moved_has_its_planned_hours(database):
    watch = ActivityFactory(starts=time(22), ends=time(1))
    span = recurrence.span(date(2026, 10, 17), watch.starts, watch.ends, watch.zone)
    occurrence = OccurrenceFactory(
        activity=watch, starts_at=span.starts_at, ends_at=span.ends_at, is_changed=True
    )
    assert not group_texts.has_another_time(occurrence)


def test_who_comes_the_night_before_has_no_time_for_what_begins_in_it(watch):
    person = member_of(watch)
    early = OccurrenceFactory(
        activity__team=watch.team,
        starts_at=zones.at(date(2026, 10, 18), time(0, 30), "Asia/Shanghai"),
    )
    signups.sign_up(watch, watch.roles[0].id, person, by=person)

    with pytest.raises(BusyThen):
        signups.sign_up(early, early.roles[0].id, person, by=person)


def test_nobody_under_eighteen_is_on_watch(watch):
    young = MembershipFactory(team=watch.team, person__birth_year=2010).person
    refusals = eligibility.of_date(watch, [young]).refusals(young, watch.roles[0], watch)
    assert any(isinstance(one, TooLateForTheYoung) for one in refusals)


def test_after_midnight_one_can_still_come(after_midnight):
    watch = after_midnight
    late, guest = SignupFactory(occurrence=watch).person, member_of(watch)
    code, now = check_in.code_of(watch), clock.now()

    check_in.check_code(watch, code, late, now=now)
    assert check_in.find_by_digits(check_in.digits_of(watch), late) == watch
    noting.check_in(watch, late, way=AttendanceWay.CODE, by=late)
    assert watch.takes_walk_ins(now)
    walk_ins.walk_in(watch, watch.roles[0].id, guest, by=CoordinatorFactory(team=watch.team).person)

    assert len(queries.get_occurrence(watch.id).going) == 2
    assert not watch.takes_walk_ins(watch.ends_at)


def test_nobody_is_written_down_at_the_door_the_day_before(watch, time_machine):
    time_machine.move_to("2026-10-16T15:59Z", tick=False)
    assert not watch.takes_walk_ins(clock.now())
    time_machine.move_to("2026-10-16T16:00Z", tick=False)
    assert watch.takes_walk_ins(clock.now())


def test_the_sheet_of_a_night_is_typed_as_it_was_signed(watch):
    SignupFactory.create_batch(2, occurrence=watch)
    watch = queries.get_occurrence(watch.id)

    typed = sheet.read("1 22:10-0:50 2 12:30", watch, sheet.all_lines(watch))

    times = [(a.arrived_at, a.left_at) for a in typed.arrivals.values()]
    walls = [[one and f"{watch.team.wall(one):%d. %H:%M}" for one in pair] for pair in times]
    assert typed.errors == []
    assert walls == [["17. 22:10", "18. 00:50"], ["18. 00:30", None]]


def test_what_begins_after_midnight_has_its_door_open_the_evening_before(database, time_machine):
    begins = zones.at(date(2026, 10, 18), time(0, 30), "Asia/Shanghai")
    watch = OccurrenceFactory(starts_at=begins)
    person = member_of(watch)

    check_in.check_code(watch, check_in.code_of(watch), person, now=begins - noting.BEFORE)


def test_its_words_say_so_wherever_it_stands(app, watch):
    with app.app_context(), speaking(ENGLISH):
        assert wording.when(watch).endswith("10:00 pm to 1:00 am the next day")


def test_the_sheet_at_the_door_is_good_for_the_night(watch, signed_in_as):
    browser = signed_in_as(CoordinatorFactory(team=watch.team).person)

    page = browser.get(f"/activities/dates/{watch.id}/wall-sheet").text

    assert "Good only in the night of Sat 17 Oct." in page


@pytest.mark.parametrize("ends", [time(1), time(0)])
def test_who_is_away_from_the_next_day_on_keeps_the_evening_and_sees_what_runs_into_it(watch, ends):
    place = SignupFactory(occurrence=watch)
    watch.wall_ends = datetime.combine(watch.day + timedelta(days=1), ends)
    session.commit()

    away.note(place.person, Stretch(date(2026, 10, 18), date(2026, 10, 20)), by=place.person)

    (stretch,) = away.list_coming(place.person)
    promised = away.list_promised(place.person, [stretch])[stretch.id]
    assert promised == ([] if ends == time(0) else [place])
    assert place.is_going
