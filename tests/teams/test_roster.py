"""Adding many members by pasting a list."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.factories.people import PersonFactory
from tests.factories.people import name as invented_name
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.people.models import Person
from volunteer.teams import queries, roster
from volunteer.teams.errors import NothingToAdd, TooManyLines
from volunteer.teams.models import Membership, TeamRole
from volunteer.teams.roster import Line


def read(text: str) -> tuple[str, str, str]:
    (line,) = roster.read(text)
    assert not line.fault
    return (line.name, line.phone, line.note)


WANG = ("王秀英", "13800138000", "三栋 会理发")


@pytest.mark.parametrize(
    "text",
    [
        "王秀英,13800138000,三栋 会理发",
        "王秀英，13800138000，三栋 会理发",
        "王秀英\t13800138000\t三栋 会理发",
        "王秀英 13800138000 三栋 会理发",
        "王秀英、13800138000、三栋 会理发",
        "王秀英；13800138000；三栋 会理发",
        "王秀英|13800138000|三栋 会理发",
        "王秀英：13800138000，三栋 会理发",
        "@王秀英 13800138000 三栋 会理发",
        "王秀英 三栋 会理发 13800138000",
        "王秀英　１３８００１３８０００　三栋　会理发",
        "王秀英 138 0013 8000 三栋 会理发",
        "王秀英,138-0013-8000,三栋 会理发",
        "王秀英,+86 13800138000,三栋 会理发",
        "王秀英13800138000三栋 会理发",
        "1. 王秀英 13800138000 三栋 会理发",
        "1、王秀英 13800138000 三栋 会理发",
        "（1）王秀英 13800138000 三栋 会理发",
        "12 王秀英 13800138000 三栋 会理发",
        "12\t王秀英\t13800138000\t三栋 会理发",
        "  王秀英 ,, 13800138000 , , 三栋 会理发 ",
    ],
)
def test_one_line_is_read_however_it_was_written(text):
    assert read(text) == WANG


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("欧阳小红 13800138000", "欧阳小红"),
        ("阿布都·热西提 13800138000", "阿布都·热西提"),
        ("李 明 13800138000", "李明"),
        ("李　明,13800138000", "李明"),
        ("李 秀英 13800138000", "李秀英"),
        ("欧阳 小红 13800138000", "欧阳小红"),
        ("Marie Claire Dupont 13800138000", "Marie Claire Dupont"),
        ("Ana, 13800138000, neighbour", "Ana"),
        ("王秀英(大) 13800138000", "王秀英"),
        ("王婆婆电话13800138000腿脚不便", "王婆婆"),
        ("王婆婆手机号：13800138000", "王婆婆"),
    ],
)
def test_names_of_all_kinds_are_read(text, name):
    assert read(text)[:2] == (name, "13800138000")


def test_a_phone_is_not_needed():
    assert read("王秀英") == ("王秀英", "", "")
    assert read("王秀英 没有手机") == ("王秀英", "", "没有手机")


@pytest.mark.parametrize(
    ("typed", "digits"), [("028-85551234", "02885551234"), ("400-123-4567", "4001234567")]
)
def test_a_landline_and_a_400_number_are_phones_too(typed, digits):
    assert read(f"王秀英 {typed}")[:2] == ("王秀英", digits)


def test_an_email_anywhere_in_the_line_is_taken_out():
    (line,) = roster.read("王秀英, Wang@Example.org, 13800138000, 三栋")

    assert (line.email, line.name, line.phone, line.note) == (
        "wang@example.org",
        "王秀英",
        "13800138000",
        "三栋",
    )


def test_headings_and_empty_lines_are_skipped_and_numbers_of_lines_kept():
    lines = roster.read("姓名\t电话\t备注\n\n王秀英\t13800138000\n   \n李明")

    assert [(line.number, line.name) for line in lines] == [(3, "王秀英"), (5, "李明")]


@pytest.mark.parametrize(
    "text", ["姓名 电话 备注", "序号、姓名、联系电话", "Name, Phone, Note", "接龙", "#接龙"]
)
def test_a_row_of_nothing_but_headings_is_skipped(text):
    assert roster.read(text) == []


@pytest.mark.parametrize(
    "text", ["李明 13800138000 (手机)", "李明 手机 13800138000", "李明 备注：三栋 13800138000"]
)
def test_a_person_with_a_heading_beside_the_name_is_not_lost(text):
    assert read(text)[:2] == ("李明", "13800138000")


def test_a_building_behind_a_surname_is_no_given_name():
    (line,) = roster.read("王 三栋 13800138000")

    assert (line.name, line.note) == ("王", "三栋")
    assert "Only one character" in line.doubts[0]


@pytest.mark.parametrize("text", ["周桂兰、王秀英、李玉珍", "周桂兰 王秀英", "欧阳小红,李明"])
def test_several_names_in_one_line_are_pointed_out(text):
    (line,) = roster.read(text)

    assert line.is_ticked
    assert "Only the first one is taken" in line.doubts[0]


@pytest.mark.parametrize(
    "text", ["周桂兰、会理发", "王秀英 三栋", "王秀英 没有手机", "李 明", "李明 13800138000 王秀英"]
)
def test_a_remark_behind_the_name_is_no_second_name(text):
    (line,) = roster.read(text)

    assert not line.doubts


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("13800138000", "There is no name"),
        ("13800138000, wang@example.org", "There is no name"),
        ("@@@ 13800138000", "does not look like a name"),
        ("<b>王</b>", "does not look like a name"),
        ("姓名 电话 会唱歌", "does not look like a name"),
        ("王" * 31, "does not look like a name"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_and_keeps_its_text(text, fault):
    (line,) = roster.read(text)

    assert fault in line.fault
    assert (line.raw, line.is_new) == (text, False)


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("王秀英 1380013800", "You entered 10"),
        ("王秀英 85551234", "area code"),
        ("王 13800138000", "Only one character"),
    ],
)
def test_a_doubtful_line_is_shown_but_may_be_right(text, doubt):
    (line,) = roster.read(text)

    assert line.is_new
    assert any(doubt in words for words in line.doubts)


def test_identity_card_numbers_are_not_kept():
    (line,) = roster.read("王秀英 13800138000 三栋 51010419550312123X")

    assert (line.phone, line.note) == ("13800138000", "三栋 …")
    assert line.doubts == ("We do not keep identity card numbers, and leave this one out.",)


def test_a_remark_that_is_too_long_is_a_fault():
    (line,) = roster.read("王秀英 13800138000 " + "很" * 501)

    assert "500 characters" in line.fault


def test_a_mailbox_that_is_too_long_is_left_out_and_said(team):
    (line,) = found = roster.read(f"王秀英 {'a' * 250}@example.cn")

    assert line.email == ""
    assert "is no email address, and is left out" in line.doubts[0]
    assert roster.add_all(team, found, by=PersonFactory())


@pytest.mark.parametrize("letter", ["a", "1", "a.", "王", "a@", "86 "])
def test_a_line_without_end_is_read_at_once(letter):
    """Its time grows with its length, not with the square of it."""
    began = time.perf_counter()
    roster.read(letter * (100_000 // len(letter)))

    assert time.perf_counter() - began < 2


def test_at_most_five_hundred_lines_are_read():
    assert len(roster.read("王秀英\n" * 500)) == 500
    with pytest.raises(TooManyLines, match="At most 500"):
        roster.read("王秀英\n" * 501)


pieces = some.one_of(
    some.text(max_size=20),
    some.sampled_from(
        [
            "王秀英",
            "13800138000",
            "\t",
            ",",
            "、",
            "1. ",
            "姓名",
            "a@b.cn",
            "\x00",
            "\u200b",
            "李 明",
            "٣",
            "𠮷",
        ]
    ),
)


@given(some.lists(pieces, max_size=12).map("".join))
def test_whatever_is_pasted_is_read_or_refused_with_a_sentence(text):
    for line in roster.read(text):
        assert line.fault or line.name
        assert isinstance(line, Line)


@pytest.fixture
def team(database):
    return TeamFactory()


def names_of(lines: list[Line]) -> list[str]:
    return [line.name for line in lines]


def test_a_preview_saves_nothing(team):
    roster.preview(team, "王秀英 13800138000\n李明")

    assert (session.query(Person).count(), session.query(Membership).count()) == (0, 0)


def test_a_second_phone_in_a_line_goes_into_the_remark_and_is_pointed_out(team):
    found = roster.preview(team, "王秀英 13800138000 13900139000\n李明 028-85551234")

    (line,) = found.doubtful
    assert (line.phone, line.note) == ("13800138000", "13900139000")
    assert line.doubts[0].startswith("Two phones? The first one counts; 139 0013 9000 goes into")


def test_the_same_name_twice_in_the_list_is_pointed_out_and_both_may_come(team):
    found = roster.preview(team, "王秀英 13800138000\n王秀英 13900139000")

    assert len(found.new) == len(found.doubtful) == 2
    assert "more than once" in found.doubtful[0].doubts[0]


def test_a_phone_that_two_share_is_pointed_out_and_both_may_come(team):
    found = roster.preview(team, "王秀英 13800138000\n李明 13800138000")

    assert len(found.new) == 2
    assert all("They will share it" in line.doubts[0] for line in found.doubtful)


def test_the_same_line_twice_comes_once(team):
    found = roster.preview(team, "王秀英 13800138000\n王秀英,13800138000")

    assert (names_of(found.new), len(found.faulty)) == (["王秀英"], 1)
    assert "is above already" in found.faulty[0].fault


def test_who_is_in_the_team_already_is_known_by_name_and_phone(team):
    member = PersonFactory(name="王秀英", phone="13800138000")
    MembershipFactory(team=team, person=member)

    found = roster.preview(team, "王秀英 138 0013 8000\n王秀英 13900139000\n李明 13800138000")

    assert [line.known for line in found.known] == [member]
    assert names_of(found.new) == ["王秀英", "李明"]
    assert "Somebody of this name is in the team" in found.doubtful[0].doubts[0]
    assert "A member has this phone" in found.doubtful[1].doubts[0]


@pytest.mark.parametrize(
    ("theirs", "written"), [(None, ""), ("13800138000", ""), (None, "13800138000")]
)
def test_whom_only_the_name_tells_is_shown_and_added_only_when_somebody_ticks(
    team, theirs, written
):
    MembershipFactory(team=team, person=PersonFactory(name="王秀英", phone=theirs))

    found = roster.preview(team, f"王秀英 {written}\n李明")

    assert (names_of(found.new), names_of(found.ticked)) == (["王秀英", "李明"], ["李明"])
    assert found.known == []
    assert "Is this another person?" in found.doubtful[0].doubts[0]


def test_the_same_name_with_another_phone_is_ticked(team):
    MembershipFactory(team=team, person=PersonFactory(name="王秀英", phone="13800138000"))

    assert names_of(roster.preview(team, "王秀英 13900139000").ticked) == ["王秀英"]


def test_the_page_ticks_only_who_is_surely_new(team, signed_in_as):
    coordinator = MembershipFactory(team=team, role=TeamRole.COORDINATOR)
    MembershipFactory(team=team, person=PersonFactory(name="王秀英", phone=None))
    browser = signed_in_as(coordinator.person)

    page = browser.post(f"/teams/{team.id}/members/paste", data={"text": "王秀英\n李明"}).text

    boxes = re.findall(r'<input type="checkbox" name="line" value="(\d)"( checked)?>', page)
    assert boxes == [("1", ""), ("2", " checked")]


def test_a_member_of_another_team_is_a_new_person_here(team):
    MembershipFactory(person__name="王秀英", person__phone="13800138000")

    assert names_of(roster.preview(team, "王秀英 13800138000").new) == ["王秀英"]


def fifty_two_lines() -> str:
    rows = ["姓名\t电话\t备注"]
    for number in range(52):
        phone = "" if number % 8 == 7 else f"139{number // 2:08d}"
        rows.append(f"{number + 1}.\t{invented_name(number * 3)}\t{phone}\t{number % 9 + 1}栋")
    return "\n".join(rows)


def test_fifty_two_members_are_added_in_one_go(team):
    coordinator = PersonFactory()
    found = roster.preview(team, fifty_two_lines())

    assert len(roster.add_all(team, found.new, by=coordinator).made) == 52

    assert len(queries.list_active(team)) == 52
    added = session.query(AuditEntry).filter_by(action="member.added", by_id=coordinator.id)
    assert added.count() == 52


def test_notes_stay_with_the_team_and_phones_with_the_person(team):
    lines = roster.preview(team, "王秀英 13800138000 三栋, wang@example.org").new

    roster.add_all(team, lines, by=PersonFactory())

    (member,) = queries.list_active(team)
    assert (member.note, member.person.phone) == ("三栋", "13800138000")
    assert member.person.email == "wang@example.org"


def test_all_come_or_none(team):
    lines = [Line(1, "", "王秀英"), Line(2, "", "李明"), Line(3, "", name=None)]

    with pytest.raises(Exception, match="NoneType"):
        roster.add_all(team, lines, by=PersonFactory())

    assert queries.list_active(team) == []


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("028-0000 0100", True),
        ("０２８ 0000 0100", True),
        ("02800000100", True),
        ("0100", True),
        ("100", False),
        ("028-0000", False),
        ("秀英", True),
        ("wxy", True),
        ("wang xiu", True),
        ("王秀\x00英", True),
        ("\x00", True),
        # Signs that are in no name find nobody, and not everybody.
        ("%", False),
        ("_", False),
        ("029-0000 0100", False),
        ("李", False),
        ("王\\", True),
    ],
)
def test_members_are_found_by_name_pinyin_and_whole_phone_or_its_end(team, words, is_found):
    MembershipFactory(team=team, person=PersonFactory(name="王秀英", phone="02800000100"))

    found = session.scalars(queries.search_members(team, words)).unique().all()

    assert bool(found) is is_found


def test_nobody_is_nothing_to_add(team):
    with pytest.raises(NothingToAdd, match="nobody in this list"):
        roster.add_all(team, [], by=PersonFactory())
