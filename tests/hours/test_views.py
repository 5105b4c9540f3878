"""The pages of certificates: asking, answering, the paper, and whether one is genuine."""

import re

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.deeds import visited
from tests.factories.hours import CertificateFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities.attendance import closing as closing_again
from volunteer.activities.models import Attendance, Closing
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.hours.models import CertificateStatus, ServiceCertificate
from volunteer.teams.models import TeamRole

NEW = "/my-hours/certificates/new"
YEAR = {"first_on": "2026-01-01", "last_on": "2026-10-12"}
COMMITTEE = {
    "unit": "锦绣社区居民委员会",
    "in_charge": "",
    "handler": "蒋桂芳",
    "contact": "02812345678",
}


def last():
    session.expire_all()
    return session.query(ServiceCertificate).order_by(ServiceCertificate.id.desc()).first()


@pytest.fixture
def asked(member, team, served):
    served(member, 134)
    return CertificateFactory(person=member, team=team)


@pytest.fixture
def issued(asked, coordinator, signed_in_as):
    browser = signed_in_as(coordinator.person)
    browser.post(f"/certificates/{asked.id}", data={**COMMITTEE, "issue": "1"})
    return last()


@pytest.fixture
def check(client):
    """What somebody reads who is not signed in, and types this number."""

    def read(*number):
        asked = {"number": number[0]} if number else {}
        english = {"Accept-Language": "en"}
        return client.get("/certificates/check", query_string=asked, headers=english).text

    return read


def test_in_january_my_hours_still_say_how_many_they_were_last_year(
    member, served, signed_in_as, time_machine
):
    served(member, 134)
    served(member, 60, "2025-12-31", is_service=False)
    assert "in 2026" not in signed_in_as(member).get("/my-hours").text

    time_machine.move_to("2026-12-31T16:10Z", tick=False)
    served(member, 30, "2026-12-31")
    served(member, 60, "2027-01-01")

    page = signed_in_as(member).get("/my-hours").text
    assert page.index("in 2027: <b>1 hour</b>") < page.index("in 2026: <b>2 hours 44 min</b>")
    assert "in 2025" not in page


def test_what_waits_to_be_confirmed_is_named_before_it_would_be_missing(
    asked, member, team, coordinator, served, signed_in_as
):
    here, missing = f"/certificates/{asked.id}", "would be missing on it"
    mine, theirs = signed_in_as(member), signed_in_as(coordinator.person)
    assert missing not in theirs.get(here).text
    came = served(member, 60, "2026-09-02", title="看望老人", closed_by=None)
    nothing_noted = served(member, 60, "2026-09-01", closed_by=None)
    session.delete(nothing_noted)
    session.commit()
    served(member, 60, "2025-12-30", title="去年的", closed_by=None)
    served(member, 60, "2026-09-03", title="开会", is_service=False, closed_by=None)
    served(PersonFactory(), 60, "2026-09-02", closed_by=None)
    visited(member, wall="2026-09-04T15:00", team=team)

    waiting = theirs.get(here).text
    assert missing in waiting
    closing = re.findall(r"/activities/dates/(\d+)/closing", waiting)
    assert set(map(int, closing)) == {came.occurrence_id, nothing_noted.occurrence_id}
    assert "1 visit or help" in waiting
    assert missing in mine.get(here).text
    assert "/closing" not in mine.get(here).text


def test_from_my_hours_to_the_paper(member, coordinator, served, signed_in_as):
    served(member, 134)
    mine, theirs = signed_in_as(member), signed_in_as(coordinator.person)
    assert "/my-hours/certificates" in mine.get("/my-hours").text

    assert mine.post(NEW, data=YEAR).location == "/my-hours/certificates"
    here = f"/certificates/{last().id}"
    assert here in mine.get("/my-hours/certificates").text
    assert here in theirs.get(f"/teams/{coordinator.team_id}/today").text
    assert here in theirs.get(f"/teams/{coordinator.team_id}/certificates").text
    asked = theirs.get(here).text
    assert "王秀英" in asked
    assert "爱心午饭" in asked
    theirs.post(here, data={**COMMITTEE, "issue": "1"})

    assert last().is_issued
    assert here not in theirs.get(f"/teams/{coordinator.team_id}/today").text
    paper = mine.get(f"{here}/sheet").text
    for words in ("王秀英", "锦绣社区居民委员会", "2.0 hours", "爱心午饭", "掌勺", last().number):
        assert words in paper
    assert "<svg" in paper


def test_what_is_offered_are_all_days_from_the_first_one_on(member, served, signed_in_as):
    served(member, 60, "2025-03-04")
    page = signed_in_as(member).get(NEW).text

    assert re.search(r'name="first_on"[^>]* value="[^"]*4 Mar 2025"', page)
    assert 'name="team"' not in page


