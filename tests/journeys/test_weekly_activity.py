"""A coordinator plans the weekly lunch, moves a date, cancels one; everybody is told once."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import Crew, Member
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["何素琴", "方玉兰", "石国珍", "任秀华", "姚桂芬", "廖建英", "邹淑华"]
CHINA = ZoneInfo("Asia/Shanghai")
RISK = "刀、热油、地滑。"
ROLES = [("帮厨", 3, 5), ("买菜", 1, 2), ("分餐", 2, 3)]
FILLED_IN = """form => [...form.querySelectorAll("input:not([type=hidden]), textarea, select")]
  .map(input => [input.name, /radio|checkbox/.test(input.type)
    ? input.checked : input.value])"""


def first_wednesday() -> date:
    """Not today, for a date of today may be over before anybody can move it."""
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    return tomorrow + timedelta(days=(2 - tomorrow.weekday()) % 7)


def chinese_day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def test_a_coordinator_plans_the_weekly_lunch(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES, without_mail=1)
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)
    first = first_wednesday()

    # Without the risk nothing goes on, the reason stands at the field, and nothing typed is lost.
    hers.follow(hers.words("Plan an activity"))
    fill_in(hers, first)
    # She looks at the dates on the way, with what is written so far.
    hers.press(hers.words("Show the next dates"))
    expect(hers.page.locator("#dates time")).to_have_count(6)
    form = hers.page.locator("main form")
    typed = form.evaluate(FILLED_IN)
    hers.press(hers.words("Look at it, then publish"))
    why = hers.words("Please write the possible risks; if there are none, write “no obvious risk”.")
    hers.is_refused(why)
    risk = hers.field(hers.words("What could be dangerous?"))
    expect(risk).to_have_accessible_description(re.compile(re.escape(why)))
    assert form.evaluate(FILLED_IN) == typed
    assert_looks_right(hers.page)

    # The preview shows the next six dates; nothing is on the calendar before she says yes.
    risk.fill(RISK)
    hers.press(hers.words("Look at it, then publish"))
    shown = hers.section(hers.words("The next dates")).locator("time")
    expect(shown).to_have_count(6)
    assert [shown.nth(week).get_attribute("datetime") for week in range(6)] == [
        f"{first + timedelta(weeks=week)}" for week in range(6)
    ]
    hers.reads(RISK)
    assert_looks_right(hers.page)
    assert dates_of(crew) == {}
    hers.press(hers.words("Yes, publish"))
    hers.is_told(hers.words("“%(title)s” is on the calendar.", title="爱心午饭"))
    expect(hers.page.get_by_role("link", name=re.compile("爱心午饭"))).to_have_count(1)
    dates = dates_of(crew)
    # The clock, whose day may be one ahead, may already have added the thirteenth.
    assert list(dates)[:12] == [f"{first + timedelta(weeks=week)}" for week in range(12)]
    assert len(dates) in {12, 13}

    move_and_cancel(hers, crew, first, list(dates.values()))


BEING_TOLD = (
    "Changed. %(num)d person is being told.",
    "Changed. %(num)d people are being told.",
)
CANCELLED = (
    "Cancelled. %(num)d person is being told.",
    "Cancelled. %(num)d people are being told.",
)


def fill_in(hers: Phone, first: date) -> None:
    hers.fill(hers.words("What is it called?"), "爱心午饭")
    hers.choose("周三", "checkbox")
    hers.fill(hers.words("From which day on?"), chinese_day(first))
    hers.fill(hers.words("From what time?"), "上午10点")
    hers.fill(hers.words("Until what time?"), "下午1点")
    hers.fill(hers.words("Where?"), "黉门街社区活动室一楼")
    hers.press(hers.words("More kinds of work"))
    for row, (name, least, most) in enumerate(ROLES):
        hers.fill(hers.words("What work?"), name, row)
        hers.fill(hers.words("at least"), str(least), row)
        hers.fill(hers.words("at most"), str(most), row)
    hers.field(hers.words("Who leads?")).select_option(label="方玉兰")


def dates_of(crew: Crew) -> dict[str, int]:
    """The days on the team's calendar, in order, and the numbers of their dates."""
    rows = crew.service.ask(
        "SELECT o.planned_on, o.id FROM occurrences o JOIN activities a ON a.id = o.activity_id"
        " WHERE a.team_id = :team ORDER BY o.planned_on",
        team=crew.id,
    )
    assert len({day for day, _number in rows}) == len(rows)
    return {str(day): int(str(number)) for day, number in rows}


