"""The tables of activities, one file for each part of the work; their names are used from here."""

from volunteer.activities.models.activities import (
    Activity,
    ActivityPause,
    ActivityRole,
    HolidayAnswer,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)

__all__ = [
    "Activity",
    "ActivityPause",
    "ActivityRole",
    "HolidayAnswer",
    "Occurrence",
    "OccurrenceRole",
    "OccurrenceStatus",
    "Signup",
    "SignupStatus",
]
