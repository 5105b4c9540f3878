"""What is published names its risks and is insured; what roles ask for reaches every date."""

from datetime import date, time, timedelta

import pytest

from tests.factories.teams import CoordinatorFactory
from volunteer.activities import insurance, planning, queries, recurrence
from volunteer.activities.errors import InsuranceNeeded, RiskNoteNeeded
from volunteer.activities.insurance import PolicyDetails
from volunteer.activities.models import Activity, DangerLevel, InsurancePolicy, RoleNeeds
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")

MONDAY = date(2026, 10, 12)
NEEDS = RoleNeeds(least_age=50, own_tool="剪刀")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T01:00:00+00:00", tick=False)


def words(**changed: object) -> ActivityWords:
    plain = {"title": "理发", "place": "小花园", "risk_note": "剪刀",
             "roles": [RolePlan("理发", 1, 2, needs=NEEDS)]}  # fmt: skip
    return ActivityWords(**{**plain, **changed})


def plan(words: ActivityWords, by: Person | None = None) -> Activity:
    membership = CoordinatorFactory()
    weekly = SeriesPlan(words, recurrence.weekly(2), MONDAY, time(10), time(12))
    return planning.plan_series(membership.team, weekly, by=by or membership.person)


def policy(**changed: object) -> PolicyDetails:
    plain = {"insurer": "平安", "number": "A-1", "starts_on": MONDAY, "ends_on": MONDAY}
    return PolicyDetails(**{**plain, **changed})


def test_nothing_is_published_without_a_word_about_its_risks():
    with pytest.raises(RiskNoteNeeded, match="Please write the possible risks"):
        plan(words(risk_note=" "))

    assert session.query(Activity).count() == 0


def test_what_may_be_dangerous_is_published_only_with_an_insurance_that_has_not_ended():
    membership = CoordinatorFactory()
    team, by = membership.team, membership.person
    weekly = SeriesPlan(
        words(danger=DangerLevel.POSSIBLE), recurrence.weekly(2), MONDAY, time(10), time(12)
    )
    before = MONDAY - timedelta(days=1)
    insurance.register(team, policy(starts_on=before, ends_on=before), by=by)

    with pytest.raises(InsuranceNeeded, match="article 17"):
        planning.plan_series(team, weekly, by=by)
    insurance.register(team, policy(number="A-2"), by=by)

    assert planning.plan_series(team, weekly, by=by).danger_level is DangerLevel.POSSIBLE


def test_an_activity_is_not_made_dangerous_afterwards_without_an_insurance():
    activity = plan(words())

    with pytest.raises(InsuranceNeeded):
        planning.change_words(
            activity, words(danger=DangerLevel.POSSIBLE), by=CoordinatorFactory().person
        )


def test_the_same_policy_entered_twice_is_one():
    membership = CoordinatorFactory()

    for least_age in (0, 18):
        insurance.register(membership.team, policy(least_age=least_age), by=membership.person)

    assert [row.least_age for row in session.query(InsurancePolicy)] == [18]


def test_what_a_policy_covers_is_ticked_and_said_again_in_the_list(signed_in_as):
    membership = CoordinatorFactory()
    browser, path = (
        signed_in_as(membership.person), f"/teams/{membership.team.id}/sign-up-rules",
    )  # fmt: skip
    filled = {"insurer": "平安", "number": "A-1", "starts_on": "2026-10-12",
              "ends_on": "2027-10-11", "covers_travel": "y", "covers_third_party": "y"}  # fmt: skip
    sent = {f"policy-{name}": value for name, value in filled.items()}

    page = browser.post(path, data={**sent, "policy": ""}, follow_redirects=True).text

    row = session.query(InsurancePolicy).one()
    assert (row.covers_travel, row.covers_training, row.covers_third_party) == (True, False, True)
    assert "covers also: the way there and back, harm done to others" in page
    assert "does not say that it covers: trainings and drills" in page


def test_what_a_role_asks_for_stands_on_every_date_and_changes_with_the_plan():
    activity = plan(words())
    found = [date.roles[0].needs for date in queries.list_coming(activity, after=clock.now())]
    milder = RolePlan("理发", 1, 2, position=0, needs=RoleNeeds(own_tool="推子"))

    planning.change_words(activity, words(roles=[milder]), by=CoordinatorFactory().person)

    assert len(found) >= 12
    assert set(found) == {NEEDS}
    coming = queries.list_coming(activity, after=clock.now())
    assert {date.roles[0].needs for date in coming} == {milder.needs}
