"""Away from this day to that one: said once, and true for every team.

What comes of it in the calendar is ruled where that stands; who is away on a day answers
`queries.who_is_away` alone.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock, zones
from volunteer.core.database import all_of, lock, row_number, session, transaction
from volunteer.people.errors import AwayTooLong
from volunteer.people.models import AwayDays, Person

LONGEST = timedelta(days=120)
KEPT = timedelta(days=30)
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """From which day to which, both included; the remark is for coordinators alone."""

    first_on: date
    last_on: date
    remark: str = ""

    @property
    def days(self) -> tuple[date, date]:
        return self.first_on, self.last_on

    @property
    def all_days(self) -> list[date]:
        return [self.first_on + A_DAY * n for n in range((self.last_on - self.first_on).days + 1)]

    @property
    def is_too_long(self) -> bool:
        return self.last_on - self.first_on >= LONGEST


def note(
    person: Person, stretch: Stretch, *, by: Person, team: HasNumber | None = None
) -> AwayDays:
    """They are away then. What overlaps becomes one stretch, with the newest remark; the same once
    more changes nothing.

    `team` is the one whose coordinator enters it for them. Raises AwayTooLong.
    """
    with transaction():
        lock(person)
        old = list_overlapping(person, stretch)
        first_on = min([stretch.first_on, *(one.first_on for one in old)])
        last_on = max([stretch.last_on, *(one.last_on for one in old)])
        if Stretch(first_on, last_on).is_too_long:
            raise AwayTooLong(LONGEST.days)
        remark = next((text for text in (stretch.remark, *(o.remark for o in old)) if text), None)
        if [(o.first_on, o.last_on, o.remark) for o in old] == [(first_on, last_on, remark)]:
            return old[0]
        for one in old[1:]:
            session.delete(one)
        row = old[0] if old else AwayDays(person_id=person.id)
        row.first_on, row.last_on, row.remark, row.by_id = first_on, last_on, remark, by.id
        session.add(row)
        session.flush()
        record("away.noted", row, person, by, team)
        return row


def list_overlapping(person: Person, stretch: Stretch) -> list[AwayDays]:
    """Those of this person that share a day with it, soonest first."""
    return list(
        all_of(
            select(AwayDays)
            .where(
                AwayDays.person_id == person.id,
                AwayDays.first_on <= stretch.last_on,
                AwayDays.last_on >= stretch.first_on,
            )
            .order_by(AwayDays.first_on)
        )
    )


def take_back(
    person: Person, number: int, *, by: Person, team: HasNumber | None = None
) -> Stretch | None:
    """They are here after all, from today on; the days that have been stay. Answers what is taken
    back; nothing when they have no such stretch, or no longer."""
    with transaction():
        lock(person)
        away, yesterday = find(person, number), clock.today() - A_DAY
        if away is None or away.last_on <= yesterday:
            return None
        record("away.taken_back", away, person, by, team)
        gone = Stretch(max(away.first_on, clock.today()), away.last_on)
        if away.first_on > yesterday:
            session.delete(away)
        else:
            away.last_on = yesterday
        session.flush()
        return gone


def find(person: Person, number: int) -> AwayDays | None:
    return session.scalars(
        select(AwayDays).where(AwayDays.id == row_number(number), AwayDays.person_id == person.id)
    ).one_or_none()


def record(action: str, away: AwayDays, person: Person, by: Person, team: HasNumber | None) -> None:
    trail.record(action, away, by=by, person=person, team=team,
                 first=away.first_on.isoformat(), last=away.last_on.isoformat())  # fmt: skip


def forget_old(now: datetime) -> int:
    """A month after its last day nobody needs to know it any more; answers how many stretches."""
    over = AwayDays.last_on < zones.day_in(zones.HOME_ZONE, now) - KEPT
    if session.scalar(select(AwayDays.id).where(over).limit(1)) is None:
        return 0
    with transaction():
        return len(session.scalars(delete(AwayDays).where(over).returning(AwayDays.id)).all())


def forget_all_of(person: Person, _by: Person | None = None) -> None:
    """They are with us no more, or have died: nobody asks whether they are away."""
    with transaction():
        session.execute(delete(AwayDays).where(AwayDays.person_id == person.id))
