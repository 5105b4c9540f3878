"""Another rule for a series: for all its coming dates, or for one date and those after it.

Each date finds its day in the new plan (series_outcome.py). Its people keep their places; who is
elsewhere at the new time, or whose date finds no day, loses the place and is told. Who comes every
week goes on doing so, unless their work is done no more. Dates that were moved or cancelled by hand
stay as they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from volunteer.activities import (
    asking_anew,
    clashes,
    extending,
    lead_notices,
    notices,
    planning,
    queries,
    series_outcome,
    signups,
    single_date,
    standing,
    swap_endings,
    waitlist,
)
from volunteer.activities.attendance import noting
from volunteer.activities.errors import AlreadyEnded, AlreadyStarted
from volunteer.activities.models import (
    Activity,
    ActivityPause,
    ActivityRole,
    DangerLevel,
    Occurrence,
)
from volunteer.activities.notices import Reasons
from volunteer.activities.planning import ActivityWords, SeriesPlan
from volunteer.activities.series_outcome import Outcome, Why
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import ChangedMeanwhile
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.people.models import Person

# A series was parted: the old one, the new one, and from which day on that has its dates.
series_parted: News[[Activity, Activity, date]] = News()


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
    Raises AlreadyEnded, NoDates, TooManyDates, LeadsNothingNow or ChangedMeanwhile.
    """
    with transaction():
        planning.hold_leader(plan.words)
        planning.hold(activity)
        check_goes_on(activity)
        check_unchanged(seen, says_of(activity), meant_by(plan))
        outcome = series_outcome.foresee(activity, plan)
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
    planning.words_of(). Raises LeadsNothingNow or ChangedMeanwhile."""
    with transaction():
        planning.hold_leader(words)
        planning.hold(activity)
        check_unchanged(seen, planning.words_of(activity), words)
        works = standing.works_in(activity, words.roles)
        without_work = {place.person_id for place, work in works if work is None}
        coming = [o for o in queries.list_coming(activity, after=clock.now()) if not o.is_cancelled]
        in_vain = {
            signup.person_id for signup in series_outcome.waiting_in_vain(coming, activity, words)
        }
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
        reasons = Reasons(without_work=without_work, young=too_young)
        notices.tell_of_changes(activity, told, reasons, were_at=were_at)


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
    Raises AlreadyStarted, AlreadyEnded, NoDates, TooManyDates, LeadsNothingNow or
    ChangedMeanwhile.
    """
    old = occurrence.activity
    with transaction():
        planning.hold_leader(plan.words)
        planning.hold(old)
        if occurrence.activity != old:
            # Somebody else has parted it at this date: nothing is left of what is to be changed.
            raise ChangedMeanwhile
        check_goes_on(old)
        check_unchanged(seen, says_of(old), meant_by(plan))
        if occurrence.has_started(clock.now()):
            raise AlreadyStarted
        plan = starting_with(occurrence, plan)
        outcome = series_outcome.foresee(old, plan, since=occurrence)
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


@dataclass(frozen=True)
class Before:
    """How it was before a plan was carried out, and who is to be told of it."""

    led_by: int | None
    # By the number of each date: when and where it was, and whether it was off.
    dates: dict[int, tuple[datetime, str, bool]]
    told: list[tuple[Person, list[int]]]
    told_of: set[int]


def carry_out(
    activity: Activity, plan: SeriesPlan, outcome: Outcome, by: Person, *, led_by: int | None
) -> None:
    """Do what was foreseen, and tell everybody concerned once. `led_by`: who led until now."""
    kept = [occurrence for occurrence, _day in outcome.kept]
    concerned = [*kept, *outcome.fallen]
    # The dates are held; what was read of them before a series was parted is forgotten.
    lock(activity)
    queries.list_dates(occurrence.id for occurrence in concerned)
    before = Before(
        led_by,
        dates={date.id: when_and_where(date) for date in concerned},
        told=[(person, [date.id for date in own]) for person, own in outcome.told],
        told_of={date.id for date in outcome.dates_told},
    )

    put_down(activity, plan, outcome, by)
    move_dates(outcome, by)
    for occurrence in outcome.elsewhere:
        note_news(occurrence)
    free_lost_places(outcome, by)
    for occurrence in planning.in_order_of_locking(kept):
        if not occurrence.is_changed:
            occurrence.place = plan.words.place
        planning.change_roles(occurrence, activity.roles, by=by)
    take_off(outcome.fallen, by)
    session.flush()
    for occurrence in planning.in_order_of_locking(kept):
        waitlist.promote(occurrence)
    activity.planned_until = None
    extending.extend(activity, today=activity.team.today(clock.now()))
    activity.revision += 1
    session.flush()

    tell(activity, outcome, before, by)


def put_down(activity: Activity, plan: SeriesPlan, outcome: Outcome, by: Person) -> None:
    """The rule and the words, who comes every week for which work, and the day of each date."""
    works = standing.works_in(activity, plan.words.roles)
    planning.write_rule(activity, plan)
    planning.write(activity, plan.words)
    standing.stay_at_work(works, by=by)
    for occurrence, day in outcome.kept:
        occurrence.planned_on = day
    session.flush()


def move_dates(outcome: Outcome, by: Person) -> None:
    """Give dates their new time; what was said of the old one is over."""
    moved = [occurrence for occurrence, _span in outcome.moved]
    times = {occurrence.id: occurrence.time_mark for occurrence in moved}
    for occurrence, span in outcome.moved:
        if occurrence.day != span.wall_starts.date():
            # Whether it takes place on a holiday is another question on another day.
            occurrence.holiday_answer = None
        occurrence.wall_starts, occurrence.wall_ends = span.wall_starts, span.wall_ends
        occurrence.starts_at, occurrence.ends_at = span.starts_at, span.ends_at
        note_news(occurrence)
    noting.forget_earlier(moved, by=by)
    swap_endings.end_offers([*moved, *outcome.fallen], by=by)
    asking_anew.after_move(moved, times, by=by)


def free_lost_places(outcome: Outcome, by: Person) -> None:
    """Those of who can't come at the new time; dates and work that end take theirs with them."""
    for loss in outcome.losses:
        if loss.why in {Why.BUSY, Why.YOUNG}:
            signups.release(loss.signup, by=by)
        elif loss.why is Why.AWAY:
            signups.free_in_pause(loss.signup, by=by)


def tell(activity: Activity, outcome: Outcome, before: Before, by: Person) -> None:
    """One message to each person, one to whoever leads, one to each group."""
    were_at = {number: starts_at for number, (starts_at, _place, _is_off) in before.dates.items()}
    notices.tell_of_changes(activity, before.told, outcome.reasons, were_at=were_at)
    lead_notices.tell_of_lead(activity, before.led_by, by=by)
    are = queries.list_dates(before.dates)
    told_of = [date for date in are if date.id in before.told_of]
    notices.tell_groups_of_changes(activity, told_of, were_at)
    changed = [date for date in are if when_and_where(date) != before.dates[date.id]]
    notices.dates_changed.announce(changed)


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
