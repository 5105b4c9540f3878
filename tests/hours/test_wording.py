"""What stands in the place of a name, and who records for a team."""

import pytest

from tests.factories.network import PlaceFactory
from tests.factories.teams import TeamFactory
from volunteer.hours import wording


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王秀英", "王*英"),
        ("李娜", "李*"),
        ("欧阳春梅", "欧**梅"),
        ("Ana Lima", "A******a"),
        ("王", "*"),
        ("", "*"),
    ],
)
def test_enough_to_compare_and_no_more(name, shown):
    assert wording.masked(name) == shown


@pytest.mark.parametrize(
    ("place", "unit"), [("锦绣社区", "锦绣社区居民委员会"), ("小税巷院子", "小税巷院子")]
)
def test_as_a_rule_the_residents_committee_records(place, unit, database):
    assert wording.usual_unit(TeamFactory(place=PlaceFactory(name=place))) == unit
