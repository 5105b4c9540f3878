"""Asking, following, the board, one request and an offer, as people see them."""

import re
from datetime import date, time, timedelta

import pytest

from tests.factories.abilities import AbilitiesFactory
from tests.factories.elders import ElderFactory, PairingFactory, volunteer_of
from tests.factories.help_requests import (
    HelpOfferFactory,
    HelpRequestFactory,
    done,
    matched,
    taken_on,
)
from tests.factories.network import PlaceFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.help_requests import asking, closing, matching, wording
from volunteer.help_requests.models import (
    HelpOffer,
    HelpRequest,
    HelpStatus,
    HelpStep,
    OfferStatus,
    StepKind,
)
from volunteer.network.models import PlaceKind
from volunteer.teams.models import Membership, Team

pytestmark = pytest.mark.usefixtures("database")

LAMP = {
    "kinds": ["repair"],
    "words": "厨房的灯不亮了",
    "for_whom": "other",
    "beneficiary": "刘婆婆",
    "is_agreed": "y",
    "address": "锦绣东方小区3栋2单元501室",
    "wanted": "soon",
    "phone": "138 0013 8000",
    "name": "陈兰",
}
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database) -> Membership:
    team = TeamFactory(name="奶奶的厨房", phone="02800000200")
    return CoordinatorFactory(team=team, person__name="蒋桂芳")


@pytest.fixture
def team(coordinator) -> Team:
    return coordinator.team


@pytest.fixture
def browser(coordinator, signed_in_as):
    return signed_in_as(coordinator.person)


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def only_request() -> HelpRequest:
    session.expire_all()
    return session.query(HelpRequest).one()


def of_team(team: Team, help_request: HelpRequest) -> str:
    return f"/teams/{team.id}/help-requests/{help_request.id}"


# --- asking ----------------------------------------------------------------------------------


def test_a_resident_without_an_account_asks_and_gets_a_number_in_large_digits(visitor, team):
    response = visitor.post("/help-requests/new", data=LAMP, follow_redirects=True)

    found = only_request()
    assert "Please write the number on paper." in response.text
    assert f'<p class="digits">{found.number}</p>' in response.text
    assert (found.words, found.beneficiary, found.asker_phone) == (
        "厨房的灯不亮了", "刘婆婆", PHONE,
    )  # fmt: skip
    assert (found.place_id, found.team, found.is_agreed) == (team.place_id, None, True)


def test_the_band_about_120_and_110_always_stands_on_the_form(visitor, team):
    page = visitor.get("/help-requests/new").text

    assert 'href="tel:120"' in page
    assert 'href="tel:110"' in page


@pytest.mark.parametrize(
    "words", ["婆婆在厨房跌倒了", "楼道里有煤气味", "She fell down the stairs"]
)
def test_words_of_danger_first_show_whom_to_call_and_keep_what_was_typed(visitor, team, words):
    response = visitor.post("/help-requests/new", data={**LAMP, "words": words})

    assert session.query(HelpRequest).count() == 0
    assert "If a life is in danger, call 120 or 110 first" in response.text
    assert 'href="tel:119"' in response.text
    for value in (words, "刘婆婆", "锦绣东方小区3栋2单元501室", "repair"):
        assert f'value="{value}"' in response.text

    visitor.post("/help-requests/new", data={**LAMP, "words": words, "no_danger": "y"})
    assert only_request().is_urgent


def test_who_wants_to_change_the_words_finds_all_of_them_again(visitor, team):
    data = {**LAMP, "words": "婆婆跌倒了", "no_danger": "y", "again": "1"}

    page = visitor.post("/help-requests/new", data=data).text

    assert "婆婆跌倒了</textarea>" in page
    assert 'value="刘婆婆"' in page
    assert session.query(HelpRequest).count() == 0


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"words": " ", "kinds": []}, "Please say in a few words what it is about"),
        ({"phone": ""}, "Please leave a phone number"),
        ({"phone": "1380013800"}, "A mobile number has 11 digits"),
        ({"wanted": "yesterday"}, "Not a valid choice"),
    ],
)
def test_errors_stand_beside_their_field_and_nothing_typed_is_lost(visitor, team, wrong, sentence):
    page = visitor.post("/help-requests/new", data={**LAMP, **wrong}).text

    assert sentence in page
    assert 'value="锦绣东方小区3栋2单元501室"' in page
    assert session.query(HelpRequest).count() == 0


def test_danger_is_shown_even_when_something_else_is_missing(visitor, team):
    page = visitor.post("/help-requests/new", data={**LAMP, "words": "跌倒了", "phone": ""}).text

    assert "If a life is in danger, call 120 or 110 first" in page
    assert "Please leave a phone number" in page


