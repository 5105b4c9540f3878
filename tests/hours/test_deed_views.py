"""The pages of hours of visits and help; and that whom they were for stands on none of them."""

import csv
import io
import re
from datetime import date

import pytest

from tests.factories.deeds import visited
from tests.factories.teams import CoordinatorFactory
from volunteer.activities.models import MistakeNote
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.deeds.models import Deed
from volunteer.hours import certificates, confirming, queries
from volunteer.hours.certificates import Issuer
from volunteer.hours.records import Line, Span

ELDER = "孙福贵"
YEAR = {"first_on": "2026-01-01", "last_on": "2026-10-12"}
THIS_YEAR = Span(date(2026, 1, 1), date(2026, 10, 12))


@pytest.fixture
def page(team):
    return f"/teams/{team.id}/hours/deeds"


def fields(*deeds, minutes=60):
    rows = {}
    for number, deed in enumerate(deeds):
        rows |= {f"rows-{number}-deed": deed.id, f"rows-{number}-minutes": minutes}
    return rows


def waits():
    session.expire_all()
    return session.query(Deed).filter(Deed.confirmed_at.is_(None)).count()


def test_a_week_is_confirmed_in_one_press(member, team, coordinator, page, signed_in_as):
    """The page shows the week that waits longest."""
    old = visited(member, 45, "2026-09-30T15:00", team=team, is_guessed=True)
    new = visited(member, team=team)
    browser = signed_in_as(coordinator.person)

    today = browser.get(f"/teams/{team.id}/today").text
    days = browser.get(f"/teams/{team.id}/hours").text
    shown = browser.get(page).text
    other = browser.get(f"{page}?week=2026-10-05").text
    browser.post(f"{page}?week=2026-10-05", data=fields(new, minutes=30))

    assert "Hours of visits and help to be confirmed" in today
    assert "2 lines wait" in days
    assert "Nobody wrote down how long" in shown
    assert f'value="{old.id}"' in shown
    assert f'value="{new.id}"' in other
    assert f'value="{old.id}"' not in other
    assert (waits(), new.minutes) == (1, 30)
    assert "30 minutes" in browser.get(page).text


def test_why_it_cannot_count_stands_beside_it(member, team, coordinator, page, signed_in_as):
    first = visited(member, team=team)
    second = visited(member, 60, "2026-10-08T15:30", team=team)

    answer = signed_in_as(coordinator.person).post(page, data=fields(first, second))

    assert "at the same time" in answer.text
    assert "1 thing to mend" in answer.text
    assert 'href="#rows-1-minutes"' in answer.text
    assert "Nothing counts yet" in answer.text
    assert f'name="aside" value="{second.id}"' in answer.text
    assert waits() == 2


def test_what_cannot_count_is_left_aside_by_one_press_and_the_others_count(
    member, team, coordinator, page, signed_in_as
):
    first, second = visited(member, team=team), visited(member, 60, "2026-10-08T15:30", team=team)
    browser = signed_in_as(coordinator.person)
    sent = {**fields(first, second), "rows-1-minutes": "", "aside": str(second.id)}

    answer = browser.post(f"{page}?week=2026-10-05", data=sent, follow_redirects=True)

    session.expire_all()
    assert (first.is_confirmed, second.is_confirmed) == (True, False)
    assert "Confirmed: 1 line counts now." in answer.text
    assert f'value="{second.id}"' in answer.text


def test_where_nothing_else_is_left_nothing_is_offered_to_be_left_aside(
    member, team, coordinator, page, signed_in_as, served
):
    served(member, 120, "2026-10-08")
    deed = visited(member, 60, "2026-10-08T11:30", team=team)

    answer = signed_in_as(coordinator.person).post(page, data=fields(deed))

    assert "at the same time" in answer.text
    assert 'name="aside"' not in answer.text


def test_day_and_hour_are_corrected_beside_the_minutes(
    member, team, coordinator, page, signed_in_as
):
    deed, other = visited(member, team=team), visited(member, 60, "2026-10-09T15:00", team=team)
    browser = signed_in_as(coordinator.person)
    shown = browser.get(page).text
    sent = {**fields(deed, other), "rows-0-day": "7 Oct", "rows-0-begins": "9:30 am"}

    browser.post(page, data=sent)

    session.expire_all()
    assert re.findall(r'id="rows-0-(?:day|begins)"[^>]*value="([^"]+)"', shown) == [
        "Thu 8 Oct",
        "3:00 pm",
    ]
    assert str(deed.wall_starts) == "2026-10-07 09:30:00"
    assert str(other.wall_starts) == "2026-10-09 15:00:00"
    assert waits() == 0


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("day", "13 Oct 2026", "This day is still to come."),
        ("begins", "half", "We could not read “half”"),
    ],
)
def test_a_beginning_that_cannot_be_is_not_taken(
    member, team, coordinator, page, signed_in_as, field, typed, words
):
    deed = visited(member, team=team)

    answer = signed_in_as(coordinator.person).post(
        page, data={**fields(deed), f"rows-0-{field}": typed}
    )

    assert words in answer.text
    assert "<details open>" in answer.text
    assert waits() == 1


