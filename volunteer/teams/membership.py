"""Joining, pausing, leaving; and that a team is never without a coordinator."""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer.accounts import signing_in, throttle
from volunteer.accounts.signing_in import Opened
from volunteer.audit import trail
from volunteer.core import chinese, clock, pressing
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.people import forgetting, profile
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams import answers, queries
from volunteer.teams.errors import (
    AlreadyApplied,
    AlreadyMember,
    LastCoordinator,
    NeedsPassword,
    NobodyOfThisName,
    NotInTeam,
    NotWaiting,
)
from volunteer.teams.models import Membership, MembershipStatus, Team, TeamRole, new_join_code

# A member is about to pause or to leave, in each of these teams: whoever will change something
# holds it now, for all of them in one order.
member_steps_back: News[[Sequence[Membership]]] = News()
# A member pauses or leaves: what they had promised is no longer theirs.
member_stepped_back: News[[Membership, Person]] = News()
# A coordinator is a member like the others.
coordinator_stepped_back: News[[Membership, Person]] = News()
# A member is here again after a pause.
member_resumed: News[[Membership, Person]] = News()
# The last one is about to leave: who still needs the team refuses (TeamStillNeeded).
team_empties: News[[Team]] = News()
# Nobody is in the team any more.
team_emptied: News[[Team, Person]] = News()


def find(team: Team, person: Person) -> Membership | None:
    return session.scalars(
        select(Membership).where(Membership.team_id == team.id, Membership.person_id == person.id)
    ).one_or_none()


def find_elsewhere(name: str, phone: str, *, by: Person) -> Person:
    """The one person with this name and this phone, in whichever team.

    Both are asked for, and wrong pairs are counted, so that nobody learns here whose a
    number is. Who has died does nothing any more. Raises NobodyOfThisName or TooManyTries.
    """
    with throttle.one_try(throttle.Limit("name_and_phone", str(by.id))):
        found = people_queries.find_people_by_phone(phone)
        alive = (person for person in found if person.died_on is None)
        named = [person for person in alive if person.name == chinese.narrow(name)]
        if len(named) != 1:
            raise NobodyOfThisName
    return named[0]


def add(team: Team, person: Person, *, note: str = "", by: Person) -> Membership:
    """A coordinator takes somebody in. Raises AlreadyMember, or NobodyOfThisName for who has just
    been forgotten. Who left before is welcome again."""
    with transaction():
        check_is_known(person)
        lock(team)
        membership = find(team, person) or Membership(team=team, person=person)
        if membership in session and membership.is_in_team:
            raise AlreadyMember
        membership.note = note
        enter(membership)
        session.add(membership)
        trail.record("member.added", membership, by=by, person=person, team=team)
        return membership


def check_is_known(person: Person) -> None:
    """Raises NobodyOfThisName: the clock has forgotten them while somebody looked at their name."""
    if not forgetting.is_still_known(person):
        raise NobodyOfThisName


def enter(membership: Membership) -> None:
    membership.status = MembershipStatus.ACTIVE
    membership.joined_at = clock.now()
    membership.ended_at = None


def apply(team: Team, person: Person, *, by: Person | None = None) -> Membership:
    """Somebody asks to join by the open link. Raises AlreadyMember or AlreadyApplied, or
    NobodyOfThisName for who has just been forgotten.

    `by` is their companion; None: they ask themselves.
    """
    with transaction():
        check_is_known(person)
        lock(team)
        membership = find(team, person)
        if membership is None:
            membership = Membership(team=team, person=person)
            session.add(membership)
        elif membership.is_in_team:
            raise AlreadyMember
        elif membership.status is MembershipStatus.APPLIED:
            raise AlreadyApplied
        membership.status = MembershipStatus.APPLIED
        membership.role = TeamRole.MEMBER
        membership.asked_at = clock.now()
        trail.record("member.applied", membership, by=by or person, person=person, team=team)
        return membership


def apply_as_newcomer(team: Team, details: PersonDetails) -> Opened | None:
    """Somebody whom we don't know yet asks to join; answers with their first sign-in.

    Pressed twice, or opened again in another browser, they ask once. The second time opens nothing
    (None): what they have typed is known to others, too.
    """
    with transaction():
        lock(team)
        if has_asked(team, details):
            return None
        person = profile.create(details, by=None)
        apply(team, person)
        return signing_in.begin(signing_in.user_of(person), "open link")


