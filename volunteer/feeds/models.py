"""The secret addresses of calendars."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from volunteer.core import clock
from volunteer.core.columns import one_only
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams.models import Team

TOKEN_MARK = Fingerprint("token")


def new_token() -> str:
    """A secret of 192 bits."""
    return secrets.token_urlsafe(24)


class Feed(Model):
    """A calendar of a person's own things, or of one team or place, at an address of its own.

    The address can be shown again to who holds it, for the next phone; so it is sealed, and found
    by its fingerprint.
    """

    __tablename__ = "feeds"
    __table_args__ = (
        CheckConstraint("team_id IS NULL OR place_id IS NULL", name="is_of_one_thing"),
        UniqueConstraint(
            "holder_id", "person_id", "team_id", name="uq_feeds_holder_id_person_id_team_id"
        ),
        UniqueConstraint(
            "holder_id", "person_id", "place_id", name="uq_feeds_holder_id_person_id_place_id"
        ),
        # Two empty columns never equal each other, so the two above leave this one open.
        one_only(
            "ix_feeds_own", "holder_id", "person_id", where="team_id IS NULL AND place_id IS NULL"
        ),
    )

    # Who keeps the address, and whose calendar it is: two people while one acts for the other.
    holder_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    token: Mapped[str] = mapped_column(Sealed())
    token_mark: Mapped[str] = mapped_column(TOKEN_MARK, unique=True)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    holder: Mapped[Person] = relationship(foreign_keys=[holder_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    team: Mapped[Team | None] = relationship()
    place: Mapped[Place | None] = relationship()

    @validates("token")
    def _mark_token(self, _key: str, token: str) -> str:
        self.token_mark = TOKEN_MARK.of_text(token) or ""
        return token

    @property
    def path(self) -> str:
        return f"/calendars/{self.token}"
