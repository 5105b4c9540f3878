"""Visits and help for neighbours, as the first pages show them: nobody answers, somebody is ill,
the hour has come, and the hour is over."""

from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory, NoAnswerFactory, VisitFactory, volunteer_of
from tests.factories.help_requests import HelpRequestFactory, done, matched
from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import no_answer, policy, queries, recording, visits
from volunteer.elders.models import Ending, Source, StepKind, VisitStatus
from volunteer.elders.recording import Report
from volunteer.help_requests import calls, matching
from volunteer.help_requests.calls import CallDetails
from volunteer.teams import membership

pytestmark = pytest.mark.usefixtures("database")

NOT_SAFE = "Nobody answered, and nobody knows yet whether they are safe."


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def at(time_machine):
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def coordinator(team):
    return CoordinatorFactory(team=team).person


def agreed(team, by, **ahead):
    """A volunteer helps a neighbour, at a time so far ahead."""
    offer = matched(team, by)
    wall = offer.help_request.wall(clock.now()) + timedelta(**ahead)
    matching.agree_on(offer.help_request, wall, by=by)
    return offer


def test_who_stands_at_a_closed_door_finds_first_what_to_do_until_it_is_closed(signed_in_as):
    visit = VisitFactory(in_days=0)
    one, two = visit.going
    other = volunteer_of(visit.team)
    recording.record(visit, Report(VisitStatus.NO_ANSWER), by=one)

    pages = [signed_in_as(person).get("/").text for person in (one, two, other)]
    no_answer.close(visit.no_answer, Ending.SPOKE, words="在午睡", by=one)
    after = signed_in_as(one).get("/").text

    assert [NOT_SAFE in page for page in pages] == [True, True, False]
    assert pages[0].index(f"/no-answers/{visit.no_answer_id}") < pages[0].index("promised nothing")
    assert NOT_SAFE not in after


def test_a_caller_whom_nobody_answered_finds_it_too_and_so_does_who_acts_for_them(signed_in_as):
    found = NoAnswerFactory(source=Source.CALL)
    acting = CompanionFactory(person=found.began_by)
    browser = signed_in_as(acting.companion)

    week = browser.post(f"/companions/{acting.id}/acting", follow_redirects=True).text

    assert NOT_SAFE in signed_in_as(found.began_by).get("/").text
    assert NOT_SAFE in week


def test_the_first_page_lists_what_nobody_answered_for_whom_the_policy_lets_see_it():
    found = NoAnswerFactory()
    team = found.team
    knocked, left, went, stranger = [volunteer_of(team) for _person in range(4)]
    no_answer.log(found, StepKind.KNOCK, reached=False, by=knocked)
    no_answer.log(found, StepKind.KNOCK, reached=False, by=left)
    VisitFactory(elder=found.elder, people=[went]).no_answer = found
    session.commit()
    membership.leave(next(m for m in team.memberships if m.person_id == left.id), by=left)
    elsewhere = NoAnswerFactory(elder=ElderFactory()).began_by
    people = [found.began_by, knocked, left, went, stranger, elsewhere]
    of_it = queries.list_visits_of_no_answer(found)

    listed = [found in queries.list_open_no_answers_with(person) for person in people]

    assert listed == [True, True, False, True, False, False]
    assert listed == [
        policy.can_see_no_answer(person, found, of_it, clock.now()) for person in people
    ]


def test_a_visit_of_today_that_lacks_somebody_stands_before_what_has_time(
    signed_in_as, team, coordinator
):
    HelpRequestFactory(community_of=team)
    days = []
    for in_days in (4, 0.2):
        VisitFactory(elder=ElderFactory(team=team), people=[volunteer_of(team)], in_days=in_days)
        page = signed_in_as(coordinator).get("/").text
        days.append(page.index("Visits that lack a visitor") < page.index("Somebody asks for help"))

    assert days == [False, True]


def test_what_comes_first_stands_first_among_visits_and_neighbours(signed_in_as, coordinator, team):
    offer = agreed(team, coordinator, hours=30)
    VisitFactory(elder=ElderFactory(team=team), people=[offer.person], in_days=1)

    page = signed_in_as(offer.person).get("/").text

    assert page.index("You visit somebody") < page.index("You help a neighbour")


