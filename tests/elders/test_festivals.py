"""Whom the team greets: 重阳节 by the lunar table, and birthdays of those who wish it."""

from datetime import date

import pytest

from tests.factories.elders import ElderFactory, VisitFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from tests.planting import raw_of
from volunteer.core import chinese
from volunteer.core.database import session
from volunteer.elders import festivals
from volunteer.elders.errors import NoLongerServed, NoSuchDay
from volunteer.elders.festivals import CalendarKind, YearlyDay
from volunteer.elders.models import Birthday, ElderStatus, EndReason, VisitStatus

TODAY = date(2026, 9, 20)
LUNAR, SOLAR = CalendarKind.LUNAR, CalendarKind.SOLAR


@pytest.fixture(autouse=True)
def sunday(time_machine, database):
    time_machine.move_to("2026-09-20T02:00Z", tick=False)


# --- the calendar ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2018, date(2018, 10, 17)),
        (2025, date(2025, 10, 29)),
        (2026, date(2026, 10, 18)),
        (2027, date(2027, 10, 8)),
        (2028, date(2028, 10, 26)),
    ],
)
def test_the_double_ninth_of_each_year(year, day):
    assert chinese.double_ninth(year) == day
    assert chinese.lunar_day(day) == "重阳节"


def test_the_double_ninth_of_2018_was_a_wednesday():
    assert chinese.double_ninth(2018).strftime("%A") == "Wednesday"


@pytest.mark.parametrize(("year", "day"), [(2026, date(2026, 2, 17)), (2027, date(2027, 2, 6))])
def test_the_lunar_year_begins_with_the_spring_festival(year, day):
    assert chinese.solar_day(year, 1, 1) == day
    assert (chinese.lunar_year(day), chinese.lunar_year(date(year, 1, 31))) == (year, year - 1)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 9, 20), date(2026, 10, 18)),
        (date(2026, 10, 18), date(2026, 10, 18)),
        (date(2026, 10, 19), date(2027, 10, 8)),
    ],
)
def test_the_next_one_is_todays_or_a_later_one(today, day):
    assert festivals.next_festival(today) == day


@pytest.mark.parametrize(
    ("yearly", "today", "day", "year"),
    [
        # 2025 had two sixth months; a birthday is in the first, normal one.
        (YearlyDay(LUNAR, 6, 5), date(2025, 1, 1), date(2024, 7, 10), None),
        (YearlyDay(LUNAR, 6, 5), date(2025, 3, 1), date(2025, 6, 29), 2025),
        # The last days of a lunar year fall into the next solar one.
        (YearlyDay(LUNAR, 12, 8), date(2026, 1, 10), date(2026, 1, 26), 2025),
        (YearlyDay(LUNAR, 12, 8), date(2026, 1, 27), date(2027, 1, 15), 2026),
        # The second month of 2026 has 29 days.
        (YearlyDay(LUNAR, 2, 30), date(2026, 3, 1), date(2026, 4, 16), 2026),
        (YearlyDay(SOLAR, 2, 29), date(2027, 1, 1), date(2027, 2, 28), 2027),
        (YearlyDay(SOLAR, 2, 29), date(2028, 1, 1), date(2028, 2, 29), 2028),
        (YearlyDay(SOLAR, 1, 2), date(2026, 12, 30), date(2027, 1, 2), 2027),
        (YearlyDay(SOLAR, 9, 20), date(2026, 9, 20), date(2026, 9, 20), 2026),
    ],
)
def test_when_a_birthday_is_next(yearly, today, day, year):
    if year is None:
        assert yearly.in_year(2024) == day
    else:
        assert yearly.next_from(today) == (day, year)


@pytest.mark.parametrize(
    ("yearly", "exists"),
    [
        (YearlyDay(SOLAR, 2, 29), True),
        (YearlyDay(SOLAR, 2, 30), False),
        (YearlyDay(SOLAR, 4, 31), False),
        (YearlyDay(SOLAR, 12, 31), True),
        (YearlyDay(LUNAR, 2, 30), True),
        (YearlyDay(LUNAR, 12, 31), False),
        (YearlyDay(LUNAR, 13, 1), False),
        (YearlyDay(SOLAR, 1, 0), False),
    ],
)
def test_which_days_there_are(yearly, exists):
    assert yearly.exists is exists


# --- 重阳节 -----------------------------------------------------------------------------------


