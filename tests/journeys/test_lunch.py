"""A whole Wednesday: menu, booking on the phone, an allergy seen to, the round, home, the kitty."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from tests.journeys import crews
from tests.journeys.crews import Crew
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups
from volunteer.activities.planning import RolePlan
from volunteer.activities.queries import get_occurrence
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.meals import home_safe, kitchen
from volunteer.meals.queries import (
    get_meal,
    list_meals,
    list_past_meals,
    list_plans,
)
from volunteer.meals.standing_queries import list_standing
from volunteer.people.queries import get_person
from volunteer.teams.models import Team
from volunteer.teams.queries import get_team

pytestmark = pytest.mark.journey

NAMES = ["何素琴", "方玉兰", "石国珍", "任秀华"]
CHINA = ZoneInfo("Asia/Shanghai")
# The lunch of this story is the very last thing of today, so that all of it is on one day; late in
# the evening the team lives further west, or booking would be over before anybody has booked.
STARTS, ENDS = time(23, 50), time(23, 58)
FURTHER_WEST = ZoneInfo("Asia/Karachi")


def test_a_whole_wednesday(on_sqlite: Service, phones: Callable[..., Phone]) -> None:
    story = Story(on_sqlite, crews.start(on_sqlite, NAMES))
    desk, fang, shi = (phones(on_sqlite) for _person in range(3))
    desk.sign_in(story.crew.login, crews.PASSWORD)
    for phone, member in ((fang, story.fang), (shi, story.shi)):
        phone.come_in_by(story.crew.link_of(member), member.name)

    story.make_it_a_lunch(desk)
    story.write_the_menu(desk)
    story.book_on_the_phone(fang)
    story.eat_every_week(fang)
    story.write_down_who_called(desk)
    story.see_to_the_allergy(desk)
    story.say_that_one_is_well(shi)
    story.check_the_sheet(desk)
    story.bring_it_to_the_door(desk, shi)
    story.everybody_is_home(desk)
    story.keep_the_book(desk)
    story.hand_the_kitty_over(desk, shi)


class Story:
    """何素琴 coordinates, 方玉兰 eats, 石国珍 cooks and brings."""

    def __init__(self, service: Service, crew: Crew) -> None:
        self.service, self.crew = service, crew
        self.desk, self.fang, self.shi, _ren = crew.members
        self.zone = FURTHER_WEST if datetime.now(CHINA).hour == 23 else CHINA
        with service.inside(), transaction():
            get_team(crew.id).zone = self.zone.key
        today = datetime.now(self.zone).date()
        date = crew.plan("爱心午饭", today, [RolePlan("帮厨", 1, 3)], starts=STARTS, ends=ENDS)
        with service.inside():
            occurrence, shi = get_occurrence(date), get_person(self.shi.id)
            signups.sign_up(occurrence, occurrence.roles[0].id, shi, by=shi)
        self.meal = ""

    def make_it_a_lunch(self, desk: Phone) -> None:
        say = desk.words
        desk.open("/")
        desk.follow(say("Shared lunch"))
        desk.follow(say("Make one a shared lunch"))
        desk.field(say("Which activity is it?")).select_option(index=1)
        desk.fill(say("How many portions are there for diners?"), "10")
        desk.fill(say("How many days before does booking close?"), "0")
        desk.fill(say("At what time?"), "23:45")
        assert_looks_right(desk.page)
        desk.press(say("Save"))
        desk.is_told(say("Saved."))
        assert_looks_right(desk.page)
        desk.page.locator("a.slot").first.click()
        self.meal = desk.path.removesuffix("/bookings")

    def write_the_menu(self, desk: Phone) -> None:
        say = desk.words
        desk.follow(say("Change the menu"))
        first = desk.section(say("Dish %(number)d", number=1))
        first.get_by_label(say("What is it called?")).fill("凉拌鸡")
        first.get_by_text(say("What is in it")).click()
        box = first.get_by_role("checkbox", name=say("Peanuts"))
        box.locator("xpath=..").click()
        first.get_by_label(say("What goes into it, for ten?")).fill("鸡肉 3斤\n花生 150克")
        assert_looks_right(desk.page)
        desk.press(say("Save the menu"))
        desk.is_told(say("The menu is saved. Please look at the kitchen sheet."))
        desk.reads("0.3斤")

    def book_on_the_phone(self, fang: Phone) -> None:
        """Diet is not kept without the tick, and nothing that was typed is lost."""
        say = fang.words
        fang.open("/my-week")
        fang.follow(say("Book a portion"))
        fang.reads(say("Contains: %(allergens)s", allergens=say("Peanuts")))
        assert_looks_right(fang.page)
        fang.follow(say("Book"))
        fang.choose(say("I live alone: ask me whether I came home"), "checkbox")
        fang.fill(say("Allergic to what?"), "花生")
        fang.press(say("Book"))
        fang.is_refused(
            say(
                "Diet and allergies are kept only for those who agree. "
                "Tick this, or leave them out."
            )
        )
        assert_looks_right(fang.page)
        fang.choose(say("The kitchen may know this"), "checkbox")
        fang.press(say("Book"))
        fang.is_told(say("Booked. Enjoy your meal!"))

    def eat_every_week(self, fang: Phone) -> None:
        """One tick in the booking; a pause, and the way to end it, for oneself."""
        say = fang.words
        fang.follow(say("Change it"))
        expect(fang.field(say("Allergic to what?"))).to_have_value("花生")
        fang.choose(say("Every week from now on"), "checkbox")
        fang.press(say("Save"))
        fang.is_told(say("Booked. Enjoy your meal!"))
        fang.follow(say("Your lunch of every week"))
        next_week = datetime.now(self.zone).date() + timedelta(days=7)
        fang.fill(say("From which day?"), f"{next_week:%Y-%m-%d}")
        fang.fill(say("Until which day?"), f"{next_week:%Y-%m-%d}")
        assert_looks_right(fang.page)
        fang.press(say("Note the pause"))
        fang.is_told(say("The pause is noted. Have a good time!"))
        fang.open(self.meal)
        fang.follow(say("Your lunch of every week"))
        fang.reads(say("Here again"))
        fang.follow(say("Not every week any more"))
        assert_looks_right(fang.page)
        fang.open(self.meal)
        fang.follow(say("I can't come"))
        assert_looks_right(fang.page)

    def write_down_who_called(self, desk: Phone) -> None:
        """Somebody without a phone of their own; it is brought to their door."""
        say = desk.words
        desk.open(f"{self.meal}/bookings")
        desk.follow(say("Add somebody"))
        desk.fill(say("Or somebody new: what is their name?"), "刘桂芳")
        desk.fill(say("Their phone?"), "028-8555 1234")
        desk.choose(say("Brought home"))
        desk.fill(say("Where do we bring it?"), "小税巷5号院 2-1-301")
        assert_looks_right(desk.page)
        desk.press(say("Write them down"))
        desk.is_told(say("%(name)s is on the list.", name="刘桂芳"))
        desk.heading("吃饭2份，共做3份")
        assert_looks_right(desk.page)
        for page in (f"/teams/{self.crew.id}/diners", f"{self.meal}/plan"):
            desk.open(page)
            assert_looks_right(desk.page)
        desk.open(f"{self.meal}/bookings")
        desk.follow("刘桂芳")
        expect(desk.field(say("Where do we bring it?"))).to_have_value("小税巷5号院2栋1单元301室")
        assert_looks_right(desk.page)
        desk.press(say("Save"))
        desk.is_told(say("Saved."))
        desk.open(f"{self.meal}/bookings")

    def see_to_the_allergy(self, desk: Phone) -> None:
        say = desk.words
        desk.follow(say("The kitchen"))
        desk.reads("方玉兰 花生过敏 — 今日凉拌鸡含花生")
        assert_looks_right(desk.page)
        desk.follow(say("The sheet on paper"))
        desk.reads(say("NOT CHECKED: do not cook by this sheet yet"))
        desk.open(f"{self.meal}/kitchen")
        desk.press(say("Seen to"))
        desk.is_refused(say("Please write down what was done."))
        desk.fill(say("What was done?"), "单独拌一份，不放花生")
        desk.press(say("Seen to"))
        desk.is_told(say("Noted. Thank you for looking after them."))
        desk.press(say("I have gone through it: checked"))
        desk.is_refused(say("Each cook says first that they are well today. Please ask them."))

    def say_that_one_is_well(self, shi: Phone) -> None:
        say = shi.words
        shi.open(self.meal)
        shi.follow(say("The kitchen"))
        shi.press(say("Well today"))
        shi.is_told(say("Noted. Cook well!"))
        assert_looks_right(shi.page)

    def check_the_sheet(self, desk: Phone) -> None:
        say = desk.words
        desk.press(say("I have gone through it: checked"))
        desk.is_told(say("Checked. The sheet holds now."))
        desk.press(say("The sample is in the fridge"))
        desk.is_told(say("The sample is noted."))
        desk.follow(say("The sheet on paper"))
        desk.reads("单独拌一份，不放花生")
        desk.does_not_read(say("NOT CHECKED: do not cook by this sheet yet"))
        assert_looks_right(desk.page)

    def bring_it_to_the_door(self, desk: Phone, shi: Phone) -> None:
        say = desk.words
        shi.open(self.meal)
        shi.does_not_read(say("The round"))
        desk.open(f"{self.meal}/delivery")
        desk.field(say("Who brings the meals?")).select_option(str(self.shi.id))
        desk.press(say("They bring them"))
        shi.open(f"{self.meal}/delivery")
        shi.reads("小税巷5号院2栋1单元301室")
        assert_looks_right(shi.page)
        shi.press(say("Nobody answered"))
        shi.is_refused("110、119、120")
        desk.open(f"{self.meal}/delivery")
        assert_looks_right(desk.page)
        desk.press(say("Close it"))
        desk.is_refused(
            say("Nobody has made sure yet that they are safe, so this can't be closed.")
        )
        desk.fill(say("How are they, or who takes care of it now?"), "在楼下，没听见")
        desk.press(say("Close it"))
        desk.is_told(say("Closed. It is good to know that they are safe."))
        shi.open(f"{self.meal}/delivery")
        shi.press(say("Given at the door"))
        shi.reads(say("%(done)d of %(all)d are done", done=1, all=1))
        shi.follow(say("The round on paper"))
        assert_looks_right(shi.page)

    def everybody_is_home(self, desk: Phone) -> None:
        say = desk.words
        desk.open(f"{self.meal}/home-safe")
        desk.reads("方玉兰")
        assert_looks_right(desk.page)
        desk.press(say("Is home"))
        desk.reads(say("%(home)d of %(all)d are home", home=1, all=1))

    def keep_the_book(self, desk: Phone) -> None:
        say = desk.words
        desk.open(f"/teams/{self.crew.id}/kitty")
        desk.field(say("Who keeps the money?")).select_option(str(self.desk.id))
        desk.press(say("Open the kitty"))
        for way, money, words in (("Came in", "50", "饭钱"), ("Went out", "28.65", "鸡肉")):
            desk.follow(say("Write a line"))
            desk.choose(say(way))
            desk.fill(say("How much, in yuan?"), money)
            desk.fill(say("What for?"), words)
            desk.field(say("For which lunch?")).select_option(self.meal.rpartition("/")[2])
            desk.field(say("Receipt (a photo)")).set_input_files(
                {"name": "小票.png", "mimeType": "image/png", "buffer": a_photo()}
            )
            assert_looks_right(desk.page)
            desk.press(say("Write it down"))
            desk.is_told(say("Written into the book."))
        desk.reads("¥21.35")
        assert_looks_right(desk.page)
        link = desk.page.get_by_role("link", name=f"{say('See the receipt')} 鸡肉")
        receipt = desk.page.request.get(link.get_attribute("href") or "")
        assert receipt.headers["content-type"] == "image/jpeg"

    def hand_the_kitty_over(self, desk: Phone, shi: Phone) -> None:
        say = desk.words
        desk.follow(say("Hand the kitty over"))
        desk.field(say("Who keeps the money?")).select_option(str(self.shi.id))
        desk.fill(say("How much have you counted, in yuan?"), "21.35")
        assert_looks_right(desk.page)
        desk.press(say("I have counted"))
        shi.open(f"/teams/{self.crew.id}/kitty")
        shi.fill(say("How much have you counted, in yuan?"), "21.35")
        assert_looks_right(shi.page)
        shi.press(say("Counted: I keep it now"))
        shi.is_told(say("Both have counted the same. Thank you!"))
        expect(shi.page.get_by_text(say("%(name)s keeps it.", name=self.shi.name))).to_be_visible()


def a_photo() -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 90), "white").save(out, "PNG")
    return out.getvalue()


def test_the_wednesday_of_the_demo_ends_with_the_figures_of_the_example(demo: Service) -> None:
    """32 every week, 3 away, 2 guests, 1 walked in, 1 stayed away."""
    with demo.inside():
        team = session.scalars(select(Team).where(Team.name == "奶奶的厨房")).one()
        last = list_past_meals(team, before=clock.now(), at_most=1)[0]
        held = kitchen.enter(get_meal(last.id))
        standing = list_standing(list_plans(team))
        home = home_safe.on_list(held.bookings)
        coming = [kitchen.enter(get_meal(m.id)) for m in list_meals(team, after=clock.now())]

    count = held.count
    assert len(standing) == 32
    assert sum(booking.is_paused for booking in held.bookings) == 3
    assert (count.guests, count.walked_in, count.no_shows) == (2, 1, 1)
    assert (count.diners, count.dine_in, count.delivered) == (31, 24, 7)
    assert (count.cooks, count.cooked) == (5, 36)
    assert [conflict.allergies for conflict in held.conflicts] == ["花生"]
    assert held.is_checked
    assert len(home) == 12
    # Of the next one the allergy is still to be seen to.
    assert (coming[0].count.diners, len(coming[0].open_conflicts)) == (31, 1)
