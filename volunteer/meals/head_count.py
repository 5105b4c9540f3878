"""How many portions are cooked, and for whom: confirmed + walked in − did not come, and the cooks
who eat along, split by what people may eat."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from volunteer.elders.models import DietTag
from volunteer.meals.diets import Diet
from volunteer.meals.models import MealBooking


@dataclass(frozen=True)
class HeadCount:
    """The figures of one meal, in portions. `groups` has every portion once, by its diet."""

    confirmed: int = 0
    walked_in: int = 0
    no_shows: int = 0
    delivered: int = 0
    guests: int = 0
    cooks: int = 0
    groups: Mapping[tuple[DietTag, ...], int] = field(default_factory=dict)

    @property
    def diners(self) -> int:
        """Portions for diners."""
        return self.confirmed + self.walked_in - self.no_shows

    @property
    def dine_in(self) -> int:
        return self.diners - self.delivered

    @property
    def cooked(self) -> int:
        """Portions to cook: for diners, and for cooks who eat along."""
        return self.diners + self.cooks

    @property
    def by_tag(self) -> dict[DietTag, int]:
        """For how many portions each tag must be minded; one with two tags is in both."""
        found = {
            tag: sum(count for tags, count in self.groups.items() if tag in tags) for tag in DietTag
        }
        return {tag: count for tag, count in found.items() if count}

    @property
    def ordinary(self) -> int:
        """Portions without anything to mind."""
        return self.groups.get((), 0)

    @property
    def special(self) -> list[tuple[tuple[DietTag, ...], int]]:
        """Portions with something to mind, by their diet, the most first."""
        some = [(tags, count) for tags, count in self.groups.items() if tags]
        return sorted(some, key=lambda pair: (-pair[1], pair[0]))


def count(
    bookings: Sequence[MealBooking],
    cooks: Collection[int] = (),
    diets: Mapping[int, Diet] | None = None,
) -> HeadCount:
    """The figures of these bookings and of the cooks who eat, given as people's numbers.

    Who cooks and has booked a portion besides eats once.
    """
    known = diets or {}
    booked = [booking for booking in bookings if booking.is_booked]
    eating = [booking for booking in booked if booking.eats]
    own = {booking.diner.person_id for booking in eating}
    along = [person_id for person_id in set(cooks) if person_id not in own]
    groups: Counter[tuple[DietTag, ...]] = Counter()
    for booking in eating:
        groups[tags_of(known, booking.diner.person_id)] += booking.portions
    for person_id in along:
        groups[tags_of(known, person_id)] += 1
    return HeadCount(
        confirmed=portions(b for b in booked if not b.is_walk_in),
        walked_in=portions(b for b in booked if b.is_walk_in),
        no_shows=portions(b for b in booked if b.is_no_show),
        delivered=portions(b for b in eating if b.is_delivery),
        guests=portions(b for b in eating if b.guest_of_id is not None),
        cooks=len(along),
        groups=groups,
    )


def portions(bookings: Iterable[MealBooking]) -> int:
    return sum(booking.portions for booking in bookings)


def tags_of(diets: Mapping[int, Diet], person_id: int) -> tuple[DietTag, ...]:
    diet = diets.get(person_id)
    return diet.tags if diet else ()
