"""Asking for a certificate of one's hours, and what the coordinators answer.

Who records, certifies; the team prints it, and its residents' committee stamps it (志愿服务记录与
证明出具办法, articles 14 and 26). It costs nothing, says only what was recorded, and nobody issues
their own.
"""

from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.core import clock, pressing
from volunteer.core.database import lock, session, take_turns, transaction
from volunteer.core.errors import NotFound
from volunteer.hours import notices, numbers, publicity, queries, records
from volunteer.hours.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    NobodyToIssue,
    NothingToCertify,
    NotIssued,
    TooLittleToCertify,
)
from volunteer.hours.models import CertificateStatus, ServiceCertificate
from volunteer.hours.records import Line, Span
from volunteer.people import forgetting
from volunteer.people.models import Person
from volunteer.teams import star_queries
from volunteer.teams.models import Team

NUMBERING = "the numbers of certificates"


@dataclass(frozen=True)
class Issuer:
    """Who records, and who signs; it stands at the foot of the paper."""

    unit: str
    in_charge: str = ""
    handler: str = ""
    contact: str = ""
    remark: str = ""


def ask(team: Team, person: Person, span: Span, *, by: Person) -> ServiceCertificate:
    """They would like a certificate of what they did for the team in these days; `by`: who wrote
    it down. Raises AlreadyAsked, NothingToCertify, TooLittleToCertify or NobodyToIssue; NotFound
    for who is forgotten, or was promised to be."""
    with transaction():
        lock(person)
        if forgetting.was_let_go(person):
            raise NotFound
        if queries.find_asked(team, person) is not None:
            raise AlreadyAsked
        lines_to_certify(team, person, span)
        issuing = queries.list_who_issue(team, person)
        if not issuing:
            raise NobodyToIssue(team.name)
        certificate = ServiceCertificate(
            team=team,
            person=person,
            first_on=span.first_on,
            last_on=span.last_on,
            asked_by=by,
        )
        session.add(certificate)
        trail.record("certificate.asked", certificate, by=by, person=person, team=team)
        # Who wrote it down for them knows.
        notices.tell_who_issue(certificate, [one for one in issuing if one.id != by.id])
        return certificate


def take_back(certificate: ServiceCertificate, *, by: Person) -> None:
    """They need none after all. Raises AlreadyAnswered."""
    with transaction():
        hold(certificate)
        certificate.status = CertificateStatus.TAKEN_BACK
        certificate.answered_at = clock.now()
        trail.record("certificate.taken_back", certificate, by=by, person=certificate.person,
                     team=certificate.team)  # fmt: skip


def refuse(certificate: ServiceCertificate, reason: str, *, by: Person) -> None:
    """No, for a reason that they read. Raises AlreadyAnswered."""
    with transaction():
        hold(certificate)
        answer(certificate, CertificateStatus.REFUSED, by=by)
        certificate.reason = reason
        trail.record("certificate.refused", certificate, by=by, person=certificate.person,
                     team=certificate.team)  # fmt: skip
        notices.tell_answer(certificate)


def issue(certificate: ServiceCertificate, issuer: Issuer, *, by: Person) -> None:
    """From now on it says what counts at this moment, whatever is corrected later. Pressed twice
    it is done once.

    Raises AlreadyAnswered; NothingToCertify or TooLittleToCertify when its hours do not count any
    more; NotShownYet, MoreThanShown, StillShown or ObjectionsOpen where the team shows it to its
    members first.
    """
    with transaction():
        lock(certificate)
        if has_just_issued(certificate, by):
            return
        check_is_asked(certificate)
        lines = lines_to_certify(certificate.team, certificate.person, span_of(certificate))
        publicity.check_was_shown(certificate, records.sum_of(lines), now=clock.now())
        put_star_on(certificate)
        certificate.number = next_number()
        certificate.holder = certificate.person.name
        certificate.team_name = certificate.team.name
        certificate.lines = [line.kept() for line in lines]
        certificate.minutes = records.sum_of(lines)
        certificate.rounding = certificate.team.hours_rounding
        certificate.unit, certificate.in_charge = issuer.unit, issuer.in_charge
        certificate.handler, certificate.contact = issuer.handler, issuer.contact
        certificate.remark = issuer.remark
        answer(certificate, CertificateStatus.ISSUED, by=by)
        trail.record("certificate.issued", certificate, by=by, person=certificate.person,
                     team=certificate.team, number=certificate.number,
                     minutes=certificate.minutes)  # fmt: skip
        notices.tell_answer(certificate)


def put_star_on(certificate: ServiceCertificate) -> None:
    """The highest that the team has given them by now, if any."""
    whose = certificate.person_id
    if star := star_queries.highest_stars(certificate.team, [whose]).get(whose):
        certificate.star_level, certificate.star_on = star.level, star.given_on


def revoke(certificate: ServiceCertificate, reason: str, *, by: Person) -> None:
    """It is not good any more, and whoever checks its number reads that. Raises NotIssued."""
    with transaction():
        lock(certificate)
        if not certificate.is_issued:
            raise NotIssued
        certificate.revoked_at, certificate.revoked_by_id = clock.now(), by.id
        certificate.status = CertificateStatus.REVOKED
        certificate.reason = reason
        trail.record("certificate.revoked", certificate, by=by, person=certificate.person,
                     team=certificate.team, number=certificate.number)  # fmt: skip
        notices.tell_answer(certificate)


def hold(certificate: ServiceCertificate) -> None:
    """Raises AlreadyAnswered."""
    lock(certificate)
    check_is_asked(certificate)


def has_just_issued(certificate: ServiceCertificate, by: Person) -> bool:
    """Pressed twice, or sent twice."""
    at = certificate.answered_at
    is_theirs = certificate.is_issued and certificate.answered_by_id == by.id
    return is_theirs and at is not None and at >= clock.now() - pressing.AGAIN_WITHIN


def check_is_asked(certificate: ServiceCertificate) -> None:
    if not certificate.is_asked:
        raise AlreadyAnswered


def lines_to_certify(team: Team, person: Person, span: Span) -> list[Line]:
    """Raises NothingToCertify or TooLittleToCertify."""
    lines = queries.list_lines(team, person, span)
    if not lines:
        raise NothingToCertify
    if not records.certified(records.sum_of(lines), team.hours_rounding):
        raise TooLittleToCertify(team.hours_rounding)
    return lines


def answer(certificate: ServiceCertificate, status: CertificateStatus, *, by: Person) -> None:
    certificate.status = status
    certificate.answered_at, certificate.answered_by = clock.now(), by


def next_number() -> str:
    """One after the other, in whichever process."""
    take_turns(NUMBERING)
    year = clock.today().year
    return numbers.make(year, queries.count_of_year(year) + 1)


def span_of(certificate: ServiceCertificate) -> Span:
    return Span(certificate.first_on, certificate.last_on)


def counts_now(certificate: ServiceCertificate) -> int:
    """The minutes of its days that count by now: others than it says, once hours were corrected."""
    lines = queries.list_lines(certificate.team, certificate.person, span_of(certificate))
    return records.sum_of(lines)
