"""Codes, cards and passwords: guessing is slow, nobody learns who is known, `next` stays here."""

import random
import re
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

import config
from tests import racing
from tests.accounts.codes import every_phone, receive
from tests.conftest import DATABASES
from tests.factories.accounts import HASH, PASSWORD, UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.security.test_links import ELSEWHERE, OUR_OWN
from tests.servers import Browser, migrated, speaking_to, web_server
from volunteer import create_app
from volunteer.accounts import code_cards, one_time_codes, signing_in, throttle
from volunteer.accounts.models import CodeWish, User
from volunteer.core import clock, encryption
from volunteer.core.database import session, transaction
from volunteer.people import queries as people_queries

MOBILE = "13800138000"
# What a wrong try is told, and what one is told who has tried too often.
WRONG, TOO_OFTEN = re.compile(r"is not right"), re.compile(r"wrong too often")


def card_for(person):
    coordinator = CoordinatorFactory()
    return code_cards.make(person, by=coordinator.person, team=coordinator.team)


def with_token_gone(text):
    return re.sub(r'value="[^"]{40,}"', "", text)


# --- nobody learns who is known -------------------------------------------------------------


def test_asking_for_a_code_is_answered_alike_for_known_and_unknown(app, guarded):
    PersonFactory(phone=MOBILE)
    PersonFactory(email="known@example.org")
    answers = {}
    for contact in (MOBILE, "13900139000", "known@example.org", "other@example.org"):
        browser = app.test_client()
        browser.set_cookie("lang", "en")
        page = browser.get("/sign-in/code").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        sent = browser.post("/sign-in/code", data={"csrf_token": token, "contact": contact})
        shown = browser.get(sent.location)
        words = with_token_gone(shown.text)
        words = words.replace(contact, "").replace(contact[:3] + " " + contact[3:7], "")
        answers[contact] = (sent.status_code, sent.location, shown.status_code, len(words))

    known, unknown, known_mail, unknown_mail = answers.values()
    assert known == unknown
    assert known_mail == unknown_mail
    assert session.query(CodeWish).count() == 4


def test_a_wrong_code_is_answered_alike_for_known_and_unknown(app):
    PersonFactory(email="known@example.org")
    with app.app_context():
        receive("known@example.org")
    answers = []
    for contact in ("known@example.org", "other@example.org"):
        browser = app.test_client()
        browser.set_cookie("lang", "en")
        browser.post("/sign-in/code", data={"contact": contact})
        tries = [
            browser.post("/sign-in/code/entry", data={"code": "000000"}) for _time in range(11)
        ]
        answers.append([(a.status_code, a.text.replace(contact, "")) for a in tries])
    assert answers[0] == answers[1]
    assert WRONG.search(answers[0][0][1])
    assert TOO_OFTEN.search(answers[0][10][1])


def test_an_unknown_card_is_answered_like_a_wrong_code(app):
    card = card_for(PersonFactory())
    answers = []
    for number in (card.number, "100000" if card.number != "100000" else "100001"):
        browser = app.test_client()
        browser.set_cookie("lang", "en")
        data = {"number": number, "code": "00000000"}
        tries = [browser.post("/sign-in/card", data=data) for _time in range(11)]
        answers.append([(a.status_code, a.text.replace(number, "")) for a in tries])
    assert answers[0] == answers[1]
    assert WRONG.search(answers[0][0][1])
    assert TOO_OFTEN.search(answers[0][10][1])


def test_names_are_shown_only_after_the_right_code(app):
    for name in ("王秀英", "李国强"):
        PersonFactory(name=name, phone=MOBILE)
    with app.app_context():
        code = receive(MOBILE, takes_sms=every_phone)
    browser = app.test_client()
    assert "王秀英" not in browser.get("/sign-in/code/person", follow_redirects=True).text
    browser.post("/sign-in/code", data={"contact": MOBILE})
    wrong = browser.post("/sign-in/code/entry", data={"code": f"{(int(code) + 1) % 10**6:06}"})
    assert "王秀英" not in wrong.text
    right = browser.post("/sign-in/code/entry", data={"code": code})
    shown = browser.get(right.location).text
    assert "王秀英" in shown
    assert "李国强" in shown


