"""What each kind of help asks besides, as a fixed list of answers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Self

from volunteer.help_requests.models import HelpKind

# Which answers belong to which kind.
OF_KIND = {
    HelpKind.SHOPPING: ("shopping_list", "budget_fen"),
    HelpKind.CLINIC: ("hospital", "wheelchair"),
    HelpKind.REPAIR: ("broken",),
    HelpKind.HAIRCUT: ("haircut",),
    HelpKind.MEAL: ("meal",),
    HelpKind.TALK: ("talk",),
}


@dataclass(frozen=True)
class Particulars:
    """Every answer may be missing; money is whole fen."""

    shopping_list: str = ""
    budget_fen: int | None = None
    hospital: str = ""
    wheelchair: bool = False
    broken: str = ""
    haircut: str = ""
    meal: str = ""
    talk: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> Self:
        """The answers that as_stored() has put away."""
        return cls(**(stored or {}))

    def as_stored(self) -> dict[str, Any] | None:
        return {name: value for name, value in asdict(self).items() if value} or None

    def only_of(self, kinds: Iterable[HelpKind]) -> Self:
        """The answers that belong to these kinds."""
        wanted = {name for kind in kinds for name in OF_KIND.get(kind, ())}
        stored = self.as_stored() or {}
        return type(self)(**{name: stored[name] for name in wanted & stored.keys()})

    def together_with(self, others: Self) -> dict[str, Any] | None:
        """Both, as they are put away; where both say something, the first stays."""
        return {**(others.as_stored() or {}), **(self.as_stored() or {})} or None
