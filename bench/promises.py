"""Behind the reverse proxy of docs/operations.md (`make chaos`): does it keep what that chapter
says?"""

import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from bench import browsers
from bench.callers import Caller, signed_in
from bench.figures import Figure, at_least
from bench.proxy import HOST, Proxy, set_up, there_is_one
from tests.factories.meals import KittyFactory
from tests.servers import Answer
from volunteer.accounts import throttle
from volunteer.core import web
from volunteer.core.database import session
from volunteer.people.models import Person
from volunteer.pictures.views import LARGEST_UPLOAD
from volunteer.teams.models import Team

A_FORM = {"Content_Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}


@dataclass
class Promises:
    """What was looked at, and of that what did not hold."""

    looked_at: int = 0
    broken: list[str] = field(default_factory=list)

    def hold(self, what: str, is_so: object) -> None:
        self.looked_at += 1
        if not is_so:
            self.broken.append(what)


def promised(kind: str, folder: Path) -> Iterator[Figure]:
    """Each sentence of the chapter, by the answers that callers get."""
    if missing := list(there_is_one("behind the proxy, promises", kind)):
        yield from missing
        return
    promises = Promises()
    with set_up(kind, folder) as (server, proxy):
        look_at_headers(proxy, promises)
        look_at_weight(proxy, promises)
        look_at_addresses(proxy, promises)
        look_at_photos(proxy, promises)
        server.process.terminate()
        server.process.wait()
        look_at_a_stop(proxy, promises)
    kept = promises.looked_at - len(promises.broken)
    yield Figure(
        "behind the proxy, promises kept", kind, kept, promises.looked_at, at_least(1),
        beside={"broken": "; ".join(promises.broken) or "none"},
    )  # fmt: skip


def look_at_headers(proxy: Proxy, promises: Promises) -> None:
    page = Caller(proxy).get("/sign-in")
    names = Counter(name.lower() for name, _value in page.headers)
    for name in ("Strict-Transport-Security", *(name for name, _value in web.HEADERS)):
        promises.hold(f"{name} once", names[name.lower()] == 1)
    promises.hold("no version of a server", page.header("Server") == "nginx")
    cookie = page.header("Set-Cookie")
    promises.hold("cookies for https alone", "__Host-linli=" in cookie and "Secure" in cookie)
    # Whoever says something else is not believed, nor are those behind them.
    told = Caller(proxy).get("/sign-in", X_Forwarded_Proto="http", X_Forwarded_Host="evil.example")
    promises.hold("https, whatever they say", told.header("Strict-Transport-Security"))
    promises.hold("our host, whatever they say", "evil.example" not in f"{told.headers}{told.text}")
    below = Caller(proxy).get("/sign-in", Script_Name="/evil", SCRIPT__NAME="/evil")
    promises.hold("our paths, whatever they say", 'action="/evil' not in below.text)
    promises.hold("no other host", Caller(proxy).get("/", Host="evil.example").status == 400)


def look_at_weight(proxy: Proxy, promises: Promises) -> None:
    caller = Caller(proxy)
    plain, packed = caller.get("/"), caller.get("/", Accept_Encoding="gzip")
    promises.hold("pages are a third as heavy", len(packed.body) * 3 < len(plain.body))
    style = re.search(r'href="(/static/linli\.css[^"]*)"', plain.text)
    assert style
    file = caller.get(style[1], Accept_Encoding="gzip")
    promises.hold("styles are packed", file.header("Content-Encoding") == "gzip")
    promises.hold("for those who can", "Accept-Encoding" in file.header("Vary"))
    promises.hold("files stay a year", f"max-age={web.ONE_YEAR}" in file.header("Cache-Control"))
    promises.hold("a connection is kept", caller.times == 1)


def look_at_addresses(proxy: Proxy, promises: Promises) -> None:
    """Tries are counted by the address that somebody has, whatever they say it is."""
    guesser, neighbour = Caller(proxy, "127.0.0.2"), Caller(proxy, "127.0.0.3")
    for number in range(5):
        guess(guesser, number)
    guess(neighbour, 99)
    promises.hold("tries count for who tries", throttle.count("caller", "127.0.0.2") == 5)
    promises.hold("and for nobody else", throttle.count("caller", "127.0.0.3") == 1)
    session.remove()


def guess(caller: Caller, number: int) -> None:
    page = caller.get("/sign-in")
    caller.cookie = page.header("Set-Cookie").split(";")[0] or caller.cookie
    lies = f"198.51.100.{number}"
    form = f"csrf_token={page.csrf_token}&login=guess{number}&password=wrong{number}"
    caller.ask(
        "POST", "/sign-in", form.encode(), **A_FORM,
        X_Forwarded_For=lies, X_Real_IP=lies, Forwarded=f"for={lies}",
    )  # fmt: skip


def look_at_photos(proxy: Proxy, promises: Promises) -> None:
    """The largest photo is taken, and one that is larger is answered with a sentence."""
    KittyFactory(team=session.get_one(Team, 1), keeper=session.get_one(Person, 1))
    session.remove()
    # Werkzeug looks for one byte more than it was sent, and finds that too much.
    largest, larger = (send_photo(proxy, LARGEST_UPLOAD + more) for more in (-1, 1))
    promises.hold("the largest photo is taken", largest.status == 302)
    promises.hold("a larger one gets a sentence", larger.status == 413 and "12 MB" in larger.text)
    # Each time: cut off in the middle the proxy would say that we are away.
    long = [send_form(proxy, 3 * 1024**2) for _time in range(20)]
    said = [answer.status == 413 and "2 MB" in answer.text for answer in long]
    promises.hold(f"long forms get a sentence ({sum(said)} of 20)", all(said))


def send_photo(proxy: Proxy, size: int) -> Answer:
    """A line of the book with a receipt; the form as a whole has so many bytes."""
    caller = signed_in(proxy, 1)
    mark = secrets.token_hex(8)
    key = re.search(
        r'name="form_key"[^>]*value="([^"]+)"', caller.get("/teams/1/kitty/lines/new").text
    )
    fields = {
        "csrf_token": browsers.our_token(),
        "way": "out",
        "money": "12.50",
        "purpose": "菜",
        "day": time.strftime("%Y-%m-%d"),
        "meal": "",
        "form_key": key[1] if key else "",
    }
    head = "".join(
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head += (
        f'--{mark}\r\nContent-Disposition: form-data; name="receipt"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    tail = f"\r\n--{mark}--\r\n".encode()
    photo = a_photo()
    # What stands behind the end of a picture no reader looks at.
    photo += secrets.token_bytes(size - len(head.encode()) - len(photo) - len(tail))
    body = head.encode() + photo + tail
    assert len(body) == size
    return caller.ask(
        "POST", "/teams/1/kitty/lines/new", body, Origin=f"https://{HOST}",
        Content_Type=f"multipart/form-data; boundary={mark}",
    )  # fmt: skip


def a_photo() -> bytes:
    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (800, 600), "#1C6548").save(out, "JPEG")
    return out.getvalue()


def send_form(proxy: Proxy, size: int) -> Answer:
    caller = Caller(proxy, cookie="lang=en")
    return caller.ask("POST", "/sign-in", b"login=" + b"a" * size, **A_FORM)


def look_at_a_stop(proxy: Proxy, promises: Promises) -> None:
    """While the service is started anew: a page that says so, and no line with an address."""
    secret = secrets.token_urlsafe(16)
    away = Caller(proxy).get(f"/links/{secret}")
    promises.hold("a stop is explained", away.status == 502 and "Back in a minute" in away.text)
    promises.hold("in words of ours alone", "nginx" not in away.text)
    promises.hold("and only then", Caller(proxy).get("/away.html").status in {404, 502})
    promises.hold("no personal link in a log", secret not in proxy.logged())
    promises.hold("no address in a log", "/sign-in" not in proxy.logged())
