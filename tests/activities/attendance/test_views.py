"""Check-in, the list at the door, the sheet, closing and one's own hours, as people see them."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities.attendance import check_in, closing, mistakes, noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    Closing,
    MistakeNote,
    Occurrence,
)
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def evening(time_machine):
    return lambda: time_machine.move_to("2026-10-14T12:00Z", tick=False)


def address(occurrence: Occurrence, rest: str = "") -> str:
    return f"/activities/dates/{occurrence.id}{rest}"


def ways():
    return [row.way for row in session.query(Attendance)]


# --- oneself -------------------------------------------------------------------------------


def test_opening_the_picture_changes_nothing_and_its_button_checks_in(occurrence, signed_in_as):
    ana = SignupFactory(occurrence=occurrence).person
    path = address(occurrence, f"/arrival/{check_in.code_of(occurrence)}")
    browser = signed_in_as(ana)

    page = browser.get(path)
    before = ways()
    answer = browser.post(path, data={"person": ana.id}, follow_redirects=True)

    assert "I am here" in page.text
    assert before == []
    assert "You are checked in. Good that you are here!" in answer.text
    assert ways() == [AttendanceWay.WALL]


def test_a_wrong_picture_is_refused_kindly(occurrence, signed_in_as):
    ana = member_of(occurrence)

    answer = signed_in_as(ana).get(address(occurrence, "/arrival/x"))

    assert answer.status_code == 409
    assert "This code was for another day." in answer.text


def test_who_is_in_another_team_reads_whom_to_speak_to(occurrence, signed_in_as):
    path = address(occurrence, f"/arrival/{check_in.code_of(occurrence)}")

    answer = signed_in_as(PersonFactory()).post(path, data={"person": 1}, follow_redirects=True)

    assert answer.status_code == 409
    assert ways() == []


def test_a_visitor_comes_back_to_the_picture_after_signing_in(occurrence, client):
    path = address(occurrence, f"/arrival/{check_in.code_of(occurrence)}")

    answer = client.get(path)

    assert answer.location.startswith("/sign-in?next=")
    assert check_in.code_of(occurrence) in answer.location


def test_the_digits_check_in_and_the_same_page_checks_out(occurrence, signed_in_as):
    ana = SignupFactory(occurrence=occurrence).person
    browser = signed_in_as(ana)

    browser.post("/check-in", data={"person": ana.id, "code": check_in.digits_of(occurrence)})
    here = browser.get("/check-in").text
    gone = browser.post(
        address(occurrence, "/departure"), data={"person": ana.id}, follow_redirects=True
    ).text

    assert "I leave now" in here
    assert "You are checked out." in gone
    assert ways() == [AttendanceWay.CODE]
    assert session.query(Attendance).one().left_at == clock.now()


def test_wrong_digits_are_said_beside_the_field_and_kept(occurrence, signed_in_as):
    ana = member_of(occurrence)

    page = signed_in_as(ana).post("/check-in", data={"person": ana.id, "code": "12 34"}).text

    assert "We know no date today with this code." in page
    assert 'value="12 34"' in page


def test_a_companion_checks_in_whom_they_act_for_and_the_record_says_so(occurrence, signed_in_as):
    wang = SignupFactory(occurrence=occurrence).person
    companionship = CompanionFactory(companion=PersonFactory(), person=wang)
    browser = signed_in_as(companionship.companion)
    browser.post(f"/companions/{companionship.id}/acting")
    path = address(occurrence, f"/arrival/{check_in.code_of(occurrence)}")

    answer = browser.post(path, data={"person": wang.id}, follow_redirects=True)

    assert f"{wang.name} is checked in." in answer.text
    row = session.query(Attendance).one()
    assert (row.person_id, row.by_id) == (wang.id, companionship.companion_id)


# --- at the door ---------------------------------------------------------------------------


def test_a_coordinator_taps_and_undoes(occurrence, coordinator, signed_in_as):
    ana = SignupFactory(occurrence=occurrence).person
    browser, path = signed_in_as(coordinator), address(occurrence, "/attendance")

    tapped = browser.post(path, data={"person": ana.id, "tap": "came"}, follow_redirects=True)
    after_tap = ways()
    browser.post(path, data={"person": ana.id, "tap": "undo"})

    assert "1 of 1 is here" in tapped.text
    assert after_tap == [AttendanceWay.COORDINATOR]
    assert ways() == []


def test_the_wall_sheet_holds_the_digits_and_a_picture(occurrence, coordinator, signed_in_as):
    page = signed_in_as(coordinator).get(address(occurrence, "/wall-sheet")).text
    digits = check_in.digits_of(occurrence)

    assert f"{digits[:3]} {digits[3:]}" in page
    assert "<svg" in page


def test_typed_numbers_are_shown_as_names_first_and_saved_after(
    occurrence, coordinator, signed_in_as
):
    people = [
        SignupFactory(occurrence=occurrence, person=member_of(occurrence, name=name)).person
        for name in ("王秀英", "李玉珍", "陈德明")
    ]
    browser, path = signed_in_as(coordinator), address(occurrence, "/sheet")

    shown = browser.post(path, data={"numbers": "1 3 10:20", "look": "1"}).text
    before = ways()
    saved = browser.post(path, data={"numbers": "1 3 10:20", "save": "1"}, follow_redirects=True)

    assert "陈德明" in shown
    assert "李玉珍" not in shown
    assert before == []
    assert "Saved. 2 people more came." in saved.text
    assert {row.person_id for row in session.query(Attendance)} == {people[0].id, people[2].id}


def test_bad_numbers_lose_nothing_and_save_nothing(occurrence, coordinator, signed_in_as):
    SignupFactory(occurrence=occurrence)

    page = (
        signed_in_as(coordinator)
        .post(address(occurrence, "/sheet"), data={"numbers": "1\n5 oh", "save": "1"})
        .text
    )

    assert "1\n5 oh</textarea>" in page.replace("\r\n", "\n")
    assert "Line 2, “5”:" in page
    assert "The sheet has no number 5, only 1 to 1." in page
    assert ways() == []


def test_a_sheet_without_numbers_leads_to_the_list(occurrence, coordinator, signed_in_as):
    page = signed_in_as(coordinator).get(address(occurrence, "/sheet")).text

    assert "from 1 to 0" not in page
    assert 'name="numbers"' not in page
    assert f'href="{address(occurrence, "/attendance")}#walk-in"' in page


# --- closing -------------------------------------------------------------------------------


def closing_form(*rows, **more):
    data = dict(more)
    for number, (person, state, minutes) in enumerate(rows):
        data |= {
            f"rows-{number}-person": person.id,
            f"rows-{number}-state": state,
            f"rows-{number}-minutes": minutes,
        }
    return data


def test_the_closing_page_proposes_minutes_and_says_who_forgot_to_check_out(
    occurrence, coordinator, signed_in_as, evening
):
    ana = SignupFactory(occurrence=occurrence).person
    noting.check_in(occurrence, ana, way=AttendanceWay.WALL, by=ana)
    evening()

    page = signed_in_as(coordinator).get(address(occurrence, "/closing")).text

    assert 'value="120"' in page
    assert "Did not check out: by rule until the end, 12:00 pm" in page


def test_closing_asks_who_was_in_charge_and_the_page_says_it_afterwards(
    occurrence, coordinator, signed_in_as, evening
):
    ana, ben = (SignupFactory(occurrence=occurrence).person for _each in range(2))
    evening()
    browser, path = signed_in_as(coordinator), address(occurrence, "/closing")
    rows = ((ana, "came", 75), (ben, "no_show", 0))

    asked = browser.get(path).text
    refused = browser.post(path, data=closing_form(*rows, led_by=ben.id)).text
    before = session.query(Closing).count()
    closed = browser.post(path, data=closing_form(*rows, led_by=ana.id), follow_redirects=True).text

    assert f'<option selected value="{coordinator.id}">' in asked
    assert "Still missing: who was in charge" in refused
    assert before == 0
    assert f"In charge: {ana.name}." in closed


def test_who_has_no_mark_is_asked_about_and_what_was_filled_in_stays(
    occurrence, coordinator, signed_in_as, evening
):
    ana, ben = (SignupFactory(occurrence=occurrence).person for _each in range(2))
    evening()
    browser, path = signed_in_as(coordinator), address(occurrence, "/closing")

    asked = browser.post(path, data=closing_form((ana, "came", 75), (ben, "", 120))).text
    before = session.query(Closing).count()
    rows = closing_form((ana, "came", 75), (ben, "", 120), rest="no_show")
    closed = browser.post(path, data=rows, follow_redirects=True).text

    assert "1 person has no mark yet." in asked
    assert 'value="75"' in asked
    assert before == 0
    assert "Closed. These hours count now." in closed
    assert attendance_queries.sum_of(ana) == 75
    assert attendance_queries.sum_of(ben) == 0


def test_minutes_are_asked_for_also_of_who_came_with_all_the_rest(
    occurrence, coordinator, signed_in_as, evening
):
    ana, ben = (SignupFactory(occurrence=occurrence).person for _each in range(2))
    evening()
    rows = closing_form((ana, "", 120), (ben, "", ""), rest="came")

    page = signed_in_as(coordinator).post(address(occurrence, "/closing"), data=rows).text

    assert "How many minutes?" in page
    assert session.query(Closing).count() == 0


def test_hours_that_can_not_count_are_said_beside_the_person(
    occurrence, coordinator, signed_in_as, evening
):
    ana = SignupFactory(occurrence=occurrence).person
    other = OccurrenceFactory(
        activity__team=occurrence.team, activity__title="送餐", starts_at=occurrence.starts_at
    )
    noting.note(other, ana, by=coordinator)
    evening()
    closing.close(other, {ana.id: Mark(AttendanceState.CAME, 120)}, by=coordinator)

    page = (
        signed_in_as(coordinator)
        .post(address(occurrence, "/closing"), data=closing_form((ana, "came", 120)))
        .text
    )

    assert "has counted hours for “送餐” already" in page
    assert attendance_queries.find_closing(occurrence) is None


def test_somebody_noted_while_the_form_was_filled_in_is_added_to_it(
    occurrence, coordinator, signed_in_as, evening
):
    ana = SignupFactory(occurrence=occurrence).person
    late = noting.note(occurrence, member_of(occurrence), by=coordinator).person
    evening()

    page = (
        signed_in_as(coordinator)
        .post(address(occurrence, "/closing"), data=closing_form((ana, "came", 75)))
        .text
    )

    assert "Somebody was added meanwhile." in page
    assert late.name in page
    assert 'value="75"' in page
    assert attendance_queries.find_closing(occurrence) is None


def test_a_closed_day_is_opened_again_with_a_reason(occurrence, coordinator, signed_in_as, evening):
    ana = SignupFactory(occurrence=occurrence).person
    evening()
    closing.close(occurrence, {ana.id: Mark(AttendanceState.CAME, 120)}, by=coordinator)
    browser, path = signed_in_as(coordinator), address(occurrence, "/reopening")

    asked = browser.post(path, data={"reason": ""}).text
    opened = browser.post(path, data={"reason": "少记了一个人"}, follow_redirects=True).text

    assert "Please fill this in." in asked
    assert "少记了一个人" in opened
    assert attendance_queries.sum_of(ana) == 0


def test_another_coordinator_confirms_the_hours_of_who_closed_the_day(
    occurrence, coordinator, signed_in_as, evening
):
    second = CoordinatorFactory(team=occurrence.team).person
    SignupFactory(occurrence=occurrence, person=coordinator)
    evening()
    closing.close(occurrence, {coordinator.id: Mark(AttendanceState.CAME, 120)}, by=coordinator)
    button = f"Yes, {coordinator.name} was there"

    own = signed_in_as(coordinator).get(address(occurrence, "/hours")).text
    others = signed_in_as(second).get(address(occurrence, "/hours")).text
    signed_in_as(second).post(
        address(occurrence, "/hours/confirmation"), data={"person": coordinator.id}
    )

    assert (button in own, button in others) == (False, True)
    assert attendance_queries.sum_of(coordinator) == 120


def test_a_form_sent_twice_closes_once_and_shows_what_counts(
    occurrence, coordinator, signed_in_as, evening
):
    ana = SignupFactory(occurrence=occurrence).person
    evening()
    browser, path = signed_in_as(coordinator), address(occurrence, "/closing")

    answers = [
        browser.post(path, data=closing_form((ana, "came", minutes))).location
        for minutes in (120, 60)
    ]

    assert answers == [address(occurrence, "/hours")] * 2
    assert attendance_queries.sum_of(ana) == 120


@pytest.mark.parametrize("number", ["", "-1", str(2**63), "9" * 5000, "²", "x", "\x00"], ids=len)
def test_a_number_that_no_page_sends_does_nothing(
    occurrence, coordinator, signed_in_as, evening, number
):
    SignupFactory(occurrence=occurrence)
    evening()
    browser = signed_in_as(coordinator)
    forms = {
        "/attendance": {"person": number, "tap": "came"},
        "/closing": {"rows-0-person": number, "rows-0-state": number, "rows-0-minutes": number},
        "/hours/confirmation": {"person": number},
        "/notes": {"note": number, "words": "x"},
        "/departure": {"person": number},
    }

    codes = {
        path: browser.post(address(occurrence, path), data=data).status_code
        for path, data in forms.items()
    }
    typed = browser.post("/check-in", data={"person": number, "code": number})
    codes["/check-in"] = typed.status_code

    assert set(codes.values()) <= {200, 404, 409}, codes
    assert session.query(Attendance).count() == session.query(Closing).count() == 0


# --- one's own hours -----------------------------------------------------------------------


def test_hours_are_seen_with_their_sum_and_a_mistake_is_told_and_answered(
    occurrence, coordinator, signed_in_as, evening
):
    ana = SignupFactory(occurrence=occurrence).person
    evening()
    closing.close(occurrence, {ana.id: Mark(AttendanceState.CAME, 90)}, by=coordinator)
    mine, theirs = signed_in_as(ana), signed_in_as(coordinator)

    hours = mine.get("/my-hours").text
    mine.post(
        "/my-hours/mistakes/new",
        data={"person": ana.id, "about": f"date-{occurrence.id}", "words": "我做到12点"},
    )
    today = theirs.get(f"/teams/{occurrence.team.id}/today").text
    read = theirs.get(address(occurrence, "/hours")).text
    note = session.query(MistakeNote).one()
    theirs.post(address(occurrence, "/notes"), data={"note": note.id, "words": "改好了"})
    answered = mine.get("/my-hours").text

    assert "1 hour 30 min" in hours
    assert "A note to answer" in today
    assert "我做到12点" in read
    assert "改好了" in answered


def test_hours_of_long_ago_can_be_said_to_be_wrong_from_their_own_row(
    occurrence, coordinator, signed_in_as, evening, time_machine
):
    ana = SignupFactory(occurrence=occurrence).person
    evening()
    closing.close(occurrence, {ana.id: Mark(AttendanceState.CAME, 90)}, by=coordinator)
    time_machine.shift(timedelta(weeks=9))
    OccurrenceFactory(activity=occurrence.activity, starts_at=clock.now() - timedelta(hours=1))
    browser, page = signed_in_as(ana), f"/my-hours/mistakes/new?about=date-{occurrence.id}"
    row = browser.get("/my-hours").text

    shown = browser.get(page).text
    browser.post(
        page, data={"person": ana.id, "about": f"date-{occurrence.id}", "words": "我做到12点"}
    )

    assert page in row
    assert f'<option selected value="date-{occurrence.id}">' in shown
    assert session.query(MistakeNote).one().occurrence_id == occurrence.id


def test_the_same_note_sent_twice_stands_there_once(occurrence):
    ana = member_of(occurrence)

    for _twice in range(2):
        mistakes.tell(occurrence, ana, words="少记了", by=ana)

    assert session.query(MistakeNote).count() == 1


def test_a_note_about_a_date_of_another_team_is_not_taken(occurrence, signed_in_as):
    ana, other = member_of(occurrence), OccurrenceFactory(starts_at=occurrence.starts_at)

    signed_in_as(ana).post(
        "/my-hours/mistakes/new", data={"person": ana.id, "about": f"date-{other.id}", "words": "x"}
    )

    assert session.query(MistakeNote).count() == 0


# --- what waits, and how many questions are asked ------------------------------------------


def test_today_shows_the_days_that_wait_until_they_are_closed(
    occurrence, coordinator, signed_in_as, evening
):
    ana = SignupFactory(occurrence=occurrence).person
    browser, heading = signed_in_as(coordinator), "Days to be closed, so that hours count"
    during = browser.get("/").text
    evening()

    waits = browser.get("/").text
    closing.close(occurrence, {ana.id: Mark(AttendanceState.CAME, 90)}, by=coordinator)

    assert (heading in during, heading in waits) == (False, True)
    assert heading not in browser.get("/").text


@pytest.mark.parametrize("page", ["attendance", "closing", "hours", "roster", "sheet"])
def test_a_coordinators_page_asks_few_questions_however_many_come(
    occurrence, coordinator, signed_in_as, count_queries, evening, page
):
    people = [SignupFactory(occurrence=occurrence).person for _each in range(60)]
    for person in people[:40]:
        noting.note(occurrence, person, by=coordinator)
    evening()
    if page == "hours":
        marks = {person.id: Mark(AttendanceState.CAME, 120) for person in people}
        closing.close(occurrence, marks, by=coordinator)
    browser, path, last = (
        signed_in_as(coordinator),
        address(occurrence, f"/{page}"),
        people[59].name,
    )
    session.expire_all()

    with count_queries() as sent:
        if page == "sheet":
            answer = browser.post(path, data={"numbers": "1-60"})
        else:
            answer = browser.get(path)

    assert answer.status_code == 200
    assert last in answer.text
    assert len(sent) <= 12, "\n".join(sent)


def test_the_days_of_a_team_are_asked_for_with_few_questions(
    occurrence, coordinator, signed_in_as, count_queries, evening
):
    for week in range(8):
        date = OccurrenceFactory(
            activity__team=occurrence.team, starts_at=occurrence.starts_at - timedelta(days=week)
        )
        person = SignupFactory(occurrence=date).person
        if week % 2:
            closing.close(date, {person.id: Mark(AttendanceState.CAME, 60)}, by=coordinator)
    evening()
    browser = signed_in_as(coordinator)

    with count_queries() as sent:
        page = browser.get(f"/teams/{occurrence.team.id}/hours").text

    assert page.count("Not closed yet") == 4
    assert page.count("closed by") == 4
    assert len(sent) <= 12


def test_closing_a_day_of_sixty_asks_no_question_for_each(
    occurrence, coordinator, count_queries, evening
):
    people = [SignupFactory(occurrence=occurrence).person for _each in range(60)]
    evening()
    marks = {person.id: Mark(AttendanceState.CAME, 120) for person in people}
    session.expire_all()

    with count_queries() as sent:
        closing.close(occurrence, marks, by=coordinator)

    asked = [statement for statement in sent if statement.startswith("SELECT")]
    assert len(asked) <= 16, "\n".join(asked)


@pytest.mark.parametrize("page", ["", "/roster", "/attendance", "/closing", "/sheet"])
def test_of_two_with_one_name_each_page_says_which(occurrence, coordinator, signed_in_as, page):
    phones = ["13800138001", "13800138002"]
    for phone in phones:
        person = member_of(occurrence, name="王秀英", phone=phone)
        SignupFactory(occurrence=occurrence, person=person)
    browser = signed_in_as(coordinator)
    if page == "/closing":
        occurrence.starts_at -= timedelta(hours=4)
        occurrence.ends_at -= timedelta(hours=4)
        session.commit()

    sent = {"numbers": "1 2", "look": ""}
    at = address(occurrence, page)
    text = (browser.post(at, data=sent) if page == "/sheet" else browser.get(at)).text

    for phone in phones:
        assert f"王秀英 …{phone[-4:]}" in text


def test_the_list_at_the_door_leads_to_writing_down_somebody_new(occurrence, signed_in_as, evening):
    browser = signed_in_as(CoordinatorFactory(team=occurrence.team).person)

    during = browser.get(address(occurrence, "/attendance")).text
    evening()
    after = browser.get(address(occurrence, "/attendance")).text

    door = address(occurrence, "/walk-ins")
    assert [door in page for page in (during, after)] == [True, False]


def test_a_coordinator_notes_for_who_phoned_that_they_come_later(signed_in_as):
    signup = SignupFactory(occurrence__starts_at=clock.now() + timedelta(hours=3))
    browser = signed_in_as(CoordinatorFactory(team=signup.occurrence.team).person)
    page = browser.get(address(signup.occurrence)).text

    assert 'value="later"' in page
    assert "Comes later" in page
