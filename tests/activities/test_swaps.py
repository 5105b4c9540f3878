"""Two people change their dates."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from tests.told import told
from volunteer.activities import (
    away,
    excuses,
    pausing,
    planning,
    policy,
    signups,
    single_date,
    stand_ins,
    swap_notices,
    swaps,
)
from volunteer.activities.errors import BusyThen, NotAnActiveMember, SwapIsOver, SwapOfferedAlready
from volunteer.activities.models import (
    Excuse,
    OccurrenceStatus,
    Signup,
    SignupStatus,
    SwapOffer,
    SwapStatus,
)
from volunteer.activities.pausing import PausePlan
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.people.away import Stretch
from volunteer.teams.models import Membership, MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def pair(database) -> tuple[Signup, Signup]:
    """The places of two people on two dates of one activity."""
    activity = ActivityFactory()
    own, other = (
        SignupFactory(
            occurrence=OccurrenceFactory(
                activity=activity, starts_at=NOW + timedelta(days=days), roles=[("帮厨", 1, 1)]
            )
        )
        for days in (2, 9)
    )
    return own, other


@pytest.fixture
def swap(pair) -> SwapOffer:
    own, other = pair
    return swaps.offer(own, other, by=own.person)


def coming(signup: Signup) -> list[int]:
    session.expire_all()
    return [one.person_id for one in signup.occurrence.going]


def test_an_offer_changes_nothing_and_tells_the_other(pair, swap):
    own, other = pair

    assert (coming(own), coming(other)) == ([own.person_id], [other.person_id])
    assert told(swap_notices.SWAP_OFFERED) == [other.person_id]
    with pytest.raises(SwapOfferedAlready):
        swaps.offer(own, other, by=own.person)


def test_a_yes_changes_both_dates_in_one_step(pair, swap):
    own, other = pair

    swaps.accept(swap, by=other.person)

    assert (coming(own), coming(other)) == ([other.person_id], [own.person_id])
    assert {own.status, other.status} == {SignupStatus.WITHDRAWN}
    assert {own.excuse, other.excuse} == {Excuse.SWAP}
    assert (own.is_late, other.is_late) == (False, False)
    assert told(swap_notices.SWAP_ANSWERED) == [own.person_id]


def test_swapping_back_uses_the_places_of_before(pair, swap):
    own, other = pair
    swaps.accept(swap, by=other.person)
    mine = other.occurrence.signup_of(own.person)
    theirs = own.occurrence.signup_of(other.person)

    swaps.accept(swaps.offer(mine, theirs, by=own.person), by=other.person)

    assert (coming(own), coming(other)) == ([own.person_id], [other.person_id])


@pytest.mark.parametrize(
    ("step", "status"),
    [(swaps.decline, SwapStatus.DECLINED), (swaps.take_back, SwapStatus.TAKEN_BACK)],
)
def test_a_no_and_taking_it_back_change_nothing(pair, swap, step, status):
    own, other = pair

    step(swap, by=other.person)

    assert swap.status is status
    assert (coming(own), coming(other)) == ([own.person_id], [other.person_id])
    with pytest.raises(SwapIsOver):
        swaps.accept(swap, by=other.person)


@pytest.mark.parametrize("side", [0, 1])
def test_a_place_given_back_meanwhile_can_not_be_swapped(pair, swap, side):
    signups.withdraw(pair[side], by=pair[side].person)

    with pytest.raises(SwapIsOver):
        swaps.accept(swap, by=pair[1].person)


def test_who_has_promised_to_be_elsewhere_does_not_get_that_date(pair, swap):
    own, other = pair
    SignupFactory(occurrence__starts_at=other.occurrence.starts_at, person=own.person)

    with pytest.raises(BusyThen):
        swaps.accept(swap, by=other.person)

    assert (coming(own), coming(other)) == ([own.person_id], [other.person_id])


def test_nobody_is_asked_about_a_date_that_was_cancelled_meanwhile(app, pair, swap):
    own, _other = pair

    def letters_now() -> int:
        with app.app_context(), transaction():
            return len(letters.write(list(session.query(OutboxMessage))))

    before = letters_now()
    with transaction():
        own.occurrence.status = OccurrenceStatus.CANCELLED

    assert (before, letters_now()) == (1, 0)


def test_a_date_that_has_begun_is_not_offered(pair, time_machine):
    own, other = pair
    time_machine.move_to(own.occurrence.starts_at, tick=False)

    with pytest.raises(SwapIsOver):
        swaps.offer(own, other, by=own.person)

    assert told(swap_notices.SWAP_OFFERED) == []


def test_who_pauses_meanwhile_gets_no_date(pair, swap):
    own, other = pair
    session.query(Membership).filter_by(
        person_id=own.person_id
    ).one().status = MembershipStatus.PAUSED
    session.commit()

    with pytest.raises(NotAnActiveMember):
        swaps.accept(swap, by=other.person)


def test_offered_are_only_dates_on_which_each_can_be_where_the_other_was(pair):
    own, other = pair
    both = member_of(own.occurrence)
    SignupFactory(occurrence=own.occurrence, person=both, status=SignupStatus.WAITING)
    third = OccurrenceFactory(activity=own.occurrence.activity, starts_at=NOW + timedelta(days=16))
    not_this_one = SignupFactory(occurrence=third, person=both)
    elsewhere = SignupFactory()

    found = swaps.possible(own)

    assert list(found) == [other]
    for wrong in (not_this_one, elsewhere):
        with pytest.raises(SwapIsOver):
            swaps.offer(own, wrong, by=own.person)


def test_nobody_reads_that_they_have_a_date_that_has_been_called_off_since(pair, swap):
    _own, other = pair
    swaps.accept(swap, by=other.person)
    single_date.cancel(other.occurrence, reason="停水", by=other.person)

    with transaction():
        messages = session.query(OutboxMessage).filter_by(kind=swap_notices.SWAP_ANSWERED)
        written = letters.write(messages.all())

    assert written == {}


def test_who_has_given_the_place_back_has_nothing_to_offer(pair):
    own, other = pair
    signups.withdraw(own, by=own.person)

    with pytest.raises(SwapIsOver):
        swaps.offer(own, other, by=own.person)


@pytest.mark.parametrize("side", [0, 1])
def test_a_date_that_is_cancelled_meanwhile_can_not_be_swapped(pair, swap, side):
    pair[side].occurrence.status = OccurrenceStatus.CANCELLED
    session.commit()

    with pytest.raises(SwapIsOver):
        swaps.accept(swap, by=pair[1].person)


def test_both_sides_and_coordinators_see_an_offer_and_nobody_else(pair, swap):
    own, other = pair
    coordinator = CoordinatorFactory(team=own.occurrence.team).person

    for person in (own.person, other.person, coordinator):
        assert policy.can_see_swap(person, swap)
    assert not policy.can_see_swap(member_of(own.occurrence), swap)


def test_who_has_left_the_team_does_not_read_who_else_comes_when(pair):
    own, _other = pair
    stranger = member_of(own.occurrence)
    assert policy.can_offer_swap(own.person, own)
    assert not policy.can_offer_swap(stranger, own)

    session.query(Membership).filter_by(
        person_id=own.person_id
    ).one().status = MembershipStatus.LEFT
    session.commit()

    assert not policy.can_offer_swap(own.person, own)


def test_dates_that_overlap_can_be_swapped_for_each_gives_one_away(pair):
    own, _other = pair
    hour_later = OccurrenceFactory(
        activity=ActivityFactory(team=own.occurrence.team),
        starts_at=own.occurrence.starts_at + timedelta(hours=1),
    )
    later = SignupFactory(occurrence=hour_later)
    swap = SwapOffer(own=own, other=later, by_id=own.person_id, offered_at=NOW)
    session.add(swap)
    session.commit()

    swaps.accept(swap, by=later.person)

    assert (coming(own), coming(later)) == ([later.person_id], [own.person_id])


def test_who_waits_for_the_other_date_by_now_does_not_swap_for_it(pair, swap):
    own, other = pair
    waiting = SignupFactory(
        occurrence=other.occurrence, person=own.person, status=SignupStatus.WAITING
    )

    with pytest.raises(SwapIsOver):
        swaps.accept(swap, by=other.person)

    session.expire_all()
    assert (own.is_going, waiting.is_waiting) == (True, True)


def another_time(occurrence, **changed) -> DatePlan:
    same = {"day": occurrence.day, "starts": time(15), "ends": time(17), "place": occurrence.place}
    return DatePlan(**same | changed)


@pytest.mark.parametrize("side", [0, 1])
def test_nobody_gets_a_date_at_another_time_than_they_offered_to_come(pair, swap, side):
    own, other = pair
    date = pair[side].occurrence

    single_date.move(date, another_time(date), by=other.person)

    with pytest.raises(SwapIsOver):
        swaps.accept(swap, by=other.person)
    assert (coming(own), coming(other)) == ([own.person_id], [other.person_id])
    # At the time that it has now it can be offered again.
    swaps.accept(swaps.offer(own, other, by=own.person), by=other.person)
    assert coming(other) == [own.person_id]


def test_an_offer_stands_when_a_date_has_only_another_place(pair, swap):
    own, other = pair
    date = other.occurrence
    hours = {"starts": date.wall_starts.time(), "ends": date.wall_ends.time()}

    single_date.move(date, another_time(date, place="小区花园", **hours), by=other.person)

    swaps.accept(swap, by=other.person)
    assert coming(other) == [own.person_id]


def written_to_who_offered() -> list[str]:
    with transaction():
        messages = session.query(OutboxMessage).filter_by(kind=swap_notices.SWAP_ENDED).all()
        return [letter.text for letter in letters.write(messages).values()]


@pytest.mark.parametrize("side", [0, 1])
def test_who_offered_is_told_once_when_a_date_gets_another_time(app, pair, swap, side):
    own, other = pair
    date = pair[side].occurrence

    single_date.move(date, another_time(date), by=other.person)
    single_date.move(date, another_time(date, starts=time(16)), by=other.person)

    assert told(swap_notices.SWAP_ENDED) == [own.person_id]
    with app.app_context():
        (text,) = written_to_who_offered()
    assert "nothing is swapped" in text
    assert "You have this date" in text


def call_off(date, by) -> None:
    single_date.cancel(date, reason="停水", by=by)


def rest_on(date, by) -> None:
    pausing.pause(date.activity, PausePlan(date.day, date.day), by=by)


def end_all(date, by) -> None:
    planning.end(date.activity, by=by)


@pytest.mark.parametrize("step", [call_off, rest_on, end_all])
@pytest.mark.parametrize("side", [0, 1])
def test_who_offered_is_told_when_a_date_is_off(app, pair, swap, side, step):
    own, other = pair

    step(pair[side].occurrence, other.person)

    session.expire_all()
    assert swap.status is SwapStatus.TAKEN_BACK
    assert told(swap_notices.SWAP_ENDED) == [own.person_id]
    with app.app_context():
        (text,) = written_to_who_offered()
    assert ("You have this date" in text) is (not own.occurrence.is_cancelled)


def test_who_asked_two_people_is_told_once_that_nothing_is_swapped(pair, swap):
    own, other = pair
    third = OccurrenceFactory(activity=own.occurrence.activity, starts_at=NOW + timedelta(days=16))
    swaps.offer(own, SignupFactory(occurrence=third), by=own.person)

    call_off(own.occurrence, other.person)

    assert told(swap_notices.SWAP_ENDED) == [own.person_id]
    assert session.query(SwapOffer).filter_by(status=SwapStatus.OFFERED).count() == 0


def test_who_has_given_the_place_back_reads_nothing_of_the_swap(app, pair, swap):
    own, other = pair
    call_off(other.occurrence, other.person)
    signups.withdraw(own, by=own.person)

    with app.app_context():
        assert written_to_who_offered() == []


def test_who_offered_is_told_when_the_other_place_is_given_back(app, pair, swap):
    own, other = pair

    signups.withdraw(other, by=other.person)

    assert swap.status is SwapStatus.TAKEN_BACK
    assert (swap.answered_at, swap.answered_by_id) == (clock.now(), other.person_id)
    (deed,) = session.query(AuditEntry).filter_by(action="swap.taken_back")
    assert (deed.by_id, deed.person_id) == (other.person_id, own.person_id)
    assert told(swap_notices.SWAP_ENDED) == [own.person_id]
    with app.app_context():
        (text,) = written_to_who_offered()
    assert f"{other.person.name} does not come on the other date any more" in text
    assert "You have this date" in text


@pytest.mark.parametrize("step", [call_off, None])
def test_who_offered_a_place_that_they_have_no_more_is_told_nothing(pair, swap, step):
    own, other = pair
    own.status = SignupStatus.WITHDRAWN
    session.commit()

    if step:
        step(other.occurrence, other.person)
    else:
        signups.withdraw(other, by=other.person)

    assert swap.status is SwapStatus.TAKEN_BACK
    assert told(swap_notices.SWAP_ENDED) == []


def test_who_gives_the_place_back_is_not_told_that_their_own_question_is_over(pair, swap):
    own, _other = pair

    signups.withdraw(own, by=own.person)

    assert swap.status is SwapStatus.TAKEN_BACK
    assert told(swap_notices.SWAP_ENDED) == []


def test_a_place_that_goes_to_somebody_else_in_a_swap_ends_other_questions_for_it(pair, swap):
    own, other = pair
    third = SignupFactory(
        occurrence=OccurrenceFactory(
            activity=own.occurrence.activity,
            starts_at=NOW + timedelta(days=16),
            roles=[("帮厨", 1, 1)],
        )
    )
    asked_too = swaps.offer(third, other, by=third.person)

    swaps.accept(swap, by=other.person)

    assert swap.status is SwapStatus.ACCEPTED
    assert asked_too.status is SwapStatus.TAKEN_BACK
    assert told(swap_notices.SWAP_ENDED) == [third.person_id]


def test_a_place_that_a_stand_in_takes_ends_questions_to_swap_for_it(pair, swap):
    own, other = pair
    search = stand_ins.look(other, excuses.UNSAID, by=other.person)

    stand_ins.accept(search, member_of(other.occurrence), by=other.person)

    assert swap.status is SwapStatus.TAKEN_BACK
    assert told(swap_notices.SWAP_ENDED) == [own.person_id]


def test_a_date_that_is_on_again_is_not_swapped_by_an_old_question(pair, swap):
    _own, other = pair
    call_off(other.occurrence, other.person)
    single_date.restore(other.occurrence, by=other.person)

    with pytest.raises(SwapIsOver):
        swaps.accept(swap, by=other.person)


def test_whoever_takes_the_question_back_needs_no_message(pair, swap):
    own, _other = pair

    swaps.take_back(swap, by=own.person)

    assert told(swap_notices.SWAP_ENDED) == []


def test_nobody_is_put_on_a_date_on_which_they_are_away(pair):
    own, other = pair
    day = own.occurrence.day

    away.note(other.person, Stretch(day, day), by=other.person)

    assert list(swaps.possible(own)) == []
    assert list(swaps.possible(other)) == []


def test_an_offer_that_waits_does_not_go_to_who_is_away_on_that_day_by_now(app, pair):
    own, other = pair
    swaps.offer(own, other, by=own.person)

    away.note(other.person, Stretch(own.occurrence.day, own.occurrence.day), by=other.person)

    with app.app_context(), transaction():
        waiting = session.query(OutboxMessage).filter_by(kind=swap_notices.SWAP_OFFERED)
        assert letters.write(waiting.all()) == {}
