"""Two at once: one wish, one answer, and no number twice."""

from datetime import date, timedelta

import pytest

from tests.factories.deeds import visited
from tests.factories.hours import CertificateFactory, serve
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet, meeting
from volunteer.activities.attendance import mistakes
from volunteer.activities.errors import CannotCount
from volunteer.core import clock
from volunteer.core.database import lock, session, take_turns
from volunteer.core.errors import ChangedMeanwhile, NotFound
from volunteer.core.seen import mark_of
from volunteer.deeds import putting_down
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import DeedKind
from volunteer.hours import certificates, confirming, publicity, queries, stars
from volunteer.hours.certificates import NUMBERING, Issuer
from volunteer.hours.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    HasThisStar,
    NotConfirmed,
    NotShownNow,
)
from volunteer.hours.models import ServiceCertificate
from volunteer.hours.records import Span
from volunteer.people.queries import get_person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Quality, StarAward

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]
THIS_YEAR = Span(date(2026, 1, 1), date(2026, 10, 12))
COMMITTEE = Issuer("锦绣社区居民委员会")


@pytest.fixture
def team(two_can_meet):
    return CoordinatorFactory().team


@pytest.fixture
def coordinator(team):
    return team_queries.list_coordinators(team)[0].person


@pytest.fixture
def member(team, coordinator):
    person = MembershipFactory(team=team).person
    serve(person, 134, team=team, closed_by=coordinator)
    return person


def ask(person, team):
    return certificates.ask(team, person, THIS_YEAR, by=person)


def issuing(certificate, coordinator):
    """What a coordinator presses in a session of their own."""
    number, by_id = certificate.id, coordinator.id

    def press():
        found = queries.get_certificate(number)
        certificates.issue(found, COMMITTEE, by=get_person(by_id))

    return press


def test_pressed_twice_it_is_asked_once(member, team):
    number, team_id = member.id, team.id

    with meeting(lambda: ask(get_person(number), team_queries.get_team(team_id))) as other:
        lock(member)
        other.begin()
        ask(member, team)

    with pytest.raises(AlreadyAsked):
        other.result()
    assert session.query(ServiceCertificate).count() == 1


def test_taken_back_while_a_coordinator_issues_it(member, team, coordinator):
    asked = ask(member, team)

    with meeting(issuing(asked, coordinator)) as other:
        lock(asked)
        other.begin()
        certificates.take_back(asked, by=member)

    with pytest.raises(AlreadyAnswered):
        other.result()
    assert asked.number is None


def test_two_issued_at_once_have_two_counts(member, team, coordinator):
    mate = MembershipFactory(team=team).person
    serve(mate, 60, team=team, closed_by=coordinator)
    first, second = ask(member, team), ask(mate, team)

    with meeting(issuing(second, coordinator)) as other:
        take_turns(NUMBERING)
        other.begin()
        certificates.issue(first, COMMITTEE, by=coordinator)

    other.result()
    assert [one.number[:9] for one in (first, second)] == ["2026-0001", "2026-0002"]


def confirming_by(deed, minutes, person):
    """What a coordinator presses in a session of their own."""
    number, by_id, team_id = deed.id, person.id, deed.team_id
    return lambda: confirming.confirm(
        team_queries.get_team(team_id), {number: minutes}, by=get_person(by_id)
    )


def test_two_coordinators_confirm_the_same_hours_and_the_first_holds(member, team, coordinator):
    deed, mate = visited(member, team=team), CoordinatorFactory(team=team).person

    with meeting(confirming_by(deed, 90, mate)) as other:
        lock(member)
        other.begin()
        confirming.confirm(team, {deed.id: 45}, by=coordinator)

    assert other.result() == 0
    session.expire_all()
    assert (deed.minutes, deed.confirmed_by_id) == (45, coordinator.id)


def test_two_visits_at_one_hour_confirmed_at_once_do_not_both_count(member, team, coordinator):
    first, second = visited(member, team=team), visited(member, team=team)
    mate = CoordinatorFactory(team=team).person

    with meeting(confirming_by(second, 60, mate)) as other:
        lock(member)
        other.begin()
        confirming.confirm(team, {first.id: 60}, by=coordinator)

    with pytest.raises(CannotCount):
        other.result()


