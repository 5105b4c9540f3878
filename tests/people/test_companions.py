"""Who may act for whom: with proof and consent, until one of them ends it."""

from datetime import date

import pytest

from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people import companions, consents
from volunteer.people import queries as people_queries
from volunteer.people.consents import ConsentDetails
from volunteer.people.errors import (
    ActsForThemselves,
    AlreadyCompanion,
    LetterIsPaper,
    OwnCompanion,
    WitnessIsCompanion,
    WitnessNeeded,
)
from volunteer.people.models import (
    Companion,
    CompanionProof,
    Consent,
    ConsentScope,
    ConsentWay,
    Person,
)

pytestmark = pytest.mark.usefixtures("database")

SPOKEN = ConsentDetails(way=ConsentWay.SPOKEN, witness="刘素华")


@pytest.fixture
def coordinator(database) -> Person:
    return CoordinatorFactory().person


@pytest.fixture
def granny(database) -> Person:
    return PersonFactory(name="王秀英", phone=None, email=None)


@pytest.fixture
def neighbour(database) -> Person:
    return PersonFactory(name="赵桂香")


@pytest.fixture
def begin(coordinator, granny, neighbour):
    def begin(companion: Person = neighbour, person: Person = granny, **changed) -> Companion:
        usual = {
            "proof": CompanionProof.KNOWN,
            "consent": ConsentDetails(),
            "has_own_account": False,
            "by": coordinator,
        }
        return companions.begin(companion, person, **{**usual, **changed})

    return begin


def acting_for(person: Person) -> list[Person]:
    return [companionship.companion for companionship in companions.going(person)]


def trail_of(action: str) -> list[tuple[int, int, dict]]:
    entries = session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id)
    return [(entry.by_id, entry.person_id, entry.details) for entry in entries]


def test_somebody_with_proof_and_consent_may_act(begin, coordinator, granny, neighbour):
    companionship = begin(proof=CompanionProof.FAMILY, consent=SPOKEN)

    assert acting_for(granny) == [neighbour]
    assert consents.has(granny, ConsentScope.COMPANION)
    assert (companionship.consent.way, companionship.consent.witness) == ("spoken", "刘素华")
    assert trail_of("companion.began") == [
        (
            coordinator.id,
            granny.id,
            {"companion_id": neighbour.id, "proof": "family", "way": "spoken"},
        )
    ]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"has_own_account": True}, ActsForThemselves),
        ({"consent": ConsentDetails(way=ConsentWay.SPOKEN)}, WitnessNeeded),
        ({"proof": CompanionProof.LETTER, "consent": SPOKEN}, LetterIsPaper),
        (
            {"consent": ConsentDetails(way=ConsentWay.SPOKEN, witness="赵桂香")},
            WitnessIsCompanion,
        ),
    ],
)
def test_what_is_refused_leaves_nothing_behind(begin, granny, changed, error):
    with pytest.raises(error):
        begin(**changed)

    assert acting_for(granny) == []
    assert session.query(Consent).count() == 0
    assert trail_of("companion.began") == []


def test_nobody_acts_for_themselves(begin, granny):
    with pytest.raises(OwnCompanion):
        begin(companion=granny)


def test_nobody_becomes_a_companion_twice(begin, granny, neighbour):
    begin()

    with pytest.raises(AlreadyCompanion):
        begin()

    assert acting_for(granny) == [neighbour]
    assert session.query(Consent).count() == 1


def test_two_may_act_for_one_and_ending_one_leaves_the_other(begin, granny, neighbour):
    daughter = PersonFactory()
    first = begin()
    begin(companion=daughter, proof=CompanionProof.FAMILY)
    assert acting_for(granny) == [neighbour, daughter]

    companions.end(first, by=granny)

    assert acting_for(granny) == [daughter]
    assert consents.has(granny, ConsentScope.COMPANION)


@pytest.mark.parametrize("who", ["granny", "neighbour", "coordinator"])
def test_each_of_them_ends_it_with_one_word(begin, granny, neighbour, who, request):
    by = request.getfixturevalue(who)
    companionship = begin()

    companions.end(companionship, by=by)

    assert acting_for(granny) == []
    assert not consents.has(granny, ConsentScope.COMPANION)
    assert companionship.ended_by_id == by.id
    assert trail_of("companion.ended") == [(by.id, granny.id, {"companion_id": neighbour.id})]


def test_ending_twice_changes_nothing(begin, granny, neighbour):
    companionship = begin()
    companions.end(companionship, by=granny)
    at = companionship.ended_at

    companions.end(companionship, by=neighbour)

    assert (companionship.ended_at, companionship.ended_by_id) == (at, granny.id)
    assert len(trail_of("companion.ended")) == 1


def test_withdrawing_the_consent_ends_every_companionship(begin, app, granny, neighbour):
    begin()
    begin(companion=PersonFactory())

    consents.withdraw(granny, ConsentScope.COMPANION, by=granny)

    assert acting_for(granny) == []
    assert [by for by, _person, _details in trail_of("companion.ended")] == [granny.id] * 2


def test_withdrawing_another_consent_ends_nothing(begin, app, granny, neighbour):
    begin()
    consents.give(granny, ConsentScope.SMS, ConsentDetails(), by=granny)

    consents.withdraw(granny, ConsentScope.SMS, by=granny)

    assert acting_for(granny) == [neighbour]


def test_a_consent_that_runs_out_ends_it_by_itself(begin, granny, neighbour, time_machine):
    time_machine.move_to("2026-10-12T08:00Z")
    begin(consent=ConsentDetails(expires_on=date(2026, 10, 31)))
    assert acting_for(granny) == [neighbour]

    time_machine.move_to("2026-11-01T08:00Z")

    assert acting_for(granny) == []


def test_after_the_end_it_can_begin_anew(begin, granny, neighbour):
    companions.end(begin(), by=granny)

    begin(consent=SPOKEN)

    assert acting_for(granny) == [neighbour]


def test_companions_of_many_people_are_found_with_one_query(begin, granny, count_queries):
    grandpa = PersonFactory()
    begin()
    begin(person=grandpa)
    numbers = [granny.id, grandpa.id, 0]

    with count_queries() as sent:
        found = people_queries.find_companions(numbers, clock.today())
        names = {number: [c.companion.name for c in rows] for number, rows in found.items()}

    assert names == {numbers[0]: ["赵桂香"], numbers[1]: ["赵桂香"]}
    assert len(sent) == 1


def test_a_letter_with_a_consent_on_paper_is_good(begin, granny, neighbour):
    begin(proof=CompanionProof.LETTER, consent=ConsentDetails(way=ConsentWay.PAPER))

    assert acting_for(granny) == [neighbour]
