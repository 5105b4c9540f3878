"""Phrases about dates that pages, letters and group messages share."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Protocol

from volunteer.activities.glances import AnyDate
from volunteer.activities.models import (
    Coming,
    Excuse,
    InsurancePolicy,
    Occurrence,
    OccurrenceRole,
    Signup,
    StandingPlace,
    WaitingStyle,
)
from volunteer.activities.recurrence import Frequency, Rule, Series
from volunteer.core import chinese, clock, language, saying, zones
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.deeds import wording as deed_wording
from volunteer.deeds.models import Deed
from volunteer.people.models import Person

# What becomes of a place that is given back while somebody waits.
NEXT_IN = {
    WaitingStyle.IN_LINE: __("Whoever has waited longest gets the place and is told at once."),
    WaitingStyle.ASK: __("Whoever has waited longest is asked, then the next one."),
    WaitingStyle.FIRST_TO_ANSWER: __("All who wait are told; the first to press gets the place."),
}
# What somebody has said of their place shortly before, as anybody reads it.
COMING = {
    Coming.ON_TIME: __("comes"),
    Coming.LATER: __("comes a little later"),
}
# What was chosen instead of written stands in the rows in English, and everybody reads it in their
# own language.
CHOSEN = {
    "Bad weather": __("Bad weather"),
    "The place is closed": __("The place is closed"),
    "Illness in the team": __("Illness in the team"),
    "Away then": __("Away then"),
}
# What an accident insurance pays for beside the service itself, by its column.
COVERS = {
    "covers_travel": __("the way there and back"),
    "covers_training": __("trainings and drills"),
    "covers_third_party": __("harm done to others"),
}
EXCUSES = {
    Excuse.ILLNESS: __("I am not well"),
    Excuse.FAMILY: __("Something in the family"),
    Excuse.OTHER: __("Something else"),
}
# The same as a coordinator reads them of somebody.
EXCUSES_OF_THEM = {
    Excuse.ILLNESS: __("not well"),
    Excuse.FAMILY: __("something in the family"),
    Excuse.OTHER: __("something else"),
    Excuse.PAUSE: __("pausing"),
    Excuse.SWAP: __("swapped dates"),
}


def why(words: str) -> str:
    """A reason as somebody wrote it; one that was chosen, in the reader's language."""
    return str(CHOSEN.get(words, words))


def how_late(signup: Signup) -> str:
    """Early, late, or only after it had begun: three things that are not the same."""
    if signup.was_excused_after_the_start:
        return _("said so after it began")
    return _("said so late") if signup.is_late else _("said so in time")


def standing_rhythm(standing: StandingPlace) -> str:
    """As often as the activity takes place; or every second week."""
    if standing.every_weeks == 1:
        return rhythm(standing.activity.series)
    return ngettext("every %(num)d week", "every %(num)d weeks", standing.every_weeks)


def moment(at: datetime, occurrence: Occurrence) -> str:
    """周三上午10:00, by the clock of the date's own zone."""
    wall = zones.to_wall(at, occurrence.activity.zone)
    return _("%(day)s %(span)s", day=saying.short_day(wall.date()), span=saying.clock_words(wall))


class Planned(Protocol):
    """An activity, or a plan for one."""

    @property
    def series(self) -> Series: ...
    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...
    @property
    def is_task(self) -> bool: ...


def sentence(planned: Planned) -> str:
    """When it takes place: 每星期三，上午10:00到下午1:00，从10月14日（周三）起，一共10次。"""
    series = planned.series
    parts = [saying.opening(rhythm(series)), hours(planned)]
    if not series.rule.is_once:
        parts += short_months(series.rule) + span_of(series)
    if series.extra:
        parts.append(_("also on %(days)s", days=short_days(series.extra)))
    if series.left_out:
        parts.append(_("but not on %(days)s", days=short_days(series.left_out)))
    return _(", ").join(parts) + _(".")


def hours(planned: Planned) -> str:
    if planned.is_task:
        return _("done by the end of the day, at an hour of your choice")
    return saying.span_words(planned.starts, planned.ends)


def short_months(rule: Rule) -> list[str]:
    """Not every month has a day 31, nor every lunar one a 三十: who plans by it had better know."""
    most = 29 if rule.is_lunar else 28
    is_missing = rule.frequency is Frequency.MONTHLY and any(day > most for day in rule.month_days)
    return [_("not in months without that day")] if is_missing else []


def span_of(series: Series) -> list[str]:
    """From when on, and until when; nothing of one that was ended before its next day had come."""
    if series.last_on is not None and series.last_on < series.first_on:
        return []
    first = series.next_days(1, after=series.first_on) or [series.first_on]
    begins = saying.day_words(first[0], today=clock.now().date())
    return [_("from %(day)s on", day=begins), *ending(series)]


