"""Three years after an incident was closed its words, names and photos are forgotten.

That something happened, when, and whether the insurer was told stays: it is counted.
"""

from datetime import datetime

from sqlalchemy import Select, delete, select

from volunteer.core.bulk import empty
from volunteer.core.database import session, transaction
from volunteer.incidents import queries
from volunteer.incidents.models import (
    Incident,
    IncidentPerson,
    IncidentPhoto,
    IncidentStep,
    IncidentVersion,
)
from volunteer.pictures import keeping


def forget_what_is_over(now: datetime) -> int:
    """Answers of how many versions the words went; where there is none, nothing is held."""
    over = select(Incident.id).where(queries.is_over(now))
    of_versions = IncidentVersion.incident_id.in_(over)
    keeping.forget_all(IncidentPhoto.picture_id, IncidentPhoto.incident_id.in_(over))
    empty([IncidentStep.words], IncidentStep.incident_id.in_(over))
    forget_names(select(IncidentVersion.id).where(of_versions))
    version = IncidentVersion
    empty(
        [version.injuries, version.first_aid, version.called_words,
         version.hurt_names, version.there_names],
        of_versions,
    )  # fmt: skip
    return empty([version.place, version.words], of_versions, left="")


def forget_names(versions: Select[int]) -> None:
    named = IncidentPerson.version_id.in_(versions)
    if session.scalar(select(IncidentPerson.id).where(named).limit(1)) is None:
        return
    with transaction():
        gone = delete(IncidentPerson).where(named)
        session.execute(gone.execution_options(synchronize_session=False))
