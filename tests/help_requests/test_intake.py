"""Each kind's own questions, what neighbours don't do, calls, abilities, and money, on pages."""

from datetime import date, time
from io import BytesIO

import pytest
from PIL import Image

from tests.factories.help_requests import HelpRequestFactory, matched
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core.database import session
from volunteer.help_requests.models import (
    Abilities,
    Errand,
    HelpRequest,
    HotlineCall,
    Speech,
)
from volunteer.help_requests.particulars import Particulars
from volunteer.pictures.models import Picture

ASKED = {"kinds": ["repair"], "for_whom": "self", "wanted": "any", "phone": "13800138000"}


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def browser(coordinator, signed_in_as):
    return signed_in_as(coordinator.person)


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def only(model):
    session.expire_all()
    return session.query(model).one()


def photo() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    out.seek(0)
    return out


def test_each_kind_asks_its_own_and_what_belongs_to_another_is_left(visitor, team):
    visitor.post(
        "/help-requests/new",
        data={**ASKED, "kinds": ["shopping"], "shopping_list": "一斤肉", "budget": "36.5",
              "hospital": "三医院", "wanted_on": "明天", "wanted_at": "9点",
              "speech": "sichuanese"},
    )  # fmt: skip

    found = only(HelpRequest)
    assert Particulars.of(found.kind_answers) == Particulars("一斤肉", 3650)
    assert (found.wanted_on is not None, found.wanted_at.hour) == (True, 9)
    assert found.speech is Speech.SICHUANESE


def test_words_that_are_too_long_are_refused_in_plain_words_and_stay(visitor, team):
    visitor.set_cookie("lang", "zh")
    page = visitor.post("/help-requests/new", data={**ASKED, "words": "灯" * 2001}).text

    assert "太长了：最多写2000个字，您写了2001个。" in page
    assert "灯" * 2001 in page


def test_an_amount_that_cannot_be_read_says_so(visitor, team):
    page = visitor.post(
        "/help-requests/new", data={**ASKED, "kinds": ["shopping"], "budget": "很多"}
    ).text

    assert "Please write an amount in yuan" in page
    assert session.query(HelpRequest).count() == 0


@pytest.mark.parametrize("about", [{"kinds": ["care"]}, {"words": "想请人帮老人洗澡"}])
def test_what_neighbours_do_not_do_says_who_can_before_anything_is_sent(visitor, team, about):
    page = visitor.post("/help-requests/new", data={**ASKED, **about}).text
    assert "For this you need trained people" in page
    assert 'href="tel:12345"' in page
    assert session.query(HelpRequest).count() == 0

    visitor.post("/help-requests/new", data={**ASKED, **about, "knows_bounds": "y"})

    assert only(HelpRequest).is_new


def test_danger_comes_before_everything_else_and_both_are_shown(visitor, team):
    about = {**ASKED, "words": "洗澡时摔倒了"}
    assert "call 120 or 110 first" in visitor.post("/help-requests/new", data=about).text

    page = visitor.post("/help-requests/new", data={**about, "no_danger": "y"}).text

    assert "For this you need trained people" in page
    assert '<input type="hidden" name="no_danger" value="y">' in page


def test_a_call_is_written_down_promised_and_becomes_a_request(browser, team):
    url = f"/teams/{team.id}/calls-received"
    wrong = browser.post(
        f"{url}/new", data={"words": "想修灯", "back_on": "今天", "back_at": "0:00"}
    )
    assert "A call was within the last week" in wrong.text

    answer = browser.post(
        f"{url}/new",
        data={"name": "刘婆婆", "phone": "13800138000", "words": "想修灯", "back_on": "明天",
              "back_at": "9:00", "ask": "y"},
    )  # fmt: skip

    call = only(HotlineCall)
    assert "1 caller waits for us" in browser.get(f"/teams/{team.id}/help-requests").text
    form = browser.get(answer.location).text
    for words in ("想修灯", "刘婆婆", "138 0013 8000"):
        assert words in form
    browser.post(answer.location, data={**ASKED, "words": "想修灯"})
    browser.post(f"{url}/{call.id}/call-back")
    assert only(HotlineCall).help_request_id == only(HelpRequest).id
    page = browser.get(url).text
    assert "Called back" in page
    assert "To the request" in page


