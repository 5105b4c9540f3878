"""Two at one door at the same moment: what opens once opens once, and what has ended stays shut."""

import pytest

from tests.accounts.codes import digits_of
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from tests.meeting import anew, meet, meeting
from volunteer.accounts import (
    code_cards,
    one_time_codes,
    passwords,
    personal_links,
    second_step,
    signing_in,
    throttle,
)
from volunteer.accounts.errors import (
    CodeTooOld,
    LinkNotUsable,
    NoCardForPasswordHolders,
    NoLinkForPasswordHolders,
    NoSecondStep,
    SecondStepIsOn,
    TooManyTries,
    WrongCard,
    WrongCode,
    WrongLoginOrPassword,
    WrongPassword,
    WrongSecondCode,
)
from volunteer.accounts.models import CodeCard, PersonalLink, SignIn
from volunteer.core import clock
from volunteer.core.database import lock, session
from volunteer.people import deaths

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

CALLER = "192.0.2.1"
MAILBOX = "wang@example.org"
NEW = "another sentence"


@pytest.fixture
def member(two_can_meet):
    """With an account, and no password yet."""
    member = MembershipFactory()
    UserFactory(person=member.person, login=None, password_hash=None)
    return member


@pytest.fixture
def user(two_can_meet):
    return UserFactory()


def open_account(member):
    again = anew(member)
    return lambda: signing_in.open_account(again().person, login="wanghua", password=PASSWORD)


def hand_out(member):
    again, by = anew(member), anew(PersonFactory())
    return lambda: personal_links.make(again().person, by=by(), team=again().team)


def make_card(member):
    again, by = anew(member), anew(PersonFactory())
    return lambda: code_cards.make(again().person, by=by(), team=again().team)


def came_in():
    return session.query(SignIn).filter(SignIn.ended_at.is_(None)).count()


def meet_at(user, mine, theirs, *, raises):
    """The other one has proved who they are, and waits for the account as mine is done."""
    with meeting(theirs) as other:
        lock(user)
        other.begin()
        mine()
    with pytest.raises(raises):
        other.result()


# --- what opens once ----------------------------------------------------------------------------


def test_a_link_that_two_follow_at_once_lets_one_in(member):
    token = hand_out(member)()

    with pytest.raises(LinkNotUsable):
        meet(lambda: personal_links.use(token), lambda: personal_links.use(token))

    assert came_in() == 1


def test_a_code_that_two_type_at_once_is_taken_once(member):
    code = one_time_codes.make(MAILBOX, [member.person])

    def exchange():
        return one_time_codes.exchange(MAILBOX, code)

    with pytest.raises(WrongCode):
        meet(exchange, exchange)


def test_a_proof_that_two_bring_at_once_lets_one_in(member):
    proof = one_time_codes.exchange(MAILBOX, one_time_codes.make(MAILBOX, [member.person]))
    number = member.person_id

    def enter():
        one_time_codes.enter(proof, number)

    with pytest.raises(WrongCode):
        meet(enter, enter)

    assert came_in() == 1


def test_of_two_links_that_are_handed_out_at_once_one_opens(member):
    meet(hand_out(member), hand_out(member))

    assert len([one for one in session.query(PersonalLink) if one.is_usable(clock.now())]) == 1


def test_of_two_cards_that_are_printed_at_once_one_opens(member):
    meet(make_card(member), make_card(member))

    assert session.query(CodeCard).filter_by(ended_at=None).count() == 1


def test_a_spare_code_that_two_type_at_once_lets_one_in(user):
    secret = second_step.new_secret()
    spare = second_step.turn_on(user, secret, digits_of(secret), password=PASSWORD)
    tokens = [signing_in.sign_in(user.login, PASSWORD, caller=CALLER).token for _number in range(2)]

    def come_in(token):
        return lambda: second_step.confirm(token, spare[0], caller=CALLER)

    meet_at(user, *(come_in(token) for token in tokens), raises=WrongSecondCode)

    assert len(user.spare_marks) == second_step.SPARE_CODES - 1


def test_a_second_step_that_two_turn_on_at_once_is_that_of_the_first(user):
    again, first, other = anew(user), second_step.new_secret(), second_step.new_secret()

    def turn_on(secret):
        return lambda: second_step.turn_on(again(), secret, digits_of(secret), password=PASSWORD)

    meet_at(user, turn_on(first), turn_on(other), raises=SecondStepIsOn)

    assert user.step_secret == first


def test_a_second_step_that_two_turn_off_at_once_is_turned_off_once(user):
    again, secret = anew(user), second_step.new_secret()
    second_step.turn_on(user, secret, digits_of(secret), password=PASSWORD)

    def turn_off():
        second_step.end(again(), by=None)

    meet_at(user, turn_off, turn_off, raises=NoSecondStep)


def test_of_two_who_try_the_last_time_at_once_one_is_let_try(two_can_meet):
    limit = throttle.Limit("login", "wanghua")
    for _time in range(throttle.TRIES - 1):
        throttle.take(limit)

    with pytest.raises(TooManyTries):
        meet(lambda: throttle.take(limit), lambda: throttle.take(limit))


