"""Hundreds of people press at once: no date is overbooked, and no place is lost for fear of it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests import racing
from tests.conftest import DATABASES
from tests.factories.teams import CoordinatorFactory
from tests.servers import Browser, migrated, web_server
from volunteer.accounts import personal_links
from volunteer.activities import ties
from volunteer.activities.models import Occurrence, Signup, SignupStatus, WaitingStyle
from volunteer.activities.place_notices import PLACE_FREED
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.teams.models import Membership, Team

DATES, PLACES, PEOPLE_FOR_A_DATE = 25, 5, 20
ALL = DATES * PEOPLE_FOR_A_DATE
SEATS = DATES * PLACES
# Each person wants five of the dates, so a hundred people make five hundred wishes.
PEOPLE = 100

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def url(kind, tmp_path):
    with migrated(kind, tmp_path, "race") as address:
        yield address


def wishes(field):
    """Everybody's wishes, date after date: those for one date come at the same moment."""
    return [
        field.ask(date, person)
        for number, date in enumerate(field.dates)
        for person in field.people[number % 5 :: 5]
    ]


def doors_of(field):
    """A personal link for everybody."""
    people = people_queries.list_people(field.people)
    doors = personal_links.doors(people, "/", lasts=timedelta(hours=1))
    session.remove()
    return doors


def test_five_hundred_sign_ups_in_four_processes_fill_every_place_and_none_twice(url):
    field = racing.prepare(dates=DATES, places=PLACES, people=PEOPLE)

    outcomes = racing.race(url, wishes(field))

    assert outcomes == {"going": SEATS, "waiting": ALL - SEATS}
    assert racing.seats(field) == racing.Seats(0, SEATS, ALL - SEATS, lost=0)


def test_without_the_lock_the_same_race_overbooks(url):
    """The control: if this finds nothing, the test above proves nothing."""
    field = racing.prepare(dates=10, places=PLACES, people=PEOPLE)

    outcomes = racing.race(url, wishes(field), guarded=False)

    assert outcomes["going"] > 10 * PLACES
    assert racing.seats(field).overbooked >= 1


def test_five_hundred_forms_sent_to_four_web_processes_are_all_answered_and_none_overbooks(
    url, tmp_path
):
    field = racing.prepare(dates=DATES, places=PLACES, people=PEOPLE)
    doors = doors_of(field)

    with web_server(url, tmp_path, workers=4) as server, ThreadPoolExecutor(32) as pool:
        browsers = {person: Browser(server.port) for person in field.people}
        list(pool.map(lambda person: browsers[person].come_in(doors[person]), field.people))
        # A browser is one connection, so every wish gets a connection of its own.
        wanted = [(step, browsers[step[3]]) for step in wishes(field)]

        def press(wish):
            (_what, date, role, _person), browser = wish
            own = Browser(server.port, dict(browser.cookies), browser.token)
            answer = own.post(f"/activities/dates/{date}/signups", role=role)
            own.close()
            return answer.status, answer.header("Location") == f"/activities/dates/{date}"

        answers = Counter(pool.map(press, wanted))
        for browser in browsers.values():
            browser.close()

    assert answers == {(302, True): ALL}
    assert racing.seats(field) == racing.Seats(0, SEATS, ALL - SEATS, lost=0)
    assert "locked" not in server.said()
    assert "Traceback" not in server.said()


def test_a_form_without_its_token_takes_no_place(url, tmp_path):
    field = racing.prepare(dates=1, places=1, people=1)
    doors = doors_of(field)

    with web_server(url, tmp_path, workers=1) as server:
        browser = Browser(server.port)
        browser.come_in(doors[field.people[0]])
        _what, date, role, _person = wishes(field)[0]
        path = f"/activities/dates/{date}/signups"
        good, browser.token = browser.token, "forged"
        refused = browser.post(path, role=role)
        taken = racing.seats(field).going
        browser.token = good
        accepted = browser.post(path, role=role)
        browser.close()

    assert (refused.status, taken) == (400, 0)
    assert (accepted.status, racing.seats(field).going) == (302, 1)


