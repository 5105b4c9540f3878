"""Another rule for a series: for all its coming dates, or for one date and those after it.

Each date that is on the calendar finds its day in the new plan: the same day, or else one of the
same week or month. Its people keep their places; who is elsewhere at the new time, or whose date
finds no day, loses the place and is told. Who comes every week goes on doing so, unless their work
is done no more. Dates that were moved or cancelled by hand stay as they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from volunteer.activities import (
    asking_anew,
    attendance,
    clashes,
    eligibility,
    notices,
    planning,
    queries,
    recurrence,
    signups,
    single_date,
    standing,
    swap_endings,
    waitlist,
)
from volunteer.activities.errors import AlreadyEnded, AlreadyStarted
from volunteer.activities.models import (
    Activity,
    ActivityPause,
    ActivityRole,
    DangerLevel,
    Occurrence,
    Signup,
    StandingPlace,
)
from volunteer.activities.planning import ActivityWords, SeriesPlan
from volunteer.activities.recurrence import Span
from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.people.models import Person

# A series was parted: the old one, the new one, and from which day on that has its dates.
series_parted: News[[Activity, Activity, date]] = News()


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
    outcome.added = [d for d in days if d not in place_of and not is_paused(activity, d)]
    for day, occurrence in place_of.items():
        settle(outcome, activity, plan, occurrence, day)
    placed = {occurrence.id for occurrence in place_of.values()}
    # What was moved or cancelled by hand was decided for itself; it needs no day in the plan.
    outcome.fallen = [o for o in coming if o.id not in placed and not o.is_changed]
    kept = [occurrence for occurrence, _day in outcome.kept]
    vain = waiting_in_vain(kept, activity, plan.words)
    outcome.losses = find_losses(outcome, plan) + [Loss(signup, Why.NO_WORK) for signup in vain]
    away = clashes.find_away(
        (o, o.day, span.wall_starts.date()) for o, span in outcome.moved if not o.is_cancelled
    )
    for why, signups_lost in ((Why.AWAY, away), (Why.YOUNG, too_young(outcome, plan))):
        lost = {loss.signup.id for loss in outcome.losses}
        outcome.losses += [Loss(signup, why) for signup in signups_lost if signup.id not in lost]
    first = since.planned_on if since else None
    works = standing.works_in(activity, plan.words.roles, since=first)
    outcome.without_work = [place for place, work in works if work is None]
    return outcome


def is_free(
    activity: Activity, day: date, old: Mapping[date, Occurrence], begun: Collection[date]
) -> bool:
    """Not a day whose date has begun, moved forward or not: it is what it was."""
    return day in old or (day > activity.team.today(clock.now()) and day not in begun)


def is_paused(activity: Activity, day: date) -> bool:
    return any(pause.first_on <= day <= pause.last_on for pause in activity.pauses)


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
        found |= match(dates, [d for d in days if is_paused(activity, d) is rests], own)
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


def find_losses(outcome: Outcome, plan: SeriesPlan) -> list[Loss]:
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


def says_of(activity: Activity) -> tuple[object, ...]:
    """What its words and its rule say now."""
    hours = (activity.starts, activity.ends)
    days = (activity.last_on, activity.extra_days, activity.left_out_days)
    return (planning.words_of(activity), activity.series.rule, hours, days)


def meant_by(plan: SeriesPlan) -> tuple[object, ...]:
    extra, left_out = (
        [day.isoformat() for day in sorted(days)] for days in (plan.extra, plan.left_out)
    )
    days = (plan.last_on, extra, left_out)
    return (plan.words, plan.rule, (plan.starts, plan.ends), days)


def change_all(
    activity: Activity, plan: SeriesPlan, *, by: Person, seen: str | None = None
) -> Outcome:
    """Another plan for all coming dates; what has been stays as it was.

    Everybody concerned gets one message. `seen`: the mark of what their page showed of says_of().
    Raises AlreadyEnded, NoDates, TooManyDates or ChangedMeanwhile.
    """
    with transaction():
        planning.hold(activity)
        check_goes_on(activity)
        check_unchanged(seen, says_of(activity), meant_by(plan))
        outcome = foresee(activity, plan)
        trail.record(
            "activity.replanned", activity, by=by, team=activity.team, activity=activity.title
        )
        carry_out(activity, plan, outcome, by, led_by=activity.leader_id)
        return outcome


def change_words(
    activity: Activity, words: ActivityWords, *, by: Person, seen: str | None = None
) -> None:
    """What planning.change_words() does; who came every week for work that is done no more is told
    that this is over, with the dates that they keep; who waited for it, that they need not; and who
    is too young for a danger, that they can't come. `seen`: the mark of what their page showed of
    planning.words_of(). Raises ChangedMeanwhile."""
    with transaction():
        planning.hold(activity)
        check_unchanged(seen, planning.words_of(activity), words)
        works = standing.works_in(activity, words.roles)
        without_work = {place.person_id for place, work in works if work is None}
        coming = [o for o in queries.list_coming(activity, after=clock.now()) if not o.is_cancelled]
        in_vain = {signup.person_id for signup in waiting_in_vain(coming, activity, words)}
        young = clashes.find_young(coming) if words.danger is DangerLevel.POSSIBLE else []
        too_young = {signup.person_id for signup in young}
        told = [
            (person, [date.id for date in own])
            for person, own in notices.dates_of_each(coming)
            if person.id in without_work | in_vain | too_young
        ]
        for signup in young:
            signups.release(signup, by=by)
        planning.change_words(activity, words, by=by, besides=without_work | in_vain | too_young)
        standing.stay_at_work(works, by=by)
        if not told:
            return
        activity.revision += 1
        session.flush()
        were_at = {date.id: date.starts_at for date in coming}
        notices.tell_of_changes(
            activity, told, were_at=were_at, without_work=without_work, young=too_young
        )


def starting_with(occurrence: Occurrence, plan: SeriesPlan) -> SeriesPlan:
    """The same plan without what would come before this date: that is the series' that ends."""
    today = occurrence.team.today(clock.now())
    first, day = max(plan.first_on, today), occurrence.planned_on
    last = day - timedelta(days=1)
    before = plan.series.rule_days(first, last) if first <= last else []
    return replace(
        plan,
        extra=[one for one in plan.extra if one >= day],
        left_out=sorted({*plan.left_out, *before}),
    )


