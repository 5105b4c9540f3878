"""Dates and times as people say them, and read back from what they type."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as some

from volunteer.core import saying

# A Monday.
TODAY = date(2026, 10, 12)
near_days = some.integers(-80, 270).map(lambda number: TODAY + timedelta(days=number))
minutes = some.times().map(lambda t: t.replace(second=0, microsecond=0))


@contextmanager
def in_english() -> Iterator[None]:
    """Outside of an app everything is said in Chinese."""
    app = Flask(__name__)
    Babel(app)
    with app.app_context(), force_locale("en"):
        yield


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-10-14", date(2026, 10, 14)),
        ("2026/10/14", date(2026, 10, 14)),
        ("2027年1月3日", date(2027, 1, 3)),
        ("10月14日", date(2026, 10, 14)),
        ("10月14号", date(2026, 10, 14)),
        ("10.14", date(2026, 10, 14)),
        ("10月14日（周三）", date(2026, 10, 14)),
        ("１０月１４日", date(2026, 10, 14)),
        ("1月3日", date(2027, 1, 3)),
        ("8月1日", date(2026, 8, 1)),
        ("今天", TODAY),
        ("明天", date(2026, 10, 13)),
        ("大后天", date(2026, 10, 15)),
        ("Tomorrow", date(2026, 10, 13)),
        ("周一", TODAY),
        ("周三", date(2026, 10, 14)),
        ("星期天", date(2026, 10, 18)),
        ("下周三", date(2026, 10, 21)),
        ("下个星期三", date(2026, 10, 21)),
        ("下下周一", date(2026, 10, 26)),
        ("这周五", date(2026, 10, 16)),
        ("本周日", date(2026, 10, 18)),
        ("昨天", date(2026, 10, 11)),
        ("前天", date(2026, 10, 10)),
        ("十月十四号", date(2026, 10, 14)),
        ("十二月二十一日", date(2026, 12, 21)),
        ("二〇二七年一月三日", date(2027, 1, 3)),
        ("2027年1月3号", date(2027, 1, 3)),
        ("明年3月1日", date(2027, 3, 1)),
        ("明年三月一号", date(2027, 3, 1)),
        ("今年12月30日", date(2026, 12, 30)),
        ("去年10月1日", date(2025, 10, 1)),
        ("下个月5号", date(2026, 11, 5)),
        ("这个月二十号", date(2026, 10, 20)),
        ("Wed", date(2026, 10, 14)),
        ("Wednesday", date(2026, 10, 14)),
        ("next Wed", date(2026, 10, 21)),
        ("14 Oct", date(2026, 10, 14)),
        ("Oct 14", date(2026, 10, 14)),
        ("14th October", date(2026, 10, 14)),
        ("Sept. 30", date(2026, 9, 30)),
        ("Wed 14 Oct", date(2026, 10, 14)),
        ("Sun 3 Jan 2027", date(2027, 1, 3)),
        ("January 3, 2027", date(2027, 1, 3)),
    ],
)
def test_a_day_is_read_as_people_type_it(typed, day):
    assert saying.read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2月30日",
        "下个月31号",
        "明年",
        "明年2月29日",
        "13月1日",
        "2026-02-29",
        "soon",
        "周八",
        "十月十四",
        "十月初三",
        "十十月一号",
        "10月",
        "1",
        "0月0日",
        "14/10/2026",
        "30 Feb",
        "Oct",
    ],
)
def test_what_is_no_day_is_not_guessed(typed):
    assert saying.read_day(typed, TODAY) is None


def test_in_january_a_day_of_december_is_the_one_that_has_just_been():
    today = date(2027, 1, 5)

    typed = ("12月30日", "12.30", "十二月三十号", "30 Dec", "10月1日", "1月5日", "2月1日")
    assert [saying.read_day(words, today) for words in typed] == [
        *[date(2026, 12, 30)] * 4, date(2027, 10, 1), today, date(2027, 2, 1),
    ]  # fmt: skip


def test_the_twenty_ninth_of_february_is_the_next_one_there_is():
    assert saying.read_day("2月29日", date(2027, 12, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9:30", time(9, 30)),
        ("9：30", time(9, 30)),
        ("9点", time(9)),
        ("9点半", time(9, 30)),
        ("上午9点", time(9)),
        ("下午2点半", time(14, 30)),
        ("中午12点", time(12)),
        ("中午1点", time(13)),
        ("晚上8点10分", time(20, 10)),
        ("凌晨1点", time(1)),
        ("3点", time(15)),
        ("五点半", time(17, 30)),
        ("凌晨三点", time(3)),
        ("六点", time(6)),
        ("3:00", time(3)),
        ("九点", time(9)),
        ("下午三点", time(15)),
        ("下午两点半", time(14, 30)),
        ("晚上七点一刻", time(19, 15)),
        ("上午十点四十五分", time(10, 45)),
        ("十一点三刻", time(11, 45)),
        ("凌晨12点", time(0)),
        ("晚上12点", time(0)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
        ("1 pm", time(13)),
        ("12 am", time(0)),
        ("12:30 pm", time(12, 30)),
        ("14", time(14)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, at):
    assert saying.read_clock(typed) == at


@pytest.mark.parametrize(
    "typed", ["", "24:00", "9:60", "noon", "二十五点", "点半", "-1", "9:3:0", "下午14:99"]
)
def test_what_is_no_time_is_not_guessed(typed):
    assert saying.read_clock(typed) is None


@pytest.mark.parametrize("typed", ["24:00", "24", "24点", "二十四点", "24时", "晚上24：00", "0:00"])
def test_where_something_ends_24_00_is_midnight(typed):
    assert saying.read_end(typed) == time(0)


@pytest.mark.parametrize(("typed", "at"), [("23:59", time(23, 59)), ("24:30", None), ("240", None)])
def test_where_something_ends_every_other_time_is_read_as_ever(typed, at):
    assert saying.read_end(typed) == at


@given(minutes)
def test_every_time_that_we_say_in_chinese_we_read_back(at):
    assert saying.read_clock(saying.clock_words(at)) == at


@given(minutes)
def test_every_time_that_we_say_in_english_we_read_back(at):
    with in_english():
        words = saying.clock_words(at)

    assert saying.read_clock(words) == at


@given(near_days)
def test_every_day_that_we_say_in_chinese_we_read_back(day):
    assert saying.read_day(saying.day_words(day), TODAY) == day


@given(some.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_every_day_that_a_form_shows_is_read_back(day):
    with in_english():
        english = saying.typed_day(day, TODAY)

    assert saying.read_day(saying.typed_day(day, TODAY), TODAY) == day
    assert saying.read_day(english, TODAY) == day


def test_a_form_shows_a_day_as_people_read_it():
    assert saying.typed_day(date(2026, 10, 14), TODAY) == "10月14日（周三）"
    assert saying.typed_day(date(2027, 1, 3), TODAY) == "2027年1月3日（周日）"
    assert saying.typed_day(date(2026, 3, 1), TODAY) == "2026-03-01"


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "22026-10-14", "二二〇〇年一月一日"])
def test_a_year_that_nobody_means_is_asked_about(text):
    assert saying.read_day(text, TODAY) is None


@given(near_days)
def test_a_day_with_its_year_is_always_read_back(day):
    assert saying.read_day(f"{day:%Y-%m-%d}", TODAY) == day


@given(some.text(max_size=20))
def test_nothing_that_is_typed_breaks_the_reader(text):
    assert saying.read_day(text, TODAY) is None or isinstance(saying.read_day(text, TODAY), date)
    assert saying.read_clock(text) is None or isinstance(saying.read_clock(text), time)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (time(10), "上午10:00"),
        (time(12), "中午12:00"),
        (time(13), "下午1:00"),
        (time(18), "晚上6:00"),
        (time(0, 5), "凌晨12:05"),
    ],
)
def test_chinese_readers_count_to_twelve(at, words):
    assert saying.clock_words(at) == words


def test_days_and_spans_in_chinese():
    assert saying.day_words(date(2026, 10, 14)) == "10月14日（周三）"
    assert saying.day_words(date(2027, 1, 3), today=TODAY) == "2027年1月3日（周日）"
    assert saying.span_words(time(10), time(13)) == "上午10:00到下午1:00"
    assert saying.weekday_long(2) == "星期三"


def test_a_calendar_leaf_has_its_month_beside_which_the_lunar_one_stands():
    new_year = date(2027, 1, 1)
    assert saying.leaf_weekday(new_year) == "1月周五"
    assert saying.leaf_weekday(new_year, date(2026, 12, 30)) == "1月周五"
    with in_english():
        assert (saying.leaf_weekday(new_year), saying.lunar_day(new_year)) == ("Fri", "Jan")


def test_days_and_spans_in_english():
    with in_english():
        assert saying.day_words(date(2026, 10, 14)) == "Wed 14 Oct"
        assert saying.day_words(date(2027, 1, 3), today=TODAY) == "Sun 3 Jan 2027"
        assert saying.span_words(time(10), time(13)) == "10:00 am to 1:00 pm"
        assert saying.clock_words(datetime.combine(TODAY, time(0, 5))) == "12:05 am"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (2, "the day after tomorrow"),
        (3, "Thu"),
        (7, "19 Oct"),
        (-1, "11 Oct"),
    ],
)
def test_near_days_have_names(days, words):
    with in_english():
        assert saying.near_day(TODAY + timedelta(days=days), TODAY) == words


def test_between_two_sentences_chinese_has_no_space():
    assert saying.gap() == ""
    with in_english():
        assert saying.gap() == " "


def test_names_in_a_row_stand_as_each_language_lists_them():
    assert saying.listed(["王秀英", "李玉珍"]) == "王秀英、李玉珍"
    assert saying.listed([]) == ""
    with in_english():
        assert saying.listed(["Wang Xiuying", "Li Yuzhen"]) == "Wang Xiuying, Li Yuzhen"


@pytest.mark.parametrize(
    ("typed", "ahead", "past"),
    [
        ("15号", date(2026, 12, 15), date(2026, 11, 15)),
        ("十五号", date(2026, 12, 15), date(2026, 11, 15)),
        ("1号", date(2026, 12, 1), date(2026, 12, 1)),
        ("31日", date(2026, 12, 31), date(2026, 10, 31)),
        ("32号", None, None),
    ],
)
def test_a_day_of_the_month_is_the_next_one_or_where_the_past_is_asked_for_the_last(
    typed, ahead, past
):
    first_of_december = date(2026, 12, 1)
    assert saying.read_day(typed, first_of_december) == ahead
    assert saying.read_past_day(typed, first_of_december) == past


def test_a_day_that_no_second_month_has_is_looked_for_further_on():
    assert saying.read_day("31号", date(2027, 2, 1)) == date(2027, 3, 31)
