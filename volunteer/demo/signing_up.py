"""Who lives together, who was trained, the insurance, and a place that somebody is asked about."""

from datetime import datetime, timedelta

from volunteer.activities import eligibility, insurance, limits, signups, ties
from volunteer.activities import queries as activity_queries
from volunteer.activities.insurance import PolicyDetails
from volunteer.core import clock
from volunteer.demo.cast import Cast
from volunteer.training import qualifications


def write_rules_down(cast: Cast) -> None:
    """A couple, a training that three have passed, an insurance for a year, a limit."""
    team, coordinator = cast.team, cast.coordinator
    today = team.today(clock.now())
    her, him, *others = cast.volunteers[:6]
    ties.live_together(team, her, [him], by=coordinator)
    training = qualifications.name_training(team, "急救", 8, by=coordinator)
    for number, person in enumerate([her, *others[:2]]):
        good_until = today + timedelta(days=200 * number) if number else None
        qualifications.note_passed(person, team, {training.id: good_until}, by=coordinator)
    policy = PolicyDetails(
        insurer="示例保险公司",
        number="DEMO-2026-001",
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=305),
        least_age=18,
        most_age=80,
        covers_travel=True,
        covers_training=True,
    )
    insurance.register(team, policy, by=coordinator)
    limits.set_most_a_week(team, 5, by=coordinator)


def ask_about_a_place(cast: Cast, now: datetime) -> None:
    """Fill a date, let two wait, and give one place back: the first of them is asked."""
    coming = activity_queries.list_between(
        cast.team, first=now + timedelta(days=8), before=now + timedelta(days=15)
    )
    date = next((o for o in coming if not o.is_cancelled), None)
    if date is None:
        return
    role = date.roles[1]
    facts = eligibility.of_date(date, cast.volunteers)
    for person in cast.volunteers:
        if len(role.waiting) == 2:
            break
        leads = date.activity.is_led_by(person)
        if date.signup_of(person) is None and not leads and facts.may_come(person, role, date):
            signups.sign_up(date, role.id, person, by=person)
    signups.withdraw(role.going[0], by=role.going[0].person)
