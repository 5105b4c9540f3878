"""Who may see whom: coordinators of the team, and visitors near the day."""

from datetime import timedelta

import pytest

from tests.factories.accounts import OperatorFactory
from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory, volunteer_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core import clock
from volunteer.elders import policy, visits
from volunteer.elders.models import VisitStatus
from volunteer.teams import membership
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

DAY, HOUR, MOMENT = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def everybody(visit):
    """One of each kind of person, by what they are to this visit."""
    team = visit.elder.team
    paused = CoordinatorFactory(team=team, status=MembershipStatus.PAUSED)
    return {
        "nobody": None,
        "stranger": PersonFactory(),
        "operator": OperatorFactory().person,
        "member": volunteer_of(team),
        "paired": PairingFactory(elder=visit.elder).person,
        "visitor": visit.going[0],
        "the elder": visit.elder.person,
        "coordinator": CoordinatorFactory(team=team).person,
        "pausing coordinator": paused.person,
        "coordinator elsewhere": CoordinatorFactory().person,
    }


def allowed(question, visit, *more):
    return {name for name, person in everybody(visit).items() if question(person, visit, *more)}


COORDINATORS = {"coordinator", "pausing coordinator"}


def test_the_record_and_health_are_for_coordinators_of_the_team_alone():
    visit = VisitFactory()
    people = everybody(visit)

    for question in (policy.can_look_after, policy.can_read_health):
        found = {name for name, person in people.items() if question(person, visit.elder)}
        assert found == COORDINATORS, question.__name__


def test_when_and_with_whom_is_for_who_goes_and_the_coordinators():
    visit = VisitFactory(in_days=20)

    assert allowed(policy.can_see_visit, visit) == COORDINATORS | {"visitor"}


def test_a_visitor_gives_back_for_themselves_and_a_coordinator_for_everybody_who_goes():
    visit = VisitFactory(in_days=20)

    assert allowed(policy.can_give_back, visit, visit.going[0]) == COORDINATORS | {"visitor"}
    assert allowed(policy.can_give_back, visit, visit.going[1]) == COORDINATORS
    assert allowed(policy.can_give_back, visit, PersonFactory()) == set()


def test_a_companion_has_what_a_visitor_has_and_none_of_a_coordinators_powers():
    near, later = VisitFactory(in_days=0.5), VisitFactory(in_days=20)

    for visit, is_shown in ((near, True), (later, False)):
        visitor, other = visit.going
        assert policy.can_see_visit(None, visit, whom=visitor)
        assert policy.can_see_whom(None, visit, clock.now(), whom=visitor) is is_shown
        assert policy.can_record(None, visit, clock.now(), whom=visitor) is is_shown
        assert policy.can_give_back(None, visit, visitor, whom=visitor)
        assert not policy.can_give_back(None, visit, other, whom=visitor)
        coordinator = CoordinatorFactory(team=visit.elder.team).person
        assert not policy.can_see_visit(None, visit, whom=coordinator)
        assert not policy.can_see_whom(None, visit, clock.now(), whom=coordinator)
        assert not policy.can_give_back(None, visit, visitor, whom=coordinator)


@pytest.mark.parametrize(
    ("when", "is_shown"),
    [
        (-30 * DAY, False),
        (-DAY - MOMENT, False),
        (-DAY, True),
        (-HOUR, True),
        (timedelta(0), True),
        (HOUR + DAY, True),
        (HOUR + DAY + MOMENT, False),
        (30 * DAY, False),
    ],
    ids=str,
)
def test_whom_one_visits_is_shown_from_a_day_before_to_a_day_after(when, is_shown):
    visit = VisitFactory()
    now = visit.starts_at + when

    expected = COORDINATORS | ({"visitor"} if is_shown else set())
    assert allowed(policy.can_see_whom, visit, now) == expected
    assert allowed(policy.can_record, visit, now) == expected
    assert visit.is_near(now) is is_shown


@pytest.mark.parametrize("step", [membership.pause, membership.leave])
def test_who_pauses_or_left_sees_nothing_more_of_it(step):
    visit = VisitFactory(in_days=-0.2)
    visitor = visit.going[0]
    assert policy.can_see_whom(visitor, visit, clock.now())

    step(membership.find(visit.elder.team, visitor), by=visitor)

    assert visit.has(visitor), "it was before they left, so it stays written"
    for question in (policy.can_see_visit, policy.goes):
        assert not question(visitor, visit)
    assert not policy.can_give_back(visitor, visit, visitor)
    assert not policy.can_see_whom(visitor, visit, clock.now())


def test_who_gave_a_visit_back_sees_nothing_more_of_it():
    visit = VisitFactory(in_days=0.5)
    visitor, other = visit.going

    visits.withdraw(visit, visitor, by=visitor)

    assert not policy.can_see_visit(visitor, visit)
    assert not policy.can_see_whom(visitor, visit, clock.now())
    assert policy.can_see_whom(other, visit, clock.now())


def test_of_a_cancelled_visit_its_visitors_need_not_know_whom():
    visit = VisitFactory(in_days=0.5)
    visitor = visit.going[0]

    visits.cancel(visit, by=PersonFactory())

    assert policy.can_see_visit(visitor, visit)
    assert not policy.can_see_whom(visitor, visit, clock.now())


@pytest.mark.parametrize(
    "status", sorted(set(VisitStatus) - {VisitStatus.PLANNED, VisitStatus.CANCELLED})
)
def test_a_recorded_visit_can_be_read_by_its_visitors_for_a_day(status):
    visit = VisitFactory(in_days=-0.5, status=status)

    assert policy.can_see_whom(visit.going[0], visit, clock.now())
    assert not policy.can_see_whom(visit.going[0], visit, clock.now() + DAY)


def test_a_moved_visit_is_shown_near_its_new_day(time_machine):
    visit = VisitFactory(in_days=0.5)
    visitor = visit.going[0]

    visits.move(visit, visit.wall_starts + 10 * DAY, by=PersonFactory())

    assert not policy.can_see_whom(visitor, visit, clock.now())
    assert policy.can_see_whom(visitor, visit, clock.now() + 10 * DAY)


def test_a_coordinator_who_became_a_member_again_reads_no_more():
    elder = ElderFactory()
    first = CoordinatorFactory(team=elder.team)
    CoordinatorFactory(team=elder.team)
    assert policy.can_read_health(first.person, elder)

    membership.make_member(first, by=first.person)

    assert not policy.can_read_health(first.person, elder)


def test_of_two_teams_that_look_after_one_person_each_sees_its_own_record():
    first = ElderFactory()
    second = ElderFactory(person=first.person)
    mine = CoordinatorFactory(team=first.team).person

    assert [policy.can_look_after(mine, elder) for elder in (first, second)] == [True, False]


def test_being_a_member_of_the_elders_team_is_not_enough():
    elder = ElderFactory()
    assert not policy.can_look_after(MembershipFactory(team=elder.team).person, elder)
