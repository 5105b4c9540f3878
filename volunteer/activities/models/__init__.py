"""The tables of activities, one file for each part of the work; their names are used from here."""

from volunteer.activities.models.activities import (
    Activity,
    ActivityPause,
)
from volunteer.activities.models.attendance import (
    Attendance,
    AttendanceState,
    AttendanceWay,
    Closing,
    MistakeNote,
)
from volunteer.activities.models.confirmations import (
    Coming,
    Confirmation,
)
from volunteer.activities.models.days_off import (
    DaysOff,
)
from volunteer.activities.models.insurance import (
    InsurancePolicy,
)
from volunteer.activities.models.jielong import (
    JielongLine,
    JielongOutcome,
    JielongPaste,
)
from volunteer.activities.models.needs import (
    DangerLevel,
    RoleNeeds,
    WaitingStyle,
)
from volunteer.activities.models.occurrences import (
    HolidayAnswer,
    Occurrence,
    OccurrenceStatus,
)
from volunteer.activities.models.roles import (
    ActivityRole,
    OccurrenceRole,
)
from volunteer.activities.models.rota import (
    RotaDraft,
    RotaSeat,
    RotaWish,
)
from volunteer.activities.models.signups import (
    Excuse,
    Signup,
    SignupStatus,
)
from volunteer.activities.models.stand_ins import (
    Answer,
    SearchStatus,
    StandInAsk,
    StandInSearch,
    SwapOffer,
    SwapStatus,
)
from volunteer.activities.models.standing import (
    StandingPause,
    StandingPlace,
)
from volunteer.activities.models.ties import (
    Guardian,
    Household,
    Housemate,
)

__all__ = [
    "Activity",
    "ActivityPause",
    "ActivityRole",
    "Answer",
    "Attendance",
    "AttendanceState",
    "AttendanceWay",
    "Closing",
    "Coming",
    "Confirmation",
    "DangerLevel",
    "DaysOff",
    "Excuse",
    "Guardian",
    "HolidayAnswer",
    "Household",
    "Housemate",
    "InsurancePolicy",
    "JielongLine",
    "JielongOutcome",
    "JielongPaste",
    "MistakeNote",
    "Occurrence",
    "OccurrenceRole",
    "OccurrenceStatus",
    "RoleNeeds",
    "RotaDraft",
    "RotaSeat",
    "RotaWish",
    "SearchStatus",
    "Signup",
    "SignupStatus",
    "StandInAsk",
    "StandInSearch",
    "StandingPause",
    "StandingPlace",
    "SwapOffer",
    "SwapStatus",
    "WaitingStyle",
]
