"""Who looks after elders and is away: what they have promised, and what coordinators see."""

from datetime import timedelta

import pytest

from tests.elders.visiting import of, visit_of
from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from volunteer.activities import away
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders.models import RiskLevel
from volunteer.people.away import Stretch
from volunteer.teams.models import Membership, MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


def be_away(person, days=14):
    today = clock.today()
    away.note(person, Stretch(today, today + timedelta(days=days)), by=person)


def test_who_is_away_reads_which_elders_expect_them_and_says_at_each_that_they_cant(
    elder, signed_in_as
):
    volunteer = volunteer_of(elder.team)
    soon, late = visit_of(elder, [volunteer]), visit_of(elder, [volunteer], in_days=40)
    be_away(volunteer)

    page = signed_in_as(volunteer).get("/settings/away").text

    assert "Somebody expects you then" in page
    assert f"/visits/{soon.id}/visitors/{volunteer.id}/withdrawal" in page
    assert f"/visits/{late.id}" not in page
    assert elder.preferred_name not in page


def test_a_coordinator_reads_of_the_teams_own_visits_alone(browser, elder):
    volunteer = volunteer_of(elder.team)
    other = ElderFactory()
    MembershipFactory(team=other.team, person=volunteer)
    own, theirs = visit_of(elder, [volunteer]), visit_of(other, [volunteer])
    be_away(volunteer)
    number = session.query(Membership.id).filter_by(team_id=elder.team_id, person_id=volunteer.id)

    page = browser.get(f"/teams/{elder.team_id}/members/{number.scalar()}/away").text

    assert f"/visits/{own.id}/visitors" in page
    assert f"/visits/{theirs.id}/visitors" not in page


def test_an_elders_page_says_that_nobody_of_a_pair_can_go(browser, elder, paired):
    words = "Nobody of them can go today"
    be_away(paired[0])
    first = browser.get(of(elder)).text
    membership = session.query(Membership).filter_by(person_id=paired[1].id).one()
    membership.status = MembershipStatus.PAUSED
    session.commit()
    second = browser.get(of(elder)).text

    assert "Away until" in first
    assert words not in first
    assert "Pausing" in second
    assert words in second


def test_who_is_away_is_not_proposed_for_a_visit(browser, elder, paired):
    be_away(paired[0])

    page = browser.get(of(elder, "/visits/new")).text

    assert f'value="{paired[0].id}" checked' not in page
    assert f'value="{paired[1].id}" checked' in page


def test_a_round_says_whose_calls_wait_for_somebody_who_is_away(signed_in_as):
    found = WeatherRoundFactory()
    caller = volunteer_of(found.team, name="何素芳")
    elder = ElderFactory(team=found.team, risk_level=RiskLevel.HIGH)
    WeatherCallFactory(round=found, elder=elder, caller=caller)
    be_away(caller)

    page = signed_in_as(CoordinatorFactory(team=found.team).person).get(
        f"/weather-rounds/{found.id}"
    )

    card = page.text.split("何素芳", 1)[1].split("<ul", 1)[0]
    assert "Away until" in card
