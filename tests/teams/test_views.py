"""Teams and members as people see them: starting, joining, the list, pasting, pausing, leaving."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import personal_links
from volunteer.audit.wording import DEEDS
from volunteer.core import clock, encryption
from volunteer.core.database import session
from volunteer.help_requests.models import StepKind
from volunteer.network import places
from volunteer.network.models import PlaceKind
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import founding, queries
from volunteer.teams.models import Membership, MembershipStatus, Team, TeamRole

pytestmark = pytest.mark.usefixtures("database")

ROOT = Path(__file__).resolve().parents[2]

NEW_TEAM = {
    "name": "奶奶的厨房",
    "purpose": "每周三一起做饭",
    "city": "成都市",
    "district": "武侯区",
    "subdistrict": "",
    "community": "黉门街社区",
    "zone": "Asia/Shanghai",
}
LIST = "姓名,电话\n王秀英,13800138000,三栋\n李明 1380013800\n@@@"


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory(person__name="陈桂芳")


@pytest.fixture
def team(coordinator) -> Team:
    return coordinator.team


@pytest.fixture
def browser(coordinator, signed_in_as):
    """Of the team's coordinator."""
    return signed_in_as(coordinator.person)


@pytest.fixture
def visitor(client):
    client.set_cookie("lang", "en")
    return client


def test_a_neighbour_starts_a_team_and_goes_on_to_its_members(signed_in_as):
    founder = UserFactory().person

    response = signed_in_as(founder).post("/teams/new", data=NEW_TEAM, follow_redirects=True)

    assert "The team has started. Now add its members." in response.text
    assert "Once the operator has made sure who your team is" in response.text
    team = session.query(Team).one()
    assert (team.name, team.place.full_name) == (
        "奶奶的厨房",
        "成都市 › 武侯区 › 黉门街社区",
    )
    assert [m.person for m in queries.list_coordinators(team)] == [founder]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"community": " "}, "Please fill this in."),
        ({"phone": "12345"}, "A phone number has 11 digits"),
        ({"zone": "Asia/Peking"}, "We do not know this time zone."),
    ],
)
def test_a_team_with_something_missing_is_not_started(signed_in_as, wrong, sentence):
    response = signed_in_as(UserFactory().person).post("/teams/new", data={**NEW_TEAM, **wrong})

    assert sentence in response.text
    assert session.query(Team).count() == 0


def test_a_volunteer_chooses_a_password_before_starting_a_team(signed_in_as):
    response = signed_in_as(PersonFactory()).get("/teams/new")

    assert response.location == "/settings/password/first?next=/teams/new"


def test_a_visitor_signs_in_before_starting_a_team(visitor):
    assert visitor.get("/teams/new").location == "/sign-in?next=/teams/new"


def test_everybody_may_look_at_teams_but_sees_no_names(visitor, team):
    page = visitor.get(f"/teams/{team.id}").text

    assert team.name in page
    assert "陈桂芳" not in page
    assert team.name in visitor.get("/teams").text


@pytest.mark.parametrize("purpose", ["每周三一起做饭", ""])
def test_a_teams_page_is_headed_by_its_name(visitor, team, purpose):
    team.purpose = purpose
    session.commit()

    page = visitor.get(f"/teams/{team.id}").text

    assert f"<h1>{team.name}</h1>" in page
    assert (purpose or "Neighbours who do something together.") in page


def test_no_button_repeats_the_question_above_it(browser, team):
    member = MembershipFactory(team=team)

    page = browser.get(f"/teams/{team.id}/members/{member.id}").text

    assert "How is" in page
    assert "How shall we tell" not in page


def test_somebody_new_asks_to_join_by_the_open_link(visitor, team):
    page = f"/join/{team.join_code}"
    assert team.name in visitor.get(page).text

    response = visitor.post(
        page,
        data={"name": "王秀英", "phone": "138 0013 8000", "consent": "y"},
        follow_redirects=True,
    )

    assert "The coordinator will answer you." in response.text
    (waiting,) = queries.list_applications(team)
    assert (waiting.person.name, waiting.is_in_team) == ("王秀英", False)


