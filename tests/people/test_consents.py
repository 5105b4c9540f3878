"""What somebody agreed to: scope by scope, until a day, until they say otherwise."""

from datetime import date, timedelta

import pytest

from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import TeamFactory
from tests.planting import raw_of
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.core.news import News
from volunteer.people import consents, queries
from volunteer.people.consents import ConsentDetails
from volunteer.people.errors import GiverNeeded, WitnessNeeded
from volunteer.people.models import Consent, ConsentGiver, ConsentScope, ConsentWay

pytestmark = pytest.mark.usefixtures("database")

BASIC, HEALTH = ConsentScope.BASIC, ConsentScope.HEALTH
TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def heard(monkeypatch):
    """Whose withdrawals have been announced."""
    monkeypatch.setattr(consents, "consent_withdrawn", News())
    found = []
    consents.consent_withdrawn.tell(lambda person, scope, by: found.append((person, scope, by)))
    return found


def trail() -> list[AuditEntry]:
    return session.query(AuditEntry).order_by(AuditEntry.id).all()


def given(person, scope=BASIC, **details) -> Consent:
    return consents.give(person, scope, ConsentDetails(**details), by=PersonFactory())


def test_nobody_has_agreed_before_they_said_so():
    person = PersonFactory()

    assert not any(consents.has(person, scope) for scope in ConsentScope)


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ({}, True),
        ({"given_on": TODAY + timedelta(days=1)}, False),
        ({"expires_on": TODAY}, True),
        ({"expires_on": TODAY - timedelta(days=1)}, False),
        ({"withdrawn_on": TODAY}, False),
        ({"withdrawn_on": TODAY, "expires_on": TODAY + timedelta(days=1)}, False),
    ],
)
def test_a_consent_and_the_question_who_agrees_say_the_same_of_a_day(facts, holds):
    consent = ConsentFactory(**{"given_on": TODAY, **facts})

    assert consent.holds(TODAY) is holds
    agrees = session.scalars(queries.who_agrees(BASIC, TODAY)).all()
    assert agrees == ([consent.person_id] if holds else [])


def test_one_scope_is_agreed_to_and_no_other():
    person, neighbour = PersonFactory(), PersonFactory()

    given(person, HEALTH)

    agreed = [scope for scope in ConsentScope if consents.has(person, scope)]
    assert agreed == [HEALTH]
    assert not consents.has(neighbour, HEALTH)
    assert session.scalars(queries.who_agrees(HEALTH, TODAY)).all() == [person.id]
    assert session.scalars(queries.who_agrees(BASIC, TODAY)).all() == []


def test_it_is_written_down_who_noted_what_in_which_team_and_no_word_of_the_witness():
    person, coordinator, team = PersonFactory(), PersonFactory(), TeamFactory()
    details = ConsentDetails(way=ConsentWay.SPOKEN, witness="小陈在场")

    consent = consents.give(person, BASIC, details, by=coordinator, team=team)

    (entry,) = trail()
    assert (entry.action, entry.subject_id) == ("consent.given", consent.id)
    assert (entry.by_id, entry.person_id, entry.team_id) == (coordinator.id, person.id, team.id)
    assert entry.details == {"scope": "basic", "way": "spoken"}
    assert (consent.given_on, consent.recorded_by_id) == (TODAY, coordinator.id)
    assert "小陈" not in raw_of(Consent.witness)[0]


def test_a_spoken_consent_names_who_heard_it():
    person = PersonFactory()

    with pytest.raises(WitnessNeeded):
        given(person, way=ConsentWay.SPOKEN)

    assert not consents.has(person, BASIC)
    assert trail() == []
    given(person, way=ConsentWay.SPOKEN, witness="社区小陈")
    assert consents.has(person, BASIC)


@pytest.mark.parametrize("giver", [ConsentGiver.GUARDIAN, ConsentGiver.AGENT])
def test_who_speaks_for_somebody_is_named(giver):
    person = PersonFactory()

    with pytest.raises(GiverNeeded):
        given(person, given_by=giver)

    assert not consents.has(person, BASIC)
    given(person, given_by=giver, witness="女儿 王丽")
    assert consents.has(person, BASIC)


