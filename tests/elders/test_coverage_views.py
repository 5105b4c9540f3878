"""The plan of dots, its table, its months; and what operators read of it."""

from datetime import date

import pytest

from tests.factories.accounts import OperatorFactory
from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory, volunteer_of
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.elders.models import VisitStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def browser(signed_in_as, team):
    return signed_in_as(CoordinatorFactory(team=team).person)


def test_each_dot_is_named_and_leads_to_its_elder(browser, team):
    seen, lonely = (
        ElderFactory(team=team, preferred_name=name, last_seen_on=None, due_on=None)
        for name in ("王婆婆", "李大爷")
    )
    VisitFactory(elder=PairingFactory(elder=seen).elder, in_days=-3, status=VisitStatus.DONE)

    shown = browser.get(f"/teams/{team.id}/coverage").text

    assert 'aria-label="王婆婆: seen this month"' in shown
    assert 'aria-label="李大爷: not seen yet, nobody looks after them"' in shown
    assert f'href="/teams/{team.id}/elders/{lonely.id}"' in shown
    assert "1 elder has not been seen yet this month" in shown
    assert "1 of 2 seen: 50 %. The goal is everybody." in shown
    assert "锦绣东方小区" in shown


def test_whoever_is_overdue_again_stands_in_the_heading(browser, team):
    elder = ElderFactory(team=team, due_on=date(2026, 10, 11))
    VisitFactory(elder=elder, in_days=-11, status=VisitStatus.DONE)

    shown = browser.get(f"/teams/{team.id}/coverage").text

    assert "Everybody has been seen, 1 should be seen again by now" in shown


def test_an_earlier_month_has_a_page_of_its_own_and_a_later_one_has_none(browser, team):
    elder = ElderFactory(team=team, last_seen_on=None)
    VisitFactory(elder=elder, in_days=-20, status=VisitStatus.DONE)
    here = f"/teams/{team.id}/coverage"

    september = browser.get(f"{here}?month=2026-09").text
    november = browser.get(f"{here}?month=2026-11").text

    assert "Everybody has been seen" in september
    assert f"{here}?month=2026-10" in september
    assert "Oct 2026" in november
    assert "Nov 2026" not in november


def test_only_coordinators_see_it(signed_in_as, team):
    ElderFactory(team=team)

    for person in (volunteer_of(team), OperatorFactory().person, CoordinatorFactory().person):
        assert signed_in_as(person).get(f"/teams/{team.id}/coverage").status_code == 404


def test_operators_read_places_and_counts_and_nobodys_name(signed_in_as, team):
    elders = [ElderFactory(team=team, last_seen_on=None) for _number in range(6)]
    VisitFactory(elder=elders[0], in_days=-3, status=VisitStatus.DONE)
    for estate in ("小院", "小巷"):
        for _number in range(3):
            ElderFactory(address={"estate": estate})

    shown = signed_in_as(OperatorFactory().person).get("/coverage").text

    assert "锦绣东方小区" in shown
    assert "not shown" in shown
    assert "小院" not in shown
    for elder in elders:
        assert elder.person.name not in shown
        assert elder.preferred_name not in shown
    assert signed_in_as(CoordinatorFactory().person).get("/coverage").status_code == 404


def test_the_plan_of_forty_takes_twelve_queries_at_most(browser, team, count_queries):
    for number in range(40):
        building = {"estate": "大园", "building": str(number % 7)}
        ElderFactory(team=team, address=building)
    here = f"/teams/{team.id}/coverage"
    browser.get(here)

    with count_queries() as sent:
        assert browser.get(here).status_code == 200

    assert len(sent) <= 12, sent
