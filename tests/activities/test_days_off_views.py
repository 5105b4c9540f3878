"""The pages on which a coordinator calls off a day or a place, and takes that back."""

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.meals import BookingFactory, MealFactory, MealPlanFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told
from volunteer.activities import notices, planning, recurrence, series_changes
from volunteer.activities.models import DaysOff
from volunteer.activities.planning import SeriesPlan
from volunteer.core.database import session, transaction
from volunteer.core.language import CHINESE
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database", "on_monday")

AT_TEN = datetime(2026, 10, 14, 2, tzinfo=UTC)
FORM = {"first_on": "2026-10-14", "last_on": "", "which": "all", "reason": "weather"}


@pytest.fixture
def me():
    return CoordinatorFactory()


@pytest.fixture
def page(me):
    return f"/teams/{me.team_id}/days-off/new"


@pytest.fixture
def lunch(me):
    activity = ActivityFactory(team=me.team)
    return SignupFactory(occurrence=OccurrenceFactory(activity=activity, starts_at=AT_TEN))


@pytest.fixture
def haircuts(me):
    activity = ActivityFactory(team=me.team, title="义务理发", place="小花园", is_outdoors=True)
    there = OccurrenceFactory(activity=activity, starts_at=AT_TEN + timedelta(hours=5))
    return SignupFactory(occurrence=there)


