"""Two press for one place or one day at the same moment: it passes once, and hours count once."""

from datetime import timedelta
from functools import partial

import pytest

from tests.activities.lunches import LUNCH, NOW, WEDNESDAY
from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.stand_ins import StandInSearchFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet
from tests.told import told
from volunteer.activities import (
    confirming,
    notices,
    planning,
    queries,
    signups,
    single_date,
    stand_in_notices,
    stand_ins,
    standing,
    swap_notices,
    swaps,
    ties,
    waitlist,
)
from volunteer.activities.attendance import closing, mistakes, noting, walk_ins
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.attendance.noting import Arrival
from volunteer.activities.errors import (
    AlreadyCancelled,
    AlreadyEnded,
    AlreadyLooking,
    AlreadyStanding,
    BusyThen,
    CannotCount,
    DateCancelled,
    DayClosed,
    ListHasChanged,
    NobodyIsNeeded,
    NoPlaceFree,
    NotClosed,
    NotSignedUp,
    OfHousehold,
    PlaceIsTaken,
    RoleIsFull,
    SomebodyComesAlready,
    StandingHasEnded,
    SwapIsOver,
    SwapOfferedAlready,
    TooLateToUndo,
)
from volunteer.activities.excuses import UNSAID
from volunteer.activities.models import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    Closing,
    Coming,
    Confirmation,
    MistakeNote,
    SearchStatus,
    SignupStatus,
    StandingPlace,
    SwapOffer,
    SwapStatus,
    WaitingStyle,
)
from volunteer.activities.standing import StandingPlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.people import deaths
from volunteer.people.models import Person

