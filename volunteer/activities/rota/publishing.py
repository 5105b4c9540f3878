"""Publishing a rota: everybody on the draft is invited at once, by the same rules as any sign-up.

Each has a place that they can give back. However many seats there are, it takes the same few
statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm.attributes import set_committed_value

from volunteer.activities import eligibility, excuses, signups, waitlist
from volunteer.activities import queries as activity_queries
from volunteer.activities.eligibility import Facts
from volunteer.activities.errors import (
    GaveItBack,
    NothingToInvite,
    RotaChanged,
    TheyAreAwayThen,
    WorkIsFull,
)
from volunteer.activities.models import Occurrence, RotaDraft, RotaSeat, Signup, SignupStatus
from volunteer.activities.rota import notices, queries
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.bulk import insert_into
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import DomainError
from volunteer.people.models import Person


@dataclass(frozen=True)
class Published:
    """Who was invited, and which seats could not be turned into a place, with the reason."""

    invited: Sequence[RotaSeat]
    refused: Sequence[tuple[RotaSeat, str]]


def publish(draft: RotaDraft, *, by: Person) -> Published:
    """Give everybody on the draft their places, entered by the coordinator, and tell each once.

    What the rules of signing up refuse by now stays on the draft, with the reason. Raises
    NothingToInvite or RotaChanged.
    """
    with transaction():
        draft = hold(draft)
        seats = draft.to_invite
        if not seats:
            raise NothingToInvite
        people = [seat.person for seat in seats if seat.person]
        dates = activity_queries.list_dates({seat.occurrence_id for seat in seats})
        facts = eligibility.look_up(dates, people)
        date_of = {occurrence.id: occurrence for occurrence in dates}
        made: dict[RotaSeat, Signup | None] = {}
        refused: list[tuple[RotaSeat, str]] = []
        for seat in seats:
            try:
                made[seat] = invite(seat, date_of[seat.occurrence_id], facts, by=by)
            except DomainError as error:
                refused.append((seat, str(error)))
        write([s for s in made.values() if s is not None and s not in session], dates)
        note(draft, made, by)
        notices.tell_invited(draft, list(made))
        return Published(list(made), refused)


def hold(draft: RotaDraft) -> RotaDraft:
    """Nobody else changes the draft, its people or its dates now; it is read anew.

    Raises RotaChanged when somebody else was put on it at this moment.
    """
    # In this order: who leaves holds themselves and waits for the team; who holds a date never
    # waits for a person.
    people = {seat.person_id for seat in draft.to_invite if seat.person_id}
    queries.hold(Person, people)
    lock(draft.team, draft)
    seats = draft.to_invite
    if not {seat.person_id for seat in seats} <= people:
        raise RotaChanged
    queries.hold(Occurrence, {seat.occurrence_id for seat in seats})
    session.expire_all()
    return queries.get_draft(draft.id)


def invite(seat: RotaSeat, occurrence: Occurrence, facts: Facts, *, by: Person) -> Signup | None:
    """A place as if the person had been signed up by the coordinator; None when they have it
    already. Who has said no since they were proposed, or that they are away then, is not invited;
    whom a coordinator chose, is.

    Raises WorkIsFull, GaveItBack, TheyAreAwayThen, and what sign_up does.
    """
    role, person = signups.role_of(occurrence, seat.role_id), seat.person
    if person is None:
        raise LookupError(seat)
    known = occurrence.row_of(person.id)
    is_kept = known is not None and known.role_id == role.id and waitlist.has_room_for(known)
    if role.is_full and not is_kept:
        raise WorkIsFull
    eligibility.check_is_open(occurrence, clock.now())
    # Who has lined up for it meanwhile has the place from now on.
    own = signups.kept_place(occurrence, role, person, by)
    if own and own.is_going:
        return None
    if known and not known.is_active and not seat.is_pinned:
        raise GaveItBack
    until = facts.away.get((person.id, occurrence.day))
    if until and not seat.is_pinned:
        raise TheyAreAwayThen(until)
    for refusal in facts.refusals(person, role, occurrence):
        raise refusal
    # The next seats of this person are weighed against this one, too.
    facts.places_of.setdefault(person.id, []).append(occurrence)
    # Who comes back has the same row as before; nothing of what they said then holds.
    signup = known or Signup(person_id=person.id, occurrence_id=occurrence.id)
    signup.role_id, signup.by_id = role.id, by.id
    signup.status, signup.asked_at = SignupStatus.GOING, clock.now()
    if known:
        excuses.clear(known)
        known.answer_by = known.passed_at = None
    else:
        count_for_now(signup, occurrence)
    return signup


def count_for_now(signup: Signup, occurrence: Occurrence) -> None:
    """It counts on its date at once, and is written with all the others: the session would send
    them one by one on SQLite."""
    set_committed_value(occurrence, "signups", [*occurrence.signups, signup])


def write(new: Sequence[Signup], dates: Sequence[Occurrence]) -> None:
    """All new places in one statement; they have their numbers afterwards."""
    columns = ("occurrence_id", "role_id", "person_id", "status", "asked_at", "by_id")
    rows = [{name: getattr(signup, name) for name in columns} for signup in new]
    if rows:
        statement = insert_into(Signup).values(rows)
        found = session.execute(
            statement.returning(Signup.id, Signup.occurrence_id, Signup.person_id)
        ).all()
        numbers = {(date, person): number for number, date, person in found}
        for signup in new:
            signup.id = numbers[signup.occurrence_id, signup.person_id]
    for occurrence in dates:
        session.expire(occurrence, ["signups"])


def note(draft: RotaDraft, made: dict[RotaSeat, Signup | None], by: Person) -> None:
    """Put down whom it invited, on the draft and in the trail."""
    draft.published_at = clock.now()
    draft.revision += 1
    for seat in made:
        seat.invited_at = draft.published_at
    session.flush()
    places = [
        (
            signup.id,
            signup.person_id,
            {"status": signup.status, "role": seat.role.name} | seat.occurrence.for_the_trail,
        )
        for seat, signup in made.items()
        if signup is not None
    ]
    trail.record_each("signup.created", Signup, places, by=by, team=draft.team)
    people = {seat.person_id for seat in made}
    trail.record("rota.published", draft, by=by, team=draft.team,
                 month=draft.month.isoformat(), people=len(people))  # fmt: skip
