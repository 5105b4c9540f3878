"""People who come every week: their places, their pauses, and what they gave back."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.activities import (
    extending,
    planning,
    policy,
    recurrence,
    series_changes,
    series_outcome,
    signups,
    single_date,
    standing,
    standing_dates,
)
from volunteer.activities.errors import (
    AlreadyEnded,
    AlreadyStanding,
    NotAnActiveMember,
    StandingHasEnded,
    TrainingNeeded,
)
from volunteer.activities.models import (
    Activity,
    Occurrence,
    Signup,
    SignupStatus,
    StandingPlace,
)
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.activities.series_outcome import Why
from volunteer.activities.single_date import DatePlan
from volunteer.activities.standing import StandingPlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.errors import NotFound
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.people import deaths
from volunteer.people.models import Person
from volunteer.teams import membership as memberships
from volunteer.training import qualifications
from volunteer.training.models import Training

pytestmark = pytest.mark.usefixtures("database")

# Monday afternoon in Chengdu; lunch is on Wednesdays.
NOW = datetime(2026, 10, 12, 8, tzinfo=UTC)
WEDNESDAY = date(2026, 10, 14)
WEEK = timedelta(weeks=1)
COOK = StandingPlan(position=0, first_on=WEDNESDAY)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def team(coordinator):
    return session.query(memberships.Membership).filter_by(person_id=coordinator.id).one().team


def plan(team, coordinator, *roles: RolePlan, last_on: date | None = None) -> Activity:
    words = ActivityWords(
        title="爱心午饭",
        place="社区活动室",
        risk_note="刀具",
        roles=roles or [RolePlan("帮厨", 1, 2)],
    )
    weekly = SeriesPlan(words, recurrence.weekly(2), WEDNESDAY, time(10), time(13), last_on=last_on)
    return planning.plan_series(team, weekly, by=coordinator)


@pytest.fixture
def lunch(team, coordinator) -> Activity:
    return plan(team, coordinator)


def member(activity: Activity) -> Person:
    return MembershipFactory(team=activity.team, person=PersonFactory()).person


def begin(activity: Activity, person: Person, **changed: object) -> StandingPlace:
    values = {"position": 0, "first_on": WEDNESDAY} | changed
    return standing.begin(activity, person, StandingPlan(**values), by=person)


def days(person: Person, status: SignupStatus = SignupStatus.GOING) -> list[date]:
    """The days on which this person has a place."""
    session.expire_all()
    rows = session.query(Signup).filter_by(person_id=person.id, status=status)
    return sorted(row.occurrence.day for row in rows)


def wednesdays(count: int, *, every: int = 1) -> list[date]:
    return [WEDNESDAY + number * every * WEEK for number in range(count)]


def date_on(activity: Activity, day: date):
    return next(o for o in activity.occurrences if o.day == day)


def signup_on(activity: Activity, person: Person, day: date) -> Signup:
    return next(s for s in date_on(activity, day).signups if s.person_id == person.id)


def test_who_comes_every_week_has_a_place_on_every_date_of_the_calendar(lunch):
    person = member(lunch)

    begin(lunch, person)

    assert days(person) == wednesdays(12)


def test_new_dates_are_theirs_as_the_calendar_grows(lunch, time_machine):
    person = member(lunch)
    begin(lunch, person)

    time_machine.move_to(NOW + 2 * WEEK, tick=False)
    extending.extend_all(clock.now())
    extending.extend_all(clock.now())

    assert days(person) == wednesdays(14)


def test_every_other_week_means_every_other_week_as_the_calendar_grows(lunch, time_machine):
    person = member(lunch)
    begin(lunch, person, every_weeks=2)

    time_machine.move_to(NOW + 3 * WEEK, tick=False)
    extending.extend_all(clock.now())

    assert days(person) == wednesdays(8, every=2)


def test_it_begins_and_ends_on_the_days_that_were_said(lunch):
    person = member(lunch)

    begin(lunch, person, first_on=WEDNESDAY + WEEK, last_on=WEDNESDAY + 3 * WEEK)

    assert days(person) == wednesdays(4)[1:]


def test_a_full_date_means_its_waiting_list_and_nobody_loses_a_place(team, coordinator):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 1))
    first = SignupFactory(occurrence=date_on(lunch, WEDNESDAY))
    person = member(lunch)

    begin(lunch, person)

    assert days(person) == wednesdays(12)[1:]
    assert days(person, SignupStatus.WAITING) == [WEDNESDAY]
    assert days(first.person) == [WEDNESDAY]


def test_two_who_come_every_week_share_what_is_free_and_the_first_comes_first(team, coordinator):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 1))
    first, second = member(lunch), member(lunch)

    begin(lunch, first)
    begin(lunch, second)

    assert days(first) == wednesdays(12)
    assert days(second, SignupStatus.WAITING) == wednesdays(12)


def test_who_promised_to_be_elsewhere_is_left_out_on_that_date_only(lunch):
    person = member(lunch)
    at_that_time = date_on(lunch, WEDNESDAY).starts_at
    SignupFactory(
        occurrence=OccurrenceFactory(activity__team=lunch.team, starts_at=at_that_time),
        person=person,
    )

    begin(lunch, person)

    own = session.query(Signup).join(Signup.occurrence).filter_by(activity_id=lunch.id)
    assert sorted(s.occurrence.day for s in own) == wednesdays(12)[1:]


def test_one_date_is_given_back_and_stays_so_as_the_calendar_grows(lunch, time_machine):
    person = member(lunch)
    begin(lunch, person)

    signups.withdraw(signup_on(lunch, person, WEDNESDAY + WEEK), by=person)
    time_machine.move_to(NOW + WEEK - timedelta(days=1), tick=False)
    extending.extend_all(clock.now())

    assert days(person) == [day for day in wednesdays(13) if day != WEDNESDAY + WEEK]


def test_a_cancelled_date_takes_nobody(lunch, coordinator):
    single_date.cancel(date_on(lunch, WEDNESDAY), reason="停电", by=coordinator)
    person = member(lunch)

    begin(lunch, person)

    assert days(person) == wednesdays(12)[1:]


def test_a_pause_frees_the_dates_in_it_for_those_who_wait(team, coordinator):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 1))
    person, other = member(lunch), member(lunch)
    mine = begin(lunch, person)
    begin(lunch, other)

    standing.pause(mine, WEDNESDAY + WEEK, WEDNESDAY + 2 * WEEK, by=person)

    assert days(other) == wednesdays(3)[1:]
    assert days(person) == [WEDNESDAY, *wednesdays(12)[3:]]
    assert [s.is_late for s in session.query(Signup).filter_by(person_id=person.id)] == [False] * 12


def test_a_pause_pressed_twice_is_taken_back_with_one_press(lunch):
    person = member(lunch)
    mine = begin(lunch, person)
    away, again = (standing.pause(mine, WEDNESDAY, WEDNESDAY + WEEK, by=person) for _ in range(2))
    assert again is away

    standing.end_pause(away, by=person)

    assert mine.pauses == []
    assert days(person) == wednesdays(12)


def test_new_dates_in_a_pause_are_not_theirs(lunch, time_machine):
    person = member(lunch)
    mine = begin(lunch, person)
    last = wednesdays(13)[12]

    standing.pause(mine, last, last, by=person)
    time_machine.move_to(NOW + 2 * WEEK, tick=False)
    extending.extend_all(clock.now())

    assert days(person) == [day for day in wednesdays(14) if day != last]


def test_back_early_from_a_pause_the_places_are_theirs_again_but_for_what_they_gave_back(lunch):
    person = member(lunch)
    mine = begin(lunch, person)
    signups.withdraw(signup_on(lunch, person, WEDNESDAY + WEEK), by=person)
    away = standing.pause(mine, WEDNESDAY, WEDNESDAY + 3 * WEEK, by=person)

    standing.end_pause(away, by=person)

    assert days(person) == [day for day in wednesdays(12) if day != WEDNESDAY + WEEK]
    assert mine.pauses == []


def test_ending_it_frees_the_coming_dates_and_takes_no_new_ones(lunch, time_machine):
    person = member(lunch)
    mine = begin(lunch, person)

    standing.end(mine, by=person)
    time_machine.move_to(NOW + 2 * WEEK, tick=False)
    extending.extend_all(clock.now())

    assert days(person) == []
    with pytest.raises(StandingHasEnded):
        standing.end(mine, by=person)


def test_ending_it_with_a_last_day_keeps_the_dates_until_then(lunch):
    person = member(lunch)
    mine = begin(lunch, person)

    standing.end(mine, last_on=WEDNESDAY + WEEK, by=person)

    assert days(person) == wednesdays(2)
    assert mine.has_ended is False


def test_what_somebody_took_for_other_work_is_not_touched_by_the_end(team, coordinator):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 2), RolePlan("买菜", 1, 2))
    person = member(lunch)
    occurrence = date_on(lunch, WEDNESDAY)
    signups.sign_up(occurrence, occurrence.roles[1].id, person, by=person)
    mine = begin(lunch, person)

    standing.end(mine, by=person)

    assert days(person) == [WEDNESDAY]


def test_who_leaves_the_team_comes_no_more_and_frees_everything(lunch, coordinator, time_machine):
    membership = MembershipFactory(team=lunch.team)
    mine = begin(lunch, membership.person)

    memberships.leave(membership, by=coordinator)
    time_machine.move_to(NOW + 2 * WEEK, tick=False)
    extending.extend_all(clock.now())

    assert days(membership.person) == []
    assert mine.has_ended


def test_a_pause_of_the_whole_team_gives_the_places_back_afterwards(lunch, coordinator):
    membership = MembershipFactory(team=lunch.team)
    begin(lunch, membership.person)

    memberships.pause(membership, by=coordinator)
    paused = days(membership.person)
    memberships.resume(membership, by=coordinator)

    assert paused == []
    assert days(membership.person) == wednesdays(12)


def test_only_active_members_come_every_week(lunch):
    with pytest.raises(NotAnActiveMember):
        begin(lunch, PersonFactory())


def test_nobody_comes_every_week_twice(lunch):
    person = member(lunch)
    begin(lunch, person)

    with pytest.raises(AlreadyStanding):
        begin(lunch, person, every_weeks=2)


def test_the_database_keeps_one_for_each_person_as_well(lunch):
    person = member(lunch)
    mine = begin(lunch, person)

    session.add(
        StandingPlace(activity=lunch, person=person, position=0, first_on=WEDNESDAY, by=person)
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
    assert mine.id


def test_after_its_last_day_one_may_begin_anew(lunch, time_machine):
    person = member(lunch)
    begin(lunch, person, last_on=WEDNESDAY)

    time_machine.move_to(NOW + WEEK, tick=False)
    begin(lunch, person, first_on=WEDNESDAY + WEEK)

    assert days(person) == wednesdays(12)


def test_work_that_there_is_not_and_activities_that_ended_are_refused(lunch, coordinator):
    person = member(lunch)
    with pytest.raises(NotFound):
        begin(lunch, person, position=7)
    planning.end(lunch, by=coordinator)

    with pytest.raises(AlreadyEnded):
        begin(lunch, person)


def test_a_coordinator_enters_it_for_somebody_without_a_phone_and_the_record_says_so(
    lunch, coordinator
):
    person = member(lunch)

    mine = standing.begin(lunch, person, COOK, by=coordinator)

    assert mine.was_entered_by_somebody_else
    entries = session.query(AuditEntry).filter(AuditEntry.person_id == person.id).all()
    assert {entry.by_id for entry in entries} == {coordinator.id}
    assert len([e for e in entries if e.action == "signup.made_standing"]) == 12


def test_many_people_cost_no_more_statements_than_one(lunch, count_queries):
    people = [member(lunch) for _one in range(6)]
    with count_queries() as for_one:
        begin(lunch, people[0])
    for person in people[1:5]:
        begin(lunch, person)

    with count_queries() as for_many:
        begin(lunch, people[5])

    assert len(for_many) <= len(for_one) + 1


def test_the_page_of_it_tells_what_became_of_each_date(lunch, coordinator):
    person = member(lunch)
    mine = begin(lunch, person)
    signups.withdraw(signup_on(lunch, person, WEDNESDAY), by=person)
    standing.pause(mine, WEDNESDAY + WEEK, WEDNESDAY + WEEK, by=person)

    coming = standing_dates.coming_dates(mine)

    assert [own.is_paused for own in coming[:3]] == [False, True, False]
    assert [own.signup is not None and own.signup.is_going for own in coming[:3]] == [
        False, False, True,
    ]  # fmt: skip
    assert not any(own.is_left_out for own in coming)


# --- who may come --------------------------------------------------------------------------------


def required(activity: Activity, coordinator: Person) -> Training:
    """A training that the first work needs on each date."""
    training = qualifications.name_training(activity.team, "急救", by=coordinator)
    for occurrence in activity.occurrences:
        occurrence.roles[0].training_id = training.id
    session.commit()
    return training


def test_who_lacks_a_training_can_not_come_every_week(lunch, coordinator):
    person = member(lunch)
    required(lunch, coordinator)

    with pytest.raises(TrainingNeeded):
        begin(lunch, person)

    assert days(person) == []
    assert session.query(StandingPlace).count() == 0


def test_a_date_on_which_they_may_not_come_is_left_out_and_says_why(lunch, coordinator):
    person = member(lunch)
    training = required(lunch, coordinator)
    until = {training.id: WEDNESDAY + 2 * WEEK}
    qualifications.note_passed(person, lunch.team, until, by=coordinator)

    begun = begin(lunch, person)

    assert days(person) == wednesdays(3)
    left_out = standing_dates.coming_dates(begun)[3]
    assert left_out.is_left_out
    assert isinstance(left_out.refusal, TrainingNeeded)


def test_every_time_goes_no_further_than_the_dates_a_week_that_the_team_allows(team, coordinator):
    words = ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 5)])
    often = SeriesPlan(words, recurrence.weekly(2, 4), WEDNESDAY, time(10), time(13))
    activity = planning.plan_series(team, often, by=coordinator)
    team.most_a_week = 1
    session.commit()
    person = member(activity)

    begin(activity, person)

    assert days(person) == wednesdays(12)


def test_the_last_coordinator_who_has_died_comes_to_nothing_every_week(
    team, coordinator, time_machine
):
    lunch = plan(team, coordinator)
    standing.begin(lunch, coordinator, COOK, by=coordinator)

    deaths.note(coordinator, by=PersonFactory())
    time_machine.move_to(NOW + WEEK + timedelta(days=1), tick=False)
    extending.extend_all(clock.now())

    rows = session.query(Signup).filter_by(person_id=coordinator.id)
    assert [row for row in rows if row.is_active] == []
    assert session.query(StandingPlace).one().has_ended


def test_who_comes_every_week_for_work_that_is_taken_away_is_told_that_it_is_over(
    team, coordinator
):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 2), RolePlan("分餐", 1, 2))
    person = MembershipFactory(team=team).person
    held = standing.begin(lunch, person, StandingPlan(1, WEDNESDAY), by=person)
    words = ActivityWords("爱心午饭", "小区花园", "刀具", [RolePlan("帮厨", 1, 2, position=0)])

    series_changes.change_words(lunch, words, by=coordinator)

    with transaction():
        (message,) = session.query(OutboxMessage)
        letter = letters.write([message])[message.id]
    assert message.person_id == person.id
    assert "The work for which you came every week is not done" in letter.text
    assert "小区花园" in letter.text
    assert held.last_on is not None


def test_behind_somebody_who_waits_and_may_not_come_nobody_waits_beside_a_free_place(
    team, coordinator
):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 1))
    first = session.query(Occurrence).order_by(Occurrence.starts_at).first()
    busy = SignupFactory(occurrence=first, status=SignupStatus.WAITING).person
    at_that_hour = OccurrenceFactory(starts_at=first.starts_at, activity__team=team)
    SignupFactory(occurrence=at_that_hour, person=busy)
    person = MembershipFactory(team=team).person

    standing.begin(lunch, person, COOK, by=person)

    assert first.signup_of(person).is_going
    assert first.signup_of(busy).is_waiting


def test_a_date_that_was_off_is_theirs_too_when_it_is_on_again(team, coordinator):
    lunch = plan(team, coordinator, last_on=WEDNESDAY + 4 * WEEK)
    first = session.query(Occurrence).order_by(Occurrence.starts_at).first()
    single_date.cancel(first, reason="停水", by=coordinator)
    person = MembershipFactory(team=team).person
    standing.begin(lunch, person, COOK, by=person)

    single_date.restore(first, by=coordinator)
    extending.extend_all(clock.now())

    assert first.signup_of(person).is_going


def test_with_two_kinds_of_work_each_has_places_in_the_one_they_come_for(team, coordinator):
    lunch = plan(team, coordinator, RolePlan("帮厨", 1, 5), RolePlan("送餐", 1, 5))
    person = member(lunch)

    standing.begin(lunch, person, StandingPlan(position=1, first_on=WEDNESDAY), by=person)

    own = session.query(Signup).filter_by(person_id=person.id).all()
    assert {signup.role.name for signup in own} == {"送餐"}


def test_new_dates_are_not_theirs_while_they_pause_in_the_team(lunch, time_machine):
    person = member(lunch)
    begin(lunch, person)
    membership = memberships.find(lunch.team, person)
    memberships.pause(membership, by=person)

    time_machine.move_to(NOW + 2 * WEEK, tick=False)
    extending.extend_all(clock.now())

    assert days(person) == []


def test_a_coming_every_week_is_changed_by_oneself_by_who_acts_for_one_and_by_coordinators(
    lunch, coordinator
):
    own, stranger = begin(lunch, member(lunch)), member(lunch)

    assert policy.can_change_standing(own.person, own)
    assert policy.can_change_standing(stranger, own, whom=own.person)
    assert policy.can_change_standing(coordinator, own)
    assert not policy.can_change_standing(stranger, own)
    assert not policy.can_change_standing(own.person, own, whom=stranger)


def test_a_date_in_a_pause_is_not_left_out(lunch):
    person = member(lunch)
    own = begin(lunch, person)

    standing.pause(own, WEDNESDAY, WEDNESDAY, by=person)
    first = standing_dates.coming_dates(own)[0]
    session.delete(first.signup)
    session.flush()
    session.expire_all()

    (first, second, *_later) = standing_dates.coming_dates(own)
    assert [(one.is_paused, one.is_left_out) for one in (first, second)] == [
        (True, False), (False, False),
    ]  # fmt: skip


def move(lunch, coordinator, day: date, *, by_days: int) -> Occurrence:
    occurrence = date_on(lunch, day)
    there = DatePlan(day + timedelta(days=by_days), time(10), time(13), occurrence.place)
    single_date.move(occurrence, there, by=coordinator)
    return occurrence


def test_a_date_that_moves_into_their_pause_takes_them_not_and_tells_them(lunch, coordinator):
    cook = member(lunch)
    held = begin(lunch, cook)
    standing.pause(held, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=3), by=cook)
    there = DatePlan(WEDNESDAY + timedelta(days=2), time(10), time(13), lunch.place)

    named = single_date.who_is_elsewhere(date_on(lunch, WEDNESDAY), there)
    occurrence = move(lunch, coordinator, WEDNESDAY, by_days=2)
    extending.extend_all(clock.now())

    assert named == [cook]
    assert days(cook) == wednesdays(12)[1:]
    (message,) = session.query(OutboxMessage).filter_by(person_id=cook.id)
    letter = letters.write([message])[message.id]
    assert "You have said that you don't come at that time" in letter.text
    assert "You have said that you don't come at that time" in letter.html
    standing.end_pause(held.pauses[0], by=cook)
    assert occurrence.day in days(cook)


def test_a_date_that_moves_out_of_their_pause_is_theirs(team, coordinator):
    # All its dates are on the calendar already.
    course = plan(team, coordinator, last_on=wednesdays(3)[-1])
    cook = member(course)
    standing.pause(begin(course, cook), WEDNESDAY, WEDNESDAY, by=cook)

    occurrence = move(course, coordinator, WEDNESDAY, by_days=2)
    extending.extend_all(clock.now())

    assert days(cook) == [occurrence.day, *wednesdays(3)[1:]]


def test_a_place_that_they_took_within_their_pause_stays_theirs_where_it_moves(lunch, coordinator):
    cook = member(lunch)
    held = begin(lunch, cook)
    standing.pause(held, WEDNESDAY, WEDNESDAY + timedelta(days=3), by=cook)
    occurrence = date_on(lunch, WEDNESDAY)
    signups.sign_up(occurrence, occurrence.roles[0].id, cook, by=cook)

    move(lunch, coordinator, WEDNESDAY, by_days=2)

    assert occurrence.day in days(cook)


@pytest.mark.parametrize("from_a_date_on", [True, False])
def test_a_series_that_moves_into_their_pause_frees_that_date_and_says_so_before(
    lunch, coordinator, from_a_date_on
):
    cook = member(lunch)
    held = begin(lunch, cook)
    standing.pause(held, WEDNESDAY + timedelta(days=1), WEDNESDAY + timedelta(days=3), by=cook)
    words = ActivityWords("爱心午饭", "社区活动室", "刀具", [RolePlan("帮厨", 1, 2, position=0)])
    thursdays = SeriesPlan(words, recurrence.weekly(3), WEDNESDAY, time(10), time(13))
    first = date_on(lunch, WEDNESDAY)

    foreseen = series_outcome.foresee(lunch, thursdays, since=first if from_a_date_on else None)
    if from_a_date_on:
        series_changes.change_since(first, thursdays, by=coordinator)
    else:
        series_changes.change_all(lunch, thursdays, by=coordinator)

    assert [(loss.signup.person, loss.why) for loss in foreseen.losses] == [(cook, Why.AWAY)]
    assert days(cook) == [day + timedelta(days=1) for day in wednesdays(12)[1:]]
    (message,) = session.query(OutboxMessage).filter_by(person_id=cook.id)
    assert "You have said that you don't come" in letters.write([message])[message.id].text
