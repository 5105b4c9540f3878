"""What a certificate says, who may issue one, and that it stays as it was."""

from datetime import date, timedelta

import pytest

from tests.factories.activities import SignupFactory
from tests.factories.hours import CertificateFactory, issued
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities.models import AttendanceState, Closing, SignupStatus
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.hours import certificates, queries, records, wording
from volunteer.hours.certificates import Issuer
from volunteer.hours.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    NobodyToIssue,
    NothingToCertify,
    NotIssued,
    TooLittleToCertify,
)
from volunteer.hours.models import CertificateStatus, ServiceCertificate
from volunteer.hours.records import Line, Span
from volunteer.notifications.models import OutboxMessage
from volunteer.people.forgetting import NAMELESS
from volunteer.teams.models import MembershipStatus, Rounding

THIS_YEAR = Span(date(2026, 1, 1), date(2026, 10, 12))
COMMITTEE = Issuer("锦绣社区居民委员会", in_charge="周主任", handler="蒋桂芳", contact="028 1234")


def messages(kind):
    return [m.person_id for m in session.query(OutboxMessage).filter_by(kind=kind)]


def deeds():
    return [action for (action,) in session.query(AuditEntry.action).order_by(AuditEntry.id)]


def test_on_it_stands_what_was_recorded_by_date(member, team, served):
    served(member, 134)
    served(member, 60, "2026-03-04", title="看望老人", place="黉门街")

    lines = queries.list_lines(team, member, THIS_YEAR)

    assert lines == [
        Line(date(2026, 3, 4), "看望老人", "掌勺", "黉门街", 60),
        Line(date(2026, 10, 7), "爱心午饭", "掌勺", lines[1].place, 134),
    ]
    assert records.sum_of(lines) == 194


def test_only_the_days_asked_for_the_first_and_the_last_included(member, team, served):
    for day in ("2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"):
        served(member, 60, day)

    found = queries.list_lines(team, member, Span(date(2026, 3, 4), date(2026, 3, 5)))

    assert [line.day.day for line in found] == [4, 5]


def test_nothing_that_does_not_count_yet_nor_of_another_person_or_team(member, team, served):
    served(member, 60, closed_by=None)
    served(MembershipFactory(team=team).person, 60)
    served(member, 60, team=TeamFactory())
    served(member, 0)

    assert queries.list_lines(team, member, THIS_YEAR) == []


def test_no_meeting_and_no_rehearsal_stands_on_it(member, team, served):
    """志愿服务记录与证明出具办法, article 19."""
    served(member, 90, is_service=False)

    assert queries.list_lines(team, member, THIS_YEAR) == []
    assert queries.list_teams_served(member) == []
    with pytest.raises(NothingToCertify):
        certificates.ask(team, member, THIS_YEAR, by=member)


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, 0.0), (29, 0.0), (30, 0.5), (134, 2.0), (180, 3.0), (1979, 32.5)]
)
def test_the_sum_is_rounded_down_to_half_an_hour(minutes, hours):
    assert records.certified(minutes, Rounding.HALF_HOUR) == 60 * hours


@pytest.mark.parametrize(
    ("rounding", "words"),
    [("half_hour", "3.5 hours"), ("hour", "3.0 hours"), ("minute", "3 hours 50 min")],
)
def test_a_team_may_round_otherwise_and_what_is_on_paper_stays(
    member, team, coordinator, served, rounding, words
):
    served(member, 230)
    team.hours_rounding = Rounding(rounding)
    session.commit()
    asked = certificates.ask(team, member, THIS_YEAR, by=member)

    certificates.issue(asked, COMMITTEE, by=coordinator.person)
    team.hours_rounding = Rounding.HALF_HOUR
    session.commit()

    assert wording.hours_of(asked) == words


def test_by_whole_hours_less_than_one_is_none(member, team, served):
    served(member, 59)
    team.hours_rounding = Rounding.HOUR
    session.commit()

    with pytest.raises(TooLittleToCertify, match="Less than an hour"):
        certificates.ask(team, member, THIS_YEAR, by=member)


def test_asking_is_told_to_the_coordinators_and_stands_in_the_trail(
    member, team, coordinator, served
):
    other = CoordinatorFactory(team=team).person
    served(member, 134)

    asked = certificates.ask(team, member, THIS_YEAR, by=member)

    assert asked.is_asked
    assert sorted(messages("certificate_asked")) == sorted([coordinator.person_id, other.id])
    assert deeds()[-1] == "certificate.asked"
    with pytest.raises(AlreadyAsked):
        certificates.ask(team, member, THIS_YEAR, by=member)


