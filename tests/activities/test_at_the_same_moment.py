"""What one person does while another's press is not over yet: nobody is forgotten, and nobody waits
in a ring."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from tests.activities.lunches import LUNCH, NOW, dates_of
from tests.factories.activities import OccurrenceFactory, RotaSeatFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.stand_ins import StandingPlaceFactory, StandInSearchFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet, meeting
from tests.told import told
from volunteer.activities import (
    days_off,
    extending,
    notices,
    pausing,
    planning,
    queries,
    series_changes,
    signups,
    single_date,
    stand_in_queries,
    stand_ins,
    standing,
)
from volunteer.activities.days_off import DaysPlan
from volunteer.activities.errors import (
    AlreadyEnded,
    JielongSavedMeanwhile,
    LeadsNothingNow,
    PauseOver,
)
from volunteer.activities.jielong import acceptance
from volunteer.activities.jielong import review as reviewing
from volunteer.activities.jielong.acceptance import Decisions
from volunteer.activities.models import (
    Activity,
    Signup,
    SignupStatus,
    StandingPause,
    StandingPlace,
)
from volunteer.activities.pausing import PausePlan
from volunteer.activities.planning import RolePlan
from volunteer.activities.rota import publishing
from volunteer.activities.rota import queries as rota_queries
from volunteer.activities.single_date import DatePlan
from volunteer.core.database import lock, session
from volunteer.core.errors import NotFound
from volunteer.core.seen import ChangedMeanwhile, mark_of
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import membership
from volunteer.teams.models import Membership, MembershipStatus

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

IN_THE_AFTERNOON = replace(
    LUNCH,
    words=replace(LUNCH.words, roles=[RolePlan("帮厨", 1, 5, position=0)]),
    starts=time(15),
    ends=time(17),
)


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def coordinator(two_can_meet):
    return CoordinatorFactory()


@pytest.fixture
def lunch(coordinator):
    return planning.plan_series(coordinator.team, LUNCH, by=coordinator.person)


def person(number: int) -> Person:
    return people_queries.get_person(number)


def activity(number: int) -> Activity:
    return session.get_one(Activity, number)


def going(occurrence_id: int) -> set[int]:
    rows = session.query(Signup).filter_by(occurrence_id=occurrence_id, status=SignupStatus.GOING)
    return {row.person_id for row in rows}


# --- a series that changes ---------------------------------------------------------------------


def test_who_is_somewhere_else_at_the_new_time_loses_a_place_that_they_took_just_now(
    lunch, coordinator
):
    first = dates_of(lunch)[0]
    busy = member_of(first)
    there = OccurrenceFactory(starts_at=first.starts_at + timedelta(hours=5))
    SignupFactory(occurrence=there, person=busy)
    numbers = lunch.id, coordinator.person_id

    with meeting(
        lambda: series_changes.change_all(
            activity(numbers[0]), IN_THE_AFTERNOON, by=person(numbers[1])
        )
    ) as other:
        signups.sign_up(first, first.roles[0].id, busy, by=busy)
        other.begin()
    other.result()

    assert busy.id not in going(first.id)


def test_a_date_that_is_moved_by_hand_at_this_moment_stays_where_it_was_moved(lunch, coordinator):
    first = dates_of(lunch)[0]
    numbers = lunch.id, coordinator.person_id
    there = DatePlan(first.day + timedelta(days=1), time(9), time(11), "花园")

    with meeting(
        lambda: series_changes.change_all(
            activity(numbers[0]), IN_THE_AFTERNOON, by=person(numbers[1])
        )
    ) as other:
        single_date.move(first, there, by=coordinator.person)
        other.begin()
    other.result()

    moved = dates_of(activity(numbers[0]))[0]
    assert (moved.wall_starts.date(), moved.wall_starts.time()) == (there.day, there.starts)


def test_who_lines_up_for_work_that_ends_at_this_moment_is_told(lunch, coordinator):
    two = replace(LUNCH.words, roles=[RolePlan("帮厨", 1, 5, position=0), RolePlan("切菜", 1, 1)])
    planning.change_words(lunch, two, by=coordinator.person)
    first = dates_of(lunch)[0]
    work = next(role for role in first.roles if role.name == "切菜")
    SignupFactory(occurrence=first, role=work)
    late = member_of(first)
    numbers = lunch.id, coordinator.person_id

    with meeting(
        lambda: series_changes.change_words(
            activity(numbers[0]), IN_THE_AFTERNOON.words, by=person(numbers[1])
        )
    ) as other:
        assert signups.sign_up(first, work.id, late, by=late).is_waiting
        other.begin()
    other.result()

    assert late.id in told(notices.ACTIVITY_CHANGED)


def test_a_date_that_is_cancelled_by_hand_does_not_come_back_with_the_end_of_a_pause(
    lunch, coordinator
):
    first = dates_of(lunch)[0]
    numbers = lunch.id, coordinator.person_id
    weeks = PausePlan(first.day, first.day + timedelta(days=7), "修厨房")

    with meeting(
        lambda: pausing.pause(activity(numbers[0]), weeks, by=person(numbers[1]))
    ) as other:
        single_date.cancel(first, reason="停水", by=coordinator.person)
        other.begin()
    rest = session.merge(other.result())
    pausing.take_back(rest, by=person(numbers[1]))

    assert [o.is_cancelled for o in dates_of(activity(numbers[0]))[:2]] == [True, False]


def test_a_pause_that_two_take_back_at_once_is_taken_back(lunch, coordinator):
    first = dates_of(lunch)[0]
    weeks = PausePlan(first.day, first.day + timedelta(days=7))
    rest = pausing.pause(lunch, weeks, by=coordinator.person)
    numbers = rest.id, coordinator.person_id

    with meeting(
        lambda: pausing.take_back(queries.get_pause(numbers[0]), by=person(numbers[1]))
    ) as other:
        pausing.take_back(rest, by=coordinator.person)
        other.begin()
    with pytest.raises((PauseOver, NotFound)):
        other.result()

    assert not any(o.is_cancelled for o in dates_of(lunch))


def test_who_is_here_again_and_presses_twice_is_here_again(lunch, coordinator):
    place = StandingPlaceFactory(activity=lunch, person=member_of(dates_of(lunch)[0]))
    [away] = place.pauses
    numbers = away.id, place.person_id

    def end_pause() -> None:
        standing.end_pause(session.get_one(StandingPause, numbers[0]), by=person(numbers[1]))

    with meeting(end_pause) as other:
        standing.end_pause(away, by=place.person)
        other.begin()
    other.result()

    assert place.pauses == []


def test_a_date_moves_to_where_somebody_is_elsewhere_while_its_series_changes(lunch, coordinator):
    first = dates_of(lunch)[0]
    busy = SignupFactory(occurrence=first).person
    there = OccurrenceFactory(starts_at=first.starts_at + timedelta(hours=5))
    SignupFactory(occurrence=there, person=busy)
    numbers = lunch.id, first.id, coordinator.person_id
    afternoon = DatePlan(first.day, time(15), time(17), first.place)

    def move() -> None:
        occurrence = queries.get_occurrence(numbers[1])
        single_date.move(occurrence, afternoon, by=person(numbers[2]))

    with meeting(move) as other:
        lock(lunch)
        other.begin()
        planning.change_words(lunch, IN_THE_AFTERNOON.words, by=coordinator.person)
    other.result()

    assert busy.id not in going(first.id)


def test_a_date_that_comes_back_as_its_series_ends_does_not_and_nobody_waits_in_a_ring(
    lunch, coordinator
):
    first = dates_of(lunch)[0]
    single_date.cancel(first, reason="停水", by=coordinator.person)
    numbers = first.id, coordinator.person_id

    def restore() -> None:
        single_date.restore(queries.get_occurrence(numbers[0]), by=person(numbers[1]))

    with meeting(restore) as other:
        lock(lunch)
        other.begin()
        planning.end(lunch, by=coordinator.person)
    with pytest.raises(AlreadyEnded):
        other.result()


def test_a_date_that_is_called_off_at_this_moment_can_be_put_back_on(lunch, coordinator):
    first = dates_of(lunch)[0]
    numbers = first.id, coordinator.person_id

    with meeting(
        lambda: single_date.restore(queries.get_occurrence(numbers[0]), by=person(numbers[1]))
    ) as other:
        single_date.cancel(first, reason="停水", by=coordinator.person)
        other.begin()
    other.result()

    assert (first.is_cancelled, first.revision) == (False, 2)


def call_off_the_day(date, by):
    plan = DaysPlan(date.day, date.day, "下大雨")
    together = days_off.call_off(
        date.team, plan, {date.id}, by=by, seen=days_off.mark([date]), form_key="a-page"
    )
    again, person = anew(together), anew(by)
    return lambda: days_off.take_back(again(), by=person())


def pause_that_day(date, by):
    rest = anew(pausing.pause(date.activity, PausePlan(date.day, date.day), by=by))
    person = anew(by)
    return lambda: pausing.take_back(rest(), by=person())


def cancel(date, by):
    single_date.cancel(date, reason="停水", by=by)
    again, person = anew(date), anew(by)
    return lambda: single_date.restore(again(), by=person())


@pytest.mark.parametrize("put_off", [call_off_the_day, pause_that_day, cancel])
def test_who_promises_to_be_elsewhere_as_a_date_is_put_back_on_is_not_on_both(
    lunch, coordinator, put_off
):
    first = dates_of(lunch)[0]
    busy = SignupFactory(occurrence=first).person
    there = OccurrenceFactory(starts_at=first.starts_at)
    MembershipFactory(team=there.team, person=busy)
    put_back_on = put_off(first, coordinator.person)
    role, me = anew(there.roles[0]), anew(busy)

    meet(lambda: signups.sign_up(role().occurrence, role().id, me(), by=me()), put_back_on)

    assert (first.is_cancelled, going(first.id)) == (False, set())


def part(occurrence_id: int, by: int, seen: str | None = None) -> Activity:
    occurrence = queries.get_occurrence(occurrence_id)
    plan = series_changes.starting_with(occurrence, IN_THE_AFTERNOON)
    return series_changes.change_since(occurrence, plan, by=person(by), seen=seen)


def test_a_series_that_two_part_at_once_is_parted_once(lunch, coordinator):
    numbers = dates_of(lunch)[1].id, coordinator.person_id
    seen = mark_of(series_changes.says_of(lunch))

    with meeting(lambda: part(*numbers, seen)) as other:
        part(*numbers, seen)
        other.begin()
    with pytest.raises(ChangedMeanwhile):
        other.result()

    assert session.query(Activity).count() == 2


def test_who_takes_a_place_as_a_series_is_parted_loses_it_where_they_are_elsewhere_then(
    lunch, coordinator
):
    second = dates_of(lunch)[1]
    busy = member_of(second)
    there = OccurrenceFactory(starts_at=second.starts_at + timedelta(hours=5))
    SignupFactory(occurrence=there, person=busy)
    numbers = second.id, coordinator.person_id

    with meeting(lambda: part(*numbers)) as other:
        signups.sign_up(second, second.roles[0].id, busy, by=busy)
        other.begin()
    other.result()

    assert busy.id not in going(second.id)


# --- somebody who leaves -----------------------------------------------------------------------


def test_who_pauses_while_the_clock_puts_them_on_new_dates_has_none(lunch, coordinator):
    row = MembershipFactory(team=lunch.team)
    StandingPlaceFactory(activity=lunch, person=row.person, pauses=[])
    numbers = row.id, row.person_id

    with meeting(
        lambda: membership.pause(session.get_one(Membership, numbers[0]), by=person(numbers[1]))
    ) as other:
        extending.extend(lunch, today=lunch.first_on + timedelta(days=7))
        other.begin()
    other.result()

    assert session.get_one(Membership, numbers[0]).status is MembershipStatus.PAUSED
    rows = session.query(Signup).filter_by(person_id=numbers[1], status=SignupStatus.GOING)
    assert rows.count() == 0
    assert session.query(StandingPlace).one().ended_at is None


def test_who_leaves_while_somebody_takes_their_place_leaves(coordinator):
    first = OccurrenceFactory(activity__team=coordinator.team)
    row = MembershipFactory(team=coordinator.team)
    signup = SignupFactory(occurrence=first, person=row.person)
    search = StandInSearchFactory(signup=signup)
    comes = member_of(first)
    numbers = row.id, row.person_id

    with meeting(
        lambda: membership.leave(session.get_one(Membership, numbers[0]), by=person(numbers[1]))
    ) as other:
        stand_ins.accept(stand_in_queries.get_search(search.id), comes, by=comes)
        other.begin()
    other.result()

    assert session.get_one(Membership, numbers[0]).status is MembershipStatus.LEFT
    assert going(first.id) == {comes.id}


@pytest.mark.parametrize("step", [membership.pause, membership.leave])
def test_who_is_to_lead_and_leaves_at_this_moment_leads_nothing(lunch, coordinator, step):
    row = MembershipFactory(team=lunch.team)
    numbers = lunch.id, row.id, row.person_id
    words = replace(LUNCH.words, leader_id=row.person_id)

    def go() -> None:
        step(session.get_one(Membership, numbers[1]), by=person(numbers[2]))

    with meeting(go) as other:
        series_changes.change_words(lunch, words, by=coordinator.person)
        other.begin()
    other.result()

    assert activity(numbers[0]).leader_id is None


@pytest.mark.parametrize(
    "name_them",
    [
        lambda lunch, plan, by: series_changes.change_words(lunch, plan.words, by=by),
        lambda lunch, plan, by: series_changes.change_all(lunch, plan, by=by),
        lambda lunch, plan, by: series_changes.change_since(dates_of(lunch)[1], plan, by=by),
        lambda lunch, plan, by: planning.plan_series(lunch.team, plan, by=by),
    ],
)
def test_nobody_is_made_to_lead_who_leaves_at_this_moment(lunch, coordinator, name_them):
    row = MembershipFactory(team=lunch.team)
    numbers = lunch.id, coordinator.person_id
    plan = replace(LUNCH, words=replace(LUNCH.words, leader_id=row.person_id))

    with meeting(lambda: name_them(activity(numbers[0]), plan, person(numbers[1]))) as other:
        membership.leave(row, by=row.person)
        other.begin()
    with pytest.raises(LeadsNothingNow):
        other.result()

    assert session.query(Activity).filter(Activity.leader_id.is_not(None)).count() == 0


def test_a_rota_is_published_while_somebody_on_it_leaves(coordinator):
    seat = RotaSeatFactory(occurrence__activity__team=coordinator.team)
    row = MembershipFactory(team=coordinator.team)
    seat.person = row.person
    session.commit()
    numbers = seat.draft_id, coordinator.person_id, seat.occurrence_id, row.id

    with meeting(
        lambda: publishing.publish(rota_queries.get_draft(numbers[0]), by=person(numbers[1]))
    ) as other:
        lock(row.person)
        other.begin()
        membership.leave(row, by=row.person)
    assert other.result().invited == []

    assert going(numbers[2]) == set()
    assert session.get_one(Membership, numbers[3]).status is MembershipStatus.LEFT


def test_a_list_of_the_group_is_saved_while_somebody_on_it_leaves(coordinator):
    first = OccurrenceFactory(activity__team=coordinator.team)
    row = MembershipFactory(team=coordinator.team, person=PersonFactory(name="王秀英"))
    numbers = first.id, coordinator.person_id, row.id

    def save() -> object:
        return accept(numbers[0], "接龙\n1. 王秀英\n2. 刘国强", by=numbers[1])

    with meeting(save) as other:
        lock(row.person)
        other.begin()
        membership.leave(row, by=row.person)
    other.result()

    names = {person(number).name for number in going(first.id)}
    assert names == {"刘国强"}


def test_two_who_save_the_same_list_take_a_newcomer_in_once(coordinator):
    first = OccurrenceFactory(activity__team=coordinator.team)
    numbers = first.id, coordinator.person_id
    text = "接龙\n1. 刘国强"

    with meeting(lambda: accept(numbers[0], text, by=numbers[1])) as other:
        accept(numbers[0], text, by=numbers[1])
        other.begin()
    with pytest.raises(JielongSavedMeanwhile):
        other.result()

    assert session.query(Person).filter_by(name="刘国强").count() == 1


def accept(occurrence_id: int, text: str, *, by: int) -> object:
    """Everybody on the list is signed up, and whom the team does not know is taken in."""
    occurrence = queries.get_occurrence(occurrence_id)
    review = reviewing.look_through(occurrence, text, role_id=occurrence.roles[0].id)
    return acceptance.accept(review, text, take_in_all(review), form_key="", by=person(by))


def take_in_all(review: reviewing.Review) -> Decisions:
    add = {
        line.entry.position: acceptance.Decision(option.choice, 1, line.role_id)
        for line in review.lines
        for option in line.options
        if option.choice.step is reviewing.Step.ADD and not line.person
    }
    return Decisions(add, {})
