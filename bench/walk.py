"""Every page that links lead to, in a district of 200 teams and 20,000 people: which are slow, and
how many statements do they send (R30)? `make bench B=walk`."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import event, update
from werkzeug.exceptions import HTTPException

from bench import browsers, load, world
from bench.figures import Figure, at_most
from bench.pages import filled
from config import Testing
from tests.servers import web_server
from volunteer import create_app
from volunteer.accounts.models import User
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.teams.models import Membership, TeamRole

# Who walks: the numbers of people of the first team.
WALKERS = {"volunteer": 1, "coordinator": 3, "operator": 4}
# What a year leaves behind for each of 20,000 people, in the outbox and in the trail.
A_PERSON = 10
# Of each kind of page so many are looked at: the first may be an empty one.
OF_A_KIND = 2
TIMES, A_SECOND = 20, 10
# So many are asked of the web server as well: those that took longest while walking.
SLOWEST = 10


@dataclass(frozen=True)
class Found:
    """A page, as it was first met."""

    who: str
    path: str
    endpoint: str
    statements: int
    seconds: float


def walk(kind: str, folder: Path) -> Iterator[Figure]:
    with filled(kind, folder, world.LARGE) as url:
        give_a_past()
        pages = [page for who in WALKERS for page in walked(url, who)]
        slow = sorted(pages, key=lambda page: page.seconds, reverse=True)[:SLOWEST]
        with web_server(url, folder, workers=2, LOG_LEVEL="ERROR") as server:
            times = {page: paced(server.port, page) for page in slow}
    for page in sorted(slow, key=lambda page: p95(times[page]), reverse=True):
        yield Figure(
            f"walk, {page.who}, {page.endpoint}", kind, p95(times[page]), None, at_most(300),
            unit="ms", beside={"statements": page.statements, "median": round(median(times[page]))},
        )  # fmt: skip
    most = max(pages, key=lambda page: page.statements)
    yield Figure(
        "walk, most statements", kind, most.statements, None, None,
        beside={"of": most.endpoint, "pages": len(pages)},
    )  # fmt: skip


def p95(milliseconds: list[float]) -> float:
    return sorted(milliseconds)[int(len(milliseconds) * 0.95)]


def median(milliseconds: list[float]) -> float:
    return sorted(milliseconds)[len(milliseconds) // 2]


def paced(port: int, page: Found) -> list[float]:
    """How long it takes each time, ten times a second; the first time nothing is at hand yet."""
    call = load.Call(page.path, browsers.our_cookie(WALKERS[page.who]))
    taken: list[float] = []
    for _time in range(TIMES):
        began = time.monotonic()
        taken += load.send(port, [call], 1).milliseconds
        time.sleep(max(0.0, 1 / A_SECOND - (time.monotonic() - began)))
    return taken


# --- the past --------------------------------------------------------------------------------


def give_a_past() -> None:
    """What has been sent and written down in a year, and who coordinates and runs the service."""
    now = clock.now()
    people = world.LARGE.teams * world.LARGE.people_a_team
    with transaction():
        session.execute(update(Membership).where(Membership.person_id == WALKERS["coordinator"])
                        .values(role=TeamRole.COORDINATOR))  # fmt: skip
        session.execute(update(User).where(User.id == WALKERS["operator"])
                        .values(is_operator=True))  # fmt: skip
        world.put(OutboxMessage, (
            {"key": f"past:{week}:{person}", "kind": "week_ahead", "person_id": person,
             "team_id": (person - 1) // world.LARGE.people_a_team + 1, "channel": Channel.EMAIL,
             "about": {}, "status": MessageStatus.SENT, "due_at": at, "expires_at": at,
             "next_try_at": at, "ended_at": at}
            for week in range(A_PERSON)
            for at in [now - timedelta(weeks=week + 1)]
            for person in range(1, people + 1)
        ))  # fmt: skip
        world.put(AuditEntry, (
            {"at": now - timedelta(weeks=week + 1), "action": "signup.made",
             "subject_kind": "signups", "subject_id": person, "by_id": person,
             "person_id": person, "details": {},
             "team_id": (person - 1) // world.LARGE.people_a_team + 1}
            for week in range(A_PERSON)
            for person in range(1, people + 1)
        ))  # fmt: skip
    session.remove()


# --- walking ---------------------------------------------------------------------------------


@dataclass
class Counter:
    """How many statements were sent."""

    sent: int = 0

    def note(self, _c: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.sent += not statement.startswith("BEGIN")


@contextmanager
def counting() -> Iterator[Counter]:
    counter, engine = Counter(), session.get_bind().engine
    event.listen(engine, "before_cursor_execute", counter.note)
    try:
        yield counter
    finally:
        event.remove(engine, "before_cursor_execute", counter.note)


def walked(url: str, who: str) -> list[Found]:
    """What this person comes to by links from the first page, a few pages of each kind."""
    app = create_app(Testing({"DATABASE_URL": url}))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = world.token_of(WALKERS[who])
    found: list[Found] = []
    of_a_kind: dict[str, int] = {}
    seen, ahead = {"/"}, ["/"]
    with counting() as counter:
        for number in count():
            if number >= len(ahead):
                break
            path = ahead[number]
            endpoint = endpoint_of(app, path)
            if endpoint is None or of_a_kind.get(endpoint, 0) >= OF_A_KIND:
                continue
            of_a_kind[endpoint] = of_a_kind.get(endpoint, 0) + 1
            before, began = counter.sent, time.perf_counter()
            answer = client.get(path)
            sent, seconds = counter.sent - before, time.perf_counter() - began
            if answer.status_code != 200 or not answer.mimetype.startswith("text/html"):
                continue
            found.append(Found(who, path, endpoint, sent, seconds))
            for link in links(answer.text):
                if link not in seen:
                    seen.add(link)
                    ahead.append(link)
    session.remove()
    return found


def links(page: str) -> Iterator[str]:
    for href in re.findall(r'<a [^>]*href="([^"#]+)', page):
        link = href.replace("&amp;", "&")
        if link.startswith("/") and "lang=" not in link and "mode=" not in link:
            yield link


def endpoint_of(app: Flask, path: str) -> str | None:
    try:
        return str(app.url_map.bind("127.0.0.1").match(urlsplit(path).path)[0])
    except HTTPException:
        return None


PARTS = {"walk": walk}
