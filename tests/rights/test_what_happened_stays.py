"""Whoever goes, and in whatever order, what happened stays: hours, money and the trail (R24)."""

from itertools import permutations

import pytest
from sqlalchemy import func, select

from tests.factories.accounts import OperatorFactory
from tests.factories.meals import KittyEntryFactory, KittyFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.rights.test_forgetting import send_all, served
from volunteer.activities import planning
from volunteer.activities.models import Attendance, Closing
from volunteer.audit.models import AuditEntry, ReadingEntry
from volunteer.core.database import Model, session
from volunteer.meals.models import KittyEntry
from volunteer.rights import forgetting, jobs
from volunteer.teams import membership

HISTORY = (Attendance, Closing, KittyEntry, AuditEntry, ReadingEntry)


def happened():
    """Hours and money, and how many lines of each there are."""
    return [
        tuple(session.execute(select(func.count(), func.sum(amount))).one())
        for amount in (Attendance.minutes, KittyEntry.fen)
    ]


def trail():
    return set(session.scalars(select(AuditEntry.id)))


@pytest.fixture
def steps(monday):
    """A member with hours and a line in the kitty: their team's activity ends, they leave, and are
    forgotten."""
    coordinator, operator = CoordinatorFactory(), OperatorFactory().person
    member = MembershipFactory(team=coordinator.team)
    came_to = served(member)
    kitty = KittyFactory(team=member.team, keeper=coordinator.person)
    for fen in (12345, 700):
        KittyEntryFactory(kitty=kitty, fen=fen, keeper=coordinator.person, by=member.person)

    def be_forgotten():
        asked = forgetting.ask(member.person, "", by=member.person)
        forgetting.grant(asked, by=operator)
        send_all()
        assert jobs.forget_who_asked() == 1

    def leave():
        if member.is_in_team:
            membership.leave(member, by=member.person)

    return {
        "end": lambda: planning.end(came_to.activity, by=coordinator.person),
        "leave": leave,
        "forget": be_forgotten,
    }


@pytest.mark.parametrize("order", [*permutations(["end", "leave", "forget"])], ids="-".join)
def test_in_whatever_order_people_and_activities_go_hours_money_and_trail_stay(steps, order):
    before, lines = happened(), trail()
    assert before == [(1, 150), (2, 13045)]

    for step in order:
        steps[step]()
        session.expire_all()
        assert happened() == before
        assert lines <= trail()
        lines = trail()


def test_no_line_of_what_happened_goes_with_a_row_that_it_names():
    found = [
        (model.__tablename__, key.target_fullname)
        for model in HISTORY
        for key in Model.metadata.tables[model.__tablename__].foreign_keys
        if key.ondelete
    ]
    assert found == []
