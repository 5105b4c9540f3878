"""Two change a team at the same moment: it keeps its coordinator, and nobody is in it twice."""

from datetime import time

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import (
    CoordinatorFactory,
    HandoverFactory,
    MembershipFactory,
)
from tests.meeting import anew, meet
from volunteer.activities import signups
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.seen import ChangedMeanwhile, mark_of
from volunteer.network.models import PlaceKind
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams import (
    founding,
    handover,
    importing,
    membership,
    queries,
    roster,
    verification,
)
from volunteer.teams.errors import (
    AlreadyApplied,
    AlreadyMember,
    AlreadyOffered,
    HandoverOver,
    LastCoordinator,
    NobodyOfThisName,
    NotInTeam,
    NotWaiting,
)
from volunteer.teams.founding import TeamDetails
from volunteer.teams.imports import AlreadyUndone
from volunteer.teams.models import Import, Membership, MembershipStatus, Team, TeamRole
from volunteer.teams.queries import list_coordinators

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]

WAYS_OUT = [membership.leave, membership.pause, membership.make_member]


@pytest.fixture
def coordinator(two_can_meet):
    """One of two, each with a password of their own."""
    first = CoordinatorFactory()
    for one in (first, CoordinatorFactory(team=first.team)):
        UserFactory(person=one.person)
    return first


@pytest.fixture
def team(coordinator):
    return coordinator.team


def press(step, row):
    """This step with this row, by whom it is about."""
    again = anew(row)
    return lambda: step(again(), by=again().person)


# --- never without a coordinator ----------------------------------------------------------------


@pytest.mark.parametrize("mine", WAYS_OUT)
@pytest.mark.parametrize("theirs", WAYS_OUT)
def test_of_two_coordinators_who_go_at_once_one_stays(team, mine, theirs):
    first, second = list_coordinators(team)
    MembershipFactory(team=team)

    with pytest.raises(LastCoordinator):
        meet(press(mine, first), press(theirs, second))

    assert [one.id for one in list_coordinators(team)] == [second.id]


def test_two_coordinators_who_are_all_there_is_go_at_once_and_the_team_ends_once(team):
    first, second = list_coordinators(team)
    activity = ActivityFactory(team=team)
    session.commit()

    meet(press(membership.leave, first), press(membership.leave, second))

    assert (first.is_in_team, second.is_in_team) == (False, False)
    assert activity.has_ended(team.today(clock.now()))
    assert not team.is_verified
    assert session.query(AuditEntry).filter_by(action="team.emptied").count() == 1


@pytest.mark.parametrize("step", [membership.leave, membership.pause])
def test_who_goes_at_this_moment_is_not_named_a_coordinator(team, step):
    member = MembershipFactory(team=team, person__name="李玉珍", person__phone="02800000042")
    UserFactory(person=member.person)
    of_team, operator = anew(team), anew(PersonFactory())

    def name():
        membership.name_coordinator(of_team(), "李玉珍", "02800000042", by=operator())

    with pytest.raises(NobodyOfThisName):
        meet(press(step, member), name)

    assert not member.is_coordinator


def test_who_leaves_at_this_moment_gives_no_team_away(coordinator):
    offer = HandoverFactory(giver=coordinator)
    UserFactory(person=offer.taker.person)
    again = anew(offer)

    with pytest.raises(HandoverOver):
        meet(press(membership.leave, coordinator), lambda: handover.accept(again()))

    assert offer.taker.role is TeamRole.MEMBER


def test_who_leaves_at_this_moment_is_not_made_a_coordinator(team):
    member = MembershipFactory(team=team)
    UserFactory(person=member.person)

    with pytest.raises(NotInTeam):
        meet(press(membership.leave, member), press(membership.make_coordinator, member))

    assert (member.status, member.role) == (MembershipStatus.LEFT, TeamRole.MEMBER)


@pytest.mark.parametrize(
    ("mine", "theirs", "is_taken"),
    [
        (handover.take_back, handover.accept, False),
        (handover.accept, handover.take_back, True),
        (handover.accept, handover.decline, True),
    ],
)
def test_of_two_answers_to_an_offer_the_first_holds(coordinator, mine, theirs, is_taken):
    offer = HandoverFactory(giver=coordinator)
    UserFactory(person=offer.taker.person)
    again = anew(offer)

    with pytest.raises(HandoverOver):
        meet(lambda: mine(again()), lambda: theirs(again()))

    assert offer.is_accepted is is_taken
    assert offer.taker.is_coordinator is is_taken


def test_of_two_who_offer_the_team_at_once_one_does(team):
    offers = [
        (anew(giver), anew(MembershipFactory(team=team))) for giver in list_coordinators(team)
    ]
    mine, theirs = (lambda pair=pair: handover.offer(pair[0](), pair[1]()) for pair in offers)

    with pytest.raises(AlreadyOffered):
        meet(mine, theirs)


