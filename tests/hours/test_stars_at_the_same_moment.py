"""Two at once about a star, or about a certificate that the members see."""

from datetime import timedelta

import pytest

from tests.factories.hours import CertificateFactory, serve
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.meeting import anew, meet
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import ChangedMeanwhile, NotFound
from volunteer.core.seen import mark_of
from volunteer.hours import certificates, publicity, stars
from volunteer.hours.errors import HasThisStar, NotShownNow
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Quality, StarAward

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


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
