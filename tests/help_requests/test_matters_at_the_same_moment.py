"""Two answer for one request at the same moment: nobody is sent twice, and no fen is lost."""

from functools import partial

import pytest

from tests.factories.elders import volunteer_of
from tests.factories.help_requests import HelpRequestFactory, done, matched, taken_on
from tests.factories.teams import CoordinatorFactory
from tests.meeting import anew, meet
from tests.told import told
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import (
    away,
    calls,
    closing,
    matching,
    merging,
    money,
    notices,
    triage,
    widening,
)
from volunteer.help_requests.calls import CallDetails
from volunteer.help_requests.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    AlreadyAsking,
    AlreadyCounted,
    AlreadyHandedOver,
    AlreadyMatched,
    CalledBackAlready,
    IsOver,
    MoneyNotCounted,
    NobodyToWelcome,
    NotAnActiveVolunteer,
    NotDone,
    NotMatched,
    OfferIsOver,
)
from volunteer.help_requests.models import (
    Errand,
    Helped,
    HelpStatus,
    HotlineCall,
    OfferStatus,
    SignedHow,
)
from volunteer.people.away import Stretch
from volunteer.people.away import note as go_away
from volunteer.teams import membership
from volunteer.teams.queries import find_membership

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture
def coordinator(two_can_meet):
    return CoordinatorFactory()


@pytest.fixture
def request_(coordinator):
    return taken_on(coordinator.team, coordinator.person)


@pytest.fixture
def offer(coordinator):
    return matched(coordinator.team, coordinator.person)


def press(step, row, by, **how):
    """This step with this row, by this person."""
    again, person = anew(row), anew(by)
    return lambda: step(again(), by=person(), **how)


def leave(team, person):
    row = anew(find_membership(team, person))
    return lambda: membership.leave(row(), by=row().person)


# --- who comes ----------------------------------------------------------------------------------


def test_somebody_whom_two_ask_at_once_is_asked_once(request_, coordinator):
    again, person = anew(request_), anew(volunteer_of(coordinator.team))

    def ask():
        matching.offer(again(), person(), by=person())

    with pytest.raises(AlreadyAsked):
        meet(ask, ask)

    assert len(told(notices.HELP_OFFERED)) == 1


@pytest.mark.parametrize("has_been_asked", [True, False])
def test_who_leaves_at_this_moment_neither_says_yes_nor_is_asked(
    request_, coordinator, has_been_asked
):
    volunteer = volunteer_of(coordinator.team)
    go, again, person = leave(coordinator.team, volunteer), anew(request_), anew(volunteer)
    if has_been_asked:
        offered = matching.offer(request_, volunteer, by=coordinator.person)
        late = press(matching.accept, offered, volunteer)
    else:
        late = partial(lambda: matching.offer(again(), person(), by=person()))

    with pytest.raises((NotAnActiveVolunteer, OfferIsOver)):
        meet(go, late)

    assert again().volunteer is None


@pytest.mark.parametrize("says_yes", [True, False])
def test_who_says_no_and_yes_at_once_has_said_what_came_first(request_, coordinator, says_yes):
    offered = matching.offer(request_, volunteer_of(coordinator.team), by=coordinator.person)
    no, yes = (press(step, offered, offered.person) for step in (matching.decline, matching.accept))

    with pytest.raises(OfferIsOver):
        meet(*((yes, no) if says_yes else (no, yes)))

    assert offered.status is (OfferStatus.ACCEPTED if says_yes else OfferStatus.DECLINED)


def test_who_says_yes_and_goes_away_at_this_moment_keeps_the_promise(coordinator):
    day = clock.now().date()
    lamp = taken_on(coordinator.team, coordinator.person, wanted_on=day)
    offered = matching.offer(lamp, volunteer_of(coordinator.team), by=coordinator.person)
    number = offered.person_id
    go_away(offered.person, Stretch(day, day), by=offered.person)

    meet(press(matching.accept, offered, offered.person), lambda: away.follow([number]))

    assert offered.status is OfferStatus.ACCEPTED


def test_who_is_asked_while_another_says_yes_is_not_asked(request_, coordinator):
    offered = matching.offer(request_, volunteer_of(coordinator.team), by=coordinator.person)
    again, person = anew(request_), anew(volunteer_of(coordinator.team))

    with pytest.raises(AlreadyMatched):
        meet(
            press(matching.accept, offered, offered.person),
            lambda: matching.offer(again(), person(), by=person()),
        )


@pytest.mark.parametrize("is_welcome", [True, False])
def test_of_a_yes_and_a_no_of_the_resident_the_first_holds(request_, coordinator, is_welcome):
    offered = matching.offer(request_, volunteer_of(coordinator.team), by=coordinator.person)
    matching.accept(offered, by=offered.person)
    steps = [matching.welcome, matching.turn_down]
    mine, theirs = steps if is_welcome else reversed(steps)
    by = coordinator.person

    with pytest.raises(NobodyToWelcome):
        meet(press(mine, request_, by), press(theirs, request_, by))


def test_who_gives_it_back_at_this_moment_has_not_done_it(offer):
    with pytest.raises(NotMatched):
        meet(
            press(matching.give_back, offer.help_request, offer.person),
            press(
                lambda row, by: closing.finish(row, by=by, volunteer=by),
                offer.help_request,
                offer.person,
            ),
        )


