"""Tables from files: what is read, what is refused and in which words."""

import csv
import io
import json
import struct
import time
import zipfile
from contextlib import suppress
from datetime import date
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from xlsxwriter import Workbook

from volunteer.core import homes, sheets
from volunteer.core.errors import DomainError
from volunteer.core.sheets import (
    Column,
    EmptyTable,
    Locked,
    NotATable,
    Row,
    Table,
    TooLarge,
    WebPage,
)

COLUMNS = [
    Column("name", "Name", {"姓名", "Name"}, is_needed=True),
    Column("phone", "Phone", {"电话", "手机号", "Phone"}),
    Column("note", "Remark", {"备注", "特长"}, is_repeatable=True),
]


def workbook(*lines, above=(), **more):
    """A real .xlsx file with these lines on its first sheet."""
    out = io.BytesIO()
    with Workbook(out, more) as book:
        sheet = book.add_worksheet("名单")
        for number, line in enumerate([*above, *lines]):
            sheet.write_row(number, 0, line)
    return out.getvalue()


def read(data):
    return sheets.read(data, COLUMNS)


def lines_of(table):
    return [list(row.cells) for row in table.rows]


TEXT = "姓名,电话,备注\r\n王秀英,13800138000,三栋\r\n李明,,\r\n"
LINES = [["王秀英", "13800138000", "三栋"], ["李明", "", ""]]


# --- CSV ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("gb18030"),
        TEXT.encode("utf-16"),
        ("\ufeff" + TEXT).encode("utf-16-be"),
        TEXT.replace(",", ";").encode("gb18030"),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "，").encode(),
        TEXT.replace("\r\n", "\n").encode(),
        ("sep=,\r\n" + TEXT).encode(),
        "姓名;电话;备注\n王秀英;13800138000;三栋\n李明;;\n".encode(),
        '姓名,电话,备注\n"王秀英","=""13800138000""",三栋\n李明,,\n'.encode(),
        "姓名,电话,备注\n王秀英,'13800138000,三栋\n李明,,\n".encode(),
        " 姓 名 ,电话,备注\n　王秀英　, 13800138000 ,三栋\n李明,,\n".encode(),
    ],
)
def test_a_text_file_is_read_however_it_was_saved(data):
    table = read(data)

    assert lines_of(table) == LINES
    assert sheets.guess(table, COLUMNS) == ["name", "phone", "note"]


def test_letters_that_only_gb18030_has_are_read():
    table = read("姓名,电话\n王𠮷祥,13800138000\n㐂子,\n".encode("gb18030"))

    assert [cells[0] for cells in lines_of(table)] == ["王𠮷祥", "㐂子"]


def test_a_comma_and_a_line_break_inside_quotes_stay_in_their_cell():
    table = read('姓名,备注\n王秀英,"三栋,二楼\n会理发"\n李明,\n'.encode())

    assert lines_of(table) == [["王秀英", "三栋,二楼 会理发"], ["李明", ""]]


def test_a_lone_quotation_mark_swallows_nobody():
    table = read('姓名,备注\n王秀英,"三栋\n李明,二栋\n张伟,\n'.encode())

    assert [cells[0] for cells in lines_of(table)] == ["王秀英", "李明", "张伟"]


# --- spreadsheets ------------------------------------------------------------------------------


def test_a_spreadsheet_is_read():
    table = read(workbook(["姓名", "电话", "备注"], ["王秀英", "13800138000", "三栋"], ["李明"]))

    assert (table.headings, lines_of(table)) == (["姓名", "电话", "备注"], LINES)


def test_a_phone_typed_as_a_number_survives():
    table = read(workbook(["姓名", "电话", "备注"], ["王秀英", 13800138000, 3], ["李明", "", 1.5]))

    assert lines_of(table) == [["王秀英", "13800138000", "3"], ["李明", "", "1.5"]]


def test_a_day_is_read_as_a_day_and_a_tick_as_a_word():
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "备注"])
        sheet.write_string(1, 0, "王秀英")
        sheet.write_datetime(1, 1, date(1950, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_string(2, 0, "李明")
        sheet.write_boolean(2, 1, True)

    assert lines_of(read(out.getvalue())) == [["王秀英", "1950-03-01"], ["李明", "TRUE"]]


def test_nothing_is_worked_out():
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "备注"])
        sheet.write_string(1, 0, "王秀英")
        sheet.write_formula(1, 1, "=1+1", None, "七")
        sheet.write_string(2, 0, "=cmd|' /C calc'!A0")
        sheet.write_string(2, 1, "=1+1")
    text = "姓名,备注\n=1+1,=cmd|' /C calc'!A0\n".encode()

    assert lines_of(read(out.getvalue())) == [["王秀英", "七"], ["=cmd|' /C calc'!A0", "=1+1"]]
    assert lines_of(read(text)) == [["=1+1", "=cmd|' /C calc'!A0"]]