def test_a_coordinator_who_writes_it_down_is_not_told_of_it(member, team, coordinator, served):
    served(member, 134)

    certificates.ask(team, member, THIS_YEAR, by=coordinator.person)

    assert messages("certificate_asked") == []


def test_issued_it_says_what_counted_then_whatever_is_corrected_later(
    member, team, coordinator, served
):
    row = served(member, 134)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)

    certificates.issue(asked, COMMITTEE, by=coordinator.person)
    row.minutes = 30
    member.name, team.name = "王婆婆", "邻里帮帮队"
    session.commit()

    assert asked.is_issued
    assert (asked.holder, asked.minutes, asked.unit) == ("王秀英", 134, COMMITTEE.unit)
    assert asked.team_name == "蒋姐姐助老服务队"
    assert [Line.read(kept).minutes for kept in asked.lines] == [134]
    assert certificates.counts_now(asked) == 30
    assert messages("certificate_answered") == [member.id]


def test_numbers_go_on_within_a_year_and_begin_anew_with_the_next(
    member, team, coordinator, served, time_machine
):
    served(member, 134)
    numbers = []
    for moment in ("2026-10-12T04:00Z", "2026-12-31T15:59Z", "2026-12-31T16:00Z"):
        time_machine.move_to(moment, tick=False)
        asked = certificates.ask(team, member, THIS_YEAR, by=member)
        certificates.issue(asked, COMMITTEE, by=coordinator.person)
        numbers.append(asked.number[:9])

    assert numbers == ["2026-0001", "2026-0002", "2027-0001"]


def test_when_its_hours_do_not_count_any_more_none_is_issued(member, team, coordinator, served):
    row = served(member, 134)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)
    row.confirmed_at = row.confirmed_by = None
    session.commit()

    with pytest.raises(NothingToCertify):
        certificates.issue(asked, COMMITTEE, by=coordinator.person)
    assert asked.is_asked


def test_nobody_issues_their_own(coordinator, team, served):
    served(coordinator.person, 134)
    with pytest.raises(NobodyToIssue, match="no other coordinator"):
        certificates.ask(team, coordinator.person, THIS_YEAR, by=coordinator.person)

    pausing = CoordinatorFactory(team=team, status=MembershipStatus.PAUSED)
    with pytest.raises(NobodyToIssue):
        certificates.ask(team, coordinator.person, THIS_YEAR, by=coordinator.person)

    pausing.status = MembershipStatus.ACTIVE
    session.commit()
    asked = certificates.ask(team, coordinator.person, THIS_YEAR, by=coordinator.person)
    assert messages("certificate_asked") == [pausing.person_id]
    assert queries.list_to_answer(team.id, coordinator.person, now=clock.now()) == []
    assert queries.list_to_answer(team.id, pausing.person, now=clock.now()) == [asked]


def test_who_has_died_issues_nothing_though_they_were_the_last_coordinator(
    member, team, coordinator, served
):
    served(member, 134)
    coordinator.person.died_on = date(2026, 10, 1)
    session.commit()

    with pytest.raises(NobodyToIssue):
        certificates.ask(team, member, THIS_YEAR, by=member)


def test_a_no_has_a_reason_and_one_may_ask_again(member, team, coordinator, served):
    served(member, 134)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)

    certificates.refuse(asked, "十月还没有核对完", by=coordinator.person)

    assert asked.status is CertificateStatus.REFUSED
    assert asked.reason == "十月还没有核对完"
    assert messages("certificate_answered") == [member.id]
    certificates.ask(team, member, THIS_YEAR, by=member)


def test_taken_back_nothing_is_told(member, team, served):
    served(member, 134)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)

    certificates.take_back(asked, by=member)

    assert asked.status is CertificateStatus.TAKEN_BACK
    assert messages("certificate_answered") == []
    with pytest.raises(AlreadyAnswered):
        certificates.take_back(asked, by=member)
    assert queries.list_of(member) == []


