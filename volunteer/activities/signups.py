"""Taking a place on a date, and giving it back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import Any, overload

from sqlalchemy.orm.util import identity_key

from volunteer.activities import (
    eligibility,
    excuses,
    glance_queries,
    queries,
    stand_in_notices,
    stand_in_queries,
    swap_endings,
    ties,
    waitlist,
)
from volunteer.activities.eligibility import ALONE_FROM
from volunteer.activities.errors import (
    AlreadySignedUp,
    AlreadySignedUpForThem,
    AlreadyStarted,
    BusyThen,
    Doubt,
    GuardianMustCome,
    NotInTheSameTeam,
    NotSignedUp,
    OfHousehold,
    TheyAreBusyThen,
    WorthASecondThought,
)
from volunteer.activities.glances import (
    AnyDate,
    AnyPerson,
    AnyRole,
    AnySignup,
    Chance,
    DateGlance,
    PersonGlance,
    RoleGlance,
    SignupGlance,
)
from volunteer.activities.models import (
    Excuse,
    Occurrence,
    OccurrenceRole,
    SearchStatus,
    Signup,
    SignupStatus,
)
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.bulk import insert_into
from volunteer.core.database import connection, dialect_name, hold, lock, session, transaction
from volunteer.core.errors import DomainError, NotFound
from volunteer.people.models import Person
from volunteer.teams.models import Membership, Team


def sign_up(occurrence: AnyDate, role_id: int, person: Person, *, by: Person) -> Signup:
    """Give `person` a place in the role, or a place in its queue when it is full.

    Who has just that already keeps it: pressing twice does it once. Raises DateCancelled,
    AlreadyStarted, AlreadySignedUp, and why they may not come (eligibility.py); NotFound for a
    role of another date. `by` is who asked: the person, or somebody for them.
    """
    return row_of(ask(occurrence.id, role_id, person, by=by).id)


def ask(
    date_id: int,
    role_id: int,
    person: Person,
    *,
    by: Person,
    is_sure: bool = True,
    admit: Callable[[Chance], None] | None = None,
) -> SignupGlance:
    """The same, for who needs to know of the place no more than a glance tells. `admit` looks at
    date and person before anything is done, and raises when the press is none of theirs. Raises
    WorthASecondThought, too, unless they are sure."""
    # What follows goes by numbers: asked for anything else, these would be loaded once more.
    whom, asker = person.id, PersonGlance(by.id)
    with transaction():
        # The person too: who presses on two dates of the same hour gets one of them.
        hold({Person: whom, Occurrence: date_id})
        chance = glance_queries.look_at(date_id, whom)
        if admit:
            admit(chance)
        if found := check(chance, role_id, by=asker, is_sure=is_sure):
            return found
        role = role_of(chance.date, role_id)
        number = take_or_queue(chance.date, role, chance.person, asker)
        return SignupGlance(number, whom, chance.date, role, is_going=bool(role.free))


def check(chance: Chance, role_id: int, *, by: AnyPerson, is_sure: bool) -> SignupGlance | None:
    """Whether this person may have a place in the role, or in its queue; or the one they have.

    Raises what ask() does.
    """
    date, person, own = chance.date, chance.person, chance.date.own
    role = role_of(date, role_id)
    eligibility.check_is_open(date, clock.now())
    if own is not None:
        check_is_the_same(own, role, person, by)
        return own
    facts = eligibility.of_chance(chance)
    # Whether their guardian comes, only the date itself knows.
    is_young = eligibility.is_young(person, [date.day])
    occurrence = queries.get_occurrence(date.id) if is_young else date
    for refusal in facts.refusals(person, role, occurrence):
        raise as_said_to(by, person, refusal)
    if not is_sure and (doubts := facts.doubts(person, date, by=by)):
        raise WorthASecondThought(doubts)
    return None


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
            if own := kept_place(occurrence, role, person, by):
                made.append(own)
                continue
            for refusal in facts.refusals(person, role, occurrence):
                raise refusal if person.id == by.id else OfHousehold(person.name, refusal)
            doubts += facts.doubts(person, occurrence, by=by)
            made.append(row_of(take_or_queue(occurrence, role, person, by)))
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


@overload
def role_of(occurrence: Occurrence, role_id: int) -> OccurrenceRole: ...
@overload
def role_of(occurrence: DateGlance, role_id: int) -> RoleGlance: ...
def role_of(occurrence: AnyDate, role_id: int) -> AnyRole:
    for role in occurrence.roles:
        if role.id == role_id:
            return role
    raise NotFound


def kept_place(
    occurrence: Occurrence, role: OccurrenceRole, person: Person, by: Person
) -> Signup | None:
    """Their place, when they have this very one. Raises AlreadySignedUp when it is another one."""
    own = occurrence.signup_of(person)
    if own is not None:
        check_is_the_same(own, role, person, by)
    return own


def check_is_the_same(own: AnySignup, role: AnyRole, person: AnyPerson, by: AnyPerson) -> None:
    if own.role.id != role.id:
        raise AlreadySignedUp if by.id == person.id else AlreadySignedUpForThem


def check_may_come(role: OccurrenceRole, person: Person, by: Person) -> None:
    """Raises AlreadySignedUp, or why they may not come (eligibility.py)."""
    occurrence = role.occurrence
    if occurrence.signup_of(person) is not None:
        raise AlreadySignedUp if by.id == person.id else AlreadySignedUpForThem
    for refusal in eligibility.of_date(occurrence, [person]).refusals(person, role, occurrence):
        raise as_said_to(by, person, refusal)


def as_said_to(reader: AnyPerson, person: AnyPerson, refusal: DomainError) -> DomainError:
    """Who asks for somebody else reads of them, and not of themselves."""
    is_own = reader.id == person.id
    return TheyAreBusyThen() if isinstance(refusal, BusyThen) and not is_own else refusal


def take_or_queue(date: AnyDate, role: AnyRole, person: AnyPerson, by: AnyPerson) -> int:
    status = SignupStatus.GOING if role.free else SignupStatus.WAITING
    return enter(date, role, person, status, by=by)


def enter(
    date: AnyDate, role: AnyRole, person: AnyPerson, status: SignupStatus, *, by: AnyPerson
) -> int:
    """Write the place down, full or not, with a line in the trail; answers its number."""
    number = write(date, role, person, status, by=by)
    trail.record_all("signup.created", Signup, [(number, person.id)], by=by, team=date.team,
                     status=status, role=role.name, **date.for_the_trail)  # fmt: skip
    return number


def pass_on(date: Occurrence, role: OccurrenceRole, to: Person, *, by: Person) -> Signup:
    """A place that somebody gives up becomes theirs; the line in the trail is the caller's."""
    return row_of(write(date, role, to, SignupStatus.GOING, by=by))


