"""Visits recorded, and the steps when nobody answers, as people see it."""

from datetime import datetime, timedelta

import pytest

from tests.elders.visiting import ALL_FINE, begun, in_this_order, of, visit_of
from tests.factories.elders import NoAnswerFactory, VisitFactory, volunteer_of
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core import clock, zones
from volunteer.elders import care, queries, recording
from volunteer.elders.models import Finding, MajorChange, Source, Visit, VisitStatus
from volunteer.people import away
from volunteer.people.away import Stretch
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")


# --- recording -------------------------------------------------------------------------------


@pytest.fixture
def visit(elder, paired) -> Visit:
    return begun(elder, paired)


@pytest.fixture
def hers(paired, visit, signed_in_as):
    """The browser of the first visitor."""
    return signed_in_as(paired[0])


def record(browser, visit, **found):
    data = {"outcome": "done", **ALL_FINE, **found}
    return browser.post(f"/visits/{visit.id}/record", data=data, follow_redirects=True).text


def test_everything_is_fine_with_one_button(hers, visit, elder):
    page = record(hers, visit, outcome="no_answer", all_fine="1", next_on="下周二")

    assert "Saved, and the next visit is planned." in page
    assert visit.status is VisitStatus.DONE
    assert {found.finding for found in recording.findings_of(visit).values()} == {Finding.FINE}
    assert elder.last_seen_on == visit.day
    (coming,) = queries.list_planned_visits(elder)
    assert (coming.day.weekday(), len(coming.going)) == (1, 2)


def test_who_phones_is_asked_about_the_call_and_sees_nobody(browser, elder):
    care.note_change(elder, MajorChange.FALL, by=elder.risk_set_by)
    browser.post(of(elder, "/visits"), data={"channel": "phone"})
    (call,) = queries.list_planned_visits(elder)
    assert "Did you reach them?" in browser.get(f"/visits/{call.id}/record").text

    page = record(browser, call)

    assert "Reached on the phone" in page
    assert "A call is not enough now" in page
    assert elder.change is MajorChange.FALL
    page = browser.get(of(elder)).text
    assert "Reached on the phone" in page
    assert "Nobody has been to see them since" in page
    assert "Seen today" not in page


def test_all_fine_takes_nothing_away_that_was_marked(hers, visit):
    marked = {"mood-finding": "watch", "mood-words": "想老伴"}

    page = record(hers, visit, all_fine="1", **marked)

    assert "Something below is marked or written down." in page
    assert "想老伴" in page
    assert visit.is_planned


def test_what_must_be_done_needs_words_and_keeps_what_was_typed(hers, visit):
    page = record(hers, visit, **{"home-finding": "act", "note": "送了橘子", "left": "下午3:40"})

    assert "Please write what has to be done." in page
    assert "送了橘子" in page
    assert "下午3:40" in page
    assert visit.is_planned


def test_what_was_found_is_read_by_the_coordinator(browser, hers, visit, elder):
    record(
        hers,
        visit,
        **{
            "mood-finding": "watch",
            "mood-words": "晚上睡不好",
            "home-finding": "act",
            "home-words": "厨房灯不亮",
            "left": "23:59",
            "told_family": "y",
            "note": "送了橘子",
        },
    )

    page = browser.get(of(elder)).text

    for words in ("晚上睡不好", "厨房灯不亮", "送了橘子", "The family was told.", "To be done"):
        assert words in page


def test_nobody_is_seen_by_a_slip_of_the_thumb_on_save(hers, visit):
    assert "checked" not in hers.get(f"/visits/{visit.id}/record").text.split("only-seen")[0]

    page = hers.post(f"/visits/{visit.id}/record", data=ALL_FINE).text

    assert "Did you see them? Please choose one." in page
    assert visit.is_planned


@pytest.mark.parametrize("more", [{"all_fine": "1"}, {"body-finding": "watch"}])
def test_who_presses_all_fine_or_marks_something_has_said_that_they_saw_them(hers, visit, more):
    hers.post(f"/visits/{visit.id}/record", data={**ALL_FINE, **more})

    assert visit.status is VisitStatus.DONE


def test_who_hands_over_does_not_read_that_the_elder_is_safe(browser, hers, visit):
    record(hers, visit, outcome="no_answer")
    said = {"ending": "handed_over", "handed_to": "网格员小李"}

    page = browser.post(f"{guide_of(visit)}/closing", data=said, follow_redirects=True).text

    assert "网格员小李 goes on until they know." in page
    assert "they are safe" not in page