def test_who_asks_to_join_twice_with_one_page_asks_once(app, team):
    form = {"name": "王秀英", "phone": "138 0013 8000", "consent": "y"}
    first, again = app.test_client(), app.test_client()

    answers = [browser.post(f"/join/{team.join_code}", data=form) for browser in (first, again)]

    assert [answer.location for answer in answers] == ["/", "/"]
    assert len(queries.list_applications(team)) == 1
    # What they have typed others know, too: it opens no door.
    assert [browser.get("/my-week").status_code for browser in (first, again)] == [200, 302]


def test_who_opens_the_link_another_day_in_another_browser_asks_once(app, team, time_machine):
    form = {"name": "王秀英", "phone": "138 0013 8000", "consent": "y"}
    app.test_client().post(f"/join/{team.join_code}", data=form)
    time_machine.move_to(clock.now() + timedelta(days=1))

    again = app.test_client()
    again.post(f"/join/{team.join_code}", data={**form, "email": "wang@example.org"})

    assert len(queries.list_applications(team)) == 1
    assert again.get("/my-week").status_code == 302


def test_the_link_leads_a_member_to_the_door(visitor, team):
    page = visitor.get(f"/join/{team.join_code}").text

    assert "I am in the team already" in page
    assert f"/sign-in?next=/join/{team.join_code}" in page


def test_on_a_shared_phone_the_second_asks_in_their_own_name(app, team):
    browser, page = app.test_client(), f"/join/{team.join_code}"
    browser.post(page, data={"name": "王秀英", "phone": "13800138000", "consent": "y"})
    assert "I am somebody else" in browser.get(f"{page}?lang=en").text

    form = browser.post("/sign-out", data={"next": page}, follow_redirects=True)

    assert "What is your name?" in form.text
    browser.post(page, data={"name": "李建国", "phone": "13800138000", "consent": "y"})
    asked = [one.person.name for one in queries.list_applications(team)]
    assert sorted(asked) == ["李建国", "王秀英"]


def test_signing_out_leads_to_no_other_site(app):
    answer = app.test_client().post("/sign-out", data={"next": "//example.com"})

    assert answer.location == "/"


def test_of_two_who_share_a_phone_each_asks_to_join(app, team):
    for name in ("王秀英", "李建国"):
        form = {"name": name, "phone": "13800138000", "consent": "y"}
        app.test_client().post(f"/join/{team.join_code}", data=form)

    assert len(queries.list_applications(team)) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"name": "13800138000"}, {"name": ""}, {"phone": "123"}, {"consent": ""}, {"email": "x"}],
)
def test_who_asks_with_something_wrong_is_not_entered(visitor, team, wrong):
    form = {"name": "王秀英", "phone": "13800138000", "consent": "y", **wrong}
    before = session.query(Person).count()

    response = visitor.post(
        f"/join/{team.join_code}", data={key: value for key, value in form.items() if value}
    )

    assert response.status_code == 200
    assert session.query(Person).count() == before


def test_who_overlooks_the_tick_is_asked_to_put_it(client, team):
    client.set_cookie("lang", "en")

    page = client.post(f"/join/{team.join_code}", data={"name": "王秀英"}).text

    assert "Please put a tick here: the coordinator has to read it." in page
    assert "Please fill this in" not in page


def test_who_is_signed_in_asks_with_one_button(signed_in_as, team):
    person = PersonFactory()
    browser = signed_in_as(person)
    assert "Ask to join" in browser.get(f"/join/{team.join_code}").text

    browser.post(f"/join/{team.join_code}/application")

    assert [m.person for m in queries.list_applications(team)] == [person]


def test_asking_a_second_time_is_refused(signed_in_as, team):
    waiting = MembershipFactory(team=team, status=MembershipStatus.APPLIED)

    response = signed_in_as(waiting.person).post(f"/join/{team.join_code}/application")

    assert response.status_code == 409
    assert "You have asked already" in response.text


def test_an_old_open_link_leads_nowhere(visitor, team, coordinator):
    old = team.join_code
    founding.renew_join_link(team, by=coordinator.person)

    assert visitor.get(f"/join/{old}").status_code == 404


def test_the_coordinator_makes_a_new_open_link(browser, team):
    old = team.join_code

    response = browser.post(f"/teams/{team.id}/join-link", follow_redirects=True)

    assert team.join_code != old
    assert team.join_code in response.text


