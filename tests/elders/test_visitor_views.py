"""What a visitor sees of a visit, and when."""

import pytest

from tests.elders.visiting import (
    ALL_FINE,
    SHORT_NOTE,
    begun,
    in_this_order,
    lines,
    of,
    visit_of,
)
from tests.factories.elders import volunteer_of
from tests.factories.people import CompanionFactory, PersonFactory
from volunteer.audit.models import Reason
from volunteer.elders import care, recording
from volunteer.elders.models import MajorChange, VisitStatus
from volunteer.people import away, consents
from volunteer.people.away import Stretch
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("in_days", [0.9, -0.9])
def test_near_the_day_a_visitor_sees_whom_they_visit(with_health, paired, signed_in_as, in_days):
    visit = visit_of(with_health, paired, in_days=in_days)

    page = signed_in_as(paired[0]).get(f"/visits/{visit.id}").text

    for words in ("王婆婆", "锦绣东方小区3栋2单元501室", "tel:13900000001", "tel:13700000000",
                  "说四川话", "楼梯灯暗", SHORT_NOTE, paired[1].name, "take money"):  # fmt: skip
        assert words in page
    assert "花生" not in page
    (line,) = lines()
    assert (line.by_id, line.reason, line.is_allowed) == (paired[0].id, Reason.VISIT, True)


def test_who_goes_reads_what_has_happened_to_them(elder, paired, signed_in_as):
    care.note_change(elder, MajorChange.FALL, "左腿痛，慢慢扶", by=elder.risk_set_by)
    visit = begun(elder, paired)
    hers = signed_in_as(paired[0])

    for page in (f"/visits/{visit.id}", f"/visits/{visit.id}/record"):
        assert in_this_order(hers.get(page).text, "Has fallen.", "左腿痛，慢慢扶", "Address")

    recording.record(visit, recording.Report(VisitStatus.POSTPONED), by=paired[0])
    assert "Has fallen." not in hers.get(f"/visits/{visit.id}").text


@pytest.mark.parametrize("in_days", [2, -2])
def test_otherwise_a_visitor_sees_only_when_and_with_whom(
    with_health, paired, signed_in_as, in_days
):
    visit = visit_of(with_health, paired, in_days=in_days)
    hers = signed_in_as(paired[0])

    page = hers.get(f"/visits/{visit.id}").text

    assert "Whom you visit is shown here from the day before until the day after." in page
    assert paired[1].name in page
    for secret in (
        "王婆婆",
        "王淑华",
        "锦绣东方",
        "13900000001",
        "13700000000",
        "楼梯",
        SHORT_NOTE,
    ):
        assert secret not in page
    assert lines() == []
    assert hers.get(f"/visits/{visit.id}/record").status_code == 404
    assert hers.post(f"/visits/{visit.id}/no-answer").status_code == 404


def test_without_consent_a_visitor_reads_nothing_of_health(with_health, paired, signed_in_as):
    consents.withdraw(with_health.person, ConsentScope.HEALTH, by=paired[0])
    visit = begun(with_health, paired)

    page = signed_in_as(paired[0]).get(f"/visits/{visit.id}").text

    assert "王婆婆" in page
    assert SHORT_NOTE not in page
    assert lines() == []


def test_once_recorded_nothing_of_health_is_shown_again(with_health, paired, signed_in_as):
    visit = begun(with_health, paired)
    recording.record(visit, recording.Report(VisitStatus.DONE), by=paired[0])

    assert SHORT_NOTE not in signed_in_as(paired[0]).get(f"/visits/{visit.id}").text
    assert lines() == []


def test_a_coordinator_reads_of_health_only_behind_its_question(browser, with_health, paired):
    visit = begun(with_health, paired)

    assert SHORT_NOTE not in browser.get(f"/visits/{visit.id}").text
    assert lines() == []


def test_who_does_not_go_sees_no_visit(elder, paired, signed_in_as):
    visit = begun(elder, paired)

    assert signed_in_as(volunteer_of(elder.team)).get(f"/visits/{visit.id}").status_code == 404


def test_who_has_given_it_back_sees_it_no_more(elder, paired, signed_in_as):
    visit = begun(elder, paired)
    hers = signed_in_as(paired[0])
    address = f"/visits/{visit.id}/visitors/{paired[0].id}/withdrawal"
    assert "You can't come?" in hers.get(address).text

    assert "Thank you for saying so." in hers.post(address, follow_redirects=True).text

    assert visit.going == [paired[1]]
    assert hers.get(f"/visits/{visit.id}").status_code == 404


def test_nobody_gives_back_for_another_but_a_coordinator(browser, elder, paired, signed_in_as):
    visit = visit_of(elder, paired)
    address = f"/visits/{visit.id}/visitors/{paired[1].id}/withdrawal"

    assert signed_in_as(paired[0]).post(address).status_code == 404
    assert browser.post(address).status_code == 302
    assert visit.going == [paired[0]]


def test_a_coordinator_sees_who_is_away_then_and_visitors_do_not(
    browser, elder, paired, signed_in_as
):
    visit = visit_of(elder, paired)
    day = visit.wall_starts.date()
    for person in (paired[1], volunteer_of(elder.team)):
        away.note(person, Stretch(day, day), by=person)

    seen = browser.get(f"/visits/{visit.id}").text

    assert "Away until" in seen
    assert "(away until" in seen
    assert "way until" not in signed_in_as(paired[0]).get(f"/visits/{visit.id}").text


def test_a_companion_opens_the_visit_for_whom_they_act(elder, paired, signed_in_as):
    visit = begun(elder, paired)
    companion = PersonFactory()
    acting = CompanionFactory(person=paired[0], companion=companion)
    hers = signed_in_as(companion)
    assert hers.get(f"/visits/{visit.id}").status_code == 404

    hers.post(f"/companions/{acting.id}/acting")
    hers.post(f"/visits/{visit.id}/record", data={**ALL_FINE, "all_fine": "1"})

    assert visit.status is VisitStatus.DONE
    assert visit.recorded_by_id == companion.id


def test_a_companion_of_a_coordinator_has_none_of_their_powers(
    elder, coordinator, paired, signed_in_as
):
    visit = begun(elder, paired)
    companion = PersonFactory()
    acting = CompanionFactory(person=coordinator.person, companion=companion)
    hers = signed_in_as(companion)
    hers.post(f"/companions/{acting.id}/acting")

    for address in (f"/visits/{visit.id}", of(elder), f"/teams/{elder.team_id}/elders"):
        assert hers.get(address).status_code == 404


def test_a_coordinator_who_acts_for_a_visitor_has_what_the_visitor_has(
    browser, elder, coordinator, paired
):
    visit = visit_of(elder, paired, in_days=5)
    others = f"/visits/{visit.id}/visitors/{paired[1].id}/withdrawal"
    assert "王婆婆" in browser.get(f"/visits/{visit.id}").text
    acting = CompanionFactory(person=paired[0], companion=coordinator.person)

    browser.post(f"/companions/{acting.id}/acting")

    page = browser.get(f"/visits/{visit.id}").text
    assert "Whom you visit is shown here from the day before until the day after." in page
    assert "王婆婆" not in page
    assert browser.get(f"/visits/{visit.id}/record").status_code == 404
    assert browser.get(others).status_code == 404
