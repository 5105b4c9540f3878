"""The pages of a round: begun with one press, called from a list, seen only while it runs."""

import re
from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory, NoAnswerFactory, PairingFactory, volunteer_of
from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from volunteer.audit.models import FieldGroup, ReadingEntry, Reason
from volunteer.core.database import session
from volunteer.elders import weather
from volunteer.elders.models import Outcome, RiskLevel, WeatherRound
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-07-13T02:00Z", tick=False)


@pytest.fixture
def round_of():
    """A running round: its coordinator, a caller, and the caller's call."""
    found = WeatherRoundFactory(words="风扇开着吗？\n水够吗？", team__phone="02855501000")
    coordinator = CoordinatorFactory(team=found.team).person
    caller = volunteer_of(found.team)
    elder = ElderFactory(
        team=found.team, risk_level=RiskLevel.HIGH, preferred_name="王婆婆",
        person__phone="13900001111", landline="02800001111",
    )  # fmt: skip
    call = WeatherCallFactory(round=found, elder=elder, caller=caller)
    return found, coordinator, caller, call


def test_a_coordinator_begins_a_round_with_the_usual_words(signed_in_as):
    elder = ElderFactory(risk_level=RiskLevel.HIGH)
    PairingFactory(elder=elder)
    ElderFactory(team=elder.team, risk_level=RiskLevel.KEY)
    browser = signed_in_as(CoordinatorFactory(team=elder.team).person)
    here = f"/teams/{elder.team_id}/weather-rounds"

    shown = browser.get(f"{here}/new?kind=heat_red").text
    words = "Does the air conditioner run right now?"
    answer = browser.post(
        f"{here}/new?kind=heat_red",
        data={"words": words, "days": "2", "rest": "keep"},
        follow_redirects=True,
    )

    assert words in shown
    assert "2 elders are to be called" in shown
    assert "Called is who needs much or more care." in shown
    assert "Nobody looks after 1 of them" in shown
    assert "2 elders have not been reached yet" in answer.text
    (found,) = session.query(WeatherRound).all()
    assert found.ends_at - found.began_at == timedelta(days=2)
    assert "Who has not been reached yet?" in browser.get(here).text
    again = browser.post(
        f"{here}/new?kind=cold", data={"words": words, "days": "1", "rest": "keep"}
    )
    assert "A round is running already." in again.text


def test_enter_in_a_note_does_not_say_that_all_is_well(signed_in_as, round_of):
    """Browsers press the first button of a form."""
    found, coordinator, caller, _call = round_of
    pages = [
        signed_in_as(caller).get(f"/weather-rounds/{found.id}/calls").text,
        signed_in_as(coordinator).get(f"/weather-rounds/{found.id}").text,
    ]

    for page in pages:
        (form,) = re.findall(r"<form[^>]*/weather-calls/.*?</form>", page, re.S)[:1]
        first, *answers = re.findall("<button[^>]*>", form)
        assert first == '<button type="submit" disabled hidden>'
        assert len(answers) == 4


def test_a_caller_sees_their_own_calls_while_the_round_runs_and_every_look_is_written_down(
    signed_in_as, round_of
):
    found, coordinator, caller, call = round_of
    other = WeatherCallFactory(
        round=found, caller=volunteer_of(found.team), elder__preferred_name="李大爷"
    )
    browser, here = signed_in_as(caller), f"/weather-rounds/{found.id}/calls"

    shown = browser.get(here).text

    for words in ("王婆婆", "139 0000 1111", "028-0000 1111", "风扇开着吗？", "1 person to call"):
        assert words in shown
    assert "李大爷" not in shown
    (look,) = session.query(ReadingEntry).all()
    assert (look.by_id, look.person_id, look.field_group, look.reason) == (
        caller.id,
        call.elder.person_id,
        FieldGroup.CALLS,
        Reason.WEATHER,
    )
    assert "Open my calls" in browser.get("/my-week").text
    weather.end(found, by=coordinator)
    assert browser.get(here).status_code == 404
    assert "Open my calls" not in browser.get("/my-week").text
    assert other.caller is not None


@pytest.mark.parametrize("state", [MembershipStatus.PAUSED, MembershipStatus.LEFT])
def test_who_is_no_longer_active_sees_no_list(signed_in_as, round_of, state):
    found, _coordinator, caller, call = round_of
    row = session.query(MembershipFactory._meta.model).filter_by(person_id=caller.id).one()
    row.status = state
    session.commit()
    browser = signed_in_as(caller)

    assert browser.get(f"/weather-rounds/{found.id}/calls").status_code == 404
    noted = browser.post(f"/weather-calls/{call.id}/outcome", data={"outcome": "fine"})
    assert noted.status_code == 404
    assert call.outcome is Outcome.WAITING


def test_one_press_notes_it_another_undoes_it(signed_in_as, round_of):
    _found, _coordinator, caller, call = round_of
    browser = signed_in_as(caller)

    noted = browser.post(
        f"/weather-calls/{call.id}/outcome",
        data={"outcome": "fine", "note": "开着空调", "from": "own"},
        follow_redirects=True,
    ).text
    undone = browser.post(
        f"/weather-calls/{call.id}/undoing", data={"from": "own"}, follow_redirects=True
    ).text

    assert "Noted: all is well with 王婆婆." in noted
    assert "All are called. Thank you!" in noted
    assert "“开着空调”" in noted
    assert "Undone. 王婆婆 is to be called again." in undone
    assert "1 person to call" in undone