def test_the_community_is_only_asked_for_when_there_is_more_than_one(visitor, team):
    assert "In which community?" not in visitor.get("/help-requests/new").text

    other = TeamFactory(place=PlaceFactory(name="锦绣社区"))
    assert "In which community?" in visitor.get("/help-requests/new").text
    refused = visitor.post("/help-requests/new", data=LAMP).text
    assert "Please fill this in." in refused

    visitor.post("/help-requests/new", data={**LAMP, "community": str(other.place_id)})
    assert only_request().place_id == other.place_id


@pytest.mark.parametrize("by", ["team", "place"])
def test_the_address_may_choose_the_community(visitor, team, by):
    other = TeamFactory()
    number = {"team": other.id, "place": other.place_id}[by]

    page = visitor.get(f"/help-requests/new?{by}={number}").text

    assert f'value="{other.place_id}" checked' in page
    assert f'value="{team.place_id}" checked' not in page


def test_a_community_that_has_no_team_is_not_taken(visitor, team):
    TeamFactory()
    nowhere = PlaceFactory()

    visitor.post("/help-requests/new", data={**LAMP, "community": str(nowhere.id)})

    assert session.query(HelpRequest).count() == 0


def test_without_any_team_the_page_says_so(visitor):
    page = visitor.get("/help-requests/new").text

    assert "There is no team here yet that could help." in page
    assert 'href="tel:120"' in page


def test_who_is_signed_in_need_not_say_again_who_they_are(team, signed_in_as):
    asker = PersonFactory(name="王秀英", phone="13900139000")
    hers = signed_in_as(asker)
    page = hers.get("/help-requests/new").text
    assert 'value="王秀英"' in page
    assert 'value="139 0013 9000"' in page

    response = hers.post("/help-requests/new", data={**LAMP, "for_whom": "self"})

    found = only_request()
    assert response.location == f"/my-help-requests/{found.id}"
    assert (found.asker_id, found.entered_by_id) == (asker.id, asker.id)
    # Asked once: the second time it is known where she lives.
    assert 'value="锦绣东方小区3栋2单元501室"' in hers.get("/help-requests/new").text
    assert "Something to mend" in hers.get("/my-help-requests").text


def test_very_many_from_one_phone_are_asked_to_call_instead(visitor, team):
    for number in range(asking.ASKED_FROM_ONE_PHONE):
        data = {**LAMP, "words": f"第{number}盏灯不亮了"}
        assert visitor.post("/help-requests/new", data=data).status_code == 302

    page = visitor.post("/help-requests/new", data=LAMP).text

    assert "There were very many requests from here just now." in page
    assert 'href="tel:02800000200"' in page
    assert "厨房的灯不亮了</textarea>" in page
    assert session.query(HelpRequest).count() == asking.ASKED_FROM_ONE_PHONE


def test_very_many_from_one_place_are_asked_to_call_instead(visitor, team):
    for number in range(asking.ASKED_FROM_ONE_PLACE + 3):
        visitor.post("/help-requests/new", data={**LAMP, "phone": f"137{number:08d}"})

    assert session.query(HelpRequest).count() == asking.ASKED_FROM_ONE_PLACE


# --- following -------------------------------------------------------------------------------


def find(visitor, number: str, phone: str = PHONE):
    return visitor.post("/help-requests/status", data={"number": number, "phone": phone})


def test_number_and_phone_open_the_way_in_another_browser(app, visitor, team):
    visitor.post("/help-requests/new", data=LAMP)
    found = only_request()
    other = app.test_client()
    other.set_cookie("lang", "en")

    response = find(other, f" {found.number} ", "138-0013-8000")
    page = other.get(response.location).text

    assert "We have got it." in page
    assert "Tue 13 Oct" in page
    assert found.number in page


def test_the_address_alone_shows_nothing(app, visitor, team):
    visitor.post("/help-requests/new", data=LAMP)
    other = app.test_client()

    for number in (only_request().id, 987654):
        for rest in ("", "/reopening", "/withdrawal"):
            answer = other.get(f"/help-requests/{number}{rest}")
            assert answer.location == "/help-requests/status"
        for rest in ("/confirmation", "/reopening", "/withdrawal"):
            answer = other.post(f"/help-requests/{number}{rest}")
            assert answer.location == "/help-requests/status"
    assert only_request().status is HelpStatus.NEW


