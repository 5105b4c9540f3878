"""What is no longer needed of elders is forgotten by itself.

Health and diet a month after they left the list, or no longer agree that it is noted; the record
itself a year after, and with it who they were, unless they are something else to us. Who was put
down and never agreed to be looked after, or no longer does, is forgotten like who has left. What
was found on visits, said on calls or when nobody answered, and reported as a concern goes after
three years. That somebody was visited, when and by whom, stays: it is counted.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select

from volunteer.audit import trail
from volunteer.core import zones
from volunteer.core.bulk import empty
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.elders import concerns, health, pairing
from volunteer.elders.models import (
    Birthday,
    Elder,
    ElderStatus,
    NoAnswer,
    NoAnswerStep,
    Visit,
    WeatherCall,
    WeatherRound,
)
from volunteer.people import forgetting
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope

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
    some = select(Elder).order_by(Elder.id).limit(AT_ONCE)
    of_health = all_of(
        some.where(Elder.id.in_(health.whose_is_kept()), needs_no_health(today - HEALTH_KEPT))
    )
    over = all_of(some.where(is_over(today)))
    for elder in of_health:
        forget_health(elder, today)
    for elder in over:
        archive(elder, today)
    forget_people(now)
    forget_findings(now)
    concerns.forget_words(now)
    return len(over)


def needs_no_health(day: date) -> ColumnElement[bool]:
    """A condition on elders: off the list since this day, or since then they never agreed that
    health and diet are noted."""
    return or_(
        and_(Elder.status == ElderStatus.ENDED, Elder.since_on <= day),
        Elder.person_id.not_in(people_queries.who_agreed_since(ConsentScope.HEALTH, day)),
    )


def is_over(today: date) -> ColumnElement[bool]:
    """A condition on elders: off the list for a year, or on it for a year without having agreed to
    anything that is still done for them."""
    agrees = [
        people_queries.who_agrees(scope, today)
        for scope in (ConsentScope.BASIC, ConsentScope.HEALTH)
    ]
    never_agreed = and_(
        Elder.status == ElderStatus.PROSPECTIVE, *(Elder.person_id.not_in(who) for who in agrees)
    )
    return and_(
        Elder.since_on <= today - ELDER_KEPT,
        or_(Elder.status == ElderStatus.ENDED, never_agreed),
    )


def is_still(elder: Elder, condition: ColumnElement[bool]) -> bool:
    """Now that they are held, whose word on what they agree to is waited for."""
    return session.scalar(select(Elder.id).where(Elder.id == elder.id, condition)) is not None


def forget_health(elder: Elder, today: date) -> None:
    with transaction():
        lock(elder.person, elder)
        if is_still(elder, needs_no_health(today - HEALTH_KEPT)):
            health.forget(elder)
            trail.record("elder.health_forgotten", elder, by=None, person=elder.person,
                         team=elder.team)  # fmt: skip


def archive(elder: Elder, today: date) -> None:
    """Hardly more is kept than that they were on the list, and until when."""
    with transaction():
        lock(elder.person, elder)
        if not is_still(elder, is_over(today)):
            return
        # Who never agreed may have both: nothing has ended for them yet.
        health.forget(elder)
        for pair in elder.paired:
            pairing.unpair(pair, by=None)
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
    # Where the tables insist on a text: an elder was handed over, callers were told what to ask.
    empty([NoAnswer.handed_to], NoAnswer.closed_at < now - VISIT_KEPT, left="")
    empty([WeatherRound.words], WeatherRound.ended_at < now - VISIT_KEPT, left="")
