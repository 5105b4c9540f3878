"""Another rule for a series: which dates stay, who loses a place, who is told."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.activities.lunches import LUNCH, NOW, WEDNESDAY, dates_of
from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told_of_what
from volunteer.activities import (
    extending,
    insurance,
    lead_notices,
    notices,
    pausing,
    planning,
    recurrence,
    series_changes,
    series_outcome,
    single_date,
    standing,
    standing_queries,
)
from volunteer.activities.attendance import noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.errors import AlreadyEnded, AlreadyStarted, NoDates
from volunteer.activities.insurance import PolicyDetails
from volunteer.activities.models import (
    Activity,
    AttendanceWay,
    DangerLevel,
    Occurrence,
    Signup,
    SignupStatus,
    StandingPlace,
)
from volunteer.activities.pausing import PausePlan
from volunteer.activities.planning import RolePlan, SeriesPlan
from volunteer.activities.series_outcome import Why
from volunteer.activities.single_date import DatePlan
from volunteer.activities.standing import StandingPlan
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import groups, letters
from volunteer.notifications.models import Channel, OutboxMessage, RobotKind
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database", "on_monday")

KEPT = RolePlan("帮厨", 1, 5, position=0)


def another(**changed: object) -> SeriesPlan:
    words = replace(LUNCH.words, roles=[KEPT])
    return replace(LUNCH, **{"words": words, **changed})


def days_of(activity: Activity) -> list[date]:
    return [occurrence.planned_on for occurrence in dates_of(activity)]


def helper_on(occurrence: Occurrence, **signup: object) -> Signup:
    person = MembershipFactory(team=occurrence.team).person
    return SignupFactory(occurrence=occurrence, person=person, **signup)


def weeks(first: date, count: int) -> list[date]:
    return [first + timedelta(weeks=number) for number in range(count)]


def test_all_coming_dates_move_to_the_new_weekday_with_their_people(lunch, coordinator):
    first = dates_of(lunch)[0]
    signup = helper_on(first)

    outcome = series_changes.change_all(lunch, another(rule=recurrence.weekly(3)), by=coordinator)

    assert days_of(lunch) == weeks(WEDNESDAY + timedelta(days=1), 12)
    assert (signup.occurrence_id, signup.is_going) == (first.id, True)
    assert first.wall_starts == datetime.combine(WEDNESDAY + timedelta(days=1), time(10))
    assert outcome.losses == []
    assert told_of_what() == {(notices.ACTIVITY_CHANGED, signup.person_id): 1}


def test_who_had_come_to_a_date_that_moves_with_its_series_has_not_come_then(
    lunch, coordinator, time_machine
):
    first = dates_of(lunch)[0]
    signup = helper_on(first)
    time_machine.move_to(first.starts_at - timedelta(hours=1), tick=False)
    noting.check_in(first, signup.person, way=AttendanceWay.WALL, by=signup.person)

    series_changes.change_all(lunch, another(rule=recurrence.weekly(3)), by=coordinator)

    assert first.wall_starts == datetime.combine(WEDNESDAY + timedelta(days=1), time(10))
    assert attendance_queries.list_attendances(first) == []


def test_the_preview_changes_nothing_and_says_what_the_change_then_does(lunch, coordinator):
    signup = helper_on(dates_of(lunch)[1])
    plan = another(rule=recurrence.weekly(2, every=2))

    foreseen = series_outcome.foresee(lunch, plan)

    assert days_of(lunch) == weeks(WEDNESDAY, 12)
    assert [(loss.signup, loss.why) for loss in foreseen.losses] == [(signup, Why.NO_DATE)]
    assert foreseen.people_told == [signup.person]
    series_changes.change_all(lunch, plan, by=coordinator)
    assert [o.planned_on for o in dates_of(lunch) if not o.is_cancelled] == [
        WEDNESDAY + timedelta(weeks=2 * number) for number in range(6)
    ]
    assert told_of_what() == {(notices.ACTIVITY_CHANGED, signup.person_id): 1}


def test_a_date_that_falls_away_goes_unless_somebody_had_to_do_with_it(lunch, coordinator):
    empty, left = dates_of(lunch)[1], dates_of(lunch)[3]
    helper_on(left, status=SignupStatus.WITHDRAWN)

    series_changes.change_all(lunch, another(rule=recurrence.weekly(2, every=2)), by=coordinator)

    numbers = {occurrence.id for occurrence in dates_of(lunch)}
    assert empty.id not in numbers
    assert left.is_cancelled
    assert told_of_what() == {}


def test_who_is_elsewhere_at_the_new_time_loses_the_place_and_the_next_moves_up(lunch, coordinator):
    first = dates_of(lunch)[0]
    first.roles[0].maximum = 1
    busy = helper_on(first)
    waiting = helper_on(first, status=SignupStatus.WAITING)
    other = OccurrenceFactory(starts_at=first.starts_at + timedelta(hours=5))
    SignupFactory(occurrence=other, person=busy.person)
    words = replace(LUNCH.words, roles=[replace(KEPT, maximum=1)])
    plan = another(words=words, starts=time(15), ends=time(17))

    foreseen = series_outcome.foresee(lunch, plan)
    series_changes.change_all(lunch, plan, by=coordinator)

    assert [(loss.signup, loss.why) for loss in foreseen.losses] == [(busy, Why.BUSY)]
    assert (busy.status, waiting.status) == (SignupStatus.WITHDRAWN, SignupStatus.GOING)
    assert told_of_what()[notices.ACTIVITY_CHANGED, busy.person_id] == 1


def test_dates_that_were_moved_or_cancelled_by_hand_stay_so(lunch, coordinator):
    moved, cancelled = dates_of(lunch)[:2]
    friday = DatePlan(WEDNESDAY + timedelta(days=2), time(15), time(17), "花园")
    single_date.move(moved, friday, by=coordinator)
    single_date.cancel(cancelled, reason="", by=coordinator)

    series_changes.change_all(lunch, another(rule=recurrence.weekly(3)), by=coordinator)

    assert (moved.day, moved.place) == (friday.day, "花园")
    assert cancelled.is_cancelled
    # Neither of these weeks has got a second date.
    assert days_of(lunch) == weeks(WEDNESDAY + timedelta(days=1), 12)


def test_making_dates_again_after_a_change_brings_nothing_back(lunch, coordinator):
    series_changes.change_all(lunch, another(rule=recurrence.weekly(4)), by=coordinator)
    before = days_of(lunch)
    lunch.planned_until = None
    session.commit()

    extending.extend(lunch, today=NOW.date())

    assert days_of(lunch) == before


def test_words_alone_tell_nobody_and_what_has_been_stays(lunch, coordinator, time_machine):
    past, coming = dates_of(lunch)[:2]
    signup = helper_on(coming)
    time_machine.move_to(NOW + timedelta(days=3), tick=False)

    plan = another(words=replace(LUNCH.words, title="午饭", roles=[KEPT]), first_on=coming.day)
    series_changes.change_all(lunch, plan, by=coordinator)

    assert (lunch.title, past.planned_on, signup.is_going) == ("午饭", WEDNESDAY, True)
    assert told_of_what() == {}


def test_this_and_coming_parts_the_series_and_later_people_come_along(lunch, coordinator):
    dates = dates_of(lunch)
    before, since, after = helper_on(dates[1]), helper_on(dates[2]), helper_on(dates[5])
    plan = another(first_on=dates[2].planned_on, starts=time(11), ends=time(14))

    new = series_changes.change_since(dates[2], plan, by=coordinator)

    assert days_of(lunch) == weeks(WEDNESDAY, 2)
    assert lunch.last_on == dates[2].planned_on - timedelta(days=1)
    assert days_of(new) == weeks(dates[2].planned_on, 10)
    assert {o.wall_starts.hour for o in dates_of(new)} == {11}
    assert {o.wall_starts.hour for o in dates_of(lunch)} == {10}
    assert [s.is_going for s in (before, since, after)] == [True] * 3
    assert since.role.name == "帮厨"
    assert told_of_what() == {(notices.ACTIVITY_CHANGED, s.person_id): 1 for s in (since, after)}


def test_a_parted_series_gets_its_dates_once_and_the_old_one_no_more(
    lunch, coordinator, time_machine
):
    third = dates_of(lunch)[2]
    new = series_changes.change_since(
        third, another(first_on=third.planned_on, rule=recurrence.weekly(3)), by=coordinator
    )

    time_machine.move_to(NOW + timedelta(weeks=4), tick=False)
    extending.extend_all(clock.now())

    assert len(days_of(lunch)) == 2
    assert len(set(days_of(new))) == len(days_of(new)) == 14


def test_a_role_that_goes_keeps_its_people_and_a_new_one_stands_on_every_date(lunch, coordinator):
    third = dates_of(lunch)[2]
    signup = helper_on(third)
    words = replace(LUNCH.words, roles=[RolePlan("分餐", 2, 3)])

    new = series_changes.change_since(
        third, another(first_on=third.planned_on, words=words), by=coordinator
    )

    assert (signup.is_going, signup.role.name) == (True, "帮厨")
    assert {o.roles[-1].name for o in dates_of(new)} == {"分餐"}


def comes_every_week(activity: Activity, **plan: object) -> StandingPlace:
    person = MembershipFactory(team=activity.team).person
    values = {"position": 0, "first_on": WEDNESDAY} | plan
    return standing.begin(activity, person, StandingPlan(**values), by=person)


def going_days(activity: Activity, person: Person) -> list[date]:
    session.expire_all()
    return [o.planned_on for o in dates_of(activity) if o.signup_of(person)]


def test_who_comes_every_week_goes_on_in_the_series_that_the_later_dates_have(
    lunch, coordinator, time_machine
):
    held = comes_every_week(lunch, last_on=WEDNESDAY + timedelta(weeks=20))
    third = dates_of(lunch)[2]
    thursdays = another(first_on=third.planned_on, rule=recurrence.weekly(3))

    new = series_changes.change_since(third, thursdays, by=coordinator)

    assert going_days(lunch, held.person) == weeks(WEDNESDAY, 2)
    assert going_days(new, held.person) == days_of(new)
    (goes_on,) = standing_queries.list_standing(new)
    assert (held.last_on, goes_on.first_on) == (
        third.planned_on - timedelta(days=2),
        WEDNESDAY + timedelta(weeks=2),
    )
    assert (goes_on.last_on, goes_on.by_id) == (WEDNESDAY + timedelta(weeks=20), held.by_id)
    time_machine.move_to(NOW + timedelta(weeks=4), tick=False)
    extending.extend_all(clock.now())
    assert going_days(new, held.person) == days_of(new)
    assert len(days_of(new)) == 14


def test_every_other_week_and_its_pauses_stay_so_when_a_series_is_parted(lunch, coordinator):
    held = comes_every_week(lunch, every_weeks=2)
    standing.pause(held, WEDNESDAY, WEDNESDAY + timedelta(weeks=4), by=held.person)
    fourth = dates_of(lunch)[3]

    new = series_changes.change_since(
        fourth, another(first_on=fourth.planned_on, starts=time(11), ends=time(14)), by=coordinator
    )

    assert going_days(lunch, held.person) == []
    assert going_days(new, held.person) == [
        WEDNESDAY + timedelta(weeks=number) for number in (6, 8, 10)
    ]


def test_parted_at_its_first_coming_date_nobody_comes_to_the_old_series_any_more(
    lunch, coordinator
):
    held = comes_every_week(lunch)
    begins_later = comes_every_week(lunch, first_on=WEDNESDAY + timedelta(weeks=3))
    first = dates_of(lunch)[0]

    new = series_changes.change_since(first, another(starts=time(11)), by=coordinator)

    assert standing_queries.list_standing(lunch) == []
    assert [place.person for place in standing_queries.list_standing(new)] == [
        held.person,
        begins_later.person,
    ]
    assert going_days(new, begins_later.person) == days_of(new)[3:]


def test_one_that_ends_before_the_parting_stays_where_it_was(lunch, coordinator):
    held = comes_every_week(lunch, last_on=WEDNESDAY + timedelta(weeks=1))
    third = dates_of(lunch)[2]

    new = series_changes.change_since(third, another(first_on=third.planned_on), by=coordinator)

    assert standing_queries.list_standing(new) == []
    assert held.last_on == WEDNESDAY + timedelta(weeks=1)


@pytest.mark.parametrize("from_a_date_on", [True, False])
def test_their_work_is_known_by_its_name_though_the_rows_of_the_plan_are_new(
    lunch, coordinator, from_a_date_on
):
    held = comes_every_week(lunch)
    third = dates_of(lunch)[2]
    words = replace(LUNCH.words, roles=[RolePlan("买菜", 1, 2), RolePlan("帮厨", 1, 5)])
    plan = another(first_on=third.planned_on, words=words)

    if from_a_date_on:
        activity = series_changes.change_since(third, plan, by=coordinator)
    else:
        series_changes.change_all(lunch, replace(plan, first_on=WEDNESDAY), by=coordinator)
        activity = lunch

    (goes_on,) = standing_queries.list_standing(activity)
    assert (goes_on.person, goes_on.role_name) == (held.person, "帮厨")


def test_work_that_is_renamed_stays_theirs(lunch, coordinator):
    comes_every_week(lunch)
    words = replace(LUNCH.words, roles=[replace(KEPT, name="掌勺")])

    outcome = series_changes.change_all(lunch, another(words=words), by=coordinator)

    (goes_on,) = standing_queries.list_standing(lunch)
    assert (goes_on.role_name, outcome.without_work) == ("掌勺", [])


@pytest.mark.parametrize("from_a_date_on", [True, False])
def test_who_comes_every_week_for_work_that_is_done_no_more_is_named_before_and_told(
    lunch, coordinator, from_a_date_on
):
    held = comes_every_week(lunch)
    first = dates_of(lunch)[0]
    since = first if from_a_date_on else None
    plan = another(words=replace(LUNCH.words, roles=[RolePlan("分餐", 1, 5)]))

    foreseen = series_outcome.foresee(lunch, plan, since=since)
    if from_a_date_on:
        activity = series_changes.change_since(first, plan, by=coordinator)
    else:
        series_changes.change_all(lunch, plan, by=coordinator)
        activity = lunch

    assert foreseen.without_work == [held]
    assert foreseen.people_told == [held.person]
    assert standing_queries.list_standing(activity) == []
    assert going_days(activity, held.person) == weeks(WEDNESDAY, 12)
    (message,) = session.scalars(select(OutboxMessage))
    letter = notices.write_what_changed([message])[message.id]
    assert "The work for which you came every week is not done" in letter.text
    assert message.person_id == held.person_id


def test_the_preview_names_who_comes_every_week_no_more(lunch, signed_in_as):
    held = comes_every_week(lunch)
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    page = f"/activities/{lunch.id}/series"
    form = {
        "title": "爱心午饭", "place": "社区活动室", "risk_note": "刀具", "is_task": "no",
        "repeats": "weekly", "weekdays": "2", "first_on": "2026-10-14", "starts": "10:00",
        "ends": "13:00", "ending": "open", "danger": "none", "waiting_style": "in_line",
        "leader": "", "every": "2", "month_day": "1", "lunar_month": "9", "lunar_day": "1",
        "answer_hours": "2", "cutoff_hours": "0",
        "roles-0-name": "分餐", "roles-0-minimum": "1", "roles-0-maximum": "2", "look": "1",
    }  # fmt: skip

    text = browser.post(page, data=form).text

    assert held.person.name in text
    assert "they come every week no more" in text


def test_what_has_begun_has_ended_or_means_no_date_is_refused(lunch, coordinator, time_machine):
    first = dates_of(lunch)[0]
    never = recurrence.read("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31")
    november = date(2026, 11, 1)

    with pytest.raises(NoDates):
        series_changes.change_all(lunch, another(rule=never, first_on=november), by=coordinator)
    time_machine.move_to(NOW + timedelta(days=3), tick=False)
    with pytest.raises(AlreadyStarted):
        series_changes.change_since(first, another(), by=coordinator)
    planning.end(lunch, by=coordinator)
    with pytest.raises(AlreadyEnded):
        series_changes.change_all(lunch, another(), by=coordinator)


def test_a_weekly_series_made_monthly_keeps_one_date_of_each_month(lunch, coordinator):
    signups = [helper_on(occurrence) for occurrence in dates_of(lunch)[3:6]]
    first_saturday = recurrence.read("FREQ=MONTHLY;BYDAY=1SA")

    outcome = series_changes.change_all(
        lunch, another(rule=first_saturday, first_on=date(2026, 11, 1)), by=coordinator
    )

    # 4, 11 and 18 November: the first of them moves to Saturday the 7th of its week.
    assert [s.occurrence.is_cancelled for s in signups] == [False, True, True]
    assert signups[0].occurrence.day == date(2026, 11, 7)
    assert {loss.signup for loss in outcome.losses} == set(signups[1:])


def test_the_leader_is_told_too(lunch, coordinator):
    leader = MembershipFactory(team=lunch.team, person=PersonFactory()).person
    lunch.leader = leader
    session.commit()
    words = replace(LUNCH.words, roles=[KEPT], leader_id=leader.id)

    series_changes.change_all(
        lunch, another(words=words, rule=recurrence.weekly(4)), by=coordinator
    )

    assert told_of_what() == {(notices.ACTIVITY_CHANGED, leader.id): 1}


# --- pauses, and dates held earlier --------------------------------------------------------------

NOVEMBER = PausePlan(date(2026, 11, 1), date(2026, 11, 30), "修厨房")


def off(activity: Activity) -> list[date]:
    session.expire_all()
    return [occurrence.planned_on for occurrence in dates_of(activity) if occurrence.is_cancelled]


def test_the_pause_of_a_series_that_was_parted_can_be_taken_back(lunch, coordinator):
    pausing.pause(lunch, NOVEMBER, by=coordinator)
    new = series_changes.change_since(
        dates_of(lunch)[1], another(starts=time(14), ends=time(16)), by=coordinator
    )
    before = off(new)

    count = pausing.take_back(new.pauses[0], by=coordinator)

    assert before == [date(2026, 11, day) for day in (4, 11, 18, 25)]
    assert (count, off(new)) == (4, [])


def test_after_a_pause_dates_take_place_as_the_series_is_planned_by_then(lunch, coordinator):
    rest = pausing.pause(lunch, NOVEMBER, by=coordinator)
    plan = another(rule=recurrence.weekly(3), starts=time(14), ends=time(16))
    series_changes.change_all(lunch, plan, by=coordinator)

    pausing.take_back(rest, by=coordinator)

    session.expire_all()
    found = [o.wall_starts for o in dates_of(lunch) if o.day.month == 11 and not o.is_cancelled]
    thursdays = [date(2026, 11, day) for day in (5, 12, 19, 26)]
    assert found == [datetime.combine(day, time(14)) for day in thursdays]


def test_nobody_is_told_that_a_date_moves_that_rests(lunch, coordinator):
    SignupFactory(occurrence=dates_of(lunch)[4])
    pausing.pause(lunch, NOVEMBER, by=coordinator)

    outcome = series_outcome.foresee(lunch, another(starts=time(14), ends=time(16)))

    assert outcome.losses == []
    assert Counter(o.is_cancelled for o, _span in outcome.moved) == {False: 8, True: 4}


def test_a_day_whose_date_was_held_earlier_is_given_to_no_other(lunch, coordinator, time_machine):
    second = dates_of(lunch)[1]
    monday = DatePlan(date(2026, 10, 19), time(10), time(13), "社区活动室")
    single_date.move(second, monday, by=coordinator)
    time_machine.move_to(datetime(2026, 10, 20, 2, tzinfo=UTC), tick=False)

    every_other = another(rule=recurrence.weekly(2, every=2), first_on=second.planned_on)
    series_changes.change_all(lunch, every_other, by=coordinator)

    session.expire_all()
    assert days_of(lunch)[2:4] == [date(2026, 11, 4), date(2026, 11, 18)]


@pytest.mark.parametrize("first", ["pause", "another hour"])
def test_a_later_change_of_words_leaves_what_was_told_before(lunch, coordinator, app, first):
    signup = SignupFactory(occurrence=dates_of(lunch)[1])
    day, plan = signup.occurrence.day, another()
    if first == "pause":
        pausing.pause(lunch, PausePlan(day, day), by=coordinator)
    else:
        plan = another(starts=time(14), ends=time(16))
        series_changes.change_all(lunch, plan, by=coordinator)

    words = replace(plan.words, bring_note="围裙")
    series_changes.change_all(lunch, replace(plan, words=words), by=coordinator)

    kind = notices.ACTIVITY_PAUSED if first == "pause" else notices.ACTIVITY_CHANGED
    assert (kind, signup.person_id) in letters_to_go(app)


def test_of_two_hours_only_the_newer_is_told(lunch, coordinator, app):
    SignupFactory(occurrence=dates_of(lunch)[1])
    for hour in (14, 15):
        plan = another(starts=time(hour), ends=time(hour + 2))
        series_changes.change_all(lunch, plan, by=coordinator)

    assert sum(kind == notices.ACTIVITY_CHANGED for kind, _person in letters_to_go(app)) == 1


def letters_to_go(app) -> list[tuple[str, int]]:
    """Of what kind, and to whom."""
    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
        written = letters.write(messages)
        return [(message.kind, message.person_id) for message in messages if message.id in written]


def insure(team, coordinator) -> None:
    details = PolicyDetails("某保险", "1", date(2026, 1, 1), date(2027, 12, 31))
    insurance.register(team, details, by=coordinator)


def says_that_they_are_too_young(signup: Signup) -> bool:
    message = session.scalars(
        select(OutboxMessage).where(OutboxMessage.person_id == signup.person_id)
    ).one()
    return "Who is under 18 can't come" in notices.write_what_changed([message])[message.id].text


def young_and_grown(lunch) -> tuple[Signup, Signup]:
    """Their places on the first date of the calendar."""
    first = dates_of(lunch)[0]
    return tuple(
        SignupFactory(occurrence=first, person=member_of(first, birth_year=year))
        for year in (2010, 1960)
    )


DANGEROUS = replace(LUNCH.words, roles=[KEPT], danger=DangerLevel.POSSIBLE)


@pytest.mark.parametrize(
    "plan", [another(words=DANGEROUS), another(starts=time(20), ends=time(22))]
)
def test_who_is_under_18_loses_the_place_in_a_series_that_gets_dangerous_or_late(
    lunch, coordinator, plan
):
    insure(lunch.team, coordinator)
    young, grown = young_and_grown(lunch)

    foreseen = series_outcome.foresee(lunch, plan)
    series_changes.change_all(lunch, plan, by=coordinator)

    assert [(loss.signup, loss.why) for loss in foreseen.losses] == [(young, Why.YOUNG)]
    assert young.person in foreseen.people_told
    assert (young.is_active, grown.is_going) == (False, True)
    assert says_that_they_are_too_young(young)


def test_who_is_under_18_loses_the_place_where_the_words_say_that_it_is_dangerous(
    lunch, coordinator
):
    insure(lunch.team, coordinator)
    young, grown = young_and_grown(lunch)

    series_changes.change_words(lunch, DANGEROUS, by=coordinator)

    assert (young.is_active, grown.is_going) == (False, True)
    assert says_that_they_are_too_young(young)


@pytest.mark.parametrize(
    ("days", "left"),
    [
        # Two times and a day on top have been.
        ({"extra": [date(2026, 10, 24)]}, "8"),
        # Two times have been, one of which was left out.
        ({"left_out": [date(2026, 10, 21)]}, "8"),
    ],
)
def test_of_so_many_times_those_are_left_that_the_rule_has_not_had(
    lunch, coordinator, signed_in_as, time_machine, days, left
):
    ten = replace(LUNCH, rule=replace(LUNCH.rule, count=10), **days)
    activity = planning.plan_series(lunch.team, ten, by=coordinator)
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    time_machine.move_to(NOW + timedelta(days=14), tick=False)

    text = browser.get(f"/activities/{activity.id}/series").text

    assert typed(text, "count") == left


def test_a_day_on_top_in_a_week_between_shifts_none_that_follow(
    lunch, coordinator, signed_in_as, time_machine
):
    every_other = replace(LUNCH, rule=recurrence.weekly(2, every=2), extra=[date(2026, 10, 24)])
    activity = planning.plan_series(lunch.team, every_other, by=coordinator)
    days = days_of(activity)
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    time_machine.move_to(NOW + timedelta(days=7), tick=False)
    page = f"/activities/{activity.id}/series"
    shown = browser.get(page).text
    form = {
        "title": "爱心午饭", "place": "社区活动室", "risk_note": "刀具", "is_task": "no",
        "repeats": "weeks", "weekdays": "2", "starts": "10:00", "ends": "13:00",
        "ending": "open", "danger": "none", "waiting_style": "in_line", "leader": "",
        "month_day": "1", "lunar_month": "9", "lunar_day": "1", "answer_hours": "2",
        "cutoff_hours": "0", "roles-0-position": "0", "roles-0-name": "帮厨",
        "roles-0-minimum": "1", "roles-0-maximum": "5", "publish": "1",
    } | {name: typed(shown, name) for name in ("first_on", "every", "extra")}  # fmt: skip

    browser.post(page, data=form)

    assert days_of(activity)[: len(days)] == days


def typed(page: str, name: str) -> str:
    """What stands in this field of the page."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
    return re.search(r'value="([^"]*)"', field)[1]


