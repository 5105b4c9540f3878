"""Reading the trail."""

from sqlalchemy import Select, select

from volunteer.audit.models import AuditEntry


def of_team(team_id: int) -> Select[AuditEntry]:
    """What was done in this team, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.team_id == team_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
