"""The believable communities of the source article, to look at.

Made by the product's own use cases, with dates relative to today. The teams and
places are the article's; every person is invented, and no phone number exists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from volunteer.accounts import operators, personal_links, signing_in
from volunteer.activities import planning, recurrence, signups, single_date
from volunteer.activities import queries as activity_queries
from volunteer.activities.models import Activity, Occurrence, RoleNeeds, WaitingStyle
from volunteer.activities.planning import ActivityWords, RolePlan, SeriesPlan, Waiting
from volunteer.core import chinese, clock, encryption, marks
from volunteer.core.database import all_of, session, transaction
from volunteer.demo import (
    attendance,
    calendars,
    calls,
    certificates,
    deeds,
    elders,
    help_requests,
    incidents,
    matching,
    meals,
    rota,
    rounds,
    safety_cards,
    signing_up,
    stand_ins,
    telling,
)
from volunteer.demo.cast import Cast, deliver
from volunteer.elders import queries as elder_queries
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpRequest
from volunteer.network import holidays
from volunteer.network.models import PlaceKind
from volunteer.people import companions, profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import CompanionProof, ConsentWay, Person
from volunteer.people.profile import PersonDetails
from volunteer.reminders import timing, weekly
from volunteer.teams import founding, membership, roster, verification
from volunteer.teams import queries as team_queries
from volunteer.teams.founding import TeamDetails
from volunteer.teams.models import Membership, Team

# Known to everybody who reads this file: such accounts exist in the demo only.
PASSWORD = "linli-demo"  # noqa: S105 - see above
WEEKS_OF_PAST = 4

# Two pairs of the same name, a compound surname, a name with a dot: all of it is normal.
HELPERS = """
周桂兰 王秀英 李玉珍 张淑芬 刘素华 陈德明 杨国富 赵桂香 黄金花 吴建国
徐秀兰 孙福生 胡玉兰 朱庆华 高秀梅 林国强 何素芳 郭长春 马淑兰 罗建平
梁玉芬 宋秀云 郑文华 谢春生 韩桂芝 唐志强 冯玉梅 于淑珍 董永福 萧素琴
程国安 曹秀芳 袁桂英 邓福全 许玉华 傅建华 沈秀珍 曾国良 彭淑云 吕春兰
苏文斌 卢桂芳 蒋玉清 蔡国明 贾秀琴 丁素珍 魏长福 欧阳小红 阿依古丽·买买提 王秀英
刘素华 余浩然
"""
COOKS = """
何素琴 方玉兰 石国珍 任秀华 姚桂芬 廖建英 邹淑华 熊玉芳 金福兰 陆春梅
郝秀芝 孔国英 白素云 崔玉琴
"""
SKILLS = {3: "会理发", 7: "会缝补", 11: "会量血压", 15: "会修电器", 19: "会理发", 24: "会量血压"}
WITHOUT_SMARTPHONE = {5, 12, 20, 28, 33, 41, 46}
# Who uses the phone of the one before.
SHARES_A_PHONE = {9, 16, 30, 43}
PAUSING = (22, 37)


@dataclass(frozen=True)
class Series:
    """One weekly activity of the demo, and how many of each role come each week."""

    plan: SeriesPlan
    coming: Sequence[int]


def load_if_empty() -> bool:
    """Load the demo unless there are people already; answers whether it did.

    The mark it leaves keeps a production server from starting on this database.
    """
    if session.scalar(select(Person.id).limit(1)) is not None:
        return False
    now = clock.now()
    marks.put(marks.DEMO)
    # What the scheduler would do in its first minute.
    holidays.learn(now)
    with clock.pretend(now - timedelta(weeks=WEEKS_OF_PAST, days=2)), transaction():
        operator = operators.appoint(name="演示管理员", login="operator", password=PASSWORD)
        helpers = start_helpers()
        kitchen = start_kitchen()
        for team in (helpers, kitchen):
            verification.verify(team, by=operator)
        planned = [*plan_for(helpers, helper_series), *plan_for(kitchen, kitchen_series)]
        coming = dict(planned)
        elders.take_all_in(Cast(helpers.id))
    with transaction():
        sign_people_up(coming, now)
    for team in (helpers, kitchen):
        attendance.remember_the_past(Cast(team.id), now)
    act_for_a_member(members_of(helpers))
    casts = Cast(helpers.id), Cast(kitchen.id)
    for cast in casts:
        signing_up.write_rules_down(cast)
    signing_up.ask_about_a_place(casts[1], now)
    elders.visit_them(casts[0], now)
    send_past_weeks([cast.team for cast in casts], now)
    help_requests.ask_for_help(*casts, now)
    matching.match(casts[0], now)
    elders.plan_the_coming(casts[0], now)
    for cast in casts:
        calendars.put_into_phones(cast)
    leave_something_to_do(*(cast.team for cast in casts))
    stand_ins.come_every_week(casts[0], now)
    # Who shows what a volunteer sees keeps the place.
    shown = casts[0].volunteers[help_requests.HELPS_TOMORROW]
    stand_ins.look_for_somebody(casts[0], now, but_not=[shown.id])
    rota.propose_a_month(casts[0])
    calls.call_who_has_no_mailbox(casts[0], now)
    rounds.call_around(casts[0], now)
    rounds.wish_birthdays(casts[0], now)
    rounds.confide(casts[0], now)
    meals.cook_on_wednesdays(casts[1], now)
    deeds.confirm_the_past(casts[0], now)
    certificates.certify(casts[0], now)
    safety_cards.fill_in(casts[0], now)
    incidents.squeeze_a_finger(casts[0], now)
    telling.say_how(casts[1])
    return True


def start_helpers() -> Team:
    place = steps_to("成华区", None, "锦绣社区", "锦绣东方小区")
    details = TeamDetails(
        name="蒋姐姐助老服务队",
        purpose="看望独居和有困难的老人，邻居之间互相帮忙。",
        phone="028-0000 0100",
    )
    team = start_team(details, place, HELPERS.split(), first_number=0)
    members = members_of(team)
    for number in PAUSING:
        membership.pause(member(team, members[number]), by=members[0])
    return team


def start_kitchen() -> Team:
    place = steps_to("武侯区", "玉林街道", "黉门街社区", None)
    details = TeamDetails(
        name="奶奶的厨房",
        purpose="每周三，一起做一顿爱心午饭。",
        phone="028-0000 0200",
    )
    return start_team(details, place, COOKS.split(), first_number=60)


def steps_to(
    district: str, subdistrict: str | None, community: str, estate: str | None
) -> list[tuple[PlaceKind, str]]:
    steps = [
        (PlaceKind.CITY, "成都市"),
        (PlaceKind.DISTRICT, district),
        (PlaceKind.SUBDISTRICT, subdistrict),
        (PlaceKind.COMMUNITY, community),
        (PlaceKind.ESTATE, estate),
    ]
    return [(kind, name) for kind, name in steps if name]


def start_team(
    details: TeamDetails,
    place: Sequence[tuple[PlaceKind, str]],
    names: Sequence[str],
    *,
    first_number: int,
) -> Team:
    """A team with its coordinator, and its members pasted as a list, as a coordinator would."""
    lines = [line_of(name, number, first_number) for number, name in enumerate(names)]
    first = roster.read(lines[0])[0]
    coordinator = profile.create(
        PersonDetails(name=first.name, phone=first.phone, email=first.email), by=None
    )
    login = "jiang" if first_number == 0 else "kitchen"
    signing_in.open_account(coordinator, login=login, password=PASSWORD)
    team = founding.start(details, place, by=coordinator)
    preview = roster.preview(team, "\n".join(lines[1:]))
    roster.add_all(team, preview.new, by=coordinator)
    return team


def line_of(name: str, number: int, first_number: int) -> str:
    """A line as people write it; phones are landlines that nobody has."""
    is_helper = first_number == 0
    own = number - 1 if is_helper and number in SHARES_A_PHONE else number
    parts = [name, f"028-0000 {first_number + own + 1:04d}"]
    if not (is_helper and number in WITHOUT_SMARTPHONE):
        parts.append(f"demo{first_number + number + 1:02d}@example.org")
    notes = [SKILLS.get(number, "")] if is_helper else []
    if is_helper and number in SHARES_A_PHONE:
        notes.append("和配偶共用电话")
    if is_helper and name in {"王秀英", "刘素华"}:
        notes.append("住3栋" if number < 40 else "住7栋")
    return ", ".join([*parts, "；".join(note for note in notes if note)])


def members_of(team: Team) -> list[Person]:
    """Everybody in the team, in the order in which they came."""
    rows = all_of(team_queries.of_team(team))
    return [row.person for row in sorted(rows, key=lambda row: row.id)]


def member(team: Team, person: Person) -> Membership:
    found = team_queries.find_membership(team, person)
    if found is None:
        raise LookupError(person)
    return found


def plan_for(
    team: Team, wanted: Callable[[Sequence[Person], date], list[Series]]
) -> list[tuple[Activity, Sequence[int]]]:
    """Put the team's weekly activities on the calendar."""
    leaders = members_of(team)
    first_on = team.today(clock.now())
    planned = []
    for series in wanted(leaders, first_on):
        planned.append((planning.plan_series(team, series.plan, by=leaders[0]), series.coming))
    return planned


