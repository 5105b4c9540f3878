"""The weekly message: planned once for each active member."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.notifications import GroupRobotFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities.models import OccurrenceStatus, SignupStatus
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import claiming, delivery, quiet
from volunteer.notifications.channels import KeptHere
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.quiet import Hours
from volunteer.people import deaths
from volunteer.people.models import Person, Slot
from volunteer.reminders import (
    queries,
    timing,
    week_ahead,
    weekly,
)
from volunteer.reminders.models import WeeklyRun
from volunteer.reminders.week_ahead import Week
from volunteer.teams import founding, membership
from volunteer.teams.models import MembershipStatus, Team

pytestmark = pytest.mark.usefixtures("database")

# Sunday, 18:00 in Chengdu; its week begins on Monday, 19 October.
DUE = datetime(2026, 10, 18, 10, tzinfo=UTC)
WEDNESDAY = datetime(2026, 10, 21, 2, tzinfo=UTC)


@pytest.fixture
def sunday(time_machine, database) -> Callable[..., datetime]:
    """Call it with hours=1 for an hour after the message fell due."""

    def move(**later: int) -> datetime:
        time_machine.move_to(DUE + timedelta(**later), tick=False)
        return clock.now()

    move()
    return move


def messages() -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def deliver() -> None:
    delivery.send_due(lambda _channel: KeptHere(), lease=timedelta(seconds=60), at_most=20)
    session.expire_all()


def test_every_active_member_gets_one_message(sunday):
    team = TeamFactory()
    members = [MembershipFactory(team=team).person for _number in range(3)]

    assert weekly.plan_due(clock.now()) == 3

    assert {m.person for m in messages()} == set(members)
    assert {(m.due_at, m.expires_at) for m in messages()} == {(DUE, DUE + timedelta(hours=36))}


def test_nothing_is_planned_a_second_before_it_is_due(sunday):
    member = MembershipFactory()
    founding.set_reminder(member.team, at=time(18, 1), by=member.person)

    assert weekly.plan_due(sunday(seconds=59)) == 0
    assert weekly.plan_due(sunday(seconds=60)) == 1


def test_six_o_clock_is_that_of_the_teams_zone_in_summer_and_in_winter(sunday, time_machine):
    MembershipFactory(team__zone="Europe/London", joined_at=DUE)

    planned = []
    for moment in ("18T16:59Z", "18T17:00Z", "25T17:59Z", "25T18:00Z"):
        time_machine.move_to(f"2026-10-{moment}", tick=False)
        planned.append(weekly.plan_due(clock.now()))

    assert planned == [0, 1, 0, 1]


def test_planning_again_plans_nothing_twice(sunday):
    MembershipFactory()

    planned = [weekly.plan_due(sunday(seconds=later)) for later in (0, 30, 3600)]

    assert (planned, len(messages())) == ([1, 0, 0], 1)


def test_many_teams_and_members_need_no_more_statements_than_one_of_each(sunday, count_queries):
    def statements() -> int:
        with count_queries() as sent:
            assert weekly.plan_due(clock.now()) > 0
        return len(sent)

    MembershipFactory()
    few = statements()
    for _number in range(5):
        team = TeamFactory()
        for _member in range(4):
            MembershipFactory(team=team)

    assert statements() == few <= 6


def test_teams_with_clocks_of_their_own_are_planned_each_in_its_time(sunday, time_machine):
    early, late = TeamFactory(), TeamFactory(reminder_time=time(20, 0))
    nowhere = TeamFactory(zone="Europe/London")
    for team in (early, late, nowhere):
        MembershipFactory(team=team)

    planned = []
    for hours in (0, 2, 7):
        time_machine.move_to(DUE + timedelta(hours=hours), tick=False)
        weekly.plan_due(clock.now())
        planned.append([m.team_id for m in messages() if m.due_at == clock.now()])

    assert planned == [[early.id], [late.id], [nowhere.id]]


def test_a_second_planner_that_knew_nothing_of_the_first_plans_nothing_twice(sunday):
    member = MembershipFactory()

    planned = [weekly.plan(member.team, DUE) for _planner in range(2)]

    assert (planned, len(messages()), session.query(WeeklyRun).count()) == ([1, 0], 1, 1)


def test_a_clock_that_stood_still_catches_up(app, sunday):
    MembershipFactory()

    sunday(hours=35)
    weekly.plan_due(clock.now())
    with app.app_context():
        deliver()

    assert [m.status for m in messages()] == [MessageStatus.SENT]


def test_what_comes_too_late_to_be_of_use_is_marked_and_not_sent(app, sunday):
    team_id = MembershipFactory().team_id

    sunday(hours=37)
    weekly.plan_due(clock.now())
    with app.app_context():
        deliver()

    assert [m.status for m in messages()] == [MessageStatus.EXPIRED]
    run = queries.find_last_run(session.get_one(Team, team_id))
    assert (run.expected, sum(queries.count_of_run(run).values())) == (1, 1)


def test_the_books_add_up_whatever_became_of_the_messages(app, sunday):
    team = TeamFactory()
    team_id = team.id
    gone, _here = (MembershipFactory(team=team) for _number in range(2))
    MembershipFactory(team=team, person__email=None)

    weekly.plan_due(clock.now())
    membership.leave(gone, by=gone.person)
    with app.app_context():
        deliver()

    run = queries.find_last_run(session.get_one(Team, team_id))
    counts = queries.count_of_run(run)
    assert {status: count for status, count in counts.items() if count} == {
        MessageStatus.SENT: 1,
        MessageStatus.DROPPED: 1,
        MessageStatus.WAITING: 1,
    }
    assert sum(counts.values()) == run.expected == 3


@pytest.mark.parametrize(
    "status", [s for s in MembershipStatus if s is not MembershipStatus.ACTIVE]
)
def test_only_who_is_in_the_team_and_not_pausing_gets_it(sunday, status):
    MembershipFactory(status=status)

    assert weekly.plan_due(clock.now()) == 0


def test_who_joined_after_it_fell_due_gets_none_this_week(sunday):
    MembershipFactory(joined_at=DUE + timedelta(minutes=1))
    in_time = MembershipFactory(joined_at=DUE)

    weekly.plan_due(sunday(minutes=5))

    assert [m.person_id for m in messages()] == [in_time.person_id]


def test_who_is_in_two_teams_gets_a_message_from_each(sunday):
    person = MembershipFactory(person=MembershipFactory().person).person

    weekly.plan_due(clock.now())

    assert [m.person_id for m in messages()] == [person.id] * 2


def test_who_has_no_mailbox_is_called(sunday):
    MembershipFactory(person__email=None)

    weekly.plan_due(clock.now())

    assert [m.channel for m in messages()] == [Channel.CALL]


def test_another_time_does_not_send_again_what_has_been_sent(sunday):
    member = MembershipFactory()
    weekly.plan_due(clock.now())

    founding.set_reminder(member.team, at=time(19), by=member.person)

    assert weekly.plan_due(sunday(hours=2)) == 0


def test_a_time_that_is_over_for_this_week_begins_next_week(sunday):
    member = MembershipFactory()
    founding.set_reminder(member.team, at=time(17), by=member.person)

    assert weekly.plan_due(clock.now()) == 0
    assert weekly.plan_due(sunday(days=7)) == 1


def test_a_new_team_gets_no_message_about_a_week_that_began_before_it(sunday):
    MembershipFactory(team__reminder_set_at=DUE + timedelta(minutes=1))

    assert weekly.plan_due(sunday(minutes=5)) == 0


def week_of(person: Person, team: Team) -> Week:
    first = timing.first_day(team, DUE)
    part = week_ahead.Part(team, first, [person])
    (weeks,) = week_ahead.weeks_of([part], week_ahead.active_in([part]))
    return weeks[person.id]


def date_on(team: Team, starts_at: datetime = WEDNESDAY, **values: object):
    return OccurrenceFactory(activity__team=team, starts_at=starts_at, **values)


def test_a_week_holds_the_members_own_dates_of_seven_days(sunday):
    team = TeamFactory()
    person = MembershipFactory(team=team).person
    monday, next_monday = DUE + timedelta(hours=6), DUE + timedelta(days=7, hours=6)
    inside = [
        SignupFactory(occurrence=date_on(team, at), person=person)
        for at in (monday, next_monday - timedelta(hours=1))
    ]
    for at in (monday - timedelta(hours=1), next_monday):
        SignupFactory(occurrence=date_on(team, at), person=person)

    assert week_of(person, team).own == inside


def test_a_place_in_the_queue_belongs_to_the_week_a_place_given_back_does_not(sunday):
    waiting = SignupFactory(occurrence__starts_at=WEDNESDAY, status=SignupStatus.WAITING)
    team = waiting.occurrence.team
    withdrawn = SignupFactory(
        occurrence=date_on(team, WEDNESDAY + timedelta(days=1)),
        person=waiting.person,
        status=SignupStatus.WITHDRAWN,
    )

    assert week_of(waiting.person, team).own == [waiting]
    assert withdrawn.person == waiting.person


def test_cancelled_dates_are_neither_own_nor_open_nor_short(sunday):
    coordinator = CoordinatorFactory()
    occurrence = date_on(coordinator.team, status=OccurrenceStatus.CANCELLED)
    SignupFactory(occurrence=occurrence, person=coordinator.person)

    week = week_of(coordinator.person, coordinator.team)

    assert (week.own, week.open, week.short) == ([], [], [])


def test_open_places_are_those_that_suit(sunday):
    team = TeamFactory()
    person = MembershipFactory(team=team, person__free_slots=[Slot.WED_AM]).person
    wednesday, _thursday = date_on(team), date_on(team, WEDNESDAY + timedelta(days=1))

    assert [open_.occurrence for open_ in week_of(person, team).open] == [wednesday]


def test_nothing_is_offered_on_top_of_a_place_with_another_team(sunday):
    elsewhere = SignupFactory(occurrence__starts_at=WEDNESDAY)
    team = MembershipFactory(person=elsewhere.person).team
    date_on(team)

    assert week_of(elsewhere.person, team).open == []


def test_coordinators_are_told_which_dates_are_short_and_members_are_not(sunday):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    short = date_on(team, roles=[("帮厨", 2, 5)])
    date_on(team, WEDNESDAY + timedelta(days=1), roles=[("帮厨", 0, 5)])
    member = MembershipFactory(team=team).person

    assert week_of(coordinator.person, team).short == [short]
    assert week_of(member, team).short == []


def test_a_message_that_comes_late_speaks_only_of_what_is_still_to_come(sunday):
    team = TeamFactory()
    person = MembershipFactory(team=team).person
    monday = SignupFactory(occurrence=date_on(team, DUE + timedelta(hours=16)), person=person)
    wednesday = SignupFactory(occurrence=date_on(team), person=person)

    assert week_of(person, team).own == [monday, wednesday]
    sunday(hours=20)
    assert week_of(person, team).own == [wednesday]


def test_fifty_letters_need_no_more_questions_than_five(app, sunday, count_queries):
    def questions(members: int) -> int:
        team = TeamFactory()
        CoordinatorFactory(team=team)
        activity = ActivityFactory(team=team)
        for day in range(5):
            SignupFactory(
                occurrence=OccurrenceFactory(
                    activity=activity, starts_at=WEDNESDAY + timedelta(days=day)
                )
            )
        for _number in range(members):
            MembershipFactory(team=team)
        weekly.plan(team, DUE)
        token = f"reads {members}"
        mine = claiming.claim(token, Channel.EMAIL, lease=timedelta(minutes=1), at_most=100)
        with app.app_context(), transaction(), count_queries() as sent:
            letters = week_ahead.write(claiming.load(mine, token))
        assert len(letters) == len(mine) > members
        return len(sent)

    assert questions(50) <= questions(5) <= 18


def test_a_person_reads_of_their_team_even_when_they_are_not_asked_for(sunday):
    stranger = PersonFactory()
    team = MembershipFactory().team

    assert week_ahead.compose(team, [stranger], timing.first_day(team, DUE), doors={}) == {}


def at_home(day: int, hour: int) -> datetime:
    return datetime(2026, 10, day, hour, tzinfo=UTC) - timedelta(hours=8)


def test_a_group_hears_of_the_week_though_its_coordinator_wants_no_overview(time_machine):
    time_machine.move_to(DUE, tick=False)
    coordinator = CoordinatorFactory(person__wants_week=False)
    GroupRobotFactory(team_id=coordinator.team_id, made_by=coordinator.person)

    weekly.plan(coordinator.team, DUE)

    (said,) = session.query(OutboxMessage).filter_by(channel=Channel.GROUP)
    assert said.status is MessageStatus.WAITING


def test_a_weekly_message_that_is_caught_up_at_night_waits_for_the_morning(time_machine):
    quiet.use(Hours(time(21), time(8)))
    time_machine.move_to(at_home(19, 2), tick=False)
    member = MembershipFactory(
        team__reminder_set_at=DUE - timedelta(days=30), joined_at=DUE - timedelta(days=30)
    )
    assert timing.last_due(member.team, clock.now()) == DUE

    weekly.plan_due(clock.now())

    (message,) = session.query(OutboxMessage)
    assert (message.due_at, message.next_try_at) == (DUE, at_home(19, 8))


def test_a_group_hears_of_the_week_though_the_coordinator_in_whose_name_it_waits_has_left(sunday):
    first = CoordinatorFactory()
    CoordinatorFactory(team=first.team)
    GroupRobotFactory(team_id=first.team_id, made_by=first.person)
    weekly.plan(first.team, DUE)

    membership.leave(first, by=first.person)
    deliver()

    (said,) = session.query(OutboxMessage).filter_by(channel=Channel.GROUP)
    assert said.status is MessageStatus.SENT


def test_a_group_hears_what_waits_though_who_connected_its_robot_has_died(sunday):
    first = CoordinatorFactory()
    CoordinatorFactory(team=first.team)
    GroupRobotFactory(team_id=first.team_id, made_by=first.person)
    weekly.plan(first.team, DUE)

    deaths.note(first.person, by=PersonFactory())
    deliver()

    statuses = {m.channel: m.status for m in messages() if m.person_id == first.person_id}
    assert statuses == {
        Channel.GROUP: MessageStatus.SENT,
        Channel.EMAIL: MessageStatus.DROPPED,
    }
