"""Addresses as people write them."""

import pytest

from volunteer.core import homes


@pytest.mark.parametrize(
    ("typed", "home"),
    [
        ("锦绣东方小区三栋二单元501室", "锦绣东方小区3栋2单元501室"),
        ("锦绣东方小区十二号楼一单元三零一室", "锦绣东方小区12栋1单元301室"),
        ("二仙桥小区3栋501", "二仙桥小区3栋501室"),
    ],
)
def test_numbers_may_be_written_as_they_are_spoken_and_names_stay_what_they_are(typed, home):
    assert str(homes.read(typed)) == home
