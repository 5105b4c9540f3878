"""The tables of elders, one file for each noun; their names are used from here."""

from volunteer.elders.models.elders import (
    OVER,
    SEEN_WITHIN,
    Category,
    Elder,
    ElderStatus,
    EmergencyContact,
    EndReason,
    Living,
    MajorChange,
    RiskLevel,
    VisitChannel,
)
from volunteer.elders.models.health import (
    DietTag,
    HealthRecord,
)
from volunteer.elders.models.no_answers import (
    AFTER,
    Ending,
    NoAnswer,
    NoAnswerStep,
    Source,
    StepKind,
)
from volunteer.elders.models.pairings import (
    Pairing,
)
from volunteer.elders.models.visits import (
    Check,
    Finding,
    Visit,
    VisitPart,
    VisitStatus,
)

__all__ = [
    "AFTER",
    "OVER",
    "SEEN_WITHIN",
    "Category",
    "Check",
    "DietTag",
    "Elder",
    "ElderStatus",
    "EmergencyContact",
    "EndReason",
    "Ending",
    "Finding",
    "HealthRecord",
    "Living",
    "MajorChange",
    "NoAnswer",
    "NoAnswerStep",
    "Pairing",
    "RiskLevel",
    "Source",
    "StepKind",
    "Visit",
    "VisitChannel",
    "VisitPart",
    "VisitStatus",
]