@pytest.mark.parametrize("spelled", ["查询号{}", "# {}", "No. {}"])
def test_a_number_copied_with_what_stands_before_it_opens_the_way_too(visitor, team, spelled):
    found = HelpRequestFactory(community_of=team, asker_phone=PHONE)

    assert find(visitor, spelled.format(found.number)).location == f"/help-requests/{found.id}"


def test_who_has_asked_reads_for_which_day_their_words_were_taken(visitor, team):
    visitor.post("/help-requests/new", data={**LAMP, "wanted_on": "明天", "wanted_at": "3点"})
    found = only_request()
    when = f"{found.wanted_on:%a} {found.wanted_on.day} {found.wanted_on:%b}"

    assert f"You asked for: {when} 3:00 pm." in visitor.get(f"/help-requests/{found.id}").text


def test_a_day_of_next_year_says_its_year(team):
    there = clock.today().replace(month=3, day=1) + timedelta(days=366)
    found = HelpRequestFactory(community_of=team, wanted_on=there)

    assert str(there.year) in wording.wanted_day(found)


def test_a_call_that_is_late_is_not_asked_for_until_a_day_that_is_over(
    signed_in_as, coordinator, team, time_machine
):
    found = done(team, coordinator.person)
    page = f"/teams/{team.id}/help-requests/{found.id}"
    assert "Please call until" in signed_in_as(coordinator.person).get(page).text

    time_machine.shift(timedelta(days=9))

    late = signed_in_as(coordinator.person).get(page).text
    assert "Somebody should have called by" in late
    assert "Please call until" not in late


def test_half_an_hour_later_the_number_is_asked_for_again(visitor, team, time_machine):
    visitor.post("/help-requests/new", data=LAMP)
    page = f"/help-requests/{only_request().id}"
    time_machine.shift(timedelta(minutes=29))
    assert visitor.get(page).status_code == 200

    time_machine.shift(timedelta(minutes=2))
    assert visitor.get(page).location == "/help-requests/status"


def test_a_browser_shows_at_most_five(visitor, team):
    found = [HelpRequestFactory(community_of=team, asker_phone=PHONE) for _number in range(6)]
    for help_request in found:
        find(visitor, help_request.number)

    answers = [visitor.get(f"/help-requests/{row.id}").status_code for row in found]
    assert answers == [302, 200, 200, 200, 200, 200]


def test_who_is_done_looking_is_forgotten(visitor, team):
    visitor.post("/help-requests/new", data=LAMP)
    page = f"/help-requests/{only_request().id}"
    assert "I am done looking" in visitor.get(page).text

    visitor.post("/help-requests/forgetting")

    assert visitor.get(page).location == "/help-requests/status"


def test_a_wrong_number_and_a_wrong_phone_get_the_same_answer(visitor, team):
    found = HelpRequestFactory(community_of=team, asker_phone=PHONE)
    unknown = find(visitor, "9" + found.number[1:] + "0")
    foreign = find(visitor, found.number, "13900139000")

    sentence = "No request fits this number and phone."
    assert sentence in unknown.text
    assert sentence in foreign.text
    assert unknown.status_code == foreign.status_code == 200


def test_until_somebody_has_said_yes_no_name_is_shown_then_the_surname(visitor, coordinator, team):
    volunteer = MembershipFactory(team=team, person__name="欧阳兰").person
    found = taken_on(team, coordinator.person, phone=PHONE)
    find(visitor, found.number)
    page = f"/help-requests/{found.id}"
    offer = matching.offer(found, volunteer, by=coordinator.person)
    before = visitor.get(page).text
    assert "欧阳" not in before
    assert "A volunteer was asked" not in before
    assert "is looking for somebody." in before

    matching.accept(offer, by=volunteer)

    assert "Volunteer 欧阳 would come." in visitor.get(page).text
    visitor.post(f"{page}/welcome", data={"answer": "yes"})
    after = visitor.get(page).text
    assert "Volunteer 欧阳 comes." in after
    assert "欧阳兰" not in after
    assert volunteer.phone not in after


def test_a_resident_may_rather_have_somebody_else_and_is_not_asked_why(visitor, coordinator, team):
    volunteer = volunteer_of(team)
    found = taken_on(team, coordinator.person, phone=PHONE)
    find(visitor, found.number)
    matching.accept(matching.offer(found, volunteer, by=coordinator.person), by=volunteer)

    answer = visitor.post(
        f"/help-requests/{found.id}/welcome", data={"answer": "no"}, follow_redirects=True
    )

    assert "nobody asks why" in answer.text
    assert only_request().status is HelpStatus.ACCEPTED


