"""What one line of a 接龙 says: who, how many, from where, and whether they come after all.

Everything is read in one order (phone, home, people, diet, verbs), each part
taken out of the text; what is left over is the name and a remark. Nothing here raises, and
nothing here is certain: a `doubt` is shown beside the line, a `fault` keeps it out.
"""

import re
import unicodedata

from volunteer.activities.jielong.entries import MOST_PEOPLE, NOWHERE, Entry
from volunteer.core import chinese
from volunteer.core.homes import Home
from volunteer.core.language import gettext as _
from volunteer.teams import roster

# Nobody's line is longer; of a longer one the rest is not read.
LONGEST_TEXT, LONGEST_NAME = 300, 30
MANY_PEOPLE = 20

NUMERALS = "一二三四五六七八九"
N = r"(?:[0-9]{1,3}|[一二两三四五六七八九十]{1,3})"
ESTATE = r"(?:(?<![一-龥])[一-龥]{2,8}(?:小区|花园|公寓|苑|院)\s*)?"
IN_WORDS = re.compile(
    rf"{ESTATE}(?<![0-9A-Za-z一二三四五六七八九十])"
    r"(?P<building>[0-9]{1,3}|[A-Za-z]|[一二三四五六七八九十]{1,3})\s?(?:栋|幢|号楼|座|#)"
    r"(?:\s?-?\s?(?P<unit>[0-9]{1,2}|[一二三四五六七八九十]{1,2})\s?单元)?"
    r"(?:\s?-?\s?(?P<room>[0-9]{3,4}|[0-9]{1,2}-[0-9]{1,4}|[0-9]{1,4}(?=[室号户]))"
    r"(?![0-9])(?!\s?[人位份个])[室号户]?)?"
)
BY_DASHES = re.compile(
    rf"{ESTATE}(?<![0-9-])(?P<building>[0-9]{{1,3}})\s?-\s?(?:(?P<unit>[0-9]{{1,2}})\s?-\s?)?"
    r"(?P<room>[0-9]{1,4})(?![0-9-])(?!\s?[人位份个点])[室号户]?"
)
BY_ROOM = re.compile(
    r"^(?P<building>)(?P<unit>)(?P<room>[0-9]{3,4})(?![0-9])(?:[室号户]|(?=[ 一-龥]))"
    r"(?! ?[年月元人位份个])"
)
HOMES = (IN_WORDS, BY_DASHES, BY_ROOM)

RANGE = re.compile(rf"(?P<low>{N})\s?[-~到至]\s?(?P<high>{N})\s?[人位]")
PLUS = re.compile(rf"(?:\+|加)\s?(?P<n>{N})(?![0-9])\s?(?:个人|人|位|个)?")
FAMILY = re.compile(
    rf"(?:我们|咱们?)?一家\s?(?P<n>{N})\s?口(?:人|之家)?|(?P<m>[3-9三四五六])\s?口之家"
)
COUPLE = re.compile(r"(?:夫妻|夫妇|两口子|老两口|我们?俩|俩口子)(?:俩|二人|两人|2人|两个)?|俩人?")
BIG_AND_SMALL = re.compile(
    rf"(?P<big>{N})\s?(?:个?大人|大)\s?(?P<small>{N})\s?(?:个?(?:小孩|孩子|娃娃?)|小)"
)
COUNTED = re.compile(
    rf"(?<![第0-9一二两三四五六七八九十.:/-])(?:人数|一共|总共|共|计)?\s?:?\s?(?P<n>{N})\s?"
    r"(?:个人|人份|人|位|份|名(?!字)|个(?=$|[\s,;、()+!]))|人数\s?:?\s?(?P<m>[0-9]{1,3})"
)
TIMES = re.compile(r"(?<![A-Za-z0-9])[xX×*]\s?(?P<n>[0-9]{1,3})(?![0-9])")
KIN = r"朋友|家属|家人|老公|老婆|老伴|孩子|小孩|娃娃?|孙子|孙女|外孙女?|女儿|儿子|妈妈?|爸爸?"
BRINGS = re.compile(
    rf"带(?:着|上)?\s?(?:(?P<n>{N})\s?[个位名]?)?\s?(?:人|{KIN})"
    rf"|[+和跟与加]\s?(?:(?P<m>{N})\s?[个位名])?\s?我?(?:{KIN})(?:一起|一块儿?)?"
)