def test_a_call_that_a_colleague_has_entered_meanwhile_is_not_entered_once_more(browser, team):
    answer = browser.post(
        f"/teams/{team.id}/calls-received/new",
        data={"name": "刘婆婆", "phone": "13800138000", "words": "想修灯", "ask": "y"},
    )

    pages = [
        browser.post(answer.location, data={**ASKED, "words": words}).location
        for words in ("想修灯", "厨房的灯不亮")
    ]

    assert pages[0] == pages[1]
    assert only(HotlineCall).help_request_id == only(HelpRequest).id


def test_what_the_caller_said_is_asked_for_as_on_the_page(browser, team):
    page = browser.post(f"/teams/{team.id}/calls-received/new", data={"words": " "}).text

    assert "Please fill this in." in page
    assert "the resident can understand" not in page
    assert session.query(HotlineCall).count() == 0


def test_a_day_without_a_time_is_no_promise_that_gets_lost(browser, team):
    url = f"/teams/{team.id}/calls-received/new"
    said = {"name": "刘婆婆", "phone": "13800138000", "words": "想修灯"}

    pages = [
        browser.post(url, data={**said, f"{which}_on": "今天"}).text for which in ("rang", "back")
    ]

    assert all("At what time on that day?" in page for page in pages)
    far_off = browser.post(url, data={**said, "back_on": "2126-10-14", "back_at": "9点"})
    assert "Please choose a day from today on, within a year." in far_off.text
    assert session.query(HotlineCall).count() == 0


def test_a_call_of_another_team_is_not_there(browser, team):
    other = CoordinatorFactory()
    call = HotlineCall(team=other.team, words="qz", taken_by_id=other.person_id)
    session.add(call)
    session.commit()

    assert browser.post(f"/teams/{team.id}/calls-received/{call.id}/call-back").status_code == 404
    assert browser.get(f"/teams/{team.id}/help-requests/new?call={call.id}").status_code == 404


def test_a_member_tells_what_they_can_and_a_coordinator_for_who_has_no_account(
    browser, team, signed_in_as
):
    member = MembershipFactory(team=team)
    told = {"skills": ["repair"], "speeches": ["sichuanese"], "place": str(team.place.id),
            "estate": "锦绣东方小区", "building": "3栋"}  # fmt: skip
    hers = signed_in_as(member.person)
    assert (
        "Please name the estate"
        in hers.post("/settings/abilities", data={"place": "0", "building": "3"}).text
    )

    hers.post("/settings/abilities", data=told)
    browser.post(f"/teams/{team.id}/members/{member.id}/abilities", data={**told, "skills": []})

    found = only(Abilities)
    assert (found.skills, found.speeches) == ([], ["sichuanese"])
    assert (found.estate, found.building, found.place_id) == ("锦绣东方小区", "3", team.place.id)
    assert found.by_id != member.person_id
    assert 'value="锦绣东方小区"' in hers.get("/settings/abilities").text


def test_money_is_given_counted_with_a_receipt_and_signed(team, coordinator, signed_in_as):
    offer = matched(team, coordinator.person)
    hers = signed_in_as(offer.person)
    url = f"/help-requests/{offer.help_request.id}/money"
    assert url in hers.get(f"/help-offers/{offer.id}").text

    hers.post(url, data={"given": "100"})
    wrong = hers.post(url, data={"spent": "63.50", "returned": "36"}).text
    assert "do not fit together" in wrong
    hers.post(url, data={"spent": "63.50", "returned": "36.50", "receipt": (photo(), "小票.jpg")})
    page = hers.get(url).text
    assert "Right to the fen" in page
    hers.post(url, data={"how": "finger"})

    errand = only(Errand)
    assert (errand.given_fen, errand.spent_fen, errand.returned_fen) == (10_000, 6350, 3650)
    assert (errand.is_signed, session.query(Picture).count()) == (True, 1)
    receipt = hers.get(f"{url}/receipt")
    assert (receipt.mimetype, receipt.headers["Cache-Control"]) == (
        "image/jpeg", "private, no-store",
    )  # fmt: skip
    assert hers.get(f"{url}/signature").status_code == 404
    assert "Counted and signed" in hers.get(url).text
    assert "63.50" in signed_in_as(coordinator.person).get(url).text


