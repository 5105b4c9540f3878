"""What the demo's neighbours can, whom the clock asks, calls, and the money of an errand."""

from datetime import datetime, time, timedelta

from volunteer.core import zones
from volunteer.demo.cast import Cast
from volunteer.demo.help_requests import ask, at, get, offer_to
from volunteer.help_requests import abilities, calls, matching, merging, money, triage, widening
from volunteer.help_requests.abilities import AbilityDetails
from volunteer.help_requests.calls import CallDetails
from volunteer.help_requests.models import HelpKind, SignedHow, Skill, Speech, Wanted
from volunteer.help_requests.triage import Referral

ESTATE = "锦绣东方小区"
# By their place among the volunteers: skills, building.
CAN = {
    0: ([Skill.SHOPPING, Skill.CARRYING], "2"),
    1: ([Skill.HAIRCUT], "4"),
    2: ([Skill.CLINIC, Skill.TALK], "2"),
    4: ([Skill.REPAIR, Skill.PHONES], "5"),
    5: ([Skill.CLINIC, Skill.SHOPPING], "6"),
    6: ([Skill.SEWING, Skill.TALK], "3"),
    7: ([Skill.HAIRCUT, Skill.TALK], "3"),
    9: ([Skill.COOKING], "1"),
    11: ([Skill.REPAIR], "8"),
}


def match(cast: Cast, now: datetime) -> None:
    """After the requests of help_requests.py: everything that stands on top of them."""
    tell_what_they_can(cast, now)
    ask_by_the_clock(cast, now)
    shop_for_a_neighbour(cast, now)
    wait_for_a_welcome(cast, now)
    take_calls(cast, now)
    ask_twice(cast, now)


def tell_what_they_can(cast: Cast, now: datetime) -> None:
    with at(now - timedelta(days=25)):
        for number, (skills, building) in CAN.items():
            person = cast.volunteers[number]
            details = AbilityDetails(
                skills, [Speech.SICHUANESE, Speech.MANDARIN], cast.team.place.community.id,
                ESTATE, building,
            )  # fmt: skip
            abilities.tell(person, details, by=person)


def ask_by_the_clock(cast: Cast, now: datetime) -> None:
    """Nobody has answered yet; the next step comes when the demo has run for a while."""
    with at(now - timedelta(hours=3)):
        number = ask(
            cast.team, 2, [HelpKind.HAIRCUT], "头发长了，想请人来家里剪一剪。", Wanted.SOON
        )
    with at(now - timedelta(minutes=40)):
        triage.take_on(get(number), cast.team, words="我们问问会理发的邻居。", by=cast.coordinator)
        triage.change_brief(get(number), "上门理发，自带剪刀和围布。", by=cast.coordinator)
        widening.begin(get(number), at_once=2, by=cast.coordinator)


def shop_for_a_neighbour(cast: Cast, now: datetime) -> None:
    """Money was given, counted and signed; one thing did not fit, and it says why."""
    with at(now - timedelta(hours=20)):
        number = ask(cast.team, 1, [HelpKind.SHOPPING], "下雨不好走，想请人带点菜。", Wanted.TODAY)
        triage.take_on(get(number), cast.team, by=cast.coordinator)
        helper = cast.volunteers[0]
        matching.offer(get(number), helper, by=cast.coordinator)
    with at(now - timedelta(hours=18)):
        helper = cast.volunteers[0]
        matching.accept(offer_to(get(number), helper), by=helper)
        matching.welcome(get(number), by=None)
        money.hand_over(get(number), 10_000, by=cast.volunteers[0])
    with at(now - timedelta(hours=16)):
        errand = money.find(get(number))
        if errand is not None:
            money.count(
                errand, spent_fen=6350, returned_fen=3600, explanation="摊主没有五角零钱。",
                by=cast.volunteers[0],
            )  # fmt: skip
            money.sign(errand, SignedHow.FINGER, by=cast.volunteers[0])


def wait_for_a_welcome(cast: Cast, now: datetime) -> None:
    """A volunteer has said yes; the resident has not been asked yet."""
    with at(now - timedelta(hours=7)):
        number = ask(cast.team, 6, [HelpKind.TALK], "一个人在家，想有人来坐坐。")
        triage.take_on(get(number), cast.team, by=cast.coordinator)
        matching.offer(get(number), cast.volunteers[6], by=cast.coordinator)
    with at(now - timedelta(hours=6)):
        helper = cast.volunteers[6]
        matching.accept(offer_to(get(number), helper), by=helper)


def take_calls(cast: Cast, now: datetime) -> None:
    with at(now - timedelta(hours=2)):
        team, by = cast.team, cast.coordinator
        tomorrow = team.today(now) + timedelta(days=1)
        promised = CallDetails(
            "问星期三的午饭还能不能报名，孙女想一起来。", "演示·王婆婆", "028-0000 0506",
            call_back_by=zones.at(tomorrow, time(10), team.zone),
        )  # fmt: skip
        calls.note(team, promised, by=by)
        calls.note(team, CallDetails("问社区医院几点开门，已经告诉他了。", "演示·李大爷"), by=by)
    with at(now - timedelta(hours=2)):
        care = ask(cast.team, 8, [HelpKind.CARE], "想请人每周来帮老人洗一次澡。")
        referral = Referral("街道养老服务站（演示）", "028-0000 0580")
        triage.refer(get(care), cast.team, referral=referral, by=cast.coordinator)


def ask_twice(cast: Cast, now: datetime) -> None:
    """The same neighbour asked once more: the two are one now."""
    with at(now - timedelta(days=3)):
        first = ask(cast.team, 5, [HelpKind.REPAIR], "门铃不响了。")
    with at(now - timedelta(days=2)):
        second = ask(cast.team, 5, [HelpKind.REPAIR], "门铃还是不响，门也关不严。")
        merging.merge(get(second), get(first), team=cast.team, by=cast.coordinator)
