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
from volunteer.activities.models.rota import RotaDraft, RotaSeat, RotaWish

__all__ = [
    "Activity",
    "ActivityRole",
    "Occurrence",
    "OccurrenceRole",
    "OccurrenceStatus",
    "RotaDraft",
    "RotaSeat",
    "RotaWish",
    "Signup",
    "SignupStatus",
]
