"""Opens a spreadsheet in a process of its own, so that a bad file can harm nothing else.

Started by core/sheets.py as a program: the file comes in on standard input, its first lines
go out as JSON. A few bytes can claim a sheet of seventeen thousand million cells, and whoever
believes them is ended by the system; so this process holds no data, has no secrets in its
environment and may use only so much memory and time.
"""

import io
import json
import resource
import sys
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 8
# The first sheet with something on it is looked for among so many.
MOST_SHEETS = 20
MOST_LETTERS = 2_000_000
LOCKED, LARGE = "locked", "large"


def limit() -> None:
    """Use no more than this; where a system knows no such limit, time alone is limited."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def words(value: Any) -> str:
    """A cell as one reads it: no formula is worked out, a phone typed as a number stays one."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def look(data: bytes, most_rows: int) -> dict[str, Any]:
    """The first sheet that holds something: its lines that do, by number, and its name; and how
    many other sheets hold something."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    visible = [
        number
        for number, sheet in enumerate(book.sheets_metadata)
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    sheets = (book.get_sheet_by_index(number) for number in visible[:MOST_SHEETS])
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        return {"rows": {}, "sheet": "", "others": 0}
    lines = all_lines(filled[0], most_rows)
    return {"rows": lines, "sheet": filled[0].name, "others": len(filled) - 1}


def all_lines(sheet: Any, most_rows: int) -> dict[int, list[str]]:
    """The lines with something in them, by number from 1; one more than asked for at most.

    A cell drawn over several lines, such as the estate's name, belongs to each of them.
    """
    spread: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or []:
        for number in range(top + 1, min(bottom, top + most_rows) + 1):
            spread.setdefault(number, []).append((left, top))
    found: dict[int, list[str]] = {}
    for number, row in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = [words(value) for value in row]
        for left, top in spread.get(number, []):
            if left < len(cells) and top + 1 in found:
                cells[left] = cells[left] or found[top + 1][left]
        if any(cells):
            found[number + 1] = cells
        if len(found) > most_rows:
            break
    return found


def main() -> None:
    limit()
    from python_calamine import PasswordError

    try:
        answer = look(sys.stdin.buffer.read(), int(sys.argv[1]))
    except PasswordError:
        answer = {"fault": LOCKED}
    if sum(len(cell) + 1 for row in answer.get("rows", {}).values() for cell in row) > MOST_LETTERS:
        answer = {"fault": LARGE}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
