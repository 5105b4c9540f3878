"""Dates of a day, or of a place, that are called off together, and taken back together."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory, member_of
from tests.factories.meals import BookingFactory, MealFactory, MealPlanFactory
from tests.factories.notifications import GroupRobotFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told, told_of_what
from volunteer.activities import (
    days_off,
    days_off_queries,
    notices,
    pausing,
    planning,
    signups,
    single_date,
)
from volunteer.activities.days_off import DaysPlan, Which
from volunteer.activities.errors import CalendarChanged, DaysOver, NothingChosen
from volunteer.activities.models import HolidayAnswer, SignupStatus
from volunteer.activities.pausing import PausePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import letters, quiet
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.notifications.quiet import Hours
from volunteer.people.models import ToldBy

pytestmark = pytest.mark.usefixtures("database", "on_monday")

WEDNESDAY = date(2026, 10, 14)
RAIN = DaysPlan(WEDNESDAY, WEDNESDAY, "下大雨")
AT_TEN = datetime(2026, 10, 14, 2, tzinfo=UTC)


@pytest.fixture
def team(coordinator):
    return CoordinatorFactory().team


def date_of(team, title, *, at=AT_TEN, **about):
    activity = ActivityFactory(team=team, title=title, **about)
    return OccurrenceFactory(activity=activity, starts_at=at)


@pytest.fixture
def lunch(team):
    return date_of(team, "爱心午饭")


@pytest.fixture
def haircuts(team):
    return date_of(
        team, "义务理发", at=AT_TEN + timedelta(hours=5), place="小花园", is_outdoors=True
    )


def call_off(team, plan, *dates, by, **how):
    return days_off.call_off(team, plan, {one.id for one in dates}, by=by, **how)


def titles(team, plan):
    return [occurrence.title for occurrence in days_off.foresee(team, plan)]


def letters_of(app, kind):
    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).filter_by(kind=kind).all()
        written = letters.write(messages)
    return {m.person_id: written[m.id].text for m in messages if m.id in written}


def group_words(app):
    """What the newest message to a group says."""
    with app.app_context(), transaction(), letters.carried_by(Channel.GROUP):
        found = session.query(OutboxMessage).filter_by(channel=Channel.GROUP)
        message = found.order_by(OutboxMessage.id.desc()).first()
        return letters.write([message])[message.id].group


# --- which dates --------------------------------------------------------------------------------


def test_a_day_has_all_dates_of_the_team_or_only_those_outdoors_or_at_a_place(
    team, lunch, haircuts
):
    date_of(team, "第二天", at=AT_TEN + timedelta(days=1))
    date_of(CoordinatorFactory().team, "别队的")
    outdoors = DaysPlan(WEDNESDAY, WEDNESDAY, "热", Which.OUTDOORS)
    there = DaysPlan(WEDNESDAY, WEDNESDAY, "修", Which.PLACE, "社区活动室")

    assert titles(team, RAIN) == ["爱心午饭", "义务理发"]
    assert titles(team, outdoors) == ["义务理发"]
    assert titles(team, there) == ["爱心午饭"]
    two_days = DaysPlan(WEDNESDAY, WEDNESDAY + timedelta(days=1), "雨")
    assert titles(team, two_days) == ["爱心午饭", "义务理发", "第二天"]


def test_what_is_cancelled_or_has_begun_is_not_among_them(
    team, lunch, haircuts, coordinator, time_machine
):
    late = date_of(team, "晚上", at=AT_TEN + timedelta(hours=9))
    single_date.cancel(haircuts, reason="", by=coordinator)
    time_machine.move_to(AT_TEN, tick=False)

    assert days_off.foresee(team, RAIN) == [late]


def test_places_to_choose_from_are_the_teams_own_once_each_by_name(
    team, lunch, haircuts, coordinator, time_machine
):
    night = AT_TEN + timedelta(hours=9)
    date_of(team, "又一次", at=night)
    date_of(team, "早上", at=AT_TEN - timedelta(hours=1), place="门口")
    date_of(CoordinatorFactory().team, "别队的", place="别处")
    cancelled = date_of(team, "停了", place="停了")
    single_date.cancel(cancelled, reason="", by=coordinator)
    time_machine.move_to(AT_TEN - timedelta(hours=1), tick=False)

    places = days_off_queries.list_places(team, after=clock.now())

    assert places == sorted(["小花园", "社区活动室"])


# --- calling off --------------------------------------------------------------------------------


def test_everybody_concerned_gets_one_message_for_all_their_dates(
    team, lunch, haircuts, coordinator, app
):
    person = member_of(lunch, name="王秀英")
    SignupFactory(occurrence=lunch, person=person)
    SignupFactory(occurrence=haircuts, person=person)
    waits = SignupFactory(occurrence=haircuts, status=SignupStatus.WAITING).person

    call_off(team, RAIN, lunch, haircuts, by=coordinator)

    assert lunch.is_cancelled
    assert haircuts.is_cancelled
    assert (lunch.change_note, lunch.revision) == ("下大雨", 1)
    kind = notices.DATES_CALLED_OFF
    assert told_of_what() == {(kind, person.id): 1, (kind, waits.id): 1}
    written = letters_of(app, kind)
    assert all(words in written[person.id] for words in ("爱心午饭", "义务理发", "下大雨"))
    assert "爱心午饭" not in written[waits.id]


def test_a_date_that_is_left_out_takes_place_and_its_people_hear_nothing(
    team, lunch, haircuts, coordinator
):
    signup = SignupFactory(occurrence=haircuts)
    SignupFactory(occurrence=lunch)

    call_off(team, RAIN, lunch, by=coordinator)

    assert not haircuts.is_cancelled
    assert signup.person_id not in told(notices.DATES_CALLED_OFF)


def test_a_group_of_the_team_reads_all_of_it_in_one_message(
    team, lunch, haircuts, coordinator, app
):
    GroupRobotFactory(team_id=team.id, made_by=coordinator)

    together = call_off(team, RAIN, lunch, haircuts, by=coordinator)
    called_off = group_words(app)
    days_off.take_back(together, by=coordinator)

    assert all(words in called_off for words in ("爱心午饭", "义务理发", "下大雨"))
    assert "义务理发" in group_words(app)


def test_who_leads_is_told_and_who_has_no_mailbox_stands_on_the_call_list(
    team, lunch, haircuts, coordinator
):
    leader = MembershipFactory(team=team).person
    haircuts.activity.leader = leader
    by_phone = SignupFactory(
        occurrence=lunch, person=member_of(lunch, email=None, told_by=ToldBy.CALL)
    ).person
    outlook = days_off.look_ahead(days_off.foresee(team, RAIN))

    call_off(team, RAIN, lunch, haircuts, by=coordinator)

    assert set(outlook.told) == {leader, by_phone}
    assert outlook.called == [by_phone]
    ways = {m.person_id: m.channel for m in session.query(OutboxMessage)}
    assert ways[by_phone.id] is Channel.CALL
    assert ways[leader.id] is not Channel.CALL


def test_who_has_booked_a_lunch_on_it_is_told_as_of_any_cancelled_lunch(team, coordinator):
    meal = MealFactory(plan=MealPlanFactory(activity__team=team))
    booking = BookingFactory(meal=meal, portions=3)
    occurrence = meal.occurrence
    plan = DaysPlan(occurrence.day, occurrence.day, "停电")

    outlook = days_off.look_ahead(days_off.foresee(team, plan))
    call_off(team, plan, occurrence, by=coordinator)

    assert outlook.portions == {occurrence.id: 3}
    assert told("meal_changed") == [booking.diner.person_id]


def test_a_date_on_a_holiday_is_not_asked_about_any_more(team, coordinator, unknown_years):
    new_year = date_of(team, "元旦", at=datetime(2027, 1, 1, 2, tzinfo=UTC))
    before, after = (
        date_of(team, "别的", at=AT_TEN.replace(year=2027, month=1) + timedelta(days=n - 14))
        for n in (-1, 9)
    )
    first, last = before.day, after.day

    call_off(team, DaysPlan(first, last, "雪"), before, new_year, after, by=coordinator)

    assert new_year.holiday_answer is HolidayAnswer.CANCELLED
    assert before.holiday_answer is after.holiday_answer is None


def test_sent_twice_from_one_page_it_is_done_once(team, lunch, coordinator):
    SignupFactory(occurrence=lunch)
    seen = days_off.mark([lunch])

    first, second = (
        call_off(team, RAIN, lunch, by=coordinator, seen=seen, form_key="a-page") for _ in range(2)
    )

    assert first is second
    assert len(told(notices.DATES_CALLED_OFF)) == 1


def test_by_another_form_or_by_none_it_is_another_matter(team, lunch, haircuts, coordinator):
    more = [date_of(team, "晚上", at=AT_TEN + timedelta(hours=hours)) for hours in (8, 9)]
    dates, forms = [lunch, haircuts, *more], ["a-page", "another", None, None]
    made = [
        call_off(team, RAIN, date, by=coordinator, form_key=form)
        for date, form in zip(dates, forms, strict=True)
    ]

    assert [date.days_off_id for date in dates] == [one.id for one in made]
    assert [days_off_queries.get_days_off(one.id) for one in made] == made
    assert list(days_off_queries.list_open(team, WEDNESDAY)) == made[::-1]


def test_a_message_is_of_use_until_a_while_after_the_last_of_its_dates(
    team, lunch, haircuts, coordinator
):
    person = SignupFactory(occurrence=lunch).person
    SignupFactory(occurrence=haircuts, person=person)
    GroupRobotFactory(team_id=team.id, made_by=coordinator)

    call_off(team, RAIN, lunch, haircuts, by=coordinator)

    assert [message.expires_at for message in session.query(OutboxMessage)] == [
        haircuts.starts_at + notices.STILL_WORTH_TELLING
    ] * 2


def test_who_would_set_out_before_the_quiet_hours_end_hears_of_all_of_it_at_night(
    team, coordinator, time_machine
):
    """So does the group, and by the first of their dates."""
    ten_at_night = AT_TEN - timedelta(hours=12)
    early, late = (date_of(team, "早饭", at=AT_TEN + timedelta(hours=h)) for h in (-3, 5))
    person = SignupFactory(occurrence=late).person
    SignupFactory(occurrence=early, person=person)
    GroupRobotFactory(team_id=team.id, made_by=coordinator)
    time_machine.move_to(ten_at_night, tick=False)
    quiet.use(Hours(time(21), time(8)))

    call_off(team, RAIN, early, late, by=coordinator)

    assert [message.next_try_at for message in session.query(OutboxMessage)] == [ten_at_night] * 2


def test_a_letter_names_the_dates_soonest_first(team, coordinator, app):
    late, early = (date_of(team, name, at=AT_TEN + timedelta(hours=h))
                   for name, h in (("晚上", 9), ("早上", -1)))  # fmt: skip
    person = SignupFactory(occurrence=late).person
    SignupFactory(occurrence=early, person=person)

    call_off(team, RAIN, late, early, by=coordinator)
    message = session.query(OutboxMessage).one()
    message.about = {**message.about, "occurrence_ids": [late.id, early.id]}
    session.commit()

    text = letters_of(app, notices.DATES_CALLED_OFF)[person.id]
    assert text.index("早上") < text.index("晚上")


def test_without_a_date_or_when_one_was_moved_meanwhile_nothing_is_called_off(
    team, lunch, haircuts, coordinator
):
    seen = days_off.mark(days_off.foresee(team, RAIN))
    elsewhere = single_date.DatePlan(
        lunch.day + timedelta(days=1), lunch.wall_starts.time(), lunch.wall_ends.time(), lunch.place
    )
    single_date.move(lunch, elsewhere, by=coordinator)

    with pytest.raises(CalendarChanged):
        call_off(team, RAIN, lunch, haircuts, by=coordinator, seen=seen)
    with pytest.raises(NothingChosen):
        call_off(team, RAIN, lunch, by=coordinator)
    assert not haircuts.is_cancelled


def test_the_trail_says_who_called_off_and_took_back(team, lunch, haircuts, coordinator):
    together = call_off(team, RAIN, lunch, haircuts, by=coordinator)
    days_off.take_back(together, by=coordinator)

    rows = session.query(AuditEntry).filter(AuditEntry.action.startswith("days."))
    said = {row.action: (row.by_id, row.team_id, row.details) for row in rows}
    days = {"first": "2026-10-14", "last": "2026-10-14", "dates": 2}
    assert said == {
        "days.called_off": (coordinator.id, team.id, days),
        "days.taken_back": (coordinator.id, team.id, days),
    }


def test_a_whole_day_costs_as_many_questions_for_ten_dates_as_for_two(
    team, coordinator, count_queries
):
    def cost(day, count):
        dates = [date_of(team, f"第{n}场", at=AT_TEN + day) for n in range(count)]
        plan = DaysPlan(dates[0].day, dates[0].day, "雨")
        for one in dates:
            SignupFactory(occurrence=one)
        session.expire_all()
        with count_queries() as sent:
            found = days_off.foresee(team, plan)
            days_off.look_ahead(found)
        return len(sent)

    assert cost(timedelta(days=10), 10) == cost(timedelta(days=3), 2)


# --- taking back --------------------------------------------------------------------------------


def test_each_date_that_is_taken_back_costs_few_questions_more(coordinator, count_queries):
    def cost(count):
        here = CoordinatorFactory().team
        series = ActivityFactory(team=here)
        moments = [AT_TEN + timedelta(hours=3) * n for n in range(count)]
        dates = [
            OccurrenceFactory(activity=series, starts_at=at, planned_on=WEDNESDAY + timedelta(n))
            for n, at in enumerate(moments)
        ]
        for one in dates:
            SignupFactory(occurrence=one)
        plan = DaysPlan(WEDNESDAY, WEDNESDAY + timedelta(days=6), "雨")
        together = call_off(here, plan, *dates, by=coordinator)
        with count_queries() as sent:
            days_off.take_back(together, by=coordinator)
        return len(sent)

    # A line in the trail and the date itself.
    assert cost(10) - cost(2) <= 8 * 2


def test_taken_back_its_dates_take_place_with_their_people_who_read_one_message(
    team, lunch, haircuts, coordinator, app
):
    person = member_of(lunch)
    both = [SignupFactory(occurrence=one, person=person) for one in (lunch, haircuts)]
    together = call_off(team, RAIN, lunch, haircuts, by=coordinator)

    back = days_off.take_back(together, by=coordinator)

    assert [one.title for one in back.again] == ["爱心午饭", "义务理发"]
    assert (back.left, back.are_elsewhere) == ([], [])
    assert all(signup.is_going for signup in both)
    assert not lunch.is_cancelled
    assert told(notices.DATES_BACK_ON) == [person.id]
    assert "义务理发" in letters_of(app, notices.DATES_BACK_ON)[person.id]
    assert letters_of(app, notices.DATES_CALLED_OFF) == {}


def test_what_had_been_cancelled_before_stays_so_and_what_was_restored_since_is_left_alone(
    team, lunch, haircuts, coordinator
):
    before = date_of(team, "早就停了")
    single_date.cancel(before, reason="", by=coordinator)
    together = call_off(team, RAIN, lunch, haircuts, by=coordinator)
    single_date.restore(haircuts, by=coordinator)

    back = days_off.take_back(together, by=coordinator)

    assert back.again == [lunch]
    assert before.is_cancelled


def test_what_has_begun_or_whose_series_has_ended_stays_off_and_is_named(
    team, lunch, haircuts, coordinator, time_machine
):
    later = date_of(team, "晚上", at=AT_TEN + timedelta(hours=9))
    together = call_off(team, RAIN, lunch, haircuts, later, by=coordinator)
    planning.end(haircuts.activity, by=coordinator)
    time_machine.move_to(AT_TEN + timedelta(minutes=1), tick=False)

    back = days_off.take_back(together, by=coordinator)

    assert (back.again, back.left) == ([later], [lunch, haircuts])
    with pytest.raises(DaysOver):
        days_off.take_back(together, by=coordinator)


@pytest.mark.parametrize(("before", "after"), [(0, 7), (2, 0)])
def test_what_rests_by_now_takes_place_again_with_its_pause(
    team, lunch, haircuts, coordinator, before, after
):
    lunch.activity.ends = lunch.wall_ends.time()
    session.commit()
    together = call_off(team, RAIN, lunch, haircuts, by=coordinator)
    first, last = WEDNESDAY - timedelta(days=before), WEDNESDAY + timedelta(days=after)
    rest = pausing.pause(lunch.activity, PausePlan(first, last, "修厨房"), by=coordinator)

    back = days_off.take_back(together, by=coordinator)

    assert (back.again, back.left) == ([haircuts], [lunch])
    assert lunch.is_cancelled
    assert (lunch.pause_id, lunch.days_off_id, lunch.is_changed) == (rest.id, None, False)
    pausing.take_back(rest, by=coordinator)
    assert not lunch.is_cancelled


def test_who_has_promised_to_be_elsewhere_meanwhile_loses_the_place_and_is_named(
    team, lunch, coordinator
):
    signup = SignupFactory(occurrence=lunch)
    together = call_off(team, RAIN, lunch, by=coordinator)
    SignupFactory(occurrence=OccurrenceFactory(starts_at=AT_TEN), person=signup.person)

    back = days_off.take_back(together, by=coordinator)

    assert back.are_elsewhere == [signup.person]
    assert not signup.is_going


def test_a_place_given_back_while_it_was_off_goes_to_who_waits(team, lunch, coordinator):
    lunch.roles[0].maximum = 1
    going = SignupFactory(occurrence=lunch)
    waiting = SignupFactory(occurrence=lunch, status=SignupStatus.WAITING)
    together = call_off(team, RAIN, lunch, by=coordinator)
    signups.withdraw(going, by=going.person)

    days_off.take_back(together, by=coordinator)

    assert waiting.is_going


def test_afterwards_changes_of_the_series_reach_its_dates_again_but_not_what_was_moved_by_hand(
    team, coordinator
):
    plain, moved = (ActivityFactory(team=team) for _ in range(2))
    on_plan = OccurrenceFactory(
        activity=plain, starts_at=AT_TEN, ends_at=AT_TEN + timedelta(hours=3)
    )
    by_hand = OccurrenceFactory(activity=moved, starts_at=AT_TEN + timedelta(hours=1))
    together = call_off(team, RAIN, on_plan, by_hand, by=coordinator)

    days_off.take_back(together, by=coordinator)

    assert (on_plan.is_changed, by_hand.is_changed) == (False, True)


def test_what_can_be_taken_back_is_listed_until_its_last_day_is_over(team, lunch, coordinator):
    together = call_off(team, RAIN, lunch, by=coordinator)

    assert list(days_off_queries.list_open(team, WEDNESDAY)) == [together]
    assert list(days_off_queries.list_open(CoordinatorFactory().team, WEDNESDAY)) == []
    assert list(days_off_queries.list_open(team, WEDNESDAY + timedelta(days=1))) == []
    days_off.take_back(together, by=coordinator)
    assert list(days_off_queries.list_open(team, WEDNESDAY)) == []
