"""Code cards: a number and a code on paper, good for half a year, until somebody ends it."""

from datetime import timedelta

import pytest

from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import code_cards, keys, personal_links, signing_in, throttle
from volunteer.accounts.errors import (
    LinkNotUsable,
    NoCardForPasswordHolders,
    TooManyTries,
    WrongCard,
)
from volunteer.accounts.models import CodeCard, SignIn
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")

CALLER = "192.0.2.1"


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to("2026-10-12T12:00Z", tick=False)


@pytest.fixture
def make(member, coordinator):
    def make():
        return code_cards.make(member.person, by=coordinator, team=member.team)

    return make


def opens(number, code, caller=CALLER):
    try:
        code_cards.enter(number, code, caller=caller)
    except WrongCard:
        return False
    return True


def test_a_card_lets_its_member_in_again_and_again(make, member):
    card = make()
    for _time in range(3):
        assert code_cards.enter(card.number, card.code, caller=CALLER).person.id == member.person_id
    assert {row.way for row in session.query(SignIn)} == {"card"}


def test_number_and_code_may_be_spaced(make):
    card = make()
    assert (len(card.number), len(card.code)) == (6, 8)
    assert opens(f" {card.number[:3]} {card.number[3:]}", f"{card.code[:4]} {card.code[4:]}")
    assert opens(card.number, f"{card.code[:4]}-{card.code[4:]}")


def test_wrong_code_unknown_number_and_ended_card_are_refused_alike(make, member, coordinator):
    card = make()
    wrong = str(int(card.code) ^ 1)
    assert not opens(card.number, wrong)
    assert not opens("100000" if card.number != "100000" else "100001", card.code)
    code_cards.end(member.person, by=coordinator, team=member.team)
    assert not opens(card.number, card.code)


def test_a_new_card_ends_the_old_one_and_signs_its_browsers_out(make):
    old = make()
    opened = code_cards.enter(old.number, old.code, caller=CALLER)
    new = make()
    assert not opens(old.number, old.code)
    assert opens(new.number, new.code)
    assert signing_in.find_open(opened.token) is None


def test_ending_a_card_leaves_other_doors_open(make, member, coordinator):
    by_card = make()
    by_card = code_cards.enter(by_card.number, by_card.code, caller=CALLER)
    by_link, _leads_to = personal_links.use(personal_links.make(member.person, by=None))

    code_cards.end(member.person, by=coordinator, team=member.team)

    assert signing_in.find_open(by_card.token) is None
    assert signing_in.find_open(by_link.token) is not None
    assert code_cards.find_open(member.person) is None


def test_a_card_is_good_for_half_a_year(make, time_machine):
    card = make()
    time_machine.shift(timedelta(days=179))
    assert opens(card.number, card.code)
    time_machine.shift(timedelta(days=1))
    assert not opens(card.number, card.code)


def test_nobody_slips_in_by_a_card_that_is_ended_at_this_moment(
    make, member, coordinator, monkeypatch
):
    card = make()
    give_back = throttle.give_back

    def ended_meanwhile(*what):
        code_cards.end(member.person, by=coordinator, team=member.team)
        give_back(*what)

    monkeypatch.setattr(throttle, "give_back", ended_meanwhile)
    opens(card.number, card.code)

    assert session.query(SignIn).filter(SignIn.ended_at.is_(None)).count() == 0


def test_who_has_a_password_gets_none(make, member):
    UserFactory(person=member.person)
    with pytest.raises(NoCardForPasswordHolders):
        make()


def test_choosing_a_password_ends_the_card_and_every_link(make, member, coordinator):
    card = make()
    token = personal_links.make(member.person, by=coordinator)

    signing_in.open_account(member.person, login="xiuying", password=PASSWORD)

    assert not opens(card.number, card.code)
    with pytest.raises(LinkNotUsable):
        personal_links.use(token)
    assert signing_in.sign_in("xiuying", PASSWORD, caller=CALLER)


def test_ten_wrong_codes_and_even_the_right_one_waits(make, time_machine):
    card = make()
    for _time in range(throttle.TRIES):
        assert not opens(card.number, "00000000")
    with pytest.raises(TooManyTries):
        opens(card.number, card.code, caller="198.51.100.1")
    time_machine.shift(throttle.WINDOW + throttle.STEP)
    assert opens(card.number, card.code)


def test_an_unknown_number_is_slowed_all_the_same():
    for _time in range(throttle.TRIES):
        assert not opens("654321", "00000000")
    with pytest.raises(TooManyTries):
        opens("654321", "00000000")


def test_trying_many_numbers_from_one_place_is_slowed():
    for number in range(throttle.TRIES_FROM_ONE_PLACE):
        assert not opens(str(200000 + number), "00000000")
    with pytest.raises(TooManyTries):
        opens("300000", "00000000")


def test_only_a_fingerprint_of_the_code_is_kept(make):
    card = make()
    row = session.query(CodeCard).one()
    assert row.number == card.number
    assert card.code not in row.code_mark


def test_the_trail_says_who_made_and_who_ended_it(make, member, coordinator):
    make()
    code_cards.end(member.person, by=member.person)
    rows = session.query(AuditEntry).filter(AuditEntry.action.like("card.%"))
    told = [(row.action, row.by_id, row.person_id) for row in rows.order_by(AuditEntry.id)]
    assert told == [
        ("card.made", coordinator.id, member.person_id),
        ("card.ended", member.person_id, member.person_id),
    ]
    assert all(not row.details for row in rows)


def test_two_people_have_two_numbers():
    coordinator = CoordinatorFactory()
    cards = [
        code_cards.make(PersonFactory(), by=coordinator.person, team=coordinator.team)
        for _time in range(20)
    ]
    assert len({card.number for card in cards}) == 20


def test_the_end_of_one_members_card_leaves_the_card_of_another(make, member, coordinator):
    other = MembershipFactory(team=member.team).person
    card = code_cards.make(other, by=coordinator, team=member.team)
    code_cards.enter(card.number, card.code, caller=CALLER)
    make()

    code_cards.end(member.person, by=coordinator, team=member.team)

    assert code_cards.find_open(member.person) is None
    assert code_cards.find_open(other) is not None
    assert opens(card.number, card.code)
    assert {row.ended_at for row in session.query(SignIn)} == {None}


def test_after_half_a_year_a_card_is_over(make, member, time_machine):
    make()
    time_machine.shift(code_cards.LASTS)

    assert code_cards.find_open(member.person) is None


def test_what_a_finder_set_up_by_a_lost_card_ends_with_it(make, member, coordinator, monkeypatch):
    whose = []
    monkeypatch.setattr(keys.doors_shut, "announce", lambda person, _by: whose.append(person))
    make()
    code_cards.end(member.person, by=coordinator, team=member.team)
    assert whose == []

    card = make()
    code_cards.enter(card.number, card.code, caller=CALLER)
    code_cards.end(member.person, by=coordinator, team=member.team)

    assert whose == [member.person]
