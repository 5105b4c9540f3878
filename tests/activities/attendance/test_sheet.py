"""The numbers on the sheet to sign, and reading them when they are typed back."""

import time
from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from volunteer.activities import queries, signups
from volunteer.activities.attendance import sheet
from volunteer.activities.models import SignupStatus
from volunteer.core import clock

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def occurrence(time_machine, database):
    """A date from 10 to 12 in Chengdu in two hours, with eleven people on its list."""
    time_machine.move_to("2026-10-14T00:00Z", tick=False)
    occurrence = OccurrenceFactory(
        starts_at=clock.now() + timedelta(hours=2), roles=[("帮厨", 1, 20)]
    )
    SignupFactory.create_batch(11, occurrence=occurrence)
    return queries.get_occurrence(occurrence.id)


def read(occurrence, text):
    return sheet.read(text, occurrence, sheet.all_lines(occurrence))


def times_of(occurrence, typed, number):
    arrival = typed.arrivals[number]
    return [
        f"{occurrence.team.wall(at):%H:%M}" if at else None
        for at in (arrival.arrived_at, arrival.left_at)
    ]


def errors_of(typed):
    return [(row, word) for row, word, _why in typed.errors]


def test_a_number_is_the_same_person_whoever_comes_and_goes_after_printing(occurrence):
    printed = {line.number: line.person.id for line in sheet.lines(occurrence)}
    third = next(line for line in sheet.lines(occurrence) if line.number == 3)
    signups.withdraw(third.signup, by=third.person)
    SignupFactory(occurrence=occurrence)
    occurrence = queries.get_occurrence(occurrence.id)

    now = {line.number: line.person.id for line in sheet.lines(occurrence)}
    everybody = {line.number: line.person.id for line in sheet.all_lines(occurrence)}

    assert now == {**{n: p for n, p in printed.items() if n != 3}, 12: everybody[12]}
    assert everybody[3] == printed[3]


@pytest.mark.parametrize(
    "text",
    ["1 3 4 7-9", "1,3,4,7-9", "1，3、4；7~9", "1\n3\n4 7 8 9", "１ ３ ４ ７到９", "9 8 7 4 3 1 1",
     "01 03 4 7*9"],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(occurrence, text):
    typed = read(occurrence, text)

    assert (sorted(typed.arrivals), typed.errors) == ([1, 3, 4, 7, 8, 9], [])


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("4 10:20", ["10:20", None]),
        ("4 10:20-11:30", ["10:20", "11:30"]),
        ("4 10.20", ["10:20", None]),
        ("4 1020", ["10:20", None]),
        ("4 1020-1130", ["10:20", "11:30"]),
        ("4 10：20", ["10:20", None]),
        ("3 4 10点20分", ["10:20", None]),
        ("4 8:30-12:30 4", ["08:30", "12:30"]),
    ],
)
def test_a_time_belongs_to_the_number_before_it(occurrence, text, times):
    typed = read(occurrence, text)

    assert typed.errors == []
    assert times_of(occurrence, typed, 4) == times


def test_half_past_two_on_the_sheet_of_an_afternoon_is_in_the_afternoon(database, time_machine):
    time_machine.move_to("2026-10-14T00:00Z", tick=False)
    afternoon = OccurrenceFactory(starts_at=clock.now() + timedelta(hours=6))
    SignupFactory(occurrence=afternoon)
    afternoon = queries.get_occurrence(afternoon.id)

    typed = read(afternoon, "1 2:30-3:45")

    assert typed.errors == []
    assert times_of(afternoon, typed, 1) == ["14:30", "15:45"]


def test_what_is_wrong_is_said_beside_its_line_and_the_rest_is_understood(occurrence):
    typed = read(occurrence, "1 12\n2 王秀英 25:00\n7-99 3 6:00\n10:20\n5 11:00-10:30\n9-7")

    assert sorted(typed.arrivals) == [1, 2, 3, 5]
    assert errors_of(typed) == [
        (1, "12"), (2, "王秀英"), (2, "25:00"), (3, "7-99"), (3, "6:00"), (4, "10:20"),
        (5, "11:00-10:30"), (6, "9-7"),
    ]  # fmt: skip
    assert all(why for _row, _word, why in typed.errors)


def test_a_span_leaves_out_who_had_given_the_place_back_but_the_number_alone_does_not(occurrence):
    second = next(
        s for s in occurrence.signups if s.id == min(s.id for s in occurrence.signups) + 1
    )
    second.status = SignupStatus.WITHDRAWN

    assert sorted(read(occurrence, "1-3").arrivals) == [1, 3]
    assert sorted(read(occurrence, "1-3 2").arrivals) == [1, 2, 3]


@pytest.mark.parametrize(
    "text",
    ["1 " * 100_000, "9" * 100_000, "1-" * 50_000, "10:" * 40_000, "\n" * 100_000,
     "4 " + "1:" * 9999],
)  # fmt: skip
def test_no_text_keeps_the_reader_busy(occurrence, text):
    lines = sheet.all_lines(occurrence)
    begin = time.perf_counter()

    sheet.read(text, occurrence, lines)

    assert time.perf_counter() - begin < 2
