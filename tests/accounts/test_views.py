"""Signing in and out, personal links, opening an account and settings, as people see them."""

import re
from datetime import timedelta

import pytest

from tests.factories.accounts import PASSWORD, OperatorFactory, UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.accounts import personal_links, signing_in, throttle
from volunteer.accounts.models import PersonalLink, SignIn, User
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person, PhoneOwner

pytestmark = pytest.mark.usefixtures("database")

NEW_ACCOUNT = {
    "name": "陈桂芳",
    "phone": "13900139000",
    "email": "chen@example.org",
    "login": "chenguifang",
    "password": PASSWORD,
}


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def sign_in(browser, login: str, password: str = PASSWORD, target: str = ""):
    form = {"login": login, "password": password}
    return browser.post(f"/sign-in{target}", data=form)


def test_who_signs_in_is_welcomed_by_name(visitor):
    user = UserFactory(person__name="陈桂芳")

    response = sign_in(visitor, user.login)

    assert response.location == "/"
    assert "Welcome, 陈桂芳." in visitor.get("/").text


def test_who_was_on_the_way_somewhere_goes_on_there(visitor):
    response = sign_in(visitor, UserFactory().login, target="?next=/my-week")

    assert response.location == "/my-week"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(visitor, target):
    response = sign_in(visitor, UserFactory().login, target=f"?next={target}")

    assert response.location == "/"


def test_a_wrong_password_is_said_beside_the_field_and_not_repeated(visitor):
    response = sign_in(visitor, UserFactory().login, "wrong password")

    assert "The sign-in name or the password is not right." in response.text
    assert "wrong password" not in response.text


def test_too_many_tries_are_told_to_wait(visitor):
    login = UserFactory().login
    for _try in range(throttle.TRIES):
        throttle.take(throttle.Limit("login", login))

    assert "wrong too often" in sign_in(visitor, login).text


def test_a_cookie_that_was_copied_is_dead_after_signing_out(app, visitor):
    sign_in(visitor, UserFactory().login)
    thief = app.test_client()
    cookie = visitor.get_cookie("linli")
    thief.set_cookie("linli", cookie.value)
    assert thief.get("/my-week").status_code == 200

    visitor.post("/sign-out")

    assert thief.get("/my-week").location.startswith("/sign-in")
    assert visitor.get("/my-week").location.startswith("/sign-in")


