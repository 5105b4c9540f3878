"""The safety card: what it keeps, what it keeps only with consent, who has looked, and its end."""

import pytest

from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer import wiring
from volunteer.audit.models import AuditEntry, FieldGroup, ReadingEntry, Reason
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import ChangedMeanwhile, NotFound
from volunteer.core.seen import mark_of
from volunteer.people import consents, deaths, forgetting, safety_cards
from volunteer.people.errors import LimitsConsentNeeded
from volunteer.people.models import Consent, ConsentScope, ConsentWay, SafetyCard
from volunteer.people.safety_cards import Details, Pictures
from volunteer.teams import membership

DAUGHTER = Details("李小红", "女儿", "13800138000")
KNEES = Details(limits="不爬楼", is_agreed=True)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def _wired():
    wiring.wire()


@pytest.fixture
def person():
    return PersonFactory(name="王秀英")


def looks():
    rows = session.query(ReadingEntry).order_by(ReadingEntry.id)
    return [(one.field_group, one.by_id, one.person_id, one.reason) for one in rows]


def test_whom_to_call_is_kept_as_it_was_told(person):
    safety_cards.fill_in(person, DAUGHTER, by=person)

    assert safety_cards.of(person) == DAUGHTER
    entry = session.query(AuditEntry).filter_by(action="safety_card.filled_in").one()
    assert (entry.by_id, entry.person_id, entry.details) == (person.id, person.id, {})


def test_one_s_own_card_is_no_look_at_somebody(person):
    safety_cards.fill_in(person, DAUGHTER, by=person)

    safety_cards.of(person)

    assert looks() == []


def test_of_who_is_forgotten_by_now_no_card_is_kept(person):
    person.name = forgetting.NAMELESS
    session.commit()

    with pytest.raises(NotFound):
        safety_cards.fill_in(person, DAUGHTER, by=person)

    assert session.query(SafetyCard).count() == 0


@pytest.mark.parametrize(
    "told",
    [
        {"contact_name": "李小红"}, {"contact_relation": "女儿，住在三楼"},
        {"contact_phone": "13800138000"}, {"national_no": "5101000012345"},
    ],
)  # fmt: skip
def test_each_word_on_somebody_makes_it_a_look(person, told):
    coordinator = CoordinatorFactory()
    safety_cards.fill_in(person, Details(**told), by=person)

    safety_cards.read(person, by=coordinator.person, team=coordinator.team)

    assert [look[0] for look in looks()] == [FieldGroup.SAFETY]


def test_what_one_cannot_do_is_kept_with_consent_alone(person):
    with pytest.raises(LimitsConsentNeeded):
        safety_cards.fill_in(person, Details(limits="不爬楼"), by=person)

    safety_cards.fill_in(person, KNEES, by=person)

    assert safety_cards.of(person).limits == "不爬楼"
    consent = session.query(Consent).one()
    assert (consent.scope, consent.way) == (ConsentScope.LIMITS, ConsentWay.WEB)


def test_who_empties_it_takes_the_consent_back(person):
    safety_cards.fill_in(person, KNEES, by=person)

    safety_cards.fill_in(person, Details(is_agreed=True), by=person)

    assert not consents.has(person, ConsentScope.LIMITS)


def test_who_takes_the_consent_back_elsewhere_leaves_nothing_of_it(person):
    safety_cards.fill_in(person, KNEES, by=person)

    consents.withdraw(person, ConsentScope.LIMITS, by=person)

    session.expire_all()
    assert session.query(SafetyCard).one().limits == ""


def test_a_coordinator_who_writes_it_down_is_named_as_who_heard_it(person):
    coordinator = PersonFactory(name="蒋桂芳")

    safety_cards.fill_in(person, KNEES, by=coordinator)

    consent = session.query(Consent).one()
    assert (consent.way, consent.witness) == (ConsentWay.SPOKEN, "蒋桂芳")


@pytest.mark.parametrize(
    ("wish", "scopes"),
    [
        (Pictures.NONE, set()),
        (Pictures.INSIDE, {ConsentScope.PHOTO_INSIDE}),
        (Pictures.PUBLIC, {ConsentScope.PHOTO_INSIDE, ConsentScope.PHOTO_PUBLIC}),
    ],
)
def test_pictures_go_as_far_as_one_agrees_and_no_further_afterwards(person, wish, scopes):
    safety_cards.fill_in(person, Details(pictures=Pictures.PUBLIC), by=person)

    safety_cards.fill_in(person, Details(pictures=wish), by=person)

    assert consents.scopes_of(person) == scopes
    assert safety_cards.of(person).pictures is wish


def test_saved_twice_nothing_is_written_down_again(person):
    for _time in range(2):
        safety_cards.fill_in(person, KNEES, by=person)

    assert session.query(Consent).count() == 1
    assert session.query(AuditEntry).filter_by(action="safety_card.filled_in").count() == 1


def test_two_who_change_it_do_not_overwrite_each_other(person):
    seen = mark_of(safety_cards.of(person))
    safety_cards.fill_in(person, DAUGHTER, by=person, seen=seen)

    with pytest.raises(ChangedMeanwhile):
        safety_cards.fill_in(person, Details("李强", "儿子", "13900139000"), by=person, seen=seen)


def test_a_coordinator_s_look_is_written_down(person):
    coordinator = CoordinatorFactory()
    safety_cards.fill_in(person, DAUGHTER, by=person)

    card = safety_cards.read(person, by=coordinator.person, team=coordinator.team)

    assert card == DAUGHTER
    assert looks() == [(FieldGroup.SAFETY, coordinator.person_id, person.id, Reason.UPKEEP)]


def test_of_many_only_those_are_looked_at_of_whom_there_is_something(person):
    coordinator, other, silent = CoordinatorFactory(), PersonFactory(), PersonFactory()
    safety_cards.fill_in(person, DAUGHTER, by=person)
    safety_cards.fill_in(other, KNEES, by=other)
    everybody = [person, other, silent]

    cards = safety_cards.read_all(
        everybody, by=coordinator.person, team=coordinator.team, reason=Reason.EMERGENCY
    )

    assert cards == {person.id: DAUGHTER, other.id: KNEES, silent.id: Details()}
    assert [(group, whose) for group, _by, whose, _reason in looks()] == [
        (FieldGroup.SAFETY, person.id),
        (FieldGroup.LIMITS, other.id),
    ]


def test_who_leads_reads_nothing_of_anybodys_health(person):
    lead = MembershipFactory()
    safety_cards.fill_in(person, KNEES, by=person)

    cards = safety_cards.read_all(
        [person], by=lead.person, team=lead.team, reason=Reason.EMERGENCY, with_limits=False
    )

    assert cards[person.id].limits == ""
    assert looks() == []


def test_it_goes_when_they_leave_their_last_team():
    first = MembershipFactory()
    second = MembershipFactory(person=first.person)
    safety_cards.fill_in(first.person, DAUGHTER, by=first.person)

    membership.leave(first, by=first.person)
    assert safety_cards.find(first.person)
    membership.leave(second, by=first.person)

    assert safety_cards.find(first.person) is None


def test_it_goes_with_who_has_died_and_who_is_forgotten(person):
    other = PersonFactory()
    for one in (person, other):
        safety_cards.fill_in(one, DAUGHTER, by=one)

    deaths.note(person, by=other)
    forgetting.forget(other, clock.now())

    assert session.query(SafetyCard).count() == 0
