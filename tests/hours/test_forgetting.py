"""How long certificates are known, and what they mean for who asks to be forgotten."""

from datetime import date, timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.deeds import visited
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.hours import certificates, forgetting
from volunteer.hours.certificates import Issuer
from volunteer.hours.models import ServiceCertificate
from volunteer.hours.records import Span
from volunteer.people import forgetting as people_forgetting
from volunteer.rights import forgetting as rights
from volunteer.rights.models import Ground

THIS_YEAR = Span(date(2026, 1, 1), date(2026, 10, 12))
A_DAY = timedelta(days=1)


@pytest.fixture
def asked(member, team, served):
    served(member, 134)
    return certificates.ask(team, member, THIS_YEAR, by=member)


def left():
    session.expire_all()
    return session.query(ServiceCertificate).count()


def test_what_came_to_nothing_goes_after_a_year(asked, member):
    certificates.take_back(asked, by=member)
    year = asked.answered_at + forgetting.WISHES_KEPT

    assert forgetting.forget_old(year - A_DAY) == 0
    assert forgetting.forget_old(year) == 1
    assert left() == 0


def test_what_was_issued_stays_ten_years_revoked_or_not(asked, coordinator):
    certificates.issue(asked, Issuer("锦绣社区居民委员会"), by=coordinator.person)
    certificates.revoke(asked, "写错了", by=coordinator.person)
    ten_years = asked.answered_at + forgetting.SERVICE_KEPT

    assert forgetting.forget_old(ten_years - A_DAY) == 0
    assert forgetting.forget_old(ten_years) == 1


def test_what_waits_for_an_answer_stays(asked):
    assert forgetting.forget_old(clock.now() + 20 * forgetting.WISHES_KEPT) == 0
    assert left() == 1


def test_who_holds_one_is_known_by_name_as_long(asked, member, coordinator, time_machine):
    """Counted from the paper, which is younger than the service."""
    time_machine.move_to("2030-10-12T04:00Z", tick=False)
    certificates.issue(asked, Issuer("锦绣社区居民委员会"), by=coordinator.person)
    UserFactory(person=member)
    request = rights.ask(member, "", by=member)

    rights.grant(request, by=coordinator.person)

    assert request.ground is Ground.SERVICE
    assert request.kept_until.year == 2040
    assert people_forgetting.is_needed(member, clock.now(), by_wish=True)
    assert not people_forgetting.is_needed(
        member, clock.now() + forgetting.SERVICE_KEPT, by_wish=True
    )


def test_a_yes_to_being_forgotten_ends_what_they_asked_for(asked, member, coordinator):
    UserFactory(person=member)

    rights.grant(rights.ask(member, "", by=member), by=coordinator.person)

    assert left() == 0


def test_who_visited_is_known_by_name_ten_years_from_then(member, team, coordinator):
    """GB/T 40143, 5.2.2: as who came to a date."""
    deed = visited(member, team=team)
    UserFactory(person=member)

    request = rights.ask(member, "", by=member)
    rights.grant(request, by=coordinator.person)

    assert request.ground is Ground.SERVICE
    assert request.kept_until.year == 2036
    last = deed.starts_at + forgetting.SERVICE_KEPT
    assert people_forgetting.is_needed(member, last - A_DAY, by_wish=True)
    assert not people_forgetting.is_needed(member, last, by_wish=True)
