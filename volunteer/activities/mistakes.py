"""“My record is wrong”: a volunteer says so, and a coordinator answers."""

from volunteer.activities import attendance_queries
from volunteer.activities.models import MistakeNote, Occurrence
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person


def tell(occurrence: Occurrence, person: Person, *, words: str, by: Person) -> MistakeNote:
    """The team's coordinators read it beside the date. Sent twice with the same words, it stands
    there once. `by` is who wrote it: the person, or who acts for them."""
    with transaction():
        lock(occurrence)
        for known in attendance_queries.list_notes(occurrence):
            if known.person_id == person.id and known.words == words and not known.is_answered:
                return known
        note = MistakeNote(occurrence=occurrence, person=person, words=words, by_id=by.id)
        session.add(note)
        trail.record("hours.questioned", note, by=by, person=person, team=occurrence.team,
                     **occurrence.for_the_trail)  # fmt: skip
        return note


def answer(note: MistakeNote, *, words: str, by: Person) -> None:
    """Tell the person what became of it; a second answer takes the place of the first."""
    with transaction():
        lock(note)
        note.answer = words
        note.answered_by, note.answered_at = by, clock.now()
        occurrence = note.occurrence
        trail.record("hours.answered", note, by=by, person=note.person, team=occurrence.team,
                     **occurrence.for_the_trail)  # fmt: skip
