"""Numbers that no page ever sends: a refusal or an error beside the field, never a fault."""

import pytest

from tests.factories.activities import OccurrenceFactory
from tests.factories.elders import ElderFactory, VisitFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core.database import LARGEST_NUMBER, session, transaction
from volunteer.core.errors import NotFound
from volunteer.elders.models import Pairing, Visit
from volunteer.help_requests.models import HelpOffer, HelpRequest
from volunteer.people import queries as people_queries
from volunteer.teams import imports
from volunteer.teams.models import LONGEST_FORM_KEY, Import, ImportKind

pytestmark = pytest.mark.usefixtures("database")

NUMBERS = {
    "none": "", "zero": "0", "negative": "-1", "not there": str(LARGEST_NUMBER),
    "just too large": str(LARGEST_NUMBER + 1), "more than eight bytes": str(2**63),
    "thirty digits": "9" * 30, "five thousand digits": "9" * 5000, "a small two": "²",
    "letters": "x", "a zero byte": "\x00",
}  # fmt: skip
REFUSALS = {404, 409}
FORM_AGAIN = 200


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def browser(coordinator, signed_in_as):
    return signed_in_as(coordinator.person)


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_number_that_no_page_sends_is_refused(browser, coordinator, number):
    team = coordinator.team
    elder = ElderFactory(team=team)
    visit = VisitFactory(elder=elder, in_days=3)
    asked = HelpRequestFactory(community_of=team, taken=True)
    elders, requests = f"/teams/{team.id}/elders", f"/teams/{team.id}/help-requests"
    before = {model: session.query(model).count() for model in (Pairing, Visit, HelpRequest)}
    session.commit()

    for path, data in {
        f"{elders}/{elder.id}/pairings": {"person": number},
        f"/visits/{visit.id}/visitors": {"person": number},
    }.items():
        assert browser.post(path, data=data).status_code in REFUSALS, path
    for path, data in {
        f"{requests}/{asked.id}": {"step": "ask", "ask-person": number},
        f"{elders}/{elder.id}/visits/new": {"people": number},
        "/help-requests/new": {"person": number, "community": number},
    }.items():
        assert browser.post(path, data=data).status_code in {*REFUSALS, FORM_AGAIN}, path
    for path, name in {
        f"{elders}/new": "member",
        f"/teams/{team.id}/activities/new": "like",
        f"/activities/{OccurrenceFactory(activity__team=team).activity_id}/series": "since",
    }.items():
        assert browser.get(path, query_string={name: number}).status_code in {200, 404}, path

    assert session.query(HelpOffer).count() == 0
    assert {model: session.query(model).count() for model in before} == before


@pytest.mark.parametrize("number", list(NUMBERS.values())[2:], ids=list(NUMBERS)[2:])
def test_a_request_is_for_none_but_an_elder_of_the_list(browser, coordinator, number):
    elder = ElderFactory(team=coordinator.team)
    asked = HelpRequestFactory(community_of=coordinator.team, taken=True, elder_id=elder.id)
    path = f"/teams/{coordinator.team_id}/help-requests/{asked.id}"

    answer = browser.post(path, data={"step": "link_elder", "link_elder-elder": number})

    assert answer.status_code == FORM_AGAIN
    session.expire_all()
    assert asked.elder_id == elder.id


@pytest.mark.parametrize("number", [-(2**63), -1, 0, LARGEST_NUMBER, LARGEST_NUMBER + 1, 10**30])
def test_nobody_has_a_number_that_no_row_can_have(number):
    with pytest.raises(NotFound):
        people_queries.get_person(number)


def note(coordinator, key) -> Import:
    with transaction():
        return imports.note(
            coordinator.team, ImportKind.MEMBERS, [], form_key=key, by=coordinator.person
        )


@pytest.mark.parametrize("key", ["k" * (LONGEST_FORM_KEY + 1), "k" * 5000, "k\x00", ""], ids=len)
def test_a_form_key_that_is_none_of_ours_is_none(coordinator, key):
    assert imports.find_saved(coordinator.team, key) is None

    done = note(coordinator, key)

    assert session.query(Import).one() is done
    assert done.form_key is None


def test_a_form_key_as_long_as_its_column_is_kept(coordinator):
    key = "k" * LONGEST_FORM_KEY
    done = note(coordinator, key)

    assert imports.find_saved(coordinator.team, key) is done
