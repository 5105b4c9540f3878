"""From the picture at the door to the hours that count: by phone, by a tap, and from paper."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys import crews
from tests.journeys.crews import Member, RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups
from volunteer.activities.attendance import check_in
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.queries import get_occurrence
from volunteer.core import clock, zones
from volunteer.core.database import transaction
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["郝秀芝", "王秀英", "李玉珍", "陈德明", "何素芳"]
CHINA = ZoneInfo("Asia/Shanghai")


def test_who_came_is_known_from_phone_tap_and_paper_and_counts_after_a_person_has_looked(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    story = Story(on_sqlite, phones(on_sqlite), phones(on_sqlite))
    story.sheets_are_printed()
    story.she_scans_the_picture_at_the_door()
    story.somebody_without_a_phone_is_ticked()
    story.the_signed_sheet_is_typed_back()
    story.the_day_is_closed()
    story.she_sees_her_hours()


class Story:
    """王秀英 has a phone, 李玉珍 none, 陈德明 signs the sheet, 何素芳 stays at home."""

    def __init__(self, service: Service, coordinators: Phone, hers: Phone) -> None:
        self.service, self.coordinators, self.hers = service, coordinators, hers
        self.crew = crews.start(service, NAMES, without_mail=1)
        self.wang, self.li, self.chen, self.he = self.crew.members[1:]
        tomorrow: date = datetime.now(CHINA).date() + timedelta(days=1)
        self.date = self.crew.plan("爱心午饭", tomorrow, [RolePlan("帮厨", 2, 6)])
        with service.inside():
            for member in (self.wang, self.li, self.chen, self.he):
                person, lunch = get_person(member.id), get_occurrence(self.date)
                signups.sign_up(lunch, lunch.roles[0].id, person, by=person)
        # Two hours long; it began five minutes ago.
        self.begin(timedelta(minutes=-5))
        with service.inside():
            self.code = check_in.code_of(get_occurrence(self.date))
            self.digits = check_in.digits_of(get_occurrence(self.date))

    def begin(self, since: timedelta) -> None:
        """Let the date begin then, and everybody have come as they have: time goes by."""
        with self.service.inside(), transaction():
            lunch = get_occurrence(self.date)
            by = clock.now() + since - lunch.starts_at
            lunch.starts_at += by
            lunch.ends_at = lunch.starts_at + timedelta(hours=2)
            lunch.wall_starts = zones.to_wall(lunch.starts_at, "Asia/Shanghai")
            lunch.wall_ends = zones.to_wall(lunch.ends_at, "Asia/Shanghai")
            for row in attendance_queries.list_attendances(lunch):
                row.arrived_at = row.arrived_at and row.arrived_at + by

    def sheets_are_printed(self) -> None:
        phone = self.coordinators
        phone.sign_in(self.crew.login, crews.PASSWORD)
        phone.open(f"/activities/dates/{self.date}")
        phone.follow(phone.words("Who is here: check-in and hours"))
        phone.follow(phone.words("Sheet for the door"))
        phone.reads(f"{self.digits[:3]} {self.digits[3:]}")
        assert_looks_right(phone.page)
        phone.open(f"/activities/dates/{self.date}/roster")
        row = phone.page.get_by_role("row").filter(has_text=self.chen.name)
        expect(row.locator("td").first).to_have_text("3")

    def she_scans_the_picture_at_the_door(self) -> None:
        """Signing in on the way; opening alone changes nothing."""
        phone = self.hers
        phone.come_in_by(self.crew.link_of(self.wang), self.wang.name)
        phone.open(f"/activities/dates/{self.date}/arrival/{self.code}")
        assert_looks_right(phone.page)
        assert self.noted() == []
        phone.press(phone.words("I am here"))
        phone.is_told(phone.words("You are checked in. Good that you are here!"))
        assert_looks_right(phone.page)
        assert self.noted() == [(self.wang.id, "wall")]
        phone.press(phone.words("I leave now"))
        phone.press(phone.words("Pressed by mistake, I am still here"))
        phone.is_told(phone.words("You are still here."))

    def somebody_without_a_phone_is_ticked(self) -> None:
        phone = self.coordinators
        phone.open(f"/activities/dates/{self.date}/attendance")
        phone.press(phone.words("Is here"), self.row_of(self.li))
        assert_looks_right(phone.page)
        phone.press(phone.words("Undo"), self.row_of(self.li))
        phone.press(phone.words("Is here"), self.row_of(self.li))
        phone.reads(phone.plural("%(num)d of %(all)d is here", "%(num)d of %(all)d are here", 2,
                                 all=4))  # fmt: skip
        assert self.noted() == [(self.wang.id, "wall"), (self.li.id, "coordinator")]

    def the_signed_sheet_is_typed_back(self) -> None:
        """A number that is not on it first: what was typed stays, and nothing is saved."""
        phone, label = self.coordinators, self.coordinators.words("Which numbers signed?")
        phone.follow(phone.words("Type the sheet back"))
        phone.fill(label, "3\n9")
        phone.press(phone.words("Show the names first"))
        phone.is_refused(
            phone.words("The sheet has no number %(number)d, only 1 to %(last)d.", number=9, last=4)
        )
        expect(phone.field(label)).to_have_value("3\n9")
        assert_looks_right(phone.page)
        phone.fill(label, "3")
        phone.press(phone.words("Show the names first"))
        phone.reads(self.chen.name)
        phone.press(phone.words("Yes, save it"))
        phone.is_told(
            phone.plural("Saved. %(num)d person more came.", "Saved. %(num)d people more came.", 1)
        )
        assert self.noted()[2:] == [(self.chen.id, "paper")]

    def the_day_is_closed(self) -> None:
        """From the first page; who has no mark is asked about."""
        self.begin(timedelta(hours=-3))
        phone = self.coordinators
        phone.open("/")
        waiting = phone.section(phone.words("Days to be closed, so that hours count"))
        phone.follow(phone.words("Close the day"), waiting)
        forgot = phone.words("Did not check out: by rule until the end, %(time)s", time="|")
        phone.reads(forgot.split("|")[0])
        assert_looks_right(phone.page)
        phone.press(phone.words("Close the day"))
        phone.reads(
            phone.plural(
                "%(num)d person has no mark yet. Please say what holds for them.",
                "%(num)d people have no mark yet. Please say what holds for them.",
                1,
            )
        )
        rest = phone.page.get_by_role(
            "radiogroup", name=phone.words("What about those without a mark?")
        )
        rest.get_by_text(phone.words("Did not come"), exact=True).click()
        phone.press(phone.words("Close the day"))
        phone.is_told(phone.words("Closed. These hours count now."))
        assert_looks_right(phone.page)

    def she_sees_her_hours(self) -> None:
        phone = self.hers
        phone.open("/my-week")
        phone.follow(phone.words("My hours"))
        phone.heading(phone.plural("%(num)d hour", "%(num)d hours", 2))
        phone.reads(phone.words("confirmed by %(name)s", name=self.crew.coordinator.name))
        assert_looks_right(phone.page)
        phone.follow(phone.words("My record is wrong"))
        assert_looks_right(phone.page)
        phone.fill(phone.words("What is not right?"), "我做到12点才走")
        phone.press(phone.words("Send it to the coordinators"))
        phone.is_told(phone.words("Thank you. The coordinators of the team look into it."))
        counted = self.service.ask(
            "SELECT person_id, minutes FROM attendances WHERE confirmed_at IS NOT NULL"
            " AND occurrence_id = :date ORDER BY person_id",
            date=self.date,
        )
        assert counted == [(member.id, 120) for member in (self.wang, self.li, self.chen)]

    def row_of(self, member: Member) -> Locator:
        return self.coordinators.page.get_by_role("listitem").filter(has_text=member.name)

    def noted(self) -> list[tuple[object, ...]]:
        return self.service.ask(
            "SELECT person_id, way FROM attendances WHERE occurrence_id = :date ORDER BY id",
            date=self.date,
        )
