"""Somebody is away for two weeks: said once on a phone, and seen by the coordinator."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service

pytestmark = pytest.mark.journey


def test_being_away_for_some_days(on_sqlite: Service, phones: Callable[..., Phone]) -> None:
    crew = crews.start(on_sqlite, ["蒋桂芳", "王秀英"])
    wang = crew.members[1]
    first = date.today() + timedelta(days=3)  # noqa: DTZ011 - far from every midnight
    lunch = crew.plan("爱心午饭", first, [RolePlan("帮厨", 1, 2)])
    hers, coordinators = (phones(on_sqlite) for _person in range(2))

    hers.come_in_by(crew.link_of(wang), wang.name)
    hers.open(f"/activities/dates/{lunch}")
    hers.press(hers.words("I come: %(role)s", role="帮厨"))
    hers.open("/settings")
    hers.follow(hers.words("When I am away"))
    hers.heading(hers.words("When are you away?"))
    hers.fill(hers.words("From which day?"), str(first))
    hers.fill(hers.words("Until which day?"), str(first + timedelta(days=10)))
    hers.press(hers.words("Save"))
    hers.is_told(hers.words("It is noted, for every team."))
    hers.reads(hers.words("You have promised to come then"))
    assert_looks_right(hers.page)
    hers.press(hers.words("Give it back"))
    hers.is_told(hers.words("The place was given back. Thank you for saying so."))

    coordinators.sign_in(crew.login, crews.PASSWORD)
    coordinators.open(f"/activities/dates/{lunch}")
    last = first + timedelta(days=10)
    marked = hers.words("(away until %(day)s)", day=f"{last.month}月{last.day}日")
    expect(coordinators.page.locator("select#person")).to_contain_text(marked)
