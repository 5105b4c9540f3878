"""In the heat a coordinator calls off what is outdoors, from the first page, and takes it back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import planning, signups
from volunteer.activities.planning import RolePlan
from volunteer.activities.queries import get_occurrence
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.elders.models import WeatherKind, WeatherRound
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey


def test_dates_outdoors_are_called_off_in_the_heat_and_taken_back(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, ["何素琴", "方玉兰", "石国珍"])
    tomorrow = clock.today() + timedelta(days=1)
    crew.plan("包饺子", tomorrow, [RolePlan("帮厨", 0, 5)])
    number = crew.plan("义务理发", tomorrow, [RolePlan("理发", 0, 5)])
    with on_sqlite.inside(), transaction():
        occurrence, person = get_occurrence(number), get_person(crew.members[1].id)
        activity, by = occurrence.activity, get_person(crew.coordinator.id)
        words = replace(planning.words_of(activity), place="小花园", is_outdoors=True)
        planning.change_words(activity, words, by=by)
        signups.sign_up(get_occurrence(number), occurrence.roles[0].id, person, by=person)
        session.add(
            WeatherRound(
                team_id=crew.id, kind=WeatherKind.HEAT_RED, words="有水喝吗？", began_by=by,
                began_at=clock.now(), ends_at=clock.now() + timedelta(days=2),
            )
        )  # fmt: skip
    hers = phones(on_sqlite)
    say = hers.words
    hers.sign_in(crew.login, crews.PASSWORD)

    asked = hers.section(say("Heat, red") + say(": ") + say("does what is outdoors go on?"))
    assert_looks_right(hers.page)
    hers.follow(say("Call off"), within=asked)
    expect(hers.page.get_by_label(say("Which place?"))).to_be_hidden()
    hers.choose(say("Something else"))
    hers.fill(say("Why, in your own words?"), "太热了")
    assert_looks_right(hers.page)
    hers.press(say("Look at what changes"))
    hers.heading(hers.plural("Call off %(num)d date?", "Call off %(num)d dates?", 1))
    hers.reads("方玉兰")
    hers.does_not_read("包饺子")
    assert_looks_right(hers.page)
    hers.press(say("Yes, call off and tell people"))
    one, more = (
        "Cancelled. %(num)d person is being told.",
        "Cancelled. %(num)d people are being told.",
    )
    hers.is_told(hers.plural(one, more, 1))
    assert_looks_right(hers.page)

    hers.press(say("Take it back"))
    hers.reads(say("All of it takes place after all."))
    assert_looks_right(hers.page)
    hers.open(f"/activities/dates/{number}")
    hers.reads(say("Outdoors"))
    hers.does_not_read(say("This date does not take place."))
