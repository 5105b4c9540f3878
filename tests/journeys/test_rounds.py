"""Heat and cold, who has been seen, concerns, 重阳节 and birthdays: as neighbours live them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import Crew, Member
from tests.journeys.looks import assert_looks_right
from tests.journeys.mail import Mail
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.core import clock
from volunteer.core.homes import Home
from volunteer.elders import care, pairing
from volunteer.elders.details import ElderDetails
from volunteer.elders.models import RiskLevel
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentWay
from volunteer.people.queries import get_person
from volunteer.teams.queries import get_team

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "何素芳", "李玉珍"]
SECRETS = ["王淑华", "王婆婆", "锦绣东方", "13900001111", "139 0000 1111"]
WORRY = "她说存折让人拿走了，手上有青的。"


@pytest.fixture
def crew(on_both: Service) -> Crew:
    """A team that looks after two elders: one by 何素芳, one by nobody."""
    found = crews.start(on_both, NAMES)
    with on_both.inside(), clock.pretend(clock.now() - timedelta(days=40)):
        team, coordinator = get_team(found.id), get_person(found.coordinator.id)
        for name, called, phone, born in (
            ("王淑华", "王婆婆", "13900001111", 1934),
            ("李长庚", "李大爷", "13900002222", 1944),
        ):
            elder = care.take_in(
                team,
                ElderDetails(
                    name, called, phone=phone, birth_year=born,
                    home=Home("锦绣东方小区", "3", "2", "501"),
                ),
                by=coordinator,
                consent=ConsentDetails(ConsentWay.PAPER),
                risk=RiskLevel.HIGH,
                risk_reason="一个人住，摔过。",
            )  # fmt: skip
            if called == "王婆婆":
                pairing.pair(elder, get_person(found.members[1].id), by=coordinator)
    return found


def mail_to(service: Service, member: Member, about: str) -> Mail:
    def arrived() -> list[Mail]:
        return [mail for mail in service.mailbox.of(member.email) if about in mail.text]

    wait_until(lambda: bool(arrived()), f"no mail to them with {about}")
    return arrived()[0]


def is_shut(phone: Phone, path: str) -> bool:
    """Whether whoever holds this phone gets no answer there."""
    return phone.page.request.get(path).status == 404


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
def test_a_round_in_the_heat_from_one_press_to_the_plan_of_dots(
    on_both: Service, crew: Crew, phones: Callable[..., Phone]
) -> None:
    coordinators, hers = (phones(on_both) for _person in range(2))
    say = coordinators.words
    coordinators.sign_in(crew.login, crews.PASSWORD)

    coordinators.follow(say("Elders"))
    coordinators.follow(say("Heat and cold"))
    assert_looks_right(coordinators.page)
    coordinators.page.get_by_role("link", name=say("Heat, red")).click()
    coordinators.heading(
        coordinators.plural("%(num)d elder is to be called", "%(num)d elders are to be called", 2)
    )
    assert_looks_right(coordinators.page)
    coordinators.fill(say("What are they to ask?"), "空调开着吗？\n有没有水喝？")
    coordinators.choose(say("I see to it myself"))
    coordinators.press(say("Begin the round"))
    coordinators.is_told(
        say("The round has begun. Those who call are told once, without any name.")
    )
    coordinators.reads(say("Nobody calls yet"))
    round_page = coordinators.path

    call_from_the_link(hers, mail_to(on_both, crew.members[1], "/links/"), crew.members[1].name)

    coordinators.open(round_page)
    coordinators.reads(say("%(done)d of %(all)d reached", done=1, all=2))
    expect(coordinators.page.get_by_role("heading", name="李大爷")).to_be_visible()
    coordinators.page.locator("summary").first.click()
    coordinators.press(say("No answer"))
    coordinators.is_told(say("Noted. The coordinators are told at once. Please go on as below."))
    coordinators.open(round_page)
    coordinators.reads(say("No answer, not safe yet"))
    assert_looks_right(coordinators.page)
    coordinators.follow(say("Print the lists"))
    coordinators.reads("李大爷")
    coordinators.open(round_page)
    coordinators.follow(say("End the round"))
    coordinators.press(say("End the round"))
    coordinators.is_told(say("The round is over. Callers no longer see the names."))
    assert is_shut(hers, f"{round_page}/calls")

    look_at_the_plan(coordinators)


def call_from_the_link(hers: Phone, mail: Mail, name: str) -> None:
    """One elder, and nobody else's; a slip is undone."""
    say = hers.words
    for secret in SECRETS:
        assert secret not in mail.subject + mail.text + mail.html
    hers.open(mail.link)
    hers.press(say("Yes, I am %(name)s, let me in", name=name))
    hers.reads("空调开着吗？")
    hers.reads("139 0000 1111")
    hers.does_not_read("李大爷")
    assert_looks_right(hers.page)
    hers.fill(say("Note (if you like), then the answer"), "开着，有水")
    hers.press(say("All is well"))
    hers.heading(say("All are called. Thank you!"))
    hers.press(f"{say('Undo')} 王婆婆")
    hers.is_told(say("Undone. %(name)s is to be called again.", name="王婆婆"))
    hers.press(say("All is well"))


