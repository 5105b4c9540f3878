"""Who gets a place that comes free: the person who has waited longest."""

from volunteer.activities import notices
from volunteer.activities.models import Occurrence, Signup, SignupStatus
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction


def promote(occurrence: Occurrence) -> list[Signup]:
    """Give free places to those waiting, role by role, first come first, and tell them."""
    with transaction():
        lock(occurrence)
        promoted: list[Signup] = []
        if not occurrence.is_open(clock.now()):
            return promoted
        for role in occurrence.roles:
            for signup in role.waiting[: role.free]:
                signup.status = SignupStatus.GOING
                trail.record("signup.promoted", signup, by=None, person=signup.person,
                             team=occurrence.team, role=role.name,
                             **occurrence.for_the_trail)  # fmt: skip
                notices.tell_place_freed(signup)
                promoted.append(signup)
        return promoted
