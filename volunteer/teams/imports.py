"""Lists that were read in as a whole, and whether they can be taken back as a whole."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from volunteer.audit import queries as audit_queries
from volunteer.audit import trail
from volunteer.core import clock, pressing, traces
from volunteer.core.database import lock, session
from volunteer.people.models import Person
from volunteer.teams.errors import AlreadyUndone, TooLateToUndo
from volunteer.teams.models import Import, ImportKind, Team

# These tables say what was read or sent, and of whom; nobody has done anything by that.
NO_DEEDS = frozenset({"audit_entries", "audit_readings", "outbox_messages", "personal_links"})


def find_saved(team: Team, form_key: str | None) -> Import | None:
    """What was saved from this page already: somebody has pressed twice."""
    form_key = pressing.kept_key(form_key)
    if form_key is None:
        return None
    return session.scalars(
        select(Import).where(Import.team_id == team.id, Import.form_key == form_key)
    ).one_or_none()


def note(
    team: Team, kind: ImportKind, made: Sequence[int], *, form_key: str | None, by: Person
) -> Import:
    """Write down what was made, last in its transaction: what the trail says later came later."""
    done = Import(
        team=team, kind=kind, made=list(made), form_key=pressing.kept_key(form_key), by=by
    )
    session.add(done)
    trail.record("import.done", done, by=by, team=team, count=len(made))
    return done


def find_touched(
    done: Import, person_ids: Collection[int], *, besides: Collection[str] = ()
) -> set[int]:
    """Those of these people who have done something since, or for whom somebody has.

    The trail says so: what is not written there did not happen. And so do rows that refer
    to them, but for those of the tables `besides`.
    """
    in_the_trail = audit_queries.list_people_since("import.done", done, person_ids)
    return in_the_trail | traces.find_referred(Person, person_ids, besides=NO_DEEDS | set(besides))


def check_open(done: Import) -> None:
    """Raises AlreadyUndone or TooLateToUndo."""
    if done.undone_at is not None:
        raise AlreadyUndone
    if not done.can_be_undone(clock.now()):
        raise TooLateToUndo


def hold(done: Import, people: Collection[int]) -> None:
    """Lock the list and everybody on it, so that nobody signs up meanwhile.

    Raises AlreadyUndone or TooLateToUndo.
    """
    lock(done)
    check_open(done)
    session.execute(
        select(Person.id)
        .where(Person.id.in_(people))
        .order_by(Person.id)
        .with_for_update(key_share=True)
    ).all()


def end(done: Import, count: int, *, by: Person) -> None:
    """It was taken back, once and for all; `count` is how many went."""
    done.undone_at = clock.now()
    # Whoever goes back to the page and saves it once more means it.
    done.form_key = None
    trail.record("import.undone", done, by=by, team=done.team, count=count)
