"""Who may see and note calls. A caller of a phone tree sees their own share and nothing else."""

from datetime import datetime

from volunteer.people.models import Person
from volunteer.reminders.models import Call, CallShare
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries


def can_make_calls(me: Person, share: CallShare, now: datetime) -> bool:
    """Whoever has the share now, while in the team: who pauses calls nobody, and reads no numbers;
    and the team's coordinators."""
    is_caller = me.id in share.holders(now) and team_queries.is_active_member(share.team, me)
    return is_caller or teams.can_coordinate(me, share.team)


def can_note_call(me: Person, call: Call, now: datetime) -> bool:
    """The same for one call; one that is not shared out is the coordinators' alone."""
    if call.share is not None and can_make_calls(me, call.share, now):
        return True
    return teams.can_coordinate(me, call.team)
