"""Handing a team over: a coordinator offers it to a member, who takes it or not."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer.accounts import personal_links, signing_in
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import handover_queries
from volunteer.teams.errors import AlreadyOffered, CannotTakeOver, HandoverOver, NeedsPassword
from volunteer.teams.models import (
    Handover,
    Membership,
    Team,
    TeamRole,
)

OFFERED, ANSWERED = "handover_offered", "handover_answered"
USEFUL_FOR = timedelta(days=7)
LINK_LASTS = timedelta(days=8)


def offer(giver: Membership, taker: Membership) -> Handover:
    """Offer the giver's team to the taker, who is told. One offer at a time in each team.

    Raises AlreadyOffered, HandoverOver or CannotTakeOver.
    """
    with transaction():
        lock(giver.team)
        if handover_queries.find_handover(giver.team) is not None:
            raise AlreadyOffered
        if not is_giver(giver):
            raise HandoverOver
        if taker.team_id != giver.team_id or not taker.is_active or taker.is_coordinator:
            raise CannotTakeOver
        end_all_of(giver.team)
        handover = Handover(team=giver.team, giver=giver, taker=taker)
        session.add(handover)
        record("handover.offered", handover, by=giver.person, person=taker.person)
        post(OFFERED, handover, to=taker.person)
        return handover


def is_giver(membership: Membership) -> bool:
    return membership.is_coordinator and membership.is_active


def accept(handover: Handover) -> None:
    """The taker is the coordinator now, and the giver a member, at the same moment.

    Raises NeedsPassword: a link alone is no key to a team; HandoverOver when the offer has ended.
    """
    with transaction():
        hold(handover)
        giver, taker = handover.giver, handover.taker
        if not signing_in.has_password(taker.person):
            raise NeedsPassword
        taker.role = TeamRole.COORDINATOR
        giver.role = TeamRole.MEMBER
        end(handover, is_accepted=True)
        record("handover.accepted", handover, by=taker.person, person=giver.person)
        post(ANSWERED, handover, to=giver.person)


def decline(handover: Handover) -> None:
    """The taker says no; nothing changes but that the giver is told. Raises HandoverOver."""
    with transaction():
        hold(handover)
        end(handover)
        record("handover.declined", handover, by=handover.taker.person,
               person=handover.giver.person)  # fmt: skip
        post(ANSWERED, handover, to=handover.giver.person)


def take_back(handover: Handover) -> None:
    """The giver keeps the team after all. Raises HandoverOver."""
    with transaction():
        hold(handover)
        end(handover)
        record("handover.taken_back", handover, by=handover.giver.person,
               person=handover.taker.person)  # fmt: skip


def end_with(membership: Membership, by: Person) -> None:
    """Who pauses, leaves or coordinates no more neither gives a team nor takes one: their open
    offer ends. That of a last coordinator who has died stands, for it is all that the team has."""
    if membership.is_active and membership.is_coordinator:
        return
    with transaction():
        handover = handover_queries.find_handover(membership.team, even_void=True)
        if handover is not None and membership.id in {handover.giver_id, handover.taker_id}:
            end(handover)
            record("handover.ended", handover, by=by, person=membership.person)


def hold(handover: Handover) -> None:
    """Lock the people, in one order for everybody, then the team; look afresh.

    Raises HandoverOver when the offer has ended, or one of the two is no longer what they were.
    """
    people = sorted((handover.giver.person, handover.taker.person), key=lambda person: person.id)
    lock(*people, handover.team)
    session.refresh(handover)
    if handover.ended_at is not None:
        raise HandoverOver
    if not is_giver(handover.giver) or not handover.taker.is_active:
        raise HandoverOver


def end_all_of(team: Team) -> None:
    """End what was left open by somebody who is no coordinator any more."""
    left = handover_queries.find_handover(team, even_void=True)
    if left is not None:
        end(left)


def end(handover: Handover, *, is_accepted: bool = False) -> None:
    handover.ended_at = clock.now()
    handover.is_accepted = is_accepted


def record(action: str, handover: Handover, *, by: Person, person: Person) -> None:
    trail.record(action, handover, by=by, person=person, team=handover.team)


# --- what the two are told --------------------------------------------------------------------


def post(kind: str, handover: Handover, *, to: Person) -> None:
    session.flush()  # its number stands in the message
    outbox.post(
        kind,
        to=to,
        key=str(handover.id),
        expires_at=clock.now() + USEFUL_FOR,
        team_id=handover.team_id,
        handover_id=handover.id,
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """The offer to the taker, with a door to the team's page; the answer to the giver.

    An offer that has ended is not sent any more.
    """
    handovers = load(messages)
    doors = {
        handover.id: personal_links.doors(
            [handover.taker.person], f"/teams/{handover.team_id}", lasts=LINK_LASTS
        )[handover.taker.person_id]
        for message in messages
        if message.kind == OFFERED
        and message.channel is Channel.EMAIL
        and (handover := handovers[message.about["handover_id"]]).ended_at is None
    }
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            handover=handover,
            team=handover.team,
            path=doors.get(handover.id, f"/teams/{handover.team_id}"),
        )
        for message in messages
        if (handover := handovers[message.about["handover_id"]])
        and (handover.ended_at is None) == (message.kind == OFFERED)
    }


def load(messages: Sequence[OutboxMessage]) -> dict[int, Handover]:
    numbers = {message.about["handover_id"] for message in messages}
    found = all_of(
        select(Handover)
        .where(Handover.id.in_(numbers))
        .options(
            joinedload(Handover.team),
            joinedload(Handover.giver).joinedload(Membership.person),
            joinedload(Handover.taker).joinedload(Membership.person),
        )
    )
    return {handover.id: handover for handover in found}
