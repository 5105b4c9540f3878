"""What was pasted and accepted before, what names meant then, and forgetting the words in time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload, selectinload

from volunteer.activities.jielong.entries import key_of
from volunteer.activities.models import Activity, JielongLine, JielongPaste, Occurrence
from volunteer.core import encryption
from volunteer.core.bulk import empty, rows_touched
from volunteer.core.database import session, transaction
from volunteer.people.models import Person
from volunteer.teams.models import Team

KEPT_FOR = timedelta(days=30)
# How many rows of older lists may speak for what a name means.
MOST_KNOWN = 3000
NAMES = (JielongLine.name, JielongLine.name_mark)


def find_last(occurrence: Occurrence) -> JielongPaste | None:
    """The newest list that was accepted for this date, with its lines."""
    return session.scalars(
        select(JielongPaste)
        .where(JielongPaste.occurrence_id == occurrence.id)
        .order_by(JielongPaste.id.desc())
        .limit(1)
        .options(
            selectinload(JielongPaste.lines).joinedload(JielongLine.person),
            joinedload(JielongPaste.by),
        )
    ).one_or_none()


def find_last_number(occurrence: Occurrence) -> int | None:
    return session.scalar(
        select(func.max(JielongPaste.id)).where(JielongPaste.occurrence_id == occurrence.id)
    )


def find_saved(occurrence: Occurrence, form_key: str) -> JielongPaste | None:
    """What was saved from this page already: somebody has pressed twice."""
    if not form_key:
        return None
    return session.scalars(
        select(JielongPaste).where(
            JielongPaste.occurrence_id == occurrence.id, JielongPaste.form_key == form_key
        )
    ).one_or_none()


def known_names(team: Team, names: Iterable[str]) -> dict[str, int]:
    """Whom these names meant the last time that a coordinator of this team said so."""
    marks = {
        encryption.fingerprint(name, key): key_of(name)
        for name in set(names)
        for key in encryption.keys.texts
        if name
    }
    rows = session.execute(
        select(JielongLine.name_mark, JielongLine.person_id)
        .join(JielongLine.paste)
        .join(JielongPaste.occurrence)
        .join(Occurrence.activity)
        .where(
            Activity.team_id == team.id,
            JielongLine.name_mark.in_(marks),
            JielongLine.person_id.is_not(None),
        )
        .order_by(JielongLine.id.desc())
        .limit(MOST_KNOWN)
    ).all()
    # The newest stands first, and must win.
    return {marks[mark or ""]: person_id or 0 for mark, person_id in reversed(rows)}


def forget_old_words(now: datetime) -> int:
    """Texts older than thirty days lose their words; who signed up, when and by whom stays.

    Answers how many texts. May run twice, or late.
    """
    with transaction():
        old = select(JielongPaste.id).where(
            JielongPaste.pasted_at < now - KEPT_FOR, JielongPaste.text.is_not(None)
        )
        session.execute(
            update(JielongLine)
            .where(JielongLine.paste_id.in_(old))
            .values(words=None)
            .execution_options(synchronize_session=False)
        )
        return rows_touched(
            session.execute(
                update(JielongPaste)
                .where(JielongPaste.id.in_(old))
                .values(text=None, title=None, example=None)
                .execution_options(synchronize_session=False)
            )
        )


def forget_old_names(now: datetime) -> int:
    """A month after a date nobody need know who was on its list without being anybody we know; how
    many they were stays. Answers of how many lines."""
    over = (
        select(JielongPaste.id)
        .join(JielongPaste.occurrence)
        .where(Occurrence.ends_at < now - KEPT_FOR, JielongPaste.pasted_at < now - KEPT_FOR)
    )
    return empty(NAMES, JielongLine.person_id.is_(None) & JielongLine.paste_id.in_(over))


def forget_names_of(person: Person) -> None:
    """They are forgotten: how they were called in their group is, too."""
    empty(NAMES, JielongLine.person_id == person.id)
