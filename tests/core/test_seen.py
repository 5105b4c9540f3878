"""Two who change the same thing never overwrite each other unseen (R4)."""

import re

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory
from tests.factories.elders import ElderFactory
from tests.factories.meals import MealFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def team():
    return CoordinatorFactory().team


@pytest.fixture
def coordinators(team, signed_in_as):
    """Two of them, each before a browser."""
    members = [CoordinatorFactory(team=team) for _number in range(2)]
    return [signed_in_as(UserFactory(person=member.person).person) for member in members]


def of_an_elder(team):
    elder = ElderFactory(team=team)
    return f"/teams/{team.id}/elders/{elder.id}/details", "note", lambda: elder.note


def of_an_activity(team):
    activity = ActivityFactory(team=team)
    return f"/activities/{activity.id}/words", "summary", lambda: activity.summary


def of_a_team(team):
    return f"/teams/{team.id}/settings", "purpose", lambda: team.purpose


def of_a_menu(team):
    meal = MealFactory(plan__activity__team=team)
    return (
        f"/meals/{meal.id}/menu",
        "dishes-0-name",
        lambda: meal.dishes[0].name,
    )


EACH = pytest.mark.parametrize("of_what", [of_an_elder, of_an_activity, of_a_team, of_a_menu])


def fields_of(page):
    """What a browser would send of this page, if nobody changed anything."""
    sent = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", page):
        name = re.search(r' name="([^"]+)"', tag)
        kind = re.search(r' type="([^"]+)"', tag)
        if name is None or (kind and kind[1] in {"submit", "file"}):
            continue
        if kind and kind[1] in {"radio", "checkbox"} and " checked" not in tag:
            continue
        value = re.search(r' value="([^"]*)"', tag)
        sent.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option[^>]*selected[^>]* value="([^"]*)"', options)
        sent[name] = [chosen[1] if chosen else ""]
    for name, words in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        sent[name] = [words.strip()]
    return sent


@EACH
def test_who_saves_an_older_page_is_told_and_loses_nothing(coordinators, team, of_what):
    path, field, says = of_what(team)
    first, second = coordinators
    pages = [fields_of(browser.get(path).text) for browser in coordinators]

    assert first.post(path, data={**pages[0], field: "from the first"}).status_code == 302
    answer = second.post(path, data={**pages[1], field: "from the second"})

    assert answer.status_code == 409
    assert "has changed this while you were writing" in answer.text
    assert "from the second" in answer.text
    session.expire_all()
    assert says() == "from the first"

    # Who has read that may save all the same.
    again = fields_of(answer.text)
    assert second.post(path, data={**again, field: "from the second"}).status_code == 302
    session.expire_all()
    assert says() == "from the second"


@EACH
def test_one_after_the_other_nobody_is_held_up(coordinators, team, of_what):
    path, field, says = of_what(team)
    for number, browser in enumerate(coordinators * 5):
        page = fields_of(browser.get(path).text)
        assert browser.post(path, data={**page, field: f"number {number}"}).status_code == 302
    session.expire_all()
    assert says() == "number 9"


@EACH
def test_a_mistake_in_between_does_not_hide_what_another_changed(coordinators, team, of_what):
    path, field, says = of_what(team)
    first, second = coordinators
    pages = [fields_of(browser.get(path).text) for browser in coordinators]
    first.post(path, data={**pages[0], field: "from the first"})

    refused = second.post(path, data={**pages[1], field: "x" * 3000})
    assert refused.status_code == 200
    answer = second.post(path, data={**fields_of(refused.text), field: "from the second"})

    assert answer.status_code == 409
    session.expire_all()
    assert says() == "from the first"
