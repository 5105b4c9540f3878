"""Safely out of a home, and what somebody reads before they go there for the first time."""

from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory, NoAnswerFactory, VisitFactory, volunteer_of
from tests.factories.teams import CoordinatorFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import jobs, no_answer, recording, safe_exit, visits
from volunteer.elders.errors import NotGoing, VisitIsOver
from volunteer.elders.models import Ending, VisitChannel, VisitStatus
from volunteer.elders.recording import Report
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")

ASKED, NO_WORD = "visit_out_asked", "visit_no_word"


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def visit(time_machine):
    """One of an hour that begins now, in a team with one coordinator."""
    elder = ElderFactory()
    CoordinatorFactory(team=elder.team)
    return VisitFactory(elder=elder, in_days=0, minutes=60)


def told():
    rows = session.query(OutboxMessage).order_by(OutboxMessage.id)
    return [(row.kind, row.person_id) for row in rows if row.kind in {ASKED, NO_WORD}]


def after(time_machine, visit, minutes):
    time_machine.move_to(visit.ends_at + timedelta(minutes=minutes), tick=False)
    return safe_exit.ask(clock.now())


def test_half_an_hour_after_the_end_who_went_is_asked_once(visit, time_machine):
    assert after(time_machine, visit, 29) == 0

    assert after(time_machine, visit, 30) == 2
    assert after(time_machine, visit, 31) == 0

    assert told() == [(ASKED, person.id) for person in visit.going]


def test_an_hour_after_it_the_coordinators_hear_it_once(visit, time_machine):
    after(time_machine, visit, 59)
    assert NO_WORD not in {kind for kind, _reader in told()}

    after(time_machine, visit, 60)
    jobs.ask_whether_visitors_are_out()

    coordinators = {row.person_id for row in visit.team.memberships if row.is_coordinator}
    assert {reader for kind, reader in told() if kind == NO_WORD} == coordinators
    assert len(told()) == 2 + len(coordinators)


@pytest.mark.parametrize("minutes", [30, 120])
def test_a_longer_visit_is_asked_about_later(visit, time_machine, minutes):
    visit.minutes = minutes
    session.commit()

    assert after(time_machine, visit, 29) == 0
    assert after(time_machine, visit, 30) == 2


def test_who_said_so_or_wrote_it_down_is_not_asked(visit, time_machine):
    said, written = visit, VisitFactory(elder=visit.elder, in_days=0)
    safe_exit.arrive(said, by=said.going[0])
    safe_exit.leave(said, by=said.going[0])
    recording.record(written, Report(VisitStatus.DONE), by=written.going[0])

    assert after(time_machine, said, 90) == 0
    assert said.arrived_at is not None
    assert said.safe_out_by_id == said.going[0].id


@pytest.mark.parametrize("channel", [VisitChannel.PHONE, VisitChannel.VIDEO, VisitChannel.MET])
def test_only_who_is_in_a_home_is_asked(visit, time_machine, channel):
    visit.channel = channel
    session.commit()

    assert after(time_machine, visit, 90) == 0


def test_who_stands_before_a_shut_door_is_in_no_home(visit, time_machine):
    visit.no_answer_id = NoAnswerFactory(elder=visit.elder).id
    session.commit()

    assert after(time_machine, visit, 90) == 0


@pytest.mark.parametrize(
    ("ending", "is_asked"), [(Ending.SPOKE, True), (Ending.HANDED_OVER, False)]
)
def test_who_was_let_in_after_all_is_in_a_home_again(visit, time_machine, ending, is_asked):
    found = recording.nobody_answers(visit, by=visit.going[0])
    no_answer.close(found, ending, words="睡着了，开门了", handed_to="网格员", by=visit.going[1])

    assert after(time_machine, visit, 30) == (len(visit.going) if is_asked else 0)


def test_who_found_nobody_and_comes_on_another_day_is_asked_then(visit, time_machine):
    found = recording.nobody_answers(visit, by=visit.going[0])
    no_answer.close(found, Ending.SPOKE, words="在女儿家", by=visit.going[0])
    visits.move(visit, visit.wall_starts + timedelta(days=2), by=visit.going[0])

    assert after(time_machine, visit, 30) == len(visit.going)


def test_a_letter_that_is_no_longer_true_is_not_written_and_none_names_anybody(
    app, visit, time_machine
):
    after(time_machine, visit, 60)
    messages = session.query(OutboxMessage).all()
    with app.app_context():
        written = letters.write(messages).values()
        assert len(written) == len(told())
        for letter in written:
            assert visit.elder.person.name not in letter.text + letter.html + letter.subject

        safe_exit.leave(visit, by=visit.going[0])

        assert letters.write(session.query(OutboxMessage).all()) == {}


def test_twice_changes_nothing_and_after_the_record_there_is_nothing_to_say(visit, time_machine):
    one, two = visit.going
    safe_exit.leave(visit, by=one)
    time_machine.shift(60)
    safe_exit.leave(visit, by=two)
    assert visit.safe_out_by_id == one.id

    recording.record(visit, Report(VisitStatus.DONE), by=one)

    for step in (safe_exit.arrive, safe_exit.leave):
        with pytest.raises(VisitIsOver):
            step(visit, by=one)


# --- before the first visit -----------------------------------------------------------------


def test_both_read_the_notes_before_they_go_there_for_the_first_time():
    visit = VisitFactory()
    one, two = visit.going
    assert [part.person for part in visits.newcomers(visit)] == [one, two]

    visits.read_notes(visit, one, by=one)

    assert [part.read_at for part in visits.newcomers(visit)] == [clock.now(), None]


def test_who_was_there_before_need_not(visit):
    one, two = visit.going
    VisitFactory(elder=visit.elder, people=[one], in_days=-9, status=VisitStatus.DONE)
    VisitFactory(elder=visit.elder, people=[two], in_days=-9, status=VisitStatus.NO_ANSWER)
    VisitFactory(people=[two], in_days=-9, status=VisitStatus.DONE)

    assert [part.person for part in visits.newcomers(visit)] == [two]


def test_a_call_needs_no_notes_and_only_who_goes_reads_them(visit):
    call = VisitFactory(elder=visit.elder, channel=VisitChannel.PHONE)
    assert visits.newcomers(call) == []

    with pytest.raises(NotGoing):
        visits.read_notes(visit, volunteer_of(visit.team), by=visit.going[0])
