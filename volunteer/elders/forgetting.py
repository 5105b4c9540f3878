"""What is no longer needed of elders is forgotten by itself.

Health and diet a month after they left the list, the record itself a year after, what was found on
visits after three years. That somebody was visited, when and by whom, stays: it is counted.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from volunteer.audit import trail
from volunteer.core import zones
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.elders import health
from volunteer.elders.models import Elder, ElderStatus, Visit

HEALTH_KEPT = timedelta(days=30)
ELDER_KEPT = timedelta(days=365)
VISIT_KEPT = timedelta(days=3 * 365)
AT_ONCE = 200


def forget_what_is_over(now: datetime) -> int:
    """Answers how many elders were archived. Where nothing is to be forgotten, nothing is held."""
    today = zones.day_in(zones.HOME_ZONE, now)
    ended = select(Elder).where(Elder.status == ElderStatus.ENDED).order_by(Elder.id).limit(AT_ONCE)
    of_health = all_of(
        ended.where(Elder.since_on <= today - HEALTH_KEPT, Elder.id.in_(health.whose_is_kept()))
    )
    over = all_of(ended.where(Elder.since_on <= today - ELDER_KEPT))
    for elder in of_health:
        forget_health(elder)
    for elder in over:
        archive(elder)
    forget_findings(now)
    return len(over)


def forget_health(elder: Elder) -> None:
    with transaction():
        lock(elder)
        if not elder.is_served:
            health.forget(elder)
            trail.record("elder.health_forgotten", elder, by=None, person=elder.person,
                         team=elder.team)  # fmt: skip


def archive(elder: Elder) -> None:
    """Hardly more is kept than that they were on the list, and until when."""
    with transaction():
        lock(elder)
        if elder.status is not ElderStatus.ENDED:
            return
        elder.status, elder.preferred_name = ElderStatus.ARCHIVED, ""
        elder.birth_year = elder.address = elder.landline = elder.living = elder.categories = None
        elder.communication_note = elder.caution_note = elder.key_holder = elder.note = None
        elder.risk_reason = elder.status_note = elder.change_words = None
        elder.contacts.clear()
        trail.record("elder.archived", elder, by=None, person=elder.person, team=elder.team)


def forget_findings(now: datetime) -> None:
    is_old = Visit.starts_at < now - VISIT_KEPT
    words = (Visit.findings, Visit.note, Visit.alone_reason)
    says_something = is_old & or_(*(column.is_not(None) for column in words))
    if session.scalar(select(Visit.id).where(says_something).limit(1)) is None:
        return
    with transaction():
        session.execute(
            update(Visit).where(says_something).values({column.key: None for column in words})
        )
