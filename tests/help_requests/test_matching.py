"""Finding a volunteer: asked, yes, no, a time, given back."""

from datetime import date, datetime, time

import pytest

from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.help_requests import HelpRequestFactory, done, matched, taken_on
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import closing, matching, notices, policy
from volunteer.help_requests.errors import (
    AlreadyAsked,
    AlreadyMatched,
    HasSaidNo,
    IsOver,
    NobodyToWelcome,
    NotAnActiveVolunteer,
    NotForTheYoung,
    NotMatched,
    NotTakenOn,
    NotThemselves,
    OfferIsOver,
    TimeIsOver,
)
from volunteer.help_requests.models import ForWhom, HelpStatus, HelpStep, OfferStatus, StepKind
from volunteer.teams import membership
from volunteer.teams.models import Membership, MembershipStatus

pytestmark = pytest.mark.usefixtures("database")
TOMORROW_AT_THREE = datetime.combine(date(2026, 10, 13), time(15))


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def taken(team, coordinator):
    return taken_on(team, coordinator.person)


@pytest.fixture
def offer(taken, team, coordinator):
    return matching.offer(taken, volunteer_of(team), by=coordinator.person)


def last_step() -> HelpStep:
    return session.query(HelpStep).order_by(HelpStep.id.desc()).first()


def test_who_is_asked_hears_of_it_and_the_resident_does_not(offer, taken):
    assert (offer.status, offer.is_waiting, taken.waiting_offers) == ("asked", True, [offer])
    assert told(notices.HELP_OFFERED) == [offer.person_id]
    assert (last_step().kind, last_step().is_internal) == (StepKind.OFFERED, True)


def test_nobody_under_18_is_asked_to_go_to_a_home_alone(taken, team, coordinator):
    """domain.md 1.2, 15."""
    youth = volunteer_of(team, birth_year=2009, birth_month=1)

    with pytest.raises(NotForTheYoung):
        matching.offer(taken, youth, by=coordinator.person)
    assert told(notices.HELP_OFFERED) == []


def test_who_turns_out_to_be_under_18_does_not_say_yes(offer):
    offer.person.birth_year = 2009
    session.commit()

    with pytest.raises(NotForTheYoung):
        matching.accept(offer, by=offer.person)


def test_nobody_is_asked_twice_at_the_same_time(offer, taken, coordinator):
    with pytest.raises(AlreadyAsked):
        matching.offer(taken, offer.person, by=coordinator.person)


def test_who_said_no_is_not_asked_for_it_again_and_not_asked_why(offer, taken, coordinator):
    matching.decline(offer, by=offer.person)

    with pytest.raises(HasSaidNo):
        matching.offer(taken, offer.person, by=coordinator.person)

    assert told(notices.HELP_OFFERED) == [offer.person_id]
    assert last_step().words is None


def test_who_was_let_go_may_be_asked_again(offer, taken, team, coordinator, time_machine):
    other = matching.offer(taken, volunteer_of(team), by=coordinator.person)
    matching.accept(other, by=other.person)
    matching.give_back(taken, by=other.person)
    time_machine.shift(60)

    again = matching.offer(taken, offer.person, by=coordinator.person)

    assert (again.id, again.status, again.answered_at) == (offer.id, "asked", None)
    assert told(notices.HELP_OFFERED) == [offer.person_id, other.person_id, offer.person_id]


def test_both_sides_say_yes(offer, taken):
    matching.accept(offer, by=offer.person)
    assert (taken.needs_welcome, offer.is_welcome) == (True, False)

    matching.welcome(taken, by=None)

    assert (taken.needs_welcome, offer.is_welcome, offer.welcomed_by_id) == (False, True, None)
    assert told(notices.HELP_WELCOMED) == [offer.person_id]
    assert (last_step().kind, last_step().is_internal) == (StepKind.WELCOMED, False)
    for answer in (matching.welcome, matching.turn_down):
        with pytest.raises(NobodyToWelcome):
            answer(taken, by=None)


def test_the_resident_may_rather_have_somebody_else(offer, taken, coordinator):
    matching.accept(offer, by=offer.person)

    matching.turn_down(taken, by=None)

    assert (taken.status, taken.volunteer) == (HelpStatus.ACCEPTED, None)
    assert told(notices.HELP_CALLED_OFF) == [offer.person_id]
    with pytest.raises(HasSaidNo):
        matching.offer(taken, offer.person, by=coordinator.person)


