"""Activities, their dates, and sign-ups."""

from datetime import time, timedelta
from typing import Any

from factory import (
    LazyAttribute,
    LazyFunction,
    SelfAttribute,
    Sequence,
    SubFactory,
    post_generation,
)

from tests.factories import Factory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.activities.models import (
    Activity,
    ActivityRole,
    Occurrence,
    OccurrenceRole,
    RotaDraft,
    RotaSeat,
    Signup,
    SignupStatus,
)
from volunteer.core import clock, zones
from volunteer.core.database import session


class ActivityFactory(Factory):
    """A lunch every Wednesday, 10:00 to 13:00, with no dates on the calendar yet."""

    class Meta:
        model = Activity

    team = SubFactory(TeamFactory)
    title = "爱心午饭"
    place = "社区活动室"
    rule = "FREQ=WEEKLY;BYDAY=WE"
    starts = time(10)
    ends = time(13)
    zone = "Asia/Shanghai"
    first_on = LazyFunction(lambda: clock.now().date())
    risk_note = "无明显风险"

    @post_generation
    def roles(activity: Activity, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: N805
        """Pass roles=[("帮厨", 3, 5)] for other than one role of one to five."""
        for position, (name, minimum, maximum) in enumerate(extracted or [("帮厨", 1, 5)]):
            session.add(
                ActivityRole(
                    activity=activity,
                    position=position,
                    name=name,
                    minimum=minimum,
                    maximum=maximum,
                )
            )


class OccurrenceFactory(Factory):
    """A date in two days, two hours long, with one role of one to five; `places=` says how many."""

    class Meta:
        model = Occurrence

    activity = SubFactory(ActivityFactory)
    starts_at = LazyFunction(
        lambda: (clock.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    )
    ends_at = LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    wall_starts = LazyAttribute(lambda o: zones.to_wall(o.starts_at, o.activity.zone))
    wall_ends = LazyAttribute(lambda o: zones.to_wall(o.ends_at, o.activity.zone))
    planned_on = LazyAttribute(lambda o: o.wall_starts.date())
    place = SelfAttribute("activity.place")

    @post_generation
    def roles(occurrence: Occurrence, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: N805
        """Pass roles=[("帮厨", 3, 5)] for other than one role of one to five."""
        for position, (name, minimum, maximum) in enumerate(extracted or [("帮厨", 1, 5)]):
            session.add(
                OccurrenceRole(
                    occurrence=occurrence,
                    position=position,
                    name=name,
                    minimum=minimum,
                    maximum=maximum,
                )
            )


def member_of(occurrence: Occurrence, **person: Any) -> Any:
    """Somebody new in the team of this date."""
    return MembershipFactory(team=occurrence.activity.team, person=PersonFactory(**person)).person


class SignupFactory(Factory):
    """A new member with a place in the first role; later ones asked later."""

    class Meta:
        model = Signup

    occurrence = SubFactory(OccurrenceFactory)
    person = LazyAttribute(lambda o: member_of(o.occurrence))
    role = LazyAttribute(lambda o: o.occurrence.roles[0])
    status = SignupStatus.GOING
    asked_at = Sequence(lambda n: clock.now() - timedelta(days=1) + timedelta(seconds=n))
    by = SelfAttribute("person")


class RotaSeatFactory(Factory):
    """A seat on the date's first role, with nobody on it, in a draft of the date's month."""

    class Meta:
        model = RotaSeat

    class Params:
        month = LazyAttribute(lambda o: o.occurrence.day.replace(day=1))

    occurrence = SubFactory(OccurrenceFactory)
    role = LazyAttribute(lambda o: o.occurrence.roles[0])
    draft = LazyAttribute(
        lambda o: RotaDraft(team=o.occurrence.team, month=o.month, most_a_month=4, rest_days=1)
    )


__all__ = [
    "ActivityFactory",
    "OccurrenceFactory",
    "PersonFactory",
    "RotaSeatFactory",
    "SignupFactory",
    "member_of",
]
