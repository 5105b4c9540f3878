"""Why somebody is proposed for a seat, and why a seat stays empty: as data, and as one sentence."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from volunteer.activities.rota.problem import Blocker, Candidate, Date, Problem, Seats, Work
from volunteer.core import saying
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext

# One reason: its kind under "why", and the numbers and names of work that it speaks of.
Reason = dict[str, Any]


class Why(StrEnum):
    """What a sentence may say; the first three of a filled seat are said."""

    CHOSEN = "chosen"
    RECENT = "recent"
    FREE = "free"
    ANY_TIME = "any_time"
    BESIDE = "beside"
    WITH_EXPERIENCED = "with_experienced"
    LIKES = "likes"
    KNOWS = "knows"
    TRAINED = "trained"
    # Of a seat that stays empty.
    HELD_EMPTY = "held_empty"
    NOBODY_FREE = "nobody_free"
    NOBODY_LEFT = "nobody_left"
    GOOD_AS_IT_IS = "good_as_it_is"


def reason(why: Why, **about: Any) -> Reason:
    return {"why": why.value, **about}


def of_seat(problem: Problem, seats: Seats, person: int, work_id: int) -> list[Reason]:
    """Why this person has this seat: how often they came, when they are free, what suits them."""
    one, work = problem.works[work_id]
    member = problem.member[person]
    found = [reason(Why.RECENT, count=member.recent)]
    is_chosen = member.slots and one.slot
    found.append(reason(Why.FREE, slot=one.slot) if is_chosen else reason(Why.ANY_TIME))
    return found + suits(problem, seats, member, one, work)[:1]


def suits(problem: Problem, seats: Seats, member: Candidate, one: Date, work: Work) -> list[Reason]:
    """What speaks for them on this date, the strongest first."""
    there = [p for w in one.works for p in (*w.taken, *seats.get(w.id, ())) if p != member.id]
    company = [p for p in there if p in member.beside]
    knowing = [p for p in there if p in problem.member and not problem.member[p].is_new]
    count = member.done.get((one.activity, work.name), 0)
    found = [reason(Why.BESIDE, person=person) for person in company[:1]]
    if member.is_new:
        found += [reason(Why.WITH_EXPERIENCED, person=person) for person in knowing[:1]]
    if work.training is not None:
        found.append(reason(Why.TRAINED))
    if work.name in member.likes:
        found.append(reason(Why.LIKES, work=work.name))
    if count:
        found.append(reason(Why.KNOWS, work=work.name, count=count))
    return found


def of_gap(problem: Problem, seats: Seats, work_id: int) -> list[Reason]:
    """Why nobody is proposed for a seat of this work: what keeps those who have time then."""
    one, work = problem.works[work_id]
    dates = dates_of_each(problem, seats)
    kept: Counter[str] = Counter()
    free = 0
    for member in problem.members:
        blocker = next(problem.blockers(member, one, work, dates.get(member.id, ())), None)
        # Who comes to it anyway is not missing here.
        if blocker in {Blocker.NOT_FREE, Blocker.THERE, Blocker.LEADS}:
            continue
        free += 1
        if blocker is not None:
            kept[blocker.value] += 1
    if free == 0:
        return [reason(Why.NOBODY_FREE, slot=one.slot)]
    if kept.total() < free:
        return [reason(Why.GOOD_AS_IT_IS)]
    about = {"slot": one.slot, "most": problem.terms.most_a_month, "free": free}
    return [reason(Why.NOBODY_LEFT, kept=dict(kept), **about)]


def dates_of_each(problem: Problem, seats: Seats) -> dict[int, list[int]]:
    """On which dates these seats put each person."""
    dates: dict[int, list[int]] = {}
    for work, people in seats.items():
        for person in people:
            dates.setdefault(person, []).append(problem.works[work][0].id)
    return dates


# --- as a sentence ------------------------------------------------------------------------------


def sentence(reasons: Sequence[Reason], names: Mapping[int, str]) -> str:
    """What the reasons say, in the reader's language; `names` are those of the team."""
    said = [SAYINGS[Why(one["why"])](one, names) for one in reasons]
    words = _(", ").join(words for words in said if words)
    return _("%(words)s.", words=saying.opening(words)) if words else ""


