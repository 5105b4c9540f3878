"""Away for some days, for every team at once: what comes of it on the calendar."""

from datetime import date, timedelta

import pytest

from tests.activities.lunches import WEDNESDAY, later
from tests.factories.activities import SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.activities import (
    away,
    eligibility,
    extending,
    fitting,
    signups,
    single_date,
    stand_ins,
    standing,
    standing_dates,
    ties,
    week_queries,
)
from volunteer.activities.errors import (
    AwayThen,
    NotInTheSameTeam,
    TheyAreAwayThen,
    WorthASecondThought,
)
from volunteer.activities.models import Activity, OccurrenceRole, Signup, SignupStatus
from volunteer.activities.standing import StandingPlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.away import Stretch
from volunteer.people.models import AwayDays, Person
from volunteer.reminders import watch

pytestmark = pytest.mark.usefixtures("on_monday")

A_WEEK, A_DAY = timedelta(weeks=1), timedelta(days=1)
# The second and the third Wednesday lie in it.
TRIP = Stretch(WEDNESDAY + 3 * A_DAY, WEDNESDAY + 2 * A_WEEK)


def member_of(activity: Activity, **person: object) -> Person:
    return MembershipFactory(team=activity.team, person=PersonFactory(**person)).person


def date_on(activity: Activity, day: date):
    return next(o for o in activity.occurrences if o.day == day)


