"""What those who asked to join are told: yes, or no."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from volunteer.accounts import personal_links
from volunteer.core import clock
from volunteer.core.database import all_of
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.teams.models import Membership, MembershipStatus

APPROVED = "joining_approved"
REJECTED = "joining_rejected"
# Whose answer each kind is; a letter that is no longer true is not written.
STATUS = {
    APPROVED: (MembershipStatus.ACTIVE, MembershipStatus.PAUSED),
    REJECTED: (MembershipStatus.REJECTED,),
}
USEFUL_FOR = timedelta(days=7)
LINK_LASTS = timedelta(days=8)


def tell(kind: str, membership: Membership) -> None:
    """Post the answer; each time they ask anew is a message of its own."""
    outbox.post(
        kind,
        to=membership.person,
        key=f"{membership.id}:{membership.asked_at:%Y%m%d%H%M%S%f}",
        expires_at=clock.now() + USEFUL_FOR,
        team_id=membership.team_id,
        membership_id=membership.id,
    )


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those who were answered; who is in comes with a link that opens the door."""
    memberships = load(messages)
    welcome = [m.person for m in messages if m.kind == APPROVED and m.channel is Channel.EMAIL]
    doors = personal_links.doors(welcome, "/my-week", lasts=LINK_LASTS)
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            team=membership.team,
            path=doors.get(message.person_id, f"/teams/{membership.team_id}"),
        )
        for message in messages
        if (membership := memberships.get(message.about["membership_id"])) is not None
        and membership.status in STATUS[message.kind]
    }


def load(messages: Sequence[OutboxMessage]) -> dict[int, Membership]:
    numbers = {message.about["membership_id"] for message in messages}
    found = all_of(
        select(Membership)
        .where(Membership.id.in_(numbers))
        .options(joinedload(Membership.team), joinedload(Membership.person))
    )
    return {membership.id: membership for membership in found}
