"""What goes out, what became of it, and the call list, as coordinators see them."""

from datetime import UTC, datetime

import pytest

from tests.factories.activities import OccurrenceFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import claiming, rations
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.rations import Ration
from volunteer.people import companions
from volunteer.reminders import weekly
from volunteer.teams.models import MembershipStatus, Team

pytestmark = pytest.mark.usefixtures("database")

DUE = datetime(2026, 10, 18, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sunday(time_machine, database):
    time_machine.move_to(DUE, tick=False)


@pytest.fixture
def team(database) -> Team:
    return TeamFactory()


@pytest.fixture
def browser(team, signed_in_as):
    """Of the team's coordinator."""
    return signed_in_as(CoordinatorFactory(team=team).person)


def planned_call(team: Team, **person: object) -> OutboxMessage:
    """The call that tells a member without mailbox of their week."""
    member = MembershipFactory(team=team, person=PersonFactory(email=None, **person)).person
    weekly.plan(team, DUE)
    return session.query(OutboxMessage).filter_by(person_id=member.id).one()


def test_the_page_shows_when_to_whom_and_what(browser, team):
    member = MembershipFactory(team=team, person__name="王秀英").person
    MembershipFactory(team=team, person__name="李明", status=MembershipStatus.PAUSED)

    page = browser.get(f"/teams/{team.id}/messages?person={member.id}").text

    assert "Sun 25 Oct" in page
    assert 'What <span class="in-one">王秀英</span> reads' in page
    assert "李明: is pausing" in page


def test_after_sunday_the_page_says_what_became_of_the_messages(browser, team):
    MembershipFactory(team=team)
    weekly.plan(team, DUE)

    page = browser.get(f"/teams/{team.id}/messages").text

    assert "Sun 18 Oct 6:00 pm, 2 messages" in page


@pytest.fixture
def ten_a_day():
    rations.use(Ration(team=10))
    yield
    rations.use(Ration())


def sent_texts(team: Team, count: int, **more: object) -> None:
    given = {"status": MessageStatus.SENT, "channel": Channel.SMS, "ended_at": DUE, **more}
    OutboxMessageFactory.create_batch(count, team_id=team.id, **given)


@pytest.mark.usefixtures("ten_a_day")
def test_how_many_text_messages_have_gone_is_said_near_the_end_of_the_day(browser, team):
    sent_texts(team, 3)
    before = browser.get(f"/teams/{team.id}/messages").text
    sent_texts(team, 1, about={"parts": 5})

    page = browser.get(f"/teams/{team.id}/messages").text

    assert "Today's text messages" not in before.replace("&#39;", "'")
    assert "8 of 10 have gone" in page
    assert "The last 1 is kept for what is urgent." in page
    assert "on the call list because of it" not in page


def test_that_a_call_came_of_the_ration_is_said(browser, team):
    sent_texts(team, 1, channel=Channel.CALL, status=MessageStatus.WAITING,
               problem=claiming.OF_THE_TEAM)  # fmt: skip

    page = browser.get(f"/teams/{team.id}/messages").text

    assert "0 of 200 have gone" in page
    assert "1 message is on the call list because of it." in page


@pytest.mark.parametrize("person", ["0", "999999", "abc", ""])
def test_asking_for_a_reader_who_is_none_shows_another(browser, team, person):
    response = browser.get(f"/teams/{team.id}/messages?person={person}")

    assert response.status_code == 200


def test_every_message_stands_on_the_list_of_what_was_sent(browser, team):
    OutboxMessageFactory(kind="week_ahead", team_id=team.id, person__name="王秀英")
    OutboxMessageFactory(kind="week_ahead", person__name="李明")

    page = browser.get(f"/teams/{team.id}/messages/sent").text

    assert "王秀英" in page
    assert "李明" not in page


def test_the_call_list_shows_the_number_and_the_words(browser, team):
    OccurrenceFactory(activity__team=team, activity__title="爱心午饭")
    planned_call(team, name="王秀英", phone="13800138000")

    page = browser.get(f"/teams/{team.id}/call-list").text

    assert "tel:13800138000" in page
    assert "Dear 王秀英" in page
    assert "爱心午饭" in page


def test_chinese_has_no_space_between_day_and_hour_nor_a_second_colon_behind_it(browser, team):
    MembershipFactory(team=team)
    weekly.plan(team, DUE)
    browser.set_cookie("lang", "zh")

    page = browser.get(f"/teams/{team.id}/messages").text

    assert "10月18日（周日）晚上6:00，2条" in page


def test_the_call_list_names_who_acts_for_somebody(browser, team):
    call = planned_call(team, name="王秀英", phone=None)
    neighbour = PersonFactory(name="赵桂香", phone="13900139000")
    companionship = CompanionFactory(person=call.person, companion=neighbour)

    page = browser.get(f"/teams/{team.id}/call-list").text
    companions.end(companionship, by=neighbour)
    afterwards = browser.get(f"/teams/{team.id}/call-list").text

    assert "acts for them: 赵桂香" in page
    assert "tel:13900139000" in page
    assert "赵桂香" not in afterwards


def test_a_call_is_ticked(browser, team):
    call = planned_call(team, name="王秀英")

    response = browser.post(f"/teams/{team.id}/call-list/{call.id}/made", follow_redirects=True)

    assert "王秀英 has been told." in response.text
    assert call.status is MessageStatus.SENT


def more_to_tell(call: OutboxMessage) -> OutboxMessage:
    """Another thing that the same person is to be told by phone."""
    date = OccurrenceFactory(activity__team=session.get_one(Team, call.team_id))
    return OutboxMessageFactory(
        team_id=call.team_id,
        person=call.person,
        kind="date_cancelled",
        channel=Channel.CALL,
        about={"occurrence_id": date.id, "revision": date.revision},
    )


def test_who_is_to_be_told_several_things_is_called_once(browser, team):
    call = planned_call(team, name="王秀英", phone="13800138000")
    more_to_tell(call)

    page = browser.get(f"/teams/{team.id}/call-list").text

    assert "1 person to call" in page
    assert page.count("tel:13800138000") == 1
    assert "1 person is to be called now" in browser.get(f"/teams/{team.id}/messages").text


@pytest.mark.parametrize(
    ("step", "status", "tries"),
    [("made", MessageStatus.SENT, 0), ("unanswered", MessageStatus.WAITING, 1)],
)
def test_one_call_settles_all_that_stood_beside_the_name(browser, team, step, status, tries):
    call = planned_call(team, name="王秀英")
    other, late = more_to_tell(call), more_to_tell(call)
    elsewhere = more_to_tell(planned_call(team, name="李明"))

    browser.post(
        f"/teams/{team.id}/call-list/{call.id}/{step}",
        data={"along": f"{other.id},{elsewhere.id},x"},
    )

    settled = [(told.status, told.attempts) for told in (call, other)]
    assert settled == [(status, tries)] * 2
    # What came after the page was drawn was not said, and nobody else was spoken to.
    assert {(left.status, left.attempts) for left in (late, elsewhere)} == {
        (MessageStatus.WAITING, 0)
    }


def test_a_call_that_nobody_answered_stays(browser, team):
    call = planned_call(team, name="王秀英")

    response = browser.post(
        f"/teams/{team.id}/call-list/{call.id}/unanswered", follow_redirects=True
    )

    assert "王秀英 stays on the list." in response.text
    assert "no answer 1 time" in response.text


def test_a_call_that_was_ticked_already_is_refused(browser, team):
    call = planned_call(team)
    browser.post(f"/teams/{team.id}/call-list/{call.id}/made")

    response = browser.post(f"/teams/{team.id}/call-list/{call.id}/made")

    assert response.status_code == 409
    assert "dealt with this already" in response.text


def test_a_mail_that_did_not_go_is_put_on_the_call_list(browser, team):
    mail = OutboxMessageFactory(
        kind="week_ahead",
        about={"team_id": team.id, "first_day": "2026-10-19"},
        team_id=team.id,
        status=MessageStatus.FAILED,
        person__name="王秀英",
    )

    response = browser.post(f"/teams/{team.id}/messages/{mail.id}/call", follow_redirects=True)

    assert "王秀英 is on the call list now." in response.text
    assert (mail.channel, mail.status) == (Channel.CALL, MessageStatus.WAITING)


PAGES = [
    ("GET", "/teams/{team}/messages"),
    ("GET", "/teams/{team}/messages/sent"),
    ("GET", "/teams/{team}/call-list"),
    ("POST", "/teams/{team}/call-list/{call}/made"),
    ("POST", "/teams/{team}/call-list/{call}/unanswered"),
    ("POST", "/teams/{team}/messages/{call}/call"),
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_messages_are_for_the_teams_coordinators_alone(signed_in_as, team, method, page):
    call = planned_call(team)
    url = page.format(team=team.id, call=call.id)
    asking = [call.person, CoordinatorFactory().person, PersonFactory()]

    answers = [signed_in_as(person).open(url, method=method).status_code for person in asking]

    assert answers == [404, 404, 404]
    assert call.status is MessageStatus.WAITING


def test_a_message_of_another_team_is_not_found(browser, team):
    elsewhere = planned_call(TeamFactory())

    response = browser.post(f"/teams/{team.id}/call-list/{elsewhere.id}/made")

    assert (response.status_code, elsewhere.status) == (404, MessageStatus.WAITING)


@pytest.mark.parametrize("page", ["messages", "messages/sent", "call-list"])
def test_a_page_with_many_rows_asks_the_database_few_questions(browser, team, count_queries, page):
    for number in range(60):
        MembershipFactory(team=team, person__email=None if number % 2 else f"n{number}@example.org")
    OccurrenceFactory(activity__team=team, starts_at=clock.now().replace(day=21))
    weekly.plan(team, DUE)
    url = f"/teams/{team.id}/{page}"

    with count_queries() as sent:
        response = browser.get(url)

    assert response.status_code == 200
    # The first page and the call list write a letter as well, and that asks about seven domains.
    assert len(sent) <= (12 if page == "messages/sent" else 21), sent


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        ("errcode 300001", "look whether the robot is still in the group"),
        ("TimeoutError", "The group’s app was not to be reached."),
    ],
)
def test_of_a_group_that_heard_nothing_it_says_how_to_mend_the_robot(browser, team, problem, said):
    """Nobody can call a group, and it is not the coordinator who connected it."""
    message = OutboxMessageFactory(
        team_id=team.id,
        channel=Channel.GROUP,
        status=MessageStatus.FAILED,
        problem=problem,
        ended_at=clock.now(),
        # Next week's would fail as well.
        expires_at=clock.now(),
    )

    page = browser.get(f"/teams/{team.id}/messages/{message.id}").text
    every = browser.get(f"/teams/{team.id}/messages/sent").text

    assert said in page
    assert "Please call" not in page
    assert message.person.name not in page + every
