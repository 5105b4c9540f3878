"""Finding help requests and offers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.core import chinese, encryption
from volunteer.core.database import Given, all_of, any_of, one_or_not_found, session
from volunteer.elders.models import Elder
from volunteer.help_requests.models import (
    ASKER_PHONE_MARK,
    OPEN,
    ForWhom,
    HelpOffer,
    HelpRequest,
    HelpStatus,
    HelpStep,
    OfferStatus,
)
from volunteer.network import queries as network_queries
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams import verification_queries
from volunteer.teams.models import Team

# So long after its end a request keeps somebody who is nothing else to us known.
NAMES_KEPT = timedelta(days=365)


def list_communities() -> Sequence[Place]:
    """The communities in which a team can be asked, by name: where none is verified, nobody would
    read it."""
    return communities_of(verification_queries.list_verified())


def communities_of(teams: Iterable[Team]) -> Sequence[Place]:
    communities = community_of_each(teams).values()
    found = {community.id: community for community in communities}
    return sorted(found.values(), key=lambda place: (place.name, place.id))


def community_of_each(teams: Iterable[Team]) -> dict[Team, Place]:
    """In which community each of the teams is. All places are held meanwhile, for the session
    forgets what nobody holds: so no place asks for its parent alone."""
    places = network_queries.list_places()
    found = {team: team.place.community for team in teams}
    # The way up, too: who asks for the path of a community asks the database nothing more.
    for community in found.values():
        _held = community.path
    del places
    return found


def list_teams_in(around: Place) -> list[Team]:
    """The verified teams of this community, or of every community in a larger place."""
    return teams_in(around, community_of_each(verification_queries.list_verified()))


def teams_in(around: Place, communities: Mapping[Team, Place]) -> list[Team]:
    return [
        team
        for team, community in communities.items()
        if around.id in {place.id for place in community.path}
    ]


def teams_concerned_by(found: Sequence[HelpRequest]) -> dict[int, list[int]]:
    """By each request's number, those of the teams that it concerns: whose it is, or every team
    around while it is nobody's."""
    is_open_to_all = any(one.team_id is None for one in found)
    communities = community_of_each(verification_queries.list_verified()) if is_open_to_all else {}
    return {
        one.id: [one.team_id]
        if one.team_id is not None
        else [team.id for team in teams_in(one.raised_to or one.place, communities)]
        for one in found
    }


def help_requests() -> Select[HelpRequest]:
    """Help requests with whoever was asked."""
    return select(HelpRequest).options(
        selectinload(HelpRequest.offers).joinedload(HelpOffer.person)
    )


def with_steps() -> Select[HelpRequest]:
    return help_requests().options(
        joinedload(HelpRequest.elder),
        selectinload(HelpRequest.steps).joinedload(HelpStep.by),
    )


def get_help_request(help_request_id: int) -> HelpRequest:
    return one_or_not_found(with_steps().where(HelpRequest.id == help_request_id))


def find_help_request(number: str, phone: str) -> HelpRequest | None:
    """The request with this number that was asked from this phone; 查询号4922 and #4922 are
    how it stands on the page, and so on people's paper."""
    return session.scalars(
        help_requests().where(
            HelpRequest.number == re.sub(r"[^0-9]", "", chinese.narrow(number)),
            encryption.is_text(HelpRequest.asker_phone_mark, chinese.phone_digits(phone)),
        )
    ).one_or_none()


def find_row(help_request_id: int) -> HelpRequest | None:
    """The request in this row, with the steps on its way."""
    return session.scalars(with_steps().where(HelpRequest.id == help_request_id)).one_or_none()


def list_help_requests(numbers: Iterable[int]) -> Sequence[HelpRequest]:
    return all_of(help_requests().where(HelpRequest.id.in_(set(numbers))))


def seen_by(team: Team) -> Select[HelpRequest]:
    """What the team has taken on; of a verified one also what nobody in its community has yet."""
    return help_requests().where(is_seen_by(team))


def is_seen_by(team: Team) -> ColumnElement[bool]:
    """A condition: the team has it; or nobody has, the team is verified, and it was asked in the
    team's community, or handed up to a place in which the team lies."""
    if not team.is_verified:
        return HelpRequest.team_id == team.id
    nobodys = HelpRequest.team_id.is_(None)
    community = community_of_each([team])[team]
    around = [place.id for place in community.path]
    here = HelpRequest.raised_to_id.is_(None) & (HelpRequest.place_id == community.id)
    return or_(
        HelpRequest.team_id == team.id, nobodys & (here | HelpRequest.raised_to_id.in_(around))
    )


def list_teams_to_hand_to(help_request: HelpRequest, team: Team) -> list[Team]:
    """The other teams that may have it: of its community, or of the level it was handed up to."""
    return find_ways_on(help_request, team)[0]


