"""A date at a glance says the same as the date itself."""

from datetime import timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.activities import fitting, week_queries
from volunteer.activities.glances import Companion, Contact, Week
from volunteer.activities.models import Occurrence, OccurrenceStatus, Signup, SignupStatus
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def week_of(person: Person, *teams: int) -> Week:
    return week_queries.get_week_of(
        person, set(teams), now=clock.now(), offers=timedelta(days=14), own=timedelta(weeks=12)
    )


def crowded(places: int = 3, people: int = 6) -> Occurrence:
    """Two roles; the first is full and has a queue, and one gave the place back."""
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, places), ("送餐", 2, 4)])
    for number in range(people):
        status = SignupStatus.GOING if number < places else SignupStatus.WAITING
        SignupFactory(occurrence=occurrence, status=status)
    SignupFactory(occurrence=occurrence, status=SignupStatus.WITHDRAWN)
    SignupFactory(occurrence=occurrence, role=occurrence.roles[1])
    return occurrence


def test_a_glance_says_what_the_date_says():
    date = crowded()
    person = MembershipFactory(team=date.team).person

    (glance,) = week_of(person, date.team.id).offered

    assert glance.signup_of(person) is None
    for word in (
        "id", "title", "place", "day", "wall_starts", "wall_ends", "starts_at", "ends_at",
        "is_cancelled", "taken", "missing", "free",
    ):  # fmt: skip
        assert getattr(glance, word) == getattr(date, word), word
    assert (glance.team.id, glance.team.name) == (date.team.id, date.team.name)
    assert glance.is_open(clock.now()) == date.is_open(clock.now())
    seen = [(r.id, r.name, r.position, r.missing, r.free, r.taken) for r in glance.roles]
    assert seen == [(r.id, r.name, r.position, r.missing, r.free, len(r.going)) for r in date.roles]


def test_ones_own_places_are_seen_as_they_are():
    date = crowded()
    for signup in date.signups:
        own = week_of(signup.person, date.team.id).own

        if not signup.is_active:
            assert own == []
            continue
        (glance,) = own
        assert (glance.id, glance.role.id) == (signup.id, signup.role_id)
        assert (glance.is_going, glance.is_waiting) == (signup.is_going, signup.is_waiting)
        assert glance.occurrence.signup_of(signup.person) is glance
        if signup.is_waiting:
            assert glance.place_in_queue == signup.place_in_queue


def test_whose_place_it_is_is_nobody_elses():
    signup = SignupFactory()

    (own,) = week_of(signup.person).own

    assert own.occurrence.signup_of(PersonFactory()) is None
    assert own.occurrence.signup_of(None) is None


def test_offered_is_what_takes_place_soon_in_these_teams():
    team = TeamFactory()
    activity = ActivityFactory(team=team)

    def date_in(days: int, **more: object) -> Occurrence:
        starts_at = clock.now() + timedelta(days=days)
        return OccurrenceFactory(activity=activity, starts_at=starts_at, **more)

    later, soon = date_in(13), date_in(1)
    date_in(15)
    date_in(-1)
    date_in(3, status=OccurrenceStatus.CANCELLED)
    OccurrenceFactory()

    week = week_of(PersonFactory(), team.id)

    assert [glance.id for glance in week.offered] == [soon.id, later.id]
    assert week_of(PersonFactory()).offered == []


def test_own_places_are_seen_in_any_team_far_ahead_and_until_they_end():
    person = PersonFactory()

    def place_in(away: timedelta, **more: object) -> Signup:
        date = OccurrenceFactory(starts_at=clock.now() + away, **more)
        return SignupFactory(occurrence=date, person=person)

    place_in(timedelta(hours=-3))
    place_in(timedelta(weeks=13))
    far, running = place_in(timedelta(weeks=11)), place_in(timedelta(hours=-1))
    cancelled = place_in(timedelta(days=2), status=OccurrenceStatus.CANCELLED)

    week = week_of(person)

    assert [own.id for own in week.own] == [running.id, cancelled.id, far.id]
    assert week.own[1].occurrence.is_cancelled
    assert week.offered == []


def test_what_is_open_to_somebody_is_the_same_at_a_glance():
    dates = [crowded(), crowded(places=1, people=2)]
    teams = {date.team.id for date in dates}
    leader = PersonFactory()
    dates[0].activity.leader = leader
    session.commit()
    everybody = [leader, PersonFactory(), *(s.person for date in dates for s in date.signups)]

    for person in everybody:
        own = [s for date in dates if (s := date.signup_of(person))]
        week = week_of(person, *teams)
        led = fitting.led_by(person, week.offered)
        led_dates = fitting.led_by(person, dates)
        openings = fitting.openings(week.offered, clock.now())
        found = fitting.open_places(person, openings, week.own, led)
        openings = fitting.openings(dates, clock.now())
        expected = fitting.open_places(person, openings, own, led_dates)

        assert sorted((o.occurrence.id, o.role.id) for o in found) == sorted(
            (o.occurrence.id, o.role.id) for o in expected
        )
        assert [glance.id for glance in led] == [date.id for date in led_dates]


def test_who_meets_whom():
    date = crowded()
    date.activity.leader = PersonFactory(name="陈桂芳", phone="13900139000")
    session.commit()
    me, *others = sorted((s for s in date.signups if s.is_going), key=lambda s: (s.asked_at, s.id))
    (own,) = week_of(me.person).own

    week_queries.meet(own.occurrence, me.person)

    assert own.occurrence.activity.leader == Contact("陈桂芳", "13900139000")
    assert own.occurrence.company == [
        Companion(Contact(other.person.name), other.role.name) for other in others
    ]


def test_a_date_that_nobody_leads_and_nobody_else_comes_to():
    signup = SignupFactory()
    (own,) = week_of(signup.person).own

    week_queries.meet(own.occurrence, signup.person)

    assert own.occurrence.activity.leader is None
    assert own.occurrence.company == []
