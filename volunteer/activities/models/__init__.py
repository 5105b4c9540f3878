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
from volunteer.activities.models.jielong import JielongLine, JielongOutcome, JielongPaste

__all__ = [
    "Activity",
    "ActivityRole",
    "JielongLine",
    "JielongOutcome",
    "JielongPaste",
    "Occurrence",
    "OccurrenceRole",
    "OccurrenceStatus",
    "Signup",
    "SignupStatus",
]
