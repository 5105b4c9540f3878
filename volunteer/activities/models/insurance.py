"""The accident insurance that a team has."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, false
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core.database import Model


class InsurancePolicy(Model):
    """An accident insurance for the team's volunteers: from when to when, for which ages."""

    __tablename__ = "insurance_policies"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("most_age >= least_age", name="ages_in_order"),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    insurer: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    least_age: Mapped[int]
    most_age: Mapped[int]
    # What it pays for beside the service itself, as the policy says.
    covers_travel: Mapped[bool] = mapped_column(default=False, server_default=false())
    covers_training: Mapped[bool] = mapped_column(default=False, server_default=false())
    covers_third_party: Mapped[bool] = mapped_column(default=False, server_default=false())

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def covers_age(self, age: int | None) -> bool:
        """Whether somebody of this age is insured; whose age we don't know may be."""
        return age is None or self.least_age <= age <= self.most_age
