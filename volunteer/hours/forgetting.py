"""Certificates are known for ten years, what came to nothing for one."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select

from volunteer.core.database import session, transaction
from volunteer.hours import queries
from volunteer.hours.models import CertificateObjection, CertificateStatus, ServiceCertificate
from volunteer.people.models import Person
from volunteer.teams.models import SERVICE_KEPT, StarAward

# Who was told no may ask why for so long.
WISHES_KEPT = timedelta(days=365)


def forget_old(now: datetime) -> int:
    """Delete what is older than that; answers how many."""
    came_to_nothing = ServiceCertificate.status.in_(
        (CertificateStatus.REFUSED, CertificateStatus.TAKEN_BACK)
    )
    on_paper = ServiceCertificate.status.in_(queries.ON_PAPER)
    answered_at = ServiceCertificate.answered_at
    old = or_(
        came_to_nothing & (answered_at <= now - WISHES_KEPT),
        on_paper & (answered_at <= now - SERVICE_KEPT),
    )
    with transaction():
        # What was said against one, for as long as somebody may ask why.
        forget_objections((answered_at <= now - WISHES_KEPT) | old)
        gone = session.execute(delete(ServiceCertificate).where(old))
        return int(getattr(gone, "rowcount", 0))


def forget_wishes_of(person: Person) -> None:
    """Nobody waits for an answer any more; what stands on paper is kept for its time."""
    wishes = (ServiceCertificate.person_id == person.id) & ServiceCertificate.status.not_in(
        queries.ON_PAPER
    )
    with transaction():
        forget_objections(wishes)
        session.execute(delete(ServiceCertificate).where(wishes))
        theirs = CertificateObjection.person_id == person.id
        session.execute(delete(CertificateObjection).where(theirs))


def forget_objections(to: ColumnElement[bool]) -> None:
    """What was said against these certificates."""
    whose = select(ServiceCertificate.id).where(to)
    said = CertificateObjection.certificate_id.in_(whose)
    session.execute(delete(CertificateObjection).where(said))


def forget_stars_of(person: Person) -> None:
    """An honour of nobody is none."""
    with transaction():
        session.execute(delete(StarAward).where(StarAward.person_id == person.id))
