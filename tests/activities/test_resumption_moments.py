"""An activity is taken up again while somebody else's press is not over yet: it is done once, and
nobody is forgotten."""

import pytest

from tests.activities.lunches import LUNCH, NOW, dates_of
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet
from tests.told import told
from volunteer.activities import extending, notices, planning, resumption, signups, single_date
from volunteer.activities.errors import GoesOnAlready, NotCancelled
from volunteer.activities.models import ActivityPause
from volunteer.activities.resumption import Again
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.teams import membership
from volunteer.teams.queries import find_membership

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def coordinator(two_can_meet):
    return CoordinatorFactory()


@pytest.fixture
def lunch(coordinator):
    return planning.plan_series(coordinator.team, LUNCH, by=coordinator.person)


@pytest.fixture
def goes(lunch):
    """Who has a place on the second date."""
    return SignupFactory(occurrence=dates_of(lunch)[1]).person


@pytest.fixture
def ended(lunch, goes, coordinator):
    planning.end(lunch, by=coordinator.person)
    return lunch


@pytest.fixture
def take_up(ended, coordinator):
    """From the week after next on, as from one page."""
    activity, by, day = anew(ended), anew(coordinator.person), dates_of(ended)[1].day
    return lambda: resumption.take_up(activity(), Again(day), by=by())


def planned_on(activity):
    return [one.planned_on for one in dates_of(activity)]


def test_two_who_take_it_up_at_the_same_moment_do_it_once(ended, goes, take_up):
    with pytest.raises(GoesOnAlready):
        meet(take_up, take_up)

    assert session.query(ActivityPause).count() == 1
    assert session.query(AuditEntry).filter_by(action="activity.taken_up").count() == 1
    assert told(notices.ACTIVITY_RESUMED).count(goes.id) == 1


def test_the_clock_goes_through_the_calendar_at_that_moment(ended, take_up):
    meet(take_up, lambda: extending.extend_all(clock.now()))

    days = planned_on(ended)
    assert len(days) == len(set(days))
    assert [one.is_cancelled for one in dates_of(ended)[:2]] == [True, False]


def test_it_is_taken_up_while_somebody_else_ends_it(lunch, goes, take_up, coordinator):
    again, by = anew(lunch), anew(coordinator.person)
    resumption.take_up(lunch, Again(dates_of(lunch)[0].day), by=coordinator.person)

    meet(lambda: planning.end(again(), by=by()), take_up)

    assert [one.is_cancelled for one in dates_of(lunch)[:2]] == [True, False]


def test_a_date_that_comes_back_with_it_is_not_let_take_place_a_second_time(
    ended, goes, take_up, coordinator
):
    date, by = anew(dates_of(ended)[1]), anew(coordinator.person)

    with pytest.raises(NotCancelled):
        meet(take_up, lambda: single_date.restore(date(), by=by()))

    assert not date().is_cancelled
    assert told(notices.DATE_RESTORED) == []


def test_a_date_before_that_day_may_be_let_take_place_as_it_is_taken_up(
    ended, take_up, coordinator
):
    date, by = anew(dates_of(ended)[0]), anew(coordinator.person)

    meet(take_up, lambda: single_date.restore(date(), by=by()))

    assert [one.is_cancelled for one in dates_of(ended)[:2]] == [False, False]


def test_who_leaves_the_team_at_that_moment_has_no_place_on_what_comes_back(ended, goes, take_up):
    row = anew(find_membership(ended.team, goes))

    meet(take_up, lambda: membership.leave(row(), by=row().person))

    assert dates_of(ended)[1].going == []


def test_who_leaves_just_before_has_none_either(ended, goes, take_up):
    row = anew(find_membership(ended.team, goes))

    meet(lambda: membership.leave(row(), by=row().person), take_up)

    assert dates_of(ended)[1].going == []


def test_who_promised_to_be_elsewhere_just_now_comes_there(ended, goes, take_up):
    second = dates_of(ended)[1]
    there = OccurrenceFactory(starts_at=second.starts_at)
    MembershipFactory(team=there.team, person=goes)
    role, me = anew(there.roles[0]), anew(goes)

    meet(lambda: signups.sign_up(role().occurrence, role().id, me(), by=me()), take_up)

    assert dates_of(ended)[1].going == []
