"""The pages of elders, by what they are about; every part hangs its addresses on one blueprint."""

from volunteer.elders.views import (
    concerns,
    consents,
    coverage,
    elders,
    festivals,
    files,
    health,
    no_answer,
    visits,
    weather,
)
from volunteer.elders.views.door import blueprint

__all__ = [
    "blueprint",
    "concerns",
    "consents",
    "coverage",
    "elders",
    "festivals",
    "files",
    "health",
    "no_answer",
    "visits",
    "weather",
]