def has_asked(team: Team, details: PersonDetails) -> bool:
    """Whether somebody of this name and phone waits for an answer; without a phone, whether
    somebody of this name and mailbox has asked a moment ago."""
    phone, email = chinese.phone_digits(details.phone) or None, details.email.lower() or None
    alike = [
        asked
        for asked in queries.list_applications(team)
        if (asked.person.name, asked.person.phone) == (details.name, phone)
    ]
    if phone:
        return bool(alike)
    since = clock.now() - pressing.AGAIN_WITHIN
    return any(asked.person.email == email and asked.asked_at >= since for asked in alike)


def approve(membership: Membership, *, by: Person) -> None:
    """Say yes to who asked. Raises NotWaiting."""
    with transaction():
        hold_asked(membership)
        enter(membership)
        record("member.approved", membership, by)
        answers.tell(answers.APPROVED, membership)


def reject(membership: Membership, *, by: Person) -> None:
    """Say no to who asked; they may ask again. Raises NotWaiting."""
    with transaction():
        hold_asked(membership)
        membership.status = MembershipStatus.REJECTED
        membership.ended_at = clock.now()
        record("member.rejected", membership, by)
        answers.tell(answers.REJECTED, membership)


def set_aside(membership: Membership, *, by: Person) -> None:
    """Who asked is in the team already, and came by the open link once more: we keep as little of
    it as of a no, and tell nobody one. Raises NotWaiting."""
    with transaction():
        hold_asked(membership)
        membership.status = MembershipStatus.REJECTED
        membership.ended_at = clock.now()
        record("member.set_aside", membership, by)


def hold_asked(membership: Membership) -> None:
    """The team first: another coordinator may be taking them in at this moment.

    Raises NotWaiting.
    """
    lock(membership.team, membership)
    if membership.status is not MembershipStatus.APPLIED:
        raise NotWaiting


def pause(membership: Membership, *, by: Person) -> None:
    """No messages and no duties until they come back. Raises LastCoordinator."""
    with transaction():
        hold(membership)
        if membership.status is MembershipStatus.PAUSED:
            return
        keep_a_coordinator(membership)
        member_steps_back.announce([membership])
        membership.status = MembershipStatus.PAUSED
        record("member.paused", membership, by)
        member_stepped_back.announce(membership, by)


def resume(membership: Membership, *, by: Person) -> None:
    """Here again after a pause."""
    with transaction():
        hold(membership)
        if membership.status is MembershipStatus.ACTIVE:
            return
        membership.status = MembershipStatus.ACTIVE
        record("member.resumed", membership, by)
        member_resumed.announce(membership, by)


def leave(membership: Membership, *, by: Person) -> None:
    """Out of the team; what they did stays in its books. Who is alone in it may always go, and the
    team ends with them. Raises LastCoordinator or TeamStillNeeded."""
    with transaction():
        hold(membership)
        is_alone = check_may_leave(membership)
        member_steps_back.announce([membership])
        put_out(membership, by)
        member_stepped_back.announce(membership, by)
        if is_alone:
            close(membership.team, by)


def check_may_leave(membership: Membership) -> bool:
    """Whether they are alone in the team, so that it ends with them. Raises LastCoordinator, or
    TeamStillNeeded."""
    if not is_alone_in(membership):
        keep_a_coordinator(membership)
        return False
    team_empties.announce(membership.team)
    return True


def is_alone_in(membership: Membership) -> bool:
    """Whether nobody alive is in the team beside them, pausing included."""
    return bool(queries.find_ending_with([membership]))


def put_out(membership: Membership, by: Person) -> None:
    membership.status = MembershipStatus.LEFT
    membership.role = TeamRole.MEMBER
    membership.ended_at = clock.now()
    record("member.left", membership, by)


def close(team: Team, by: Person) -> None:
    """Nobody is left: who asked to join is told no, and the open link leads nowhere. Its phone was
    that of one of them. Who has died as its last coordinator need not wait for another any more."""
    for dead in all_of(queries.of_team(team)):
        put_out(dead, by)
    for asked in queries.list_applications(team):
        asked.status, asked.ended_at = MembershipStatus.REJECTED, clock.now()
        record("member.rejected", asked, by)
        answers.tell(answers.REJECTED, asked)
    team.join_code, team.phone = new_join_code(), None
    team.verified_at = team.verified_by_id = None
    trail.record("team.emptied", team, by=by, team=team)
    team_emptied.announce(team, by)


