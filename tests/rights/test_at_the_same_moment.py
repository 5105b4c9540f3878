"""Two presses at once: one wish, and one answer."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.meals import KittyFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet, meeting
from volunteer.activities import ties
from volunteer.core import clock
from volunteer.core.database import lock, session
from volunteer.core.errors import NotFound
from volunteer.meals import kitty
from volunteer.people.queries import get_person
from volunteer.rights import forgetting, queries
from volunteer.rights.errors import AlreadyAsked, GuardianFirst, KittyFirst, NotOpen
from volunteer.rights.models import ForgettingRequest, ForgettingStatus

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture
def member():
    coordinator = CoordinatorFactory()
    member = MembershipFactory(team=coordinator.team)
    UserFactory(person=member.person)
    return member


def test_pressed_twice_it_is_asked_once(member):
    number = member.person_id

    def press():
        forgetting.ask(get_person(number), "", by=get_person(number))

    with meeting(press) as other:
        lock(member.person)
        other.begin()
        forgetting.ask(member.person, "", by=member.person)

    with pytest.raises(AlreadyAsked):
        other.result()
    assert session.query(ForgettingRequest).count() == 1


def test_taken_back_while_a_coordinator_says_yes(member):
    coordinator = CoordinatorFactory(team=member.team).person
    asked = forgetting.ask(member.person, "", by=member.person)
    number, by_id = asked.id, coordinator.id

    def press():
        forgetting.grant(queries.get_request(number), by=get_person(by_id))

    with meeting(press) as other:
        lock(member.person)
        other.begin()
        forgetting.take_back(asked, by=member.person)

    with pytest.raises(NotOpen):
        other.result()
    session.expire_all()
    assert asked.status is ForgettingStatus.TAKEN_BACK
    assert member.is_in_team


def test_two_leave_the_same_two_teams_each_as_the_coordinator_of_the_other():
    """Teams are held by their numbers, whoever coordinates which of them."""
    first, second = CoordinatorFactory().team, CoordinatorFactory().team
    leaver = CoordinatorFactory(team=second).person
    MembershipFactory(team=first, person=leaver)
    asked = forgetting.ask(leaver, "", by=leaver)
    number, by_id = asked.id, queries.list_who_answer(leaver)[0].id

    def press():
        forgetting.grant(queries.get_request(number), by=get_person(by_id))

    with meeting(press) as other:
        lock(first)
        other.begin()
        lock(second)

    other.result()
    assert asked.status is ForgettingStatus.GRANTED


def test_money_is_taken_over_while_a_coordinator_says_yes(member):
    """Both have looked at the page before the other pressed: the money stays in known hands."""
    coordinator = CoordinatorFactory(team=member.team).person
    purse = KittyFactory(team=member.team, keeper=coordinator)
    kitty.offer(purse, member.person, 0, by=coordinator)
    asked = forgetting.ask(member.person, "", by=member.person)
    number, by_id = asked.id, coordinator.id

    def press():
        forgetting.grant(queries.get_request(number), by=get_person(by_id))

    with meeting(press) as other:
        kitty.accept(purse, 0, by=member.person)
        other.begin()

    with pytest.raises(KittyFirst):
        other.result()
    assert asked.is_open
    assert member.is_in_team


def grant(asked, by):
    again, person = anew(asked), anew(by)
    return lambda: forgetting.grant(again(), by=person())


def test_who_is_to_answer_for_a_child_from_this_moment_on_is_not_forgotten(member):
    child = MembershipFactory(team=member.team, person__birth_year=clock.now().year - 8)
    coordinator = CoordinatorFactory(team=member.team).person
    asked = forgetting.ask(member.person, "", by=member.person)
    team, young, guardian = anew(member.team), anew(child.person), anew(member.person)

    with pytest.raises(GuardianFirst):
        meet(
            lambda: ties.set_guardian(team(), young(), guardian(), by=guardian()),
            grant(asked, coordinator),
        )

    assert member.is_in_team


def test_who_is_just_being_forgotten_answers_for_no_child(member):
    child = MembershipFactory(team=member.team, person__birth_year=clock.now().year - 8)
    coordinator = CoordinatorFactory(team=member.team).person
    asked = forgetting.ask(member.person, "", by=member.person)
    team, young, guardian = anew(member.team), anew(child.person), anew(member.person)

    with pytest.raises(NotFound):
        meet(
            grant(asked, coordinator),
            lambda: ties.set_guardian(team(), young(), guardian(), by=guardian()),
        )


@pytest.mark.parametrize("step", ["refuse", "take_back"])
def test_what_is_granted_at_this_moment_is_neither_refused_nor_taken_back(member, step):
    coordinator = CoordinatorFactory(team=member.team).person
    asked = forgetting.ask(member.person, "", by=member.person)
    again, by = anew(asked), anew(coordinator)
    late = {
        "refuse": lambda: forgetting.refuse(again(), "下个月", by=by()),
        "take_back": lambda: forgetting.take_back(again(), by=again().person),
    }

    with pytest.raises(NotOpen):
        meet(grant(asked, coordinator), late[step])

    assert asked.status is ForgettingStatus.GRANTED