FOODS = (
    "辣椒|辣|甜食|甜|糖|葱|姜|蒜|香菜|海鲜|虾|鱼|鸡蛋|蛋|牛奶|花生|牛肉|羊肉|猪肉|肥肉|内脏|肉"
    "|盐|味精|油|凉的|硬的"
)
DIET = re.compile(
    rf"糖尿病|高血糖|血糖高|[低少无控]糖|(?:不|不能|不要|别|勿)(?:吃|要|放|加|沾)(?:{FOODS})(?:、?(?:{FOODS}))*"
    r"|[忌免少低微不](?:辣|盐|油|脂|酸|甜)|对?[一-龥]{1,2}过敏|清真|回民|回族|吃素|素食|全素|素餐|素菜"
    r"|(?<![一-龥𠀀-𲎯])素(?![一-龥𠀀-𲎯])|软食|软饭|软一?点|半?流食|清淡|痛风|高血压|高血脂|三高|牙不好"
)
ANYTHING = re.compile(r"(?:没有?|无|不)忌口|忌口无|忌口")
COMES_AFTER_ALL = re.compile(r"[不没未]取消|又[能可]?以?来|(?<!不)(?:可以来|能来了)|还是来|照常来")
# 临时有事, 家里有事来不了: not 有事找老王, 有事晚到.
BUSY = re.compile(
    r"(?:临时|突然|家[里中]|单位|正好|刚好|[今明后那当]天|[上下]午|晚上)*(?<![没无])有(?:点|些|急|别的)?事(?:情|儿)?了?"
    r"(?=[\s,;、.。!()]|$|[换改]|[来去]?不)"
)
CANCELS_SOME = re.compile(rf"(?:取消|减|少来?)\s?(?P<n>{N})\s?(?:个人|人|位|个)")
CANCELS = re.compile(
    r"(?:已经?)?取消(?:报名)?|撤销|退出|退报|[来去]不(?:了|成|到)了?|不(?:[能得]|可以)?[来去]了?|不参加了?"
    # Who has no time in the morning may come in the afternoon: only as the last word.
    r"|参加不了|走不[开脱]|请假|划掉|作废|(?:没得?空|不得空|没时间)了?(?=[\s,)!]*$)"
)
WAITS = re.compile(r"候补|排队|替补|等位")
IS_UNSURE = re.compile(
    r"待定|未定|不确定|不一定|看情况|可能来?|也许|尽量来?|争取来?|到时候?再?[看说]|\?+"
)
INSTEAD = re.compile(r"代替|顶替")
SAID_BEHIND = r"报(?:个|一?下)?名?|接龙|登记|占个?[位座]子?"
SAID_LATER = re.compile(r"报(?:个|一?下)?名|接龙|登记")
# Whom one means by these, the line alone does not say.
NOT_NAMED = "我你她他它谁"
FOR_OTHER = re.compile(
    rf"(?:替|帮|代|给(?=[一-龥]{{2,8}}?\s?(?:{SAID_BEHIND})))(?!忙|厨|工|助|把|手|表|[{NOT_NAMED}](?=[来去报顶\s,;、!)]|$))"
    r"(?P<said>报名?|接龙)?(?: , |\s)?"
    # What is said behind a name is no part of it.
    rf"(?P<whom>[^\s,;、()+0-9报]{{2,8}}?(?=\s?(?:{SAID_BEHIND}))|[^\s,;、()+0-9报]{{2,8}})"
    rf"\s?(?P<also>{SAID_BEHIND})?"
)
# 陈大姐你好, @陈大姐: who is spoken to, and does not write this line.
GREETS = re.compile(
    r"@|[您你]们?好啊?|(?<=[姐姨爷妈哥叔嫂伯孃嬢婆师生记任士总长])好(?=[\s,;、.。!:])"
    r"|[您你]?辛苦了?|(?:麻烦|谢谢|劳驾)[您你]?了?"
)
# 陈大姐，我替…: whoever wrote the line, without their name.
WRITES = re.compile(r"(?:^|[,:;、.。!])\s?我们?(?:来|要|想|先|也|这[边里])?\s?$")
OWN_NAME = re.compile(r"^我(?:是|叫)?(?=[一-龥]{2})")
MOST_NAMES = 4
BEFORE_A_NAME = re.compile(r"^(?:我是|我叫|姓名|名字|本人|报名)+")
BEHIND_A_NAME = re.compile(
    r"(?:报名参加|报名|参加|接龙|准时到|准时参加|准时|能来|可以来|要来|会来|我来|来参加|算一个)+$"
)
WHAT_THEY_DO = re.compile(r"(?<=[一-龥]{2})(?:帮忙|来帮|负责|可以|能来|要来|也来).*$")
# Signs that stand between words; the dot of 阿布都·热西提 does not.
SIGNS = re.compile(r"[:/\\。!~…?+=*#@&_<>\[\]【】《》「」『』\"“”^|`$%{}]+")
JOINED = re.compile(r"(?<![一-龥])([一-龥]{2,4})[和跟与及]([一-龥]{2,4})(?![一-龥])")
HONORIFICS = (
    "阿姨", "婆婆", "大爷", "大妈", "大姐", "大哥", "大叔", "大嫂", "大伯", "叔叔", "嬢嬢",
    "孃孃", "娘娘", "爷爷", "奶奶", "姐姐", "哥哥", "妹妹", "弟弟", "伯伯", "老师", "师傅",
    "医生", "书记", "主任", "女士", "先生", "同学", "孃", "嬢", "叔", "姐", "哥", "嫂",
    "姨", "伯", "爷", "婆", "妈", "总", "老", "妹", "弟",
)  # fmt: skip
SURNAMES = {*chinese.FREQUENT_SURNAMES, *chinese.COMPOUND_SURNAMES.split()}
GIVEN_NAME = re.compile(r"([一-龥]{1,2})(?: |$)")


