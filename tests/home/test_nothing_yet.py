"""The first days of a service: no page promises, counts or praises what is not there yet."""

import pytest

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.elders import ElderFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.network import PlaceFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.network.models import PlaceKind
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


@pytest.fixture
def read(coordinator, signed_in_as):
    """A page of the coordinator's team."""
    browser = signed_in_as(coordinator.person)
    return lambda page: browser.get(f"/teams/{coordinator.team_id}/{page}").text


@pytest.mark.parametrize("path", ["/", "/help-requests/new"])
def test_while_no_team_can_help_nobody_is_promised_a_call(visitor, path):
    CoordinatorFactory(team__verified_at=None)

    page = visitor.get(path).text

    assert "There is no team here yet that could help." in page
    assert 'href="tel:12345"' in page
    assert "somebody calls you" not in page
    assert "we call you" not in page


def test_who_lost_the_number_is_told_to_call_only_where_there_is_a_phone(visitor):
    assert "Call, and say your name" not in visitor.get("/help-requests/status").text

    CoordinatorFactory(team__phone="028-8700 1234")

    assert "Call, and say your name" in visitor.get("/help-requests/status").text


@pytest.mark.parametrize("path", ["/incidents", "/concerns"])
def test_who_is_in_no_team_reads_a_number_to_call(signed_in_as, path):
    assert 'href="tel:12345"' in signed_in_as(UserFactory().person).get(path).text


def test_an_operator_without_a_team_is_given_the_address_to_pass_on(signed_in_as):
    browser = signed_in_as(OperatorFactory().person)

    page = browser.get("/").text

    assert "There is no team yet. Send this address" in page
    assert "/register?next=/teams/new" in page
    assert "Which teams do we know?" not in page

    CoordinatorFactory()

    assert "There is no team yet" not in browser.get("/").text


@pytest.mark.parametrize("path", ["/", "/outbox"])
def test_messages_are_counted_once_there_is_one(signed_in_as, path):
    browser = signed_in_as(OperatorFactory().person)

    page = browser.get(path).text

    assert "No message has been written yet." in page
    assert "too late to send" not in page

    OutboxMessageFactory()

    assert "too late to send" in browser.get(path).text


def test_the_first_founder_is_asked_for_the_city_and_all_others_read_it(signed_in_as):
    browser = signed_in_as(UserFactory().person)

    assert 'value="重庆市"' not in browser.get("/teams/new").text

    PlaceFactory(name="重庆市", kind=PlaceKind.CITY)
    assert 'value="重庆市"' in browser.get("/teams/new").text

    PlaceFactory(name="成都市", kind=PlaceKind.CITY)
    assert 'value="重庆市"' not in browser.get("/teams/new").text


def test_coordinators_read_on_their_first_page_that_nobody_knows_their_team_yet(signed_in_as):
    new, known = CoordinatorFactory(team__verified_at=None), CoordinatorFactory()

    assert "made sure who your team is" in signed_in_as(new.person).get("/").text
    assert "made sure who your team is" not in signed_in_as(known.person).get("/").text


def test_nobody_is_said_to_have_been_seen_in_time(read, coordinator):
    assert "Nobody is on the list yet." in read("elders/due")

    ElderFactory(team=coordinator.team)

    assert "Nobody is to be seen today" in read("elders/due")


@pytest.mark.parametrize("page", ["festivals", "diners", "phone-tree"])
def test_no_heading_counts_to_zero(read, page):
    shown = read(page)

    assert ">0 " not in shown
    assert " 0 " not in shown[shown.index("<h1") : shown.index("</h1>")]


def test_a_poster_of_a_week_without_dates_does_not_say_that_they_are_over(read):
    shown = read("week/poster")

    assert "There is nothing to come to these days." in shown
    assert "any more" not in shown


def test_answers_are_drawn_once_there_is_one(read, coordinator):
    HelpRequestFactory(community_of=coordinator.team)

    shown = read("help-requests")

    assert "Once the first request has been answered" in shown
    assert 'class="bars"' not in shown