def test_titles_above_the_headings_are_skipped_and_numbers_of_lines_kept():
    above = [["锦绣社区志愿者名单"], [], ["填表日期：2026年10月"]]
    table = read(workbook(["序号", "姓名", "手机号"], [1, "王秀英", 13800138000], above=above))

    assert table.headings == ["序号", "姓名", "手机号"]
    assert [(row.number, *row.cells) for row in table.rows] == [(5, "1", "王秀英", "13800138000")]


def test_headings_in_two_lines_are_one():
    table = read("姓名,手机号,\n,电话,备注\n王秀英,13800138000,三栋\n".encode())

    assert sheets.guess(table, COLUMNS) == ["name", "phone", "note"]
    assert lines_of(table) == [LINES[0]]


def test_headings_again_on_the_next_page_of_a_printed_list_are_no_person():
    table = read("姓名,电话\n王秀英,\n\n姓名,电话\n李明,\n".encode())

    assert [(row.number, row.cells[0]) for row in table.rows] == [(2, "王秀英"), (5, "李明")]


def test_without_headings_every_line_counts():
    table = read("王秀英,13800138000\n李明,\n".encode())

    assert (table.headings, len(table.rows)) == (["", ""], 2)
    assert sheets.guess(table, COLUMNS) == ["", ""]


def test_one_heading_that_we_know_is_enough_at_the_top():
    table = read("怎么称呼,电话\n王秀英,13800138000\n".encode())

    assert table.headings == ["怎么称呼", "电话"]


@pytest.mark.parametrize(
    "text",
    ["王秀英,特长,\n李明,特长,\n", "王秀英,电话,3栋\n李明,,\n"],
)
def test_a_person_with_a_heading_beside_the_name_is_not_lost(text):
    assert len(read(text.encode()).rows) == 2


def test_a_cell_drawn_over_several_lines_belongs_to_each():
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["小区", "姓名", "电话"])
        sheet.merge_range(1, 0, 2, 0, "锦绣东方")
        sheet.write_row(1, 1, ["王秀英"])
        sheet.write_row(2, 1, ["李明"])

    assert lines_of(read(out.getvalue())) == [["锦绣东方", "王秀英", ""], ["锦绣东方", "李明", ""]]


def test_of_several_sheets_the_first_with_something_on_it_is_read_and_named():
    out = io.BytesIO()
    with Workbook(out) as book:
        book.add_worksheet("空")
        hidden, first, second = (book.add_worksheet(name) for name in ("藏", "队员", "去年"))
        for sheet, name in ((hidden, "张伟"), (first, "王秀英"), (second, "李明")):
            sheet.write_row(0, 0, ["姓名", "电话"])
            sheet.write_row(1, 0, [name])
        hidden.hide()
        first.activate()
        first.set_first_sheet()

    table = read(out.getvalue())

    assert (table.sheet, lines_of(table)) == ("队员", [["王秀英", ""]])


def test_one_sheet_needs_no_name():
    assert read(workbook(["姓名", "电话"], ["王秀英"])).sheet == ""


def test_a_spreadsheet_with_another_name_is_told_by_its_bytes():
    """Nothing asks for the name of the file: .xls, .csv, none at all."""
    assert lines_of(read(workbook(["姓名", "电话"], ["王秀英"]))) == [["王秀英", ""]]


# --- what is refused ----------------------------------------------------------------------------


def archive(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    bomb = archive(xl__workbook=b"0" * (40 * 1024 * 1024))
    assert len(bomb) < 100_000

    with pytest.raises(TooLarge, match="at most 500 lines"):
        read(bomb)


def test_an_archive_that_lies_about_its_size_is_refused():
    """The size stands in the directory at its end; this one says: 100 bytes."""
    bomb = bytearray(archive(xl__workbook=b"0" * (40 * 1024 * 1024)))
    entry = bomb.rindex(b"PK\x01\x02")
    struct.pack_into("<L", bomb, entry + 24, 100)

    with pytest.raises((TooLarge, NotATable)):
        read(bytes(bomb))


def test_two_cells_at_the_ends_of_a_sheet_are_refused_and_harm_nobody():
    """They ask for seventeen thousand million cells in between."""
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.write_string(1048575, 16383, "王秀英")

    with pytest.raises(TooLarge):
        read(out.getvalue())


def test_nobody_far_below_is_lost():
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "电话"])
        sheet.write_row(20000, 0, ["王秀英"])

    assert [(row.number, row.cells[0]) for row in read(out.getvalue()).rows] == [(20001, "王秀英")]