def ending(series: Series) -> list[str]:
    if series.rule.count is not None:
        count = series.rule.count
        return [ngettext("%(num)d time in all", "%(num)d times in all", count)]
    if series.last_on is not None:
        return [_("until %(day)s", day=saying.day_words(series.last_on, today=series.first_on))]
    return []


def short_days(days: Iterable[date]) -> str:
    return saying.listed(saying.short_day(day) for day in sorted(days))


def rhythm(series: Series) -> str:
    """How often: 每星期三, 隔周的星期五, 每月第一个星期六, 每逢农历初一."""
    rule = series.rule
    if rule.is_once:
        return _("once, on %(day)s", day=saying.day_words(series.first_on))
    if rule.is_lunar:
        return lunar_rhythm(rule)
    match rule.frequency:
        case Frequency.DAILY:
            return _("every day") if rule.every == 1 else _("every %(num)d days", num=rule.every)
        case Frequency.WEEKLY:
            return weekly_rhythm(rule)
        case Frequency.MONTHLY:
            return monthly_rhythm(rule)
        case Frequency.YEARLY:
            return yearly_rhythm(rule)


def monthly_rhythm(rule: Rule) -> str:
    days = saying.listed(
        [nth_weekday(*day) for day in rule.days] or map(month_day, rule.month_days)
    )
    if rule.every == 1:
        return _("every month on the %(days)s", days=days)
    return _("every %(num)d months on the %(days)s", num=rule.every, days=days)


def yearly_rhythm(rule: Rule) -> str:
    # A year that has every day.
    day = saying.short_day(date(2000, rule.month or 1, rule.month_days[0]))
    if rule.every == 1:
        return _("every year on %(day)s", day=day)
    return _("every %(num)d years on %(day)s", num=rule.every, day=day)


def weekly_rhythm(rule: Rule) -> str:
    days = saying.listed(saying.weekday_long(day) for day in rule.weekdays)
    if rule.every == 1:
        return _("every day") if len(rule.weekdays) == 7 else _("every %(days)s", days=days)
    if rule.every == 2:
        return _("every other week on %(days)s", days=days)
    return _("every %(num)d weeks on %(days)s", num=rule.every, days=days)


def nth_weekday(ordinal: int, weekday: int) -> str:
    return _("%(nth)s %(day)s", nth=nth(ordinal), day=saying.weekday_long(weekday))


def nth(ordinal: int) -> str:
    """第一个 … 最后一个."""
    words = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), 5: _("fifth")}
    return words.get(ordinal) or _("last")


def month_day(day: int) -> str:
    return _("last day") if day < 0 else _("day %(number)d", number=day)


def lunar_rhythm(rule: Rule) -> str:
    if rule.month is None:
        days = saying.listed(lunar_day(day) for day in rule.month_days)
        return _("every lunar month on %(days)s", days=days)
    name = chinese.LUNAR_FESTIVALS.get((rule.month, rule.month_days[0]))
    day = _(
        "%(month)s, %(day)s",
        month=lunar_month(rule.month),
        day=lunar_day(rule.month_days[0]),
    )
    if name:
        day = _("%(day)s (%(name)s)", day=day, name=name)
    return _("every year on %(day)s", day=day)


def lunar_month(month: int) -> str:
    """农历九月."""
    return _("lunar month %(number)d", number=month) if saying.is_english() else (
        f"农历{chinese.LUNAR_MONTHS[month - 1]}月"
    )  # fmt: skip


def lunar_day(day: int) -> str:
    """初九."""
    if saying.is_english():
        return _("day %(number)d", number=day)
    return chinese.LUNAR_DAYS[day - 1]


def hour(occurrence: Occurrence) -> str:
    """上午10:00; a task has none: 当天做完."""
    if occurrence.is_task:
        return _("by the end of the day")
    return saying.clock_words(occurrence.wall_starts)


def span(occurrence: Occurrence) -> str:
    """上午10:00到下午1:00; a task has neither: 当天做完."""
    if occurrence.is_task:
        return hour(occurrence)
    return saying.span_words(occurrence.wall_starts, occurrence.wall_ends)


def when(occurrence: Occurrence) -> str:
    """10月14日（周三）上午10:00到下午1:00, by the clock of the date's own zone."""
    return when_of(occurrence.wall_starts, None if occurrence.is_task else occurrence.wall_ends)