def read_entry(number: int, position: int, words: str, raw: str, *, is_meal: bool) -> Entry:
    """The entry that this cleaned text is. `is_meal`: people who eat are counted, so that +1
    most likely means one more."""
    words = words[:LONGEST_TEXT]
    doubts: list[str] = []
    phone, text = roster.take(roster.PHONE, words)
    home, text = take_home(text)
    some, text = take_some_cancelled(text, doubts)
    people, text = take_people(text, doubts, is_meal=is_meal)
    people = max(people - some, 1) if some else people
    diet, text = take_all(DIET, text)
    _said, text = take_all(ANYTHING, text)
    busy, text = take_all(BUSY, text)
    is_cancelled, text = take_cancelling(text, doubts)
    if busy and not is_cancelled:
        doubts.append(_("Something has come up for them: do they come?"))
    waits, text = take_all(WAITS, text)
    unsure, text = take_all(IS_UNSURE, text)
    asked_by, text = take_asker(text, doubts)
    text = apart_by_and(text)
    name, note = take_name(text)
    if people == 0:
        doubts.append(_("“0 people”: we take it for a cancellation."))
        people, is_cancelled = 1, True
    if not name:
        return Entry(number, position, raw, words, fault=unreadable(number, words or raw))
    if looks_like_several(text):
        doubts.append(_("Several names in one line? Only the first one is taken."))
    return Entry(
        number, position, raw, words, name, asked_by, people, chinese.phone_digits(phone), home,
        tuple(diet), note, is_cancelled, bool(waits), bool(unsure), tuple(doubts),
    )  # fmt: skip


def unreadable(number: int, words: str) -> str:
    """What to say about an entry without a name."""
    return _(
        "Line %(number)d can't be read: “%(text)s”. "
        "Change it to “%(number)d. name”, or delete this line.",
        number=number,
        text=words[:30],
    )


def take_all(pattern: re.Pattern[str], text: str) -> tuple[list[str], str]:
    """Everything that matches, and the text with a gap where each of it stood."""
    return [match[0] for match in pattern.finditer(text)], pattern.sub(" , ", text)


