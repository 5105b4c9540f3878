"""Why somebody could not come, in their own words, is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from volunteer.activities import jobs
from volunteer.activities.models import Excuse
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
