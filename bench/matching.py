"""Whom the suggestions of one request, and of a board of a thousand, cost how much time.

One team of 5,000 in fifty estates, 1,000 open requests, a year of helps and three months of places
behind them: everybody may suit everything, so that no narrowing by team makes it easy.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any

from sqlalchemy import event, text, update

from bench import world
from bench.figures import Figure, at_most
from bench.pages import filled
from bench.world import put
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.zones import HOME_ZONE, to_wall
from volunteer.help_requests import queries, suggesting
from volunteer.help_requests.models import (
    Abilities,
    HelpKind,
    HelpOffer,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    Skill,
    Speech,
    Wanted,
)
from volunteer.help_requests.models.requests import ASKER_PHONE_MARK
from volunteer.people.models import Person, Slot
from volunteer.teams import queries as team_queries

PEOPLE, REQUESTS, PAST = 5000, 1000, 2000
ESTATES, BUILDINGS = 50, 12
SIZE = world.Size(people_a_team=PEOPLE, activities_a_team=4)
ONE_MS, BOARD_MS, STATEMENTS = 100, 2000, 10
TRIES = 11
SEED = 11


def matching(kind: str, folder: Path) -> Iterator[Figure]:
    with filled(kind, folder, SIZE):
        fill_requests(random.Random(SEED))
        yield from measured("one request", kind, ONE_MS, one_request)
        yield from measured("the board", kind, BOARD_MS, whole_board)
        session.remove()


def measured(
    name: str, kind: str, limit: int, ask: Callable[[], tuple[int, int]]
) -> Iterator[Figure]:
    """The shortest of several times, each with nothing in the session, and the statements of one.

    An idle machine takes as long, and what else runs only ever makes it longer; the processor time
    of this process stands beside it.
    """
    seconds, processor = [], []
    for _try in range(TRIES):
        session.remove()
        with counted() as sent:
            began, burnt = time.perf_counter(), time.process_time()
            requests, suggested = ask()
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - burnt)
    beside = {
        "volunteers": PEOPLE, "open": REQUESTS, "for": requests, "suggested": suggested,
        "cpu_ms": round(min(processor) * 1000),
        "middle_ms": round(sorted(seconds)[TRIES // 2] * 1000),
    }  # fmt: skip
    yield Figure(
        f"matching, {name}", kind, min(seconds) * 1000, None, at_most(limit),
        unit="ms", beside=beside,
    )  # fmt: skip
    yield Figure(f"matching, {name}, statements", kind, len(sent), None, at_most(STATEMENTS))


def one_request() -> tuple[int, int]:
    """From nothing loaded to the people with their reasons, as the page of a request shows them."""
    help_request = queries.get_help_request(PAST + REQUESTS // 2)
    assert help_request.team is not None
    found = suggesting.suggest(help_request, help_request.team, clock.now())
    return 1, len(found)


def whole_board() -> tuple[int, int]:
    """All open requests, and for each the best."""
    team = team_queries.get_team(1)
    rows = queries.list_open(team)
    found = suggesting.suggest_all(rows, team, clock.now(), most=3)
    return len(rows), sum(len(several) for several in found.values())


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that is sent in the block."""
    sent: list[str] = []
    engine = session.get_bind().engine

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


# --- the people and what is asked --------------------------------------------------------------


def fill_requests(rng: random.Random) -> None:
    now = clock.now()
    with transaction():
        put(Abilities, (abilities(rng, number) for number in range(1, PEOPLE + 1)))
        session.execute(
            update(Person),
            [
                {"id": n, "free_slots": [slot.value for slot in Slot if rng.random() < 0.3]}
                for n in range(1, PEOPLE + 1)
            ],
        )
        put(HelpRequest, (past_request(rng, number, now) for number in range(1, PAST + 1)))
        put(
            HelpRequest,
            (open_request(rng, number, now) for number in range(PAST + 1, PAST + REQUESTS + 1)),
        )
        put(HelpOffer, (helped(rng, number, now) for number in range(1, PAST + 1)))
        put(
            HelpOffer,
            (asked(rng, number, now) for number in range(PAST + 1, PAST + REQUESTS + 1, 2)),
        )
    with session.get_bind().engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    session.remove()


def abilities(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "person_id": number,
        "skills": [skill.value for skill in Skill if rng.random() < 0.25],
        "speeches": [speech.value for speech in Speech if rng.random() < 0.4],
        "place_id": 1,
        "estate": f"锦绣{rng.randrange(ESTATES)}号小区",
        "building": str(rng.randrange(1, BUILDINGS)),
        "by_id": number,
    }


def request_row(rng: random.Random, number: int, now: datetime) -> dict[str, Any]:
    phone = f"137{rng.randrange(1500):08d}"
    return {
        "id": number,
        "number": str(10_000 + number),
        "place_id": 1,
        "team_id": 1,
        "asker_name": "刘桂芳",
        "asker_phone": phone,
        "asker_phone_mark": ASKER_PHONE_MARK.of_text(phone),
        "address": f"锦绣{rng.randrange(ESTATES)}号小区{rng.randrange(1, BUILDINGS)}栋2单元501室",
        "kinds": [rng.choice(list(HelpKind)).value],
        "words": "厨房的灯不亮了",
        "asked_at": now,
        "answer_by": now + timedelta(days=1),
        "answered_at": now,
    }


def past_request(rng: random.Random, number: int, now: datetime) -> dict[str, Any]:
    ago = now - timedelta(days=rng.randrange(1, 365))
    return {
        **request_row(rng, number, ago),
        "speech": None, "wanted": Wanted.ANY, "wanted_on": None, "wanted_at": None,
        "status": HelpStatus.CONFIRMED, "ended_at": ago,
    }  # fmt: skip


def open_request(rng: random.Random, number: int, now: datetime) -> dict[str, Any]:
    day = to_wall(now, HOME_ZONE).date() + timedelta(days=rng.randrange(1, 10))
    has_day = rng.random() < 0.6
    return {
        **request_row(rng, number, now),
        "speech": rng.choice([None, *Speech]),
        "wanted": rng.choice(list(Wanted)),
        "wanted_on": day if has_day else None,
        "wanted_at": clock_time(rng.choice([9, 10, 14, 15])) if has_day else None,
        "status": HelpStatus.ACCEPTED,
    }


def helped(rng: random.Random, number: int, now: datetime) -> dict[str, Any]:
    return {
        "help_request_id": number, "person_id": rng.randrange(1, PEOPLE + 1),
        "status": OfferStatus.ACCEPTED, "by_id": 1,
        "asked_at": now - timedelta(days=rng.randrange(1, 365)),
    }  # fmt: skip


def asked(rng: random.Random, number: int, now: datetime) -> dict[str, Any]:
    return {
        "help_request_id": number, "person_id": rng.randrange(1, PEOPLE + 1),
        "status": rng.choice([OfferStatus.ASKED, OfferStatus.DECLINED]), "by_id": 1,
        "asked_at": now,
    }  # fmt: skip
