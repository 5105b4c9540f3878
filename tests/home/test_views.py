"""The first page of each kind of user; and whether the service is well."""

import html
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from tests.factories import at_once
from tests.factories.accounts import OperatorFactory
from tests.factories.activities import (
    ActivityFactory,
    OccurrenceFactory,
    SignupFactory,
    member_of,
)
from tests.factories.elders import ElderFactory, NoAnswerFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from tests.factories.weather import WeatherRoundFactory
from volunteer.activities import signups
from volunteer.activities.models import (
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core import clock, heartbeat, marks, migrating, zones
from volunteer.core.database import dialect_name, session
from volunteer.elders import care
from volunteer.elders.models import MajorChange
from volunteer.notifications.models import Channel, MessageStatus
from volunteer.people.models import Slot
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def test_a_visitor_sees_what_is_on_and_where_help_is_needed(visitor):
    OccurrenceFactory(roles=[("帮厨", 3, 5)], activity__title="爱心午饭")

    page = visitor.get("/").text

    assert "This week in the community" in page
    assert "爱心午饭" in page
    assert "3 more needed" in page


def test_a_visitor_sees_no_names_and_no_cancelled_dates(visitor):
    leader = PersonFactory(name="陈桂芳")
    signup = SignupFactory(occurrence__activity__leader=leader)
    OccurrenceFactory(activity__title="取消的活动", status=OccurrenceStatus.CANCELLED)

    page = visitor.get("/").text

    for secret in ("陈桂芳", signup.person.name, "取消的活动"):
        assert secret not in page


def test_a_visitor_reads_nothing_of_a_team_that_nobody_has_looked_at(visitor):
    """Anybody may start one, and name a phone and a place for it."""
    date = OccurrenceFactory(
        activity__title="免费体检",
        activity__team__name="健康讲座队",
        activity__team__phone="13811112222",
        activity__team__verified_at=None,
    )
    MembershipFactory(team=date.team)

    page = visitor.get("/").text

    for unknown in ("免费体检", "健康讲座队", "138 1111 2222"):
        assert unknown not in page
    assert "免费体检" in visitor.get(f"/teams/{date.team.id}/dates").text
    assert "Not verified" in visitor.get("/teams").text
    assert "Please pay nothing" in visitor.get(f"/teams/{date.team.id}").text


def test_who_is_in_a_new_team_finds_it_among_the_others(signed_in_as):
    date = OccurrenceFactory(activity__title="晨练", activity__team__verified_at=None)
    member = MembershipFactory(team=date.team)

    page = signed_in_as(member.person).get("/community").text

    assert "晨练" in page
    assert date.team.name in page


def test_a_visitor_of_an_empty_service_is_told_what_to_do(visitor):
    page = visitor.get("/").text

    assert "Nothing is planned for the next seven days." in page
    assert "There is no team yet." in page


def test_a_volunteer_sees_their_next_duty_first(signed_in_as):
    leader = PersonFactory(name="陈桂芳", phone="13900139000")
    signup = SignupFactory(occurrence__activity__leader=leader)

    page = signed_in_as(signup.person).get("/").text

    assert f"Good day, {signup.person.name}" in page
    assert "爱心午饭" in page
    assert "tel:13900139000" in page
    assert f"/activities/signups/{signup.id}/withdrawal" in page


def test_a_volunteer_sees_open_places_that_suit(signed_in_as):
    occurrence = OccurrenceFactory(activity__title="周三午饭", roles=[("送餐", 2, 3)])
    wednesdays = member_of(occurrence, free_slots=[Slot.WED_AM, Slot.WED_PM])
    sundays = member_of(occurrence, free_slots=[Slot.SUN_AM])

    assert "周三午饭" in signed_in_as(wednesdays).get("/").text
    assert "周三午饭" not in signed_in_as(sundays).get("/").text


def test_who_has_just_said_no_to_a_date_is_not_asked_to_come_to_it(signed_in_as):
    occurrence = OccurrenceFactory(activity__title="周三午饭", roles=[("送餐", 2, 3)])
    signup = SignupFactory(occurrence=occurrence, person=member_of(occurrence))
    signups.withdraw(signup, by=signup.person)

    page = signed_in_as(signup.person).get("/my-week").text

    assert "周三午饭" not in page


def test_who_is_in_no_team_reads_of_nothing_that_is_missing_and_has_one_next_step(signed_in_as):
    page = signed_in_as(PersonFactory()).get("/my-week").text

    assert "Nothing is missing at the times that suit you." not in page
    assert page.count("btn--main") == 1
    assert "Start a team" in page


def test_who_has_promised_nothing_is_led_to_what_is_on(signed_in_as):
    member = MembershipFactory().person

    assert "See what is on" in signed_in_as(member).get("/my-week").text


def test_while_their_duty_goes_on_nobody_is_asked_whether_they_come(signed_in_as):
    occurrence = OccurrenceFactory(starts_at=clock.now() - timedelta(minutes=30))
    signup = SignupFactory(occurrence=occurrence, person=member_of(occurrence))

    page = signed_in_as(signup.person).get("/").text

    assert "Going on now" in page
    assert "I could not come" in page
    assert "If you can't come" not in html.unescape(page)


def test_a_cancelled_date_is_no_next_duty(signed_in_as):
    signup = SignupFactory(occurrence__status=OccurrenceStatus.CANCELLED)

    assert "You have promised nothing so far." in signed_in_as(signup.person).get("/my-week").text


def test_a_coordinator_sees_what_is_to_be_done(signed_in_as):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    OccurrenceFactory(activity__team=team, roles=[("帮厨", 3, 5)])
    MembershipFactory(team=team, status=MembershipStatus.APPLIED, person__name="王秀英")
    OutboxMessageFactory(team_id=team.id, status=MessageStatus.FAILED, person__name="李明")
    OutboxMessageFactory(team_id=team.id, channel=Channel.CALL)

    page = signed_in_as(coordinator.person).get("/").text

    assert "4 things to see to" in page
    assert "3 more needed" in page
    for name in ("王秀英", "李明"):
        assert name in page


@pytest.mark.parametrize("is_urgent", [False, True])
def test_a_date_that_lacks_people_comes_first_unless_somebody_may_be_in_danger(
    signed_in_as, is_urgent
):
    coordinator = CoordinatorFactory()
    OccurrenceFactory(activity__team=coordinator.team, roles=[("帮厨", 3, 5)])
    HelpRequestFactory(community_of=coordinator.team, is_urgent=is_urgent)

    page = signed_in_as(coordinator.person).get("/").text

    places = [page.index(f'aria-labelledby="{card}"') for card in ("asked", "short")]
    assert (places[0] < places[1]) == is_urgent


def test_in_heat_a_coordinator_is_asked_about_the_dates_outdoors_of_the_next_days(signed_in_as):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    for title, days, is_outdoors in (("理发", 2, True), ("量血压", 2, False), ("爬山", 5, True)):
        OccurrenceFactory(
            activity=ActivityFactory(team=team, title=title, is_outdoors=is_outdoors),
            starts_at=clock.now() + timedelta(days=days),
            roles=[("帮忙", 0, 5)],
        )
    browser = signed_in_as(coordinator.person)
    quiet = browser.get("/").text
    found = WeatherRoundFactory(team=team)

    asked = browser.get("/").text
    link = re.search(r'href="([^"]*/days-off/new[^"]*outdoors[^"]*)"', asked)[1]
    offered = browser.get(link.replace("&amp;", "&")).text
    answer = browser.post(f"/weather-rounds/{found.id}/dates-outdoors", follow_redirects=True).text

    question = "Heat, orange: does what is outdoors go on?"
    assert [question in page for page in (quiet, asked, answer)] == [False, True, False]
    card = asked.split(question)[1].split("</section>")[0]
    assert [title in card for title in ("理发", "量血压", "爬山")] == [True, False, False]
    assert re.search(r'value="outdoors"[^>]* checked', offered)
    assert "They go on as planned." in answer


def test_what_goes_on_stands_on_the_first_page_until_it_is_over(signed_in_as, time_machine):
    team = CoordinatorFactory().team
    watch = OccurrenceFactory(
        activity__team=team, activity__title="夜间巡逻",
        starts_at=clock.now() - timedelta(hours=1), ends_at=clock.now() + timedelta(hours=10),
    )  # fmt: skip
    browser = signed_in_as(CoordinatorFactory(team=team).person)
    door, begun = f"/activities/dates/{watch.id}/attendance", watch.day

    page = browser.get("/").text
    assert door in page
    assert "Going on now" in page
    assert "more needed" not in page
    time_machine.shift(9 * 3600)
    assert team.today(clock.now()) > begun
    assert door in browser.get("/").text

    time_machine.shift(3600)
    assert door not in browser.get("/").text


def test_a_coordinator_with_nothing_to_do_reads_so(signed_in_as):
    coordinator = CoordinatorFactory()

    assert "Nothing to see to." in signed_in_as(coordinator.person).get("/").text


def test_who_coordinates_several_teams_looks_at_each(signed_in_as):
    first = CoordinatorFactory()
    second = CoordinatorFactory(person=first.person)
    elsewhere = CoordinatorFactory()
    browser = signed_in_as(first.person)

    assert second.team.name in browser.get("/").text
    assert browser.get(f"/teams/{second.team_id}/today").status_code == 200
    assert browser.get(f"/teams/{elsewhere.team_id}/today").status_code == 404


def test_a_coordinator_is_told_when_the_clock_stands_still(signed_in_as, time_machine):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    heartbeat.beat("send-outbox")
    assert "standing still" not in browser.get("/").text

    time_machine.shift(3600)

    assert "The reminders are standing still." in browser.get("/").text


def test_an_operator_sees_how_the_service_is_and_no_teams_data(signed_in_as):
    operator = OperatorFactory().person
    team = TeamFactory()
    browser = signed_in_as(operator)
    marks.note_backup(clock.now())

    assert "All is well" in browser.get("/").text
    assert browser.get(f"/teams/{team.id}/members").status_code == 404


def test_new_teams_stand_on_an_operators_page_until_they_are_known(signed_in_as):
    known = TeamFactory(name="爷爷的厨房")
    founder = CoordinatorFactory(
        person__name="何素琴",
        team__name="奶奶的厨房",
        team__verified_at=None,
        team__phone="02866661234",
    )
    browser = signed_in_as(OperatorFactory().person)

    page = browser.get("/").text

    assert page.count("We know this team") == 1
    for words in ("奶奶的厨房", "何素琴", "tel:02866661234", founder.team.place.full_name):
        assert words in page
    assert known.name not in page
    page = browser.post(
        f"/teams/{founder.team_id}/verification",
        headers={"Referer": "http://localhost/"},
        follow_redirects=True,
    ).text
    assert "reads from now on what residents ask for." in page
    assert "New teams" not in page


def test_many_new_teams_ask_an_operators_page_no_more(signed_in_as, count_queries):
    browser = signed_in_as(OperatorFactory().person)

    def ask():
        CoordinatorFactory(team__verified_at=None)
        with count_queries() as sent:
            browser.get("/")
        return len(sent)

    assert len({ask() for _team in range(4)}) == 1


def test_an_operator_sees_who_was_told_what_kind_but_not_the_words(signed_in_as):
    message = OutboxMessageFactory(kind="week_ahead", status=MessageStatus.SENT)
    browser = signed_in_as(OperatorFactory().person)

    assert message.person.name in browser.get("/outbox").text
    page = browser.get(f"/outbox/{message.id}").text

    assert "The text of a message is not kept after it has gone." in page


def test_what_a_person_is_to_say_on_the_phone_is_not_late_for_the_machine(signed_in_as):
    OutboxMessageFactory(channel=Channel.CALL, due_at=clock.now() - timedelta(minutes=30))

    page = signed_in_as(OperatorFactory().person).get("/outbox").text

    assert "To be called" in page
    assert "put on the call list 30 minutes ago" in page
    assert "due 30 minutes ago" not in page


def test_a_team_with_a_latin_name_has_its_first_letter(visitor):
    TeamFactory(name="Garden Friends")
    TeamFactory(name="奶奶的厨房")

    page = visitor.get("/").text

    assert 'aria-hidden="true">G</span>' in page
    assert 'aria-hidden="true">房</span>' in page


def test_in_the_demo_the_words_that_were_kept_can_be_read(signed_in_as):
    message = OutboxMessageFactory(
        kind="week_ahead", status=MessageStatus.SENT, kept_subject="您的一周", kept_text="周三见<b>"
    )

    page = signed_in_as(OperatorFactory().person).get(f"/outbox/{message.id}").text

    assert "您的一周" in page
    assert "周三见&lt;b&gt;" in page


def test_the_outbox_is_narrowed_to_what_failed_on_every_page(signed_in_as):
    failed = OutboxMessageFactory(status=MessageStatus.FAILED)
    waiting = OutboxMessageFactory(status=MessageStatus.WAITING)
    OutboxMessageFactory.create_batch(60, status=MessageStatus.SENT)
    browser = signed_in_as(OperatorFactory().person)

    def names(address: str) -> list[str]:
        page = browser.get(address).text
        return [one.person.name for one in (failed, waiting) if f'/outbox/{one.id}"' in page]

    assert names("/outbox") == [], "they stand on a later page"
    assert names("/outbox?show=failed") == [failed.person.name]
    assert names("/outbox?show=waiting") == [waiting.person.name]
    OutboxMessageFactory.create_batch(60, status=MessageStatus.FAILED)
    assert "/outbox?show=failed&amp;page=2" in browser.get("/outbox?show=failed").text
    assert names("/outbox?show=failed&page=2") == [failed.person.name]


@pytest.mark.parametrize("path", ["/outbox", "/outbox/{message}"])
def test_the_outbox_is_for_operators_alone(signed_in_as, visitor, path):
    url = path.format(message=OutboxMessageFactory(kind="week_ahead").id)
    asking = [PersonFactory(), CoordinatorFactory().person]

    assert [signed_in_as(person).get(url).status_code for person in asking] == [404, 404]
    assert visitor.get(url).location.startswith("/sign-in")


def test_my_week_is_for_who_is_signed_in(visitor):
    assert visitor.get("/my-week").location == "/sign-in?next=/my-week"


@pytest.mark.parametrize("path", ["/privacy", "/help", "/community"])
def test_everybody_reads_what_is_kept_and_how_things_are_done(visitor, path):
    assert visitor.get(path).status_code == 200


@pytest.mark.parametrize(
    ("spoken", "lang", "name"), [("zh", "zh-Hans", "邻里"), ("en", "en", "Linli")]
)
def test_a_phone_learns_how_to_put_us_on_its_home_screen(visitor, spoken, lang, name):
    link = f'<link rel="manifest" href="/manifest?lang={spoken}">'
    assert link in visitor.get(f"/?lang={spoken}").text

    answer = visitor.get(f"/manifest?lang={spoken}")

    assert answer.mimetype == "application/manifest+json"
    said = answer.get_json(force=True)
    assert (said["lang"], said["name"]) == (lang, name)
    assert (said["display"], said["scope"], said["start_url"]) == ("standalone", "/", "/")
    assert [one["sizes"] for one in said["icons"]] == ["192x192", "512x512"]
    for one in said["icons"]:
        with visitor.get(one["src"]) as icon:
            assert icon.mimetype == "image/png"


def test_under_a_path_the_whole_of_us_is_meant_and_nothing_beside(visitor):
    answer = visitor.get("/manifest", base_url="http://localhost/linli")

    said = answer.get_json(force=True)
    assert (said["scope"], said["start_url"]) == ("/linli/", "/linli/")


def test_a_monitor_sees_green_while_the_clock_ticks(visitor):
    heartbeat.beat("send-outbox")

    answer = visitor.get("/healthz")

    assert (answer.status_code, answer.json["ok"]) == (200, True)
    assert answer.json["last_tick"] == "2026-10-12T08:00:00+00:00"
    assert answer.json["schema"] == answer.json["newest_schema"]


def test_a_monitor_sees_red_when_the_clock_is_silent(visitor, time_machine):
    heartbeat.beat("send-outbox")

    time_machine.shift(301)

    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json["ok"]) == (503, False)


