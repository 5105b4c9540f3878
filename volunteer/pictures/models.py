"""Pictures: what is kept of a photo."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.encryption import SealedBytes


class Picture(Model):
    """A photo as we keep it: JPEG made anew, sealed, with nothing in it but what is to be seen."""

    __tablename__ = "pictures"
    __table_args__ = (CheckConstraint("width > 0 AND height > 0", name="has_points"),)

    # Only read when it is shown: a list of receipts does not load the photos.
    content: Mapped[bytes] = mapped_column(SealedBytes(), deferred=True)
    width: Mapped[int]
    height: Mapped[int]
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kept_at: Mapped[datetime] = mapped_column(default=clock.now)
