"""How a lower domain lets a higher one act: it announces, `wiring.py` says who listens."""

from collections.abc import Callable
from typing import Generic, ParamSpec

What = ParamSpec("What")


class News(Generic[What]):
    """One kind of announcement. Listeners act at once, in order, in the same transaction."""

    def __init__(self) -> None:
        self._listeners: list[Callable[What, object]] = []

    def tell(self, listener: Callable[What, object]) -> None:
        """From now on this listener hears the news; telling it twice changes nothing."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def announce(self, *args: What.args, **kwargs: What.kwargs) -> None:
        for listener in self._listeners:
            listener(*args, **kwargs)