def test_agreeing_on_a_time_with_both_is_the_other_sides_yes(offer, taken, coordinator):
    matching.accept(offer, by=offer.person)

    matching.agree_on(taken, TOMORROW_AT_THREE, by=coordinator.person)

    assert offer.is_welcome
    assert told(notices.HELP_WELCOMED) == []
    assert told(notices.HELP_AGREED) == [offer.person_id]


def test_a_member_of_a_team_beside_it_answers_through_their_own(taken, coordinator):
    beside = MembershipFactory()
    offer = matching.offer(taken, beside.person, by=coordinator.person, through=beside.team)

    matching.accept(offer, by=beside.person)
    membership.pause(beside, by=beside.person)

    assert (taken.status, offer.status) == (HelpStatus.ACCEPTED, OfferStatus.DECLINED)


def test_before_it_is_taken_on_nobody_is_asked(team, coordinator):
    new = HelpRequestFactory(community_of=team)

    with pytest.raises(NotTakenOn):
        matching.offer(new, volunteer_of(team), by=coordinator.person)


def test_once_somebody_said_yes_nobody_else_is_asked(team, coordinator):
    found = matched(team, coordinator.person).help_request

    with pytest.raises(AlreadyMatched):
        matching.offer(found, volunteer_of(team), by=coordinator.person)


def test_for_what_is_over_nobody_is_asked(taken, team, coordinator):
    closing.withdraw(taken, by=None)

    with pytest.raises(IsOver):
        matching.offer(taken, volunteer_of(team), by=coordinator.person)


@pytest.mark.parametrize(
    "status", [s for s in MembershipStatus if s is not MembershipStatus.ACTIVE]
)
def test_only_active_members_are_asked(taken, team, coordinator, status):
    away = MembershipFactory(team=team, status=status).person

    for person in (away, PersonFactory()):
        with pytest.raises(NotAnActiveVolunteer):
            matching.offer(taken, person, by=coordinator.person)


def test_nobody_is_asked_to_help_themselves(taken, team, coordinator):
    asker, elder = volunteer_of(team), ElderFactory(team=team, person=volunteer_of(team))
    taken.asker_id, taken.elder_id = asker.id, elder.id
    session.commit()

    for person in (asker, elder.person):
        with pytest.raises(NotThemselves):
            matching.offer(taken, person, by=coordinator.person)

    taken.for_whom = ForWhom.OTHER
    session.commit()
    assert matching.offer(taken, asker, by=coordinator.person).is_waiting


def test_the_first_yes_counts_and_the_others_are_free(offer, taken, team, coordinator):
    other = matching.offer(taken, volunteer_of(team), by=coordinator.person)

    matching.accept(offer, by=offer.person)

    assert (taken.status, taken.volunteer) == (HelpStatus.MATCHED, offer.person)
    assert (offer.status, other.status) == (OfferStatus.ACCEPTED, OfferStatus.RELEASED)
    assert told(notices.HELP_CALLED_OFF) == [other.person_id]
    assert told(notices.HELP_OFFER_ANSWERED) == [coordinator.person_id]
    with pytest.raises(AlreadyMatched):
        matching.accept(other, by=other.person)
    with pytest.raises(AlreadyMatched):
        matching.decline(other, by=other.person)


def test_a_yes_is_said_once(offer):
    matching.accept(offer, by=offer.person)

    for answer in (matching.accept, matching.decline):
        with pytest.raises(OfferIsOver):
            answer(offer, by=offer.person)


def test_a_yes_after_the_resident_took_it_back_is_too_late(offer, taken):
    closing.withdraw(taken, by=None)

    with pytest.raises(OfferIsOver):
        matching.accept(offer, by=offer.person)
    assert taken.status is HelpStatus.WITHDRAWN


def test_a_no_leaves_it_with_the_team_who_hears_it(offer, taken, coordinator):
    matching.decline(offer, by=offer.person)

    assert (taken.status, offer.status) == (HelpStatus.ACCEPTED, OfferStatus.DECLINED)
    assert told(notices.HELP_OFFER_ANSWERED) == [coordinator.person_id]
    assert last_step().is_internal
    with pytest.raises(OfferIsOver):
        matching.accept(offer, by=offer.person)


def test_a_companion_answers_in_the_name_of_both(offer):
    companion = PersonFactory()

    matching.accept(offer, by=companion)

    assert last_step().by_id == companion.id
    assert offer.help_request.volunteer == offer.person


