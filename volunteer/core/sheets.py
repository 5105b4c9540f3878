"""Tables that people keep in a file: spreadsheets and CSV, read as lines of plain text.

What a file is, is told by its bytes and never by its name. Nothing in it is worked out or
followed. Between two pages a table travels in the form of whoever sent it (`pack()`):
nothing of it is kept here before it is saved.
"""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any, Self

from volunteer.core import chinese, workbooks
from volunteer.core.errors import DomainError
from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as __

MOST_ROWS, MOST_COLUMNS = 500, 40
# Titles and notes that stand above the headings.
MOST_ABOVE = 30
# A text file of two megabytes can hold a hundred times the cells of the largest list; tidying them
# took ten seconds, in which its process answers nobody.
MOST_CELLS = 100_000
# What parts the cells is told by so many letters of the first lines: a line may be all there is.
LETTERS_OF_BEGINNING = 20_000
# Unpacked, a spreadsheet of five hundred people is far from this.
MOST_UNPACKED = 30 * 1024 * 1024
# What the form may carry to the next page, with room for the rest (MAX_FORM_MEMORY_SIZE).
MOST_PACKED = 700 * 1024
PATIENCE_SECONDS = 12
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A locked .xlsx is an old container with a stream of this name in it.
SEALED_INSIDE = "EncryptedPackage".encode("utf-16-le")
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
DELIMITERS = ",\t;，"
# 00382 is kept from a spreadsheet's grasp as ="00382", or as '00382; a formula as '=1+1.
GUARDED = re.compile(r"=\"(.*)\"|'(?=\s*[0-9=+\-@＝＋－＠])(.*)", re.DOTALL)
# What a spreadsheet takes for the beginning of a formula, blanks before it or not.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
# What it would take for a number or a month, and change: 0038, eighteen digits, 1958-03. It leaves
# them alone as ="0038".
CHANGED = re.compile(r"0[0-9]+|[0-9]{12,}|[0-9]{4}-[0-9]{2}")
CONTROLS = re.compile(r"[\0-\x1f]")
# Longer than any field of ours. Reading takes up to the square of the length, so that one cell of
# a hundred thousand letters would keep everybody waiting.
LONGEST_CELL, LONGEST_HEADING = 2000, 100


class NotATable(DomainError):
    message = __("We could not read this file. It should be a spreadsheet (.xlsx) or a .csv file.")


class WebPage(DomainError):
    message = __(
        "This is a web page with the name of a spreadsheet. "
        "Open it in your spreadsheet program and save it as .xlsx."
    )


class Locked(DomainError):
    message = __("This file is locked with a password. Save a copy without one.")


class EmptyTable(DomainError):
    message = __("There is nothing in this file.")


class TooLarge(DomainError):
    message = __(
        "This table is too large: at most 500 lines and 40 columns. "
        "Copy what you need into a new file."
    )


