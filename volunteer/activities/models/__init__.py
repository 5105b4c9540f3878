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
from volunteer.activities.models.insurance import InsurancePolicy
from volunteer.activities.models.needs import DangerLevel, RoleNeeds, WaitingStyle
from volunteer.activities.models.ties import Guardian, Household, Housemate

__all__ = [
    "Activity",
    "ActivityRole",
    "DangerLevel",
    "Guardian",
    "Household",
    "Housemate",
    "InsurancePolicy",
    "Occurrence",
    "OccurrenceRole",
    "OccurrenceStatus",
    "RoleNeeds",
    "Signup",
    "SignupStatus",
    "WaitingStyle",
]
