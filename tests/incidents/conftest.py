"""A team with two coordinators and a date at which somebody got hurt."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.elders import volunteer_of
from tests.factories.teams import CoordinatorFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.incidents import origins, reporting
from volunteer.incidents.models import Called, Incident
from volunteer.incidents.reporting import Told
from volunteer.people.models import Person

# Ten in the morning in Chengdu.
MORNING = "2026-10-12T02:00Z"
WORDS = "下楼梯的时候踩空了一级。"


@pytest.fixture(autouse=True)
def morning(time_machine, database):
    time_machine.move_to(MORNING, tick=False)


class Yard:
    """A date that began an hour ago; `hurt` and `beside` are down for it."""

    def __init__(self) -> None:
        membership = CoordinatorFactory(person__email="first@example.org")
        self.team, self.coordinator = membership.team, membership.person
        self.second = CoordinatorFactory(team=self.team, person__email="second@example.org").person
        self.date = OccurrenceFactory(
            activity__team=self.team, starts_at=clock.now() - timedelta(hours=1)
        )
        self.hurt, self.beside = (
            SignupFactory(occurrence=self.date, person=volunteer_of(self.team, name=name)).person
            for name in ("王秀英", "李玉珍")
        )

    def told(self, **given) -> Told:
        wall = self.team.wall(clock.now() - timedelta(minutes=10))
        given = {"words": WORDS, "wall_at": wall, "hurt": (self.hurt,), "there": (self.beside,),
                 "injuries": "右脚扭伤", "first_aid": "冷敷", "called": (Called.FAMILY,),
                 **given}  # fmt: skip
        return Told(**given)

    def report(self, *, by: Person | None = None, **given) -> Incident:
        made = reporting.report(
            origins.of_date(self.date), self.told(**given), by=by or self.beside
        )
        session.expire_all()
        return made


@pytest.fixture
def yard():
    return Yard()
