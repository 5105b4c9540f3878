"""The weekly message: everybody hears once of their own week; who has no mailbox is called."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import crews
from tests.journeys.crews import Crew, Member, RolePlan
from tests.journeys.mail import Mail
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from tests.journeys.words import words
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.core.database import transaction
from volunteer.people.queries import get_person
from volunteer.teams.queries import get_team

pytestmark = pytest.mark.journey

SURNAMES = "周王李张刘陈杨赵黄吴徐孙胡"
GIVEN = ["桂兰", "秀英", "玉珍", "福生"]
NAMES = [surname + given for given in GIVEN for surname in SURNAMES]
CHINA = ZoneInfo("Asia/Shanghai")
WITHOUT_MAIL = 7
ROLES = [RolePlan("帮厨", 3, 5), RolePlan("买菜", 1, 2), RolePlan("分餐", 2, 3)]


def test_everybody_hears_once_of_their_week(on_both: Service, phones: Callable[..., Phone]) -> None:
    crew = crews.start(on_both, NAMES, without_mail=WITHOUT_MAIL)
    leader, cook, waiter, idle = crew.members[1], crew.members[2], crew.members[3], crew.members[9]
    with_mail, without = crew.members[:-WITHOUT_MAIL], crew.members[-WITHOUT_MAIL:]
    assert len(crew.members) == 52
    just_past = datetime.now(CHINA) - timedelta(minutes=1)
    # After noon the message speaks of the seven days from tomorrow on.
    first = just_past.date() + timedelta(days=just_past.hour >= 12)
    day = first + timedelta(days=3)
    lunch = crew.plan("爱心午饭", day, ROLES, leader=leader)
    take_places(crew, lunch, 0, [cook, without[0]])
    take_places(crew, lunch, 2, [leader, crew.members[4], crew.members[5], waiter])

    hers = phones(on_both)
    hers.sign_in(crew.login, crews.PASSWORD)
    set_time(hers, crew, just_past)
    mails = arrived(crew)

    # Every reachable member has exactly one mail, addressed to nobody else.
    assert {address: len(got) for address, got in mails.items()} == dict.fromkeys(
        [member.email for member in with_mail], 1
    )
    assert all(mail.recipients == (mail.to,) for (mail,) in mails.values())
    assert len({mail.link for (mail,) in mails.values()}) == len(with_mail)

    when = f"{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）上午10:00到下午1:00"
    (to_cook,) = mails[cook.email]
    for part in (
        when, "爱心午饭", "帮厨", words("Place: %(place)s", place="黉门街社区活动室一楼"),
        words("%(name)s leads, phone %(phone)s", name=leader.name, phone="139 0000 0001"),
        words("Please bring: %(things)s", things="围裙"),
    ):  # fmt: skip
        assert part in to_cook.text
        assert part in to_cook.html
    assert words("These places are still open and would suit you:") not in to_cook.text
    assert words("For coordinators: these dates still lack people:") not in to_cook.text
    assert words(" (waiting list, number %(number)d)", number=1) in mails[waiter.email][0].text
    (to_idle,) = mails[idle.email]
    assert words("You have promised nothing in this team this week.") in to_idle.text
    own, offered = to_idle.text.split(words("These places are still open and would suit you:"))
    assert when not in own
    assert when in offered
    (to_coordinator,) = mails[crew.coordinator.email]
    lacking = to_coordinator.text.split(words("For coordinators: these dates still lack people:"))[
        1
    ]
    for role in ("帮厨", "买菜"):
        assert words("%(role)s: %(num)d more needed", role=role, num=1) in lacking
    assert "分餐" not in lacking

    the_link_opens(phones(on_both), on_both, cook, to_cook)
    calls_are_made(hers, crew, without, when)
    sums_add_up(hers, crew)


def take_places(crew: Crew, number: int, role: int, members: list[Member]) -> None:
    with crew.service.inside():
        occurrence = get_occurrence(number)
        for member in members:
            person = get_person(member.id)
            signups.sign_up(occurrence, occurrence.roles[role].id, person, by=person)


def set_time(hers: Phone, crew: Crew, at: datetime) -> None:
    """The coordinator chooses the minute that has just gone by.

    A time counts only from when it was set, so it would fall due in a week, or after a wait of up
    to a minute. So we put back one thing: it was set an hour ago.
    """
    hers.open(f"/teams/{crew.id}/reminder")
    hers.choose("周" + "一二三四五六日"[at.weekday()])
    hers.fill(hers.words("At what time?"), f"{at:%H:%M}")
    hers.press(hers.words("Save"))
    hers.is_told(hers.words("Saved."))
    with crew.service.inside(), transaction():
        get_team(crew.id).reminder_set_at = at - timedelta(hours=1)


def arrived(crew: Crew) -> dict[str, list[Mail]]:
    """What each address got of the week, when all that is due has gone; who leads has also been
    told so."""
    runs = "SELECT expected FROM weekly_runs WHERE team_id = :team"
    wait_until(lambda: crew.service.ask(runs, team=crew.id) == [(52,)], "no message was planned")
    crew.service.wait_until_all_is_sent()
    addresses = [member.email for member in crew.members if member.email]
    got = {address: crew.service.mailbox.of(address) for address in addresses}
    leads = words("[You lead] %(title)s", title="爱心午饭")
    weekly = {
        address: [mail for mail in mails if mail.subject != leads] for address, mails in got.items()
    }
    return {address: mails for address, mails in weekly.items() if mails}


def the_link_opens(his: Phone, service: Service, cook: Member, mail: Mail) -> None:
    his.come_in_by(mail.link, cook.name)
    assert his.path == "/my-week"
    his.reads("黉门街社区活动室一楼")


def calls_are_made(hers: Phone, crew: Crew, without: list[Member], when: str) -> None:
    hers.open(f"/teams/{crew.id}/call-list")
    names = hers.page.get_by_role("rowheader")
    expect(names).to_have_count(WITHOUT_MAIL)
    for member in without:
        expect(names.filter(has_text=member.name)).to_have_count(1)
    row = hers.page.get_by_role("row").filter(has_text=without[0].name)
    row.locator("summary").filter(has_text=hers.words("What to say")).click()
    expect(row).to_contain_text(when)
    hers.press(hers.words("Told"), row)
    hers.is_told(hers.words("%(name)s has been told.", name=without[0].name))
    expect(names).to_have_count(WITHOUT_MAIL - 1)
    expect(names.filter(has_text=without[0].name)).to_have_count(0)


def sums_add_up(hers: Phone, crew: Crew) -> None:
    """The page says of 52 messages what became of each, and who gets the next ones."""
    hers.open(f"/teams/{crew.id}/messages")
    next_time = numbers_in(hers.section(hers.words("How many")))
    assert next_time == [52 - WITHOUT_MAIL, WITHOUT_MAIL, 0]
    last_time = hers.section(hers.words("The last time"))
    hers.reads(hers.plural("%(num)d message", "%(num)d messages", 52), last_time)
    told, waiting, *others = numbers_in(last_time)
    assert (told, waiting) == (52 - WITHOUT_MAIL + 1, WITHOUT_MAIL - 1)
    assert set(others) == {0}


def numbers_in(part: Locator) -> list[int]:
    return [int(number) for number in part.locator("dd").all_inner_texts()]