def test_no_answer_leads_to_what_to_do_now(signed_in_as, round_of):
    found, coordinator, caller, call = round_of

    answer = signed_in_as(caller).post(
        f"/weather-calls/{call.id}/outcome", data={"outcome": "no_answer"}, follow_redirects=True
    )

    assert answer.status_code == 200
    assert answer.request.path == f"/no-answers/{call.visit.no_answer_id}"
    shown = signed_in_as(coordinator).get(f"/weather-rounds/{found.id}").text
    assert "1 elder has not been reached yet" in shown
    assert "No answer, not safe yet" in shown


def test_an_outcome_that_there_is_not_changes_nothing(signed_in_as, round_of):
    _found, _coordinator, caller, call = round_of

    answer = signed_in_as(caller).post(
        f"/weather-calls/{call.id}/outcome", data={"outcome": "waiting"}
    )

    assert answer.status_code == 404
    assert call.outcome is Outcome.WAITING


def test_a_caller_notes_no_call_of_another_and_nothing_after_the_end(signed_in_as, round_of):
    found, coordinator, caller, call = round_of
    stranger = volunteer_of(found.team)

    def noted_by(person):
        return (
            signed_in_as(person)
            .post(f"/weather-calls/{call.id}/outcome", data={"outcome": "fine"})
            .status_code
        )

    assert noted_by(stranger) == 404
    weather.end(found, by=coordinator)
    assert noted_by(caller) == 404
    assert noted_by(coordinator) == 302
    assert call.noted_by == coordinator


def test_a_companion_calls_for_a_member_without_a_phone(signed_in_as, round_of):
    found, _coordinator, caller, call = round_of
    companionship = CompanionFactory(person=caller)
    browser = signed_in_as(companionship.companion)
    browser.post(f"/companions/{companionship.id}/acting")

    shown = browser.get(f"/weather-rounds/{found.id}/calls")

    assert "王婆婆" in shown.text
    browser.post(f"/weather-calls/{call.id}/outcome", data={"outcome": "fine"})
    assert (call.noted_by, call.visit.going) == (companionship.companion, [caller])


def test_a_coordinator_hands_a_call_over_prints_and_ends(signed_in_as, round_of):
    found, coordinator, _caller, call = round_of
    other = volunteer_of(found.team)
    browser = signed_in_as(coordinator)

    given = browser.post(
        f"/weather-calls/{call.id}/caller", data={"person": other.id}, follow_redirects=True
    ).text
    sheet = browser.get(f"/weather-rounds/{found.id}/sheet").text
    asked = browser.get(f"/weather-rounds/{found.id}/end").text
    ended = browser.post(f"/weather-rounds/{found.id}/end", follow_redirects=True).text

    assert f"{other.name} calls 王婆婆." in given
    assert f"{other.name}</span> calls" in sheet
    assert "139 0000 1111" in sheet
    assert "1 elder has not been reached yet" in asked
    assert "This round is over." in ended
    again = browser.get(f"/weather-rounds/{found.id}/end", follow_redirects=True).text
    assert again.count("This round is over.") == 2


def test_the_pages_of_a_round_take_twelve_queries_at_most(signed_in_as, round_of, count_queries):
    found, coordinator, caller, _call = round_of
    for _number in range(7):
        elder = ElderFactory(team=found.team, risk_level=RiskLevel.HIGH, contacts=2)
        WeatherCallFactory(round=found, caller=caller, elder=elder)
    for person, path in (
        (coordinator, f"/weather-rounds/{found.id}"),
        (coordinator, f"/weather-rounds/{found.id}/sheet"),
        (coordinator, f"/teams/{found.team_id}/weather-rounds"),
        (coordinator, f"/teams/{found.team_id}/weather-rounds/new?kind=cold"),
        (caller, f"/weather-rounds/{found.id}/calls"),
    ):
        browser = signed_in_as(person)
        browser.get(path)

        with count_queries() as sent:
            assert browser.get(path).status_code == 200

        assert len(sent) <= 12, (path, *sent)


def test_a_kind_of_weather_that_there_is_not_is_no_page(signed_in_as, round_of):
    found, coordinator, *_rest = round_of
    browser, here = signed_in_as(coordinator), f"/teams/{found.team_id}/weather-rounds/new"

    assert browser.get(f"{here}?kind=bogus").status_code == 404
    assert browser.post(f"{here}?kind=bogus").status_code == 404
    assert browser.get(here).status_code == 200


def test_who_cant_call_finds_the_number_of_the_team_beside_it(signed_in_as, round_of):
    found, _coordinator, caller, _call = round_of

    page = signed_in_as(caller).get(f"/weather-rounds/{found.id}/calls").text

    assert 'href="tel:02855501000"' in page[page.index("If you can't call") :]


def test_who_calls_reads_that_somebody_got_no_answer_there_before(signed_in_as, round_of):
    found, coordinator, caller, call = round_of
    pages = {
        caller: f"/weather-rounds/{found.id}/calls",
        coordinator: f"/weather-rounds/{found.id}",
    }

    before = [signed_in_as(person).get(page).text for person, page in pages.items()]
    search = NoAnswerFactory(elder=call.elder)
    after = [signed_in_as(person).get(page).text for person, page in pages.items()]

    assert not any("safe" in page for page in before)
    assert "please tell the coordinator at once" in after[0]
    assert "/no-answers/" not in after[0]
    assert "Not safe yet" in after[1]
    assert f"/no-answers/{search.id}" in after[1]
