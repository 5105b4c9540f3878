"""Certificates are known for ten years, what came to nothing for one."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from volunteer.core.database import session, transaction
from volunteer.hours import queries
from volunteer.hours.models import CertificateStatus, ServiceCertificate
from volunteer.people.models import Person
from volunteer.teams.models import SERVICE_KEPT

# Who was told no may ask why for so long.
WISHES_KEPT = timedelta(days=365)


def forget_old(now: datetime) -> int:
    """Delete what is older than that; answers how many."""
    came_to_nothing = ServiceCertificate.status.in_(
        (CertificateStatus.REFUSED, CertificateStatus.TAKEN_BACK)
    )
    on_paper = ServiceCertificate.status.in_(queries.ON_PAPER)
    answered_at = ServiceCertificate.answered_at
    with transaction():
        gone = session.execute(
            delete(ServiceCertificate).where(
                or_(
                    came_to_nothing & (answered_at <= now - WISHES_KEPT),
                    on_paper & (answered_at <= now - SERVICE_KEPT),
                )
            )
        )
        return int(getattr(gone, "rowcount", 0))


def forget_wishes_of(person: Person) -> None:
    """Nobody waits for an answer any more; what stands on paper is kept for its time."""
    with transaction():
        session.execute(
            delete(ServiceCertificate).where(
                ServiceCertificate.person_id == person.id,
                ServiceCertificate.status.not_in(queries.ON_PAPER),
            )
        )
