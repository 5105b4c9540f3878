"""What a person tells of themselves, and changing it."""

import pytest

from tests.factories.people import PersonFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.people import profile
from volunteer.people.models import PhoneOwner, Slot, slot_of
from volunteer.people.profile import PersonDetails

pytestmark = pytest.mark.usefixtures("database")


def details(**changed: object) -> PersonDetails:
    plain = {"name": "王秀英", "phone": "138 0013 8000", "email": "Wang@Example.org"}
    return PersonDetails(**{**plain, **changed})


def trail_of(action: str) -> list[AuditEntry]:
    return session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id).all()


def test_a_person_is_kept_with_tidy_phone_and_email():
    person = profile.create(details(), by=None)

    assert (person.name, person.phone, person.email) == (
        "王秀英",
        "13800138000",
        "wang@example.org",
    )


def test_a_person_needs_neither_phone_nor_email():
    person = profile.create(PersonDetails("李明"), by=None)

    assert (person.phone, person.email, person.is_reachable_by_mail) == (None, None, False)


def test_the_same_name_and_the_same_phone_are_two_people():
    first, second = (profile.create(details(), by=None) for _person in range(2))

    assert first.id != second.id


def test_the_trail_says_who_entered_somebody():
    coordinator = PersonFactory()

    entered = profile.create(details(), by=coordinator)
    came = profile.create(details(), by=None)

    assert [(e.by_id, e.person_id) for e in trail_of("person.created")] == [
        (coordinator.id, entered.id),
        (came.id, came.id),
    ]


def test_the_trail_says_which_fields_changed_but_not_their_texts():
    person = profile.create(details(), by=None)

    profile.change(person, details(phone="13900139000", name="王秀珍"), by=person)

    (entry,) = trail_of("person.changed")
    assert entry.details == {"fields": ["name", "phone"]}
    assert person.sort_key.startswith("wang xiu zhen")


def test_a_change_that_changes_nothing_leaves_no_trace():
    person = profile.create(details(), by=None)

    profile.change(person, details(), by=person)

    assert trail_of("person.changed") == []


def test_who_says_nothing_of_their_time_may_have_any():
    anyone = PersonFactory()
    mondays = PersonFactory(free_slots=[Slot.MON_AM])

    assert anyone.is_free_in(Slot.SUN_PM)
    assert [mondays.is_free_in(slot) for slot in (Slot.MON_AM, Slot.MON_PM)] == [True, False]


@pytest.mark.parametrize(
    ("weekday", "hour", "slot"),
    [(0, 0, Slot.MON_AM), (0, 11, Slot.MON_AM), (0, 12, Slot.MON_PM), (6, 23, Slot.SUN_PM)],
)
def test_the_afternoon_begins_at_twelve(weekday, hour, slot):
    assert slot_of(weekday, hour) is slot


def test_a_shared_phone_keeps_whose_it_is():
    person = profile.create(details(phone_owner=PhoneOwner.SPOUSE), by=None)
    session.expire_all()

    assert person.phone_owner is PhoneOwner.SPOUSE
