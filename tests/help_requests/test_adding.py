"""What the resident adds to their request later, and a withdrawal that was a mistake."""

from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpRequestFactory, done, matched, taken_on
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.told import told
from volunteer.core.database import session
from volunteer.help_requests import adding, closing, notices, triage
from volunteer.help_requests.errors import CannotBeTakenUp, EnoughSaid, IsOver, NothingAdded
from volunteer.help_requests.models import HelpRequest, HelpStatus, OfferStatus, StepKind
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def follow(visitor, found):
    visitor.post("/help-requests/status", data={"number": found.number, "phone": PHONE})
    return f"/help-requests/{found.id}"


def test_a_word_more_stands_behind_the_first_ones_with_its_time(team, coordinator):
    found = HelpRequestFactory(community_of=team, words="水龙头滴水")

    adding.add(found, " 滴得更厉害了 ", by=None)
    adding.add(found, "滴得更厉害了", by=None)

    assert found.words == "水龙头滴水\n[2026-10-12 10:00] 滴得更厉害了"
    assert (found.steps[-1].kind, found.steps[-1].words) == (StepKind.ADDED, None)
    assert not found.is_urgent
    assert told(notices.HELP_ASKED) == [coordinator.person_id]


def test_a_dangerous_word_raises_a_request_that_did_not_sound_so(team):
    found = HelpRequestFactory(community_of=team)
    adding.add(found, "我刚才摔倒了", by=None)
    assert found.is_urgent

    adding.add(found, "现在没事了", by=None)
    assert found.is_urgent


def test_the_coordinators_hear_it_of_what_they_have_taken_on_too(team, coordinator, time_machine):
    found = taken_on(team, coordinator.person)
    time_machine.shift(timedelta(minutes=5))
    adding.add(found, "三点以后来", by=None)

    assert told(notices.HELP_ASKED)[-1:] == [coordinator.person_id]
    assert notices.is_still_true(last_message(), found)


def last_message():
    rows = session.query(OutboxMessage).filter_by(kind=notices.HELP_ASKED)
    return rows.order_by(OutboxMessage.id.desc()).first()


def test_nothing_too_much_and_what_is_over_is_not_added(team, coordinator):
    found = HelpRequestFactory(community_of=team)
    with pytest.raises(NothingAdded):
        adding.add(found, " ", by=None)
    with pytest.raises(EnoughSaid):
        adding.add(found, "x" * adding.MOST_WORDS, by=None)
    with pytest.raises(IsOver):
        adding.add(done(team, coordinator.person), "还有", by=None)


def test_the_resident_adds_it_on_a_page_and_who_answers_and_who_comes_read_it(
    visitor, signed_in_as, team, coordinator
):
    offer = matched(team, coordinator.person)
    found = offer.help_request
    found.asker_phone = PHONE
    session.commit()
    page = follow(visitor, found)
    assert f"{page}/more" in visitor.get(page).text
    assert "Add something" in visitor.get(f"{page}/more").text

    assert visitor.post(f"{page}/more", data={"words": "请三点以后来"}).location == page

    assert "请三点以后来" not in visitor.get(page).text
    whole = f"/teams/{team.id}/help-requests/{found.id}"
    assert "请三点以后来" in signed_in_as(coordinator.person).get(whole).text
    assert "请三点以后来" in signed_in_as(offer.person).get(f"/help-offers/{offer.id}").text


def test_words_of_danger_lead_first_to_whom_to_call(visitor, team):
    found = HelpRequestFactory(community_of=team, asker_phone=PHONE)
    page = f"{follow(visitor, found)}/more"

    shown = visitor.post(page, data={"words": "闻到煤气"}).text
    assert "call 120 or 110 first" in shown
    assert "闻到煤气" in shown
    assert "闻到煤气" not in (session.get_one(HelpRequest, found.id).words or "")

    visitor.post(page, data={"words": "闻到煤气", "no_danger": "y"})
    assert session.get_one(HelpRequest, found.id).is_urgent


def test_who_shows_neither_number_nor_phone_adds_nothing(visitor, team):
    found = HelpRequestFactory(community_of=team)
    for rest in ("more", "taking-up"):
        answer = visitor.post(f"/help-requests/{found.id}/{rest}", data={"words": "x"})
        assert answer.location == "/help-requests/status"
    assert {step.kind for step in found.steps} <= {StepKind.ASKED}


# --- taken back by mistake --------------------------------------------------------------------


def test_what_was_taken_back_by_mistake_is_the_teams_again(visitor, team, coordinator):
    offer = matched(team, coordinator.person)
    found = offer.help_request
    found.asker_phone = PHONE
    session.commit()
    closing.withdraw(found, by=None)
    page = follow(visitor, found)
    assert "I need it after all" in visitor.get(page).text

    visitor.post(f"{page}/taking-up")

    found = session.get_one(HelpRequest, found.id)
    assert (found.status, found.ended_at, found.team_id) == (HelpStatus.ACCEPTED, None, team.id)
    assert found.steps[-1].kind is StepKind.TAKEN_UP
    assert offer.status is OfferStatus.RELEASED
    assert coordinator.person_id in told(notices.HELP_ASKED)


def test_what_nobody_had_answered_waits_again_for_a_working_day(team, time_machine):
    found = HelpRequestFactory(community_of=team)
    closing.withdraw(found, by=None)
    before = found.answer_by
    time_machine.shift(timedelta(hours=20))

    closing.take_up(found, by=None)

    assert found.is_new
    assert found.answer_by > before


def test_a_day_later_or_twice_there_is_nothing_to_undo(visitor, team, time_machine):
    found = HelpRequestFactory(community_of=team, asker_phone=PHONE)
    with pytest.raises(CannotBeTakenUp):
        closing.take_up(found, by=None)
    closing.withdraw(found, by=None)
    time_machine.shift(timedelta(days=1, minutes=1))
    with pytest.raises(CannotBeTakenUp):
        closing.take_up(found, by=None)
    page = follow(visitor, found)
    assert "I need it after all" not in visitor.get(page).text
    assert visitor.post(f"{page}/taking-up").location == page
    assert session.get_one(HelpRequest, found.id).status is HelpStatus.WITHDRAWN


def test_who_asked_while_signed_in_hears_what_a_coordinator_undoes_for_them(
    team, coordinator, time_machine
):
    asker = PersonFactory()
    found = HelpRequestFactory(community_of=team, asker_id=asker.id)
    triage.take_on(found, team, by=coordinator.person)
    closing.withdraw(found, by=asker)
    time_machine.shift(timedelta(minutes=5))

    closing.take_up(found, by=coordinator.person)

    assert told(notices.HELP_PROGRESS) == [asker.id] * 2


def test_what_a_coordinator_took_back_is_not_the_askers_to_undo(team, coordinator):
    """As of somebody who has died: whoever has the number and the phone would send people there."""
    found = HelpRequestFactory(community_of=team, asker_phone=PHONE)
    closing.withdraw(found, by=coordinator.person)

    with pytest.raises(CannotBeTakenUp):
        closing.take_up(found, by=None)
