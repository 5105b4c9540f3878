"""The rota of a month as it is made: proposed and changed by hand.

Nothing here decides about a person. A proposal is a draft that only coordinators see; what they
set by hand stays; nobody hears of it before it is published (publishing.py).
"""

from datetime import date

from sqlalchemy.exc import IntegrityError

from volunteer.activities import eligibility
from volunteer.activities.errors import AlreadyInvited, RotaChanged, TwiceOnOneDate
from volunteer.activities.models import Occurrence, RotaDraft, RotaSeat
from volunteer.activities.rota import loading, queries, reasons, solving
from volunteer.activities.rota.loading import Scene
from volunteer.activities.rota.problem import Problem, Seats, Terms
from volunteer.activities.rota.reasons import Why
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person
from volunteer.teams.models import Team


def propose(
    team: Team, first: date, terms: Terms, *, by: Person, afresh: bool = False
) -> RotaDraft:
    """Propose people for the open seats of the month; what is set already stays.

    `afresh`: what was proposed before is thought over too, and only what was set by hand stays.
    Nobody hears of it. Raises RotaChanged when somebody else changed the draft meanwhile, or took
    one of its dates off the calendar.
    """
    # Thinking takes up to a second: nobody else has to wait for it.
    draft = queries.find_draft(team, first)
    revision = draft.revision if draft else None
    scene = loading.look_at(team, first)
    kept = seats_to_keep(draft, scene, afresh=afresh)
    problem = loading.problem_of(scene, terms, kept)
    seats = solving.solve(problem).seats
    keeping = {seat.id for seat in kept}
    with transaction():
        lock(team)
        draft = queries.find_draft(team, first)
        if (draft.revision if draft else None) != revision:
            raise RotaChanged
        if draft is None:
            draft = RotaDraft(team=team, month=first)
            session.add(draft)
        draft.most_a_month, draft.rest_days = terms.most_a_month, terms.rest_days
        draft.up_to_most = terms.up_to_most
        draft.revision = (revision or 0) + 1
        draft.proposed_at = clock.now()
        draft.seats = [
            seat for seat in draft.seats if seat.id in keeping or seat.invited_at is not None
        ]
        session.flush()
        draft.seats += new_seats(problem, seats)
        try:
            session.flush()
        except IntegrityError as error:
            raise RotaChanged from error
        trail.record("rota.proposed", draft, by=by, team=team, month=first.isoformat())
        return draft


def seats_to_keep(draft: RotaDraft | None, scene: Scene, *, afresh: bool = False) -> list[RotaSeat]:
    """The seats that another proposal leaves as they are: those that still hold."""
    dates = {occurrence.id: occurrence for occurrence in scene.dates}
    members = {person.id for person in scene.people}
    return [
        seat
        for seat in (draft.seats if draft else ())
        if (seat.is_pinned or (not afresh and not seat.is_gap))
        and (occurrence := dates.get(seat.occurrence_id)) is not None
        and still_holds(seat, occurrence, members)
    ]


def still_holds(seat: RotaSeat, occurrence: Occurrence, members: set[int]) -> bool:
    """Of work that is still in the plan: kept empty, or by somebody who is in the team and has not
    answered for this date. Who was invited has a place there, or gave it back."""
    if seat.role_id not in {role.id for role in occurrence.offered_roles}:
        return False
    has_answered = {signup.person_id for signup in occurrence.signups}
    return seat.person_id is None or (
        seat.person_id in members and seat.person_id not in has_answered
    )


def new_seats(problem: Problem, seats: Seats) -> list[RotaSeat]:
    """A row for each open seat: who is proposed and why, or why nobody is."""
    made = []
    for work_id in problem.suiting:
        one, work = problem.works[work_id]
        people = seats.get(work_id, ())
        made += [
            RotaSeat(
                occurrence_id=one.id,
                role_id=work_id,
                person_id=person,
                reasons=reasons.of_seat(problem, seats, person, work_id),
            )
            for person in people
        ]
        if len(people) < work.open:
            why = reasons.of_gap(problem, seats, work_id)
            made += [
                RotaSeat(occurrence_id=one.id, role_id=work_id, reasons=why)
                for _empty in range(work.open - len(people))
            ]
    return made


def seat_somebody(seat: RotaSeat, person: Person, *, by: Person) -> None:
    """A coordinator chooses; the seat is pinned, and proposals leave it alone.

    Raises TwiceOnOneDate, AlreadyInvited, or why they may not come (eligibility.py).
    """
    with transaction():
        draft = hold(seat)
        others = {other.person_id for other in draft.seats if is_beside(other, seat)}
        if person.id in others or seat.occurrence.signup_of(person) is not None:
            raise TwiceOnOneDate
        facts = eligibility.of_date(seat.occurrence, [person])
        for refusal in facts.refusals(person, seat.role, seat.occurrence):
            raise refusal
        change(seat, person, pinned=True, why=[reasons.reason(Why.CHOSEN)], by=by)


def is_beside(other: RotaSeat, seat: RotaSeat) -> bool:
    """Another seat of the same date."""
    return other.occurrence_id == seat.occurrence_id and other.id != seat.id


def keep_empty(seat: RotaSeat, *, by: Person) -> None:
    """Nobody is proposed for this seat until somebody says otherwise. Raises AlreadyInvited."""
    with transaction():
        hold(seat)
        change(seat, None, pinned=True, why=[reasons.reason(Why.HELD_EMPTY)], by=by)


def clear(seat: RotaSeat, *, by: Person) -> None:
    """The seat is empty, and the next proposal may fill it. Raises AlreadyInvited."""
    with transaction():
        hold(seat)
        change(seat, None, pinned=False, why=[], by=by)


def hold(seat: RotaSeat) -> RotaDraft:
    """Nobody else changes this draft now. Raises AlreadyInvited."""
    draft = seat.draft
    lock(draft.team, draft)
    if seat.invited_at is not None:
        raise AlreadyInvited
    return draft


def change(
    seat: RotaSeat,
    person: Person | None,
    *,
    pinned: bool,
    why: list[reasons.Reason],
    by: Person,
) -> None:
    seat.person, seat.is_pinned, seat.reasons = person, pinned, why
    seat.draft.revision += 1
    trail.record("rota.seat_changed", seat, by=by, person=person, team=seat.draft.team,
                 role=seat.role.name, **seat.occurrence.for_the_trail)  # fmt: skip
