"""The page of whom to greet, and the wish in an elder's file."""

import pytest

from tests.factories.elders import ElderFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.elders import festivals
from volunteer.elders.festivals import CalendarKind, YearlyDay

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def sunday(time_machine, database):
    time_machine.move_to("2026-09-20T02:00Z", tick=False)


@pytest.fixture
def elder():
    return ElderFactory(birth_year=1934, preferred_name="王婆婆")


@pytest.fixture
def browser(signed_in_as, elder):
    return signed_in_as(CoordinatorFactory(team=elder.team).person)


def test_the_oldest_are_listed_and_a_greeting_visit_is_planned_for_that_day(browser, elder):
    shown = browser.get(f"/teams/{elder.team_id}/festivals").text
    link = f"/teams/{elder.team_id}/elders/{elder.id}/visits/new?day=2026-10-18"

    assert "Sun 18 Oct" in shown
    assert "90 and older" in shown
    assert "turns 92 in that year" in shown
    assert link in shown
    assert 'value="Sun 18 Oct"' in browser.get(link).text


def test_the_wish_is_noted_changed_and_taken_back_in_the_elders_file(browser, elder):
    here = f"/teams/{elder.team_id}/elders/{elder.id}"
    assert f"{here}/birthday" in browser.get(here).text

    wished = browser.post(
        f"{here}/birthday", data={"wish": "lunar", "month": "8", "day": "15"}, follow_redirects=True
    ).text
    listed = browser.get(f"/teams/{elder.team_id}/festivals").text
    form = browser.get(f"{here}/birthday").text
    taken_back = browser.post(
        f"{here}/birthday", data={"wish": "no", "month": "8", "day": "15"}, follow_redirects=True
    ).text

    assert "Wants to be greeted: lunar 8/15" in wished
    assert "lunar 8/15, Fri 25 Sep, turns 92" in listed
    assert '<option selected value="15">' in form
    assert "No wish to be greeted is noted." in taken_back
    assert festivals.wished(elder) is None


@pytest.mark.parametrize("wish", ["", "julian", "\x00"])
def test_a_wish_that_is_none_of_those_offered_is_asked_again(browser, elder, wish):
    here = f"/teams/{elder.team_id}/elders/{elder.id}/birthday"

    page = browser.post(here, data={"wish": wish, "month": "8", "day": "15"})

    assert page.status_code == 200
    assert 'class="error' in page.text or "field-error" in page.text
    assert festivals.wished(elder) is None


def test_no_birthday_is_taken_for_granted(browser, elder):
    here = f"/teams/{elder.team_id}/elders/{elder.id}/birthday"
    form = browser.get(here).text

    page = browser.post(here, data={"wish": "lunar", "month": "0", "day": "0"}).text

    assert form.count('<option selected value="0">Please choose</option>') == 2
    assert "Please fill this in." in page
    assert festivals.wished(elder) is None


def test_a_day_that_there_is_not_is_refused_beside_the_field(browser, elder):
    answer = browser.post(
        f"/teams/{elder.team_id}/elders/{elder.id}/birthday",
        data={"wish": "solar", "month": "2", "day": "30"},
    ).text

    assert "There is no such day." in answer


def test_the_page_takes_twelve_queries_at_most(browser, elder, count_queries):
    for _number in range(12):
        other = ElderFactory(team=elder.team, birth_year=1940)
        festivals.wish(other, YearlyDay(CalendarKind.SOLAR, 9, 30), by=PersonFactory())
    here = f"/teams/{elder.team_id}/festivals"
    browser.get(here)

    with count_queries() as sent:
        assert browser.get(here).status_code == 200

    assert len(sent) <= 12, sent
