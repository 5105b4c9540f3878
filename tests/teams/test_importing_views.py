"""The pages from a file to members, and back."""

import html
import io
import re

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart
from xlsxwriter import Workbook

from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.core.database import session
from volunteer.people.models import Person
from volunteer.teams import queries
from volunteer.teams.models import Import

LIST = "姓名,联系电话,备注\n王秀英,13800138000,三栋\n李明,1390013900,\n,13700137000,\n".encode(
    "gb18030"
)


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory(person__name="陈桂芳")


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def browser(signed_in_as, coordinator):
    return signed_in_as(coordinator.person)


def post(browser, team, fields):
    """What a browser sends for a multipart form."""
    boundary, body = encode_multipart(fields)
    return browser.post(
        f"/teams/{team.id}/members/file",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def send(browser, team, data):
    return post(browser, team, {"file": FileStorage(io.BytesIO(data), "list.csv", "file")})


def carried(page):
    """The hidden fields of a page, as a browser sends them back."""
    fields = re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', page)
    hidden = {k: html.unescape(v) for k, v in fields if k in {"packed", "form_key"}}
    assert "packed" in hidden
    return hidden


def chosen(page):
    """What each select of the page is set to."""
    selects = re.findall(r'<select[^>]* name="(columns-\d+)".*?</select>', page, re.DOTALL)
    found = {}
    for name in selects:
        inside = re.search(rf'name="{name}".*?</select>', page, re.DOTALL)[0]
        picked = re.search(r'<option selected value="([^"]*)"', inside)
        found[name] = picked[1] if picked else ""
    return found


def look_through(browser, team, data, **changed):
    page = send(browser, team, data).text
    form = {**carried(page), **chosen(page), **changed}
    return post(browser, team, form)


def save(browser, team, data=LIST, lines=("2", "3"), **changed):
    page = send(browser, team, data).text
    form = {**carried(page), **chosen(page), **changed}
    preview = post(browser, team, form).text
    form |= {**carried(preview), "line": list(lines), "save": "1"}
    return form, post(browser, team, form)


def names_in(team):
    return {row.person.name for row in queries.list_active(team)}


def test_the_columns_are_shown_with_what_they_hold_and_what_we_take_them_for(browser, team):
    page = send(browser, team, LIST).text

    assert "What is under “联系电话”?" in page
    assert "It begins with: 王秀英, 李明" in page
    assert chosen(page) == {"columns-0": "name", "columns-1": "phone", "columns-2": "note"}
    assert "3 lines were read. Nothing is saved yet." in page


def test_a_preview_says_what_is_wrong_with_which_line_and_saves_nothing(browser, team):
    page = look_through(browser, team, LIST).text

    assert "We read 2 new people. Is that right?" in page
    assert re.search(r"Line 3.*A mobile number has 11 digits .* You entered 10\.", page, re.DOTALL)
    assert re.search(r"Line 4.*There is no name in this line\.", page, re.DOTALL)
    assert session.query(Person).count() == 1
    assert session.query(Import).count() == 0


def test_only_the_ticked_lines_are_saved_and_can_be_taken_back_from_there(browser, team):
    _form, answer = save(browser, team, lines=["2"])

    assert names_in(team) == {"陈桂芳", "王秀英"}
    page = browser.get(answer.location).text
    assert "1 person is in the team now." in page
    assert re.search(rf"/teams/{team.id}/imports/\d+/undo", page)


def test_a_column_that_we_did_not_know_can_be_named(browser, team):
    data = "怎么称呼,电话\n王秀英,13800138000\n".encode()
    page = send(browser, team, data).text
    assert chosen(page) == {"columns-0": "", "columns-1": "phone"}

    without_name = look_through(browser, team, data)
    page = look_through(browser, team, data, **{"columns-0": "name", "columns-1": "phone"}).text

    assert "Which column is this: Name?" in without_name.text
    assert "We read 1 new person. Is that right?" in page


def test_one_column_cannot_be_two_things(browser, team):
    page = look_through(browser, team, LIST, **{"columns-2": "phone"}).text

    assert "Only one column can be this: Phone." in page


def test_one_can_go_back_to_the_columns_and_finds_them_as_they_were(browser, team):
    page = look_through(browser, team, LIST, **{"columns-2": "", "again": "1"}).text

    assert chosen(page) == {"columns-0": "name", "columns-1": "phone", "columns-2": ""}


def test_pressed_twice_everybody_comes_once(browser, team):
    form, first = save(browser, team)

    second = post(browser, team, form)

    assert first.location == second.location
    assert len(queries.list_active(team)) == 3
    assert session.query(Import).count() == 1


def test_a_pasted_list_pressed_twice_comes_once(browser, team):
    url = f"/teams/{team.id}/members/paste"
    page = browser.post(url, data={"text": "王秀英\n李明"}).text
    key = re.search(r'name="form_key" value="([^"]+)"', page)[1]
    form = {"text": "王秀英\n李明", "form_key": key, "save": "1", "line": ["1", "2"]}

    answers = [browser.post(url, data=form).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert len(queries.list_active(team)) == 3


def test_nobody_ticked_is_said_and_the_list_stays_on_the_page(browser, team):
    _form, answer = save(browser, team, lines=[])

    assert "There is nobody in this list to add. Please look at the list once more." in answer.text
    assert "王秀英" in answer.text
    assert names_in(team) == {"陈桂芳"}


def test_a_spreadsheet_goes_the_same_way(browser, team):
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet("队员")
        sheet.write_row(0, 0, ["锦绣社区志愿者名单"])
        sheet.write_row(1, 0, ["序号", "姓名", "手机"])
        sheet.write_row(2, 0, [1, "王秀英", 13800138000])
        book.add_worksheet("去年").write_row(0, 0, ["姓名", "电话"])

    page = send(browser, team, out.getvalue()).text
    assert "This is the sheet “队员”." in page
    save(browser, team, out.getvalue(), lines=["3"])

    assert names_in(team) == {"陈桂芳", "王秀英"}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is nothing in this file."),
        (b"\x89PNG\x00", "We could not read this file."),
        ("姓名\n".encode() + "王秀英\n".encode() * 501, "at most 500 lines and 40 columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_beside_the_field(browser, team, data, sentence):
    page = send(browser, team, data).text

    assert sentence in page
    assert 'aria-invalid="true"' in page


def test_no_file_is_no_file(browser, team):
    page = browser.post(f"/teams/{team.id}/members/file", data={}).text

    assert "Please fill this in." in page


def test_a_file_that_is_too_large_is_refused_with_a_sentence(browser, team):
    answer = send(browser, team, b"x" * (3 * 1024 * 1024))

    assert answer.status_code == 413
    assert "This is too large to send: at most 2 MB." in answer.text


def test_a_page_of_too_much_says_that_what_was_typed_is_kept_and_how_to_make_a_photo_smaller(
    browser, team
):
    page = send(browser, team, b"x" * (3 * 1024 * 1024)).text

    assert "What you typed is not lost" in page
    assert "take a screenshot of it" in page
    # It would open the page anew, and empty.
    assert ">Go back<" not in page


def test_five_hundred_long_lines_fit_into_the_form(browser, team):
    rows = [f"王{chr(0x4E00 + n)},139{n:08d},{'三' * 300}" for n in range(500)]
    data = ("姓名,电话,备注\n" + "\n".join(rows)).encode()

    page = look_through(browser, team, data).text

    assert "We read 500 new people." in page
    assert len(carried(page)["packed"].encode()) > 400_000


@pytest.mark.parametrize("packed", ["", "{}", "x" * 1000])
def test_a_form_that_somebody_has_changed_is_refused(browser, team, packed):
    answer = browser.post(
        f"/teams/{team.id}/members/file",
        data={"packed": packed, "columns-0": "name", "save": "1", "line": "1"},
    )

    assert answer.status_code == 409


def test_what_stands_in_a_file_does_no_harm_on_the_pages(browser, team):
    data = "姓名,<script>alert(1)</script>\n王秀英,<script>alert(2)</script>\n".encode()

    columns = send(browser, team, data).text
    preview = look_through(browser, team, data, **{"columns-0": "name", "columns-1": "note"}).text

    assert "<script>alert" not in columns + preview
    assert "&lt;script&gt;alert(2)" in preview


def test_an_empty_form_can_be_had_and_is_understood_when_it_comes_back(browser, team):
    answer = browser.get(f"/teams/{team.id}/members/form-sheet")

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.data.decode("utf-8-sig") == "Name,Phone,Email,Remark\r\n"
    filled = send(browser, team, answer.data + "王秀英,13800138000,,\r\n".encode()).text
    assert list(chosen(filled).values()) == ["name", "phone", "email", "note"]


# --- taking it back ----------------------------------------------------------------------------


def undo_address(team):
    done = session.query(Import).one()
    return f"/teams/{team.id}/imports/{done.id}/undo"


def test_before_a_list_is_taken_back_the_page_says_what_will_happen(browser, team, signed_in_as):
    save(browser, team)
    (row,) = (row for row in queries.list_active(team) if row.person.name == "李明")
    signed_in_as(row.person)

    page = browser.get(undo_address(team)).text

    assert "1 person leaves the team." in page
    assert "1 person stays, because something has been done since: 李明" in page
    assert len(queries.list_active(team)) == 3


def test_a_list_is_taken_back_once(browser, team):
    save(browser, team)
    url = undo_address(team)

    first = browser.post(url, follow_redirects=True).text
    second = browser.post(url, follow_redirects=True)
    again = browser.get(url)

    assert "2 people were taken out again." in first
    assert "Taken back" in first
    assert "This list was taken back already." in second.text
    assert again.status_code == 409
    assert names_in(team) == {"陈桂芳"}


def test_who_stays_is_named_afterwards(browser, team, signed_in_as):
    save(browser, team)
    (row,) = (row for row in queries.list_active(team) if row.person.name == "李明")
    signed_in_as(row.person)

    page = browser.post(undo_address(team), follow_redirects=True).text

    assert "These stay, because something has been done since: 李明." in page
    assert names_in(team) == {"陈桂芳", "李明"}


def test_a_list_of_another_team_is_not_there(browser, team, signed_in_as):
    save(browser, team)
    other = CoordinatorFactory()
    stranger = signed_in_as(other.person)
    number = session.query(Import).one().id

    answers = [
        stranger.open(f"/teams/{where.id}/imports/{number}/undo", method=method).status_code
        for where in (team, other.team)
        for method in ("GET", "POST")
    ]

    assert answers == [404, 404, 404, 404]
    assert len(queries.list_active(team)) == 3


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("GET", "members/file"),
        ("POST", "members/file"),
        ("GET", "members/form-sheet"),
        ("GET", "imports"),
    ],
)
def test_files_are_for_the_teams_coordinators_alone(client, signed_in_as, team, method, page):
    asking = [MembershipFactory(team=team).person, CoordinatorFactory().person]
    url = f"/teams/{team.id}/{page}"

    answers = [signed_in_as(person).open(url, method=method).status_code for person in asking]

    assert answers == [404, 404]
    assert client.open(url, method=method).location.startswith("/sign-in")


def test_the_page_of_lists_asks_few_questions(browser, team, coordinator, count_queries):
    for number in range(40):
        session.add(
            Import(team=team, kind="members", by=coordinator.person, made=[number], form_key=None)
        )
    session.commit()

    with count_queries() as sent:
        browser.get(f"/teams/{team.id}/imports")

    assert len(sent) <= 12
