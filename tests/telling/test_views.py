"""My choices and messages, stopping by a link, previews, and groups, as people see them."""

import re
from datetime import time, timedelta

import pytest

import config
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.notifications import DeviceFactory, OutboxMessageFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.opened import Opener
from volunteer.activities import single_date
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import devices, groups, outbox, stopping
from volunteer.notifications.groups import RobotDetails
from volunteer.notifications.models import (
    Channel,
    GroupRobot,
    MessageStatus,
    OutboxMessage,
    RobotKind,
)
from volunteer.notifications.topics import Topic
from volunteer.people import companions, consents
from volunteer.people.models import ConsentScope, Person, ToldBy

pytestmark = pytest.mark.usefixtures("database")

USUAL = {"told_by": "", "wants_week": "y", "wants_asks": "y", "quiet": "usual"}


def fresh(person: Person) -> Person:
    session.expire_all()
    return session.get_one(Person, person.id)


# --- my choices --------------------------------------------------------------------------------


def test_somebody_chooses_for_themselves(signed_in_as):
    me = PersonFactory()
    form = {"told_by": "call", "wants_week": "y", "quiet": "own", "quiet_from": "中午12点"}

    answer = signed_in_as(me).post(
        "/settings/messages", data={**form, "quiet_until": "15:00"}, follow_redirects=True
    )

    assert "Saved." in answer.text
    me = fresh(me)
    assert (me.told_by, me.wants_week, me.wants_asks) == (ToldBy.CALL, True, False)
    assert (me.quiet_from, me.quiet_until) == (time(12), time(15))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"told_by": "email"}, "we need an email address"),
        ({"quiet": "own"}, "from when until when"),
        ({"quiet": "own", "quiet_from": "8:00", "quiet_until": "8:00"}, "Both are the same."),
        ({"quiet": "own", "quiet_from": "10点半", "quiet_until": "7点"}, "21 hours of quiet"),
        ({"quiet_from": "晚上10点", "quiet_until": "7点"}, "You wrote hours of your own"),
        ({"quiet": "never", "quiet_from": "22:00"}, "You wrote hours of your own"),
        ({"told_by": "pigeon"}, "Not a valid choice"),
        ({"told_by": "sms"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(signed_in_as, typed, said):
    me = PersonFactory(email=None)

    answer = signed_in_as(me).post("/settings/messages", data={**USUAL, **typed})

    assert said in answer.text
    assert fresh(me).told_by is None


def test_who_goes_back_to_the_usual_night_need_not_empty_the_hours(signed_in_as):
    me = PersonFactory(quiet_from=time(22), quiet_until=time(7))
    browser = signed_in_as(me)
    shown = browser.get("/settings/messages").text
    hours = {
        name: re.search(f'name="{name}"[^>]*value="([^"]+)"', shown)[1]
        for name in ("quiet_from", "quiet_until")
    }

    browser.post("/settings/messages", data={**USUAL, **hours})

    assert fresh(me).quiet_from is None


def test_text_messages_are_offered_where_a_gateway_is(signed_in_as, app, monkeypatch):
    me = PersonFactory()
    assert "By text message" not in signed_in_as(me).get("/settings/messages").text

    monkeypatch.setitem(app.config, "SMS_URL", "https://gateway.example/")
    signed_in_as(me).post("/settings/messages", data={**USUAL, "told_by": "sms"})

    assert fresh(me).told_by is ToldBy.SMS


def test_never_quiet_is_kept_and_shown_again(signed_in_as):
    me = PersonFactory()
    browser = signed_in_as(me)

    browser.post("/settings/messages", data={**USUAL, "quiet": "never"})

    assert fresh(me).quiet_from == fresh(me).quiet_until
    page = browser.get("/settings/messages").text
    assert re.search(r'value="never" checked', page)


def test_a_coordinator_chooses_for_who_has_no_phone_and_no_other_does(signed_in_as):
    member = MembershipFactory(person__email=None)
    path = f"/teams/{member.team.id}/members/{member.id}/messages"
    coordinator = CoordinatorFactory(team=member.team).person

    assert (
        signed_in_as(coordinator).post(path, data={**USUAL, "told_by": "call"}).status_code == 302
    )
    assert fresh(member.person).told_by is ToldBy.CALL

    for other in (CoordinatorFactory().person, MembershipFactory(team=member.team).person):
        assert signed_in_as(other).get(path).status_code == 404


def test_a_companion_chooses_for_whom_they_act(signed_in_as):
    tie = CompanionFactory()
    browser = signed_in_as(tie.companion)
    browser.post(f"/companions/{tie.id}/acting")

    browser.post("/settings/messages", data={**USUAL, "told_by": "call", "person": tie.person_id})

    assert fresh(tie.person).told_by is ToldBy.CALL
    assert fresh(tie.companion).told_by is None


def test_my_messages_are_mine_and_hold_no_code(signed_in_as, count_queries):
    me = PersonFactory()
    for kind in ("date_moved", "week_ahead", "one_time_code", "new_link"):
        OutboxMessageFactory(person=me, kind=kind)
    OutboxMessageFactory(person=me, kind="date_cancelled", channel=Channel.GROUP)
    OutboxMessageFactory(kind="date_restored")
    browser = signed_in_as(me)

    with count_queries() as sent:
        page = browser.get("/my-messages").text

    assert "A date was moved" in page
    assert "The week ahead" in page
    for other in ("A code to sign in", "A new personal link", "cancelled", "back on"):
        assert other not in page
    assert len(sent) <= 12


# --- stopping by a link ------------------------------------------------------------------------


def test_a_scanner_that_opens_the_link_changes_nothing_and_the_button_does(client):
    person = PersonFactory()
    path = stopping.path(person, Topic.WEEK)

    for _time in range(3):
        assert client.get(path).status_code == client.head(path).status_code == 200
    assert fresh(person).wants_week is True

    assert client.post(path).status_code == 200
    assert fresh(person).wants_week is False
    assert fresh(person).wants_asks is True


def test_a_mail_program_stops_it_by_itself_without_cookie_or_token_of_a_form(app, client):
    """RFC 8058: one POST, no cookies, no redirection."""
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        person = PersonFactory()
        answer = client.post(
            stopping.path(person, Topic.ASKS), data={"List-Unsubscribe": "One-Click"}
        )
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert answer.status_code == 200
    assert fresh(person).wants_asks is False


def test_a_link_of_nobody_is_not_there(client):
    for path in ("/stops/abc", "/stops/" + "a" * 500):
        assert client.get(path).status_code == client.post(path).status_code == 404


# --- previews ----------------------------------------------------------------------------------


def test_a_coordinator_sees_every_form_of_a_kind_in_either_language(signed_in_as):
    coordinator = CoordinatorFactory()
    SignupFactory(occurrence__activity__team=coordinator.team)
    browser = signed_in_as(coordinator.person)
    base = f"/teams/{coordinator.team.id}"

    all_kinds = browser.get(f"{base}/message-kinds").text
    english = browser.get(f"{base}/message-forms?kind=date_moved&in=en").text
    chinese = browser.get(f"{base}/message-forms?kind=date_moved&in=zh_Hans").text
    mail = browser.get(f"{base}/message-forms/mail?kind=date_moved&in=zh_Hans")

    assert "A date was moved" in all_kinds
    assert "1 text message" in all_kinds
    assert "it costs" in english
    assert "[Changed]" in english
    assert "【" in chinese
    assert 'lang="zh-Hans"' in mail.text
    assert "sandbox" in mail.headers["Content-Security-Policy"]


def test_what_is_no_kind_and_no_language_is_not_there(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    base = f"/teams/{coordinator.team.id}/message-forms"

    for path in ("?kind=../secrets", "?kind=date_moved&in=xx", "/mail?kind=visit_planned"):
        assert browser.get(base + path).status_code == 404


# --- groups ------------------------------------------------------------------------------------

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=verysecret"


def test_a_group_is_added_its_address_is_shown_to_nobody_and_it_is_taken_away(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    path = f"/teams/{coordinator.team.id}/groups"

    page = browser.post(
        path, data={"kind": "wecom", "name": "二号院", "url": ADDRESS}, follow_redirects=True
    ).text

    assert "二号院" in page
    assert "verysecret" not in page
    robot = session.query(GroupRobot).one()
    assert robot.url == ADDRESS

    browser.post(f"{path}/{robot.id}/end")
    session.expire_all()
    assert session.query(GroupRobot).one().url == ""


@pytest.mark.parametrize("url", ["http://qyapi.weixin.qq.com/", "ftp://a.b/", "qyapi", "https://"])
def test_an_address_that_others_could_listen_to_is_refused(signed_in_as, url):
    coordinator = CoordinatorFactory()

    answer = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team.id}/groups", data={"kind": "wecom", "name": "群", "url": url}
    )

    assert "it begins with https://" in answer.text
    assert session.query(GroupRobot).count() == 0


def test_other_services_are_offered_where_the_setting_names_some(signed_in_as, app, monkeypatch):
    coordinator = CoordinatorFactory()
    path = f"/teams/{coordinator.team.id}/groups"
    browser = signed_in_as(coordinator.person)
    typed = {"kind": "other", "name": "楼长群", "url": "schan://verysecret"}
    assert "Not a valid choice" in browser.post(path, data=typed).text

    monkeypatch.setitem(app.config, "APPRISE_SERVICES", ["schan", "tgram"])
    wrong = browser.post(path, data={**typed, "url": "json://example.org/"}).text
    page = browser.post(path, data=typed, follow_redirects=True).text

    assert "begins with one of: schan://, tgram://" in wrong
    assert "楼长群" in page
    assert "Another service" in page
    assert "verysecret" not in page
    (robot,) = session.query(GroupRobot)
    assert (robot.kind, robot.url) == (RobotKind.OTHER, "schan://verysecret")


def test_a_robot_of_another_team_is_not_there(signed_in_as):
    mine, other = CoordinatorFactory(), CoordinatorFactory()
    details = RobotDetails(RobotKind.WECOM, "群", ADDRESS)
    robot = groups.connect(details, team=other.team, by=other.person)

    answer = signed_in_as(mine.person).post(f"/teams/{mine.team.id}/groups/{robot.id}/end")

    assert answer.status_code == 404
    assert robot.ended_at is None


def test_a_group_reads_of_a_moved_date_once_and_members_as_before():
    coordinator = CoordinatorFactory()
    occurrence = OccurrenceFactory(activity__team=coordinator.team)
    SignupFactory(occurrence=occurrence)
    details = RobotDetails(RobotKind.WECOM, "群", ADDRESS)
    groups.connect(details, team=coordinator.team, by=coordinator.person)

    single_date.cancel(occurrence, reason="下雨", by=coordinator.person)

    channels = [message.channel for message in session.query(OutboxMessage)]
    assert sorted(channels) == [Channel.EMAIL, Channel.GROUP]


@pytest.mark.parametrize(
    ("ends", "is_mute"),
    [
        ([MessageStatus.SENT, MessageStatus.FAILED], True),
        ([MessageStatus.FAILED, MessageStatus.SENT], False),
        ([MessageStatus.FAILED, MessageStatus.EXPIRED], True),
    ],
)
def test_a_group_that_hears_nothing_is_named_where_it_was_connected(signed_in_as, ends, is_mute):
    coordinator = CoordinatorFactory()
    details = RobotDetails(RobotKind.WECOM, "群", ADDRESS)
    robot = groups.connect(details, team=coordinator.team, by=coordinator.person)
    for hours, end in zip((2, 1), ends, strict=True):
        OutboxMessageFactory(
            team_id=coordinator.team.id,
            channel=Channel.GROUP,
            about={"robot_id": robot.id},
            status=end,
            ended_at=clock.now() - timedelta(hours=hours),
        )

    page = signed_in_as(coordinator.person).get(f"/teams/{coordinator.team.id}/groups").text

    assert ("did not get into this group" in page) is is_mute


def test_the_address_of_another_app_is_refused(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)

    form = {"kind": "dingtalk", "name": "群", "url": ADDRESS}
    page = browser.post(f"/teams/{coordinator.team.id}/groups", data=form).text

    assert "This address is one of WeCom" in page
    assert session.query(GroupRobot).count() == 0


def test_a_team_has_a_line_of_its_own(signed_in_as):
    coordinator = CoordinatorFactory()

    page = signed_in_as(coordinator.person).post(
        f"/teams/{coordinator.team.id}/own-line",
        data={"own_line": "茶一直热着"},
        follow_redirects=True,
    )

    assert "茶一直热着" in page.text


# --- devices ------------------------------------------------------------------------------------

KEY = config.new_push_key()
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


@pytest.fixture
def push_is_on(app, monkeypatch):
    monkeypatch.setitem(app.config, "PUSH_KEY", KEY)


def said_by_a_browser(**values: object) -> dict:
    details = Opener().details("https://push.example.org/abc")
    return {
        "address": details.address, "key": details.key, "secret": details.secret, **values
    }  # fmt: skip


def tell_on_a_device(browser, **values: object):
    return browser.post(
        "/settings/devices",
        data=said_by_a_browser(**values),
        headers={"User-Agent": FIREFOX},
        follow_redirects=True,
    )


def test_one_press_tells_somebody_on_this_device_and_one_takes_it_off(signed_in_as, push_is_on):
    me = PersonFactory()
    browser = signed_in_as(me)

    page = tell_on_a_device(browser, person=me.id).text

    assert "From now on messages come as a notice on this device." in page
    assert "Firefox, Android" in page
    assert "push.example.org" not in page
    assert fresh(me).told_by is ToldBy.PUSH
    (device,) = devices.list_of(me.id)

    page = browser.post(f"/settings/devices/{device.id}/end", follow_redirects=True).text

    assert "No notices come on “Firefox, Android” any more." in page
    assert (devices.list_of(me.id), fresh(me).told_by) == ([], None)


def test_who_is_told_by_text_message_takes_the_consent_back_with_a_device(
    signed_in_as, push_is_on, app, monkeypatch
):
    monkeypatch.setitem(app.config, "SMS_URL", "https://gateway.example/")
    me = PersonFactory()
    browser = signed_in_as(me)
    browser.post("/settings/messages", data={**USUAL, "told_by": "sms"})
    assert consents.has(me, ConsentScope.SMS)

    tell_on_a_device(browser)

    assert not consents.has(me, ConsentScope.SMS)


def test_another_way_may_be_chosen_while_the_devices_stay(signed_in_as, push_is_on):
    me = PersonFactory()
    browser = signed_in_as(me)
    tell_on_a_device(browser)

    browser.post("/settings/messages", data={**USUAL, "told_by": "email"})
    assert (fresh(me).told_by, len(devices.list_of(me.id))) == (ToldBy.EMAIL, 1)

    browser.post("/settings/messages", data={**USUAL, "told_by": "push"})
    assert fresh(me).told_by is ToldBy.PUSH


def test_without_a_device_nobody_chooses_notices(signed_in_as, push_is_on):
    me = PersonFactory()

    answer = signed_in_as(me).post("/settings/messages", data={**USUAL, "told_by": "push"})

    assert "Not a valid choice" in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "http://push.example.org/abc"},
        {"address": "file:///etc/passwd"},
        {"address": ""},
        {"key": "BAAA"},
        {"key": "é"},
        {"secret": "short"},
    ],
)
def test_what_no_browser_says_is_refused(signed_in_as, push_is_on, wrong):
    me = PersonFactory()

    page = tell_on_a_device(signed_in_as(me), **wrong).text

    assert "This browser could not say where to send notices." in page
    assert (devices.list_of(me.id), fresh(me).told_by) == ([], None)


