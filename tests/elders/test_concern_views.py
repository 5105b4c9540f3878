"""The pages of concerns: anybody in the team reports, two read, the others learn nothing."""

import pytest

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.elders import ElderFactory, VisitFactory, volunteer_of
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core.database import session
from volunteer.elders import concern_queries, concerns
from volunteer.elders.concerns import ConcernDetails
from volunteer.elders.models import Concern, ConcernKind, ConcernStatus
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")

FILLED = {"kind": "abuse", "words": "手上有青的", "about": "0"}


@pytest.fixture
def elder():
    return ElderFactory(preferred_name="王婆婆")


@pytest.fixture
def coordinator(elder):
    return CoordinatorFactory(team=elder.team).person


@pytest.fixture
def lead(elder, coordinator):
    person = volunteer_of(elder.team, name="陈安")
    concerns.name_readers(elder.team, person, None, by=coordinator)
    return person


def reported(elder, by) -> Concern:
    details = ConcernDetails(ConcernKind.ABUSE, "手上有青的")
    return concerns.report(elder.team, details, by=by, elder=elder)


def test_a_member_reports_from_the_help_page_and_reads_received_and_nothing_more(
    signed_in_as, elder, lead
):
    browser = signed_in_as(volunteer_of(elder.team))
    here = f"/teams/{elder.team_id}/concerns/new"
    assert "/concerns" in browser.get("/help").text
    assert here in browser.get("/concerns").text

    form = browser.get(here).text
    answer = browser.post(here, data={**FILLED, "whom": "三栋的赵大爷"}, follow_redirects=True).text

    assert "Read by 陈安 and nobody else." in form
    assert all(number in form for number in ("110", "120", "96110"))
    assert "Received. Thank you for saying so." in answer
    assert "Received" in answer
    assert "手上有青的" not in answer
    (concern,) = session.query(Concern).all()
    assert concern.whom == "三栋的赵大爷"
    assert browser.get(f"/concerns/{concern.id}").status_code == 404


def test_a_coordinator_reports_from_the_elders_page_and_does_not_read_it(
    signed_in_as, elder, coordinator, lead
):
    browser = signed_in_as(coordinator)
    here = f"/teams/{elder.team_id}/elders/{elder.id}/concerns/new"
    assert here in browser.get(f"/teams/{elder.team_id}/elders/{elder.id}").text

    browser.post(here, data=FILLED)

    (concern,) = session.query(Concern).all()
    assert (concern.elder, concern.reporter) == (elder, coordinator)
    assert browser.get(f"/concerns/{concern.id}").status_code == 404
    for path in ("", "/history", "/readings", f"/elders/{elder.id}", "/elders", "/messages"):
        assert "手上有青的" not in browser.get(f"/teams/{elder.team_id}{path}").text
    for path in (f"/teams/{elder.team_id}/history", f"/teams/{elder.team_id}/readings"):
        assert "concern.reported" not in browser.get(path).text


def test_a_visitor_reports_from_the_visit_while_they_see_whom_they_visit(
    signed_in_as, elder, lead, time_machine
):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    visit = VisitFactory(elder=elder, in_days=0.5)
    browser = signed_in_as(visit.going[0])
    here = f"/visits/{visit.id}/concerns/new"
    assert here in browser.get(f"/visits/{visit.id}").text

    browser.post(here, data=FILLED)

    (concern,) = session.query(Concern).all()
    assert concern.elder == elder
    time_machine.move_to("2026-10-17T08:00Z", tick=False)
    assert browser.get(here).status_code == 404
    assert signed_in_as(volunteer_of(elder.team)).get(here).status_code == 404


def test_a_companion_reports_for_whom_they_act_and_reads_nothing_of_theirs(
    signed_in_as, elder, lead
):
    companionship = CompanionFactory(person=lead)
    browser = signed_in_as(companionship.companion)
    browser.post(f"/companions/{companionship.id}/acting")
    concern = reported(elder, volunteer_of(elder.team))

    browser.post(f"/teams/{elder.team_id}/concerns/new", data=FILLED)

    assert session.query(Concern).filter_by(reporter_id=companionship.companion_id).count() == 1
    assert f"/concerns/{concern.id}" not in browser.get("/concerns").text
    assert browser.get(f"/concerns/{concern.id}").status_code == 404
    assert "Something is confided to you." not in browser.get("/my-week").text


def test_what_is_missing_is_asked_for_and_what_was_written_stays(signed_in_as, elder, lead):
    browser = signed_in_as(volunteer_of(elder.team))

    answer = browser.post(
        f"/teams/{elder.team_id}/concerns/new", data={"words": "手上有青的", "about": "0"}
    ).text

    assert "Please choose what fits best." in answer
    assert "手上有青的" in answer
    assert session.query(Concern).count() == 0


