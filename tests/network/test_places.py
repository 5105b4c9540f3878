"""Putting a place into the tree."""

import pytest

from tests.factories.network import PlaceFactory
from tests.factories.people import PersonFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.network import places, queries
from volunteer.network.models import Place, PlaceKind

pytestmark = pytest.mark.usefixtures("database")

HONGMEN = [
    (PlaceKind.CITY, "成都市"),
    (PlaceKind.DISTRICT, "武侯区"),
    (PlaceKind.SUBDISTRICT, "玉林街道"),
    (PlaceKind.COMMUNITY, "黉门街社区"),
]


def test_a_place_is_settled_from_the_city_down():
    place = places.settle(HONGMEN, by=PersonFactory())

    assert place.full_name == "成都市 › 武侯区 › 玉林街道 › 黉门街社区"
    assert place.kind is PlaceKind.COMMUNITY


def test_the_same_steps_mean_the_same_place():
    first, second = (places.settle(HONGMEN, by=None) for _time in range(2))

    assert first is second
    assert session.query(Place).count() == 4


def test_neighbouring_communities_share_the_steps_above():
    hongmen = places.settle(HONGMEN, by=None)
    other = places.settle([*HONGMEN[:2], (PlaceKind.COMMUNITY, "凉水井街社区")], by=None)

    assert other.path[1] is hongmen.path[1]
    assert session.query(Place).count() == 5


def test_the_same_name_in_another_city_is_another_place():
    steps = [(PlaceKind.CITY, "重庆市"), *HONGMEN[1:]]

    assert places.settle(HONGMEN, by=None).id != places.settle(steps, by=None).id


def test_the_trail_says_who_added_which_places():
    person = PersonFactory()

    places.settle(HONGMEN, by=person)

    entries = session.query(AuditEntry).filter_by(action="place.added", by_id=person.id)
    assert entries.count() == 4


def test_no_steps_lead_nowhere():
    with pytest.raises(ValueError, match="at least one step"):
        places.settle([], by=None)


def test_places_are_listed_by_kind():
    places.settle(HONGMEN, by=None)

    assert [place.name for place in queries.list_places(PlaceKind.DISTRICT)] == ["武侯区"]
    assert len(queries.list_places()) == 4


def test_who_leaves_the_sub_district_out_means_the_community_that_is_there():
    hongmen = places.settle(HONGMEN, by=None)

    assert places.settle([*HONGMEN[:2], HONGMEN[3]], by=None) is hongmen


def test_who_names_the_sub_district_later_means_the_community_that_is_there_and_says_where():
    first, person = places.settle([*HONGMEN[:2], HONGMEN[3]], by=None), PersonFactory()
    estate = places.settle([*HONGMEN[:2], HONGMEN[3], (PlaceKind.ESTATE, "锦绣苑")], by=None)

    found = places.settle(HONGMEN, by=person)

    assert found is first
    assert first.full_name == "成都市 › 武侯区 › 玉林街道 › 黉门街社区"
    assert estate.community is first
    assert places.settle([*HONGMEN[:2], HONGMEN[3]], by=None) is first
    actions = session.query(AuditEntry).filter_by(by_id=person.id)
    assert {entry.action for entry in actions} == {"place.added", "place.put_in_its_street"}


def test_with_two_of_the_name_it_stays_where_it_is():
    alone = places.settle([*HONGMEN[:2], HONGMEN[3]], by=None)
    elsewhere = PlaceFactory(parent=places.settle(HONGMEN[:3], by=None), name=HONGMEN[3][1])
    third = places.settle(
        [*HONGMEN[:2], (PlaceKind.SUBDISTRICT, "浆洗街街道"), HONGMEN[3]], by=None
    )

    assert len({alone.id, elsewhere.id, third.id}) == 3


def test_of_two_communities_of_that_name_neither_is_meant():
    elsewhere = [*HONGMEN[:2], (PlaceKind.SUBDISTRICT, "浆洗街街道"), HONGMEN[3]]
    both = {places.settle(steps, by=None).id for steps in (HONGMEN, elsewhere)}

    assert places.settle([*HONGMEN[:2], HONGMEN[3]], by=None).id not in both
