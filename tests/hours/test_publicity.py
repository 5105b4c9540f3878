"""A certificate that the members see before it is issued, and may object to."""

import pytest

from tests.factories.hours import CertificateFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.hours import certificates, forgetting, policy, publicity, queries
from volunteer.hours.certificates import Issuer
from volunteer.hours.errors import (
    AlreadyAnswered,
    MoreThanShown,
    NothingToCertify,
    NotShownNow,
    NotShownYet,
    ObjectionsOpen,
    StillShown,
)
from volunteer.hours.models import CertificateObjection

COMMITTEE = Issuer("锦绣社区居民委员会")


@pytest.fixture
def neighbour(team):
    return MembershipFactory(team=team, person__name="陈明").person


@pytest.fixture
def asked(member, team, served):
    """In a team that shows certificates for a week."""
    served(member, 134)
    team.publicity_days = 7
    session.commit()
    return CertificateFactory(team=team, person=member)


@pytest.fixture
def shown(asked, coordinator):
    publicity.show(asked, by=coordinator.person)
    return asked


def to_answer(team, coordinator):
    return queries.list_to_answer(team.id, coordinator.person, now=clock.now())


def test_it_is_off_unless_the_team_wants_it(member, team, coordinator, served):
    served(member, 134)
    asked = CertificateFactory(team=team, person=member)

    certificates.issue(asked, COMMITTEE, by=coordinator.person)

    assert asked.is_issued


def test_it_cannot_be_issued_before_the_members_saw_it(asked, coordinator):
    with pytest.raises(NotShownYet):
        certificates.issue(asked, COMMITTEE, by=coordinator.person)


def test_they_see_it_for_seven_whole_days(shown, team, coordinator, time_machine):
    assert (shown.public_until_on.isoformat(), shown.shown_minutes) == ("2026-10-19", 134)
    time_machine.move_to("2026-10-19T15:59Z", tick=False)
    assert queries.list_public(team, now=clock.now()) == [shown]
    with pytest.raises(StillShown):
        certificates.issue(shown, COMMITTEE, by=coordinator.person)

    time_machine.move_to("2026-10-19T16:00Z", tick=False)

    assert queries.list_public(team, now=clock.now()) == []
    certificates.issue(shown, COMMITTEE, by=coordinator.person)
    assert shown.is_issued


def test_shown_twice_it_is_shown_once(shown, coordinator, time_machine):
    until = shown.public_until
    time_machine.move_to("2026-10-14T04:00Z", tick=False)

    publicity.show(shown, by=coordinator.person)

    assert shown.public_until == until
    assert session.query(AuditEntry).filter_by(action="certificate.shown").count() == 1


def test_more_than_the_members_saw_is_shown_anew(shown, member, coordinator, served, time_machine):
    served(member, 60)
    time_machine.move_to("2026-10-20T04:00Z", tick=False)
    with pytest.raises(MoreThanShown):
        certificates.issue(shown, COMMITTEE, by=coordinator.person)

    publicity.show(shown, by=coordinator.person)

    assert (shown.public_until_on.isoformat(), shown.shown_minutes) == ("2026-10-27", 194)
    time_machine.move_to("2026-10-27T16:00Z", tick=False)
    certificates.issue(shown, COMMITTEE, by=coordinator.person)
    assert shown.is_issued


def test_less_than_the_members_saw_can_be_issued(shown, coordinator, time_machine):
    shown.shown_minutes = 200
    time_machine.move_to("2026-10-20T04:00Z", tick=False)

    certificates.issue(shown, COMMITTEE, by=coordinator.person)

    assert shown.minutes == 134


def test_of_who_has_died_nothing_is_shown_nor_has_to_be(
    shown, team, member, neighbour, coordinator
):
    member.died_on = clock.today()
    session.commit()

    assert queries.list_public(team, now=clock.now()) == []
    with pytest.raises(NotShownNow):
        publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    certificates.issue(shown, COMMITTEE, by=coordinator.person)
    assert shown.is_issued


def test_nothing_is_shown_of_what_is_answered_or_empty(asked, member, team, coordinator):
    certificates.refuse(asked, "不够", by=coordinator.person)
    with pytest.raises(AlreadyAnswered):
        publicity.show(asked, by=coordinator.person)

    empty = CertificateFactory(
        team=team, person=member, first_on=clock.today(), last_on=clock.today()
    )
    with pytest.raises(NothingToCertify):
        publicity.show(empty, by=coordinator.person)


