"""The call list, the phone tree and the times of reminding, as people see them."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities.models import Occurrence
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import Channel
from volunteer.people.models import Person
from volunteer.reminders import ladder, phone_tree, plans
from volunteer.reminders.models import Call, CallResult, CallShare
from volunteer.teams import membership

pytestmark = pytest.mark.usefixtures("database")

BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def after_noon(time_machine, database):
    time_machine.move_to("2026-10-13T05:00Z", tick=False)


@pytest.fixture
def occurrence(database) -> Occurrence:
    return OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 1, 30)])


@pytest.fixture
def coordinator(occurrence) -> Person:
    return CoordinatorFactory(team=occurrence.team).person


@pytest.fixture
def browser(coordinator, signed_in_as):
    return signed_in_as(coordinator)


def calls(occurrence: Occurrence, count: int) -> list[Call]:
    for _number in range(count):
        SignupFactory(occurrence=occurrence, asked_at=BEGINS - timedelta(days=7))
    ladder.plan_calls(clock.now())
    return session.query(Call).order_by(Call.id).all()


def shares(occurrence: Occurrence, by: Person, count: int = 2) -> list[CallShare]:
    *callers, backup = [
        MembershipFactory(team=occurrence.team).person for _number in range(count + 1)
    ]
    return phone_tree.split(occurrence.team, callers, backup, by=by)


def test_the_call_list_takes_the_answer_with_a_note_and_undoes_it(browser, occurrence):
    (call,) = calls(occurrence, 1)
    page = browser.get(f"/teams/{occurrence.team.id}/call-list").text

    noted = browser.post(
        f"/calls/{call.id}/result",
        data={"result": "comes", "note": "走得慢，等一下"},
        follow_redirects=True,
    ).text
    undone = browser.post(f"/calls/{call.id}/undoing", follow_redirects=True).text

    assert f"tel:{call.person.phone}" in page
    assert f"Noted: {call.person.name} comes." in noted
    assert "走得慢，等一下" in noted
    assert f"{call.person.name} is to be called again." in undone
    assert call.result is CallResult.WAITING


def test_enter_in_a_note_gives_no_answer(browser, occurrence):
    """Browsers press the first button of a form; were it “Comes”, it would be said of everybody."""
    (call,) = calls(occurrence, 1)

    page = browser.get(f"/teams/{occurrence.team.id}/call-list").text

    (form,) = re.findall(rf'<form[^>]* id="call-{call.id}".*?</form>', page, re.S)
    first, *answers = re.findall("<button[^>]*>", form)
    assert first == '<button type="submit" disabled hidden>'
    assert len(answers) == 4
    assert f'Comes<span class="vh"> {call.person.name}</span>' in form


@pytest.mark.parametrize("result", ["waiting", "", "maybe"])
def test_an_answer_that_is_none_is_refused(browser, occurrence, result):
    (call,) = calls(occurrence, 1)

    answer = browser.post(f"/calls/{call.id}/result", data={"result": result})

    assert (answer.status_code, call.result) == (404, CallResult.WAITING)


def test_calls_are_shared_out_on_a_page(browser, occurrence):
    calls(occurrence, 9)
    one, other, backup = [MembershipFactory(team=occurrence.team).person for _number in range(3)]
    url = f"/teams/{occurrence.team.id}/phone-tree"

    too_few = browser.post(url, data={"callers": [one.id], "backup": backup.id}).text
    enough = browser.post(
        url, data={"callers": [one.id, other.id], "backup": backup.id}, follow_redirects=True
    ).text

    assert "at least 2 callers" in too_few
    assert "They are told." in enough
    assert sorted(len(share.calls) for share in session.query(CallShare)) == [4, 5]


def test_a_caller_sees_and_notes_their_own_calls_alone(signed_in_as, occurrence, coordinator):
    calls(occurrence, 4)
    mine, theirs = shares(occurrence, coordinator)
    browser = signed_in_as(mine.caller)

    page = browser.get(f"/call-shares/{mine.id}").text
    noted = browser.post(
        f"/calls/{mine.calls[0].id}/result", data={"result": "comes"}, follow_redirects=True
    )
    refused = [
        browser.get(f"/call-shares/{theirs.id}").status_code,
        browser.post(f"/calls/{theirs.calls[0].id}/result", data={"result": "comes"}).status_code,
        browser.get(f"/teams/{occurrence.team.id}/call-list").status_code,
    ]

    for call in mine.calls:
        assert call.person.name in page
    for call in theirs.calls:
        assert call.person.phone not in page
    assert noted.request.path == f"/call-shares/{mine.id}"
    assert refused == [404, 404, 404]


def test_a_caller_who_cannot_hands_the_share_on(signed_in_as, occurrence, coordinator):
    calls(occurrence, 2)
    (share,) = shares(occurrence, coordinator, count=1)
    browser = signed_in_as(share.caller)

    told = browser.post(f"/call-shares/{share.id}/handover", follow_redirects=True).text

    assert f"{share.backup.name} makes these calls now." in told
    assert browser.get(f"/call-shares/{share.id}").status_code == 404
    assert signed_in_as(share.backup).get(f"/call-shares/{share.id}").status_code == 200


@pytest.mark.parametrize("step", [membership.pause, membership.leave])
def test_a_caller_who_pauses_or_leaves_reads_no_more_numbers(
    signed_in_as, occurrence, coordinator, step
):
    calls(occurrence, 2)
    (share,) = shares(occurrence, coordinator, count=1)
    browser = signed_in_as(share.caller)
    own = membership.find(occurrence.team, share.caller)

    step(own, by=share.caller)

    call = share.calls[0]
    assert browser.get(f"/call-shares/{share.id}").status_code == 404
    assert browser.post(f"/calls/{call.id}/result", data={"result": "comes"}).status_code == 404
    assert call.result is CallResult.WAITING


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("GET", "/teams/{team}/phone-tree"),
        ("POST", "/calls/{call}/result"),
        ("POST", "/calls/{call}/undoing"),
        ("GET", "/call-shares/{share}"),
        ("POST", "/call-shares/{share}/handover"),
        ("GET", "/teams/{team}/reminder-times"),
        ("GET", "/activities/{activity}/reminder-times"),
    ],
)
def test_these_pages_are_closed_to_others(signed_in_as, occurrence, coordinator, method, page):
    call = calls(occurrence, 1)[0]
    (share,) = shares(occurrence, coordinator, count=1)
    url = page.format(
        team=occurrence.team.id,
        call=call.id,
        share=share.id,
        activity=occurrence.activity_id,
    )
    asking = [
        MembershipFactory(team=occurrence.team).person,
        CoordinatorFactory(team=TeamFactory()).person,
        PersonFactory(),
    ]

    answers = [signed_in_as(person).open(url, method=method).status_code for person in asking]

    assert answers == [404, 404, 404]


@pytest.mark.parametrize("page", ["call-list", "phone-tree"])
def test_long_lists_ask_the_database_few_questions(browser, occurrence, count_queries, page):
    calls(occurrence, 25)
    url = f"/teams/{occurrence.team.id}/{page}"

    with count_queries() as sent:
        response = browser.get(url)

    assert response.status_code == 200
    assert len(sent) <= 12, sent


def test_at_night_the_lists_say_from_when_on_to_call(
    browser, signed_in_as, occurrence, coordinator, time_machine
):
    calls(occurrence, 2)
    share, _other = shares(occurrence, coordinator)
    pages = [
        (browser, f"/teams/{occurrence.team.id}/call-list"),
        (signed_in_as(share.caller), f"/call-shares/{share.id}"),
    ]
    by_day = [who.get(page).text for who, page in pages]
    time_machine.move_to("2026-10-13T14:00Z", tick=False)
    at_night = [who.get(page).text for who, page in pages]

    words = "It is night: please call from 8:00 am."
    assert [words in text for text in [*by_day, *at_night]] == [False, False, True, True]


def times(*rows: tuple[str, str]) -> dict[str, str]:
    filled = [*rows, *[("", "")] * (4 - len(rows))]
    return {
        f"times-{number}-{name}": value
        for number, row in enumerate(filled)
        for name, value in zip(("days", "at"), row, strict=True)
    }


def test_a_team_sets_its_times_and_its_own_line(browser, occurrence):
    url = f"/teams/{occurrence.team.id}/reminder-times"
    before = browser.get(url).text

    after = browser.post(
        url,
        data={**times(("3", "9:00"), ("0", "上午8点")), "own_line": "带水杯。", "watch_days": "5"},
        follow_redirects=True,
    ).text

    known = plans.look_up([occurrence.team.id])
    assert "6:00 pm" in before
    assert "3 days before at 9:00 am" in after
    assert [str(o) for o in known.times(occurrence.team.id).offsets] == ["3 09:00", "0 08:00"]
    assert (known.own_line(occurrence.team.id), known.watch_days(occurrence.team.id)) == (
        "带水杯。",
        5,
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("1", "23:00"), "between 8 in the morning"),
        (("1", "quarter"), "could not read"),
        (("20", "9:00"), "From 0 (the same day) to 14 days."),
        (("", "9:00"), "Please fill this in."),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_field(browser, occurrence, row, words):
    url = f"/teams/{occurrence.team.id}/reminder-times"

    page = browser.post(url, data={**times(row), "own_line": "", "watch_days": "3"}).text

    assert words in page
    assert plans.look_up([occurrence.team.id]).of_team(occurrence.team.id) is None


def test_other_times_that_are_not_ticked_are_asked_about_and_not_lost(browser, occurrence):
    url = f"/activities/{occurrence.activity_id}/reminder-times"

    page = browser.post(url, data=times(("5", "9:00"))).text

    assert "please tick this as well" in page
    assert 'value="5"' in page
    known = plans.look_up([occurrence.team.id])
    assert known.of_level(occurrence.team.id, occurrence.activity_id, "") is None


def test_the_times_that_were_shown_need_no_tick(browser, occurrence):
    url = f"/activities/{occurrence.activity_id}/reminder-times"
    usual = times(*((str(o.days), o.at.isoformat("minutes")) for o in plans.USUAL))

    assert browser.post(url, data=usual).status_code == 302


def test_an_activity_and_its_work_have_times_of_their_own_until_unticked(browser, occurrence):
    url = f"/activities/{occurrence.activity_id}/reminder-times"
    team_id, activity_id = occurrence.team.id, occurrence.activity_id

    browser.post(f"{url}?work=帮厨", data={**times(("1", "9:00")), "own": "y"})
    own = plans.look_up([team_id])
    found = [own.times(team_id, activity_id, work).offsets for work in ("帮厨", "买菜")]
    browser.post(f"{url}?work=帮厨", data=times())

    assert [list(map(str, offsets)) for offsets in found] == [["1 09:00"], ["2 18:00", "1 18:00"]]
    known = plans.look_up([team_id])
    assert known.of_level(team_id, activity_id, "帮厨") is None
    assert known.times(team_id, activity_id, "帮厨").offsets == plans.USUAL
    assert browser.get(f"{url}?work=没有").status_code == 404


def test_whom_one_asks_and_has_news_for_is_called_once(browser, occurrence):
    call, other = calls(occurrence, 2)
    OutboxMessageFactory(
        person=call.person,
        team_id=occurrence.team.id,
        channel=Channel.CALL,
        kind="week_ahead",
        about={"team_id": occurrence.team.id, "first_day": "2026-10-12"},
    )

    page = browser.get(f"/teams/{occurrence.team.id}/call-list").text

    assert page.count("Tell them in the same call:") == 1
    assert f'href="#news-{call.person_id}"' in page
    assert f'id="news-{call.person_id}"' in page
    assert f"news-{other.person_id}" not in page
