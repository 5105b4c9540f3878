"""A coordinator lets a month be proposed, changes a seat, invites; a member gives a date back."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import crews
from tests.journeys.crews import Crew, RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.core import clock

pytestmark = pytest.mark.journey

NAMES = ["何素琴", "方玉兰", "石国珍", "任秀华", "姚桂芬", "廖建英"]


def next_month() -> date:
    """Its first day: the whole month is still to come, and within the weeks on the calendar."""
    return (clock.now().date().replace(day=1) + timedelta(days=32)).replace(day=1)


def test_a_month_is_proposed_changed_and_published(
    on_sqlite: Service, phones: Callable[..., Phone], pages: Callable[..., tuple[Page, list[str]]]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    crew.plan(
        "爱心午饭", next_month(), [RolePlan("帮厨", 2, 3), RolePlan("买菜", 1, 2)],
        leader=crew.coordinator,
    )  # fmt: skip
    month = f"{next_month():%Y-%m}"
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)

    # Each place has somebody and says why; nobody has been told.
    hers.open(f"/teams/{crew.id}/rota?month={month}")
    hers.press(hers.words("Propose"))
    hers.is_told(hers.words("Here is a proposal. Nobody has been told anything yet."))
    dates = hers.page.locator("ol.rota > li")
    first = dates.first
    expect(first.locator(".row")).to_have_count(3)
    expect(first.locator(".row p").first).to_have_text(re.compile("最近四周没来过"))
    assert_looks_right(hers.page)

    # What is complete is folded. She gives one place to somebody else; it stays when the gaps are
    # filled again.
    first.locator("summary").click()
    first.get_by_role("link", name=re.compile(hers.words("Change"))).first.click()
    assert_looks_right(hers.page)
    card = hers.page.locator("label.choice").first
    chosen = card.locator("b").inner_text()
    card.click()
    hers.press(hers.words("Save"))
    hers.is_told(hers.words("%(name)s has this place. It stays as you set it.", name=chosen))
    hers.press(hers.words("Fill only the gaps"))
    expect(dates.first.locator(".row").filter(has_text=chosen)).to_contain_text(
        hers.words("Set by hand")
    )

    # On a desk the dates stand beside each other.
    page, complaints = pages(on_sqlite.base, 1280, locale="zh-CN")
    page.context.add_cookies(hers.page.context.cookies())
    page.goto(f"/teams/{crew.id}/rota?month={month}")
    tops = [page.locator("ol.rota > li").nth(n).bounding_box()["y"] for n in range(2)]
    assert tops[0] == tops[1]
    assert_looks_right(page)
    assert complaints == []

    # She looks once more, and invites everybody.
    hers.follow(hers.words("Invite: look at it once more"))
    assert_looks_right(hers.page)
    people = hers.page.locator("main .chip").count()
    hers.press(hers.plural("Yes, invite %(num)d person", "Yes, invite %(num)d people", people))
    hers.is_told(
        hers.plural(
            "%(num)d person is invited. They can still say no.",
            "%(num)d people are invited. They can still say no.",
            people,
        )
    )

    say_no_and_wish(crew, chosen, month, phones(on_sqlite))

    # The gap that they leave is filled by somebody else.
    hers.open(f"/teams/{crew.id}/rota?month={month}")
    hers.press(hers.words("Fill only the gaps"))
    hers.follow(hers.words("Invite: look at it once more"))
    expect(hers.page.locator("main .chip")).to_have_count(1)
    expect(hers.page.locator("main .chip")).not_to_contain_text(chosen)


def say_no_and_wish(crew: Crew, chosen: str, month: str, theirs: Phone) -> None:
    """Who was chosen reads why, gives the first date back, and says what they wish."""
    member = crew.named(chosen)
    theirs.come_in_by(crew.link_of(member), member.name)
    theirs.open(f"/teams/{crew.id}/my-rota?month={month}")
    theirs.reads(re.compile(theirs.words("Why you:")))
    assert_looks_right(theirs.page)
    theirs.follow(theirs.words("I can't come"))
    theirs.press(theirs.words("Yes, give it back"))
    theirs.open(f"/teams/{crew.id}/my-rota?month={month}")
    theirs.reads(theirs.words("Given back. Thank you for saying so."))

    theirs.follow(theirs.words("My wishes for the rota"))
    theirs.fill(theirs.words("How often a month at most?"), "1")
    assert_looks_right(theirs.page)
    theirs.press(theirs.words("Save"))
    theirs.is_told(theirs.words("Written down. The next proposal thinks of it."))
