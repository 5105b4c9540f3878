"""The number of a certificate: how it is read, however it is typed."""

import pytest

from volunteer.hours import numbers


def test_a_number_has_the_year_the_count_and_eight_digits():
    assert numbers.make(2026, 7)[:10] == "2026-0007-"
    assert numbers.read(numbers.make(2026, 7)) is not None
    assert numbers.read(numbers.make(2026, 12345)) is not None
    assert numbers.make(2026, 7) != numbers.make(2026, 7)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-0007-4839-2617",
        "2026000748392617",
        " 2026 0007 4839 2617 ",
        "２０２６－０００７－４８３９－２６１７",
        "No. 2026—0007—4839—2617",
    ],
)
def test_it_is_read_whatever_stands_between(typed):
    assert numbers.read(typed) == "2026-0007-4839-2617"


@pytest.mark.parametrize("typed", ["", "abc", "2026-0007", "2026-0007-4839-26177777", "王秀英"])
def test_what_can_be_none_is_none(typed):
    assert numbers.read(typed) is None
