"""What will go out next, to whom, and to whom not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from volunteer.core.database import all_of
from volunteer.notifications import outbox, topics, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel
from volunteer.people.models import Person
from volunteer.reminders import timing, week_ahead
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team

# How a message reaches one person, in the order of the page.
WAYS = (Channel.EMAIL, Channel.SMS, Channel.PUSH, Channel.CALL)


@dataclass(frozen=True)
class Preview:
    """The next weekly message as it would be written now."""

    due_at: datetime
    by_way: Mapping[Channel, Sequence[Person]]
    # Who wants no weekly message, and who is away from the team for a while.
    stopped: Sequence[Person]
    pausing: Sequence[Person]

    @property
    def by_call(self) -> Sequence[Person]:
        return self.by_way[Channel.CALL]

    @property
    def readers(self) -> list[Person]:
        """Everybody whom it reaches in some way, in the order of the page."""
        return list(chain.from_iterable(self.by_way.values()))

    def way_to(self, person: Person) -> Channel:
        return next(way for way, people in self.by_way.items() if person in people)

    def find(self, person_id: int | None) -> Person | None:
        """The reader with this number, else the first one."""
        readers = self.readers
        chosen = (person for person in readers if person.id == person_id)
        return next(chosen, readers[0] if readers else None)


def of_team(team: Team, now: datetime) -> Preview:
    memberships: Sequence[Membership] = all_of(team_queries.of_team(team))
    active = [m.person for m in memberships if m.is_active]
    people = [p for p in active if topics.is_wanted(week_ahead.WEEK_AHEAD, p)]
    return Preview(
        due_at=timing.next_due(team, now),
        by_way={way: [p for p in people if outbox.channel_for(p) is way] for way in WAYS},
        stopped=[p for p in active if p not in people],
        pausing=[m.person for m in memberships if not m.is_active],
    )


def letter_to(team: Team, person: Person, due: datetime) -> Letter | None:
    """What this member would read; its link is the plain one, for a preview opens no doors."""
    with writing.only_to_look():
        letters = week_ahead.compose(team, [person], timing.first_day(team, due), doors={})
    return letters.get(person.id)