def change_since(
    occurrence: Occurrence, plan: SeriesPlan, *, by: Person, seen: str | None = None
) -> Activity:
    """Another plan for this date and those after it: the series ends before it, and a new one
    begins with it and takes over its later dates with their people.

    Everybody concerned gets one message. Answers the new series. `seen`: as in change_all().
    Raises AlreadyStarted, AlreadyEnded, NoDates, TooManyDates or ChangedMeanwhile.
    """
    with transaction():
        old = occurrence.activity
        planning.hold(old)
        check_goes_on(old)
        check_unchanged(seen, says_of(old), meant_by(plan))
        if occurrence.has_started(clock.now()):
            raise AlreadyStarted
        plan = starting_with(occurrence, plan)
        outcome = foresee(old, plan, since=occurrence)
        day = occurrence.planned_on
        new = part(old, day, plan)
        trail.record("activity.parted", old, by=by, team=old.team, activity=old.title)
        trail.record("activity.planned", new, by=by, team=new.team, activity=plan.words.title)
        standing.go_on_in(new, old, day)
        carry_out(new, plan, outcome, by, led_by=old.leader_id)
        series_parted.announce(old, new, day)
        return new


def check_goes_on(activity: Activity) -> None:
    if activity.has_ended(activity.team.today(clock.now())):
        raise AlreadyEnded


def part(old: Activity, day: date, plan: SeriesPlan) -> Activity:
    """End a series before this day; answers a new one that has its dates from that day on."""
    # Its changes are counted on, for calendars take a lower number for something older.
    new = Activity(team=old.team, zone=old.zone, roles=[], revision=old.revision)
    planning.write_rule(new, plan)
    # First with the roles of the old one, so that each role is known again by its position.
    new.roles = [
        ActivityRole(position=r.position, name=r.name, minimum=r.minimum, maximum=r.maximum)
        for r in old.roles
    ]
    new.title, new.place, new.risk_note = old.title, old.place, old.risk_note
    session.add(new)
    session.flush()
    going_on = {
        pause.id: ActivityPause(
            activity=new,
            first_on=max(pause.first_on, day),
            last_on=pause.last_on,
            reason=pause.reason,
            by_id=pause.by_id,
        )
        for pause in old.pauses
        if pause.last_on >= day
    }
    session.add_all(going_on.values())
    session.flush()
    for occurrence in queries.list_coming(old, after=clock.now()):
        if occurrence.planned_on >= day:
            occurrence.activity = new
            if occurrence.pause_id in going_on:
                occurrence.pause_id = going_on[occurrence.pause_id].id
    old.last_on = day - timedelta(days=1)
    session.flush()
    return new