SUNDAYS = replace(LUNCH, rule=recurrence.weekly(6, every=2), first_on=date(2026, 10, 18))


@pytest.mark.parametrize(
    ("every_other", "on_top"),
    [
        (replace(LUNCH, rule=recurrence.weekly(2, every=2)), "2026-10-24"),
        # The day behind the Sunday before is in the week between already.
        (SUNDAYS, "2026-10-24"),
        # In a week in which it takes place anyway.
        (replace(LUNCH, rule=recurrence.weekly(2, every=2)), "2026-10-30"),
    ],
)
def test_from_a_day_on_top_on_no_date_shifts_and_none_comes_twice(
    lunch, coordinator, signed_in_as, every_other, on_top
):
    day = date.fromisoformat(on_top)
    extra = [date(2026, 10, 22), day]
    activity = planning.plan_series(lunch.team, replace(every_other, extra=extra), by=coordinator)
    days = days_of(activity)
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    since = next(o for o in dates_of(activity) if o.planned_on == day)
    page = f"/activities/{activity.id}/series?since={since.id}"
    shown = browser.get(page).text

    browser.post(page, data=as_shown(shown, every_other))

    session.expire_all()
    new = since.activity
    assert new.id != activity.id
    assert days_of(activity) == [one for one in days if one < day]
    assert days_of(new)[: len(days) - len(days_of(activity))] == [d for d in days if d >= day]