def test_a_receipt_is_for_those_who_may_see_the_money(team, coordinator, signed_in_as, client):
    offer = matched(team, coordinator.person)
    url = f"/help-requests/{offer.help_request.id}/money"
    other = signed_in_as(MembershipFactory(team=team).person)

    for page in (url, f"{url}/receipt", f"{url}/signature"):
        assert other.get(page).status_code == 404
        assert client.get(page).status_code == 302


def test_money_is_taken_along_once_more_and_coordinators_read_of_all_of_it(
    team, coordinator, signed_in_as
):
    offer = matched(team, coordinator.person)
    hers = signed_in_as(offer.person)
    url = f"/help-requests/{offer.help_request.id}/money"
    hers.post(url, data={"given": "100"})
    assert "once more" not in hers.get(url).text
    hers.post(url, data={"spent": "60", "returned": "40", "receipt": (photo(), "小票.jpg")})
    hers.post(url, data={"how": "finger"})
    first = only(Errand)
    assert "Take money along once more" in hers.get(url).text

    asked = hers.get(f"{url}?again=1").text
    hers.post(f"{url}?again=1", data={"given": "20"})
    hers.post(f"{url}?again=1", data={"given": "20"})

    assert "How much do you get to take along?" in asked
    assert [one.given_fen for one in session.query(Errand).order_by(Errand.id)] == [10_000, 2_000]
    theirs = signed_in_as(coordinator.person)
    receipt = f"{url}/receipt?errand={first.id}"
    assert "Before that" in theirs.get(url).text
    assert "Before that" not in hers.get(url).text
    assert [browser.get(receipt).status_code for browser in (theirs, hers)] == [200, 404]


def test_a_list_of_calls_asks_the_database_little(browser, team, coordinator, count_queries):
    def ask(rows: int) -> int:
        for _number in range(rows):
            session.add(
                HotlineCall(
                    team=team, words="qz", taken_by_id=MembershipFactory(team=team).person_id,
                    help_request=HelpRequestFactory(community_of=team),
                )
            )  # fmt: skip
        session.commit()
        session.expire_all()
        with count_queries() as sent:
            assert browser.get(f"/teams/{team.id}/calls-received").status_code == 200
        return len(sent)

    few = ask(1)
    assert ask(5) == few <= 12


def test_a_receipt_that_is_no_photo_is_refused_and_nothing_is_counted(
    team, coordinator, signed_in_as
):
    offer = matched(team, coordinator.person)
    hers = signed_in_as(offer.person)
    url = f"/help-requests/{offer.help_request.id}/money"
    hers.post(url, data={"given": "100"})

    page = hers.post(
        url,
        data={"spent": "60", "returned": "40", "receipt": (BytesIO(b"<html>qz</html>"), "a.jpg")},
    ).text

    assert "This file is no photo that we can read." in page
    assert not only(Errand).is_counted
    assert session.query(Picture).count() == 0


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"wanted_at": "9点"}, "On which day at that time?"),
        ({"wanted_on": "2020-01-02", "wanted_at": "9点"}, "This day is over already."),
        ({"wanted_on": "2126-10-14"}, "Please choose a day from today on, within a year."),
    ],
)
def test_a_time_without_its_day_or_on_a_day_that_is_over_is_asked_about(visitor, team, when, said):
    answer = visitor.post("/help-requests/new", data={**ASKED, **when})

    assert said in answer.text
    assert session.query(HelpRequest).count() == 0


def test_a_time_alone_means_today_for_who_needs_it_today(visitor, team, time_machine):
    time_machine.move_to("2026-10-12T01:00Z", tick=False)

    visitor.post("/help-requests/new", data={**ASKED, "wanted": "today", "wanted_at": "下午3点"})

    found = only(HelpRequest)
    assert (found.wanted_on, found.wanted_at) == (date(2026, 10, 12), time(15))