def test_pasting_shows_what_was_understood_and_saves_nothing_yet(browser, team):
    response = browser.post(f"/teams/{team.id}/members/paste", data={"text": LIST})

    assert "We read 2 new people." in response.text
    assert "You entered 10" in response.text
    assert "@@@" in response.text
    assert len(queries.list_active(team)) == 1


def test_only_the_ticked_lines_are_saved(browser, team):
    response = browser.post(
        f"/teams/{team.id}/members/paste",
        data={"text": LIST, "save": "1", "line": ["2"]},
        follow_redirects=True,
    )

    assert "王秀英" in response.text
    assert {m.person.name for m in queries.list_active(team)} == {"陈桂芳", "王秀英"}


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"text": ""}, "Please fill this in."),
        ({"text": "王秀英\n" * 501}, "At most 500 lines at once"),
        ({"text": LIST, "save": "1"}, "There is nobody in this list to add."),
    ],
)
def test_a_list_that_cannot_be_saved_says_why(browser, team, form, sentence):
    response = browser.post(f"/teams/{team.id}/members/paste", data=form)

    assert sentence in response.text
    assert len(queries.list_active(team)) == 1


def test_a_pasted_line_does_no_harm_on_the_page(browser, team):
    response = browser.post(
        f"/teams/{team.id}/members/paste", data={"text": "王秀英,<script>alert(1)</script>"}
    )

    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    ("words", "found"),
    [("wxy", True), ("王秀", True), ("8000", True), ("zzz", False)],
)
def test_a_member_is_found_by_name_initials_or_phone(browser, team, words, found):
    MembershipFactory(team=team, person__name="王秀英", person__phone="13800138000")

    answer = browser.post(f"/teams/{team.id}/members/search", data={"q": words})
    page = browser.get(answer.location).text

    assert ("王秀英" in page) is found
    assert words not in unquote(answer.location)


def test_a_whole_letter_looked_for_makes_no_address_that_a_server_refuses(browser, team):
    answer = browser.post(f"/teams/{team.id}/members/search", data={"q": "王秀英，您好！" * 500})

    assert len(answer.location) < 1000


def test_what_was_sealed_in_a_table_is_opened_by_no_search(browser, team):
    stolen = encryption.seal("13800138000")

    page = browser.get(f"/teams/{team.id}/members", query_string={"q": stolen}).text

    assert "13800138000" not in page
    assert "found for" not in page


def test_the_coordinator_answers_who_asks(browser, team):
    yes, no = (MembershipFactory(team=team, status=MembershipStatus.APPLIED) for _n in range(2))

    browser.post(f"/teams/{team.id}/members/{yes.id}/approval")
    browser.post(f"/teams/{team.id}/members/{no.id}/rejection")

    assert (yes.status, no.status) == (MembershipStatus.ACTIVE, MembershipStatus.REJECTED)


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        (MembershipStatus.APPLIED, 200),
        (MembershipStatus.LEFT, 200),
        (MembershipStatus.REJECTED, 404),
    ],
)
def test_how_somebody_is_reached_is_nothing_to_those_who_told_them_no(browser, team, status, seen):
    """Else whoever said no would read each new phone of theirs for ever."""
    member = MembershipFactory(team=team, status=status, person__phone="13800138000")

    page = browser.get(f"/teams/{team.id}/members/{member.id}")

    assert (page.status_code, "13800138000" in page.text) == (seen, seen == 200)


def test_the_same_one_again_is_set_aside_and_told_no_no(browser, team):
    known = MembershipFactory(team=team, person__name="王秀英", person__phone="13800138011")
    MembershipFactory(team=team, person__name="李明")
    again = MembershipFactory(
        team=team, person__name="王秀英", person__phone="13800138012",
        status=MembershipStatus.APPLIED,
    )  # fmt: skip
    url = f"/teams/{team.id}/members"
    assert f"{again.id}/double" in browser.get("/").text
    assert f"{again.id}/double" in browser.get(url).text

    answer = browser.post(f"{url}/{again.id}/double", follow_redirects=True)

    assert "Set aside, without a message." in answer.text
    assert f'href="{url}/{known.id}"' in answer.text
    assert "李明" not in answer.text
    assert again.status is MembershipStatus.REJECTED
    assert not session.query(OutboxMessage).count()
    assert browser.post(f"{url}/{again.id}/double").status_code == 409
    assert "saw that who asked to join is in the team already" in browser.get(
        f"/teams/{team.id}/history"
    ).text  # fmt: skip