def test_seconds_nobody_sees_are_no_correction(member, team, coordinator, page, signed_in_as):
    deed = visited(member, 60, "2026-10-08T15:00:42", team=team)
    sent = {**fields(deed), "rows-0-day": "8 Oct", "rows-0-begins": "3:00 pm"}

    signed_in_as(coordinator.person).post(page, data=sent)

    assert "began" not in session.query(AuditEntry).filter_by(action="deed.confirmed").one().details


def test_the_only_coordinator_reads_what_to_do_so_that_their_own_count(
    team, coordinator, page, signed_in_as
):
    visited(coordinator.person, team=team)
    browser = signed_in_as(coordinator.person)
    alone = [browser.get(path).text for path in (page, "/my-hours")]
    CoordinatorFactory(team=team)
    no_more = [browser.get(path).text for path in (page, "/my-hours")]

    assert ["you are the only coordinator" in text for text in alone] == [True, True]
    assert [f'href="/teams/{team.id}/members"' in text for text in alone] == [True, True]
    assert ["you are the only coordinator" in text for text in no_more] == [False, False]


def test_who_does_not_coordinate_waits_for_the_one_coordinator(member, team, signed_in_as):
    visited(member, team=team)

    assert "only coordinator" not in signed_in_as(member).get("/my-hours").text


def test_ones_own_have_no_field_and_are_not_taken(team, coordinator, page, signed_in_as):
    CoordinatorFactory(team=team)
    deed = visited(coordinator.person, team=team)
    browser = signed_in_as(coordinator.person)

    shown = browser.get(page).text
    browser.post(page, data=fields(deed))

    assert "another coordinator confirms it" in shown
    assert "rows-0-minutes" not in shown
    assert waits() == 1


def test_a_week_of_which_one_may_confirm_something_comes_first(
    member, team, coordinator, page, signed_in_as
):
    visited(coordinator.person, 60, "2026-09-30T15:00", team=team)
    deed = visited(member, team=team)

    shown = signed_in_as(coordinator.person).get(page).text

    assert f'value="{deed.id}"' in shown
    assert 'Minutes that count<span class="vh">, 王秀英, 8 Oct</span>' in shown


def test_an_old_page_does_not_confirm_what_was_opened_again_since(
    member, team, coordinator, page, signed_in_as, time_machine
):
    deed = visited(member, team=team)
    browser = signed_in_as(coordinator.person)
    shown = re.search(r'name="shown"[^>]*value="([^"]+)"', browser.get(page).text)
    mate = CoordinatorFactory(team=team).person
    time_machine.shift(60)
    confirming.confirm(team, {deed.id: 60}, by=mate)
    confirming.reopen(deed, reason="只去了半小时", by=mate)

    answer = browser.post(page, data={**fields(deed), "shown": shown[1]}, follow_redirects=True)

    assert "opened them again" in answer.text
    assert "只去了半小时" in answer.text
    assert waits() == 1


def test_where_only_ones_own_wait_it_says_who_confirms_them(team, coordinator, page, signed_in_as):
    CoordinatorFactory(team=team)
    visited(coordinator.person, team=team)
    browser = signed_in_as(coordinator.person)

    assert "Another coordinator confirms these hours" in browser.get(page).text


def test_something_is_wrong_with_an_old_one_of_who_visits_every_day(
    member, team, coordinator, signed_in_as, monkeypatch
):
    monkeypatch.setattr(queries.deed_queries, "NEWEST", 1)
    deed = visited(member, 60, "2026-09-30T15:00", team=team, confirmed_by=coordinator.person)
    visited(member, team=team)

    form = signed_in_as(member).get(f"/my-hours/mistakes/new?about=deed-{deed.id}").text

    assert f'value="deed-{deed.id}"' in form


