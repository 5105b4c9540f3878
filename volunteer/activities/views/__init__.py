"""The pages of activities, by what they are about; every part adds addresses to one blueprint."""

from volunteer.activities.views import (
    answers,
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
    "answers",
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
