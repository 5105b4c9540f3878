"""Nobody answered: it stays open until somebody has made sure that the elder is safe."""

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.elders import care
from volunteer.elders.errors import NoAlarm, NotSafeYet
from volunteer.elders.models import Visit
from volunteer.people.models import Person


def close(visit: Visit, words: str, *, spoke_with_them: bool, by: Person) -> None:
    """Somebody has spoken with the elder, or has handed the matter over, and says to whom.

    Raises NoAlarm when there is nothing open, NotSafeYet without words.
    """
    with transaction():
        lock(visit.elder, visit)
        if not visit.is_open_alarm:
            raise NoAlarm
        if not words.strip():
            raise NotSafeYet
        visit.safe_at, visit.safe_by, visit.safe_words = clock.now(), by, words.strip()
        if spoke_with_them:
            care.seen(visit.elder, visit.team.today(clock.now()))
        trail.record("visit.made_safe", visit, by=by, person=visit.elder.person, team=visit.team)
