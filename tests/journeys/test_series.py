"""A coordinator plans first Saturdays, changes the series from one date on, and lets it rest."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys import crews
from tests.journeys.crews import Crew
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from volunteer.activities import signups
from volunteer.activities.queries import get_occurrence
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.network import holidays
from volunteer.network.models import Holiday, HolidayKind
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey


@pytest.fixture
def enter_a_holiday() -> Iterator[Callable[[Crew], None]]:
    """On the first Saturday that will be planned, whatever day it is today; taken out afterwards,
    for all teams of the service would be asked about it."""
    entered: list[tuple[Crew, int]] = []

    def enter(crew: Crew) -> None:
        day = clock.today() + timedelta(days=1)
        while not (day.weekday() == 5 and (day.day <= 7 or 15 <= day.day <= 21)):
            day += timedelta(days=1)
        with crew.service.inside():
            person = get_person(crew.members[0].id)
            holiday = holidays.enter(day, HolidayKind.HOLIDAY, "社区节", by=person)
            entered.append((crew, holiday.id))

    yield enter
    for crew, number in entered:
        with crew.service.inside():
            person = get_person(crew.members[0].id)
            holidays.take_out(session.get_one(Holiday, number), by=person)


def test_a_series_is_planned_changed_from_a_date_on_and_rests(
    on_sqlite: Service,
    phones: Callable[..., Phone],
    enter_a_holiday: Callable[[Crew], None],
) -> None:
    crew = crews.start(on_sqlite, ["何素琴", "方玉兰", "石国珍"])
    enter_a_holiday(crew)
    hers = phones(on_sqlite)
    hers.sign_in(crew.login, crews.PASSWORD)

    # A pattern is a start; the chosen answer shows the questions that belong to it, and no others.
    hers.follow(hers.words("Plan an activity"))
    hers.follow(hers.words("Lunch together"))
    expect(hers.page.get_by_text(hers.words("Which one in the month?"))).to_be_hidden()
    hers.choose(hers.words("Every month, by weekday"))
    expect(hers.page.get_by_text(hers.words("Which one in the month?"))).to_be_visible()
    hers.choose("第一个", "checkbox")
    hers.choose("第三个", "checkbox")
    hers.choose("周六", "checkbox")
    hers.fill(hers.words("From which day on?"), "明天")
    hers.fill(hers.words("Where?"), "活动室")
    assert_looks_right(hers.page)
    hers.press(hers.words("Look at it, then publish"))
    hers.reads("每月第一个星期六、第三个星期六，上午10:00到下午1:00")
    expect(hers.section(hers.words("The next dates")).locator("time")).to_have_count(6)
    publish_through_holidays(hers)
    hers.is_told(hers.words("“%(title)s” is on the calendar.", title="一起做午饭"))
    days = days_of(crew)
    assert all(day.weekday() == 5 and (day.day <= 7 or 15 <= day.day <= 21) for day in days)

    # From the third date on it is every Friday: who has a place is named, and told once.
    third = days[sorted(days)[2]]
    take_a_place(crew, third)
    hers.open(f"/activities/dates/{third}/scope")
    assert_looks_right(hers.page)
    hers.follow(hers.words("This one and those after it"))
    hers.choose(hers.words("Every week"))
    # The card is what people press, a second time to take it back.
    hers.page.get_by_role("checkbox", name="周六").locator("xpath=..").click()
    hers.choose("周五", "checkbox")
    hers.press(hers.words("Look at what changes"))
    hers.reads("方玉兰")
    assert_looks_right(hers.page)
    hers.press(hers.words("Yes, change it and tell people"))
    hers.is_told(hers.words("Changed. Everybody concerned is being told."))
    assert sorted(days)[:2] == sorted(days_of(crew))[:2]
    assert {day.weekday() for day in sorted(days_of(crew))[2:]} == {4}
    assert changes_told(crew) == 1

    # The second of the two series rests for ten days.
    begin = sorted(days_of(crew))[2]
    hers.seen_as("link", hers.words("Pause")).last.click()
    hers.fill(hers.words("From which day on?"), begin.isoformat())
    hers.fill(
        hers.words("Until which day, that day included?"), (begin + timedelta(days=9)).isoformat()
    )
    hers.press(hers.words("Look at what changes"))
    assert_looks_right(hers.page)
    hers.press(hers.words("Yes, pause and tell people"))
    hers.is_told(hers.words("The pause is set. Everybody concerned is being told."))
    assert_looks_right(hers.page)
    hers.press(hers.words("Take the pause back"))
    expect(hers.page.get_by_text(hers.words("Take the pause back"))).to_have_count(0)


def publish_through_holidays(hers: Phone) -> None:
    """A date on a holiday is asked about first, and nothing is published before it is answered."""
    hers.press(hers.words("Yes, publish"))
    expect(hers.page.locator(".errors")).to_be_visible()
    for question in hers.page.locator(".on-holiday").all():
        expect(question.get_by_label(hers.words("To which day?"))).to_be_hidden()
        question.get_by_text(hers.words("Move"), exact=True).click()
        expect(question.get_by_label(hers.words("To which day?"))).to_be_visible()
        question.get_by_text(hers.words("Goes on"), exact=True).click()
    assert_looks_right(hers.page)
    hers.press(hers.words("Yes, publish"))


def days_of(crew: Crew) -> dict[date, int]:
    """The days on the team's calendar that take place, and the numbers of their dates."""
    rows = crew.service.ask(
        "SELECT o.planned_on, o.id FROM occurrences o JOIN activities a ON a.id = o.activity_id"
        " WHERE a.team_id = :team AND o.status = 'planned' ORDER BY o.planned_on",
        team=crew.id,
    )
    return {date.fromisoformat(str(day)): int(str(number)) for day, number in rows}


def take_a_place(crew: Crew, number: int) -> None:
    with crew.service.inside():
        occurrence, person = get_occurrence(number), get_person(crew.members[1].id)
        signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)


def changes_told(crew: Crew) -> int:
    rows = crew.service.ask(
        "SELECT count(*), count(*) FROM outbox_messages WHERE kind = 'activity_changed'"
        " AND team_id = :team AND person_id = :person",
        team=crew.id,
        person=crew.members[1].id,
    )
    return int(str(rows[0][0]))
