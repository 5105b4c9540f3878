"""Reading the text of a 接龙, the list that grows in a WeChat group.

What people copy is plain text: `#接龙`, a title, an example, a blank line, and numbered
entries, each typed by hand. Reading never changes anything, takes time in
proportion to the text, and keeps each original line beside what was understood of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from volunteer.activities.errors import NotAJielong, TooLongAJielong
from volunteer.activities.jielong import replacing, words
from volunteer.activities.jielong.entries import Entry, Jielong
from volunteer.core import chinese
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext

MOST_LINES = 500
LONGEST_LINE, LONGEST_TITLE = 600, 200
HEADER = re.compile(r"#\s?(?:接龙|group ?note)\s?:?", re.IGNORECASE)
EXAMPLE = re.compile(r"例(?:如|子)?(?:[ :]\s?(.*))?$")
QUOTE_ENDS = re.compile(r"(?:- ?){6,}")
MENTIONS = re.compile(r"@\S+\s?")
# The quick look: no digit is worth reading on for.
NUMBERED = re.compile(r"\(?([0-9]{1,3})\s?([.、):。,;]{1,2})(\s?)(.*)")
NUMBERED_BY_A_SPACE = re.compile(r"([0-9]{1,3}) ()()([^0-9人位份个月日年点号:.].*)")
MINUTES = re.compile(r"[0-5][0-9](?![0-9])")
ABOUT_A_MEAL = re.compile(r"[饭餐宴]|聚会|吃")
KEYCAPS = re.compile(r"((?:[0-9]\ufe0f?\u20e3)+)[.、):]?")
# What people draw instead of writing it.
DRAWN = str.maketrans(
    {
        **{chr(0x2460 + n): f"{n + 1}." for n in range(20)},
        **{chr(0x2776 + n): f"{n + 1}." for n in range(10)},
        **{chr(0x2780 + n): f"{n + 1}." for n in range(10)},
        **dict.fromkeys("—–−‐‑‒―", "-"),
        "\U0001f51f": "10.",
        "➕": "+",
        "✖": "×",
        "❌": " 取消 ",
    }
)
NOT_READ = {"So", "Sk", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Line:
    """One line: as it was pasted, and cleaned."""

    raw: str
    text: str


@dataclass
class Item:
    """A numbered line and the lines below that belong to it."""

    number: int
    lines: list[Line] = field(default_factory=list)


def read(text: str) -> Jielong:
    """The list in this text. Raises NotAJielong, or TooLongAJielong without reading it."""
    raw = [part.strip() for part in text.splitlines()]
    if len(raw) - raw.count("") > MOST_LINES:
        raise TooLongAJielong
    lines = [Line(part, cleaned(part)) for part in raw]
    notices: list[str] = []
    before, own, has_header = without_header(without_quotes(lines), notices)
    start = find_start(own, has_header=has_header)
    head, body = own[:start], own[start:]
    items = items_of(body, notices)
    title, example = head_of(head)
    title = title or MENTIONS.sub("", before).strip(" :")
    filled = without_empty(items, notices)
    if not filled:
        raise NotAJielong
    check_numbers([item.number for item in items], notices)
    is_meal = ABOUT_A_MEAL.search(title) is not None
    entries: list[Entry] = []
    for item in filled:
        entries += entries_of(item, len(entries) + 1, is_meal=is_meal)
    if not has_header:
        notices.insert(0, no_header(len(entries)))
    return Jielong(title[:LONGEST_TITLE], example[:LONGEST_TITLE], entries, notices)


def cleaned(raw: str) -> str:
    """The line in narrow letters, without pictures and what can't be seen."""
    text = KEYCAPS.sub(lambda found: re.sub(r"[^0-9]", "", found[1]) + ".", raw[:LONGEST_LINE])
    text = text.translate(DRAWN)
    text = "".join(sign for sign in text if unicodedata.category(sign) not in NOT_READ)
    # The selectors that make a sign a picture are no letters either.
    return chinese.narrow(re.sub(r"[\ufe00-\ufe0f\u20e3]", "", text))


