"""The tables of reminders, one file for each part of the work; their names are used from here."""

from volunteer.reminders.models.calls import Call, CallResult, CallShare
from volunteer.reminders.models.plans import Offset, ReminderPlan
from volunteer.reminders.models.watch import WatchRun
from volunteer.reminders.models.weekly import WeeklyRun

__all__ = ["Call", "CallResult", "CallShare", "Offset", "ReminderPlan", "WatchRun", "WeeklyRun"]