def test_what_is_said_to_be_wrong_is_answered_and_corrected(
    member, team, coordinator, page, signed_in_as
):
    deed = visited(member, team=team, confirmed_by=coordinator.person)
    mine, theirs = signed_in_as(member), signed_in_as(coordinator.person)
    new = f"/my-hours/mistakes/new?about=deed-{deed.id}"

    assert new in mine.get("/my-hours").text
    mine.post(new, data={"person": member.id, "about": f"deed-{deed.id}", "words": "去了两小时"})
    assert "says that something is not right" in theirs.get(page).text
    assert "去了两小时" in theirs.get(f"{page}/{deed.id}").text
    note = session.query(MistakeNote).one().id
    theirs.post(f"{page}/{deed.id}/notes", data={"note": note, "words": "改好了"})
    theirs.post(f"{page}/{deed.id}", data={"reason": "少记了一小时"})

    assert "改好了" in mine.get("/my-hours").text
    assert waits() == 1
    assert "少记了一小时" in theirs.get(page).text


def test_a_note_about_somebody_elses_visit_is_not_taken(member, team, coordinator, signed_in_as):
    deed = visited(coordinator.person, team=team)

    signed_in_as(member).post(
        "/my-hours/mistakes/new",
        data={"person": member.id, "about": f"deed-{deed.id}", "words": "x"},
    )

    assert session.query(MistakeNote).count() == 0


def test_only_what_counts_and_is_not_ones_own_can_be_opened_again(
    member, team, coordinator, page, signed_in_as
):
    mate = CoordinatorFactory(team=team).person
    counts = visited(member, team=team, confirmed_by=mate)
    waiting = visited(member, 60, "2026-10-09T15:00", team=team)
    own = visited(coordinator.person, 60, "2026-10-09T15:00", team=team, confirmed_by=mate)
    browser = signed_in_as(coordinator.person)

    offered = [
        "Yes, open it again" in browser.get(f"{page}/{deed.id}").text
        for deed in (counts, waiting, own)
    ]

    assert offered == [True, False, False]


def test_who_does_not_coordinate_finds_nothing_there(member, team, page, signed_in_as):
    deed = visited(member, team=team)
    browser = signed_in_as(member)

    codes = {
        browser.get(page).status_code,
        browser.get(f"{page}/{deed.id}").status_code,
        browser.post(page, data=fields(deed)).status_code,
        browser.post(f"{page}/{deed.id}/notes", data={"note": 1, "words": "x"}).status_code,
    }

    assert codes == {404}
    assert waits() == 1


def test_a_coordinator_of_another_team_opens_none_of_them(member, team, signed_in_as):
    deed, other = visited(member, team=team), CoordinatorFactory()

    answer = signed_in_as(other.person).get(f"/teams/{other.team_id}/hours/deeds/{deed.id}")

    assert answer.status_code == 404


def test_nowhere_stands_whom_it_was_for(member, team, coordinator, page, served, signed_in_as):
    """S15: on the pages of hours, in the file, on the certificate and where it is checked."""
    whom_and_where = (ELDER, "孙婆婆", "锦绣东方小区")
    served(member, 60, "2026-10-07")
    deed = visited(member, 60, team=team, confirmed_by=coordinator.person)
    visited(member, 60, "2026-10-09T09:00", team=team)
    mine, theirs = signed_in_as(member), signed_in_as(coordinator.person)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)
    certificates.issue(asked, Issuer("锦绣社区居民委员会"), by=coordinator.person)

    table = theirs.post(f"/teams/{team.id}/hours/table", data=YEAR).data.decode("utf-8-sig")
    seen = [
        mine.get("/my-hours").text,
        mine.get("/my-hours/mistakes/new").text,
        mine.get(f"/certificates/{asked.id}").text,
        mine.get(f"/certificates/{asked.id}/sheet").text,
        mine.get(f"/certificates/check?number={asked.number}").text,
        theirs.get(page).text,
        theirs.get(f"{page}/{deed.id}").text,
        table,
    ]

    assert not [text for text in seen if any(words in text for words in whom_and_where)]
    assert queries.list_lines(team, member, THIS_YEAR)[1] == Line(
        date(2026, 10, 8), team.name, "Visiting an elder", team.place.community.name, 60
    )
    assert asked.minutes == 120
    assert [row[4:6] for row in csv.reader(io.StringIO(table))][1:] == [
        ["掌勺", "60"], ["Visiting an elder", "60"],
    ]  # fmt: skip


def test_opened_again_the_certificate_says_that_it_is_looked_over(
    member, team, coordinator, signed_in_as
):
    deed = visited(member, team=team, confirmed_by=coordinator.person)
    asked = certificates.ask(team, member, THIS_YEAR, by=member)
    certificates.issue(asked, Issuer("锦绣社区居民委员会"), by=coordinator.person)
    deed.confirmed_by = deed.confirmed_at = None
    deed.reopened_by, deed.reopened_at = coordinator.person, deed.ends_at
    session.commit()

    assert queries.is_looked_over(asked)
    assert certificates.counts_now(asked) == 0
    assert asked.minutes == 60