def test_a_monitor_sees_how_many_messages_are_overdue_but_whose_they_are_not(visitor):
    late = clock.now() - timedelta(hours=1)
    message = OutboxMessageFactory(due_at=late)
    OutboxMessageFactory(due_at=late, channel=Channel.CALL)
    OutboxMessageFactory(due_at=late, status=MessageStatus.SENT)

    answer = visitor.get("/healthz")

    assert answer.json["overdue_messages"] == 1
    assert message.person.name not in answer.text


A_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("age", "hours", "lacks"),
    [(timedelta(0), 0.0, False), (A_DAY, 24.0, False), (A_DAY + timedelta(hours=1), 25.0, True)],
)
def test_a_monitor_sees_how_old_the_backup_is_and_nobody_is_sent_away_for_it(
    visitor, age, hours, lacks
):
    marks.note_backup(clock.now() - 3 * A_DAY)
    marks.note_backup(clock.now() - age)
    heartbeat.beat("send-outbox")

    answer = visitor.get("/healthz")

    assert (answer.status_code, answer.json["ok"]) == (200, True)
    assert answer.json["last_backup"] == (clock.now() - age).isoformat()
    assert (answer.json["backup_age_hours"], answer.json["lacks_backup"]) == (hours, lacks)


def test_a_monitor_sees_that_no_backup_was_ever_made(visitor, setting):
    answer = visitor.get("/healthz")

    assert answer.status_code == 200
    assert (answer.json["last_backup"], answer.json["backup_age_hours"]) == (None, None)
    # Those of a server somebody else may make.
    assert answer.json["lacks_backup"] == (setting.engine.dialect.name == "sqlite")


