"""Two at work on one rota at the same moment: neither loses what the other has put down."""

from functools import partial

import pytest

from tests.activities.rota.crews import NOVEMBER, Crew
from tests.factories.activities import RotaSeatFactory
from tests.meeting import anew, meet
from volunteer.activities.errors import AlreadyInvited, RotaChanged, TwiceOnOneDate
from volunteer.activities.models import RotaDraft, RotaWish
from volunteer.activities.rota import drafts, publishing, wishes
from volunteer.activities.rota.problem import Terms
from volunteer.activities.rota.wishes import Wishes
from volunteer.core.database import session
from volunteer.core.seen import ChangedMeanwhile, mark_of

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture(autouse=True)
def october(time_machine):
    time_machine.move_to("2026-10-20T02:00:00+00:00", tick=False)


@pytest.fixture
def crew(two_can_meet):
    crew = Crew(app=None)
    crew.date()
    return crew


@pytest.fixture
def draft(crew):
    return crew.propose()


def press(crew, step, row, **how):
    again, by = anew(row), anew(crew.by)
    return lambda: step(again(), by=by(), **how)


def propose(crew):
    return press(crew, partial(drafts.propose, first=NOVEMBER, terms=Terms()), crew.team)


def seats_of(draft):
    """Two of the same date, which nobody has yet."""
    date = draft.seats[0].occurrence
    return [RotaSeatFactory(draft=draft, occurrence=date) for _number in range(2)]


def whom_nobody_proposed(crew, draft):
    names = {seat.person_id for seat in draft.seats}
    return next(person for person in crew.people if person.id not in names)


def test_of_two_who_propose_a_month_at_once_one_does(crew):
    with pytest.raises(RotaChanged):
        meet(propose(crew), propose(crew))

    (draft,) = session.query(RotaDraft).all()
    assert draft.revision == 1


def test_nothing_is_proposed_over_what_somebody_sets_at_this_moment(crew, draft):
    with pytest.raises(RotaChanged):
        meet(press(crew, drafts.keep_empty, draft.seats[0]), propose(crew))

    assert draft.seats[0].is_pinned


def test_who_is_put_on_two_seats_of_a_date_at_once_has_one(crew, draft):
    first, second = seats_of(draft)
    somebody = anew(whom_nobody_proposed(crew, draft))

    def seat(one):
        again, by = anew(one), anew(crew.by)
        return lambda: drafts.seat_somebody(again(), somebody(), by=by())

    with pytest.raises(TwiceOnOneDate):
        meet(seat(first), seat(second))

    assert [first.person_id, second.person_id] == [somebody().id, None]


@pytest.mark.parametrize("step", [drafts.clear, drafts.keep_empty])
def test_a_seat_whose_person_is_invited_at_this_moment_stays_theirs(crew, draft, step):
    seat = draft.seats[0]

    with pytest.raises(AlreadyInvited):
        meet(press(crew, publishing.publish, draft), press(crew, step, seat))

    assert seat.person_id is not None


def test_of_two_who_write_down_a_member_s_wishes_the_second_is_told(crew):
    membership = crew.members[0]
    seen = mark_of(wishes.wishes_of(membership))

    def wish(most):
        return press(crew, partial(wishes.write_down, wishes=Wishes(most), seen=seen), membership)

    with pytest.raises(ChangedMeanwhile):
        meet(wish(1), wish(2))

    assert session.query(RotaWish).one().most_a_month == 1