def take_home(text: str) -> tuple[Home, str]:
    for pattern in HOMES:
        if match := pattern.search(text):
            parts = {
                part: str(number_of(words))
                if words and words[0] in NUMERALS + "十"
                else words or ""
                for part, words in match.groupdict().items()
            }
            return Home(**parts), f"{text[: match.start()]} , {text[match.end() :]}"
    return NOWHERE, text


def number_of(words: str) -> int:
    """2, 两, 十二, 二十: what people write for small numbers."""
    if words.isascii():
        return int(words)
    digits = {"两": 2, **{sign: value for value, sign in enumerate(NUMERALS, 1)}}
    if "十" in words:
        tens, _ten, ones = words.partition("十")
        return digits.get(tens, 1) * 10 + digits.get(ones, 0)
    return digits.get(words[-1], 1)


def take_people(text: str, doubts: list[str], *, is_meal: bool) -> tuple[int, str]:
    """How many come by this line, its writer with them."""
    for pattern in (RANGE, PLUS, FAMILY, BIG_AND_SMALL, COUNTED, TIMES, COUPLE, BRINGS):
        match = pattern.search(text)
        if match is None:
            continue
        rest = f"{text[: match.start()]} , {text[match.end() :]}"
        people = people_of(pattern, match, doubts, is_meal=is_meal)
        if people > MOST_PEOPLE:
            doubts.append(_("We did not understand how many people come."))
            return 1, rest
        if people > MANY_PEOPLE:
            doubts.append(_("Are they really so many people?"))
        return people, rest
    return 1, text


def take_some_cancelled(text: str, doubts: list[str]) -> tuple[int, str]:
    """How many of them do not come after all: 2人 取消1人 leaves one."""
    match = CANCELS_SOME.search(text)
    if match is None:
        return 0, text
    doubts.append(_("Some of them don't come: is the number right?"))
    return number_of(match["n"]), f"{text[: match.start()]} , {text[match.end() :]}"


def people_of(
    pattern: re.Pattern[str], match: re.Match[str], doubts: list[str], *, is_meal: bool
) -> int:
    said = match.groupdict()
    if pattern is COUPLE:
        return 2
    if pattern is RANGE:
        doubts.append(_("From so many to so many: we took the larger number."))
        return max(number_of(said["low"]), number_of(said["high"]))
    if pattern is BIG_AND_SMALL:
        return number_of(said["big"]) + number_of(said["small"])
    if pattern is BRINGS:
        doubts.append(_("Brings somebody along: are they as many as we counted?"))
        return 1 + number_of(said["n"] or said["m"] or "1")
    people = number_of(said["n"] or said.get("m") or "1")
    if pattern is PLUS:
        doubts.append(_("“+%(count)d”: only themselves, or more people?", count=people))
        return 2 if people == 1 and is_meal else people
    return people


def takes_back(text: str) -> bool:
    """Whether these words say no, and not for some of several alone."""
    return CANCELS.search(text) is not None and not CANCELS_SOME.search(text)


def take_cancelling(text: str, doubts: list[str]) -> tuple[bool, str]:
    """Whether they take their word back. Who says both yes and no is looked at by a person."""
    after_all, text = take_all(COMES_AFTER_ALL, text)
    cancels, text = take_all(CANCELS, text)
    if after_all and (cancels or "取消" in "".join(after_all)):
        doubts.append(_("Yes and no in one line: we took it that they come."))
    return bool(cancels) and not after_all, text


def take_asker(text: str, doubts: list[str]) -> tuple[str, str]:
    """Who wrote it for somebody else, and the text that speaks of that other person alone.

    代 is a surname too: at the beginning of a line it means "for" only with more to show for it.
    """
    if INSTEAD.search(text):
        doubts.append(_("Somebody comes instead of somebody else: who is it?"))
        return "", INSTEAD.sub(" , ", text)
    match = FOR_OTHER.search(text)
    if match is None:
        return "", text
    before = text[: match.start()]
    asker, greeted = who_asks(before)
    if not (asker or is_for_other(match, text)):
        return "", text
    if comes_instead(before, match):
        doubts.append(_("Somebody comes instead of somebody else: who is it?"))
        asker = "" if asker in NOT_NAMED else asker
        return "", asker or match["whom"].rstrip("来去")
    if greeted not in {"", asker, match["whom"]}:
        doubts.append(_("Is “%(name)s” only spoken to, or do they come, too?", name=greeted))
    return asker, f"{match['whom']} , {text[match.end() :]}"