def test_where_notices_are_off_no_device_is_taken_or_offered(signed_in_as):
    me = PersonFactory()
    browser = signed_in_as(me)

    tell_on_a_device(browser)

    assert devices.list_of(me.id) == []
    assert "Tell me on this device" not in browser.get("/settings/messages").text


def test_a_companion_adds_a_device_for_whom_they_act_and_it_says_so(signed_in_as, push_is_on):
    tie = CompanionFactory()
    browser = signed_in_as(tie.companion)
    browser.post(f"/companions/{tie.id}/acting")

    tell_on_a_device(browser, person=tie.person_id)

    (device,) = devices.list_of(tie.person_id)
    assert device.made_by_id == tie.companion_id
    assert fresh(tie.companion).told_by is None


def test_when_nobody_acts_any_more_the_person_is_told_and_not_the_companions_device(app):
    tie = CompanionFactory()
    DeviceFactory(person_id=tie.person_id, made_by_id=tie.companion_id)
    tie.person.told_by = ToldBy.PUSH
    session.commit()

    companions.end(tie, by=tie.person)

    assert devices.list_of(tie.person_id) == []
    assert outbox.channel_for(fresh(tie.person)) is Channel.EMAIL


def test_a_device_of_ones_own_stays_when_a_companion_goes(app):
    tie = CompanionFactory()
    own = DeviceFactory(person_id=tie.person_id)

    companions.end(tie, by=tie.person)

    assert devices.list_of(tie.person_id) == [own]


def test_a_lost_phone_shows_no_notices_after_signing_out_everywhere(signed_in_as, push_is_on):
    me = PersonFactory()
    browser = signed_in_as(me)
    tell_on_a_device(browser)

    assert "ends the notices on your devices" in browser.get("/settings").text
    browser.post("/settings/sign-out-everywhere")

    assert (devices.list_of(me.id), fresh(me).told_by) == ([], None)


def test_nobody_takes_off_a_device_of_somebody_else(signed_in_as):
    device = DeviceFactory()

    answer = signed_in_as(PersonFactory()).post(f"/settings/devices/{device.id}/end")

    assert answer.status_code == 404
    assert len(devices.list_of(device.person_id)) == 1
