"""What is pressed twice, in two tabs, or after the other side was quicker, says how it stands."""

import pytest

from tests.factories.help_requests import matched
from tests.factories.teams import CoordinatorFactory
from volunteer.core.database import session
from volunteer.help_requests import closing

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def offer(coordinator):
    return matched(coordinator.team, coordinator.person)


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def test_it_is_done_pressed_twice_is_thanked_for(signed_in_as, offer):
    browser, page = signed_in_as(offer.person), f"/help-offers/{offer.id}"

    browser.post(page, data={"step": "done"})
    again = browser.post(page, data={"step": "done"}, follow_redirects=True).text

    assert "This is already noted as done." in again
    assert "Nobody has said yes" not in again


def test_who_can_not_after_all_is_not_asked_once_it_is_done(signed_in_as, offer):
    closing.finish(offer.help_request, by=offer.person)
    page = f"/help-offers/{offer.id}/return"
    browser = signed_in_as(offer.person)

    texts = [send(page, follow_redirects=True).text for send in (browser.get, browser.post)]

    assert all("This is settled already." in text for text in texts)
    assert not any("Yes, somebody else" in text for text in texts)


def test_a_coordinator_finishes_what_the_volunteer_has_just_finished(
    signed_in_as, coordinator, offer
):
    closing.finish(offer.help_request, by=offer.person)
    address = f"/teams/{coordinator.team.id}/help-requests/{offer.help_request.id}"

    page = signed_in_as(coordinator.person).post(address, data={"step": "finish"}).text

    assert "This is already noted as done." in page


def test_a_resident_who_goes_back_reads_how_their_request_stands(visitor, offer):
    asked = offer.help_request
    visitor.post("/help-requests/status", data={"number": asked.number, "phone": asked.asker_phone})
    own = f"/help-requests/{asked.id}"

    early = visitor.get(f"{own}/reopening", follow_redirects=True).text
    closing.finish(asked, by=offer.person)
    late = visitor.get(f"{own}/withdrawal", follow_redirects=True).text

    assert "This has not been done yet." in early
    assert "This request is over already." in late
    assert "It has been done. Is all well?" in late


def test_a_resident_whom_nobody_came_to_reads_whom_to_call(
    visitor, coordinator, offer, time_machine
):
    team, asked = coordinator.team, offer.help_request
    asked.wall_agreed = asked.wall(asked.asked_at)
    team.phone = "02800000100"
    session.commit()
    found = {"number": asked.number, "phone": asked.asker_phone}

    pages = []
    for _turn in range(2):
        pages.append(visitor.post("/help-requests/status", data=found, follow_redirects=True).text)
        time_machine.shift(2 * 3600 + 1)

    assert ["If nobody has come, please call" in page for page in pages] == [False, True]
    assert 'btn--big" href="tel:02800000100"' in pages[1]
