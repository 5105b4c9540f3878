"""The demo's elders: 24 invented neighbours, who looks after them, and visits, some overdue.

No person, number or home exists. Among them stands on purpose what goes wrong in real life:
a visit with one visitor missing, one at which nobody answered, a consent that has run out.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.core.homes import Home
from volunteer.demo.cast import Cast, deliver, in_daytime
from volunteer.elders import care, health, no_answer, pairing, queries, recording, visits
from volunteer.elders.details import ContactDetails, ElderDetails
from volunteer.elders.health import Health
from volunteer.elders.models import (
    Category,
    Check,
    DietTag,
    Elder,
    Finding,
    Living,
    MajorChange,
    RiskLevel,
    StepKind,
    Visit,
    VisitChannel,
    VisitStatus,
)
from volunteer.elders.recording import Found, Report
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, ConsentWay, Person

# Name, how to call them, born, risk, home, living, categories, diet, how to talk with them.
ELDERS = """
王淑华 王婆婆 1941 高 3-2-501 独居 高龄,独居 糖尿病 说四川话，敲门等一等
李长庚 李大爷 1939 高 1-1-302 独居 高龄,独居,半失能 低盐 慢慢说，一次说一件事
张桂芝 张婆婆 1944 重点 5-2-102 独居 高龄,独居 软食 喜欢摆龙门阵
陈玉蓉 陈嬢嬢 1952 重点 2-1-402 独居 独居,特扶 糖尿病 不提孩子的事
刘国栋 刘大爷 1943 重点 4-3-601 独居 高龄,独居 低盐 早上去公园，下午在家
何秀清 何婆婆 1948 一般 6-1-201 独居 独居 糖尿病 先打电话再去
赵德福 赵大爷 1940 重点 3-1-101 独居 高龄,独居 低盐 耳背，敲门要大声
刘玉芳 刘婆婆 1950 一般 7-2-303 独居 独居 - 养了一只小狗，怕生
周家禄 周大爷 1942 重点 2-3-502 独居 高龄,独居 软食 爱下象棋
吴永贞 吴婆婆 1949 一般 8-1-104 独居 独居 糖尿病 下午要睡午觉
杨慧如 杨孃孃 1951 一般 5-1-203 独居 独居 素食 初一十五去庙里
马福海 马大爷 1947 一般 1-2-401 独居 独居 清真 先敲门，再按门铃
徐淑贤 徐婆婆 1944 重点 4-1-301 空巢 高龄,空巢 低盐 老两口都在
孙文治 孙大爷 1945 一般 6-2-502 空巢 高龄,空巢 糖尿病 会打太极
胡玉琼 胡婆婆 1953 重点 3-3-202 空巢 空巢,特扶 - 请她先开口
朱明远 朱大爷 1948 高 7-1-103 空巢 空巢,半失能 低盐 坐轮椅，门口有坡
林素云 林婆婆 1950 一般 8-2-601 空巢 空巢 糖尿病 爱听川剧
郭家驹 郭大爷 1951 一般 2-2-404 空巢 空巢 - 周末回乡下
高桂莲 高婆婆 1938 高 5-3-101 子女 高龄,失智 软食 看到熟人才开门
罗天成 罗大爷 1941 重点 1-3-201 子女 高龄,半失能 软食 儿媳在家
梁永秀 梁嬢嬢 1955 重点 6-3-302 残疾子女 - - 家里有人要照顾，短一点
宋德华 宋大爷 1954 一般 4-2-102 子女 - 糖尿病 白天一个人
谢春芳 谢婆婆 1952 一般 7-3-501 留守 - 低盐 孙子在外地上学
贾秀琴 贾孃孃 1956 一般 8-3-203 留守 - - 也在队里帮忙
"""
RISKS = {"高": RiskLevel.HIGH, "重点": RiskLevel.KEY, "一般": RiskLevel.GENERAL}
RISK_REASONS = {
    RiskLevel.HIGH: "八十多岁一个人，上个月摔过一次。",
    RiskLevel.KEY: "一个人的时候多，慢性病。",
}
LIVING = {
    "独居": Living.ALONE, "空巢": Living.COUPLE, "子女": Living.WITH_CHILDREN,
    "残疾子女": Living.WITH_DISABLED_CHILD, "留守": Living.LEFT_BEHIND,
}  # fmt: skip
CATEGORIES = {
    "高龄": Category.ADVANCED_AGE, "独居": Category.LIVING_ALONE, "空巢": Category.EMPTY_NEST,
    "特扶": Category.SPECIAL_FAMILY, "半失能": Category.PARTLY_DEPENDENT,
    "失智": Category.DEMENTIA,
}  # fmt: skip
DIETS = {
    "糖尿病": DietTag.DIABETES, "低盐": DietTag.LOW_SALT, "软食": DietTag.SOFT,
    "清真": DietTag.HALAL, "素食": DietTag.VEGETARIAN,
}  # fmt: skip
# By their place in the list, from 0.
HEALTH_NOTES = {
    0: "血糖高，下楼梯要扶。", 1: "左腿不方便，容易跌倒。", 6: "听力差，右耳好一些。",
    15: "坐轮椅，上下楼要两个人。", 18: "记性不好，出门会走失。",
}  # fmt: skip
ALLERGIES = {7: "花生"}
CAUTIONS = {0: "楼梯灯暗，扶好。", 7: "小狗怕生，先叫一声。", 15: "门口的坡滑。"}
# Five who do not agree that health and diet are kept; the last one's consent has run out.
WITHOUT_HEALTH_CONSENT = (5, 9, 16, 21)
# Two who do not want that anybody is called, but in danger.
WITHOUT_CONTACTS_CONSENT = (5, 20)
EXPIRED_CONSENT = 22
IN_HOSPITAL = 19
CHILDREN_FAR_AWAY = (4, 8, 17)
# Whom nobody has seen for longer than was agreed: how many days ago it was.
OVERDUE = {1: 12, 6: 24, 14: 26}
AGREED_DAYS = {6: 14, 14: 14}
NO_ANSWER = 20
FALLEN = 8
ONE_MISSING = 12
SOMETHING_TO_DO = 2


def take_all_in(cast: Cast) -> None:
    """Put the 24 on the team's list, with consents, health and two volunteers each."""
    team, members, volunteers = cast.team, cast.members, cast.volunteers
    coordinator = members[0]
    lines = [line.split() for line in ELDERS.strip().splitlines()]
    for number, line in enumerate(lines):
        level = RISKS[line[3]]
        elder = care.take_in(
            team,
            details_of(number, line),
            person=member_named(line[0], members),
            by=coordinator,
            consent=ConsentDetails(ConsentWay.SPOKEN, witness=members[1].name),
            risk=level,
            risk_reason=RISK_REASONS.get(level, ""),
        )
        note_health(number, line, elder, coordinator)
        if number not in WITHOUT_CONTACTS_CONSENT:
            consents.give(
                elder.person, ConsentScope.CONTACTS, ConsentDetails(), by=coordinator, team=team
            )
        for place in (number * 2, number * 2 + 1):
            pairing.pair(elder, volunteers[place % len(volunteers)], by=coordinator)
        if number == IN_HOSPITAL:
            care.suspend(elder, "住院，过两周看看。", by=coordinator)


