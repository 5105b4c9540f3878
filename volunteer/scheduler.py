"""The timetable: every job of the clock, and how often it ticks.

APScheduler is only the clock. What is due is read from our own tables, so a tick that
comes late, twice or in two processes does no harm (ADR 0004).
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask

from volunteer.accounts import jobs as accounts_jobs
from volunteer.activities import jobs as activities_jobs
from volunteer.core import clock, heartbeat, leaps, outage
from volunteer.elders import jobs as elders_jobs
from volunteer.help_requests import jobs as help_jobs
from volunteer.hours import jobs as hours_jobs
from volunteer.incidents import jobs as incidents_jobs
from volunteer.meals import jobs as meals_jobs
from volunteer.network import jobs as network_jobs
from volunteer.people import jobs as people_jobs
from volunteer.reminders import jobs
from volunteer.rights import jobs as rights_jobs
from volunteer.teams import jobs as teams_jobs

# Imported where the clock is built: the web server knows the jobs, too, and has no clock.
if TYPE_CHECKING:
    from volunteer.core.ticking import Ticking

log = logging.getLogger(__name__)
# All jobs of this process meet the same database.
away = outage.Outage()


@dataclass(frozen=True)
class Job:
    """Something the clock starts; `setting` names the seconds between two starts."""

    name: str
    setting: str
    # Some answer how many they planned or sent.
    run: Callable[[], int | None]

    @property
    def forgets(self) -> bool:
        """Whether what it does can't be taken back."""
        return self.name.startswith("forget-")

    @property
    def waits_after_a_leap(self) -> bool:
        """Whether it does harm for good on a day that is none. Nobody misses it for a day."""
        return self.forgets or self.name in FILL_CALENDARS


# They go on from the last day that they have reached, and never before it.
FILL_CALENDARS = {"extend-calendars", "make-meals"}

JOBS = (
    Job("plan-reminders", "PLAN_EVERY_SECONDS", jobs.plan_reminders),
    Job("remind-of-duties", "PLAN_EVERY_SECONDS", jobs.remind_of_duties),
    Job("plan-calls", "PLAN_EVERY_SECONDS", jobs.plan_calls),
    Job("ask-where-short", "PLAN_EVERY_SECONDS", jobs.ask_where_short),
    Job("say-thanks", "PLAN_EVERY_SECONDS", jobs.say_thanks),
    Job("remind-of-hours", "PLAN_EVERY_SECONDS", jobs.remind_of_hours),
    Job("tell-of-overdue-elders", "PLAN_EVERY_SECONDS", jobs.tell_of_overdue_elders),
    Job("remind-of-late-requests", "PLAN_EVERY_SECONDS", help_jobs.remind_of_late_requests),
    Job("ask-next-volunteers", "PLAN_EVERY_SECONDS", help_jobs.ask_next_volunteers),
    Job("stop-without-consent", "PLAN_EVERY_SECONDS", elders_jobs.stop_without_good_consent),
    Job("end-weather-rounds", "PLAN_EVERY_SECONDS", elders_jobs.end_weather_rounds),
    Job(
        "ask-whether-visitors-are-out",
        "PLAN_EVERY_SECONDS",
        elders_jobs.ask_whether_visitors_are_out,
    ),
    Job("forget-old-elders", "PLAN_EVERY_SECONDS", elders_jobs.forget_old_elders),
    Job("forget-who-was-told-no", "PLAN_EVERY_SECONDS", teams_jobs.forget_who_was_told_no),
    Job("forget-who-left", "PLAN_EVERY_SECONDS", teams_jobs.forget_who_left),
    Job("forget-safety-cards", "PLAN_EVERY_SECONDS", teams_jobs.forget_cards_of_no_team),
    Job("remind-of-forgetting", "PLAN_EVERY_SECONDS", rights_jobs.remind_of_forgetting),
    Job("forget-who-asked", "PLAN_EVERY_SECONDS", rights_jobs.forget_who_asked),
    Job("remind-of-insurers", "PLAN_EVERY_SECONDS", incidents_jobs.remind_of_insurers),
    Job("forget-old-incidents", "PLAN_EVERY_SECONDS", incidents_jobs.forget_old_incidents),
    Job("forget-old-requests", "PLAN_EVERY_SECONDS", help_jobs.forget_old_requests),
    Job("forget-old-lunches", "PLAN_EVERY_SECONDS", meals_jobs.forget_old_lunches),
    Job("extend-calendars", "PLAN_EVERY_SECONDS", jobs.extend_calendars),
    Job("make-meals", "PLAN_EVERY_SECONDS", meals_jobs.make_meals),
    Job("call-who-is-not-home", "PLAN_EVERY_SECONDS", meals_jobs.call_who_is_not_home),
    Job("look-for-stand-ins", "PLAN_EVERY_SECONDS", activities_jobs.look_for_stand_ins),
    Job("pass-on-places", "PLAN_EVERY_SECONDS", activities_jobs.pass_on_places),
    Job("learn-holidays", "PLAN_EVERY_SECONDS", network_jobs.learn_holidays),
    Job("plan-codes", "SEND_EVERY_SECONDS", accounts_jobs.plan_codes),
    Job("forget-codes", "PLAN_EVERY_SECONDS", accounts_jobs.forget_codes),
    Job("forget-doors", "PLAN_EVERY_SECONDS", accounts_jobs.forget_doors),
    Job("forget-jielong-words", "PLAN_EVERY_SECONDS", activities_jobs.forget_jielong_words),
    Job("forget-away-days", "PLAN_EVERY_SECONDS", people_jobs.forget_away_days),
    Job("forget-excuses", "PLAN_EVERY_SECONDS", activities_jobs.forget_excuses),
    Job("forget-words-on-hours", "PLAN_EVERY_SECONDS", activities_jobs.forget_words_on_hours),
    Job("forget-old-certificates", "PLAN_EVERY_SECONDS", hours_jobs.forget_old_certificates),
    Job("forget-call-notes", "PLAN_EVERY_SECONDS", jobs.forget_call_notes),
    Job("forget-messages", "PLAN_EVERY_SECONDS", jobs.forget_messages),
    Job("send-outbox", "SEND_EVERY_SECONDS", jobs.send_outbox),
)


