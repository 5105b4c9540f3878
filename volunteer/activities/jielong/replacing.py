"""Lines in which one takes their word back and another comes instead: 王秀英 请假，金姐顶上.

Such a line is two entries: who cancels, and who is new. Whatever is less than clear stays one.
"""

import re

from volunteer.activities.jielong import words
from volunteer.activities.jielong.entries import Entry
from volunteer.core.language import gettext as _

NAME = r"[一-龥·]{2,8}?"
ENDS = r"(?=[\s,;、.。!()0-9+]|$)"
TAKING_OVER = r"顶[上班位岗替]?|替[上班补]?|代[替班]|补[上位]|接[上班替]"
TAKES_OVER = rf"(?:来|去|帮我?)?(?:{TAKING_OVER})(?:[我她他]|一下|一次|了)?(?:来|去)?"
COMES = r"(?:来|去|参加)(?:了|吧)?"
# 改李建国, 换成金姐来, 由金姐顶上.
NAMED_BEHIND = re.compile(
    rf"(?:[改换](?:[成为由让叫请到])?|[由让叫](?={NAME}(?:{TAKES_OVER}|{COMES}){ENDS}))\s?"
    rf"(?P<whom>{NAME})(?:{TAKES_OVER}|{COMES})?{ENDS}"
)
# 金姐顶上, 金姐来.
NAMED_BEFORE = re.compile(
    rf"(?<![一-龥])(?P<whom>{NAME})\s?(?:(?P<over>{TAKES_OVER})|{COMES}){ENDS}"
)
# The quick look: without one of these nobody takes their word back (words.CANCELS).
MAY_SAY_NO = re.compile(r"取消|撤销|退[出报]|不|请假|划掉|作废|没")
# 周阿姨替吴大爷报名.
SIGNS_UP = re.compile(
    rf"(?<![一-龥])(?P<asker>{NAME})\s?[替帮代](?![{words.NOT_NAMED}])(?P<whom>{NAME})"
    rf"\s?(?:{words.SAID_BEHIND})"
)
# 周三 looks like somebody.
IS_A_DAY = re.compile(r"[下本这上]?周[一二三四五六日天末]")
IS_NOBODY = re.compile(r"[谁哪有没请求找看你我他她别其大不]")
LONGEST_NICKNAME = 3
# Somebody else seems to come, and it is not clear who: 让女儿来, 麻烦董永福顶一下, 位子给马淑兰.
SEEMS_TO_COME = re.compile(
    rf"(?<![一-龥])(?P<whom>[一-龥·]{{2,12}}?)\s?(?:{TAKES_OVER}|{COMES}){ENDS}"
    r"|(?:名额|位[子置])让?给?(?P<given>[一-龥·]{2,8})"
)
# 我来替她: whoever writes, and that is no name.
WRITER_COMES = re.compile(rf"(?:我(?:{TAKES_OVER}|{COMES}|报名)|[替代顶][{words.NOT_NAMED}]){ENDS}")
# 下次来, 大家来吧, 谁来顶一下: that is nobody.
COMES_NOBODY = re.compile(
    r"[谁哪请不没能可人再还也]|大家|一起|[下这本上][次周]|下回|以后|改[天日]|[今明后]天|[早晚]上|[上下]午"
    r"|(?:周|星期|礼拜)[一二三四五六日天末]|时间|时候|月|号"
)


def read_entries(number: int, position: int, text: str, raw: str, *, is_meal: bool) -> list[Entry]:
    """The entry that this cleaned text is; or who cancels and, behind them, who comes instead."""
    text = text[: words.LONGEST_TEXT]
    if both := signed_up_behind(text):
        return two_entries(number, position, text, raw, *both, is_meal=is_meal)
    # Who has something else to do takes their word back when another one comes.
    leaving, coming = apart(words.BUSY.sub(" , 取消 ", text))
    new = words.read_entry(number, position, coming, raw, is_meal=is_meal) if coming else None
    if new is None or new.fault:
        alone = words.read_entry(number, position, text, raw, is_meal=is_meal)
        if alone.is_cancelled and may_be_replaced(text):
            # Else whoever that is would be lost, and nobody would notice.
            return [changed(alone, doubts=(*alone.doubts, who_comes()))]
        return [alone]
    old = words.read_entry(number, position, leaving, raw, is_meal=is_meal)
    if old.fault:
        # Who cancels has left the name away.
        return [changed(new, words=text, doubts=(*new.doubts, who_comes()))]
    doubt = _("Comes instead of %(name)s: is it right?", name=old.name)
    return [
        changed(old, words=text),
        changed(
            new,
            words=text,
            position=position + 1,
            asked_by=new.asked_by or old.name,
            doubts=(*new.doubts, doubt),
        ),
    ]


def signed_up_behind(text: str) -> tuple[str, str] | None:
    """王秀英取消，周阿姨替吴大爷报名: what is said of who cancels, and of who is signed up, when
    these are not the same."""
    match = SIGNS_UP.search(text)
    if match is None:
        return None
    before, clause, after = text[: match.start()], match[0], text[match.end() :]
    for leaving, coming in ((before, f"{clause} {after}"), (after, f"{before} {clause}")):
        own_name, _rest = words.take_name(words.CANCELS.sub(" , ", leaving))
        is_another = own_name not in {match["asker"], match["whom"]} and words.is_person(own_name)
        if is_another and words.takes_back(leaving):
            return leaving, coming
    return None


def two_entries(
    number: int, position: int, text: str, raw: str, leaving: str, coming: str, *, is_meal: bool
) -> list[Entry]:
    old = words.read_entry(number, position, leaving, raw, is_meal=is_meal)
    new = words.read_entry(number, position + 1, coming, raw, is_meal=is_meal)
    doubt = _("One cancels and another is signed up in one line: is it right?")
    return [changed(old, words=text), changed(new, words=text, doubts=(*new.doubts, doubt))]


def changed(entry: Entry, **new: object) -> Entry:
    return Entry(**{**vars(entry), **new})


def who_comes() -> str:
    return _("Somebody comes instead of somebody else: who is it?")


def may_be_replaced(text: str) -> bool:
    """Whether a line in which somebody cancels seems to speak of another who comes."""
    if WRITER_COMES.search(text):
        return True
    found = (match["whom"] or match["given"] for match in SEEMS_TO_COME.finditer(text))
    return any(COMES_NOBODY.search(whom) is None for whom in found)


def apart(text: str) -> tuple[str, str]:
    """What is said of who cancels, and of who comes instead; "" when nobody does."""
    if MAY_SAY_NO.search(text) is None or words.COMES_AFTER_ALL.search(text):
        return "", ""
    for pattern in (NAMED_BEHIND, NAMED_BEFORE):
        for match in pattern.finditer(text):
            if not is_somebody(match):
                continue
            before, after = text[: match.start()], text[match.end() :]
            if words.takes_back(before):
                return before, f"{match['whom']} {after}"
            if words.takes_back(after):
                return f"{before} , {after}", match["whom"]
    return "", ""


def is_somebody(match: re.Match[str]) -> bool:
    whom = match["whom"]
    if IS_A_DAY.fullmatch(whom) or IS_NOBODY.match(whom):
        return False
    is_clear = bool(match.groupdict().get("over")) and len(whom) <= LONGEST_NICKNAME
    return is_clear or words.is_person(whom)
