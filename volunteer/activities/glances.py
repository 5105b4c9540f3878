"""Coming dates as a list shows them: what is written on each, and how many come.

A list names nobody and changes nothing. Making objects of all sign-ups and their people took most
of the time of a volunteer's first page, so it reads plain rows; fitting.py, wording.py and the
templates take a glance wherever they take the date itself, for it answers in the same words.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeAlias, TypeVar

from volunteer.activities.models import (
    DangerLevel,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.people.models import Person, age_on
from volunteer.teams.models import MembershipStatus


class Contact(NamedTuple):
    """Somebody to know by name, and perhaps by phone."""

    name: str
    phone: str | None = None


class Companion(NamedTuple):
    """Somebody who comes too, and what they do there."""

    person: Contact
    role: str


class PersonGlance(NamedTuple):
    """Somebody by number; with their birth when `glance_queries.look_at` was asked."""

    id: int
    birth_year: int | None = None
    birth_month: int | None = None

    def age_on(self, day: date) -> int | None:
        return age_on(day, self.birth_year, self.birth_month)


class TeamGlance(NamedTuple):
    id: int
    name: str
    most_a_week: int | None = None


class TrainingGlance(NamedTuple):
    id: int
    name: str


@dataclass(slots=True)
class ActivityGlance:
    """What a date has from its activity."""

    team: TeamGlance
    title: str
    bring_note: str
    leader_id: int | None
    danger_level: DangerLevel
    meeting_point: str
    is_task: bool
    # Known when `week_queries.meet` was asked.
    leader: Contact | None = None

    def is_led_by(self, person: Person) -> bool:
        return self.leader_id == person.id


@dataclass(slots=True)
class RoleGlance:
    """A kind of work on one date, and how many have a place in it."""

    id: int
    name: str
    position: int
    minimum: int
    maximum: int
    # The plan has it no more; it takes nobody.
    is_closed: bool
    taken: int
    # Kept for who waits and was asked.
    held: int = 0
    least_age: int | None = None
    most_age: int | None = None
    training: TrainingGlance | None = None

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.taken)

    @property
    def free(self) -> int:
        return 0 if self.is_closed else max(0, self.maximum - self.taken - self.held)

    @property
    def training_id(self) -> int | None:
        return self.training.id if self.training else None


@dataclass(slots=True)
class DateGlance:
    """One date, with its roles, and with the place of the one who looks."""

    id: int
    activity: ActivityGlance
    status: OccurrenceStatus
    place: str
    wall_starts: datetime
    wall_ends: datetime
    starts_at: datetime
    ends_at: datetime
    roles: list[RoleGlance] = field(default_factory=list)
    own: "SignupGlance | None" = None
    # The one who looks, when they gave their place back: nobody else's no is known here.
    said_no: Collection[int] = ()
    # Until when the one who looks is away, if they are on its day.
    away_until: date | None = None
    # Known when `week_queries.meet` was asked.
    company: list[Companion] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.activity.title

    @property
    def team(self) -> TeamGlance:
        return self.activity.team

    @property
    def day(self) -> date:
        return self.wall_starts.date()

    @property
    def for_the_trail(self) -> dict[str, Any]:
        return {"activity": self.title, "date": self.day.isoformat()}

    @property
    def is_task(self) -> bool:
        return self.activity.is_task

    @property
    def is_cancelled(self) -> bool:
        return self.status is OccurrenceStatus.CANCELLED

    def has_started(self, now: datetime) -> bool:
        return self.starts_at <= now

    def goes_on(self, now: datetime) -> bool:
        return not self.is_cancelled and self.starts_at <= now < self.ends_at

    def is_open(self, now: datetime) -> bool:
        return not self.is_cancelled and not self.has_started(now)

    def signup_of(self, person: Person | None) -> "SignupGlance | None":
        """The place of the one who looks; nobody else's is known here."""
        return self.own if self.own and person and self.own.person_id == person.id else None

    @property
    def going(self) -> Sequence[Signup]:
        """Nobody that is known here: who may come only with a guardian looks at the date itself."""
        return ()

    @property
    def taken(self) -> int:
        """How many have a place, over all roles."""
        return sum(role.taken for role in self.roles)

    @property
    def missing(self) -> int:
        return sum(role.missing for role in self.roles)

    @property
    def free(self) -> int:
        return sum(role.free for role in self.roles)


@dataclass(slots=True)
class SignupGlance:
    """The place of the one who looks, or their place in the queue."""

    id: int
    person_id: int
    occurrence: DateGlance
    role: RoleGlance
    is_going: bool
    # 1 for who gets the next free place; it says nothing of who has one, and 0 is not known.
    place_in_queue: int = 0
    # A place is kept for them until they answer; or they look for somebody instead.
    is_asked: bool = False
    is_looking: bool = False

    @property
    def is_waiting(self) -> bool:
        return not self.is_going

    @property
    def status(self) -> SignupStatus:
        return SignupStatus.GOING if self.is_going else SignupStatus.WAITING


class Chance(NamedTuple):
    """One date and one person who would like to come, as both are at one moment."""

    date: DateGlance
    person: PersonGlance
    # How they stand to the date's team; None for a stranger.
    membership: MembershipStatus | None


class Week(NamedTuple):
    """What a volunteer sees first: own places, and the dates of their teams; soonest first."""

    own: Sequence[SignupGlance]
    offered: Sequence[DateGlance]


AnyDate: TypeAlias = Occurrence | DateGlance
AnyRole: TypeAlias = OccurrenceRole | RoleGlance
AnySignup: TypeAlias = Signup | SignupGlance
AnyPerson: TypeAlias = Person | PersonGlance
Dated = TypeVar("Dated", bound=AnyDate)
