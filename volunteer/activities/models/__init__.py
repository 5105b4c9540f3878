"""The tables of activities, one file for each part of the work; their names are used from here."""

from volunteer.activities.models.activities import (
    Activity,
    ActivityRole,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.activities.models.attendance import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    Closing,
    MistakeNote,
)

__all__ = [
    "Activity",
    "ActivityRole",
    "Attendance",
    "AttendanceState",
    "AttendanceWay",
    "Closing",
    "MistakeNote",
    "Occurrence",
    "OccurrenceRole",
    "OccurrenceStatus",
    "Signup",
    "SignupStatus",
]
