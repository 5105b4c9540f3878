"""Whom to call, on the page of a date: for whom, when, and what stands there."""

from datetime import time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import single_date
from volunteer.audit.models import FieldGroup, ReadingEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people import safety_cards
from volunteer.people.safety_cards import Details, Pictures

CARD = Details(
    "李小红", "女儿", "13800138000", limits="不爬楼", is_agreed=True, pictures=Pictures.INSIDE
)


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to("2026-10-12T01:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def lead(coordinator):
    return MembershipFactory(team=coordinator.team).person


@pytest.fixture
def date(coordinator, lead):
    """In two hours; somebody who has a card comes."""
    occurrence = OccurrenceFactory(
        activity__team=coordinator.team,
        activity__leader=lead,
        starts_at=clock.now() + timedelta(hours=2),
    )
    comer = PersonFactory(name="王秀英")
    SignupFactory(occurrence=occurrence, person=comer)
    safety_cards.fill_in(comer, CARD, by=comer)
    return occurrence


def page_of(date):
    return f"/activities/dates/{date.id}/safety-cards"


def groups():
    rows = session.query(ReadingEntry).order_by(ReadingEntry.id)
    return [one.field_group for one in rows]


def test_a_coordinator_reads_whom_to_call_and_what_is_hard(date, coordinator, signed_in_as):
    browser = signed_in_as(coordinator.person)
    assert page_of(date) in browser.get(f"/activities/dates/{date.id}").text
    assert groups() == []

    page = browser.get(page_of(date)).text

    for words in (
        "王秀英",
        "李小红",
        "女儿",
        "138 0013 8000",
        "不爬楼",
        "Pictures for the team only",
    ):
        assert words in page
    assert groups() == [FieldGroup.SAFETY, FieldGroup.LIMITS]


def test_who_leads_reads_whom_to_call_on_the_day(date, lead, signed_in_as):
    browser = signed_in_as(lead)
    assert page_of(date) in browser.get(f"/activities/dates/{date.id}").text

    page = browser.get(page_of(date)).text

    assert "138 0013 8000" in page
    assert "不爬楼" not in page
    assert groups() == [FieldGroup.SAFETY]


def test_who_leads_reads_nothing_the_day_before(date, lead, signed_in_as, time_machine):
    time_machine.move_to("2026-10-11T01:00Z", tick=False)
    browser = signed_in_as(lead)
    assert page_of(date) not in browser.get(f"/activities/dates/{date.id}").text

    answer = browser.get(page_of(date))

    assert "on its day" in answer.text
    assert "138 0013 8000" not in answer.text
    assert groups() == []


def test_who_leads_a_night_watch_reads_it_until_the_morning(date, lead, signed_in_as, time_machine):
    date.ends_at = date.starts_at + timedelta(hours=24)
    date.wall_ends = date.team.wall(date.ends_at)
    session.commit()
    time_machine.move_to(date.ends_at - timedelta(hours=8), tick=False)
    browser = signed_in_as(lead)

    assert page_of(date) in browser.get(f"/activities/dates/{date.id}").text
    assert "138 0013 8000" in browser.get(page_of(date)).text


def test_of_a_date_that_does_not_take_place_who_leads_reads_nothing(date, lead, signed_in_as):
    date.status = "cancelled"
    session.commit()

    assert "138 0013 8000" not in signed_in_as(lead).get(page_of(date)).text
    assert groups() == []


def test_nobody_else_reads_it(date, coordinator, signed_in_as):
    member = MembershipFactory(team=coordinator.team).person

    for person in (member, CoordinatorFactory().person):
        assert signed_in_as(person).get(page_of(date)).status_code in {403, 404}
    assert groups() == []


def test_who_led_and_has_left_the_team_reads_nothing(date, coordinator, signed_in_as):
    gone = MembershipFactory(team=coordinator.team, status="left").person
    date.activity.leader_id = gone.id
    session.commit()

    assert signed_in_as(gone).get(page_of(date)).status_code in {403, 404}


def test_many_who_come_are_few_questions(date, coordinator, signed_in_as, count_queries):
    for _number in range(20):
        person = SignupFactory(occurrence=date).person
        safety_cards.fill_in(person, CARD, by=person)
    browser = signed_in_as(coordinator.person)

    with count_queries() as sent:
        browser.get(page_of(date))

    assert len(sent) <= 14, sent


def test_who_leads_a_night_watch_reads_it_after_midnight_until_it_is_over(
    date, lead, signed_in_as, time_machine
):
    single_date.move(date, single_date.DatePlan(date.day, time(22), time(2), date.place), by=lead)
    browser = signed_in_as(lead)

    time_machine.move_to("2026-10-12T16:30Z", tick=False)
    assert page_of(date) in browser.get(f"/activities/dates/{date.id}").text
    assert "138 0013 8000" in browser.get(page_of(date)).text

    time_machine.move_to("2026-10-12T18:00Z", tick=False)
    assert "138 0013 8000" not in browser.get(page_of(date)).text
