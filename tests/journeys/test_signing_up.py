"""Volunteers take places on a phone, wait, give back and move up, with JavaScript and without."""

import urllib.request
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import Crew, Member, RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李玉珍", "陈德明", "何素芳"]
CHINA = ZoneInfo("Asia/Shanghai")


# Scripts change nothing in the database: each is met once.
@pytest.mark.parametrize(
    ("on_both", "scripts"), [("postgresql", True), ("sqlite", False)], indirect=["on_both"]
)
def test_taking_a_place_and_giving_it_back(
    on_both: Service, phones: Callable[..., Phone], scripts: bool
) -> None:
    story = Story(on_both, crews.start(on_both, NAMES), scripts=scripts)
    hers, lis, coordinators = (phones(on_both, scripts=scripts) for _person in range(3))

    link = story.hand_over_a_link(coordinators)
    story.a_scanner_changes_nothing(link)
    story.take_a_place(hers, link)
    story.a_used_link_is_used(phones(on_both, scripts=scripts), link)
    story.be_refused_elsewhere(hers)
    story.wait_in_line(lis)
    story.give_it_back(hers)
    story.be_told_and_come(lis)
    story.enter_somebody(coordinators)


class Story:
    """A lunch with one cook, and haircuts at the same hour; four volunteers and a coordinator."""

    def __init__(self, service: Service, crew: Crew, *, scripts: bool) -> None:
        self.service, self.crew, self.scripts = service, crew, scripts
        self.coordinator, self.wang, self.li, self.chen, self.he = crew.members
        self.day = datetime.now(CHINA).date() + timedelta(days=3)
        roles = [RolePlan("帮厨", 1, 1), RolePlan("分餐", 1, 2)]
        self.lunch = crew.plan("爱心午饭", self.day, roles, leader=self.coordinator)
        self.haircuts = crew.plan(
            "义务理发", self.day, [RolePlan("理发", 1, 3)], starts=time(12), ends=time(14)
        )

    def hand_over_a_link(self, coordinators: Phone) -> str:
        coordinators.sign_in(self.crew.login, crews.PASSWORD)
        coordinators.open(f"/teams/{self.crew.id}/members")
        row = coordinators.page.get_by_role("row").filter(has_text=self.wang.name)
        row.get_by_role("link", name=coordinators.words("Details")).click()
        coordinators.press(coordinators.words("Make a personal link"))
        if self.scripts:  # axe is a script itself
            assert_looks_right(coordinators.page)
        return coordinators.page.locator("#personal-link").inner_text()

    def a_scanner_changes_nothing(self, link: str) -> None:
        """Programs that look for viruses open every link of a mail."""
        before = self.doors()
        for method in ("HEAD", "GET", "GET"):
            request = urllib.request.Request(link, method=method)  # noqa: S310 - our own server
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                assert answer.status == 200
        assert self.doors() == before

    def take_a_place(self, hers: Phone, link: str) -> None:
        hers.come_in_by(link, self.wang.name)
        offered = hers.section(hers.words("Still needed, and right for you"))
        lunches = offered.get_by_role("listitem").filter(has_text="爱心午饭")
        lunches.first.get_by_role("link").click()
        hers.press(hers.words("I come: %(role)s", role="帮厨"))
        hers.is_told(hers.words("You have a place. Thank you!"))
        hers.reads(hers.words("You have a place: %(role)s", role="帮厨"))

    def a_used_link_is_used(self, somebodys: Phone, link: str) -> None:
        assert somebodys.open(link) == 200
        somebodys.heading(somebodys.words("This link has been used, or it is too old"))

    def be_refused_elsewhere(self, hers: Phone) -> None:
        """At that hour she is cooking."""
        hers.open(f"/activities/dates/{self.haircuts}")
        refused = hers.words(
            "You have promised to be somewhere else at that time."
            " Please give that place back first."
        )
        expect(hers.page.get_by_text(refused)).to_be_visible()
        assert self.places_of(self.wang) == [(self.lunch, "going")]

    def wait_in_line(self, lis: Phone) -> None:
        """It is full for the next one; a third waits behind her."""
        lis.come_in_by(self.crew.link_of(self.li), self.li.name)
        lis.open(f"/activities/dates/{self.lunch}")
        lis.press(lis.words("Put me on the waiting list"))
        lis.is_told(
            lis.words(
                "It is full. You are on the waiting list and will be told when a place comes free."
            )
        )
        lis.reads(lis.words("Waiting list, number %(number)d", number=1))
        with self.service.inside():
            third, lunch = get_person(self.chen.id), get_occurrence(self.lunch)
            signups.sign_up(lunch, lunch.roles[0].id, third, by=third)

    def give_it_back(self, hers: Phone) -> None:
        """Whoever has waited longest gets the place."""
        hers.open("/my-week")
        hers.follow(hers.words("I can't come"))
        hers.reads(hers.words("Whoever has waited longest gets the place and is told at once."))
        hers.press(hers.words("Yes, give it back"))
        hers.is_told(hers.words("The place was given back. Thank you for saying so."))
        assert self.places_of(self.wang) == []
        assert self.places_of(self.li) == [(self.lunch, "going")]
        assert self.places_of(self.chen) == [(self.lunch, "waiting")]

    def be_told_and_come(self, lis: Phone) -> None:
        mailbox = self.service.mailbox
        wait_until(lambda: bool(mailbox.of(self.li.email)), "no mail about the free place")
        self.service.wait_until_all_is_sent()
        (mail,) = mailbox.of(*(member.email for member in self.crew.members))
        assert mail.recipients == (self.li.email,)
        weekday = "一二三四五六日"[self.day.weekday()]
        assert f"{self.day.month}月{self.day.day}日（周{weekday}）上午10:00到下午1:00" in mail.text
        assert "帮厨" in mail.text
        lis.open(mail.link)
        lis.reads(lis.words("You have a place: %(role)s", role="帮厨"))

    def enter_somebody(self, coordinators: Phone) -> None:
        """Who has said so aloud; and the record says who entered it."""
        coordinators.open(f"/activities/dates/{self.lunch}")
        coordinators.field(coordinators.words("Whom?")).select_option(value=str(self.he.id))
        coordinators.choose("分餐")
        coordinators.press(coordinators.words("Sign them up"))
        coordinators.is_told(coordinators.words("%(name)s has a place.", name=self.he.name))
        entered = coordinators.words("entered by %(name)s", name=self.coordinator.name)
        coordinators.reads(entered)
        coordinators.open(f"/teams/{self.crew.id}/history")
        newest = coordinators.page.get_by_role("row").nth(1)
        signed_up = coordinators.words("signed up")
        for text in (self.coordinator.name, signed_up, "分餐", self.he.name):
            expect(newest).to_contain_text(text)

    def doors(self) -> list[tuple[object, ...]]:
        """How many sign-ins there are, and how many links are used up."""
        return self.service.ask(
            "SELECT (SELECT count(*) FROM sign_ins),"
            " (SELECT count(*) FROM personal_links WHERE used_at IS NOT NULL)"
        )

    def places_of(self, member: Member) -> list[tuple[object, ...]]:
        return self.service.ask(
            "SELECT occurrence_id, status FROM signups"
            " WHERE person_id = :person AND status <> 'withdrawn'",
            person=member.id,
        )
