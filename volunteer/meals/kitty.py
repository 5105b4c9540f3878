"""The kitty (AA 账本): money in and out in whole fen, who keeps it, and a fair share a head.

The group's own money for food, open to all who eat and help, and strictly apart from charity money.
The book only grows: a wrong line is taken back by another one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.meals import kitty_queries
from volunteer.meals.errors import (
    AlreadyReversed,
    CountDiffers,
    CountedByOne,
    HandoverIsOpen,
    KeptAlready,
    KittyIsOpen,
    NoHandover,
    NotInTheTeam,
    ReversalStays,
    SameLine,
)
from volunteer.meals.models import Kitty, KittyEntry, KittyHandover, Meal, MoneyWay
from volunteer.people.models import Person
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team


@dataclass(frozen=True)
class Line:
    """What one line of the book says."""

    day: date
    way: MoneyWay
    fen: int
    purpose: str
    meal_id: int | None = None
    receipt: Photo | None = None


@dataclass(frozen=True)
class Booked:
    """A line with the balance after it."""

    entry: KittyEntry
    balance: int
    is_taken_back: bool


@dataclass(frozen=True)
class Share:
    """What a meal cost, and what one portion is: together never more than the cost."""

    cost: int
    heads: int

    @property
    def each(self) -> int:
        return self.cost // self.heads if self.heads else 0

    @property
    def rest(self) -> int:
        """What is left over when all have paid, less than one fen a head: the kitty bears it."""
        return self.cost - self.each * self.heads


def open_kitty(team: Team, keeper: Person, *, by: Person) -> Kitty:
    """The team has a kitty now, kept by this member. Raises KittyIsOpen, NotInTheTeam."""
    with transaction():
        # The keeper first, as everywhere: nobody is forgotten who is given money at this moment.
        lock(keeper, team)
        if kitty_queries.find_kitty(team) is not None:
            raise KittyIsOpen
        check_may_keep(team, keeper)
        kitty = Kitty(team=team, keeper=keeper, opened_at=clock.now())
        session.add(kitty)
        trail.record("kitty.opened", kitty, by=by, person=keeper, team=team)
        return kitty


def check_may_keep(team: Team, person: Person) -> None:
    if not team_queries.is_active_member(team, person):
        raise NotInTheTeam


def enter(
    kitty: Kitty, line: Line, *, by: Person, form_key: str | None = None, is_another: bool = False
) -> KittyEntry:
    """Write one more line into the book; the same form sent twice is one line.

    Raises HandoverIsOpen while both are counting, or SameLine when the book says the same already,
    by whomever, and nobody has said that this `is_another`.
    """
    with transaction():
        lock(kitty)
        if form_key is not None:
            known = kitty_queries.find_entry_by_form(kitty, form_key)
            if known is not None:
                return known
        check_not_counting(kitty)
        if not is_another:
            check_is_new(kitty, line)
        entry = KittyEntry(
            kitty_id=kitty.id,
            day=line.day,
            way=line.way,
            fen=line.fen,
            purpose=line.purpose,
            meal_id=line.meal_id,
            keeper=kitty.keeper,
            by=by,
            at=clock.now(),
            form_key=form_key,
            picture=keeping.keep(line.receipt, by=by) if line.receipt else None,
        )
        session.add(entry)
        trail.record("kitty.entered", entry, by=by, team=kitty.team, way=line.way, fen=line.fen)
        return entry


def check_is_new(kitty: Kitty, line: Line) -> None:
    """Raises SameLine: two write down the same money, or one goes back and presses again."""
    same = kitty_queries.find_same(
        kitty, day=line.day, way=line.way, fen=line.fen, purpose=line.purpose
    )
    if same is not None:
        raise SameLine(same.by.name)


def reverse(kitty: Kitty, entry: KittyEntry, *, by: Person) -> KittyEntry:
    """Take a line back by another one that does the opposite; both stay in the book.

    Raises AlreadyReversed, ReversalStays or HandoverIsOpen.
    """
    with transaction():
        lock(kitty, entry)
        if entry.reverses_id is not None:
            raise ReversalStays
        if kitty_queries.is_reversed(entry):
            raise AlreadyReversed
        check_not_counting(kitty)
        back = KittyEntry(
            kitty_id=kitty.id,
            day=kitty.team.today(clock.now()),
            way=MoneyWay.OUT if entry.way is MoneyWay.IN else MoneyWay.IN,
            fen=entry.fen,
            purpose=entry.purpose,
            meal_id=entry.meal_id,
            keeper=kitty.keeper,
            reverses_id=entry.id,
            by=by,
            at=clock.now(),
        )
        session.add(back)
        trail.record("kitty.taken_back", back, by=by, team=kitty.team, fen=entry.fen)
        return back


def check_not_counting(kitty: Kitty) -> None:
    if kitty_queries.find_handover(kitty) is not None:
        raise HandoverIsOpen


def balance(entries: Sequence[KittyEntry]) -> int:
    """What is in the kitty after these lines; less than nothing: the keeper has laid it out."""
    return sum(entry.signed for entry in entries)


def book(entries: Sequence[KittyEntry]) -> list[Booked]:
    """Lines in the order in which they were written, each with the balance after it."""
    taken_back = {entry.reverses_id for entry in entries}
    found, so_far = [], 0
    for entry in entries:
        so_far += entry.signed
        found.append(Booked(entry, so_far, entry.id in taken_back))
    return found


def share(spent: Sequence[KittyEntry], heads: int) -> Share:
    """What a meal cost by these lines, shared by so many portions. What was paid in is no cost."""
    reversals = {entry.reverses_id for entry in spent if entry.reverses_id}
    cost = sum(
        entry.fen
        for entry in spent
        if entry.way is MoneyWay.OUT and entry.id not in reversals and entry.reverses_id is None
    )
    return Share(cost, heads)


def share_of(meal: Meal, heads: int) -> Share:
    return share(kitty_queries.list_spent_on(meal), heads)


# --- from keeper to keeper -----------------------------------------------------------------------


def offer(kitty: Kitty, taker: Person, fen: int, *, by: Person) -> KittyHandover:
    """The keeper has counted the money and gives it to another; until both agree nothing changes.

    Raises HandoverIsOpen, KeptAlready, NotInTheTeam, CountedByOne for who would count for the
    keeper what they get themselves, or CountDiffers when the book says otherwise.
    """
    with transaction():
        lock(kitty)
        check_not_counting(kitty)
        if taker.id == kitty.keeper_id:
            raise KeptAlready
        if taker.id == by.id:
            raise CountedByOne
        check_may_keep(kitty.team, taker)
        check_count(kitty, fen)
        handover = KittyHandover(
            kitty_id=kitty.id, giver=kitty.keeper, taker=taker, fen=fen, offered_at=clock.now()
        )
        session.add(handover)
        trail.record("kitty.offered", handover, by=by, person=taker, team=kitty.team, fen=fen)
        return handover


def accept(kitty: Kitty, fen: int, *, by: Person) -> None:
    """The other has counted, too, and keeps the money from now on.

    Raises NoHandover, NotInTheTeam, CountedByOne for who has entered the first count, or
    CountDiffers when the two counted differently.
    """
    with transaction():
        handover = held_handover(kitty)
        if by.id == kitty_queries.who_counted(handover):
            raise CountedByOne
        check_may_keep(kitty.team, handover.taker)
        if fen != handover.fen:
            raise CountDiffers
        handover.ended_at, handover.is_accepted = clock.now(), True
        kitty.keeper = handover.taker
        trail.record("kitty.handed_over", kitty, by=by, person=handover.taker, team=kitty.team,
                     fen=fen)  # fmt: skip


def take_back(kitty: Kitty, *, by: Person) -> None:
    """It stays where it is: one of the two said no. Raises NoHandover."""
    with transaction():
        end_offer(kitty, held_handover(kitty), by=by)


def end_with(membership: Membership, by: Person) -> None:
    """Who was to take the money on pauses or leaves: it stays where it is, and the book, which
    waits for the second count, is open again."""
    kitty = kitty_queries.find_kitty(membership.team)
    if kitty is None:
        return
    with transaction():
        lock(kitty)
        handover = kitty_queries.find_handover(kitty)
        if handover is not None and handover.taker_id == membership.person_id:
            end_offer(kitty, handover, by=by)


def end_offer(kitty: Kitty, handover: KittyHandover, *, by: Person) -> None:
    handover.ended_at = clock.now()
    trail.record("kitty.handover_ended", handover, by=by, person=handover.taker, team=kitty.team)


def held_handover(kitty: Kitty) -> KittyHandover:
    offered = kitty_queries.find_handover(kitty)
    # The taker first, as everywhere: who leaves the team at this moment does not keep its money.
    lock(*([offered.taker] if offered else []), kitty)
    handover = kitty_queries.find_handover(kitty)
    if handover is None:
        raise NoHandover
    return handover


def check_count(kitty: Kitty, fen: int) -> None:
    if fen != balance(kitty_queries.list_entries(kitty)):
        raise CountDiffers
