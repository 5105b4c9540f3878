"""The pages of teams and their members; every part adds addresses to one blueprint."""

from volunteer.teams.views import (
    adding,
    companions,
    handover,
    joining,
    members,
    naming,
    safety_card,
    steps,
    teams,
    verification,
)
from volunteer.teams.views.door import blueprint

__all__ = [
    "adding",
    "blueprint",
    "companions",
    "handover",
    "joining",
    "members",
    "naming",
    "safety_card",
    "steps",
    "teams",
    "verification",
]
