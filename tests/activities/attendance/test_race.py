"""Everybody presses at once: one row for each who came, and no hour that counts twice."""

from datetime import timedelta

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.servers import migrated
from volunteer.activities.models import Attendance, AttendanceState, AttendanceWay, Closing
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.teams.models import Membership

PEOPLE = 12

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "race") as address:
        yield address


@pytest.fixture
def crowd(url):
    """A team, its coordinator and so many members; answers with their numbers."""
    team = TeamFactory()
    coordinator = CoordinatorFactory(team=team)
    people = PersonFactory.build_batch(PEOPLE)
    session.add_all(Membership(team=team, person=one, joined_at=clock.now()) for one in people)
    session.commit()
    return team, coordinator.person_id, [person.id for person in people]


def test_pressed_in_four_processes_at_once_everybody_is_noted_once(url, crowd):
    team, _coordinator, people = crowd
    date = OccurrenceFactory(activity=ActivityFactory(team=team), starts_at=clock.now())
    number = date.id
    session.remove()

    outcomes = racing.race(
        url, [("check_in", number, 0, one) for one in people for _each in "1234"]
    )

    assert outcomes == {"came": PEOPLE * 4}
    assert sorted(row.person_id for row in session.query(Attendance)) == sorted(people)
    assert session.query(AuditEntry).filter_by(action="attendance.noted").count() == PEOPLE


def test_days_at_the_same_hour_closed_at_once_count_nobody_twice_and_none_waits_for_ever(
    url, crowd
):
    team, coordinator, people = crowd
    begin = clock.now() - timedelta(hours=5)
    dates = [
        OccurrenceFactory(activity=ActivityFactory(team=team), starts_at=begin).id
        for _each in range(4)
    ]
    session.add_all(
        Attendance(occurrence_id=date, person_id=one, state=AttendanceState.CAME,
                   way=AttendanceWay.COORDINATOR, by_id=coordinator)
        for date in dates for one in people
    )  # fmt: skip
    session.commit()
    session.remove()

    # Each date twice: a coordinator has pressed twice, too.
    steps = [("close", date, coordinator, 0) for _twice in range(2) for date in dates]
    outcomes = racing.race(url, steps)

    refused = {what.split(":")[0] for what in outcomes} - {"closed"}
    assert outcomes["closed"] == 1, outcomes
    assert refused <= {"CannotCount", "DayClosed"}, outcomes
    assert session.query(Closing).count() == 1
    counted = session.query(Attendance).filter(Attendance.confirmed_at.is_not(None)).all()
    assert sorted(row.person_id for row in counted) == sorted(people)
