"""Who comes every week in the demo, and somebody who can't and is stood in for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from volunteer.activities import queries as activity_queries
from volunteer.activities import stand_ins, standing
from volunteer.activities.excuses import Reason
from volunteer.activities.models import Excuse, Signup
from volunteer.activities.standing import StandingPlan
from volunteer.core import clock
from volunteer.demo.cast import Cast, in_daytime

CHECKING, SWEEPING = "量血压，聊聊天", "楼道清扫"
# Members by their number: what they come to, and every how many weeks.
RHYTHMS = {24: (SWEEPING, 1), 25: (SWEEPING, 1), 26: (SWEEPING, 2), 27: (CHECKING, 1)}
A_WEEK = timedelta(weeks=1)


def come_every_week(cast: Cast, now: datetime) -> None:
    """Some come every week, one of them pauses; who has no phone was entered by another."""
    activities = {a.title: a for a in activity_queries.list_activities(cast.team)}
    today = cast.team.today(now)
    held = []
    for number, (title, weeks) in RHYTHMS.items():
        person, activity = cast.members[number], activities[title]
        by = person if person.is_reachable_by_mail else cast.coordinator
        plan = StandingPlan(activity.roles[-1].position, today, weeks)
        held.append(standing.begin(activity, person, plan, by=by))
    standing.pause(held[1], today + 2 * A_WEEK, today + 4 * A_WEEK, by=held[1].person)


def look_for_somebody(cast: Cast, now: datetime, *, but_not: Sequence[int]) -> None:
    """One of them can't come next time, and others are asked."""
    coming = activity_queries.list_between(cast.team, first=now, before=now + 2 * A_WEEK)
    sweeping = [o for o in coming if o.title == SWEEPING and stand_ins.can_look(o, now)]
    with clock.pretend(in_daytime(now)):
        signup = first_of(sweeping[0].going, but_not)
        stand_ins.look(signup, Reason(Excuse.FAMILY, "要带孙子去医院"), by=signup.person)


def first_of(going: Sequence[Signup], but_not: Sequence[int]) -> Signup:
    return next(signup for signup in going if signup.person_id not in but_not)