def move_and_cancel(hers: Phone, crew: Crew, first: date, dates: Sequence[int]) -> None:
    _hers, leader, both, moved_only, waiting, cancelled_only, without_mail = crew.members
    moved, cancelled = dates[1], dates[2]
    sign_up(crew, moved, 0, [both, moved_only, without_mail])
    # The sixth and seventh cook wait; two is enough to be concerned.
    sign_up(crew, moved, 1, [leader, crew.coordinator, waiting])
    sign_up(crew, cancelled, 0, [both, cancelled_only])

    hers.open(f"/activities/dates/{moved}")
    hers.follow(hers.words("Move this date"))
    hers.reads(
        hers.plural(
            "%(num)d person is told at once. Whoever has a place keeps it.",
            "%(num)d people are told at once. Whoever has a place keeps it.",
            6,
        )
    )
    new_day = first + timedelta(days=8)
    hers.fill(hers.words("On which day?"), chinese_day(new_day))
    hers.fill(hers.words("From what time?"), "下午2点半")
    hers.fill(hers.words("Until what time?"), "下午5点")
    hers.fill(hers.words("Why? Everybody concerned reads it."), "那天停电。")
    hers.press(hers.words("Move it and tell people"))
    hers.is_told(hers.plural(*BEING_TOLD, 6))
    hers.reads(f"{chinese_day(new_day)}（周四）")

    hers.open(f"/activities/dates/{cancelled}")
    hers.follow(hers.words("Cancel this date"))
    hers.fill(hers.words("Why? Everybody concerned reads it."), "厨房要修。")
    hers.press(hers.words("Yes, cancel it"))
    # The leader too, who has no place on this one.
    hers.is_told(hers.plural(*CANCELLED, 3))
    hers.reads(hers.words("This date does not take place."))

    crew.service.wait_until_all_is_sent()
    mails = {member.name: crew.service.mailbox.of(member.email) for member in crew.members[:-1]}
    assert {name: len(got) for name, got in mails.items()} == {
        # The leader reads first of all that they lead.
        crew.coordinator.name: 1, leader.name: 3, both.name: 2, moved_only.name: 1,
        waiting.name: 1, cancelled_only.name: 1,
    }  # fmt: skip
    (mail,) = mails[waiting.name]
    assert mail.recipients == (waiting.email,)
    assert f"{chinese_day(new_day)}（周四）下午2:30到5:00" in mail.text
    assert hers.words("Why: %(reason)s", reason="那天停电。") in mail.text
    (mail,) = mails[cancelled_only.name]
    assert f"{chinese_day(first + timedelta(weeks=2))}（周三）" in mail.text
    assert hers.words("Why: %(reason)s", reason="厨房要修。") in mail.text
    assert {m.link for m in mails[both.name]} == {
        f"{crew.service.base}/activities/dates/{number}" for number in (moved, cancelled)
    }

    # Who has no mailbox is to be called.
    hers.open(f"/teams/{crew.id}/call-list")
    expect(hers.page.get_by_role("rowheader")).to_have_count(1)
    hers.reads(without_mail.name, hers.page.get_by_role("rowheader"))


def sign_up(crew: Crew, number: int, role: int, members: Sequence[Member]) -> None:
    with crew.service.inside():
        occurrence = get_occurrence(number)
        for member in members:
            person = get_person(member.id)
            signups.sign_up(occurrence, occurrence.roles[role].id, person, by=person)
