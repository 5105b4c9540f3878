"""Finding a volunteer: asking, saying yes or no, agreeing on a time, giving it back."""

from datetime import datetime

from sqlalchemy import func, select

from volunteer.core import clock, zones
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.help_requests import asking, notices, queries, steps
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
from volunteer.help_requests.models import (
    ForWhom,
    HelpOffer,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    StepKind,
)
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.errors import TeamStillNeeded
from volunteer.teams.models import Membership, Team


def check_nobody_counts_on(team: Team) -> None:
    """Raises TeamStillNeeded while a neighbour waits for what this team has taken on."""
    if queries.count_taken_on(team):
        raise TeamStillNeeded


def offer(
    help_request: HelpRequest, person: Person, *, by: Person, through: Team | None = None
) -> HelpOffer:
    """Ask a volunteer; they get a message without names. Who said no is not asked for it again.

    `through` is the team that they belong to, when it is not the one that has the request.
    Raises NotTakenOn, AlreadyMatched, IsOver, AlreadyAsked, HasSaidNo, NotAnActiveVolunteer,
    NotThemselves or NotForTheYoung.
    """
    with transaction():
        lock(person, help_request)
        check_is_looking(help_request)
        if through is not None and through == help_request.team:
            through = None
        check_is_active(through or help_request.team, person)
        check_is_another(help_request, person)
        check_is_grown_up(person)
        found = help_request.offer_to(person)
        if found is None:
            found = HelpOffer(person=person, help_request=help_request, by_id=by.id)
            session.add(found)
        elif found.is_waiting:
            raise AlreadyAsked
        elif found.status is not OfferStatus.RELEASED:
            raise HasSaidNo
        found.status, found.by_id, found.through = OfferStatus.ASKED, by.id, through
        found.asked_at, found.answered_at = clock.now(), None
        # The resident's yes was to that time; now they are asked anew.
        found.welcomed_at = found.welcomed_by_id = None
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


def check_is_active(team: Team | None, person: Person) -> None:
    if team is None or not team_queries.is_active_member(team, person):
        raise NotAnActiveVolunteer


def check_is_another(help_request: HelpRequest, person: Person) -> None:
    elder = help_request.elder
    is_own = help_request.for_whom is ForWhom.SELF and help_request.asker_id == person.id
    if is_own or (elder is not None and elder.person_id == person.id):
        raise NotThemselves


def check_is_grown_up(person: Person) -> None:
    """Whoever helps goes to a home alone, and nobody under 18 does."""
    if person.is_young_on(clock.today()):
        raise NotForTheYoung


def accept(found: HelpOffer, *, by: Person) -> None:
    """The volunteer says yes, and is the only one: whoever else was asked hears that it is settled.

    Names and doors they see when the other side has said yes too: see welcome().
    Raises OfferIsOver, AlreadyMatched, NotAnActiveVolunteer or NotForTheYoung.
    """
    with transaction():
        help_request = hold(found)
        check_is_looking(help_request)
        check_is_active(found.team, found.person)
        check_is_grown_up(found.person)
        found.status, found.answered_at = OfferStatus.ACCEPTED, clock.now()
        help_request.status, help_request.ask_next_at = HelpStatus.MATCHED, None
        for other in help_request.waiting_offers:
            other.status = OfferStatus.RELEASED
            notices.tell_volunteer(notices.HELP_CALLED_OFF, other)
        steps.take(help_request, StepKind.MATCHED, by=by, person=found.person)
        notices.tell_coordinators(notices.HELP_OFFER_ANSWERED, help_request, by=by)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def welcome(help_request: HelpRequest, *, by: Person | None) -> None:
    """The other side says yes: the resident (`by` None: without an account), or a coordinator who
    has asked them. Now the volunteer sees whom it is for, and where. Raises NobodyToWelcome."""
    with transaction():
        found = hold_unwelcomed(help_request)
        let_in(found, by)
        notices.tell_volunteer(notices.HELP_WELCOMED, found)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def turn_down(help_request: HelpRequest, *, by: Person | None) -> None:
    """The resident would rather have somebody else, and nobody asks why. The volunteer hears that
    it is settled, and the clock goes on asking, if it was. Raises NobodyToWelcome."""
    with transaction():
        found = hold_unwelcomed(help_request)
        found.status = OfferStatus.TURNED_DOWN
        help_request.status = HelpStatus.ACCEPTED
        ask_on(help_request)
        steps.take(help_request, StepKind.RELEASED, by=by, person=found.person)
        notices.tell_volunteer(notices.HELP_CALLED_OFF, found)
        notices.tell_coordinators(notices.HELP_OFFER_ANSWERED, help_request, by=by)


def let_in(found: HelpOffer, by: Person | None) -> None:
    found.welcomed_at, found.welcomed_by_id = clock.now(), by.id if by else None
    steps.take(found.help_request, StepKind.WELCOMED, by=by, person=found.person)


def hold_unwelcomed(help_request: HelpRequest) -> HelpOffer:
    lock(help_request)
    found = help_request.accepted_offer
    if found is None or not help_request.needs_welcome:
        raise NobodyToWelcome
    return found


def ask_on(help_request: HelpRequest) -> None:
    """Whoever was found is lost again: if the clock was asking, it goes on at once."""
    if help_request.reach is not None:
        help_request.ask_next_at = clock.now()


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
    """When the volunteer comes, as agreed with both: so the resident has said yes to them, too.
    Nothing happens when that was agreed already. Raises NotMatched or TimeIsOver."""
    with transaction():
        hold_matched(help_request)
        if help_request.wall_agreed == wall:
            return
        if (yes := help_request.accepted_offer) and not yes.is_welcome:
            let_in(yes, by)
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
        ask_on(help_request)
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
                func.coalesce(HelpOffer.team_id, HelpRequest.team_id) == membership.team_id,
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