def carry_out(
    activity: Activity, plan: SeriesPlan, outcome: Outcome, by: Person, *, led_by: int | None
) -> None:
    """Do what was foreseen, and tell everybody concerned once. `led_by`: who led until now."""
    dates = [occurrence for occurrence, _day in outcome.kept]
    # The dates are held; what was read of them before a series was parted is forgotten.
    lock(activity)
    queries.list_dates(occurrence.id for occurrence in [*dates, *outcome.fallen])
    were = {date.id: when_and_where(date) for date in [*dates, *outcome.fallen]}
    told = [(person, [date.id for date in own]) for person, own in outcome.told]
    told_of = {date.id for date in outcome.dates_told}
    works = standing.works_in(activity, plan.words.roles)
    planning.write_rule(activity, plan)
    planning.write(activity, plan.words)
    standing.stay_at_work(works, by=by)
    for occurrence, day in outcome.kept:
        occurrence.planned_on = day
    session.flush()
    for occurrence, span in outcome.moved:
        if occurrence.day != span.wall_starts.date():
            # Whether it takes place on a holiday is another question on another day.
            occurrence.holiday_answer = None
        occurrence.wall_starts, occurrence.wall_ends = span.wall_starts, span.wall_ends
        occurrence.starts_at, occurrence.ends_at = span.starts_at, span.ends_at
        note_news(occurrence)
    moved = [occurrence for occurrence, _span in outcome.moved]
    attendance.forget_earlier(moved, by=by)
    swap_endings.end_offers([*moved, *outcome.fallen], by=by)
    asking_anew.after_move(moved, by=by)
    for occurrence in outcome.elsewhere:
        note_news(occurrence)
    for loss in outcome.losses:
        if loss.why in {Why.BUSY, Why.YOUNG}:
            signups.release(loss.signup, by=by)
        elif loss.why is Why.AWAY:
            signups.free_in_pause(loss.signup, by=by)
    for occurrence in planning.in_order_of_locking(dates):
        if not occurrence.is_changed:
            occurrence.place = plan.words.place
        planning.change_roles(occurrence, activity.roles, by=by)
    take_off(outcome.fallen, by)
    session.flush()
    for occurrence in planning.in_order_of_locking(dates):
        waitlist.promote(occurrence)
    activity.planned_until = None
    planning.extend(activity, today=activity.team.today(clock.now()))
    activity.revision += 1
    session.flush()
    were_at = {number: starts_at for number, (starts_at, _place, _is_off) in were.items()}
    notices.tell_of_changes(
        activity,
        told,
        were_at=were_at,
        without_work={place.person_id for place in outcome.without_work},
        elsewhere={loss.signup.person_id for loss in outcome.losses if loss.why is Why.BUSY},
        away={loss.signup.person_id for loss in outcome.losses if loss.why is Why.AWAY},
        young={loss.signup.person_id for loss in outcome.losses if loss.why is Why.YOUNG},
    )
    notices.tell_of_lead(activity, led_by, by=by)
    are = queries.list_dates(were)
    notices.tell_groups_of_changes(activity, [date for date in are if date.id in told_of], were_at)
    notices.dates_changed.announce([date for date in are if when_and_where(date) != were[date.id]])


def note_news(occurrence: Occurrence) -> None:
    """What was told of it before is older now; but that it is off is still to be heard."""
    if not occurrence.is_cancelled:
        occurrence.revision += 1


def when_and_where(occurrence: Occurrence) -> tuple[datetime, str, bool]:
    return occurrence.starts_at, occurrence.place, occurrence.is_cancelled


def take_off(fallen: Iterable[Occurrence], by: Person) -> None:
    """Dates that nobody ever had anything to do with go; the others are cancelled and stay."""
    fallen = list(fallen)
    unused = queries.find_unused(occurrence.id for occurrence in fallen)
    for occurrence in fallen:
        # A pause that is taken back does not bring back what has no day any more.
        occurrence.pause_id = None
        if occurrence.id not in unused and not occurrence.is_cancelled:
            single_date.call_off(occurrence, "", by)
    session.flush()
    queries.delete_dates(unused)
