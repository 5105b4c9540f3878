"""The pages of activities, by what they are about; every part adds addresses to one blueprint."""

from volunteer.activities.views import calendar, changes, dates, planning, rules
from volunteer.activities.views.door import blueprint

__all__ = ["blueprint", "calendar", "changes", "dates", "planning", "rules"]