def test_what_is_taken_off_at_this_moment_is_not_confirmed(member, team, coordinator):
    deed = visited(member, team=team)
    visit_id = deed.visit_id

    done = meet(
        lambda: putting_down.take_off(DeedKind.VISIT, visit_id),
        confirming_by(deed, 60, coordinator),
    )

    assert done == 0


def test_what_is_confirmed_at_this_moment_is_not_taken_off(member, team, coordinator):
    deed = visited(member, team=team)
    visit_id = deed.visit_id

    gone = meet(
        confirming_by(deed, 60, coordinator),
        lambda: putting_down.take_off(DeedKind.VISIT, visit_id),
    )

    assert (gone, deed.minutes) == (0, 60)


def test_hours_that_two_open_again_at_once_are_opened_once(member, team, coordinator):
    deed = visited(member, team=team, confirmed_by=coordinator)
    again, by = anew(deed), anew(coordinator)

    def reopen():
        confirming.reopen(again(), reason="只去了半小时", by=by())

    with pytest.raises(NotConfirmed):
        meet(reopen, reopen)


def test_who_says_that_it_is_wrong_as_it_is_taken_off_finds_it_gone(member, team):
    """Neither of the two is broken by the other."""
    deed = visited(member, team=team)
    number, person_id, team_id = deed.id, member.id, team.id

    def say():
        found = deed_queries.get_deed(team_queries.get_team(team_id), number)
        mistakes.tell(found, get_person(person_id), words="去了两小时", by=get_person(person_id))

    with meeting(say) as other:
        lock(deed)
        other.begin()
        putting_down.take_off(DeedKind.VISIT, deed.visit_id)

    with pytest.raises(NotFound):
        other.result()


# --- stars, and certificates that the members see -----------------------------------------------


def test_a_star_that_two_take_back_at_once_is_taken_back_once(member, team, coordinator):
    team.star_hours = [1]
    session.commit()
    membership = team_queries.find_membership(team, member)
    star = anew(stars.give(membership, 1, Quality.GOOD, "", by=coordinator))
    by = anew(coordinator)

    def take_back():
        stars.take_back(star(), by=by())

    with pytest.raises(NotFound):
        meet(take_back, take_back)

    assert session.query(StarAward).count() == 0


def test_a_star_that_two_give_at_once_is_given_once(member, team, coordinator):
    team.star_hours = [1]
    session.commit()
    whose, by = anew(team_queries.find_membership(team, member)), anew(coordinator)

    def give():
        stars.give(whose(), 1, Quality.GOOD, "", by=by())

    with pytest.raises(HasThisStar):
        meet(give, give)

    assert session.query(StarAward).count() == 1


@pytest.fixture
def shown(member, team, coordinator):
    """The team's members see it."""
    return CertificateFactory(
        team=team, person=member, shown_minutes=134, public_until=clock.now() + timedelta(days=1)
    )


def test_what_is_said_anew_at_this_moment_waits_for_an_answer_of_its_own(shown, team, coordinator):
    neighbour = MembershipFactory(team=team).person
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    seen, objection, by = mark_of(said.words), anew(said), anew(coordinator)
    again, whose = anew(shown), anew(neighbour)

    with pytest.raises(ChangedMeanwhile):
        meet(
            lambda: publicity.object_to(again(), whose(), "只来了一个小时", by=whose()),
            lambda: publicity.answer(objection(), "来了", by=by(), seen=seen),
        )

    assert not said.is_answered


def test_who_objects_as_it_is_refused_comes_too_late(shown, team, coordinator):
    neighbour = anew(MembershipFactory(team=team).person)
    again, by = anew(shown), anew(coordinator)

    with pytest.raises(NotShownNow):
        meet(
            lambda: certificates.refuse(again(), "不够", by=by()),
            lambda: publicity.object_to(again(), neighbour(), "那天没来", by=neighbour()),
        )
