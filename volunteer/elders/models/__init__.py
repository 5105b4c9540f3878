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
from volunteer.elders.models.weather import (
    Outcome,
    WeatherCall,
    WeatherKind,
    WeatherRound,
)

__all__ = [
    "USUAL_LENGTH",
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
    "Finding",
    "HealthRecord",
    "Living",
    "Outcome",
    "Pairing",
    "PlaceReader",
    "RiskLevel",
    "TeamReaders",
    "Visit",
    "VisitChannel",
    "VisitPart",
    "VisitStatus",
    "WeatherCall",
    "WeatherKind",
    "WeatherRound",
]