def test_an_operator_reads_that_the_backup_is_too_old_or_was_never_made(signed_in_as, setting):
    browser = signed_in_as(OperatorFactory().person)
    is_sqlite = setting.engine.dialect.name == "sqlite"

    page = browser.get("/").text
    assert ("No backup was ever made." in page) == is_sqlite
    assert ("None was noted" in page) == (not is_sqlite)
    marks.note_backup(clock.now() - A_DAY - timedelta(minutes=1))
    page = browser.get("/").text
    assert "no good backup" in page
    assert "more than a day old" in page


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("0033", "Please bring them up to date: .venv/bin/flask --app wsgi db upgrade"),
        ("9999", "The tables are of a newer version than the program."),
    ],
)
def test_an_operator_reads_what_to_do_about_tables_of_another_version(
    signed_in_as, monkeypatch, at, says
):
    monkeypatch.setattr(migrating, "current", lambda: at)
    browser = signed_in_as(OperatorFactory().person)

    assert says in browser.get("/").text
    assert browser.get("/healthz").status_code == 503


def test_in_the_demo_no_backup_alarms_anybody(app, signed_in_as, monkeypatch):
    monkeypatch.setitem(app.config, "DEMO", True)
    browser = signed_in_as(OperatorFactory().person)

    page = browser.get("/").text

    assert "The demo can be made anew at any time." in page
    assert "All is well" in page
    assert not browser.get("/healthz").json["lacks_backup"]