def test_a_coordinator_is_not_asked_to_answer_it_meanwhile(
    shown, team, coordinator, neighbour, time_machine
):
    assert to_answer(team, coordinator) == []

    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    assert to_answer(team, coordinator) == [shown]
    publicity.answer(said, "来了", by=coordinator.person)
    assert to_answer(team, coordinator) == []

    time_machine.move_to("2026-10-19T16:00Z", tick=False)
    assert to_answer(team, coordinator) == [shown]


def test_an_objection_is_answered_before_it_is_issued(shown, coordinator, neighbour, time_machine):
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    time_machine.move_to("2026-10-20T04:00Z", tick=False)
    with pytest.raises(ObjectionsOpen):
        certificates.issue(shown, COMMITTEE, by=coordinator.person)

    publicity.answer(said, "问过了，来了", by=coordinator.person)
    certificates.issue(shown, COMMITTEE, by=coordinator.person)

    assert shown.is_issued


def test_said_again_it_waits_for_an_answer_anew(shown, coordinator, neighbour):
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    publicity.answer(said, "来了", by=coordinator.person)

    again = publicity.object_to(shown, neighbour, "只来了一个小时", by=neighbour)

    assert (again.id, again.is_answered, again.answer) == (said.id, False, "")


def test_the_trail_says_who_objected_and_who_answered_and_no_words(
    shown, member, neighbour, coordinator
):
    said = publicity.object_to(shown, neighbour, "那天没来", by=member)
    publicity.object_to(shown, neighbour, "那天没来", by=member)
    publicity.answer(said, "来了", by=coordinator.person)

    entries = session.query(AuditEntry).filter(AuditEntry.action.like("certificate.obj%"))
    assert [
        (entry.action, entry.by_id, entry.person_id, entry.team_id, entry.details)
        for entry in entries.order_by(AuditEntry.id)
    ] == [
        ("certificate.objected", member.id, neighbour.id, shown.team_id, {}),
        (
            "certificate.objection_answered",
            coordinator.person_id,
            neighbour.id,
            shown.team_id,
            {},
        ),
    ]


def test_words_that_nobody_has_read_are_not_answered(shown, neighbour, coordinator, signed_in_as):
    theirs, here = signed_in_as(coordinator.person), f"/certificates/{shown.id}"
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    seen = theirs.get(here).text.split('name="seen" value="')[1].split('"')[0]
    publicity.object_to(shown, neighbour, "只来了一个小时", by=neighbour)

    theirs.post(f"{here}/objections/{said.id}/answer", data={"words": "来了", "seen": seen})

    session.expire_all()
    assert not said.is_answered


def test_once_it_is_issued_no_answer_is_written_anew(shown, coordinator, neighbour, time_machine):
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    publicity.answer(said, "来了", by=coordinator.person)
    time_machine.move_to("2026-10-20T04:00Z", tick=False)
    certificates.issue(shown, COMMITTEE, by=coordinator.person)

    with pytest.raises(AlreadyAnswered):
        publicity.answer(said, "没来", by=coordinator.person)

    assert said.answer == "来了"


def test_what_says_less_by_now_is_issued_as_it_is(shown, coordinator, time_machine):
    time_machine.move_to("2026-10-20T04:00Z", tick=False)
    shown.shown_minutes += 60
    session.commit()

    certificates.issue(shown, COMMITTEE, by=coordinator.person)

    assert shown.minutes == 134


def test_afterwards_nobody_objects_any_more(shown, neighbour, time_machine):
    time_machine.move_to("2026-10-20T04:00Z", tick=False)

    with pytest.raises(NotShownNow):
        publicity.object_to(shown, neighbour, "那天没来", by=neighbour)


def test_members_object_and_not_to_their_own(shown, member, neighbour):
    assert policy.can_object(neighbour, shown)
    assert not policy.can_object(member, shown)
    assert not policy.can_object(CoordinatorFactory().person, shown)
    assert not policy.can_object(None, shown)


def test_an_objection_goes_with_its_certificate_and_with_who_made_it(
    shown, member, neighbour, coordinator
):
    publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    publicity.object_to(shown, coordinator.person, "那天我也没看到", by=coordinator.person)

    forgetting.forget_wishes_of(neighbour)
    assert [one.person_id for one in queries.list_objections(shown)] == [coordinator.person_id]
    forgetting.forget_wishes_of(member)

    assert session.query(CertificateObjection).count() == 0


