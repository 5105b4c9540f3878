"""What is said about certificates: to who may issue one, and the answer to whose it is."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import select

from volunteer.core import clock
from volunteer.core.database import all_of, session
from volunteer.hours import wording
from volunteer.hours.models import ServiceCertificate
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

ASKED, ANSWERED = "certificate_asked", "certificate_answered"
TOLD_WITHIN = timedelta(days=7)


def tell_who_issue(certificate: ServiceCertificate, coordinators: Iterable[Person]) -> None:
    """Who can only be called sees it on their first page."""
    session.flush()  # its number stands in the message
    outbox.post_all(
        outbox.row(
            ASKED,
            to=person,
            key=str(certificate.id),
            expires_at=clock.now() + TOLD_WITHIN,
            about={"certificate_id": certificate.id},
        )
        for person in coordinators
        if outbox.channel_for(person) is not Channel.CALL
    )


def tell_answer(certificate: ServiceCertificate) -> None:
    """Issued, refused, or revoked afterwards: each is told once."""
    outbox.post(
        ANSWERED,
        to=certificate.person,
        key=f"{certificate.id}:{certificate.status}",
        expires_at=clock.now() + TOLD_WITHIN,
        team_id=certificate.team_id,
        certificate_id=certificate.id,
        status=certificate.status.value,
    )


def write_to_who_issue(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """While it waits for an answer, and to who may still give it."""
    found = load(messages)
    coordinators = team_queries.who_coordinates({one.team_id for one in found.values()})
    return {
        message.id: write(message, one)
        for message in messages
        if (one := found.get(message.about["certificate_id"]))
        and one.is_asked
        and message.person_id in coordinators.get(one.team_id, set()) - {one.person_id}
    }


def write_answers(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """What was answered, unless something else has been answered since."""
    found = load(messages)
    return {
        message.id: write(message, certificate)
        for message in messages
        if (certificate := found.get(message.about["certificate_id"]))
        and certificate.status == message.about["status"]
    }


def write(message: OutboxMessage, certificate: ServiceCertificate) -> Letter:
    return writing.letter(
        message.kind,
        message.person,
        certificate=certificate,
        hours=wording.hours_of(certificate),
        path=f"/certificates/{certificate.id}",
    )


def load(messages: Sequence[OutboxMessage]) -> dict[int, ServiceCertificate]:
    numbers = {message.about["certificate_id"] for message in messages}
    found = all_of(select(ServiceCertificate).where(ServiceCertificate.id.in_(numbers)))
    return {one.id: one for one in found}