def crowded_team():
    """Two activities with fourteen dates of six people each; sixty members, calls and failures."""
    team = TeamFactory()
    with at_once():
        for hour in range(2):
            activity = ActivityFactory(team=team, leader=PersonFactory())
            for day in range(7):
                occurrence = OccurrenceFactory(
                    activity=activity,
                    starts_at=clock.now() + timedelta(days=day, hours=hour + 1),
                    roles=[("帮厨", 7, 9)],
                )
                SignupFactory.create_batch(6, occurrence=occurrence)
        for status in (MessageStatus.FAILED, MessageStatus.WAITING):
            OutboxMessageFactory.create_batch(
                10, kind="week_ahead", team_id=team.id, status=status, channel=Channel.CALL
            )
    return team


@pytest.mark.parametrize("who", ["visitor", "volunteer", "coordinator", "operator"])
def test_a_first_page_with_many_rows_asks_the_database_few_questions(
    signed_in_as, visitor, count_queries, who
):
    team = crowded_team()
    readers = {
        "volunteer": lambda: MembershipFactory(team=team).person,
        "coordinator": lambda: CoordinatorFactory(team=team).person,
        "operator": lambda: OperatorFactory().person,
    }
    browser = signed_in_as(readers[who]()) if who in readers else visitor

    with count_queries() as sent:
        response = browser.get("/")

    assert response.status_code == 200
    # A coordinator's first page is made of dates, who suits them, holidays, days to close, visits,
    # requests, members and messages; and of what a team seldom has, asked for in one statement.
    # An operator's: new teams, teams without a coordinator, who asks to be forgotten, the holidays.
    assert len(sent) <= {"coordinator": 17, "operator": 14}.get(who, 12), sent


