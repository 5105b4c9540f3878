"""Asking by the clock: the nearest first, then further; never at night, never after a yes."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.abilities import AbilitiesFactory
from tests.factories.elders import volunteer_of
from tests.factories.help_requests import HelpRequestFactory, taken_on
from tests.factories.network import PlaceFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import lock, session
from volunteer.help_requests import closing, jobs, matching, notices, widening
from volunteer.help_requests.errors import AlreadyAsking, AlreadyMatched, NotTakenOn
from volunteer.help_requests.models import HelpOffer, OfferStatus
from volunteer.network.models import PlaceKind
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    """Does not want to be asked themselves."""
    return CoordinatorFactory(person__wants_asks=False)


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def lamp(team, coordinator):
    """In 锦绣东方小区, building 3."""
    return taken_on(team, coordinator.person)


def living(team, *, building="", estate="锦绣东方小区", place=None):
    person = volunteer_of(team)
    AbilitiesFactory(person=person, estate=estate, building=building, place=place)
    return person


def asked(lamp):
    session.refresh(lamp, ["offers"])
    return [offer.person for offer in lamp.offers]


def tick(time_machine, **later):
    time_machine.shift(timedelta(**later))
    jobs.ask_next_volunteers()


def test_from_step_to_step_further_around(lamp, team, coordinator, time_machine):
    street = PlaceFactory(kind=PlaceKind.SUBDISTRICT)
    team.place.community.parent = street
    session.commit()
    beside = MembershipFactory(team=TeamFactory(place=PlaceFactory(parent=street))).person
    in_the_team = volunteer_of(team)
    near = [
        living(team, building="3"),
        living(team, building="4"),
        living(team, estate="", place=team.place.community),
        in_the_team,
        beside,
    ]

    widening.begin(lamp, by=coordinator.person)
    found = [asked(lamp)]
    for _step in range(4):
        tick(time_machine, hours=1)
        found.append(asked(lamp))

    assert found == [near[: count + 1] for count in range(5)]
    assert {offer.by_id for offer in lamp.offers} == {coordinator.person_id}


def test_a_step_on_which_nobody_lives_is_passed_over(lamp, team, coordinator):
    somebody = volunteer_of(team)

    widening.begin(lamp, by=coordinator.person)

    assert asked(lamp) == [somebody]


def test_a_few_at_a_time(lamp, team, coordinator, time_machine):
    for _one in range(5):
        living(team, building="3")

    widening.begin(lamp, at_once=2, wait_minutes=15, by=coordinator.person)

    assert len(asked(lamp)) == 2
    tick(time_machine, minutes=14)
    assert len(asked(lamp)) == 2
    tick(time_machine, minutes=1)
    assert len(asked(lamp)) == 4


def test_a_tick_that_comes_twice_asks_once(lamp, team, coordinator, time_machine):
    for _one in range(9):
        volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)

    tick(time_machine, hours=1)
    tick(time_machine, minutes=0)

    assert len(asked(lamp)) == 6


def test_it_stops_at_a_yes_and_goes_on_when_that_is_given_back(
    lamp, team, coordinator, time_machine
):
    for _one in range(7):
        volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)
    yes = lamp.offers[0]
    matching.accept(yes, by=yes.person)

    tick(time_machine, hours=2)
    assert len(asked(lamp)) == 3
    matching.give_back(lamp, by=yes.person)
    tick(time_machine, minutes=1)

    assert len(asked(lamp)) == 6
    assert yes.status is OfferStatus.DECLINED


def test_at_night_nobody_is_asked(lamp, team, coordinator, time_machine):
    for _one in range(6):
        volunteer_of(team)
    time_machine.move_to("2026-10-12T12:30Z", tick=False)
    widening.begin(lamp, by=coordinator.person)
    assert len(asked(lamp)) == 3

    tick(time_machine, hours=1)

    assert len(asked(lamp)) == 3
    assert lamp.ask_next_at == datetime(2026, 10, 13, 0, 0, tzinfo=UTC)
    time_machine.move_to("2026-10-13T00:00Z", tick=False)
    jobs.ask_next_volunteers()
    assert len(asked(lamp)) == 6


def test_when_everybody_was_asked_the_coordinators_hear_it_once(
    lamp, team, coordinator, time_machine
):
    volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)

    for _step in range(3):
        tick(time_machine, hours=1)

    told = session.query(OutboxMessage).filter_by(kind=notices.HELP_NOBODY_FOUND)
    assert [message.person_id for message in told] == [coordinator.person_id]
    assert lamp.ask_next_at is None


def test_who_said_no_is_left_alone_by_the_clock(lamp, team, coordinator, time_machine):
    person = volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)
    matching.decline(lamp.offers[0], by=person)

    tick(time_machine, hours=1)

    assert session.query(HelpOffer).one().status is OfferStatus.DECLINED


@pytest.mark.parametrize("end", ["withdraw", "finish", "stop"])
def test_what_is_over_or_stopped_is_asked_about_no_more(lamp, team, coordinator, time_machine, end):
    for _one in range(6):
        volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)
    {
        "withdraw": lambda: closing.withdraw(lamp, by=None),
        "finish": lambda: closing.finish(lamp, by=coordinator.person),
        "stop": lambda: widening.stop(lamp),
    }[end]()

    tick(time_machine, hours=1)

    assert len(asked(lamp)) == 3


@pytest.mark.parametrize("meanwhile", ["a yes", "stopped"])
def test_what_happened_while_the_clock_waited_for_its_turn_counts(
    lamp, team, coordinator, time_machine, monkeypatch, meanwhile
):
    for _one in range(9):
        volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)
    yes = lamp.offers[0]
    time_machine.shift(timedelta(hours=1))
    waiting = [
        {
            "a yes": lambda: matching.accept(yes, by=yes.person),
            "stopped": lambda: widening.stop(lamp),
        }[meanwhile]
    ]

    def lock_later(*rows):
        while waiting:
            waiting.pop()()
        lock(*rows)

    monkeypatch.setattr(widening, "lock", lock_later)
    jobs.ask_next_volunteers()

    assert len(asked(lamp)) == 3
    assert lamp.ask_next_at is None


def test_what_another_clock_has_taken_on_its_list_and_is_done_by_now_is_not_asked_again(
    lamp, team, coordinator, time_machine
):
    for _one in range(9):
        volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)
    time_machine.shift(timedelta(hours=1))
    widening.ask_more(lamp, clock.now())

    widening.ask_more(lamp, clock.now())

    assert len(asked(lamp)) == 6


def test_it_begins_once_and_only_with_what_looks_for_somebody(lamp, team, coordinator):
    volunteer_of(team)
    widening.begin(lamp, by=coordinator.person)

    with pytest.raises(AlreadyAsking):
        widening.begin(lamp, by=coordinator.person)
    with pytest.raises(NotTakenOn):
        widening.begin(HelpRequestFactory(community_of=team), by=coordinator.person)
    matching.accept(lamp.offers[0], by=lamp.offers[0].person)
    with pytest.raises(AlreadyMatched):
        widening.begin(lamp, by=coordinator.person)
