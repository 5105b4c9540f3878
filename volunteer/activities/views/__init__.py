"""The pages of activities, by what they are about; every part adds addresses to one blueprint."""

from volunteer.activities.views import calendar, changes, dates, planning, series
from volunteer.activities.views.door import blueprint

__all__ = ["blueprint", "calendar", "changes", "dates", "planning", "series"]
from volunteer.activities.views import stand_ins, standing

__all__ = ["blueprint", "calendar", "changes", "dates", "planning", "stand_ins", "standing"]
from volunteer.activities.views import paper, texts

__all__ = ["blueprint", "calendar", "changes", "dates", "paper", "planning", "texts"]
from volunteer.activities.views import (
    attendance,
    check_in,
    closing,
    hours,
)

__all__ = [
    "attendance",
    "blueprint",
    "calendar",
    "changes",
    "check_in",
    "closing",
    "dates",
    "hours",
    "planning",
]
