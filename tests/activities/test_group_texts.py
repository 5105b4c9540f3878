"""Texts for the group: the right ones at the right time, short, and without any elder's name."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    PersonFactory,
    SignupFactory,
)
from tests.factories.teams import CoordinatorFactory
from tests.planting import names_in, plant
from volunteer.activities import group_texts, recurrence, single_date
from volunteer.activities.attendance import closing
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import AttendanceState
from volunteer.activities.queries import get_occurrence
from volunteer.activities.single_date import DatePlan
from volunteer.core import clock, language, zones
from volunteer.core.database import session

ADDRESS = "https://linli.example.org/activities/dates/7"


@pytest.fixture(autouse=True)
def in_chinese(app):
    with app.app_context(), language.speaking("zh_Hans"):
        yield


def texts_of(occurrence, address=ADDRESS):
    found = group_texts.of_date(get_occurrence(occurrence.id), address, now=clock.now())
    return {text.kind: text.text for text in found}


def lunch(*, team=None, starts_in=2, **more):
    team = team or CoordinatorFactory(team__name="奶奶的厨房", team__phone="028-00000200").team
    # By the team's calendar: at night it is a day ahead of ours.
    day = team.today(clock.now()) + timedelta(days=starts_in)
    starts = zones.to_moment(datetime.combine(day, time(10)), team.zone)
    activity = ActivityFactory(
        team=team,
        rule=str(recurrence.weekly(team.wall(starts).weekday())),
        starts=time(10),
        ends=time(13),
        **more,
    )
    return OccurrenceFactory(
        activity=activity, starts_at=starts, ends_at=starts + timedelta(hours=3),
        roles=[("帮厨", 3, 5), ("分餐", 1, 2)],
    )  # fmt: skip


def test_the_call_for_help_says_who_is_missing_and_where_to_say_yes(app):
    person = PersonFactory(name="蒋桂芳", phone="13900000001")
    occurrence = lunch(bring_note="围裙", leader=person)

    text = texts_of(occurrence)["call"]

    assert text.startswith("【奶奶的厨房】爱心午饭\n")
    assert "帮厨还差3位" in text
    assert "请带：围裙" in text
    assert "蒋桂芳" in text
    assert text.endswith(ADDRESS)


def test_a_full_date_calls_for_nobody(app):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    SignupFactory(occurrence=occurrence)

    assert list(texts_of(occurrence)) == ["before"]


def test_the_day_before_says_tomorrow_only_when_it_is(app):
    tomorrow, next_week = texts_of(lunch(starts_in=1)), texts_of(lunch(starts_in=8))

    assert "明天" in tomorrow["before"]
    assert "明天" not in next_week["before"]
    assert tomorrow["before"].startswith("【提醒】")


def move(occurrence, by, **new):
    plan = {"day": occurrence.day, "starts": time(10), "ends": time(13), "place": occurrence.place}
    single_date.move(occurrence, DatePlan(**plan | new), by=by)


@pytest.mark.parametrize(
    ("new", "begins", "was"),
    [
        ({"starts": time(14), "ends": time(16)}, "【时间有变】", "原来是"),
        ({"place": "院坝"}, "【地点有变】", "原来在：社区活动室"),
        ({"starts": time(9), "place": "院坝"}, "【时间地点有变】", "原来在：社区活动室"),
    ],
)
def test_a_moved_date_is_told_with_what_it_was(app, new, begins, was):
    coordinator = CoordinatorFactory()
    occurrence = lunch(team=coordinator.team)
    assert "change" not in texts_of(occurrence)

    move(occurrence, coordinator.person, note="停水", **new)

    text = texts_of(occurrence)["change"]
    assert text.startswith(begins)
    assert was in text
    assert "停水" in text


def test_a_cancelled_date_is_told_with_its_reason_and_nothing_else(app):
    coordinator = CoordinatorFactory(team__phone="028-00000200")
    occurrence = lunch(team=coordinator.team)

    single_date.cancel(occurrence, reason="停电了", by=coordinator.person)

    assert list(texts_of(occurrence)) == ["cancel"]
    text = texts_of(occurrence)["cancel"]
    assert text.startswith("【取消】")
    assert "停电了" in text
    assert "028" in text


def test_one_that_is_on_again_was_not_moved(app):
    coordinator = CoordinatorFactory()
    occurrence = lunch(team=coordinator.team)
    single_date.cancel(occurrence, reason="", by=coordinator.person)

    single_date.restore(occurrence, by=coordinator.person)

    assert set(texts_of(occurrence)) == {"call", "before"}


def test_thanks_are_said_when_it_is_over_without_figures_while_the_day_is_open(app):
    now = clock.now()
    running = OccurrenceFactory(
        starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    over = OccurrenceFactory(
        starts_at=now - timedelta(hours=3), ends_at=now - timedelta(minutes=30)
    )
    nobody = OccurrenceFactory(starts_at=now - timedelta(hours=3))
    for occurrence in (running, over, over, over):
        SignupFactory(occurrence=occurrence)

    assert texts_of(running) == {}
    assert texts_of(nobody) == {}
    assert list(texts_of(over)) == ["thanks"]
    # Who of them came, nobody has looked at yet: the group is told no figures.
    assert "位邻居" not in texts_of(over)["thanks"]
    assert "小时" not in texts_of(over)["thanks"]


@pytest.mark.parametrize("spoken", ["zh_Hans", "en"])
def test_no_text_is_longer_than_a_phone_shows_whatever_was_typed(app, spoken):
    coordinator = CoordinatorFactory(team__name="队" * 60, team__phone="028-00000200")
    occurrence = lunch(
        team=coordinator.team, title="活" * 60, place="处" * 120, bring_note="带" * 200,
        leader=PersonFactory(name="名" * 30, phone="13900000001"),
    )  # fmt: skip
    for role in occurrence.roles:
        role.name = "做" * 30
    session.commit()
    address = f"https://{'x' * 60}.example.org/activities/dates/2147483647"
    move(occurrence, coordinator.person, starts=time(9), place="所" * 120, note="因" * 200)
    with language.speaking(spoken):
        found = texts_of(occurrence, address)
        single_date.cancel(occurrence, reason="因" * 200, by=coordinator.person)
        found |= texts_of(occurrence, address)
        past = OccurrenceFactory(
            activity=occurrence.activity, planned_on=date(2026, 1, 7),
            starts_at=clock.now() - timedelta(hours=5),
        )  # fmt: skip
        SignupFactory(occurrence=past)
        found |= texts_of(past, address)

    assert set(found) == {"call", "before", "change", "cancel", "thanks"}
    assert {kind: len(text) for kind, text in found.items() if len(text) > 300} == {}
    for kind in ("call", "before", "change", "cancel"):
        assert found[kind].endswith(address)


def test_no_text_names_an_elder(app):
    coordinator = CoordinatorFactory()
    planted = plant(coordinator.team)
    occurrence = lunch(team=coordinator.team)

    for text in texts_of(occurrence).values():
        assert names_in(text) == set()
        assert planted.elder.preferred_name not in text


def test_the_page_shows_the_texts_and_can_be_copied_without_scripts(signed_in_as):
    coordinator = CoordinatorFactory()
    occurrence = lunch(team=coordinator.team)

    page = signed_in_as(coordinator.person).get(f"/activities/dates/{occurrence.id}/texts").text

    assert '<pre class="note" id="text-call"' in page
    assert f"http://127.0.0.1:8000/activities/dates/{occurrence.id}" in page


def test_thanks_say_what_counts_once_the_day_is_closed(app, time_machine):
    lunch = OccurrenceFactory()
    came, stayed_away = SignupFactory.create_batch(2, occurrence=lunch)
    coordinator = CoordinatorFactory(team=lunch.team).person
    time_machine.move_to(lunch.ends_at + timedelta(hours=1), tick=False)
    marks = {
        came.person_id: Mark(AttendanceState.CAME, 90),
        stayed_away.person_id: Mark(AttendanceState.NO_SHOW),
    }
    closing.close(lunch, marks, by=coordinator)

    with app.test_request_context():
        said = group_texts.thanks(lunch)

    assert said.splitlines()[2] == "1位邻居出了力，合起来1.5小时"


def test_a_call_says_how_many_may_still_come_when_enough_have_a_place(app):
    occurrence = OccurrenceFactory()
    occurrence.roles[0].minimum, occurrence.roles[0].maximum = 1, 4
    SignupFactory(occurrence=occurrence)

    assert "还有3个位子" in texts_of(occurrence)["call"].splitlines()


def test_the_page_with_thanks_leads_to_the_hours_that_are_not_checked_yet(
    signed_in_as, time_machine
):
    coordinator = CoordinatorFactory()
    occurrence = OccurrenceFactory(activity__team=coordinator.team)
    signup = SignupFactory(occurrence=occurrence)
    time_machine.move_to(occurrence.ends_at + timedelta(hours=1), tick=False)
    browser = signed_in_as(coordinator.person)
    page = f"/activities/dates/{occurrence.id}/texts"
    hint = f"/activities/dates/{occurrence.id}/closing"

    before = browser.get(page).text
    closing.close(
        occurrence, {signup.person_id: Mark(AttendanceState.CAME, 90)}, by=coordinator.person
    )
    after = browser.get(page).text

    assert hint in before
    assert hint not in after


def test_each_text_before_a_date_says_where_to_meet_first_and_the_call_what_to_beware_of(app):
    occurrence = lunch(meeting_point="3栋楼下", risk_note="刀具、\n热油")
    there = DatePlan(occurrence.day, time(15), time(17), occurrence.place)
    single_date.move(occurrence, there, by=CoordinatorFactory().person)

    texts = texts_of(occurrence)

    assert {kind for kind, text in texts.items() if "集合：3栋楼下" in text} == {
        "call", "before", "change",
    }  # fmt: skip
    assert "：刀具、 热油" in texts["call"]
