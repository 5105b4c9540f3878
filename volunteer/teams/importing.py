"""Members from a file: what its columns hold, what its lines say, and taking them back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.core import chinese, clock, sheets, traces
from volunteer.core.database import transaction
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.sheets import Column, Row, Table
from volunteer.people import profile
from volunteer.people.models import Person
from volunteer.teams import imports, membership, queries, roster
from volunteer.teams.models import Import, Membership, MembershipStatus, Team, TeamRole
from volunteer.teams.roster import HEADINGS, PHONE, Line, Preview

NAME, PHONE_NUMBER, MAILBOX, NOTE = "name", "phone", "email", "note"
COLUMNS = (
    Column(
        NAME,
        __("Name"),
        {
            "姓名", "名字", "名称", "队员", "队员姓名", "志愿者", "志愿者姓名", "成员", "name",
            "full name",
        },
        is_needed=True,
    ),
    Column(
        PHONE_NUMBER,
        __("Phone"),
        {
            "电话", "手机", "手机号", "手机号码", "电话号码", "联系电话", "联系方式", "联系手机",
            "本人电话", "座机", "phone", "mobile", "telephone", "tel", "phone number",
        },
    ),
    Column(
        MAILBOX,
        __("Email"),
        {"邮箱", "电子邮箱", "电子邮件", "邮件", "email", "e-mail", "mail"},
    ),
    Column(
        NOTE,
        __("Remark"),
        {"备注", "说明", "特长", "爱好", "技能", "擅长", "note", "notes", "remark", "remarks"},
        is_repeatable=True,
    ),
)  # fmt: skip
# What stands at the end of a list, and is nobody's name.
NO_NAMES = HEADINGS | {"合计", "总计", "小计", "共计", "总数", "人数", "total", "sum"}
NO_PHONE = {"无", "没有", "暂无", "未知", "不详", "none", "no", "n/a", "-", "--", "—", "/", "0"}
# 1.38E+10: a spreadsheet has shortened a number, and written that down.
SHORTENED = re.compile(r"[0-9]\.?[0-9]*e\+[0-9]+", re.IGNORECASE)
# Whoever types a landline as a number loses its first zero; only Beijing's begins with 1 then.
LANDLINE_WITHOUT_ZERO = re.compile(r"10[0-9]{8}|2[0-9]{9}|[3-9][0-9]{9,10}")


def preview(team: Team, table: Table, held: Sequence[str]) -> Preview[Line]:
    """What adding these lines would do; `held` says of each column what it holds."""
    lines = (read_row(row, held) for row in table.rows)
    return roster.look_through(team, [line for line in lines if line is not None])


def read_row(row: Row, held: Sequence[str]) -> Line | None:
    """A line as we read it; None when nothing stands in the columns that count."""
    found = sheets.values(row, held)
    if not found:
        return None
    raw = sheets.raw(row, held)
    name, beside = read_name(found.get(NAME, ""))
    if fault := why_no_name(name):
        return Line(row.number, raw, fault=fault)
    phone, left_over, doubts = read_phone(found.get(PHONE_NUMBER, ""))
    email, odd = roster.read_email(chinese.narrow(found.get(MAILBOX, "")))
    note, more = roster.read_note(beside, found.get(NOTE, ""), left_over)
    if len(note) > roster.LONGEST_NOTE:
        return Line(row.number, raw, fault=_("The remark is too long: 500 characters at most."))
    doubts = [*doubts_about(name), *doubts, *odd, *more]
    return Line(row.number, raw, name, phone, email, note, tuple(doubts))


def read_name(cell: str) -> tuple[str, str]:
    """The name, and what stands in brackets behind it: 王秀英（大）."""
    text = chinese.narrow(cell)
    beside = ""
    if brackets := re.fullmatch(r"([^()]+)\((.*)\)", text):
        text, beside = brackets[1].strip(), brackets[2].strip()
    parts = text.split(" ")
    # 李 明, 王 秀英: one name, spread out to look even.
    if not text.isascii() and (
        len("".join(parts)) <= 3 or parts[0] in chinese.COMPOUND_SURNAMES.split()
    ):
        text = "".join(parts)
    return text, beside


def why_no_name(name: str) -> str:
    """What keeps this from being a name; empty when it can be one."""
    if not name:
        return _("There is no name in this line.")
    if not chinese.is_name(name) or name.lower() in NO_NAMES:
        return _("“%(text)s” does not look like a name.", text=name[:30])
    return ""


def doubts_about(name: str) -> list[str]:
    if len(name) == 1:
        return [_("Only one character: is this the whole name?")]
    parts = name.split(" ")
    if len(parts) > 1 and all(map(chinese.is_likely_name, parts)):
        return [_("Several names in one cell? They are taken for one person.")]
    return []


def read_phone(cell: str) -> tuple[str, str, list[str]]:
    """The digits of the first phone in the cell, what else stands there, and what to look at."""
    text = chinese.narrow(cell)
    if text.lower() in NO_PHONE:
        return "", "", []
    phone, left_over = roster.take(PHONE, text)
    left_over = left_over.strip(" ,/;、()")
    if phone:
        return chinese.phone_digits(phone), left_over, roster.doubts_about_second(left_over)
    if SHORTENED.fullmatch(text):
        return "", "", [_("The spreadsheet has cut this number short: %(text)s.", text=text)]
    digits = chinese.phone_digits(text)
    if not re.search(r"[0-9]", digits):
        return "", left_over, []
    if LANDLINE_WITHOUT_ZERO.fullmatch(digits):
        return f"0{digits}", "", [_("We put the 0 back in front of this number. Is that right?")]
    return "", left_over, [chinese.why_no_phone(digits)]


# --- taking it back --------------------------------------------------------------------------


@dataclass(frozen=True)
class TakingBack:
    """Who goes when a list is taken back, and who stays, because they have done something."""

    going: Sequence[Membership]
    staying: Sequence[Membership]


def foresee(done: Import) -> TakingBack:
    """What taking this list back would do now. Who has left the team already does neither."""
    rows = [row for row in queries.list_memberships(done.made) if row.is_in_team]
    people = imports.find_touched(done, {row.person_id for row in rows}, besides={"memberships"})
    own = traces.find_referred(Membership, {row.id for row in rows})

    def has_done_nothing(row: Membership) -> bool:
        return (
            row.person_id not in people
            and row.id not in own
            and row.is_active
            and row.role is TeamRole.MEMBER
        )

    return TakingBack(
        going=[row for row in rows if has_done_nothing(row)],
        staying=[row for row in rows if not has_done_nothing(row)],
    )


def take_back(done: Import, *, by: Person) -> TakingBack:
    """Take everybody on this list out of the team who has done nothing since, and keep nothing of
    theirs but the name in the trail. Raises AlreadyUndone or TooLateToUndo.
    """
    with transaction():
        numbers = {row.person_id for row in queries.list_memberships(done.made)}
        imports.hold(done, numbers)
        found = foresee(done)
        for row in found.going:
            # They have done nothing, so that nothing of theirs is to be given back.
            row.status, row.ended_at = MembershipStatus.LEFT, clock.now()
            row.note = ""
            membership.record("member.left", row, by)
            profile.forget_contact(row.person, by=by, team=done.team)
        imports.end(done, len(found.going), by=by)
        return found


__all__ = ["COLUMNS", "TakingBack", "foresee", "preview", "take_back"]
