"""What is no longer needed of elders is forgotten by itself.

Health and diet a month after they left the list, the record itself a year after, and with it who
they were, unless they are something else to us; what was found on visits and said on calls or when
nobody answered after three years. That somebody was visited, when and by whom, stays: it is
counted.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from volunteer.audit import trail
from volunteer.core import zones
from volunteer.core.bulk import empty
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.elders import health
from volunteer.elders.models import (
    Birthday,
    Elder,
    ElderStatus,
    NoAnswer,
    NoAnswerStep,
    Visit,
    WeatherCall,
)
from volunteer.people import forgetting

HEALTH_KEPT = timedelta(days=30)
ELDER_KEPT = timedelta(days=365)
VISIT_KEPT = timedelta(days=3 * 365)
AT_ONCE = 200
# What stands in words of how somebody was, and of which moment that is.
FINDINGS = (
    (Visit.starts_at, (Visit.findings, Visit.note, Visit.alone_reason)),
    (WeatherCall.noted_at, (WeatherCall.note, WeatherCall.change_before)),
    (NoAnswer.closed_at, (NoAnswer.words,)),
    (NoAnswerStep.at, (NoAnswerStep.words,)),
)


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
    forget_people(now)
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
        session.execute(delete(Birthday).where(Birthday.elder_id == elder.id))
        trail.record("elder.archived", elder, by=None, person=elder.person, team=elder.team)


def forget_people(now: datetime) -> None:
    """Who was on the list and is nothing else to us: a year after, or as soon as that is so."""
    was_here = select(Elder.person_id).where(Elder.status == ElderStatus.ARCHIVED)
    forgetting.forget_all(was_here, now)


def forget_findings(now: datetime) -> None:
    for moment, words in FINDINGS:
        empty(words, moment < now - VISIT_KEPT)
