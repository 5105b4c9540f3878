"""Volunteers take places on a phone, wait, give back and move up, with JavaScript and without."""

import urllib.request
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李玉珍", "陈德明", "何素芳"]
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_taking_a_place_and_giving_it_back(
    on_both: Service, phones: Callable[..., Phone], scripts: bool
) -> None:
    crew = crews.start(on_both, NAMES)
    coordinator, wang, li, chen, he = crew.members
    day = datetime.now(CHINA).date() + timedelta(days=3)
    lunch = crew.plan(
        "爱心午饭", day, [RolePlan("帮厨", 1, 1), RolePlan("分餐", 1, 2)], leader=coordinator
    )
    haircuts = crew.plan("义务理发", day, [RolePlan("理发", 1, 3)], starts=time(12), ends=time(14))
    hers, lis = phones(on_both, scripts=scripts), phones(on_both, scripts=scripts)
    coordinators = phones(on_both, scripts=scripts)

    # The coordinator makes a link on the member's page. A mail scanner opens it: nothing changes.
    coordinators.sign_in(crew.login, crews.PASSWORD)
    coordinators.open(f"/teams/{crew.id}/members")
    row = coordinators.page.get_by_role("row").filter(has_text=wang.name)
    row.get_by_role("link", name=coordinators.words("Details")).click()
    coordinators.press(coordinators.words("Make a personal link"))
    link = coordinators.page.locator("#personal-link").inner_text()
    state = state_of_doors(on_both)
    for method in ("HEAD", "GET", "GET"):
        request = urllib.request.Request(link, method=method)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            assert answer.status == 200
    assert state_of_doors(on_both) == state

    # She opens it, presses the button, and takes a place from her week.
    hers.come_in_by(link, wang.name)
    offered = hers.section(hers.words("Still needed, and right for you"))
    offered.get_by_role("listitem").filter(has_text="爱心午饭").first.get_by_role("link").click()
    hers.press(hers.words("I come: %(role)s", role="帮厨"))
    hers.is_told(hers.words("You have a place. Thank you!"))
    hers.reads(hers.words("You have a place: %(role)s", role="帮厨"))
    assert phones(on_both, scripts=scripts).open(link) == 200
    assert state_of_doors(on_both)[1] == state[1] + 1

    # At that time she is busy, and is told so when she wants to be elsewhere too.
    hers.open(f"/activities/dates/{haircuts}")
    hers.press(hers.words("I come: %(role)s", role="理发"))
    hers.is_refused(
        hers.words(
            "You have promised to be somewhere else at that time. Please give that place back first."
        )
    )
    assert places_of(on_both, wang.id) == [(lunch, "going")]

    # It is full for the next one, who waits; a third waits behind her.
    lis.come_in_by(crew.link_of(li), li.name)
    lis.open(f"/activities/dates/{lunch}")
    lis.press(lis.words("Put me on the waiting list"))
    lis.is_told(
        lis.words(
            "It is full. You are on the waiting list and will be told when a place comes free."
        )
    )
    lis.reads(lis.words("Waiting list, number %(number)d", number=1))
    with on_both.inside():
        third, date = get_person(chen.id), get_occurrence(lunch)
        signups.sign_up(date, date.roles[0].id, third, by=third)

    # She gives her place back; whoever has waited longest gets it, and a mail.
    hers.open("/my-week")
    hers.follow(hers.words("I can't come"))
    hers.reads(hers.words("Whoever has waited longest gets the place and is told at once."))
    hers.press(hers.words("Yes, give it back"))
    hers.is_told(hers.words("The place was given back. Thank you for saying so."))
    assert places_of(on_both, li.id) == [(lunch, "going")]
    assert places_of(on_both, chen.id) == [(lunch, "waiting")]
    wait_until(lambda: bool(on_both.mailbox.of(li.email)), "no mail about the free place")
    on_both.wait_until_all_is_sent()
    (mail,) = on_both.mailbox.of(*(member.email for member in crew.members))
    assert mail.recipients == (li.email,)
    weekday = "一二三四五六日"[day.weekday()]
    assert f"{day.month}月{day.day}日（周{weekday}）" in mail.text
    assert "上午10:00到下午1:00" in mail.text
    assert "帮厨" in mail.text
    lis.open(mail.link)
    lis.reads(lis.words("You have a place: %(role)s", role="帮厨"))

    # The coordinator enters somebody who has said so aloud, and the record says who did it.
    coordinators.open(f"/activities/dates/{lunch}")
    coordinators.field(coordinators.words("Whom?")).select_option(value=str(he.id))
    coordinators.choose("分餐")
    coordinators.press(coordinators.words("Sign them up"))
    coordinators.is_told(coordinators.words("%(name)s has a place.", name=he.name))
    coordinators.reads(coordinators.words("entered by %(name)s", name=coordinator.name))
    coordinators.open(f"/teams/{crew.id}/history")
    newest = coordinators.page.get_by_role("row").nth(1)
    for text in (coordinator.name, coordinators.words("signed up"), "分餐", he.name):
        expect(newest).to_contain_text(text)


def state_of_doors(service: Service) -> tuple[int, int]:
    """How many are signed in, and how many links are used up."""
    ((open_now,),) = service.ask("SELECT count(*) FROM sign_ins")
    ((used,),) = service.ask("SELECT count(*) FROM personal_links WHERE used_at IS NOT NULL")
    return int(str(open_now)), int(str(used))


def places_of(service: Service, person: int) -> list[tuple[object, ...]]:
    return service.ask(
        "SELECT occurrence_id, status FROM signups"
        " WHERE person_id = :person AND status <> 'withdrawn'",
        person=person,
    )
