"""Writing the text of a 接龙: the list as the group continues it, and one line written anew."""

from collections.abc import Iterable

from volunteer.activities.jielong.entries import DEFAULT_EXAMPLE, Entry, Row


def write(title: str, rows: Iterable[Row], *, example: str = DEFAULT_EXAMPLE) -> str:
    """The list as the group continues it; read() understands it again.

    In Chinese whatever the reader's language is: it is for the group. Neither phones nor what
    somebody may not eat goes out.
    """
    lines = ["#接龙", safe_title(title), f"例 {example or DEFAULT_EXAMPLE}", ""]
    lines += [f"{number}. {row_words(row)}" for number, row in enumerate(rows, 1)]
    return "\n".join(lines)


def row_words(row: Row) -> str:
    parts = [
        row.name,
        f"{row.people}人" if row.people > 1 else "",
        "候补" if row.is_waiting else "",
        "待定" if row.is_unsure else "",
    ]
    return " ".join(part for part in parts if part)


def safe_title(title: str) -> str:
    """One line that is neither taken for somebody's, nor for the example."""
    # Its patterns are only needed here, not by everybody who starts the service.
    from volunteer.activities.jielong import reading

    text = reading.cleaned(reading.HEADER.sub("", " ".join(title.splitlines())))
    line = reading.Line(text, text)
    is_safe = not reading.numbered(line) and not reading.EXAMPLE.match(text)
    return text if is_safe else f"【{text}】"


def with_line(text: str, entry: Entry, words: str) -> str:
    """The text in which these words stand for what could not be read."""
    lines = text.splitlines()
    first = entry.raw.split("\n", maxsplit=1)[0]
    for number, line in enumerate(lines):
        if line.strip() == first:
            lines[number] = f"{entry.number}. {words}"
            break
    return "\n".join(lines)
