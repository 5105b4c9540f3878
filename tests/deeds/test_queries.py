"""Which deeds count, which wait, and whose they are."""

from datetime import date, timedelta

import pytest

from tests.factories.deeds import visited
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.deeds import queries
from volunteer.hours import certificates
from volunteer.hours import queries as hours_queries
from volunteer.hours.certificates import Issuer
from volunteer.hours.records import Span

WEEK = Span(date(2026, 10, 5), date(2026, 10, 11))


@pytest.fixture(autouse=True)
def _monday(time_machine):
    time_machine.move_to("2026-10-12T04:00Z", tick=False)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def member(team):
    return MembershipFactory(team=team).person


@pytest.fixture
def counted(team, member, coordinator):
    """A visit of this person that counts."""
    usual = {"team": team, "confirmed_by": coordinator.person}
    return lambda *time, who=member, **others: visited(who, *time, **{**usual, **others})


def test_without_a_minute_it_does_not_count_and_with_one_it_does(team, member, counted):
    nought, one = counted(0), counted(1, "2026-10-09T15:00")

    assert queries.list_newest_of(member) == [one]
    assert queries.list_not_counted(member, since=nought.starts_at - timedelta(days=1)) == [nought]
    assert [line.minutes for line in hours_queries.list_lines(team, member, WEEK)] == [1]


def test_each_has_their_own_hours_of_each_team(team, member, counted):
    elsewhere, mate = CoordinatorFactory().team, MembershipFactory(team=team).person
    counted(10, "2026-10-08T15:00")
    counted(20, "2026-10-06T15:00")
    counted(40, "2026-10-05T15:00", team=elsewhere)
    counted(80, "2026-10-04T15:00", who=mate)
    visited(member, 160, "2026-10-01T15:00", team=team)

    assert [attendance_queries.sum_of(person) for person in (member, mate)] == [70, 80]
    assert [line.minutes for line in hours_queries.list_lines(team, member, WEEK)] == [20, 10]
    assert dict(hours_queries.list_teams_served(member)) == {
        team: date(2026, 10, 6), elsewhere: date(2026, 10, 5),
    }  # fmt: skip


def test_the_first_and_the_last_day_count_from_midnight_to_midnight(team, member, counted):
    for number, wall in enumerate(("04T23:59", "05T00:00", "11T23:59", "12T00:00")):
        counted(number + 1, f"2026-10-{wall}")

    assert [line.minutes for line in hours_queries.list_lines(team, member, WEEK)] == [2, 3]


def test_what_waits_is_shown_with_its_week(team, member, counted):
    counted()
    for wall in ("04T23:59", "05T00:00", "11T23:59", "12T00:00"):
        visited(member, 10, f"2026-10-{wall}", team=team)

    found = queries.list_waiting(team, *hours_queries.bounds(WEEK))

    assert [deed.day.day for deed in found] == [5, 11]


def test_nobody_is_asked_for_what_is_long_ago_or_of_another_team(team, member, coordinator):
    deed = visited(member, team=team)
    visited(member, team=CoordinatorFactory().team)
    visited(member, 60, "2026-10-09T15:00", team=team, confirmed_by=coordinator.person)

    counts = [
        queries.count_to_confirm(team, coordinator.person, deed.starts_at + queries.ASKED_FOR - gap)
        for gap in (timedelta(minutes=1), timedelta())
    ]

    assert counts == [1, 0]


def test_only_what_its_holder_did_in_these_days_is_looked_over(team, member, coordinator, counted):
    mate = MembershipFactory(team=team).person
    own = counted()
    others = [
        counted(60, "2026-10-09T15:00", who=mate),
        counted(60, "2026-10-01T15:00"),
        counted(60, "2026-10-09T15:00", team=CoordinatorFactory().team),
    ]
    asked = certificates.ask(team, member, WEEK, by=member)
    certificates.issue(asked, Issuer("锦绣社区居民委员会"), by=coordinator.person)

    def open_again(*deeds):
        for deed in deeds:
            deed.reopened_by, deed.reopened_at = coordinator.person, clock.now()
            deed.confirmed_by = deed.confirmed_at = None
        session.commit()
        return hours_queries.is_looked_over(asked)

    assert (open_again(*others), open_again(own)) == (False, True)


def test_what_nobody_has_confirmed_yet_is_not_looked_over(team, member, coordinator, counted):
    counted()
    asked = certificates.ask(team, member, WEEK, by=member)
    certificates.issue(asked, Issuer("锦绣社区居民委员会"), by=coordinator.person)
    visited(member, 60, "2026-10-09T15:00", team=team)

    assert not hours_queries.is_looked_over(asked)


def test_a_team_reads_of_its_own_what_somebody_has_confirmed(team, member, counted):
    visited(member, 60, "2026-10-07T15:00", team=team)
    counted(team=CoordinatorFactory().team)
    old, new, nought = (counted(minutes, f"2026-10-0{day}T09:00")
                        for minutes, day in ((60, 5), (60, 6), (0, 9)))  # fmt: skip

    assert list(session.scalars(queries.confirmed_of(team))) == [nought, new, old]


def test_what_is_known_of_somebody_is_theirs_alone(team, member, counted):
    mate = MembershipFactory(team=team).person
    old, new = counted(60, "2026-10-05T09:00"), counted(60, "2026-10-06T09:00")
    counted(60, "2026-10-08T09:00", who=mate)

    assert queries.list_newest_of(member) == [new, old]
    assert queries.list_of(member, since=old.starts_at, asked=None) == [new]
    assert queries.list_of(member, since=old.starts_at, asked=old.id) == [old, new]
    assert queries.find_last(member) == new.starts_at


def test_of_what_does_not_count_each_reads_their_own_of_late(team, member):
    mate = MembershipFactory(team=team).person
    old, new = (visited(member, 60, f"2026-10-0{day}T09:00", team=team) for day in (5, 6))
    visited(mate, 60, "2026-10-08T09:00", team=team)

    assert queries.list_not_counted(member, since=old.starts_at) == [new]