def test_two_who_begin_to_ask_by_the_clock_at_once_begin_once(request_, coordinator):
    begin = press(widening.begin, request_, coordinator.person)

    with pytest.raises(AlreadyAsking):
        meet(begin, begin)


def test_nobody_gives_back_what_is_taken_back_at_this_moment(offer):
    with pytest.raises(NotMatched):
        meet(
            press(closing.withdraw, offer.help_request, offer.person),
            press(matching.give_back, offer.help_request, offer.person),
        )

    assert offer.help_request.status is HelpStatus.WITHDRAWN


# --- how it ends --------------------------------------------------------------------------------


def test_what_is_taken_back_at_this_moment_is_not_done(offer):
    with pytest.raises(NotMatched):
        meet(
            press(closing.withdraw, offer.help_request, offer.person),
            press(closing.finish, offer.help_request, offer.person),
        )

    assert offer.help_request.status is HelpStatus.WITHDRAWN


def test_of_content_and_not_content_the_first_holds(coordinator):
    request = done(coordinator.team, coordinator.person)

    meet(
        press(closing.confirm, request, coordinator.person),
        press(partial(closing.reopen, words="还不亮"), request, coordinator.person),
    )

    assert request.status is HelpStatus.ACCEPTED
    assert request.ended_at is None


def test_what_is_opened_again_at_this_moment_is_not_well(coordinator):
    request = done(coordinator.team, coordinator.person)
    ask = partial(closing.call_back, helped=Helped.YES)

    for step in (closing.confirm, ask):
        if request.status is not HelpStatus.DONE:
            closing.finish(request, by=coordinator.person)
        with pytest.raises(NotDone):
            meet(
                press(partial(closing.reopen, words="还不亮"), request, coordinator.person),
                press(step, request, coordinator.person),
            )


def test_a_request_that_two_refer_and_take_on_at_once_has_one_answer(coordinator):
    request, other = HelpRequestFactory(community_of=coordinator.team), CoordinatorFactory()
    first, second = anew(coordinator.team), anew(other.team)
    again, by, own = anew(request), anew(other.person), anew(coordinator.person)

    with pytest.raises((AlreadyAnswered, IsOver)):
        meet(
            lambda: triage.decline(again(), first(), words="没有人会", by=own()),
            lambda: triage.take_on(again(), second(), by=by()),
        )

    assert again().status is HelpStatus.DECLINED


def test_two_requests_that_are_put_together_both_ways_at_once_are_one(coordinator):
    first, second = (
        anew(taken_on(coordinator.team, coordinator.person, words=words))
        for words in ("灯不亮", "厨房的灯坏了")
    )
    team, by = anew(coordinator.team), anew(coordinator.person)

    with pytest.raises(IsOver):
        meet(
            lambda: merging.merge(second(), first(), team=team(), by=by()),
            lambda: merging.merge(first(), second(), team=team(), by=by()),
        )

    assert [first().status, second().status] == [HelpStatus.ACCEPTED, HelpStatus.MERGED]


# --- money --------------------------------------------------------------------------------------


def hand_over(offer):
    return press(partial(money.hand_over, given_fen=10_000), offer.help_request, offer.person)


def count(errand, by, back=0):
    return press(partial(money.count, spent_fen=10_000 - back, returned_fen=back), errand, by)


def sign(errand, by):
    return press(partial(money.sign, how=SignedHow.FINGER), errand, by)


def test_money_that_two_note_at_once_is_handed_over_once(offer):
    with pytest.raises(AlreadyHandedOver):
        meet(hand_over(offer), hand_over(offer))

    assert session.query(Errand).count() == 1


def test_what_is_signed_at_this_moment_is_not_counted_anew(offer):
    errand = hand_over(offer)()
    count(errand, offer.person)()

    with pytest.raises(AlreadyCounted):
        meet(sign(errand, offer.person), count(errand, offer.person, back=5_000))

    assert (errand.is_signed, errand.spent_fen) == (True, 10_000)


def test_what_two_sign_at_once_is_signed_once(offer):
    errand = hand_over(offer)()
    count(errand, offer.person)()

    with pytest.raises(AlreadyCounted):
        meet(sign(errand, offer.person), sign(errand, offer.person))


@pytest.mark.parametrize("step", [closing.finish, closing.withdraw])
def test_nothing_ends_for_which_money_is_handed_over_at_this_moment(offer, step):
    with pytest.raises(MoneyNotCounted):
        meet(hand_over(offer), press(step, offer.help_request, offer.person))

    assert offer.help_request.status is HelpStatus.MATCHED


def test_nobody_is_given_money_for_what_is_taken_back_at_this_moment(offer):
    with pytest.raises(NotMatched):
        meet(press(closing.withdraw, offer.help_request, offer.person), hand_over(offer))

    assert session.query(Errand).count() == 0


# --- the hotline --------------------------------------------------------------------------------


def note_call(team, by):
    return press(lambda row, by: calls.note(row, CallDetails(words="灯坏了"), by=by), team, by)


def test_a_call_that_is_noted_twice_at_once_is_one(coordinator):
    note = note_call(coordinator.team, coordinator.person)

    meet(note, note)

    assert session.query(HotlineCall).count() == 1


def test_of_two_who_call_back_at_once_one_does(coordinator):
    call = note_call(coordinator.team, coordinator.person)()
    call.call_back_by = call.rang_at
    session.commit()
    back = press(calls.note_called_back, call, coordinator.person)

    with pytest.raises(CalledBackAlready):
        meet(back, back)
