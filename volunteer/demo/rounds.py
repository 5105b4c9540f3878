"""A round of calls in the demo's heat or cold, birthdays that are wished for, and a concern."""

from datetime import datetime, timedelta

from volunteer.core import chinese, clock
from volunteer.demo.cast import Cast, deliver, in_daytime
from volunteer.elders import (
    concern_queries,
    concerns,
    festivals,
    weather,
    weather_queries,
    weather_wording,
)
from volunteer.elders.concerns import ConcernDetails
from volunteer.elders.festivals import CalendarKind, YearlyDay
from volunteer.elders.models import ConcernKind, Outcome, WeatherKind

HOT_MONTHS = range(5, 10)
LASTS = timedelta(days=3)
CAME = (
    (Outcome.FINE, "空调开着，水烧好了。"),
    (Outcome.FINE, "儿子在家。"),
    (Outcome.REFUSED, "说天天有人打，不用再打。"),
    (Outcome.FINE, ""),
    (Outcome.NEEDS_HELP, "窗子关不严，风直往屋里灌。"),
)
# Who wants to be greeted, by their place in the list: in how many days, by which calendar.
SOON = {0: (4, CalendarKind.LUNAR), 4: (11, CalendarKind.SOLAR), 18: (23, CalendarKind.LUNAR)}
WORRIED_ABOUT = 16
# Volunteers by their place.
READS, REPORTS = 4, 9


def call_around(cast: Cast, now: datetime) -> None:
    """It began this morning; some have been called."""
    began = in_daytime(now - timedelta(hours=2))
    hot = cast.team.today(now).month in HOT_MONTHS
    kind = WeatherKind.HEAT_ORANGE if hot else WeatherKind.COLD
    with clock.pretend(began):
        words = str(weather_wording.ASK[kind])
        begun = weather.begin(cast.team, kind, words, by=cast.coordinator, lasts=LASTS).id
        deliver()
    with clock.pretend(began + timedelta(minutes=40)):
        for call, (outcome, words) in zip(
            weather_queries.list_calls(weather_queries.get_round(begun)), CAME, strict=False
        ):
            if call.caller is not None:
                weather.note(call, outcome, words=words, by=call.caller)


def wish_birthdays(cast: Cast, now: datetime) -> None:
    """Three want to be greeted, in the coming weeks."""
    today = cast.team.today(now)
    for number, (days, calendar) in SOON.items():
        day = today + timedelta(days=days)
        yearly = YearlyDay(calendar, day.month, day.day)
        if calendar is CalendarKind.LUNAR:
            yearly = YearlyDay(calendar, *chinese.lunar_month_and_day(day))
        festivals.wish(cast.elders[number], yearly, by=cast.coordinator)


def confide(cast: Cast, now: datetime) -> None:
    """Somebody was worried a week ago; it was looked after, and is closed."""
    lead, reporter = cast.volunteers[READS], cast.volunteers[REPORTS]
    with clock.pretend(in_daytime(now - timedelta(days=9))):
        concerns.name_readers(cast.team, lead, cast.coordinator, by=cast.coordinator)
    with clock.pretend(in_daytime(now - timedelta(days=7))):
        reported = concerns.report(
            cast.team,
            ConcernDetails(
                ConcernKind.MONEY,
                "两个年轻人来过三次，说买床垫送鸡蛋，要八千块。她说“他们比儿子还亲”。",
                seen_when="上周二、周四下午，在她家",
                told="还没有告诉别人",
            ),
            by=reporter,
            elder=cast.elders[WORRIED_ABOUT],
        ).id
        deliver()
    with clock.pretend(in_daytime(now - timedelta(days=6))):
        words = "和她女儿通了电话，一起去了她家。打了96110，社区民警也来过。"
        concern = concern_queries.get_concern(reported)
        concerns.note_step(concern, words, closes=False, by=cast.volunteers[READS])
    with clock.pretend(in_daytime(now - timedelta(days=4))):
        words = "钱没有付，女儿以后每天打电话。推销的人没有再来。"
        concern = concern_queries.get_concern(reported)
        concerns.note_step(concern, words, closes=True, by=cast.volunteers[READS])
