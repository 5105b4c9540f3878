"""A certificate of somebody's hours: asked for, issued, revoked."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person
from volunteer.teams.models import Rounding, Team


class CertificateStatus(StrEnum):
    """asked → issued → revoked; or refused, or taken back."""

    ASKED = "asked"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"
    ISSUED = "issued"
    REVOKED = "revoked"


class ServiceCertificate(Model):
    """What a team says that somebody has done for it from one day to another.

    From `number` on it is what stands on the paper, and stays so whatever is corrected later: a
    certificate that is not true any more is revoked, and another one issued.
    """

    __tablename__ = "service_certificates"
    __table_args__ = (
        # Asked twice at the same moment, it stands there once.
        one_only("uq_service_certificates_asked", "team_id", "person_id", where="status = 'asked'"),
        CheckConstraint("last_on >= first_on", name="ends_after_it_starts"),
        CheckConstraint("answered_by_id <> person_id", name="nobody_their_own"),
        CheckConstraint(
            "(status IN ('issued', 'revoked')) = (number IS NOT NULL AND minutes IS NOT NULL)",
            name="issued_with_a_number",
        ),
        CheckConstraint(
            "(status = 'revoked') = (revoked_at IS NOT NULL AND revoked_by_id IS NOT NULL)",
            name="revoked_by_somebody",
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    status: Mapped[CertificateStatus] = mapped_column(
        Choice(CertificateStatus), default=CertificateStatus.ASKED
    )
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # Themselves, their companion, or the coordinator whom they asked.
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    # Why not, or why it was revoked.
    reason: Mapped[str] = mapped_column(Sealed(), default="")

    # What stands on it.
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    holder: Mapped[str] = mapped_column(Sealed(), default="")
    team_name: Mapped[str] = mapped_column(String(60), default="")
    minutes: Mapped[int | None]
    # How its sum is rounded: as the team had it when it was issued.
    rounding: Mapped[Rounding] = mapped_column(
        Choice(Rounding), default=Rounding.HALF_HOUR, server_default=Rounding.HALF_HOUR.value
    )
    # One for each date and deed, as records.Line keeps them.
    lines: Mapped[list[Any]] = mapped_column(JSON, default=list)
    # Who records (记录单位): as a rule the residents' committee, which guides the team.
    unit: Mapped[str] = mapped_column(String(60), default="")
    in_charge: Mapped[str] = mapped_column(Sealed(), default="")
    handler: Mapped[str] = mapped_column(Sealed(), default="")
    contact: Mapped[str] = mapped_column(Sealed(), default="")

    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def is_asked(self) -> bool:
        return self.status is CertificateStatus.ASKED

    @property
    def is_taken_back(self) -> bool:
        return self.status is CertificateStatus.TAKEN_BACK

    @property
    def is_issued(self) -> bool:
        """It is good: issued, and not revoked since."""
        return self.status is CertificateStatus.ISSUED

    @property
    def is_revoked(self) -> bool:
        return self.status is CertificateStatus.REVOKED

    @property
    def issued_on(self) -> date | None:
        """The day that stands on it, in the team's zone."""
        return self.team.wall(self.answered_at).date() if self.answered_at else None
