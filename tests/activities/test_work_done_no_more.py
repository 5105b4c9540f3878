"""A kind of work is taken out of the plan while somebody has a place in it, and somebody waits."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.activities.lunches import LUNCH, NOW, dates_of
from tests.factories.activities import SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import (
    excuses,
    notices,
    planning,
    series_changes,
    series_outcome,
    signups,
    stand_ins,
)
from volunteer.activities.errors import WorkDoneNoMore
from volunteer.activities.models import Activity, Occurrence, OccurrenceRole, Signup, SignupStatus
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.series_outcome import Why
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database", "on_monday")

COOKS = RolePlan("帮厨", 1, 5)
WITH_SHOPPERS = replace(LUNCH, words=replace(LUNCH.words, roles=[COOKS, RolePlan("买菜", 1, 1)]))
WITHOUT_SHOPPERS = ActivityWords(
    "爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5, position=0)]
)


@pytest.fixture
def lunch(database) -> Activity:
    membership = CoordinatorFactory()
    return planning.plan_series(membership.team, WITH_SHOPPERS, by=membership.person)


@pytest.fixture
def first(lunch) -> Occurrence:
    return dates_of(lunch)[0]


@pytest.fixture
def shopping(first) -> OccurrenceRole:
    return first.roles[1]


def somebody_in(role: OccurrenceRole, status: SignupStatus = SignupStatus.GOING) -> Signup:
    person = MembershipFactory(team=role.occurrence.team, person=PersonFactory()).person
    return SignupFactory(occurrence=role.occurrence, role=role, person=person, status=status)


@pytest.fixture
def shopper(shopping) -> Signup:
    return somebody_in(shopping)


@pytest.fixture
def waiting(shopper) -> Signup:
    return somebody_in(shopper.role, SignupStatus.WAITING)


def change(activity: Activity, way: str, by: Person) -> None:
    if way == "words":
        series_changes.change_words(activity, WITHOUT_SHOPPERS, by=by)
    else:
        plan = SeriesPlan(WITHOUT_SHOPPERS, LUNCH.rule, LUNCH.first_on, LUNCH.starts, LUNCH.ends)
        series_changes.change_all(activity, plan, by=by)


@pytest.fixture(params=["words", "rule"])
def taken_out(request, waiting, lunch, coordinator) -> None:
    change(lunch, request.param, coordinator)


def test_who_has_it_keeps_it(taken_out, shopper):
    assert (shopper.is_going, shopper.role.name, shopper.role.is_closed) == (True, "买菜", True)


def test_who_waited_for_it_waits_no_more_and_is_told_once(taken_out, first, waiting):
    (message,) = session.scalars(select(OutboxMessage))

    letter = notices.write_what_changed([message])[message.id]

    assert waiting.status is SignupStatus.WITHDRAWN
    assert message.person_id == waiting.person_id
    assert "You need not come on these dates any more:" in letter.text


def test_who_was_asked_whether_they_want_it_is_asked_no_more(lunch, shopping, coordinator):
    asked = somebody_in(shopping, SignupStatus.WAITING)
    asked.answer_by = NOW + timedelta(hours=2)
    session.commit()

    series_changes.change_words(lunch, WITHOUT_SHOPPERS, by=coordinator)

    assert (asked.status, asked.answer_by) == (SignupStatus.WITHDRAWN, None)


def test_nobody_else_gets_it_when_it_is_given_back(taken_out, first, shopper):
    newcomer = MembershipFactory(team=first.team, person=PersonFactory()).person

    signups.withdraw(shopper, by=shopper.person)

    assert shopper.role.free == 0
    with pytest.raises(WorkDoneNoMore):
        signups.sign_up(first, shopper.role_id, newcomer, by=newcomer)


def test_nobody_lines_up_for_it(taken_out, first, shopper):
    newcomer = MembershipFactory(team=first.team, person=PersonFactory()).person

    with pytest.raises(WorkDoneNoMore):
        signups.sign_up(first, shopper.role_id, newcomer, by=newcomer)


def test_who_may_lose_their_wait_is_named_before(waiting, lunch):
    plan = SeriesPlan(WITHOUT_SHOPPERS, LUNCH.rule, LUNCH.first_on, LUNCH.starts, LUNCH.ends)

    outcome = series_outcome.foresee(lunch, plan)

    assert [(loss.signup, loss.why) for loss in outcome.losses] == [(waiting, Why.NO_WORK)]
    assert outcome.people_told == [waiting.person]
    assert waiting.is_waiting


def test_its_page_offers_other_work_only(taken_out, first, shopper, signed_in_as):
    newcomer = MembershipFactory(team=first.team, person=PersonFactory()).person
    leads = CoordinatorFactory(team=first.team, person=PersonFactory()).person
    page = f"/activities/dates/{first.id}"

    for_volunteer, for_coordinator = signed_in_as(newcomer).get(page), signed_in_as(leads).get(page)
    signups.withdraw(shopper, by=shopper.person)
    afterwards = signed_in_as(newcomer).get(page)

    assert "The team has taken this work out of its plan." in for_volunteer.text
    assert "Put me on the waiting list" not in for_volunteer.text
    assert f'name="role" value="{shopper.role_id}"' not in for_coordinator.text
    assert "Not in the plan any more" in for_coordinator.text
    assert "买菜" not in afterwards.text


@pytest.mark.parametrize("way", ["words", "rule"])
def test_who_had_given_it_back_comes_to_no_other_work_instead(lunch, shopper, coordinator, way):
    signups.withdraw(shopper, by=shopper.person)
    change(lunch, way, coordinator)

    with pytest.raises(WorkDoneNoMore):
        stand_ins.come_after_all(shopper, by=shopper.person)

    assert shopper.status is SignupStatus.WITHDRAWN


def test_a_yes_taken_back_gives_nobody_other_work(lunch, first, shopper, coordinator):
    search = stand_ins.look(shopper, excuses.UNSAID, by=shopper.person)
    helper = MembershipFactory(team=first.team, person=PersonFactory()).person
    stand_ins.accept(search, helper, by=helper)
    signups.withdraw(first.signup_of(helper), by=helper)
    change(lunch, "words", coordinator)

    assert shopper.role.name == "买菜"