@pytest.mark.parametrize("path", ["/sign-out", "/settings/sign-out-everywhere"])
def test_the_next_one_at_this_device_sees_nothing_by_going_back(visitor, path):
    sign_in(visitor, UserFactory().login)

    assert visitor.post(path).headers["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in visitor.post("/sign-out").headers


def test_who_signs_in_where_somebody_else_was_finds_nothing_of_theirs(visitor):
    assert "Clear-Site-Data" not in sign_in(visitor, UserFactory().login).headers
    assert sign_in(visitor, UserFactory().login).headers["Clear-Site-Data"] == '"cache"'


def test_a_link_that_somebody_opens_signs_nobody_out(visitor):
    sign_in(visitor, UserFactory().login)

    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/my-week").status_code == 200


def test_signing_in_begins_a_fresh_session(app, visitor):
    with visitor.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"

    sign_in(visitor, UserFactory().login)

    with visitor.session_transaction() as cookie:
        assert "planted" not in cookie


def test_opening_a_personal_link_changes_nothing(visitor):
    person = PersonFactory(name="王秀英")
    token = personal_links.make(person, by=None)

    for _time in range(3):
        page = visitor.get(f"/links/{token}")
        assert "Are you 王秀英?" in page.text

    assert session.query(PersonalLink).one().used_at is None
    assert session.query(SignIn).count() == 0


def test_the_button_on_it_lets_its_person_in_once(app, visitor):
    token = personal_links.make(PersonFactory(name="王秀英"), by=None)

    visitor.post(f"/links/{token}")
    assert "王秀英" in visitor.get("/my-week").text
    second = app.test_client().post(f"/links/{token}")

    assert second.status_code == 409


def test_who_is_in_already_goes_straight_on(signed_in_as):
    person = PersonFactory()
    path = personal_links.doors([person], "/my-week", lasts=timedelta(days=1))[person.id]

    assert signed_in_as(person).get(path).location == "/my-week"


def test_a_link_for_somebody_else_says_whom_it_is_for(signed_in_as):
    token = personal_links.make(PersonFactory(name="王秀英"), by=None)

    page = signed_in_as(PersonFactory(name="李明")).get(f"/links/{token}").text

    assert "You are signed in as 李明 now." in page


def test_a_used_link_offers_a_new_one_by_mail(visitor):
    person = PersonFactory()
    token = personal_links.make(person, by=None)
    personal_links.use(token)

    assert "Send me a new link" in visitor.get(f"/links/{token}").text
    response = visitor.post(f"/links/{token}/renewal", follow_redirects=True)

    assert "A new link is on its way to your email address." in response.text
    assert session.query(OutboxMessage).one().person is person


def test_who_has_no_mailbox_reads_whom_to_call_for_a_new_link(visitor):
    person = MembershipFactory(person__email=None, team__phone="02800000100").person
    token = personal_links.make(person, by=None)
    fresh = visitor.get(f"/links/{token}").text
    personal_links.use(token)

    used = visitor.get(f"/links/{token}").text

    assert ("tel:02800000100" in fresh, "tel:02800000100" in used) == (False, True)
    assert "Another way in" in used


def test_a_link_that_never_was_says_so_and_sends_nothing(visitor):
    shown = visitor.get("/links/guessed")

    assert shown.status_code == 404
    assert "We do not know this link" in shown.text
    assert shown.text.index("btn--main") < shown.text.index("Another way in")
    assert visitor.post("/links/guessed").status_code == 409
    assert visitor.post("/links/guessed/renewal").status_code == 409
    assert session.query(OutboxMessage).count() == 0


def test_somebody_new_opens_an_account_and_is_in(visitor):
    response = visitor.post("/register?next=/teams/new", data=NEW_ACCOUNT)

    assert response.location == "/teams/new"
    user = session.query(User).one()
    assert (user.login, user.person.name, user.is_operator) == ("chenguifang", "陈桂芳", False)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"password": "short"}, "At least 8 characters"),
        ({"password": "12345678"}, "Many people use this password."),
        ({"password": "x" * 129}, "At most 128 characters"),
        ({"login": "two words"}, "Letters and digits only"),
        ({"name": "13900139000"}, "Please write only the name"),
        ({"name": "欧阳" * 16}, "too long for a name: at most 30 letters"),
        ({"phone": "1390013900"}, "You entered 10"),
        ({"email": "chen"}, "An email address looks like"),
        # In small letters it is longer.
        ({"email": f"{'İ' * 200}@b.cn"}, "at most 254 signs"),
        ({"name": ""}, "Please fill this in."),
    ],
)
def test_an_account_filled_in_wrongly_is_not_opened(visitor, wrong, sentence):
    response = visitor.post("/register", data={**NEW_ACCOUNT, **wrong})

    assert sentence in response.text
    assert session.query(User).count() == session.query(Person).count() == 0


def test_registering_pressed_twice_is_one_account_and_lets_in(app):
    # Both presses come from the same page of a visitor.
    for _press in range(2):
        browser = app.test_client()
        response = browser.post("/register?next=/teams/new", data=NEW_ACCOUNT)
        assert response.location == "/teams/new"
        assert browser.get("/teams/new").status_code == 200

    assert session.query(User).count() == session.query(Person).count() == 1


@pytest.mark.parametrize("other", [{"password": "另外一句不短的话吧"}, {"name": "陈桂花"}])
def test_somebody_else_is_not_let_in_by_registering_the_same_name(app, other):
    app.test_client().post("/register", data=NEW_ACCOUNT)

    client = app.test_client()
    client.set_cookie("lang", "en")
    response = client.post("/register", data={**NEW_ACCOUNT, **other})

    assert "Somebody already signs in with that name." in response.text


def test_minutes_later_a_name_is_taken_for_everybody(app, time_machine):
    app.test_client().post("/register", data=NEW_ACCOUNT)
    time_machine.move_to(clock.now() + timedelta(minutes=3), tick=False)

    assert app.test_client().post("/register", data=NEW_ACCOUNT).status_code == 200


def test_what_is_to_mend_is_listed_in_the_order_of_the_page(visitor):
    page = visitor.post("/register", data={}).text

    listed = re.findall(r'href="#(\w+)"', page.split('class="errors"')[1].split("</div>")[0])

    assert listed == ["name", "login", "password"]


def test_a_sign_in_name_that_is_taken_leaves_no_half_made_person(visitor):
    UserFactory(login="chenguifang")

    response = visitor.post("/register", data=NEW_ACCOUNT)

    assert "Somebody already signs in with that name." in response.text
    assert session.query(Person).filter_by(phone=NEW_ACCOUNT["phone"]).count() == 0