def test_a_year_after_the_answer_what_was_said_is_forgotten(
    shown, coordinator, neighbour, time_machine
):
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    publicity.answer(said, "来了", by=coordinator.person)
    time_machine.move_to("2026-10-20T04:00Z", tick=False)
    certificates.issue(shown, COMMITTEE, by=coordinator.person)
    time_machine.move_to("2027-10-21T04:00Z", tick=False)

    forgetting.forget_old(clock.now())

    assert queries.list_objections(shown) == []
    assert queries.get_certificate(shown.id).is_issued


def test_from_showing_it_to_the_answer(asked, team, member, neighbour, coordinator, signed_in_as):
    theirs, mine = signed_in_as(coordinator.person), signed_in_as(neighbour)
    here, shown = f"/certificates/{asked.id}", f"/teams/{team.id}/certificates/shown"
    assert 'name="issue"' not in theirs.get(here).text
    theirs.post(f"{here}/publicity")

    assert shown in mine.get(f"/teams/{team.id}").text
    page = mine.get(shown).text
    assert "王秀英" in page
    assert "爱心午饭" not in page
    assert f"{here}/objections/new" in page
    assert f"{here}/objections/new" not in signed_in_as(member).get(shown).text
    mine.post(f"{here}/objections/new", data={"words": "那天没来"})
    asked_about = theirs.get(here).text
    assert "陈明" in asked_about
    assert "那天没来" in asked_about
    assert "陈明" not in signed_in_as(member).get(here).text
    said = queries.list_objections(asked)[0]
    theirs.post(f"{here}/objections/{said.id}/answer", data={"words": "问过了，来了"})

    assert "问过了，来了" in mine.get(shown).text


def test_who_issues_it_reads_that_more_counts_by_now(
    shown, member, coordinator, served, signed_in_as
):
    browser, here = signed_in_as(coordinator.person), f"/certificates/{shown.id}"
    assert f"{here}/publicity" not in browser.get(here).text

    served(member, 60)

    page = browser.get(here).text
    assert f"{here}/publicity" in page
    assert "The members see it anew" in page


def test_who_asks_for_one_reads_before_that_the_members_see_it(team, member, served, signed_in_as):
    served(member, 134)
    browser, here = signed_in_as(member), "/my-hours/certificates/new"
    assert "shows its members" not in browser.get(here).text

    team.publicity_days = 7
    session.commit()

    assert "蒋姐姐助老服务队 shows its members for 7 days" in browser.get(here).text


def test_a_stranger_sees_none_of_it(shown, team, signed_in_as):
    stranger = signed_in_as(CoordinatorFactory().person)

    assert stranger.get(f"/teams/{team.id}/certificates/shown").status_code == 404
    assert stranger.get(f"/certificates/{shown.id}/objections/new").status_code == 404


def test_turned_off_meanwhile_it_is_shown_until_its_last_day(
    shown, team, neighbour, coordinator, signed_in_as, time_machine
):
    mine, link = signed_in_as(neighbour), f"/teams/{team.id}/certificates/shown"
    team.publicity_days = 0
    session.commit()

    assert link in mine.get(f"/teams/{team.id}").text
    assert link not in signed_in_as(CoordinatorFactory().person).get(f"/teams/{team.id}").text
    assert "王秀英" in mine.get(link).text
    said = publicity.object_to(shown, neighbour, "那天没来", by=neighbour)
    with pytest.raises(StillShown):
        certificates.issue(shown, COMMITTEE, by=coordinator.person)

    time_machine.move_to("2026-10-20T04:00Z", tick=False)
    publicity.answer(said, "问过了，来了", by=coordinator.person)
    assert link in mine.get(f"/teams/{team.id}").text
    assert "问过了，来了" in mine.get(link).text
    certificates.issue(shown, COMMITTEE, by=coordinator.person)
    assert link not in mine.get(f"/teams/{team.id}").text


def test_a_coordinator_whose_own_it_is_learns_nowhere_who_objected(
    team, neighbour, coordinator, served, signed_in_as
):
    holder = CoordinatorFactory(team=team, person__name="周玉兰").person
    served(holder, 134)
    team.publicity_days = 7
    session.commit()
    asked = CertificateFactory(team=team, person=holder)
    publicity.show(asked, by=coordinator.person)
    said = publicity.object_to(asked, neighbour, "那天没来", by=neighbour)
    publicity.answer(said, "来了", by=coordinator.person)

    browser = signed_in_as(holder)
    history = browser.get(f"/teams/{team.id}/history").text

    assert "said that a certificate is not right" in history
    assert "answered an objection to a certificate" in history
    assert "陈明" not in history + browser.get(f"/certificates/{asked.id}").text
    assert "陈明" in signed_in_as(coordinator.person).get(f"/certificates/{asked.id}").text
