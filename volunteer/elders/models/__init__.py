"""The tables of elders, one file for each noun; their names are used from here."""

from volunteer.elders.models.birthdays import (
    Birthday,
)
from volunteer.elders.models.concerns import (
    Concern,
    ConcernKind,
    ConcernStatus,
    ConcernStep,
    PlaceReader,
    TeamReaders,
)
from volunteer.elders.models.elders import (
    OF_HEALTH,
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
from volunteer.elders.models.weather import (
    Outcome,
    WeatherCall,
    WeatherKind,
    WeatherRound,
)

__all__ = [
    "AFTER",
    "OF_HEALTH",
    "OVER",
    "SEEN_WITHIN",
    "Birthday",
    "Category",
    "Check",
    "Concern",
    "ConcernKind",
    "ConcernStatus",
    "ConcernStep",
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
    "Outcome",
    "Pairing",
    "PlaceReader",
    "RiskLevel",
    "Source",
    "StepKind",
    "TeamReaders",
    "Visit",
    "VisitChannel",
    "VisitPart",
    "VisitStatus",
    "WeatherCall",
    "WeatherKind",
    "WeatherRound",
]