def slot_words(slot: str | None) -> str:
    """周三上午, Wed morning; 那天 for a task, which is done at any time of its day."""
    if slot is None:
        return _("that day")
    weekday, half = slot.split("_")
    number = [day[:3].lower() for day in saying.WEEKDAYS_EN].index(weekday)
    if half == "am":
        return _("%(day)s morning", day=saying.weekday(number))
    return _("%(day)s afternoon", day=saying.weekday(number))


def say_recent(one: Reason, _names: Mapping[int, str]) -> str:
    count = one["count"]
    if not count:
        return _("has not come in the last four weeks")
    return ngettext(
        "came only %(num)d time in the last four weeks",
        "came %(num)d times in the last four weeks",
        count,
    )


def say_knows(one: Reason, _names: Mapping[int, str]) -> str:
    return ngettext(
        "has done “%(work)s” %(num)d time",
        "has done “%(work)s” %(num)d times",
        one["count"],
        work=one["work"],
    )


def say_left(one: Reason, _names: Mapping[int, str]) -> str:
    """周三上午还有5人有空，都已排满; or how many of them are kept by what."""
    free, most = one["free"], one["most"]
    lead = ngettext(
        "%(num)d more person has time on %(slot)s",
        "%(num)d more people have time on %(slot)s",
        free,
        slot=slot_words(one["slot"]),
    )
    # What keeps most people first; of two alike, the order of Blocker, never that of a database.
    kept_by = [(blocker, one["kept"][blocker]) for blocker in Blocker if blocker in one["kept"]]
    kept_by.sort(key=lambda pair: -pair[1])
    kept = [(kept_words(blocker, most), count) for blocker, count in kept_by]
    if free == 1:
        return _("%(lead)s, but is %(what)s", lead=lead, what=kept[0][0])
    if len(kept) == 1:
        return _("%(lead)s, but all are %(what)s", lead=lead, what=kept[0][0])
    parts = [_("%(num)d %(what)s", num=count, what=what) for what, count in kept]
    return _("%(lead)s: %(parts)s", lead=lead, parts=_("; ").join(parts))


def kept_words(blocker: Blocker, most: int) -> str:
    """What keeps people from a seat, in words that fit one and many."""
    words = {
        Blocker.ENOUGH: _("asked often enough this month (%(most)d times at most)", most=most),
        Blocker.RESTING: _("coming on a day near it"),
        Blocker.DECLINED: _("not able to come to this one, as they said"),
        Blocker.AWAY: _("away then, as they said"),
        Blocker.UNTRAINED: _("without the training"),
    }
    return words.get(blocker) or _("somewhere else then")


SAYINGS: dict[Why, Callable[[Reason, Mapping[int, str]], str]] = {
    Why.CHOSEN: lambda _one, _names: _("chosen by hand"),
    Why.RECENT: say_recent,
    Why.FREE: lambda one, _names: _("has time on %(slot)s", slot=slot_words(one["slot"])),
    Why.ANY_TIME: lambda _one, _names: _("any time may suit"),
    Why.BESIDE: lambda one, names: _(
        "likes to go with %(name)s", name=names.get(one["person"], "")
    ),
    Why.WITH_EXPERIENCED: lambda one, names: _(
        "is new and goes with %(name)s, who knows the work", name=names.get(one["person"], "")
    ),
    Why.LIKES: lambda one, _names: _("likes “%(work)s”", work=one["work"]),
    Why.KNOWS: say_knows,
    Why.TRAINED: lambda _one, _names: _("has had the training"),
    Why.HELD_EMPTY: lambda _one, _names: _("kept empty by hand"),
    Why.NOBODY_FREE: lambda one, _names: _(
        "nobody else has time on %(slot)s", slot=slot_words(one["slot"])
    ),
    Why.NOBODY_LEFT: say_left,
    Why.GOOD_AS_IT_IS: lambda _one, _names: _(
        "enough people: this place is for whoever likes to come as well"
    ),
}
