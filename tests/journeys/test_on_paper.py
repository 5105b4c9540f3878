"""Sheets that a coordinator prints: nothing alone on a page, no number broken in two."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

CHINA = ZoneInfo("Asia/Shanghai")
NAMES = [f"{surname}{given}" for surname in "赵钱孙李周吴" for given in ("桂芳", "秀英", "玉珍")]
# Numbers and names that go on in a second line.
BROKEN = """() => [...document.querySelectorAll(".line-number, .sheet tbody th")].filter(cell => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  return new Set([...text.getClientRects()].map(box => Math.round(box.top))).size > 1;
}).map(cell => cell.textContent)"""
A4_WITHOUT_MARGINS = {"width": 688, "height": 1017}


def pages(page: Page) -> int:
    return len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))


def test_sheets_at_the_door_and_the_week_keep_together(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    day = datetime.now(CHINA).date() + timedelta(days=3)
    lunch = crew.plan("爱心午饭", day, [RolePlan("帮厨", 1, len(NAMES))])
    with on_sqlite.inside():
        occurrence = get_occurrence(lunch)
        for member in crew.members:
            person = get_person(member.id)
            signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)

    for language in ("en", "zh"):
        hers.open(f"/activities/dates/{lunch}/wall-sheet?lang={language}")
        assert pages(hers.page) == 1
        # What is to be decided, and which holidays are missing, is nothing for the wall.
        hers.open(f"/teams/{crew.id}/week?lang={language}&day={day.isoformat()}")
        assert pages(hers.page) == 1
        hers.page.emulate_media(media="print")
        expect(hers.page.locator(".band:visible, .card:visible")).to_have_count(0)
        hers.page.emulate_media(media="null")
        hers.open(f"/activities/dates/{lunch}/roster?lang={language}")
        hers.page.set_viewport_size(A4_WITHOUT_MARGINS)
        hers.page.emulate_media(media="print")
        assert hers.page.evaluate(BROKEN) == []
        hers.page.emulate_media(media="null")


def test_a_long_rota_begins_below_its_heading(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    first = datetime.now(CHINA).date() + timedelta(days=3)
    for title in ("爱心午饭", "楼道清扫", "义务理发", "量血压"):
        crew.plan(title, first, [RolePlan("帮忙", 1, 4), RolePlan("收拾", 1, 4)])
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)
    hers.open(f"/teams/{crew.id}/rota/sheet?month={first + timedelta(days=28):%Y-%m}")

    hers.page.emulate_media(media="print")
    kept_whole = hers.page.evaluate(
        """() => [...document.querySelectorAll("table")]
          .map(table => getComputedStyle(table).breakInside)"""
    )

    assert kept_whole == ["auto"]
