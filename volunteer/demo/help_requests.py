"""The demo's help requests, one in every state; who asks is invented, and has no number."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from volunteer.core import clock
from volunteer.demo.cast import Cast, deliver, in_daytime
from volunteer.help_requests import asking, closing, matching, queries, triage
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.models import ForWhom, HelpKind, HelpOffer, HelpRequest, Wanted
from volunteer.people.models import Person
from volunteer.teams.models import Team

# The phone of the request that the tour follows.
PHONE = "028-0000 0501"
# Who says yes to it, by their place among the volunteers.
HELPS_TOMORROW = 13


def ask_for_help(helpers: Cast, kitchen: Cast, now: datetime) -> None:
    """Put a request into each state; the first is the one to follow by number and phone."""
    over(helpers, now)
    opened_again(helpers, now)
    waits_too_long(helpers, now)
    lamp_of_a_neighbour(helpers, now)
    looked_for(helpers, now)
    fresh(helpers, kitchen, now)


def lamp_of_a_neighbour(cast: Cast, now: datetime) -> None:
    """A volunteer comes tomorrow."""
    with at(now - timedelta(hours=30)):
        number = ask(
            cast.team,
            0,
            [HelpKind.REPAIR],
            "厨房的灯不亮了，晚上做饭看不见。灯泡换过，还是不亮。",
            for_whom=ForWhom.OTHER,
            beneficiary="刘婆婆",
        )
    with at(now - timedelta(hours=27)):
        lamp, coordinator, volunteers = get(number), cast.coordinator, cast.volunteers
        triage.take_on(lamp, cast.team, words="打电话问过了，是灯座坏了。", by=coordinator)
        triage.change_brief(lamp, "换一个灯座，带梯子和螺丝刀。", by=coordinator)
        matching.offer(lamp, volunteers[14], by=coordinator)
        matching.offer(lamp, volunteers[HELPS_TOMORROW], by=coordinator)
    with at(now - timedelta(hours=24)):
        lamp, volunteer = get(number), cast.volunteers[HELPS_TOMORROW]
        matching.accept(offer_to(lamp, volunteer), by=volunteer)
        tomorrow = cast.team.wall(now) + timedelta(days=1)
        three = tomorrow.replace(hour=15, minute=0, second=0, microsecond=0)
        matching.agree_on(lamp, three, by=cast.coordinator)


def looked_for(cast: Cast, now: datetime) -> None:
    """Taken on: one volunteer is asked, another has said no."""
    with at(now - timedelta(hours=26)):
        clinic = ask(cast.team, 1, [HelpKind.CLINIC], "星期四去医院拿药，想有人陪。", Wanted.SOON)
        hair = ask(cast.team, 2, [HelpKind.HAIRCUT], "腿脚不方便，想在家理个发。")
    with at(now - timedelta(hours=22)):
        team, coordinator, volunteers = cast.team, cast.coordinator, cast.volunteers
        triage.take_on(get(clinic), team, words="我们找一位陪您去的邻居。", by=coordinator)
        triage.link_elder(get(clinic), cast.elders[5], by=coordinator)
        triage.change_brief(get(clinic), "陪去医院拿药，半天。", by=coordinator)
        matching.offer(get(clinic), volunteers[2], by=coordinator)
        triage.take_on(get(hair), team, by=coordinator)
        triage.change_brief(get(hair), "上门理发，二十分钟。", by=coordinator)
        matching.offer(get(hair), volunteers[3], by=coordinator)
    with at(now - timedelta(hours=6)):
        volunteer = cast.volunteers[3]
        matching.decline(offer_to(get(hair), volunteer), by=volunteer)


def opened_again(cast: Cast, now: datetime) -> None:
    with at(now - timedelta(days=6)):
        tap = ask(cast.team, 3, [HelpKind.REPAIR], "水龙头关不紧。")
        triage.take_on(get(tap), cast.team, by=cast.coordinator)
        closing.finish(get(tap), words="换了垫圈。", by=cast.coordinator)
    with at(now - timedelta(days=4)):
        closing.reopen(get(tap), "又在滴水了。", by=None)


def over(cast: Cast, now: datetime) -> None:
    """Done, confirmed, referred, declined, no longer needed."""
    texts = [
        ("帮忙买两次菜，钱当面给。", HelpKind.SHOPPING),
        ("想有人打个电话，说说话。", HelpKind.TALK),
        ("轮椅的刹车松了。", HelpKind.REPAIR),
        ("去社区医院量血压，想有人陪。", HelpKind.CLINIC),
    ]
    for number, (words, kind) in enumerate(texts):
        begin = now - timedelta(days=20 - 5 * number)
        with at(begin):
            found = ask(cast.team, 4 + number, [kind], words)
        with at(begin + timedelta(hours=2 + 3 * number)):
            triage.take_on(get(found), cast.team, by=cast.coordinator)
            matching.offer(get(found), cast.volunteers[number], by=cast.coordinator)
        with at(begin + timedelta(hours=16)):
            volunteer = cast.volunteers[number]
            matching.accept(offer_to(get(found), volunteer), by=volunteer)
        with at(begin + timedelta(days=1)):
            closing.finish(get(found), by=cast.volunteers[number])
        if number < 3:
            with at(begin + timedelta(days=2)):
                closing.confirm(get(found), by=None)
    with at(now - timedelta(days=9)):
        bath = ask(cast.team, 8, [HelpKind.OTHER], "想请人上门帮老人洗澡。")
        money = ask(cast.team, 9, [HelpKind.OTHER], "想请人保管一下存折。")
        meal = ask(cast.team, 10, [HelpKind.MEAL], "这个星期想送三天饭。")
    with at(now - timedelta(days=9) + timedelta(hours=5)):
        team, by = cast.team, cast.coordinator
        triage.refer(get(bath), team, words="助浴要专业的人。已请社区联系养老服务站。", by=by)
        triage.decline(get(money), team, words="我们不代管存折和密码，请找亲人或银行。", by=by)
        triage.take_on(get(meal), team, by=by)
        closing.withdraw(get(meal), by=None)


def waits_too_long(cast: Cast, now: datetime) -> None:
    with at(now - timedelta(days=4)):
        ask(cast.team, 11, [HelpKind.SHOPPING], "这几天下雨，想请人带点菜。", Wanted.SOON)


def fresh(helpers: Cast, kitchen: Cast, now: datetime) -> None:
    """Nobody has answered yet: one with danger in its words, one in another community."""
    with at(now - timedelta(hours=5)):
        ask(kitchen.team, 13, [HelpKind.MEAL], "出院在家，想订几天午饭。", Wanted.SOON)
    with at(now - timedelta(hours=1)):
        words = "隔壁婆婆昨天摔了一下，说没事，想请人去看看。"
        ask(helpers.team, 12, [HelpKind.OTHER], words, Wanted.TODAY, for_whom=ForWhom.OTHER,
            beneficiary="隔壁的婆婆")  # fmt: skip


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Within the block it is about this moment; what is to be sent goes out at its end."""
    with clock.pretend(in_daytime(moment)):
        yield
        deliver()


def get(number: int) -> HelpRequest:
    return queries.get_help_request(number)


def offer_to(help_request: HelpRequest, person: Person) -> HelpOffer:
    found = help_request.offer_to(person)
    if found is None:
        raise LookupError(person)
    return found


def ask(
    team: Team,
    number: int,
    kinds: Sequence[HelpKind],
    words: str,
    wanted: Wanted = Wanted.ANY,
    *,
    for_whom: ForWhom = ForWhom.SELF,
    beneficiary: str = "",
) -> int:
    """A resident asks on the web, without an account; answers the request's number in its table."""
    details = HelpDetails(
        kinds=kinds,
        words=words,
        for_whom=for_whom,
        beneficiary=beneficiary,
        address=f"锦绣东方小区{number % 8 + 1}栋2单元{number % 6 + 1}01室",
        wanted=wanted,
        name=f"{'赵钱孙李周吴郑王冯陈褚卫蒋沈'[number]}邻居",
        phone=f"028-0000 {501 + number:04d}",
    )
    return asking.ask(team.place.community, details).id
