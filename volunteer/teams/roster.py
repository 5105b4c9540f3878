"""Adding many members from a list: read it, show what is doubtful, save after a look."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from volunteer.core import chinese
from volunteer.core.database import all_of, lock, transaction
from volunteer.core.language import gettext as _
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.people.profile import PersonDetails
from volunteer.teams import imports, membership, queries
from volunteer.teams.errors import NothingToAdd, TooManyLines
from volunteer.teams.models import Import, ImportKind, Team

MOST_LINES = 500
PHONE = re.compile(
    r"(?<![0-9])(?:\+?0{0,2}86[ -]?)?"
    r"(1[3-9][0-9](?:[ -]?[0-9]{4}){2}|0[0-9]{2,3}-?[0-9]{4}[ -]?[0-9]{3,4}"
    r"|400[ -]?[0-9]{3}[ -]?[0-9]{4})(?![0-9])"
)
# It begins where no such letter stands before it: looked for from each letter of a line, it took
# the square of the line's length, half a minute for a hundred thousand.
EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
ID_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
LONGEST_EMAIL, LONGEST_NOTE = 254, 500
NUMBER_IN_FRONT = re.compile(r"^[(（]?[0-9]{1,3}(?:[.、)）:：．]\s*|\s+(?=\D))")
SEPARATORS = re.compile(r"[\t,，;；:：|、()（）]+")
WORDS = re.compile(r"[\t,，;；|、()（） :：]+")
HEADINGS = frozenset({
    "序号", "编号", "姓名", "名字", "性别", "年龄", "备注", "特长", "地址", "住址", "楼栋",
    "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "邮箱", "电子邮箱",
    "no", "name", "phone", "mobile", "email", "e-mail", "address", "note", "notes",
    "remark", "remarks", "接龙", "#接龙",
})  # fmt: skip
SURNAMES = {*chinese.FREQUENT_SURNAMES, *chinese.COMPOUND_SURNAMES.split()}
# 李 秀英: what may stand behind a surname that stands apart. A building (三栋) is no given name.
GIVEN_NAME = re.compile(r"[一-龥]?[一-龥](?<![栋幢座楼号室])")
# 周婆婆电话139…: what the number is, said right behind the name.
WORD_FOR_PHONE = re.compile(r"(?<=.)(?:联系)?(?:电话|手机)(?:号码?)?[ :]*$")


@dataclass(frozen=True)
class Line:
    """One pasted line as we read it. `doubts` are for a look; `fault` keeps it out."""

    number: int
    raw: str
    name: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
    doubts: Sequence[str] = field(default_factory=tuple)
    fault: str = ""
    known: Person | None = None
    # A member of this name, whom no phone tells apart from this line.
    namesake: Person | None = None

    @property
    def is_new(self) -> bool:
        return not self.fault and self.known is None

    @property
    def is_ticked(self) -> bool:
        """Whether they are added unless somebody says no; else only if somebody says yes."""
        return self.is_new and self.namesake is None


AnyLine = TypeVar("AnyLine", bound=Line)


@dataclass(frozen=True)
class Preview(Generic[AnyLine]):
    """What saving would do, before anything is saved."""

    lines: Sequence[AnyLine]

    @property
    def new(self) -> list[AnyLine]:
        return [line for line in self.lines if line.is_new]

    @property
    def ticked(self) -> list[AnyLine]:
        return [line for line in self.lines if line.is_ticked]

    def chosen(self, numbers: Collection[str]) -> list[AnyLine]:
        """Those whose number somebody has ticked, and who can be added at all."""
        return [line for line in self.new if str(line.number) in numbers]

    @property
    def doubtful(self) -> list[AnyLine]:
        return [line for line in self.new if line.doubts]

    @property
    def known(self) -> list[AnyLine]:
        return [line for line in self.lines if line.known is not None]

    @property
    def faulty(self) -> list[AnyLine]:
        return [line for line in self.lines if line.fault]


def read(text: str) -> list[Line]:
    """The lines of a pasted list: name, phone, note, by tabs, commas or spaces; empty ones skipped.

    Raises TooManyLines.
    """
    rows = [(number, raw) for number, raw in enumerate(text.splitlines(), 1) if raw.strip()]
    if len(rows) > MOST_LINES:
        raise TooManyLines
    return [line for number, raw in rows if (line := read_line(number, raw)) is not None]


def read_line(number: int, raw: str) -> Line | None:
    """One line; None for a row of headings."""
    # @刘姐: as a group writes to whom it speaks.
    text = NUMBER_IN_FRONT.sub("", chinese.narrow(raw.replace("\t", " , "))).removeprefix("@")
    words = words_of(text)
    if words and all(word.lower() in HEADINGS for word in words):
        return None
    phone, text = take(PHONE, text)
    email, text = take(EMAIL, text)
    name, note = split_name(text)
    digits = chinese.phone_digits(phone)
    if digits:
        name = WORD_FOR_PHONE.sub("", name)
    note, doubts = read_note(note)
    if not name:
        return Line(number, raw.strip(), fault=_("There is no name in this line."))
    if not chinese.is_name(name) or name.lower() in HEADINGS:
        fault = _("“%(text)s” does not look like a name.", text=name[:30])
        return Line(number, raw.strip(), fault=fault)
    if len(note) > LONGEST_NOTE:
        fault = _("The remark is too long: 500 characters at most.")
        return Line(number, raw.strip(), fault=fault)
    email, more = read_email(email)
    doubts += more
    doubts += doubts_about_second(note)
    if not digits and (odd := re.search(r"[0-9]{5,}", note)):
        doubts.append(chinese.why_no_phone(odd[0]))
    if len(name) == 1:
        doubts.append(_("Only one character: is this the whole name?"))
    if not phone and len(words) > 1 and all(map(chinese.is_likely_name, words)):
        doubts.append(_("Several names in one line? Only the first one is taken."))
    return Line(number, raw.strip(), name, digits, email, note, tuple(doubts))


def take(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """The first match, and the text without it."""
    match = pattern.search(text)
    if match is None:
        return "", text
    return match[0], f"{text[: match.start()]} , {text[match.end() :]}"


def doubts_about_second(left_over: str) -> list[str]:
    """What to look at in what is left over after the first phone was taken."""
    second = PHONE.search(left_over)
    if second is None:
        return []
    return [_("Two phones? The first one counts; %(phone)s goes into the remark.",
              phone=chinese.phone_words(chinese.phone_digits(second[0])))]  # fmt: skip


def read_email(text: str) -> tuple[str, list[str]]:
    """The mailbox in small letters; none, and what to look at, when it can't be one."""
    if not text or (EMAIL.fullmatch(text) and len(text) <= LONGEST_EMAIL):
        return text.lower(), []
    return "", [_("“%(text)s” is no email address, and is left out.", text=text.lower()[:40])]


