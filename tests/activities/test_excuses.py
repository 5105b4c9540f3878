"""Saying that one can't come: early, late, after the beginning; why; and coming after all."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import signups, stand_ins
from volunteer.activities.errors import AlreadySignedUp, BusyThen, PlaceIsTaken
from volunteer.activities.excuses import Reason
from volunteer.activities.models import Excuse, Signup, SignupStatus
from volunteer.activities.stand_in_notices import PLACE_LEFT_LATE
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


def place_in(begins: timedelta, **values: object) -> Signup:
    """A place on a date of two hours that begins in this time."""
    return SignupFactory(occurrence__starts_at=clock.now() + begins, **values)


def told_late() -> set[int]:
    return {m.person_id for m in session.query(OutboxMessage).filter_by(kind=PLACE_LEFT_LATE)}


@pytest.mark.parametrize(("hours", "is_late"), [(25, False), (24, False), (23, True), (0.1, True)])
def test_within_the_teams_notice_it_is_late(hours, is_late):
    signup = place_in(timedelta(hours=hours))

    signups.withdraw(signup, by=signup.person)

    assert (signup.is_excused, signup.is_late) == (True, is_late)


def test_each_team_says_how_much_notice_it_needs():
    signup = place_in(timedelta(hours=30), occurrence__activity__team__notice_hours=48)

    signups.withdraw(signup, by=signup.person)

    assert signup.is_late


def test_after_the_beginning_it_is_neither_late_nor_silent():
    signup = place_in(-timedelta(minutes=30))

    signups.withdraw(signup, by=signup.person, reason=Reason(Excuse.ILLNESS))

    assert signup.status is SignupStatus.WITHDRAWN
    assert (signup.is_late, signup.was_excused_after_the_start) == (False, True)


def test_who_waited_is_never_late():
    occurrence = OccurrenceFactory(
        starts_at=clock.now() + timedelta(hours=3), roles=[("帮厨", 1, 1)]
    )
    SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(waiting, by=waiting.person)

    assert waiting.is_late is False
    assert told_late() == set()


def test_the_reason_is_kept_and_the_words_are_sealed_and_in_no_trail():
    signup = place_in(timedelta(days=2))

    signups.withdraw(signup, by=signup.person, reason=Reason(Excuse.ILLNESS, "膝盖痛"))

    session.expire_all()
    assert (signup.excuse, signup.excuse_note) == (Excuse.ILLNESS, "膝盖痛")
    stored = session.connection().exec_driver_sql("SELECT excuse_note FROM signups").scalar()
    assert "膝盖" not in stored
    assert "膝盖" not in str([entry.details for entry in session.query(AuditEntry)])


def test_coordinators_and_who_leads_are_told_of_a_late_one_at_once_but_not_who_said_it():
    signup = place_in(timedelta(hours=3))
    occurrence = signup.occurrence
    coordinators = [CoordinatorFactory(team=occurrence.team).person for _one in range(2)]
    occurrence.activity.leader = leader = member_of(occurrence)
    session.commit()

    signups.withdraw(signup, by=coordinators[0])

    assert told_late() == {coordinators[1].id, leader.id}


def test_when_somebody_moves_up_nobody_needs_to_be_told():
    occurrence = OccurrenceFactory(
        starts_at=clock.now() + timedelta(hours=3), roles=[("帮厨", 1, 1)]
    )
    CoordinatorFactory(team=occurrence.team)
    signup = SignupFactory(occurrence=occurrence)
    SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(signup, by=signup.person)

    assert told_late() == set()


def test_coming_after_all_brings_the_place_back_while_it_is_free():
    signup = place_in(timedelta(hours=3))
    signups.withdraw(signup, by=signup.person, reason=Reason(Excuse.FAMILY, "孙子生病"))

    stand_ins.come_after_all(signup, by=signup.person)

    assert signup.is_going
    assert (signup.excused_at, signup.is_late, signup.excuse, signup.excuse_note) == (
        None, False, None, None,
    )  # fmt: skip


def test_a_place_that_somebody_took_meanwhile_is_not_taken_away_again():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    signup = SignupFactory(occurrence=occurrence)
    signups.withdraw(signup, by=signup.person)
    other = member_of(occurrence)
    signups.sign_up(occurrence, occurrence.roles[0].id, other, by=other)

    with pytest.raises(PlaceIsTaken):
        stand_ins.come_after_all(signup, by=signup.person)


def test_who_has_promised_something_else_meanwhile_does_not_come_back():
    signup = place_in(timedelta(days=2))
    signups.withdraw(signup, by=signup.person)
    SignupFactory(occurrence__starts_at=signup.occurrence.starts_at, person=signup.person)

    with pytest.raises(BusyThen):
        stand_ins.come_after_all(signup, by=signup.person)


def test_who_has_a_place_has_nothing_to_take_back():
    signup = place_in(timedelta(days=2))

    with pytest.raises(AlreadySignedUp):
        stand_ins.come_after_all(signup, by=signup.person)


def test_signing_up_again_forgets_what_was_said():
    signup = place_in(timedelta(hours=3))
    signups.withdraw(signup, by=signup.person, reason=Reason(Excuse.OTHER, "有事"))

    signups.sign_up(signup.occurrence, signup.role_id, signup.person, by=signup.person)

    assert (signup.excused_at, signup.is_late, signup.excuse_note) == (None, False, None)


def test_who_only_waited_bothers_nobody_after_the_beginning():
    coming = place_in(-timedelta(minutes=30), occurrence__roles=[("帮厨", 1, 1)])
    CoordinatorFactory(team=coming.occurrence.team)
    waiting = SignupFactory(occurrence=coming.occurrence, status=SignupStatus.WAITING)

    signups.withdraw(waiting, by=waiting.person)

    assert told_late() == set()


def test_a_late_no_bothers_nobody_when_somebody_has_the_place_already():
    coming = place_in(timedelta(hours=20), occurrence__roles=[("帮厨", 1, 2)])
    CoordinatorFactory(team=coming.occurrence.team)
    waiting = SignupFactory(occurrence=coming.occurrence, status=SignupStatus.WAITING)

    signups.withdraw(coming, by=coming.person)

    assert (coming.is_late, waiting.is_going, told_late()) == (True, True, set())


def test_who_steps_back_from_the_team_or_swaps_is_not_late():
    for kind in (Excuse.PAUSE, Excuse.SWAP):
        signup = place_in(timedelta(hours=23))

        signups.withdraw(signup, by=signup.person, reason=Reason(kind))

        assert (signup.is_excused, signup.is_late) == (True, False)


@pytest.mark.parametrize("kind", [Excuse.ILLNESS, Excuse.FAMILY, Excuse.OTHER])
def test_whatever_somebody_says_of_themselves_within_the_notice_it_is_late(kind):
    signup = place_in(timedelta(hours=23))

    signups.withdraw(signup, by=signup.person, reason=Reason(kind))

    assert (signup.is_late, signup.excuse) == (True, kind)
