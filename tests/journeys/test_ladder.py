"""From the reminder to the call: who answers by link, who is called, who helps to call."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import crews
from tests.journeys.crews import Crew, Member, RolePlan
from tests.journeys.mail import Mail
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.people.queries import get_person
from volunteer.teams.queries import get_team

pytestmark = pytest.mark.journey

NAMES = ["周桂兰", "王秀英", "李玉珍", "张福生", "刘素华", "陈德明"]
EARLY_AFTERNOON = 13


def test_who_answers_by_link_is_not_called_and_the_others_are(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES, without_mail=1)
    crew.remind()
    coordinator, wang, li, zhang, liu, chen = crew.members
    lunch = crew.plan("爱心午饭", tomorrow_where_it_is_past_noon(crew), [RolePlan("帮厨", 1, 9)])
    sign_up_days_ago(crew, lunch, [wang, li, zhang, chen])

    comes, stays = reminder_to(crew, wang), reminder_to(crew, li)
    answers(phones(on_sqlite), comes, "on_time", "Yes, I come", "You come. Thank you!")
    no = "You don't come this time. That is quite all right, thank you for saying so."
    answers(phones(on_sqlite), stays, "no", "No, not this time", no)

    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)
    a_slip_is_undone(hers, crew, chen, to_call=[zhang, chen])
    calls_are_shared_out(hers, crew, caller=liu, backup=coordinator)
    a_member_calls(phones(on_sqlite), crew, liu, says_yes=zhang, says_no=chen)
    the_date_shows_who_comes(hers, lunch, [wang, zhang])


def tomorrow_where_it_is_past_noon(crew: Crew) -> date:
    """The team lives where it is one o'clock now: nobody waits for the morning, and by tomorrow's
    date it is past noon of the day before."""
    now = datetime.now(UTC)
    ahead = EARLY_AFTERNOON - now.hour
    # The sign of these zones is turned around: GMT-8 is eight hours ahead.
    zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
    with crew.service.inside(), transaction():
        get_team(crew.id).zone = zone
    return (now + timedelta(hours=ahead)).date() + timedelta(days=1)


def sign_up_days_ago(crew: Crew, lunch: int, members: list[Member]) -> None:
    with crew.service.inside(), clock.pretend(clock.now() - timedelta(days=4)):
        for member in members:
            occurrence, person = get_occurrence(lunch), get_person(member.id)
            signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)


def mails_to(crew: Crew, member: Member, part: str) -> list[Mail]:
    return [mail for mail in crew.service.mailbox.of(member.email) if part in mail.text]


def reminder_to(crew: Crew, member: Member) -> Mail:
    wait_until(lambda: bool(mails_to(crew, member, "say=no")), "no reminder has come")
    (mail,) = mails_to(crew, member, "say=no")
    return mail


def answers(phone: Phone, mail: Mail, say: str, button: str, thanks: str) -> None:
    """They tap one of the three links, and the button on its page."""
    (link,) = re.findall(rf"http\S+say={say}", mail.text)
    phone.open(link)
    phone.press(phone.words(button))
    phone.is_told(phone.words(thanks))


def row_of(phone: Phone, member: Member) -> Locator:
    return phone.page.get_by_role("row").filter(has_text=member.name)


def a_slip_is_undone(hers: Phone, crew: Crew, member: Member, *, to_call: list[Member]) -> None:
    names = hers.page.get_by_role("rowheader")

    def all_stand_there() -> bool:
        hers.open(f"/teams/{crew.id}/call-list")
        return names.count() == len(to_call)

    wait_until(all_stand_there, "those who have not answered are not on the call list")
    for one in to_call:
        expect(names.filter(has_text=one.name)).to_have_count(1)
        expect(row_of(hers, one).locator(f'a[href="tel:{one.phone}"]')).to_be_visible()
    row_of(hers, member).get_by_role("textbox").fill("走得慢")
    hers.press(hers.words("Comes"), row_of(hers, member))
    hers.is_told(hers.words("Noted: %(name)s comes.", name=member.name))
    made = hers.section(hers.words("Already called"))
    hers.reads("走得慢", made)
    hers.press(hers.words("Undo"), made)
    hers.is_told(hers.words("Undone. %(name)s is to be called again.", name=member.name))
    expect(row_of(hers, member)).to_have_count(1)


def calls_are_shared_out(hers: Phone, crew: Crew, *, caller: Member, backup: Member) -> None:
    hers.follow(hers.words("Share the calls out"))
    hers.choose(caller.name, "checkbox")
    hers.field(hers.words("Who calls if one of them can't?")).select_option(label=backup.name)
    hers.press(hers.words("Share them out"))
    hers.is_told(hers.words("Shared out to %(names)s. They are told.", names=caller.name))


def a_member_calls(
    phone: Phone, crew: Crew, caller: Member, *, says_yes: Member, says_no: Member
) -> None:
    wait_until(lambda: bool(mails_to(crew, caller, "/links/")), "nobody was asked to call")
    (mail,) = mails_to(crew, caller, "/links/")
    assert says_yes.name not in mail.text
    phone.come_in_by(mail.link, caller.name)
    phone.press(phone.words("Comes"), row_of(phone, says_yes))
    phone.is_told(phone.words("Noted: %(name)s comes.", name=says_yes.name))
    phone.press(phone.words("Can't come"), row_of(phone, says_no))
    phone.heading(phone.words("All are called. Thank you!"))


def the_date_shows_who_comes(hers: Phone, lunch: int, members: list[Member]) -> None:
    hers.open(f"/activities/dates/{lunch}")
    part = hers.section(hers.words("Who has answered the reminder"))
    for member in members:
        hers.reads(member.name, part)
    hers.does_not_read(hers.words("Has said yes"), part)
