"""The pages of help requests, by what they are about; each part adds addresses to one blueprint."""

from volunteer.help_requests.views import (
    abilities,
    adding,
    answering,
    asking,
    board,
    following,
    hotline,
    offers,
    purse,
)
from volunteer.help_requests.views.door import blueprint

__all__ = [
    "abilities",
    "adding",
    "answering",
    "asking",
    "blueprint",
    "board",
    "following",
    "hotline",
    "offers",
    "purse",
]