def member_named(name: str, members: Sequence[Person]) -> Person | None:
    """One of the elders helps in the team as well: one record, two parts."""
    return next((person for person in members if person.name == name), None)


def details_of(number: int, line: Sequence[str]) -> ElderDetails:
    name, preferred, born, _risk, home, living, categories, _diet, communication = line
    building, unit, room = home.split("-")
    city = "外地" if number in CHILDREN_FAR_AWAY else "成都"
    return ElderDetails(
        name=name,
        preferred_name=preferred,
        phone=f"028-0000 {301 + number:04d}",
        birth_year=int(born),
        home=Home("锦绣东方小区", building, unit, room),
        living=LIVING[living],
        categories=[CATEGORIES[word] for word in categories.split(",") if word in CATEGORIES],
        communication_note=communication,
        caution_note=CAUTIONS.get(number, ""),
        key_holder="对门邻居" if number % 5 == 0 else "",
        interval_days=AGREED_DAYS.get(number),
        contacts=[
            ContactDetails(
                name=f"{name[0]}家{'女儿' if number % 2 else '儿子'}",
                phone=f"028-0000 {401 + number:04d}",
                relation="女儿" if number % 2 else "儿子",
                city=city,
                has_key=number % 4 == 0,
            )
        ],
    )


def note_health(number: int, line: Sequence[str], elder: Elder, coordinator: Person) -> None:
    """Kept with consent; who has withdrawn it since keeps it hidden."""
    today = clock.today()
    runs_out = today + timedelta(days=7) if number == EXPIRED_CONSENT else None
    consent = ConsentDetails(ConsentWay.PAPER, expires_on=runs_out)
    consents.give(elder.person, ConsentScope.HEALTH, consent, by=coordinator, team=elder.team)
    tags = [DIETS[word] for word in line[7].split(",") if word in DIETS]
    note, allergies = HEALTH_NOTES.get(number, ""), ALLERGIES.get(number, "")
    if tags or note or allergies:
        health.write(elder, Health(note=note, diet_tags=tags, allergies=allergies), by=coordinator)
    if number in WITHOUT_HEALTH_CONSENT:
        consents.withdraw(elder.person, ConsentScope.HEALTH, by=coordinator, team=elder.team)


