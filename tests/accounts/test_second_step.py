"""Signing in in two steps: setting it up, digits, spare codes, and that nothing goes round it."""

import re
from datetime import timedelta

import pytest

from tests.accounts.codes import digits_of
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.concerns import ConcernFactory
from tests.factories.elders import ElderFactory
from tests.factories.meals import BookingFactory, MealFactory, with_diet
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer import commands
from volunteer.accounts import keys, one_time_codes, second_step, signing_in, throttle
from volunteer.accounts.errors import (
    LoginTaken,
    NoSecondStep,
    SecondStepIsOn,
    SignInAgain,
    TooManyTries,
    WrongFirstCode,
    WrongPassword,
    WrongSecondCode,
)
from volunteer.accounts.models import SignIn, User
from volunteer.audit.models import AuditEntry, ReadingEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people.profile import PersonDetails
from volunteer.teams import queries as team_queries

HERE = "203.0.113.7"
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _monday(time_machine, database):
    time_machine.move_to("2026-10-12T04:00Z", tick=False)


@pytest.fixture
def user():
    return UserFactory(person=PersonFactory(phone="13800138000"), login="jiang")


@pytest.fixture
def spare(user):
    """The second step is on, since a quarter of an hour; its spare codes."""
    secret = second_step.new_secret()
    with clock.pretend(clock.now() - timedelta(minutes=15)):
        return second_step.turn_on(user, secret, digits_of(secret), password=PASSWORD)


def waiting(user):
    opened = signing_in.sign_in(user.login, PASSWORD, caller=HERE)
    assert opened.is_waiting
    return opened.token


def confirm(token, code):
    return second_step.confirm(token, code, caller=HERE)


def test_registering_once_more_does_not_pass_the_second_step_by():
    details = PersonDetails(name="陈桂芳")

    def register():
        signing_in.register(details, login="chen", password=PASSWORD, caller=HERE)

    register()
    secret = second_step.new_secret()
    user = session.query(User).one()
    second_step.turn_on(user, secret, digits_of(secret), password=PASSWORD)

    with pytest.raises(LoginTaken):
        register()


def test_a_password_alone_opens_nothing_until_the_digits_are_there(user, spare):
    token = waiting(user)
    assert signing_in.find_open(token) is None

    assert confirm(token, digits_of(user.step_secret)).person is user.person

    assert signing_in.find_open(token).person is user.person
    deeds = [a for (a,) in session.query(AuditEntry.action).order_by(AuditEntry.id)]
    assert deeds[-2:] == ["second_step.turned_on", "sign_in.begun"]


def test_digits_are_good_once_and_for_a_minute_around(user, spare, time_machine):
    code = digits_of(user.step_secret)
    confirm(waiting(user), code)
    with pytest.raises(WrongSecondCode):
        confirm(waiting(user), code)

    coming = digits_of(user.step_secret, clock.now() + HALF_A_MINUTE)
    far = digits_of(user.step_secret, clock.now() + 2 * HALF_A_MINUTE)
    with pytest.raises(WrongSecondCode):
        confirm(waiting(user), far)
    confirm(waiting(user), f" {coming[:3]} {coming[3:]} ")
    # Those of before are spent with it.
    with pytest.raises(WrongSecondCode):
        confirm(waiting(user), code)


def test_a_clock_that_was_a_week_ahead_shuts_nobody_out(user, spare, time_machine):
    time_machine.shift(timedelta(days=7))
    second_step.confirm(waiting(user), digits_of(user.step_secret), caller=HERE)
    time_machine.shift(timedelta(days=-7))

    digits = digits_of(user.step_secret)
    assert second_step.confirm(waiting(user), digits, caller=HERE).token
    with pytest.raises(WrongSecondCode):
        second_step.confirm(waiting(user), digits, caller=HERE)


def test_a_spare_code_is_good_once(user, spare):
    assert len(set(spare)) == second_step.SPARE_CODES
    confirm(waiting(user), f"{spare[0][:4]} {spare[0][4:]}")

    with pytest.raises(WrongSecondCode):
        confirm(waiting(user), spare[0])
    confirm(waiting(user), spare[1])
    assert len(user.spare_marks) == second_step.SPARE_CODES - 2
    # What is kept of them opens nothing.
    assert not {*spare} & {*user.spare_marks}


def test_who_has_lost_the_password_is_asked_too(user, spare):
    """Recovery does not go round it."""
    code = one_time_codes.make("13800138000", [user.person])
    proof = one_time_codes.prove("13800138000", code, caller=HERE)

    opened = one_time_codes.enter(proof, user.person_id)

    assert opened.is_waiting
    assert signing_in.find_open(opened.token) is None
    confirm(opened.token, spare[0])
    assert signing_in.find_open(opened.token).may_replace_password(clock.now())


def test_it_waits_for_ten_minutes(user, spare, time_machine):
    token = waiting(user)
    time_machine.shift(second_step.GOOD_FOR)

    with pytest.raises(SignInAgain):
        confirm(token, digits_of(user.step_secret))
    with pytest.raises(SignInAgain):
        confirm("no such token", digits_of(user.step_secret))