def test_without_number_and_phone_nobody_answers_for_the_resident(client, coordinator, team):
    volunteer = volunteer_of(team)
    found = taken_on(team, coordinator.person, phone=PHONE)
    matching.accept(matching.offer(found, volunteer, by=coordinator.person), by=volunteer)

    client.post(f"/help-requests/{found.id}/welcome", data={"answer": "yes"})

    assert only_request().needs_welcome


def test_what_is_only_for_coordinators_is_not_on_the_residents_page(
    visitor, browser, coordinator, team
):
    found = taken_on(team, coordinator.person, phone=PHONE)
    page = of_team(team, found)
    browser.post(page, data={"step": "note", "note-words": "内部的话", "note-reader": "team"})
    browser.post(page, data={"step": "note", "note-words": "带新灯座", "note-reader": "resident"})
    find(visitor, found.number)

    hers = visitor.get(f"/help-requests/{found.id}").text

    assert "内部的话" not in hers
    assert "带新灯座" in hers
    assert "内部的话" in browser.get(page).text


def test_the_resident_confirms(visitor, coordinator, team):
    found = done(team, coordinator.person)
    find(visitor, found.number)
    assert "It has been done. Is all well?" in visitor.get(f"/help-requests/{found.id}").text

    visitor.post(f"/help-requests/{found.id}/confirmation")

    assert only_request().status is HelpStatus.CONFIRMED
    assert "Done, and all is well." in visitor.get(f"/help-requests/{found.id}").text


def test_the_resident_opens_it_again_with_words(visitor, coordinator, team):
    found = done(team, coordinator.person)
    find(visitor, found.number)
    page = f"/help-requests/{found.id}/reopening"
    assert "What is not well yet?" in visitor.get(page).text
    refused = visitor.post(page, data={"words": " "}).text
    assert "What is not well yet? Please write a sentence." in refused
    assert "the resident" not in refused
    assert only_request().status is HelpStatus.DONE

    visitor.post(page, data={"words": "灯又不亮了"})

    assert only_request().status is HelpStatus.ACCEPTED
    last = session.query(HelpStep).order_by(HelpStep.id.desc()).first()
    assert (last.kind, last.words, last.by_id) == (StepKind.REOPENED, "灯又不亮了", None)


def test_the_resident_takes_it_back_after_a_look_at_what_that_means(visitor, coordinator, team):
    found = taken_on(team, coordinator.person, phone=PHONE)
    find(visitor, found.number)
    page = f"/help-requests/{found.id}/withdrawal"
    assert "Is it no longer needed?" in visitor.get(page).text
    assert only_request().status is HelpStatus.ACCEPTED

    visitor.post(page)

    assert only_request().status is HelpStatus.WITHDRAWN


def test_who_asked_while_signed_in_follows_it_there_and_nobody_else(team, signed_in_as):
    asker, somebody = PersonFactory(), PersonFactory()
    found = HelpRequestFactory(community_of=team, asker_id=asker.id)
    hers = signed_in_as(asker)

    assert "We have got it." in hers.get(f"/my-help-requests/{found.id}").text
    assert hers.get(f"/help-requests/{found.id}/withdrawal").status_code == 200
    assert signed_in_as(somebody).get(f"/my-help-requests/{found.id}").status_code == 404

    answer = hers.post(f"/help-requests/{found.id}/withdrawal")
    assert answer.location == f"/my-help-requests/{found.id}"
    assert session.query(HelpStep).order_by(HelpStep.id.desc()).first().by_id == asker.id


# --- the board -------------------------------------------------------------------------------


def test_the_board_shows_danger_first_and_what_is_late(browser, team, time_machine):
    HelpRequestFactory(community_of=team, beneficiary="王婆婆")
    time_machine.shift(timedelta(hours=30))
    HelpRequestFactory(community_of=team, beneficiary="李大爷", is_urgent=True)

    page = browser.get(f"/teams/{team.id}/help-requests").text

    assert page.index("李大爷") < page.index("王婆婆")
    assert "2 requests wait for an answer" in page
    assert page.count("Later than one working day") == 1
    assert "waiting for 30 hours" in page
    assert "Sounds dangerous" in page


def test_an_empty_board_says_the_next_step(browser, team):
    page = browser.get(f"/teams/{team.id}/help-requests").text

    assert "No request waits for an answer" in page
    assert page.count("Enter a request for somebody") == 1
    assert "Nobody has asked for anything in the last 90 days." in page


