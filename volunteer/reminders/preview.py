"""What will go out next, to whom, and to whom not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from volunteer.core.database import all_of
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel
from volunteer.people.models import Person
from volunteer.reminders import timing, week_ahead
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team


@dataclass(frozen=True)
class Preview:
    """The next weekly message as it would be written now."""

    due_at: datetime
    by_mail: Sequence[Person]
    by_call: Sequence[Person]
    pausing: Sequence[Person]

    def find(self, person_id: int | None) -> Person | None:
        """The reader with this number, else the first one."""
        readers = [*self.by_mail, *self.by_call]
        chosen = (person for person in readers if person.id == person_id)
        return next(chosen, readers[0] if readers else None)


def of_team(team: Team, now: datetime) -> Preview:
    memberships: Sequence[Membership] = all_of(team_queries.of_team(team))
    people = [m.person for m in memberships if m.is_active]
    return Preview(
        due_at=timing.next_due(team, now),
        # By text message as well, for who has chosen that.
        by_mail=[p for p in people if outbox.channel_for(p) is not Channel.CALL],
        by_call=[p for p in people if outbox.channel_for(p) is Channel.CALL],
        pausing=[m.person for m in memberships if not m.is_active],
    )


def letter_to(team: Team, person: Person, due: datetime) -> Letter | None:
    """What this member would read; its link is the plain one, for a preview opens no doors."""
    with writing.only_to_look():
        letters = week_ahead.compose(team, [person], timing.first_day(team, due), doors={})
    return letters.get(person.id)
