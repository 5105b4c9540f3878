"""A person's browser in a journey: says what they press and read, in the page's language."""

import re
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import ConsoleMessage, Locator, Page, Response, expect

from tests.journeys.words import plural, words


def listen(page: Page) -> list[str]:
    """What goes wrong in this page from now on: scripts, blocked content, failed requests."""
    faults: list[str] = []

    def console(said: ConsoleMessage) -> None:
        if said.type == "error":
            faults.append(f"{page.url}: {said.text}")

    def answered(answer: Response) -> None:
        if answer.status >= 500:
            faults.append(f"{answer.status} {answer.url}")

    page.on("console", console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("response", answered)
    return faults


@dataclass
class Phone:
    """Sentences are named by their English original; names and times are written as they are."""

    page: Page
    language: str = "zh"
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.faults = listen(self.page)

    def words(self, english: str, **values: object) -> str:
        return words(english, self.language, **values)

    def plural(self, one: str, many: str, num: int, **values: object) -> str:
        return plural(one, many, num, self.language, **values)

    @property
    def path(self) -> str:
        return "/" + self.page.url.split("/", 3)[3]

    def open(self, path: str) -> int:
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def press(self, name: str, within: Locator | None = None) -> None:
        self.seen_as("button", name, within).click()

    def follow(self, name: str, within: Locator | None = None) -> None:
        self.seen_as("link", name, within).first.click()

    def seen_as(
        self, role: Literal["button", "link"], name: str, within: Locator | None = None
    ) -> Locator:
        """What shows these words; whose it is may be read out behind them, and is not seen."""
        place = within or self.page
        alone = place.get_by_role(role, name=name, exact=True)
        longer = place.get_by_role(role, name=re.compile(f"^{re.escape(name)} "))
        return alone.or_(longer.filter(has=self.page.locator(".vh")))

    def field(self, label: str, number: int = 0) -> Locator:
        # Behind the label may stand that it can be left empty.
        name = re.compile("^" + re.escape(label))
        return self.page.get_by_label(name).nth(number)

    def fill(self, label: str, text: str, number: int = 0) -> None:
        self.field(label, number).fill(text)

    def choose(self, name: str, kind: Literal["radio", "checkbox"] = "radio") -> None:
        """Take one of the cards: people press the card, not the small circle on it."""
        circle = self.page.get_by_role(kind, name=name)
        circle.locator("xpath=..").click()
        expect(circle).to_be_checked()

    def reads(self, text: str | re.Pattern[str], within: Locator | None = None) -> None:
        expect((within or self.page.locator("body")).get_by_text(text).first).to_be_visible()

    def does_not_read(self, text: str, within: Locator | None = None) -> None:
        expect((within or self.page.locator("main")).get_by_text(text)).to_have_count(0)

    def is_told(self, text: str) -> None:
        """It worked, and the page says so."""
        expect(self.page.get_by_role("status").filter(has_text=text)).to_be_visible()

    def is_refused(self, text: str) -> None:
        """It did not work, and the page says why."""
        expect(self.page.get_by_role("alert").filter(has_text=text)).to_be_visible()

    def heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def section(self, heading: str) -> Locator:
        """The part of the page under this heading."""
        return self.page.get_by_role("region", name=heading, exact=True)

    # --- ways that many journeys go ------------------------------------------------------------

    def sign_in(self, login: str, password: str) -> None:
        self.open("/sign-in")
        self.fill(self.words("Your sign-in name"), login)
        self.fill(self.words("Your password"), password)
        # Whoever opened another page at once, on a busy machine, would not be in yet.
        with self.page.expect_navigation():
            self.press(self.words("Sign in"))

    def come_in_by(self, link: str, name: str) -> None:
        """Open a personal link and press its button."""
        self.open(link)
        self.press(self.words("Yes, I am %(name)s, let me in", name=name))
        self.is_told(self.words("Welcome, %(name)s.", name=name))