def test_without_hours_there_is_nothing_to_ask_for(member, signed_in_as):
    browser = signed_in_as(member)

    assert NEW not in browser.get("/my-hours/certificates").text
    assert "No hours count yet" in browser.get(NEW).text
    assert "No hours count yet" in browser.post(NEW, data=YEAR).text
    assert last() is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1月1日", "2026-01-01"), ("31 Dec", "2025-12-31"), ("2026-02-28", "2026-02-28")],
)
def test_a_day_without_a_year_has_been(member, served, signed_in_as, typed, kept):
    served(member, 60)

    signed_in_as(member).post(NEW, data={**YEAR, "first_on": typed})

    assert last().first_on.isoformat() == kept


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"first_on": "2027-01-01"}, "This day is still to come"),
        ({"last_on": "13 Oct 2026"}, "This day is still to come"),
        ({"first_on": "2026-10-10", "last_on": "2026-10-09"}, "must not lie before the first"),
        ({"first_on": "2026-10-08"}, "No hours count in these days"),
        ({"first_on": ""}, "Please fill this in"),
    ],
)
def test_days_that_cannot_be_are_said_and_nothing_is_lost(
    member, served, signed_in_as, days, words
):
    served(member, 60)

    page = signed_in_as(member).post(NEW, data={**YEAR, **days}).text

    assert words in page
    assert last() is None


def test_of_several_teams_one_is_chosen(member, served, signed_in_as):
    other = CoordinatorFactory(team__name="奶奶的厨房")
    served(member, 60)
    served(member, 30, team=other.team)
    browser = signed_in_as(member)
    assert "奶奶的厨房" in browser.get(NEW).text

    browser.post(NEW, data={**YEAR, "team": other.team_id})

    assert last().team_id == other.team_id
    assert "Of which team" in browser.post(NEW, data={**YEAR, "team": "999"}).text


def test_a_coordinator_begins_for_a_member_and_goes_on_to_issue_it(
    member, coordinator, served, signed_in_as
):
    served(member, 134)
    membership = MembershipFactory(team=coordinator.team, person=PersonFactory())
    browser = signed_in_as(coordinator.person)
    base = f"/teams/{coordinator.team_id}/members"
    theirs = next(m for m in coordinator.team.memberships if m.person_id == member.id)
    new = f"{base}/{theirs.id}/certificates/new"
    assert new in browser.get(f"{base}/{theirs.id}").text

    answer = browser.post(new, data=YEAR)

    assert answer.location == f"/certificates/{last().id}"
    assert last().asked_by_id == coordinator.person_id
    assert browser.get(new).location == answer.location
    page = browser.get(answer.location).text
    assert "Issue it" in page
    assert 'value="蒋桂芳"' in page
    assert "No hours count yet" in browser.get(f"{base}/{membership.id}/certificates/new").text


def test_who_records_is_offered_as_on_the_last_one(issued, team, served, coordinator, signed_in_as):
    mate = MembershipFactory(team=team).person
    served(mate, 60)
    asked = CertificateFactory(person=mate, team=team)

    page = signed_in_as(coordinator.person).get(f"/certificates/{asked.id}").text

    assert 'value="锦绣社区居民委员会"' in page


def test_saying_no_and_why(asked, member, coordinator, signed_in_as):
    browser = signed_in_as(coordinator.person)
    here = f"/certificates/{asked.id}"

    assert "Please fill this in" in browser.post(here, data={"refuse": "1"}).text
    browser.post(here, data={"refuse": "1", "no-reason": "十月还没核对"})

    assert last().status is CertificateStatus.REFUSED
    assert "十月还没核对" in signed_in_as(member).get(here).text
    assert browser.post(here, data={**COMMITTEE, "issue": "1"}).status_code == 409


def test_the_owner_takes_it_back(asked, member, signed_in_as):
    browser = signed_in_as(member)
    here = f"/certificates/{asked.id}"
    assert "Nobody issues their own" in browser.get(here).text

    assert browser.post(f"{here}/withdrawal").location == "/my-hours/certificates"

    assert last().status is CertificateStatus.TAKEN_BACK
    assert browser.post(f"{here}/withdrawal").status_code == 409


def test_the_owner_cannot_answer_nor_a_stranger_look(asked, member, signed_in_as):
    here = f"/certificates/{asked.id}"
    mine = signed_in_as(member)

    mine.post(here, data={**COMMITTEE, "issue": "1"})

    assert last().is_asked
    assert "Issue it" not in mine.get(here).text
    for stranger in (CoordinatorFactory().person, MembershipFactory(team=asked.team).person):
        browser = signed_in_as(stranger)
        assert browser.get(here).status_code == 404
        assert browser.post(here, data={**COMMITTEE, "issue": "1"}).status_code == 404
        assert browser.post(f"{here}/withdrawal").status_code == 404
        assert browser.get(f"{here}/sheet").status_code == 404