def test_the_contact_stands_in_no_address_and_not_in_clear_in_the_cookie(app):
    browser = app.test_client()
    answer = browser.post("/sign-in/code?next=/my-week", data={"contact": MOBILE})
    assert answer.location == "/sign-in/code/entry?next=/my-week"
    with browser.session_transaction() as cookie:
        assert MOBILE not in str(dict(cookie))


def area_under_the_curve(some, others):
    """How often one of the first is slower than one of the second: a half when nobody can tell."""
    ranked = sorted([(t, 0) for t in some] + [(t, 1) for t in others])
    ranks = sum(rank for rank, (_t, kind) in enumerate(ranked, 1) if kind == 0)
    return (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others))


@pytest.mark.processes
@pytest.mark.parametrize("door", ["asking", "code", "card"])
def test_the_time_an_answer_takes_tells_nothing(app, door):
    """Known and unknown in a mixed order, in process; each is tried less often than is counted.

    Chance alone is further off than this once in seventeen rounds, so a round that is far off is
    followed by others: what the doors really give away stays in the mean, chance does not.
    """
    chance = random.Random(racing.new_seed())
    rounds = []
    for number in range(7):
        rounds.append(how_far_off(app, door, number, chance))
        if abs(statistics.mean(rounds)) <= 0.05:
            break

    assert abs(statistics.mean(rounds)) <= 0.05, rounds


def known_and_unknown(door, number, chance):
    """Sixty of each that nobody has tried yet; chance says which of two alike is known.

    So nothing that comes with a name itself, such as its place in an index, looks like a leak.
    """
    pairs = [[f"{side}{number}{n:03}@example.org" for side in "ab"] for n in range(60)]
    for pair in pairs:
        chance.shuffle(pair)
    known, unknown = (list(emails) for emails in zip(*pairs, strict=True))
    people = [PersonFactory(email=email) for email in known]
    if door == "card":
        known = [card_for(person).number for person in people]
        return known, [str(int(card) ^ 1) for card in known]
    if door == "code":
        with transaction():
            for person in people:
                one_time_codes.make(person.email, [person])
    return known, unknown


def how_far_off(app, door, round_number, chance):
    """How far the times of known and unknown are from being the same, after four tries of each.

    Above nothing when the known ones take longer, below it when the others do.
    """
    both = known_and_unknown(door, round_number, chance)
    tries = [(value, kind) for kind, values in enumerate(both) for value in values] * 4
    chance.shuffle(tries)
    browser, taken = app.test_client(), ([], [])
    for number, (value, kind) in enumerate(tries):
        if door == "code":
            with browser.session_transaction() as cookie:
                cookie["code_contact"] = encryption.seal(value)
        address, data = {
            "asking": ("/sign-in/code", {"contact": value}),
            "code": ("/sign-in/code/entry", {"code": "x"}),
            "card": ("/sign-in/card", {"number": value, "code": "x"}),
        }[door]
        place = {"REMOTE_ADDR": f"10.{round_number}.{number // 50}.1"}
        begun = time.perf_counter()
        answer = browser.post(address, data=data, environ_base=place)
        taken[kind].append(time.perf_counter() - begun)
        assert answer.status_code == (302 if door == "asking" else 200)
    return area_under_the_curve(*taken) - 0.5


# --- next stays here ------------------------------------------------------------------------


def come_by_code(app, target, *, people=1):
    """Sign in by a code through all its pages; answers with the last one."""
    email = f"door{PersonFactory().id}@example.org"
    first, *_others = [PersonFactory(email=email) for _time in range(people)]
    number = first.id
    with app.app_context():
        code = receive(email)
    browser = app.test_client()
    asked = browser.post("/sign-in/code", data={"contact": email}, query_string={"next": target})
    entered = browser.post(asked.location, data={"code": code})
    if people == 1:
        return entered
    return browser.post(entered.location, data={"person": number})


def come_by_card(app, target):
    card = card_for(PersonFactory())
    data = {"number": card.number, "code": card.code}
    return app.test_client().post("/sign-in/card", data=data, query_string={"next": target})


WAYS = {
    "code": come_by_code,
    "shared code": lambda app, target: come_by_code(app, target, people=2),
    "card": come_by_card,
}


@pytest.mark.walks
@pytest.mark.parametrize("way", WAYS)
def test_by_no_door_is_anybody_sent_elsewhere(app, way):
    for target in ELSEWHERE:
        answer = WAYS[way](app, target)
        assert (answer.status_code, answer.location) == (302, "/"), target


