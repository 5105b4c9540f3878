"""A certificate is shown to the team's members before it is issued, where the team wants it so
(民发〔2015〕149号: inside the unit, usually for seven days or more).

The written rules:
- It is off until a team says for how many days; these are whole days after the one on which a
  coordinator shows it. What says more by now than they saw is shown to them anew.
- Turned off, nothing more is shown. What they see already they see until its last day, they may
  object to it, and it is not issued before; the team's page leads there until it is answered.
- Members read whose it is, from when until when, and how much in all; no line of it.
- Who thinks that it is not right says why. Only the coordinators who may issue it learn who that
  is, and answer before they do: not one whose own it is, nor does the history name them. The holder
  objects to nothing of their own.
- When more counts by then than the members saw, they see it anew; less may be issued as it is.
- Of who has died nothing is shown, nor has to be.
"""

from datetime import datetime, time, timedelta

from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.hours import queries, records
from volunteer.hours.errors import (
    AlreadyAnswered,
    MoreThanShown,
    NothingToCertify,
    NotShownNow,
    NotShownYet,
    ObjectionsOpen,
    StillShown,
)
from volunteer.hours.models import CertificateObjection, ServiceCertificate
from volunteer.hours.records import Span
from volunteer.people.models import Person


def show(certificate: ServiceCertificate, *, by: Person) -> None:
    """From now on the members see it; pressed twice, it is shown once, unless by now it says more.
    Raises AlreadyAnswered or NothingToCertify."""
    team = certificate.team
    with transaction():
        lock(certificate)
        if not certificate.is_asked:
            raise AlreadyAnswered
        span = Span(certificate.first_on, certificate.last_on)
        minutes = records.sum_of(queries.list_lines(team, certificate.person, span))
        if not minutes:
            raise NothingToCertify
        if not must_be_shown(certificate, minutes):
            return
        after = team.today(clock.now()) + timedelta(days=team.publicity_days + 1)
        certificate.public_until = zones.at(after, time(0), team.zone)
        certificate.shown_minutes = minutes
        trail.record("certificate.shown", certificate, by=by, person=certificate.person, team=team)


def must_be_shown(certificate: ServiceCertificate, minutes: int) -> bool:
    """Whether the members are still to see it, with so many minutes on it."""
    if not certificate.team.publicity_days or certificate.person.died_on is not None:
        return False
    seen = certificate.shown_minutes
    return seen is None or minutes > seen


def check_was_shown(certificate: ServiceCertificate, minutes: int, *, now: datetime) -> None:
    """Raises NotShownYet, MoreThanShown, StillShown or ObjectionsOpen when it can't be issued."""
    if must_be_shown(certificate, minutes):
        raise NotShownYet if certificate.public_until is None else MoreThanShown
    if certificate.is_public(now) and certificate.public_until_on:
        raise StillShown(certificate.public_until_on)
    if any(not one.is_answered for one in queries.list_objections(certificate)):
        raise ObjectionsOpen


def object_to(
    certificate: ServiceCertificate, person: Person, words: str, *, by: Person
) -> CertificateObjection:
    """This member says what is not right. Said again, the newer words count, and wait for an answer
    anew. Raises NotShownNow."""
    with transaction():
        lock(certificate)
        if not certificate.is_public(clock.now()):
            raise NotShownNow
        objection = queries.find_objection(certificate, person)
        if objection is None:
            objection = CertificateObjection(certificate=certificate, person=person)
            session.add(objection)
        if objection.words == words:
            return objection
        objection.words, objection.at = words, clock.now()
        objection.answer, objection.answered_at, objection.answered_by_id = "", None, None
        session.flush()
        trail.record("certificate.objected", objection, by=by, person=person,
                     team=certificate.team)  # fmt: skip
        return objection


def answer(
    objection: CertificateObjection, words: str, *, by: Person, seen: str | None = None
) -> None:
    """What the coordinators say to it; a second answer takes the place of the first. `seen`: the
    mark of the words that their page showed. Raises AlreadyAnswered, once the certificate is, or
    ChangedMeanwhile."""
    with transaction():
        lock(objection.certificate, objection)
        if not objection.certificate.is_asked:
            raise AlreadyAnswered
        check_unchanged(seen, objection.words)
        objection.answer = words
        objection.answered_at, objection.answered_by_id = clock.now(), by.id
        trail.record("certificate.objection_answered", objection, by=by, person=objection.person,
                     team=objection.certificate.team)  # fmt: skip