def kitchen_series(people: Sequence[Person], first_on: date) -> list[Series]:
    words = ActivityWords(
        title="爱心午饭",
        summary="大家一起做，一起吃。洗菜、切菜、摆碗筷，坐着也能做。",
        place="黉门街社区活动室一楼",
        risk_note="刀、热油、地滑。请穿防滑的鞋。手上有伤口不切菜。",
        protection_note="有手套和防滑垫。",
        bring_note="围裙、老花镜",
        leader_id=people[1].id,
        roles=[RolePlan("帮厨", 3, 5), RolePlan("买菜", 1, 2), RolePlan("分餐", 2, 3)],
        waiting=Waiting(WaitingStyle.ASK, cutoff_hours=12),
    )
    return [Series(weekly_plan(words, 2, time(10), time(13), first_on), coming=(2, 1, 4))]


def helper_series(people: Sequence[Person], first_on: date) -> list[Series]:
    checking = ActivityWords(
        title="量血压，聊聊天",
        summary="给院子里的老人量血压，记下来，陪着说说话。",
        place="锦绣社区活动室一楼",
        risk_note="血压太高的，当场劝去医院。地面有水，当心滑。",
        protection_note="两个人一起量，有事马上叫领头人。",
        leader_id=people[11].id,
        roles=[RolePlan("量血压", 2, 3), RolePlan("登记、倒水", 1, 2)],
    )
    haircuts = ActivityWords(
        title="义务理发",
        summary="给行动不便的老人理发。",
        place="锦绣东方小区小花园",
        risk_note="剪刀、推子，当心划伤。",
        bring_note="推子、围布",
        leader_id=people[3].id,
        roles=[
            RolePlan("理发", 1, 2, needs=RoleNeeds(own_tool="推子、围布")),
            RolePlan("帮忙", 1, 2),
        ],
        meeting_point="3栋楼下",
        is_outdoors=True,
    )
    sweeping = ActivityWords(
        title="楼道清扫",
        summary="一个单元一个单元地扫，捎带看看灯亮不亮。",
        place="锦绣东方小区3栋楼下集合",
        risk_note="无明显风险",
        leader_id=people[0].id,
        roles=[RolePlan("清扫", 4, 16)],
        is_outdoors=True,
    )
    return [
        Series(weekly_plan(checking, 4, time(9), time(11), first_on), coming=(2, 1)),
        Series(weekly_plan(haircuts, 5, time(14, 30), time(16, 30), first_on), coming=(1, 2)),
        Series(weekly_plan(sweeping, 6, time(9), time(10, 30), first_on), coming=(9,)),
    ]


