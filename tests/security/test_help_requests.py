"""Number and phone are the only key to a request, and it opens nothing else."""

import re
from datetime import timedelta

import pytest

from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.accounts import throttle
from volunteer.accounts.models import WrongTry
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.help_requests import following
from volunteer.help_requests.errors import TooManyTried, UnknownNumber
from volunteer.help_requests.models import HelpStatus

pytestmark = pytest.mark.usefixtures("database")

PHONE = "13800138000"
WORDS = {
    "words": "qzwords", "beneficiary": "qzwhom", "address": "qzaddress",
    "asker_name": "qzasker", "wanted_words": "qzwhen", "brief": "qzbrief",
}  # fmt: skip


@pytest.fixture
def asked(database):
    team = CoordinatorFactory().team
    return HelpRequestFactory(community_of=team, taken=True, asker_phone=PHONE, **WORDS)


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def look(browser, number, phone=PHONE):
    return browser.post("/help-requests/status", data={"number": number, "phone": phone})


def seen(answer):
    """What a reader can tell, without tokens and what they typed themselves."""
    return answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)


def other_number(number: str) -> str:
    return f"{(int(number) + 1 - 1000) % 9000 + 1000}"


# --- guessing --------------------------------------------------------------------------------


def guess(times: int, **about) -> None:
    for _time in range(times):
        with pytest.raises(UnknownNumber):
            following.find(**about)


def test_one_number_is_tried_ten_times_with_any_phones_from_anywhere(asked):
    for number in range(throttle.TRIES):
        guess(1, number=asked.number, phone=f"139{number:08d}", caller=f"192.0.2.{number}")

    with pytest.raises(TooManyTried):
        following.find(asked.number, PHONE, caller="198.51.100.1")


def test_one_phone_is_tried_ten_times_with_any_numbers_from_anywhere(asked):
    """Who knows a neighbour's phone can't walk through all numbers."""
    for number in range(throttle.TRIES):
        guess(1, number=str(70000 + number), phone=PHONE, caller=f"192.0.2.{number}")

    with pytest.raises(TooManyTried):
        following.find(asked.number, PHONE, caller="198.51.100.1")


def test_from_one_place_only_so_many_are_tried(asked):
    for _time in range(throttle.TRIES_FROM_ONE_PLACE):
        throttle.take(throttle.Limit("help_place", "192.0.2.1", throttle.TRIES_FROM_ONE_PLACE))

    with pytest.raises(TooManyTried):
        following.find(asked.number, PHONE, caller="192.0.2.1")
    assert following.find(asked.number, PHONE, caller="198.51.100.1") == asked


def test_a_quarter_of_an_hour_later_it_opens_again(asked, time_machine):
    guess(throttle.TRIES, number=asked.number, phone="13900139000", caller="192.0.2.1")

    time_machine.move_to(session.query(WrongTry).first().window_start + timedelta(minutes=17))

    assert following.find(asked.number, PHONE, caller="192.0.2.1") == asked


def test_looking_it_up_rightly_counts_nothing(asked):
    for _time in range(throttle.TRIES * 2):
        assert following.find(asked.number, PHONE, caller="192.0.2.1") == asked


def test_neither_numbers_nor_phones_are_kept_of_what_was_tried(asked):
    guess(1, number="7777", phone="13900139000", caller="192.0.2.1")

    kept = "".join(row.subject for row in session.query(WrongTry))
    assert "7777" not in kept
    assert "139001" not in kept


# --- sameness --------------------------------------------------------------------------------


def test_a_wrong_number_and_a_wrong_phone_look_the_same(visitor, asked):
    unknown = seen(look(visitor, other_number(asked.number)))
    foreign = seen(look(visitor, asked.number, "13900139000"))

    assert unknown == foreign
    assert unknown[0] == 200


def test_a_number_that_there_is_and_one_that_there_is_not_take_the_same_way(
    visitor, asked, count_queries
):
    def statements(number, phone):
        with count_queries() as sent:
            look(visitor, number, phone)
        return sent

    unknown = statements(other_number(asked.number), "13900139000")
    foreign = statements(asked.number, "13900139001")
    assert unknown == foreign


