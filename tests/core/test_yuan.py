"""Sums of money as people write and say them, read as whole fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteer.core import yuan


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("100", 10_000), ("36.5", 3650), ("36.50", 3650), ("￥12.80元", 1280), ("１２．８", 1280),
        ("0.01", 1), ("¥ 3", 300), ("1,200", 120_000), ("1，200.50", 120_050), ("100块钱", 10_000),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text, fen):
    assert yuan.in_fen(text) == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12块5", 1250), ("12块05", 1205), ("12块5毛", 1250), ("12元5角", 1250), ("3毛", 30),
        ("3毛5分", 35), ("5分", 5), ("12块5毛5分", 1255), ("十二块五", 1250), ("五十", 5000),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_say_them(text, fen):
    assert yuan.in_fen(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "¥",
        "元",
        "-5",
        "1.234",
        "12..5",
        "86,5",
        "86,5元五角",
        "1.2万",
        "5块5块",
        "一百",
        "abc",
    ],
)
def test_what_could_be_another_sum_is_none(text):
    assert yuan.in_fen(text) is None


@given(st.integers(0, 10**8))
def test_an_amount_that_is_written_is_read_back_the_same(fen):
    assert yuan.in_fen(yuan.in_yuan(fen)) == fen
