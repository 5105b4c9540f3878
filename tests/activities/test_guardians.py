"""A child under fourteen comes because its guardian does: when that place passes to somebody else,
the child's is free as well."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import (
    notices,
    planning,
    queries,
    recurrence,
    series_changes,
    signups,
    single_date,
    stand_ins,
    swaps,
    ties,
)
from volunteer.activities.errors import GuardianMustCome
from volunteer.activities.excuses import UNSAID
from volunteer.activities.models import Occurrence, Signup, SignupStatus
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.single_date import DatePlan
from volunteer.activities.standing import StandingPlan, begin
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")

WEDNESDAY = date(2026, 10, 14)
HOUR = datetime(2026, 10, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def lunch() -> Occurrence:
    return OccurrenceFactory(starts_at=HOUR, roles=[("帮厨", 1, 2)])


def family(occurrence: Occurrence) -> tuple[Person, Person]:
    """A grown-up member and the child of ten for whom they are responsible."""
    guardian, child = (
        member_of(occurrence),
        member_of(occurrence, birth_year=2016, birth_month=1),
    )
    ties.set_guardian(occurrence.team, child, guardian, by=guardian)
    return guardian, child


def both_come(occurrence: Occurrence) -> tuple[Person, Person]:
    guardian, child = family(occurrence)
    for person in (guardian, child):
        signups.sign_up(occurrence, occurrence.roles[0].id, person, by=guardian)
    return guardian, child


def coming(occurrence: Occurrence) -> set[int]:
    session.expire_all()
    return {signup.person_id for signup in occurrence.going}


def test_somebody_else_comes_instead(lunch):
    guardian, child = both_come(lunch)
    helper = member_of(lunch)
    search = stand_ins.look(lunch.signup_of(guardian), UNSAID, by=guardian)
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)

    stand_ins.accept(search, helper, by=helper)

    # Whoever waited longest has the child's place.
    assert coming(lunch) == {helper.id, waiting.person_id}
    entry = session.query(AuditEntry).filter_by(action="signup.withdrawn").one()
    assert (entry.person_id, entry.by_id) == (child.id, helper.id)


def test_the_child_itself_can_not_come_instead(lunch):
    guardian, child = family(lunch)
    signups.sign_up(lunch, lunch.roles[0].id, guardian, by=guardian)
    search = stand_ins.look(lunch.signup_of(guardian), UNSAID, by=guardian)

    with pytest.raises(GuardianMustCome):
        stand_ins.accept(search, child, by=child)

    assert coming(lunch) == {guardian.id}


def test_the_child_that_comes_along_can_not_come_instead_either(lunch):
    guardian, child = both_come(lunch)
    # Somebody else who is asked, so that the search goes on.
    member_of(lunch)
    search = stand_ins.look(lunch.signup_of(guardian), UNSAID, by=guardian)

    with pytest.raises(GuardianMustCome):
        stand_ins.accept(search, child, by=child)

    assert coming(lunch) == {guardian.id, child.id}


def test_a_guardian_who_said_yes_by_mistake_takes_the_child_along_again(lunch):
    cook = SignupFactory(occurrence=lunch)
    guardian, child = family(lunch)
    search = stand_ins.look(cook, UNSAID, by=cook.person)
    stand_ins.accept(search, guardian, by=guardian)
    signups.sign_up(lunch, lunch.roles[0].id, child, by=guardian)

    stand_ins.undo_acceptance(search, by=guardian)

    assert coming(lunch) == {cook.person_id}


def test_when_the_yes_was_a_mistake_the_child_that_went_comes_again(lunch, time_machine):
    guardian, child = both_come(lunch)
    other = member_of(lunch)
    search = stand_ins.look(lunch.signup_of(guardian), UNSAID, by=guardian)
    stand_ins.accept(search, other, by=other)
    assert coming(lunch) == {other.id}
    time_machine.shift(timedelta(minutes=5))

    stand_ins.undo_acceptance(search, by=other)

    assert coming(lunch) == {guardian.id, child.id}


def test_the_child_that_waits_for_a_place_is_nobody_to_whom_it_can_pass():
    lunch = OccurrenceFactory(starts_at=HOUR, roles=[("帮厨", 1, 1)])
    guardian, child = family(lunch)
    for person in (guardian, child):
        signups.sign_up(lunch, lunch.roles[0].id, person, by=guardian)
    member_of(lunch)

    search = stand_ins.look(lunch.signup_of(guardian), UNSAID, by=guardian)

    assert search is not None
    assert len(search.asks) == 1


def test_nobody_is_found(lunch, time_machine):
    guardian, _child = both_come(lunch)
    stand_ins.look(lunch.signup_of(guardian), UNSAID, by=guardian)

    time_machine.move_to(datetime(2026, 10, 14, 1, tzinfo=UTC), tick=False)
    stand_ins.look_on(clock.now())

    assert coming(lunch) == set()


def test_two_change_dates(lunch):
    guardian, _child = both_come(lunch)
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)
    later = OccurrenceFactory(
        activity=lunch.activity, starts_at=datetime(2026, 10, 21, 2, tzinfo=UTC)
    )
    theirs = SignupFactory(occurrence=later)

    swaps.accept(swaps.offer(lunch.signup_of(guardian), theirs, by=guardian), by=theirs.person)

    assert coming(lunch) == {theirs.person_id, waiting.person_id}
    assert coming(later) == {guardian.id}


def test_somebody_else_answers_for_the_child_by_now(lunch):
    guardian, child = both_come(lunch)
    later = OccurrenceFactory(activity=lunch.activity, starts_at=HOUR + timedelta(weeks=1))
    grandmother = member_of(lunch)
    for person in (guardian, child, grandmother):
        signups.sign_up(later, later.roles[0].id, person, by=guardian)

    ties.set_guardian(lunch.team, child, grandmother, by=guardian)

    assert coming(lunch) == {guardian.id}
    assert coming(later) == {guardian.id, child.id, grandmother.id}


def test_the_series_is_at_an_hour_at_which_the_guardian_is_busy():
    words = ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)])
    plan = SeriesPlan(words, recurrence.weekly(2), WEDNESDAY, time(10), time(13))
    elsewhere = OccurrenceFactory(starts_at=datetime(2026, 10, 14, 7, tzinfo=UTC))
    activity = planning.plan_series(elsewhere.team, plan, by=member_of(elsewhere))
    first = queries.list_coming(activity, after=clock.now())[0]
    guardian, _child = both_come(first)
    SignupFactory(occurrence=elsewhere, person=guardian)

    words = replace(words, roles=[RolePlan("帮厨", 1, 5, position=0)])
    later = SeriesPlan(words, recurrence.weekly(2), WEDNESDAY, time(14), time(16))
    series_changes.change_all(activity, later, by=guardian)

    assert coming(first) == set()


# --- coming every week ---------------------------------------------------------------------------


def places_of(person: Person) -> list[Signup]:
    session.expire_all()
    return [row for row in session.query(Signup).filter_by(person_id=person.id) if row.is_going]


def weekly_lunch(occurrence: Occurrence):
    words = ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)])
    plan = SeriesPlan(words, recurrence.weekly(5), date(2026, 10, 17), time(10), time(13))
    return planning.plan_series(occurrence.team, plan, by=member_of(occurrence))


def test_a_child_can_not_come_every_week_alone(lunch):
    guardian, child = family(lunch)
    activity = weekly_lunch(lunch)

    with pytest.raises(GuardianMustCome):
        begin(activity, child, StandingPlan(0, WEDNESDAY), by=guardian)

    assert places_of(child) == []


def test_a_child_comes_every_week_that_its_guardian_comes(lunch):
    guardian, child = family(lunch)
    activity = weekly_lunch(lunch)
    begin(activity, guardian, StandingPlan(0, WEDNESDAY, every_weeks=2), by=guardian)

    begin(activity, child, StandingPlan(0, WEDNESDAY), by=guardian)

    days = {signup.occurrence_id for signup in places_of(guardian)}
    assert len(days) == 6
    assert {signup.occurrence_id for signup in places_of(child)} == days


def test_a_child_who_said_so_first_has_its_places_with_those_of_its_guardian(lunch, time_machine):
    guardian, child = family(lunch)
    activity = weekly_lunch(lunch)
    first = queries.list_coming(activity, after=clock.now())[0]
    signups.sign_up(first, first.roles[0].id, guardian, by=guardian)
    begin(activity, child, StandingPlan(0, WEDNESDAY), by=guardian)
    alone = len(places_of(child))

    begin(activity, guardian, StandingPlan(0, WEDNESDAY), by=guardian)

    assert (alone, len(places_of(child))) == (1, 12)


def test_the_guardian_is_elsewhere_when_the_date_is_moved(lunch, signed_in_as):
    guardian, child = both_come(lunch)
    coordinator = CoordinatorFactory(team=lunch.team).person
    busy = OccurrenceFactory(activity__team=lunch.team, starts_at=HOUR + timedelta(days=1))
    SignupFactory(occurrence=busy, person=guardian)
    there = DatePlan(busy.day, busy.wall_starts.time(), busy.wall_ends.time(), lunch.place)

    named = single_date.who_is_elsewhere(lunch, there)
    single_date.move(lunch, there, by=coordinator)

    assert (named, coming(lunch)) == ([guardian, child], set())
    messages = {m.person_id: m for m in session.scalars(select(OutboxMessage))}
    letters = notices.write_what_changed(list(messages.values()))
    assert "You have promised" in letters[messages[guardian.id].id].text
    told_child = letters[messages[child.id].id].text
    assert "You need not come on these dates any more" in told_child
    assert "You have promised" not in told_child
    # They did not say that they can't come, and are not late.
    of_child = session.scalars(select(Signup).where(Signup.person_id == child.id)).one()
    assert (of_child.excused_at, of_child.is_late) == (None, False)


def test_a_guardian_who_comes_after_all_has_the_child_along_again(lunch):
    guardian, child = both_come(lunch)
    signup = lunch.signup_of(guardian)
    signups.withdraw(signup, by=guardian)
    gone = coming(lunch)

    stand_ins.come_after_all(signup, by=guardian)

    assert (gone, coming(lunch)) == (set(), {guardian.id, child.id})
    of_child = lunch.signup_of(child)
    assert (of_child.excused_at, of_child.is_late) == (None, False)


def test_a_child_that_had_given_its_place_back_before_stays_away(lunch, time_machine):
    guardian, child = both_come(lunch)
    signup = lunch.signup_of(guardian)
    signups.withdraw(lunch.signup_of(child), by=guardian)
    time_machine.shift(60)
    signups.withdraw(signup, by=guardian)

    stand_ins.come_after_all(signup, by=guardian)

    assert coming(lunch) == {guardian.id}


def test_a_child_whose_place_somebody_has_by_now_does_not_come_along_again(lunch):
    guardian, _child = both_come(lunch)
    signup = lunch.signup_of(guardian)
    signups.withdraw(signup, by=guardian)
    other = SignupFactory(occurrence=lunch)

    stand_ins.come_after_all(signup, by=guardian)

    assert coming(lunch) == {guardian.id, other.person_id}


def test_with_another_grown_up_no_child_goes():
    occurrence = OccurrenceFactory(starts_at=HOUR, roles=[("帮厨", 1, 3)])
    guardian, child = both_come(occurrence)
    neighbour = SignupFactory(occurrence=occurrence)

    signups.withdraw(neighbour, by=neighbour.person)

    assert coming(occurrence) == {guardian.id, child.id}


def test_each_child_has_a_guardian_of_its_own(lunch):
    mother, son = family(lunch)
    father, daughter = family(lunch)

    ties.set_guardian(lunch.team, son, father, by=father)

    wards = {tie.person_id for tie in ties.list_wards(lunch.team, father)}
    assert (wards, ties.list_wards(lunch.team, mother)) == ({son.id, daughter.id}, [])