@pytest.mark.parametrize("address", ["/register", "/settings/password/first"])
def test_which_names_are_taken_is_told_to_one_place_only_so_often(visitor, signed_in_as, address):
    UserFactory(login="chenguifang")
    browser = visitor if address == "/register" else signed_in_as(PersonFactory())
    for _try in range(signing_in.TAKEN_FROM_ONE_PLACE):
        answer = browser.post(address, data=NEW_ACCOUNT)
        assert "Somebody already signs in with that name." in answer.text

    for login in ("chenguifang", "nobody"):
        answer = browser.post(address, data={**NEW_ACCOUNT, "login": login})
        assert "wrong too often" in answer.text
        assert "Somebody already signs in" not in answer.text
    elsewhere = {"REMOTE_ADDR": "198.51.100.1"}
    data = {**NEW_ACCOUNT, "login": "nobody"}
    assert browser.post(address, data=data, environ_overrides=elsewhere).status_code == 302


def test_names_that_are_free_use_up_no_try(app):
    for number in range(signing_in.TAKEN_FROM_ONE_PLACE + 1):
        data = {**NEW_ACCOUNT, "login": f"chen{number}"}
        assert app.test_client().post("/register", data=data).status_code == 302


def test_nobody_makes_themselves_an_operator(visitor):
    visitor.post("/register", data={**NEW_ACCOUNT, "is_operator": "1"})

    assert session.query(User).one().is_operator is False


def test_a_person_changes_what_they_tell_of_themselves(signed_in_as):
    person = PersonFactory(name="王秀英")
    form = {
        "name": "王秀珍",
        "phone": "139 0013 9000",
        "phone_owner": "spouse",
        "email": "",
        "language": "zh_Hans",
        "free_slots": ["wed_am", "fri_pm"],
    }

    response = signed_in_as(person).post("/settings", data=form, follow_redirects=True)

    assert "Saved." in response.text
    assert (person.name, person.phone, person.email) == ("王秀珍", "13900139000", None)
    assert (person.phone_owner, person.free_slots) == (PhoneOwner.SPOUSE, ["wed_am", "fri_pm"])


def test_the_settings_begin_with_what_is_known(signed_in_as):
    person = PersonFactory(name="王秀英", free_slots=["wed_am"])

    page = signed_in_as(person).get("/settings").text

    assert 'value="王秀英"' in page
    ticked = re.findall(r'value="(\w+)"[^>]* checked', page)
    assert ticked == ["self", "en", "wed_am"]


@pytest.mark.parametrize(
    "wrong", [{"free_slots": "never"}, {"language": "xx"}, {"phone_owner": "boss"}, {"name": ""}]
)
def test_settings_that_cannot_be_are_not_saved(signed_in_as, wrong):
    person = PersonFactory(name="王秀英")
    form = {"name": "李明", "phone_owner": "self", "language": "en", **wrong}

    assert signed_in_as(person).post("/settings", data=form).status_code == 200

    assert person.name == "王秀英"


def test_a_new_password_signs_out_all_other_devices(app, visitor):
    login = UserFactory().login
    other = app.test_client()
    sign_in(other, login)
    sign_in(visitor, login)

    response = visitor.post(
        "/settings/password",
        data={"old": PASSWORD, "new": "another short sentence"},
        follow_redirects=True,
    )

    assert "Other devices are signed out." in response.text
    assert other.get("/my-week").location.startswith("/sign-in")


def test_without_the_old_password_there_is_no_new_one(visitor):
    login = UserFactory().login
    sign_in(visitor, login)

    response = visitor.post("/settings/password", data={"old": "wrong", "new": "another sentence"})

    assert "The password is not right. Please try again" in response.text


def test_who_came_by_link_chooses_a_first_password(signed_in_as, visitor):
    person = PersonFactory()
    browser = signed_in_as(person)

    assert browser.get("/settings/password").location == "/settings/password/first"
    browser.post("/settings/password/first", data={"login": "wangxiuying", "password": PASSWORD})

    assert browser.get("/settings").status_code == 200
    assert sign_in(visitor, "wangxiuying").location == "/"
    assert browser.get("/settings/password/first").location == "/settings/password"


def test_who_lost_a_phone_is_signed_out_everywhere(app, visitor):
    login = UserFactory().login
    lost = app.test_client()
    sign_in(lost, login)
    sign_in(visitor, login)

    visitor.post("/settings/sign-out-everywhere")

    for browser in (lost, visitor):
        assert browser.get("/my-week").location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/settings"),
        ("POST", "/settings"),
        ("GET", "/settings/password"),
        ("POST", "/settings/password"),
        ("GET", "/settings/password/first"),
        ("POST", "/settings/sign-out-everywhere"),
    ],
)
def test_settings_are_for_who_is_signed_in(visitor, method, path):
    assert visitor.open(path, method=method).location.startswith("/sign-in")


def test_who_is_in_needs_no_new_account(signed_in_as):
    assert signed_in_as(OperatorFactory().person).get("/register").location == "/"