def without_quotes(lines: Sequence[Line]) -> Sequence[Line]:
    """Without what somebody only quotes: it stands in 「」 above a row of dashes."""
    parts: list[list[Line]] = [[]]
    for line in lines:
        if QUOTE_ENDS.fullmatch(line.text):
            parts.append([])
        else:
            parts[-1].append(line)
    own = [part for part in parts if not is_quoted(part)] if len(parts) > 1 else parts
    with_header = [part for part in own if any(HEADER.search(line.text) for line in part)]
    return (with_header or own or [[]])[-1]


def is_quoted(part: Sequence[Line]) -> bool:
    text = "".join(line.text for line in part)
    return text.startswith("「") or text.endswith("」")


def without_header(lines: Sequence[Line], notices: list[str]) -> tuple[str, Sequence[Line], bool]:
    """What stands before #接龙 on its line, what comes after it, and whether there was one.

    A group's newest list is the last one that was copied.
    """
    headers = [number for number, line in enumerate(lines) if HEADER.search(line.text)]
    # Somebody may write #接龙 into their own entry; but 1.6 打扫 #接龙 can be a title as well.
    found = [number for number in headers if not numbered(lines[number])] or headers[:1]
    if not found:
        return "", lines, False
    if len(found) > 1:
        notices.append(_("There are several lists in this text; only the last one was read."))
    line = lines[found[-1]]
    before, after = HEADER.split(line.text, maxsplit=1)
    rest = [Line(line.raw, after.strip())] if after.strip() else []
    return before, [*rest, *lines[found[-1] + 1 :]], True


def numbered(line: Line) -> re.Match[str] | None:
    """The line's number, sign, space and text, when it begins like an entry."""
    match = NUMBERED.fullmatch(line.text)
    return match if match and int(match[1]) else None


def begins_with_digit(text: str) -> bool:
    return text[:1].isascii() and text[:1].isdigit()


def find_start(lines: Sequence[Line], *, has_header: bool) -> int:
    """The line with which the list begins.

    1.6 寒潮电话分工 is a title when a 1 comes later; 1.3-2-501 王秀英 is somebody at home.
    """
    ones = [n for n, line in enumerate(lines) if (m := numbered(line)) and int(m[1]) == 1]
    starts = [
        n
        for n in ones
        if (m := numbered(lines[n])) and (m[3] or not begins_with_digit(m[4]) or n == ones[-1])
    ]
    if not starts:
        loose = (n for n, line in enumerate(lines) if NUMBERED_BY_A_SPACE.fullmatch(line.text))
        return min(first_of_any_number(lines), next(loose, len(lines)))
    if has_header and len(starts) > 1 and are_rules(lines, starts[0], starts[-1]):
        return starts[-1]
    return starts[0]


def are_rules(lines: Sequence[Line], first: int, last: int) -> bool:
    """Whether the numbered lines above a blank line are no people: 1、自带水杯 2、准时到."""
    if lines[last - 1].text:
        return False
    texts = [m[4] for line in lines[first:last] if (m := numbered(line))]
    return not any(words.is_person(word) for text in texts for word in re.split(r"[\s,、:]+", text))


def first_of_any_number(lines: Sequence[Line]) -> int:
    """Where a list begins that lost its first lines; behind the end when there is none."""
    for n, line in enumerate(lines):
        match = numbered(line)
        if match and (match[3] or not begins_with_digit(match[4])) and match[4]:
            return n
    return len(lines)


def head_of(lines: Iterable[Line]) -> tuple[str, str]:
    """Title and example; both may have several lines, or none."""
    title: list[str] = []
    example: list[str] | None = None
    for line in lines:
        found = EXAMPLE.match(line.text)
        if example is None and found:
            example = [found[1] or ""]
        elif line.text:
            (title if example is None else example).append(line.text)
    return " ".join(title), " ".join(example or []).strip()