@dataclass(frozen=True)
class Row:
    """One line of a table; its number is the one that a spreadsheet shows beside it."""

    number: int
    cells: Sequence[str]

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Table:
    """A heading for each column, "" where there was none, and the lines below, as wide."""

    headings: Sequence[str]
    rows: Sequence[Row]
    # The sheet that was read, when there were others with something on them.
    sheet: str = ""

    @property
    def width(self) -> int:
        return len(self.headings)

    @property
    def every_cell(self) -> Iterator[str]:
        """All of its words: headings, lines and the name of the sheet."""
        return chain(self.headings, [self.sheet], *(row.cells for row in self.rows))

    def samples(self, column: int) -> list[str]:
        """The first few things that stand in this column."""
        filled = (row.cells[column] for row in self.rows if row.cells[column])
        return list(islice(filled, 3))

    def pack(self) -> str:
        """The table as a text for a hidden field. Raises TooLarge."""
        rows = [[row.number, *row.cells] for row in self.rows]
        packed = json.dumps(
            {"headings": list(self.headings), "rows": rows, "sheet": self.sheet},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        if len(packed.encode()) > MOST_PACKED:
            raise TooLarge
        return packed

    @classmethod
    def unpack(cls, packed: str) -> Self:
        """What pack() made; whoever sends something else is told that it is no table."""
        try:
            found = json.loads(packed)
            rows = [Row(number, cells) for number, *cells in found["rows"]]
            table = cls(found["headings"], rows, found["sheet"])
            is_whole = (
                0 < table.width <= MOST_COLUMNS
                and len(rows) <= MOST_ROWS
                and all(type(row.number) is int and len(row.cells) == table.width for row in rows)
                and all(isinstance(cell, str) for cell in table.every_cell)
                and all(len(cell) <= LONGEST_CELL for cell in table.every_cell)
            )
            # A lone half of a letter could not be stored.
            table.pack()
        # RecursionError: brackets within brackets within brackets.
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise NotATable from error
        if not is_whole:
            raise NotATable
        return table


@dataclass(frozen=True)
class Column:
    """Something that a column of a file may hold, and what people write above it."""

    key: str
    label: Sentence
    aliases: Collection[str] = field(default_factory=frozenset)
    is_needed: bool = False
    # Several columns may hold it: their words are joined.
    is_repeatable: bool = False


def heading_key(text: str) -> str:
    """A heading without what differs from list to list: spaces, stars, what stands in brackets."""
    text = re.sub(r"[(\[【（].*?[)\]】）]", "", chinese.narrow(text[:LONGEST_HEADING]))
    return re.sub(r"[\s*:：_\-/、]+", "", text).lower()


def known_headings(columns: Iterable[Column]) -> dict[str, str]:
    """By what may stand above a column, our own words included: the key of what it holds."""
    return {
        heading_key(alias): column.key
        for column in columns
        for alias in (*column.aliases, str(column.label))
    }


def guess(table: Table, columns: Sequence[Column]) -> list[str]:
    """For each column of the table what it most likely holds, or "" to leave it out."""
    known = known_headings(columns)
    repeatable = {column.key for column in columns if column.is_repeatable}
    found: list[str] = []
    for heading in table.headings:
        key = known.get(heading_key(heading), "")
        found.append(key if key not in found or key in repeatable else "")
    return found


def values(row: Row, held: Sequence[str]) -> dict[str, str]:
    """What stands in the row, by what its columns hold; several for the same thing are joined."""
    found: dict[str, str] = {}
    for key, cell in zip(held, row.cells, strict=True):
        if key and cell:
            found[key] = f"{found[key]}；{cell}" if key in found else cell
    return found


def raw(row: Row, held: Sequence[str]) -> str:
    """The row as somebody would recognise it: what stands in the columns that count."""
    return "  ".join(cell for key, cell in zip(held, row.cells, strict=True) if key and cell)


def empty_sheet(columns: Iterable[Column]) -> bytes:
    """A file with nothing but headings, to be filled in."""
    return written([column.label for column in columns], [])


def written(headings: Iterable[Sentence], rows: Iterable[Iterable[object]]) -> bytes:
    """A table as a CSV file. The mark in front tells spreadsheets that it is UTF-8; what one of
    them would work out as a formula, or change as a number, stays text."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([str(heading) for heading in headings])
    lines.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def guarded(cell: object) -> object:
    """Only texts are anybody's words. Read in again, it is what it was."""
    if not isinstance(cell, str):
        return cell
    if CHANGED.fullmatch(cell):
        return f'="{cell}"'
    words = CONTROLS.sub(" ", cell)
    return f"'{words}" if FORMULA.match(words) else words


# --- reading a file --------------------------------------------------------------------------


def read(data: bytes, columns: Sequence[Column]) -> Table:
    """The table in this file; the columns say which headings to look for.

    Raises NotATable, WebPage, Locked, EmptyTable or TooLarge.
    """
    known = known_headings(columns)
    sheet = ""
    if data.startswith((ZIP, OLE)):
        found = look_inside(data)
        numbers, texts = map(int, found["rows"]), tidied_lines(found["rows"].values())
        lines = [Row(number, cells) for number, cells in zip(numbers, texts, strict=True)]
        sheet = tidy_cell(found["sheet"]) if found["others"] else ""
    else:
        lines = [Row(n, cells) for n, cells in enumerate(read_text(text_of(data), known), 1)]
    table = with_headings(lines, known, sheet)
    table.pack()
    return table


def tidied_lines(lines: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    """These lines, while there is no more in them than in anybody's list. Raises TooLarge."""
    seen = 0
    for cells in lines:
        # An empty line costs as much as a cell.
        seen += sum(map(bool, cells)) or 1
        if seen > MOST_CELLS:
            raise TooLarge
        yield [tidy_cell(cell) if cell else "" for cell in cells]


def tidy_cell(cell: str) -> str:
    """One line of text, trimmed, out of the quotes that guard a number's first zero; at most
    LONGEST_CELL letters of it."""
    cell = cell[:LONGEST_CELL]
    cell = chinese.tidy(cell.replace("\r", " ").replace("\n", " ").replace("\t", " "))
    # A lone half of a letter can be neither shown nor stored.
    cell = cell.encode("utf-8", "ignore").decode()
    if guarded := GUARDED.fullmatch(cell):
        cell = chinese.tidy(guarded[1] or guarded[2] or "")
    return cell


def look_inside(data: bytes) -> dict[str, Any]:
    """The first sheet with something on it, opened by workbooks.py in a process of its own."""
    if data.startswith(OLE) and SEALED_INSIDE in data:
        raise Locked
    if data.startswith(ZIP):
        check_unpacked(data)
    most_rows = MOST_ABOVE + 1 + MOST_ROWS
    program = [sys.executable, "-I", str(Path(workbooks.__file__)), str(most_rows)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file is only its input
            program, input=data, capture_output=True, timeout=PATIENCE_SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge from error
    if done.returncode < 0:
        # The system ended it: it wanted more memory or time than anybody's list needs.
        raise TooLarge
    if done.returncode or not done.stdout:
        raise NotATable
    found: dict[str, Any] = json.loads(done.stdout)
    if fault := found.get("fault"):
        raise Locked if fault == workbooks.LOCKED else TooLarge
    return found


def check_unpacked(data: bytes) -> None:
    """Raises TooLarge for what would be huge when unpacked, NotATable for a broken archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise NotATable from error
    if any(part.flag_bits & 1 for part in parts):
        raise Locked
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooLarge


def text_of(data: bytes) -> str:
    """The letters of a text file: UTF-8, UTF-16 with its mark, or what Chinese Windows writes."""
    encodings = ["utf-16"] if data.startswith(UTF_16_MARKS) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise NotATable
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise NotATable
    if re.match(r"\s*<(!doctype|html|table|\?xml|head|meta)", text, re.IGNORECASE):
        raise WebPage
    return text


def read_text(text: str, known: Mapping[str, str]) -> list[list[str]]:
    """The lines of a CSV file, by whichever sign parts its headings best."""
    text = re.sub(r"\A\s*sep=.\r?\n", "", text)
    beginning = "\n".join(text.splitlines()[: MOST_ABOVE + 1])[:LETTERS_OF_BEGINNING]

    def fit(delimiter: str) -> tuple[int, int]:
        rows = parted(beginning, delimiter)
        recognised = (sum(heading_key(cell) in known for cell in row) for row in rows)
        return max(recognised, default=0), max(map(len, rows), default=0)

    return parted(text, max(DELIMITERS, key=fit))


def parted(text: str, delimiter: str) -> list[list[str]]:
    """Lines and cells. A lone quotation mark is a letter, and swallows nobody. Raises TooLarge."""
    for how in ({"strict": True}, {"quoting": csv.QUOTE_NONE}):
        try:
            lines = io.StringIO(text, newline="")
            return list(tidied_lines(csv.reader(lines, delimiter=delimiter, **how)))
        except csv.Error:
            continue
    raise NotATable


def with_headings(lines: Sequence[Row], known: Mapping[str, str], sheet: str) -> Table:
    """The table below its headings; what stands above them is left out.

    Headings are the first line with two that we know, or with nothing else. Without any,
    every line counts, for one that is taken for headings by mistake is a person lost.
    """
    lines = [line for line in lines if not line.is_empty]
    if not lines:
        raise EmptyTable
    above = find_headings(lines, known)
    headings, rows = Row(0, []), lines
    if above is not None:
        headings, rows = lines[above], lines[above + 1 :]
    # Headings in two lines: what the lower one leaves empty stands in the upper one.
    while rows and above is not None and are_headings(rows[0], known):
        pairs = zip_longest(rows[0].cells, headings.cells, fillvalue="")
        headings, rows = Row(rows[0].number, [lower or upper for lower, upper in pairs]), rows[1:]
    # Printed lists repeat them on each page.
    rows = [row for row in rows if row.cells != headings.cells]
    if not rows:
        raise EmptyTable
    used = sorted({n for row in (headings, *rows) for n, cell in enumerate(row.cells) if cell})
    if len(rows) > MOST_ROWS or len(used) > MOST_COLUMNS:
        raise TooLarge

    def narrowed(row: Row) -> list[str]:
        return [row.cells[n] if n < len(row.cells) else "" for n in used]

    return Table(narrowed(headings), [Row(row.number, narrowed(row)) for row in rows], sheet)


def find_headings(lines: Sequence[Row], known: Mapping[str, str]) -> int | None:
    for number, line in enumerate(lines[: MOST_ABOVE + 1]):
        if are_headings(line, known):
            return number
    # A single one that we know will do at the top, when it is nowhere said again.
    filled = [number for number, line in enumerate(lines) if sum(map(bool, line.cells)) > 1]
    if filled and is_heading_by_one(lines[filled[0]], lines[filled[0] + 1 :], known):
        return filled[0]
    return None


def is_heading_by_one(top: Row, below: Sequence[Row], known: Mapping[str, str]) -> bool:
    said = {cell for cell in top.cells if heading_key(cell) in known}
    has_digits = any(re.search(r"[0-9]", chinese.narrow(cell)) for cell in top.cells)
    return bool(said) and not has_digits and not any(said & set(row.cells) for row in below)


def are_headings(row: Row, known: Mapping[str, str]) -> bool:
    filled = [cell for cell in row.cells if cell]
    count = sum(heading_key(cell) in known for cell in filled)
    return count >= 2 or 0 < count == len(filled)
