"""The team's hours as a table: its lines, what is not in it, and that it is noted."""

import csv
import io

from tests.factories.activities import ActivityFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.audit.models import AuditEntry, ReadingEntry, Reason
from volunteer.core.database import session
from volunteer.people import safety_cards

YEAR = {"first_on": "2026-01-01", "last_on": "2026-10-12"}


def lines(answer):
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


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


def test_that_it_was_taken_along_is_noted(coordinator, team, signed_in_as):
    browser = signed_in_as(coordinator.person)
    assert f"/teams/{team.id}/hours/table" in browser.get(f"/teams/{team.id}/hours").text
    browser.get(f"/teams/{team.id}/hours/table")
    assert session.query(AuditEntry).filter_by(action="hours.exported").count() == 0

    assert len(lines(browser.post(f"/teams/{team.id}/hours/table", data=YEAR))) == 1

    noted = session.query(AuditEntry).filter_by(action="hours.exported").one()
    assert (noted.by_id, noted.team_id) == (coordinator.person_id, team.id)
    assert noted.details == {"count": 0, "first": "2026-01-01", "last": "2026-10-12"}


def test_days_that_cannot_be_give_no_file(coordinator, team, signed_in_as):
    answer = signed_in_as(coordinator.person).post(
        f"/teams/{team.id}/hours/table", data={**YEAR, "last_on": "2027-01-01"}
    )

    assert answer.mimetype == "text/html"
    assert "This day is still to come" in answer.text


def test_the_number_in_the_national_system_goes_along_and_the_look_is_noted(
    member, team, coordinator, served, signed_in_as
):
    served(member, 134)
    safety_cards.fill_in(member, safety_cards.Details(national_no="510100123456"), by=member)

    answer = signed_in_as(coordinator.person).post(f"/teams/{team.id}/hours/table", data=YEAR)

    headings, line = lines(answer)
    assert (headings[-1], line[-1]) == ("Number in the national system", "510100123456")
    look = session.query(ReadingEntry).one()
    assert (look.by_id, look.person_id, look.reason) == (
        coordinator.person_id, member.id, Reason.EXPORT,
    )  # fmt: skip
