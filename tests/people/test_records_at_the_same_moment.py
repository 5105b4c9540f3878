"""Two write on one person's page at the same moment: it is written once, and nothing gets lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import MembershipFactory
from tests.meeting import anew, meet
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.seen import ChangedMeanwhile, mark_of
from volunteer.help_requests import abilities
from volunteer.notifications import devices
from volunteer.notifications.devices import DeviceDetails
from volunteer.notifications.models import Device
from volunteer.people import away, companions, consents, profile
from volunteer.people.away import Stretch
from volunteer.people.consents import ConsentDetails
from volunteer.people.errors import AlreadyCompanion
from volunteer.people.models import (
    AwayDays,
    Companion,
    CompanionProof,
    Consent,
    ConsentScope,
    ToldBy,
)
from volunteer.people.profile import PersonDetails
from volunteer.telling import choices
from volunteer.training import qualifications, queries
from volunteer.training.errors import AlreadyNamed
from volunteer.training.models import Qualification, Training

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

PHONE = DeviceDetails("Firefox", "https://push.example.org/1", "key", "secret")


@pytest.fixture
def person(two_can_meet):
    return anew(PersonFactory())


def test_days_away_that_two_enter_at_once_are_one_stretch(person):
    today = clock.today()
    mine = Stretch(today, today + timedelta(days=5))
    theirs = Stretch(today + timedelta(days=3), today + timedelta(days=9))

    meet(
        lambda: away.note(person(), mine, by=person()),
        lambda: away.note(person(), theirs, by=person()),
    )

    (row,) = session.query(AwayDays).all()
    assert (row.first_on, row.last_on) == (mine.first_on, theirs.last_on)


def test_who_is_here_after_all_by_two_presses_is_here_once(person):
    today = clock.today()
    number = away.note(person(), Stretch(today - timedelta(days=2), today), by=person()).id
    back = [lambda: away.take_back(person(), number, by=person())] * 2

    assert meet(*back) is None

    assert session.query(AuditEntry).filter_by(action="away.taken_back").count() == 1


def begin(companion, person):
    return companions.begin(
        companion,
        person,
        proof=CompanionProof.KNOWN,
        consent=ConsentDetails(),
        has_own_account=False,
        by=companion,
    )


def test_a_companion_who_begins_twice_at_once_begins_once(person):
    companion = anew(PersonFactory())

    with pytest.raises(AlreadyCompanion):
        meet(lambda: begin(companion(), person()), lambda: begin(companion(), person()))

    assert session.query(Companion).count() == 1


def test_a_companion_whom_two_end_at_once_ends_once(two_can_meet):
    again = anew(CompanionFactory())

    def end():
        companions.end(again(), by=again().person)

    meet(end, end)

    assert session.query(AuditEntry).filter_by(action="companion.ended").count() == 1


def agree(person):
    return lambda: consents.give(person(), ConsentScope.BASIC, ConsentDetails(), by=person())


def test_what_somebody_agrees_to_twice_at_once_holds_once(person):
    meet(agree(person), agree(person))

    assert session.query(Consent).filter_by(withdrawn_on=None).count() == 1


def test_who_takes_it_back_as_somebody_writes_it_down_does_not_agree(person):
    agree(person)()

    meet(agree(person), lambda: consents.withdraw(person(), ConsentScope.BASIC, by=person()))

    assert not consents.has(person(), ConsentScope.BASIC)


def test_of_two_who_change_how_somebody_is_told_the_second_is_told(person):
    shown = choices.choices_of(person())

    def choose(**how):
        return lambda: choices.change(
            person(), replace(shown, **how), by=person(), seen=mark_of(shown)
        )

    with pytest.raises(ChangedMeanwhile):
        meet(choose(wants_week=False), choose(wants_asks=False))


def test_what_somebody_can_do_is_put_down_by_one(person):
    shown = abilities.details_of(None)

    def tell(estate):
        details = replace(shown, estate=estate)
        return lambda: abilities.tell(person(), details, by=person(), seen=mark_of(shown))

    with pytest.raises(ChangedMeanwhile):
        meet(tell("锦绣东方小区"), tell("滨河花园"))


def test_of_two_who_change_what_somebody_is_called_and_reached_by_the_second_is_told(person):
    shown = PersonDetails(name=person().name)
    seen = mark_of(profile.shown_of(person()))

    def change(**how):
        details = replace(shown, **how)
        return lambda: profile.change(person(), details, by=person(), seen=seen)

    with pytest.raises(ChangedMeanwhile):
        meet(change(phone="13800002222"), change(email="wang@example.org"))

    assert (person().phone, person().email) == ("13800002222", None)


def test_when_somebody_was_born_is_written_once(person):
    born = [lambda: profile.set_birth(person(), 1950, 3, by=person())] * 2

    meet(*born)

    assert session.query(AuditEntry).filter_by(action="person.changed").count() == 1


def test_a_device_that_is_added_twice_at_once_is_one(person):
    def add():
        return devices.add(person(), PHONE, by=person())

    meet(add, add)

    assert session.query(Device).count() == 1


def test_whose_last_two_devices_go_at_once_is_told_another_way(person):
    both = [
        anew(devices.add(person(), replace(PHONE, address=f"https://push.example.org/{n}"),
                         by=person()))
        for n in range(2)
    ]  # fmt: skip
    person().told_by = ToldBy.PUSH
    session.commit()

    meet(*(lambda one=one: devices.take_off(one(), person(), by=person()) for one in both))

    assert person().told_by is None


# --- trainings ----------------------------------------------------------------------------------


def test_a_training_that_two_name_at_once_is_one(two_can_meet):
    member = MembershipFactory()
    team, by = anew(member.team), anew(member.person)

    def name():
        qualifications.name_training(team(), "急救", by=by())

    with pytest.raises(AlreadyNamed):
        meet(name, name)

    assert session.query(Training).count() == 1


def test_a_training_that_two_note_at_once_is_passed_once(two_can_meet):
    member = MembershipFactory()
    team, person = anew(member.team), anew(member.person)
    number = qualifications.name_training(team(), "急救", by=person()).id

    def note():
        qualifications.note_passed(person(), team(), {number: None}, by=person())

    meet(note, note)

    assert len(queries.list_qualifications(person(), team())) == 1
    assert session.query(Qualification).count() == 1
