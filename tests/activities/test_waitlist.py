"""Who gets a place that comes free."""

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from volunteer.activities import signups, waitlist
from volunteer.activities.models import OccurrenceStatus, SignupStatus
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


def test_withdrawing_gives_the_place_to_whoever_waited_longest():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    first = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    second = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(going, by=going.person)

    assert [first.status, second.status] == [SignupStatus.GOING, SignupStatus.WAITING]


def test_who_moves_up_is_told_once():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(going, by=going.person)
    waitlist.promote(occurrence)

    messages = session.query(OutboxMessage).all()
    assert [(m.kind, m.person_id) for m in messages] == [("place_freed", waiting.person_id)]


def test_coming_back_after_withdrawing_means_the_end_of_the_queue():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    back = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(back, by=back.person)
    signups.sign_up(occurrence, occurrence.roles[0].id, back.person, by=back.person)
    signups.withdraw(going, by=going.person)

    assert [waiting.status, back.status] == [SignupStatus.GOING, SignupStatus.WAITING]


def test_a_place_in_one_role_does_not_go_to_who_waits_for_another():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1), ("送餐", 1, 1)])
    cook = SignupFactory(occurrence=occurrence)
    SignupFactory(occurrence=occurrence, role=occurrence.roles[1])
    carrier = SignupFactory(
        occurrence=occurrence, role=occurrence.roles[1], status=SignupStatus.WAITING
    )

    signups.withdraw(cook, by=cook.person)

    assert carrier.status is SignupStatus.WAITING
    assert member_of(occurrence).id != carrier.person_id


def test_who_has_a_place_elsewhere_at_that_time_is_passed_over_and_stays_in_the_queue():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    busy = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    SignupFactory(person=busy.person)
    able = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(going, by=going.person)

    assert [busy.status, able.status] == [SignupStatus.WAITING, SignupStatus.GOING]


def test_who_only_waits_elsewhere_or_had_a_cancelled_date_moves_up():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    SignupFactory(person=waiting.person, status=SignupStatus.WAITING)
    SignupFactory(person=waiting.person, occurrence__status=OccurrenceStatus.CANCELLED)

    signups.withdraw(going, by=going.person)

    assert waiting.status is SignupStatus.GOING
