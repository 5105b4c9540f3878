"""Members from a file: what its lines say, saving them once, taking them back."""

from datetime import timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.accounts import personal_links, signing_in
from volunteer.activities import signups
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, sheets
from volunteer.core.database import session
from volunteer.core.sheets import Row, Table
from volunteer.people.models import Person
from volunteer.teams import importing, membership, queries, roster
from volunteer.teams.errors import AlreadyUndone, TooLateToUndo
from volunteer.teams.models import Import, MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

HELD = ["name", "phone", "email", "note", ""]
HEADINGS = ["姓名", "电话", "邮箱", "备注", "身份证号"]


def read(name="王秀英", phone="", email="", note="", other=""):
    return importing.read_row(Row(7, [name, phone, email, note, other]), HELD)


# --- one line ----------------------------------------------------------------------------------


def test_a_line_is_read_by_what_its_columns_hold():
    line = read("王秀英", "138 0013 8000", "Wang@Example.org", "三栋", "510101195003010011")

    assert (line.number, line.name, line.phone) == (7, "王秀英", "13800138000")
    assert (line.email, line.note, line.doubts) == ("wang@example.org", "三栋", ())
    assert "510101" not in line.raw


@pytest.mark.parametrize(
    ("cell", "name", "note"),
    [
        ("李 明", "李明", ""),
        ("王 秀 英", "王秀英", ""),
        ("王 秀英", "王秀英", ""),
        ("欧阳 小红", "欧阳小红", ""),
        ("王秀英（大）", "王秀英", "大"),
        ("阿依古丽·买买提", "阿依古丽·买买提", ""),
        ("Marie Dupont", "Marie Dupont", ""),
        ("  王秀英\u200b", "王秀英", ""),
    ],
)
def test_names_are_read_as_people_write_them(cell, name, note):
    line = read(cell)

    assert (line.name, line.note, line.doubts) == (name, note, ())


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("", "There is no name in this line."),
        ("合计", "“合计” does not look like a name."),
        ("52人", "does not look like a name"),
        ("王秀英、李明", "does not look like a name"),
        ("填表人：王秀英", "does not look like a name"),
        ("=cmd|' /C calc'!A0", "does not look like a name"),
    ],
)
def test_a_line_without_a_name_says_so(cell, fault):
    line = read(cell, "13800138000")

    assert fault in line.fault
    assert not line.is_new


@pytest.mark.parametrize("cell", ["王", "周桂兰 王秀英"])
def test_a_doubtful_name_is_pointed_out(cell):
    assert len(read(cell).doubts) == 1


@pytest.mark.parametrize(
    ("cell", "phone", "note"),
    [
        ("13800138000", "13800138000", ""),
        ("+86 138-0013-8000", "13800138000", ""),
        ("028-85551234", "02885551234", ""),
        ("13800138000（女儿）", "13800138000", "女儿"),
        ("无", "", ""),
        ("/", "", ""),
        ("没有手机", "", "没有手机"),
    ],
)
def test_phones_are_read_as_people_write_them(cell, phone, note):
    line = read(phone=cell)

    assert (line.phone, line.note, line.doubts) == (phone, note, ())


@pytest.mark.parametrize(
    ("cell", "phone", "note", "doubt"),
    [
        ("13800138000/13900139000", "13800138000", "13900139000", "Two phones?"),
        ("1380013800", "", "1380013800", "begins with 1. You entered 10."),
        ("138001380001", "", "138001380001", "You entered 12."),
        ("85551234", "", "85551234", "Please put the area code in front"),
        ("2885551234", "02885551234", "", "We put the 0 back in front"),
        ("1.38E+10", "", "", "The spreadsheet has cut this number short: 1.38E+10."),
    ],
)
def test_what_is_wrong_with_a_phone_is_said_in_words(cell, phone, note, doubt):
    line = read(phone=cell)

    assert (line.phone, line.note) == (phone, note)
    assert doubt in line.doubts[0]
    assert line.is_ticked


def test_a_mailbox_that_is_none_is_left_out_and_said():
    line = read(email="王秀英")

    assert line.email == ""
    assert "“王秀英” is no email address" in line.doubts[0]


def test_identity_card_numbers_are_not_kept():
    line = read(note="三栋 51010119500301001X")

    assert "5101" not in line.note
    assert "identity card" in line.doubts[0]