def test_nobody_else_is_taken_for_the_same_one(browser, team):
    MembershipFactory(team=team, status=MembershipStatus.APPLIED)
    assert "/double" not in browser.get(f"/teams/{team.id}/members").text


def test_what_was_answered_already_is_refused(browser, team):
    member = MembershipFactory(team=team)

    response = browser.post(f"/teams/{team.id}/members/{member.id}/approval")

    assert response.status_code == 409
    assert "Somebody has answered this already." in response.text


def test_a_member_pauses_and_comes_back_after_reading_what_it_means(signed_in_as, team):
    member = MembershipFactory(team=team)
    browser = signed_in_as(member.person)
    url = f"/teams/{team.id}/members/{member.id}"

    assert "The places you have taken are given back." in browser.get(f"{url}/pause").text
    assert member.is_active
    browser.post(f"{url}/pause")
    assert member.status is MembershipStatus.PAUSED
    browser.post(f"{url}/return")

    assert member.is_active


@pytest.mark.parametrize("step", ["pause", "departure"])
def test_of_two_who_bear_one_name_the_page_says_which_it_is(browser, team, step):
    for phone in ("13800138011", "13800138012"):
        member = MembershipFactory(team=team, person__name="王秀英", person__phone=phone)
    alone = MembershipFactory(team=team, person__name="李明")

    page = browser.get(f"/teams/{team.id}/members/{member.id}/{step}").text
    other = browser.get(f"/teams/{team.id}/members/{alone.id}/{step}").text
    link = browser.post(f"/teams/{team.id}/members/{member.id}/link").text

    assert "Shall 王秀英 …8012 " in page
    assert "王秀英 …8012" in link
    assert "李明 …" not in other


def test_the_last_coordinator_reads_why_they_cannot_leave(browser, team, coordinator):
    MembershipFactory(team=team)
    response = browser.post(f"/teams/{team.id}/members/{coordinator.id}/departure")

    assert response.status_code == 409
    assert "A team needs a coordinator." in response.text


@pytest.mark.parametrize("step", ["pause", "departure"])
def test_before_that_the_page_says_how_it_can_be_done(browser, team, coordinator, step):
    MembershipFactory(team=team)
    url = f"/teams/{team.id}/members/{coordinator.id}/{step}"

    alone = browser.get(url).text
    CoordinatorFactory(team=team)
    together = browser.get(url).text

    assert "make somebody a second coordinator" in alone
    assert f'href="/teams/{team.id}/handover"' in alone
    assert f'action="{url}"' not in alone
    assert f'action="{url}"' in together


def test_a_second_coordinator_is_made_and_steps_back(browser, team):
    member = MembershipFactory(team=team, person=UserFactory().person)
    url = f"/teams/{team.id}/members/{member.id}"

    browser.post(f"{url}/coordinatorship")
    assert member.role is TeamRole.COORDINATOR
    browser.post(f"{url}/membership")

    assert member.role is TeamRole.MEMBER


@pytest.mark.parametrize(
    "step", ["approval", "rejection", "double", "coordinatorship", "membership"]
)
def test_a_member_takes_no_step_that_is_a_coordinators(signed_in_as, team, step):
    member = MembershipFactory(team=team)

    response = signed_in_as(member.person).post(f"/teams/{team.id}/members/{member.id}/{step}")

    assert response.status_code == 404
    assert (member.role, member.status) == (TeamRole.MEMBER, MembershipStatus.ACTIVE)


@pytest.mark.parametrize("step", ["pause", "return", "departure", "nonsense"])
def test_nobody_takes_a_step_for_another_member(signed_in_as, team, step):
    member, other = (MembershipFactory(team=team) for _number in range(2))

    response = signed_in_as(other.person).post(f"/teams/{team.id}/members/{member.id}/{step}")

    assert (response.status_code, member.status) == (404, MembershipStatus.ACTIVE)


