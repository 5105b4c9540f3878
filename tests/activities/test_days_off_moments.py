"""A day is called off while somebody else's press is not over yet: nobody is forgotten, and it is
done once."""

import pytest

from tests.activities.lunches import LUNCH, NOW, dates_of, later
from tests.factories.activities import SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from tests.meeting import meeting
from tests.told import told
from volunteer.activities import days_off, notices, planning, queries, signups, single_date
from volunteer.activities.days_off import DaysPlan
from volunteer.activities.errors import CalendarChanged, DaysOver
from volunteer.activities.models import DaysOff
from volunteer.core.database import session
from volunteer.people import queries as people_queries
from volunteer.teams.queries import get_team

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def coordinator(two_can_meet):
    return CoordinatorFactory()


@pytest.fixture
def first(coordinator):
    return dates_of(planning.plan_series(coordinator.team, LUNCH, by=coordinator.person))[0]


@pytest.fixture
def press(coordinator, first):
    """Calls off the day of the first date, as from one page."""
    team_id, person_id = coordinator.team_id, coordinator.person_id
    plan, numbers = DaysPlan(first.day, first.day, "下大雨"), {first.id}
    seen = days_off.mark([first])
    return lambda: days_off.call_off(
        get_team(team_id), plan, numbers, by=people_queries.get_person(person_id),
        seen=seen, form_key="a-page",
    )  # fmt: skip


def test_who_signs_up_at_that_moment_is_told(first, press):
    just_now = member_of(first)

    with meeting(press) as other:
        signups.sign_up(first, first.roles[0].id, just_now, by=just_now)
        other.begin()
    other.result()

    assert just_now.id in told(notices.DATES_CALLED_OFF)


def test_a_date_that_moves_away_at_that_moment_is_not_called_off(first, press, coordinator):
    with meeting(press) as other:
        single_date.move(first, later(first), by=coordinator.person)
        other.begin()
    with pytest.raises(CalendarChanged):
        other.result()

    assert not queries.get_occurrence(first.id).is_cancelled


def test_two_presses_at_the_same_moment_are_one(first, press):
    SignupFactory(occurrence=first)

    with meeting(press) as other:
        mine = press()
        other.begin()

    assert other.result().id == mine.id
    assert session.query(DaysOff).count() == 1
    assert len(told(notices.DATES_CALLED_OFF)) == 1


def test_two_who_take_it_back_at_the_same_moment_do_it_once(first, press, coordinator):
    SignupFactory(occurrence=first)
    number, person_id = press().id, coordinator.person_id

    def take_back():
        together = session.get_one(DaysOff, number)
        return days_off.take_back(together, by=people_queries.get_person(person_id))

    with meeting(take_back) as other:
        take_back()
        other.begin()
    with pytest.raises(DaysOver):
        other.result()

    assert len(told(notices.DATES_BACK_ON)) == 1
