"""The tables of elders, one file for each noun; their names are used from here."""

from volunteer.elders.models.elders import (
    Category,
    Elder,
    ElderStatus,
    EmergencyContact,
    EndReason,
    Living,
    RiskLevel,
    VisitChannel,
)
from volunteer.elders.models.health import (
    DietTag,
    HealthRecord,
)
from volunteer.elders.models.pairings import (
    Pairing,
)
from volunteer.elders.models.visits import (
    USUAL_LENGTH,
    Check,
    Finding,
    Visit,
    VisitPart,
    VisitStatus,
)

__all__ = [
    "USUAL_LENGTH",
    "Category",
    "Check",
    "DietTag",
    "Elder",
    "ElderStatus",
    "EmergencyContact",
    "EndReason",
    "Finding",
    "HealthRecord",
    "Living",
    "Pairing",
    "RiskLevel",
    "Visit",
    "VisitChannel",
    "VisitPart",
    "VisitStatus",
]
