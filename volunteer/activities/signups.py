"""Taking a place on a date, and giving it back."""

from sqlalchemy import select

from volunteer.activities import excuses, queries, stand_in_notices, waitlist
from volunteer.activities.errors import (
    AlreadySignedUp,
    AlreadySignedUpForThem,
    AlreadyStarted,
    BusyThen,
    DateCancelled,
    NotAnActiveMember,
    NotSignedUp,
)
from volunteer.activities.models import (
    Activity,
    Excuse,
    Occurrence,
    OccurrenceRole,
    Signup,
    SignupStatus,
)
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, transaction
from volunteer.core.errors import NotFound
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


def sign_up(occurrence: Occurrence, role_id: int, person: Person, *, by: Person) -> Signup:
    """Give `person` a place in the role, or a place in its queue when it is full.

    Raises DateCancelled, AlreadyStarted, AlreadySignedUp, NotAnActiveMember or BusyThen;
    NotFound for a role of another date. `by` is who asked: the person, or a coordinator.
    """
    with transaction():
        # The person too: who presses on two dates of the same hour gets one of them.
        lock(person, occurrence)
        role = role_of(occurrence, role_id)
        check_is_open(occurrence)
        check_may_come(occurrence, person, by)

        status = SignupStatus.WAITING if role.is_full else SignupStatus.GOING
        signup = put(person, role, status, by=by)
        trail.record("signup.created", signup, by=by, person=person, team=occurrence.team,
                     status=signup.status, role=role.name, **occurrence.for_the_trail)  # fmt: skip
        return signup


def put(person: Person, role: OccurrenceRole, status: SignupStatus, *, by: Person) -> Signup:
    """Write the place down, on the row that the person gave back before or on a new one."""
    occurrence = role.occurrence
    signup = next((s for s in occurrence.signups if s.person_id == person.id), None)
    if signup is None:
        signup = Signup(person=person, role=role, status=status, asked_at=clock.now(), by=by)
        occurrence.signups.append(signup)
        return signup
    signup.role, signup.status, signup.asked_at, signup.by = role, status, clock.now(), by
    excuses.clear(signup)
    return signup


def role_of(occurrence: Occurrence, role_id: int) -> OccurrenceRole:
    for role in occurrence.roles:
        if role.id == role_id:
            return role
    raise NotFound


def check_is_open(occurrence: Occurrence) -> None:
    if occurrence.is_cancelled:
        raise DateCancelled
    if occurrence.has_started(clock.now()):
        raise AlreadyStarted


def check_may_come(occurrence: Occurrence, person: Person, by: Person) -> None:
    """Not twice, only members who are not pausing, and nobody in two places at once."""
    if occurrence.signup_of(person) is not None:
        raise AlreadySignedUp if by.id == person.id else AlreadySignedUpForThem
    membership = team_queries.find_membership(occurrence.team, person)
    if membership is None or not membership.is_active:
        raise NotAnActiveMember
    if queries.find_busy(occurrence, [person.id]):
        raise BusyThen


def withdraw(
    signup: Signup, *, by: Person, reason: excuses.Reason = excuses.UNSAID
) -> list[Signup]:
    """Give a place back, at any hour until the date is over; answers who moved up into it.

    Within the team's notice it is marked late. Raises NotSignedUp, or AlreadyStarted when the
    date is over.
    """
    with transaction():
        occurrence = signup.occurrence
        lock(occurrence)
        if not signup.is_active:
            raise NotSignedUp
        if occurrence.is_over(clock.now()):
            raise AlreadyStarted
        had_place, has_started = signup.is_going, occurrence.has_started(clock.now())
        excuses.note(signup, reason, clock.now())
        signup.status = SignupStatus.WITHDRAWN
        trail.record("signup.withdrawn", signup, by=by, person=signup.person, team=occurrence.team,
                     role=signup.role.name, late=signup.is_late,
                     **occurrence.for_the_trail)  # fmt: skip
        moved_up = waitlist.promote(occurrence)
        if not moved_up and (signup.is_late or (had_place and has_started)):
            stand_in_notices.tell_left_late(signup, by=by)
        return moved_up


def release_all(membership: Membership, by: Person) -> None:
    """Give back all coming places of somebody who pauses or leaves; others move up."""
    with transaction():
        coming = all_of(
            select(Signup)
            .join(Signup.occurrence)
            .join(Occurrence.activity)
            .where(
                Signup.person_id == membership.person_id,
                Signup.status != SignupStatus.WITHDRAWN,
                Activity.team_id == membership.team_id,
                Occurrence.starts_at > clock.now(),
            )
            # Everybody locks dates in this order, so that two never wait for each other.
            .order_by(Signup.occurrence_id)
        )
        for signup in coming:
            withdraw(signup, by=by, reason=excuses.Reason(Excuse.PAUSE))