def hidden_in(text):
    """What the preview carries unseen."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: value for name, value in found if name != "csrf_token"}


def ticked(text):
    return re.findall(r'name="dates" value="(\d+)" checked', text)


def test_it_begins_with_tomorrow_and_with_what_the_address_asks_for(signed_in_as, me, page, lunch):
    browser = signed_in_as(me.person)

    plain = browser.get(page).text
    asked = browser.get(f"{page}?first=2026-10-14&last=2026-10-16&which=outdoors").text

    assert 'value="Tue 13 Oct"' in plain
    assert "社区活动室" in plain
    assert 'value="Wed 14 Oct"' in asked
    assert re.search(r'value="outdoors"[^>]* checked', asked)


def test_the_preview_names_each_date_who_is_told_and_the_lunches(
    signed_in_as, me, page, lunch, haircuts
):
    meal = MealFactory(
        occurrence=lunch.occurrence, plan=MealPlanFactory(activity=lunch.occurrence.activity)
    )
    BookingFactory(meal=meal, portions=4)

    text = signed_in_as(me.person).post(page, data={**FORM, "look": "1"}).text

    assert "Call off 2 dates?" in text
    assert ticked(text) == [str(lunch.occurrence_id), str(haircuts.occurrence_id)]
    assert "2 people are told" in text
    assert "4 lunches booked" in text
    assert session.query(DaysOff).count() == 0


def test_one_press_calls_off_what_is_ticked_and_a_second_one_nothing_more(
    signed_in_as, me, page, lunch, haircuts
):
    browser = signed_in_as(me.person)
    carried = hidden_in(browser.post(page, data={**FORM, "look": "1"}).text)
    sent = {**carried, "dates": str(haircuts.occurrence_id), "publish": "1"}

    first = browser.post(page, data=sent, follow_redirects=True)
    second = browser.post(page, data=sent)

    assert "1 person is being told" in first.text
    assert "1 date does not take place" in first.text
    assert second.location.startswith("/days-off/")
    assert (lunch.occurrence.is_cancelled, haircuts.occurrence.is_cancelled) == (False, True)
    assert haircuts.occurrence.change_note == "Bad weather"
    assert told(notices.DATES_CALLED_OFF) == [haircuts.person_id]


def test_the_preview_counts_again_for_what_is_ticked(signed_in_as, me, page, lunch, haircuts):
    meal = MealFactory(
        occurrence=lunch.occurrence, plan=MealPlanFactory(activity=lunch.occurrence.activity)
    )
    BookingFactory(meal=meal)
    browser = signed_in_as(me.person)
    carried = hidden_in(browser.post(page, data={**FORM, "look": "1"}).text)

    number = str(haircuts.occurrence_id)
    text = browser.post(page, data={**carried, "dates": number, "update": "1"}).text
    nobody = browser.post(page, data={**carried, "update": "1"}).text

    assert "Call off 1 date?" in text
    assert f"1 person is told: {haircuts.person.name}." in text
    assert "Those who have booked a lunch" not in text
    assert "1 lunch booked" in text
    assert ticked(text) == [number]
    assert (ticked(nobody), "Nobody has to be told." in nobody) == ([], True)
    assert "No date is ticked." in nobody
    assert "0 dates" not in nobody
    assert session.query(DaysOff).count() == 0


def test_with_nothing_ticked_or_a_changed_calendar_the_preview_stays_and_says_so(
    signed_in_as, me, page, lunch, haircuts
):
    browser = signed_in_as(me.person)
    own_words = {**FORM, "reason": "other", "words": "修屋顶"}
    carried = hidden_in(browser.post(page, data={**own_words, "look": "1"}).text)

    nothing = browser.post(page, data={**carried, "publish": "1"}).text
    haircuts.occurrence.place = "亭子里"
    session.commit()
    number = str(lunch.occurrence_id)
    changed = browser.post(page, data={**carried, "dates": number, "publish": "1"}).text

    assert "Please tick at least one" in nothing
    assert hidden_in(nothing)["words"] == "修屋顶"
    assert "The calendar has changed meanwhile" in changed
    assert ticked(changed) == [number]
    again = {**hidden_in(changed), "dates": number, "publish": "1"}
    assert "/days-off/" in browser.post(page, data=again).location
    assert lunch.occurrence.change_note == "修屋顶"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_on": ""}, "Please fill this in"),
        ({"last_on": "2026-10-13"}, "must not lie before"),
        ({"last_on": "2026-12-14"}, "At most 31 days"),
        ({"which": "place"}, "Please choose the place"),
        ({"reason": "other"}, "Please write why"),
    ],
)
def test_what_is_to_be_mended_is_said_and_nothing_typed_is_lost(
    signed_in_as, me, page, lunch, typed, said
):
    text = signed_in_as(me.person).post(page, data={**FORM, **typed, "look": "1"}).text

    assert said in text
    assert typed.get("first_on", FORM["first_on"]) in text


def test_only_one_place_and_days_on_which_nothing_is(signed_in_as, me, page, lunch, haircuts):
    browser = signed_in_as(me.person)
    there = {"which": "place", "place": "小花园"}

    one = browser.post(page, data={**FORM, **there, "look": "1"}).text
    none = browser.post(page, data={**FORM, "first_on": "2026-10-20", "look": "1"}).text
    back = browser.post(page, data={**FORM, **there, "again": "1"}).text

    assert ticked(one) == [str(haircuts.occurrence_id)]
    assert "Nothing is planned then" in none
    assert 'name="publish"' not in none
    assert "2026-10-14" in back


def test_it_is_taken_back_with_one_press_and_only_once(signed_in_as, me, page, lunch):
    browser = signed_in_as(me.person)
    carried = hidden_in(browser.post(page, data={**FORM, "look": "1"}).text)
    sent = {**carried, "dates": str(lunch.occurrence_id), "publish": "1"}
    there = browser.post(page, data=sent).location
    assert "Take it back" in browser.get(there).text
    assert there in browser.get(page).text

    first = browser.post(f"{there}/restoration", follow_redirects=True).text
    second = browser.post(f"{there}/restoration")

    assert "1 date takes place again" in first
    assert "Taken back: Wed 14 Oct" in first
    assert "All of it takes place after all" in first
    assert second.status_code == 409
    assert not lunch.occurrence.is_cancelled
    assert told(notices.DATES_BACK_ON) == [lunch.person_id]


def test_a_member_and_another_teams_coordinator_find_no_such_page(signed_in_as, me, page, lunch):
    together = DaysOff(
        team_id=me.team_id, first_on=AT_TEN.date(), last_on=AT_TEN.date(), reason="雨"
    )
    session.add(together)
    session.commit()
    for other in (MembershipFactory(team=me.team), CoordinatorFactory()):
        browser = signed_in_as(other.person)
        answers = [
            browser.get(page),
            browser.post(page, data={**FORM, "publish": "1"}),
            browser.get(f"/days-off/{together.id}"),
            browser.post(f"/days-off/{together.id}/restoration"),
        ]
        assert {answer.status_code for answer in answers} == {404}
    assert "days-off" in signed_in_as(me.person).get(f"/teams/{me.team_id}/week").text


def test_an_activity_says_that_it_is_outdoors(signed_in_as, me, haircuts):
    browser = signed_in_as(me.person)

    assert "Outdoors" in browser.get(f"/activities/dates/{haircuts.occurrence_id}").text
    begins = f"/teams/{me.team_id}/activities/new"
    for like in ("pattern=clean_up", f"like={haircuts.occurrence.activity_id}"):
        page = browser.get(f"{begins}?{like}").text
        assert re.search(r'name="outdoors" value="yes"\s+checked', page), like


def test_what_is_outdoors_stays_so_when_the_series_changes_from_a_date_on(me, haircuts):
    activity = haircuts.occurrence.activity
    plan = SeriesPlan(
        planning.words_of(activity),
        recurrence.weekly(2),
        haircuts.occurrence.day,
        time(9),
        time(11),
    )
    indoors = replace(planning.words_of(activity), is_outdoors=False)

    new = series_changes.change_since(haircuts.occurrence, plan, by=me.person)
    planning.change_words(activity, indoors, by=me.person)

    assert (new.is_outdoors, activity.is_outdoors) == (True, False)


def test_who_can_only_be_called_stands_on_the_page_with_the_way_to_the_call_list(
    signed_in_as, me, page, haircuts
):
    haircuts.person.email = None
    session.commit()
    browser = signed_in_as(me.person)
    preview = browser.post(page, data={**FORM, "look": "1"}).text
    sent = {**hidden_in(preview), "dates": str(haircuts.occurrence_id), "publish": "1"}

    done = browser.post(page, data=sent, follow_redirects=True).text

    assert "Nobody can write to them. They stand on the call list." in preview
    assert f"/teams/{me.team_id}/call-list" in done


def test_a_team_that_has_planned_nothing_is_led_to_planning(signed_in_as, me, page):
    text = signed_in_as(me.person).get(page).text

    assert "Nothing is planned, so there is nothing to call off." in text
    assert f"/teams/{me.team_id}/activities/new" in text
    assert 'name="first_on"' not in text


def test_a_number_without_end_and_a_key_of_nobodys_page_are_none(signed_in_as, me, page, lunch):
    browser = signed_in_as(me.person)
    carried = hidden_in(browser.post(page, data={**FORM, "look": "1"}).text)
    odd = {**carried, "form_key": "x" * 200, "dates": "9" * 5000, "publish": "1"}

    nothing = browser.post(page, data=odd)
    done = browser.post(page, data={**odd, "dates": str(lunch.occurrence_id)})

    assert (nothing.status_code, done.status_code) == (200, 302)
    assert "Please tick at least one" in nothing.text
    assert lunch.occurrence.is_cancelled


def test_everybody_reads_a_reason_that_was_chosen_in_their_own_language(
    app, signed_in_as, me, page, lunch
):
    lunch.person.language = CHINESE
    session.commit()
    chinese = signed_in_as(lunch.person)
    browser = signed_in_as(me.person)
    carried = hidden_in(browser.post(page, data={**FORM, "look": "1"}).text)
    number = str(lunch.occurrence_id)
    browser.post(page, data={**carried, "dates": number, "publish": "1"})

    with app.app_context(), transaction():
        (message,) = session.query(OutboxMessage).filter_by(kind=notices.DATES_CALLED_OFF)
        letter = letters.write([message])[message.id]
    here = chinese.get(f"/activities/dates/{number}?lang=zh").text

    assert "天气不好" in letter.text
    assert "天气不好" in letter.html
    assert "Bad weather" not in letter.text + here
    assert "天气不好" in here
    assert "Bad weather" in browser.get(f"/activities/dates/{number}").text
