"""Who asked to join, was told no, and is nothing else to us, is forgotten a year after."""

from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.people import forgetting
from volunteer.teams.models import Membership, MembershipStatus

REJECTED_KEPT = timedelta(days=365)


def forget_who_was_told_no(now: datetime) -> int:
    """Answers how many there were."""
    told_no = select(Membership.person_id).where(
        Membership.status == MembershipStatus.REJECTED,
        Membership.ended_at < now - REJECTED_KEPT,
    )
    return forgetting.forget_all(told_no, now)
