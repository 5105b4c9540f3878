"""Taking a place on a date, and giving it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from volunteer.activities import eligibility, excuses, stand_in_notices, ties, waitlist
from volunteer.activities.eligibility import ALONE_FROM
from volunteer.activities.errors import (
    AlreadySignedUp,
    AlreadySignedUpForThem,
    AlreadyStarted,
    Doubt,
    NotInTheSameTeam,
    NotOnItsDay,
    NotSignedUp,
    OfHousehold,
    RoleIsFull,
    WorthASecondThought,
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
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams import membership
from volunteer.teams.models import Membership


def sign_up(
    occurrence: Occurrence, role_id: int, person: Person, *, by: Person, is_sure: bool = True
) -> Signup:
    """Give `person` a place in the role, or a place in its queue when it is full.

    Who has just that already keeps it: pressing twice does it once. Raises DateCancelled,
    AlreadyStarted, AlreadySignedUp, and why they may not come (eligibility.py); NotFound for a
    role of another date; WorthASecondThought unless they are sure. `by` is who asked: the
    person, or somebody for them.
    """
    with transaction():
        # The person too: who presses on two dates of the same hour gets one of them.
        lock(person, occurrence)
        role = role_of(occurrence, role_id)
        eligibility.check_is_open(occurrence, clock.now())
        if has_it_already(occurrence, role, person, by):
            return found_again(occurrence, person)
        facts = eligibility.of_date(occurrence, [person])
        for refusal in facts.refusals(person, role, occurrence):
            raise refusal
        if not is_sure and (doubts := facts.doubts(person, occurrence)):
            raise WorthASecondThought(doubts)
        return take_or_queue(occurrence, role, person, by)


def sign_up_household(
    occurrence: Occurrence,
    role_id: int,
    people: Sequence[Person],
    *,
    by: Person,
    whom: Person | None = None,
    is_sure: bool = True,
) -> list[Signup]:
    """Sign up several who live together, all of them or nobody; each has a row of their own.

    `by` presses, for `whom` when they act for another. Who has this place already keeps it.
    Raises what sign_up() does, in OfHousehold with the name of whom it concerns;
    NotInTheSameTeam for who does not live with them.
    """
    me = whom or by
    with transaction():
        # In the order of their numbers, so that two households never wait for each other.
        everybody = sorted(people, key=lambda person: person.id)
        lock(*everybody, occurrence)
        role = role_of(occurrence, role_id)
        eligibility.check_is_open(occurrence, clock.now())
        at_home = {me.id, *(mate.id for mate in ties.list_housemates(occurrence.team, me))}
        if not {person.id for person in everybody} <= at_home:
            raise NotInTheSameTeam
        facts = eligibility.of_date(occurrence, everybody)
        made, doubts = [], list[Doubt]()
        for person in grown_ups_first(everybody, occurrence):
            if has_it_already(occurrence, role, person, by):
                made.append(found_again(occurrence, person))
                continue
            for refusal in facts.refusals(person, role, occurrence):
                raise refusal if person.id == by.id else OfHousehold(person.name, refusal)
            doubts += facts.doubts(person, occurrence)
            made.append(take_or_queue(occurrence, role, person, by))
        if doubts and not is_sure:
            raise WorthASecondThought(doubts)
        wished = [person.id for person in people]
        return sorted(made, key=lambda signup: wished.index(signup.person_id))


def grown_ups_first(people: Sequence[Person], occurrence: Occurrence) -> list[Person]:
    """A child may come when its guardian has a place, so the guardian comes first."""

    def age(person: Person) -> int:
        found = person.age_on(occurrence.day)
        return 999 if found is None else found

    return sorted(people, key=lambda person: -age(person))


@dataclass(frozen=True)
class Newcomer:
    """Somebody at the door whom we don't know yet; `joins`: they want to be in the team."""

    name: str
    phone: str = ""
    joins: bool = False


def walk_in(
    occurrence: Occurrence, role_id: int, who: Person | Newcomer, *, by: Person, form_key: str = ""
) -> Signup:
    """Write down who stands at the door on the day, also after the beginning; never too many.

    A member, or somebody new by name. Pressed twice, they are written down once: `form_key`
    says from which page. Raises NotOnItsDay, RoleIsFull, or why they may not come.
    """
    with transaction():
        # The team before its dates, as everywhere.
        lock(who if isinstance(who, Person) else occurrence.team, occurrence)
        role = role_of(occurrence, role_id)
        if form_key and (done := with_key(occurrence, form_key)):
            return done
        if not occurrence.takes_walk_ins(clock.now()):
            raise NotOnItsDay
        person = who if isinstance(who, Person) else take_in(occurrence, who, by)
        facts = eligibility.of_date(occurrence, [person])
        earlier = occurrence.signup_of(person)
        if earlier is not None and earlier.is_going:
            return earlier
        for refusal in facts.refusals(person, role, occurrence, asks_membership=False):
            raise refusal
        is_kept = earlier and earlier.role_id == role.id and waitlist.has_room_for(earlier)
        if not is_kept and not role.free:
            raise RoleIsFull
        signup = put_down(occurrence, role, person, SignupStatus.GOING, by)
        signup.is_walk_in, signup.form_key = True, form_key or None
        return signup


