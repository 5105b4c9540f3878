"""How long answers take."""

from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpRequestFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.language import speaking
from volunteer.help_requests import closing, figures, triage, wording
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


@pytest.fixture
def answered(coordinator, time_machine):
    """Requests that were answered after so many hours each."""

    def answer(*hours: float) -> None:
        begin = clock.now()
        found = [HelpRequestFactory(community_of=coordinator.team) for _one in hours]
        for request, wait in sorted(zip(found, hours, strict=True), key=lambda pair: pair[1]):
            time_machine.move_to(begin + timedelta(hours=wait), tick=False)
            triage.take_on(request, coordinator.team, by=coordinator.person)

    return answer


def times_of(coordinator: Membership) -> figures.AnswerTimes:
    return figures.answer_times(coordinator.team, clock.now())


def test_answers_are_counted_by_how_long_they_took(answered, coordinator):
    answered(0.5, 1, 2, 4, 20, 30, 60)

    times = times_of(coordinator)

    assert times.counts == [2, 2, 1, 1, 1]
    assert (times.answered, times.waiting, times.late, times.total) == (7, 0, 0, 7)
    assert times.in_time == 5
    assert times.median == timedelta(hours=4)


def test_what_waits_is_no_failure_before_its_time_is_over(answered, coordinator, time_machine):
    answered(1)
    HelpRequestFactory(community_of=coordinator.team)
    times = times_of(coordinator)
    assert (times.waiting, times.late) == (1, 0)

    time_machine.shift(timedelta(days=2))
    times = times_of(coordinator)
    assert (times.waiting, times.late) == (1, 1)


def test_what_was_taken_back_unanswered_is_left_out(coordinator):
    closing.withdraw(HelpRequestFactory(community_of=coordinator.team), by=None)

    assert times_of(coordinator).total == 0


def test_of_other_teams_only_what_nobody_has_yet_counts(coordinator):
    other = TeamFactory(place=coordinator.team.place)
    HelpRequestFactory(community_of=other, taken=True)
    HelpRequestFactory(community_of=other)
    HelpRequestFactory()

    assert times_of(coordinator).total == 1


def test_ninety_days_later_it_is_left_out(answered, coordinator, time_machine):
    answered(1)
    time_machine.shift(figures.SPAN)

    assert times_of(coordinator).total == 0


def test_without_requests_there_is_nothing_to_say(coordinator):
    times = times_of(coordinator)

    assert (times.total, times.median) == (0, None)
    assert times.counts == [0] * (len(figures.BOUNDS) + 1)


def test_each_bar_has_its_words():
    assert len(wording.WAITS) == len(figures.BOUNDS) + 1


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=40), "40 minutes"),
        (timedelta(minutes=70), "1 hour"),
        (timedelta(hours=30), "30 hours"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_span_is_said_about(app, span, words):
    with app.test_request_context(), speaking("en"):
        assert wording.span_of(span) == words


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(minutes=10), "came within the last hour"),
        (timedelta(hours=5), "waiting for 5 hours"),
        (timedelta(hours=47), "waiting for 47 hours"),
        (timedelta(days=3), "waiting for 3 days"),
    ],
)
def test_how_long_somebody_waits_is_said(app, coordinator, wait, words):
    request = HelpRequestFactory(community_of=coordinator.team)
    with app.test_request_context(), speaking("en"):
        assert wording.waits_for(request, clock.now() + wait) == words


@pytest.mark.parametrize(
    ("name", "surname"), [("王秀英", "王"), ("欧阳兰", "欧阳"), ("Ana Silva", "Ana"), ("丁", "丁")]
)
def test_of_a_volunteers_name_the_resident_reads_the_surname(name, surname):
    assert wording.surname(name) == surname