def who_asks(before: str) -> tuple[str, str]:
    """Who signs somebody else up, by the words before that: the last of several persons. And who
    stands in front of them, 陈大姐，陈明替…: most likely spoken to, and nobody says so; else ""."""
    said, rest = take_all(GREETS, before)
    if found := WRITES.search(rest):
        spoken_to = take_name(rest[: found.start()])[0]
        return "", "" if said or not is_person(spoken_to) else spoken_to
    names: list[str] = []
    while rest and len(names) < MOST_NAMES:
        name, rest = take_name(rest)
        names.append(OWN_NAME.sub("", name))
    named = [name for name in names if name]
    first, last = (named[0], named[-1]) if named else ("", "")
    if len(named) > 1 and is_person(last):
        return last, "" if said or not is_person(first) else first
    if said:
        # Who wrote it does not say their own name.
        return "", ""
    return take_name(before)[0], ""


def comes_instead(before: str, match: re.Match[str]) -> bool:
    """李玉珍替王秀英来, 我来替王秀英: that is no signing up for somebody else."""
    says_so = match["whom"].endswith(("来", "去")) or before.rstrip().endswith(("来", "去"))
    return match[0].startswith("替") and says_so and not (match["said"] or match["also"])


def is_for_other(match: re.Match[str], text: str) -> bool:
    """Whether a line that begins with 替, 帮 or 代 speaks of somebody else."""
    if match[0].startswith("替") or match["said"] or match["also"] or is_person(match["whom"]):
        return True
    return match[0].startswith("帮") and SAID_LATER.search(text, match.end()) is not None


def take_name(text: str) -> tuple[str, str]:
    """The first part that can be called a name, and what stands behind it."""
    rest = SIGNS.sub(" , ", text)
    for _try in range(4):
        name, rest = roster.split_name(rest)
        # 王 秀英: a surname that stands apart.
        if name in SURNAMES and (given := GIVEN_NAME.match(rest)):
            name, rest = name + given[1], rest[given.end() :]
        name = tidy_name(name)
        if any(unicodedata.category(letter)[0] == "L" for letter in name):
            return name, rest
        if not rest:
            break
    return "", ""


def tidy_name(name: str) -> str:
    name = BEHIND_A_NAME.sub("", BEFORE_A_NAME.sub("", name))
    name = WHAT_THEY_DO.sub("", name)
    return name.strip("-.·'’ ")[:LONGEST_NAME].strip()


def apart_by_and(text: str) -> str:
    """王姐和李姐 as two: 和 is in names too, so only between two that are persons by the look."""
    return JOINED.sub(
        lambda two: f"{two[1]} , {two[2]}" if all(map(is_person, two.groups())) else two[0], text
    )


def looks_like_several(text: str) -> bool:
    words = [word for word in roster.words_of(SIGNS.sub(" ", text)) if len(word) > 1]
    return len(words) > 1 and all(map(chinese.is_likely_name, words))


def is_person(word: str) -> bool:
    """王秀英, or 王阿姨: most likely somebody, by the look of it."""
    return chinese.is_likely_name(word) or surname_called(word) != ""


def begins_with_person(text: str) -> bool:
    return any(is_person(text[:length]) for length in (2, 3, 4))


def surname_called(name: str) -> str:
    """The surname in 王阿姨, 欧阳老师, 老王, 小李; "" when somebody isn't called like that."""
    if name in HONORIFICS:
        return ""
    if len(name) == 2 and name[0] in "老小阿" and name[1] in chinese.FREQUENT_SURNAMES:
        return name[1]
    for honorific in HONORIFICS:
        surname = name.removesuffix(honorific)
        if surname != name and (len(surname) == 1 or surname in SURNAMES):
            return surname
    return ""