@pytest.mark.parametrize("way", WAYS)
def test_by_every_door_everybody_comes_back_to_their_page(app, way):
    for target in OUR_OWN:
        assert WAYS[way](app, target).location == target


def test_doors_lead_on_only_to_pages_of_ours(client):
    for path in ("/sign-in", "/sign-in/code", "/sign-in/card"):
        for target in ELSEWHERE[4:]:
            page = client.get(path, query_string={"next": target}).text
            assert "evil" not in page[page.index("<main") : page.index("</main")], target


# --- a lost password ------------------------------------------------------------------------


def test_a_lost_password_is_mended_by_a_code_within_a_quarter_of_an_hour(app, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    user = UserFactory(person=PersonFactory(email="holder@example.org"))
    login = user.login
    with app.app_context():
        code = receive("holder@example.org")
    browser, other = app.test_client(), app.test_client()
    other.post("/sign-in", data={"login": login, "password": PASSWORD})
    browser.post("/sign-in/code", data={"contact": "holder@example.org"})
    assert browser.post("/sign-in/code/entry", data={"code": code}).status_code == 302

    answer = browser.post("/settings/password", data={"new": "another short sentence"})

    assert answer.status_code == 302
    assert other.get("/my-week").status_code == 302
    assert signing_in.sign_in(login, "another short sentence", caller="192.0.2.1")


def test_later_it_needs_the_old_one_again(app, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    UserFactory(person=PersonFactory(email="holder@example.org"))
    with app.app_context():
        code = receive("holder@example.org")
    browser = app.test_client()
    browser.post("/sign-in/code", data={"contact": "holder@example.org"})
    browser.post("/sign-in/code/entry", data={"code": code})

    time_machine.shift(15 * 60)

    answer = browser.post("/settings/password", data={"new": "another short sentence"})
    assert answer.status_code == 200
    assert session.query(User).one().password_hash == HASH


@pytest.mark.parametrize("way", ["link", "card", "password", "open link"])
def test_no_other_door_replaces_a_password(app, way):
    user = UserFactory()
    opened = signing_in.begin(user, way)
    sign_in = signing_in.find_open(opened.token)
    with pytest.raises(signing_in.CodeTooOld):
        signing_in.replace_password(sign_in, "another short sentence")


@pytest.mark.parametrize(
    ("proxies", "said"),
    [("0", "203.0.113.{n}"), ("1", "203.0.113.{n}, 198.51.100.7")],
)
def test_tries_count_for_where_they_come_from_whatever_they_say_of_it(
    tmp_path, monkeypatch, proxies, said
):
    """What a caller writes stands in front of what our proxy adds, and only that is believed."""
    monkeypatch.setattr(throttle, "TRIES_FROM_ONE_PLACE", 3)
    with migrated("sqlite", tmp_path, "places") as url:
        app = create_app(config.Testing({"DATABASE_URL": url, "TRUSTED_PROXIES": proxies}))
        app.config["WTF_CSRF_ENABLED"] = False
        browser = app.test_client()
        browser.set_cookie("lang", "en")

        def refused(number, headers):
            data = {"login": f"nobody{number}", "password": "a wrong sentence"}
            return TOO_OFTEN.search(browser.post("/sign-in", data=data, headers=headers).text)

        tries = [refused(n, {"X-Forwarded-For": said.format(n=n)}) for n in range(5)]
        elsewhere = refused(9, {"X-Forwarded-For": "198.51.100.8"})
        session.remove()

    assert [bool(one) for one in tries] == [False] * 3 + [True] * 2
    # Without a proxy everything comes from the same place, whatever it says.
    assert bool(elsewhere) == (proxies == "0")


# --- guessing over several processes --------------------------------------------------------

ROUNDS, BROWSERS, TRIES_OF_EACH = 2, 10, 5
PHONE = "13800138000"


def guess(server, door, number, secret):
    """Some tries at one door by one browser, each time said to come from somewhere else."""
    browser = Browser(server.port, {"lang": "en"})
    page = {"password": "/sign-in", "code": "/sign-in/code/entry", "card": "/sign-in/card"}[door]
    if door == "code":
        browser.read_token("/sign-in/code")
        browser.post("/sign-in/code", contact=secret["contact"])
    browser.read_token(page)
    fields = {
        "password": {"login": secret["login"], "password": "wrong"},
        "code": {"code": "000000"},
        "card": {"number": secret["number"], "code": "00000000"},
    }[door]
    said = Counter()
    for turn in range(TRIES_OF_EACH):
        body = "&".join(f"{k}={v}" for k, v in {"csrf_token": browser.token, **fields}.items())
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Forwarded-For": f"203.0.113.{number * TRIES_OF_EACH + turn}",
        }
        said[told(browser.ask("POST", page, body, headers))] += 1
    browser.close()
    return said


def told(answer):
    assert answer.status == 200, answer.text
    kinds = [name for name, words in (("wrong", WRONG), ("too often", TOO_OFTEN))
             if words.search(answer.text)]  # fmt: skip
    assert len(kinds) == 1, answer.text
    return kinds[0]


@pytest.mark.processes
@pytest.mark.parametrize("kind", DATABASES)
def test_ten_tries_reach_the_check_at_each_door_over_four_processes_and_a_restart(kind, tmp_path):
    with migrated(kind, tmp_path, "guessing") as url:
        with speaking_to(url):
            holder = PersonFactory(email="holder@example.org", phone=PHONE)
            user = UserFactory(person=holder)
            member = PersonFactory(email="member@example.org")
            card = card_for(member)
            secret = {"login": user.login, "contact": "holder@example.org", "number": card.number}
            session.commit()
        reached = {door: Counter() for door in ("password", "code", "card")}
        for _round in range(ROUNDS):
            with web_server(url, tmp_path) as server, ThreadPoolExecutor(BROWSERS) as pool:
                for door, said in reached.items():
                    for more in pool.map(
                        lambda n, door=door: guess(server, door, n, secret), range(BROWSERS)
                    ):
                        said.update(more)
        tries = ROUNDS * BROWSERS * TRIES_OF_EACH
        assert {door: said["wrong"] for door, said in reached.items()} == dict.fromkeys(
            reached, throttle.TRIES
        )
        assert all(said.total() == tries for said in reached.values())

        # The owner still gets in another way: by a code to the phone that nobody guessed at.
        with speaking_to(url):
            code = one_time_codes.make(PHONE, [people_queries.get_person(holder.id)])
        with web_server(url, tmp_path) as server:
            owner = Browser(server.port, {"lang": "en"})
            owner.read_token("/sign-in/code")
            owner.post("/sign-in/code", contact=PHONE)
            owner.read_token("/sign-in/code/entry")
            assert owner.post("/sign-in/code/entry", code=code).status == 302
            assert owner.get("/my-week").status == 200
            owner.close()


def test_another_address_of_the_same_home_begins_no_new_count(client):
    """A home has as many addresses of IPv6 as it likes."""
    said = Counter()
    for number in range(throttle.TRIES_FROM_ONE_PLACE + 5):
        answer = client.post(
            "/sign-in/card?lang=en",
            data={"number": str(100_000 + number), "code": "12345678"},
            environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"},
        )
        said["too often" if TOO_OFTEN.search(answer.text) else "wrong"] += 1

    assert said == {"wrong": throttle.TRIES_FROM_ONE_PLACE, "too often": 5}


@pytest.mark.processes
@pytest.mark.parametrize("kind", DATABASES)
def test_trying_one_password_on_many_names_from_one_place_is_slowed(kind, tmp_path):
    names = [f"spray{number}" for number in range(150)]
    with migrated(kind, tmp_path, "spraying") as url:
        with speaking_to(url):
            session.add_all(
                User(person=PersonFactory.build(), login=name, password_hash=HASH) for name in names
            )
            session.commit()
        said = Counter()
        with web_server(url, tmp_path) as server, ThreadPoolExecutor(8) as pool:

            def spray(share):
                browser = Browser(server.port, {"lang": "en"})
                browser.read_token()
                found = Counter(
                    told(browser.post("/sign-in", login=name, password="wrong")) for name in share
                )
                browser.close()
                return found

            for more in pool.map(spray, [names[number::8] for number in range(8)]):
                said.update(more)
    assert said == {"wrong": throttle.TRIES_FROM_ONE_PLACE, "too often": 50}
