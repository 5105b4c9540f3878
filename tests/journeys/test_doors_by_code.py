"""Coming in by a code or a card, one phone for two, and handing a team over."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.core.searching import sealed

pytestmark = pytest.mark.journey


def code_for(service: Service, mailbox: str) -> str:
    """The code in the newest mail to this mailbox."""
    wait_until(lambda: bool(service.mailbox.of(mailbox)), "no code came")
    mail = service.mailbox.of(mailbox)[-1]
    (code,) = set(re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", mail.text))
    assert code in mail.html
    return code


def ask(phone: Phone, contact: str, *, look: bool = True) -> None:
    """From the first door to the field for the code; `look` needs scripts of its own."""
    phone.open("/sign-in")
    if look:
        assert_looks_right(phone.page)
    phone.page.locator('a[href^="/sign-in/code"]').click()
    if look:
        assert_looks_right(phone.page)
    phone.page.locator("input[name=contact]").fill(contact)
    phone.page.locator("main form button[type=submit]").click()
    expect(phone.page.locator("input[name=code]")).to_be_visible()
    assert contact not in phone.path


def enter(phone: Phone, code: str) -> None:
    phone.page.locator("input[name=code]").fill(code)
    phone.page.locator("main form button[type=submit]").click()


def is_in(phone: Phone, name: str) -> None:
    phone.is_told(phone.words("Welcome, %(name)s.", name=name))


# Scripts change nothing in the database: each is met once.
@pytest.mark.parametrize(
    ("on_both", "scripts"), [("postgresql", True), ("sqlite", False)], indirect=["on_both"]
)
def test_a_code_by_mail_lets_in_and_mends_a_lost_password(
    on_both: Service, phones: Callable[..., Phone], scripts: bool
) -> None:
    crew = crews.start(on_both, ["郝秀芝", "孔国英"])
    hers = phones(on_both, scripts=scripts)

    # The name is shut after too many wrong passwords; the code is another way in.
    for _time in range(11):
        hers.sign_in(crew.login, "wrong")
    hers.page.get_by_role("alert").first.wait_for()
    ask(hers, crew.coordinator.email, look=scripts)
    if scripts:
        assert_looks_right(hers.page)
    code = code_for(on_both, crew.coordinator.email)
    enter(hers, f"{(int(code) + 1) % 10**6:06}")
    expect(hers.page.locator("input[name=code]")).to_be_visible()
    enter(hers, f"{code[:3]} {code[3:]}")
    is_in(hers, "郝秀芝")

    hers.open("/settings/password")
    expect(hers.page.locator("input[name=old]")).to_have_count(0)
    if scripts:
        assert_looks_right(hers.page)
    hers.page.locator("input[name=new]").fill("four cold buns")
    hers.page.locator("main form button[type=submit]").click()
    hers.is_told(hers.words("Your password is changed. Other devices are signed out."))


def test_nobody_is_told_whether_a_phone_is_known(
    on_both: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_both, ["郝秀芝", "孔国英"])
    shown = []
    for contact in (crew.members[1].email, "nobody.at.all@example.org"):
        stranger = phones(on_both)
        ask(stranger, contact)
        shown.append(stranger.page.locator("main").inner_text().replace(contact, ""))
    assert shown[0] == shown[1]
    code_for(on_both, crew.members[1].email)
    assert not on_both.mailbox.of("nobody.at.all@example.org")


def test_two_who_share_a_mailbox_say_who_they_are(
    on_both: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_both, ["郝秀芝", "孔国英", "白素云"])
    wife, husband = crew.members[1:]
    crew.share_mailbox(wife, husband)
    theirs = phones(on_both)

    ask(theirs, wife.email)
    enter(theirs, code_for(on_both, wife.email))

    expect(theirs.page.locator("main button")).to_have_count(2)
    assert_looks_right(theirs.page)
    theirs.page.locator("main button").filter(has_text=husband.name).click()
    is_in(theirs, husband.name)


def test_a_code_card_is_printed_and_lets_in_without_any_mailbox(
    on_both: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_both, ["郝秀芝", "孔国英"], without_mail=1)
    member = crew.members[1]
    hers, theirs = phones(on_both), phones(on_both)
    hers.sign_in(crew.login, crews.PASSWORD)
    is_in(hers, "郝秀芝")

    hers.open(f"/teams/{crew.id}/members?q={sealed(member.name)}")
    hers.page.locator("main a").filter(has_text=member.name).first.click()
    hers.page.locator('form[action$="/code-card"] button').click()
    expect(hers.page.locator(".sheet")).to_contain_text(member.name)
    assert_looks_right(hers.page)
    number, code = (cell.inner_text() for cell in hers.page.locator(".digits").all())
    assert hers.page.locator(".sheet svg.qr").count() == 1

    for spoken in ("0000 0000", code):
        theirs.open("/sign-in")
        theirs.page.locator('a[href^="/sign-in/card"]').click()
        assert_looks_right(theirs.page)
        theirs.page.locator("input[name=number]").fill(number)
        theirs.page.locator("input[name=code]").fill(spoken)
        theirs.page.locator("main form button[type=submit]").click()
    is_in(theirs, member.name)

    # The coordinator ends it: the phone that came in by it is out.
    hers.page.go_back()
    hers.open(f"/teams/{crew.id}/members?q={sealed(member.name)}")
    hers.page.locator("main a").filter(has_text=member.name).first.click()
    hers.page.locator('form[action$="/code-card/end"] button').click()
    hers.is_told(hers.words("The card opens nothing any more."))
    theirs.open("/my-week")
    assert theirs.path.startswith("/sign-in")


def test_a_team_is_handed_over(on_both: Service, phones: Callable[..., Phone]) -> None:
    crew = crews.start(on_both, ["郝秀芝", "孔国英"])
    taker = crew.members[1]
    hers, theirs = phones(on_both), phones(on_both)
    hers.sign_in(crew.login, crews.PASSWORD)
    is_in(hers, "郝秀芝")

    hers.open(f"/teams/{crew.id}")
    hers.page.locator(f'a[href="/teams/{crew.id}/handover"]').click()
    assert_looks_right(hers.page)
    hers.page.locator("select[name=taker]").select_option(str(taker.id))
    hers.page.locator("main form button[type=submit]").click()
    expect(hers.page.locator('form[action$="/handover/withdrawal"]')).to_be_visible()

    # The message leads to the team's page; who has no password chooses one first.
    wait_until(lambda: bool(on_both.mailbox.of(taker.email)), "no message came")
    theirs.come_in_by(on_both.mailbox.of(taker.email)[-1].link, taker.name)
    assert theirs.path == f"/teams/{crew.id}"
    assert_looks_right(theirs.page)
    theirs.page.locator('form[action$="/handover/acceptance"] button').click()
    theirs.page.locator("input[name=login]").fill(f"taker-{crew.id}-{crew.login}")
    theirs.page.locator("input[name=password]").fill("five warm buns")
    theirs.page.locator("main form button[type=submit]").click()
    assert theirs.path == f"/teams/{crew.id}"
    theirs.page.locator('form[action$="/handover/acceptance"] button').click()
    expect(theirs.page.locator(f'main a[href="/teams/{crew.id}/members"]').first).to_be_visible()

    hers.open(f"/teams/{crew.id}")
    expect(hers.page.locator(f'main a[href="/teams/{crew.id}/members"]')).to_have_count(0)
    wait_until(lambda: bool(on_both.mailbox.of(crew.coordinator.email)), "no answer came")
