"""Points for thousands of people at once: a set of people is one large whole number.

Bit n of such a number stands for the person at position n, so that `&` is "both", `|` "either" and
`.bit_count()` "how many". A tally adds points to all members of a set together, one column of
binary digits after the other, as one adds on paper: 5,000 people take some millionths of a second.
"""

from collections.abc import Iterable, Iterator

# A set of people by their positions.
People = int


class Tally:
    """How many points everybody has; at the beginning nobody has any."""

    def __init__(self) -> None:
        # columns[0] holds who has the last binary digit of their points set, and so on.
        self.columns: list[People] = []

    def add(self, points: int, people: People) -> None:
        """Give each of these people so many points more."""
        for place in range(points.bit_length()):
            if points >> place & 1:
                self._carry(people, place)

    def _carry(self, people: People, place: int) -> None:
        while people:
            while place >= len(self.columns):
                self.columns.append(0)
            before = self.columns[place]
            self.columns[place] = before ^ people
            people &= before
            place += 1

    def best(self, among: People, most: int) -> tuple[People, People]:
        """Who is among the best for certain, and who is equally good for the places that are left.

        Goes from the largest digit down: whoever has it set is better than whoever has not.
        """
        certain, equal = 0, among
        for column in reversed(self.columns):
            higher = equal & column
            if certain.bit_count() + higher.bit_count() >= most:
                equal = higher
            else:
                certain |= higher
                equal &= ~column
        return certain, equal


def everybody_at(found: Iterable[int], size: int) -> People:
    """The set of the people at these positions, out of so many: much quicker than one by one."""
    bits = bytearray(size // 8 + 1)
    for position in found:
        bits[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(bits, "little")


def positions(people: People) -> Iterator[int]:
    """The positions of these people, the lowest first."""
    while people:
        lowest = people & -people
        yield lowest.bit_length() - 1
        people ^= lowest


def some(people: People, most: int, *, begin: int) -> list[int]:
    """At most so many of these people, from this position on and round again: not always the same
    ones are the first."""
    later = people >> begin << begin
    found: list[int] = []
    for part in (later, people ^ later):
        for position in positions(part):
            if len(found) == most:
                return found
            found.append(position)
    return found
