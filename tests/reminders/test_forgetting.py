"""What was said on the phone about a date is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.activities import SignupFactory
from tests.factories.people import PersonFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.reminders import jobs
from volunteer.reminders.models import Call, CallResult

pytestmark = pytest.mark.usefixtures("database")


def test_what_they_said_goes_a_month_after_the_date_and_what_came_of_it_stays(time_machine):
    time_machine.move_to("2026-10-12T03:00Z", tick=False)
    place = SignupFactory()
    call = Call(
        team=place.occurrence.team, occurrence=place.occurrence, person=place.person, tries=1,
        starts_at=place.occurrence.starts_at, result=CallResult.COMES, note="老伴住院，可能晚到",
        noted_by=PersonFactory(), noted_at=clock.now(),
    )  # fmt: skip
    session.add(call)
    session.commit()

    time_machine.move_to(call.starts_at + timedelta(days=30), tick=False)
    assert jobs.forget_call_notes() == 0

    time_machine.shift(timedelta(minutes=1))
    assert jobs.forget_call_notes() == 1
    session.expire_all()

    assert (call.note, call.result) == (None, CallResult.COMES)
