"""Words about how somebody was are forgotten with their time, wherever they were written down."""

from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.people import PersonFactory
from tests.factories.weather import WeatherCallFactory
from volunteer import wiring
from volunteer.core.database import session
from volunteer.elders import care, festivals, jobs, no_answer, weather
from volunteer.elders.festivals import CalendarKind, YearlyDay
from volunteer.elders.models import Ending, EndReason, Outcome, StepKind

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


def test_a_year_after_the_end_their_birthday_is_forgotten_too(time_machine):
    elder = ElderFactory()
    festivals.wish(elder, YearlyDay(CalendarKind.LUNAR, 8, 3), by=PersonFactory())
    care.end(elder, EndReason.DECLINED, by=PersonFactory())

    time_machine.shift(timedelta(days=366))
    jobs.forget_old_elders()

    assert festivals.wished(elder) is None


def test_what_was_heard_on_a_call_is_forgotten_after_three_years_as_on_a_visit(time_machine):
    call = WeatherCallFactory(caller=None)
    by = volunteer_of(call.team)
    weather.note(call, Outcome.FINE, words="胸闷，没有吃药", by=by)

    time_machine.shift(timedelta(days=3 * 365 + 1))
    jobs.forget_old_elders()
    session.expire_all()

    assert call.visit.note is None
    assert call.note is None


def test_what_callers_were_to_ask_is_forgotten_after_three_years(time_machine):
    over, runs = WeatherCallFactory().round, WeatherCallFactory().round
    weather.end(over, by=over.began_by)
    asked = over.words

    time_machine.shift(timedelta(days=3 * 365))
    jobs.forget_old_elders()
    session.expire_all()
    assert over.words == asked

    time_machine.shift(timedelta(days=1))
    jobs.forget_old_elders()
    session.expire_all()
    assert (over.words, over.kind) == ("", runs.kind)
    assert runs.words == asked


def test_what_was_said_when_nobody_answered_is_forgotten_after_three_years(time_machine):
    elder, by = ElderFactory(), PersonFactory()
    found = no_answer.begin(elder, by=by)
    no_answer.log(found, StepKind.CONTACT, reached=True, words="女儿说在医院", by=by)
    no_answer.close(found, Ending.SPOKE, words="在医院，中风", by=by)

    time_machine.shift(timedelta(days=3 * 365 + 1))
    jobs.forget_old_elders()
    session.expire_all()

    assert found.words is None
    assert [step.words for step in found.steps] == [None]