@pytest.mark.parametrize("outcome", ["no_answer", "postponed", "declined"])
def test_something_marked_means_that_somebody_was_seen(hers, visit, outcome):
    page = record(hers, visit, outcome=outcome, **{"body-finding": "watch"})

    assert "Did you see them after all?" in page
    assert visit.is_planned


@pytest.mark.parametrize(
    ("begins", "typed", "left"),
    [
        ("22:30", "凌晨0:20", "10-14 00:20"),
        ("22:30", "22:10", "10-13 22:10"),
        ("9:00", "8:30", "10-13 08:30"),
        ("13:30", "1:10", "10-13 01:10"),
    ],
)
def test_who_leaves_after_midnight_has_left_on_the_next_day(
    elder, paired, signed_in_as, time_machine, begins, typed, left
):
    begins_at = zones.to_moment(datetime.fromisoformat(f"2026-10-13T{begins:0>5}"), elder.team.zone)
    visit = VisitFactory(elder=elder, people=paired, starts_at=begins_at)
    time_machine.move_to(begins_at + timedelta(hours=3), tick=False)

    record(signed_in_as(paired[0]), visit, left=typed)

    assert f"{visit.wall_left:%m-%d %H:%M}" == left


def test_who_has_left_the_team_has_no_link_to_a_visit_that_has_begun(hers, visit, paired, elder):
    assert f"/visits/{visit.id}" in hers.get("/").text
    MembershipFactory(person=paired[0])

    membership.leave(team_queries.find_membership(elder.team, paired[0]), by=paired[0])

    assert f"/visits/{visit.id}" not in hers.get("/").text


@pytest.mark.parametrize(
    ("day", "said"),
    [("2020-01-01", "This day is over already."), ("2126-10-14", "from today on, within a year.")],
)
def test_a_next_day_that_is_over_or_far_off_is_said_beside_it(hers, visit, day, said):
    page = record(hers, visit, next_on=day)

    assert said in page
    assert visit.is_planned


def test_nobody_moves_a_visit_to_a_year_that_was_mistyped(browser, visit):
    before = visit.wall_starts

    answer = browser.post(f"/visits/{visit.id}/change", data={"day": "2126-10-14", "at": "9:30"})

    assert "Please choose a day from today on, within a year." in answer.text
    assert visit.wall_starts == before


def test_nobody_records_before_it_begins_or_twice(elder, paired, signed_in_as, hers, visit):
    later = visit_of(elder, paired, in_days=0.5)
    assert "This visit has not begun yet." in record(hers, later)
    record(hers, visit)

    record(hers, visit, outcome="declined")

    assert visit.status is VisitStatus.DONE


def test_nobody_answered_leads_to_the_steps(hers, visit, elder):
    page = record(hers, visit, outcome="no_answer")

    assert visit.is_open_alarm
    assert in_this_order(
        page, "At once", "10 minutes", "家人一", "20 minutes", "家人二", "30 minutes"
    )
    for number in ("110", "119", "120", "13900000001", "13700000000", "13700000001"):
        assert f'href="tel:{number}"' in page
    assert "Handed over to somebody" not in page


def test_at_the_door_the_clock_starts_before_anything_is_written_down(hers, visit, elder):
    page = hers.post(f"/visits/{visit.id}/no-answer", follow_redirects=True).text

    assert visit.is_planned
    assert visit.is_open_alarm
    assert in_this_order(page, "just now", "Now", "Knock loudly", "10 minutes")


def guide_of(visit) -> str:
    return f"/no-answers/{visit.no_answer_id}"


def test_each_step_is_written_down_with_who_and_when(hers, visit, paired):
    hers.post(f"/visits/{visit.id}/no-answer")

    step = {"kind": "neighbour", "reached": "yes", "words": "邻居说去买菜了"}
    page = hers.post(f"{guide_of(visit)}/steps", data=step, follow_redirects=True).text

    assert in_this_order(page, "They know something", paired[0].name, "邻居说去买菜了")
    assert visit.is_open_alarm


def test_a_step_that_there_is_not_is_not_written_down(hers, visit):
    hers.post(f"/visits/{visit.id}/no-answer")

    assert (
        hers.post(f"{guide_of(visit)}/steps", data={"kind": "x", "reached": "yes"}).status_code
        < 500
    )

    assert visit.no_answer.steps == []


