"""Names, phones and lunar dates of China: the rules and test vectors of domain.md."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from volunteer.core import chinese, language


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13800138000", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("028-85551234", "02885551234"),
        ("(028) 8555 1234", "02885551234"),
        ("0838-1234567", "08381234567"),
        ("400-123 4567", "4001234567"),
    ],
)
def test_a_phone_is_its_digits_however_it_is_typed(typed, digits):
    assert chinese.phone_digits(typed) == digits
    assert chinese.is_phone(digits)


@pytest.mark.parametrize(
    "typed",
    ["12345678901", "1380013800", "138001380000", "12800138000", "85551234", "12a", "", "٣"],
)
def test_what_is_no_phone_is_none(typed):
    assert not chinese.is_phone(chinese.phone_digits(typed))


def test_who_typed_a_phone_wrong_learns_how_many_digits_it_has(app):
    with app.app_context(), language.speaking(language.CHINESE):
        assert chinese.why_no_phone("1380013800") == "手机号应为11位数字，以1开头。您填了10位。"
    with app.app_context(), language.speaking(language.ENGLISH):
        assert "only digits" in chinese.why_no_phone("138abc")


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        # Too short for either: it may have become a landline.
        ("12", "is a landline with its area code, such as 028. You entered 2."),
        ("028", "is a landline with its area code, such as 028. You entered 3."),
        # No landline begins so: it lacks digits, and no area code.
        ("1380000", "A mobile number has 11 digits and begins with 1. You entered 7."),
        ("13800001", "A mobile number has 11 digits and begins with 1. You entered 8."),
        # An area code, and too little after it.
        ("028888877", "is a landline with its area code, such as 028. You entered 9."),
        # As many digits as there should be, so their number is not what is wrong.
        ("23800138000", "begins with 13 to 19. Please look at the first digits once more."),
        ("12345678901", "begins with 13 to 19. Please look at the first digits once more."),
    ],
)
def test_who_typed_too_little_is_told_what_is_missing(app, digits, said):
    with app.app_context(), language.speaking(language.ENGLISH):
        assert chinese.why_no_phone(digits).endswith(said)


@pytest.mark.parametrize("digits", ["8555123", "85551234"])
def test_who_left_out_the_area_code_is_told_so(app, digits):
    with app.app_context(), language.speaking(language.ENGLISH):
        assert chinese.why_no_phone(digits) == "Please put the area code in front, such as 028."


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("13800138000", "138 0013 8000"),
        ("02885551234", "028-8555 1234"),
        ("01012345678", "010-1234 5678"),
        ("083812345678", "0838-1234 5678"),
        ("08381234567", "0838-1234 567"),
        ("4000000000", "400-000 0000"),
        ("12355", "12355"),
    ],
)
def test_a_phone_is_read_out_in_groups(digits, words):
    assert chinese.phone_words(digits) == words


@pytest.mark.parametrize(
    "name",
    [
        "王秀英",
        "欧阳小红",
        "阿布都·热西提",
        "李",
        "Marie-Claire O'Neill",
        "J. Smith",
        "𠮷田",
        "古丽·阿依",
    ],
)
def test_names_of_all_kinds_are_names(name):
    assert chinese.is_name(chinese.narrow(name))


@pytest.mark.parametrize(
    "name", ["", "13800138000", "王3", "·王", "王@李", "<b>", "王" * 31, "_", "王\n李"]
)
def test_what_is_no_name_is_none(name):
    assert not chinese.is_name(name)


@pytest.mark.parametrize("word", ["王秀英", "李明", "欧阳小红", "司马光"])
def test_a_usual_surname_and_one_or_two_characters_are_most_likely_a_name(word):
    assert chinese.is_likely_name(word)


@pytest.mark.parametrize(
    "word", ["", "王", "三栋", "会理发", "没有手机", "王小二三", "Ana", "欧阳"]
)
def test_what_may_well_be_a_remark_is_no_likely_name(word):
    assert not chinese.is_likely_name(word)


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("  王　秀英 ", "王 秀英"),
        ("本周，（二）：", "本周，（二）："),
        ("王\u200b秀\ufeff英", "王秀英"),
        ("a\x00b", "ab"),
        ("a\tb", "a b"),
        ("一行\n二行", "一行\n二行"),
    ],
)
def test_tidying_drops_what_cannot_be_seen_and_leaves_chinese_signs(typed, tidied):
    assert chinese.tidy(typed) == tidied


def test_narrowing_makes_full_width_letters_digits_and_signs_narrow():
    assert chinese.narrow(" ＡＢＣ１２３，（）") == "ABC123,()"


@given(some.text())
def test_tidying_twice_is_tidying_once(text):
    once = chinese.tidy(text)

    assert chinese.tidy(once) == once


def test_names_are_sorted_by_pinyin_and_then_by_themselves():
    names = ["朱一", "安安", "王秀英", "阿布都·热西提", "王秀映"]

    assert sorted(names, key=chinese.sort_key) == [
        "阿布都·热西提",
        "安安",
        "王秀映",
        "王秀英",
        "朱一",
    ]


def test_a_short_name_stands_before_the_longer_ones_that_begin_with_it():
    names = ["李秀英", "李", "林一", "李安安", "李安"]

    assert sorted(names, key=chinese.sort_key) == ["李", "李安", "李安安", "李秀英", "林一"]


def test_initials_are_part_of_the_key_so_that_wxy_finds_wang_xiuying():
    assert "|wxy|" in chinese.sort_key("王秀英")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2018, 10, 17), "重阳节"),
        (date(2025, 10, 29), "重阳节"),
        (date(2026, 10, 18), "重阳节"),
        (date(2027, 10, 8), "重阳节"),
        (date(2028, 10, 26), "重阳节"),
        (date(2026, 2, 17), "春节"),
        (date(2027, 2, 6), "春节"),
        (date(2026, 10, 14), "九月初五"),
        (date(2025, 7, 25), "闰六月初一"),
    ],
)
def test_lunar_days(day, words):
    assert chinese.lunar_day(day) == words
