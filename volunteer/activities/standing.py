"""People who come every week: beginning, pausing and ending it; and what becomes of it when their
activity is planned differently."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from volunteer.activities import excuses, filling, signups, standing_dates, standing_queries
from volunteer.activities.errors import (
    AlreadyEnded,
    AlreadyStanding,
    NotAnActiveMember,
    NotSignedUp,
    StandingHasEnded,
)
from volunteer.activities.models import (
    Activity,
    Excuse,
    Occurrence,
    Signup,
    StandingPause,
    StandingPlace,
)
from volunteer.activities.models.standing import A_WEEK, Work
from volunteer.activities.queries import list_coming
from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership

A_DAY = timedelta(days=1)
FREED = excuses.Reason(Excuse.PAUSE)


@dataclass(frozen=True)
class StandingPlan:
    """For which work, how often, from when and until when."""

    position: int
    first_on: date
    every_weeks: int = 1
    last_on: date | None = None


def begin(activity: Activity, person: Person, plan: StandingPlan, *, by: Person) -> StandingPlace:
    """From now on `person` has a place on the dates of this rhythm: at once on those on the
    calendar, and on each new one.

    Raises AlreadyEnded, NotAnActiveMember or AlreadyStanding; NotFound for work that the activity
    has not; and what keeps them from every date that is on the calendar (eligibility.py). `by` is
    who asked: the person, a companion, or a coordinator for who has no phone.
    """
    with transaction():
        # The person first, as in signing up and leaving; then the activity, then its dates.
        lock(person, activity)
        check_may_begin(activity, person, plan)
        standing = StandingPlace(
            activity=activity,
            person=person,
            position=plan.position,
            every_weeks=plan.every_weeks,
            first_on=plan.first_on,
            last_on=plan.last_on,
            by=by,
        )
        session.add(standing)
        record("standing.begun", standing, by)
        filling.fill(activity, by=by)
        check_has_some(standing)
        return standing


def check_may_begin(activity: Activity, person: Person, plan: StandingPlan) -> None:
    today = activity.team.today(clock.now())
    if activity.has_ended(today):
        raise AlreadyEnded
    if plan.position not in {role.position for role in activity.roles}:
        raise NotFound
    if not team_queries.is_active_member(activity.team, person):
        raise NotAnActiveMember
    old = standing_queries.find_standing(activity, person)
    if old is not None and (old.last_on is None or old.last_on >= today):
        raise AlreadyStanding
    if old is not None:
        old.ended_at = clock.now()


def check_has_some(standing: StandingPlace) -> None:
    """Raises what keeps them from the first date, when something keeps them from every one."""
    refusals = [own.refusal for own in standing_dates.coming_dates(standing)]
    if refusals and refusals[0] and all(refusals):
        raise refusals[0]


def pause(standing: StandingPlace, first_on: date, last_on: date, *, by: Person) -> StandingPause:
    """They don't come from this day to that one: places on dates in it become free; twice changes
    nothing, for of two pauses they would take back one and stay away.

    Raises StandingHasEnded.
    """
    with transaction():
        hold(standing)
        for away in standing.pauses:
            if (away.first_on, away.last_on) == (first_on, last_on):
                return away
        away = StandingPause(first_on=first_on, last_on=last_on, by_id=by.id)
        standing.pauses.append(away)
        record("standing.paused", standing, by)
        free(standing, by, lambda occurrence: first_on <= occurrence.day <= last_on)
        return away


def end_pause(away: StandingPause, *, by: Person) -> None:
    """Here again, earlier than they thought: the places are theirs again where there is one; twice
    changes nothing.

    Raises StandingHasEnded.
    """
    # Whoever presses at the same moment may take it away while we wait.
    standing = away.standing
    with transaction():
        hold(standing)
        if away not in standing.pauses:
            return
        yesterday = standing.activity.team.today(clock.now()) - A_DAY
        if yesterday < away.first_on:
            standing.pauses.remove(away)
            session.delete(away)
        else:
            away.last_on = min(away.last_on, yesterday)
        record("standing.pause_ended", standing, by)
        filling.fill(standing.activity, by=by)


def end(standing: StandingPlace, *, last_on: date | None = None, by: Person) -> None:
    """They come until this day, or not any more: places on later dates become free.

    Raises StandingHasEnded.
    """
    with transaction():
        hold(standing)
        yesterday = standing.activity.team.today(clock.now()) - A_DAY
        last = yesterday if last_on is None else max(last_on, yesterday)
        free(standing, by, lambda occurrence: occurrence.planned_on > last)
        hold_until(standing, last)
        record("standing.ended", standing, by)


def hold_until(standing: StandingPlace, last: date) -> None:
    """It holds up to this day and no longer; when that is over, it has ended."""
    # One that never held, because it should have begun later, has no days at all.
    standing.last_on = max(last, standing.first_on)
    if last < standing.first_on or last < standing.activity.team.today(clock.now()):
        standing.ended_at = clock.now()


def hold(standing: StandingPlace) -> None:
    lock(standing.person, standing.activity)
    if standing.has_ended:
        raise StandingHasEnded


def free(standing: StandingPlace, by: Person, is_meant: Callable[[Occurrence], bool]) -> None:
    for signup in places_of(standing, is_meant):
        # Until the date is ours, somebody else may have their place.
        with suppress(NotSignedUp):
            signups.withdraw(signup, by=by, reason=FREED)


def places_of(standing: StandingPlace, is_meant: Callable[[Occurrence], bool]) -> list[Signup]:
    """Their places in this work on coming dates, in the order in which dates are locked."""
    coming = list_coming(standing.activity, after=clock.now())
    found = [(o, o.signup_of(standing.person)) for o in coming if is_meant(o)]
    return [
        signup
        for _occurrence, signup in sorted(found, key=lambda pair: pair[0].id)
        if signup is not None and signup.role.position == standing.position
    ]


def hold_all(memberships: Sequence[Membership]) -> None:
    """Somebody is about to step back in these teams: first the series that they lead or come to
    every week, and all of a team that may end with them, in the order of their numbers; of several
    teams then the dates on which they have a place. Who holds a date of one team must not wait for
    a series of another."""
    if memberships:
        person_id, teams = memberships[0].person_id, [one.team_id for one in memberships]
        ending = team_queries.find_ending_with(memberships)
        lock(*standing_queries.list_series_of(person_id, teams, ending))
        if len(teams) > 1:
            standing_queries.hold_dates_of(person_id, teams, after=clock.now())


def end_all(membership: Membership, by: Person) -> None:
    """Who leaves the team comes to nothing every week any more, nor does who has died as its last
    coordinator; who pauses keeps it for later.

    Their places on dates are given back by signups.release_all().
    """
    keeps_it = membership.is_in_team and membership.person.died_on is None
    with transaction():
        for standing in standing_queries.list_held_in(membership.team_id, membership.person_id):
            # Who pauses, too: the clock may be putting them on new dates at this moment.
            lock(standing.activity)
            if not keeps_it:
                standing.ended_at = clock.now()
                record("standing.ended", standing, by)


def take_up_again(membership: Membership, by: Person) -> None:
    """After a pause of the whole team their places of every week are theirs again."""
    with transaction():
        held = standing_queries.list_held_in(membership.team_id, membership.person_id)
        activities = [standing.activity for standing in held]
        lock(*activities)
        filling.fill_held(activities, by=by)


# --- when the activity is planned differently ----------------------------------------------------


def go_on_in(new: Activity, old: Activity, day: date) -> None:
    """A series was parted on this day: who came every week to the old one comes to the new one
    from then on, in the same rhythm and with the same pauses."""
    for standing in standing_queries.list_standing(old):
        first_on = first_day_from(standing, day)
        if standing.last_on is None or standing.last_on >= first_on:
            session.add(
                StandingPlace(
                    activity=new,
                    person=standing.person,
                    position=standing.position,
                    every_weeks=standing.every_weeks,
                    first_on=first_on,
                    last_on=standing.last_on,
                    by_id=standing.by_id,
                    pauses=[
                        StandingPause(
                            first_on=max(away.first_on, day), last_on=away.last_on, by_id=away.by_id
                        )
                        for away in standing.pauses
                        if away.last_on >= day
                    ],
                )
            )
        if standing.last_on is None or standing.last_on >= day:
            hold_until(standing, day - A_DAY)
    session.flush()


def first_day_from(standing: StandingPlace, day: date) -> date:
    """From which day on it holds when it goes on from this one: every other week stays so."""
    if standing.first_on >= day:
        return standing.first_on
    begun = zones.monday_of(standing.first_on)
    weeks = (zones.monday_of(day) - begun) // A_WEEK
    # The next of their weeks, this one included.
    ahead = -(-weeks // standing.every_weeks) * standing.every_weeks
    return max(day, begun + ahead * A_WEEK)


def works_in(
    activity: Activity, roles: Sequence[Work], *, since: date | None = None
) -> list[tuple[StandingPlace, str | None]]:
    """Who comes every week, also from this day on, and what their work is called among the roles
    of a new plan; None where it is done no more."""
    first = since or activity.team.today(clock.now())
    return [
        (standing, work.name if (work := standing.work_among(roles)) else None)
        for standing in standing_queries.list_standing(activity)
        if standing.last_on is None or standing.last_on >= first
    ]


def stay_at_work(works: Iterable[tuple[StandingPlace, str | None]], *, by: Person) -> None:
    """The new plan is written: each keeps the work of this name; without one it is over, and the
    dates that they have stay theirs."""
    for standing, name in works:
        role = next((r for r in standing.activity.roles if r.name == name), None)
        if role is not None:
            standing.position = role.position
        else:
            hold_until(standing, standing.activity.team.today(clock.now()) - A_DAY)
            record("standing.ended", standing, by)


def record(action: str, standing: StandingPlace, by: Person) -> None:
    activity = standing.activity
    trail.record(action, standing, by=by, person=standing.person, team=activity.team,
                 activity=activity.title)  # fmt: skip