def test_a_step_that_is_none_is_not_found_for_coordinators_too(browser, team, coordinator):
    url = f"/teams/{team.id}/members/{coordinator.id}/nonsense"

    assert [browser.post(url).status_code, browser.get(url).status_code] == [404, 404]


def test_a_member_of_another_team_is_not_found_here(browser, team):
    stranger = MembershipFactory()

    assert browser.get(f"/teams/{team.id}/members/{stranger.id}").status_code == 404
    assert browser.post(f"/teams/{team.id}/members/{stranger.id}/pause").status_code == 404


def test_the_coordinator_mends_a_members_name_and_notes_a_remark(browser, team):
    member = MembershipFactory(team=team, person__name="王秀英")
    url = f"/teams/{team.id}/members/{member.id}"

    browser.post(url, data={"details": "1", "person-name": "王秀珍", "person-phone": ""})
    browser.post(url, data={"remark": "1", "note-note": "三栋的"})

    assert (member.person.name, member.person.phone, member.note) == ("王秀珍", None, "三栋的")


def test_who_has_a_password_changes_their_own_name_alone(browser, team):
    member = MembershipFactory(team=team, person__name="王秀英")
    UserFactory(person=member.person)
    url = f"/teams/{team.id}/members/{member.id}"

    browser.post(url, data={"details": "1", "person-name": "王秀珍"})

    assert member.person.name == "王秀英"


def test_a_personal_link_is_shown_once_and_lets_its_person_in(app, browser, team):
    member = MembershipFactory(team=team)

    page = browser.post(f"/teams/{team.id}/members/{member.id}/link").text

    address = page.split(f"{app.config['BASE_URL']}/links/")[1]
    token = address.split("<")[0].split('"')[0].strip()
    opened, _leads_to = personal_links.use(token)
    assert opened.person is member.person
    assert "<svg" in page


def test_no_link_is_made_for_who_has_a_password(browser, team):
    member = MembershipFactory(team=team)
    UserFactory(person=member.person)

    response = browser.post(f"/teams/{team.id}/members/{member.id}/link")

    assert response.status_code == 409
    assert "Only they can do that." in response.text


def test_no_link_is_made_for_who_has_left(browser, team):
    member = MembershipFactory(team=team, status=MembershipStatus.LEFT)

    assert browser.post(f"/teams/{team.id}/members/{member.id}/link").status_code == 404


def test_the_time_of_the_weekly_message_is_set_as_people_write_it(browser, team):
    page = browser.get(f"/teams/{team.id}/reminder").text
    assert 'value="6:00 pm"' in page

    browser.post(f"/teams/{team.id}/reminder", data={"weekday": "5", "at": "上午9点半"})

    assert (team.reminder_weekday, f"{team.reminder_time:%H:%M}") == (5, "09:30")


def test_a_time_that_is_none_is_not_saved(browser, team):
    response = browser.post(f"/teams/{team.id}/reminder", data={"weekday": "9", "at": "soon"})

    assert "We could not read “soon”." in response.text
    assert team.reminder_weekday == 6


def test_what_the_team_says_of_itself_is_changed(browser, team):
    form = {"name": "新名字", "phone": "028-8555 1234", "zone": "Asia/Shanghai"}

    response = browser.post(f"/teams/{team.id}/settings", data=form, follow_redirects=True)

    assert "新名字" in response.text
    assert team.phone == "02885551234"


def test_the_history_says_who_did_what(browser, team):
    member = MembershipFactory(team=team, person__name="王秀英")
    browser.post(f"/teams/{team.id}/members/{member.id}/pause")

    page = browser.get(f"/teams/{team.id}/history").text

    assert "陈桂芳" in page
    assert "王秀英" in page


def test_the_history_tells_two_of_one_name_apart(browser, team):
    for phone in ("13800001234", "13800005678"):
        member = MembershipFactory(team=team, person__name="王秀英", person__phone=phone)
        browser.post(f"/teams/{team.id}/members/{member.id}/pause")

    page = browser.get(f"/teams/{team.id}/history").text

    assert "王秀英 …1234" in page
    assert "王秀英 …5678" in page


