"""A team's calendar, one date, signing up, planning and cancelling, as people see them."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    SignupFactory,
    member_of,
)
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities import pausing, planning
from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.activities.pausing import PausePlan
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

# The form of a lunch every Wednesday, as the browser sends it.
LUNCH = {
    "title": "爱心午饭",
    "place": "社区活动室",
    "weekdays": "2",
    "first_on": "下周三",
    "starts": "上午10点",
    "ends": "13:00",
    "roles-0-position": "0",
    "roles-0-name": "帮厨",
    "roles-0-minimum": "3",
    "roles-0-maximum": "5",
    "risk_note": "刀具、热油",
    "leader": "",
}


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def address(occurrence: Occurrence, rest: str = "") -> str:
    return f"/activities/dates/{occurrence.id}{rest}"


def coordinator_of(occurrence: Occurrence):
    return CoordinatorFactory(team=occurrence.team).person


def statuses() -> list[SignupStatus]:
    return [signup.status for signup in session.query(Signup).order_by(Signup.id)]


def test_a_member_signs_up_with_one_button_and_without_javascript(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 5)])
    browser = signed_in_as(member_of(occurrence))
    page = browser.get(address(occurrence)).text
    assert f'action="{address(occurrence, "/signups")}"' in page
    assert f'name="role" value="{occurrence.roles[0].id}"' in page

    response = browser.post(
        address(occurrence, "/signups"),
        data={"role": occurrence.roles[0].id},
        follow_redirects=True,
    )

    assert "You have a place. Thank you!" in response.text
    assert statuses() == [SignupStatus.GOING]


def test_who_finds_it_full_reads_that_they_wait_and_in_which_place(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    SignupFactory(occurrence=occurrence)

    response = signed_in_as(member_of(occurrence)).post(
        address(occurrence, "/signups"),
        data={"role": occurrence.roles[0].id},
        follow_redirects=True,
    )

    assert "It is full. You are on the waiting list" in response.text
    assert "You are number 1 on the waiting list" in response.text


def test_a_refusal_is_read_on_the_page_it_came_from(signed_in_as):
    signup = SignupFactory(occurrence=OccurrenceFactory(roles=[("帮厨", 1, 5), ("送餐", 1, 2)]))
    page = address(signup.occurrence)

    response = signed_in_as(signup.person).post(
        f"{page}/signups",
        data={"role": signup.occurrence.roles[1].id},
        headers={"Referer": f"http://localhost{page}"},
        follow_redirects=True,
    )

    assert (response.status_code, response.request.path) == (200, page)
    assert "You have signed up for this date already. For other work," in response.text


def test_a_stranger_reads_that_only_members_sign_up_and_gets_no_place(signed_in_as):
    occurrence = OccurrenceFactory()

    response = signed_in_as(PersonFactory()).post(
        address(occurrence, "/signups"), data={"role": occurrence.roles[0].id}
    )

    assert response.status_code == 403
    assert statuses() == []


def test_a_visitor_sees_the_date_and_its_risks_but_no_names_and_no_phone(client):
    leader = PersonFactory(name="陈桂芳", phone="13900139000")
    occurrence = OccurrenceFactory(activity__leader=leader, activity__risk_note="刀具、热油")
    SignupFactory(occurrence=occurrence, person=member_of(occurrence, name="王秀英"))

    page = client.get(address(occurrence)).text

    assert "刀具、热油" in page
    for secret in ("王秀英", "陈桂芳", "13900139000", "139 0013 9000"):
        assert secret not in page


def test_members_see_who_comes_and_the_leaders_phone(signed_in_as):
    leader = PersonFactory(name="陈桂芳", phone="13900139000")
    occurrence = OccurrenceFactory(activity__leader=leader)
    SignupFactory(occurrence=occurrence, person=member_of(occurrence, name="王秀英"))

    page = signed_in_as(member_of(occurrence)).get(address(occurrence)).text

    assert "王秀英" in page
    assert "tel:13900139000" in page


def test_a_visitor_who_presses_sign_up_is_asked_to_sign_in(client):
    occurrence = OccurrenceFactory()

    response = client.post(address(occurrence, "/signups"), data={"role": occurrence.roles[0].id})

    assert response.location == "/sign-in"
    assert statuses() == []


def test_a_coordinator_signs_somebody_up_from_the_page(signed_in_as):
    occurrence = OccurrenceFactory()
    person = MembershipFactory(team=occurrence.team, person__name="王秀英").person

    response = signed_in_as(coordinator_of(occurrence)).post(
        address(occurrence, "/signups"),
        data={"role": occurrence.roles[0].id, "person": person.id},
        follow_redirects=True,
    )

    assert "王秀英 has a place." in response.text
    assert "entered by" in response.text


@pytest.mark.parametrize(("works", "is_chosen"), [(1, True), (2, False)])
def test_for_which_work_somebody_is_signed_up_is_chosen_where_there_are_several(
    signed_in_as, works, is_chosen
):
    occurrence = OccurrenceFactory(roles=[(f"活{n}", 1, 5) for n in range(works)])
    other = MembershipFactory(team=occurrence.team).person
    browser = signed_in_as(CoordinatorFactory(team=occurrence.team).person)
    here = f"/activities/dates/{occurrence.id}"

    form = browser.get(here).text.partition("Sign somebody up who told you so")[2]
    answer = browser.post(f"{here}/signups", data={"person": other.id}, follow_redirects=True)

    assert (" checked" in form.partition("</fieldset>")[0]) is is_chosen
    assert "Please choose for which work." in answer.text
    assert session.query(Signup).count() == 0


def test_a_member_cannot_sign_up_somebody_else(signed_in_as):
    occurrence = OccurrenceFactory()
    me, other = member_of(occurrence), member_of(occurrence)

    response = signed_in_as(me).post(
        address(occurrence, "/signups"),
        data={"role": occurrence.roles[0].id, "person": other.id},
    )

    assert (response.status_code, statuses()) == (404, [])


@pytest.mark.parametrize("role", ["", "abc", "0", "999999", "-1"])
def test_a_role_that_is_not_there_is_not_found(signed_in_as, role):
    occurrence = OccurrenceFactory()

    response = signed_in_as(member_of(occurrence)).post(
        address(occurrence, "/signups"), data={"role": role}
    )

    assert (response.status_code, statuses()) == (404, [])


def test_giving_a_place_back_says_first_what_it_means(signed_in_as):
    signup = SignupFactory()
    browser = signed_in_as(signup.person)
    page = f"/activities/signups/{signup.id}/withdrawal"

    assert "Give back the place?" in browser.get(page).text
    assert statuses() == [SignupStatus.GOING]
    response = browser.post(page, follow_redirects=True)

    assert "The place was given back." in response.text
    assert statuses() == [SignupStatus.WITHDRAWN]


def test_a_place_given_back_twice_is_given_back_once_and_the_answer_stays_kind(signed_in_as):
    signup = SignupFactory(status=SignupStatus.WITHDRAWN)

    response = signed_in_as(signup.person).post(
        f"/activities/signups/{signup.id}/withdrawal", follow_redirects=True
    )

    assert response.status_code == 200
    assert "given back already" in response.text


def test_nobody_gives_back_the_place_of_another_member(signed_in_as):
    signup = SignupFactory()
    page = f"/activities/signups/{signup.id}/withdrawal"
    browser = signed_in_as(member_of(signup.occurrence))

    assert [browser.get(page).status_code, browser.post(page).status_code] == [404, 404]
    assert statuses() == [SignupStatus.GOING]


def test_the_week_shows_the_teams_dates_to_its_members(signed_in_as):
    occurrence = OccurrenceFactory()
    OccurrenceFactory(activity__title="别队的活动")

    page = signed_in_as(member_of(occurrence)).get(f"/teams/{occurrence.team.id}/week").text

    assert "爱心午饭" in page
    assert "别队的活动" not in page


@pytest.mark.parametrize("page", ["week", "month"])
def test_no_two_links_of_a_week_or_month_say_the_same(signed_in_as, page):
    activity = ActivityFactory()
    days = (datetime(2026, 10, day, 2, tzinfo=UTC) for day in (13, 14, 15))
    occurrences = [OccurrenceFactory(activity=activity, starts_at=day) for day in days]
    url = f"/teams/{activity.team_id}/{page}?day=2026-10-12"

    text = signed_in_as(member_of(occurrences[0])).get(url).text

    links = re.findall(r'<a class="slot" href="[^"]*">(.*?)</a>', text, re.DOTALL)
    said = [" ".join(re.sub("<[^>]*>", " ", link).split()) for link in links]
    assert len(set(said)) == 3
    assert "14 Oct" in said[1]


def test_coordinators_tell_two_of_one_name_apart_and_members_read_no_numbers(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 2)])
    for phone in ("13900139001", "13900139002", "13900139003"):
        SignupFactory(
            occurrence=occurrence,
            person=PersonFactory(name="王秀英", phone=phone),
            status=SignupStatus.WAITING if phone.endswith("3") else SignupStatus.GOING,
        )
    url = f"/activities/dates/{occurrence.id}"

    run = signed_in_as(CoordinatorFactory(team=occurrence.team).person).get(url).text
    seen = signed_in_as(member_of(occurrence)).get(url).text

    assert [f"王秀英 …{digits}" in run for digits in ("9001", "9002", "9003")] == [True] * 3
    assert "王秀英" in seen
    assert "…90" not in seen


@pytest.mark.parametrize("day", ["2026-10-21", "nonsense", "9999-12-31", "", "2026-02-30"])
def test_the_week_of_another_day_or_of_nonsense_is_a_week(signed_in_as, day):
    team = MembershipFactory().team
    member = MembershipFactory(team=team).person

    response = signed_in_as(member).get(f"/teams/{team.id}/week?day={day}")

    assert response.status_code == 200


@pytest.mark.parametrize("training", ["x", "\x00", "999999", "9" * 5000])
def test_work_that_needs_a_training_nobody_offers_is_planned_by_nobody(signed_in_as, training):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    data = {**LUNCH, "roles-0-training": training, "publish": "1"}

    answer = browser.post(f"/teams/{coordinator.team_id}/activities/new", data=data)

    assert answer.status_code == 200
    assert session.query(Activity).count() == 0


def test_an_activity_is_planned_in_one_form_after_a_look(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new"

    looked = browser.post(page, data=LUNCH)
    assert "Every Wednesday, 10:00 am to 1:00 pm, from Wed 21 Oct on." in looked.text
    assert session.query(Activity).count() == 0
    published = browser.post(page, data={**LUNCH, "publish": "1"}, follow_redirects=True)

    assert "is on the calendar" in published.text
    dates = session.query(Occurrence).order_by(Occurrence.starts_at).all()
    assert f"{dates[0].wall_starts:%Y-%m-%d %H:%M}" == "2026-10-21 10:00"
    assert len(dates) == 11


def test_what_is_to_mend_in_a_plan_is_listed_in_the_order_of_the_page(signed_in_as):
    coordinator = CoordinatorFactory()
    wrong = {**LUNCH, "title": "", "first_on": "", "starts": "", "place": "", "risk_note": "",
             "roles-0-name": "", "outdoors": "nonsense"}  # fmt: skip

    page = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team_id}/activities/new", data={**wrong, "look": "1"}
    ).text  # fmt: skip

    summary = page[page.index('role="alert"') : page.index("</ul>", page.index('role="alert"'))]
    found = re.findall(r'href="#([a-z_]+)', summary)
    assert found == ["title", "first_on", "starts", "place", "roles", "outdoors", "risk_note"]
    on_the_page = [page.index(f'id="{name}') for name in found]
    assert on_the_page == sorted(on_the_page)


def test_an_activity_ends_at_midnight(signed_in_as):
    coordinator = CoordinatorFactory()
    data = {**LUNCH, "starts": "20:00", "ends": "24:00", "publish": "1"}

    signed_in_as(coordinator.person).post(f"/teams/{coordinator.team_id}/activities/new", data=data)

    activity = session.query(Activity).one()
    assert (activity.starts, activity.ends) == (time(20), time(0))


def test_publishing_pressed_twice_is_one_activity(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new"
    pressed = {**LUNCH, "leader": str(coordinator.person_id), "publish": "1"}

    browser.post(page, data=pressed)
    again = browser.post(page, data=pressed, follow_redirects=True)

    assert "is on the calendar" in again.text
    assert session.query(Activity).count() == 1
    assert session.query(Occurrence).count() == 11


@pytest.mark.parametrize(
    "other", [{"starts": "9:00"}, {"title": "早饭"}, {"roles-0-maximum": "6"}, {"weekdays": "3"}]
)
def test_another_plan_at_the_same_moment_is_another_activity(signed_in_as, other):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new"

    browser.post(page, data={**LUNCH, "publish": "1"})
    browser.post(page, data={**LUNCH, **other, "publish": "1"})

    assert session.query(Activity).count() == 2


@pytest.mark.parametrize("button", ["look", "publish"])
def test_what_lies_wholly_in_the_past_is_not_published(signed_in_as, button):
    coordinator = CoordinatorFactory()
    page = f"/teams/{coordinator.team_id}/activities/new"
    # It is four in the afternoon.
    morning = {**LUNCH, "repeats": "once", "first_on": "今天", button: "1"}

    answer = signed_in_as(coordinator.person).post(page, data=morning)

    assert "That time is over already. Please choose a later day or hour." in answer.text
    assert 'value="爱心午饭"' in answer.text
    assert session.query(Activity).count() == 0


def test_what_is_wrong_in_a_row_is_said_in_the_readers_language(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new?lang=zh"

    answer = browser.post(page, data={**LUNCH, "roles-0-name": "帮" * 31})

    assert "太长了：最多写30个字，您写了31个。" in answer.text
    assert "Field cannot" not in answer.text


def test_the_same_work_is_written_in_one_row(signed_in_as):
    coordinator = CoordinatorFactory()
    page = f"/teams/{coordinator.team_id}/activities/new"
    again = {"roles-1-name": " 帮厨", "roles-1-minimum": "1", "roles-1-maximum": "2"}

    answer = signed_in_as(coordinator.person).post(page, data={**LUNCH, **again})

    assert "“帮厨” stands here twice. Please write it in one row." in answer.text


def test_the_look_before_publishing_says_who_leads_and_where_people_meet(signed_in_as):
    coordinator = CoordinatorFactory(person__name="蒋大姐")
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new"

    led = browser.post(
        page, data={**LUNCH, "leader": str(coordinator.person_id), "meeting_point": "3栋楼下"}
    ).text
    open_ended = browser.post(page, data=LUNCH).text

    assert re.search(r"Who leads</dt><dd>蒋大姐<", led)
    assert "3栋楼下" in led.split('id="words"')[1].split("</section>")[0]
    assert re.search(r"Who leads</dt><dd>nobody yet<", open_ended)
    assert "Meet at" not in open_ended


def test_going_back_from_the_look_asks_nobody_to_send_the_form_again(signed_in_as):
    coordinator = CoordinatorFactory()
    browser, page = signed_in_as(coordinator.person), f"/teams/{coordinator.team_id}/activities/new"

    for answer in (browser.get(page), browser.post(page, data=LUNCH)):
        # “no-store” would throw away what was typed, and the look itself.
        assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("kind", ["series", "pauses/new", "resumption", "days-off/new"])
def test_going_back_shows_what_was_typed_but_nobody_s_names(signed_in_as, kind):
    """What is typed may be kept; the look names people, and a device may be shared."""
    signup = SignupFactory()
    activity, team = signup.occurrence.activity, signup.occurrence.team
    coordinator = CoordinatorFactory(team=team)
    if kind == "resumption":
        planning.end(activity, by=coordinator.person)
    page = f"/activities/{activity.id}/{kind}"
    if kind == "days-off/new":
        page = f"/teams/{team.id}/{kind}"
    browser, day = signed_in_as(coordinator.person), signup.occurrence.day.isoformat()

    typed = browser.get(page)
    last_on = "" if kind == "resumption" else day
    days = {"first_on": day, "last_on": last_on, "which": "all", "reason": "weather"}
    look = browser.post(page, data={**(LUNCH if kind == "series" else {}), **days})

    assert typed.headers["Cache-Control"] == "private, no-cache"
    assert 'name="again"' in look.text
    assert look.headers["Cache-Control"] == "no-store"


def test_the_page_of_the_words_leads_to_where_days_and_times_are_changed(signed_in_as):
    activity = ActivityFactory()
    coordinator = CoordinatorFactory(team=activity.team)

    page = signed_in_as(coordinator.person).get(f"/activities/{activity.id}/words").text

    assert f'href="/activities/{activity.id}/series"' in page
    assert "plan a new one" not in page


def test_a_new_activity_asks_for_one_kind_of_work_and_has_room_for_more(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    page = f"/teams/{coordinator.team_id}/activities/new"

    empty = browser.get(page).text
    like = browser.get(f"{page}?like={ActivityFactory(team=coordinator.team).id}").text
    more = browser.post(page, data={**LUNCH, "more": "1"}).text

    rows = [len(re.findall(r'name="roles-\d+-name"', text)) for text in (empty, like, more)]
    assert rows == [1, 1, 4]


def test_the_next_dates_are_seen_before_the_rest_is_written(signed_in_as):
    coordinator = CoordinatorFactory()
    rule = {name: LUNCH[name] for name in ("weekdays", "first_on", "starts", "ends")}
    url = f"/teams/{coordinator.team_id}/activities/new"

    page = signed_in_as(coordinator.person).post(url, data={**rule, "dates": "1"}).text

    dates = re.findall(r'<time class="leaf" datetime="([^"]+)"', page)
    assert dates == ["2026-10-21", "2026-10-28", "2026-11-04", "2026-11-11", "2026-11-18",
                     "2026-11-25"]  # fmt: skip
    assert "Please fill this in" not in page
    assert "Please write the possible risks" not in page


def test_dates_that_cannot_be_told_yet_say_what_is_missing_of_the_rule_alone(signed_in_as):
    coordinator = CoordinatorFactory()
    url = f"/teams/{coordinator.team_id}/activities/new"

    page = signed_in_as(coordinator.person).post(url, data={"dates": "1"}).text

    assert "Please choose the day of the week, at least one." in page
    assert "please mend what is marked above" in page
    assert "Please write the possible risks" not in page


@pytest.mark.parametrize("press", ["dates", "look"])
@pytest.mark.parametrize("last_on", ["2026-10-20", "2026-10-12", "2025-01-01"])
def test_a_last_day_before_the_first_is_said_where_it_was_typed(signed_in_as, press, last_on):
    coordinator = CoordinatorFactory()
    url = f"/teams/{coordinator.team_id}/activities/new"
    turned = {**LUNCH, "ending": "until", "last_on": last_on, press: "1"}

    answer = signed_in_as(coordinator.person).post(url, data=turned)

    assert answer.status_code == 200
    assert 'href="#last_on">The last day must not lie before the first.</a>' in answer.text


def test_the_days_of_a_lunar_festival_say_in_which_year_each_is(signed_in_as):
    coordinator = CoordinatorFactory()
    url = f"/teams/{coordinator.team_id}/activities/new"
    festival = {**LUNCH, "repeats": "lunar_year", "lunar_month": "9", "lunar_day": "9"}

    yearly = signed_in_as(coordinator.person).post(url, data={**festival, "dates": "1"}).text
    weekly = signed_in_as(coordinator.person).post(url, data={**LUNCH, "dates": "1"}).text

    years = re.findall(r'class="leaf-year">([0-9]{4})<', yearly)
    assert years == ["2027", "2028", "2029", "2030", "2031", "2032"]
    assert "leaf-year" not in weekly


def test_two_of_one_name_are_told_apart_when_one_of_them_is_to_lead(signed_in_as):
    coordinator = CoordinatorFactory()
    for phone in ("13900000021", "13900000022"):
        MembershipFactory(team=coordinator.team, person=PersonFactory(name="王秀英", phone=phone))

    form = signed_in_as(coordinator.person).get(f"/teams/{coordinator.team_id}/activities/new").text

    assert re.findall(r">(王秀英[^<]*)</option>", form) == ["王秀英 …0021", "王秀英 …0022"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "Please fill this in."),
        ({"first_on": "2月30日"}, "We could not read “2月30日”"),
        ({"first_on": "2026-10-11"}, "Please choose a day from today on, within a year."),
        ({"starts": "noonish"}, "Please write a time like 9:30"),
        ({"ends": "9:00"}, "It must end after it starts."),
        ({"risk_note": ""}, "Please write the possible risks"),
        ({"roles-0-name": ""}, "Which work is there?"),
        ({"roles-0-maximum": "2"}, "“At most” can&#x27;t be less than “at least”."),
        ({"roles-0-maximum": ""}, "How many people at most?"),
        ({"weekdays": "7"}, "is not a valid choice"),
    ],
)
def test_a_form_filled_in_wrongly_says_what_to_do_and_keeps_what_was_typed(
    signed_in_as, wrong, sentence
):
    coordinator = CoordinatorFactory()

    response = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team_id}/activities/new",
        data={**LUNCH, **wrong, "publish": "1"},
    )

    assert sentence in response.text
    assert "社区活动室" in response.text
    assert session.query(Activity).count() == 0


def test_moving_a_date_tells_how_many_are_told(signed_in_as):
    signup = SignupFactory()
    occurrence = signup.occurrence

    response = signed_in_as(coordinator_of(occurrence)).post(
        address(occurrence, "/change"),
        data={"day": "明天", "starts": "15:00", "ends": "17:00", "place": "花园", "note": "停水"},
        follow_redirects=True,
    )

    assert "being told" in response.text
    assert session.query(OutboxMessage).count() == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("今天", "Please choose a time that is still to come."),
        ("2026-10-11", "Please choose a day from today on, within a year."),
        ("2028-10-11", "Please choose a day from today on, within a year."),
    ],
)
def test_a_date_is_moved_neither_into_the_past_nor_far_away(signed_in_as, day, sentence):
    occurrence = OccurrenceFactory()

    response = signed_in_as(coordinator_of(occurrence)).post(
        address(occurrence, "/change"),
        data={"day": day, "starts": "9:00", "ends": "17:00", "place": "花园"},
    )

    assert sentence in response.text
    assert occurrence.is_changed is False


def test_the_form_for_moving_begins_with_what_is_true_now(signed_in_as):
    occurrence = OccurrenceFactory()
    browser = signed_in_as(coordinator_of(occurrence))
    page = browser.get(address(occurrence, "/change")).text
    wall = occurrence.wall_starts

    assert f'value="{wall:%a} {wall.day} {wall:%b}' in page
    assert f'value="{occurrence.place}"' in page


def test_cancelling_and_letting_it_take_place_after_all(signed_in_as):
    occurrence = OccurrenceFactory()
    browser = signed_in_as(coordinator_of(occurrence))
    page = address(occurrence, "/cancellation")
    before = browser.get(address(occurrence)).text

    assert "Cancel this date?" in browser.get(page).text
    cancelled = browser.post(page, data={"reason": "大雨"}, follow_redirects=True)
    assert "Cancelled. Nobody had signed up" in cancelled.text
    assert "does not take place" in cancelled.text
    assert "大雨" in cancelled.text
    for no_longer in ("check-in", "Print the sheet", "so far", "Paste a 接龙"):
        assert no_longer in before
        assert no_longer not in cancelled.text
    restored = browser.post(address(occurrence, "/restoration"), follow_redirects=True)

    assert "It takes place after all. Nobody had signed up" in restored.text
    assert session.get_one(Occurrence, occurrence.id).status is OccurrenceStatus.PLANNED


def test_cancelling_pressed_twice_leads_to_the_date_and_asks_nothing(signed_in_as):
    occurrence = SignupFactory().occurrence
    browser = signed_in_as(coordinator_of(occurrence))
    page = address(occurrence, "/cancellation")
    browser.post(page, data={"reason": "大雨"})

    again = browser.post(page, data={"reason": "大雨"}, follow_redirects=True)
    old_page = browser.get(page, follow_redirects=True)

    for answer in (again, old_page):
        assert answer.status_code == 200
        assert "This date was cancelled already." in answer.text
        assert "Cancel this date?" not in answer.text
    assert session.query(OutboxMessage).count() == 1


def test_whoever_changes_a_date_hears_how_many_they_have_to_call(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 5)])
    for email in (None, None, "chen@example.org"):
        SignupFactory(occurrence=occurrence, person=PersonFactory(email=email))
    coordinator = CoordinatorFactory(team=occurrence.team, person__email=None).person
    occurrence.activity.leader = coordinator
    session.commit()
    browser = signed_in_as(coordinator)
    there = {"day": "2026-10-20", "starts": "10:00", "ends": "11:00", "place": "别处"}

    moved = browser.post(address(occurrence, "/change"), data=there, follow_redirects=True).text
    called_off = browser.post(address(occurrence, "/cancellation"), follow_redirects=True).text
    restored = browser.post(address(occurrence, "/restoration"), follow_redirects=True).text

    for answer in (moved, called_off, restored):
        assert "4 people are being told." in answer
        assert "2 of them have to be called: see the call list." in answer


def test_where_everybody_reads_mail_nobody_has_to_be_called(signed_in_as):
    occurrence = SignupFactory().occurrence
    browser = signed_in_as(coordinator_of(occurrence))

    answer = browser.post(address(occurrence, "/cancellation"), follow_redirects=True)

    assert "being told" in answer.text
    assert "to be called" not in answer.text


def test_a_coordinator_who_gives_back_a_place_reads_whose_it_was(signed_in_as):
    going = SignupFactory(occurrence=OccurrenceFactory(roles=[("帮厨", 1, 1)]))
    waiting = SignupFactory(occurrence=going.occurrence, status=SignupStatus.WAITING)
    browser = signed_in_as(coordinator_of(going.occurrence))

    def give_back(signup: Signup) -> str:
        page = f"/activities/signups/{signup.id}/withdrawal"
        return browser.post(page, follow_redirects=True).text

    assert f"{waiting.person.name} is taken off the waiting list." in give_back(waiting)
    answer = give_back(going)
    assert f"The place of {going.person.name} was given back." in answer
    assert "Thank you for saying so" not in answer


def test_a_date_that_is_merely_on_again_is_not_said_to_have_been_moved(signed_in_as):
    occurrence = OccurrenceFactory()
    activity = occurrence.activity
    activity.starts, activity.ends = occurrence.wall_starts.time(), occurrence.wall_ends.time()
    occurrence.planned_on = occurrence.day
    session.commit()
    browser = signed_in_as(coordinator_of(occurrence))

    browser.post(address(occurrence, "/cancellation"), data={"reason": "大雨"})
    restored = browser.post(address(occurrence, "/restoration"), follow_redirects=True).text
    there = {"day": "2026-10-20", "starts": "10:00", "ends": "11:00", "place": "别处"}
    moved = browser.post(address(occurrence, "/change"), data=there, follow_redirects=True).text

    assert "were changed" not in restored
    assert "were changed" in moved


@pytest.mark.parametrize(
    ("rule", "is_offered"), [("FREQ=DAILY;COUNT=1", False), ("FREQ=WEEKLY;BYDAY=WE", True)]
)
def test_what_only_a_series_has_is_not_offered_for_one_date(signed_in_as, rule, is_offered):
    occurrence = OccurrenceFactory(activity__rule=rule)
    coordinator = coordinator_of(occurrence)
    signup = SignupFactory(
        occurrence=occurrence, person=MembershipFactory(team=occurrence.team).person
    )

    own = signed_in_as(signup.person).get(address(occurrence)).text
    led = signed_in_as(coordinator).get(address(occurrence)).text
    listed = signed_in_as(coordinator).get(f"/teams/{occurrence.team.id}/activities").text

    activity = f"/activities/{occurrence.activity_id}"
    assert (f"{activity}/standing-places/new" in own) is is_offered
    assert (address(occurrence, "/scope") in led) is is_offered
    assert (f"{activity}/words" in led) is not is_offered
    assert (f"{activity}/standing-places" in listed) is is_offered
    assert (f"{activity}/pauses/new" in listed) is is_offered


def test_the_words_of_an_activity_are_changed_for_all_coming_dates(signed_in_as):
    occurrence = OccurrenceFactory()
    browser = signed_in_as(coordinator_of(occurrence))
    page = f"/activities/{occurrence.activity_id}/words"
    assert "爱心午饭" in browser.get(page).text

    response = browser.post(page, data={**LUNCH, "place": "黉门街8号"}, follow_redirects=True)

    assert "Saved for all coming dates." in response.text
    assert session.get_one(Occurrence, occurrence.id).place == "黉门街8号"


def test_ending_an_activity_says_first_how_many_dates_and_people_it_concerns(signed_in_as):
    signup = SignupFactory()
    activity_id = signup.occurrence.activity_id
    browser = signed_in_as(coordinator_of(signup.occurrence))
    page = f"/activities/{activity_id}/end"

    asked = browser.get(page).text
    assert "1 coming date is cancelled." in asked
    assert "1 person is told at once." in asked
    response = browser.post(page, follow_redirects=True)

    assert "The activity has ended." in response.text
    assert session.query(OutboxMessage).count() == 1


def test_the_sheet_to_sign_names_who_comes(signed_in_as):
    occurrence = OccurrenceFactory()
    SignupFactory(occurrence=occurrence, person=member_of(occurrence, name="王秀英"))

    page = signed_in_as(coordinator_of(occurrence)).get(address(occurrence, "/roster")).text

    assert "王秀英" in page


COORDINATORS_PAGES = [
    ("GET", "/teams/{team}/activities"),
    ("GET", "/teams/{team}/activities/new"),
    ("POST", "/teams/{team}/activities/new"),
    ("GET", "/activities/{activity}/words"),
    ("POST", "/activities/{activity}/words"),
    ("GET", "/activities/{activity}/end"),
    ("POST", "/activities/{activity}/end"),
    ("GET", "/activities/dates/{date}/change"),
    ("POST", "/activities/dates/{date}/change"),
    ("GET", "/activities/dates/{date}/cancellation"),
    ("POST", "/activities/dates/{date}/cancellation"),
    ("POST", "/activities/dates/{date}/restoration"),
    ("GET", "/activities/dates/{date}/roster"),
]


@pytest.mark.parametrize(("method", "page"), COORDINATORS_PAGES)
def test_planning_is_for_the_teams_coordinators_alone(signed_in_as, method, page):
    occurrence = OccurrenceFactory()
    url = page.format(team=occurrence.team.id, activity=occurrence.activity_id, date=occurrence.id)
    asking = [member_of(occurrence), CoordinatorFactory().person, PersonFactory()]

    answers = [signed_in_as(person).open(url, method=method).status_code for person in asking]

    assert answers == [404, 404, 404]
    assert session.query(OutboxMessage).count() == 0


def test_the_week_is_for_members_alone(signed_in_as, client):
    team = TeamFactory()

    assert signed_in_as(PersonFactory()).get(f"/teams/{team.id}/week").status_code == 404
    assert client.get(f"/teams/{team.id}/week").location.startswith("/sign-in?next=")


def crowded_week() -> Occurrence:
    """Fourteen dates of two activities this week, each with six people."""
    team = TeamFactory()
    for hour in range(2):
        activity = ActivityFactory(team=team, leader=PersonFactory())
        for day in range(7):
            occurrence = OccurrenceFactory(
                activity=activity, starts_at=clock.now() + timedelta(days=day, hours=hour)
            )
            for _number in range(6):
                SignupFactory(occurrence=occurrence)
    return occurrence


@pytest.mark.parametrize("page", ["/teams/{team}/week", "/teams/{team}/activities", "{date}"])
def test_a_page_with_many_rows_asks_the_database_few_questions(signed_in_as, count_queries, page):
    occurrence = crowded_week()
    browser = signed_in_as(coordinator_of(occurrence))
    url = page.format(team=occurrence.team.id, date=address(occurrence))

    with count_queries() as sent:
        response = browser.get(url)

    assert response.status_code == 200
    assert len(sent) <= 12, sent


def test_each_row_of_the_form_knows_its_role_so_that_an_emptied_one_moves_nobody(signed_in_as):
    roles = [("买菜", 1, 2), ("帮厨", 3, 5)]
    occurrence = OccurrenceFactory(roles=roles, activity__roles=roles)
    cook = SignupFactory(occurrence=occurrence, role=occurrence.roles[1])
    browser = signed_in_as(coordinator_of(occurrence))
    page = f"/activities/{occurrence.activity_id}/words"
    asked = browser.get(page).text
    assert 'name="roles-0-position" type="hidden" value="0"' in asked
    assert 'name="roles-1-position" type="hidden" value="1"' in asked
    emptied = {"roles-0-name": "", "roles-0-minimum": "", "roles-0-maximum": ""}
    second = {"roles-1-position": "1", "roles-1-name": "帮厨",
              "roles-1-minimum": "3", "roles-1-maximum": "5"}  # fmt: skip

    browser.post(page, data={**LUNCH, **emptied, **second})

    assert (cook.role.name, len(cook.occurrence.roles)) == ("帮厨", 1)


def test_the_look_before_publishing_keeps_the_rows_as_they_were_typed(signed_in_as):
    coordinator = CoordinatorFactory()
    page = f"/teams/{coordinator.team_id}/activities/new"

    looked = signed_in_as(coordinator.person).post(page, data={**LUNCH, "look": "1"}).text

    for field in ('name="roles-0-position" value="0"', 'name="roles-0-name" value="帮厨"'):
        assert field in looked


def test_the_look_shows_no_date_that_has_begun_today(signed_in_as):
    coordinator = CoordinatorFactory()
    today = {"weekdays": "0", "first_on": "今天", "starts": "15:00", "ends": "18:00"}

    looked = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team_id}/activities/new", data={**LUNCH, **today}
    )

    assert 'datetime="2026-10-19"' in looked.text
    assert 'datetime="2026-10-12"' not in looked.text


def test_who_waits_reads_that_they_leave_the_waiting_list(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    SignupFactory(occurrence=occurrence)
    signup = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    browser = signed_in_as(signup.person)
    page = f"/activities/signups/{signup.id}/withdrawal"

    asked = browser.get(page).text
    answer = browser.post(page, follow_redirects=True).text

    assert "Leave the waiting list?" in asked
    assert "You leave the waiting list" in asked
    assert "gets the place" not in asked
    assert "Taken off the waiting list." in answer


def test_a_coordinator_reads_whom_they_take_off_the_waiting_list(signed_in_as):
    occurrence = OccurrenceFactory()
    person = member_of(occurrence, name="王秀英")
    signup = SignupFactory(occurrence=occurrence, person=person, status=SignupStatus.WAITING)

    page = signed_in_as(coordinator_of(signup.occurrence)).get(
        f"/activities/signups/{signup.id}/withdrawal"
    )

    assert "Take 王秀英 off the waiting list?" in page.text


def test_a_pausing_member_reads_that_the_pause_has_to_end_first(signed_in_as):
    occurrence = OccurrenceFactory()
    person = MembershipFactory(team=occurrence.team, status=MembershipStatus.PAUSED).person
    browser = signed_in_as(person)

    page = browser.get(address(occurrence)).text
    answer = browser.post(address(occurrence, "/signups"), data={"role": occurrence.roles[0].id})

    assert "You are pausing." in page
    assert f'href="/teams/{occurrence.team.id}"' in page
    assert "Ask the coordinator for the team" not in page
    assert answer.status_code == 409
    assert "not during a pause" in answer.text
    assert statuses() == []


def test_the_week_in_which_the_clocks_go_back_shows_its_last_hour(signed_in_as):
    team = TeamFactory(zone="Europe/London")
    OccurrenceFactory(
        activity=ActivityFactory(team=team, zone="Europe/London", title="晚安茶"),
        starts_at=datetime(2026, 10, 25, 23, 30, tzinfo=UTC),
    )
    browser = signed_in_as(MembershipFactory(team=team).person)

    assert "晚安茶" in browser.get(f"/teams/{team.id}/week?day=2026-10-25").text
    assert "晚安茶" not in browser.get(f"/teams/{team.id}/week?day=2026-10-26").text


def test_one_person_and_one_date_are_spoken_of_as_one(signed_in_as):
    signup = SignupFactory()
    browser = signed_in_as(coordinator_of(signup.occurrence))
    tomorrow = {"day": "明天", "starts": "15:00", "ends": "17:00", "place": "花园"}

    moved = browser.post(
        address(signup.occurrence, "/change"), data=tomorrow, follow_redirects=True
    )
    ended = browser.post(f"/activities/{signup.occurrence.activity_id}/end", follow_redirects=True)

    assert "1 person is being told." in moved.text
    assert "1 date was cancelled." in ended.text


def test_the_leader_counts_among_those_who_are_told(signed_in_as):
    occurrence = OccurrenceFactory()
    coordinator = coordinator_of(occurrence)
    occurrence.activity.leader = member_of(occurrence)
    session.commit()
    browser = signed_in_as(coordinator)

    for page in ("/change", "/cancellation"):
        assert "Only who leads is told." in browser.get(address(occurrence, page)).text

    SignupFactory(occurrence=occurrence)
    for page in ("/change", "/cancellation"):
        assert "2 people are told at once." in browser.get(address(occurrence, page)).text


def plan_with(browser, team_id: int, **changed: str) -> str:
    page = f"/teams/{team_id}/activities/new"
    return browser.post(page, data={**LUNCH, **changed, "publish": "1"}).location or ""


@pytest.mark.parametrize(
    ("answers", "rule"),
    [
        ({"repeats": "weekly", "weekdays": ["2", "4"]}, "FREQ=WEEKLY;BYDAY=WE,FR"),
        ({"repeats": "weeks", "every": "3"}, "FREQ=WEEKLY;INTERVAL=3;BYDAY=WE"),
        (
            {"repeats": "weekday_of_month", "ordinals": ["1", "-1"], "weekdays": ["5"]},
            "FREQ=MONTHLY;BYDAY=1SA,-1SA",
        ),
        ({"repeats": "day_of_month", "month_day": "15"}, "FREQ=MONTHLY;BYMONTHDAY=15"),
        ({"repeats": "lunar_month", "lunar_day": "1"}, "RSCALE=CHINESE;FREQ=MONTHLY;BYMONTHDAY=1"),
        (
            {"repeats": "lunar_year", "lunar_month": "9", "lunar_day": "9"},
            "RSCALE=CHINESE;FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=9",
        ),
        ({"repeats": "once"}, "FREQ=DAILY;COUNT=1"),
        ({"ending": "count", "count": "4"}, "FREQ=WEEKLY;BYDAY=WE;COUNT=4"),
    ],
)
def test_every_way_to_repeat_can_be_chosen_and_is_shown_again_when_it_is_changed(
    signed_in_as, answers, rule
):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)

    plan_with(browser, coordinator.team_id, **answers)

    activity = session.query(Activity).one()
    assert activity.rule == rule
    form = browser.get(f"/activities/{activity.id}/series").text
    repeats, ending = answers.get("repeats", "weekly"), answers.get("ending", "open")
    if repeats != "once":
        assert f'value="{ending}" checked' in form
    assert f'value="{repeats}" checked' in form
    for value in answers.get("ordinals", []):
        assert re.search(rf'name="ordinals" value="{value}" checked', form)


def test_a_task_needs_no_hour_and_can_be_taken_on_until_the_end_of_its_day(
    signed_in_as, time_machine
):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    plan_with(browser, coordinator.team_id, is_task="yes", repeats="once", starts="", ends="")
    occurrence = session.query(Occurrence).one()
    role_id = occurrence.roles[0].id

    # Eleven in the evening, by the clock of Chengdu.
    time_machine.move_to(occurrence.starts_at - timedelta(hours=1), tick=False)
    answer = browser.post(
        address(occurrence, "/signups"), data={"role": role_id}, follow_redirects=True
    )

    assert "You have a place" in answer.text
    assert "by the end of the day" in browser.get(f"/teams/{coordinator.team_id}/week").text


def test_a_task_is_moved_to_another_day_without_an_hour(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    plan_with(browser, coordinator.team_id, is_task="yes", repeats="once", starts="", ends="")
    occurrence = session.query(Occurrence).one()

    assert "From what time?" not in browser.get(address(occurrence, "/change")).text
    browser.post(address(occurrence, "/change"), data={"day": "2026-10-30", "place": "花园"})

    assert f"{occurrence.wall_starts:%Y-%m-%d %H:%M}" == "2026-10-30 23:59"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"weekdays": []}, "Please choose the day of the week, at least one."),
        ({"repeats": "weeks", "every": "1"}, "A number from 2 to 52, please."),
        ({"repeats": "weekday_of_month"}, "Please choose which one in the month, at least one."),
        ({"ending": "until"}, "Please fill this in."),
        ({"ending": "count", "count": "501"}, "A number from 1 to 500, please."),
        ({"ending": "count", "count": "400"}, "too many dates"),
        ({"extra": "10月3日、soon"}, "We could not read “soon”"),
        ({"extra": "2026-10-01"}, "Not between the first and the last day of the plan: "),
        (
            {"ending": "until", "last_on": "2026-11-30", "extra": "2026-11-20、2026-12-01"},
            "Not between the first and the last day of the plan: ",
        ),
        ({"starts": ""}, "Please fill this in."),
    ],
)
def test_a_rule_that_is_incomplete_or_too_long_says_what_to_do(signed_in_as, answers, sentence):
    coordinator = CoordinatorFactory()

    page = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team_id}/activities/new",
        data={**LUNCH, **answers, "publish": "1"},
    )

    assert sentence in page.text
    assert session.query(Activity).count() == 0


def test_a_pattern_and_a_copy_fill_the_form_in(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    activity = ActivityFactory(team=coordinator.team, title="看电影", rule="FREQ=MONTHLY;BYDAY=1SA")
    page = f"/teams/{coordinator.team_id}/activities/new"

    assert 'value="Lunch together"' in browser.get(f"{page}?pattern=kitchen").text
    copy = browser.get(f"{page}?like={activity.id}").text

    assert 'value="看电影"' in copy
    assert re.search(r'value="weekday_of_month" checked', copy)


def test_a_copy_of_another_teams_activity_is_not_there(signed_in_as):
    coordinator = CoordinatorFactory()
    theirs = ActivityFactory(title="别队的活动")

    answer = signed_in_as(coordinator.person).get(
        f"/teams/{coordinator.team_id}/activities/new?like={theirs.id}"
    )

    assert answer.status_code == 404


def test_a_series_is_changed_after_a_look_that_names_who_loses_what(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    plan_with(browser, coordinator.team_id)
    second = session.query(Occurrence).order_by(Occurrence.planned_on).all()[1]
    SignupFactory(occurrence=second, person=member_of(second, name="王秀英"))
    page = f"/activities/{second.activity_id}/series"
    every_other = {**LUNCH, "repeats": "weeks", "every": "2"}

    looked = browser.post(page, data={**every_other, "look": "1"}).text
    assert "王秀英" in looked
    assert "This date does not take place any more." in looked
    assert not second.is_cancelled
    browser.post(page, data={**every_other, "publish": "1"})

    assert second.is_cancelled
    assert session.query(OutboxMessage).count() == 1


def test_who_changes_a_series_of_which_nobody_is_told_does_not_read_that_somebody_is(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    plan_with(browser, coordinator.team_id)
    first = session.query(Occurrence).order_by(Occurrence.planned_on).first()
    page = f"/activities/{first.activity_id}/series"
    changed = {**LUNCH, "title": "午饭", "publish": "1"}

    said = browser.post(page, data=changed, follow_redirects=True).text

    assert "Changed." in said
    assert "Everybody concerned is being told." not in said


def test_an_end_that_could_not_be_read_is_one_thing_to_mend(signed_in_as):
    coordinator = CoordinatorFactory()
    page = f"/teams/{coordinator.team_id}/activities/new"
    unread = {**LUNCH, "ending": "until", "last_on": "31 Feb"}

    said = signed_in_as(coordinator.person).post(page, data=unread).text

    assert "1 thing to mend" in said


def test_the_question_which_dates_leads_to_each_of_the_three(signed_in_as):
    occurrence = OccurrenceFactory()
    browser = signed_in_as(coordinator_of(occurrence))

    page = browser.get(address(occurrence, "/scope")).text

    for target in (
        address(occurrence, "/change"),
        f"/activities/{occurrence.activity_id}/series?since={occurrence.id}",
        f'/activities/{occurrence.activity_id}/series"',
    ):
        assert target in page


def test_this_and_coming_from_the_page_makes_a_second_series(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    plan_with(browser, coordinator.team_id)
    third = session.query(Occurrence).order_by(Occurrence.planned_on).all()[2]
    page = f"/activities/{third.activity_id}/series?since={third.id}"

    browser.post(page, data={**LUNCH, "first_on": third.day.isoformat(), "publish": "1"})

    assert session.query(Activity).count() == 2
    other = OccurrenceFactory()
    wrong = f"/activities/{third.activity_id}/series?since={other.id}"
    assert browser.get(wrong).status_code == 404


def test_a_pause_is_set_after_a_look_and_taken_back_with_one_press(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    plan_with(browser, coordinator.team_id)
    second = session.query(Occurrence).order_by(Occurrence.planned_on).all()[1]
    page = f"/activities/{second.activity_id}/pauses/new"
    days = {"first_on": second.day.isoformat(), "last_on": second.day.isoformat(), "reason": "停水"}

    looked = browser.post(page, data={**days, "look": "1"}).text
    assert "1 date on the calendar is cancelled" in looked
    assert not second.is_cancelled
    rests = browser.post(page, data={**days, "publish": "1"}, follow_redirects=True).text
    assert second.is_cancelled
    assert "停水" in rests
    number = second.pause_id

    browser.post(f"/activities/pauses/{number}/end")

    assert not second.is_cancelled


def test_only_the_teams_coordinators_change_a_series_pause_it_and_answer_for_holidays(
    signed_in_as,
):
    occurrence = OccurrenceFactory()
    activity = occurrence.activity
    by = coordinator_of(occurrence)
    rest = pausing.pause(activity, PausePlan(date(2026, 11, 1), date(2026, 11, 2)), by=by)
    browser = signed_in_as(member_of(occurrence))

    answers = [
        browser.get(address(occurrence, "/scope")),
        browser.get(f"/activities/{activity.id}/series"),
        browser.get(f"/activities/{activity.id}/pauses/new"),
        browser.post(f"/activities/pauses/{rest.id}/end"),
        browser.post(address(occurrence, "/holiday")),
    ]

    assert {answer.status_code for answer in answers} == {404}