OF_THE_RULE = ("first_on", "every", "extra", "left_out")


def as_shown(page: str, plan: SeriesPlan) -> dict[str, str]:
    """The form of this page, with what it says of when."""
    return {
        "title": "爱心午饭", "place": "社区活动室", "risk_note": "刀具", "is_task": "no",
        "repeats": "weeks", "weekdays": str(plan.rule.weekdays[0]), "starts": "10:00",
        "ends": "13:00", "ending": "open", "danger": "none", "waiting_style": "in_line",
        "leader": "", "month_day": "1", "lunar_month": "9", "lunar_day": "1", "answer_hours": "2",
        "cutoff_hours": "0", "roles-0-position": "0", "roles-0-name": "帮厨",
        "roles-0-minimum": "1", "roles-0-maximum": "5", "publish": "1",
    } | {name: typed(page, name) for name in OF_THE_RULE}  # fmt: skip


def test_a_plan_from_an_earlier_day_makes_no_date_twice(lunch, coordinator):
    first, second = dates_of(lunch)[:2]

    new = series_changes.change_since(second, another(first_on=first.planned_on), by=coordinator)

    assert days_of(lunch) == [first.planned_on]
    assert days_of(new)[0] == second.planned_on


def test_the_groups_hear_that_a_series_is_planned_differently(lunch, coordinator, app):
    details = groups.RobotDetails(RobotKind.WECOM, "群", "https://qyapi.weixin.qq.com/key=k")
    groups.connect(details, team=lunch.team, by=coordinator)

    series_changes.change_all(lunch, another(rule=recurrence.weekly(3)), by=coordinator)

    with app.app_context(), transaction():
        (message,) = session.scalars(select(OutboxMessage)).all()
        text = letters.write([message])[message.id].group
    assert (message.kind, message.channel) == (notices.ACTIVITY_CHANGED, Channel.GROUP)
    assert "Thu 15 Oct" in text


