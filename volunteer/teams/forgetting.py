"""Who asked to join, was told no, and is nothing else to us, is forgotten a year after; who has
left, when what they did need no longer be known.

A safety card goes at once with the last team; one filled in by who is in no team, and has not asked
to be, goes when it has helped nobody for a month.

The coordinators' remark about either goes a year after they went, as what is noted of elders does.
That they were in the team, and when, stays.
"""

from datetime import datetime, timedelta

from sqlalchemy import not_, select

from volunteer.core.bulk import empty
from volunteer.people import forgetting, safety_cards
from volunteer.people.models import Person
from volunteer.teams import queries
from volunteer.teams.models import SERVICE_KEPT, Membership, MembershipStatus

REJECTED_KEPT = timedelta(days=365)
NOTES_KEPT = timedelta(days=365)
# As what is known of an elder's health after their care.
CARDS_KEPT = timedelta(days=30)


def forget_who_was_told_no(now: datetime) -> int:
    """Answers how many there were."""
    told_no = select(Membership.person_id).where(
        Membership.status == MembershipStatus.REJECTED,
        Membership.ended_at < now - REJECTED_KEPT,
    )
    return forgetting.forget_all(told_no, now)


def forget_who_left(now: datetime) -> int:
    """The remarks first, then who has been gone for so long. Answers how many people."""
    is_out = Membership.status.in_((MembershipStatus.LEFT, MembershipStatus.REJECTED))
    empty([Membership.note], is_out & (Membership.ended_at < now - NOTES_KEPT), left="")
    left = select(Membership.person_id).where(
        Membership.status == MembershipStatus.LEFT, Membership.ended_at < now - SERVICE_KEPT
    )
    return forgetting.forget_all(left, now)


def forget_notes_on(person: Person) -> None:
    """They are forgotten: what told them from others is, too."""
    empty([Membership.note], Membership.person_id == person.id, left="")


def forget_safety_card_with(membership: Membership, _by: Person) -> None:
    """Who leaves their last team helps here no more: nobody needs to know whom to call."""
    if membership.status is not MembershipStatus.LEFT:
        return
    if not any(o.id != membership.id for o in queries.list_memberships_of(membership.person)):
        safety_cards.forget_all_of(membership.person)


def forget_cards_of_no_team(now: datetime) -> int:
    """Those of people who filled theirs in a month ago and are in no team. Answers how many."""
    return safety_cards.forget_old(not_(queries.belongs()), before=now - CARDS_KEPT)