def weekly_plan(
    words: ActivityWords, weekday: int, starts: time, ends: time, first_on: date
) -> SeriesPlan:
    return SeriesPlan(
        words, recurrence.weekly(weekday), starts=starts, ends=ends, first_on=first_on
    )


def sign_people_up(coming: dict[Activity, Sequence[int]], now: datetime) -> None:
    """Fill the past weeks and the next two; those after that are still open."""
    for activity, counts in coming.items():
        people = [p for p in active_members(activity.team) if p.id != activity.leader_id]
        begin = now - timedelta(weeks=WEEKS_OF_PAST)
        until = now + timedelta(days=14)
        dates = activity_queries.list_between(activity.team, first=begin, before=until)
        for week, occurrence in enumerate(o for o in dates if o.activity_id == activity.id):
            asked = min(now - timedelta(hours=20), occurrence.starts_at - timedelta(days=3))
            with clock.pretend(asked):
                fill(occurrence, counts, people, week)


def fill(
    occurrence: Occurrence, counts: Sequence[int], people: Sequence[Person], week: int
) -> None:
    """So many people for each role, others each week; who has no phone is entered by another."""
    coordinator = people[0] if people else None
    turn = week * 5 + occurrence.activity_id * 3
    for role, count in zip(occurrence.roles, counts, strict=True):
        for _person in range(count):
            person = people[turn % len(people)]
            turn += 1
            by = person if person.is_reachable_by_mail or coordinator is None else coordinator
            signups.sign_up(occurrence, role.id, person, by=by)


def active_members(team: Team) -> list[Person]:
    return [m.person for m in sorted(team_queries.list_active(team), key=lambda m: m.id)]