def test_the_groups_hear_nothing_of_a_change_that_moves_no_date(lunch, coordinator):
    details = groups.RobotDetails(RobotKind.WECOM, "群", "https://qyapi.weixin.qq.com/key=k")
    groups.connect(details, team=lunch.team, by=coordinator)

    words = replace(LUNCH.words, roles=[KEPT], bring_note="围裙")
    series_changes.change_all(lunch, another(words=words), by=coordinator)

    assert told_of_what() == {}


@pytest.mark.parametrize("scope", ["all", "since"])
def test_who_leads_a_series_by_now_is_told_whichever_dates_it_is_planned_anew_from(
    lunch, coordinator, scope
):
    leader = MembershipFactory(team=lunch.team).person
    plan = another(words=replace(LUNCH.words, roles=[KEPT], leader_id=leader.id))

    if scope == "all":
        series_changes.change_all(lunch, plan, by=coordinator)
    else:
        series_changes.change_since(dates_of(lunch)[2], plan, by=coordinator)

    assert told_of_what() == {(lead_notices.LEAD_CHANGED, leader.id): 1}


def test_another_place_to_meet_is_told_with_the_plan(lunch, coordinator):
    signup = helper_on(dates_of(lunch)[0])
    plan = another(words=replace(LUNCH.words, roles=[KEPT], meeting_point="东门口"))

    series_changes.change_all(lunch, plan, by=coordinator)

    assert told_of_what() == {(notices.ACTIVITY_CHANGED, signup.person_id): 1}


