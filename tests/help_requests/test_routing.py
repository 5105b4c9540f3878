"""Up a level, to another team, to somebody who can; and the call afterwards."""

from datetime import UTC, datetime
from functools import partial

import pytest

from tests.factories.help_requests import HelpRequestFactory, done, matched
from tests.factories.network import PlaceFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.told import told
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.help_requests import asking, bounds, closing, notices, policy, queries, triage
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.errors import (
    AlreadyAnswered,
    NotDone,
    NotForNeighbours,
    NothingAbove,
    NotThatTeam,
    NotWellHow,
    WordsNeeded,
)
from volunteer.help_requests.models import Helped, HelpKind, HelpStatus, OfferStatus, StepKind
from volunteer.help_requests.triage import Referral
from volunteer.network.models import PlaceKind

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def friday(time_machine, database):
    """Ten in the morning in Chengdu, before a weekend that is none of the holidays'."""
    time_machine.move_to("2026-11-06T02:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def street(team):
    street = PlaceFactory(kind=PlaceKind.SUBDISTRICT, parent=PlaceFactory(kind=PlaceKind.DISTRICT))
    team.place.community.parent = street
    session.commit()
    return street


@pytest.fixture
def beside(street):
    return CoordinatorFactory(team=TeamFactory(place=PlaceFactory(parent=street)))


def test_one_level_up_every_team_there_sees_it_and_may_take_it(team, coordinator, beside, street):
    stranger = CoordinatorFactory()
    offer = matched(team, coordinator.person)
    request = offer.help_request
    asked_by, answered = request.answer_by, request.answered_at

    above = triage.raise_level(request, team, words="请街道帮忙", by=coordinator.person)

    assert (above, request.raised_to, request.team) == (street, street, None)
    assert (request.status, offer.status) == (HelpStatus.NEW, OfferStatus.RELEASED)
    assert (request.answer_by, request.answered_at) == (asked_by, answered)
    assert told(notices.HELP_ASKED)[-1] == beside.person_id
    assert list(queries.list_open(beside.team)) == [request]
    assert list(queries.list_open(stranger.team)) == []
    assert policy.can_answer(beside.person, request, beside.team)
    assert not policy.can_answer(stranger.person, request, stranger.team)
    triage.take_on(request, beside.team, by=beside.person)
    assert request.team == beside.team


def test_who_coordinates_another_team_and_a_team_elsewhere_take_nothing_on(team, coordinator):
    elsewhere = CoordinatorFactory()
    request = HelpRequestFactory(community_of=team)

    for taker, by in ((team, elsewhere), (elsewhere.team, elsewhere)):
        with pytest.raises(NotFound):
            triage.take_on(request, taker, by=by.person)

    assert (request.status, request.team) == (HelpStatus.NEW, None)


def test_it_is_handed_on_by_its_own_coordinators_to_a_team_around_alone(team, coordinator, beside):
    near = CoordinatorFactory(team=TeamFactory(place=team.place))
    request = HelpRequestFactory(community_of=team, taken=True)

    for to, by, refusal in (
        (near.team, near, NotFound),
        (beside.team, coordinator, NotThatTeam),
        (team, coordinator, NotThatTeam),
    ):
        with pytest.raises(refusal):
            triage.hand_on(request, team, to, by=by.person)

    assert (request.status, request.team) == (HelpStatus.ACCEPTED, team)


@pytest.mark.parametrize(
    "step",
    [
        triage.raise_level,
        partial(triage.refer, words="12349"),
        partial(triage.decline, words="不行"),
    ],
)
def test_neither_another_team_nor_one_elsewhere_lets_it_go(team, coordinator, step):
    elsewhere = CoordinatorFactory()
    request = HelpRequestFactory(community_of=team)

    for own, by in ((team, elsewhere), (elsewhere.team, elsewhere)):
        with pytest.raises(NotFound):
            step(request, own, by=by.person)

    assert (request.status, request.team, request.raised_to) == (HelpStatus.NEW, None, None)


def test_what_has_gone_up_while_the_page_was_open_is_taken_on_by_who_sees_it_now(
    team, coordinator, beside, street
):
    far = CoordinatorFactory(team=TeamFactory(place=PlaceFactory(parent=PlaceFactory())))
    request = HelpRequestFactory(community_of=team)
    triage.raise_level(request, team, by=coordinator.person)

    with pytest.raises(NotFound):
        triage.take_on(request, far.team, by=far.person)
    triage.take_on(request, beside.team, by=beside.person)


def test_pressed_twice_it_goes_up_once(team, coordinator, beside, street):
    request = HelpRequestFactory(community_of=team)
    triage.raise_level(request, team, to=street.id, by=coordinator.person)

    # The second press passed the door while the first was on its way.
    with pytest.raises(AlreadyAnswered):
        triage.raise_level(request, team, to=street.id, by=coordinator.person)

    assert request.raised_to == street


def test_above_the_city_there_is_nothing(team, coordinator):
    with pytest.raises(NothingAbove):
        triage.raise_level(HelpRequestFactory(community_of=team), team, by=coordinator.person)


def test_it_goes_up_step_by_step(team, coordinator, beside, street):
    far = TeamFactory(place=PlaceFactory(parent=PlaceFactory(parent=street.parent)))
    request = HelpRequestFactory(community_of=team)
    triage.raise_level(request, team, by=coordinator.person)

    above = triage.raise_level(request, beside.team, by=beside.person)

    assert above == street.parent
    assert queries.list_teams_to_hand_to(request, far) == [team, beside.team]


def test_a_level_where_nobody_else_is_is_passed_over(team, coordinator, street):
    CoordinatorFactory(team=TeamFactory(place=team.place))
    TeamFactory(place=PlaceFactory(parent=street), verified_at=None)
    request = HelpRequestFactory(community_of=team)
    with pytest.raises(NothingAbove):
        triage.raise_level(request, team, by=coordinator.person)
    far = CoordinatorFactory(
        team=TeamFactory(place=PlaceFactory(parent=PlaceFactory(parent=street.parent)))
    )

    assert triage.raise_level(request, team, by=coordinator.person) == street.parent
    assert far.person_id in told(notices.HELP_ASKED)


def test_handed_to_another_team_it_waits_for_their_answer(team, coordinator):
    other = CoordinatorFactory(team=TeamFactory(place=team.place))
    request = HelpRequestFactory(community_of=team, taken=True)
    assert queries.list_teams_to_hand_to(request, team) == [other.team]

    triage.hand_on(request, team, other.team, words="你们会修", by=coordinator.person)

    assert (request.status, request.team) == (HelpStatus.NEW, other.team)
    assert told(notices.HELP_ASKED) == [other.person_id]
    assert request.steps[-1].kind is StepKind.HANDED_ON
    with pytest.raises(AlreadyAnswered):
        triage.take_on(request, team, by=coordinator.person)
    triage.take_on(request, other.team, by=other.person)


def test_care_is_never_taken_on_nor_passed_round_but_referred_with_a_phone(
    team, coordinator, beside
):
    care = asking.ask(
        team.place.community, HelpDetails(kinds=(HelpKind.CARE,), words="助浴", phone="13800138000")
    )
    for step in (
        lambda: triage.take_on(care, team, by=coordinator.person),
        lambda: triage.raise_level(care, team, by=coordinator.person),
        lambda: triage.hand_on(care, team, beside.team, by=coordinator.person),
    ):
        with pytest.raises(NotForNeighbours):
            step()

    triage.refer(
        care, team, referral=Referral("养老服务站", "028-8555 0100"), by=coordinator.person
    )

    assert care.status is HelpStatus.REFERRED
    assert (care.referred_to, care.referred_phone) == ("养老服务站", "02885550100")


def test_referring_says_to_whom(team, coordinator):
    with pytest.raises(WordsNeeded):
        triage.refer(HelpRequestFactory(community_of=team), team, by=coordinator.person)


@pytest.mark.parametrize(
    ("words", "found"),
    [("想请人帮老人洗澡", ["洗澡"]), ("买菜", []), ("A bath, and a BATH robe", ["bath", "BATH"]),
     ("保管一下存折", ["存折"])],
)  # fmt: skip
def test_words_hint_at_what_neighbours_do_not_do(words, found):
    assert bounds.words_in(words) == found


def test_within_one_working_day_somebody_calls_back(team, coordinator):
    request = done(team, coordinator.person)

    assert request.call_back_by == datetime(2026, 11, 9, 2, tzinfo=UTC)
    assert not request.must_be_called(datetime(2026, 11, 9, 2, tzinfo=UTC))
    assert request.must_be_called(datetime(2026, 11, 9, 3, tzinfo=UTC))


@pytest.mark.parametrize("helped", [Helped.YES, Helped.PARTLY])
def test_who_says_that_it_helped_has_confirmed_it(team, coordinator, helped):
    request = done(team, coordinator.person)

    closing.call_back(request, helped, words="她很高兴", by=coordinator.person)

    assert (request.status, request.helped) == (HelpStatus.CONFIRMED, helped)
    note = next(step for step in request.steps if step.kind is StepKind.NOTED)
    assert (note.words, note.is_internal) == ("她很高兴", True)
    with pytest.raises(NotDone):
        closing.call_back(request, helped, by=coordinator.person)


def test_who_says_that_it_did_not_help_has_it_open_again_with_the_reason(team, coordinator):
    request = done(team, coordinator.person)
    with pytest.raises(NotWellHow):
        closing.call_back(request, Helped.NO, by=coordinator.person)

    closing.call_back(request, Helped.NO, words="灯又坏了", by=coordinator.person)

    assert (request.status, request.helped) == (HelpStatus.ACCEPTED, Helped.NO)
    assert request.call_back_by is None
    assert request.steps[-1].words == "灯又坏了"