def test_once_a_visit_has_begun_the_first_page_leads_to_writing_it_down(signed_in_as, at):
    visit = VisitFactory(in_days=1)
    record = f"/visits/{visit.id}/record"
    browser = signed_in_as(visit.going[0])

    early = browser.get("/").text
    at(visit.starts_at + timedelta(minutes=20))
    there = browser.get("/").text

    assert [record in page for page in (early, there)] == [False, True]


def test_when_the_hour_is_over_the_first_page_asks_whether_it_is_done(
    signed_in_as, coordinator, team, at
):
    offer = agreed(team, coordinator, hours=3)
    browser = signed_in_as(offer.person)

    pages = []
    for moment in ("2026-10-12T10:00Z", "2026-10-12T12:00Z", "2026-10-12T13:01Z"):
        at(moment)
        pages.append(browser.get("/").text)

    assert ["Say that it is done, or not" in page for page in pages] == [False, False, True]


def test_what_drags_is_a_coordinators_to_follow_up(signed_in_as, coordinator, team, at):
    agreed(team, coordinator, hours=3)
    done(team, coordinator)
    browser = signed_in_as(coordinator)

    pages = []
    for moment in ("2026-10-12T08:00Z", "2026-10-12T15:00Z", "2026-10-14T01:00Z"):
        at(moment)
        pages.append(browser.get("/").text)

    assert ["please call" in page for page in pages] == [False, False, True]
    assert "Call: has it been done?" in pages[2]
    assert "Call: did it help?" in pages[2]


def test_a_yes_that_nobody_has_passed_on_is_to_be_followed_up(signed_in_as, coordinator, team):
    offer = matched(team, coordinator)
    offer.welcomed_at = offer.welcomed_by_id = None
    session.commit()
    elsewhere = CoordinatorFactory().person

    pages = [signed_in_as(person).get("/").text for person in (coordinator, elsewhere)]

    assert ["Ask the resident whether it suits" in page for page in pages] == [True, False]


def test_who_goes_on_alone_reads_on_the_visits_page_not_to(signed_in_as, coordinator, team):
    visit = VisitFactory(elder=ElderFactory(team=team))
    ill, well = visit.going
    page = f"/visits/{visit.id}"
    browser = signed_in_as(well)

    before = browser.get(page).text
    visits.withdraw(visit, ill, by=ill)
    after = browser.get(page).text
    visits.join(visit, volunteer_of(team), by=coordinator)
    found = browser.get(page).text

    words = "Somebody who was to go with you"
    assert [words in text for text in (before, after, found)] == [False, True, False]
    visits.withdraw(visit, visit.going[-1], by=coordinator)
    assert words not in signed_in_as(coordinator).get(page).text


def test_who_can_not_come_to_a_visit_that_has_begun_reads_that_nobody_is_told(signed_in_as):
    visit = VisitFactory(in_days=-0.01)
    ill = visit.going[0]
    page = f"/visits/{visit.id}/visitors/{ill.id}/withdrawal"
    browser = signed_in_as(ill)

    asked = browser.get(page).text
    said = browser.post(page, follow_redirects=True).text

    assert "nobody is told" in asked
    assert "please call whoever still goes" in said


def test_a_coordinator_reads_whom_we_promised_to_ring_back_until_somebody_has(
    signed_in_as, team, coordinator, at
):
    browser = signed_in_as(CoordinatorFactory(team=team).person)
    details = CallDetails("水管漏了", call_back_by=clock.now() + timedelta(hours=2))
    call = calls.note(team, details, by=coordinator)
    calls.note(team, CallDetails("没事了"), by=coordinator)

    before = browser.get("/").text
    at("2026-10-12T10:30Z")
    late = browser.get("/").text
    calls.note_called_back(call, by=coordinator)

    assert "1 caller waits for us to ring back." in before
    assert f'href="/teams/{team.id}/calls-received"' in before
    assert ['class="band band--need"' in page for page in (before, late)] == [False, True]
    assert "to ring back" not in browser.get("/").text