def look_at_the_plan(coordinators: Phone) -> None:
    say = coordinators.words
    coordinators.follow(say("Elders"))
    coordinators.follow(say("Who has been seen"))
    coordinators.reads(
        say("%(done)d of %(all)d seen: %(share)d %%. The goal is everybody.", done=1, all=2,
            share=50)
    )  # fmt: skip
    assert_looks_right(coordinators.page)
    dots = coordinators.page.locator(".dots a")
    expect(dots).to_have_count(2)
    dots.nth(1).click()
    coordinators.heading("李大爷")


@pytest.mark.parametrize("on_both", ["postgresql"], indirect=True)
def test_a_concern_is_read_by_who_is_named_and_by_nobody_else(
    on_both: Service, crew: Crew, phones: Callable[..., Phone]
) -> None:
    coordinators, hers, lis = (phones(on_both) for _person in range(3))
    say = coordinators.words
    he, li = crew.members[1], crew.members[2]
    coordinators.sign_in(crew.login, crews.PASSWORD)
    hers.come_in_by(crew.link_of(he), he.name)
    lis.come_in_by(crew.link_of(li), li.name)

    coordinators.open(f"/teams/{crew.id}/settings")
    coordinators.follow(say("Who reads concerns?"))
    coordinators.field(say("Who reads the team's concerns?")).select_option(str(li.id))
    assert_looks_right(coordinators.page)
    coordinators.press(say("Save"))
    coordinators.is_told(say("Saved. Nobody else in the team reads concerns."))

    hers.follow(say("Help"))
    hers.follow(say("Report it"))
    assert_looks_right(hers.page)
    hers.follow(say("Report it"))
    hers.reads("96110")
    hers.choose(say("Somebody takes or tricks them out of money"))
    hers.fill(say("What did you see or hear?"), WORRY)
    hers.fill(say("Whom is it about?"), "三栋的王婆婆")
    assert_looks_right(hers.page)
    hers.press(say("Send it"))
    hers.is_told(say("Received. Thank you for saying so. Please talk to nobody else about it."))
    hers.does_not_read(WORRY)

    mail = mail_to(on_both, li, "/concerns")
    for word in (*SECRETS, WORRY, he.name, crew.name):
        assert word not in mail.subject + mail.text + mail.html
    lis.open("/")
    lis.follow(say("Read it"))
    assert_looks_right(lis.page)
    lis.follow(f"{say('Read it')} 1")
    lis.reads(WORRY)
    assert_looks_right(lis.page)
    concern = lis.path
    lis.fill(say("What was done?"), "和她女儿去了派出所")
    lis.choose(say("Yes, they are safe; I close it"))
    lis.press(say("Write it down"))
    lis.is_told(say("Closed."))
    lis.reads("和她女儿去了派出所")
    assert is_shut(coordinators, concern)
    assert is_shut(hers, concern)


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
def test_a_greeting_is_planned_and_a_birthday_is_kept_only_when_wished(
    on_both: Service, crew: Crew, phones: Callable[..., Phone]
) -> None:
    coordinators = phones(on_both)
    say = coordinators.words
    coordinators.sign_in(crew.login, crews.PASSWORD)

    coordinators.open(f"/teams/{crew.id}/elders")
    coordinators.follow(say("Festival and birthdays"))
    coordinators.reads("王婆婆")
    assert_looks_right(coordinators.page)
    coordinators.follow(f"{say('Plan a greeting visit')} 王婆婆")
    expect(coordinators.field(say("On which day?"))).not_to_have_value("")
    coordinators.open(f"/teams/{crew.id}/elders")
    coordinators.page.get_by_role("link", name="王婆婆").first.click()
    coordinators.follow(say("They want to be greeted"))
    coordinators.choose(say("Yes, by the lunar calendar"))
    coordinators.field(say("In which month?")).select_option("8")
    coordinators.field(say("On which day?")).select_option("15")
    assert_looks_right(coordinators.page)
    coordinators.press(say("Save"))
    coordinators.reads(say("Wants to be greeted: lunar %(day)s", day="八月十五"))
