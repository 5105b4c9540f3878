"""Who has answered a reminder in the demo, and a call list on which some calls were made."""

from datetime import datetime, time, timedelta

from volunteer.activities import confirming, signups
from volunteer.activities import queries as activity_queries
from volunteer.activities.models import Coming, Occurrence, Signup
from volunteer.core import clock
from volunteer.demo.cast import Cast, deliver, in_daytime
from volunteer.reminders import calling, duties, ladder, phone_tree, plans, queries
from volunteer.reminders.models import CallResult, Offset

SWEEPING = "楼道清扫"
A_WEEK = timedelta(weeks=1)
LONG_AGO, SOME_DAYS = timedelta(days=20), timedelta(days=6)
# The first one is early, so that every day of the week somebody is to be called.
TIMES = [Offset(7, time(8)), Offset(2, time(18)), Offset(1, time(18))]
CALLED = 6


def call_who_has_no_mailbox(cast: Cast, now: datetime) -> None:
    """Some say that they come; those without a mailbox are called, and a member helps with it."""
    with clock.pretend(now - LONG_AGO):
        plans.set_for_team(
            cast.team, TIMES, own_line="下雨也照常。", watch_days=3, by=cast.coordinator
        )
    with clock.pretend(now - SOME_DAYS):
        sign_up_by_hand(cast, next_sweeping(cast, now))
    by_day = in_daytime(now)
    with clock.pretend(by_day):
        duties.plan_due(by_day)
        deliver()
    answer(next_sweeping(cast, now))
    ladder.plan_calls(now)
    make_some_calls(cast, now)


def next_sweeping(cast: Cast, now: datetime) -> Occurrence:
    coming = activity_queries.list_between(cast.team, first=now, before=now + 2 * A_WEEK)
    return next(o for o in coming if o.title == SWEEPING and o.is_open(now))


def sign_up_by_hand(cast: Cast, occurrence: Occurrence) -> None:
    """Who has no mailbox told the coordinator that they come."""
    role = occurrence.roles[0]
    without = [person for person in cast.members if not person.is_reachable_by_mail]
    for person in without[:CALLED]:
        if occurrence.signup_of(person) is None and role.free:
            signups.sign_up(occurrence, role.id, person, by=cast.coordinator)


def answer(occurrence: Occurrence) -> None:
    """Three of those who read their mails have pressed a button."""
    able: list[Signup] = [
        s for s in occurrence.going if s.person.is_reachable_by_mail and not s.is_looking
    ]
    for signup, coming in zip(able, (Coming.ON_TIME, Coming.LATER, Coming.ON_TIME), strict=False):
        confirming.confirm(signup, coming, by=signup.person)


def make_some_calls(cast: Cast, now: datetime) -> None:
    waiting = [card.call for card in queries.list_calls(cast.team, now)]
    for call, result, words in zip(
        waiting,
        (CallResult.COMES, CallResult.NO_ANSWER),
        ("腿好些了，会慢慢走来。", "下午再打。"),
        strict=False,
    ):
        calling.note(call, result, words=words, by=cast.coordinator)
    left = [call for call in waiting if not call.is_done]
    if left:
        backup, *callers = cast.volunteers[3 : 5 + phone_tree.callers_needed(len(left))]
        phone_tree.split(cast.team, callers, backup, by=cast.coordinator)
