"""By keyboard and by ear: Enter says nothing that nobody has said, and what one writes stays."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from tests.journeys.test_unsent import NAMES, WAITING, a_visit_that_has_begun, kept_on, status_of
from volunteer.elders.models import VisitStatus

pytestmark = pytest.mark.journey

SENDING = "Being sent. Until it has arrived, what you wrote stays on this phone."


@pytest.fixture
def visit_of(phones: Callable[..., Phone]) -> Callable[[Service], tuple[Phone, int]]:
    """A visit that has begun, and the phone of one who went."""

    def visit_of(service: Service) -> tuple[Phone, int]:
        crew = crews.start(service, NAMES)
        visit = a_visit_that_has_begun(crew)
        hers = phones(service)
        hers.come_in_by(crew.link_of(crew.members[1]), crew.members[1].name)
        return hers, visit

    return visit_of


@pytest.fixture
def planning(on_sqlite: Service, phones: Callable[..., Phone]) -> Phone:
    """A coordinator before the page on which an activity is planned."""
    crew = crews.start(on_sqlite, NAMES)
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)
    hers.open(f"/teams/{crew.id}/activities/new")
    return hers


def test_enter_saves_a_visit_as_it_was_filled_in_and_not_as_fine(
    on_both: Service, visit_of: Callable[[Service], tuple[Phone, int]]
) -> None:
    hers, visit = visit_of(on_both)
    say = hers.words
    hers.open(f"/visits/{visit}/record")
    hers.choose(say("Nobody answered"))

    hers.field(say("On which day does somebody come next?")).press("Enter")

    hers.is_told(say("Noted. The coordinators are told at once. Please go on as below."))
    assert status_of(on_both, visit) is VisitStatus.NO_ANSWER


def test_at_a_door_enter_says_nothing_and_words_outlast_the_page_drawn_anew(
    on_sqlite: Service, visit_of: Callable[[Service], tuple[Phone, int]]
) -> None:
    hers, visit = visit_of(on_sqlite)
    say = hers.words
    hers.page.clock.install()
    hers.open(f"/visits/{visit}")
    hers.press(say("Nobody answers: what to do"))
    hers.is_told(say("Noted. The coordinators are told at once. Please go on as below."))
    hers.page.locator("summary").filter(
        has_text=re.compile(re.escape(say("Write it down")))
    ).first.click()
    words = hers.page.locator("#words-contact")
    words.fill("女儿说她在医院")
    words.press("Enter")
    words.blur()
    before = hers.page.locator("#clock").element_handle()

    with hers.page.expect_response("**/no-answers/*"):
        hers.page.clock.run_for(31_000)

    hers.page.wait_for_function("old => !old.isConnected", arg=before)
    expect(words).to_be_visible()
    expect(words).to_have_value("女儿说她在医院")
    expect(hers.page.locator("#clock .tag--off")).to_have_count(0)


def test_who_is_on_a_button_of_what_was_not_sent_stays_there_and_lands_in_the_page(
    on_sqlite: Service, visit_of: Callable[[Service], tuple[Phone, int]]
) -> None:
    hers, visit = visit_of(on_sqlite)
    say = hers.words
    hers.open(f"/visits/{visit}/record")
    hers.page.route("**/records", lambda route: route.abort())
    hers.press(say("Seen, and all five are fine"))
    hers.reads(say(WAITING))
    hers.open("/help")
    again = hers.page.get_by_role("button", name=say("Send it now"))
    again.focus()

    with hers.page.expect_event("requestfailed"):
        hers.page.keyboard.press("Enter")
    hers.page.wait_for_timeout(200)

    expect(again).to_be_focused()
    hers.page.unroute("**/records")
    hers.page.keyboard.press("Enter")
    expect(again).to_have_count(0)
    expect(hers.page.locator("main")).to_be_focused()
    assert status_of(on_sqlite, visit) is VisitStatus.DONE
    hers.faults.clear()


def test_while_it_hangs_the_page_says_that_it_is_being_sent(
    on_sqlite: Service, visit_of: Callable[[Service], tuple[Phone, int]]
) -> None:
    hers, visit = visit_of(on_sqlite)
    say = hers.words
    hers.open(f"/visits/{visit}/record")
    hers.page.route("**/records", lambda _route: None)

    hers.press(say("Seen, and all five are fine"))

    hers.reads(say(SENDING))
    assert list(kept_on(hers)) == [f"linli.unsent.{visit}"]
    expect(hers.page.get_by_text(say(WAITING))).to_be_visible(timeout=20_000)
    hers.faults.clear()


def test_enter_in_a_plan_looks_at_it_instead_of_asking_for_more_rows(
    planning: Phone,
) -> None:
    hers = planning
    rows = hers.page.locator(".role").count()

    hers.page.locator("#title").press("Enter")

    expect(hers.page.locator(".errors")).to_be_focused()
    assert hers.page.locator(".role").count() == rows


def test_what_is_to_be_mended_is_seen_though_another_answer_was_chosen_meanwhile(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    hers = phones(on_sqlite)
    say = hers.words
    hers.open("/help-requests/new")
    shopping = hers.page.locator("[name=kinds][value=shopping]")
    shopping.check(force=True)
    budget = hers.page.locator("#budget")
    budget.fill("二三十块吧")
    shopping.uncheck(force=True)
    expect(budget).to_be_hidden()

    hers.page.locator("main form button[type=submit]").last.click()

    mistake = hers.page.locator(".errors a[href='#budget']")
    expect(mistake).to_be_visible()
    expect(budget).to_be_visible()
    budget.fill("")
    hers.page.locator("main form button[type=submit]").last.click()
    expect(hers.page.locator(".errors")).to_be_visible()
    expect(mistake).to_have_count(0)
    expect(budget).to_be_hidden()
    assert say("I need help") in hers.page.title()


def test_in_a_plan_a_last_day_that_cannot_be_read_is_seen_though_it_goes_on(
    planning: Phone,
) -> None:
    hers = planning
    hers.page.locator("[name=ending][value=until]").check(force=True)
    hers.page.locator("#last_on").fill("到时候再说")
    hers.page.locator("[name=ending][value=open]").check(force=True)
    expect(hers.page.locator("#last_on")).to_be_hidden()

    hers.press(hers.words("Look at it, then publish"))

    expect(hers.page.locator(".errors")).to_be_focused()
    expect(hers.page.locator("#last_on")).to_be_visible()
    expect(hers.page.locator("#month_day")).to_be_hidden()
