"""Who comes in by which door, what they see first, and that going out is for good."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.core.searching import sealed

pytestmark = pytest.mark.journey

NAMES = ["郝秀芝", "孔国英", "白素云"]
CHINA = ZoneInfo("Asia/Shanghai")


def test_each_finds_their_own_first_page(on_sqlite: Service, phones: Callable[..., Phone]) -> None:
    crew = crews.start(on_sqlite, NAMES)
    tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
    crew.plan(f"门口聊天{crew.id}", tomorrow, [RolePlan("倒茶", 2, 3)])

    # A visitor: what is on, the teams, and no names.
    visitor = phones(on_sqlite)
    visitor.open("/")
    visitor.heading(visitor.words("This week in the community"))
    visitor.reads(f"门口聊天{crew.id}", visitor.section(visitor.words("What is on these days")))
    visitor.does_not_read(crew.coordinator.name)

    # A volunteer: their week. What a visitor's form asks for is not for them.
    volunteer = phones(on_sqlite)
    volunteer.come_in_by(crew.link_of(crew.members[1]), "孔国英")
    volunteer.open("/")
    volunteer.reads(volunteer.words("Good day, %(name)s", name="孔国英"))
    volunteer.reads(
        f"门口聊天{crew.id}", volunteer.section(volunteer.words("Still needed, and right for you"))
    )
    assert volunteer.open(f"/teams/{crew.id}/members") == 404
    volunteer.faults.clear()

    # A coordinator: what needs them today. A wrong password opens nothing and is said kindly.
    coordinator = phones(on_sqlite)
    coordinator.sign_in(crew.login, "not the password")
    coordinator.is_refused(
        coordinator.words("The sign-in name or the password is not right. Please try again.")
    )
    coordinator.sign_in(crew.login, crews.PASSWORD)
    coordinator.is_told(coordinator.words("Welcome, %(name)s.", name="郝秀芝"))
    coordinator.heading(
        coordinator.plural("%(count)s thing to see to", "%(count)s things to see to", 2)
    )
    # Tomorrow's date, and the same next week.
    expect(coordinator.section(coordinator.words("More dates that lack people"))).to_be_visible()


def test_a_copied_cookie_is_dead_after_signing_out(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    hers, thief = phones(on_sqlite), phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)
    hers.is_told(hers.words("Welcome, %(name)s.", name="郝秀芝"))
    thief.page.context.add_cookies(hers.page.context.cookies())
    assert thief.open("/settings") == 200
    assert thief.path == "/settings"

    # Looking at the address signs nobody out; the button does.
    assert hers.page.request.get("/sign-out").status == 405
    hers.press(hers.words("Sign out (%(name)s)", name="郝秀芝"))
    hers.is_told(hers.words("You are signed out."))

    thief.open("/settings")
    assert thief.path == "/sign-in?next=/settings"
    hers.page.go_back()
    hers.open("/settings")
    assert hers.path == "/sign-in?next=/settings"


def test_large_text_and_language_keep_the_page(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)
    hers.is_told(hers.words("Welcome, %(name)s.", name="郝秀芝"))
    path = f"/teams/{crew.id}/members?q={sealed('白')}"
    hers.open(path)
    html = hers.page.locator("html")

    hers.follow(hers.words("Large text"))
    expect(html).to_have_attribute("data-mode", "elder")
    hers.heading(one_found(hers))
    hers.follow("English")
    expect(html).to_have_attribute("lang", "en")
    hers.language = "en"
    hers.heading(one_found(hers))

    for theme in ("dark", "contrast"):
        hers.open(f"{path}&theme={theme}")
        expect(html).to_have_attribute("data-theme", theme)

    # It is remembered on the next page, and can be taken back there.
    hers.open("/settings")
    hers.heading(hers.words("Is everything still right?"))
    expect(html).to_have_attribute("data-mode", "elder")
    hers.follow("中文")
    hers.language = "zh"
    hers.heading(hers.words("Is everything still right?"))
    hers.follow(hers.words("Normal text"))
    expect(html).not_to_have_attribute("data-mode", "elder")
    assert hers.path.split("?")[0] == "/settings"


def one_found(hers: Phone) -> str:
    return hers.plural(
        "%(count)s member found for “%(words)s”", "%(count)s members found for “%(words)s”", 1,
        words="白",
    )  # fmt: skip
