"""A coordinator brings the group's 接龙 in, again when it has grown, and takes it out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import Crew, RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李玉珍", "陈德明", "何素芳"]
FIRST = """@所有人 #接龙
周三帮厨报名
例 姓名+人数

1. 3-2-501 王秀英 2人 低盐
2. 李姐
3. 111
4. 陈德明
5. """
GROWN = """#接龙
周三帮厨报名
例 姓名+人数

1. 3-2-501 王秀英 3人
2. 李姐
3. 何素芳"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_in_again_and_out(on_sqlite: Service, phones: Callable[..., Phone], scripts: bool) -> None:
    story = Story(on_sqlite, crews.start(on_sqlite, NAMES), phones(on_sqlite, scripts=scripts))

    story.paste(FIRST)
    if scripts:  # axe is a script itself
        assert_looks_right(story.phone.page)
    story.accept_the_first()
    story.paste(GROWN)
    if scripts:
        assert_looks_right(story.phone.page)
    story.decide_about_the_missing()
    story.take_it_out()


class Story:
    """A lunch with two cooks."""

    def __init__(self, service: Service, crew: Crew, phone: Phone) -> None:
        self.service, self.crew, self.phone = service, crew, phone
        day = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=3)
        self.lunch = crew.plan("爱心午饭", day, [RolePlan("帮厨", 1, 2)])
        phone.sign_in(crew.login, crews.PASSWORD)

    def paste(self, text: str) -> None:
        phone = self.phone
        phone.open(f"/activities/dates/{self.lunch}")
        phone.follow(phone.words("Paste a 接龙"))
        phone.fill(phone.words("Paste the 接龙 here"), text)
        phone.press(phone.words("Look it through"))
        phone.heading(phone.words("Is this what they wrote?"))

    def accept_the_first(self) -> None:
        """A nickname is explained, an unreadable line stays out; nothing was saved before."""
        phone = self.phone
        assert self.places() == []
        phone.reads("3-2-501 王秀英 2人 低盐")
        asked = phone.section(phone.words("Please say who this is"))
        li = self.crew.named("李玉珍")
        asked.get_by_role("combobox").select_option(value=f"sign_up:{li.id}")
        phone.press(phone.words("Save into the list"))
        phone.heading(phone.words("The list, for your group"))
        phone.reads("1. 王秀英 2人")
        assert self.places() == [("李玉珍", "going"), ("王秀英", "going"), ("陈德明", "waiting")]

    def decide_about_the_missing(self) -> None:
        """Only what is different is asked; 李姐 is known by now, and who is gone is decided."""
        phone = self.phone
        missing = phone.section(phone.words("There last time, missing now"))
        phone.reads("陈德明", within=missing)
        phone.does_not_read(phone.words("Please say who this is"))
        phone.press(phone.words("Save into the list"))
        phone.is_refused(
            phone.words("Some were in the last list and are missing now. Please say what is right.")
        )
        phone.choose(phone.words("Does not come any more"))
        phone.press(phone.words("Save into the list"))
        phone.heading(phone.words("The list, for your group"))
        assert self.places() == [("何素芳", "waiting"), ("李玉珍", "going"), ("王秀英", "going")]

    def take_it_out(self) -> None:
        """Pasted back, it has nothing new."""
        phone = self.phone
        text = phone.page.locator("#jielong-text").inner_text()
        assert text.endswith("1. 王秀英 3人\n2. 李姐\n3. 何素芳 候补")
        assert "低盐" not in text
        expect(phone.page.locator("pre.note")).to_be_visible()
        phone.follow(phone.words("Paste the newest 接龙"))
        phone.fill(phone.words("Paste the 接龙 here"), text)
        phone.press(phone.words("Look it through"))
        phone.heading(phone.words("Nothing is new in this 接龙"))

    def places(self) -> list[tuple[object, ...]]:
        rows = self.service.ask(
            "SELECT people.name, signups.status FROM signups"
            " JOIN people ON people.id = signups.person_id"
            " WHERE occurrence_id = :date AND status <> 'withdrawn'",
            date=self.lunch,
        )
        return sorted(rows, key=lambda row: NAMES_IN_PINYIN.index(row[0]))


NAMES_IN_PINYIN = ["何素芳", "蒋桂芳", "李玉珍", "王秀英", "陈德明"]