def when_then(occurrence: Occurrence, then: Mapping[int, tuple[datetime, datetime]]) -> str:
    """The same at the time that it had then, of a date that may have another one by now."""
    starts, ends = then.get(occurrence.id, (occurrence.wall_starts, occurrence.wall_ends))
    return when_of(starts, None if occurrence.is_task else ends)


@language.kept(1000)
def when_of(starts: datetime, ends: datetime | None) -> str:
    """The same for these hours; without an end, for a task."""
    day = saying.day_words(starts.date())
    if ends is None:
        return _("by %(day)s, at an hour of your choice", day=day)
    return _("%(day)s %(span)s", day=day, span=saying.span_words(starts, ends))


def until(signup: Signup) -> str:
    """Until when a place is kept for who was asked: 10月14日（周三）上午10:00."""
    if signup.answer_by is None:
        return ""
    wall = zones.to_wall(signup.answer_by, signup.occurrence.activity.zone)
    return _("%(day)s %(span)s", day=saying.day_words(wall.date()), span=saying.clock_words(wall))


def asks_for(role: OccurrenceRole) -> str:
    """What the work asks of people, in one line; nothing when everybody may do it."""
    words = []
    if role.least_age is not None and role.most_age is not None:
        words.append(_("age %(least)d to %(most)d", least=role.least_age, most=role.most_age))
    elif role.least_age is not None:
        words.append(_("from the age of %(age)d on", age=role.least_age))
    elif role.most_age is not None:
        words.append(_("up to the age of %(age)d", age=role.most_age))
    if role.training is not None:
        words.append(_("with the training “%(name)s”", name=role.training.name))
    if role.own_tool:
        words.append(_("bring your own: %(tool)s", tool=role.own_tool))
    return _("; ").join(words)


def leads(person: Person) -> str:
    return _("%(name)s leads", name=person.name)


def covered(policy: InsurancePolicy) -> str:
    """What it covers beside the service, and what it does not, so that nobody has to guess."""
    pays = [str(words) for name, words in COVERS.items() if getattr(policy, name)]
    not_so = [str(words) for name, words in COVERS.items() if not getattr(policy, name)]
    said = []
    if pays:
        said.append(_("covers also: %(things)s", things=_(", ").join(pays)))
    if not_so:
        said.append(_("does not say that it covers: %(things)s", things=_(", ").join(not_so)))
    return _("; ").join(said)


def leader(person: Person) -> str:
    """Who leads, and the phone to reach them by."""
    if person.phone:
        return _(
            "%(name)s leads, phone %(phone)s",
            name=person.name,
            phone=chinese.phone_words(person.phone),
        )
    return leads(person)


def needs(occurrence: Occurrence) -> list[str]:
    """Which work lacks how many: 帮厨还差2位."""
    return [
        ngettext(
            "%(role)s: %(num)d more needed",
            "%(role)s: %(num)d more needed",
            role.missing,
            role=role.name,
        )
        for role in occurrence.roles
        if role.missing
    ]


def needed(occurrence: Occurrence) -> str:
    """Who is still missing, in one line."""
    return _("; ").join(needs(occurrence)) or _("Enough people")


def coming(occurrence: AnyDate) -> str:
    """How many have a place: 3 people come."""
    if not occurrence.taken:
        return _("Nobody has signed up so far")
    return ngettext("%(num)d person comes", "%(num)d people come", occurrence.taken)


def meeting(occurrence: Occurrence) -> list[str]:
    """Where people meet, when that is elsewhere."""
    point = occurrence.activity.meeting_point
    return [_("Meet at: %(place)s", place=point)] if point else []


def days(first: date, last: date) -> str:
    """A day, or from which day to which."""
    if first == last:
        return saying.day_words(first)
    until = saying.until_day(last, first)
    return _("%(first)s to %(last)s", first=saying.short_day(first), last=until)


def noted_title(noted: Occurrence | Deed) -> str:
    """What it is called of which hours are noted."""
    return deed_wording.title(noted) if isinstance(noted, Deed) else noted.title


def duration(minutes: int) -> str:
    """3小时, 2小时30分, 40分钟: how long, as people say it."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(num)d minute", "%(num)d minutes", rest)
    whole = ngettext("%(num)d hour", "%(num)d hours", hours)
    return _("%(hours)s %(minutes)d min", hours=whole, minutes=rest) if rest else whole


def counted(starts_at: datetime | None, ends_at: datetime | None, zone: str) -> str:
    """From when to when these hours count: 上午10:00到中午12:00."""
    if starts_at is None or ends_at is None:
        return ""
    return saying.span_words(zones.to_wall(starts_at, zone), zones.to_wall(ends_at, zone))
