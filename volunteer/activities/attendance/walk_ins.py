"""Writing down who stands at the door on the day."""

from dataclasses import dataclass
from datetime import datetime

from volunteer.activities import eligibility, signups, waitlist
from volunteer.activities.attendance import noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.errors import NotOnItsDay, OnTheListAlready, RoleIsFull
from volunteer.activities.models import AttendanceWay, Occurrence, Signup, SignupStatus
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams import membership


@dataclass(frozen=True)
class Newcomer:
    """Somebody at the door whom we don't know yet; `joins`: they want to be in the team."""

    name: str
    phone: str = ""
    joins: bool = False


def walk_in(
    occurrence: Occurrence, role_id: int, who: Person | Newcomer, *, by: Person, form_key: str = ""
) -> Signup:
    """Write down who stands at the door on the day, also after the beginning; never too many. From
    when on one may check in, they are here.

    A member, or somebody new by name. Pressed twice, they are written down once: `form_key`
    says from which page. Raises NotOnItsDay, RoleIsFull, OnTheListAlready, or why they may not
    come.
    """
    with transaction():
        # The team before its dates, as everywhere.
        lock(who if isinstance(who, Person) else occurrence.team, occurrence)
        role = signups.role_of(occurrence, role_id)
        if form_key and (done := with_key(occurrence, form_key)):
            return done
        now = clock.now()
        if not occurrence.takes_walk_ins(now):
            raise NotOnItsDay
        person = who if isinstance(who, Person) else take_in(occurrence, who, by)
        facts = eligibility.of_date(occurrence, [person])
        earlier = occurrence.signup_of(person)
        if earlier is not None and earlier.is_going:
            note_arrival(earlier, now, by=by)
            return earlier
        for refusal in facts.refusals(person, role, occurrence, asks_membership=False):
            raise refusal
        is_kept = earlier and earlier.role_id == role.id and waitlist.has_room_for(earlier)
        if not is_kept and not role.free:
            raise RoleIsFull
        signup = signups.row_of(signups.enter(occurrence, role, person, SignupStatus.GOING, by=by))
        signup.is_walk_in, signup.form_key = True, form_key or None
        # A place that was held for them in other work is free again.
        waitlist.promote(occurrence)
        note_arrival(signup, now, by=by)
        return signup


def note_arrival(signup: Signup, now: datetime, *, by: Person) -> None:
    """Who was seen at the door need not be looked for in the list once more."""
    if noting.opens_at(signup.occurrence) <= now:
        way = AttendanceWay.WALK_IN if signup.is_walk_in else AttendanceWay.COORDINATOR
        noting.arrive(signup.occurrence, signup.person, way=way, by=by, at=now)


def take_in(occurrence: Occurrence, who: Newcomer, by: Person) -> Person:
    """Somebody new: a person with a name, and a member of the team only if they want to be.

    Raises OnTheListAlready: who goes back to the page and presses again has another form key, and
    would make two of one.
    """
    if attendance_queries.has_walk_in(occurrence, who.name, who.phone):
        raise OnTheListAlready(who.name)
    person = profile.create(PersonDetails(name=who.name, phone=who.phone), by=by)
    if who.joins:
        membership.add(occurrence.team, person, by=by)
    return person


def with_key(occurrence: Occurrence, form_key: str) -> Signup | None:
    return next((s for s in occurrence.signups if s.form_key == form_key), None)
