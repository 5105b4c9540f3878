"""Joining, pausing, leaving; and that a team is never without a coordinator."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer import wiring
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people import deaths
from volunteer.teams import membership, queries
from volunteer.teams.errors import (
    AlreadyApplied,
    AlreadyMember,
    LastCoordinator,
    NeedsPassword,
    NobodyOfThisName,
    NotInTeam,
    NotWaiting,
)
from volunteer.teams.models import Membership, MembershipStatus, TeamRole

pytestmark = pytest.mark.usefixtures("database")

STEPS_OUT = [membership.pause, membership.leave, membership.make_member]


def actions() -> list[str]:
    return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]


def applied() -> Membership:
    return MembershipFactory(status=MembershipStatus.APPLIED, joined_at=None)


@pytest.mark.parametrize("step", STEPS_OUT)
def test_the_last_coordinator_cannot_step_back(step):
    last = CoordinatorFactory()
    MembershipFactory(team=last.team)

    with pytest.raises(LastCoordinator, match="make somebody else one first"):
        step(last, by=last.person)

    assert (last.role, last.status) == (TeamRole.COORDINATOR, MembershipStatus.ACTIVE)


@pytest.mark.parametrize("step", STEPS_OUT)
def test_one_of_two_coordinators_may_step_back_and_then_the_other_may_not(step):
    first = CoordinatorFactory()
    second = CoordinatorFactory(team=first.team)
    MembershipFactory(team=first.team)

    step(first, by=first.person)

    assert queries.list_coordinators(first.team) == [second]
    with pytest.raises(LastCoordinator):
        step(second, by=second.person)


@pytest.mark.parametrize("step", STEPS_OUT)
def test_a_coordinator_who_pauses_does_not_count_as_the_other_one(step):
    last = CoordinatorFactory()
    CoordinatorFactory(team=last.team, status=MembershipStatus.PAUSED)
    CoordinatorFactory()

    with pytest.raises(LastCoordinator):
        step(last, by=last.person)


def test_a_coordinator_who_has_died_does_not_count_as_the_other_one():
    """As the last one who was not pausing they stay on the list; but nobody is left with them."""
    wiring.wire()
    dead = CoordinatorFactory()
    living = CoordinatorFactory(team=dead.team)
    MembershipFactory(team=dead.team)
    membership.pause(living, by=living.person)
    deaths.note(dead.person, by=living.person)
    membership.resume(living, by=living.person)

    with pytest.raises(LastCoordinator):
        membership.leave(living, by=living.person)

    membership.leave(dead, by=living.person)
    assert not dead.is_in_team


def test_who_has_died_waits_for_no_answer():
    wiring.wire()
    asking = applied()

    deaths.note(asking.person, by=PersonFactory())

    assert queries.list_applications(asking.team) == []
    with pytest.raises(NotWaiting):
        membership.approve(asking, by=PersonFactory())


@pytest.mark.parametrize("step", [membership.leave, membership.make_member])
def test_who_pauses_keeps_no_team_and_may_step_back(step):
    first = CoordinatorFactory()
    second = CoordinatorFactory(team=first.team, status=MembershipStatus.PAUSED)
    deaths.note(first.person, by=PersonFactory())

    step(second, by=second.person)

    assert second.role is TeamRole.MEMBER


def test_of_two_who_leave_at_once_the_second_looks_at_what_the_first_has_done():
    first = CoordinatorFactory()
    second = CoordinatorFactory(team=first.team)
    MembershipFactory(team=first.team)
    session.get_bind().execute(
        Membership.__table__.update()
        .where(Membership.__table__.c.id == first.id)
        .values(status=MembershipStatus.LEFT)
    )

    with pytest.raises(LastCoordinator):
        membership.leave(second, by=second.person)


def test_members_come_and_go_as_they_like():
    member = MembershipFactory(team=CoordinatorFactory().team)

    membership.pause(member, by=member.person)
    membership.resume(member, by=member.person)
    membership.leave(member, by=member.person)

    assert member.status is MembershipStatus.LEFT
    assert actions() == ["member.paused", "member.resumed", "member.left"]


def test_pausing_twice_is_pausing_once():
    member = MembershipFactory()

    membership.pause(member, by=member.person)
    membership.pause(member, by=member.person)

    assert actions() == ["member.paused"]


def test_who_left_is_no_coordinator_any_more():
    first = CoordinatorFactory()
    CoordinatorFactory(team=first.team)

    membership.leave(first, by=first.person)

    assert (first.role, first.is_coordinator) == (TeamRole.MEMBER, False)


def test_a_member_who_becomes_coordinator_can_take_over():
    old = CoordinatorFactory()
    new = MembershipFactory(team=old.team, person=UserFactory().person)

    membership.make_coordinator(new, by=old.person)
    membership.leave(old, by=old.person)

    assert queries.list_coordinators(old.team) == [new]


def test_who_comes_by_link_only_is_not_made_a_coordinator():
    member = MembershipFactory()

    with pytest.raises(NeedsPassword, match="signs in with a password"):
        membership.make_coordinator(member, by=PersonFactory())

    assert member.role is TeamRole.MEMBER


@pytest.mark.parametrize(
    "step",
    [
        membership.pause,
        membership.resume,
        membership.leave,
        membership.make_coordinator,
        membership.make_member,
    ],
)
@pytest.mark.parametrize(
    "status", [MembershipStatus.LEFT, MembershipStatus.APPLIED, MembershipStatus.REJECTED]
)
def test_nothing_is_done_with_who_is_not_in_the_team(step, status):
    stranger = MembershipFactory(status=status)

    with pytest.raises(NotInTeam, match="not in the team any more"):
        step(stranger, by=stranger.person)


def test_who_asks_to_join_waits_for_an_answer():
    team, person = TeamFactory(), PersonFactory()

    membership.apply(team, person)

    (waiting,) = queries.list_applications(team)
    assert (waiting.person, waiting.is_in_team, waiting.joined_at) == (person, False, None)


def test_the_trail_says_whether_somebody_asked_themselves_or_their_companion_for_them():
    companion, team = PersonFactory(), TeamFactory()
    alone, acted_for = membership.apply(team, PersonFactory()), PersonFactory()
    membership.apply(team, acted_for, by=companion)

    rows = session.query(AuditEntry).filter_by(action="member.applied").order_by(AuditEntry.id)

    assert [(row.by_id, row.person_id) for row in rows] == [
        (alone.person_id, alone.person_id), (companion.id, acted_for.id),
    ]  # fmt: skip


def test_who_is_known_elsewhere_is_found_only_when_it_can_be_nobody_else():
    by, phone = PersonFactory(), "13800138000"
    one = PersonFactory(name="王秀英", phone=phone)
    assert membership.find_elsewhere("王秀英", phone, by=by) == one

    PersonFactory(name="王秀英", phone=phone)
    for name in ("王秀英", "李明"):
        with pytest.raises(NobodyOfThisName):
            membership.find_elsewhere(name, phone, by=by)


def test_asking_twice_is_refused_with_a_sentence():
    waiting = applied()

    with pytest.raises(AlreadyApplied, match="You have asked already"):
        membership.apply(waiting.team, waiting.person)


@pytest.mark.parametrize("status", [MembershipStatus.ACTIVE, MembershipStatus.PAUSED])
def test_a_member_cannot_ask_or_be_added_again(status):
    member = MembershipFactory(status=status)

    with pytest.raises(AlreadyMember, match="in the team already"):
        membership.apply(member.team, member.person)
    with pytest.raises(AlreadyMember):
        membership.add(member.team, member.person, by=member.person)


@pytest.mark.parametrize("status", [MembershipStatus.LEFT, MembershipStatus.REJECTED])
def test_who_left_or_was_told_no_may_ask_again_as_a_plain_member(status):
    former = MembershipFactory(status=status, role=TeamRole.COORDINATOR)

    again = membership.apply(former.team, former.person)

    assert (again.id, again.status, again.role) == (
        former.id,
        MembershipStatus.APPLIED,
        TeamRole.MEMBER,
    )


@pytest.mark.parametrize("status", [MembershipStatus.LEFT, MembershipStatus.APPLIED])
def test_a_coordinator_takes_in_who_left_or_asked_with_the_same_row(status):
    former = MembershipFactory(status=status)

    again = membership.add(former.team, former.person, note="三楼", by=PersonFactory())

    assert (again.id, again.is_active, again.note) == (former.id, True, "三楼")


def test_a_yes_makes_a_member_from_now_on(time_machine):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    waiting, coordinator = applied(), PersonFactory()

    membership.approve(waiting, by=coordinator)

    assert (waiting.is_active, waiting.joined_at) == (True, clock.now())
    assert session.query(AuditEntry).one().by_id == coordinator.id


def test_a_no_leaves_the_team_as_it_was():
    waiting = applied()

    membership.reject(waiting, by=PersonFactory())

    assert (waiting.status, queries.list_applications(waiting.team)) == (
        MembershipStatus.REJECTED,
        [],
    )


@pytest.mark.parametrize("answer", [membership.approve, membership.reject])
def test_only_the_first_answer_counts(answer):
    waiting = applied()
    membership.approve(waiting, by=PersonFactory())

    with pytest.raises(NotWaiting, match="Somebody has answered this already"):
        answer(waiting, by=PersonFactory())


def test_a_note_is_changed_and_the_trail_does_not_repeat_it():
    member = MembershipFactory()

    membership.change_note(member, "三楼的王秀英", by=PersonFactory())

    assert member.note == "三楼的王秀英"
    assert session.query(AuditEntry).one().details == {}
