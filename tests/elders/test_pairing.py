"""Who looks after whom: begun, ended, and what leaving and pausing mean for it."""

from datetime import date

import pytest

from tests.factories.elders import ElderFactory, PairingFactory, volunteer_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.elders import care, pairing, queries
from volunteer.elders.errors import (
    AlreadyPaired,
    NoLongerServed,
    NotAnActiveVolunteer,
    NotThemselves,
)
from volunteer.elders.models import ElderStatus, EndReason, Pairing
from volunteer.teams import membership
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def entries(action: str) -> list[AuditEntry]:
    return session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id).all()


def test_a_volunteer_looks_after_an_elder_from_today_on_and_it_is_written_down():
    elder, coordinator = ElderFactory(), PersonFactory()
    volunteer = volunteer_of(elder.team)

    found = pairing.pair(elder, volunteer, by=coordinator)

    assert elder.paired == [found]
    assert (found.person, found.began_on, found.ended_on) == (volunteer, TODAY, None)
    (entry,) = entries("pairing.begun")
    assert (entry.by_id, entry.person_id, entry.team_id) == (
        coordinator.id,
        volunteer.id,
        elder.team.id,
    )


def test_two_may_look_after_one_elder_and_one_after_two():
    elder = ElderFactory()
    other = ElderFactory(team=elder.team)
    first, second = volunteer_of(elder.team), volunteer_of(elder.team)

    for one, whom in ((elder, first), (elder, second), (other, first)):
        pairing.pair(one, whom, by=first)

    assert [found.person for found in elder.paired] == [first, second]
    assert [found.person for found in other.paired] == [first]


def test_nobody_is_paired_twice_with_the_same_elder_but_again_after_an_end():
    begun = PairingFactory()
    elder, volunteer = begun.elder, begun.person
    with pytest.raises(AlreadyPaired):
        pairing.pair(elder, volunteer, by=volunteer)

    pairing.unpair(begun, by=volunteer)
    again = pairing.pair(elder, volunteer, by=volunteer)

    assert elder.paired == [again]


def test_nobody_looks_after_themselves():
    elder = ElderFactory()
    MembershipFactory(team=elder.team, person=elder.person)

    with pytest.raises(NotThemselves):
        pairing.pair(elder, elder.person, by=PersonFactory())


@pytest.mark.parametrize("status", sorted(set(MembershipStatus) - {MembershipStatus.ACTIVE}))
def test_only_active_members_look_after_somebody(status):
    elder = ElderFactory()
    member = MembershipFactory(team=elder.team, status=status)

    with pytest.raises(NotAnActiveVolunteer):
        pairing.pair(elder, member.person, by=PersonFactory())

    assert session.query(Pairing).count() == 0


def test_who_is_no_member_or_one_of_another_team_looks_after_nobody_here():
    elder = ElderFactory()
    for person in (PersonFactory(), MembershipFactory().person):
        with pytest.raises(NotAnActiveVolunteer):
            pairing.pair(elder, person, by=person)


def test_who_is_off_the_list_is_looked_after_by_nobody():
    elder = ElderFactory(status=ElderStatus.ENDED)

    with pytest.raises(NoLongerServed):
        pairing.pair(elder, volunteer_of(elder.team), by=PersonFactory())


@pytest.mark.parametrize("status", [ElderStatus.PROSPECTIVE, ElderStatus.SUSPENDED])
def test_who_waits_or_is_away_may_have_somebody_already(status):
    elder = ElderFactory(status=status)
    pairing.pair(elder, volunteer_of(elder.team), by=PersonFactory())
    assert len(elder.paired) == 1


def test_ending_it_twice_is_written_down_once():
    begun = PairingFactory()

    pairing.unpair(begun, by=begun.person)
    pairing.unpair(begun, by=begun.person)

    assert begun.ended_on == TODAY
    assert len(entries("pairing.ended")) == 1


def test_who_leaves_the_team_looks_after_nobody_there_and_still_after_others_elsewhere():
    begun = PairingFactory()
    elsewhere = PairingFactory(person=begun.person)
    other = PairingFactory(elder=begun.elder)
    leaving = membership.find(begun.elder.team, begun.person)

    membership.leave(leaving, by=begun.person)

    assert [found.ended_on for found in (begun, elsewhere, other)] == [TODAY, None, None]


def test_who_pauses_keeps_their_elders_and_has_them_when_they_are_back():
    begun = PairingFactory()
    pausing = membership.find(begun.elder.team, begun.person)

    membership.pause(pausing, by=begun.person)
    assert begun.ended_on is None
    membership.resume(pausing, by=begun.person)

    assert begun.elder.paired == [begun]


def test_when_an_elder_leaves_the_list_their_volunteers_are_free():
    begun = PairingFactory()
    other = PairingFactory(elder=begun.elder)
    kept = PairingFactory(elder=ElderFactory(team=begun.elder.team))

    care.end(begun.elder, EndReason.DIED, by=CoordinatorFactory(team=begun.elder.team).person)

    assert [found.ended_on for found in (begun, other, kept)] == [TODAY, TODAY, None]


def test_a_pairing_is_found_in_its_own_team_alone():
    begun = PairingFactory()
    other_team = ElderFactory().team

    assert queries.get_pairing(begun.elder.team_id, begun.id) == begun
    with pytest.raises(NotFound):
        queries.get_pairing(other_team.id, begun.id)