@pytest.mark.parametrize("blank", [" ", "\t\n", "　"])
def test_a_blank_is_nobodys_name(blank):
    with pytest.raises(WitnessNeeded):
        given(PersonFactory(), way=ConsentWay.SPOKEN, witness=blank)
    with pytest.raises(GiverNeeded):
        given(PersonFactory(), given_by=ConsentGiver.AGENT, witness=blank)


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (TODAY, None, True),
        (TODAY, TODAY, True),
        (TODAY - timedelta(days=365), TODAY, True),
        (TODAY - timedelta(days=365), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
    ids=["from today", "today alone", "its last day", "over since yesterday", "from tomorrow"],
)
def test_it_is_good_from_its_first_day_to_its_last(first, last, holds):
    person = PersonFactory()

    given(person, given_on=first, expires_on=last)

    assert consents.has(person, BASIC) is holds
    assert (person.id in session.scalars(queries.who_agrees(BASIC, TODAY)).all()) is holds


def test_a_day_is_a_day_in_chengdu_not_in_london(time_machine):
    person = PersonFactory()
    given(person, given_on=TODAY, expires_on=TODAY)

    time_machine.move_to("2026-10-12T15:59Z", tick=False)
    assert consents.has(person, BASIC)
    time_machine.move_to("2026-10-12T16:00Z", tick=False)
    assert not consents.has(person, BASIC)


def test_agreeing_again_ends_the_earlier_one_without_any_gap(heard):
    person = PersonFactory()
    earlier = given(person, expires_on=TODAY + timedelta(days=30))

    later = given(person)

    assert (earlier.withdrawn_on, later.withdrawn_on) == (TODAY, None)
    assert consents.not_ended(person, BASIC) == [later]
    assert heard == []
    assert queries.list_consents(person) == [later, earlier]


def test_agreeing_to_one_thing_again_leaves_other_scopes_and_people_as_they_are():
    person, neighbour = PersonFactory(), PersonFactory()
    health, other = given(person, HEALTH), given(neighbour)

    given(person)
    given(person)

    assert (health.withdrawn_on, other.withdrawn_on) == (None, None)


def test_who_withdraws_no_longer_agrees_and_it_is_announced_once(heard):
    person, coordinator, team = PersonFactory(), PersonFactory(), TeamFactory()
    consent = given(person)
    given(person, HEALTH)

    consents.withdraw(person, BASIC, by=coordinator, team=team)
    consents.withdraw(person, BASIC, by=coordinator, team=team)

    assert [scope for scope in ConsentScope if consents.has(person, scope)] == [HEALTH]
    assert consent.withdrawn_on == TODAY
    assert heard == [(person, BASIC, coordinator)]
    withdrawn = [entry for entry in trail() if entry.action == "consent.withdrawn"]
    assert [(e.subject_id, e.by_id, e.team_id) for e in withdrawn] == [
        (consent.id, coordinator.id, team.id)
    ]


def test_withdrawing_what_nobody_agreed_to_does_nothing(heard):
    consents.withdraw(PersonFactory(), BASIC, by=PersonFactory())

    assert (heard, trail()) == ([], [])


def test_a_consent_that_begins_later_ends_with_the_withdrawal_too(heard, time_machine):
    person = PersonFactory()
    given(person, given_on=TODAY + timedelta(days=1))

    consents.withdraw(person, BASIC, by=person)

    time_machine.move_to("2026-10-14T08:00Z", tick=False)
    assert not consents.has(person, BASIC)
    assert heard == [(person, BASIC, person)]


def test_an_expired_one_is_not_withdrawn_again(heard):
    over = ConsentFactory(given_on=date(2025, 1, 1), expires_on=date(2025, 12, 31))

    consents.withdraw(over.person, BASIC, by=over.person)

    assert (over.withdrawn_on, heard) == (None, [])


def test_after_a_withdrawal_one_may_agree_anew(heard):
    person = PersonFactory()
    given(person)
    consents.withdraw(person, BASIC, by=person)

    given(person)

    assert consents.has(person, BASIC)
    assert len(queries.list_consents(person)) == 2


def test_when_those_who_hear_of_it_fail_nothing_is_withdrawn(heard):
    person = PersonFactory()
    given(person)

    def fail(*_what):
        raise TimeoutError

    consents.consent_withdrawn.tell(fail)

    with pytest.raises(TimeoutError):
        consents.withdraw(person, BASIC, by=person)

    assert consents.has(person, BASIC)
