"""A neighbour starts a team, brings in everybody on a list, and others join and leave it."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.core.searching import sealed

pytestmark = pytest.mark.journey

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = ["桂兰", "秀珍", "德明", "玉芬"]
runs = count(1)


def list_of_52() -> list[str]:
    """As people write lists: every way to part name and phone, same names, a phone of two."""
    names = [s + g for g in GIVEN for s in SURNAMES][:47]
    parting = ["\t", ",", "，", " ", "、"]
    lines = [
        f"{number + 1}. {name}{parting[number % 5]}139 0000 {number:04d}"
        for number, name in enumerate(names)
    ]
    return [
        *lines,
        "王秀英, 028-0000 0101, 住3栋",
        "王秀英\t028-0000 0102\t住7栋",
        "欧阳小红 13900009000 会理发",
        "阿依古丽·买买提，13900009000，和配偶共用电话",
        "李明, 没有电话",
    ]


def test_a_neighbour_starts_a_team(on_sqlite: Service, phones: Callable[..., Phone]) -> None:
    hers, his = phones(on_sqlite), phones(on_sqlite)

    team_path = register_and_start(hers)
    paste_a_list(hers, on_sqlite)
    join_by_the_link(his, hers.page.locator("#join-url").inner_text(), team_path)
    say_yes(hers)
    pause(his, hers, team_path)
    stay_as_last_coordinator(hers, team_path)


def register_and_start(hers: Phone) -> str:
    """She registers and is led on to her team; answers with its address."""
    number = next(runs)
    name, login = "何素琴", f"hesuqin{number}"
    hers.open("/")
    hers.follow(hers.words("Start a team"))
    hers.fill(hers.words("What is your name?"), name)
    hers.fill(hers.words("Your phone number?"), "028-0000 0123")
    hers.fill(hers.words("Your email address?"), f"{login}@example.org")
    hers.fill(hers.words("Which name do you want to sign in with?"), login)
    hers.fill(hers.words("Choose a password"), "三个热包子真好吃")
    hers.press(hers.words("Open my account"))
    hers.is_told(hers.words("Welcome, %(name)s.", name=name))
    hers.fill(hers.words("What is the team called?"), f"锦绣助老队{number}")
    for label, text in (
        ("City", "成都市"),
        ("District", "成华区"),
        ("Community", "锦绣社区"),
        ("Estate", "锦绣东方小区"),
    ):
        hers.fill(hers.words(label), text)
    hers.press(hers.words("Start the team"))
    hers.is_told(hers.words("The team has started. Now add its members."))
    return hers.path.removesuffix("/members/paste")


def paste_a_list(hers: Phone, service: Service) -> None:
    """She looks through what was understood; nothing is saved before that."""
    before = service.count("people", "memberships", "audit_entries")
    text = "\n".join(["姓名\t电话", *list_of_52(), "138 0000 0000"])
    hers.fill(hers.words("Paste the list here"), text)
    hers.press(hers.words("Look it through"))
    hers.heading(
        hers.plural(
            "We read %(count)s new person. Is that right?",
            "We read %(count)s new people. Is that right?",
            52,
        )
    )
    doubtful = hers.page.get_by_role("table", name=hers.words("Please look at these"))
    expect(doubtful.get_by_role("checkbox")).to_have_count(4)
    hers.reads(hers.words("This name is in the list more than once."), doubtful)
    hers.reads(
        hers.words("This phone is in the list more than once. They will share it."), doubtful
    )
    faulty = hers.page.get_by_role("table", name=hers.words("We could not read these"))
    expect(faulty.locator("tbody tr")).to_have_count(1)
    hers.reads("138 0000 0000", faulty)
    hers.reads(hers.words("There is no name in this line."), faulty)
    assert_looks_right(hers.page)
    assert service.count("people", "memberships", "audit_entries") == before

    hers.press(hers.plural("Save %(count)s person", "Save %(count)s people", 52))
    hers.is_told(
        hers.plural("%(num)d person is in the team now.", "%(num)d people are in the team now.", 52)
    )
    hers.heading(
        hers.plural("%(count)s person is in the team", "%(count)s people are in the team", 53)
    )
    assert service.count("people", "memberships")[0] == before[0] + 52


def join_by_the_link(his: Phone, link: str, team_path: str) -> None:
    """Somebody asks to join, and waits for an answer."""
    his.open(link)
    his.fill(his.words("What is your name?"), "唐志强")
    his.fill(his.words("Your phone number?"), "13900008888")
    his.choose(his.words("The team's coordinators may see what I write here."), "checkbox")
    his.press(his.words("Ask to join"))
    his.is_told(his.words("Thank you. The coordinator will answer you."))
    his.open(team_path)
    his.reads(his.words("You have asked to join"))


def say_yes(hers: Phone) -> None:
    """The coordinator finds him on her first page."""
    hers.open("/")
    asking = hers.section(hers.words("They would like to join"))
    hers.reads("唐志强", asking)
    hers.press(hers.words("Yes, welcome"), asking)
    hers.is_told(hers.words("%(name)s is in the team now.", name="唐志强"))


def pause(his: Phone, hers: Phone, team_path: str) -> None:
    his.open(team_path)
    his.follow(his.words("Pause"))
    his.heading(his.words("Do you want to pause?"))
    his.press(his.words("Pause"))
    his.reads(his.words("You are pausing"))
    hers.open(f"{team_path}/members?q={sealed('唐志强')}")
    row = hers.page.get_by_role("row").filter(has_text="唐志强")
    hers.reads(hers.words("Pausing"), row)


def stay_as_last_coordinator(hers: Phone, team_path: str) -> None:
    """The team keeps her, and says what she can do."""
    hers.open(team_path)
    hers.follow(hers.words("Leave the team"))
    hers.heading(hers.words("Who coordinates the team then?"))
    hers.reads(hers.words("For good: hand the team over."))
    hers.open(team_path)
    hers.reads(hers.words("You are in this team"))
