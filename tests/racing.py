"""What the processes of a race do, and the crowd that starts them all at the same moment."""

import gc
import multiprocessing
import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import configure_mappers

from config import Testing
from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.help_requests import LAMP
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer import create_app
from volunteer.accounts import signing_in
from volunteer.activities import queries, signups, stand_in_queries, stand_ins, ties, waitlist
from volunteer.activities.attendance import closing as day_closing
from volunteer.activities.attendance import noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import AttendanceState, AttendanceWay, Signup, SignupStatus
from volunteer.core import clock, engines
from volunteer.core.database import session
from volunteer.help_requests import asking, closing, matching, triage, widening
from volunteer.help_requests import queries as help_queries
from volunteer.meals import bookings, delivery_round, kitty
from volunteer.meals import queries as meal_queries
from volunteer.meals.bookings import Order
from volunteer.meals.kitty import Line
from volunteer.meals.models import Kitty, MoneyWay
from volunteer.network import places
from volunteer.network.models import Place, PlaceKind
from volunteer.people import queries as people_queries
from volunteer.people.profile import PersonDetails
from volunteer.teams import membership
from volunteer.teams.models import Membership, Team

PROCESSES = 4
THREADS = 4
PATIENCE_SECONDS = 300

# Started from one clean process that has imported everything and knows how the tables hang
# together: quick, and no thread is forked.
configure_mappers()
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(
    ["tests.racing", "tests.sending", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)

# (what, number of the date or membership, number of the role, number of the person)
Step = tuple[str, int, int, int]


def new_seed() -> int:
    """A seed for this run, printed so that a failing one can be played again."""
    seed = secrets.randbelow(2**32)
    print("seed", seed)  # noqa: T201 - pytest shows it with a failure
    return seed


# --- the people and dates of a race ---------------------------------------------------------


@dataclass(frozen=True)
class Field:
    """A team, its dates with one role each, and its members, all by number."""

    team: int
    places: int
    # The role of each date.
    roles: dict[int, int]
    people: Sequence[int]

    @property
    def dates(self) -> list[int]:
        return list(self.roles)

    def ask(self, date: int, person: int) -> Step:
        return ("sign_up", date, self.roles[date], person)


def prepare(*, dates: int, places: int, people: int, apart: timedelta = timedelta(days=1)) -> Field:
    """Dates that lie this far apart, each with one role of so many places, and active members."""
    team = TeamFactory()
    begin = (clock.now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    found = [
        OccurrenceFactory(
            activity=ActivityFactory(team=team),
            starts_at=begin + number * apart,
            roles=[("帮厨", 1, places)],
        )
        for number in range(dates)
    ]
    crowd = PersonFactory.build_batch(people)
    joined = clock.now() - timedelta(days=30)
    session.add_all(Membership(team=team, person=one, joined_at=joined) for one in crowd)
    session.commit()
    roles = {date.id: date.roles[0].id for date in found}
    field = Field(team.id, places, roles, [person.id for person in crowd])
    session.remove()
    return field


# --- the crowd ------------------------------------------------------------------------------


def race(
    url: str, steps: Sequence[Step], *, guarded: bool = True, in_order: bool = False
) -> Counter[str]:
    """Take all these steps in four processes at once; answers how often each thing came of it.

    Steps that lie beside each other happen at the same moment. `guarded=False` takes the
    lock out of the product: the control, which must overbook.
    """
    answers = processes.SimpleQueue()
    start = processes.Barrier(PROCESSES)
    threads = 1 if in_order else THREADS
    crowd = [
        processes.Process(
            target=run, args=(url, steps[number::PROCESSES], start, guarded, threads, answers)
        )
        for number in range(PROCESSES)
    ]
    for one in crowd:
        one.start()
    outcomes: Counter[str] = Counter()
    end = time.monotonic() + PATIENCE_SECONDS
    for _one in crowd:
        while answers.empty() and time.monotonic() < end and any(one.is_alive() for one in crowd):
            time.sleep(0.01)
        assert not answers.empty(), f"a process of the race died; so far {outcomes}"
        outcomes.update(answers.get())
    for one in crowd:
        one.join(PATIENCE_SECONDS)
        assert one.exitcode == 0
    return outcomes


def came_of(outcomes: Counter[str]) -> Counter[str]:
    """What came of the steps; a refusal by its name."""
    found: Counter[str] = Counter()
    for outcome, count in outcomes.items():
        found[outcome.split(":")[0]] += count
    return found


def run(
    url: str, steps: Sequence[Step], start: Any, guarded: bool, threads: int, answers: Any
) -> None:
    """One process: its own app, some threads, its share of the steps."""
    # What was there before stays: the collector would go through all of it in each process.
    gc.freeze()
    # A busy machine may hold a row for long; a ring of locks PostgreSQL itself ends after a second.
    engines.LOCK_MILLISECONDS = engines.STATEMENT_MILLISECONDS = PATIENCE_SECONDS * 1000
    engines.BUSY_MILLISECONDS = PATIENCE_SECONDS * 1000
    if not guarded:
        take_the_lock_out()
    app = create_app(Testing({"DATABASE_URL": url, "LOG_LEVEL": "ERROR"}))

    def take_one(step: Step) -> str:
        if threads == 1:
            start.wait(PATIENCE_SECONDS)
        with app.app_context():
            try:
                return take(step)
            except Exception as error:
                return f"{type(error).__name__}: {error}"[:200]

    start.wait(PATIENCE_SECONDS)
    with ThreadPoolExecutor(threads) as pool:
        answers.put(Counter(pool.map(take_one, steps)))


def take(step: Step) -> str:
    """Take this one step, here and now; answers what came of it."""
    return WAYS[step[0]](*step[1:])


def take_the_lock_out() -> None:
    """What the product would be without its lock: nothing is held, and SQLite begins at the
    first writing, when the counting is over, as its driver does by itself. A short pause
    between counting and writing makes sure that a busy machine shows it too."""

    def begin_late(connection: Any, record: Any) -> None:
        kept(connection, record)
        connection.isolation_level = "IMMEDIATE"

    kept = engines.prepare_sqlite
    engines.prepare_sqlite = begin_late
    engines.begin_on_sqlite = lambda _connection: None
    signups.lock = signups.hold = lambda *_rows: None
    bookings.lock = lambda *_rows: None
    enter = bookings.diners.enter

    def enter_late(*args: Any, **more: Any) -> Any:
        time.sleep(0.1)
        return enter(*args, **more)

    bookings.diners.enter = enter_late
    write = signups.write

    def write_late(*args: Any, **more: Any) -> int:
        time.sleep(0.1)
        return write(*args, **more)

    signups.write = write_late


def sign_up(date: int, role: int, person: int) -> str:
    me = people_queries.get_person(person)
    return signups.sign_up(queries.get_occurrence(date), role, me, by=me).status


def withdraw(signup: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    signups.withdraw(queries.get_signup(signup), by=me)
    return SignupStatus.WITHDRAWN


def stand_in(search: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    stand_ins.accept(stand_in_queries.get_search(search), me, by=me)
    return "found"


def come_after_all(signup: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    stand_ins.come_after_all(queries.get_signup(signup), by=me)
    return "comes"


def take_place(signup: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    waitlist.take(queries.get_signup(signup), by=me)
    return "taken"


def household(date: int, role: int, person: int) -> str:
    """This person and whom they live with."""
    me = people_queries.get_person(person)
    occurrence = queries.get_occurrence(date)
    people = [me, *ties.list_housemates(occurrence.team, me)]
    made = signups.sign_up_household(occurrence, role, people, by=me)
    return "+".join(sorted(signup.status for signup in made))


def leave(number: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    membership.leave(session.get_one(Membership, number), by=me)
    return "left"


def take_on(number: int, team: int, person: int) -> str:
    me = people_queries.get_person(person)
    triage.take_on(help_queries.get_help_request(number), session.get_one(Team, team), by=me)
    return "taken on"


def accept(offer: int, _team: int, person: int) -> str:
    matching.accept(help_queries.get_offer(offer), by=people_queries.get_person(person))
    return "accepted"


def take_back(number: int, _team: int, _person: int) -> str:
    closing.withdraw(help_queries.get_help_request(number), by=None)
    return "taken back"


def finish(number: int, _team: int, person: int) -> str:
    closing.finish(help_queries.get_help_request(number), by=people_queries.get_person(person))
    return "finished"


def ask_by_the_clock(_number: int, _team: int, _person: int) -> str:
    widening.ask_due(clock.now())
    return "ticked"


def check_in(date: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    noting.check_in(queries.get_occurrence(date), me, way=AttendanceWay.WALL, by=me)
    return "came"


def close(date: int, coordinator: int, _person: int) -> str:
    """Everybody who is noted on it was there for an hour."""
    occurrence, by = queries.get_occurrence(date), people_queries.get_person(coordinator)
    marks = {
        row.person_id: Mark(AttendanceState.CAME, 60)
        for row in attendance_queries.list_attendances(occurrence)
    }
    day_closing.close(occurrence, marks, by=by)
    return "closed"


def ask(place: int, _role: int, _person: int) -> str:
    asking.ask(session.get_one(Place, place), LAMP)
    return "asked"


def choose_deliverer(meal: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    delivery_round.choose_deliverer(meal_queries.get_meal(meal), me, by=me)
    return "chosen"


def book(meal: int, _role: int, person: int) -> str:
    me = people_queries.get_person(person)
    bookings.book(meal_queries.get_meal(meal), me, Order(), by=me)
    return "booked"


def bring_guest(meal: int, _role: int, host: int) -> str:
    by = people_queries.get_person(host)
    whom = PersonDetails(name="刘玉")
    bookings.book_somebody_new(meal_queries.get_meal(meal), whom, Order(), by=by, form_key="once")
    return "brought"


def enter_line(purse: int, _role: int, person: int) -> str:
    line = Line(clock.now().date(), MoneyWay.IN, 1000, "饭钱")
    by = people_queries.get_person(person)
    kitty.enter(session.get_one(Kitty, purse), line, by=by, form_key="once")
    return "entered"


def come_in(person: int, _team: int, _role: int) -> str:
    signing_in.begin(signing_in.user_of(people_queries.get_person(person)), "card")
    return "in"


def register(number: int, namesake: int, _role: int) -> str:
    whom = PersonDetails(name=f"刘玉{'甲乙丙丁'[namesake]}")
    login, password = f"liuyu{number}", "a short sentence"
    signing_in.register(whom, login=login, password=password, caller="192.0.2.1")
    return "registered"


def settle(number: int, _team: int, _role: int) -> str:
    steps = [(PlaceKind.CITY, f"第{number}市"), (PlaceKind.DISTRICT, "锦江区")]
    return str(places.settle(steps, by=None).id)


WAYS: dict[str, Callable[[int, int, int], str]] = {
    "sign_up": sign_up,
    "withdraw": withdraw,
    "stand_in": stand_in,
    "come_after_all": come_after_all,
    "leave": leave,
    "take_place": take_place,
    "household": household,
    "take_on": take_on,
    "accept": accept,
    "take_back": take_back,
    "finish": finish,
    "ask_by_the_clock": ask_by_the_clock,
    "check_in": check_in,
    "close": close,
    "ask": ask,
    "choose_deliverer": choose_deliverer,
    "book": book,
    "bring_guest": bring_guest,
    "enter_line": enter_line,
    "come_in": come_in,
    "register": register,
    "settle": settle,
}


def number_of(date: int, person: int) -> int:
    """The number of this person's sign-up."""
    row = session.query(Signup.id).filter_by(occurrence_id=date, person_id=person).one()
    return int(row[0])


# --- what is in the database afterwards -----------------------------------------------------


@dataclass(frozen=True)
class Seats:
    """What the database holds after a race."""

    overbooked: int
    going: int
    waiting: int
    # Places that are free although somebody waits for them.
    lost: int


def seats(field: Field) -> Seats:
    session.remove()
    rows = session.query(Signup.occurrence_id, Signup.status).all()
    going = Counter(number for number, status in rows if status is SignupStatus.GOING)
    waiting = Counter(number for number, status in rows if status is SignupStatus.WAITING)
    return Seats(
        overbooked=sum(going[date] > field.places for date in field.dates),
        going=going.total(),
        waiting=waiting.total(),
        lost=sum(max(0, min(field.places - going[date], waiting[date])) for date in field.dates),
    )


def shuffled(steps: Sequence[Any], seed: int) -> list[Any]:
    mixed = list(steps)
    random.Random(seed).shuffle(mixed)
    return mixed