def test_the_board_tells_how_long_answers_take_in_words_bars_and_numbers(
    browser, coordinator, team, time_machine
):
    found = HelpRequestFactory(community_of=team)
    late = HelpRequestFactory(community_of=team)
    time_machine.shift(timedelta(hours=3))
    browser.post(of_team(team, found), data={"step": "take_on", "take_on-words": ""})
    time_machine.shift(timedelta(days=2))

    page = browser.get(f"/teams/{team.id}/help-requests").text

    assert late.is_new
    assert "1 of 2 was answered within one working day." in page
    assert "Half of them within 3 hours." in page
    assert "1 waits longer than that." in page
    assert '<tr><th scope="row">1 to 4 hours</th><td class="num">1</td></tr>' in page
    assert '<rect class="on" width="100.0"' in page


def test_what_is_over_stands_on_pages_of_its_own(browser, coordinator, team):
    found = done(team, coordinator.person)
    closing.confirm(found, by=None)

    assert found.number not in browser.get(f"/teams/{team.id}/help-requests").text
    assert found.number in browser.get(f"/teams/{team.id}/help-requests?show=past").text


def test_the_board_asks_the_database_little_however_long_it_is(
    browser, coordinator, team, count_queries
):
    elder = ElderFactory(team=team)

    def ask(rows: int) -> list[int]:
        for _number in range(rows):
            HelpRequestFactory(community_of=team)
            HelpRequestFactory(
                community_of=team, taken=True, elder=elder, wanted_on=date(2026, 12, 1),
                wanted_at=time(9),
            )  # fmt: skip
            matched(team, coordinator.person)
        counts = []
        for shown in ("", "?show=looking"):
            session.expire_all()
            with count_queries() as sent:
                assert browser.get(f"/teams/{team.id}/help-requests{shown}").status_code == 200
            counts.append(len(sent))
        return counts

    few = ask(1)
    many = ask(5)
    assert few == many
    assert max(many) <= 12


# --- one request -----------------------------------------------------------------------------


def test_everything_that_was_typed_is_there_for_the_coordinator(browser, visitor, team):
    visitor.post("/help-requests/new", data={**LAMP, "wanted_words": "下午", "is_agreed": ""})

    page = browser.get(of_team(team, only_request())).text

    for words in ("厨房的灯不亮了", "刘婆婆", "陈兰", "锦绣东方小区3栋2单元501室", "下午"):
        assert words in page
    assert f'href="tel:{PHONE}"' in page
    assert "has not been asked yet" in page


def test_a_coordinator_takes_it_on_with_words_for_the_resident(browser, visitor, team):
    visitor.post("/help-requests/new", data=LAMP)
    found = only_request()

    browser.post(of_team(team, found), data={"step": "take_on", "take_on-words": "带新灯座来"})

    assert only_request().status is HelpStatus.ACCEPTED
    assert only_request().team_id == team.id
    assert "带新灯座来" in visitor.get(f"/help-requests/{found.id}").text


def test_saying_no_needs_words_that_the_resident_reads(browser, visitor, team):
    visitor.post("/help-requests/new", data=LAMP)
    found = only_request()
    page = browser.post(of_team(team, found), data={"step": "decline", "decline-words": ""}).text
    assert "Please write a sentence that the resident can understand." in page
    assert only_request().is_new

    browser.post(of_team(team, found), data={"step": "decline", "decline-words": "没有人会修"})

    assert only_request().status is HelpStatus.DECLINED
    assert "没有人会修" in visitor.get(f"/help-requests/{found.id}").text


def test_who_is_referred_reads_to_whom_and_can_call_them(browser, visitor, team):
    visitor.post("/help-requests/new", data=LAMP)
    found = only_request()
    page = browser.post(of_team(team, found), data={"step": "refer", "refer-to": ""}).text
    assert "Who can do it?" in page
    assert only_request().is_new

    browser.post(
        of_team(team, found),
        data={"step": "refer", "refer-to": "养老服务站", "refer-phone": "028-8555 0100"},
    )

    hers = visitor.get(f"/help-requests/{found.id}").text
    assert only_request().status is HelpStatus.REFERRED
    assert "养老服务站" in hers
    assert 'href="tel:02885550100"' in hers


def test_the_elder_it_is_for_is_guessed_and_then_said(browser, coordinator, team):
    elder = ElderFactory(team=team, preferred_name="刘婆婆")
    PairingFactory(elder=elder, person=volunteer_of(team, name="马丽"))
    found = taken_on(team, coordinator.person, phone=elder.person.phone)
    page = browser.get(of_team(team, found)).text
    assert "It may be for 刘婆婆" in page

    browser.post(
        of_team(team, found), data={"step": "link_elder", "link_elder-elder": str(elder.id)}
    )

    page = browser.get(of_team(team, found)).text
    assert only_request().elder_id == elder.id
    assert f'href="/teams/{team.id}/elders/{elder.id}"' in page
    assert "Looks after them already." in page
    assert page.index("马丽") < page.index("Whom are you looking for?")


