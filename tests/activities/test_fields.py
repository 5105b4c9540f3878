"""Several days in one field, as people type them."""

from datetime import date

import pytest

from volunteer.activities.forms.fields import pieces

TODAY = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("10月3日、10月5日", ["10月3日", "10月5日"]),
        ("10月3日 10月5日", ["10月3日", "10月5日"]),
        ("3 Oct, 5 Oct", ["3 Oct", "5 Oct"]),
        ("Wed 14 Oct 2026;next Wed", ["Wed 14 Oct 2026", "next Wed"]),
        (" 、 ", []),
        ("nonsense here", ["nonsense", "here"]),
    ],
)
def test_days_in_a_row_are_told_apart(typed, found):
    assert pieces(typed, TODAY) == found
