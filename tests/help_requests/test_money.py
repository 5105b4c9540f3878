"""The money of an errand: whole fen, and what is missing has a sentence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from tests.factories.elders import volunteer_of
from tests.factories.help_requests import matched, taken_on
from tests.factories.network import PlaceFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import closing, matching, merging, money, policy, triage
from volunteer.help_requests.errors import (
    AlreadyCounted,
    AlreadyHandedOver,
    AmountNeeded,
    ExplanationNeeded,
    MoneyNotCounted,
    NotCounted,
    NotMatched,
)
from volunteer.help_requests.models import Errand, HelpStatus, HelpStep, SignedHow, StepKind
from volunteer.network.models import PlaceKind
from volunteer.pictures.keeping import Photo
from volunteer.pictures.models import Picture

PHOTO = Photo(b"a receipt", 30, 40)
sums = st.integers(0, money.MOST_FEN)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def offer(coordinator):
    return matched(coordinator.team, coordinator.person)


@pytest.fixture
def errand(offer):
    return money.hand_over(offer.help_request, 10_000, by=offer.person)


def test_what_is_given_is_written_down_once(offer):
    errand = money.hand_over(offer.help_request, 10_000, by=offer.person)

    assert (errand.given_fen, errand.is_counted, errand.is_signed) == (10_000, False, False)
    with pytest.raises(AlreadyHandedOver):
        money.hand_over(offer.help_request, 10_000, by=offer.person)


@pytest.mark.parametrize("fen", [0, -1, money.MOST_FEN + 1])
def test_an_amount_is_more_than_nothing_and_no_fortune(offer, fen):
    with pytest.raises(AmountNeeded):
        money.hand_over(offer.help_request, fen, by=offer.person)


def test_before_the_volunteer_is_welcome_no_money_changes_hands(coordinator):
    request = taken_on(coordinator.team, coordinator.person)
    offer = matching.offer(request, volunteer_of(coordinator.team), by=coordinator.person)
    for _before in ("asked", "said yes"):
        with pytest.raises(NotMatched):
            money.hand_over(request, 100, by=coordinator.person)
        if offer.is_waiting:
            matching.accept(offer, by=offer.person)


def test_what_fits_together_needs_no_words(errand, offer):
    money.count(errand, spent_fen=6350, returned_fen=3650, receipt=PHOTO, by=offer.person)

    assert (errand.missing_fen, errand.explanation) == (0, None)
    assert session.query(Picture).one().content == PHOTO.content
    words = session.query(HelpStep).filter_by(kind=StepKind.MONEY).order_by(HelpStep.id).all()
    assert ["100.00" in words[0].words, "63.50" in words[1].words] == [True, True]


def test_what_is_missing_needs_a_sentence(errand, offer):
    with pytest.raises(ExplanationNeeded):
        money.count(errand, spent_fen=6350, returned_fen=3600, explanation=" ", by=offer.person)

    money.count(errand, spent_fen=6350, returned_fen=3600, explanation="五角没找", by=offer.person)

    assert errand.missing_fen == 50


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spent=sums, returned=sums, words=st.sampled_from(["", "  ", "记错了"]))
def test_whatever_is_counted_fits_together_or_is_explained(errand, offer, spent, returned, words):
    fits = errand.given_fen - spent == returned
    try:
        money.count(
            errand, spent_fen=spent, returned_fen=returned, explanation=words, by=offer.person
        )
    except ExplanationNeeded:
        assert not fits
        assert not words.strip()
    else:
        assert errand.given_fen == errand.spent_fen + errand.returned_fen + errand.missing_fen
        assert errand.missing_fen == 0 or errand.explanation


def test_the_table_itself_refuses_what_is_missing_without_a_sentence(errand, offer):
    row = Errand(
        help_request_id=errand.help_request_id, given_fen=100, given_noted_by_id=offer.person_id,
        spent_fen=50, returned_fen=49,
    )  # fmt: skip
    session.delete(errand)
    session.flush()
    session.add(row)

    with pytest.raises(IntegrityError, match="difference_is_explained"):
        session.flush()
    session.rollback()


@pytest.mark.parametrize("how", list(SignedHow))
def test_what_is_signed_stays(errand, offer, how):
    with pytest.raises(NotCounted):
        money.sign(errand, how, by=offer.person)
    money.count(errand, spent_fen=6350, returned_fen=3650, by=offer.person)

    money.sign(errand, how, paper=PHOTO if how is SignedHow.PAPER else None, by=offer.person)

    assert (errand.signed_how, errand.signed_before_id) == (how, offer.person_id)
    assert (errand.signature is not None) == (how is SignedHow.PAPER)
    with pytest.raises(AlreadyCounted):
        money.sign(errand, how, by=offer.person)
    with pytest.raises(AlreadyCounted):
        money.count(errand, spent_fen=0, returned_fen=10_000, by=offer.person)


def test_what_is_done_has_its_money_counted(errand, offer):
    with pytest.raises(MoneyNotCounted):
        closing.finish(offer.help_request, by=offer.person)
    money.count(errand, spent_fen=6350, returned_fen=3650, by=offer.person)

    closing.finish(offer.help_request, by=offer.person)

    assert offer.help_request.status is HelpStatus.DONE


def test_its_volunteer_and_the_team_see_the_money_and_nobody_else(coordinator, offer):
    request, now = offer.help_request, clock.now()
    others = [MembershipFactory(team=coordinator.team).person, CoordinatorFactory().person, None]

    assert policy.can_see_money(offer.person, request, now)
    assert policy.can_see_money(coordinator.person, request, now)
    assert not any(policy.can_see_money(other, request, now) for other in others)


def test_when_it_is_long_over_the_volunteer_sees_it_no_more(coordinator, offer):
    closing.finish(offer.help_request, by=offer.person)
    later = offer.help_request.done_at + policy.AFTERWARDS * 2

    assert not policy.can_see_money(offer.person, offer.help_request, later)


# --- on the way when things go otherwise ---------------------------------------------------------


def test_it_is_counted_though_the_volunteer_can_not_come_any_more(errand, offer, coordinator):
    help_request = offer.help_request
    matching.give_back(help_request, by=offer.person, volunteer=offer.person)

    with pytest.raises(MoneyNotCounted):
        closing.finish(help_request, by=coordinator.person)

    money.count(errand, spent_fen=9_000, returned_fen=1_000, by=coordinator.person)
    closing.finish(help_request, by=coordinator.person)
    assert help_request.status is HelpStatus.DONE


def test_it_is_counted_before_the_request_is_withdrawn(errand, offer, coordinator):
    with pytest.raises(MoneyNotCounted):
        closing.withdraw(offer.help_request, by=coordinator.person)

    money.count(errand, spent_fen=0, returned_fen=10_000, by=coordinator.person)
    closing.withdraw(offer.help_request, by=coordinator.person)


def test_it_is_counted_before_the_request_is_merged_into_another(errand, offer, coordinator):
    earlier = taken_on(coordinator.team, coordinator.person)

    with pytest.raises(MoneyNotCounted):
        merging.merge(offer.help_request, earlier, team=coordinator.team, by=coordinator.person)


@pytest.mark.parametrize(
    "give_away",
    [
        lambda request, team, by: triage.refer(request, team, words="12349", by=by),
        lambda request, team, by: triage.decline(request, team, words="不行", by=by),
        lambda request, team, by: triage.hand_on(
            request, team, TeamFactory(place=team.place), by=by
        ),
        lambda request, team, by: triage.raise_level(request, team, by=by),
    ],
    ids=["referred", "declined", "handed on", "handed up"],
)
def test_it_is_counted_before_the_team_lets_go_of_the_request(
    errand, offer, coordinator, give_away
):
    request, team = offer.help_request, coordinator.team
    team.place.parent = PlaceFactory(kind=PlaceKind.SUBDISTRICT)
    TeamFactory(place__parent=team.place.parent)
    with pytest.raises(MoneyNotCounted):
        give_away(request, team, coordinator.person)
    assert request.volunteer == offer.person

    money.count(errand, spent_fen=0, returned_fen=10_000, by=coordinator.person)
    give_away(request, team, coordinator.person)

    assert request.volunteer is None


def test_of_a_receipt_that_another_one_replaces_nothing_stays(errand, offer):
    for content in (b"blurred", b"sharp"):
        money.count(
            errand, spent_fen=6350, returned_fen=3650, receipt=Photo(content, 30, 40),
            by=offer.person,
        )  # fmt: skip

    assert [picture.content for picture in session.query(Picture)] == [b"sharp"]
    assert errand.receipt.content == b"sharp"


# --- once more -----------------------------------------------------------------------------------


def signed(errand, by):
    money.count(errand, spent_fen=6350, returned_fen=3650, by=by)
    money.sign(errand, SignedHow.FINGER, by=by)


def test_the_next_volunteer_gets_money_once_what_the_first_had_is_signed(
    errand, offer, coordinator
):
    help_request = offer.help_request
    matching.give_back(help_request, by=offer.person, volunteer=offer.person)
    second = matching.offer(help_request, volunteer_of(coordinator.team), by=coordinator.person)
    matching.accept(second, by=second.person)
    matching.welcome(help_request, by=coordinator.person)
    with pytest.raises(AlreadyHandedOver):
        money.hand_over(help_request, 2_000, by=second.person)
    money.count(errand, spent_fen=6350, returned_fen=3650, by=coordinator.person)
    with pytest.raises(AlreadyHandedOver):
        money.hand_over(help_request, 2_000, by=second.person)
    signed(errand, coordinator.person)

    again = money.hand_over(help_request, 2_000, by=second.person)

    assert money.list_of(help_request) == [again, errand]
    assert money.must_be_counted(help_request)
    with pytest.raises(AlreadyHandedOver):
        money.hand_over(help_request, 2_000, by=second.person)


def test_who_did_it_gets_no_more_money_for_it(errand, offer):
    signed(errand, offer.person)
    closing.finish(offer.help_request, by=offer.person)

    with pytest.raises(NotMatched):
        money.hand_over(offer.help_request, 2_000, by=offer.person)