def test_one_about_the_reader_is_not_theirs(signed_in_as, elder, coordinator, lead):
    worker = PersonFactory()
    concerns.name_place_reader(elder.team.place.community, worker, by=coordinator)
    browser = signed_in_as(volunteer_of(elder.team))

    browser.post(f"/teams/{elder.team_id}/concerns/new", data={**FILLED, "about": str(lead.id)})

    (concern,) = session.query(Concern).all()
    assert signed_in_as(lead).get(f"/concerns/{concern.id}").status_code == 404
    assert f"/concerns/{concern.id}" not in signed_in_as(lead).get("/concerns").text
    assert "手上有青的" in signed_in_as(worker).get(f"/concerns/{concern.id}").text
    assert "Something is confided to you." in signed_in_as(worker).get("/my-week").text


def test_a_reader_opens_it_notes_what_was_done_and_closes_it(signed_in_as, elder, lead):
    concern = reported(elder, volunteer_of(elder.team))
    browser, here = signed_in_as(lead), f"/concerns/{concern.id}"
    assert "Something is confided to you." in browser.get("/").text
    assert here in browser.get("/concerns").text
    assert "王婆婆" not in browser.get("/concerns").text

    shown = browser.get(here).text
    noted = browser.post(
        f"{here}/steps", data={"words": "和女儿谈过", "step": "note"}, follow_redirects=True
    ).text
    empty = browser.post(f"{here}/steps", data={"words": "", "step": "close"}).text
    closed = browser.post(
        f"{here}/steps", data={"words": "搬去女儿家了", "step": "close"}, follow_redirects=True
    ).text

    for words in ("手上有青的", "王婆婆", "Who has looked", lead.name):
        assert words in shown
    assert "和女儿谈过" in noted
    assert "Please write what was done." in empty
    assert "搬去女儿家了" in closed
    assert concern.status is ConcernStatus.CLOSED
    assert "Write it down" not in closed
    assert "Something is confided to you." not in browser.get("/").text


def test_a_coordinator_names_who_reads(signed_in_as, elder, coordinator):
    first, second = volunteer_of(elder.team), volunteer_of(elder.team)
    browser, here = signed_in_as(coordinator), f"/teams/{elder.team_id}/concern-readers"
    assert here in browser.get(f"/teams/{elder.team_id}/settings").text

    same = browser.post(here, data={"lead": first.id, "deputy": first.id}).text
    browser.post(here, data={"lead": first.id, "deputy": second.id})

    assert "Please choose somebody else as deputy." in same
    readers = concern_queries.find_team_readers(elder.team)
    assert (readers.lead, readers.deputy) == (first, second)


def test_nobody_reads_before_somebody_was_chosen_and_nobody_instead_of_who_left(
    signed_in_as, elder, coordinator
):
    first = volunteer_of(elder.team)
    browser, here = signed_in_as(coordinator), f"/teams/{elder.team_id}/concern-readers"

    unread = browser.post(here, data={"lead": "", "deputy": "0"}).text
    nobody_reads = concern_queries.find_team_readers(elder.team) is None
    browser.post(here, data={"lead": first.id, "deputy": "0"})
    membership.leave(team_queries.find_membership(elder.team, first), by=first)
    vacant = browser.get(here).text
    lead_list = vacant.split('id="lead"')[1].split("</select>")[0]

    assert "Please fill this in." in unread
    assert nobody_reads
    assert "Please name somebody else." in vacant
    assert '<option value="">Please choose' in lead_list
    assert "selected" not in lead_list


def test_an_operator_names_who_reads_in_the_community_and_reads_nothing(
    signed_in_as, elder, coordinator, lead
):
    operator = OperatorFactory().person
    worker = UserFactory(login="worker", person=PersonFactory()).person
    place = elder.team.place.community
    details = ConcernDetails(ConcernKind.MISCONDUCT, "手上有青的", about=lead)
    concern = concerns.report(elder.team, details, by=coordinator)
    browser = signed_in_as(operator)

    listed = browser.get("/concern-readers").text
    unknown = browser.post(f"/places/{place.id}/concern-reader", data={"login": "nobody"}).text
    browser.post(f"/places/{place.id}/concern-reader", data={"login": "worker"})

    assert "Something waits to be read" in listed
    assert "Nobody signs in by this name and a password." in unknown
    assert concern_queries.find_place_reader(place).person == worker
    assert browser.get(f"/concerns/{concern.id}").status_code == 404
    assert signed_in_as(worker).get(f"/concerns/{concern.id}").status_code == 200


def test_the_pages_of_concerns_take_twelve_queries_at_most(
    signed_in_as, elder, lead, count_queries
):
    by = volunteer_of(elder.team)
    for _number in range(4):
        concern = reported(elder, by)
        concerns.note_step(concern, "看过", closes=False, by=lead)
    browser = signed_in_as(lead)
    for path in ("/concerns", f"/concerns/{concern.id}", f"/teams/{elder.team_id}/concerns/new"):
        browser.get(path)

        with count_queries() as sent:
            assert browser.get(path).status_code == 200

        assert len(sent) <= 12, (path, *sent)
