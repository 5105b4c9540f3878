"""A couple signs up with one press, somebody is refused in plain words, and who waits is asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import crews
from tests.journeys.crews import Crew, RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.activities import signups, ties
from volunteer.activities.models import RoleNeeds, WaitingStyle
from volunteer.activities.queries import get_occurrence
from volunteer.core.database import transaction
from volunteer.people import profile
from volunteer.people.queries import get_person
from volunteer.teams.queries import get_team

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李大山", "陈德明", "何素芳"]
CHINA = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_couple_a_refusal_and_a_place_that_is_kept(
    on_sqlite: Service, phones: Callable[..., Phone], language: str
) -> None:
    story = Story(on_sqlite, crews.start(on_sqlite, NAMES))
    hers, chens = (phones(on_sqlite, language=language) for _person in range(2))

    story.read_why_not(hers)
    story.come_together(hers)
    story.wait_in_line(chens)
    story.give_one_place_back(hers)
    story.be_asked_and_say_yes(chens)


class Story:
    """A lunch with two cooks; carrying is for the young. Wang and Li live together."""

    def __init__(self, service: Service, crew: Crew) -> None:
        self.service, self.crew = service, crew
        self.coordinator, self.wang, self.li, self.chen, self.he = crew.members
        day = datetime.now(CHINA).date() + timedelta(days=3)
        roles = [
            RolePlan("帮厨", 1, 2),
            RolePlan("搬米", 1, 2, needs=RoleNeeds(most_age=60, own_tool="推车")),
        ]
        self.lunch = crew.plan("爱心午饭", day, roles)
        with service.inside():
            coordinator = get_person(self.coordinator.id)
            team, wang = get_team(crew.id), get_person(self.wang.id)
            ties.live_together(team, wang, [get_person(self.li.id)], by=coordinator)
            profile.set_birth(wang, 1950, 3, by=coordinator, team=team)
            with transaction():
                get_occurrence(self.lunch).activity.waiting_style = WaitingStyle.ASK

    def read_why_not(self, hers: Phone) -> None:
        hers.come_in_by(self.crew.link_of(self.wang), self.wang.name)
        hers.open(f"/activities/dates/{self.lunch}")
        why = hers.words("This work is up to the age of %(most)d.", most=60)
        hers.reads(hers.words("%(why)s Please choose other work.", why=why))
        hers.reads(hers.words("bring your own: %(tool)s", tool="推车"))
        assert_looks_right(hers.page)

    def come_together(self, hers: Phone) -> None:
        hers.follow(hers.words("Sign up together"))
        assert_looks_right(hers.page)
        hers.choose("帮厨")
        hers.press(hers.words("We come"))
        between = "、" if hers.language == "zh" else ", "
        names = between.join(sorted([self.wang.name, self.li.name], key=self.order))
        hers.is_told(hers.words("A place for each: %(names)s.", names=names))
        assert self.places() == {self.wang.id: "going", self.li.id: "going"}

    def order(self, name: str) -> int:
        return NAMES.index(name)

    def wait_in_line(self, chens: Phone) -> None:
        """It is full; another waits behind him."""
        chens.come_in_by(self.crew.link_of(self.chen), self.chen.name)
        chens.open(f"/activities/dates/{self.lunch}")
        chens.press(chens.words("Put me on the waiting list"))
        chens.reads(chens.words("Waiting list, number %(number)d", number=1))
        with self.service.inside():
            he, lunch = get_person(self.he.id), get_occurrence(self.lunch)
            signups.sign_up(lunch, lunch.roles[0].id, he, by=he)

    def give_one_place_back(self, hers: Phone) -> None:
        """Only hers: he still comes."""
        hers.open("/my-week")
        hers.follow(hers.words("I can't come"))
        hers.reads(hers.words("Whoever has waited longest is asked, then the next one."))
        hers.press(hers.words("Yes, give it back"))
        hers.is_told(hers.words("The place was given back. Thank you for saying so."))
        assert self.places()[self.li.id] == "going"

    def be_asked_and_say_yes(self, chens: Phone) -> None:
        """On his page at once, whatever the hour; the message leaves by day."""
        chens.open(f"/activities/dates/{self.lunch}")
        chens.reads(chens.words("A place came free. Do you come?"))
        assert_looks_right(chens.page)
        chens.press(chens.words("Yes, I come"))
        chens.is_told(chens.words("You have a place. Thank you!"))
        wait_until(lambda: self.places()[self.chen.id] == "going", "he has no place")
        assert self.places()[self.he.id] == "waiting"
        asked = self.service.ask(
            "SELECT count(*) FROM outbox_messages WHERE kind = 'place_asked' AND person_id = :who",
            who=self.chen.id,
        )
        assert asked == [(1,)]

    def places(self) -> dict[int, str]:
        rows = self.service.ask(
            "SELECT person_id, status FROM signups WHERE occurrence_id = :date"
            " AND status <> 'withdrawn'",
            date=self.lunch,
        )
        return {int(str(person)): str(status) for person, status in rows}
