"""A team whose rota is made, as the tests of the rota begin with it."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities.rota import drafts
from volunteer.activities.rota.notices import ROTA_INVITED
from volunteer.activities.rota.problem import Terms
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage

NOVEMBER = date(2026, 11, 1)
# Wednesdays, 10:00 in Chengdu.
FIRST = datetime(2026, 11, 4, 2, tzinfo=UTC)


class Crew:
    """A team with so many members beside its coordinator, who leads and so takes no seat."""

    def __init__(self, app, members=4, **facts):
        self.app = app
        self.coordinator = CoordinatorFactory()
        self.team = self.coordinator.team
        self.activity = ActivityFactory(team=self.team, leader_id=self.coordinator.person_id)
        self.members = [MembershipFactory(team=self.team, **facts) for _member in range(members)]

    @property
    def by(self):
        return self.coordinator.person

    @property
    def people(self):
        return [member.person for member in self.members]

    def date(self, week=0, roles=(("帮厨", 1, 3),), **more):
        return OccurrenceFactory(
            activity=self.activity,
            starts_at=FIRST + timedelta(weeks=week),
            roles=list(roles),
            **more,
        )

    def propose(self, terms=None, **how):
        return drafts.propose(self.team, NOVEMBER, terms or Terms(), by=self.by, **how)


def messages():
    return session.scalars(select(OutboxMessage).where(OutboxMessage.kind == ROTA_INVITED)).all()