def test_signed_out_everywhere_nothing_waits_any_more(user, spare):
    token = waiting(user)
    signing_in.end_all(user)

    with pytest.raises(SignInAgain):
        confirm(token, digits_of(user.step_secret))


def test_guessing_is_slow(user, spare):
    for _try in range(throttle.TRIES):
        with pytest.raises(WrongSecondCode):
            confirm(waiting(user), "000000")
    with pytest.raises(TooManyTries):
        confirm(waiting(user), digits_of(user.step_secret))


def test_turning_it_on_needs_the_password_and_the_digits_and_signs_out_the_rest(user):
    secret = second_step.new_secret()
    elsewhere = signing_in.sign_in(user.login, PASSWORD, caller=HERE).token
    with pytest.raises(WrongPassword):
        second_step.turn_on(user, secret, digits_of(secret), password="a wrong one")
    # It does not speak of spare codes, for there are none yet.
    with pytest.raises(WrongFirstCode):
        second_step.turn_on(user, secret, "000000", password=PASSWORD)
    assert not user.has_second_step
    assert signing_in.find_open(elsewhere)

    second_step.turn_on(user, secret, digits_of(secret), password=PASSWORD)

    assert signing_in.find_open(elsewhere) is None
    with pytest.raises(SecondStepIsOn):
        second_step.turn_on(user, secret, digits_of(secret), password=PASSWORD)


def test_turning_it_off_needs_the_password(user, spare):
    with pytest.raises(WrongPassword):
        second_step.turn_off(user, password="a wrong one")
    assert user.has_second_step

    second_step.turn_off(user, password=PASSWORD)

    assert not signing_in.sign_in(user.login, PASSWORD, caller=HERE).is_waiting
    assert (user.step_secret, user.step_used, user.spare_marks) == (None, None, [])
    with pytest.raises(NoSecondStep):
        second_step.turn_off(user, password=PASSWORD)


def test_whoever_runs_the_service_helps_who_has_lost_everything(user, spare, app):
    said = app.test_cli_runner().invoke(commands.one_step, ["jiang"])
    session.expire_all()

    assert "jiang signs in by password alone" in said.output
    assert not user.has_second_step
    assert session.query(AuditEntry).filter_by(action="second_step.turned_off").one().by_id is None
    assert "One step is enough" in app.test_cli_runner().invoke(commands.one_step, ["jiang"]).output
    assert "Nobody signs in" in app.test_cli_runner().invoke(commands.one_step, ["nobody"]).output


def test_who_is_forgotten_leaves_no_key(user, spare):
    keys.forget_account(user.person)

    assert not user.has_second_step


# --- the pages -----------------------------------------------------------------------------------


def test_setting_it_up_and_coming_in_by_it(user, signed_in_as, client, time_machine):
    browser = signed_in_as(user.person)
    assert "/settings/two-steps" in browser.get("/settings").text
    page = browser.get("/settings/two-steps").text
    secret = "".join(re.findall(r'<b class="nb">([A-Z2-7]{8})</b>', page))
    wrong = browser.post("/settings/two-steps", data={"code": "1", "password": PASSWORD}).text
    assert "These digits are not right" in wrong
    assert secret[:8] in wrong, "the same key, so that the app need not read it again"

    shown = browser.post(
        "/settings/two-steps", data={"code": digits_of(secret), "password": PASSWORD}
    ).text
    codes = re.findall(r'<b class="nb">(\d{4} \d{4})</b>', shown)
    assert len(codes) == second_step.SPARE_CODES
    assert browser.get("/settings").status_code == 200, "this browser stays in"
    assert codes[0] not in browser.get("/settings/two-steps").text

    time_machine.shift(60)
    asked = client.post("/sign-in?next=/my-hours", data={"login": "jiang", "password": PASSWORD})
    assert asked.location.startswith("/sign-in/second-step")
    assert client.get("/settings").status_code == 302, "not in yet"
    answer = client.post(asked.location, data={"code": "000000"})
    assert answer.status_code == 200
    assert client.post(asked.location, data={"code": digits_of(secret)}).location == "/my-hours"
    assert client.get("/settings").status_code == 200


@pytest.fixture
def in_english(client):
    client.set_cookie("lang", "en")


def come_in(client, code):
    waits = client.post("/sign-in", data={"login": "jiang", "password": PASSWORD})
    return client.post(waits.location, data={"code": code}, follow_redirects=True).text


@pytest.mark.usefixtures("in_english")
def test_who_comes_in_by_a_spare_code_hears_how_many_are_left(user, spare, client):
    page = come_in(client, spare[0])

    assert "That was a spare code. 7 are left." in page
    assert "For new ones" not in page
    assert "7 spare codes are left." in client.get("/settings").text
    client.post("/sign-out")
    assert "spare code" not in come_in(client, digits_of(user.step_secret))


