"""Finding who has said again that they come. Only a word about this beginning, said since the
place was taken, counts."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from volunteer.activities.models import Confirmation, Occurrence, Signup, SignupStatus
from volunteer.core.database import all_of, session


def is_good() -> ColumnElement[bool]:
    """A condition on a confirmation together with its place and date."""
    return and_(
        Confirmation.signup_id == Signup.id,
        Confirmation.starts_at == Occurrence.starts_at,
        Confirmation.at >= Signup.asked_at,
    )


def is_confirmed() -> ColumnElement[bool]:
    """A condition on a place together with its date: they have said that they come."""
    return select(Confirmation.id).where(is_good()).correlate(Signup, Occurrence).exists()


def find_confirmations(occurrences: Iterable[Occurrence]) -> dict[int, Confirmation]:
    """What was said about places on these dates, by the number of the place."""
    rows = all_of(
        select(Confirmation)
        .join(Confirmation.signup)
        .join(Signup.occurrence)
        .where(
            Occurrence.id.in_([occurrence.id for occurrence in occurrences]),
            Signup.status == SignupStatus.GOING,
            is_good(),
        )
        .options(joinedload(Confirmation.by))
    )
    return {row.signup_id: row for row in rows}


def find_confirmation(signup: Signup) -> Confirmation | None:
    """The row of this place, whether it is still good or not."""
    return session.scalars(
        select(Confirmation).where(Confirmation.signup_id == signup.id)
    ).one_or_none()
