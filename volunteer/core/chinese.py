"""Names, phones and lunar dates of China: how they are written, cleaned and sorted."""

import os
import re
import unicodedata
from datetime import date
from functools import lru_cache

from volunteer.core.language import gettext as _

# One or more CJK letters, Latin letters, the name dot; no digits.
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ·.'’-])*")
SHORTEST_NAME, LONGEST_NAME = 1, 30
MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0[0-9]{2,3}[0-9]{7,8}")
SERVICE_NUMBER = re.compile(r"400[0-9]{7}")
DIGITS_OF_A_MOBILE = 11
# A landline without its area code has no fewer digits.
FEWEST_LOCAL = 7
COMPOUND_SURNAMES = (
    "欧阳 司马 上官 诸葛 夏侯 东方 尉迟 公孙 令狐 慕容 皇甫 宇文 长孙 司徒 端木 独孤 南宫"
)
# Nine in ten people bear one of these.
FREQUENT_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
    "易常武乔贺赖龚文肖闫"
)


def tidy(text: str) -> str:
    """Invisible characters gone, runs of spaces made one; Chinese punctuation stays Chinese."""
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cc"} or c in "\n\t")
    return re.sub(r"[ \t\u3000]+", " ", text).strip()


def narrow(text: str) -> str:
    """tidy(), and full-width letters, digits and signs made narrow: for names, numbers, dates."""
    return tidy(unicodedata.normalize("NFKC", text))


def is_name(text: str) -> bool:
    """Whether this can be a person's name, after narrow()."""
    return SHORTEST_NAME <= len(text) <= LONGEST_NAME and NAME.fullmatch(text) is not None


def is_likely_name(word: str) -> bool:
    """Whether this is most likely a Chinese name: a usual surname, and one or two characters."""
    given = len(word) - (2 if word[:2] in COMPOUND_SURNAMES.split() else 1)
    is_surname = word[:1] in FREQUENT_SURNAMES or word[:2] in COMPOUND_SURNAMES.split()
    return is_surname and 1 <= given <= 2 and is_name(word)


def phone_digits(text: str) -> str:
    """Only the digits, without the country's prefix: what is stored and compared."""
    digits = re.sub(r"[\s\-()+.]", "", narrow(text))
    for prefix in ("0086", "86"):
        rest = digits.removeprefix(prefix)
        if rest != digits and MOBILE.fullmatch(rest):
            return rest
    return digits


def is_phone(digits: str) -> bool:
    """A mobile number, a landline with its area code, or a 400 number."""
    return any(kind.fullmatch(digits) for kind in (MOBILE, LANDLINE, SERVICE_NUMBER))


def is_mobile(digits: str) -> bool:
    """A number that can read a short message."""
    return MOBILE.fullmatch(digits) is not None


def why_no_phone(digits: str) -> str:
    """What to say about digits that are no phone number."""
    if not digits.isascii() or not digits.isdigit():
        return _("A phone number has only digits.")
    # No landline begins with a 1: that is a mobile number, not written to its end.
    if len(digits) in {7, 8} and not digits.startswith("1"):
        return _("Please put the area code in front, such as 028.")
    if len(digits) < FEWEST_LOCAL or digits.startswith("0"):
        return _(
            "A phone number has 11 digits, or is a landline with its area code, such as 028. "
            "You entered %(count)d.",
            count=len(digits),
        )  # fmt: skip
    if len(digits) == DIGITS_OF_A_MOBILE:
        return _("A mobile number begins with 13 to 19. Please look at the first digits once more.")
    return _(
        "A mobile number has 11 digits and begins with 1. You entered %(count)d.", count=len(digits)
    )


def phone_words(digits: str) -> str:
    """138 0013 8000, 028-0000 0000: as people read it out."""
    if MOBILE.fullmatch(digits):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if LANDLINE.fullmatch(digits):
        # 010 and 02x are the large cities; all other area codes have four digits.
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}-{digits[area : area + 4]} {digits[area + 4 :]}"
    if SERVICE_NUMBER.fullmatch(digits):
        return f"{digits[:3]}-{digits[3:6]} {digits[6:]}"
    return digits


def sort_key(name: str) -> str:
    """Pinyin, then the name itself: the same order in both databases.

    Behind the syllables stand two spaces, before which no letter comes: 李 is before 李秀英.
    """
    syllables = [syllable.lower() for syllable in spell(name)]
    initials = "".join(syllable[:1] for syllable in syllables)
    return f"{' '.join(syllables)}  |{initials}|{name}"[:200]


def spell(name: str) -> list[str]:
    """The name's syllables in pinyin, without tones."""
    # Imported here, for it takes its time. Its phrases are 40 MB that names don't need.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin import lazy_pinyin

    return list(lazy_pinyin(name))


LUNAR_FESTIVALS = {
    (1, 1): "春节",
    (1, 15): "元宵节",
    (5, 5): "端午节",
    (8, 15): "中秋节",
    (9, 9): "重阳节",
}
LUNAR_MONTHS = ["正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊"]
LUNAR_DAYS = [
    "初一",
    "初二",
    "初三",
    "初四",
    "初五",
    "初六",
    "初七",
    "初八",
    "初九",
    "初十",
    "十一",
    "十二",
    "十三",
    "十四",
    "十五",
    "十六",
    "十七",
    "十八",
    "十九",
    "二十",
    "廿一",
    "廿二",
    "廿三",
    "廿四",
    "廿五",
    "廿六",
    "廿七",
    "廿八",
    "廿九",
    "三十",
]


@lru_cache(maxsize=2000)
def lunar_day(day: date) -> str:
    """The day in the lunar calendar, 九月初五; its own festivals by name."""
    from lunardate import LunarDate

    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    if not lunar.is_leap_month and (lunar.month, lunar.day) in LUNAR_FESTIVALS:
        return LUNAR_FESTIVALS[lunar.month, lunar.day]
    leap = "闰" if lunar.is_leap_month else ""
    return f"{leap}{LUNAR_MONTHS[lunar.month - 1]}月{LUNAR_DAYS[lunar.day - 1]}"


@lru_cache(maxsize=2000)
def lunar_year(day: date) -> int:
    """The lunar year that this day lies in; it begins with 春节."""
    from lunardate import LunarDate

    return int(LunarDate.from_solar_date(day.year, day.month, day.day).year)


@lru_cache(maxsize=2000)
def lunar_month_and_day(day: date) -> tuple[int, int]:
    """The month and the day that this is in the lunar calendar; a leap month by its number."""
    from lunardate import LunarDate

    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    return int(lunar.month), int(lunar.day)


@lru_cache(maxsize=2000)
def solar_day(year: int, month: int, day: int) -> date:
    """The day on which this day of a lunar year falls, in the normal month and not the leap one.

    The thirtieth of a month that has only twenty-nine days is its last one.
    """
    from lunardate import LunarDate

    try:
        found = LunarDate(year, month, day).to_solar_date()
    except ValueError:
        if day != len(LUNAR_DAYS):
            raise
        found = LunarDate(year, month, day - 1).to_solar_date()
    return date(found.year, found.month, found.day)


def double_ninth(year: int) -> date:
    """重阳节 of this solar year, the ninth day of the ninth lunar month."""
    return solar_day(year, 9, 9)


def lunar_words(month: int, day: int) -> str:
    """八月初三"""
    return f"{LUNAR_MONTHS[month - 1]}月{LUNAR_DAYS[day - 1]}"
