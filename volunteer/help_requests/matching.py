"""Finding a volunteer: asking, saying yes or no, agreeing on a time, giving it back."""

from datetime import datetime

from sqlalchemy import select

from volunteer.core import clock, zones
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.help_requests import asking, notices, steps
from volunteer.help_requests.errors import (
    AlreadyAsked,
    AlreadyMatched,
    IsOver,
    NotAnActiveVolunteer,
    NotMatched,
    NotTakenOn,
    OfferIsOver,
    TimeIsOver,
)
from volunteer.help_requests.models import (
    HelpOffer,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    StepKind,
)
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


def offer(help_request: HelpRequest, person: Person, *, by: Person) -> HelpOffer:
    """Ask a volunteer; they get a message without names. Who said no before may be asked again.

    Raises NotTakenOn, AlreadyMatched, IsOver, AlreadyAsked or NotAnActiveVolunteer.
    """
    with transaction():
        lock(person, help_request)
        check_is_looking(help_request)
        check_is_active(help_request, person)
        found = help_request.offer_to(person)
        if found is None:
            found = HelpOffer(person=person, help_request=help_request, by_id=by.id)
            session.add(found)
        elif found.is_waiting:
            raise AlreadyAsked
        found.status, found.by_id = OfferStatus.ASKED, by.id
        found.asked_at, found.answered_at = clock.now(), None
        steps.take(help_request, StepKind.OFFERED, by=by, person=person, is_internal=True)
        notices.tell_volunteer(notices.HELP_OFFERED, found)
        return found


def check_is_looking(help_request: HelpRequest) -> None:
    if not help_request.is_open:
        raise IsOver
    if help_request.is_new or help_request.team is None:
        raise NotTakenOn
    if help_request.status is not HelpStatus.ACCEPTED:
        raise AlreadyMatched


def check_is_active(help_request: HelpRequest, person: Person) -> None:
    team = help_request.team
    membership = team_queries.find_membership(team, person) if team else None
    if membership is None or not membership.is_active:
        raise NotAnActiveVolunteer


def accept(found: HelpOffer, *, by: Person) -> None:
    """The volunteer says yes, and is the only one: whoever else was asked hears that it is settled.

    Raises OfferIsOver, AlreadyMatched or NotAnActiveVolunteer.
    """
    with transaction():
        help_request = hold(found)
        check_is_looking(help_request)
        check_is_active(help_request, found.person)
        found.status, found.answered_at = OfferStatus.ACCEPTED, clock.now()
        help_request.status = HelpStatus.MATCHED
        for other in help_request.waiting_offers:
            other.status = OfferStatus.RELEASED
            notices.tell_volunteer(notices.HELP_CALLED_OFF, other)
        steps.take(help_request, StepKind.MATCHED, by=by, person=found.person)
        notices.tell_coordinators(notices.HELP_OFFER_ANSWERED, help_request, by=by)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def decline(found: HelpOffer, *, by: Person) -> None:
    """The volunteer says no, which is quite all right. Raises OfferIsOver."""
    with transaction():
        help_request = hold(found)
        found.status, found.answered_at = OfferStatus.DECLINED, clock.now()
        steps.take(
            help_request, StepKind.OFFER_DECLINED, by=by, person=found.person, is_internal=True
        )
        notices.tell_coordinators(notices.HELP_OFFER_ANSWERED, help_request, by=by)


def hold(found: HelpOffer) -> HelpRequest:
    """Lock the request that the offer belongs to, and see that it still waits for an answer."""
    help_request = found.help_request
    lock(found.person, help_request, found)
    if found.status is OfferStatus.RELEASED and help_request.status is HelpStatus.MATCHED:
        raise AlreadyMatched
    if not found.is_waiting:
        raise OfferIsOver
    return help_request


def agree_on(help_request: HelpRequest, wall: datetime, *, by: Person) -> None:
    """When the volunteer comes, as agreed with the resident; nothing happens when that was agreed
    already. Raises NotMatched or TimeIsOver."""
    with transaction():
        hold_matched(help_request)
        if help_request.wall_agreed == wall:
            return
        if zones.to_moment(wall, help_request.zone) <= clock.now():
            raise TimeIsOver
        help_request.wall_agreed = wall
        steps.take(help_request, StepKind.AGREED, by=by, person=help_request.volunteer)
        for found in help_request.offers:
            if found.status is OfferStatus.ACCEPTED and found.person_id != by.id:
                notices.tell_volunteer(notices.HELP_AGREED, found, wall=wall)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def give_back(help_request: HelpRequest, *, by: Person, volunteer: Person | None = None) -> None:
    """The volunteer can't after all: somebody else is looked for. Raises NotMatched, also when
    somebody else than this `volunteer` has said yes meanwhile."""
    with transaction():
        hold_matched(help_request)
        said_yes = help_request.volunteer
        if volunteer not in {None, said_yes}:
            raise NotMatched
        for found in help_request.offers:
            if found.status is OfferStatus.ACCEPTED:
                found.status, found.answered_at = OfferStatus.DECLINED, clock.now()
        help_request.status, help_request.wall_agreed = HelpStatus.ACCEPTED, None
        steps.take(help_request, StepKind.RELEASED, by=by, person=said_yes)
        notices.tell_coordinators(notices.HELP_OFFER_ANSWERED, help_request, by=by)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def hold_matched(help_request: HelpRequest) -> None:
    lock(help_request)
    if not help_request.is_matched:
        raise NotMatched


def release_all(membership: Membership, by: Person) -> None:
    """Somebody pauses or leaves: what they had promised or been asked goes back to the team."""
    with transaction():
        theirs = all_of(
            select(HelpOffer)
            .join(HelpOffer.help_request)
            .where(
                HelpOffer.person_id == membership.person_id,
                HelpOffer.status.in_([OfferStatus.ASKED, OfferStatus.ACCEPTED]),
                HelpRequest.team_id == membership.team_id,
                HelpRequest.status.in_([HelpStatus.ACCEPTED, HelpStatus.MATCHED]),
            )
            # Everybody locks requests in this order, so that two never wait for each other.
            .order_by(HelpOffer.help_request_id)
        )
        for found in theirs:
            # Until it is ours, somebody else may have finished it, or said yes to it.
            lock(found.help_request, found)
            if found.is_waiting:
                decline(found, by=by)
            elif found.status is OfferStatus.ACCEPTED and found.help_request.is_matched:
                give_back(found.help_request, by=by, volunteer=found.person)
