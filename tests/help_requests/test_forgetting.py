"""Who asked for help, where and in which words is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import jobs
from volunteer.help_requests.models import (
    Errand,
    HelpKind,
    HelpStatus,
    HelpStep,
    HotlineCall,
    SignedHow,
    StepKind,
)
from volunteer.people.forgetting import NAMELESS
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo
from volunteer.pictures.models import Picture

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


def shopped(request):
    """Money was given, ten fen of it are missing, and somebody signed on paper."""
    by = PersonFactory()
    errand = Errand(
        help_request=request, given_fen=10_000, given_noted_by_id=by.id, spent_fen=6_000,
        returned_fen=3_990, explanation="李婆婆给了一毛钱小费", signed_how=SignedHow.PAPER,
        signed_at=clock.now(), signed_before_id=by.id,
        receipt=keeping.keep(Photo(b"a receipt", 30, 40), by=by),
        signature=keeping.keep(Photo(b"a signature", 30, 40), by=by),
    )  # fmt: skip
    session.add(errand)
    session.commit()
    return errand


def test_of_the_money_the_sums_stay_and_words_and_photos_go(later):
    over = told(status=HelpStatus.CONFIRMED, ended_at=clock.now())
    errand, waits = shopped(over), shopped(told(status=HelpStatus.DONE))
    later(THREE_YEARS)
    assert errand.explanation
    assert session.query(Picture).count() == 4

    later(timedelta(days=1))

    assert (errand.explanation, errand.receipt_id, errand.signature_id) == ("", None, None)
    assert (errand.given_fen, errand.spent_fen, errand.returned_fen) == (10_000, 6_000, 3_990)
    assert (errand.missing_fen, errand.is_signed) == (10, True)
    assert waits.explanation
    left = {picture.id for picture in session.query(Picture)}
    assert left == {waits.receipt_id, waits.signature_id}


def test_where_all_is_forgotten_nothing_is_written_again(later, count_queries):
    shopped(told(status=HelpStatus.CONFIRMED, ended_at=clock.now()))
    later(THREE_YEARS + timedelta(days=1))
    with count_queries() as sent:
        jobs.forget_old_requests()

    assert not [line for line in sent if not line.startswith("SELECT")]


def test_what_was_forgotten_before_photos_were_is_made_up_for(later):
    """A request without words may have photos still."""
    errand = shopped(told(status=HelpStatus.CONFIRMED, ended_at=clock.now()))
    errand.help_request.words = None
    session.commit()

    later(THREE_YEARS + timedelta(days=1))

    assert session.query(Picture).count() == 0


def test_who_asked_and_is_nothing_else_to_us_is_forgotten_with_the_words(later):
    wiring.wire()
    asker, member, waits = PersonFactory(), MembershipFactory().person, PersonFactory()
    for person in (asker, member):
        told(status=HelpStatus.CONFIRMED, ended_at=clock.now(), asker_id=person.id)
    told(status=HelpStatus.DONE, asker_id=waits.id)
    later(THREE_YEARS)
    assert asker.name != NAMELESS

    later(timedelta(days=1))

    assert (asker.name, asker.phone) == (NAMELESS, None)
    assert NAMELESS not in {member.name, waits.name}
