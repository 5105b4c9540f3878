"""Coordinators, volunteers and residents press at the same moment: each request has one outcome."""

from collections import Counter
from datetime import timedelta

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.elders import volunteer_of
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from tests.racing import came_of
from tests.servers import migrated
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests.models import (
    HelpOffer,
    HelpRequest,
    HelpStatus,
    HelpStep,
    OfferStatus,
    Reach,
    StepKind,
)

MANY = 20

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "help") as address:
        yield address


def steps_taken(kind: StepKind) -> Counter[int]:
    return Counter(row.help_request_id for row in session.query(HelpStep).filter_by(kind=kind))


def test_of_two_coordinators_one_takes_each_request_on(url):
    first = CoordinatorFactory()
    second = CoordinatorFactory(team=TeamFactory(place=first.team.place))
    requests = [HelpRequestFactory(community_of=first.team).id for _one in range(MANY)]
    sides = [(m.team_id, m.person_id) for m in (first, second)]
    steps = [("take_on", number, *side) for number in requests for side in sides]
    session.remove()

    outcomes = came_of(racing.race(url, steps))

    assert outcomes == {"taken on": MANY, "AlreadyAnswered": MANY}
    session.remove()
    assert {row.status for row in session.query(HelpRequest)} == {HelpStatus.ACCEPTED}
    assert set(steps_taken(StepKind.ACCEPTED).values()) == {1}


def test_of_two_volunteers_one_is_found_for_each_request(url):
    team = CoordinatorFactory().team
    pair = [volunteer_of(team) for _one in range(2)]
    steps = []
    for _one in range(MANY):
        request = HelpRequestFactory(community_of=team, taken=True)
        for person in pair:
            offer = HelpOfferFactory(help_request=request, person=person)
            steps.append(("accept", offer.id, team.id, person.id))
    session.remove()

    outcomes = came_of(racing.race(url, steps))

    assert outcomes == {"accepted": MANY, "AlreadyMatched": MANY}
    session.remove()
    assert Counter(row.status for row in session.query(HelpOffer)) == {
        OfferStatus.ACCEPTED: MANY, OfferStatus.RELEASED: MANY,
    }  # fmt: skip
    assert {row.status for row in session.query(HelpRequest)} == {HelpStatus.MATCHED}


def test_what_is_taken_back_while_somebody_says_yes_keeps_nobody_waiting(url):
    team = CoordinatorFactory().team
    person = volunteer_of(team)
    steps = []
    for _one in range(MANY):
        request = HelpRequestFactory(community_of=team, taken=True)
        offer = HelpOfferFactory(help_request=request, person=person)
        steps += [("accept", offer.id, team.id, person.id), ("take_back", request.id, 0, 0)]
    session.remove()

    outcomes = came_of(racing.race(url, steps))

    assert outcomes["taken back"] == MANY, outcomes
    assert outcomes["accepted"] + outcomes["OfferIsOver"] == MANY, outcomes
    session.remove()
    assert {row.status for row in session.query(HelpRequest)} == {HelpStatus.WITHDRAWN}
    assert {row.status for row in session.query(HelpOffer)} == {OfferStatus.RELEASED}


def test_what_is_finished_or_settled_meanwhile_stops_nobody_from_leaving(url):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    leaver, other = MembershipFactory(team=team), volunteer_of(team)
    steps = []
    for _one in range(MANY):
        promised = HelpRequestFactory(community_of=team, taken=True, status=HelpStatus.MATCHED)
        HelpOfferFactory(help_request=promised, person=leaver.person, status=OfferStatus.ACCEPTED)
        wanted = HelpRequestFactory(community_of=team, taken=True)
        HelpOfferFactory(help_request=wanted, person=leaver.person)
        offer = HelpOfferFactory(help_request=wanted, person=other)
        steps += [
            ("finish", promised.id, 0, coordinator.person_id),
            ("accept", offer.id, 0, other.id),
        ]
    # Whoever leaves goes from the first request to the last, the others the other way round.
    steps = [("leave", leaver.id, 0, leaver.person_id), *reversed(steps)]
    session.remove()

    outcomes = came_of(racing.race(url, steps))

    assert outcomes == {"left": 1, "finished": MANY, "accepted": MANY}


def test_of_several_clocks_one_asks_and_a_yes_meanwhile_stops_them(url):
    """Each request asks three more people, or, when somebody says yes just then, nobody."""
    coordinator = CoordinatorFactory(team__zone=where_it_is_noon(), person__wants_asks=False)
    team = coordinator.team
    for _one in range(7):
        volunteer_of(team)
    steps = [("ask_by_the_clock", 0, 0, 0)] * 4
    for number in range(6):
        request = HelpRequestFactory(
            community_of=team, taken=True, ask_next_at=clock.now() - timedelta(minutes=1),
            reach=Reach.TEAM, asks_for_id=coordinator.person_id,
        )  # fmt: skip
        if number % 2:
            offer = HelpOfferFactory(help_request=request)
            steps.append(("accept", offer.id, team.id, offer.person_id))
    session.remove()

    outcomes = came_of(racing.race(url, steps))

    assert outcomes == {"ticked": 4, "accepted": 3}
    session.remove()
    for request in session.query(HelpRequest):
        if request.status is HelpStatus.ACCEPTED:
            assert len(request.offers) == 3
        else:
            assert len(request.offers) in {1, 4}
            assert [offer.status for offer in request.offers].count(OfferStatus.ACCEPTED) == 1
            assert not request.waiting_offers


def where_it_is_noon() -> str:
    """Nobody is asked at night, and the processes of a race read the real clock."""
    return f"Etc/GMT{clock.now().hour - 12:+d}"


def test_the_same_sent_eight_times_at_once_is_one_request(url):
    place = CoordinatorFactory().team.place.community.id
    session.remove()

    outcomes = came_of(racing.race(url, [("ask", place, 0, 0)] * 8))

    assert outcomes == {"asked": 8}
    session.remove()
    assert session.query(HelpRequest).count() == 1
