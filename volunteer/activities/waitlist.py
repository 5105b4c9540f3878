"""Who gets a place that comes free: the person who has waited longest and can come."""

from volunteer.activities import notices, queries
from volunteer.activities.models import Occurrence, Signup, SignupStatus
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction


def promote(occurrence: Occurrence) -> list[Signup]:
    """Give free places to those waiting, role by role, first come first, and tell them.

    Who has a place elsewhere at that time stays in the queue.
    """
    with transaction():
        lock(occurrence)
        promoted: list[Signup] = []
        if not occurrence.is_open(clock.now()):
            return promoted
        # People are not locked here: sign_up() takes the person first and then the date, and who
        # holds the date and waits for the person could wait for ever. At worst somebody who takes
        # a place elsewhere in this very moment has two, and gives one back.
        busy = queries.find_busy(
            occurrence, [s.person_id for s in occurrence.signups if s.is_waiting]
        )
        for role in occurrence.roles:
            able = [signup for signup in role.waiting if signup.person_id not in busy]
            for signup in able[: role.free]:
                signup.status = SignupStatus.GOING
                trail.record("signup.promoted", signup, by=None, person=signup.person,
                             team=occurrence.team, role=role.name,
                             **occurrence.for_the_trail)  # fmt: skip
                notices.tell_place_freed(signup)
                promoted.append(signup)
        return promoted