def test_a_remark_that_is_too_long_is_a_fault():
    assert "500 characters at most" in read(note="三" * 501).fault
    assert not read(note="三" * 500).fault


def test_a_line_with_nothing_but_what_is_left_out_is_no_line():
    assert read(name="", other="52") is None


# --- many lines --------------------------------------------------------------------------------


def table_of(*rows):
    return Table(
        HEADINGS, [Row(n, [*row, *[""] * (5 - len(row))]) for n, row in enumerate(rows, 2)]
    )


@pytest.fixture
def coordinator():
    return CoordinatorFactory(person__name="陈桂芳")


@pytest.fixture
def team(coordinator):
    return coordinator.team


def preview(team, *rows):
    return importing.preview(team, table_of(*rows), HELD)


def test_the_headings_of_many_lists_are_known():
    headings = ["序号", "队员姓名", "联系电话", "电子邮箱", "特长", "备注", "身份证号"]

    held = sheets.guess(Table(headings, []), importing.COLUMNS)

    assert held == ["", "name", "phone", "email", "note", "note", ""]


def test_a_preview_tells_new_known_doubtful_and_unreadable(team):
    MembershipFactory(team=team, person__name="王秀英", person__phone="13800138000")

    found = preview(
        team, ["王秀英", "13800138000"], ["王秀英", "13900139000"], ["李明"], ["", "028"], ["李明"]
    )

    assert [line.number for line in found.known] == [2]
    assert [line.number for line in found.doubtful] == [3, 4, 6]
    assert [line.number for line in found.faulty] == [5]
    assert session.query(Person).count() == 2


def add(team, by, *rows, form_key=None):
    found = preview(team, *rows)
    return roster.add_all(team, found.new, by=by.person, form_key=form_key)


def names_in(team):
    return [row.person.name for row in queries.list_active(team)]


def test_a_list_is_noted_with_the_memberships_it_made(team, coordinator):
    done = add(team, coordinator, ["王秀英", "13800138000"], ["李明"])

    made = queries.list_memberships(done.made)
    assert sorted(row.person.name for row in made) == ["李明", "王秀英"]
    entry = session.query(AuditEntry).filter_by(action="import.done").one()
    assert (entry.by_id, entry.details) == (coordinator.person_id, {"count": 2})


def test_pressed_twice_everybody_comes_once(team, coordinator):
    found = preview(team, ["王秀英"], ["李明"])

    first, second = (
        roster.add_all(team, found.new, by=coordinator.person, form_key="one page")
        for _time in range(2)
    )

    assert first.id == second.id
    assert sorted(names_in(team)) == ["李明", "王秀英", "陈桂芳"]
    assert session.query(Import).count() == 1


def test_two_pages_are_two_lists_and_so_are_two_teams(team, coordinator):
    add(team, coordinator, ["王秀英"], form_key="a")
    add(team, coordinator, ["李明"], form_key="b")
    other = CoordinatorFactory()
    add(other.team, other, ["王秀英"], form_key="a")

    assert session.query(Import).count() == 3


def test_many_people_are_added_and_taken_back_in_one_go(team, coordinator):
    rows = [[f"王{chr(0x4E00 + n)}", f"139{n:08d}"] for n in range(60)]
    done = add(team, coordinator, *rows)
    assert len(names_in(team)) == 61

    found = importing.take_back(done, by=coordinator.person)

    assert (len(found.going), len(found.staying)) == (60, 0)
    assert names_in(team) == ["陈桂芳"]


# --- taking it back ----------------------------------------------------------------------------


@pytest.fixture
def done(team, coordinator):
    return add(
        team,
        coordinator,
        ["王秀英", "13800138000", "wang@example.org", "三栋"],
        ["李明", "13900139000"],
    )


def row_of(done, name):
    return next(row for row in queries.list_memberships(done.made) if row.person.name == name)


def test_taking_a_list_back_takes_everybody_out_and_forgets_their_contact(team, coordinator, done):
    found = importing.take_back(done, by=coordinator.person)

    assert [row.person.name for row in found.going] == ["李明", "王秀英"]
    assert names_in(team) == ["陈桂芳"]
    row = row_of(done, "王秀英")
    assert (row.status, row.note) == (MembershipStatus.LEFT, "")
    assert (row.person.phone, row.person.phone_mark, row.person.email) == (None, None, None)
    assert session.query(AuditEntry).filter_by(action="import.undone").one().details == {"count": 2}
    assert session.query(AuditEntry).filter_by(action="member.left").count() == 2


