"""The pages from a file to elders, and back."""

import html
import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.factories.elders import ElderFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import pairing, queries
from volunteer.elders.models import HealthRecord
from volunteer.people.models import Person
from volunteer.teams.models import Import

LIST = (
    "姓名,称呼,年龄,联系电话,家庭住址,是否同意,健康同意,健康状况\n"
    "王秀英,王婆婆,84,13800138000,锦绣东方小区3栋2单元501室,是,是,听力不好\n"
    "李明,李大爷,约八十,1390013900,锦绣东方小区1栋1单元101室,否,否,高血压\n"
    ",,70,,,,,\n"
).encode("gb18030")


@pytest.fixture
def browser(signed_in_as, coordinator):
    return signed_in_as(coordinator.person)


def post(browser, team, fields):
    boundary, body = encode_multipart(fields)
    return browser.post(
        f"/teams/{team.id}/elders/file",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def send(browser, team, data=LIST):
    return post(browser, team, {"file": FileStorage(io.BytesIO(data), "list.csv", "file")}).text


def answers(page):
    """What a page would send back: hidden fields, and what the selects are set to."""
    fields = re.findall(r'<input type="hidden"[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page)
    fields += re.findall(r'<input[^>]* name="(packed)" type="hidden" value="([^"]*)"', page)
    found = {name: html.unescape(value) for name, value in fields if name != "csrf_token"}
    for name, inside in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        picked = re.search(r'<option selected value="([^"]*)"', inside)
        found[name] = picked[1] if picked else ""
    return found


def look_through(browser, team, data=LIST):
    return post(browser, team, answers(send(browser, team, data))).text


def save(browser, team, lines=("2", "3")):
    form = {**answers(look_through(browser, team)), "line": list(lines), "save": "1"}
    return form, post(browser, team, form)


def test_the_columns_are_guessed(browser, team):
    page = send(browser, team)

    found = [value for name, value in answers(page).items() if name.startswith("columns-")]
    assert found == [
        "name", "called", "birth", "phone", "address", "agreed", "health_agreed", "health",
    ]  # fmt: skip


def test_the_preview_says_what_is_read_and_what_is_left_out(browser, team):
    page = look_through(browser, team)

    assert "We read 2 new elders." in page
    assert "锦绣东方小区3栋2单元501室" in page
    assert f"born in {clock.today().year - 84}" in page
    assert "“约八十” is no year of birth and no age" in page
    assert "You entered 10." in page
    assert "They have not agreed that health and diet are kept" in page
    assert re.search(r"Line 4.*There is no name in this line", page, re.S)
    visible = re.sub(r"<input[^>]*>", "", page)
    assert "高血压" not in visible
    assert "听力不好" not in visible
    assert "Please keep that paper." in page
    assert session.query(Person).count() == 1


@pytest.mark.parametrize("number", [201, 501])
def test_a_longer_list_is_refused_beside_the_file_with_what_to_do(browser, team, number):
    lines = "".join(f"王秀英,{13800000000 + line}\n" for line in range(number))

    page = send(browser, team, f"姓名,电话\n{lines}".encode())

    assert "At most 200 elders at a time." in page
    assert "Copy the others into a second file." in page
    assert "at most 500" not in page


def test_a_list_of_two_hundred_is_looked_through(browser, team):
    lines = "".join(f"王秀英,{13800000000 + line}\n" for line in range(200))

    assert "We read 200 new elders." in look_through(browser, team, f"姓名,电话\n{lines}".encode())


def test_elders_are_saved_and_can_be_taken_back_from_there(browser, team):
    _form, answer = save(browser, team)

    page = browser.get(answer.location).text
    assert "2 elders are on the list now." in page
    assert re.search(rf"/teams/{team.id}/elders/imports/\d+/undo", page)
    assert [e.preferred_name for e in queries.list_elders(team)] == ["李大爷", "王婆婆"]
    assert session.query(HealthRecord).count() == 1


def test_pressed_twice_everybody_comes_once(browser, team):
    form, _answer = save(browser, team)

    assert post(browser, team, form).status_code == 302
    assert len(queries.list_elders(team)) == 2
    assert session.query(Import).count() == 1


def test_nobody_ticked_is_said(browser, team):
    _form, answer = save(browser, team, lines=[])

    assert "There is nobody in this list to add. Please look at the list once more." in answer.text


def test_who_is_on_the_list_already_is_known(browser, team):
    ElderFactory(team=team, person__name="王秀英", person__phone="13800138000")

    assert "1 elder is on the list already and stays as they are" in look_through(browser, team)


def test_an_empty_form_can_be_had(browser, team):
    answer = browser.get(f"/teams/{team.id}/elders/form-sheet")

    assert answer.mimetype == "text/csv"
    assert answer.data.decode("utf-8-sig").startswith("Name,How we call them,")


def undo_address(team):
    done = session.query(Import).one()
    return f"/teams/{team.id}/elders/imports/{done.id}/undo"


def test_a_list_is_taken_back_once_after_a_look_at_what_will_happen(browser, team):
    save(browser, team)
    url = undo_address(team)

    before = browser.get(url).text
    first = browser.post(url, follow_redirects=True).text
    second = browser.post(url, follow_redirects=True).text

    assert "2 elders are taken off the list." in before
    assert "Phones, addresses, contacts, health and diet are deleted" in before
    assert "2 elders were taken off the list again." in first
    assert "This list was taken back already." in second
    assert queries.list_elders(team) == []


def test_who_stays_is_named(browser, team, coordinator):
    save(browser, team)
    elder = queries.list_elders(team)[0]
    pairing.pair(elder, MembershipFactory(team=team).person, by=coordinator.person)
    url = undo_address(team)

    assert "1 elder stays, because something has been done since: 李大爷" in browser.get(url).text
    page = browser.post(url, follow_redirects=True).text

    assert "These stay, because something has been done since: 李大爷." in page
    assert len(queries.list_elders(team)) == 1


def test_a_list_of_another_team_or_of_members_is_not_there(browser, team, signed_in_as):
    save(browser, team)
    other = CoordinatorFactory()
    stranger = signed_in_as(other.person)
    number = session.query(Import).one().id

    found = [
        reader.open(f"/teams/{where.id}/{what}/{number}/undo", method=method).status_code
        for reader, where, what in (
            (stranger, team, "elders/imports"),
            (stranger, other.team, "elders/imports"),
            (browser, team, "imports"),
        )
        for method in ("GET", "POST")
    ]

    assert set(found) == {404}
    assert len(queries.list_elders(team)) == 2


@pytest.mark.parametrize(
    ("method", "page"), [("GET", "file"), ("POST", "file"), ("GET", "form-sheet")]
)
def test_files_are_for_the_teams_coordinators_alone(client, signed_in_as, team, method, page):
    asking = [MembershipFactory(team=team).person, CoordinatorFactory().person]
    url = f"/teams/{team.id}/elders/{page}"

    found = [signed_in_as(person).open(url, method=method).status_code for person in asking]

    assert found == [404, 404]
    assert client.open(url, method=method).location.startswith("/sign-in")
