"""Dates and times as people say them in their language, and read from what they type."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from volunteer.core import chinese, language
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext

WEEKDAYS_ZH = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
WEEKDAYS_EN = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WEEKDAYS_EN_LONG = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def is_english() -> bool:
    return language.current() == language.ENGLISH


def weekday(day: date | int) -> str:
    """周三, Wed."""
    number = day if isinstance(day, int) else day.weekday()
    return (WEEKDAYS_EN if is_english() else WEEKDAYS_ZH)[number]


def weekday_long(day: date | int) -> str:
    """星期三, Wednesday."""
    number = day if isinstance(day, int) else day.weekday()
    return WEEKDAYS_EN_LONG[number] if is_english() else WEEKDAYS_ZH[number].replace("周", "星期")


def day_words(day: date, *, today: date | None = None) -> str:
    """10月14日（周三）, Wed 14 Oct; with its year when that is not today's."""
    with_year = today is not None and day.year != today.year
    if is_english():
        words = f"{weekday(day)} {day.day} {MONTHS_EN[day.month - 1]}"
        return f"{words} {day.year}" if with_year else words
    year = f"{day.year}年" if with_year else ""
    return f"{year}{day.month}月{day.day}日（{weekday(day)}）"


def short_day(day: date) -> str:
    """10月14日, 14 Oct."""
    if is_english():
        return f"{day.day} {MONTHS_EN[day.month - 1]}"
    return f"{day.month}月{day.day}日"


def whole_day(day: date) -> str:
    """2026年10月14日, 14 Oct 2026: as it stands on a paper that is kept."""
    if is_english():
        return f"{short_day(day)} {day.year}"
    return f"{day.year}年{short_day(day)}"


def typed_day(day: date, today: date) -> str:
    """How a form shows a day that is known already: as people read it, and so that `read_day`
    takes it for this very day; one long past only as 2026-01-14."""
    words = day_words(day, today=today)
    return words if read_day(words, today) == day else day.isoformat()


def month_words(day: date) -> str:
    """2026年10月, Oct 2026."""
    if is_english():
        return f"{MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月"


def year_words(day: date) -> str:
    """2026年, 2026."""
    return str(day.year) if is_english() else f"{day.year}年"


def until_day(last: date, first: date) -> str:
    """The end of a span of days, after its first: 10月12日到18日, but 12 Oct to 18 Oct."""
    if is_english() or (last.year, last.month) != (first.year, first.month):
        return short_day(last)
    return f"{last.day}日"


def day_of(text: str) -> date:
    """The day that an ISO date such as 2026-10-14 names."""
    return date.fromisoformat(text)


def days_after(day: date, count: int) -> date:
    """The day so many days later; templates can't add."""
    return day + timedelta(days=count)


def near_day(day: date, today: date) -> str:
    """今天, 明天, 后天, then 周三 within the week, then 10月14日."""
    distance = (day - today).days
    near = {0: _("today"), 1: _("tomorrow"), 2: _("the day after tomorrow")}
    if distance in near:
        return near[distance]
    return weekday(day) if 0 < distance < 7 else short_day(day)


def between() -> str:
    """What stands between things of one kind: 王秀英、李玉珍, but Wang Xiuying, Li Yuzhen."""
    return ", " if is_english() else "、"


def gap() -> str:
    """What stands between two sentences: nothing in Chinese, whose stop is as wide as a sign."""
    return " " if is_english() else ""


def listed(things: Iterable[object]) -> str:
    """Things of one kind in a row, such as names."""
    return between().join(str(thing) for thing in things)


def opening(words: str) -> str:
    """The words as they open a sentence; only the first letter changes."""
    return words[:1].upper() + words[1:]


def clock_words(wall: time | datetime) -> str:
    """上午10:00, 10:00 am: no reader has to count beyond twelve."""
    hour, minute = wall.hour, wall.minute
    twelve = hour % 12 or 12
    if is_english():
        return f"{twelve}:{minute:02d} {'am' if hour < 12 else 'pm'}"
    return f"{part_of_day(hour)}{twelve}:{minute:02d}"


def part_of_day(hour: int) -> str:
    """凌晨, 上午, 中午, 下午, 晚上."""
    for until, words in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午")):
        if hour < until:
            return words
    return "晚上"


def span_words(start: time | datetime, end: time | datetime) -> str:
    """上午10:00到下午1:00, 下午2:30到4:30, 10:00 am to 1:00 pm; 晚上10:00到第二天凌晨1:00."""
    if goes_past_midnight(start, end):
        if (end.hour, end.minute) == (0, 0):
            return _("%(start)s to midnight", start=clock_words(start))
        return _(
            "%(start)s to %(end)s the next day", start=clock_words(start), end=clock_words(end)
        )
    if is_english():
        return f"{clock_words(start)} to {clock_words(end)}"
    # Nobody says the part of the day twice.
    known = part_of_day(start.hour)
    return f"{clock_words(start)}到{clock_words(end).removeprefix(known)}"


