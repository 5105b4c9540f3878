"""Dates laid out by day, week and month, and the pages that show them."""

import re
from datetime import UTC, date, datetime, timedelta

import time_machine

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities import weeks
from volunteer.activities.models import Occurrence, OccurrenceStatus
from volunteer.core import clock

# A Saturday morning in Chengdu.
NOW = datetime(2026, 11, 28, 2, tzinfo=UTC)


def on(day: date, *, hour: int = 10, **more: object) -> Occurrence:
    """A date that morning, by the clock of Chengdu."""
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)
    return OccurrenceFactory(starts_at=starts, **more)


def test_a_month_has_all_its_days_in_weeks_from_monday_on(app):
    found = [on(date(2026, 12, 6)), on(date(2026, 12, 20))]

    laid_out = weeks.month_of(found, date(2026, 12, 1))

    assert [(w.first, w.last, len(w.days), w.is_empty) for w in laid_out] == [
        (date(2026, 11, 30), date(2026, 12, 6), 6, False),
        (date(2026, 12, 7), date(2026, 12, 13), 7, True),
        (date(2026, 12, 14), date(2026, 12, 20), 7, False),
        (date(2026, 12, 21), date(2026, 12, 27), 7, True),
        (date(2026, 12, 28), date(2027, 1, 3), 4, True),
    ]
    days = [day for week in laid_out for day in week.days]
    assert [day.date.day for day in days] == list(range(1, 32))
    assert [day.date for day in days if day.occurrences] == [o.day for o in found]


@time_machine.travel(NOW, tick=False)
def test_a_month_holds_its_first_and_its_last_day_and_no_other(app, signed_in_as):
    me = MembershipFactory()
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    for number, day in enumerate(days):
        activity = ActivityFactory(team=me.team, title=f"第{number}场")
        # On the other side of midnight it is another day in London.
        on(day, hour=23 if number == 2 else 1, activity=activity)
    url = f"/teams/{me.team_id}/month"

    page = signed_in_as(me.person).get(f"{url}?day=2026-12-15").text

    assert [f"第{number}场" in page for number in range(4)] == [False, True, True, False]
    assert f"{url}?day=2026-11-01" in page
    assert f"{url}?day=2027-01-01" in page
    assert f"/teams/{me.team_id}/week?day=2026-11-30" in page


@time_machine.travel(NOW, tick=False)
def test_the_month_says_where_one_goes_and_what_is_cancelled(app, signed_in_as):
    me = MembershipFactory()
    lunch = on(date(2026, 11, 29), activity__team=me.team)
    SignupFactory(occurrence=lunch, person=me.person)
    on(date(2026, 11, 30), activity=lunch.activity, status=OccurrenceStatus.CANCELLED)

    page = signed_in_as(me.person).get(f"/teams/{me.team_id}/month").text

    assert page.count("You have a place") == 1
    assert page.count("Cancelled") == 1


@time_machine.travel(NOW, tick=False)
def test_a_day_on_which_nothing_is_has_its_number_and_its_lunar_day_too(app, signed_in_as):
    me = MembershipFactory()
    on(date(2026, 11, 29), activity__team=me.team)

    page = signed_in_as(me.person).get(f"/teams/{me.team_id}/month?lang=zh").text

    assert page.count("<time") == 30
    assert "<strong>30</strong><span>十月廿二</span>" in page


def test_a_month_names_itself_once_and_not_on_each_leaf(app, signed_in_as):
    coordinator = CoordinatorFactory()
    occurrence = OccurrenceFactory(activity__team=coordinator.team)
    day = occurrence.day

    page = signed_in_as(coordinator.person).get(
        f"/teams/{coordinator.team_id}/month?day={day.isoformat()}"
    )

    leaves = re.findall(r'<time class="leaf.*?</time>', page.text, re.S)
    assert leaves
    assert not [leaf for leaf in leaves if "<span>" in leaf]


def test_a_full_month_asks_little(signed_in_as, count_queries):
    coordinator = CoordinatorFactory()
    today = coordinator.team.today(clock.now()).replace(day=1)
    for number in range(8):
        activity = ActivityFactory(team=coordinator.team)
        SignupFactory(occurrence=on(today + timedelta(days=3 * number), activity=activity))
    browser = signed_in_as(coordinator.person)

    with count_queries() as sent:
        assert browser.get(f"/teams/{coordinator.team_id}/month").text.count('class="slot"') == 8

    assert len(sent) <= 12, sent


def test_a_visitor_sees_what_a_team_plans_and_no_names(client, count_queries):
    leader = CoordinatorFactory(person__name="钱领头")
    lunch = OccurrenceFactory(
        activity=ActivityFactory(team=leader.team, leader_id=leader.person_id),
        roles=[("帮厨", 3, 5)],
    )
    person = SignupFactory(occurrence=lunch).person
    OccurrenceFactory(activity=ActivityFactory(title="别队的活动"))

    with count_queries() as sent:
        page = client.get(f"/teams/{leader.team_id}/dates?lang=en").text

    assert "爱心午饭" in page
    assert "2 more needed" in page
    for nobody in ("钱领头", person.name, "别队的活动"):
        assert nobody not in page
    assert len(sent) <= 12, sent


def test_a_team_without_plans_has_a_page_too(client):
    assert client.get(f"/teams/{TeamFactory().id}/dates").status_code == 200
    assert client.get("/teams/987654/dates").status_code == 404
