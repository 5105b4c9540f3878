"""The rota of the coming month as a coordinator of the demo is making it; nobody is invited yet."""

from dataclasses import dataclass
from datetime import timedelta

from volunteer.activities.rota import board, drafts, loading, wishes
from volunteer.activities.rota.problem import Terms
from volunteer.activities.rota.wishes import Wishes
from volunteer.core import clock
from volunteer.demo.cast import Cast
from volunteer.people import profile
from volunteer.people.models import Slot
from volunteer.people.profile import PersonDetails
from volunteer.teams import queries as team_queries

AHEAD = timedelta(days=10)


@dataclass(frozen=True)
class Wishing:
    """What a member, by their place in the list, says of their time and wishes."""

    member: int
    slots: tuple[Slot, ...] = ()
    most: int | None = None
    works: tuple[str, ...] = ()
    beside: tuple[int, ...] = ()


WISHING = (
    Wishing(25, (Slot.FRI_AM, Slot.SUN_AM), most=2, works=("量血压",)),
    Wishing(27, (Slot.FRI_AM,), works=("登记、倒水",), beside=(25,)),
    Wishing(30, (Slot.SAT_PM,), most=3, works=("帮忙",)),
    Wishing(31, (Slot.SUN_AM,), beside=(32,)),
    Wishing(34, (Slot.SAT_PM, Slot.SUN_AM), most=1, works=("理发",)),
)


def propose_a_month(cast: Cast) -> None:
    """Some members have said when and what they like; a proposal lies there, one seat set by
    hand."""
    for wishing in WISHING:
        write_down(cast, wishing)
    first = (cast.team.today(clock.now()) + AHEAD).replace(day=1)
    draft = drafts.propose(cast.team, first, Terms(), by=cast.coordinator)
    free = board.lay_out(loading.look_at(cast.team, first), draft).left_out
    if free and draft.seats:
        drafts.seat_somebody(draft.seats[0], free[-1], by=cast.coordinator)


def write_down(cast: Cast, wishing: Wishing) -> None:
    members = cast.members
    person = members[wishing.member]
    details = PersonDetails(
        name=person.name,
        phone=person.phone or "",
        phone_owner=person.phone_owner,
        email=person.email or "",
        language=person.language,
        free_slots=[slot.value for slot in wishing.slots],
    )
    profile.change(person, details, by=person)
    membership = team_queries.find_membership(cast.team, person)
    if membership is not None:
        beside = [members[number].id for number in wishing.beside]
        wishes.write_down(membership, Wishes(wishing.most, wishing.works, beside), by=person)
