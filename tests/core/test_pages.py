"""Splitting a long list into pages."""

import pytest
from sqlalchemy import select

from tests.factories.people import PersonFactory
from volunteer.core.pages import page_of
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def seven_people(database):
    for _number in range(7):
        PersonFactory()


def page(number: int):
    return page_of(select(Person).order_by(Person.id), number, length=3)


@pytest.mark.parametrize(
    ("asked", "shown", "rows"), [(1, 1, 3), (3, 3, 1), (0, 1, 3), (-5, 1, 3), (99, 3, 1)]
)
def test_a_page_that_is_out_of_range_means_the_nearest(asked, shown, rows):
    found = page(asked)

    assert (found.number, len(found.rows), found.pages, found.total) == (shown, rows, 3, 7)


def test_all_pages_together_hold_every_row_once():
    numbers = [person.id for number in (1, 2, 3) for person in page(number).rows]

    assert len(numbers) == len(set(numbers)) == 7
