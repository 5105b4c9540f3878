"""A volunteer says how she wants to be told; a coordinator looks at what messages say."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.notifications import stopping
from volunteer.notifications.topics import Topic
from volunteer.people.models import ToldBy
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李玉珍"]
CHINA = ZoneInfo("Asia/Shanghai")


def test_she_is_called_from_now_on_and_stops_the_weekly_mail_by_its_link(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    wang = crew.named("王秀英")
    hers = phones(on_sqlite)

    hers.come_in_by(crew.link_of(wang), wang.name)
    hers.open("/settings")
    hers.follow(hers.words("How shall we tell you?"))
    assert_looks_right(hers.page)
    hers.choose(hers.words("A coordinator calls me"))
    hers.press(hers.words("Save"))
    hers.is_told(hers.words("Saved."))
    hers.follow(hers.words("My messages"))
    assert_looks_right(hers.page)

    with on_sqlite.inside():
        path = stopping.path(get_person(wang.id), Topic.WEEK)
    from_the_mail = phones(on_sqlite)
    from_the_mail.open(path)
    assert_looks_right(from_the_mail.page)
    with on_sqlite.inside():
        assert get_person(wang.id).wants_week
    from_the_mail.press(from_the_mail.words("No more of these, please"))
    from_the_mail.heading(from_the_mail.words("You get no more of these"))

    with on_sqlite.inside():
        person = get_person(wang.id)
        assert (person.told_by, person.wants_week) == (ToldBy.CALL, False)


def test_a_coordinator_looks_at_what_messages_say_and_adds_a_group(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    day = datetime.now(CHINA).date() + timedelta(days=3)
    lunch = crew.plan("爱心午饭", day, [RolePlan("帮厨", 1, 4)])
    with on_sqlite.inside():
        person, occurrence = get_person(crew.named("王秀英").id), get_occurrence(lunch)
        signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)
    phone = phones(on_sqlite)

    phone.sign_in(crew.login, crews.PASSWORD)
    phone.open(f"/teams/{crew.id}/messages")
    phone.follow(phone.words("What messages say"))
    assert_looks_right(phone.page)
    subject = phone.words("Activities and dates")
    phone.page.locator("summary").filter(has_text=subject).click()
    phone.follow(phone.words("A date was moved"))
    phone.reads("【邻里】")
    phone.reads(re.compile(r"算\d条短信"))
    assert_looks_right(phone.page)
    phone.follow("English", phone.page.locator("main"))
    phone.reads("[Changed]")

    phone.open(f"/teams/{crew.id}/groups")
    assert_looks_right(phone.page)
    phone.choose(phone.words("WeCom (企业微信)"))
    phone.fill(phone.words("What do you call the group?"), "二号院群")
    phone.fill(phone.words("Its webhook address?"), "https://qyapi.weixin.qq.com/send?key=secret")
    phone.press(phone.words("Tell this group as well"))
    phone.is_told(phone.words("From now on “%(name)s” is told as well.", name="二号院群"))
    phone.does_not_read("key=secret")
    assert_looks_right(phone.page)