def find_ways_on(help_request: HelpRequest, team: Team) -> tuple[list[Team], Place | None]:
    """Those teams; and the nearest level above at which more of them would read it: handed up to
    where nobody else is, it would wait for nobody."""
    around = help_request.raised_to or help_request.place
    communities = community_of_each(verification_queries.list_verified())

    def others_in(place: Place) -> list[Team]:
        return [other for other in teams_in(place, communities) if other.id != team.id]

    here = others_in(around)
    levels = reversed(around.path[:-1])
    return here, next((level for level in levels if len(others_in(level)) > len(here)), None)


def list_near(help_request: HelpRequest, team: Team, within: timedelta) -> Sequence[HelpRequest]:
    """Earlier ones, so near in time, from the same phone or for the same elder; latest first."""
    alike = [
        column == value
        for column, value in (
            (HelpRequest.asker_phone_mark, help_request.asker_phone_mark),
            (HelpRequest.elder_id, help_request.elder_id),
        )
        if value is not None
    ]
    if not alike:
        return []
    return all_of(
        select(HelpRequest)
        .where(
            is_seen_by(team),
            or_(*alike),
            HelpRequest.id < help_request.id,
            HelpRequest.asked_at >= help_request.asked_at - within,
        )
        .order_by(HelpRequest.id.desc())
    )


def list_asked_since(community: Place, phone: str, since: datetime) -> Sequence[HelpRequest]:
    """What was asked in this community from this phone since then."""
    return all_of(
        select(HelpRequest)
        .where(
            HelpRequest.place_id == community.id,
            HelpRequest.asker_phone_mark == ASKER_PHONE_MARK.of_text(phone),
            HelpRequest.asked_at >= since,
        )
        .order_by(HelpRequest.id)
    )


def list_open(team: Team) -> Sequence[HelpRequest]:
    """What waits for somebody: danger first, then whoever has waited longest."""
    return all_of(
        seen_by(team)
        .where(HelpRequest.status.in_(OPEN))
        .order_by(HelpRequest.is_urgent.desc(), HelpRequest.asked_at, HelpRequest.id)
    )


def list_to_see_to(team: Team) -> Sequence[HelpRequest]:
    """What a coordinator must do something about: nobody has answered, or nobody is being asked.

    Danger first, then whoever has waited longest.
    """
    is_being_asked = (
        select(HelpOffer.id)
        .where(HelpOffer.help_request_id == HelpRequest.id, HelpOffer.status == OfferStatus.ASKED)
        .exists()
    )
    return all_of(
        help_requests()
        .where(
            is_seen_by(team),
            or_(
                HelpRequest.status == HelpStatus.NEW,
                (HelpRequest.status == HelpStatus.ACCEPTED) & ~is_being_asked,
            ),
        )
        .order_by(HelpRequest.is_urgent.desc(), HelpRequest.asked_at, HelpRequest.id)
    )


def to_follow_up_in(team_id: Given, now: Given, agreed_before: Given) -> Select[HelpRequest]:
    """What the team has taken on and somebody must call about: whether the volunteer may come,
    whether it helped, or what has become of it, when it was agreed for before this wall time."""
    waits_for_a_yes = (
        select(HelpOffer.id)
        .where(
            HelpOffer.help_request_id == HelpRequest.id,
            HelpOffer.status == OfferStatus.ACCEPTED,
            HelpOffer.welcomed_at.is_(None),
        )
        .exists()
    )
    return (
        help_requests()
        .where(
            HelpRequest.team_id == team_id,
            or_(
                (HelpRequest.status == HelpStatus.MATCHED)
                & (waits_for_a_yes | (HelpRequest.wall_agreed < agreed_before)),
                (HelpRequest.status == HelpStatus.DONE) & (HelpRequest.call_back_by < now),
            ),
        )
        .order_by(HelpRequest.asked_at, HelpRequest.id)
    )


def list_to_follow_up(
    team: Team, *, now: datetime, agreed_before: datetime
) -> Sequence[HelpRequest]:
    return all_of(to_follow_up_in(team.id, now, agreed_before))


def of_past(team: Team) -> Select[HelpRequest]:
    """What is over, the latest first."""
    return (
        seen_by(team)
        .where(HelpRequest.status.not_in(OPEN))
        .order_by(HelpRequest.ended_at.desc(), HelpRequest.id.desc())
    )


def count_unanswered(team: Team) -> int:
    """How many requests wait for an answer: the team's own, and those that nobody has yet."""
    return (
        session.scalar(
            select(func.count(HelpRequest.id)).where(
                HelpRequest.status == HelpStatus.NEW, is_seen_by(team)
            )
        )
        or 0
    )


