"""Who is needed by no part of ours is forgotten, and who is needed by one is not."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.people import CompanionFactory, ConsentFactory, PersonFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people import forgetting
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import Person, PhoneOwner, Slot, ToldBy

pytestmark = pytest.mark.usefixtures("database")

NEEDED = "王秀英"


@pytest.fixture(autouse=True)
def one_part(monkeypatch):
    """There is one part, and it needs whoever bears this name."""
    monkeypatch.setattr(forgetting, "_needs", [lambda _now: Person.name == NEEDED])


def forget_all() -> int:
    return forgetting.forget_all(select(Person.id), clock.now())


def test_all_goes_by_which_they_were_known_and_reached():
    person = PersonFactory(
        phone="13800138000", phone_owner=PhoneOwner.CHILD, told_by=ToldBy.SMS,
        free_slots=[Slot.MON_AM],
    )  # fmt: skip

    assert forget_all() == 1

    session.expire_all()
    assert (person.name, person.phone, person.email) == (NAMELESS, None, None)
    assert (person.phone_owner, person.told_by, person.free_slots) == (PhoneOwner.SELF, None, [])


def test_who_witnessed_and_who_acts_goes_of_them_and_of_nobody_else():
    now = clock.now()
    gone, stays = PersonFactory(), PersonFactory()
    consents = [ConsentFactory(person=one, witness="李敏") for one in (gone, stays)]
    acts, acts_for_another = (CompanionFactory(person=one) for one in (gone, stays))
    had_ended = CompanionFactory(person=gone, ended_at=now - timedelta(days=9))

    forgetting.forget(gone, now)

    session.expire_all()
    assert [consent.witness for consent in consents] == [None, "李敏"]
    assert (acts.ended_at, acts_for_another.ended_at) == (now, None)
    assert had_ended.ended_at == now - timedelta(days=9)


def test_nobody_is_forgotten_twice_nor_needed_afterwards(monkeypatch):
    person = PersonFactory()
    forget_all()
    monkeypatch.setattr(forgetting, "_needs", [lambda _now: Person.id > 0])
    assert not forgetting.is_needed(person, clock.now())
    monkeypatch.setattr(forgetting, "_needs", [lambda _now: Person.id < 0])

    forgetting.forget(person, clock.now())

    assert session.query(AuditEntry).filter_by(action="person.forgotten").count() == 1


def test_where_no_part_says_whom_it_needs_everybody_is_needed(monkeypatch):
    person = PersonFactory()
    monkeypatch.setattr(forgetting, "_needs", [])

    assert forget_all() == 0
    assert forgetting.is_needed(person, clock.now())


def test_who_is_needed_hides_nobody_behind_them(monkeypatch):
    """However many of them come first."""
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)
    needed, other = PersonFactory(name=NEEDED), PersonFactory()

    assert forget_all() == 1

    session.expire_all()
    assert (needed.name, other.name) == (NEEDED, NAMELESS)