@pytest.mark.parametrize(("is_urgent", "is_asked"), [(True, True), (False, False)])
def test_what_sounds_dangerous_for_an_elder_asks_to_look_after_them_within_a_day(
    browser, coordinator, team, is_urgent, is_asked
):
    elder = ElderFactory(team=team)
    found = HelpRequestFactory(community_of=team, taken=True, elder=elder, is_urgent=is_urgent)
    noting = f"/teams/{team.id}/elders/{elder.id}/change"
    assert (noting in browser.get(of_team(team, found)).text) is is_asked

    browser.post(noting, data={"change": "fall"})

    assert noting not in browser.get(of_team(team, found)).text


def test_a_team_that_visits_nobody_is_not_asked_which_elder_it_is_for(browser, coordinator, team):
    page = browser.get(of_team(team, taken_on(team, coordinator.person))).text

    assert "Is it for one of your elders?" not in page


def test_an_elder_of_another_team_is_not_taken(browser, coordinator, team):
    found = taken_on(team, coordinator.person)
    other = ElderFactory()

    browser.post(
        of_team(team, found), data={"step": "link_elder", "link_elder-elder": str(other.id)}
    )

    assert only_request().elder_id is None


def test_a_request_like_one_of_the_day_before_says_so(browser, team, time_machine):
    first = HelpRequestFactory(community_of=team, asker_phone=PHONE)
    time_machine.shift(timedelta(days=1))
    second = HelpRequestFactory(community_of=team, asker_phone=PHONE)

    page = browser.get(of_team(team, second)).text

    assert "This looks the same as the request of yesterday" in page
    assert f'href="{of_team(team, first)}"' in page
    assert "This looks the same" not in browser.get(of_team(team, first)).text

    browser.post(of_team(team, second), data={"step": "merge", "merge-earlier": str(first.id)})

    session.refresh(second)
    assert (second.status, second.merged_into_id) == (HelpStatus.MERGED, first.id)
    assert browser.get(of_team(team, second)).status_code == 200


def test_who_asked_the_last_of_three_reads_how_the_first_stands(visitor, browser, team):
    first, second, third = (
        HelpRequestFactory(community_of=team, asker_phone=PHONE) for _thrice in range(3)
    )
    for later, earlier in ((third, second), (second, first)):
        browser.post(of_team(team, later), data={"step": "merge", "merge-earlier": str(earlier.id)})

    shown = {"number": third.number, "phone": PHONE}
    page = visitor.post("/help-requests/status", data=shown, follow_redirects=True).text

    assert f"We have got it: No. {first.number}" in page
    assert second.number not in page
    assert f"No. {first.number}</a>" in browser.get(of_team(team, third)).text


def test_a_request_of_somebody_else_is_not_merged_with(browser, team):
    own = HelpRequestFactory(community_of=team, asker_phone=PHONE)
    foreign = HelpRequestFactory()

    answer = browser.post(
        of_team(team, own), data={"step": "merge", "merge-earlier": str(foreign.id)}
    )

    session.refresh(own)
    assert (answer.status_code, own.status) == (404, HelpStatus.NEW)


@pytest.mark.parametrize("number", ["0", "²", "-1", "9999999999", "9" * 30])
def test_a_number_that_no_request_can_have_is_not_merged_with(browser, team, number):
    own = HelpRequestFactory(community_of=team, asker_phone=PHONE)

    answer = browser.post(of_team(team, own), data={"step": "merge", "merge-earlier": number})

    assert answer.status_code == 404


def test_whoever_suits_stands_there_with_the_reasons_and_is_asked_step_by_step(browser, team):
    person = volunteer_of(team, name="黄秀英")
    AbilitiesFactory(person=person)
    found = HelpRequestFactory(community_of=team, taken=True)
    page = browser.get(of_team(team, found)).text
    for words in ("Can do it: Mending things.", "Lives in the same estate."):
        assert words in page
    board = browser.get(f"/teams/{team.id}/help-requests?show=looking").text
    assert "Could be asked: 黄秀英." in board

    browser.post(
        of_team(team, found),
        data={"step": "ask_around", "ask_around-at_once": "1", "ask_around-wait": "15"},
    )

    (offer,) = session.query(HelpOffer).all()
    assert (offer.person_id, only_request().ask_wait_minutes) == (person.id, 15)
    assert "The clock asks: next" in browser.get(of_team(team, found)).text
    browser.post(of_team(team, found), data={"step": "stop_asking"})
    assert only_request().ask_next_at is None


