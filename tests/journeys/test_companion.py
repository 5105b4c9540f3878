"""A neighbour signs up for somebody without a phone, who then ends it with one word."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.core.searching import sealed

pytestmark = pytest.mark.journey

NAMES = ["郝秀芝", "赵桂香", "王秀英"]
CHINA = ZoneInfo("Asia/Shanghai")


def test_a_neighbour_acts_for_a_member_without_a_phone(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    story = Story(on_sqlite, phones(on_sqlite), phones(on_sqlite))
    story.coordinator_names_her()
    story.she_signs_granny_up()
    story.record_says_who_for_whom()
    story.granny_ends_it_by_one_word()
    story.nothing_is_done_any_more()


class Story:
    """王秀英 has no mailbox; 赵桂香 lives next door; 郝秀芝 coordinates."""

    def __init__(self, service: Service, coordinators: Phone, hers: Phone) -> None:
        self.service, self.coordinators, self.hers = service, coordinators, hers
        self.crew = crews.start(service, NAMES, without_mail=1)
        self.neighbour, self.granny = self.crew.named("赵桂香"), self.crew.named("王秀英")
        tomorrow = datetime.now(CHINA).date() + timedelta(days=1)
        roles = [RolePlan("帮厨", 2, 3)]
        self.lunch = self.crew.plan("爱心午饭", tomorrow, roles)
        self.dinner = self.crew.plan("晚饭", tomorrow + timedelta(days=1), roles)

    def coordinator_names_her(self) -> None:
        """She says how we know her, and who heard granny's yes."""
        phone, granny, neighbour = self.coordinators, self.granny, self.neighbour
        phone.sign_in(self.crew.login, crews.PASSWORD)
        phone.open(f"/teams/{self.crew.id}/members?q={sealed(granny.name)}")
        phone.follow(f"{phone.words('Details')} {granny.name}")
        phone.follow(phone.words("Somebody may act for them"))
        assert_looks_right(phone.page)
        choice = phone.field(phone.words("Who will act for them?"))
        choice.select_option(value=str(neighbour.id))
        phone.choose(phone.words("We know them both"))
        phone.choose(phone.words("Aloud"))
        phone.press(phone.words("Yes, they may act"))
        phone.reads(phone.words("For consent that was only spoken, please say who heard it."))
        phone.fill(phone.words("Who heard it?"), self.crew.coordinator.name)
        phone.press(phone.words("Yes, they may act"))
        phone.is_told(
            phone.words(
                "%(companion)s may act for %(name)s now.",
                companion=neighbour.name,
                name=granny.name,
            )
        )
        phone.reads(neighbour.name, phone.page.locator("section:has(#companions)"))
        assert_looks_right(phone.page)

    def she_signs_granny_up(self) -> None:
        """A band over every page says for whom; afterwards she is herself again."""
        hers, granny = self.hers, self.granny
        hers.come_in_by(self.crew.link_of(self.neighbour), self.neighbour.name)
        hers.open("/")
        hers.press(hers.words("Act for %(name)s", name=granny.name))
        band = hers.words("You are acting for %(name)s", name=granny.name)
        hers.reads(band)
        hers.reads(hers.words("The week of %(name)s", name=granny.name))
        assert_looks_right(hers.page)
        hers.open(f"/activities/dates/{self.lunch}")
        hers.reads(band)
        hers.press(hers.words("I come: %(role)s", role="帮厨"))
        hers.is_told(hers.words("%(name)s has a place.", name=granny.name))
        assert self.places() == [(self.lunch, granny.id, self.neighbour.id)]
        hers.open("/settings")
        hers.reads(band)
        hers.does_not_read(hers.words("Sign me out everywhere"))
        assert_looks_right(hers.page)

    def record_says_who_for_whom(self) -> None:
        phone = self.coordinators
        phone.open(f"/activities/dates/{self.lunch}")
        phone.reads(phone.words("entered by %(name)s", name=self.neighbour.name))
        phone.open(f"/teams/{self.crew.id}/history")
        newest = phone.page.get_by_role("row").nth(1)
        for_her = phone.words("for %(name)s", name=self.granny.name)
        for text in (self.neighbour.name, for_her, phone.words("signed up"), "帮厨"):
            expect(newest).to_contain_text(text)

    def granny_ends_it_by_one_word(self) -> None:
        """She says it at the door; the coordinator presses once, while the other still acts."""
        self.hers.open(f"/activities/dates/{self.dinner}")
        phone = self.coordinators
        phone.open(f"/teams/{self.crew.id}/members?q={sealed(self.granny.name)}")
        phone.follow(f"{phone.words('Details')} {self.granny.name}")
        phone.press(phone.words("End"), phone.page.locator("section:has(#companions)"))
        phone.is_told(
            phone.words(
                "%(companion)s does not act for %(name)s any more.",
                companion=self.neighbour.name,
                name=self.granny.name,
            )
        )

    def nothing_is_done_any_more(self) -> None:
        """What was open in her hand is refused, and not done for herself instead."""
        hers = self.hers
        hers.press(hers.words("I come: %(role)s", role="帮厨"))
        hers.is_refused(
            hers.words("You may not act for this person any more. Nothing was changed.")
        )
        assert self.places() == [(self.lunch, self.granny.id, self.neighbour.id)]
        hers.open("/")
        hers.reads(hers.words("Good day, %(name)s", name=self.neighbour.name))
        hers.does_not_read(hers.words("You are acting for %(name)s", name=self.granny.name))
        hers.does_not_read(hers.words("Act for %(name)s", name=self.granny.name))

    def places(self) -> list[tuple[object, ...]]:
        """On which date, for whom, and who entered it."""
        return self.service.ask(
            "SELECT occurrence_id, person_id, by_id FROM signups WHERE occurrence_id IN (:a, :b)",
            a=self.lunch,
            b=self.dinner,
        )
