"""The pages of activities, by what they are about; every part adds addresses to one blueprint."""

from volunteer.activities.views import (
    attendance,
    calendar,
    changes,
    check_in,
    closing,
    dates,
    hours,
    jielong,
    paper,
    planning,
    rota,
    rules,
    series,
    stand_ins,
    standing,
    texts,
)
from volunteer.activities.views.door import blueprint

__all__ = [
    "attendance",
    "blueprint",
    "calendar",
    "changes",
    "check_in",
    "closing",
    "dates",
    "hours",
    "jielong",
    "paper",
    "planning",
    "rota",
    "rules",
    "series",
    "stand_ins",
    "standing",
    "texts",
]