def test_places_given_back_in_a_race_go_to_those_waiting_each_told_exactly_once(url):
    seed = racing.new_seed()
    field = racing.prepare(dates=6, places=5, people=120)
    going, waiting, new = {}, {}, []
    for number, date in enumerate(field.dates):
        own = field.people[number * 20 : number * 20 + 20]
        for place, person in enumerate(own[:15]):
            racing.take(field.ask(date, person))
            (going if place < 5 else waiting)[racing.number_of(date, person)] = person
        new += [field.ask(date, person) for person in own[15:]]
    session.remove()
    # All seats are given back, a third of the queue gives up, and others come, all at once.
    leaving = [("withdraw", row, 0, person) for row, person in going.items()]
    giving_up = [("withdraw", row, 0, person) for row, person in list(waiting.items())[::3]]

    outcomes = racing.race(url, racing.shuffled([*leaving, *giving_up, *new], seed))

    assert outcomes["withdrawn"] == len(leaving) + len(giving_up)
    assert set(outcomes) <= {"withdrawn", "going", "waiting"}
    assert racing.seats(field) == racing.Seats(0, 30, 120 - 30 - outcomes["withdrawn"], lost=0)
    promoted = session.query(AuditEntry).filter_by(action="signup.promoted").all()
    told = session.query(OutboxMessage).filter_by(kind=PLACE_FREED).all()
    rows = {row.id: row for row in session.query(Signup)}
    assert Counter((rows[e.subject_id].occurrence_id, e.person_id) for e in promoted) == Counter(
        (message.about["occurrence_id"], message.person_id) for message in told
    )
    assert max(Counter(entry.subject_id for entry in promoted).values()) == 1
    assert len(promoted) >= 25


def test_nobody_gets_two_places_at_the_same_time_by_pressing_both_at_once(url):
    field = racing.prepare(dates=4, places=99, people=40, apart=timedelta(0))
    steps = [field.ask(date, person) for person in field.people for date in field.dates]

    outcomes = racing.race(url, steps, in_order=True)

    going = session.query(Signup.person_id).filter_by(status=SignupStatus.GOING).all()
    assert outcomes["going"] == 40, outcomes
    assert outcomes.total() == 160
    assert max(Counter(going).values()) == 1


def test_couples_who_press_on_the_same_dates_at_once_overbook_nothing_and_never_wait_in_a_ring(url):
    field = racing.prepare(dates=4, places=3, people=8)
    team = session.get_one(Team, field.team)
    couples = list(zip(field.people[::2], field.people[1::2], strict=True))
    for her, him in couples:
        one, other = people_queries.list_people([her, him])
        ties.live_together(team, one, [other], by=one)
    session.remove()
    # Both of each couple press, for both, on every date.
    steps = [
        ("household", date, field.roles[date], person)
        for date in field.dates
        for couple in couples
        for person in couple
    ]

    outcomes = racing.race(url, steps, in_order=True)

    assert set(outcomes) <= {"going+going", "going+waiting", "waiting+waiting"}, outcomes
    assert racing.seats(field) == racing.Seats(0, 12, 4 * 8 - 12, lost=0)


def test_a_place_for_the_first_to_answer_goes_to_exactly_one_of_those_who_press_at_once(url):
    field = racing.prepare(dates=5, places=1, people=9)
    first, *crowd = field.people
    for date in field.dates:
        for person in field.people:
            racing.take(field.ask(date, person))
        activity = session.get_one(Occurrence, date).activity
        activity.waiting_style = WaitingStyle.FIRST_TO_ANSWER
        session.commit()
        racing.take(("withdraw", racing.number_of(date, first), 0, first))
    steps = [
        ("take_place", racing.number_of(date, person), 0, person)
        for date in field.dates
        for person in crowd
    ]
    session.remove()

    outcomes = racing.race(url, steps, in_order=True)

    quicker = sum(n for said, n in outcomes.items() if said.startswith("NoPlaceFree"))
    assert (outcomes["taken"], quicker) == (5, len(steps) - 5), outcomes
    assert racing.seats(field).overbooked == 0


def test_members_who_leave_and_members_who_sign_up_never_stop_each_other(url):
    seed = racing.new_seed()
    field = racing.prepare(dates=2, places=5, people=40)
    CoordinatorFactory(team=session.get_one(Team, field.team))
    stay, go = field.people[:20], field.people[20:]
    numbers = dict(session.query(Membership.person_id, Membership.id))
    for person in go:
        for date in field.dates:
            racing.take(field.ask(date, person))
    leaving = [("leave", numbers[person], 0, person) for person in go]
    coming = [field.ask(date, person) for person in stay for date in field.dates]

    outcomes = racing.race(url, racing.shuffled([*leaving, *coming], seed))

    assert outcomes["left"] == 20, outcomes
    assert outcomes["left"] + outcomes["going"] + outcomes["waiting"] == len(leaving) + len(coming)
    assert racing.seats(field) == racing.Seats(0, 10, 30, lost=0)
