"""What an operator sees of the clock."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from tests.factories.accounts import OperatorFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.teams import CoordinatorFactory
from volunteer import scheduler
from volunteer.core import clock, heartbeat, leaps, outage
from volunteer.notifications import traffic
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.scheduler import Job

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def morning(time_machine, database):
    time_machine.move_to(datetime(2026, 10, 12, 1, tzinfo=UTC), tick=False)


def job_that(run):
    return Job("send-outbox", "SEND_EVERY_SECONDS", run)


def stumble():
    raise TimeoutError("an address that must not be shown")


def test_each_job_has_words(app):
    page = (Path(app.root_path).parent / "templates/home/show_scheduler.html").read_text()
    said = set(re.findall(r'^  "([a-z-]+)": _\(', page, flags=re.MULTILINE))
    assert said == {job.name for job in scheduler.JOBS}


def test_an_operator_sees_what_each_job_did(app, signed_in_as):
    scheduler.run_inside(app, job_that(lambda: 4711))()

    page = signed_in_as(OperatorFactory().person).get("/scheduler").text

    assert "Send what is due" in page
    assert "4711 things" in page
    assert "just now" in page


def test_a_job_that_failed_says_how_but_not_with_whose_data(app, signed_in_as, time_machine):
    scheduler.run_inside(app, job_that(lambda: 1))()
    time_machine.shift(30)
    scheduler.run_inside(app, job_that(stumble))()

    page = signed_in_as(OperatorFactory().person).get("/scheduler").text

    assert "TimeoutError" in page
    assert "an address" not in page
    assert heartbeat.last_beat() < clock.now() - timedelta(seconds=20)


def test_the_next_good_run_ends_the_failure(app, time_machine):
    scheduler.run_inside(app, job_that(stumble))()
    time_machine.shift(5)
    scheduler.run_inside(app, job_that(lambda: 0))()

    (job,) = heartbeat.list_jobs()
    assert not job.has_stumbled
    assert job.did == 0


def test_the_log_says_where_only_once_as_long_as_it_is_the_same(app, caplog):
    errors = iter([OSError(), OSError(), OSError("torn"), None, OSError("torn")])

    def run():
        if error := next(errors):
            raise error

    tick = scheduler.run_inside(app, job_that(run))
    for _number in range(5):
        tick()

    said = [(line.getMessage(), bool(line.exc_info)) for line in caplog.records]
    assert said == [
        ("send-outbox stumbled: OSError", says_where) for says_where in (True, False, True, True)
    ]


def test_a_database_that_is_away_is_one_line_for_all_jobs_and_no_trace(app, caplog, monkeypatch):
    monkeypatch.setattr(scheduler, "away", outage.Outage())
    refused = OperationalError("", {}, psycopg.OperationalError("Connection refused"))

    def meet_nobody():
        raise refused

    for _number in range(2):
        scheduler.run_inside(app, job_that(meet_nobody))()
    scheduler.run_inside(app, job_that(lambda: 0))()

    said = [(line.getMessage(), bool(line.exc_info)) for line in caplog.records]
    assert said == [(outage.known(refused), False), ("The database answers again.", False)]


def test_one_job_that_stumbles_at_the_start_keeps_no_other_from_running(app, monkeypatch):
    ran = []
    quick = scheduler.Job("quick", "SEND_EVERY_SECONDS", lambda: ran.append("quick"))
    monkeypatch.setattr(scheduler, "JOBS", (job_that(stumble), quick))

    scheduler.run_all_once(app)

    assert ran == ["quick"]


def test_the_figures_say_what_waits_what_went_and_what_did_not():
    now = clock.now()
    long_ago = OutboxMessageFactory(due_at=now - timedelta(hours=3))
    OutboxMessageFactory(
        due_at=now - timedelta(minutes=1), lease="x", lease_until=now + timedelta(minutes=1)
    )
    OutboxMessageFactory(due_at=now + timedelta(hours=1))
    OutboxMessageFactory(due_at=now - timedelta(hours=1), channel=Channel.CALL)
    for hours in (0, 5, 30):
        OutboxMessageFactory(status=MessageStatus.SENT, ended_at=now - timedelta(hours=hours))
    OutboxMessageFactory(status=MessageStatus.FAILED, ended_at=now)

    found = traffic.traffic(now)

    assert (found.waiting, found.waits_since, found.being_sent) == (2, long_ago.due_at, 1)
    assert (found.sent_lately, found.sent_in_a_day, found.failed_in_a_day) == (1, 2, 1)
    assert (found.a_minute, found.minutes_left) == (0.1, 2)


def test_a_clock_that_has_leapt_is_said_for_a_day(app, signed_in_as, time_machine):
    browser = signed_in_as(OperatorFactory().person)
    tick = scheduler.run_inside(app, Job("forget-codes", "PLAN_EVERY_SECONDS", lambda: 0))
    tick()
    assert "leapt" not in browser.get("/scheduler").text

    time_machine.shift(leaps.LEAP + timedelta(hours=1))
    browser = signed_in_as(OperatorFactory().person)
    tick()

    page = browser.get("/scheduler").text
    assert "The clock has leapt ahead by more than two days" in page
    assert "today is 14 Oct 2026" in page


def test_a_clock_that_stands_still_is_said_large(signed_in_as, time_machine):
    heartbeat.beat("send-outbox")
    browser = signed_in_as(OperatorFactory().person)
    time_machine.shift(heartbeat.SILENCE + timedelta(seconds=1))

    assert "The clock stands still" in browser.get("/scheduler").text


def test_the_page_needs_few_statements(signed_in_as, count_queries):
    for _number in range(5):
        OutboxMessageFactory()
    browser = signed_in_as(OperatorFactory().person)

    with count_queries() as sent:
        browser.get("/scheduler")

    assert len(sent) <= 12


def test_what_the_clock_does_is_for_operators_alone(signed_in_as):
    assert signed_in_as(CoordinatorFactory().person).get("/scheduler").status_code == 404
