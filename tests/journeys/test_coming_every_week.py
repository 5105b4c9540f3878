"""Somebody comes every week, can't once, is stood in for; two swap their dates. On a phone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import crews
from tests.journeys.crews import Crew, Member, RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.core.database import transaction
from volunteer.people.queries import get_person
from volunteer.teams.queries import get_team

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英", "李玉珍", "陈德明"]


def test_coming_every_week_and_being_stood_in_for(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    story = Story(on_sqlite, crews.start(on_sqlite, NAMES))
    hers, lis, coordinators = (phones(on_sqlite) for _person in range(3))

    story.come_every_week(hers)
    story.pause(hers)
    story.say_that_she_cannot_come(hers)
    story.see_what_goes_on(coordinators)
    story.be_asked_and_come(lis)
    story.read_who_comes(coordinators)


def test_swapping_dates_in_english(on_sqlite: Service, phones: Callable[..., Phone]) -> None:
    story = Story(on_sqlite, crews.start(on_sqlite, NAMES))
    hers, theirs = (phones(on_sqlite, language="en") for _person in range(2))

    story.take(story.wang, story.dates[0])
    story.take(story.chen, story.dates[1])
    story.ask_to_swap(hers)
    story.say_yes(theirs)


class Story:
    """A lunch for one cook, in a team where it is noon now: nobody is asked at night."""

    def __init__(self, service: Service, crew: Crew) -> None:
        self.service, self.crew = service, crew
        self.coordinator, self.wang, self.li, self.chen = crew.members
        hours_ahead = 12 - datetime.now(UTC).hour
        zone = f"Etc/GMT{-hours_ahead:+d}" if hours_ahead else "Etc/GMT"
        with service.inside(), transaction():
            get_team(crew.id).zone = zone
        day = datetime.now(ZoneInfo(zone)).date() + timedelta(days=3)
        self.first = crew.plan("爱心午饭", day, [RolePlan("帮厨", 1, 1)])
        self.dates = [
            number
            for (number,) in service.ask(
                "SELECT id FROM occurrences WHERE activity_id ="
                " (SELECT activity_id FROM occurrences WHERE id = :first) ORDER BY starts_at",
                first=self.first,
            )
        ]

    def come_every_week(self, hers: Phone) -> None:
        """One date first; its page offers all of them."""
        hers.come_in_by(self.crew.link_of(self.wang), self.wang.name)
        hers.open(f"/activities/dates/{self.first}")
        hers.press(hers.words("I come: %(role)s", role="帮厨"))
        hers.follow(hers.words("Come every week"))
        hers.heading(hers.words("Come every week?"))
        hers.press(hers.words("Yes, every time"))
        hers.is_told(hers.words("Thank you! You have a place on each of these dates."))
        assert self.coming(self.wang) == self.dates

    def pause(self, hers: Phone) -> None:
        """She is away for the third date."""
        ((day,),) = self.service.ask(
            "SELECT planned_on FROM occurrences WHERE id = :third", third=self.dates[2]
        )
        hers.follow(hers.words("Pause"))
        hers.fill(hers.words("From which day?"), str(day))
        hers.fill(hers.words("Until which day?"), str(day))
        hers.press(hers.words("Pause"))
        hers.is_told(hers.words("The pause is noted. Have a good time!"))
        assert self.coming(self.wang) == [d for d in self.dates if d != self.dates[2]]

    def say_that_she_cannot_come(self, hers: Phone) -> None:
        hers.open(f"/activities/dates/{self.first}")
        hers.follow(hers.words("I can't come"))
        hers.choose(hers.words("I am not well"))
        hers.fill(hers.words("Anything the coordinator should know?"), "膝盖痛")
        hers.press(hers.words("Find somebody instead"))
        hers.is_told(hers.words("We ask others now. You need not do anything more."))
        hers.reads(hers.words("Looking for somebody instead of you"))
        assert_looks_right(hers.page)
        assert self.coming(self.wang)[0] == self.first

    def see_what_goes_on(self, coordinators: Phone) -> None:
        """Who is asked stands on the coordinator's pages."""
        coordinators.sign_in(self.crew.login, crews.PASSWORD)
        coordinators.reads(coordinators.words("Looking for somebody instead"))
        coordinators.open(f"/activities/dates/{self.first}")
        question = coordinators.words("Who comes instead of %(name)s?", name=self.wang.name)
        card = coordinators.section(question)
        for member in (self.li, self.chen):
            coordinators.reads(member.name, within=card)
        assert_looks_right(coordinators.page)

    def be_asked_and_come(self, lis: Phone) -> None:
        """The link in the mail lets her in; reading it answers nothing."""
        mailbox = self.service.mailbox
        wait_until(lambda: bool(mailbox.of(self.li.email)), "nobody was asked by mail")
        mail = mailbox.of(self.li.email)[-1]
        assert "爱心午饭" in mail.subject
        assert "膝盖" not in mail.text
        lis.come_in_by(mail.link, self.li.name)
        lis.heading(lis.words("Can you come instead?"))
        assert_looks_right(lis.page)
        assert self.coming(self.li) == []
        lis.press(lis.words("Yes, I come"))
        lis.is_told(lis.words("You come instead. Thank you!"))
        assert self.coming(self.li) == [self.first]
        assert self.coming(self.wang)[0] == self.dates[1]

    def read_who_comes(self, coordinators: Phone) -> None:
        """And why she can't, which is for coordinators only."""
        coordinators.open(f"/activities/dates/{self.first}")
        card = coordinators.section(coordinators.words("They can't come"))
        for text in (self.wang.name, coordinators.words("said so in time"), "膝盖痛"):
            coordinators.reads(text, within=card)
        assert_looks_right(coordinators.page)

    def take(self, member: Member, date: object) -> None:
        with self.service.inside():
            occurrence, person = get_occurrence(int(str(date))), get_person(member.id)
            signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)

    def ask_to_swap(self, hers: Phone) -> None:
        """She would give the first date for the second; nothing changes yet."""
        hers.come_in_by(self.crew.link_of(self.wang), self.wang.name)
        hers.open(f"/activities/dates/{self.dates[0]}")
        hers.follow("I can't come")
        hers.follow("Swap dates with somebody")
        hers.page.locator("label.choice").filter(has_text=self.chen.name).click()
        hers.press("Ask whether they would swap")
        hers.is_told(f"{self.chen.name} is being asked.")
        assert self.coming(self.wang) == [self.dates[0]]

    def say_yes(self, theirs: Phone) -> None:
        """The link in the mail lets Chen in; one button changes both dates."""
        mailbox = self.service.mailbox
        wait_until(lambda: bool(mailbox.of(self.chen.email)), "nobody was asked to swap")
        theirs.come_in_by(mailbox.of(self.chen.email)[-1].link, self.chen.name)
        theirs.heading(f"Would you swap dates with {self.wang.name}?")
        assert_looks_right(theirs.page)
        theirs.press("Yes, swap them")
        theirs.is_told("The dates are swapped. Thank you!")
        assert self.coming(self.chen) == [self.dates[0]]
        assert self.coming(self.wang) == [self.dates[1]]

    def coming(self, member: Member) -> list[object]:
        """The dates on which they have a place, soonest first."""
        rows = self.service.ask(
            "SELECT o.id FROM signups s JOIN occurrences o ON o.id = s.occurrence_id"
            " WHERE s.person_id = :person AND s.status = 'going' ORDER BY o.starts_at",
            person=member.id,
        )
        return [number for (number,) in rows]
