"""Stars: from how many hours on, who gives them, and where they stand."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.hours import CertificateFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.hours import certificates, forgetting, policy, stars
from volunteer.hours.certificates import Issuer
from volunteer.hours.errors import HasThisStar, TooFewHours
from volunteer.teams import queries as team_queries
from volunteer.teams import star_queries
from volunteer.teams.models import STAR_HOURS, MembershipStatus, Quality, StarAward

GOOD = Quality.GOOD
LONG = 720


@pytest.fixture
def membership(member, team):
    return team_queries.find_membership(team, member)


@pytest.fixture
def long_served(member, team, served):
    """Of 25 hours one and two may be given by this team."""
    team.star_hours = [12, 24, 600]
    session.commit()
    for day in ("2026-03-04", "2026-03-05"):
        served(member, LONG, day)
    served(member, 60, "2026-03-06")


@pytest.mark.parametrize(
    ("minutes", "level"),
    [(0, 0), (5999, 0), (6000, 1), (17999, 1), (18000, 2), (60000, 4), (90000, 5), (900000, 5)],
)
def test_how_far_hours_reach(minutes, level):
    assert stars.eligible(minutes, STAR_HOURS) == level


def test_a_team_may_have_other_hours(membership, long_served):
    now = stars.standing(membership)

    assert (now.minutes, now.eligible, now.level) == (1500, 2, 0)


def test_only_service_for_this_team_that_somebody_confirmed_counts(membership, member, served):
    served(member, 90, is_service=False)
    served(member, 90, "2026-03-04", closed_by=None)
    served(member, 90, "2026-03-05", team=TeamFactory())

    assert stars.standing(membership).minutes == 0


def test_nobody_gets_a_star_by_themselves(membership, member, team, long_served):
    assert stars.standing(membership).may_be_given
    assert star_queries.highest_stars(team) == {}


def test_who_has_left_at_this_moment_is_given_none(membership, coordinator, long_served):
    membership.status = MembershipStatus.LEFT
    membership.ended_at = clock.now()
    session.commit()

    with pytest.raises(NotFound):
        stars.give(membership, 1, GOOD, "", by=coordinator.person)


def test_a_coordinator_gives_one_with_a_word(membership, member, team, coordinator, long_served):
    star = stars.give(membership, 2, Quality.EXCELLENT, "谢谢您", by=coordinator.person)

    assert (star.level, star.minutes, star.given_on.isoformat()) == (2, 1500, "2026-10-12")
    assert star_queries.highest_stars(team) == {member.id: star}
    entry = session.query(AuditEntry).filter_by(action="star.given").one()
    assert (entry.by_id, entry.person_id, entry.details) == (
        coordinator.person_id, member.id, {"level": 2},
    )  # fmt: skip


def test_not_before_the_hours_are_there_and_not_twice(membership, coordinator, long_served):
    with pytest.raises(TooFewHours):
        stars.give(membership, 3, GOOD, "", by=coordinator.person)
    stars.give(membership, 2, GOOD, "", by=coordinator.person)

    for level in (1, 2):
        with pytest.raises(HasThisStar):
            stars.give(membership, level, GOOD, "", by=coordinator.person)


def test_nobody_gives_one_to_themselves(coordinator, membership):
    assert not policy.can_give_star(coordinator.person, coordinator)
    assert policy.can_give_star(coordinator.person, membership)
    assert not policy.can_give_star(CoordinatorFactory().person, membership)


def test_the_database_refuses_it_too(member, team):
    star = StarAward(team=team, person=member, by=member, level=1, quality=GOOD, minutes=6000,
                     given_on=team.created_at.date())  # fmt: skip
    session.add(star)

    with pytest.raises(IntegrityError):
        session.commit()
    session.rollback()


def test_one_given_by_mistake_is_taken_back(membership, team, coordinator, long_served):
    star = stars.give(membership, 1, GOOD, "", by=coordinator.person)

    stars.take_back(star, by=coordinator.person)

    assert star_queries.list_stars(team) == []
    assert session.query(AuditEntry).filter_by(action="star.taken_back").count() == 1


def test_who_may_be_given_one_comes_first(membership, team, coordinator, long_served):
    MembershipFactory(team=team)

    found = stars.standings(team)

    assert found[0].member.id == membership.id
    assert [one.may_be_given for one in found] == [True, False, False]


def test_everybody_is_asked_about_at_once(team, count_queries):
    for _number in range(30):
        MembershipFactory(team=team)

    with count_queries() as sent:
        assert len(stars.standings(team)) == 31

    assert len(sent) <= 4, sent


def test_it_stands_on_a_certificate_that_is_issued_afterwards(
    membership, member, team, coordinator, long_served
):
    star = stars.give(membership, 2, GOOD, "", by=coordinator.person)
    asked = CertificateFactory(team=team, person=member)

    certificates.issue(asked, Issuer("居委会", remark="谢谢"), by=coordinator.person)
    stars.take_back(star, by=coordinator.person)

    assert (asked.star_level, asked.star_on, asked.remark) == (2, star.given_on, "谢谢")


def test_who_is_forgotten_leaves_no_star(membership, member, coordinator, long_served):
    stars.give(membership, 1, GOOD, "谢谢您", by=coordinator.person)

    forgetting.forget_stars_of(member)

    assert session.query(StarAward).count() == 0


def test_from_the_list_to_one_s_own_hours(
    membership, member, team, coordinator, long_served, signed_in_as
):
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{team.id}/members/{membership.id}/stars"
    assert f"/teams/{team.id}/stars" in browser.get(f"/teams/{team.id}/hours").text
    assert page in browser.get(f"/teams/{team.id}/stars").text

    browser.post(page, data={"level": "2", "quality": "good", "words": "谢谢您"})

    session.expire_all()
    assert [star.level for star in star_queries.list_stars(team)] == [2]
    assert "2 stars" in browser.get(f"/teams/{team.id}/members").text
    assert "2 stars" in browser.get(f"/teams/{team.id}/members/{membership.id}").text
    mine = signed_in_as(member).get("/my-hours").text
    assert "2 stars" in mine
    assert "谢谢您" in mine
    browser.post(f"{page}/2/withdrawal")
    assert "2 stars" not in signed_in_as(member).get("/my-hours").text


def test_a_team_says_from_how_many_hours_on(team, coordinator, signed_in_as):
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{team.id}/settings"
    usual = {"name": team.name, "zone": team.zone, "notice_hours": "24", "publicity_days": "7"}

    for typed in ("0 100", "200 100", "many", "1 2 3 4 5 6"):
        refused = browser.post(page, data={**usual, "star_hours": typed}).text
        assert "each larger than the one before" in refused
    browser.post(page, data={**usual, "star_hours": "50、 200, 400"})

    session.expire_all()
    assert (team.star_hours, team.publicity_days) == ([50, 200, 400], 7)


def test_publicity_is_a_week_at_least_or_none(team, coordinator, signed_in_as):
    usual = {"name": team.name, "zone": team.zone, "notice_hours": "24", "star_hours": "100"}

    answer = signed_in_as(coordinator.person).post(
        f"/teams/{team.id}/settings", data={**usual, "publicity_days": "3"}
    )

    assert "0, or 7 to 60 days" in answer.text
