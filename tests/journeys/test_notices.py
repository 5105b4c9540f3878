"""She is told on her phone: one press, a line on the screen, and one press to end it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.journeys import crews
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from tests.opened import Opener
from volunteer.notifications import devices
from volunteer.people.models import ToldBy
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "王秀英"]

# What the browser's maker does for a browser with a push service; a test has none.
PUSH_SERVICE = """
Notification.requestPermission = async () => "granted";
PushManager.prototype.subscribe = async function (wish) {
  window.ownKey = wish.applicationServerKey.length;
  return { toJSON: () => (%s) };
};
"""


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    """Notices and the home screen belong to a window."""
    return whole_browser


def deliver(phone: Phone, base: str, said: dict[str, Any]) -> None:
    """What a push service hands to the browser, after the browser has opened it."""
    line: CDPSession = phone.page.context.new_cdp_session(phone.page)
    known: list[dict[str, Any]] = []
    line.on("ServiceWorker.workerRegistrationUpdated", lambda e: known.extend(e["registrations"]))
    line.send("ServiceWorker.enable")
    while not known:
        phone.page.wait_for_timeout(20)
    line.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": f"{base}/",
            "registrationId": known[-1]["registrationId"],
            "data": json.dumps(said),
        },
    )


SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/static/");
  for (let tries = 0; tries < 200; tries += 1) {
    const notes = await registration.getNotifications();
    if (notes.length) { return notes.map(n => [n.title, n.body, n.tag]); }
    await new Promise(done => setTimeout(done, 20));
  }
  return [];
}"""
# A press on the notice; opening windows is the browser's part.
PRESS = """async () => {
  const opened = [];
  self.clients.openWindow = async url => { opened.push(url); };
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  await new Promise(done => setTimeout(done, 50));
  return opened;
}"""


def test_she_is_told_on_her_phone_and_takes_it_off_again(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    wang = crew.named("王秀英")
    details = Opener().details("https://push.example.org/wang")
    said = {"endpoint": details.address, "keys": {"p256dh": details.key, "auth": details.secret}}
    phone = phones(on_sqlite)
    phone.page.context.grant_permissions(["notifications"], origin=on_sqlite.base)
    phone.page.add_init_script(PUSH_SERVICE % json.dumps(said))

    phone.come_in_by(crew.link_of(wang), wang.name)
    phone.open("/settings/messages")
    phone.press(phone.words("Tell me on this device"))
    phone.is_told(phone.words("From now on messages come as a notice on this device."))
    assert_looks_right(phone.page)
    with on_sqlite.inside():
        assert get_person(wang.id).told_by is ToldBy.PUSH
        (device,) = devices.list_of(wang.id)
        assert (device.address, device.key) == (details.address, details.key)

    note = {
        "title": "邻里",
        "body": "[有变] 包饺子",
        "url": f"{on_sqlite.base}/my-week",
        "tag": "a1",
    }
    deliver(phone, on_sqlite.base, note)
    assert phone.page.evaluate(SHOWN) == [["邻里", "[有变] 包饺子", "a1"]]
    (worker,) = phone.page.context.service_workers
    assert worker.evaluate(PRESS) == [f"{on_sqlite.base}/my-week"]
    # It stands between no page and us, and keeps none of them.
    assert phone.page.evaluate("navigator.serviceWorker.controller") is None
    assert phone.page.evaluate("caches.keys()") == []

    phone.press(phone.words("Take off"))
    phone.is_told(phone.words("No notices come on “%(name)s” any more.", name=device.name))
    with on_sqlite.inside():
        assert get_person(wang.id).told_by is None


def test_a_notice_leads_to_no_page_of_anybody_else(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    phone = phones(on_sqlite)
    phone.page.context.grant_permissions(["notifications"], origin=on_sqlite.base)
    details = Opener().details("https://push.example.org/jiang")
    said = {"endpoint": details.address, "keys": {"p256dh": details.key, "auth": details.secret}}
    phone.page.add_init_script(PUSH_SERVICE % json.dumps(said))
    phone.sign_in(crew.login, crews.PASSWORD)
    phone.open("/settings/messages")
    phone.press(phone.words("Tell me on this device"))
    phone.is_told(phone.words("From now on messages come as a notice on this device."))

    deliver(phone, on_sqlite.base, {"title": "t", "body": "b", "url": "https://evil.example/"})
    phone.page.evaluate(SHOWN)

    (worker,) = phone.page.context.service_workers
    assert worker.evaluate(PRESS) == [f"{on_sqlite.base}/"]


def test_signing_out_ends_notices_on_this_phone(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    phone = phones(on_sqlite)
    phone.sign_in(crew.login, crews.PASSWORD)
    phone.open("/settings/messages")
    phone.page.evaluate("navigator.serviceWorker.register('/static/worker.js')")

    phone.press(phone.words("Sign out (%(name)s)", name="蒋桂芳"))

    phone.is_told(phone.words("You are signed out."))
    assert phone.page.evaluate("navigator.serviceWorker.getRegistrations()") == []


def test_it_can_be_put_on_the_home_screen(on_sqlite: Service, phones: Callable[..., Phone]) -> None:
    """On an iPhone there are notices only of what stands there as an app of its own."""
    phone = phones(on_sqlite)
    phone.open("/")
    line = phone.page.context.new_cdp_session(phone.page)

    manifest = line.send("Page.getAppManifest")

    assert manifest["errors"] == []
    assert manifest["manifest"]["display"] == "kStandalone"
    # A test's browser is always a private one, and puts nothing anywhere.
    errors = line.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} == {"in-incognito"}
    touch = phone.page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert phone.page.request.get(touch or "").headers["content-type"] == "image/png"


def test_without_scripts_the_page_offers_the_other_ways(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    phone = phones(on_sqlite, scripts=False)
    phone.sign_in(crew.login, crews.PASSWORD)

    phone.open("/settings/messages")

    expect(
        phone.page.get_by_role("button", name=phone.words("Tell me on this device"))
    ).to_be_hidden()
    phone.choose(phone.words("A coordinator calls me"))
    phone.press(phone.words("Save"))
    phone.is_told(phone.words("Saved."))