def leave_all(person: Person, by: Person) -> None:
    """Out of every team, for somebody has died, and waiting for no answer. Where they were the last
    coordinator their name stays on the list until another has the team; what they had promised
    ends there, too."""
    with transaction():
        for membership in hold_all_of(person):
            try:
                leave(membership, by=by)
            except LastCoordinator:
                member_stepped_back.announce(membership, by)
        wait_no_more(person, by)


def leave_every_team(person: Person, *, by: Person) -> None:
    """The same of who lives and wants to go. Raises LastCoordinator."""
    with transaction():
        for membership in hold_all_of(person):
            leave(membership, by=by)
        wait_no_more(person, by)


def hold_all_of(person: Person) -> list[Membership]:
    """Where they are, every team held by its number: two who leave the same teams, each as the
    coordinator of another one, must not wait for each other."""
    found = sorted(queries.list_memberships_of(person), key=lambda one: one.team_id)
    lock(person, *(one.team for one in found))
    member_steps_back.announce(found)
    return found


def wait_no_more(person: Person, by: Person) -> None:
    for asked in queries.list_applications_of(person):
        asked.status, asked.ended_at = MembershipStatus.LEFT, clock.now()
        record("member.left", asked, by)


def make_coordinator(membership: Membership, *, by: Person) -> None:
    """Share the team's keys with a member. Raises NeedsPassword: a link alone is no such key."""
    with transaction():
        hold(membership)
        if not signing_in.has_password(membership.person):
            raise NeedsPassword
        membership.role = TeamRole.COORDINATOR
        record("member.made_coordinator", membership, by)


def name_coordinator(team: Team, name: str, phone: str, *, by: Person) -> Membership:
    """Who runs the service gives the keys of a team, whose coordinators are gone, to a member.

    By name and phone, as they are said on the phone: nobody reads the list of members for it. Who
    has asked to join is let in by it: nobody else could say yes. Raises NobodyOfThisName,
    TooManyTries or NeedsPassword.
    """
    # Before the transaction: a wrong try counts, whatever is undone.
    person = find_elsewhere(name, phone, by=by)
    with transaction():
        lock(person, team)
        found = find(team, person)
        if found is not None and found.status is MembershipStatus.APPLIED:
            approve(found, by=by)
        if found is None or not found.is_active:
            raise NobodyOfThisName
        if not found.is_coordinator:
            make_coordinator(found, by=by)
        return found


def make_member(membership: Membership, *, by: Person) -> None:
    """A coordinator steps back into the ranks. Raises LastCoordinator."""
    with transaction():
        hold(membership)
        keep_a_coordinator(membership)
        membership.role = TeamRole.MEMBER
        record("member.made_member", membership, by)
        coordinator_stepped_back.announce(membership, by)


def change_note(membership: Membership, note: str, *, by: Person, seen: str | None = None) -> None:
    """`seen`: the mark of the note that their page showed. Raises ChangedMeanwhile."""
    with transaction():
        hold(membership)
        check_unchanged(seen, membership.note, note)
        membership.note = note
        record("member.note_changed", membership, by)


def hold(membership: Membership) -> None:
    """Lock the team, against whose coordinators we count, and look at the membership afresh.

    The person first, as in signing up: who pauses can't take a place at the same moment.
    """
    lock(membership.person, membership.team)
    session.refresh(membership)
    if not membership.is_in_team:
        raise NotInTeam


def keep_a_coordinator(membership: Membership) -> None:
    """Raises LastCoordinator when the team would be left without an active one who is alive."""
    if is_last_coordinator(membership):
        raise LastCoordinator


def is_last_coordinator(membership: Membership) -> bool:
    """Whether nobody else who is alive and not pausing coordinates the team."""
    if membership.role is not TeamRole.COORDINATOR or not membership.is_active:
        return False
    others = [one for one in queries.list_coordinators(membership.team) if one is not membership]
    return not others


def record(action: str, membership: Membership, by: Person) -> None:
    trail.record(action, membership, by=by, person=membership.person, team=membership.team)
