"""That an operator has made sure who a team is: by whom, once, and back; the pages for it."""

import pytest

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.network.models import PlaceKind
from volunteer.teams import founding, queries, verification, verification_queries
from volunteer.teams.founding import TeamDetails

pytestmark = pytest.mark.usefixtures("database")

STEPS = [(PlaceKind.CITY, "成都市"), (PlaceKind.COMMUNITY, "黉门街社区")]


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def operator(database):
    return OperatorFactory().person


@pytest.fixture
def new_team(database):
    return CoordinatorFactory(
        person__name="何素琴",
        team__name="奶奶的厨房",
        team__verified_at=None,
        team__phone="0281234567",
    ).team


def deeds_of(team):
    entries = session.query(AuditEntry).filter_by(team_id=team.id).order_by(AuditEntry.id)
    return [(entry.action, entry.by_id) for entry in entries if entry.action != "team.started"]


def test_who_starts_a_team_is_not_known_yet():
    team = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=UserFactory().person)

    assert not team.is_verified
    assert deeds_of(team) == []


def test_a_team_that_an_operator_starts_is_verified_at_once(operator):
    team = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=operator)

    assert (team.verified_at, team.verified_by_id) == (clock.now(), operator.id)
    assert deeds_of(team) == [("team.verified", operator.id)]


def test_pressed_twice_the_first_has_said_it(new_team, operator):
    verification.verify(new_team, by=operator)
    verification.verify(new_team, by=OperatorFactory().person)

    assert new_team.verified_by_id == operator.id
    assert deeds_of(new_team) == [("team.verified", operator.id)]


def test_it_can_be_taken_back_once(new_team, operator):
    verification.verify(new_team, by=operator)

    for _press in range(2):
        verification.take_back(new_team, by=operator)

    assert (new_team.verified_at, new_team.verified_by_id) == (None, None)
    assert [action for action, _by in deeds_of(new_team)] == ["team.verified", "team.unverified"]


def test_the_founder_is_who_was_in_it_first(new_team):
    CoordinatorFactory(team=new_team, person__name="石国珍")

    assert {n: p.name for n, p in verification_queries.find_founders([new_team]).items()} == {
        new_team.id: "何素琴"
    }
    assert verification_queries.find_founders([]) == {}


def test_an_operator_says_on_the_page_of_all_teams_that_they_know_one(
    signed_in_as, new_team, operator
):
    CoordinatorFactory(team__name="爷爷的厨房")
    browser = signed_in_as(operator)

    page = browser.get("/teams/verification").text
    assert page.index("奶奶的厨房") < page.index("爷爷的厨房")
    assert "Started on Mon 12 Oct by 何素琴." in page
    said = browser.post(f"/teams/{new_team.id}/verification", follow_redirects=True).text

    assert "奶奶的厨房 reads from now on what residents ask for." in said
    assert "Not verified" not in said
    assert queries.get_team(new_team.id).verified_by_id == operator.id


def test_and_that_they_do_not_any_more(signed_in_as, operator):
    team = TeamFactory(name="爷爷的厨房")

    said = signed_in_as(operator).post(f"/teams/{team.id}/verification/end", follow_redirects=True)

    assert "爷爷的厨房 reads nothing new of what residents ask for." in said.text
    assert not queries.get_team(team.id).is_verified


@pytest.mark.parametrize("end", ["", "/end"])
def test_nobody_else_says_so(signed_in_as, client, new_team, end):
    coordinator = queries.list_coordinators(new_team)[0].person
    browser, url = signed_in_as(coordinator), f"/teams/{new_team.id}/verification{end}"

    assert browser.post(url).status_code == 404
    assert browser.get("/teams/verification").status_code == 404
    assert client.post(url).location.startswith("/sign-in")
    assert deeds_of(new_team) == []


def test_the_page_of_all_teams_asks_no_more_for_many(signed_in_as, operator, count_queries):
    browser = signed_in_as(operator)

    def ask():
        CoordinatorFactory(team__verified_at=None)
        with count_queries() as sent:
            assert browser.get("/teams/verification").status_code == 200
        return len(sent)

    counts = {ask() for _team in range(4)}

    assert len(counts) == 1
    assert max(counts) <= 12
