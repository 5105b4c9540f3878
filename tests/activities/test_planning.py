"""What a team does every week, and its dates on the calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests.activities.lunches import NOW, WEDNESDAY, dates_of, later
from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told_of_what
from volunteer.activities import (
    extending,
    lead_notices,
    notices,
    place_notices,
    planning,
    recurrence,
    single_date,
)
from volunteer.activities.errors import (
    AlreadyEnded,
)
from volunteer.activities.models import Activity, Occurrence, SignupStatus
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.teams import membership as memberships
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database", "on_monday")

ROLES = [RolePlan("帮厨", 3, 5), RolePlan("买菜", 1, 2)]
# The same, as the form sends them back.
KEPT = [replace(role, position=position) for position, role in enumerate(ROLES)]


def words(**changed: object) -> ActivityWords:
    plain = {"title": "爱心午饭", "place": "社区活动室", "risk_note": "刀具", "roles": ROLES}
    return ActivityWords(**{**plain, **changed})


def lunch(**changed: object) -> SeriesPlan:
    plain = {
        "words": words(),
        "rule": recurrence.weekly(2),
        "starts": time(10),
        "ends": time(13),
        "first_on": WEDNESDAY,
    }
    return SeriesPlan(**{**plain, **changed})


def plan(**changed: object) -> Activity:
    membership = CoordinatorFactory()
    return planning.plan_series(membership.team, lunch(**changed), by=membership.person)


def crowd() -> tuple[Occurrence, list[Person]]:
    """A date with one going, one waiting and one who gave the place back; and whom it concerns."""
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    statuses = (SignupStatus.GOING, SignupStatus.WAITING, SignupStatus.WITHDRAWN)
    people = [SignupFactory(occurrence=occurrence, status=s).person for s in statuses]
    return occurrence, people[:2]


def test_a_new_activity_has_its_dates_of_twelve_weeks():
    activity = plan()

    days = [occurrence.planned_on for occurrence in dates_of(activity)]

    assert days == [WEDNESDAY + timedelta(weeks=n) for n in range(12)]


def test_each_date_has_the_time_the_place_and_the_roles_of_the_activity():
    occurrence = dates_of(plan())[0]

    assert occurrence.wall_starts == datetime.combine(WEDNESDAY, time(10))
    assert occurrence.starts_at == datetime(2026, 10, 14, 2, tzinfo=UTC)
    assert occurrence.ends_at == datetime(2026, 10, 14, 5, tzinfo=UTC)
    assert occurrence.place == "社区活动室"
    assert [(r.name, r.minimum, r.maximum) for r in occurrence.roles] == [
        ("帮厨", 3, 5),
        ("买菜", 1, 2),
    ]


def test_an_activity_follows_the_zone_of_its_team():
    membership = CoordinatorFactory(team__zone="Europe/London")

    activity = planning.plan_series(membership.team, lunch(), by=membership.person)

    summer, winter = dates_of(activity)[1], dates_of(activity)[2]
    assert [f"{o.starts_at:%d %H:%M}" for o in (summer, winter)] == ["21 09:00", "28 10:00"]


def test_an_activity_with_a_last_day_has_no_date_after_it():
    activity = plan(last_on=date(2026, 10, 28))

    extending.extend_all(NOW + timedelta(weeks=4))

    assert [o.planned_on.day for o in dates_of(activity)] == [14, 21, 28]


def test_making_dates_again_adds_none():
    activity = plan()
    extending.extend_all(NOW)
    numbers = [occurrence.id for occurrence in dates_of(activity)]

    added = extending.extend_all(NOW)

    assert (added, [o.id for o in dates_of(activity)]) == (0, numbers)


def test_a_planner_that_knew_nothing_of_the_other_makes_no_doubles():
    activity = plan()
    activity.planned_until = None
    session.commit()

    added = extending.extend(activity, today=NOW.date())

    assert (added, len(dates_of(activity))) == (0, 12)


def test_every_week_adds_the_date_of_one_more_week(time_machine):
    activity = plan()
    extending.extend_all(NOW)

    for week in (1, 2, 3):
        time_machine.move_to(NOW + timedelta(weeks=week), tick=False)
        assert extending.extend_all(clock.now()) == 1

    assert dates_of(activity)[-1].planned_on == WEDNESDAY + timedelta(weeks=14)


def test_moved_and_cancelled_dates_stay_so_when_dates_are_made_again(coordinator):
    activity = plan()
    moved, cancelled = dates_of(activity)[:2]
    single_date.move(moved, later(moved), by=coordinator)
    single_date.cancel(cancelled, reason="", by=coordinator)
    activity.planned_until = None
    session.commit()

    extending.extend_all(NOW)

    assert [o.planned_on for o in dates_of(activity)][:2] == [WEDNESDAY, date(2026, 10, 21)]
    assert (moved.wall_starts, moved.place) == (
        datetime.combine(date(2026, 10, 15), time(15)),
        "小区花园",
    )
    assert cancelled.is_cancelled


def test_an_activity_that_ends_cancels_its_coming_dates_and_tells_their_people(coordinator):
    activity = ActivityFactory()
    past, first, second = (
        SignupFactory(
            occurrence__activity=activity, occurrence__starts_at=NOW + timedelta(days=days)
        )
        for days in (-7, 2, 9)
    )

    assert planning.end(activity, by=coordinator) == 2

    assert [s.occurrence.is_cancelled for s in (past, first, second)] == [False, True, True]
    assert told_of_what() == {(notices.ACTIVITY_ENDED, s.person_id): 1 for s in (first, second)}


def test_people_of_a_date_that_was_cancelled_before_the_end_are_not_told_again(coordinator):
    signup = SignupFactory()
    single_date.cancel(signup.occurrence, reason="", by=coordinator)

    assert planning.end(signup.occurrence.activity, by=coordinator) == 0

    assert told_of_what() == {(notices.DATE_CANCELLED, signup.person_id): 1}


def test_an_ended_activity_gets_no_new_dates_and_cannot_end_again(coordinator, time_machine):
    activity = plan()
    planning.end(activity, by=coordinator)

    time_machine.move_to(NOW + timedelta(weeks=3), tick=False)

    assert extending.extend_all(clock.now()) == 0
    with pytest.raises(AlreadyEnded, match="has ended already"):
        planning.end(activity, by=coordinator)


def role_names(occurrence: Occurrence) -> list[tuple[str, int, int]]:
    return [(role.name, role.minimum, role.maximum) for role in occurrence.roles]


def test_new_words_reach_all_coming_dates_but_leave_a_moved_one_where_it_is(coordinator):
    activity = plan()
    first, second = dates_of(activity)[:2]
    single_date.move(second, later(second), by=coordinator)

    planning.change_words(activity, words(place="黉门街8号"), by=coordinator)

    assert [first.place, second.place] == ["黉门街8号", "小区花园"]


def test_dates_that_are_over_keep_their_place_and_roles(coordinator):
    activity = ActivityFactory()
    past = OccurrenceFactory(activity=activity, starts_at=NOW - timedelta(days=7))
    before = (past.place, role_names(past))

    planning.change_words(activity, words(place="黉门街8号"), by=coordinator)

    assert (past.place, role_names(past)) == before


def test_more_places_let_those_waiting_move_up_and_tells_them(coordinator):
    occurrence, (going, waiting) = crowd()

    planning.change_words(
        occurrence.activity, words(roles=[RolePlan("帮厨", 1, 2, position=0)]), by=coordinator
    )

    assert {s.person for s in occurrence.going} == {going, waiting}
    assert told_of_what() == {(place_notices.PLACE_FREED, waiting.id): 1}


def test_fewer_places_take_nobodys_place_away(coordinator):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 3)])
    for _person in range(3):
        SignupFactory(occurrence=occurrence)

    planning.change_words(
        occurrence.activity, words(roles=[RolePlan("帮厨", 1, 1, position=0)]), by=coordinator
    )

    assert (len(occurrence.going), occurrence.roles[0].free) == (3, 0)
    assert told_of_what() == {}


def test_a_role_that_is_new_stands_on_every_coming_date(coordinator):
    activity = plan()

    planning.change_words(activity, words(roles=[*KEPT, RolePlan("服务", 2, 3)]), by=coordinator)

    assert {role_names(o)[-1] for o in dates_of(activity)} == {("服务", 2, 3)}


def test_a_role_that_goes_is_gone_where_nobody_has_it(coordinator):
    activity = plan()

    planning.change_words(activity, words(roles=KEPT[:1]), by=coordinator)

    assert {tuple(role_names(o)) for o in dates_of(activity)} == {(("帮厨", 3, 5),)}


def test_a_role_that_goes_keeps_its_people_but_needs_and_takes_nobody_more(coordinator):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 5), ("买菜", 2, 3)])
    shopper = SignupFactory(occurrence=occurrence, role=occurrence.roles[1])

    planning.change_words(
        occurrence.activity, words(roles=[RolePlan("帮厨", 1, 5, position=0)]), by=coordinator
    )

    assert shopper.is_going
    assert (occurrence.roles[1].missing, occurrence.roles[1].free) == (0, 0)


def test_a_role_that_goes_needs_nobody_where_its_place_was_given_back(coordinator):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 5), ("买菜", 2, 3)])
    SignupFactory(occurrence=occurrence, role=occurrence.roles[1], status=SignupStatus.WITHDRAWN)

    planning.change_words(
        occurrence.activity, words(roles=[RolePlan("帮厨", 1, 5, position=0)]), by=coordinator
    )

    assert role_names(occurrence) == [("帮厨", 1, 5)]


def test_emptying_the_first_row_moves_nobody_to_other_work(coordinator):
    occurrence = OccurrenceFactory(
        activity__roles=[("帮厨", 1, 5), ("买菜", 2, 3)], roles=[("帮厨", 1, 5), ("买菜", 2, 3)]
    )
    cook = SignupFactory(occurrence=occurrence)
    shopper = SignupFactory(occurrence=occurrence, role=occurrence.roles[1])

    planning.change_words(
        occurrence.activity, words(roles=[RolePlan("买菜", 2, 3, position=1)]), by=coordinator
    )

    assert (cook.role.name, shopper.role.name) == ("帮厨", "买菜")
    assert role_names(occurrence) == [("帮厨", 0, 1), ("买菜", 2, 3)]


def test_a_first_role_that_goes_leaves_its_given_back_places_to_another(coordinator):
    occurrence = OccurrenceFactory(
        activity__roles=[("帮厨", 1, 5), ("买菜", 2, 3)], roles=[("帮厨", 1, 5), ("买菜", 2, 3)]
    )
    SignupFactory(occurrence=occurrence, status=SignupStatus.WITHDRAWN)

    planning.change_words(
        occurrence.activity, words(roles=[RolePlan("买菜", 2, 3, position=1)]), by=coordinator
    )

    assert role_names(occurrence) == [("买菜", 2, 3)]


def test_a_new_role_never_takes_over_the_people_of_one_that_went(coordinator):
    occurrence = OccurrenceFactory(
        activity__roles=[("帮厨", 1, 5), ("买菜", 2, 3)], roles=[("帮厨", 1, 5), ("买菜", 2, 3)]
    )
    shopper = SignupFactory(occurrence=occurrence, role=occurrence.roles[1])
    cooks = RolePlan("帮厨", 1, 5, position=0)
    planning.change_words(occurrence.activity, words(roles=[cooks]), by=coordinator)

    planning.change_words(
        occurrence.activity, words(roles=[cooks, RolePlan("服务", 1, 2)]), by=coordinator
    )

    assert shopper.role.name == "买菜"
    assert [name for name, _least, _most in role_names(occurrence)] == ["帮厨", "买菜", "服务"]


@pytest.mark.parametrize("position", [0, 7, -1, 10**12])
def test_a_position_that_is_taken_or_unknown_means_a_new_role(coordinator, position):
    occurrence = OccurrenceFactory()
    roles = [RolePlan("帮厨", 1, 5, position=0), RolePlan("服务", 1, 2, position=position)]

    planning.change_words(occurrence.activity, words(roles=roles), by=coordinator)

    assert [(r.position, r.name) for r in occurrence.roles] == [(0, "帮厨"), (1, "服务")]


def led(**values: object) -> tuple[Activity, Person]:
    """An activity and who leads it."""
    activity = ActivityFactory(**values)
    activity.leader = MembershipFactory(team=activity.team).person
    session.commit()
    return activity, activity.leader


def test_the_leader_hears_of_moved_cancelled_and_restored_dates(coordinator):
    activity, leader = led()
    occurrence = OccurrenceFactory(activity=activity)

    single_date.move(occurrence, later(occurrence), by=coordinator)
    single_date.cancel(occurrence, reason="", by=coordinator)
    single_date.restore(occurrence, by=coordinator)

    kinds = (notices.DATE_MOVED, notices.DATE_CANCELLED, notices.DATE_RESTORED)
    assert told_of_what() == {(kind, leader.id): 1 for kind in kinds}


def test_a_leader_who_has_a_place_too_is_told_once(coordinator):
    activity, leader = led()
    occurrence = OccurrenceFactory(activity=activity)
    SignupFactory(occurrence=occurrence, person=leader)

    single_date.cancel(occurrence, reason="", by=coordinator)

    assert told_of_what() == {(notices.DATE_CANCELLED, leader.id): 1}


def test_a_leader_who_is_not_an_active_member_is_not_told(coordinator):
    stranger, pausing = PersonFactory(), ActivityFactory()
    pausing.leader = MembershipFactory(team=pausing.team, status=MembershipStatus.PAUSED).person
    session.commit()

    for activity in (ActivityFactory(leader=stranger), pausing):
        single_date.cancel(OccurrenceFactory(activity=activity), reason="", by=coordinator)

    assert told_of_what() == {}


@pytest.mark.parametrize("step", [memberships.pause, memberships.leave])
def test_who_pauses_or_leaves_leads_nothing_in_that_team_any_more(coordinator, step):
    activity, leader = led()
    elsewhere = ActivityFactory(leader=leader)
    MembershipFactory(team=elsewhere.team, person=leader)

    step(memberships.find(activity.team, leader), by=coordinator)

    session.expire_all()
    assert (activity.leader_id, elsewhere.leader_id) == (None, leader.id)
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "activity.leader_left")
    ).one()
    assert (entry.by_id, entry.person_id, entry.subject_id) == (
        coordinator.id,
        leader.id,
        activity.id,
    )


@pytest.mark.parametrize("step", [memberships.pause, memberships.leave])
def test_coordinators_are_told_once_of_all_that_nobody_leads_any_more(app, coordinator, step):
    activity, leader = led()
    ActivityFactory(team=activity.team, leader=leader, title="理发")
    ActivityFactory(
        team=activity.team, leader=leader, title="去年的", last_on=WEDNESDAY.replace(2025)
    )
    me, other = (CoordinatorFactory(team=activity.team).person for _two in range(2))
    other.language = "en"
    session.commit()

    step(memberships.find(activity.team, leader), by=me)

    assert told_of_what() == {(lead_notices.LEAD_LEFT, other.id): 1}
    text = lead_left(app)[other.id]
    assert f"{leader.name} pauses or has left, so nobody leads this now:" in text
    assert "· 爱心午饭\n\n· 理发\n" in text
    assert "去年的" not in text


def test_of_who_led_and_is_forgotten_by_the_morning_no_name_is_said(app, coordinator):
    activity, leader = led()
    CoordinatorFactory(team=activity.team, person__language="en")
    memberships.leave(memberships.find(activity.team, leader), by=leader)
    leader.name = forgetting.NAMELESS
    session.commit()

    (text,) = lead_left(app).values()

    assert "Who led this pauses or has left, so nobody leads it now:" in text
    assert forgetting.NAMELESS not in text


def lead_left(app) -> dict[int, str]:
    with app.app_context():
        messages = session.query(OutboxMessage).filter_by(kind=lead_notices.LEAD_LEFT).all()
        found = letters.write(messages)
        return {m.person_id: found[m.id].text for m in messages if m.id in found}


def test_of_what_somebody_leads_by_now_coordinators_read_nothing(app, coordinator):
    activity, leader = led()
    CoordinatorFactory(team=activity.team)
    memberships.leave(memberships.find(activity.team, leader), by=leader)

    activity.leader = MembershipFactory(team=activity.team).person
    session.commit()

    assert lead_left(app) == {}


def test_who_leads_nothing_leaves_without_a_message_to_coordinators(coordinator):
    activity, _leader = led()
    CoordinatorFactory(team=activity.team)
    member = MembershipFactory(team=activity.team)

    memberships.leave(member, by=member.person)

    assert told_of_what() == {}


def test_who_is_to_lead_a_new_activity_is_told_but_not_who_plans_it_for_themselves():
    team = CoordinatorFactory().team
    by = CoordinatorFactory(team=team).person
    leader = MembershipFactory(team=team).person

    planning.plan_series(team, lunch(words=words(leader_id=leader.id)), by=by)
    planning.plan_series(team, lunch(words=words(leader_id=by.id)), by=by)
    planning.plan_series(team, lunch(), by=by)

    assert told_of_what() == {(lead_notices.LEAD_CHANGED, leader.id): 1}


def two_dates(activity: Activity) -> list[Occurrence]:
    return [
        OccurrenceFactory(activity=activity, starts_at=NOW + timedelta(days=days))
        for days in (2, 9)
    ]


def test_another_place_is_told_to_everybody_in_one_message_each(coordinator):
    activity, leader = led()
    first, second = two_dates(activity)
    often = SignupFactory(occurrence=first).person
    SignupFactory(occurrence=second, person=often)
    once = SignupFactory(occurrence=second).person

    planning.change_words(activity, words(place="黉门街8号", leader_id=leader.id), by=coordinator)

    assert told_of_what() == {(notices.ACTIVITY_MOVED, p.id): 1 for p in (leader, often, once)}
    about = {m.person_id: m.about["occurrence_ids"] for m in session.scalars(select(OutboxMessage))}
    assert about == {
        leader.id: [first.id, second.id],
        often.id: [first.id, second.id],
        once.id: [second.id],
    }


def test_other_words_at_the_same_place_are_told_to_nobody(coordinator):
    activity, leader = led()
    SignupFactory(occurrence=two_dates(activity)[0])

    planning.change_words(activity, words(title="团圆饭", leader_id=leader.id), by=coordinator)

    assert (activity.revision, told_of_what()) == (0, {})


def test_a_date_that_was_moved_by_hand_has_no_new_place_to_tell(coordinator):
    activity, _leader = led()
    first, second = two_dates(activity)
    signup = SignupFactory(occurrence=first)
    single_date.move(first, later(first), by=coordinator)
    other = SignupFactory(occurrence=second)

    planning.change_words(activity, words(place="黉门街8号"), by=coordinator)

    assert told_of_what()[notices.ACTIVITY_MOVED, signup.person_id] == 0
    assert told_of_what()[notices.ACTIVITY_MOVED, other.person_id] == 1


def test_another_place_to_meet_is_told_like_another_place(coordinator):
    activity, leader = led()
    first, second = two_dates(activity)
    signup = SignupFactory(occurrence=first)
    moved = SignupFactory(occurrence=second)
    single_date.move(second, later(second), by=coordinator)
    before = told_of_what()

    new = words(leader_id=leader.id, meeting_point="东门口")
    planning.change_words(activity, new, by=coordinator)
    planning.change_words(activity, new, by=coordinator)

    # Also where a date was moved by hand: they meet there by now as well.
    people = (leader, signup.person, moved.person)
    assert told_of_what() - before == {(notices.ACTIVITY_MOVED, p.id): 1 for p in people}


def test_who_leads_and_who_led_before_are_told_once(coordinator):
    activity, before = led()
    two_dates(activity)
    after = MembershipFactory(team=activity.team).person

    planning.change_words(activity, words(leader_id=after.id), by=coordinator)
    planning.change_words(activity, words(leader_id=after.id, title="团圆饭"), by=coordinator)

    assert told_of_what() == {(lead_notices.LEAD_CHANGED, p.id): 1 for p in (before, after)}


def test_who_takes_the_lead_themselves_is_not_told_nor_who_has_left_the_team(coordinator):
    activity, before = led()
    me = CoordinatorFactory(team=activity.team).person
    memberships.find(activity.team, before).status = MembershipStatus.LEFT
    session.commit()

    planning.change_words(activity, words(leader_id=me.id), by=me)

    assert told_of_what() == {}


def test_the_end_of_an_activity_is_one_message_for_each_person(coordinator):
    activity, leader = led()
    first, second = two_dates(activity)
    often = SignupFactory(occurrence=first).person
    SignupFactory(occurrence=second, person=often)

    planning.end(activity, by=coordinator)

    assert told_of_what() == {(notices.ACTIVITY_ENDED, p.id): 1 for p in (leader, often)}


def test_no_date_of_an_ended_activity_is_restored(coordinator):
    signup = SignupFactory()
    planning.end(signup.occurrence.activity, by=coordinator)

    with pytest.raises(AlreadyEnded, match="has ended already"):
        single_date.restore(signup.occurrence, by=coordinator)

    assert signup.occurrence.is_cancelled


@pytest.mark.parametrize(("starts", "first_day"), [(time(15), 19), (time(17), 12)])
def test_a_first_date_of_today_is_on_the_calendar_while_it_is_still_to_come(starts, first_day):
    activity = plan(rule=recurrence.weekly(0), first_on=NOW.date(), starts=starts, ends=time(18))

    assert dates_of(activity)[0].planned_on.day == first_day