def test_a_time_is_agreed_and_the_volunteer_hears_it(team, coordinator):
    offer = matched(team, coordinator.person)

    matching.agree_on(offer.help_request, TOMORROW_AT_THREE, by=coordinator.person)

    assert offer.help_request.wall_agreed == TOMORROW_AT_THREE
    assert told(notices.HELP_AGREED) == [offer.person_id]
    assert last_step().kind is StepKind.AGREED


def test_a_time_that_comes_back_after_another_one_is_told_again(team, coordinator, time_machine):
    found = matched(team, coordinator.person).help_request
    an_hour_later = TOMORROW_AT_THREE.replace(hour=16)

    for wall in (TOMORROW_AT_THREE, an_hour_later, TOMORROW_AT_THREE, TOMORROW_AT_THREE):
        time_machine.shift(60)
        matching.agree_on(found, wall, by=coordinator.person)

    assert len(told(notices.HELP_AGREED)) == 3


@pytest.mark.parametrize(("day", "hour"), [(12, 10), (11, 15)])
def test_a_time_that_is_over_is_refused(team, coordinator, day, hour):
    wall = datetime.combine(date(2026, 10, day), time(hour))
    found = matched(team, coordinator.person).help_request

    with pytest.raises(TimeIsOver):
        matching.agree_on(found, wall, by=coordinator.person)
    assert found.wall_agreed is None


def test_without_a_volunteer_there_is_no_time_and_nothing_to_give_back(taken, coordinator):
    with pytest.raises(NotMatched):
        matching.agree_on(taken, TOMORROW_AT_THREE, by=coordinator.person)
    with pytest.raises(NotMatched):
        matching.give_back(taken, by=coordinator.person)


def test_what_is_given_back_is_the_teams_again(team, coordinator):
    offer = matched(team, coordinator.person)
    found = offer.help_request
    matching.agree_on(found, TOMORROW_AT_THREE, by=coordinator.person)

    matching.give_back(found, by=offer.person)

    assert (found.status, found.volunteer, found.wall_agreed) == (HelpStatus.ACCEPTED, None, None)
    assert offer.status is OfferStatus.DECLINED
    assert told(notices.HELP_OFFER_ANSWERED)[-1] == coordinator.person_id
    with pytest.raises(HasSaidNo):
        matching.offer(found, offer.person, by=coordinator.person)


@pytest.mark.parametrize("end", [matching.give_back, closing.finish])
def test_who_no_longer_is_the_volunteer_ends_nobody_elses_yes(team, coordinator, end):
    """Two pages were open: by the time the second one is sent, somebody else comes."""
    first = matched(team, coordinator.person)
    found = first.help_request
    matching.give_back(found, by=first.person, volunteer=first.person)
    with pytest.raises(NotMatched):
        end(found, by=first.person, volunteer=first.person)
    second = matching.offer(found, volunteer_of(team), by=coordinator.person)
    matching.accept(second, by=second.person)

    with pytest.raises(NotMatched):
        end(found, by=first.person, volunteer=first.person)

    assert (found.status, found.volunteer) == (HelpStatus.MATCHED, second.person)
    end(found, by=second.person, volunteer=second.person)
    assert not found.is_matched


@pytest.mark.parametrize("step_back", [membership.pause, membership.leave])
def test_who_pauses_or_leaves_gives_back_what_they_had_promised_and_been_asked(
    team, coordinator, step_back
):
    volunteer = MembershipFactory(team=team)
    promised = matched(team, coordinator.person, volunteer.person)
    asked = matching.offer(
        taken_on(team, coordinator.person), volunteer.person, by=coordinator.person
    )
    finished = done(team, coordinator.person)

    step_back(volunteer, by=volunteer.person)

    assert promised.help_request.status is HelpStatus.ACCEPTED
    assert (promised.status, asked.status) == (OfferStatus.DECLINED, OfferStatus.DECLINED)
    assert finished.status is HelpStatus.DONE


def test_who_is_asked_again_after_it_was_opened_again_needs_the_residents_yes_anew():
    coordinator = CoordinatorFactory()
    help_request = done(coordinator.team, coordinator.person)
    helper = help_request.volunteer
    closing.reopen(help_request, "灯还是不亮", by=None)

    again = matching.offer(help_request, helper, by=coordinator.person)
    matching.accept(again, by=helper)

    assert help_request.needs_welcome
    assert not policy.can_see_whom(helper, again, clock.now())