def days(person: Person, status: SignupStatus = SignupStatus.GOING) -> list[date]:
    """On which of the first four Wednesdays they have this; the first is 0."""
    session.expire_all()
    rows = session.query(Signup).filter_by(person_id=person.id, status=status)
    found = sorted((row.occurrence.day - WEDNESDAY).days // 7 for row in rows)
    return [week for week in found if week < 4]


def comes_every_week(activity: Activity, person: Person, **plan: object) -> Person:
    standing.begin(activity, person, StandingPlan(0, WEDNESDAY, **plan), by=person)
    return person


def stretches(person: Person) -> list[tuple[date, date]]:
    return [(one.first_on, one.last_on) for one in away.list_coming(person)]


# --- who comes every week -----------------------------------------------------------------------


def test_their_places_of_every_week_are_free_then_and_theirs_again_when_it_is_taken_back(lunch):
    person = comes_every_week(lunch, member_of(lunch))

    away.note(person, TRIP, by=person)
    while_away = days(person)
    away.take_back(person, away.list_coming(person)[0].id, by=person)

    assert while_away == [0, 3]
    assert days(person) == [0, 1, 2, 3]


def test_new_dates_in_the_stretch_are_not_theirs_and_the_page_says_why(lunch):
    person = member_of(lunch)
    away.note(person, TRIP, by=person)

    comes_every_week(lunch, person)

    assert days(person) == [0, 3]
    (place,) = lunch_places(person)
    assert [own.is_away for own in standing_dates.coming_dates(place)[:4]] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not any(own.refusal for own in standing_dates.coming_dates(place))


def lunch_places(person: Person):
    return session.query(standing.StandingPlace).filter_by(person_id=person.id).all()


def test_taken_back_twice_or_when_it_is_over_nothing_happens(lunch, time_machine):
    person = member_of(lunch)
    away.note(person, TRIP, by=person)
    (trip,) = away.list_coming(person)

    for _twice in range(2):
        away.take_back(person, trip.id, by=person)

    assert stretches(person) == []


def test_what_is_not_of_every_week_is_theirs_although_they_are_away(lunch):
    """Another work than their own, or a week that their rhythm leaves out."""
    person = comes_every_week(lunch, member_of(lunch), every_weeks=2)
    other_work = comes_every_week(lunch, member_of(lunch))
    second, third = (date_on(lunch, WEDNESDAY + week * A_WEEK) for week in (1, 2))
    signups.sign_up(second, second.roles[0].id, person, by=person)
    session.add(OccurrenceRole(occurrence=third, position=1, name="洗碗", minimum=1, maximum=2))
    session.commit()
    own = third.signup_of(other_work)
    own.role = next(role for role in third.roles if role.position == 1)
    session.commit()

    for one in (person, other_work):
        away.note(one, TRIP, by=one)

    assert days(person) == [0, 1]
    assert days(other_work) == [0, 2, 3]


def test_the_trail_says_who_has_put_them_on_their_dates_again(lunch):
    person, coordinator = member_of(lunch), member_of(lunch)
    comes_every_week(lunch, person)
    away.note(person, TRIP, by=person)

    away.take_back(person, away.list_coming(person)[0].id, by=coordinator)

    found = session.query(AuditEntry).filter_by(action="signup.made_standing")
    newest = found.order_by(AuditEntry.id.desc()).first()
    assert (newest.person_id, newest.by_id) == (person.id, coordinator.id)


def test_who_waits_moves_up_into_the_place_that_is_free_meanwhile(lunch):
    person = comes_every_week(lunch, member_of(lunch))
    comes_every_week(lunch, member_of(lunch))
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    role = second.roles[0]
    role.minimum = role.maximum = 2
    session.commit()
    waiting = SignupFactory(occurrence=second, role=role, status=SignupStatus.WAITING)

    away.note(person, TRIP, by=person)

    assert days(waiting.person) == [1]


def test_a_date_that_moves_into_the_stretch_is_given_up_like_one_that_moves_into_a_pause(lunch):
    person = comes_every_week(lunch, member_of(lunch))
    away.note(person, Stretch(WEDNESDAY + A_DAY, WEDNESDAY + A_DAY), by=person)
    first = date_on(lunch, WEDNESDAY)

    single_date.move(first, later(first), by=person)

    assert days(person) == [1, 2, 3]


@pytest.mark.parametrize("last", [WEDNESDAY, WEDNESDAY + A_DAY])
def test_who_came_to_a_date_although_away_keeps_the_place_when_it_moves_to_another_day(lunch, last):
    """They knew of it; and so who came in a pause, whether the new day lies in it or not."""
    away_then, pauses = (comes_every_week(lunch, member_of(lunch)) for _number in range(2))
    first = date_on(lunch, WEDNESDAY)
    away.note(away_then, Stretch(WEDNESDAY, last), by=away_then)
    (place,) = lunch_places(pauses)
    standing.pause(place, WEDNESDAY, last, by=pauses)
    for one in (away_then, pauses):
        signups.sign_up(first, first.roles[0].id, one, by=one)

    single_date.move(first, later(first), by=pauses)

    assert days(away_then) == days(pauses) == [0, 1, 2, 3]


def test_a_date_that_moves_out_of_the_stretch_is_theirs_when_the_clock_has_come_by(lunch):
    person = comes_every_week(lunch, member_of(lunch))
    away.note(person, Stretch(WEDNESDAY, WEDNESDAY), by=person)
    first = date_on(lunch, WEDNESDAY)

    single_date.move(first, later(first), by=person)
    extending.extend_all(clock.now())

    assert days(person) == [0, 1, 2, 3]


def test_a_date_that_moves_into_the_stretch_leaves_them_another_work_than_their_own(lunch):
    person = comes_every_week(lunch, member_of(lunch))
    first = date_on(lunch, WEDNESDAY)
    session.add(OccurrenceRole(occurrence=first, position=1, name="洗碗", minimum=1, maximum=2))
    session.commit()
    first.signup_of(person).role = next(role for role in first.roles if role.position == 1)
    session.commit()
    away.note(person, Stretch(WEDNESDAY + A_DAY, WEDNESDAY + A_DAY), by=person)

    single_date.move(first, later(first), by=person)

    assert days(person) == [0, 1, 2, 3]


# --- what was promised besides ------------------------------------------------------------------


def test_what_else_they_promised_stays_until_they_give_it_back(lunch):
    person = member_of(lunch)
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    signups.sign_up(second, second.roles[0].id, person, by=person)

    away.note(person, TRIP, by=person)

    (stretch,) = away.list_coming(person)
    (promised,) = away.list_promised(person, [stretch])[stretch.id]
    assert (promised.occurrence, days(person)) == (second, [1])


def test_signing_up_for_such_a_day_is_asked_once_and_done_when_they_are_sure(lunch):
    person, coordinator = member_of(lunch), member_of(lunch)
    away.note(person, TRIP, by=person)
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    role = second.roles[0].id

    with pytest.raises(WorthASecondThought) as own:
        signups.ask(second.id, role, person, by=person, is_sure=False)
    with pytest.raises(WorthASecondThought) as theirs:
        signups.ask(second.id, role, person, by=coordinator, is_sure=False)
    signups.sign_up(second, role, person, by=person)

    assert [type(doubt) for doubt in own.value.doubts] == [AwayThen]
    assert [type(doubt) for doubt in theirs.value.doubts] == [TheyAreAwayThen]
    assert days(person) == [1]


def test_on_the_days_around_it_nobody_asks_anything(lunch):
    person = member_of(lunch)
    away.note(person, TRIP, by=person)
    first = date_on(lunch, WEDNESDAY)

    signups.ask(first.id, first.roles[0].id, person, by=person, is_sure=False)

    assert days(person) == [0]


# --- whom nobody asks ---------------------------------------------------------------------------


def test_nobody_asks_them_to_fill_a_place_to_stand_in_or_in_the_weekly_message(lunch):
    person, other = member_of(lunch), member_of(lunch)
    away.note(person, TRIP, by=person)
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    place = SignupFactory(occurrence=second)
    facts = eligibility.look_up([second], [person, other], are_members=True)
    openings = fitting.openings([second], clock.now())

    assert person not in fitting.candidates(second, most=50)
    assert other in fitting.candidates(second, most=50)
    assert person not in watch.whom_to_ask(second, clock.now())
    assert person not in stand_ins.suitable(place, clock.now())
    assert fitting.open_places(person, openings, [], [], facts=facts) == []
    assert fitting.open_places(other, openings, [], [], facts=facts) != []


def test_their_own_first_page_offers_nothing_on_these_days(lunch):
    person = member_of(lunch)
    away.note(person, TRIP, by=person)

    week = week_queries.get_week_of(
        person, {lunch.team_id}, now=clock.now(), offers=4 * A_WEEK, own=4 * A_WEEK
    )
    found = fitting.open_places(person, fitting.openings(week.offered, clock.now()), [], [])

    assert [(open_.occurrence.day - WEDNESDAY).days // 7 for open_ in found] == [0, 3]


def test_on_a_waiting_list_they_keep_their_turn_and_the_next_moves_up(lunch):
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    role = second.roles[0]
    role.minimum = role.maximum = 1
    session.commit()
    going = SignupFactory(occurrence=second, role=role)
    person, following = member_of(lunch), member_of(lunch)
    for one in (person, following):
        signups.sign_up(second, role.id, one, by=one)
    away.note(person, TRIP, by=person)

    signups.withdraw(going, by=going.person)

    assert days(following) == [1]
    assert days(person, SignupStatus.WAITING) == [1]


def test_a_free_place_waits_for_them_to_be_here_after_all(lunch):
    second = date_on(lunch, WEDNESDAY + A_WEEK)
    role = second.roles[0]
    role.minimum = role.maximum = 1
    session.commit()
    going = SignupFactory(occurrence=second, role=role)
    person = member_of(lunch)
    signups.sign_up(second, role.id, person, by=person)
    away.note(person, TRIP, by=person)
    signups.withdraw(going, by=going.person)
    meanwhile = days(person)

    away.take_back(person, away.list_coming(person)[0].id, by=person)

    assert (meanwhile, days(person)) == ([], [1])


# --- those who live together --------------------------------------------------------------------


def test_one_press_says_it_for_the_household_and_the_remark_stays_ones_own(lunch):
    person, mate = member_of(lunch), member_of(lunch)
    ties.live_together(lunch.team, person, [mate], by=person)

    away.note(person, Stretch(TRIP.first_on, TRIP.last_on, "住院"), by=person, mates=[mate])

    assert stretches(mate) == stretches(person) == [(TRIP.first_on, TRIP.last_on)]
    assert away.list_coming(person)[0].remark == "住院"
    assert away.list_coming(mate)[0].remark is None
    assert away.list_coming(mate)[0].by == person


def test_each_of_a_household_is_away_on_the_days_of_their_own_stretch(lunch):
    person, mate = (comes_every_week(lunch, member_of(lunch)) for _number in range(2))
    ties.live_together(lunch.team, person, [mate], by=person)
    away.note(person, Stretch(TRIP.last_on, WEDNESDAY + 3 * A_WEEK), by=person)

    away.note(person, TRIP, by=person, mates=[mate])

    assert (days(person), days(mate)) == ([0], [0, 3])


def test_nobody_speaks_for_who_does_not_live_with_them(lunch):
    person, stranger = member_of(lunch), member_of(lunch)

    with pytest.raises(NotInTheSameTeam):
        away.note(person, TRIP, by=person, mates=[stranger])

    assert session.query(AwayDays).count() == 0