def items_of(lines: Sequence[Line], notices: list[str]) -> list[Item]:
    """The numbered lines, each with those below that carry it on. What comes after a blank line
    behind the last of them is no entry."""
    items: list[Item] = []
    tail: list[Line] = []
    is_over = False
    for line in apart(lines, notices):
        match = item_in(line, items[-1].number + 1 if items else 0)
        if match:
            items.append(Item(int(match[1]), [Line(line.raw, match[4].strip())]))
            is_over = False
        elif not line.text:
            is_over = True
        elif is_over:
            tail.append(line)
        elif items:
            items[-1].lines.append(line)
    if tail:
        notices.append(_("Not read: “%(text)s”", text=tail[0].text[:40]))
    return items


def apart(lines: Sequence[Line], notices: list[str]) -> Iterator[Line]:
    """The lines, and those that lost their line end on the way: 1.王秀英2.李玉珍."""
    for line in lines:
        rest = line
        while match := numbered(rest):
            following = re.compile(
                rf"(?<![0-9.-]){int(match[1]) + 1}[.、)]\s?(?=([^0-9\s,、]{{2,4}}))"
            )
            inside = following.search(rest.text, match.start(4))
            if inside is None or not words.begins_with_person(inside[1]):
                break
            notices.append(_("Two entries were in one line; they were taken apart."))
            yield Line(rest.raw, rest.text[: inside.start()].strip())
            rest = Line(line.raw, rest.text[inside.start() :])
        yield rest


def item_in(line: Line, expected: int) -> re.Match[str] | None:
    """The match when this line is an entry of its own; `expected` 0: it is the first."""
    match = numbered(line)
    if match is None:
        loose = NUMBERED_BY_A_SPACE.fullmatch(line.text)
        return loose if loose and int(loose[1]) == (expected or 1) else None
    if match[2] == ":" and not match[3] and MINUTES.match(match[4]):
        # 3:30 is a time of day, even behind the second entry.
        return None
    is_clear = match[3] or not begins_with_digit(match[4])
    return match if is_clear or expected in {0, int(match[1])} else None


def without_empty(items: Sequence[Item], notices: list[str]) -> list[Item]:
    """Those with something in them; a number alone is where the next one would have written."""
    filled = [item for item in items if is_filled(item)]
    if empty := len(items) - len(filled):
        notices.append(
            ngettext(
                "%(num)d empty line was left out.", "%(num)d empty lines were left out.", empty
            )
        )
    return filled


def is_filled(item: Item) -> bool:
    """Whether there is more than a number, be it a picture that we can't read."""
    longest_number = len(f"({item.number}.)")
    return any(line.text or len(line.raw) > longest_number for line in item.lines)


def check_numbers(numbers: Sequence[int], notices: list[str]) -> None:
    if numbers[0] > 1:
        notices.append(
            _("The list begins with %(number)d: is there something missing?", number=numbers[0])
        )
    for before, number in pairwise(numbers):
        if number <= before:
            notices.append(_("The number %(number)d comes again.", number=number))
        elif number > before + 1:
            notices.append(_("%(number)d comes after %(before)d.", number=number, before=before))


def entries_of(item: Item, position: int, *, is_meal: bool) -> list[Entry]:
    raw = "\n".join(line.raw for line in item.lines)
    text = " , ".join(line.text for line in item.lines if line.text)
    found = replacing.read_entries(item.number, position, text, raw, is_meal=is_meal)
    if len(item.lines) > 1 and not found[0].fault:
        several = _("Several lines: do they all belong to this person?")
        found[0] = replacing.changed(found[0], doubts=(*found[0].doubts, several))
    return found


def no_header(count: int) -> str:
    return ngettext(
        "There is no “#接龙” in this text. By the numbers we read %(num)d line. Please check.",
        "There is no “#接龙” in this text. By the numbers we read %(num)d lines. Please check.",
        count,
    )
