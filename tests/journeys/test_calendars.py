"""A volunteer puts her dates into a phone; a coordinator hangs the week on the wall."""

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups, single_date
from volunteer.activities.queries import get_occurrence
from volunteer.activities.single_date import DatePlan
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李玉珍"]
CHINA = ZoneInfo("Asia/Shanghai")
# What a sheet of paper cuts off.
CUT_OFF = """() => [...document.querySelectorAll(".sheet, .sheet-body, .sheet-body ul")]
  .filter(e => e.scrollHeight > e.clientHeight + 1)
  .map(e => `${e.className || e.tagName} ${e.scrollHeight} > ${e.clientHeight}`)"""


def fetched(address: str) -> list[tuple[str, datetime]]:
    """What the phone's calendar finds there: it knows this address and nothing else."""
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - our own server
        read = Calendar.from_ical(answer.read())
    return [(str(event["SUMMARY"]), event["DTSTART"].dt) for event in read.walk("VEVENT")]


def test_dates_move_in_the_phone_until_the_address_is_another(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    wang = crew.named("王秀英")
    day = datetime.now(CHINA).date() + timedelta(days=3)
    lunch = crew.plan("爱心午饭", day, [RolePlan("帮厨", 1, 4)])
    with on_sqlite.inside():
        person, occurrence = get_person(wang.id), get_occurrence(lunch)
        signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)
    hers = phones(on_sqlite)

    hers.come_in_by(crew.link_of(wang), wang.name)
    hers.open("/settings")
    hers.follow(hers.words("Put it into the phone"))
    assert_looks_right(hers.page)
    own = hers.section(hers.words("My own dates"))
    hers.press(hers.words("Make an address"), own)
    hers.is_told(hers.words("The address is there. Now put it into your phone, as it says below."))
    first = own.locator("pre").inner_text()
    subscribe = own.get_by_role("link", name=hers.words("Put it into this iPhone"))
    expect(subscribe).to_have_attribute("href", re.sub("^https?", "webcal", first))
    assert_looks_right(hers.page)
    start = datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)
    assert fetched(first) == [("爱心午饭：帮厨", start)]

    with on_sqlite.inside():
        coordinator = get_person(crew.coordinator.id)
        plan = DatePlan(day=day, starts=time(14), ends=time(16), place="院坝")
        assert single_date.move(get_occurrence(lunch), plan, by=coordinator)
    assert fetched(first) == [("爱心午饭：帮厨", start + timedelta(hours=4))]

    own.get_by_text(
        hers.words("Somebody else has the address? Or you don't need it any more?")
    ).click()
    hers.press(hers.words("Make a new address"), own)
    hers.is_told(hers.words("There is a new address. The old one opens nothing any more."))
    second = own.locator("pre").inner_text()
    assert second != first
    assert len(fetched(second)) == 1
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(first)


@pytest.mark.parametrize("many", [4, 6, 9])
def test_the_poster_of_a_week_is_one_page_whatever_it_says(
    on_sqlite: Service, phones: Callable[..., Phone], many: int
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    monday = datetime.now(CHINA).date() + timedelta(days=7)
    monday -= timedelta(days=monday.weekday())
    for number in range(many):
        title = (
            "楼道灯怎么修，一家一家来商量，商量好了一起动手换上新的灯泡"
            if number % 2
            else "爱心午饭"
        )
        crew.plan(
            title, monday + timedelta(days=number % 7),
            [RolePlan("帮厨、洗菜和切菜", 3, 4), RolePlan("端菜和收拾桌子", 2, 3)],
            starts=time(9 + number), ends=time(10 + number),
        )  # fmt: skip
    phone = phones(on_sqlite)
    phone.sign_in(crew.login, crews.PASSWORD)
    url = f"/teams/{crew.id}/week/poster?day={monday.isoformat()}"

    for size, width, height in (("a3", 842, 1191), ("a4", 595, 842)):
        phone.open(f"{url}&size={size}")
        assert_looks_right(phone.page)
        assert printed(phone.page) == (1, [(width, height)])
        phone.page.emulate_media(media="print")
        assert phone.page.evaluate(CUT_OFF) == []
        phone.page.emulate_media(media="null")


def printed(page: Page) -> tuple[int, list[tuple[int, int]]]:
    """How many sheets of paper, and their sizes in points."""
    paper = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)
    sizes = {(round(float(width)), round(float(height))) for width, height in boxes}
    return len(re.findall(rb"/Type /Page\b", paper)), sorted(sizes)
