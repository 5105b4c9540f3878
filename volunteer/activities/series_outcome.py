"""What another plan of a series would do to the dates on the calendar, and to their people.

Each date that is on the calendar finds its day in the new plan: the same day, or else one of the
same week or month. It is looked at before it is done (series_changes.py), and by the same rules.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from volunteer.activities import (
    clashes,
    eligibility,
    notices,
    queries,
    recurrence,
    standing,
)
from volunteer.activities.models import (
    Activity,
    DangerLevel,
    Occurrence,
    Signup,
    StandingPlace,
)
from volunteer.activities.notices import Reasons
from volunteer.activities.planning import ActivityWords, SeriesPlan
from volunteer.activities.recurrence import Span
from volunteer.core import clock, zones
from volunteer.people.models import Person


class Why(StrEnum):
    """Why somebody loses a place."""

    NO_DATE = "no_date"
    BUSY = "busy"
    NO_WORK = "no_work"
    # They come every week, and pause on the new day.
    AWAY = "away"
    # Too young for the night, or for a danger.
    YOUNG = "young"


@dataclass(frozen=True)
class Loss:
    """A place, or a place in a queue, that somebody has to be told is gone."""

    signup: Signup
    why: Why


@dataclass
class Outcome:
    """What a new plan does to the dates on the calendar, and to their people."""

    # Each date with the day of the rule that it has now; by hand changed ones keep their time.
    kept: list[tuple[Occurrence, date]] = field(default_factory=list)
    # Those of them whose time is another one.
    moved: list[tuple[Occurrence, Span]] = field(default_factory=list)
    elsewhere: list[Occurrence] = field(default_factory=list)
    fallen: list[Occurrence] = field(default_factory=list)
    added: list[date] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    # Who comes every week for work that is done no more.
    without_work: list[StandingPlace] = field(default_factory=list)

    @property
    def dates_told(self) -> list[Occurrence]:
        """The dates whose people are told of something."""
        changed = {o.id: o for o, _span in self.moved}
        changed.update({o.id: o for o in [*self.elsewhere, *self.fallen]})
        return [o for o in changed.values() if not o.is_cancelled]

    @property
    def told(self) -> list[tuple[Person, list[Occurrence]]]:
        """Who is told, and of which dates: of those changed; who need not come every week any more,
        of all that they have; who need not wait any more, of those."""
        found = dict(notices.dates_of_each(self.dates_told))
        for place in self.without_work:
            own = [o for o, _day in self.kept if not o.is_cancelled and o.signup_of(place.person)]
            if own:
                found.setdefault(place.person, own)
        for loss in self.losses:
            if loss.why in {Why.NO_WORK, Why.YOUNG}:
                own = found.setdefault(loss.signup.person, [])
                if loss.signup.occurrence not in own:
                    own.append(loss.signup.occurrence)
        return list(found.items())

    @property
    def people_told(self) -> list[Person]:
        return [person for person, _dates in self.told]

    @property
    def reasons(self) -> Reasons:
        """Why those who lose something are told so."""
        return Reasons(
            without_work={place.person_id for place in self.without_work},
            elsewhere=self.who_loses(Why.BUSY),
            away=self.who_loses(Why.AWAY),
            young=self.who_loses(Why.YOUNG),
        )

    def who_loses(self, why: Why) -> set[int]:
        return {loss.signup.person_id for loss in self.losses if loss.why is why}


def foresee(activity: Activity, plan: SeriesPlan, *, since: Occurrence | None = None) -> Outcome:
    """What would become of the coming dates, and of those who have a place on them; changes
    nothing. With `since`, of that date and those after it. Raises NoDates or TooManyDates."""
    now = clock.now()
    coming = [
        occurrence
        for occurrence in queries.list_coming(activity, after=now)
        if since is None or occurrence.planned_on >= since.planned_on
    ]
    outcome = Outcome()
    old = {occurrence.planned_on: occurrence for occurrence in coming}
    begun = queries.list_begun_days(activity, before=now)
    wanted = wanted_days(activity, plan, since)
    days = [day for day in wanted if is_free(activity, day, old, begun)]
    place_of = match_all(activity, old, days)
    outcome.added = [d for d in days if d not in place_of and not activity.pause_on(d)]
    for day, occurrence in place_of.items():
        settle(outcome, activity, plan, occurrence, day)
    placed = {occurrence.id for occurrence in place_of.values()}
    # What was moved or cancelled by hand was decided for itself; it needs no day in the plan.
    outcome.fallen = [o for o in coming if o.id not in placed and not o.is_changed]
    outcome.losses = find_losses(outcome, activity, plan)
    first = since.planned_on if since else None
    works = standing.works_in(activity, plan.words.roles, since=first)
    outcome.without_work = [place for place, work in works if work is None]
    return outcome


def is_free(
    activity: Activity, day: date, old: Mapping[date, Occurrence], begun: Collection[date]
) -> bool:
    """Not a day whose date has begun, moved forward or not: it is what it was."""
    return day in old or (day > activity.team.today(clock.now()) and day not in begun)


def wanted_days(activity: Activity, plan: SeriesPlan, since: Occurrence | None) -> Sequence[date]:
    """The days of the plan that can be on the calendar now, those of pauses too."""
    now = clock.now()
    today = activity.team.today(now)
    last = max(today + recurrence.WINDOW, activity.planned_until or today)
    first = max(today, plan.first_on, since.planned_on if since else today)
    return [
        day
        for day in plan.series.days(first=first, last=last)
        if recurrence.span(day, plan.starts, plan.ends, activity.zone).starts_at > now
    ]


def match_all(
    activity: Activity, old: Mapping[date, Occurrence], days: Sequence[date]
) -> dict[date, Occurrence]:
    """Which date has which day from now on. What rests rests on, on a day of its pause, and comes
    back as the series is planned by then."""
    own = {day: old[day] for day in days if day in old}
    found: dict[date, Occurrence] = {}
    for rests in (False, True):
        dates = {day: o for day, o in old.items() if (o.pause_id is not None) is rests}
        found |= match(dates, [d for d in days if (activity.pause_on(d) is not None) is rests], own)
    return found


def match(
    old: Mapping[date, Occurrence], days: Sequence[date], own: Mapping[date, Occurrence]
) -> dict[date, Occurrence]:
    """Which date has which day from now on: its own, or one of its week, or of its month."""
    found = dict(own)
    for period in (zones.monday_of, lambda day: day.replace(day=1)):
        free_dates, free_days = defaultdict(list), defaultdict(list)
        taken = {occurrence.id for occurrence in found.values()}
        for day, occurrence in sorted(old.items()):
            if occurrence.id not in taken:
                free_dates[period(day)].append(occurrence)
        for day in days:
            if day not in found:
                free_days[period(day)].append(day)
        for key, occurrences in free_dates.items():
            found.update(zip(free_days[key], occurrences, strict=False))
    return found


def settle(
    outcome: Outcome, activity: Activity, plan: SeriesPlan, occurrence: Occurrence, day: date
) -> None:
    outcome.kept.append((occurrence, day))
    meets_elsewhere = activity.meeting_point != plan.words.meeting_point
    if occurrence.is_changed:
        if meets_elsewhere:
            outcome.elsewhere.append(occurrence)
        return
    span = recurrence.span(day, plan.starts, plan.ends, activity.zone)
    if (span.wall_starts, span.wall_ends) != (occurrence.wall_starts, occurrence.wall_ends):
        outcome.moved.append((occurrence, span))
    elif occurrence.place != plan.words.place or meets_elsewhere:
        outcome.elsewhere.append(occurrence)


def find_losses(outcome: Outcome, activity: Activity, plan: SeriesPlan) -> list[Loss]:
    """Who has to be told that a place is gone; of several reasons the first one."""
    kept = [occurrence for occurrence, _day in outcome.kept]
    vain = waiting_in_vain(kept, activity, plan.words)
    away = clashes.find_away(
        (o, o.day, span.wall_starts.date()) for o, span in outcome.moved if not o.is_cancelled
    )
    losses = lost_to_the_calendar(outcome, plan) + [Loss(signup, Why.NO_WORK) for signup in vain]
    for why, signups in ((Why.AWAY, away), (Why.YOUNG, too_young(outcome, plan))):
        lost = {loss.signup.id for loss in losses}
        losses += [Loss(signup, why) for signup in signups if signup.id not in lost]
    return losses


def lost_to_the_calendar(outcome: Outcome, plan: SeriesPlan) -> list[Loss]:
    """Whose date falls away, and who is somewhere else at its new time."""
    losses = [
        Loss(signup, Why.NO_DATE)
        for occurrence in outcome.fallen
        if not occurrence.is_cancelled
        for signup in occurrence.active_signups
    ]
    if plan.is_task:
        # It is at the same time as nothing else, whatever it was before.
        return losses
    moved = [(o, s.starts_at, s.ends_at) for o, s in outcome.moved if not o.is_cancelled]
    own = {occurrence.id for occurrence, _day in outcome.kept} | {o.id for o in outcome.fallen}
    return losses + [Loss(signup, Why.BUSY) for signup in clashes.find(moved, besides=own)]


def too_young(outcome: Outcome, plan: SeriesPlan) -> list[Signup]:
    """Who is under 18 on dates that become dangerous, or move into the night."""
    kept = [occurrence for occurrence, _day in outcome.kept if not occurrence.is_cancelled]
    if plan.words.danger is DangerLevel.POSSIBLE:
        return clashes.find_young(kept)
    at_night = {
        occurrence.id
        for occurrence, span in outcome.moved
        if not plan.is_task and eligibility.is_at_night(span.wall_starts, span.wall_ends)
    }
    return clashes.find_young(o for o in kept if o.id in at_night)


def waiting_in_vain(
    occurrences: Iterable[Occurrence], activity: Activity, words: ActivityWords
) -> list[Signup]:
    """Who waits for work that is done no more. Who has a place in it keeps that."""
    gone = {role.position for role in activity.roles} - {role.position for role in words.roles}
    return [
        signup
        for occurrence in occurrences
        if not occurrence.is_cancelled
        for signup in occurrence.active_signups
        if signup.is_waiting and signup.role.position in gone
    ]