def test_a_visitor_says_that_they_spoke_with_them_and_hands_over_to_nobody(hers, visit):
    record(hers, visit, outcome="no_answer")

    hers.post(f"{guide_of(visit)}/closing", data={"ending": "handed_over", "handed_to": "小陈"})
    assert visit.is_open_alarm

    hers.post(f"{guide_of(visit)}/closing", data={"ending": "spoke", "words": "在午睡"})
    assert not visit.is_open_alarm


@pytest.mark.parametrize(
    "said", [{"ending": "spoke", "words": " "}, {"ending": "handed_over", "words": "好"}, {}]
)
def test_it_stays_open_without_words(browser, hers, visit, said):
    record(hers, visit, outcome="no_answer")

    browser.post(f"{guide_of(visit)}/closing", data=said)

    assert visit.is_open_alarm


def test_who_tries_to_close_it_too_early_is_told_why_not(browser, hers, visit):
    record(hers, visit, outcome="no_answer")

    page = browser.post(f"{guide_of(visit)}/closing", data={"ending": "spoke"}).text

    assert "Nobody has made sure yet that they are safe, so this can" in page


@pytest.mark.parametrize(
    ("said", "is_seen"),
    [
        ({"ending": "spoke", "words": "儿子来了"}, True),
        ({"ending": "handed_over", "handed_to": "儿子来了"}, False),
    ],
)
def test_a_coordinator_closes_it(browser, hers, visit, elder, said, is_seen):
    record(hers, visit, outcome="no_answer")
    assert "Not safe yet" in browser.get(f"/teams/{elder.team_id}/elders").text

    page = browser.post(f"{guide_of(visit)}/closing", data=said, follow_redirects=True).text

    assert "儿子来了" in page
    assert not visit.is_open_alarm
    assert (elder.last_seen_on == elder.team.today(clock.now())) is is_seen
    assert "Not safe yet" not in browser.get(f"/teams/{elder.team_id}/elders").text


def test_the_coordinator_sees_it_on_the_first_page_with_its_clock(browser, elder):
    NoAnswerFactory(elder=elder, began_at=clock.now() - timedelta(minutes=12, seconds=5))

    page = browser.get("/").text

    assert in_this_order(page, "Nobody answered. Are they safe?", "王婆婆", "for 12 minutes")


def test_nobody_else_sees_the_steps(signed_in_as, elder, visit):
    found = NoAnswerFactory(elder=elder)

    for stranger in (volunteer_of(elder.team), CoordinatorFactory().person):
        assert signed_in_as(stranger).get(f"/no-answers/{found.id}").status_code == 404
    assert signed_in_as(found.began_by).get(f"/no-answers/{found.id}").status_code == 200


def test_a_coordinator_reads_who_can_go_to_the_door(signed_in_as, coordinator, elder, paired):
    found = NoAnswerFactory(elder=elder, source=Source.CALL)
    here, gone = paired
    today = elder.team.today(clock.now())
    away.note(gone, Stretch(today, today), by=gone)

    theirs = signed_in_as(coordinator.person).get(f"/no-answers/{found.id}").text
    callers = signed_in_as(found.began_by).get(f"/no-answers/{found.id}").text

    assert in_this_order(theirs, "somebody goes there and knocks", here.name)
    assert gone.name not in theirs
    assert here.name not in callers


# --- there, and safely out; the notes before the first visit ---------------------------------


def test_a_visitor_says_that_they_are_there_and_safely_out(hers, visit):
    assert "We are there" in hers.get(f"/visits/{visit.id}").text

    hers.post(f"/visits/{visit.id}/arrival")
    page = hers.post(f"/visits/{visit.id}/safe-exit", follow_redirects=True).text

    assert in_this_order(page, "Arrived at", "Safely out at")
    assert visit.safe_out_at is not None


def test_before_the_first_visit_one_reads_what_to_beware_of(hers, browser, elder, paired):
    visit = visit_of(elder, paired, in_days=0.5)
    page = hers.get(f"/visits/{visit.id}").text
    assert in_this_order(
        page, "Your first visit here: read this before", "楼梯灯暗", "I have read it"
    )
    assert "First time: notes to read" in browser.get(f"/visits/{visit.id}").text

    page = hers.post(f"/visits/{visit.id}/reading", follow_redirects=True).text

    assert "Your first visit here" not in page
    assert "First time: has read them" in browser.get(f"/visits/{visit.id}").text
