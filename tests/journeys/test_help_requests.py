"""A resident without an account asks for help; it goes the whole way, to 'all is well'."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import Crew
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.help_requests.queries import get_help_request
from volunteer.people import profile
from volunteer.people.profile import PersonDetails
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "丁秀英", "李玉珍"]
PHONE = "13800138007"


# What is said does not depend on scripts, nor on the database: each is met once.
@pytest.mark.parametrize(
    ("on_both", "language", "scripts"),
    [("sqlite", "zh", True), ("postgresql", "en", True), ("postgresql", "zh", False)],
    ids=["zh", "en", "no scripts"],
    indirect=["on_both"],
)
def test_from_a_fall_in_the_kitchen_to_all_is_well(
    on_both: Service, phones: Callable[..., Phone], language: str, scripts: bool
) -> None:
    story = Story(on_both, crews.start(on_both, NAMES), language, scripts=scripts)
    residents, elsewhere, coordinators, volunteers = (
        phones(on_both, language=language, scripts=scripts) for _person in range(4)
    )

    story.be_shown_120_first(residents)
    story.ask(residents)
    story.follow(elsewhere)
    story.take_on_and_ask(coordinators)
    story.say_yes(volunteers)
    story.be_glad(elsewhere)
    story.see_whom(volunteers)
    story.carry_money(volunteers)
    story.agree_on_a_time(coordinators, elsewhere)
    story.do_it(volunteers)
    story.open_again(elsewhere)
    story.do_it_again(coordinators)
    story.confirm(elsewhere)
    story.look_at_the_figure(coordinators)


class Story:
    """One resident, a coordinator, and a volunteer who gets real mail."""

    def __init__(self, service: Service, crew: Crew, language: str, *, scripts: bool) -> None:
        self.service, self.crew, self.scripts = service, crew, scripts
        self.coordinator, self.volunteer, _other = crew.members
        self.number, self.request_id = "", 0
        with service.inside():
            person = get_person(self.volunteer.id)
            details = PersonDetails(
                name=person.name, phone=person.phone, email=person.email,
                language={"zh": "zh_Hans", "en": "en"}[language],
            )  # fmt: skip
            profile.change(person, details, by=person)
        ((self.since,),) = service.ask("SELECT coalesce(max(id), 0) FROM help_requests")

    def looks_right(self, phone: Phone) -> None:
        if self.scripts:  # axe is a script itself
            assert_looks_right(phone.page)

    def be_shown_120_first(self, hers: Phone) -> None:
        hers.open(f"/help-requests/new?team={self.crew.id}")
        self.looks_right(hers)
        hers.choose(hers.words("Something to mend"), "checkbox")
        hers.fill(hers.words("Tell us what it is about"), "婆婆昨天跌倒了,厨房的灯也不亮")
        hers.choose(hers.words("I ask for an elder or a neighbour"))
        hers.fill(hers.words("How do we call the one you ask for?"), "刘婆婆")
        hers.choose(hers.words("I have asked them first"), "checkbox")
        hers.fill(hers.words("Where is the help needed?"), "锦绣东方小区3栋2单元501室")
        hers.fill(hers.words("Which phone shall we call?"), PHONE)
        hers.press(hers.words("Send it to the neighbours"))
        hers.heading(hers.words("If a life is in danger, call 120 or 110 first"))
        hers.reads("跌倒")
        expect(hers.page.locator("a[href='tel:120']")).to_be_visible()
        self.looks_right(hers)
        assert self.asked() == []

    def ask(self, hers: Phone) -> None:
        hers.press(hers.words("Nobody is in danger now, go on"))
        hers.is_told(hers.words("We have got it. Please write the number on paper."))
        self.number = hers.page.locator(".digits").inner_text()
        ((self.request_id, number),) = self.asked()
        assert self.number == number
        self.looks_right(hers)
        hers.press(hers.words("I am done looking"))
        hers.open(f"/help-requests/{self.request_id}")
        hers.heading(hers.words("Where does my request stand?"))

    def follow(self, theirs: Phone) -> None:
        theirs.open(f"/help-requests/{self.request_id}")
        theirs.heading(theirs.words("Where does my request stand?"))
        self.looks_right(theirs)
        theirs.fill(theirs.words("Which number did you write down?"), self.number)
        theirs.fill(theirs.words("Which phone number did you leave?"), "138 0013 8007")
        theirs.press(theirs.words("Show it to me"))
        theirs.reads(theirs.words("Somebody calls you."))

    def take_on_and_ask(self, coordinators: Phone) -> None:
        coordinators.sign_in(self.crew.login, crews.PASSWORD)
        coordinators.open(f"/teams/{self.crew.id}/help-requests")
        self.looks_right(coordinators)
        row = coordinators.page.get_by_role("listitem").filter(has_text=self.number)
        row.get_by_role("link").first.click()
        coordinators.reads("婆婆昨天跌倒了,厨房的灯也不亮")
        self.looks_right(coordinators)
        coordinators.fill(coordinators.words("What do you tell the resident?"), "明天带新灯座")
        coordinators.press(coordinators.words("Yes, we take it on"))
        coordinators.is_told(coordinators.words("Your team has it now. Next, ask a volunteer."))
        coordinators.reads(coordinators.words("Was not asked for thirty days."))
        self.looks_right(coordinators)
        people = coordinators.page.get_by_role("listitem")
        found = people.filter(has_text=self.volunteer.name).first
        coordinators.press(coordinators.words("Ask"), found)
        coordinators.is_told(coordinators.words("Asked. A message is on its way."))

    def say_yes(self, hers: Phone) -> None:
        mailbox = self.service.mailbox
        wait_until(lambda: bool(mailbox.of(self.volunteer.email)), "no mail to the volunteer")
        (mail,) = mailbox.of(self.volunteer.email)
        for word in ("刘婆婆", "跌倒", "锦绣东方", PHONE, self.number):
            assert word not in mail.text + mail.html + mail.subject
        assert hers.words("Something to mend") in mail.text
        hers.come_in_by(self.crew.link_of(self.volunteer), self.volunteer.name)
        hers.open(mail.link)
        hers.does_not_read("锦绣东方小区3栋2单元501室")
        self.looks_right(hers)
        hers.press(hers.words("Yes, I can"))
        hers.is_told(hers.words("Thank you! We ask whether it suits, then tell you for whom."))
        hers.does_not_read("锦绣东方小区3栋2单元501室")
        hers.reads("锦绣东方小区")
        self.looks_right(hers)

    def be_glad(self, theirs: Phone) -> None:
        theirs.page.reload()
        theirs.does_not_read(self.volunteer.name)
        self.looks_right(theirs)
        theirs.press(theirs.words("Yes, they may come"))
        theirs.is_told(theirs.words("Good. Now they see where you live, and call you."))

    def see_whom(self, hers: Phone) -> None:
        hers.page.reload()
        hers.reads("锦绣东方小区3栋2单元501室")
        self.looks_right(hers)

    def carry_money(self, hers: Phone) -> None:
        """A new lamp holder is bought; what does not fit is explained, and signed on the phone."""
        here = hers.page.url
        hers.follow(hers.words("Write down what was given"))
        hers.fill(hers.words("How many yuan did you get?"), "50")
        hers.press(hers.words("Write it down"))
        hers.fill(hers.words("How many yuan were spent?"), "12.5")
        hers.fill(hers.words("How many yuan do you bring back?"), "37")
        hers.press(hers.words("Write it down"))
        hers.reads(
            hers.words(
                "Given, spent and brought back do not fit together. Please say in a sentence why."
            )
        )
        hers.fill(hers.words("If it does not fit together: why?"), "没有五角零钱")
        hers.press(hers.words("Write it down"))
        self.looks_right(hers)
        hers.press(hers.words("It is right"))
        hers.reads(hers.words("Counted and signed. Thank you!"))
        hers.page.goto(here)

    def agree_on_a_time(self, coordinators: Phone, theirs: Phone) -> None:
        coordinators.open(f"/teams/{self.crew.id}/help-requests/{self.request_id}")
        coordinators.fill(coordinators.words("On which day?"), "明天")
        coordinators.fill(coordinators.words("At what time?"), "下午3点")
        coordinators.press(coordinators.words("This time is agreed"))
        coordinators.is_told(coordinators.words("The time is agreed. The volunteer is told."))
        theirs.page.reload()
        theirs.reads("明天带新灯座")
        shown = theirs.page.get_by_role("heading", level=2).first
        expect(shown).to_contain_text("3:00")
        expect(shown).to_contain_text("丁")
        theirs.does_not_read(self.volunteer.name)
        self.looks_right(theirs)
        wait_until(
            lambda: len(self.service.mailbox.of(self.volunteer.email)) == 3,
            "no mail about the time",
        )

    def do_it(self, hers: Phone) -> None:
        hers.page.reload()
        hers.reads("3:00")
        hers.fill(hers.words("How did it go?"), "换了灯座")
        hers.press(hers.words("It is done"))
        hers.is_told(hers.words("Thank you for your help!"))

    def open_again(self, theirs: Phone) -> None:
        theirs.page.reload()
        theirs.follow(theirs.words("It is not well yet"))
        theirs.fill(theirs.words("What is not well yet?"), "灯又不亮了")
        self.looks_right(theirs)
        theirs.press(theirs.words("Open it again"))
        theirs.is_told(theirs.words("It is open again. The team is told now, and calls you."))
        assert self.status() == "accepted"

    def do_it_again(self, coordinators: Phone) -> None:
        coordinators.page.reload()
        coordinators.reads("灯又不亮了")
        coordinators.press(coordinators.words("It is done"))
        assert self.status() == "done"

    def confirm(self, theirs: Phone) -> None:
        theirs.page.reload()
        theirs.press(theirs.words("All is well"))
        theirs.is_told(theirs.words("Thank you. It is good to hear that all is well."))
        assert self.status() == "confirmed"

    def look_at_the_figure(self, coordinators: Phone) -> None:
        coordinators.open(f"/teams/{self.crew.id}/help-requests?show=past")
        coordinators.reads(self.number)
        times = coordinators.section(coordinators.words("How long do answers take?"))
        expect(times.locator("svg rect.on").first).to_be_visible()
        expect(times.get_by_role("table")).to_be_visible()
        self.looks_right(coordinators)

    def asked(self) -> list[tuple[object, ...]]:
        """Row and number of what has been asked since this story began."""
        query = "SELECT id, number FROM help_requests WHERE id > :since ORDER BY id"
        return self.service.ask(query, since=self.since)

    def status(self) -> str:
        with self.service.inside():
            return str(get_help_request(self.request_id).status)
