"""Taking a place on a date, and giving it back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import signups
from volunteer.activities.errors import (
    AlreadySignedUp,
    AlreadySignedUpForThem,
    AlreadyStarted,
    BusyThen,
    DateCancelled,
    NotAnActiveMember,
    NotSignedUp,
    TheyAreBusyThen,
)
from volunteer.activities.models import Occurrence, OccurrenceStatus, Signup, SignupStatus
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.people.models import Person
from volunteer.teams import membership as memberships
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


def sign_up(occurrence: Occurrence, person: Person, *, by: Person | None = None) -> Signup:
    return signups.sign_up(occurrence, occurrence.roles[0].id, person, by=by or person)


def entries(action: str) -> list[AuditEntry]:
    return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_who_signs_up_has_a_place_in_the_role_they_chose():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 5), ("送餐", 1, 2)])
    member = member_of(occurrence)

    signup = signups.sign_up(occurrence, occurrence.roles[1].id, member, by=member)

    assert (signup.status, signup.role.name) == (SignupStatus.GOING, "送餐")
    assert signup.was_entered_by_somebody_else is False


def test_a_full_role_means_the_waiting_list():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    SignupFactory(occurrence=occurrence)

    signup = sign_up(occurrence, member_of(occurrence))

    assert (signup.status, signup.place_in_queue) == (SignupStatus.WAITING, 1)


def test_signing_up_is_written_into_the_trail():
    occurrence = OccurrenceFactory()
    member = member_of(occurrence)

    signup = sign_up(occurrence, member)

    (entry,) = entries("signup.created")
    assert (entry.subject_id, entry.by_id, entry.person_id) == (signup.id, member.id, member.id)
    assert entry.team_id == occurrence.team.id


def test_a_coordinator_signs_somebody_up_and_the_record_says_who_did_it_for_whom():
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    member = member_of(occurrence)

    signup = sign_up(occurrence, member, by=coordinator)

    (entry,) = entries("signup.created")
    assert (entry.by_id, entry.person_id) == (coordinator.id, member.id)
    assert (signup.by, signup.was_entered_by_somebody_else) == (coordinator, True)


def test_a_date_that_has_begun_takes_nobody():
    occurrence = OccurrenceFactory(starts_at=clock.now() - timedelta(minutes=1))

    with pytest.raises(AlreadyStarted, match=r"This date has begun or is over\."):
        sign_up(occurrence, member_of(occurrence))

    assert session.query(Signup).count() == 0


def test_a_cancelled_date_takes_nobody():
    occurrence = OccurrenceFactory(status=OccurrenceStatus.CANCELLED)

    with pytest.raises(DateCancelled, match=r"This date was cancelled\."):
        sign_up(occurrence, member_of(occurrence))


@pytest.mark.parametrize("status", [SignupStatus.GOING, SignupStatus.WAITING])
def test_pressing_twice_does_it_once_and_both_answers_are_the_same(status):
    signup = SignupFactory(status=status)

    again = sign_up(signup.occurrence, signup.person)

    assert (again.id, again.status) == (signup.id, status)
    assert entries("signup.created") == []


def test_nobody_has_two_places_on_one_date():
    signup = SignupFactory(occurrence=OccurrenceFactory(roles=[("帮厨", 1, 5), ("送餐", 1, 2)]))
    other = signup.occurrence.roles[1]

    with pytest.raises(AlreadySignedUp, match="For other work, give that place back first"):
        signups.sign_up(signup.occurrence, other.id, signup.person, by=signup.person)


def test_a_coordinator_is_told_that_it_is_the_other_person_who_has_a_place():
    signup = SignupFactory(occurrence=OccurrenceFactory(roles=[("帮厨", 1, 5), ("送餐", 1, 2)]))
    coordinator = CoordinatorFactory(team=signup.occurrence.team).person
    other = signup.occurrence.roles[1]

    with pytest.raises(AlreadySignedUpForThem, match="This person has signed up"):
        signups.sign_up(signup.occurrence, other.id, signup.person, by=coordinator)


@pytest.mark.parametrize(
    "status",
    [status for status in MembershipStatus if status is not MembershipStatus.ACTIVE],
)
def test_only_active_members_sign_up(status):
    occurrence = OccurrenceFactory()
    person = MembershipFactory(team=occurrence.team, status=status).person

    with pytest.raises(NotAnActiveMember, match="Only members of the team can sign up"):
        sign_up(occurrence, person)


def test_a_stranger_is_not_signed_up_even_by_a_coordinator():
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person

    with pytest.raises(NotAnActiveMember):
        sign_up(occurrence, PersonFactory(), by=coordinator)


def test_a_role_of_another_date_is_not_found():
    occurrence, other = OccurrenceFactory(), OccurrenceFactory()
    member = member_of(occurrence)

    with pytest.raises(NotFound):
        signups.sign_up(occurrence, other.roles[0].id, member, by=member)


def test_who_signs_up_somebody_busy_reads_of_them_and_not_of_themselves():
    elsewhere = SignupFactory()
    occurrence = OccurrenceFactory(starts_at=elsewhere.occurrence.starts_at)
    MembershipFactory(team=occurrence.team, person=elsewhere.person)
    coordinator = CoordinatorFactory(team=occurrence.team).person

    with pytest.raises(TheyAreBusyThen, match="This person has promised to be somewhere else"):
        signups.sign_up(occurrence, occurrence.roles[0].id, elsewhere.person, by=coordinator)


def test_nobody_is_in_two_places_at_once():
    elsewhere = SignupFactory()
    half_an_hour = timedelta(minutes=30)
    occurrence = OccurrenceFactory(starts_at=elsewhere.occurrence.ends_at - half_an_hour)
    MembershipFactory(team=occurrence.team, person=elsewhere.person)

    with pytest.raises(BusyThen, match="You have promised to be somewhere else at that time"):
        sign_up(occurrence, elsewhere.person)


def test_a_date_that_begins_when_the_other_ends_is_no_clash():
    elsewhere = SignupFactory()
    occurrence = OccurrenceFactory(starts_at=elsewhere.occurrence.ends_at)
    MembershipFactory(team=occurrence.team, person=elsewhere.person)

    assert sign_up(occurrence, elsewhere.person).is_going


@pytest.mark.parametrize("status", [SignupStatus.WAITING, SignupStatus.WITHDRAWN])
def test_only_a_place_makes_busy_not_waiting_for_one(status):
    elsewhere = SignupFactory(status=status)
    occurrence = OccurrenceFactory(starts_at=elsewhere.occurrence.starts_at)
    MembershipFactory(team=occurrence.team, person=elsewhere.person)

    assert sign_up(occurrence, elsewhere.person).is_going


def test_a_cancelled_date_keeps_nobody_busy():
    elsewhere = SignupFactory(occurrence__status=OccurrenceStatus.CANCELLED)
    occurrence = OccurrenceFactory(starts_at=elsewhere.occurrence.starts_at)
    MembershipFactory(team=occurrence.team, person=elsewhere.person)

    assert sign_up(occurrence, elsewhere.person).is_going


def test_a_place_is_given_back_once():
    signup = SignupFactory()

    signups.withdraw(signup, by=signup.person)

    assert signup.status is SignupStatus.WITHDRAWN
    with pytest.raises(NotSignedUp, match=r"This place was given back already\."):
        signups.withdraw(signup, by=signup.person)


def test_no_place_is_given_back_when_the_date_is_over():
    signup = SignupFactory(occurrence__starts_at=clock.now() - timedelta(hours=3))

    with pytest.raises(AlreadyStarted):
        signups.withdraw(signup, by=signup.person)


def test_a_coordinator_gives_back_a_place_for_somebody_and_the_record_says_so():
    signup = SignupFactory()
    coordinator = CoordinatorFactory(team=signup.occurrence.team).person

    signups.withdraw(signup, by=coordinator)

    (entry,) = entries("signup.withdrawn")
    assert (entry.by_id, entry.person_id) == (coordinator.id, signup.person_id)


def test_coming_back_is_possible_and_uses_the_same_row():
    signup = SignupFactory()
    signups.withdraw(signup, by=signup.person)

    again = sign_up(signup.occurrence, signup.person)

    assert (again.id, again.status) == (signup.id, SignupStatus.GOING)


@pytest.mark.parametrize("step", [memberships.pause, memberships.leave])
def test_who_steps_back_gives_up_all_coming_places_and_others_move_up(app, step):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    membership = MembershipFactory(team=occurrence.team)
    place = SignupFactory(occurrence=occurrence, person=membership.person)
    queueing = SignupFactory(
        occurrence__activity=occurrence.activity,
        occurrence__starts_at=occurrence.starts_at + timedelta(days=7),
        person=membership.person,
        status=SignupStatus.WAITING,
    )
    next_in_line = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    step(membership, by=membership.person)

    assert [place.status, queueing.status] == [SignupStatus.WITHDRAWN] * 2
    assert next_in_line.status is SignupStatus.GOING


def test_stepping_back_leaves_places_of_before_and_of_other_teams(app):
    membership = MembershipFactory()
    past = SignupFactory(
        occurrence__activity__team=membership.team,
        occurrence__starts_at=clock.now() - timedelta(days=1),
        person=membership.person,
    )
    elsewhere = SignupFactory(person=membership.person)

    memberships.leave(membership, by=membership.person)

    assert [past.status, elsewhere.status] == [SignupStatus.GOING] * 2
