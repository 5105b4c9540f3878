"""Somebody has died: every part they played ends, and nothing is ever sent to them again."""

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.core.news import News
from volunteer.people import companions
from volunteer.people.models import Person

# What they had promised, led or waited for is no longer theirs.
person_died: News[[Person, Person]] = News()


def note(person: Person, *, by: Person) -> None:
    """Noted on the day on which we heard of it; nothing happens the second time."""
    with transaction():
        companions.lock_with_those_acted_for(person)
        if person.died_on is not None:
            return
        person.died_on = clock.today()
        trail.record("person.died", person, by=by, person=person)
        companions.end_all(person, by=by)
        # Else reminders of those for whom they acted would go to them, and nobody would call.
        companions.end_acting(person, by=by)
        person_died.announce(person, by)


def undo(person: Person, *, by: Person) -> None:
    """It was a mistake: somebody of this name lives. What has ended meanwhile is begun anew."""
    with transaction():
        if person.died_on is not None:
            person.died_on = None
            trail.record("person.lives", person, by=by, person=person)
