"""Our own address: links in messages carry it, never what a caller claims in a header."""

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Site:
    """Where people reach us, from BASE_URL."""

    base: str

    @property
    def host(self) -> str:
        return urlsplit(self.base).hostname or "localhost"

    def address(self, path: str) -> str:
        """The whole address of a path such as /teams/3."""
        return f"{self.base.rstrip('/')}/{path.lstrip('/')}"