def page_of_raising(browser, team, request):
    """What the button sends that hands this request one level up."""
    page = browser.get(of_team(team, request)).text
    above = re.search(r'name="raise_level-to" value="(\d+)"', page)[1]
    return {"step": "raise_level", "raise_level-to": above}


def test_it_is_handed_on_and_up_and_the_page_is_theirs_then(browser, coordinator, team):
    other = CoordinatorFactory(team=TeamFactory(place=team.place)).team
    team.place.community.parent = PlaceFactory(kind=PlaceKind.SUBDISTRICT, name="跳蹬河街道")
    session.commit()
    first, second = (HelpRequestFactory(community_of=team) for _one in range(2))
    assert "raise_level-to" not in browser.get(of_team(team, second)).text
    TeamFactory(place__parent=team.place.community.parent)

    browser.post(of_team(team, first), data={"step": "hand_on", "hand_on-to_team": str(other.id)})
    answer = browser.post(
        of_team(team, second), data=page_of_raising(browser, team, second), follow_redirects=True
    )

    session.expire_all()
    assert first.team_id == other.id
    assert second.raised_to.name == "跳蹬河街道"
    assert "It has gone one level up." in answer.text
    assert browser.get(of_team(team, first)).status_code == 404
    assert "It was handed up to 跳蹬河街道." in browser.get(of_team(team, second)).text


def test_a_member_is_found_by_name_and_asked(browser, coordinator, team):
    volunteer = MembershipFactory(team=team, person__name="黄秀英").person
    found = taken_on(team, coordinator.person)
    search = of_team(team, found) + "/search"
    page = browser.post(search, data={"q": "黄秀"}, follow_redirects=True).text
    assert f'name="ask-person" value="{volunteer.id}"' in page

    browser.post(of_team(team, found), data={"step": "ask", "ask-person": str(volunteer.id)})

    (offer,) = session.query(HelpOffer).all()
    assert (offer.person_id, offer.status) == (volunteer.id, OfferStatus.ASKED)
    page = browser.get(of_team(team, found)).text
    assert "Who was asked" in page
    assert f'name="ask-person" value="{volunteer.id}"' not in page


def test_a_time_is_agreed_as_people_say_it(browser, visitor, coordinator, team):
    offer = matched(team, coordinator.person)
    found = offer.help_request
    page = of_team(team, found)
    over = browser.post(page, data={"step": "agree", "agree-day": "今天", "agree-at": "9点"}).text
    assert "This time is over already." in over
    assert 'value="今天"' in over
    far = browser.post(page, data={"step": "agree", "agree-day": "2126-10-14", "agree-at": "9点"})
    assert "Please choose a day from today on, within a year." in far.text

    browser.post(page, data={"step": "agree", "agree-day": "明天", "agree-at": "下午3点"})

    find(visitor, found.number)
    hers = visitor.get(f"/help-requests/{found.id}").text
    assert "Tomorrow, 3:00 pm" in hers


def test_a_coordinator_finishes_confirms_and_opens_again_for_the_resident(
    browser, coordinator, team
):
    found = matched(team, coordinator.person).help_request
    page = of_team(team, found)
    said = []
    for data in (
        {"step": "finish", "finish-words": "修好了"},
        {"step": "call_back", "call_back-helped": "yes"},
        {"step": "reopen", "reopen-words": "又坏了"},
        {"step": "withdraw"},
    ):
        browser.post(page, data=data)
        said.append(only_request().status)
        assert browser.get(page).status_code == 200

    assert said == ["done", "confirmed", "accepted", "withdrawn"]


def test_a_step_that_comes_too_late_is_refused_with_a_sentence(browser, coordinator, team):
    found = taken_on(team, coordinator.person)
    page = of_team(team, found)

    answer = browser.post(
        page,
        data={"step": "take_on", "take_on-words": ""},
        headers={"Referer": f"http://localhost{page}"},
        follow_redirects=True,
    )

    assert "Somebody has answered this request already." in answer.text


def test_a_coordinator_enters_what_somebody_said_on_the_phone(browser, coordinator, team):
    response = browser.post(f"/teams/{team.id}/help-requests/new", data=LAMP)

    found = only_request()
    assert response.location == of_team(team, found)
    assert (found.team_id, found.entered_by_id, found.asker_id) == (
        team.id, coordinator.person_id, None,
    )  # fmt: skip
    assert found.number in browser.get(response.location).text