def read_note(*parts: str) -> tuple[str, list[str]]:
    """The remark without identity card numbers, and what to look at."""
    note = "；".join(part for part in parts if part)
    shorter = ID_NUMBER.sub("…", note)
    if shorter == note:
        return note, []
    return shorter, [_("We do not keep identity card numbers, and leave this one out.")]


def words_of(text: str) -> list[str]:
    """What stands in the line, whatever stands between."""
    return [word for word in WORDS.split(text) if word]


def split_name(text: str) -> tuple[str, str]:
    """The name in front and the note behind it.

    With separators the first part is the name. Without, Chinese names end at the first
    space; a Latin name goes on as long as its words do.
    """
    parts = [part.strip() for part in SEPARATORS.split(text)]
    parts = [part for part in parts if part]
    if not parts:
        return "", ""
    first, rest = parts[0], parts[1:]
    words = first.split(" ")
    end = 1
    while end < len(words) and words[0].isascii() and words[end].isascii() and words[end].isalpha():
        end += 1
    if len(words) >= 2 and is_spread_out(words[0], words[1]):
        return words[0] + words[1], " ".join([*words[2:], *rest])
    return " ".join(words[:end]), " ".join([*words[end:], *rest])


def is_spread_out(first: str, second: str) -> bool:
    """李 明, 李 秀英: one name, with a space in it to look even."""
    if len(first) == len(second) == 1:
        return not first.isascii()
    return first in SURNAMES and GIVEN_NAME.fullmatch(second) is not None


def preview(team: Team, text: str) -> Preview[Line]:
    """What adding this list would do: who is new, who is known, what is doubtful or unreadable."""
    return look_through(team, read(text))


def look_through(team: Team, lines: Sequence[Line]) -> Preview[Line]:
    """These lines beside one another and beside the team's members."""
    members = [row.person for row in all_of(queries.of_team(team))]
    names = Counter(line.name for line in lines if line.name)
    phones = Counter(line.phone for line in lines if line.phone)
    seen: set[tuple[str, str]] = set()
    looked_at = []
    for line in lines:
        looked_at.append(line if line.fault else compare(line, members, names, phones, seen))
        seen.add((line.name, line.phone))
    return Preview(looked_at)


def compare(
    line: Line,
    members: Sequence[Person],
    names: Counter[str],
    phones: Counter[str],
    seen: set[tuple[str, str]],
) -> Line:
    """The line beside the team's members and the other lines.

    Only the same name with the same phone is the same person. The same name alone may be
    two people, and is only pointed out; so is a phone that several share.
    """
    if (line.name, line.phone) in seen and line.phone:
        return Line(line.number, line.raw, fault=_("The same line is above already."))
    same_name = [person for person in members if person.name == line.name]
    for person in same_name:
        if line.phone and person.phone == line.phone:
            return replace(line, doubts=(), known=person)
    doubts = list(line.doubts)
    if same_name:
        doubts.append(_("Somebody of this name is in the team already. Is this another person?"))
    elif names[line.name] > 1:
        doubts.append(_("This name is in the list more than once."))
    if line.phone and any(person.phone == line.phone for person in members):
        doubts.append(_("A member has this phone already. They will share it."))
    elif phones[line.phone] > 1:
        doubts.append(_("This phone is in the list more than once. They will share it."))
    alike = (person for person in same_name if not line.phone or not person.phone)
    return replace(line, doubts=tuple(doubts), namesake=next(alike, None))


def add_all(
    team: Team, lines: Sequence[Line], *, by: Person, form_key: str | None = None
) -> Import:
    """Take all these people in, or none of them. Raises NothingToAdd.

    `form_key` names the page it was sent from: pressed twice, everybody comes once, and both
    answers are the same.
    """
    with transaction():
        lock(team)
        if saved := imports.find_saved(team, form_key):
            return saved
        if not lines:
            raise NothingToAdd
        made = []
        for line in lines:
            details = PersonDetails(line.name, line.phone, email=line.email)
            person = profile.create(details, by=by)
            made.append(membership.add(team, person, note=line.note, by=by).id)
        return imports.note(team, ImportKind.MEMBERS, made, form_key=form_key, by=by)