def test_revoked_it_keeps_its_number_and_is_told(member, team, coordinator, served):
    served(member, 134)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)
    with pytest.raises(NotIssued):
        certificates.revoke(asked, "写错了", by=coordinator.person)
    certificates.issue(asked, COMMITTEE, by=coordinator.person)

    certificates.revoke(asked, "写错了", by=coordinator.person)

    assert asked.is_revoked
    assert queries.find_by_number(asked.number) is asked
    assert messages("certificate_answered") == [member.id] * 2
    assert deeds()[-3:] == ["certificate.asked", "certificate.issued", "certificate.revoked"]
    with pytest.raises(NotIssued):
        certificates.revoke(asked, "写错了", by=coordinator.person)


def test_the_database_itself_lets_nobody_answer_their_own(team):
    person = PersonFactory()
    certificate = CertificateFactory(team=team, person=person)
    certificate.answered_by_id = person.id
    with pytest.raises(Exception, match="nobody_their_own"):
        session.commit()
    session.rollback()
    assert session.query(ServiceCertificate).one().answered_by_id is None


def test_a_certificate_of_no_hours_is_none(member, team, served, coordinator):
    served(member, 29)
    with pytest.raises(TooLittleToCertify):
        certificates.ask(team, member, THIS_YEAR, by=member)
    asked = CertificateFactory(person=member, team=team)
    with pytest.raises(TooLittleToCertify):
        certificates.issue(asked, COMMITTEE, by=coordinator.person)

    assert asked.is_asked


def test_for_who_is_forgotten_nobody_asks(member, team, served, coordinator):
    """Their hours stay, without a name."""
    served(member, 60)
    member.name = NAMELESS
    session.commit()

    with pytest.raises(NotFound):
        certificates.ask(team, member, THIS_YEAR, by=coordinator.person)


def test_pressed_twice_it_is_issued_once(member, team, served, coordinator, time_machine):
    served(member, 60)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)
    mate = CoordinatorFactory(team=team).person

    for _press in range(2):
        certificates.issue(asked, COMMITTEE, by=coordinator.person)
    with pytest.raises(AlreadyAnswered):
        certificates.issue(asked, COMMITTEE, by=mate)
    time_machine.shift(timedelta(minutes=3))
    with pytest.raises(AlreadyAnswered):
        certificates.issue(asked, Issuer("别的单位"), by=coordinator.person)

    assert deeds().count("certificate.issued") == 1
    assert asked.unit == COMMITTEE.unit


def test_who_issues_knows_of_hours_that_somebody_confirmed_alone(member, team, served):
    """A lone coordinator closes the day with their own hours (activities/attendance/closing.py)."""
    served(member, 60, "2026-03-04", closed_by=member)
    served(member, 60, "2026-03-05")
    served(member, 60, "2026-03-06", closed_by=member, is_service=False)
    asked = CertificateFactory(person=member, team=team)

    assert queries.list_days_confirmed_alone(asked) == [date(2026, 3, 4)]


@pytest.mark.parametrize(
    ("spoilt", "is_looked_over"),
    [
        ({}, True),
        ({"day": "2025-12-31"}, False),
        ({"day": "2026-10-13"}, False),
        ({"is_service": False}, False),
        ({"team": TeamFactory}, False),
        ({"person": PersonFactory}, False),
        ({"state": AttendanceState.EXCUSED}, False),
    ],
)
def test_it_is_looked_over_when_a_day_of_its_own_was_opened_again(
    member, team, served, coordinator, spoilt, is_looked_over
):
    asked = issued(member, team=team, by=coordinator.person)
    asked.first_on, asked.last_on = THIS_YEAR.first_on, THIS_YEAR.last_on
    made = {name: spoilt[name]() for name in ("team", "person") if name in spoilt}
    who = made.pop("person", member)
    others = {**made, **({"is_service": False} if "is_service" in spoilt else {})}
    row = served(who, 60, spoilt.get("day", "2026-10-07"), closed_by=None, **others)
    row.state = spoilt.get("state", AttendanceState.CAME)
    session.add(Closing(occurrence=row.occurrence, by=coordinator.person, lines={}))
    session.commit()

    assert queries.is_looked_over(asked) is is_looked_over


def test_a_line_names_the_work_of_ones_own_place_and_stands_once(member, team, served):
    row = served(member, 60)
    SignupFactory(occurrence=row.occurrence)
    (line,) = queries.list_lines(team, member, THIS_YEAR)
    row.occurrence.signup_of(member).status = SignupStatus.WITHDRAWN
    session.commit()
    (afterwards,) = queries.list_lines(team, member, THIS_YEAR)

    assert (line.work, afterwards.work) == ("掌勺", "爱心午饭")
