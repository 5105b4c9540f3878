"""“My record is wrong”: a volunteer says so, and a coordinator answers."""

from collections.abc import Sequence

from sqlalchemy import delete

from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import MistakeNote, Occurrence
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.deeds.models import Deed
from volunteer.people.models import Person


def tell(about: Occurrence | Deed, person: Person, *, words: str, by: Person) -> MistakeNote:
    """The team's coordinators read it beside the date or the deed. Sent twice with the same words,
    it stands there once. `by` is who wrote it: the person, or who acts for them."""
    with transaction():
        lock(about)
        for known in attendance_queries.list_notes(about):
            if known.person_id == person.id and known.words == words and not known.is_answered:
                return known
        note = MistakeNote(person=person, words=words, by_id=by.id)
        if isinstance(about, Deed):
            note.deed = about
        else:
            note.occurrence = about
        session.add(note)
        record("hours.questioned", note, by=by)
        return note


def answer(note: MistakeNote, *, words: str, by: Person) -> None:
    """Tell the person what became of it; a second answer takes the place of the first."""
    with transaction():
        lock(note)
        note.answer = words
        note.answered_by, note.answered_at = by, clock.now()
        record("hours.answered", note, by=by)


def drop_all_of(deeds: Sequence[int]) -> None:
    """These deeds, by number, were not so after all: nobody has to answer what was said of them."""
    with transaction():
        session.execute(delete(MistakeNote).where(MistakeNote.deed_id.in_(deeds)))


def record(action: str, note: MistakeNote, *, by: Person) -> None:
    of_date = note.occurrence.for_the_trail if note.occurrence else {}
    trail.record(action, note, by=by, person=note.person, team=note.team, **of_date)
