"""What a 接龙 holds: its entries as they were read, whom one means, and rows that go out again."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.core.homes import Home
from volunteer.people.models import Person
from volunteer.teams.models import Membership

MOST_PEOPLE = 99
DEFAULT_EXAMPLE = "姓名+人数"
NOWHERE = Home()


@dataclass(frozen=True)
class Entry:
    """One entry of the list as we read it. `number` is the writer's, `position` is ours, from 1."""

    number: int
    position: int
    raw: str
    # The line as it is compared with the one of last time: cleaned, without its number.
    words: str = ""
    name: str = ""
    # Who wrote it, when it is for somebody else.
    asked_by: str = ""
    people: int = 1
    phone: str = ""
    home: Home = NOWHERE
    diet: Sequence[str] = ()
    note: str = ""
    is_cancelled: bool = False
    is_waiting: bool = False
    is_unsure: bool = False
    doubts: Sequence[str] = ()
    fault: str = ""

    @property
    def counts(self) -> bool:
        """Whether somebody comes by this line, as far as it says."""
        return not self.fault and not self.is_cancelled


@dataclass(frozen=True)
class Jielong:
    """What a pasted text says. `notices` are about the whole: numbers left out, parts not read."""

    title: str
    example: str
    entries: Sequence[Entry]
    notices: Sequence[str]

    @property
    def people(self) -> int:
        return sum(entry.people for entry in self.entries if entry.counts)


@dataclass(frozen=True)
class Row:
    """Somebody on a list that goes out into the group."""

    name: str
    people: int = 1
    is_waiting: bool = False
    is_unsure: bool = False


@dataclass(frozen=True)
class Match:
    """`person`: whom we take it for. `is_sure`: nothing speaks against it. `likely`: whom else it
    could mean, best first."""

    person: Person | None = None
    is_sure: bool = False
    likely: Sequence[Membership] = ()
    doubt: str = ""


def key_of(name: str) -> str:
    """Equal for the same name, however it was typed."""
    return name.replace(" ", "").casefold()