def test_a_coordinator_does_not_issue_their_own(coordinator, team, served, signed_in_as):
    served(coordinator.person, 134)
    asked = CertificateFactory(person=coordinator.person, team=team)
    browser = signed_in_as(coordinator.person)

    browser.post(f"/certificates/{asked.id}", data={**COMMITTEE, "issue": "1"})

    assert last().is_asked
    assert "Issue it" not in browser.get(f"/certificates/{asked.id}").text


def test_who_acts_for_somebody_asks_for_them(member, team, served, signed_in_as):
    companion = UserFactory().person
    going = CompanionFactory(person=member, companion=companion)
    served(member, 60)
    browser = signed_in_as(companion)
    browser.post(f"/companions/{going.id}/acting")

    browser.post(NEW, data=YEAR)

    assert (last().person_id, last().asked_by_id) == (member.id, companion.id)
    assert browser.get(f"/certificates/{last().id}").status_code == 200


def test_corrected_hours_are_said_beside_the_certificate(issued, coordinator, served, signed_in_as):
    browser = signed_in_as(coordinator.person)
    here = f"/certificates/{issued.id}"
    assert "hours were corrected" not in browser.get(here).text
    served(issued.person, 60, "2026-10-01")

    assert "hours were corrected" in browser.get(here).text
    assert "hours were corrected" in signed_in_as(issued.person).get(here).text


def test_a_year_of_dates_is_folded_and_a_few_are_not(issued, coordinator, signed_in_as):
    browser, here = signed_in_as(coordinator.person), f"/certificates/{issued.id}"
    few = browser.get(here).text
    issued.lines = issued.lines * 13
    session.commit()

    many = browser.get(here).text

    assert ['<details class="card fold" open>' in page for page in (few, many)] == [True, False]
    assert ['<details class="card fold">' in page for page in (few, many)] == [False, True]


def test_revoking_takes_the_paper_away(issued, coordinator, signed_in_as):
    browser = signed_in_as(coordinator.person)
    here = f"/certificates/{issued.id}"

    assert "Please fill this in" in browser.post(here, data={"withdraw": "1"}).text
    browser.post(here, data={"withdraw": "1", "revoke-reason": "日期写错了"})

    assert last().is_revoked
    assert "日期写错了" in signed_in_as(issued.person).get(here).text
    assert browser.get(f"{here}/sheet").status_code == 404
    assert browser.post(here, data={"withdraw": "1", "revoke-reason": "再来"}).status_code == 409


def test_everybody_may_check_a_number(issued, check):
    page = check(issued.number)

    assert "it is good" in page
    assert "王*英" in page
    assert "2.0 hours" in page
    # Neither the name nor what was done where.
    assert "王秀英" not in page
    assert "爱心午饭" not in page
    assert "it is good" in check(issued.number.replace("-", " "))


def test_a_number_that_is_none_and_one_that_is_revoked(issued, check):
    assert "There is no certificate" not in check()
    for typed in ("2026-0001-0000-0000", "abc", issued.number[:-1] + "x"):
        assert "There is no certificate with this number" in check(typed)
    assert "Please fill this in" in check("")
    issued.status, issued.revoked_at = CertificateStatus.REVOKED, issued.answered_at
    issued.revoked_by_id = issued.answered_by_id
    session.commit()

    page = check(issued.number)

    assert "It is not good any more" in page
    assert "it is good" not in page


def test_a_list_of_many_asks_the_database_as_often_as_of_one(
    issued, team, coordinator, served, signed_in_as, count_queries
):
    browser = signed_in_as(coordinator.person)
    counts = []
    for _more in range(2):
        with count_queries() as found:
            browser.get(f"/teams/{team.id}/certificates")
        counts.append(len(found))
        for _number in range(5):
            CertificateFactory(team=team, person=MembershipFactory(team=team).person)

    assert counts[1] <= counts[0] <= 12


@pytest.mark.parametrize(
    "day", ["明天", "tomorrow", "后天", "下周三", "２０２７-01-05", "二〇二七年一月五日"]
)
def test_a_day_still_to_come_is_never_taken_for_one_a_year_ago(member, served, signed_in_as, day):
    served(member, 60)

    text = signed_in_as(member).post(NEW, data={**YEAR, "last_on": day}).text

    assert "This day is still to come." in text
    assert last() is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12月5日", "2025-12-05"), ("２０２６-09-30", "2026-09-30"), ("10月13日", "2025-10-13"),
     ("12 Oct", "2026-10-12"), ("昨天", "2026-10-11")],
)  # fmt: skip
def test_a_day_without_a_year_is_the_last_such_day(member, served, signed_in_as, typed, meant):
    served(member, 60, "2025-10-01")

    signed_in_as(member).post(NEW, data={"first_on": "2025-01-01", "last_on": typed})

    assert last().last_on.isoformat() == meant


