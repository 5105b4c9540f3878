"""Elders: taken in, agreed, two volunteers, a visit planned, opened by its link and recorded."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import crews
from tests.journeys.crews import Crew, Member
from tests.journeys.looks import assert_looks_right
from tests.journeys.mail import Mail
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "何素芳", "李玉珍"]
CHINA = ZoneInfo("Asia/Shanghai")
# The room with its word: in an address or a number of ours three digits may stand by chance.
SECRETS = ["王淑华", "王婆婆", "锦绣东方", "501室", "13900001111"]


# Each language and each database once: what is said does not depend on where it is kept.
@pytest.mark.parametrize(
    ("on_both", "language"), [("sqlite", "zh"), ("postgresql", "en")], indirect=["on_both"]
)
def test_an_elder_from_the_list_to_a_visit(
    on_both: Service, phones: Callable[..., Phone], language: str
) -> None:
    story = Story(on_both, crews.start(on_both, NAMES))
    coordinators, hers = (phones(on_both, language=language) for _person in range(2))
    coordinators.sign_in(story.crew.login, crews.PASSWORD)
    hers.come_in_by(story.crew.link_of(story.he), story.he.name)

    story.take_in(coordinators)
    story.note_that_they_agree(coordinators)
    story.tie_together(coordinators)
    story.plan_a_visit(coordinators)
    story.open_it_by_its_link(hers)
    story.all_is_fine(hers)
    story.read_what_was_found(coordinators, coordinators.words("All five things were fine"))

    story.plan_a_visit(coordinators)
    story.open_it_by_its_link(hers)
    story.something_must_be_done(hers)
    story.read_what_was_found(coordinators, "厨房灯不亮")

    story.plan_a_visit(coordinators)
    story.open_it_by_its_link(hers)
    story.nobody_answers(hers)
    story.make_sure_that_they_are_safe(coordinators)


def test_without_scripts_one_button_is_enough(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    story = Story(on_sqlite, crews.start(on_sqlite, NAMES))
    coordinators, hers = (phones(on_sqlite, scripts=False) for _person in range(2))
    coordinators.sign_in(story.crew.login, crews.PASSWORD)
    hers.come_in_by(story.crew.link_of(story.he), story.he.name)
    story.take_in(coordinators, looks=False)
    story.note_that_they_agree(coordinators)
    story.tie_together(coordinators, looks=False)
    story.plan_a_visit(coordinators, looks=False)

    story.open_it_by_its_link(hers, looks=False)
    story.all_is_fine(hers, looks=False)

    story.read_what_was_found(coordinators, coordinators.words("All five things were fine"))


class Story:
    """One elder, a coordinator, and two volunteers who look after the elder."""

    def __init__(self, service: Service, crew: Crew) -> None:
        self.service, self.crew = service, crew
        self.coordinator, self.he, self.li = crew.members
        self.read_so_far: set[tuple[str, str]] = set()
        self.elder_page = ""

    def take_in(self, coordinators: Phone, *, looks: bool = True) -> None:
        """One line holds the whole address; nobody has asked them yet."""
        say = coordinators.words
        coordinators.follow(say("Elders"))
        coordinators.reads(say("Nobody is on the list yet."))
        coordinators.follow(say("Take somebody in"))
        coordinators.fill(say("What is their name?"), "王淑华")
        coordinators.fill(say("How do we call them?"), "王婆婆")
        coordinators.fill(say("Mobile phone"), "139 0000 1111")
        coordinators.fill(say("Which estate or courtyard?"), "锦绣东方小区3栋2单元501室")
        first = coordinators.page.get_by_role("group", name=say("First"), exact=True)
        first.get_by_label(say("Name"), exact=True).fill("王小红")
        first.get_by_label(say("Phone"), exact=True).fill("139 0000 2222")
        coordinators.choose(say("Not yet"))
        if looks:
            assert_looks_right(coordinators.page)
        coordinators.press(say("Put them on the list"))
        coordinators.is_told(
            say("%(name)s is on the list. Visits begin once they agree.", name="王婆婆")
        )
        # Nothing but how to reach them, before they agree; the page says why, and how to ask.
        coordinators.reads("139 0000 1111")
        coordinators.does_not_read("锦绣东方小区3栋2单元501室")
        coordinators.does_not_read("王小红")
        coordinators.reads(
            say("Ask: May somebody of us look in on you, and may we note where you live? "
                "You may say no.")
        )  # fmt: skip
        self.elder_page = coordinators.path

    def note_that_they_agree(self, coordinators: Phone) -> None:
        say = coordinators.words
        coordinators.follow(say("Note that they agree"))
        coordinators.choose(say("In spoken words"))
        coordinators.press(say("Note it"))
        coordinators.reads(say("For consent that was only spoken, please say who heard it."))
        coordinators.fill(say("Who heard it, or who spoke for them?"), self.li.name)
        coordinators.press(say("Note it"))
        coordinators.is_told(say("Noted. They may take it back at any time."))
        coordinators.reads("锦绣东方小区3栋2单元501室")
        coordinators.does_not_read("王小红")
        contacts = coordinators.section(say("Whom to call, in this order"))
        contacts.get_by_role("link", name=re.compile(say("Note that they agree"))).click()
        coordinators.choose(say("On paper"))
        coordinators.press(say("Note it"))
        coordinators.reads("王小红")

    def tie_together(self, coordinators: Phone, *, looks: bool = True) -> None:
        say = coordinators.words
        for member in (self.he, self.li):
            coordinators.field(say("Who else looks after them?")).select_option(str(member.id))
            coordinators.press(say("Pair them"))
            coordinators.is_told(
                say("%(volunteer)s looks after %(name)s now.", volunteer=member.name, name="王婆婆")
            )
        if looks:
            assert_looks_right(coordinators.page)

    def plan_a_visit(self, coordinators: Phone, *, looks: bool = True) -> None:
        """In a little while: who comes early may record early."""
        say = coordinators.words
        soon = datetime.now(CHINA) + timedelta(minutes=40)
        coordinators.open(self.elder_page)
        coordinators.follow(say("Plan a visit"))
        for member in (self.he, self.li):
            expect(coordinators.page.get_by_role("checkbox", name=member.name)).to_be_checked()
        coordinators.fill(say("On which day?"), f"{soon:%Y-%m-%d}")
        coordinators.fill(say("At what time?"), f"{soon:%H:%M}")
        if looks:
            assert_looks_right(coordinators.page)
        coordinators.press(say("Plan the visit"))
        coordinators.is_told(say("The visit is planned. Those who go are told, without any name."))

    def open_it_by_its_link(self, hers: Phone, *, looks: bool = True) -> None:
        """The mail says when, and no word of whom; the page behind its link says the rest."""
        mail = self.next_mail(self.he)
        for secret in SECRETS:
            assert secret not in mail.subject + mail.text + mail.html
        hers.open(mail.link)
        hers.heading(hers.words("Look in on %(name)s", name="王婆婆"))
        hers.reads("锦绣东方小区3栋2单元501室")
        hers.reads("139 0000 1111")
        hers.reads(self.li.name)
        if looks:
            assert_looks_right(hers.page)
        hers.follow(hers.words("Write down how it went"))

    def next_mail(self, member: Member) -> Mail:
        """The first mail to them about a visit that nobody has read yet."""

        def unread() -> list[Mail]:
            mails = self.service.mailbox.of(member.email)
            pages = ("/visits/", "/no-answers/")
            about_visits = [mail for mail in mails if any(page in mail.text for page in pages)]
            return [mail for mail in about_visits if (mail.to, mail.link) not in self.read_so_far]

        wait_until(lambda: bool(unread()), "no mail about a visit")
        mail = unread()[0]
        self.read_so_far.add((mail.to, mail.link))
        return mail

    def all_is_fine(self, hers: Phone, *, looks: bool = True) -> None:
        if looks:
            assert_looks_right(hers.page)
        hers.press(hers.words("Seen, and all five are fine"))
        hers.is_told(hers.words("Saved. Thank you!"))

    def read_what_was_found(self, coordinators: Phone, words: str) -> None:
        coordinators.open(self.elder_page)
        coordinators.reads(coordinators.words("Seen today"))
        found = coordinators.section(coordinators.words("What was found so far"))
        coordinators.reads(words, found)

    def something_must_be_done(self, hers: Phone) -> None:
        """Without words it is not saved, and nothing is lost."""
        say = hers.words
        at_home = hers.section(say("At home"))
        expect(at_home.get_by_label(say("What is it?"))).to_be_hidden()
        press_card(at_home, say("To be done"))
        hers.reads(say("When you save this, it becomes a help request, and the coordinator sees"
                       " it at once."), at_home)  # fmt: skip
        hers.fill(say("Anything else?"), "送了两个橘子")
        hers.press(say("Save"))
        hers.is_refused(say("Please write what has to be done."))
        assert_looks_right(hers.page)
        expect(hers.field(say("Anything else?"))).to_have_value("送了两个橘子")
        hers.section(say("At home")).get_by_label(say("What is it?")).fill("厨房灯不亮")
        hers.press(say("Save"))
        hers.is_told(say("Saved. Thank you!"))
        hers.reads("厨房灯不亮")

    def nobody_answers(self, hers: Phone) -> None:
        """At the door the clock starts; each step is logged, and no visitor hands it over."""
        say = hers.words
        visit = hers.path.removesuffix("/record")
        hers.open(visit)
        hers.press(say("Nobody answers: what to do"))
        hers.is_told(say("Noted. The coordinators are told at once. Please go on as below."))
        hers.reads(say("just now"))
        hers.reads("139 0000 2222")
        hers.press(say("Nobody answered"), hers.page.locator("form:has([value=knock])"))
        hers.page.locator("#words-contact").fill("女儿不知道")
        hers.press(say("Not reached"), hers.page.locator("form:has(#words-contact)"))
        hers.reads("女儿不知道")
        expect(hers.page.get_by_label(say("Who takes care of it now?"))).to_have_count(0)
        assert_looks_right(hers.page)
        hers.open(f"{visit}/record")
        hers.choose(say("Nobody answered"))
        expect(hers.section(say("At home"))).to_be_hidden()
        hers.press(say("Save"))
        hers.is_told(say("Noted. The coordinators are told at once. Please go on as below."))

    def make_sure_that_they_are_safe(self, coordinators: Phone) -> None:
        say = coordinators.words
        mail = self.next_mail(self.coordinator)
        for secret in SECRETS:
            assert secret not in mail.subject + mail.text + mail.html
        coordinators.open(f"/teams/{self.crew.id}/elders")
        coordinators.reads(say("Not safe yet"))
        coordinators.open("/")
        coordinators.reads(say("Next: %(step)s", step=say("ask neighbours and who has a key")))
        coordinators.open(mail.link)
        coordinators.reads("女儿不知道")
        coordinators.choose(say("Somebody spoke with them"))
        coordinators.press(say("Close it"))
        coordinators.is_refused(
            say("Nobody has made sure yet that they are safe, so this can't be closed.")
        )
        assert_looks_right(coordinators.page)
        coordinators.fill(say("How are they?"), "在菜市场，很好")
        coordinators.press(say("Close it"))
        coordinators.is_told(say("Closed. It is good to know that they are safe."))
        coordinators.open(f"/teams/{self.crew.id}/elders")
        coordinators.does_not_read(say("Not safe yet"))


def press_card(within: Locator, name: str) -> None:
    circle = within.get_by_role("radio", name=name)
    circle.locator("xpath=..").click()
    expect(circle).to_be_checked()