def take_in(occurrence: Occurrence, who: Newcomer, by: Person) -> Person:
    """Somebody new: a person with a name, and a member of the team only if they want to be."""
    person = profile.create(PersonDetails(name=who.name, phone=who.phone), by=by)
    if who.joins:
        membership.add(occurrence.team, person, by=by)
    return person


def with_key(occurrence: Occurrence, form_key: str) -> Signup | None:
    return next((s for s in occurrence.signups if s.form_key == form_key), None)


def role_of(occurrence: Occurrence, role_id: int) -> OccurrenceRole:
    for role in occurrence.roles:
        if role.id == role_id:
            return role
    raise NotFound


def has_it_already(
    occurrence: Occurrence, role: OccurrenceRole, person: Person, by: Person
) -> bool:
    """Whether they have this very place. Raises AlreadySignedUp when it is another one."""
    signup = occurrence.signup_of(person)
    if signup is None:
        return False
    if signup.role_id == role.id:
        return True
    raise AlreadySignedUp if by.id == person.id else AlreadySignedUpForThem


def check_may_come(role: OccurrenceRole, person: Person, by: Person) -> None:
    """Raises AlreadySignedUp, or why they may not come (eligibility.py)."""
    occurrence = role.occurrence
    if occurrence.signup_of(person) is not None:
        raise AlreadySignedUp if by.id == person.id else AlreadySignedUpForThem
    for refusal in eligibility.of_date(occurrence, [person]).refusals(person, role, occurrence):
        raise refusal


def found_again(occurrence: Occurrence, person: Person) -> Signup:
    signup = occurrence.signup_of(person)
    if signup is None:
        raise LookupError(person)
    return signup


def take_or_queue(
    occurrence: Occurrence, role: OccurrenceRole, person: Person, by: Person
) -> Signup:
    status = SignupStatus.WAITING if role.is_full else SignupStatus.GOING
    return put_down(occurrence, role, person, status, by)


def put_down(
    occurrence: Occurrence, role: OccurrenceRole, person: Person, status: SignupStatus, by: Person
) -> Signup:
    signup = put(person, role, status, by=by)
    trail.record("signup.created", signup, by=by, person=person, team=occurrence.team,
                 status=signup.status, role=role.name, **occurrence.for_the_trail)  # fmt: skip
    return signup


def put(person: Person, role: OccurrenceRole, status: SignupStatus, *, by: Person) -> Signup:
    """Write the place down: one row for a person and date, so who comes back has the same one."""
    occurrence = role.occurrence
    signup = next((s for s in occurrence.signups if s.person_id == person.id), None)
    if signup is None:
        signup = Signup(person=person, is_walk_in=False)
        occurrence.signups.append(signup)
    signup.role = role
    signup.role_id = role.id
    signup.status = status
    signup.asked_at = clock.now()
    signup.by = by
    signup.answer_by = signup.passed_at = None
    excuses.clear(signup)
    return signup


def withdraw(
    signup: Signup, *, by: Person, reason: excuses.Reason = excuses.UNSAID
) -> list[Signup]:
    """Give a place back, at any hour until the date is over; answers who moved up into it. A child
    goes with its guardian.

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
        now = clock.now()
        had_place, has_started = signup.is_going, occurrence.has_started(now)
        for leaving in [signup, *goes_with(signup)]:
            excuses.note(leaving, reason, now)
            leaving.status = SignupStatus.WITHDRAWN
            leaving.answer_by = leaving.passed_at = None
            trail.record("signup.withdrawn", leaving, by=by, person=leaving.person,
                         team=occurrence.team, role=leaving.role.name, late=leaving.is_late,
                         **occurrence.for_the_trail)  # fmt: skip
        moved_up = waitlist.promote(occurrence)
        if not moved_up and (signup.is_late or (had_place and has_started)):
            stand_in_notices.tell_left_late(signup, by=by)
        return moved_up


def goes_with(signup: Signup) -> list[Signup]:
    """The children under 14 who come on this date only because this person does."""
    occurrence = signup.occurrence
    if not signup.is_going:
        return []
    wards = {tie.person_id for tie in ties.list_wards(occurrence.team, signup.person)}
    return [
        other
        for other in occurrence.active_signups
        if other.person_id in wards
        and (age := other.person.age_on(occurrence.day)) is not None
        and age < ALONE_FROM
    ]


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
