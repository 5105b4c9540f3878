"""Who asked for help, where and in which words is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import jobs
from volunteer.help_requests.models import HelpKind, HelpStatus, HelpStep, HotlineCall, StepKind

pytestmark = pytest.mark.usefixtures("database")

THREE_YEARS = timedelta(days=3 * 365)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T03:00Z", tick=False)


@pytest.fixture
def later(time_machine):
    def go_on(span):
        time_machine.shift(span)
        did = jobs.forget_old_requests()
        session.expire_all()
        return did

    return go_on


def told(**more):
    request = HelpRequestFactory(
        beneficiary="李婆婆", brief="换灯泡", wanted_words="下午", taken=True, **more
    )
    session.add(
        HelpStep(
            help_request=request,
            kind=StepKind.NOTED,
            at=clock.now(),
            words="腿摔了",
            is_internal=True,
        )
    )
    session.commit()
    return request


def test_three_years_after_it_was_over_a_request_says_only_what_kind_it_was(later):
    over = told(status=HelpStatus.CONFIRMED, ended_at=clock.now())
    assert later(THREE_YEARS) == 0
    assert over.asker_name

    assert later(timedelta(days=1)) == 1

    kept = (over.asker_name, over.asker_phone, over.beneficiary, over.address, over.words)
    assert kept == (None,) * 5
    assert (over.brief, over.wanted_words, over.asker_phone_mark) == (None, None, None)
    assert [step.words for step in over.steps] == [None, None]
    assert (over.kinds, over.status) == ([HelpKind.REPAIR.value], HelpStatus.CONFIRMED)
    assert later(timedelta(minutes=1)) == 0


def test_what_somebody_still_has_to_do_is_never_forgotten(later):
    waits = told(status=HelpStatus.DONE)

    later(THREE_YEARS * 2)

    assert (waits.asker_name, waits.words) == ("刘桂芳", "厨房的灯不亮了")


def test_the_page_of_a_request_without_words_opens(later, signed_in_as):
    coordinator = CoordinatorFactory()
    over = told(community_of=coordinator.team, status=HelpStatus.CONFIRMED, ended_at=clock.now())
    later(THREE_YEARS + timedelta(days=1))

    page = signed_in_as(coordinator.person).get(
        f"/teams/{coordinator.team.id}/help-requests/{over.id}"
    )

    assert page.status_code == 200
    assert "刘桂芳" not in page.text


def test_who_rang_is_forgotten_after_three_years_but_not_who_is_to_be_called_back(later):
    team = CoordinatorFactory().team
    by = PersonFactory()
    for more in ({}, {"call_back_by": clock.now()}):
        session.add(HotlineCall(team=team, caller_name="周淑芬", words="腿疼", taken_by=by, **more))
    session.commit()

    later(THREE_YEARS + timedelta(days=1))

    left = session.query(HotlineCall).all()
    assert [call.waits_for_us for call in left] == [True]