def test_the_outbox_with_many_rows_asks_the_database_few_questions(signed_in_as, count_queries):
    crowded_team()
    browser = signed_in_as(OperatorFactory().person)

    with count_queries() as sent:
        assert browser.get("/outbox").status_code == 200

    assert len(sent) <= 12, sent


def test_my_week_shows_what_one_leads_without_a_place(signed_in_as):
    leader = PersonFactory()
    occurrence = OccurrenceFactory(activity__title="周三午饭", activity__leader=leader)
    MembershipFactory(team=occurrence.team, person=leader)
    SignupFactory(occurrence=occurrence)

    page = signed_in_as(leader).get("/my-week").text

    assert "You lead" in page
    assert page.count("周三午饭") == 1
    assert "1 person comes" in page
    assert "You have promised nothing so far." not in page
    assert "Nothing is missing at the times that suit you." in page


@pytest.mark.parametrize("rows", [10, 1000])
def test_a_volunteers_page_asks_four_questions_however_much_there_is(
    signed_in_as, count_queries, rows
):
    signup = SignupFactory()
    dates = []
    for number in range(rows):
        starts_at = clock.now() + timedelta(days=1, minutes=number)
        ends_at = starts_at + timedelta(hours=2)
        dates.append(
            Occurrence(
                activity=signup.occurrence.activity,
                planned_on=clock.now().date() + timedelta(days=100 + number),
                wall_starts=zones.to_wall(starts_at, zones.HOME_ZONE),
                wall_ends=zones.to_wall(ends_at, zones.HOME_ZONE),
                starts_at=starts_at,
                ends_at=ends_at,
                place="社区活动室",
                roles=[OccurrenceRole(position=0, name="帮厨", minimum=1, maximum=5)],
            )
        )
    session.add_all(dates)
    session.flush()
    session.add_all(
        Signup(
            occurrence=date,
            role=date.roles[0],
            person=signup.person,
            by=signup.person,
            status=SignupStatus.GOING,
            asked_at=clock.now(),
        )
        for date in dates[::2]
    )
    session.commit()
    if dialect_name() == "postgresql":
        # As its autovacuum does a little later; without, it may plan for the tables of before.
        session.execute(text("ANALYZE"))
        session.commit()
    browser = signed_in_as(signup.person)

    with count_queries() as sent:
        page = browser.get("/").text

    assert page.count("/withdrawal") == 1
    assert len(sent) <= 4, sent