def row_of(number: int) -> Signup:
    """The row as it stands now, whatever was read of it before."""
    return session.get_one(Signup, number, populate_existing=True)


def write(
    date: AnyDate, role: AnyRole, person: AnyPerson, status: SignupStatus, *, by: AnyPerson
) -> int:
    """One row for a person and date, so who comes back has the same one; answers its number."""
    values = {
        "occurrence_id": date.id,
        "role_id": role.id,
        "person_id": person.id,
        "by_id": by.id,
        "status": status,
        "asked_at": clock.now(),
    }
    session.flush()
    number: int = connection().execute(place_statement(dialect_name()), values).scalar_one()
    # Whoever has read before who comes reads it once more.
    if known := session.identity_map.get(identity_key(Occurrence, date.id)):
        session.expire(known, ["signups"])
    return number


@cache
def place_statement(_dialect: str) -> Any:
    """What write() sends. Who comes back asks now, and nothing of what they said before holds."""
    place = insert_into(Signup)
    fresh = ("role_id", "by_id", "status", "asked_at")
    forgotten = ("excused_at", "excuse", "excuse_note", "answer_by", "passed_at")
    written = place.on_conflict_do_update(
        index_elements=[Signup.occurrence_id, Signup.person_id],
        set_={
            **{name: place.excluded[name] for name in fresh},
            **dict.fromkeys(forgotten, None),
            "is_late": False,
        },
    )
    return written.returning(Signup.id)


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
            let_go(leaving, reason, by=by, at=now)
        moved_up = waitlist.promote(occurrence)
        is_late = signup.is_late or (had_place and has_started)
        if is_late and not moved_up and not waitlist.is_offered(signup.role):
            stand_in_notices.tell_left_late(signup, by=by)
        return moved_up


