"""What a visitor or cook must know of an elder's health."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.encryption import Sealed, SealedJson


class DietTag(StrEnum):
    """What a cook must know."""

    DIABETES = "diabetes"
    LOW_SALT = "low_salt"
    LOW_FAT = "low_fat"
    SOFT = "soft"
    HALAL = "halal"
    VEGETARIAN = "vegetarian"
    NOT_SPICY = "not_spicy"


class HealthRecord(Model):
    """What a visitor or cook must know of an elder's health. Only `elders/health.py` opens it."""

    __tablename__ = "elder_health"

    elder_id: Mapped[int] = mapped_column(ForeignKey("elders.id"), unique=True)
    # Short: hard of hearing, falls easily, may lose the way.
    note: Mapped[str | None] = mapped_column(Sealed())
    diet_tags: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    allergies: Mapped[str | None] = mapped_column(Sealed())
    # A level that somebody trained has given, and who that was; we never score.
    ability_level: Mapped[str | None] = mapped_column(Sealed())
    ability_source: Mapped[str | None] = mapped_column(Sealed())
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
