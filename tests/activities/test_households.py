"""One press for several who live together, and who stands at the door."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import signups, ties
from volunteer.activities.attendance import walk_ins
from volunteer.activities.attendance.walk_ins import Newcomer
from volunteer.activities.errors import (
    AlreadyStarted,
    NotInTheSameTeam,
    NotOnItsDay,
    OfHousehold,
    OnTheListAlready,
    RoleIsFull,
    WorthASecondThought,
)
from volunteer.activities.models import Attendance, Signup
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import Person
from volunteer.teams import membership as memberships
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    """So that half an hour ago is the same day in Chengdu."""
    time_machine.move_to("2026-10-14T04:00:00+00:00", tick=False)


def couple(occurrence, count=2, **person):
    """Members of the team who live together."""
    people = [member_of(occurrence, **person) for _number in range(count)]
    coordinator = CoordinatorFactory(team=occurrence.team).person
    ties.live_together(occurrence.team, people[0], people[1:], by=coordinator)
    return people


def together(occurrence, people, **more):
    role = occurrence.roles[0].id
    return signups.sign_up_household(occurrence, role, people, by=people[0], **more)


def test_one_press_signs_everybody_up_each_with_a_row_of_their_own():
    occurrence = OccurrenceFactory()
    her, him = couple(occurrence)

    made = together(occurrence, [her, him])

    assert {signup.person_id for signup in made} == {her.id, him.id}
    assert all(signup.is_going and signup.by == her for signup in made)
    entries = session.query(AuditEntry).filter_by(action="signup.created").all()
    assert {(entry.by_id, entry.person_id) for entry in entries} == {
        (her.id, her.id), (her.id, him.id),
    }  # fmt: skip


def test_when_one_of_them_cannot_come_nobody_is_signed_up_and_it_says_who():
    occurrence = OccurrenceFactory()
    her, him = couple(occurrence)
    elsewhere = OccurrenceFactory(starts_at=occurrence.starts_at)
    SignupFactory(occurrence=elsewhere, person=him)

    with pytest.raises(OfHousehold, match=f"{him.name}: You have promised to be somewhere else"):
        together(occurrence, [her, him])

    assert occurrence.going == []


def test_a_child_comes_in_the_same_press_as_its_guardian():
    occurrence = OccurrenceFactory()
    grandma, child = couple(occurrence)
    child.birth_year = clock.now().year - 10
    session.commit()
    ties.set_guardian(occurrence.team, child, grandma, by=grandma)

    made = together(occurrence, [grandma, child])

    assert [signup.is_going for signup in made] == [True, True]


def test_what_is_left_goes_to_the_first_and_the_other_waits():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    her, him = couple(occurrence)

    made = together(occurrence, [her, him])

    assert sorted(signup.status for signup in made) == ["going", "waiting"]


def test_pressing_twice_signs_the_household_up_once():
    occurrence = OccurrenceFactory()
    people = couple(occurrence)

    first, second = (together(occurrence, people) for _press in range(2))

    assert {s.id for s in first} == {s.id for s in second}
    assert len(occurrence.going) == 2


def test_a_coordinator_presses_for_a_household_and_the_record_says_so():
    occurrence = OccurrenceFactory()
    her, him = couple(occurrence)
    coordinator = CoordinatorFactory(team=occurrence.team).person

    made = signups.sign_up_household(
        occurrence, occurrence.roles[0].id, [her, him], by=coordinator, whom=her
    )

    assert {signup.person_id for signup in made} == {her.id, him.id}
    assert all(signup.was_entered_by_somebody_else for signup in made)
    entries = session.query(AuditEntry).filter_by(action="signup.created").all()
    assert {(entry.by_id, entry.person_id) for entry in entries} == {
        (coordinator.id, her.id), (coordinator.id, him.id),
    }  # fmt: skip


def test_who_presses_for_others_reads_the_name_of_whoever_cannot_come():
    occurrence = OccurrenceFactory()
    her, him = couple(occurrence)
    elsewhere = OccurrenceFactory(starts_at=occurrence.starts_at)
    SignupFactory(occurrence=elsewhere, person=her)
    coordinator = CoordinatorFactory(team=occurrence.team).person

    with pytest.raises(OfHousehold, match=f"{her.name}: "):
        signups.sign_up_household(
            occurrence, occurrence.roles[0].id, [her, him], by=coordinator, whom=her
        )


def test_nobody_signs_up_a_member_who_does_not_live_with_them():
    occurrence = OccurrenceFactory()
    her, _him = couple(occurrence)

    with pytest.raises(NotInTheSameTeam):
        together(occurrence, [her, member_of(occurrence)])

    assert occurrence.going == []


def test_a_household_is_of_one_team_and_another_team_knows_nothing_of_it():
    occurrence, other = OccurrenceFactory(), OccurrenceFactory()
    her, him = couple(occurrence)

    assert [mate.id for mate in ties.list_housemates(occurrence.team, her)] == [him.id]
    assert ties.list_housemates(other.team, her) == []


def test_only_members_of_the_team_are_written_down_as_living_together():
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person

    with pytest.raises(NotInTheSameTeam):
        ties.live_together(
            occurrence.team, member_of(occurrence), [PersonFactory()], by=coordinator
        )


def test_who_pauses_is_not_written_down_as_living_with_anybody():
    occurrence = OccurrenceFactory()
    pausing, mate = member_of(occurrence), member_of(occurrence)
    by = CoordinatorFactory(team=occurrence.team).person
    memberships.pause(memberships.find(occurrence.team, pausing), by=pausing)

    with pytest.raises(NotInTheSameTeam):
        ties.live_together(occurrence.team, pausing, [mate], by=by)

    assert ties.list_housemates(occurrence.team, mate) == []


@pytest.mark.parametrize("count", [2, 3])
def test_who_leaves_the_household_is_signed_up_by_nobody(count):
    occurrence = OccurrenceFactory()
    her, *others = couple(occurrence, count)

    ties.leave(occurrence.team, her, by=her)

    assert ties.list_housemates(occurrence.team, her) == []
    left = [mate.id for mate in ties.list_housemates(occurrence.team, others[0])]
    assert left == [mate.id for mate in others[1:]]


def test_who_leaves_the_team_leaves_its_household(app):
    occurrence = OccurrenceFactory()
    her, him = couple(occurrence)

    memberships.leave(team_queries.find_membership(occurrence.team, her), by=her)

    assert ties.list_housemates(occurrence.team, him) == []


# --- who stands at the door --------------------------------------------------------------------


def going_on(**more):
    """A date that began half an hour ago."""
    return OccurrenceFactory(starts_at=clock.now() - timedelta(minutes=30), **more)


def walk_in(occurrence, who, **more):
    coordinator = CoordinatorFactory(team=occurrence.team).person
    return walk_ins.walk_in(occurrence, occurrence.roles[0].id, who, by=coordinator, **more)


def test_a_member_at_the_door_is_written_down_after_the_beginning():
    occurrence = going_on()
    member = member_of(occurrence)

    signup = walk_in(occurrence, member)

    assert (signup.is_going, signup.is_walk_in, signup.person) == (True, True, member)
    with pytest.raises(AlreadyStarted):
        signups.sign_up(occurrence, occurrence.roles[0].id, member_of(occurrence), by=member)


def test_somebody_new_is_written_down_by_name_and_is_no_member_unless_they_want_to():
    occurrence = going_on()

    guest, joiner = (
        walk_in(occurrence, Newcomer(name, joins=joins)).person
        for name, joins in (("方小雨", False), ("方大雨", True))
    )

    assert (guest.name, team_queries.find_membership(occurrence.team, guest)) == ("方小雨", None)
    assert team_queries.find_membership(occurrence.team, joiner).is_active


def test_pressing_twice_writes_somebody_new_down_once():
    occurrence = going_on()

    first, second = (
        walk_in(occurrence, Newcomer("方小雨"), form_key="one page") for _press in range(2)
    )

    assert first.id == second.id
    assert session.query(Person).filter_by(name="方小雨").count() == 1


def test_who_goes_back_and_writes_somebody_new_down_again_is_told_so():
    occurrence = going_on()
    walk_in(occurrence, Newcomer("方小雨"), form_key="first page")

    with pytest.raises(OnTheListAlready, match="方小雨"):
        walk_in(occurrence, Newcomer("方小雨"), form_key="second page")
    walk_in(occurrence, Newcomer("方小雨", phone="02800000001"), form_key="another of that name")

    assert len(occurrence.going) == 2


def test_at_a_full_door_it_is_not_asked_more_often_whether_they_are_on_the_list(count_queries):
    sent = []
    for others in (1, 5):
        occurrence = going_on()
        for number in range(others):
            walk_in(occurrence, Newcomer(f"方{'甲乙丙丁戊'[number]}"))
        session.commit()
        with count_queries() as asked, pytest.raises(OnTheListAlready):
            walk_in(occurrence, Newcomer("方甲"))
        sent.append(len(asked))

    assert sent[1] == sent[0]


@pytest.mark.parametrize(("begins", "is_here"), [(-30, True), (110, True), (130, False)])
def test_who_is_written_down_at_the_door_is_here_once_it_is_open(time_machine, begins, is_here):
    time_machine.move_to("2026-10-14T01:00Z", tick=False)
    occurrence = OccurrenceFactory(starts_at=clock.now() + timedelta(minutes=begins))
    signed_up = SignupFactory(occurrence=occurrence).person

    for who in (member_of(occurrence), Newcomer("方小雨"), signed_up):
        walk_in(occurrence, who)

    noted = session.query(Attendance).all()
    assert len(noted) == (3 if is_here else 0)
    assert all(row.has_come and row.arrived_at == clock.now() for row in noted)


def test_the_door_never_takes_more_than_there_are_places():
    occurrence = going_on(roles=[("帮厨", 1, 1)])
    walk_in(occurrence, member_of(occurrence))

    with pytest.raises(RoleIsFull):
        walk_in(occurrence, Newcomer("方小雨"))

    assert session.query(Person).filter_by(name="方小雨").count() == 0


@pytest.mark.parametrize("begins", [timedelta(days=-1), timedelta(hours=-3), timedelta(days=1)])
def test_the_door_is_open_on_the_day_until_the_end(begins):
    occurrence = OccurrenceFactory(starts_at=clock.now() + begins)

    with pytest.raises(NotOnItsDay):
        walk_in(occurrence, member_of(occurrence))

    assert session.query(Signup).count() == 0


def test_who_waits_and_stands_at_the_door_gets_a_place_that_is_free():
    occurrence = going_on()
    waiting = SignupFactory(occurrence=occurrence, status="waiting")

    walk_in(occurrence, waiting.person)

    assert waiting.is_going


def test_who_thought_it_over_signs_the_household_up_for_a_long_day():
    occurrence = OccurrenceFactory()
    her, him = couple(occurrence)
    morning = OccurrenceFactory(
        starts_at=occurrence.starts_at - timedelta(hours=6), ends_at=occurrence.starts_at
    )
    SignupFactory(occurrence=morning, person=him)

    with pytest.raises(WorthASecondThought):
        together(occurrence, [her, him], is_sure=False)
    made = together(occurrence, [her, him], is_sure=True)

    assert all(signup.is_going for signup in made)


def test_another_name_from_another_page_at_the_door_is_another_person():
    occurrence = going_on()

    people = {
        walk_in(occurrence, Newcomer(name), form_key=key).person_id
        for name, key in (("方小雨", "page 1"), ("方大雨", "page 2"))
    }

    assert len(people) == 2


def test_who_waits_and_stands_at_the_door_gets_no_place_that_somebody_has():
    occurrence = going_on(roles=[("帮厨", 1, 1)])
    SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status="waiting")

    with pytest.raises(RoleIsFull):
        walk_in(occurrence, waiting.person)


def test_all_members_of_a_team_may_live_together():
    occurrence = OccurrenceFactory()
    people = [member_of(occurrence) for _number in range(2)]

    ties.live_together(occurrence.team, people[0], people[1:], by=people[0])

    assert ties.list_housemates(occurrence.team, people[0]) == people[1:]
