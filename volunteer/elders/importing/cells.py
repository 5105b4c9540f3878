"""What a cell says, in our words or in those of others, and what about it is in doubt."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from volunteer.core import chinese, homes
from volunteer.core.homes import Home
from volunteer.core.language import Sentence
from volunteer.core.language import gettext as _
from volunteer.elders import wording
from volunteer.elders.ages import ask_about_year, is_seldom
from volunteer.elders.details import ContactDetails
from volunteer.elders.health import Health
from volunteer.elders.importing.columns import SENSITIVE
from volunteer.elders.models import Category, DietTag, Living, RiskLevel
from volunteer.teams.importing import read_name, read_phone
from volunteer.teams.roster import LONGEST_NOTE, PHONE, take

Value = TypeVar("Value", bound=StrEnum)

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
SUFFIXES = {"building": "栋|幢|号楼|座|楼", "unit": "单元", "room": "室|号房|号|户"}


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
        return born, ask_about_year(born, this_year) if is_seldom(born, this_year) else ""
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
