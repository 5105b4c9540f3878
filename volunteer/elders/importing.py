"""Elders from a file: what its columns hold, what its lines say, and taking them back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from volunteer.core import chinese, clock, homes, sheets, traces
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.homes import Home
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.sheets import Column, Row, Table
from volunteer.elders import care, health, queries, wording
from volunteer.elders.care import ContactDetails, ElderDetails
from volunteer.elders.errors import TooManyElders
from volunteer.elders.health import Health
from volunteer.elders.models import Category, DietTag, Elder, Living, RiskLevel
from volunteer.people import consents, profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import imports
from volunteer.teams import queries as team_queries
from volunteer.teams.errors import NothingToAdd
from volunteer.teams.importing import (
    LONGEST_NOTE,
    doubts_about,
    read_name,
    read_note,
    read_phone,
    why_no_name,
)
from volunteer.teams.models import Import, ImportKind, Team
from volunteer.teams.roster import PHONE, Line, Preview, take

Value = TypeVar("Value", bound=StrEnum)

COLUMNS = (
    Column("name", __("Name"), {"姓名", "名字", "老人姓名", "老人", "name"}, is_needed=True),
    Column("called", __("How we call them"), {"称呼", "尊称", "called", "how we call them"}),
    Column(
        "birth",
        __("Year of birth, or age"),
        {
            "出生年", "出生年份", "出生日期", "出生年月", "生日", "出生", "年龄", "岁数", "age",
            "year of birth", "year of birth, or age", "出生年或年龄",
        },
    ),
    Column(
        "phone",
        __("Mobile phone"),
        {
            "手机", "手机号", "手机号码", "电话", "联系电话", "电话号码", "本人电话",
            "mobile phone", "phone",
        },
    ),
    Column("landline", __("Landline"), {"座机", "固定电话", "固话", "家庭电话", "landline"}),
    Column(
        "address",
        __("Address"),
        {"住址", "地址", "家庭住址", "家庭地址", "详细地址", "居住地址", "现住址", "address"},
    ),
    Column("estate", __("Estate or courtyard"),
           {"小区", "院落", "小区名称", "小区/院落", "estate", "estate or courtyard"}),
    Column("building", __("Building"), {"栋", "楼栋", "幢", "楼号", "栋号", "building"}),
    Column("unit", __("Unit"), {"单元", "单元号", "unit"}),
    Column("room", __("Room"), {"室", "房号", "门牌号", "门牌", "房间", "房间号", "room"}),
    Column(
        "living",
        __("With whom they live"),
        {"居住情况", "居住状况", "居住状态", "居住方式", "with whom they live"},
    ),
    Column(
        "categories",
        __("What is true of them"),
        {
            "类别", "人员类别", "老人类别", "特殊困难类型", "困难类型", "人群类别",
            "what is true of them",
        },
        is_repeatable=True,
    ),
    Column(
        "risk",
        __("How much care"),
        {"风险等级", "风险", "等级", "关爱等级", "探访等级", "how much care"},
    ),
    Column("risk_reason", __("Why so much care"),
           {"风险原因", "等级原因", "评级原因", "why so much care"}),
    Column(
        "contact",
        __("Emergency contact"),
        {
            "紧急联系人", "紧急联系人姓名", "联系人", "家属", "家属姓名", "监护人",
            "emergency contact",
        },
    ),
    Column(
        "contact_phone",
        __("Phone of the emergency contact"),
        {
            "紧急联系人电话", "紧急联系电话", "联系人电话", "家属电话", "监护人电话",
            "phone of the emergency contact",
        },
    ),
    Column(
        "relation",
        __("Who is the contact to them"),
        {"关系", "与老人关系", "与本人关系", "联系人关系", "who is the contact to them"},
    ),
    Column("caution", __("What to beware of"), {"注意事项", "注意", "what to beware of"}),
    Column("note", __("Remark"), {"备注", "说明", "remark", "note"}, is_repeatable=True),
    Column(
        "agreed",
        __("Agrees to be looked after"),
        {"同意", "是否同意", "同意探访", "同意服务", "知情同意", "agrees to be looked after"},
    ),
    Column(
        "health_agreed",
        __("Agrees that health and diet are kept"),
        {
            "同意健康", "健康同意", "同意登记健康", "同意保存健康信息", "健康信息同意",
            "agrees that health and diet are kept",
        },
    ),
    Column(
        "health",
        __("Health"),
        {"健康", "健康状况", "健康情况", "身体状况", "身体情况", "疾病", "health"},
        is_repeatable=True,
    ),
    Column(
        "diet",
        __("Diet"),
        {"饮食", "饮食要求", "饮食禁忌", "忌口", "饮食习惯", "diet"},
        is_repeatable=True,
    ),
    Column("allergies", __("Allergies"), {"过敏", "过敏史", "过敏情况", "allergies"}),
)  # fmt: skip
# What only the elder's own yes lets us keep.
SENSITIVE = frozenset({"health", "diet", "allergies"})
YES = {
    "是",
    "同意",
    "已同意",
    "√",
    "✓",
    "✔",
    "☑",
    "有",
    "y",
    "yes",
    "true",
    "1",
    "ok",
    "对",
    "已签",
}
OLDEST = 125

# What people write for each value; the first that fits counts, so that 半失能 is not 失能.
LIVING_WORDS = {
    Living.WITH_DISABLED_CHILD: ("残疾子女", "残疾儿", "残疾女"),
    Living.LEFT_BEHIND: ("留守", "子女在外"),
    Living.ALONE: ("独居", "独自", "单独", "一个人", "一人"),
    Living.COUPLE: ("夫妻", "配偶", "老伴", "空巢", "两口", "双老"),
    Living.WITH_CHILDREN: ("子女", "儿子", "女儿", "儿女", "孩子", "孙", "家人"),
}
CATEGORY_WORDS = {
    Category.PARTLY_DEPENDENT: ("半失能", "部分失能", "半自理"),
    Category.CARE_DEPENDENT: ("失能", "不能自理", "卧床"),
    Category.DEMENTIA: ("失智", "认知", "痴呆"),
    Category.SEVERELY_DISABLED: ("重残", "重度残疾"),
    Category.SPECIAL_FAMILY: ("失独", "特殊家庭", "计生特"),
    Category.EXTREME_POVERTY: ("特困", "五保"),
    Category.LOW_INCOME: ("低保", "低收入"),
    Category.ADVANCED_AGE: ("高龄", "80岁以上"),
    Category.LIVING_ALONE: ("独居",),
    Category.EMPTY_NEST: ("空巢",),
    Category.LEFT_BEHIND: ("留守",),
}
RISK_WORDS = {
    RiskLevel.HIGH: ("高", "红"),
    RiskLevel.KEY: ("重点", "中", "黄"),
    RiskLevel.GENERAL: ("一般", "普通", "低", "绿", "正常"),
}
DIET_WORDS = {
    DietTag.DIABETES: ("糖尿病", "无糖", "低糖", "控糖", "忌糖"),
    DietTag.LOW_SALT: ("低盐", "少盐", "清淡"),
    DietTag.LOW_FAT: ("低脂", "少油", "低油"),
    DietTag.SOFT: ("软", "流食", "流质", "烂"),
    DietTag.HALAL: ("清真",),
    DietTag.VEGETARIAN: ("素",),
    DietTag.NOT_SPICY: ("不辣", "忌辣", "不吃辣", "免辣"),
}
NOTHING = {"", "无", "没有", "正常", "良好", "none", "no", "-", "/"}
# Each has a record, consents, contacts and a trail of their own, all in one transaction.
MOST_ELDERS = 200
SUFFIXES = {"building": "栋|幢|号楼|座|楼", "unit": "单元", "room": "室|号房|号|户"}


NOBODY = ElderDetails("", "")


@dataclass(frozen=True)
class ElderLine(Line):
    """One line of the file as we read it."""

    details: ElderDetails = NOBODY
    risk: RiskLevel = RiskLevel.GENERAL
    risk_reason: str = ""
    is_agreed: bool = False
    # Only with their own yes.
    health: Health | None = None


def preview(team: Team, table: Table, held: Sequence[str]) -> Preview[ElderLine]:
    """What adding these lines would do; `held` says of each column what it holds.

    Raises TooManyElders.
    """
    check_length(table.rows)
    this_year = team.today(clock.now()).year
    read = (read_row(row, held, this_year) for row in table.rows)
    lines = [line for line in read if line is not None]
    elders = queries.list_elders(team)
    members = [row.person for row in all_of(team_queries.of_team(team))]
    seen: list[ElderLine] = []
    for line in lines:
        seen.append(line if line.fault else compare(line, elders, members, seen))
    return Preview(seen)


def check_length(rows: Sequence[object]) -> None:
    """Raises TooManyElders for what would keep everybody waiting."""
    if len(rows) > MOST_ELDERS:
        raise TooManyElders


def compare(
    line: ElderLine,
    elders: Sequence[Elder],
    members: Sequence[Person],
    above: Sequence[ElderLine],
) -> ElderLine:
    """The line beside those on the list, the team's members and the lines above it.

    The same name with the same phone or the same home is the same person.
    """
    details = line.details
    same = [elder for elder in elders if elder.person.name == line.name]
    for elder in same:
        phones = {elder.person.phone, elder.landline} - {None}
        if phones & {line.phone, details.landline} or is_same_home(elder.home, details.home):
            return replace(line, doubts=(), known=elder.person)
    if any(person.name == line.name and line.phone and person.phone == line.phone
           for person in members):  # fmt: skip
        return faulty(line, _("They are a member of the team. Take them in from the list of "
                              "members, so that both stay one person."))  # fmt: skip
    for other in above:
        if not other.fault and other.name == line.name:
            is_same_phone = bool(line.phone) and other.phone == line.phone
            if is_same_phone or is_same_home(other.details.home, details.home):
                return faulty(line, _("The same line stands above already."))
    if same:
        doubt = _("Somebody of this name is on the list already. Is this another person?")
        namesake = same[0].person if is_unclear(line, same[0]) else None
        return replace(line, doubts=(*line.doubts, doubt), namesake=namesake)
    if any(other.name == line.name and not other.fault for other in above):
        doubt = _("This name stands in the list more than once.")
        return replace(line, doubts=(*line.doubts, doubt))
    return line


def is_same_home(one: Home, other: Home) -> bool:
    return bool(one.building or one.room) and one.key == other.key


def is_unclear(line: ElderLine, elder: Elder) -> bool:
    """Nothing tells the two apart: neither phones nor homes stand on both sides."""
    has_phones = bool(line.phone and elder.person.phone)
    has_homes = bool(line.details.home.building and elder.home.building)
    return not has_phones and not has_homes


def faulty(line: ElderLine, fault: str) -> ElderLine:
    return ElderLine(line.number, line.raw, line.name, fault=fault)


# --- one line --------------------------------------------------------------------------------


def read_row(row: Row, held: Sequence[str], this_year: int) -> ElderLine | None:
    """A line as we read it; None when nothing stands in the columns that count."""
    found = sheets.values(row, held)
    if not found:
        return None
    # What somebody suffers from is not repeated beside what we read.
    raw = sheets.raw(row, ["" if key in SENSITIVE else key for key in held])
    name, beside = read_name(found.get("name", ""))
    if fault := why_no_name(name):
        return ElderLine(row.number, raw, fault=fault)
    doubts = doubts_about(name)
    phone, left_over, more = read_phone(found.get("phone", ""))
    doubts += more
    landline, landline_left_over, more = read_phone(found.get("landline", ""))
    doubts += more
    if phone.startswith("0") and not landline:
        phone, landline = "", phone
    birth_year = doubtful(doubts, *read_birth(found.get("birth", ""), this_year))
    living = doubtful(doubts, *read_choice(found.get("living", ""), LIVING_WORDS, wording.LIVING))
    categories = doubtful(doubts, *read_categories(found.get("categories", "")))
    risk, reason = doubtful(doubts, *read_risk(found))
    contacts = doubtful(doubts, *read_contact(found))
    note, more = read_note(beside, found.get("note", ""), left_over, landline_left_over)
    doubts += more
    if len(note) > LONGEST_NOTE:
        fault = _("The remark is too long: 500 characters at most.")
        return ElderLine(row.number, raw, fault=fault)
    details = ElderDetails(
        name=name,
        preferred_name=chinese.narrow(found.get("called", ""))[:30] or name,
        phone=phone,
        landline=landline,
        birth_year=birth_year,
        home=read_home(found),
        living=living,
        categories=categories,
        caution_note=found.get("caution", "")[:200],
        note=note,
        contacts=contacts,
    )
    known = doubtful(doubts, *read_health(found))
    return ElderLine(
        row.number, raw, name, phone, note=note, doubts=tuple(doubts), details=details, risk=risk,
        risk_reason=reason, is_agreed=is_yes(found.get("agreed", "")), health=known,
    )  # fmt: skip


Read = TypeVar("Read")


def doubtful(doubts: list[str], read: Read, doubt: str) -> Read:
    """What was read; what is to be looked at goes to the doubts."""
    if doubt:
        doubts.append(doubt)
    return read


def is_yes(cell: str) -> bool:
    return chinese.narrow(cell).lower() in YES


def read_birth(cell: str, this_year: int) -> tuple[int | None, str]:
    """The year of birth from a year, a day, or an age."""
    text = chinese.narrow(cell)
    if not text:
        return None, ""
    year = re.fullmatch(r"((?:18|19|20)[0-9]{2})(?:[-./年].*|[0-9]{2}(?:[0-9]{2})?)?", text)
    age = re.fullmatch(r"([0-9]{1,3})\s*(?:周?岁)?", text)
    born = int(year[1]) if year else this_year - int(age[1]) if age else 0
    if this_year - OLDEST <= born <= this_year:
        return born, ""
    return None, _("“%(text)s” is no year of birth and no age, and is left out.", text=text[:20])


def read_home(found: Mapping[str, str]) -> Home:
    """Where they live, from one cell or from several."""
    parts = {
        key: re.sub(rf"\s*(?:{ends})$", "", chinese.narrow(found.get(key, "")))
        for key, ends in SUFFIXES.items()
    }
    whole = homes.read(found.get("address", ""))
    if not any([*parts.values(), found.get("estate")]):
        return whole
    return Home(
        chinese.narrow(found.get("estate", "")) or whole.estate,
        **{key: part or getattr(whole, key) for key, part in parts.items()},
        extra=whole.extra,
    )


def read_choice(
    cell: str, words: Mapping[Value, Sequence[str]], labels: Mapping[Value, Sentence]
) -> tuple[Value | None, str]:
    """The value that a cell names, in our words or in those of others."""
    text = chinese.narrow(cell)
    if text.lower() in NOTHING:
        return None, ""
    for value, label in labels.items():
        if text.lower() == str(label).lower():
            return value, ""
    for value, said in words.items():
        if any(word in text for word in said):
            return value, ""
    return None, left_out(text)


def left_out(text: str) -> str:
    return _("We do not know “%(text)s”, and leave it out.", text=text[:30])


def read_categories(cell: str) -> tuple[list[Category], str]:
    found: list[Category] = []
    unknown = []
    for part in re.split(r"[\s,，、;；/+]+", chinese.narrow(cell)[:LONGEST_NOTE]):
        value, doubt = read_choice(part, CATEGORY_WORDS, wording.CATEGORIES)
        if value is not None and value not in found:
            found.append(value)
        if doubt:
            unknown.append(part)
    return found, left_out("、".join(unknown)) if unknown else ""


def read_risk(found: Mapping[str, str]) -> tuple[tuple[RiskLevel, str], str]:
    """The level and why: a raised one without a reason is not taken over."""
    level, doubt = read_choice(found.get("risk", ""), RISK_WORDS, wording.RISKS)
    reason = found.get("risk_reason", "")[:200]
    if level in {RiskLevel.HIGH, RiskLevel.KEY} and not reason:
        return (RiskLevel.GENERAL, ""), _(
            "No reason is given why they need more care. They come in as “%(general)s”.",
            general=wording.RISKS[RiskLevel.GENERAL],
        )
    return (level or RiskLevel.GENERAL, reason), doubt


def read_contact(found: Mapping[str, str]) -> tuple[list[ContactDetails], str]:
    """Whom to call; the number may stand beside the name."""
    said = chinese.narrow(found.get("contact", ""))
    relation = chinese.narrow(found.get("relation", ""))[:30]
    number, _left_over, _doubts = read_phone(found.get("contact_phone", ""))
    if not number:
        beside, said = take(PHONE, said)
        number = chinese.phone_digits(beside)
        said = said.strip(" ,/、")
    name, more = read_name(said)
    name, relation = name or relation, relation or more.strip(" ,/、")[:30]
    if not name and not number:
        return [], ""
    if not number:
        return [], _("The emergency contact has no number that we can read, and is left out.")
    if not chinese.is_name(name):
        return [], _("Whose number is that of the emergency contact? It is left out.")
    return [ContactDetails(name, number, relation if relation != name else "")], ""


def read_health(found: Mapping[str, str]) -> tuple[Health | None, str]:
    """What we may keep of health and diet: nothing without their own yes."""
    said = {
        key: found[key]
        for key in SENSITIVE & found.keys()
        if chinese.narrow(found[key]).lower() not in NOTHING
    }
    if not is_yes(found.get("health_agreed", "")):
        if not said:
            return None, ""
        return None, _(
            "They have not agreed that health and diet are kept, so these cells are left out."
        )
    diet = said.get("diet", "")
    tags = [tag for tag, words in DIET_WORDS.items() if any(word in diet for word in words)]
    note = "；".join(part for part in (said.get("health", ""), "" if tags else diet) if part)
    return Health(note=note[:200], diet_tags=tags, allergies=said.get("allergies", "")[:200]), ""


# --- saving, and taking it back --------------------------------------------------------------


def add_all(
    team: Team, lines: Sequence[ElderLine], *, by: Person, form_key: str | None = None
) -> Import:
    """Put all these people on the list, or none of them. Raises NothingToAdd or TooManyElders.

    `form_key` names the page it was sent from: pressed twice, everybody comes once. Where the
    file says that they agree, whoever brings it answers for their paper.
    """
    with transaction():
        lock(team)
        if saved := imports.find_saved(team, form_key):
            return saved
        if not lines:
            raise NothingToAdd
        check_length(lines)
        made = []
        for line in lines:
            elder = care.take_in(
                team, line.details, by=by, consent=ConsentDetails() if line.is_agreed else None,
                risk=line.risk, risk_reason=line.risk_reason,
            )  # fmt: skip
            if line.health is not None:
                consents.give(elder.person, ConsentScope.HEALTH, ConsentDetails(), by=by, team=team)
                health.write(elder, line.health, by=by)
            made.append(elder.id)
        return imports.note(team, ImportKind.ELDERS, made, form_key=form_key, by=by)


@dataclass(frozen=True)
class TakingBack:
    """Who goes when a list is taken back, and who stays, because something was done for them."""

    going: Sequence[Elder]
    staying: Sequence[Elder]


def foresee(done: Import) -> TakingBack:
    """What taking this list back would do now. Who is no longer served does neither."""
    elders = [elder for elder in queries.list_by_numbers(done.made) if elder.is_served]
    people = imports.find_touched(
        done, {elder.person_id for elder in elders}, besides={"elders", "consents"}
    )
    referred = traces.find_referred(
        Elder, {elder.id for elder in elders}, besides={"emergency_contacts", "elder_health"}
    )

    def is_untouched(elder: Elder) -> bool:
        return elder.person_id not in people and elder.id not in referred

    return TakingBack(
        going=[elder for elder in elders if is_untouched(elder)],
        staying=[elder for elder in elders if not is_untouched(elder)],
    )


def take_back(done: Import, *, by: Person) -> TakingBack:
    """Take everybody on this list off it for whom nothing was done since: their record, contacts
    and health are deleted, their consents end. Raises AlreadyUndone or TooLateToUndo.
    """
    with transaction():
        numbers = {elder.person_id for elder in queries.list_by_numbers(done.made)}
        imports.hold(done, numbers)
        found = foresee(done)
        for elder in found.going:
            person, team = elder.person, elder.team
            for scope in (ConsentScope.HEALTH, ConsentScope.BASIC):
                consents.withdraw(person, scope, by=by, team=team)
            health.forget(elder)
            session.delete(elder)
            profile.forget_contact(person, by=by, team=team)
        imports.end(done, len(found.going), by=by)
        return found


__all__ = ["COLUMNS", "ElderLine", "TakingBack", "add_all", "foresee", "preview", "take_back"]