def test_too_often_looks_the_same_for_what_there_is_and_what_there_is_not(visitor, asked):
    other = other_number(asked.number)
    for number in (asked.number, other):
        for _time in range(throttle.TRIES):
            throttle.take(throttle.Limit("help_number", number))

    assert seen(look(visitor, asked.number)) == seen(look(visitor, other))
    assert "That was tried too often." in look(visitor, other).text


def test_without_number_and_phone_every_address_answers_alike(visitor, asked, contents):
    before = contents()
    for rest, methods in (
        ("", ["GET"]), ("/confirmation", ["POST"]),
        ("/reopening", ["GET", "POST"]), ("/withdrawal", ["GET", "POST"]),
    ):  # fmt: skip
        for method in methods:
            there, nowhere = (
                visitor.open(f"/help-requests/{n}{rest}", method=method, data={"words": "x"})
                for n in (asked.id, 987654)
            )
            assert there.location == nowhere.location == "/help-requests/status"
            assert there.status_code == nowhere.status_code == 302
    assert contents() == before
    assert asked.status is HelpStatus.ACCEPTED


# --- what it opens ---------------------------------------------------------------------------


def test_the_key_of_one_request_opens_no_other(visitor, asked):
    other = HelpRequestFactory(community_of=asked.team, asker_phone=PHONE)
    look(visitor, asked.number)

    assert visitor.get(f"/help-requests/{asked.id}").status_code == 200
    assert visitor.get(f"/help-requests/{other.id}").status_code == 302
    assert visitor.post(f"/help-requests/{other.id}/withdrawal").status_code == 302
    assert other.is_new
    assert visitor.get(f"/my-help-requests/{asked.id}").location.startswith("/sign-in")
    address = f"/teams/{asked.team_id}/help-requests/{asked.id}"
    assert visitor.get(address).location.startswith("/sign-in")


def test_a_cookie_that_was_made_up_opens_nothing(app, asked):
    browser = app.test_client()
    browser.set_cookie("linli", "eyJoZWxwX3JlcXVlc3RzIjpbWzEsOTk5OTk5OTk5OV1dfQ.aaaaaa.bbbbbb")

    assert browser.get(f"/help-requests/{asked.id}").status_code == 302


def test_the_page_of_the_resident_shows_no_phone_address_or_internal_word(visitor, asked):
    HelpOfferFactory(help_request=asked, person__name="王秀英")
    page = visitor.get(look(visitor, asked.number).location).text

    for word in ("qzaddress", "qzbrief", "qzasker", PHONE, "138 0013 8000", "王秀英"):
        assert word not in page


def test_words_of_a_request_are_read_by_its_coordinators_only(asked, signed_in_as):
    mine = CoordinatorFactory(team=asked.team).person
    offer = HelpOfferFactory(help_request=asked)
    numbers = {"mine": mine, "volunteer": offer.person, "stranger": PersonFactory(),
               "other": CoordinatorFactory().person}  # fmt: skip
    address = f"/teams/{asked.team_id}/help-requests"
    found = {}
    for name, person in numbers.items():
        browser = signed_in_as(person)
        pages = "".join(
            browser.get(path).text
            for path in (address, f"{address}/{asked.id}", f"/help-offers/{offer.id}",
                         f"/help-requests/{asked.id}", f"/my-help-requests/{asked.id}")
        )  # fmt: skip
        found[name] = {word for word in [*WORDS.values(), PHONE] if word in pages}

    assert found == {
        "mine": {*WORDS.values(), PHONE},
        "volunteer": {"qzbrief"},
        "stranger": set(),
        "other": set(),
    }


def test_no_address_message_or_trail_holds_what_a_resident_typed(visitor, caplog):
    CoordinatorFactory()
    data = {"words": "qzwords", "phone": PHONE, "address": "qzaddress", "name": "qzasker",
            "for_whom": "self", "wanted": "any"}  # fmt: skip
    answers = [visitor.post("/help-requests/new", data=data)]
    answers.append(visitor.get(answers[0].location))

    told = "".join(str(entry.details) for entry in session.query(AuditEntry)) + caplog.text
    told += "".join(answer.headers.get("Location", "") for answer in answers)
    assert "qz" not in told
    assert PHONE not in told