@pytest.mark.usefixtures("in_english")
def test_with_few_spare_codes_left_it_says_how_to_have_new_ones(user, spare, client):
    for code in spare[:-3]:
        confirm(waiting(user), code)

    page = come_in(client, spare[-3])

    assert "2 are left. For new ones, set the second step up again" in page
    assert "2 spare codes are left. Please have new ones soon" in client.get("/settings").text
    client.post("/sign-out")
    assert "1 is left. For new ones" in come_in(client, spare[-2])


def test_ending_it_on_its_page(user, spare, browser_of):
    token = waiting(user)
    confirm(token, digits_of(user.step_secret))
    browser = browser_of(token)
    assert "8 spare codes are left" in browser.get("/settings/two-steps").text
    wrong = browser.post("/settings/two-steps/end", data={"password": "a wrong one"})
    assert "The password is not right" in wrong.text

    assert browser.post("/settings/two-steps/end", data={"password": PASSWORD}).status_code == 302

    session.expire_all()
    assert not session.query(User).filter_by(login_mark=user.login_mark).one().has_second_step
    assert browser.get("/settings").status_code == 200
    again = browser.post("/settings/two-steps/end", data={"password": PASSWORD})
    assert again.status_code == 409


def test_who_waited_too_long_begins_again(user, spare, client, time_machine):
    asked = client.post("/sign-in", data={"login": "jiang", "password": PASSWORD}).location
    time_machine.shift(second_step.GOOD_FOR)

    answer = client.post(asked, data={"code": digits_of(user.step_secret)})

    assert answer.location == "/sign-in"
    assert session.query(SignIn).filter_by(is_waiting=True).count() == 1


def test_without_a_first_step_there_is_no_second(client, signed_in_as):
    assert client.get("/sign-in/second-step").location == "/sign-in?next=/"
    by_link = UserFactory(login=None, password_hash=None)
    browser = signed_in_as(by_link.person)
    assert browser.get("/sign-in/second-step").status_code == 404
    assert browser.get("/settings/two-steps").status_code == 404
    assert browser.post("/settings/two-steps/end", data={"password": "x"}).status_code == 404


# --- where the service asks for it ---------------------------------------------------------------


@pytest.fixture
def health_needs_it(app):
    app.config["SECOND_STEP_FOR"] = "health"
    yield
    app.config["SECOND_STEP_FOR"] = "nobody"


@pytest.mark.usefixtures("health_needs_it")
def test_health_and_concerns_stay_shut_for_a_password_alone(signed_in_as, browser_of):
    coordinator = CoordinatorFactory().person
    holder = UserFactory(person=coordinator)
    elder = ElderFactory(team=team_queries.list_memberships_of(coordinator)[0].team)
    concern = ConcernFactory(team=elder.team)
    pages = (
        f"/teams/{elder.team_id}/elders/{elder.id}/health?reason=visit",
        f"/concerns/{concern.id}",
    )
    by_password = signed_in_as(coordinator)
    for page in pages:
        answer = by_password.get(page)
        assert answer.status_code == 403
        assert "in two steps" in answer.text
    assert by_password.post(f"/concerns/{concern.id}/steps", data={}).status_code == 403
    assert by_password.get(f"/teams/{elder.team_id}/elders/{elder.id}").status_code == 200
    assert session.query(ReadingEntry).count() == 0, "no look, no line"

    secret = second_step.new_secret()
    second_step.turn_on(holder, secret, digits_of(secret), password=PASSWORD)
    both = browser_of(signing_in.begin(holder, "password").token)

    assert both.get(pages[0]).status_code == 200


@pytest.mark.usefixtures("health_needs_it")
def test_what_others_may_not_eat_stays_shut_for_a_password_alone(signed_in_as):
    meal = MealFactory(in_days=0)
    told, silent = with_diet(meal, allergies="花生"), BookingFactory(meal=meal)
    coordinator = CoordinatorFactory(team=meal.team).person
    UserFactory(person=coordinator)
    by_password = signed_in_as(coordinator)

    for page in ("kitchen", "kitchen/sheet", "delivery", "delivery/sheet"):
        answer = by_password.get(f"/meals/{meal.id}/{page}")
        assert answer.status_code == 403
        assert "in two steps" in answer.text
    assert by_password.post(f"/meals/{meal.id}/kitchen", data={}).status_code == 403
    assert by_password.get(f"/meals/bookings/{told.id}/details").status_code == 403
    assert session.query(ReadingEntry).count() == 0, "no look, no line"
    # What says nothing of anybody's food is open as ever.
    assert by_password.get(f"/meals/bookings/{silent.id}/details").status_code == 200
    assert by_password.get(f"/meals/{meal.id}/bookings").status_code == 200


@pytest.mark.usefixtures("health_needs_it")
def test_who_comes_by_a_key_of_their_own_is_not_concerned(signed_in_as):
    member = CoordinatorFactory().person
    elder = ElderFactory(team=team_queries.list_memberships_of(member)[0].team)

    meal = MealFactory(plan__activity__team=elder.team, in_days=0)

    browser = signed_in_as(member)

    assert browser.get(f"/teams/{elder.team_id}/elders/{elder.id}/health").status_code == 200
    assert browser.get(f"/meals/{meal.id}/kitchen").status_code == 200