def test_foreseeing_changes_nothing(team, done):
    found = importing.foresee(done)

    assert (len(found.going), len(found.staying), len(names_in(team))) == (2, 0, 3)


def sign_up(row, _by):
    date = OccurrenceFactory(activity=ActivityFactory(team=row.team))
    signups.sign_up(date, date.roles[0].id, row.person, by=row.person)


def lead(row, _by):
    ActivityFactory(team=row.team, leader=row.person)


def sign_in(row, _by):
    signing_in.begin(signing_in.user_of(row.person), "link")


def become_coordinator(row, by):
    signing_in.open_account(row.person, login="wang", password="three warm buns")
    membership.make_coordinator(row, by=by)


DEEDS = {
    "signed up": sign_up,
    "leads an activity": lead,
    "signed in": sign_in,
    "is a coordinator": become_coordinator,
    "pauses": lambda row, by: membership.pause(row, by=by),
    "has another remark": lambda row, by: membership.change_note(row, "四栋", by=by),
    "was handed a link": lambda row, by: personal_links.make(row.person, by=by, team=row.team),
    "asks to join elsewhere": lambda row, _by: membership.apply(
        CoordinatorFactory().team, row.person
    ),
    "is in another team": lambda row, _by: (
        MembershipFactory(person=row.person)
        and membership.add(CoordinatorFactory().team, row.person, by=row.person)
    ),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_who_has_done_something_since_stays_and_is_named(team, coordinator, done, deed):
    DEEDS[deed](row_of(done, "王秀英"), coordinator.person)

    found = importing.take_back(done, by=coordinator.person)

    assert [row.person.name for row in found.staying] == ["王秀英"]
    assert [row.person.name for row in found.going] == ["李明"]
    assert row_of(done, "王秀英").is_in_team
    assert row_of(done, "王秀英").person.phone == "13800138000"


def test_who_has_left_meanwhile_is_left_alone(team, coordinator, done):
    membership.leave(row_of(done, "王秀英"), by=coordinator.person)

    found = importing.take_back(done, by=coordinator.person)

    assert [row.person.name for row in found.going] == ["李明"]
    assert found.staying == []


def test_somebody_of_another_list_is_not_touched(team, coordinator, done):
    add(team, coordinator, ["张伟", "13700137000"])

    importing.take_back(done, by=coordinator.person)

    assert sorted(names_in(team)) == ["张伟", "陈桂芳"]


def test_a_list_is_taken_back_once(coordinator, done):
    importing.take_back(done, by=coordinator.person)

    with pytest.raises(AlreadyUndone, match="taken back already"):
        importing.take_back(done, by=coordinator.person)

    assert session.query(AuditEntry).filter_by(action="import.undone").count() == 1


def test_a_list_is_taken_back_within_seven_days(coordinator, done):
    with (
        clock.pretend(done.at + timedelta(days=7)),
        pytest.raises(TooLateToUndo, match="seven days"),
    ):
        importing.take_back(done, by=coordinator.person)
    with clock.pretend(done.at + timedelta(days=7, seconds=-1)):
        assert len(importing.take_back(done, by=coordinator.person).going) == 2


def test_after_taking_it_back_the_same_page_may_be_saved_again(team, coordinator):
    first = add(team, coordinator, ["王秀英"], form_key="one page")
    importing.take_back(first, by=coordinator.person)

    second = add(team, coordinator, ["王秀英"], form_key="one page")

    assert second.id != first.id
    assert sorted(names_in(team)) == ["王秀英", "陈桂芳"]


def test_a_person_with_nothing_but_a_name_is_taken_back_too(team, coordinator):
    done = add(team, coordinator, ["王秀英"])

    assert len(importing.take_back(done, by=coordinator.person).going) == 1


def test_the_trail_of_a_list_holds_no_phone_and_no_name(done):
    entries = session.query(AuditEntry).filter(AuditEntry.action.like("import.%")).all()

    assert all(set(entry.details) == {"count"} for entry in entries)
