"""Finding people."""

import pytest

from tests.factories.people import PersonFactory
from volunteer.core.errors import NotFound
from volunteer.people import queries

pytestmark = pytest.mark.usefixtures("database")


def test_people_are_listed_by_pinyin():
    people = [PersonFactory(name=name) for name in ("朱一", "安安", "王秀英")]
    PersonFactory()

    found = queries.list_people(person.id for person in people)

    assert [person.name for person in found] == ["安安", "王秀英", "朱一"]


def test_who_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        queries.get_person(12345)