def visit_them(cast: Cast, now: datetime) -> None:
    """The visits of the past four weeks, day by day, as they were planned and recorded."""
    for days in range(28, 1, -1):
        with clock.pretend(in_daytime(now - timedelta(days=days + 2))):
            # One transaction a day: each one waits for the disk.
            with transaction():
                planned = [
                    (number, plan_at(elder, now - timedelta(days=days), 10 + number % 6).id)
                    for number, elder in enumerate(cast.elders)
                    if elder.is_active and days in days_of(number, elder)
                ]
            deliver()
        with clock.pretend(in_daytime(now - timedelta(days=days - 1))):
            with transaction():
                for number, visit_id in planned:
                    visit = queries.get_visit(visit_id)
                    report = report_of(number, visit, is_last=days == last_seen(number))
                    recording.record(visit, report, by=visit.going[0])
            deliver()


def last_seen(number: int) -> int:
    """How many days ago somebody has seen them."""
    return OVERDUE.get(number, 2 + number % 5)


def days_of(number: int, elder: Elder) -> range:
    """How many days ago they were visited, each time."""
    return range(last_seen(number), 29, 7 if elder.risk_level is RiskLevel.HIGH else 14)


def plan_at(
    elder: Elder, moment: datetime, hour: int, channel: VisitChannel = VisitChannel.HOME
) -> Visit:
    """A visit by both who look after them, on the day of this moment."""
    day = elder.team.today(moment)
    people = [row.person for row in elder.paired]
    wall = datetime.combine(day, time(hour))
    return visits.plan(elder, people, wall, by=people[0], channel=channel)


def report_of(number: int, visit: Visit, *, is_last: bool) -> Report:
    findings = {check: Found() for check in Check}
    if is_last and number == SOMETHING_TO_DO:
        findings[Check.HOME] = Found(Finding.ACT, "厨房的灯不亮，灯座松了。")
        findings[Check.MOOD] = Found(Finding.WATCH, "晚上睡不好。")
    elif number % 6 == 0 and is_last:
        findings[Check.BODY] = Found(Finding.WATCH, "说膝盖疼，想去看看。")
    return Report(
        VisitStatus.DONE,
        findings,
        note="精神不错，聊了聊天。",
        left=visit.wall_starts + timedelta(minutes=40),
    )


def plan_the_coming(cast: Cast, now: datetime) -> None:
    """This week's visits; at one a visitor is missing, at this morning's nobody answered."""
    with clock.pretend(now - timedelta(hours=20)):
        for number, elder in enumerate(cast.elders):
            is_soon = elder.risk_level is RiskLevel.HIGH or number % 3 == 0
            if not elder.is_active or not is_soon:
                continue
            channel = VisitChannel.PHONE if number % 6 == 3 else VisitChannel.HOME
            visit = plan_at(elder, now + timedelta(days=1 + number % 5), 15, channel)
            if number == ONE_MISSING:
                second = visit.going[1]
                visits.withdraw(visit, second, by=second)
        deliver()
    with clock.pretend(in_daytime(now - timedelta(hours=27))):
        elder = cast.elders[NO_ANSWER]
        people = [row.person for row in elder.paired]
        begins = in_daytime(now - timedelta(hours=3))
        wall = elder.team.wall(begins).replace(second=0, microsecond=0)
        alarm = visits.plan(elder, people, wall, by=people[0]).id
        deliver()
    with clock.pretend(begins + timedelta(minutes=30)):
        visit = queries.get_visit(alarm)
        report = Report(VisitStatus.NO_ANSWER, note="敲门、打电话都没人应。")
        recording.record(visit, report, by=visit.going[0])
        note_step(alarm, StepKind.KNOCK, 0)
        deliver()
    with clock.pretend(begins + timedelta(minutes=41)):
        note_step(alarm, StepKind.CONTACT, 1, "电话响了没人接。")
    with clock.pretend(now - timedelta(hours=2)):
        care.note_change(
            cast.elders[FALLEN], MajorChange.FALL, "昨晚在阳台滑了一跤，说不要紧。",
            by=cast.members[0],
        )  # fmt: skip


def note_step(visit_id: int, kind: StepKind, who: int, words: str = "") -> None:
    """One of the visitors has done this step, in vain."""
    visit = queries.get_visit(visit_id)
    if visit.no_answer is not None:
        no_answer.log(visit.no_answer, kind, reached=False, words=words, by=visit.going[who])
