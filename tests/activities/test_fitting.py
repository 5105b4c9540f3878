"""Which open places suit a person."""

from datetime import timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.activities import fitting, signups
from volunteer.activities.fitting import OpenPlace
from volunteer.activities.models import Occurrence, OccurrenceStatus, Signup, SignupStatus
from volunteer.core import clock
from volunteer.people.models import Person, Slot

pytestmark = pytest.mark.usefixtures("database")

# A Monday, 10:00 in Chengdu: dates of the factory lie on Wednesday at the same hour.
MONDAY = "2026-10-12T02:00:00+00:00"


@pytest.fixture(autouse=True)
def monday_morning(time_machine, database):
    time_machine.move_to(MONDAY, tick=False)


def suiting(person: Person, *dates: Occurrence, own: tuple[Signup, ...] = ()) -> list[OpenPlace]:
    """What is open to this person, whose places on these dates count too."""
    places = [*own, *(s for date in dates if (s := date.signup_of(person)) and s not in own)]
    openings = fitting.openings(dates, clock.now())
    return fitting.open_places(person, openings, places, fitting.led_by(person, dates))


def date_in(days: int, **values: object) -> Occurrence:
    return OccurrenceFactory(starts_at=clock.now() + timedelta(days=days), **values)


def test_an_open_date_suits_somebody_who_said_nothing():
    occurrence = date_in(2)

    (found,) = suiting(PersonFactory(), occurrence)

    assert (found.occurrence, found.role) == (occurrence, occurrence.roles[0])


def test_only_dates_in_the_persons_free_time_suit():
    wednesday, thursday = date_in(2), date_in(3)
    free_on_thursday = PersonFactory(free_slots=[Slot.THU_AM])

    found = suiting(free_on_thursday, wednesday, thursday)

    assert [open_.occurrence for open_ in found] == [thursday]


def test_a_date_to_which_somebody_has_said_no_suits_only_others():
    occurrence = date_in(2, roles=[("帮厨", 1, 3)])
    signup = SignupFactory(occurrence=occurrence)
    signups.withdraw(signup, by=signup.person)

    found = suiting(PersonFactory(), occurrence)

    assert [open_.occurrence for open_ in found] == [occurrence]
    assert suiting(signup.person, occurrence) == []


def test_afternoon_is_not_morning():
    free_in_the_afternoon = PersonFactory(free_slots=[Slot.WED_PM])

    assert suiting(free_in_the_afternoon, date_in(2)) == []


def test_a_date_on_which_they_have_a_place_or_wait_for_one_is_not_offered():
    going = SignupFactory()
    waiting = SignupFactory(person=going.person, status=SignupStatus.WAITING)

    assert suiting(going.person, going.occurrence, waiting.occurrence) == []


def test_a_place_given_back_may_be_offered_again():
    withdrawn = SignupFactory(status=SignupStatus.WITHDRAWN)

    assert len(suiting(withdrawn.person, withdrawn.occurrence)) == 1


def test_a_date_that_overlaps_one_of_their_own_is_not_offered():
    own = SignupFactory()
    same_time, day_after = date_in(2), date_in(3)

    found = suiting(own.person, same_time, day_after, own=(own,))

    assert [open_.occurrence for open_ in found] == [day_after]


def test_a_cancelled_date_of_their_own_blocks_nothing():
    own = SignupFactory(occurrence__status=OccurrenceStatus.CANCELLED)

    assert len(suiting(own.person, date_in(2), own=(own,))) == 1


@pytest.mark.parametrize("kind", ["cancelled", "begun", "full"])
def test_a_date_that_takes_nobody_is_not_offered(kind):
    cancelled = date_in(2, status=OccurrenceStatus.CANCELLED)
    begun = date_in(0)
    full = SignupFactory(occurrence=date_in(2, roles=[("帮厨", 1, 1)])).occurrence

    offered = {"cancelled": cancelled, "begun": begun, "full": full}[kind]

    assert suiting(PersonFactory(), offered) == []


def test_of_several_roles_the_one_that_lacks_most_people_is_offered():
    occurrence = date_in(2, roles=[("帮厨", 1, 5), ("买菜", 2, 2), ("服务", 0, 9)])

    (found,) = suiting(PersonFactory(), occurrence)

    assert found.role.name == "买菜"


def test_dates_that_lack_most_people_are_chosen_and_shown_in_order_of_time():
    calm = [date_in(days, roles=[("帮厨", 0, 5)]) for days in (1, 2, 3, 4)]
    short = [date_in(days, roles=[("帮厨", 3, 5)]) for days in (5, 6)]

    found = suiting(PersonFactory(), *calm, *short)

    assert [open_.occurrence for open_ in found] == [calm[0], calm[1], short[0], short[1]]


def test_candidates_are_active_members_with_time_and_without_a_place():
    occurrence = date_in(2)
    team = occurrence.team
    SignupFactory(occurrence=occurrence)
    MembershipFactory(team=team, person__free_slots=[Slot.SUN_PM])
    MembershipFactory(team=team, status="paused")
    free = MembershipFactory(team=team).person

    assert fitting.candidates(occurrence) == [free]


def test_who_was_asked_least_lately_stands_first():
    activity = ActivityFactory()
    often, never = PersonFactory(name="安安"), PersonFactory(name="朱朱")
    for person in (often, never):
        MembershipFactory(team=activity.team, person=person)
    SignupFactory(
        occurrence=OccurrenceFactory(activity=activity, starts_at=clock.now() - timedelta(days=5)),
        person=often,
    )

    found = fitting.candidates(date_in(2, activity=activity))

    assert found == [never, often]


def test_a_date_that_one_leads_is_not_offered_nor_another_at_that_time():
    leader = PersonFactory()
    led, same_time, day_after = date_in(2, activity__leader=leader), date_in(2), date_in(3)

    found = suiting(leader, led, same_time, day_after)

    assert [open_.occurrence for open_ in found] == [day_after]


def test_who_leads_is_no_candidate_for_their_own_date():
    occurrence = date_in(2)
    occurrence.activity.leader = MembershipFactory(team=occurrence.team).person

    assert fitting.candidates(occurrence) == []


def test_what_one_leads_is_listed_unless_one_has_a_place_there():
    leader = PersonFactory()
    first = date_in(2, activity__leader=leader)
    second = date_in(9, activity=first.activity)
    SignupFactory(occurrence=second, person=leader)

    assert fitting.led_by(leader, [first, second, date_in(3)]) == [first]
