"""A certificate of somebody's hours: asked for, issued, revoked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed
from volunteer.people.models import Person
from volunteer.teams.models import Rounding, Team

A_MOMENT = timedelta(seconds=1)


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
            "(public_until IS NULL) = (shown_minutes IS NULL)", name="shown_with_its_sum"
        ),
        CheckConstraint("(star_level IS NULL) = (star_on IS NULL)", name="star_of_a_day"),
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

    # Until then the team's members see whose it is and how much it says, and may object: the end
    # of a day in the team's zone. Empty where the team shows none.
    public_until: Mapped[datetime | None]
    shown_minutes: Mapped[int | None]

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
    remark: Mapped[str] = mapped_column(Sealed(), default="")
    # The highest star that the team had given them by then, and when.
    star_level: Mapped[int | None]
    star_on: Mapped[date | None]

    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    team: Mapped[Team] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    def is_public(self, now: datetime) -> bool:
        """Whether the team's members see it now, before it is issued; of who has died, never."""
        is_shown = self.is_asked and self.public_until is not None and now < self.public_until
        return is_shown and self.person.died_on is None

    @property
    def public_until_on(self) -> date | None:
        """The last day on which they see it, in the team's zone."""
        if self.public_until is None:
            return None
        return self.team.wall(self.public_until - A_MOMENT).date()

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


class CertificateObjection(Model):
    """A member of the team says that a certificate which it is shown is not right, and why."""

    __tablename__ = "certificate_objections"
    __table_args__ = (
        UniqueConstraint("certificate_id", "person_id"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_by_somebody"
        ),
    )

    certificate_id: Mapped[int] = mapped_column(ForeignKey("service_certificates.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    words: Mapped[str] = mapped_column(Sealed())
    at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[str] = mapped_column(Sealed(), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    certificate: Mapped[ServiceCertificate] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None