# --- in the team once ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "refusal"),
    [(membership.add, AlreadyMember), (membership.apply, AlreadyApplied)],
)
def test_who_comes_in_twice_at_once_is_in_once(team, step, refusal):
    of_team, person = anew(team), anew(PersonFactory())

    def come():
        step(of_team(), person(), by=person())

    with pytest.raises(refusal):
        meet(come, come)

    assert session.query(Membership).filter_by(person_id=person().id).count() == 1


def test_somebody_new_who_presses_twice_at_once_is_one_person(team):
    again = anew(team)

    def ask():
        return membership.apply_as_newcomer(again(), PersonDetails("刘玉", "13800138000"))

    assert meet(ask, ask) is None

    assert session.query(Person).filter_by(name="刘玉").count() == 1


def test_a_list_that_is_sent_twice_at_once_is_taken_in_once(team):
    of_team, by = anew(team), anew(PersonFactory())
    lines = roster.read("刘玉 13800138000")

    def save():
        return roster.add_all(of_team(), lines, by=by(), form_key="a page").id

    meet(save, save)

    assert session.query(Import).count() == 1
    assert session.query(Person).filter_by(name="刘玉").count() == 1


def test_a_list_that_two_take_back_at_once_is_taken_back_once(team):
    done = roster.add_all(team, roster.read("刘玉 13800138000"), by=PersonFactory())
    again = anew(done)

    def take_back():
        importing.take_back(again(), by=again().by)

    with pytest.raises(AlreadyUndone):
        meet(take_back, take_back)


def test_who_has_signed_up_at_this_moment_stays_in_the_team(team):
    done = roster.add_all(team, roster.read("刘玉 13800138000"), by=PersonFactory())
    again, date = anew(done), anew(OccurrenceFactory(activity__team=team))
    person = anew(session.query(Person).filter_by(name="刘玉").one())
    role = date().roles[0].id

    meet(
        lambda: signups.sign_up(date(), role, person(), by=person()),
        lambda: importing.take_back(again(), by=again().by),
    )

    assert queries.find_membership(team, person()) is not None


@pytest.mark.parametrize(
    ("mine", "theirs", "status"),
    [
        (membership.approve, membership.reject, MembershipStatus.ACTIVE),
        (membership.reject, membership.approve, MembershipStatus.REJECTED),
    ],
)
def test_of_a_yes_and_a_no_at_once_the_first_holds(team, mine, theirs, status):
    asked = membership.apply(team, PersonFactory())

    with pytest.raises(NotWaiting):
        meet(press(mine, asked), press(theirs, asked))

    assert asked.status is status


def test_who_is_taken_in_while_another_coordinator_says_no_is_in(team):
    asked = membership.apply(team, PersonFactory())
    of_team, person = anew(team), anew(asked.person)

    meet(
        press(membership.reject, asked),
        lambda: membership.add(of_team(), person(), by=person()),
    )

    assert (asked.status, asked.ended_at) == (MembershipStatus.ACTIVE, None)


# --- the team itself ----------------------------------------------------------------------------


def test_who_founds_a_team_by_two_presses_at_once_founds_one(coordinator):
    by = anew(coordinator.person)
    steps = [(PlaceKind.CITY, "成都市")]

    # The place is there already: two who name a new one wait for each other there.
    founding.start(TeamDetails("第八服务队"), steps, by=coordinator.person)

    def start():
        return founding.start(TeamDetails("第九服务队"), steps, by=by()).id

    meet(start, start)

    assert session.query(Team).filter_by(name="第九服务队").count() == 1


def test_of_two_operators_who_know_it_at_once_one_has_said_so(team):
    team.verified_at = None
    session.commit()
    of_team, operators = anew(team), [anew(PersonFactory()) for _n in range(2)]

    meet(*(lambda by=by: verification.verify(of_team(), by=by()) for by in operators))

    assert session.query(AuditEntry).filter_by(action="team.verified").count() == 1


@pytest.mark.parametrize(
    ("shown", "step", "mine", "theirs"),
    [
        (
            founding.details_of,
            founding.change,
            {"details": TeamDetails("新名字")},
            {"details": TeamDetails("别的名字")},
        ),
        (
            founding.reminder_of,
            founding.set_reminder,
            {"weekday": 2, "at": time(9)},
            {"weekday": 3, "at": time(10)},
        ),
        (
            lambda team: team.own_line,
            founding.set_own_line,
            {"words": "有事打电话"},
            {"words": "再见"},
        ),
    ],
)
def test_of_two_who_write_the_same_at_once_the_second_is_told(team, shown, step, mine, theirs):
    of_team, by, seen = anew(team), anew(PersonFactory()), mark_of(shown(team))

    with pytest.raises(ChangedMeanwhile):
        meet(
            lambda: step(of_team(), by=by(), seen=seen, **mine),
            lambda: step(of_team(), by=by(), seen=seen, **theirs),
        )