def test_what_few_people_have_is_asked_for_only_when_they_have_it(signed_in_as, count_queries):
    person = MembershipFactory().person
    browser = signed_in_as(person)
    with count_queries() as before:
        browser.get("/")
    companionship = CompanionFactory(companion=person)

    with count_queries() as after:
        page = browser.get("/").text

    assert f"Act for {companionship.person.name}" in page
    assert len(after) == len(before) + 1


def fallen_in(team):
    """Somebody fell an hour ago, and would not be due for weeks."""
    ElderFactory(
        team=team, change=MajorChange.FALL, changed_at=clock.now() - timedelta(hours=1),
        due_on=date(2026, 10, 30),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("happens", "heading"),
    [
        (lambda team: MembershipFactory(team=team, status=MembershipStatus.APPLIED), "would like"),
        (lambda team: NoAnswerFactory(elder=ElderFactory(team=team)), "Nobody answered"),
        (lambda team: ElderFactory(team=team, due_on=date(2026, 10, 1)), "Elders to be seen soon"),
        (fallen_in, "Has fallen"),
        (
            lambda team: OutboxMessageFactory(team_id=team.id, status=MessageStatus.FAILED),
            "Messages that did not arrive",
        ),
        (
            lambda team: OutboxMessageFactory(team_id=team.id, channel=Channel.CALL),
            "To be called",
        ),
    ],
)
def test_what_a_team_seldom_has_is_seen_at_once_and_asked_for_only_then(
    signed_in_as, count_queries, happens, heading
):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)
    with count_queries() as before:
        quiet_page = browser.get("/").text
    happens(coordinator.team)

    with count_queries() as after:
        page = browser.get("/").text

    assert heading not in quiet_page
    assert heading in page
    assert len(before) <= 12
    # With what hangs on it.
    assert len(after) <= len(before) + 3