COORDINATORS_PAGES = [
    ("GET", "settings"),
    ("POST", "settings"),
    ("GET", "reminder"),
    ("POST", "reminder"),
    ("POST", "join-link"),
    ("GET", "members"),
    ("GET", "members/paste"),
    ("POST", "members/paste"),
    ("GET", "members/{member}"),
    ("POST", "members/{member}"),
    ("POST", "members/{member}/link"),
    ("GET", "history"),
    ("GET", "today"),
]


@pytest.mark.parametrize(("method", "page"), COORDINATORS_PAGES)
def test_members_data_are_for_the_teams_coordinators_alone(
    signed_in_as, visitor, team, method, page
):
    member = MembershipFactory(team=team)
    url = f"/teams/{team.id}/{page.format(member=member.id)}"
    asking = [member.person, CoordinatorFactory().person, PersonFactory()]

    answers = [signed_in_as(person).open(url, method=method).status_code for person in asking]

    assert answers == [404, 404, 404]
    assert visitor.open(url, method=method).location.startswith("/sign-in")


@pytest.mark.parametrize("page", ["members", "history", "members/{member}", "settings"])
def test_a_page_with_many_rows_asks_the_database_few_questions(browser, team, count_queries, page):
    for _number in range(60):
        member = MembershipFactory(team=team)
    for _number in range(5):
        MembershipFactory(team=team, status=MembershipStatus.APPLIED)
    url = f"/teams/{team.id}/{page.format(member=member.id)}"

    with count_queries() as sent:
        response = browser.get(url)

    assert response.status_code == 200
    assert len(sent) <= 12, sent


def test_the_list_of_teams_asks_the_database_few_questions(visitor, count_queries):
    for number in range(30):
        names = ["成都市", *(f"第{number}{kind}" for kind in ("区", "街道", "社区", "小区"))]
        place = places.settle(list(zip(PlaceKind, names, strict=True)), by=None)
        MembershipFactory(team__place=place)

    with count_queries() as sent:
        page = visitor.get("/teams").text

    assert "成都市 › 第7区 › 第7街道 › 第7社区 › 第7小区" in page

    assert len(sent) <= 12, sent


def test_somebody_who_left_keeps_their_mailbox_from_the_coordinator(browser, team):
    gone = MembershipFactory(team=team, status=MembershipStatus.LEFT)
    theirs = gone.person.email
    data = {"details": "1", "person-name": "王秀英", "person-email": "mine@example.org"}

    browser.post(f"/teams/{team.id}/members/{gone.id}", data=data)

    assert gone.person.email == theirs


@pytest.mark.parametrize(
    "path", ["/join/%00", "/teams/99999999999", "/activities/dates/2147483648"]
)
def test_an_address_that_no_row_can_have_is_not_there(visitor, path):
    assert visitor.get(path).status_code == 404


# What is written down without a team stands in no team's history.
OF_NO_TEAM = re.compile(
    r"(account|sign_in|second_step|concern|concern_place_reader|holiday|holiday_year|place|messages)\..*"
    r"|person\.(created|died|lives)|device\.gone"
)


def actions_of(file):
    """What a part of the service writes into the trail, as far as it stands there in one word."""
    text = file.read_text("utf-8")
    # Few files write anything into it, and to take one apart takes longer than to read it.
    for call in ast.walk(ast.parse(text)) if "record" in text else ():
        name = getattr(getattr(call, "func", None), "attr", getattr(call, "func", None))
        if isinstance(name, ast.Name):
            name = name.id
        if isinstance(name, str) and name.startswith("record") and call.args:
            said = [n.value for n in ast.walk(call.args[0]) if isinstance(n, ast.Constant)]
            yield from (w for w in said if re.fullmatch(r"[a-z_]+\.[a-z_]+", str(w)))


def test_the_history_has_words_for_all_that_is_done_in_a_team():
    written = {action for file in (ROOT / "volunteer").rglob("*.py") for action in actions_of(file)}
    written |= {f"help_request.{kind}" for kind in StepKind}

    assert len(written) > 100
    assert sorted(a for a in written - DEEDS.keys() if not OF_NO_TEAM.fullmatch(a)) == []