@pytest.mark.parametrize("above", [0, 30])
def test_five_hundred_lines_are_read_and_not_one_more(above):
    heading = ["姓名", "电话"]
    people = [[f"王{'一' * (n % 9)}", "x"] for n in range(501)]
    titles = [["名单"]] * above

    assert len(read(workbook(heading, *people[:500], above=titles)).rows) == 500
    with pytest.raises(TooLarge):
        read(workbook(heading, *people, above=titles))


def test_more_than_forty_columns_are_refused():
    with pytest.raises(TooLarge):
        read(workbook(["姓名", "电话", *map(str, range(39))], ["王秀英"]))


@pytest.mark.parametrize("letters", ["(", "（", "1栋", "失 "])
def test_a_cell_that_goes_on_and_on_keeps_nobody_waiting(letters):
    endless = letters * (120_000 // len(letters))
    began = time.monotonic()

    table = read(f"姓名,{endless}\r\n王秀英,{endless}\r\n".encode())
    homes.read(endless)

    assert time.monotonic() - began < 5
    assert len(table.rows[0].cells[1]) <= sheets.LONGEST_CELL


@pytest.mark.parametrize(
    "text", [",\t;" * 500_000, "\n" * 1_800_000, '"' + "a," * 900_000, ("a," * 40 + "\n") * 20_000]
)
def test_a_file_that_is_nothing_but_cells_keeps_nobody_waiting(text):
    began = time.process_time()

    with pytest.raises(TooLarge):
        read(text.encode())

    assert time.process_time() - began < 1


def test_a_spreadsheet_that_is_nothing_but_cells_is_refused_like_a_text(monkeypatch):
    rows = {str(number): ["a"] * 2000 for number in range(1, 500)}
    found = {"rows": rows, "sheet": "Sheet1", "others": 0}
    monkeypatch.setattr(sheets, "look_inside", lambda _data: found)
    monkeypatch.setattr(sheets, "tidy_cell", count := Mock(side_effect=str))

    with pytest.raises(TooLarge):
        read(sheets.ZIP)

    assert count.call_count <= sheets.MOST_CELLS


def test_a_cell_far_to_the_right_loses_nobody():
    out = io.BytesIO()
    with Workbook(out) as book:
        sheet = book.add_worksheet()
        for number in range(500):
            sheet.write_row(number, 0, [f"王{number}", "a remark"])
        sheet.write_string(499, 900, "x")

    assert len(read(out.getvalue()).rows) == 500


def test_more_text_than_a_form_can_carry_is_refused():
    with pytest.raises(TooLarge):
        read(("姓名,备注\n" + f"王秀英,{'三' * 1000}\n" * 400).encode())


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EmptyTable),
        (b"\xef\xbb\xbf\r\n", EmptyTable),
        (b"\xff\xfe", EmptyTable),
        ("姓名,电话\r\n".encode(), EmptyTable),
        (workbook(), EmptyTable),
        (workbook(["姓名", "电话"]), EmptyTable),
        (b"\x89PNG\r\n\x1a\n\x00\x00", NotATable),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n\x01", NotATable),
        (b"PK\x03\x04 and then nothing", NotATable),
        (archive(word__document=b"<a/>"), NotATable),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 3000, NotATable),
        (b"\xff\xff\xff", NotATable),
        ("<html><table><tr><td>姓名</td></tr></table></html>".encode(), WebPage),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), Locked),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(data, refusal):
    with pytest.raises(refusal) as refused:
        read(data)

    assert str(refused.value).endswith(".")


@pytest.mark.walks
@settings(deadline=None, max_examples=60)
@given(
    some.one_of(
        some.binary(max_size=300),
        some.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data),
        some.binary(max_size=300).map(lambda data: sheets.OLE + data),
        some.text(max_size=300).map(lambda text: ("姓名,电话\n" + text).encode("utf-8", "ignore")),
        some.text(max_size=300).map(lambda text: text.encode("utf-16", "ignore")),
    )
)
def test_whatever_is_sent_is_read_or_refused(data):
    with suppress(DomainError):
        table = read(data)
        assert Table.unpack(table.pack()) == table
        assert len(sheets.guess(table, COLUMNS)) == table.width