# --- what ends at this moment -------------------------------------------------------------------


def test_a_link_that_ends_at_this_moment_lets_nobody_in(member):
    token, again, by = hand_out(member)(), anew(member), anew(PersonFactory())

    with pytest.raises(LinkNotUsable):
        meet(
            lambda: personal_links.end_handed(again().person, by=by()),
            lambda: personal_links.use(token),
        )


def test_who_follows_a_link_that_is_ended_at_this_moment_is_out_again(member):
    token, again, by = hand_out(member)(), anew(member), anew(PersonFactory())

    meet(
        lambda: personal_links.use(token),
        lambda: personal_links.end_handed(again().person, by=by()),
    )

    assert came_in() == 0


def test_a_card_that_ends_at_this_moment_lets_nobody_in(member):
    card, again, by = make_card(member)(), anew(member), anew(PersonFactory())

    with pytest.raises(WrongCard):
        meet(
            lambda: code_cards.end(again().person, by=by(), team=again().team),
            lambda: code_cards.enter(card.number, card.code, caller=CALLER),
        )


@pytest.mark.parametrize(
    ("make", "refusal"),
    [(hand_out, NoLinkForPasswordHolders), (make_card, NoCardForPasswordHolders)],
)
def test_who_chooses_a_password_at_this_moment_gets_no_lesser_key(member, make, refusal):
    with pytest.raises(refusal):
        meet(open_account(member), make(member))


@pytest.mark.parametrize("make", [hand_out, make_card])
def test_a_lesser_key_that_is_made_at_this_moment_ends_with_a_password(member, make):
    meet(make(member), open_account(member))

    assert session.query(CodeCard).filter_by(ended_at=None).count() == 0
    assert not personal_links.has_handed(member.person)


def test_a_door_that_a_message_makes_at_this_moment_ends_with_a_password(member):
    again = anew(member.person)

    def write():
        return personal_links.doors([again()], "/my-week", lasts=personal_links.LASTS)

    path = meet(open_account(member), write)[member.person_id]

    token = path.removeprefix("/links/")
    with pytest.raises(LinkNotUsable):
        personal_links.use(token)


# --- passwords ----------------------------------------------------------------------------------


def test_of_two_who_change_a_password_at_once_the_first_has_it(user):
    again, fresh = anew(user), passwords.hashed(NEW)

    with pytest.raises(WrongPassword):
        meet(
            lambda: signing_in.set_password(again(), fresh),
            lambda: signing_in.change_password(again(), old=PASSWORD, new="a third sentence"),
        )


def test_who_comes_in_by_a_password_that_ends_at_this_moment_stays_outside(user):
    again, login = anew(user), user.login

    with pytest.raises(WrongLoginOrPassword):
        meet(
            lambda: signing_in.change_password(again(), old=PASSWORD, new=NEW),
            lambda: signing_in.sign_in(login, PASSWORD, caller=CALLER),
        )

    assert came_in() == 0


def test_who_comes_in_as_the_password_ends_is_out_again(user):
    again, login = anew(user), user.login

    meet(
        lambda: signing_in.sign_in(login, PASSWORD, caller=CALLER),
        lambda: signing_in.change_password(again(), old=PASSWORD, new=NEW),
    )

    assert came_in() == 0


def test_nobody_comes_in_as_who_has_died_at_this_moment(user):
    person, by, login = anew(user.person), anew(PersonFactory()), user.login

    with pytest.raises(WrongLoginOrPassword):
        meet(
            lambda: deaths.note(person(), by=by()),
            lambda: signing_in.sign_in(login, PASSWORD, caller=CALLER),
        )


def test_whoever_came_in_as_who_has_died_at_this_moment_is_out_again(user):
    person, by, login = anew(user.person), anew(PersonFactory()), user.login

    meet(
        lambda: signing_in.sign_in(login, PASSWORD, caller=CALLER),
        lambda: deaths.note(person(), by=by()),
    )

    assert came_in() == 0


def test_who_signs_out_everywhere_at_this_moment_gets_no_new_password_by_a_code(user):
    opened = signing_in.find_open(signing_in.begin(user, "code").token)
    again = anew(user)

    with pytest.raises(CodeTooOld):
        meet(
            lambda: signing_in.end_all(again()),
            lambda: signing_in.replace_password(opened, NEW),
        )


def test_who_comes_by_a_code_as_the_second_step_is_turned_on_is_asked_for_it(user):
    person_id, again = user.person_id, anew(user)
    code = one_time_codes.make(MAILBOX, [user.person])
    proof = one_time_codes.prove(MAILBOX, code, caller=CALLER)
    secret = second_step.new_secret()

    opened = meet(
        lambda: second_step.turn_on(again(), secret, digits_of(secret), password=PASSWORD),
        lambda: one_time_codes.enter(proof, person_id),
    )

    assert opened.is_waiting
    assert signing_in.find_open(opened.token) is None
