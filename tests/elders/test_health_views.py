"""What is known of health, as people see it: never without a reason."""

import pytest

from tests.elders.visiting import SHORT_NOTE, in_this_order, lines, of
from tests.factories.elders import volunteer_of
from volunteer.audit.models import Reason
from volunteer.elders import health
from volunteer.elders.health import Health
from volunteer.elders.models import DietTag
from volunteer.people import consents
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("query", ["", "?reason=", "?reason=curiosity", "?reason=export"])
def test_without_a_reason_nothing_is_shown_and_no_line_written(browser, with_health, query):
    page = browser.get(of(with_health, f"/health{query}")).text

    assert "Why do you look?" in page
    assert "I cook for them" in page
    assert SHORT_NOTE not in page
    assert lines() == []


def test_with_a_reason_the_line_comes_first(browser, with_health, coordinator):
    page = browser.get(of(with_health, "/health?reason=meal")).text

    assert SHORT_NOTE in page
    assert "花生" in page
    (line,) = lines()
    assert (line.by_id, line.person_id) == (coordinator.person_id, with_health.person_id)
    assert (line.reason, line.is_allowed) == (Reason.MEAL, True)


def test_a_look_that_is_refused_is_written_down_too(with_health, signed_in_as):
    curious = volunteer_of(with_health.team)

    answer = signed_in_as(curious).get(of(with_health, "/health?reason=visit"))

    assert answer.status_code == 404
    (line,) = lines()
    assert (line.by_id, line.is_allowed) == (curious.id, False)


def test_a_visitor_who_is_not_signed_in_leaves_no_line(client, with_health):
    assert client.get(of(with_health, "/health?reason=visit")).status_code == 302
    assert lines() == []


def test_without_their_consent_nothing_is_shown(browser, with_health, coordinator):
    consents.withdraw(with_health.person, ConsentScope.HEALTH, by=coordinator.person)

    page = browser.get(of(with_health, "/health?reason=upkeep")).text

    assert "王婆婆 has not agreed that health and diet are noted." in page
    assert "scope=health" in page
    assert SHORT_NOTE not in page


def test_health_is_kept_up_to_date(browser, with_health, coordinator):
    page = browser.get(of(with_health, "/health?reason=upkeep")).text
    assert f'value="{SHORT_NOTE}"' in page

    data = {"note": "戴助听器", "diet_tags": ["soft", "diabetes"]}
    browser.post(of(with_health, "/health?reason=upkeep"), data=data)

    known = health.read(with_health, by=coordinator.person, reason=Reason.UPKEEP, allowed=True)
    assert known == Health(note="戴助听器", diet_tags=[DietTag.SOFT, DietTag.DIABETES])


def test_the_coordinators_see_who_looked(browser, with_health, signed_in_as):
    curious = volunteer_of(with_health.team, name="何素芳")
    signed_in_as(curious).get(of(with_health, "/health?reason=visit"))
    browser.get(of(with_health, "/health?reason=emergency"))

    page = browser.get(f"/teams/{with_health.team_id}/readings").text

    assert in_this_order(page, "Something has happened", "I plan or prepare a visit")
    assert in_this_order(page, "陈桂芳", "何素芳")
    assert page.count("Was refused") == 1


def test_an_earlier_month_has_its_own_page(browser, with_health, team):
    browser.get(of(with_health, "/health?reason=emergency"))

    page = browser.get(f"/teams/{team.id}/readings?month=2024-02").text

    assert "Nobody looked in this month." in page
    assert "month=2024-01" in page
    assert "month=2024-03" in page


@pytest.mark.parametrize("month", ["", "x", "2024-13", "2999-01", "0001-01"])
def test_a_month_that_is_none_means_this_one(browser, with_health, month):
    browser.get(of(with_health, "/health?reason=emergency"))

    page = browser.get(f"/teams/{with_health.team_id}/readings?month={month}").text

    assert "Something has happened" in page


def test_a_level_that_nobody_is_named_for_is_not_kept(browser, with_health):
    page = browser.post(
        of(with_health, "/health?reason=upkeep"), data={"ability_level": "中度"}
    ).text

    assert "We never judge it ourselves." in page
