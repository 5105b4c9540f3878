"""The door of every view: authorize(...), or @public."""

from collections.abc import Callable
from typing import TypeVar

from volunteer.core.errors import NotAllowed, NotFound

View = TypeVar("View", bound=Callable[..., object])


def authorize(allowed: bool, *, visible: bool = False) -> None:
    """Go on if the policy said yes.

    Else raises NotFound, so that a stranger can't learn what exists; or NotAllowed
    when the person may already see the thing (`visible`).
    """
    if not allowed:
        raise NotAllowed if visible else NotFound


def public(view: View) -> View:
    """Mark a view that everybody may use, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark that an architecture test reads
    return view