CAME_FOR_AN_HOUR = Mark(AttendanceState.CAME, 60)

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture(autouse=True)
def monday(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def date(two_can_meet):
    """One place, on Wednesday."""
    return OccurrenceFactory(roles=[("帮厨", 1, 1)])


@pytest.fixture
def place(date):
    return SignupFactory(occurrence=date)


def press(step, row, by, **how):
    """This step with this row, by this person."""
    again, person = anew(row), anew(by)
    return lambda: step(again(), by=person(), **how)


def give_back(place):
    return press(signups.withdraw, place, place.person)


def at_that_hour(date):
    """Something else that the team does then."""
    return OccurrenceFactory(activity__team=date.team, starts_at=date.starts_at)


def going(date):
    return [one.person_id for one in queries.get_occurrence(date.id).going]


# --- swaps --------------------------------------------------------------------------------------


@pytest.fixture
def other(place):
    """The place of somebody else, a week later."""
    activity, later = place.occurrence.activity, place.occurrence.starts_at + timedelta(days=7)
    date = OccurrenceFactory(activity=activity, starts_at=later, roles=[("帮厨", 1, 1)])
    return SignupFactory(occurrence=date)


@pytest.fixture
def swap(place, other):
    return swaps.offer(place, other, by=place.person)


@pytest.mark.parametrize(
    ("mine", "theirs", "status"),
    [
        (swaps.accept, swaps.take_back, SwapStatus.ACCEPTED),
        (swaps.take_back, swaps.accept, SwapStatus.TAKEN_BACK),
        (swaps.accept, swaps.decline, SwapStatus.ACCEPTED),
        (swaps.accept, swaps.accept, SwapStatus.ACCEPTED),
    ],
)
def test_of_two_answers_to_a_swap_the_first_holds(swap, mine, theirs, status):
    by = swap.other.person

    with pytest.raises(SwapIsOver):
        meet(press(mine, swap, by), press(theirs, swap, by))

    assert swap.status is status


@pytest.mark.parametrize("which", ["own", "other"])
def test_a_place_that_is_given_back_at_this_moment_is_not_swapped(swap, which):
    given = getattr(swap, which)

    with pytest.raises(SwapIsOver):
        meet(give_back(given), press(swaps.accept, swap, swap.other.person))

    assert going(swap.own.occurrence) + going(swap.other.occurrence) == [
        one.person_id for one in (swap.own, swap.other) if one.id != given.id
    ]


@pytest.mark.parametrize("which", ["own", "other"])
def test_who_takes_a_place_at_that_hour_at_this_moment_does_not_swap(swap, which):
    """Of either side: who gives a date away may be elsewhere on the other one by now."""
    mine, theirs = (swap.own, swap.other) if which == "own" else (swap.other, swap.own)
    there = at_that_hour(theirs.occurrence)
    of_date, again, role = anew(there), anew(mine.person), there.roles[0].id

    with pytest.raises(BusyThen):
        meet(
            lambda: signups.sign_up(of_date(), role, again(), by=again()),
            press(swaps.accept, swap, swap.other.person),
        )


def test_a_swap_that_is_offered_twice_at_once_is_offered_once(place, other):
    mine, theirs, by = anew(place), anew(other), anew(place.person)

    def offer():
        swaps.offer(mine(), theirs(), by=by())

    with pytest.raises(SwapOfferedAlready):
        meet(offer, offer)

    assert session.query(SwapOffer).count() == len(told(swap_notices.SWAP_OFFERED)) == 1


def test_a_place_that_is_given_back_at_this_moment_is_asked_for_by_nobody(place, other):
    mine, theirs, by = anew(place), anew(other), anew(place.person)

    with pytest.raises(SwapIsOver):
        meet(give_back(other), lambda: swaps.offer(mine(), theirs(), by=by()))


# --- somebody instead ---------------------------------------------------------------------------


@pytest.fixture
def search(place):
    return StandInSearchFactory(signup=place, ask=member_of(place.occurrence))


def stands_in(search):
    return search.asks[0].person


def say(step, search):
    again, person = anew(search), anew(stands_in(search))
    return lambda: step(again(), person(), by=person())


def test_who_can_t_come_and_presses_twice_looks_for_one(place):
    member_of(place.occurrence)
    look = press(partial(stand_ins.look, reason=UNSAID), place, place.person)

    with pytest.raises(AlreadyLooking):
        meet(look, look)

    assert len(told(stand_in_notices.STAND_IN_ASKED)) == 1


def test_nobody_says_yes_to_what_is_given_back_at_this_moment(search):
    by = CoordinatorFactory(team=search.signup.occurrence.team).person

    with pytest.raises(NobodyIsNeeded):
        meet(press(stand_ins.release, search, by), say(stand_ins.accept, search))

    assert going(search.signup.occurrence) == []


@pytest.mark.parametrize(
    ("step", "refusal"),
    [(stand_ins.decline, SomebodyComesAlready), (stand_ins.release, SomebodyComesAlready)],
)
def test_what_somebody_says_yes_to_at_this_moment_is_theirs(search, step, refusal):
    date, stand_in = search.signup.occurrence, stands_in(search)
    late = say(step, search) if step is stand_ins.decline else press(step, search, stand_in)

    with pytest.raises(refusal):
        meet(say(stand_ins.accept, search), late)

    assert search.status is SearchStatus.FOUND
    assert going(date) == [stand_in.id]


def test_a_no_that_is_pressed_twice_at_once_asks_the_next_ones_once(search):
    for _number in range(5):
        member_of(search.signup.occurrence)

    no = say(stand_ins.decline, search)
    meet(no, no)

    assert len(told(stand_in_notices.STAND_IN_ASKED)) == stand_ins.ASKED_AT_ONCE


def test_who_said_yes_by_mistake_twice_at_once_and_gives_the_place_back_once(search):
    date = search.signup.occurrence
    stand_ins.accept(search, stands_in(search), by=stands_in(search))
    undo = press(stand_ins.undo_acceptance, search, stands_in(search))

    with pytest.raises(TooLateToUndo):
        meet(undo, undo)

    assert going(date) == [search.signup.person_id]


def test_who_has_taken_a_place_at_that_hour_at_this_moment_is_not_put_back_on_their_own(search):
    stand_ins.accept(search, stands_in(search), by=stands_in(search))
    date, person = search.signup.occurrence, anew(search.signup.person)
    there = at_that_hour(date)
    of_date, role = anew(there), there.roles[0].id

    with pytest.raises(TooLateToUndo):
        meet(
            lambda: signups.sign_up(of_date(), role, person(), by=person()),
            press(stand_ins.undo_acceptance, search, stands_in(search)),
        )


def test_who_has_taken_a_place_at_that_hour_at_this_moment_does_not_stand_in(search):
    date, person = search.signup.occurrence, anew(stands_in(search))
    there = at_that_hour(date)
    of_date, role = anew(there), there.roles[0].id

    with pytest.raises(BusyThen):
        meet(
            lambda: signups.sign_up(of_date(), role, person(), by=person()),
            say(stand_ins.accept, search),
        )


def test_two_clocks_at_once_ask_the_next_ones_once(search):
    search.next_wave_at = NOW
    for _number in range(8):
        member_of(search.signup.occurrence)
    session.commit()

    meet(lambda: stand_ins.look_on(NOW), lambda: stand_ins.look_on(NOW))

    assert len(told(stand_in_notices.STAND_IN_ASKED)) == stand_ins.ASKED_AT_ONCE


@pytest.mark.parametrize("step", [stand_ins.come_after_all, waitlist.take])
def test_of_two_who_want_a_free_place_at_once_one_has_it(date, step):
    gone = SignupFactory(occurrence=date)
    signups.withdraw(gone, by=gone.person)
    if step is waitlist.take:
        gone.status = SignupStatus.WAITING
        session.commit()
    of_date, role, other = anew(date), date.roles[0].id, anew(member_of(date))

    with pytest.raises((PlaceIsTaken, NoPlaceFree)):
        meet(
            lambda: signups.sign_up(of_date(), role, other(), by=other()),
            press(step, gone, gone.person),
        )

    assert going(date) == [other().id]


def test_who_takes_a_place_at_that_hour_at_this_moment_does_not_come_after_all(date):
    gone = SignupFactory(occurrence=date)
    signups.withdraw(gone, by=gone.person)
    there, person = at_that_hour(date), anew(gone.person)
    of_date, role = anew(there), there.roles[0].id

    with pytest.raises(BusyThen):
        meet(
            lambda: signups.sign_up(of_date(), role, person(), by=person()),
            press(stand_ins.come_after_all, gone, gone.person),
        )


@pytest.mark.parametrize("which", [0, 1])
def test_who_takes_a_place_at_that_hour_at_this_moment_is_not_signed_up_by_their_household(which):
    date = OccurrenceFactory()
    people = [member_of(date) for _number in range(2)]
    ties.live_together(date.team, people[0], people[1:], by=people[0])
    one, mate = map(anew, people)
    there, here = at_that_hour(date), anew(date)
    of_date, roles = anew(there), (there.roles[0].id, date.roles[0].id)
    busy = (one, mate)[which]

    with pytest.raises((BusyThen, OfHousehold)):
        meet(
            lambda: signups.sign_up(of_date(), roles[0], busy(), by=busy()),
            lambda: signups.sign_up_household(here(), roles[1], [one(), mate()], by=one()),
        )


# --- the waiting list ---------------------------------------------------------------------------


@pytest.fixture
def asked(date):
    """Who waits, and is asked until now whether they want the place that is free."""
    date.activity.waiting_style = WaitingStyle.ASK
    return SignupFactory(occurrence=date, status=SignupStatus.WAITING, answer_by=NOW)


def test_who_answers_as_their_time_ends_keeps_the_place(asked):
    SignupFactory(occurrence=asked.occurrence, status=SignupStatus.WAITING)

    meet(press(waitlist.take, asked, asked.person), lambda: waitlist.pass_on(NOW))

    assert (asked.status, asked.passed_at) == (SignupStatus.GOING, None)
    assert told("place_asked") == []


def test_of_two_clocks_one_asks_the_next(asked):
    for _number in range(2):
        SignupFactory(occurrence=asked.occurrence, status=SignupStatus.WAITING)

    meet(lambda: waitlist.pass_on(NOW), lambda: waitlist.pass_on(NOW))

    assert len(told("place_asked")) == 1


def test_who_takes_a_place_elsewhere_at_this_moment_takes_no_second_one(asked):
    date, person = asked.occurrence, anew(asked.person)
    there = at_that_hour(date)
    of_date, role = anew(there), there.roles[0].id

    with pytest.raises(BusyThen):
        meet(
            lambda: signups.sign_up(of_date(), role, person(), by=person()),
            press(waitlist.take, asked, asked.person),
        )


# --- saying again, and at the door --------------------------------------------------------------


def test_a_yes_that_is_pressed_twice_at_once_is_noted_once(place):
    yes = press(partial(confirming.confirm, coming=Coming.ON_TIME), place, place.person)

    meet(yes, yes)

    assert session.query(Confirmation).count() == 1


def test_who_gives_the_place_back_at_this_moment_does_not_come(place):
    with pytest.raises(NotSignedUp):
        meet(
            give_back(place),
            press(partial(confirming.confirm, coming=Coming.ON_TIME), place, place.person),
        )


def test_a_no_that_is_pressed_twice_at_once_is_a_no(place):
    no = press(confirming.decline, place, place.person)

    meet(no, no)

    assert place.status is SignupStatus.WITHDRAWN


@pytest.fixture
def today(time_machine, two_can_meet):
    """A date that is on, with one place."""
    date = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    time_machine.move_to(date.starts_at, tick=False)
    return date


def stand_at_the_door(date, who, form_key=""):
    of_date, role, by = anew(date), date.roles[0].id, anew(PersonFactory())
    is_known = isinstance(who, Person)
    person = anew(who) if is_known else lambda: who
    return lambda: walk_ins.walk_in(of_date(), role, person(), by=by(), form_key=form_key)


def test_of_two_at_the_door_one_gets_the_last_place(today):
    with pytest.raises(RoleIsFull):
        meet(stand_at_the_door(today, member_of(today)), stand_at_the_door(today, member_of(today)))

    assert len(going(today)) == 1


def test_somebody_new_at_the_door_is_written_down_once(today):
    newcomer = walk_ins.Newcomer("刘玉", joins=True)
    door = stand_at_the_door(today, newcomer, "a page")

    meet(door, door)

    assert session.query(Person).filter_by(name="刘玉").count() == len(going(today)) == 1


def test_who_takes_a_place_elsewhere_at_this_moment_is_not_written_down_at_the_door(today):
    person = member_of(today)
    there = at_that_hour(today)
    with pytest.raises(BusyThen):
        meet(stand_at_the_door(there, person), stand_at_the_door(today, person))


# --- who came, and the hours --------------------------------------------------------------------


@pytest.fixture
def over(today, time_machine):
    """A date that is over, with somebody who came, and a coordinator."""
    CoordinatorFactory(team=today.team)
    here = SignupFactory(occurrence=today)
    noting.check_in(today, here.person, way=AttendanceWay.WALL, by=here.person)
    time_machine.move_to(today.ends_at + timedelta(minutes=1), tick=False)
    return here


def close(here):
    date, by = anew(here.occurrence), anew(PersonFactory())
    marks = {here.person_id: CAME_FOR_AN_HOUR}
    return lambda: closing.close(date(), marks, by=by())


def of_day(step, here, **how):
    """A step of whoever came."""
    date, person = anew(here.occurrence), anew(here.person)
    return lambda: step(date(), person(), by=person(), **how)


def test_of_two_who_close_a_day_at_once_one_does(over):
    with pytest.raises(DayClosed):
        meet(close(over), close(over))

    assert session.query(Closing).count() == 1


def type_sheet(date, person, *, by):
    noting.note_sheet(date, [Arrival(person.id, arrived_at=date.starts_at)], by=by)


@pytest.mark.parametrize(
    "step",
    [
        noting.check_out,
        noting.stay,
        noting.note,
        noting.undo,
        type_sheet,
    ],
)
def test_nothing_is_noted_of_a_day_that_closes_at_this_moment(over, step):
    with pytest.raises(DayClosed):
        meet(close(over), of_day(step, over))

    row = session.query(Attendance).one()
    assert (row.minutes, row.is_counted) == (60, True)


def test_who_is_noted_as_a_day_closes_is_not_forgotten(over):
    date, late = anew(over.occurrence), anew(member_of(over.occurrence))

    with pytest.raises(ListHasChanged):
        meet(lambda: noting.note(date(), late(), by=late()), close(over))

    assert session.query(Closing).count() == 0


def test_hours_of_a_day_that_is_opened_again_at_this_moment_don_t_count(over):
    person = over.person
    closing.close(over.occurrence, {person.id: CAME_FOR_AN_HOUR}, by=person)
    by = CoordinatorFactory(team=over.occurrence.team).person
    date, again, confirmer = anew(over.occurrence), anew(person), anew(by)

    with pytest.raises(NotClosed):
        meet(
            lambda: closing.reopen(date(), reason="错了", by=confirmer()),
            lambda: closing.confirm(date(), again(), by=confirmer()),
        )

    row = attendance_queries.find_attendance(over.occurrence, person)
    assert not row.is_counted


def test_a_day_that_two_open_again_at_once_is_opened_once(over):
    close(over)()
    date, by = anew(over.occurrence), anew(PersonFactory())

    def reopen():
        closing.reopen(date(), reason="错了", by=by())

    with pytest.raises(NotClosed):
        meet(reopen, reopen)


def test_hours_at_the_same_time_that_two_confirm_at_once_count_once(over):
    """The closer's own hours, of two days at the same hour, wait for another coordinator."""
    closer = CoordinatorFactory(team=over.occurrence.team).person
    dates = [at_that_hour(over.occurrence) for _number in range(2)]
    for date in dates:
        noting.note(date, closer, by=closer)
        closing.close(date, {closer.id: CAME_FOR_AN_HOUR}, by=closer)
    person, by = anew(closer), anew(PersonFactory())
    first, second = map(anew, dates)

    with pytest.raises(CannotCount):
        meet(
            lambda: closing.confirm(first(), person(), by=by()),
            lambda: closing.confirm(second(), person(), by=by()),
        )


def test_hours_at_the_same_time_of_two_days_that_close_at_once_count_once(over):
    """Somebody is noted on two dates of one hour, as by two coordinators at two doors."""
    other = at_that_hour(over.occurrence)
    noting.note(other, over.person, by=over.person)
    date, by, marks = anew(other), anew(PersonFactory()), {over.person_id: CAME_FOR_AN_HOUR}

    with pytest.raises(CannotCount):
        meet(close(over), lambda: closing.close(date(), marks, by=by()))


def test_that_a_record_is_wrong_is_said_once(over):
    tell = of_day(mistakes.tell, over, words="我早到了")

    meet(tell, tell)

    assert session.query(MistakeNote).count() == 1


# --- every week ---------------------------------------------------------------------------------


@pytest.fixture
def lunch(two_can_meet):
    coordinator = CoordinatorFactory()
    return planning.plan_series(coordinator.team, LUNCH, by=coordinator.person)


@pytest.fixture
def begin(lunch):
    activity, person = anew(lunch), anew(MembershipFactory(team=lunch.team).person)
    return lambda: standing.begin(activity(), person(), StandingPlan(0, WEDNESDAY), by=person())


def test_who_begins_to_come_every_week_twice_at_once_begins_once(begin):
    with pytest.raises(AlreadyStanding):
        meet(begin, begin)

    assert session.query(StandingPlace).count() == 1


def test_nobody_pauses_what_they_end_at_this_moment(begin):
    held = begin()

    with pytest.raises(StandingHasEnded):
        meet(
            press(standing.end, held, held.person),
            press(
                partial(standing.pause, first_on=WEDNESDAY, last_on=WEDNESDAY), held, held.person
            ),
        )


def test_a_pause_that_is_entered_twice_at_once_is_one(begin):
    held = begin()
    pause = press(partial(standing.pause, first_on=WEDNESDAY, last_on=WEDNESDAY), held, held.person)

    meet(pause, pause)

    assert len(held.pauses) == 1


def test_who_signs_up_as_the_series_ends_comes_to_nothing(lunch):
    person = anew(MembershipFactory(team=lunch.team).person)
    date = queries.list_coming(lunch, after=clock.now())[0]
    of_date, role = anew(date), date.roles[0].id

    with pytest.raises(DateCancelled):
        meet(
            press(planning.end, lunch, PersonFactory()),
            lambda: signups.sign_up(of_date(), role, person(), by=person()),
        )


def test_who_signs_up_as_the_series_ends_is_told(lunch):
    person, by = anew(MembershipFactory(team=lunch.team).person), anew(PersonFactory())
    date = queries.list_coming(lunch, after=clock.now())[0]
    of_date, role, series = anew(date), date.roles[0].id, anew(lunch)

    meet(
        lambda: signups.sign_up(of_date(), role, person(), by=person()),
        lambda: planning.end(series(), by=by()),
    )

    assert told(notices.ACTIVITY_ENDED) == [person().id]


def test_a_series_that_two_end_at_once_is_ended_once(lunch):
    end = press(planning.end, lunch, PersonFactory())

    with pytest.raises(AlreadyEnded):
        meet(end, end)


def test_a_date_that_two_call_off_at_once_is_called_off_once(place):
    call_off = press(
        partial(single_date.cancel, reason="下大雨"), place.occurrence, PersonFactory()
    )

    with pytest.raises(AlreadyCancelled):
        meet(call_off, call_off)

    assert told(notices.DATE_CANCELLED) == [place.person_id]


# --- who lives together -------------------------------------------------------------------------


def test_a_household_that_two_put_down_at_once_is_one(date):
    team, one, mate = anew(date.team), anew(member_of(date)), anew(member_of(date))

    def live_together():
        ties.live_together(team(), one(), [mate()], by=one())

    meet(live_together, live_together)

    assert [row.id for row in ties.list_housemates(team(), one())] == [mate().id]


def test_a_guardian_who_is_put_down_twice_at_once_is_one(date):
    team, child, guardian = anew(date.team), anew(member_of(date)), anew(member_of(date))

    def answer_for():
        ties.set_guardian(team(), child(), guardian(), by=guardian())

    meet(answer_for, answer_for)

    assert ties.find_guardian(team(), child()).guardian_id == guardian().id


def test_nobody_answers_for_a_child_who_dies_at_this_moment(date):
    team, child, guardian = anew(date.team), anew(member_of(date)), anew(member_of(date))

    def answer_for():
        ties.set_guardian(team(), child(), guardian(), by=child())

    with pytest.raises(NotFound):
        meet(lambda: deaths.note(guardian(), by=child()), answer_for)

    assert ties.find_guardian(team(), child()) is None
