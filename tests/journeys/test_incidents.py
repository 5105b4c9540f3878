"""Somebody is hurt at a date: whom to call, a few words on a phone, and its end."""

from collections.abc import Callable
from datetime import time

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.mail import Mail
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.core import clock

pytestmark = pytest.mark.journey

WORDS = "端汤的时候滑了一下。"


@pytest.mark.parametrize("on_both", ["sqlite"], indirect=True)
def test_an_incident_from_the_first_word_to_its_end(
    on_both: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_both, ["蒋桂芳", "王秀英"])
    wang = crew.members[1]
    with on_both.inside():
        today = clock.today()
    lunch = crew.plan(
        "爱心午饭", today, [RolePlan("帮厨", 1, 2)], starts=time(0), ends=time(23, 59)
    )
    hers, coordinators = (phones(on_both) for _person in range(2))
    say = hers.words

    hers.come_in_by(crew.link_of(wang), wang.name)
    hers.open(f"/activities/dates/{lunch}")
    hers.follow(say("Somebody is hurt"))
    hers.heading(say("Somebody is hurt, or nearly was"))
    expect(hers.page.locator('a[href="tel:120"]')).to_be_visible()
    assert_looks_right(hers.page)
    hers.press(say("Send it"))
    hers.is_refused(say("Please write it in your own words."))
    hers.fill(say("What happened?"), WORDS)
    hers.fill(say("Who was hurt? Write the name"), "王秀英")
    hers.choose(say("The family"), kind="checkbox")
    hers.press(say("Send it"))
    hers.is_told(say("Received. The coordinators are told at once. Thank you."))
    hers.reads(WORDS)
    assert_looks_right(hers.page)

    mail = mail_about(on_both, crew.coordinator.email, "/incidents/")
    assert not any(word in mail.subject + mail.text for word in (WORDS, "王秀英", "伤", "意外"))

    coordinators.sign_in(crew.login, crews.PASSWORD)
    coordinators.reads(say("Has the insurer been told?"))
    coordinators.follow(say("See to it"))
    assert_looks_right(coordinators.page)
    coordinators.page.locator("main .rows a").first.click()
    coordinators.reads(WORDS)
    assert_looks_right(coordinators.page)
    coordinators.choose(say("No, and they need not be"))
    coordinators.press(say("Note it"))
    coordinators.is_told(say("Noted."))
    coordinators.fill(say("What was done?"), "已经不痛了。")
    coordinators.choose(say("Yes, I close it"))
    coordinators.press(say("Write it down"))
    coordinators.is_told(say("Closed."))
    coordinators.follow(say("On paper, for the insurer"))
    coordinators.reads(WORDS)


def mail_about(service: Service, to: str, link: str) -> Mail:
    def arrived() -> list[Mail]:
        return [mail for mail in service.mailbox.of(to) if link in mail.text]

    wait_until(lambda: bool(arrived()), f"no mail to {to} with {link}")
    return arrived()[0]
