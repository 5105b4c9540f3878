"""Who asked to join and was told no, and what was noted of who left, is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer import wiring
from volunteer.activities.models import Guardian
from volunteer.core.database import session
from volunteer.people import safety_cards
from volunteer.people.forgetting import NAMELESS
from volunteer.people.safety_cards import Details
from volunteer.teams import jobs, membership
from volunteer.teams.errors import NobodyOfThisName
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


def told_no(**more):
    row = MembershipFactory(status=MembershipStatus.APPLIED, joined_at=None, **more)
    membership.reject(row, by=PersonFactory())
    return row.person


def test_a_year_after_the_no_they_are_forgotten(time_machine):
    person = told_no()
    elsewhere = told_no()
    MembershipFactory(team=TeamFactory(), person=elsewhere)
    has_account = told_no()
    UserFactory(person=has_account)
    session.commit()

    time_machine.shift(timedelta(days=365))
    assert jobs.forget_who_was_told_no() == 0
    time_machine.shift(timedelta(days=1))
    assert jobs.forget_who_was_told_no() == 1
    session.expire_all()

    assert (person.name, person.phone, person.email) == (NAMELESS, None, None)
    assert NAMELESS not in {elsewhere.name, has_account.name}
    assert elsewhere.phone
    assert jobs.forget_who_was_told_no() == 0


def test_who_asks_again_meanwhile_is_not_forgotten(time_machine):
    person = told_no()
    time_machine.shift(timedelta(days=366))
    MembershipFactory(person=person, status=MembershipStatus.APPLIED, joined_at=None)
    session.commit()

    assert jobs.forget_who_was_told_no() == 0
    assert person.name != NAMELESS


def gone(**more):
    """Somebody who has left today, and another who is still there."""
    row = MembershipFactory(note="2号楼，爱唱歌", **more)
    stays = MembershipFactory(team=row.team, note="3号楼")
    membership.leave(row, by=row.person)
    return row, stays


def test_the_remark_about_who_left_is_forgotten_a_year_after(time_machine):
    row, stays = gone()
    told = MembershipFactory(note="朋友介绍", status=MembershipStatus.APPLIED, joined_at=None)
    membership.reject(told, by=PersonFactory())

    time_machine.shift(timedelta(days=365))
    jobs.forget_who_left()
    session.expire_all()
    assert (row.note, told.note) == ("2号楼，爱唱歌", "朋友介绍")

    time_machine.shift(timedelta(minutes=1))
    jobs.forget_who_left()
    session.expire_all()
    assert (row.note, told.note, stays.note) == ("", "", "3号楼")
    assert (row.status, row.joined_at is None, row.ended_at is None) == (
        MembershipStatus.LEFT, False, False,
    )  # fmt: skip
    assert row.person.name != NAMELESS, "what they did is kept for ten years"


def test_where_no_remark_is_old_nothing_is_written(time_machine, count_queries):
    gone()
    time_machine.shift(timedelta(days=366))
    jobs.forget_who_left()
    with count_queries() as sent:
        jobs.forget_who_left()

    assert not [line for line in sent if not line.startswith("SELECT")]


def test_who_left_is_forgotten_when_what_they_did_need_not_be_known(time_machine):
    row, stays = gone()

    time_machine.shift(timedelta(days=3652))
    assert jobs.forget_who_left() == 0
    time_machine.shift(timedelta(days=2))
    assert jobs.forget_who_left() == 1
    session.expire_all()

    assert (row.person.name, row.person.phone) == (NAMELESS, None)
    assert stays.person.name != NAMELESS
    assert jobs.forget_who_left() == 0


def test_the_remark_goes_with_the_name_however_they_went(time_machine):
    person = told_no()
    row = MembershipFactory(
        person=person, note="东门", status=MembershipStatus.LEFT, joined_at=None
    )
    session.commit()

    time_machine.shift(timedelta(days=366))
    jobs.forget_who_was_told_no()
    session.expire_all()

    assert (person.name, row.note) == (NAMELESS, "")


def test_who_has_been_forgotten_is_taken_in_or_asks_by_nobodys_name(time_machine):
    person = told_no()
    time_machine.shift(timedelta(days=366))
    jobs.forget_who_was_told_no()
    team = TeamFactory()

    with pytest.raises(NobodyOfThisName):
        membership.add(team, person, by=PersonFactory())
    with pytest.raises(NobodyOfThisName):
        membership.apply(team, person)
    assert membership.find(team, person) is None


def test_who_answered_for_a_child_is_known_as_long_as_the_child_is(time_machine):
    row, stays = gone()
    child = MembershipFactory(team=row.team)
    session.add(Guardian(team_id=row.team_id, person_id=child.person_id, guardian_id=row.person_id))
    session.commit()

    time_machine.shift(timedelta(days=3654))
    jobs.forget_who_left()
    membership.leave(child, by=stays.person)
    time_machine.shift(timedelta(days=3652))
    jobs.forget_who_left()
    session.expire_all()
    assert row.person.name != NAMELESS

    time_machine.shift(timedelta(days=2))
    for _child_then_guardian in range(2):
        jobs.forget_who_left()
    session.expire_all()
    assert (child.person.name, row.person.name) == (NAMELESS, NAMELESS)


def test_a_safety_card_of_who_is_in_no_team_goes_after_a_month(time_machine):
    stranger, left, waiting, inside = (PersonFactory() for _one in range(4))
    row = MembershipFactory(person=left)
    MembershipFactory(person=waiting, status=MembershipStatus.APPLIED, joined_at=None)
    MembershipFactory(person=inside, status=MembershipStatus.PAUSED)
    membership.leave(row, by=left)
    for person in (stranger, left, waiting, inside):
        safety_cards.fill_in(person, Details("李小红", "女儿", "13800138000"), by=person)

    time_machine.shift(timedelta(days=30))
    assert jobs.forget_cards_of_no_team() == 0
    time_machine.shift(timedelta(days=1))
    assert jobs.forget_cards_of_no_team() == 2

    kept = [p for p in (stranger, left, waiting, inside) if safety_cards.find(p) is not None]
    assert kept == [waiting, inside]
    assert jobs.forget_cards_of_no_team() == 0