def act_for_a_member(members: Sequence[Person]) -> None:
    """A neighbour signs a member up who has neither smartphone nor mailbox."""
    without_phone = next(p for p in members if not p.is_reachable_by_mail)
    companions.begin(
        members[3],
        without_phone,
        proof=CompanionProof.KNOWN,
        consent=ConsentDetails(ConsentWay.SPOKEN, witness=members[0].name),
        has_own_account=False,
        by=members[0],
        team=None,
    )


def send_past_weeks(teams: Sequence[Team], now: datetime) -> None:
    """The weekly messages of the past, as they went out: kept on this machine."""
    dues = {
        timing.last_due(team, now - timedelta(weeks=week)) for team in teams for week in range(2)
    }
    for due in sorted(dues):
        with clock.pretend(due + timedelta(seconds=10)):
            weekly.plan_due(clock.now())
            deliver()


def leave_something_to_do(helpers: Team, kitchen: Team) -> None:
    """What a coordinator finds today: somebody who asks to join, a date that was cancelled."""
    newcomer = profile.create(
        PersonDetails(name="王秀英", phone="028-0000 0088", email="demo88@example.org"), by=None
    )
    membership.apply(kitchen, newcomer)
    now = clock.now()
    haircut = next(
        o
        for o in activity_queries.list_between(
            helpers, first=now + timedelta(days=6), before=now + timedelta(days=14)
        )
        if o.title == "义务理发"
    )
    coordinator = active_members(helpers)[0]
    without_mail = next(p for p in active_members(helpers) if not p.is_reachable_by_mail)
    if haircut.signup_of(without_mail) is None:
        signups.sign_up(haircut, haircut.roles[1].id, without_mail, by=coordinator)
    single_date.cancel(haircut, reason="理发师傅那天出门了。", by=coordinator)
    keep_one_busy(Cast(helpers.id), now)


def keep_one_busy(cast: Cast, now: datetime) -> None:
    """Who helps a neighbour tomorrow and visits an elder has a place on a date as well."""
    busy = cast.volunteers[help_requests.HELPS_TOMORROW]
    coming = activity_queries.list_between(cast.team, first=now, before=now + timedelta(days=7))
    for occurrence in coming:
        role = next((role for role in occurrence.roles if role.free), None)
        if role is not None and occurrence.signup_of(busy) is None and not occurrence.is_cancelled:
            signups.sign_up(occurrence, role.id, busy, by=busy)
            return


def doors(base_url: str) -> str:
    """The address and one sign-in for each role, to print when the demo has started.

    Whatever the teams are called by now, and whoever is in them.
    """
    helpers, kitchen = session.scalars(select(Team).order_by(Team.id).limit(2))
    lines = [
        "",
        f"邻里 (Linli) is at {base_url}/",
        "",
        "  visitor      just open the page",
        *volunteers_door(base_url, helpers),
        f"  coordinator  {base_url}/sign-in  jiang    / {PASSWORD}  ({helpers.name})",
        f"  coordinator  {base_url}/sign-in  kitchen  / {PASSWORD}  ({kitchen.name})",
        f"  resident     {base_url}/help-requests/status  "
        f"{followed_number()}, {help_requests.PHONE}",
        f"  operator     {base_url}/sign-in  operator / {PASSWORD}  (发件箱: no message leaves)",
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(lines)


def volunteers_door(base_url: str, team: Team) -> list[str]:
    """A personal link for a member, best one who comes, visits an elder and helps a neighbour.

    Links are for those without a password.
    """
    now = clock.now()
    coming = activity_queries.list_between(team, first=now, before=now + timedelta(days=14))
    promised = [signup.person for occurrence in coming for signup in occurrence.going]
    visits = elder_queries.list_visits_between(team, first=now, before=now + timedelta(days=14))
    visitors = {person.id for visit in visits for person in visit.going}
    offers = help_queries.list_offers_to(person.id for person in promised)
    helpers = {offer.person_id for offer in offers if not offer.is_waiting}
    promised.sort(key=lambda person: (person.id not in helpers, person.id not in visitors))
    for person in [*promised, *active_members(team)]:
        if not signing_in.has_password(person):
            with transaction():
                token = personal_links.make(person, by=None)
            return [f"  volunteer    {base_url}/links/{token}  ({person.name}; opens once)"]
    return []


def followed_number() -> str:
    """The short number of the request that was asked from the phone of the tour."""
    found = session.scalars(
        select(HelpRequest.number).where(
            encryption.is_text(
                HelpRequest.asker_phone_mark, chinese.phone_digits(help_requests.PHONE)
            )
        )
    ).first()
    return found or "-"