def test_the_desk_is_asked_about_whoever_called(browser, team):
    page = browser.get(f"/teams/{team.id}/help-requests/new").text

    assert "Whoever called or came" in page
    assert "How may we call whoever called or came?" in page
    for words in ("Myself", "How may we call you?", "we call you before anybody goes there"):
        assert words not in page


def test_the_desk_sees_120_and_110_too(browser, team):
    data = {**LAMP, "words": "他摔倒了"}
    page = browser.post(f"/teams/{team.id}/help-requests/new", data=data).text

    assert "If a life is in danger, call 120 or 110 first" in page
    browser.post(f"/teams/{team.id}/help-requests/new", data={**data, "no_danger": "y"})
    assert only_request().is_urgent


# --- a volunteer -----------------------------------------------------------------------------


PERSONAL = ("刘桂芳", "锦绣东方小区3栋2单元501室", "厨房的灯不亮了")


def test_before_a_yes_a_volunteer_reads_what_and_when_and_nothing_of_whom(team, signed_in_as):
    offer = HelpOfferFactory(help_request__community_of=team, help_request__brief="带新灯座")
    page = signed_in_as(offer.person).get(f"/help-offers/{offer.id}").text

    for words in ("Something to mend", "带新灯座", "锦绣东方小区", "quite all right"):
        assert words in page
    for words in (*PERSONAL, offer.help_request.asker_phone):
        assert words not in page


def test_when_both_have_said_yes_a_volunteer_reads_whom_and_where_until_a_day_after(
    browser, team, signed_in_as, time_machine
):
    offer = HelpOfferFactory(help_request__community_of=team)
    hers = signed_in_as(offer.person)
    page = f"/help-offers/{offer.id}"
    hers.post(page, data={"step": "accept"})
    waiting = hers.get(page).text
    assert "We ask whether it suits them." in waiting
    for words in (*PERSONAL, offer.help_request.asker_phone):
        assert words not in waiting

    browser.post(of_team(team, offer.help_request), data={"step": "welcome"})
    for words in (*PERSONAL, f"tel:{offer.help_request.asker_phone}"):
        assert words in hers.get(page).text

    hers.post(page, data={"step": "done", "words": "换了灯座"})
    time_machine.shift(timedelta(hours=23))
    assert PERSONAL[0] in hers.get(page).text

    time_machine.shift(timedelta(hours=2))
    late = hers.get(page).text
    for words in (*PERSONAL, offer.help_request.asker_phone):
        assert words not in late
    assert only_request().status is HelpStatus.DONE


def test_a_no_needs_no_reason(team, signed_in_as):
    offer = HelpOfferFactory(help_request__community_of=team)

    answer = signed_in_as(offer.person).post(
        f"/help-offers/{offer.id}", data={"step": "decline"}, follow_redirects=True
    )

    assert "It is quite all right." in answer.text
    assert session.query(HelpOffer).one().status is OfferStatus.DECLINED
    assert only_request().status is HelpStatus.ACCEPTED


def test_a_volunteer_gives_it_back_after_a_look(coordinator, team, signed_in_as):
    offer = matched(team, coordinator.person)
    hers = signed_in_as(offer.person)
    page = f"/help-offers/{offer.id}/return"
    assert "The coordinators are told at once" in hers.get(page).text

    hers.post(page)

    assert only_request().status is HelpStatus.ACCEPTED
    after = hers.get(f"/help-offers/{offer.id}").text
    assert PERSONAL[1] not in after


def test_who_did_not_say_yes_can_neither_finish_nor_give_back(coordinator, team, signed_in_as):
    offer = matched(team, coordinator.person)
    other = HelpOfferFactory(help_request=offer.help_request, status=OfferStatus.RELEASED)
    theirs = signed_in_as(other.person)

    done = theirs.post(f"/help-offers/{other.id}", data={"step": "done"})
    back = theirs.post(f"/help-offers/{other.id}/return", follow_redirects=True).text

    assert done.status_code == 409
    assert "This is settled already." in back
    assert only_request().status is HelpStatus.MATCHED


def test_who_acts_for_somebody_asks_in_their_name(signed_in_as):
    HelpRequestFactory()
    tie = CompanionFactory()
    browser = signed_in_as(tie.companion)
    browser.post(f"/companions/{tie.id}/acting")
    name = tie.person.name

    form = browser.get("/help-requests/new").text
    asked = browser.get("/my-help-requests").text

    assert f"{name} needs help" in form
    assert f"<b>{name}</b>" in form
    assert "Myself" not in form
    assert f"What {name} asked for" in asked
    assert "You have not asked" not in asked