def build_scheduler(app: Flask) -> "Ticking":
    """A clock that ticks in UTC, late rather than never, each job once at a time."""
    from apscheduler.triggers.interval import IntervalTrigger

    from volunteer.core.ticking import Ticking

    scheduler = Ticking(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        trigger = IntervalTrigger(seconds=app.config[job.setting], timezone="UTC")
        scheduler.add_job(run_inside(app, job), trigger, id=job.name)
    return scheduler


def run_inside(app: Flask, job: Job) -> Callable[[], None]:
    """The job in an app context of its own, with its heartbeat, or its stumbling, noted after.

    It raises nothing, so that the other jobs go on: the log says what happened. Where, it says the
    first time: on a full disk each tick stumbles over the same. That the database is away is said
    once for all of them.
    """
    known: str | None = None

    def tick() -> None:
        nonlocal known
        with app.app_context():
            try:
                run_and_beat(job)
                known = None
                away.is_over()
            except Exception as error:
                if told := outage.known(error):
                    away.say(told)
                else:
                    is_news, known = repr(error) != known, repr(error)
                    log.error("%s stumbled: %s", job.name, type(error).__name__, exc_info=is_news)
                # Where nothing can be written, this neither; the silence is seen (/healthz).
                with suppress(Exception):
                    heartbeat.stumble(job.name, error)

    return tick


def run_and_beat(job: Job) -> None:
    began = time.monotonic()
    did = None if job.waits_after_a_leap and leaps.must_wait(job.name, clock.now()) else job.run()
    heartbeat.beat(job.name, did=did, took=timedelta(seconds=time.monotonic() - began))


def run_all_once(app: Flask, *, is_over: Callable[[], bool] = lambda: False) -> None:
    """Every job, now: what a scheduler does first, so that nobody waits for the first tick.

    `is_over` is asked before each, for a scheduler may be stopped before it has begun.
    """
    with app.app_context():
        heartbeat.expect(job.name for job in JOBS)
    for job in JOBS:
        if is_over():
            return
        run_inside(app, job)()