def test_who_has_fallen_stands_before_those_nobody_has_seen_for_long(signed_in_as):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    ElderFactory(team=team, preferred_name="赵大爷", due_on=date(2026, 10, 1))
    fallen = ElderFactory(team=team, preferred_name="周大爷")
    care.note_change(fallen, MajorChange.FALL, by=coordinator.person)

    page = signed_in_as(coordinator.person).get("/").text

    assert "Has fallen" in page
    assert page.index("周大爷") < page.index("赵大爷")


# --- a team that has just begun ------------------------------------------------------------------


def test_who_has_planned_nothing_yet_is_not_told_that_all_is_well(signed_in_as):
    coordinator = CoordinatorFactory()
    browser = signed_in_as(coordinator.person)

    today = browser.get("/").text
    week = browser.get(f"/teams/{coordinator.team_id}/week").text

    assert "Nothing is planned for the next two weeks." in today
    assert f"/teams/{coordinator.team_id}/activities/new" in today
    assert "has enough people" not in today
    assert "Nothing is planned this week." in week
    assert "Nobody is missing" not in week


def test_members_can_call_the_team_and_its_coordinators_need_not_call_themselves(signed_in_as):
    coordinator = CoordinatorFactory(team__phone="02885550123")
    member = MembershipFactory(team=coordinator.team).person

    pages = [signed_in_as(person).get("/").text for person in (coordinator.person, member)]

    assert ["tel:02885550123" in page for page in pages] == [False, True]


@pytest.mark.parametrize(
    "kept",
    [
        "never agreed, or ate with a team and come no more",
        "30 days after you no longer agree",
        "remark: a year after you left the team",
        "because somebody was worried, and your words when you asked for help: three years",
        "Photos of receipts and signatures, and what was said of hours",
        "how the kitchen saw to an allergy, and lists pasted from a group: 30 days",
        "Links, paper cards and sign-ins that are over: 400 days",
    ],
)
def test_the_page_on_privacy_says_how_long_each_thing_is_kept(client, database, kept):
    assert kept in client.get("/privacy?lang=en").text


def test_who_runs_the_service_and_their_number_can_be_read_or_operators_are_told(
    signed_in_as, client, app, monkeypatch
):
    operator = signed_in_as(OperatorFactory().person)
    assert "Please set OPERATOR_NAME" in operator.get("/").text
    assert "Who runs this service" not in client.get("/privacy?lang=en").text

    monkeypatch.setitem(app.config, "OPERATOR_NAME", "锦绣街道办事处")
    monkeypatch.setitem(app.config, "OPERATOR_PHONE", "02800000900")

    assert "Please set OPERATOR_NAME" not in operator.get("/").text
    page = client.get("/privacy?lang=en").text
    assert "锦绣街道办事处" in page
    assert "tel:02800000900" in page


def test_who_has_asked_to_join_reads_on_every_visit_that_the_answer_is_to_come(signed_in_as):
    asked = MembershipFactory(
        status=MembershipStatus.APPLIED, team__name="奶奶的厨房", team__phone="02800000200"
    )

    page = signed_in_as(asked.person).get("/").text

    # Before anything else: it is why they came.
    assert page.index("Asked to join") < page.index("You have promised nothing so far.")
    assert "奶奶的厨房" in page
    assert "028-0000 0200" in page
    assert "You are in no team yet." not in page


def test_a_coordinator_reads_that_who_asks_may_be_in_the_team_already(signed_in_as):
    coordinator = CoordinatorFactory()
    MembershipFactory(team=coordinator.team, person__name="王秀英")
    MembershipFactory(team=coordinator.team, person__name="王秀英", status=MembershipStatus.APPLIED)

    page = signed_in_as(coordinator.person).get("/").text

    assert "Same name as somebody else" in page
    assert "only a link: make one on their page" in page


def test_who_has_asked_nowhere_reads_how_to_join(signed_in_as):
    page = signed_in_as(PersonFactory()).get("/").text

    assert "You are in no team yet." in page
    assert "Asked to join" not in page