def count_taken_on(team: Team) -> int:
    """How many of its requests are not over."""
    return (
        session.scalar(
            select(func.count(HelpRequest.id)).where(
                HelpRequest.team_id == team.id, HelpRequest.status.in_(OPEN)
            )
        )
        or 0
    )


def count_unseen() -> int:
    """Everywhere: requests that wait where no team is verified, so that nobody reads them."""
    around = func.coalesce(HelpRequest.raised_to_id, HelpRequest.place_id)
    rows = session.execute(
        select(around, func.count())
        .where(HelpRequest.status == HelpStatus.NEW, HelpRequest.team_id.is_(None))
        .group_by(around)
    ).all()
    if not rows:
        return 0
    communities = communities_of(verification_queries.list_verified())
    read = {place.id for community in communities for place in community.path}
    return sum(count for place_id, count in rows if place_id not in read)


def list_late(now: datetime) -> Sequence[HelpRequest]:
    """Everywhere: requests that nobody has answered in time."""
    return all_of(
        help_requests()
        .where(HelpRequest.status == HelpStatus.NEW, HelpRequest.answer_by < now)
        .order_by(HelpRequest.answer_by, HelpRequest.id)
    )


def list_answer_times(
    team: Team, since: datetime
) -> list[tuple[datetime, datetime, datetime | None]]:
    """When each request of the team was asked, should have been answered, and was."""
    rows = session.execute(
        select(HelpRequest.asked_at, HelpRequest.answer_by, HelpRequest.answered_at).where(
            is_seen_by(team),
            HelpRequest.asked_at >= since,
            # Taken back before anybody answered: nobody waits for that.
            HelpRequest.answered_at.is_not(None) | HelpRequest.status.in_(OPEN),
        )
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def get_offer(offer_id: int) -> HelpOffer:
    return one_or_not_found(
        select(HelpOffer)
        .where(HelpOffer.id == offer_id)
        .options(joinedload(HelpOffer.person), joinedload(HelpOffer.help_request))
    )


def list_offers(numbers: Iterable[int]) -> Sequence[HelpOffer]:
    return all_of(
        select(HelpOffer)
        .where(HelpOffer.id.in_(set(numbers)))
        .options(joinedload(HelpOffer.person), joinedload(HelpOffer.help_request))
    )


def open_offers() -> Select[HelpOffer]:
    """What people are asked, or have said yes to and not done yet; asked longest first."""
    return (
        select(HelpOffer)
        .join(HelpOffer.help_request)
        .where(
            or_(
                HelpOffer.status == OfferStatus.ASKED,
                (HelpOffer.status == OfferStatus.ACCEPTED)
                & (HelpRequest.status == HelpStatus.MATCHED),
            ),
        )
        .options(contains_eager(HelpOffer.help_request))
        .order_by(HelpOffer.asked_at, HelpOffer.id)
    )


def list_offers_to(people: Iterable[int]) -> Sequence[HelpOffer]:
    """The open ones to these people."""
    return all_of(open_offers().where(HelpOffer.person_id.in_(set(people))))


def list_still_to_do_for(person: Person) -> Sequence[HelpRequest]:
    """What is to be done for this person, in every team: asked for themselves, or for an elder who
    they are."""
    is_own = (HelpRequest.asker_id == person.id) & (HelpRequest.for_whom == ForWhom.SELF)
    return all_of(
        help_requests()
        .outerjoin(HelpRequest.elder)
        .where(
            HelpRequest.status.in_(OPEN),
            HelpRequest.status != HelpStatus.DONE,
            is_own | (Elder.person_id == person.id),
        )
        # Everybody locks requests in this order, so that two never wait for each other.
        .order_by(HelpRequest.id)
    )


def list_asked_by(person: Person) -> Sequence[HelpRequest]:
    """What this person asked, or somebody for them, while signed in; the latest first."""
    return all_of(
        help_requests()
        .where(HelpRequest.asker_id == person.id)
        .order_by(HelpRequest.asked_at.desc(), HelpRequest.id.desc())
        .limit(20)
    )


def waits_for_help(now: datetime) -> ColumnElement[bool]:
    """A condition on people: who asked for help, or for whom it was, until a year after its end."""
    is_fresh = or_(
        HelpRequest.status.in_(OPEN),
        HelpRequest.asked_at > now - NAMES_KEPT,
        HelpRequest.ended_at > now - NAMES_KEPT,
    )
    asked = select(HelpRequest.id).where(HelpRequest.asker_id == Person.id, is_fresh)
    of_elders = (
        select(HelpRequest.id).join(HelpRequest.elder).where(Elder.person_id == Person.id, is_fresh)
    )
    return or_(any_of(asked), any_of(of_elders))