def test_the_oldest_are_greeted_first_and_nobody_twice():
    born = {100: 1926, 95: 1931, 90: 1936, 80: 1946, 79: 1947}
    elders = {age: ElderFactory(birth_year=year) for age, year in born.items()}
    unknown = ElderFactory(birth_year=None)

    bands = festivals.by_age([*elders.values(), unknown], 2026)

    assert bands == [
        (100, [elders[100]]),
        (90, [elders[95], elders[90]]),
        (80, [elders[80]]),
    ]
    assert festivals.people_in(bands) == 4


def test_a_visit_near_the_festival_is_a_greeting_the_nearest_one_when_there_are_several():
    elder, other = ElderFactory(), ElderFactory()
    festival = date(2026, 10, 18)
    VisitFactory(elder=elder, in_days=22)
    on_the_day = VisitFactory(elder=elder, in_days=28)
    VisitFactory(elder=elder, in_days=28, status=VisitStatus.CANCELLED)
    VisitFactory(elder=other, in_days=20)

    assert festivals.greetings(elder.team, festival) == {elder.id: on_the_day}
    assert festivals.greetings(other.team, festival) == {}


# --- birthdays -------------------------------------------------------------------------------


def greeted(team) -> list[tuple]:
    return [(c.elder, c.on, c.turns) for c in festivals.coming_birthdays(team, TODAY)]


def test_only_who_wishes_it_is_on_the_list_of_the_coming_thirty_days():
    team = TeamFactory()
    lunar, solar, last, later, _silent = (
        ElderFactory(team=team, birth_year=1946) for _number in range(5)
    )
    for elder, yearly in (
        (lunar, YearlyDay(LUNAR, 8, 15)),
        (solar, YearlyDay(SOLAR, 9, 20)),
        (last, YearlyDay(SOLAR, 10, 20)),
        (later, YearlyDay(SOLAR, 10, 21)),
    ):
        festivals.wish(elder, yearly, by=PersonFactory())

    assert greeted(team) == [
        (solar, date(2026, 9, 20), 80),
        (lunar, date(2026, 9, 25), 80),
        (last, date(2026, 10, 20), 80),
    ]


def test_a_round_birthday_is_told_and_without_a_year_no_age_is():
    team = TeamFactory()
    for born in (1936, 1937, None):
        elder = ElderFactory(team=team, birth_year=born)
        festivals.wish(elder, YearlyDay(SOLAR, 9, 30), by=PersonFactory())

    coming = festivals.coming_birthdays(team, TODAY)

    assert [(c.turns, c.is_round) for c in coming] == [(90, True), (89, False), (None, False)]


@pytest.mark.parametrize(
    "state",
    [
        {"status": ElderStatus.SUSPENDED},
        {"status": ElderStatus.PROSPECTIVE},
        {"status": ElderStatus.ENDED, "end_reason": EndReason.DIED},
    ],
)
def test_nobody_greets_who_is_away_or_gone(state):
    elder = ElderFactory()
    festivals.wish(elder, YearlyDay(SOLAR, 9, 30), by=PersonFactory())
    for name, value in state.items():
        setattr(elder, name, value)
    session.commit()

    assert greeted(elder.team) == []


def test_the_day_is_sealed_and_forgotten_when_they_do_not_want_it_any_more():
    elder = ElderFactory()
    festivals.wish(elder, YearlyDay(LUNAR, 8, 3), by=PersonFactory())
    festivals.wish(elder, YearlyDay(LUNAR, 8, 4), by=PersonFactory())
    (kept,) = raw_of(Birthday.day)
    assert "lunar" not in kept
    assert festivals.wished(elder) == YearlyDay(LUNAR, 8, 4)

    festivals.wish(elder, None, by=PersonFactory())

    assert festivals.wished(elder) is None
    assert session.query(Birthday).count() == 0


def test_a_day_that_is_in_no_year_is_refused_and_so_is_who_left():
    with pytest.raises(NoSuchDay):
        festivals.wish(ElderFactory(), YearlyDay(SOLAR, 2, 30), by=PersonFactory())
    gone = ElderFactory(status=ElderStatus.ENDED, end_reason=EndReason.MOVED)
    with pytest.raises(NoLongerServed):
        festivals.wish(gone, YearlyDay(SOLAR, 2, 3), by=PersonFactory())
    assert session.query(Birthday).count() == 0
