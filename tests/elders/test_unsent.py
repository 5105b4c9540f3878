"""Records that a phone kept without network: each key is taken once, and only from its own page."""

import re
from datetime import timedelta

import pytest

from tests.factories.elders import ElderFactory, VisitFactory, volunteer_of
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import queries, record_keys, recording
from volunteer.elders.errors import VisitIsOver
from volunteer.elders.models import Check, VisitStatus
from volunteer.elders.recording import Report
from volunteer.help_requests.models import HelpRequest

pytestmark = pytest.mark.usefixtures("database")

TO_DO = {f"{check.value}-finding": "fine" for check in Check} | {
    "outcome": "done", "home-finding": "act", "home-words": "灯不亮",
}  # fmt: skip


@pytest.fixture
def visit():
    elder = ElderFactory(person__name="王淑华", preferred_name="王婆婆", caution_note="楼梯灯暗")
    return VisitFactory(elder=elder, in_days=-1 / 48)


@pytest.fixture
def hers(visit, signed_in_as):
    return signed_in_as(visit.going[0])


def key_on_the_page(browser, visit) -> str:
    page = browser.get(f"/visits/{visit.id}/record").text
    return re.search(r'name="key" value="([^"]+)"', page)[1]


def send(browser, visit, key, **found):
    return browser.post(f"/visits/{visit.id}/records", data={**TO_DO, "key": key, **found})


def test_sent_twice_it_is_taken_once_and_both_times_well(hers, visit):
    key = key_on_the_page(hers, visit)

    first, second = send(hers, visit, key), send(hers, visit, key)

    assert [answer.json["saved"] for answer in (first, second)] == [True, True]
    assert first.json["next"] == f"/visits/{visit.id}"
    assert visit.status is VisitStatus.DONE
    assert session.query(HelpRequest).filter_by(visit_id=visit.id).count() == 1
    page = hers.post(f"/visits/{visit.id}/record", data={**TO_DO, "key": key})
    assert page.location == f"/visits/{visit.id}", "the form itself, sent once more"


def test_days_later_it_is_still_taken(hers, visit, time_machine):
    key = key_on_the_page(hers, visit)
    time_machine.move_to(clock.now() + timedelta(days=3), tick=False)
    assert hers.get(f"/visits/{visit.id}/record").status_code == 404

    assert send(hers, visit, key).json["saved"]

    assert visit.status is VisitStatus.DONE


def test_the_answer_names_nobody(hers, visit):
    answer = send(hers, visit, key_on_the_page(hers, visit))

    assert answer.headers["Cache-Control"] == "no-store"
    for secret in ("王", "婆婆", "锦绣", "楼梯"):
        assert secret not in answer.get_data(as_text=True)


def test_without_a_key_of_ones_own_page_nothing_is_taken(hers, visit, signed_in_as):
    other = VisitFactory(elder=visit.elder, people=visit.going, in_days=-1 / 48)
    keys = ["", "x", "a.b", key_on_the_page(hers, other), "甲.乙",
            record_keys.new(visit, visit.going[1])]  # fmt: skip

    assert {send(hers, visit, key).status_code for key in keys} == {404}
    stranger = signed_in_as(volunteer_of(visit.team))
    assert send(stranger, visit, key_on_the_page(hers, visit)).status_code == 404
    assert visit.is_planned


def test_what_somebody_else_has_recorded_meanwhile_is_said(hers, visit):
    key = key_on_the_page(hers, visit)
    recording.record(visit, Report(VisitStatus.POSTPONED), by=visit.going[1])

    answer = send(hers, visit, key)

    assert (answer.status_code, visit.status) == (409, VisitStatus.POSTPONED)
    assert "recorded or cancelled already" in answer.json["problem"]


def test_what_is_missing_is_said_and_the_key_stays_good(hers, visit):
    key = key_on_the_page(hers, visit)

    answer = send(hers, visit, key, **{"home-words": ""})
    assert (answer.status_code, visit.is_planned) == (200, True)
    assert "missing" in answer.json["mend"]

    assert send(hers, visit, key).json["saved"]


def test_another_key_does_not_record_it_again(visit):
    one, two = (record_keys.new(visit, visit.going[0]) for _page in range(2))
    recording.record(visit, Report(VisitStatus.DONE), by=visit.going[0], key=one)

    assert recording.record(visit, Report(VisitStatus.DONE), by=visit.going[0], key=one) is None
    with pytest.raises(VisitIsOver):
        recording.record(visit, Report(VisitStatus.DONE), by=visit.going[0], key=two)


def test_nobody_answered_leads_on_to_the_steps(hers, visit):
    answer = send(hers, visit, key_on_the_page(hers, visit), **{"outcome": "no_answer",
                  "home-finding": "fine", "home-words": ""})  # fmt: skip

    (found,) = queries.list_open_no_answers(visit.team)
    assert answer.json["next"] == f"/no-answers/{found.id}"
