"""Why somebody could not come, and what was said of hours, is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.deeds import visited
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import jobs
from volunteer.activities.attendance import mistakes
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import Closing, Excuse
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T03:00Z", tick=False)


def test_the_words_go_a_month_after_the_date_and_the_reason_stays(time_machine):
    soon = OccurrenceFactory(starts_at=clock.now() + timedelta(days=1))
    said = {"excused_at": clock.now(), "excuse": Excuse.ILLNESS, "excuse_note": "住院了，心脏不好"}
    place = SignupFactory(occurrence=soon, **said)
    later = SignupFactory(
        occurrence=OccurrenceFactory(starts_at=clock.now() + timedelta(days=20)), **said
    )
    session.commit()

    time_machine.shift(timedelta(days=31))
    assert jobs.forget_excuses() == 0

    time_machine.shift(timedelta(days=1))
    assert jobs.forget_excuses() == 1
    session.expire_all()

    assert (place.excuse_note, place.excuse, place.excused_at is None) == (
        None, Excuse.ILLNESS, False,
    )  # fmt: skip
    assert later.excuse_note == "住院了，心脏不好"


THREE_YEARS = timedelta(days=3 * 365)


@pytest.fixture
def date():
    return OccurrenceFactory(starts_at=clock.now() - timedelta(days=2))


def test_what_was_said_of_hours_goes_three_years_after_the_answer(date, time_machine):
    by, person = CoordinatorFactory(team=date.team).person, PersonFactory()
    answered = mistakes.tell(date, person, words="我住院了，没去", by=person)
    waits = mistakes.tell(date, PersonFactory(), words="多记了一小时", by=person)
    mistakes.answer(answered, words="已经改好", by=by)

    time_machine.shift(THREE_YEARS)
    assert jobs.forget_words_on_hours() == 0
    assert len(attendance_queries.list_notes(date)) == 2

    time_machine.shift(timedelta(minutes=1))
    assert jobs.forget_words_on_hours() == 1
    session.expire_all()

    assert (answered.words, answered.answer, answered.is_answered) == ("", "", True)
    assert waits.words == "多记了一小时", "nobody has answered yet"
    assert attendance_queries.list_notes(date) == [waits]
    assert attendance_queries.list_notes_of(person) == []
    assert jobs.forget_words_on_hours() == 0


def test_why_a_date_was_opened_again_goes_three_years_after(date, time_machine, signed_in_as):
    by = CoordinatorFactory(team=date.team).person
    closing = Closing(
        occurrence=date, by=by, lines={"7": ["came", 120]}, reopened_by_id=by.id,
        reopened_at=clock.now(), reopen_reason="王阿姨摔了，早走了",
    )  # fmt: skip
    session.add(closing)
    session.commit()

    time_machine.shift(THREE_YEARS)
    assert jobs.forget_words_on_hours() == 0
    time_machine.shift(timedelta(minutes=1))
    assert jobs.forget_words_on_hours() == 1
    session.expire_all()

    assert (closing.reopen_reason, closing.is_open_again) == ("", True)
    assert closing.lines == {"7": ["came", 120]}, "what was closed stays"
    assert jobs.forget_words_on_hours() == 0
    page = signed_in_as(by).get(f"/activities/dates/{date.id}/closing")
    assert f"{by.name} opened it again on" in page.text


def test_why_hours_of_a_visit_were_opened_again_goes_three_years_after(date, time_machine):
    by, person = CoordinatorFactory(team=date.team).person, PersonFactory()
    deed = visited(
        person,
        team=date.team,
        reopened_by=by,
        reopened_at=clock.now(),
        reopen_reason="只去了半小时",
    )

    time_machine.shift(THREE_YEARS)
    assert jobs.forget_words_on_hours() == 0
    time_machine.shift(timedelta(minutes=1))
    assert jobs.forget_words_on_hours() == 1
    session.expire_all()

    assert (deed.reopen_reason, deed.reopened_by, deed.minutes) == ("", by, 60)