WHOLE = workbook(["姓名", "电话"], ["王秀英", 13800138000])
places = some.integers(0, len(WHOLE) - 1)


@pytest.mark.walks
@settings(deadline=None, max_examples=40)
@given(some.dictionaries(places, some.integers(0, 255), min_size=1, max_size=20))
def test_a_spreadsheet_with_broken_bytes_is_read_or_refused(broken):
    data = bytes(broken.get(number, byte) for number, byte in enumerate(WHOLE))
    with suppress(DomainError):
        read(data)


# --- columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading", ["姓名", "姓 名", "姓名*", "姓名（必填）", "姓名:", " NAME ", "姓名 (name)"]
)
def test_a_heading_is_known_however_it_is_written(heading):
    table = Table([heading.replace("*", "")], [Row(2, ["王秀英"])])

    assert sheets.guess(table, COLUMNS) == ["name"]


def test_only_one_column_is_the_phone_and_several_may_be_remarks():
    table = Table(["姓名", "手机号", "电话", "备注", "特长", "血型"], [])

    assert sheets.guess(table, COLUMNS) == ["name", "phone", "", "note", "note", ""]


def test_remarks_of_several_columns_are_joined():
    row = Row(2, ["王秀英", "三栋", "", "会理发", "机密"])
    held = ["name", "note", "note", "note", ""]

    assert sheets.values(row, held) == {"name": "王秀英", "note": "三栋；会理发"}
    assert sheets.raw(row, held) == "王秀英  三栋  会理发"


def test_the_first_few_things_in_a_column_show_what_it_holds():
    table = Table(
        ["备注"], [Row(n, [cell]) for n, cell in enumerate(["", "甲", "乙", "", "丙", "丁"])]
    )

    assert table.samples(0) == ["甲", "乙", "丙"]


def test_an_empty_sheet_to_fill_in_is_read_again_by_its_headings():
    data = sheets.empty_sheet(COLUMNS)

    assert data.startswith(b"\xef\xbb\xbf")
    assert sheets.guess(read(data + "王秀英,,\n".encode()), COLUMNS) == ["name", "phone", "note"]


@pytest.mark.parametrize(
    "words",
    ["=1+1", "+86 138", "-1", "@x", "\t=1", " =1", "＝1", "＋1", "－1", "＠x", "\0=1", "\r=1"],
)
def test_nobodys_words_become_a_formula_and_read_again_are_what_they_were(words):
    table = sheets.written(["姓名"], [[words]])

    assert table.decode("utf-8-sig").split("\n", 1)[1].lstrip('"').startswith("'")
    assert read(table).rows[0].cells == [sheets.tidy_cell(words.strip("\0"))]


@pytest.mark.parametrize("words", ["0038", "510100195803071234", "1958-03"])
def test_a_number_that_a_spreadsheet_would_change_stays_a_text_and_is_read_again(words):
    table = sheets.written(["姓名"], [[words]])

    assert list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))[1] == [f'="{words}"']
    assert read(table).rows[0].cells == [words]


def test_what_is_no_formula_stays_as_it_is():
    table = sheets.written(["姓名", "分钟"], [["王秀英", -5], ["1-2", 30]])

    assert table.decode("utf-8-sig").split() == ["姓名,分钟", "王秀英,-5", "1-2,30"]


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "{}",
        "[]",
        "null",
        "[" * 100_000,
        '{"headings":["a"],"rows":[[1]],"sheet":""}',
        '{"headings":["a"],"rows":[["1","b"]],"sheet":""}',
        '{"headings":["a"],"rows":[[1,2]],"sheet":""}',
        r'{"headings":["a"],"rows":[[1,"\ud800"]],"sheet":""}',
        '{"headings":["a"],"rows":[[1,null]],"sheet":""}',
        '{"headings":[1],"rows":[[1,"b"]],"sheet":""}',
        '{"headings":[],"rows":[],"sheet":""}',
        '{"headings":"ab","rows":[[1,"b","c"]],"sheet":3}',
        json.dumps({"headings": ["a"], "rows": [[n, "b"] for n in range(501)], "sheet": ""}),
        json.dumps({"headings": ["a"] * 41, "rows": [], "sheet": ""}),
        json.dumps({"headings": ["a"], "rows": [[1, "b" * 2001]], "sheet": ""}),
    ],
)
def test_what_comes_back_from_a_form_is_a_table_or_refused(packed):
    with pytest.raises(NotATable):
        Table.unpack(packed)