def let_go(signup: Signup, reason: excuses.Reason, *, by: Person | None, at: datetime) -> None:
    """Write down that they don't come; who moves up is a matter of whoever calls."""
    end_plans_for(signup, by=by)
    excuses.note(signup, reason, at)
    signup.status = SignupStatus.WITHDRAWN
    signup.answer_by = signup.passed_at = None
    trail.record("signup.withdrawn", signup, by=by, person=signup.person,
                 team=signup.occurrence.team, role=signup.role.name, late=signup.is_late,
                 **signup.occurrence.for_the_trail)  # fmt: skip


def release(signup: Signup, *, by: Person) -> list[Signup]:
    """Another plan of the series, or another time of the date, leaves no place for them; their
    children go with them. None of them has said that they can't come. Answers who has lost it."""
    lost = [one for one in [signup, *goes_with(signup)] if one.is_active]
    for one in lost:
        end_plans_for(one, by=by)
        one.status = SignupStatus.WITHDRAWN
        one.answer_by = one.passed_at = None
        trail.record("signup.released", one, by=by, person=one.person,
                     team=one.occurrence.team, role=one.role.name,
                     **one.occurrence.for_the_trail)  # fmt: skip
    return lost


def free_in_pause(signup: Signup, *, by: Person) -> list[Signup]:
    """The date moved into a pause of who comes every week: the place is free as if they had paused
    then, and theirs again should they come after all. Answers who has lost it."""
    lost = [one for one in [signup, *goes_with(signup)] if one.is_active]
    for one in lost:
        let_go(one, excuses.Reason(Excuse.PAUSE), by=by, at=clock.now())
    return lost


def end_plans_for(signup: Signup, *, by: Person | None) -> None:
    """The place goes another way: nobody is asked any more to come instead, or to swap for it, also
    should they come back to it."""
    swap_endings.end_offers_of(signup, by=by)
    search = stand_in_queries.find_open(signup) if signup.is_looking else None
    if search is not None:
        search.status, search.ended_at = SearchStatus.RELEASED, clock.now()


def let_wards_go(signup: Signup, *, by: Person | None, at: datetime | None = None) -> list[Signup]:
    """Before a guardian's place passes to somebody else, or is taken: the children who come only
    because of it go, too, and by this moment are known as its (now, unless told). Answers who."""
    wards, at = goes_with(signup), at or clock.now()
    for ward in wards:
        let_go(ward, excuses.UNSAID, by=by, at=at)
    return wards


def take_along_again(signup: Signup, gone_at: datetime | None, *, by: Person) -> None:
    """A guardian who gave the place back at that moment comes after all: so do the children who
    went then, as far as their places are free."""
    occurrence = signup.occurrence
    wards = {tie.person_id for tie in ties.list_wards(occurrence.team, signup.person)}
    gone = [s for s in occurrence.excused if s.person_id in wards and s.excused_at == gone_at]
    facts = eligibility.of_date(occurrence, [one.person for one in gone])
    for one in gone:
        is_free = one.role.free and not one.role.waiting
        if is_free and facts.may_be_asked(one.person, one.role, occurrence):
            come_back(one, by=by)


def come_back(signup: Signup, *, by: Person) -> None:
    """The place that was given back is theirs again; that it may be, whoever calls has seen."""
    signup.status, signup.by = SignupStatus.GOING, by
    excuses.clear(signup)
    trail.record("signup.taken_back", signup, by=by, person=signup.person,
                 team=signup.occurrence.team, role=signup.role.name,
                 **signup.occurrence.for_the_trail)  # fmt: skip


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
        coming = queries.list_coming_of(membership.person_id, membership.team_id, after=clock.now())
        for signup in coming:
            # Until the date is ours, somebody else may have their place.
            with suppress(NotSignedUp):
                withdraw(signup, by=by, reason=excuses.Reason(Excuse.PAUSE))


def release_without_guardian(team: Team, child: Person, by: Person) -> None:
    """The child's guardian is another one, or none: where that one does not come, neither does a
    child that may not come alone."""
    with transaction():
        coming = queries.list_coming_of(child.id, team.id, after=clock.now())
        facts = eligibility.look_up([signup.occurrence for signup in coming], [child])
        for signup in coming:
            refusals = facts.of_age(child, signup.role, signup.occurrence)
            if any(isinstance(refusal, GuardianMustCome) for refusal in refusals):
                withdraw(signup, by=by)
