"""Who is asked to help and then goes away: nobody waits for them, and the next are asked."""

from datetime import timedelta

import pytest

from tests.factories.elders import volunteer_of
from tests.factories.help_requests import taken_on
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import away
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import jobs, matching, notices, widening
from volunteer.help_requests.models import HelpOffer, HelpStep, OfferStatus, StepKind
from volunteer.notifications.models import OutboxMessage
from volunteer.people.away import Stretch

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    """Does not want to be asked themselves."""
    return CoordinatorFactory(person__wants_asks=False)


def today():
    return clock.now().date()


def wanted_on(coordinator, day):
    return taken_on(coordinator.team, coordinator.person, wanted_on=day)


def ask(coordinator, day):
    lamp = wanted_on(coordinator, day)
    return matching.offer(lamp, volunteer_of(lamp.team), by=coordinator.person)


def go_away(person, first, last):
    away.note(person, Stretch(first, last), by=person)


def test_who_is_away_on_the_day_that_was_wished_for_has_said_no(coordinator):
    day = today() + timedelta(days=2)
    offer = ask(coordinator, day)

    go_away(offer.person, day, day)

    assert offer.status is OfferStatus.DECLINED
    steps = session.query(HelpStep).filter_by(kind=StepKind.OFFER_DECLINED).all()
    assert [step.by_id for step in steps] == [offer.person_id]
    told = session.query(OutboxMessage).filter_by(kind=notices.HELP_OFFER_ANSWERED)
    assert [message.person_id for message in told] == [coordinator.person_id]


def test_who_is_away_on_other_days_may_still_say_yes(coordinator):
    day = today() + timedelta(days=2)
    that_day, any_day = ask(coordinator, day), ask(coordinator, None)

    for offer in (that_day, any_day):
        go_away(offer.person, day + timedelta(days=1), day + timedelta(days=9))

    assert [that_day.status, any_day.status] == [OfferStatus.ASKED] * 2


def test_what_they_have_said_yes_to_stays_their_promise(coordinator):
    day = today() + timedelta(days=2)
    offer = ask(coordinator, day)
    matching.accept(offer, by=offer.person)

    go_away(offer.person, day, day)

    assert offer.status is OfferStatus.ACCEPTED


def test_the_next_is_asked_once_nobody_is_left_who_could_answer(coordinator):
    day = today() + timedelta(days=2)
    lamp = wanted_on(coordinator, day)
    crew = [volunteer_of(lamp.team) for _number in range(3)]
    widening.begin(lamp, at_once=2, by=coordinator.person)
    first, second = session.query(HelpOffer).order_by(HelpOffer.id).all()

    go_away(first.person, day, day)
    jobs.ask_next_volunteers()
    assert session.query(HelpOffer).count() == 2
    go_away(second.person, day, day)
    jobs.ask_next_volunteers()

    third = session.query(HelpOffer).filter_by(status=OfferStatus.ASKED).one()
    assert {first.person, second.person, third.person} == set(crew)


def test_what_a_coordinator_asked_by_hand_starts_no_clock(coordinator):
    day = today() + timedelta(days=2)
    offer = ask(coordinator, day)

    go_away(offer.person, day, day)

    assert offer.help_request.ask_next_at is None


def test_who_is_asked_although_they_are_away_may_still_say_yes(coordinator):
    """Somebody rang them up. That another goes away as well says nothing of them."""
    day = today() + timedelta(days=2)
    lamp, there = wanted_on(coordinator, day), volunteer_of(coordinator.team)
    go_away(there, day, day)
    asked = matching.offer(lamp, there, by=coordinator.person)
    other = matching.offer(lamp, volunteer_of(lamp.team), by=coordinator.person)

    go_away(other.person, day, day)

    assert (asked.status, other.status) == (OfferStatus.ASKED, OfferStatus.DECLINED)