def test_what_was_taken_back_is_not_called_refused(asked, member, signed_in_as):
    browser = signed_in_as(member)
    browser.post(f"/certificates/{asked.id}/withdrawal")

    text = browser.get(f"/certificates/{asked.id}").text

    assert "Taken back" in text
    assert "Refused" not in text


def test_all_who_wait_stand_on_the_teams_page_and_the_first_few_on_today(
    team, coordinator, signed_in_as
):
    waiting = [CertificateFactory(team=team).id for _number in range(7)]
    browser = signed_in_as(coordinator.person)

    all_of_them = browser.get(f"/teams/{team.id}/certificates").text
    today = browser.get(f"/teams/{team.id}/today").text

    assert all(f'"/certificates/{number}"' in all_of_them for number in waiting)
    assert [f'"/certificates/{number}"' in today for number in waiting] == [True] * 5 + [False] * 2
    assert f'"/teams/{team.id}/certificates"' in today


def test_who_may_not_answer_is_refused_and_not_shown_the_page_as_if_all_were_well(
    asked, member, coordinator, signed_in_as
):
    """Also a coordinator who acts for somebody at this moment."""
    companionship = CompanionFactory(companion=coordinator.person)
    acting = signed_in_as(coordinator.person)
    acting.post(f"/companions/{companionship.id}/acting")

    for browser in (signed_in_as(member), acting):
        answer = browser.post(f"/certificates/{asked.id}", data={**COMMITTEE, "issue": "1"})
        assert answer.status_code in {403, 404}
    assert last().is_asked


def test_the_phone_of_who_coordinates_no_more_is_not_offered_again(
    issued, member, team, coordinator, signed_in_as
):
    mate = CoordinatorFactory(team=team)
    again = CertificateFactory(person=member, team=team)
    browser = signed_in_as(mate.person)
    before = browser.get(f"/certificates/{again.id}").text

    coordinator.role = TeamRole.MEMBER
    session.commit()
    after = browser.get(f"/certificates/{again.id}").text

    assert ["1234 5678" in text for text in (before, after)] == [True, False]
    assert COMMITTEE["unit"] in after


def test_whoever_issues_reads_which_hours_nobody_else_has_confirmed(
    asked, member, served, coordinator, signed_in_as
):
    served(member, 60, "2026-03-04", closed_by=member)

    text = signed_in_as(coordinator.person).get(f"/certificates/{asked.id}").text

    assert "On 1 day 王秀英 alone has confirmed these hours" in text
    assert "4 Mar" in text


def test_where_it_is_tomorrow_already_the_days_are_those_of_the_team(
    coordinator, team, member, served, signed_in_as, time_machine
):
    """Past midnight in Auckland, ten in the evening in Chengdu."""
    team.zone = "Pacific/Auckland"
    session.commit()
    served(member, 60, "2026-10-13")
    time_machine.move_to("2026-10-12T14:00Z", tick=False)
    theirs, hers = signed_in_as(coordinator.person), signed_in_as(member)
    here = f"/teams/{team.id}/hours/table"

    table = theirs.post(here, data={"first_on": "1 Oct", "last_on": "13 Oct"})
    hers.post(NEW, data={"first_on": "13 Oct", "last_on": "13 Oct"})

    assert 'value="Tue 13 Oct"' in theirs.get(here).text
    assert "王秀英" in table.text
    assert last().last_on.isoformat() == "2026-10-13"


def test_a_day_that_is_open_again_is_no_reason_for_a_new_certificate(
    issued, member, coordinator, signed_in_as
):
    """Somebody else's hours may be wrong; these may come back as they were."""
    row = session.query(Attendance).filter_by(person_id=member.id).one()
    closing = Closing(occurrence=row.occurrence, by=coordinator.person, lines={})
    session.add(closing)
    session.commit()
    hers = signed_in_as(member)

    closing_again.reopen(row.occurrence, reason="算错了", by=coordinator.person)
    meanwhile = hers.get(f"/certificates/{issued.id}").text
    row.confirmed_at, row.confirmed_by, row.minutes = clock.now(), coordinator.person, 60
    session.commit()
    afterwards = hers.get(f"/certificates/{issued.id}").text

    assert "A day of these is open again" in meanwhile
    assert "Please ask for a new one." not in meanwhile
    assert "by now 1 hour count in these days. Please ask for a new one." in afterwards