def goes_past_midnight(start: time | datetime, end: time | datetime) -> bool:
    """Of moments the day says so, of hours that they end before they begin."""
    if isinstance(start, datetime) and isinstance(end, datetime):
        return start.date() < end.date()
    return (start.hour, start.minute) > (end.hour, end.minute)


def leaf_weekday(day: date, today: date | None = None) -> str:
    """The head of a calendar leaf: 10月周三, or 明天 周三. In English its foot has the month."""
    if today is None or not 0 <= (day - today).days <= 1:
        return weekday(day) if is_english() else f"{day.month}月{weekday(day)}"
    if is_english():
        # A small leaf has no room for "Tomorrow Wed".
        return "Today" if day == today else weekday(day)
    return f"{near_day(day, today)} {weekday(day)}"


def lunar_day(day: date) -> str:
    """The lunar day for Chinese readers; for others the month, which the leaf lacks."""
    return MONTHS_EN[day.month - 1] if is_english() else chinese.lunar_day(day)


def lunar_words(month: int, day: int) -> str:
    """八月初三, 8/3: a day of the lunar year."""
    return f"{month}/{day}" if is_english() else chinese.lunar_words(month, day)


def ago_words(moment: datetime, now: datetime) -> str:
    """刚刚, 5分钟前, 3小时前, 2天前."""
    seconds = int((now - moment).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", seconds // 60)
    if seconds < 86400:
        return ngettext("%(num)d hour ago", "%(num)d hours ago", seconds // 3600)
    return ngettext("%(num)d day ago", "%(num)d days ago", seconds // 86400)


MONTH_WORD = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t|tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY_NUMBER = r"(?P<day>[0-9]{1,2})(?:st|[nr]d|th)?"
# We write "Wed 14 Oct" ourselves, so the weekday may stand in front; the date counts.
WEEKDAY_IN_FRONT = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
YEAR_BEHIND = r"(?:,?\s+(?P<year>[0-9]{4}))?"
DAY_PATTERNS = (
    re.compile(
        r"(?:(?P<year>[0-9]{4})\s*[年/.-]\s*)(?P<month>[0-9]{1,2})\s*[月/.-]\s*(?P<day>[0-9]{1,2})\s*[日号]?"
    ),
    re.compile(r"(?P<month>[0-9]{1,2})\s*[月/.-]\s*(?P<day>[0-9]{1,2})\s*[日号]?"),
    re.compile(rf"{WEEKDAY_IN_FRONT}{DAY_NUMBER}\s*{MONTH_WORD}{YEAR_BEHIND}"),
    re.compile(rf"{WEEKDAY_IN_FRONT}{MONTH_WORD}\s*{DAY_NUMBER}{YEAR_BEHIND}"),
)
NEAR_DAYS = {
    "前天": -2, "昨天": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3,
    "yesterday": -1, "today": 0, "tomorrow": 1,
}  # fmt: skip
WEEKDAY_WORDS = re.compile(
    r"(?P<this>[这本]?)(?P<next>下*)个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])"
)
WEEKDAY_ENGLISH = re.compile(
    r"(?P<next>next )?(?P<day>mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday)?"
)


def read_day(text: str, today: date) -> date | None:
    """The date that somebody typed, or None.

    Knows 2026-10-14, 2026/10/14, 10月14日, 十月十四号, 10.14, 明天, 周三 (the next one, today
    included), 这周三 and 下周三 (in this and the next calendar week, Monday first), 明年3月1日,
    下个月5号, 15号 (the next one, today included), tomorrow, next Wed, 14 Oct, Oct 14.
    A date without a year is the next such day, counted from three months ago.
    """
    text = plain(text)
    if text in NEAR_DAYS:
        return today + timedelta(days=NEAR_DAYS[text])
    if match := WEEKDAY_WORDS.fullmatch(text):
        number = "一二三四五六日".find(match["day"].replace("天", "日"))
        number = int(match["day"]) - 1 if number < 0 else number
        if match["this"] and not match["next"]:
            return today + timedelta(days=number - today.weekday())
        return weekday_from(today, number, weeks=len(match["next"]))
    if match := WEEKDAY_ENGLISH.fullmatch(text):
        number = [name.lower() for name in WEEKDAYS_EN].index(match["day"])
        return weekday_from(today, number, weeks=1 if match["next"] else 0)
    return numbered_day(with_numbers(text, today), today) or day_of_month(text, today)


DAY_ALONE = re.compile(r"(?P<day>[0-9]{1,2})\s*[日号]")


def day_of_month(text: str, today: date, *, step: int = 1) -> date | None:
    """The day that 15号 names: the next one from today on, with step -1 the last one up to today.
    Months that have no such day are passed over."""
    match = DAY_ALONE.fullmatch(with_digits(text))
    if match is None:
        return None
    for months in range(3):
        year, month = divmod(today.year * 12 + today.month - 1 + step * months, 12)
        with suppress(ValueError):
            found = date(year, month + 1, int(match["day"]))
            if (found - today).days * step >= 0:
                return found
    return None


def read_day_in(year: int, text: str, today: date) -> date | None:
    """The same on a page about one year: a day without a year is one of that year."""
    words = plain(text)
    day = numbered_day(f"{year}年{words}", today) or numbered_day(f"{words} {year}", today)
    return day or read_day(text, today)


# From so long before today on, the next day of a month and number is within the last year.
A_YEAR_BACK = timedelta(days=365 - 90)


def read_past_day(text: str, today: date) -> date | None:
    """The same of a day that has been: one without a year is the last such day. 明天 and 2099-01-05
    stay what they are: still to come."""
    day = read_day(text, today)
    if day is None or day <= today:
        return day
    words = plain(text)
    return numbered_day(words, today - A_YEAR_BACK) or day_of_month(words, today, step=-1) or day


def plain(text: str) -> str:
    """In narrow small letters, without what stands in brackets."""
    return re.sub(r"[（(].*?[)）]", "", chinese.narrow(text)).strip().lower()


SAID_YEARS = {"去年": -1, "今年": 0, "明年": 1}
SAID_MONTHS = {"上个月": -1, "上月": -1, "这个月": 0, "本月": 0, "下个月": 1, "下月": 1}


def with_numbers(text: str, today: date) -> str:
    """明年3月1日 as 2027年3月1日, 下个月5号 as 2027年1月5号: as people say which they mean."""
    for words, step in SAID_YEARS.items():
        if text.startswith(words):
            return f"{today.year + step}年{text.removeprefix(words)}"
    for words, step in SAID_MONTHS.items():
        if text.startswith(words):
            year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
            return f"{year}年{month + 1}月{text.removeprefix(words)}"
    return text


def numbered_day(text: str, today: date) -> date | None:
    """The day that has a month and a number."""
    digits = with_digits(text)
    # 十月十四 without 号 is a day of the lunar year to most who say it so: they are asked again.
    if digits != text and not digits.endswith(("日", "号")):
        return None
    for pattern in DAY_PATTERNS:
        if match := pattern.fullmatch(digits):
            return day_from(match.groupdict(), today)
    return None


NUMERAL = re.compile("[〇零一二两三四五六七八九十]+")
NUMERALS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}


def with_digits(text: str) -> str:
    """十二月二十号 as 12月20号, 两点半 as 2点半: people write as they speak."""
    return NUMERAL.sub(lambda found: digits_of(found[0]), text)


def digits_of(numeral: str) -> str:
    """二十一 as 21, 二〇二六 as 2026; left alone where it is no number: 十十."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return "".join(str(NUMERALS[sign]) for sign in numeral)
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return numeral
    return str(NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0))


def weekday_from(today: date, number: int, *, weeks: int) -> date:
    if weeks:
        return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks, days=number)
    return today + timedelta(days=(number - today.weekday()) % 7)


# Before and after, whoever typed it meant another year, and zones have no moment for some of it.
YEARS = range(1900, 2200)


def day_from(parts: dict[str, str | None], today: date) -> date | None:
    month, day = int(parts.get("month") or 0), int(parts["day"] or 0)
    if word := parts.get("word"):
        month = 1 + [name.lower() for name in MONTHS_EN].index(word[:3])
    year = parts.get("year")
    if year and int(year) not in YEARS:
        return None
    # In January 12月30日 is the one that has just been.
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    for candidate in years:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if parts.get("year") is not None or found > today - timedelta(days=90):
            return found
    return None


CLOCK = re.compile(
    r"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上)?\s*(?P<hour>[0-9]{1,2})"
    r"\s*(?:[:点时.h]\s*(?P<minute>[0-9]{1,2}|半)?\s*分?)?\s*(?P<half>am|pm|a\.m\.|p\.m\.)?"
)


SPOKEN_HOUR = re.compile("[1-5]点")
# The midnight at which a day ends, in digits.
END_OF_DAY = re.compile(r"(?:晚上|夜里|半夜)?\s*24\s*(?:[:点时]\s*(?:00?\s*分?|整)?)?")


def read_clock(text: str) -> time | None:
    """The time of day that somebody typed, or None: 9:30, 上午9点, 下午两点半, 七点一刻, 1 pm.

    Whoever says 三点 and no more means the afternoon: for the night everybody says so.
    """
    text = chinese.narrow(text).lower().replace("一刻", "15").replace("三刻", "45")
    spoken = with_digits(text)
    match = CLOCK.fullmatch(spoken)
    if match is None:
        return None
    hour = int(match["hour"])
    minute = 30 if match["minute"] == "半" else int(match["minute"] or 0)
    is_late = match["part"] in {"下午", "傍晚", "晚上"} or (match["half"] or "").startswith("p")
    is_noon = match["part"] == "中午" and hour < 10
    is_spoken = bool(SPOKEN_HOUR.match(spoken))
    if hour < 12 and (is_late or is_noon or is_spoken):
        hour += 12
    is_night = match["part"] in {"凌晨", "晚上"} or (match["half"] or "").startswith("a")
    if hour == 12 and is_night:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_end(text: str) -> time | None:
    """The same where something ends: 24:00 and 二十四点 are midnight."""
    is_midnight = END_OF_DAY.fullmatch(with_digits(chinese.narrow(text)))
    return time(0) if is_midnight else read_clock(text)
