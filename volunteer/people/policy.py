"""Who may do what with people. The written table stands in docs/security/policy.md."""

from volunteer.people.models import Companion, Person


def can_act_by(me: Person, companionship: Companion) -> bool:
    """The companion themselves, and nobody else."""
    return companionship.companion_id == me.id


def can_end(me: Person, companionship: Companion) -> bool:
    """Each of the two; the coordinators of the person's teams may too, says the teams' policy."""
    return me.id in {companionship.person_id, companionship.companion_id}
