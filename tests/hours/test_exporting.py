"""The team's hours as a table: its lines, what is not in it, and that it is noted."""

import csv
import io
from datetime import date

from tests.factories.activities import ActivityFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.activities.models import Closing
from volunteer.audit.models import AuditEntry, ReadingEntry, Reason
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.hours import stars
from volunteer.people import safety_cards
from volunteer.teams.models import Membership, MembershipStatus, Quality
from volunteer.training import qualifications

YEAR = {"first_on": "2026-01-01", "last_on": "2026-10-12"}


def lines(answer):
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def membership_of(person):
    return session.query(Membership).filter_by(person_id=person.id).one()


def test_a_line_for_each_person_and_date(member, team, coordinator, served, signed_in_as):
    lunch = ActivityFactory(team=team, title="爱心午饭", place="黉门街", leader=coordinator.person)
    served(member, 134, activity=lunch)
    served(
        MembershipFactory(team=team, person__name="陈明").person, 60, "2026-03-04", title="看望老人"
    )
    served(member, 90, title="开会", is_service=False)
    served(member, 60, team=TeamFactory())
    served(member, 60, "2025-12-31")

    answer = signed_in_as(coordinator.person).post(f"/teams/{team.id}/hours/table", data=YEAR)

    headings, first, second = lines(answer)
    assert headings[:3] == ["Name", "Activity", "Date of service"]
    assert first[:3] == ["陈明", "看望老人", "2026-03-04"]
    assert second == [
        "王秀英", "爱心午饭", "2026-10-07", "黉门街", "掌勺", "134", team.name, "蒋桂芳", "",
    ]  # fmt: skip


def test_who_was_in_charge_on_the_day_stands_there_whoever_leads_it_now(
    member, team, coordinator, served, signed_in_as
):
    row = served(member, 60, activity=ActivityFactory(team=team, leader=coordinator.person))
    for number, led_by in enumerate((coordinator.person, member)):
        closing = Closing(occurrence=row.occurrence, by=coordinator.person, led_by=led_by, lines={})
        if not number:
            closing.reopened_by, closing.reopened_at = coordinator.person, clock.now()
        session.add(closing)
        session.commit()

    answer = signed_in_as(coordinator.person).post(f"/teams/{team.id}/hours/table", data=YEAR)

    assert [line[7] for line in lines(answer)[1:]] == ["王秀英"]


def test_the_members_go_along_with_what_they_learned_and_how_well_they_served(
    member, team, coordinator, served, signed_in_as, count_queries
):
    by = coordinator.person
    member.birth_year, member.birth_month = 1958, 3
    for number in range(9):
        served(member, 720, f"2026-09-0{number + 1}")
    first_aid = qualifications.name_training(team, "急救", 8, by=by)
    kitchen = qualifications.name_training(team, "食品安全", by=by)
    passed = {first_aid.id: None, kitchen.id: date(2027, 10, 1)}
    qualifications.note_passed(member, team, passed, by=by)
    stars.give(membership_of(member), 1, Quality.VERY_GOOD, "", by=by)
    safety_cards.fill_in(member, safety_cards.Details(national_no="510100123456"), by=member)
    MembershipFactory(team=team, person__name="陈明", status=MembershipStatus.LEFT)
    browser, here = signed_in_as(by), f"/teams/{team.id}/hours/members"

    with count_queries() as sent:
        headings, *rows = lines(browser.post(here))

    assert len(sent) <= 20
    assert headings[:3] == ["Name", "Number in the national system", "Born"]
    assert [row[0] for row in rows] == ["蒋桂芳", "王秀英"]
    assert rows[1][1:3] == ['="510100123456"', '="1958-03"']
    assert rows[1][4:] == [
        "急救, 8 hours of learning; 食品安全, good until 2027-10-01", "1", "2026-10-12", team.name,
        "Very well",
    ]  # fmt: skip
    noted = session.query(AuditEntry).filter_by(action="members.exported").one()
    assert (noted.by_id, noted.details) == (by.id, {"count": 2})
    assert session.query(ReadingEntry).one().reason is Reason.EXPORT


def test_that_it_was_taken_along_is_noted(member, coordinator, team, served, signed_in_as):
    served(member, 60)
    browser = signed_in_as(coordinator.person)
    assert f"/teams/{team.id}/hours/table" in browser.get(f"/teams/{team.id}/hours").text
    browser.get(f"/teams/{team.id}/hours/table")
    assert session.query(AuditEntry).filter_by(action="hours.exported").count() == 0

    assert len(lines(browser.post(f"/teams/{team.id}/hours/table", data=YEAR))) == 2

    noted = session.query(AuditEntry).filter_by(action="hours.exported").one()
    assert (noted.by_id, noted.team_id) == (coordinator.person_id, team.id)
    assert noted.details == {"count": 1, "first": "2026-01-01", "last": "2026-10-12"}


def test_days_that_cannot_be_give_no_file(coordinator, team, signed_in_as):
    answer = signed_in_as(coordinator.person).post(
        f"/teams/{team.id}/hours/table", data={**YEAR, "last_on": "2027-01-01"}
    )

    assert answer.mimetype == "text/html"
    assert "This day is still to come" in answer.text


def test_days_on_which_no_hours_count_give_no_empty_file(
    member, coordinator, team, served, signed_in_as
):
    served(member, 60, "2025-12-31")

    answer = signed_in_as(coordinator.person).post(f"/teams/{team.id}/hours/table", data=YEAR)

    assert answer.mimetype == "text/html"
    assert "No hours count in these days" in answer.text


def test_at_the_turn_of_the_year_december_is_proposed(
    coordinator, team, signed_in_as, time_machine
):
    time_machine.move_to("2027-01-02T04:00Z", tick=False)

    page = signed_in_as(coordinator.person).get(f"/teams/{team.id}/hours/table").text

    assert 'value="Tue 1 Dec 2026"' in page
    assert 'value="Sat 2 Jan"' in page


def test_the_number_in_the_national_system_goes_along_and_the_look_is_noted(
    member, team, coordinator, served, signed_in_as
):
    served(member, 134)
    safety_cards.fill_in(member, safety_cards.Details(national_no="510100123456"), by=member)

    answer = signed_in_as(coordinator.person).post(f"/teams/{team.id}/hours/table", data=YEAR)

    headings, line = lines(answer)
    assert (headings[-1], line[-1]) == ("Number in the national system", '="510100123456"')
    look = session.query(ReadingEntry).one()
    assert (look.by_id, look.person_id, look.reason) == (
        coordinator.person_id, member.id, Reason.EXPORT,
    )  # fmt: skip
