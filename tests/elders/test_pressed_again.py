"""What a coordinator presses twice, in two tabs, or after somebody was quicker: it says how it
stands, and never that the page is not there."""

import pytest

from tests.factories.elders import ElderFactory, NoAnswerFactory, VisitFactory
from tests.factories.teams import CoordinatorFactory
from tests.factories.weather import WeatherRoundFactory
from volunteer.core.database import session
from volunteer.elders import care
from volunteer.elders.models import Ending, EndReason

pytestmark = pytest.mark.usefixtures("database")

NOT_VISITED = "They are not being visited at the moment"


@pytest.fixture
def elder():
    return ElderFactory()


@pytest.fixture
def coordinator(elder):
    return CoordinatorFactory(team=elder.team).person


@pytest.fixture
def browser(signed_in_as, coordinator):
    return signed_in_as(coordinator)


def twice(browser, address, **typed):
    """What is said the second time; and when its page is only opened again."""
    browser.post(address, data=typed, follow_redirects=True)
    pages = [
        browser.post(address, data=typed, follow_redirects=True),
        browser.get(address, follow_redirects=True),
    ]
    assert [page.status_code for page in pages] == [200, 200]
    return [page.text for page in pages]


def test_in_hospital(browser, elder):
    base = f"/teams/{elder.team_id}/elders/{elder.id}"

    pages = twice(browser, f"{base}/pause", note="")
    pages += [browser.get(f"{base}/{page}", follow_redirects=True).text
              for page in ("change", "visits/new")]  # fmt: skip

    assert all(NOT_VISITED in page for page in pages)
    assert all("Back from hospital" in page for page in pages)


@pytest.mark.parametrize("reason", ["moved", "died"])
def test_no_longer_on_the_list(browser, elder, reason):
    address = f"/teams/{elder.team_id}/elders/{elder.id}/end"
    assert all("no longer" in page for page in twice(browser, address, reason=reason))


def test_a_visit_is_cancelled_or_moved_that_is_cancelled(browser, elder):
    visit = VisitFactory(elder=elder)

    pages = twice(browser, f"/visits/{visit.id}/cancellation")
    pages.append(browser.get(f"/visits/{visit.id}/change", follow_redirects=True).text)

    assert all("recorded or cancelled already" in page for page in pages)


def test_a_round_in_the_cold_is_ended(browser, elder):
    found = WeatherRoundFactory(team=elder.team)
    pages = twice(browser, f"/weather-rounds/{found.id}/end")
    assert all("This round is over." in page for page in pages)


@pytest.mark.parametrize("reason", list(EndReason))
def test_nobody_looks_any_more_for_who_has_died_and_only_then(elder, coordinator, reason):
    found = NoAnswerFactory(elder=elder)

    care.end(elder, reason, by=coordinator)
    session.refresh(found)

    has_died = reason is EndReason.DIED
    assert found.is_open is not has_died
    assert (found.ending, found.handed_to) == (
        (Ending.HANDED_OVER, coordinator.name) if has_died else (None, None)
    )
