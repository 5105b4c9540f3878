"""The teams that somebody is in, as the frame around every page shows them: plain rows, for making
objects of tables took longer than asking for them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from volunteer.teams.models import Membership, MembershipStatus, Team, TeamRole


class TeamGlance(NamedTuple):
    """What is written of a team on most pages."""

    id: int
    name: str
    phone: str | None


class MembershipGlance(NamedTuple):
    """How somebody stands to a team they are in, pausing or not; in the words of Membership."""

    team: TeamGlance
    role: TeamRole
    status: MembershipStatus

    @property
    def team_id(self) -> int:
        return self.team.id

    @property
    def is_active(self) -> bool:
        return self.status is MembershipStatus.ACTIVE

    @property
    def is_coordinator(self) -> bool:
        return self.role is TeamRole.COORDINATOR


MEMBERSHIP_COLUMNS = (Team.id, Team.name, Team.phone, Membership.role, Membership.status)


def membership_in(row: Sequence[Any]) -> MembershipGlance:
    """The membership at the beginning of a row of these columns."""
    return MembershipGlance(TeamGlance(*row[:3]), *row[3:5])