def test_the_page_says_before_who_loses_a_place_when_it_gets_dangerous(lunch, signed_in_as):
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)

    text = browser.get(f"/activities/{lunch.id}/words").text

    assert "Only where it may be dangerous from now on, who is under 18 loses the place" in text


@pytest.mark.parametrize("off", ["pause", "cancelled"])
@pytest.mark.parametrize("change", ["another day", "another place to meet"])
def test_that_a_date_is_off_is_told_though_the_series_changes_before_the_letter_goes(
    lunch, coordinator, app, off, change
):
    signup = SignupFactory(occurrence=dates_of(lunch)[1])
    date_off = signup.occurrence
    if off == "pause":
        rest = PausePlan(date_off.day, date_off.day + timedelta(days=1))
        pausing.pause(lunch, rest, by=coordinator)
    else:
        single_date.cancel(date_off, reason="停水", by=coordinator)

    plan = another(rule=recurrence.weekly(3))
    if change != "another day":
        plan = another(words=replace(LUNCH.words, roles=[KEPT], meeting_point="东门口"))
    series_changes.change_all(lunch, plan, by=coordinator)
    series_changes.change_words(lunch, replace(plan.words, meeting_point="西门口"), by=coordinator)

    kind = notices.ACTIVITY_PAUSED if off == "pause" else notices.DATE_CANCELLED
    assert letters_to_go(app) == [(kind, signup.person_id)]


def test_who_comes_to_a_date_moved_by_hand_reads_where_people_meet_by_now(lunch, coordinator):
    first = dates_of(lunch)[0]
    signup = helper_on(first)
    place = first.place
    there = DatePlan(first.day + timedelta(days=1), time(15), time(17), "小区花园")
    single_date.move(first, there, by=coordinator)
    plan = another(words=replace(LUNCH.words, roles=[KEPT], meeting_point="东门口"))

    series_changes.change_all(lunch, plan, by=coordinator)

    assert told_of_what()[notices.ACTIVITY_CHANGED, signup.person_id] == 1
    assert (first.place, place) == ("小区花园", "社区活动室")
