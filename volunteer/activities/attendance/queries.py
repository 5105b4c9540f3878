"""Finding who came, which days are still to be closed, and what people say is wrong."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, extract, func, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from volunteer.activities import queries
from volunteer.activities.models import (
    Activity,
    Attendance,
    AttendanceState,
    Closing,
    MistakeNote,
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core import encryption
from volunteer.core.database import all_of, any_of, one_or_not_found, row_number, session
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import Deed
from volunteer.people.models import Person
from volunteer.teams.models import Membership, MembershipStatus, Team
from volunteer.teams.queries import IN_TEAM

# A day that nobody has closed is asked for this long; after that only its own page offers it.
ASKED_FOR = timedelta(days=30)


def has_walk_in(occurrence: Occurrence, name: str, phone: str) -> bool:
    """Whether somebody of this name and this phone, or of none, was written down at the door."""
    no_phone = Person.phone_mark.is_(None)
    is_reached = encryption.is_text(Person.phone_mark, phone) if phone else no_phone
    written = (
        select(Signup.id)
        .join(Signup.person)
        .where(
            Signup.occurrence_id == occurrence.id,
            Signup.status == SignupStatus.GOING,
            Signup.is_walk_in,
            Person.name == name,
            is_reached,
        )
    )
    return session.scalar(select(any_of(written))) or False


def find_attendance(occurrence: Occurrence, person: Person | None) -> Attendance | None:
    """Whether this person came to the date, as far as anybody has said."""
    if person is None:
        return None
    return session.scalars(
        select(Attendance).where(
            Attendance.occurrence_id == occurrence.id, Attendance.person_id == person.id
        )
    ).one_or_none()


def find_attendances_of(
    person: Person, occurrences: Collection[Occurrence]
) -> dict[int, Attendance]:
    """What is noted of this person on these dates, by the date's number."""
    rows = all_of(
        select(Attendance).where(
            Attendance.person_id == person.id,
            Attendance.occurrence_id.in_([occurrence.id for occurrence in occurrences]),
        )
    )
    return {row.occurrence_id: row for row in rows}


def list_noted_on(occurrences: Collection[Occurrence]) -> Sequence[Attendance]:
    """Everybody of whom something is noted on these dates."""
    return all_of(
        select(Attendance)
        .where(Attendance.occurrence_id.in_([occurrence.id for occurrence in occurrences]))
        .options(joinedload(Attendance.person), with_date())
        .order_by(Attendance.id)
    )


def list_attendances(occurrence: Occurrence) -> Sequence[Attendance]:
    """Everybody of whom something is noted, with who noted it, by name."""
    noted_by, confirmed_by = aliased(Person), aliased(Person)
    return all_of(
        select(Attendance)
        .join(Attendance.person)
        .join(noted_by, Attendance.by)
        .outerjoin(confirmed_by, Attendance.confirmed_by)
        .where(Attendance.occurrence_id == occurrence.id)
        .options(
            contains_eager(Attendance.person),
            contains_eager(Attendance.by.of_type(noted_by)),
            contains_eager(Attendance.confirmed_by.of_type(confirmed_by)),
        )
        .order_by(Person.sort_key, Attendance.id)
    )


def find_closing(occurrence: Occurrence) -> Closing | None:
    """The closing that holds now; None while the day is open."""
    return session.scalars(
        select(Closing)
        .where(Closing.occurrence_id == occurrence.id, Closing.reopened_at.is_(None))
        .options(joinedload(Closing.by))
    ).one_or_none()


def list_closings(occurrence: Occurrence) -> Sequence[Closing]:
    """The closing that holds, if one does, and those opened again before, newest first."""
    return all_of(
        select(Closing)
        .where(Closing.occurrence_id == occurrence.id)
        .options(
            joinedload(Closing.by), joinedload(Closing.led_by), joinedload(Closing.reopened_by)
        )
        .order_by(Closing.id.desc())
    )


def list_where_one_is(
    person: Person, *, starts_before: datetime, ends_after: datetime
) -> Sequence[Occurrence]:
    """Dates of the person's teams that are on in this time: where they may check in."""
    return all_of(
        queries.dates()
        .join(
            Membership,
            (Membership.team_id == Activity.team_id)
            & (Membership.person_id == person.id)
            & Membership.status.in_(IN_TEAM),
        )
        .where(
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.starts_at < starts_before,
            Occurrence.ends_at > ends_after,
        )
    )


def list_counted_near(
    people: Collection[int], begin: datetime, end: datetime, *, beside: Occurrence | None
) -> Sequence[Attendance]:
    """Counted hours of these people that began in this time, but for those of the date `beside`."""
    return all_of(
        select(Attendance)
        .where(
            Attendance.person_id.in_(people),
            Attendance.occurrence_id != (beside.id if beside else 0),
            Attendance.confirmed_at.is_not(None),
            Attendance.counted_from > begin,
            Attendance.counted_from < end,
        )
        .options(joinedload(Attendance.occurrence).joinedload(Occurrence.activity))
        .order_by(Attendance.counted_from)
    )


# --- for coordinators: what waits for somebody -------------------------------------------------


@dataclass(frozen=True)
class ToSeeTo:
    """A date whose hours wait for a coordinator, and what for."""

    occurrence: Occurrence
    is_closed: bool
    # People whose hours another coordinator has to confirm, and notes that nobody has answered.
    unconfirmed: int
    notes: int
    # By when it must be closed (deadlines.py), and whether that is near or past.
    due_on: date | None = None
    is_due_soon: bool = False


def is_closed() -> ColumnElement[bool]:
    return (
        select(Closing.id)
        .where(Closing.occurrence_id == Occurrence.id, Closing.reopened_at.is_(None))
        .exists()
    )


def has_anybody() -> ColumnElement[bool]:
    """Somebody had a place, or was noted: a date to which nobody meant to come has no hours."""
    going = select(Signup.id).where(
        Signup.occurrence_id == Occurrence.id, Signup.status == SignupStatus.GOING
    )
    noted = select(Attendance.id).where(Attendance.occurrence_id == Occurrence.id)
    return going.exists() | noted.exists()


def list_to_see_to(team: Team, *, now: datetime) -> Sequence[ToSeeTo]:
    """Dates that are over and not closed, with hours that wait for another coordinator, or with
    a note that nobody has answered; longest waiting first. One statement."""
    unconfirmed = (
        select(func.count())
        .select_from(Attendance)
        .where(
            Attendance.occurrence_id == Occurrence.id,
            Attendance.state == AttendanceState.CAME,
            Attendance.confirmed_at.is_(None),
        )
        .correlate(Occurrence)
        .scalar_subquery()
    )
    notes = (
        select(func.count())
        .select_from(MistakeNote)
        .where(MistakeNote.occurrence_id == Occurrence.id, MistakeNote.answered_at.is_(None))
        .correlate(Occurrence)
        .scalar_subquery()
    )
    waits_to_be_closed = ~is_closed() & has_anybody() & (Occurrence.ends_at > now - ASKED_FOR)
    rows = session.execute(
        queries.dates()
        .add_columns(is_closed(), unconfirmed, notes)
        .where(
            Activity.team_id == team.id,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at <= now,
            or_(waits_to_be_closed, is_closed() & (unconfirmed > 0), notes > 0),
        )
    ).all()
    return [ToSeeTo(*row) for row in rows]


def count_to_close(teams: Collection[int], *, now: datetime) -> dict[int, int]:
    """How many dates of each of these teams are over and wait to be closed, by its number."""
    rows = session.execute(
        select(Activity.team_id, func.count())
        .select_from(Occurrence)
        .join(Occurrence.activity)
        .where(
            Activity.team_id.in_(teams),
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at <= now,
            Occurrence.ends_at > now - ASKED_FOR,
            ~is_closed(),
            has_anybody(),
        )
        .group_by(Activity.team_id)
    ).all()
    return dict(rows)


def list_counted_on(dates: Collection[int], people: Collection[int]) -> Sequence[Attendance]:
    """Hours of these people on these dates that count, with the date."""
    return all_of(
        select(Attendance)
        .where(
            Attendance.occurrence_id.in_(dates),
            Attendance.person_id.in_(people),
            Attendance.confirmed_at.is_not(None),
            Attendance.minutes > 0,
        )
        .options(with_date())
    )


def closed_of(team: Team) -> Select[Closing]:
    """The team's dates that are closed now, newest first."""
    return (
        select(Closing)
        .join(Closing.occurrence)
        .join(Occurrence.activity)
        .where(Activity.team_id == team.id, Closing.reopened_at.is_(None))
        .options(
            contains_eager(Closing.occurrence).contains_eager(Occurrence.activity),
            joinedload(Closing.by),
        )
        .order_by(Occurrence.starts_at.desc(), Closing.id.desc())
    )


def is_about(noted: Occurrence | Deed) -> ColumnElement[bool]:
    """A condition on notes."""
    column = MistakeNote.deed_id if isinstance(noted, Deed) else MistakeNote.occurrence_id
    return column == noted.id


def list_notes(noted: Occurrence | Deed) -> Sequence[MistakeNote]:
    """What people say is wrong about this date or deed, oldest first; not what is forgotten by
    now."""
    return all_of(
        select(MistakeNote)
        .where(is_about(noted), MistakeNote.words != "")
        .options(joinedload(MistakeNote.person), joinedload(MistakeNote.answered_by))
        .order_by(MistakeNote.id)
    )


def get_note(noted: Occurrence | Deed, note_id: int) -> MistakeNote:
    """The note with this number, on this date or deed and no other."""
    return one_or_not_found(
        select(MistakeNote).where(MistakeNote.id == row_number(note_id), is_about(noted))
    )


def list_deeds_noted(team: Team) -> Sequence[Deed]:
    """Deeds of which somebody says that something is not right, and nobody has answered."""
    noted = select(MistakeNote.deed_id).where(MistakeNote.answered_at.is_(None))
    return all_of(
        select(Deed)
        .where(Deed.team_id == team.id, Deed.id.in_(noted))
        .order_by(Deed.wall_starts, Deed.id)
    )


# --- for oneself ---------------------------------------------------------------------------------


def with_date() -> _AbstractLoad:
    return joinedload(Attendance.occurrence).joinedload(Occurrence.activity)


def counted_of(person: Person) -> Select[Attendance]:
    """The person's counted hours, newest first, with the date and who confirmed them."""
    return (
        select(Attendance)
        .where(Attendance.person_id == person.id, Attendance.confirmed_at.is_not(None))
        .options(with_date(), joinedload(Attendance.confirmed_by))
        .order_by(Attendance.counted_from.desc(), Attendance.id.desc())
    )


def sums_by_year(person: Person) -> dict[int, int]:
    """Minutes of voluntary service that count for this person, on dates, visits and helps: by the
    year on the wall, the newest first."""
    year = extract("year", Occurrence.wall_starts)
    on_dates = (
        select(year.label("year"), Attendance.minutes.label("minutes"))
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .where(
            Attendance.person_id == person.id,
            Attendance.confirmed_at.is_not(None),
            Attendance.minutes > 0,
            Activity.is_service,
        )
    )
    both = union_all(on_dates, deed_queries.years_of(person)).subquery()
    rows = session.execute(
        select(both.c.year, func.sum(both.c.minutes))
        .group_by(both.c.year)
        .order_by(both.c.year.desc())
    )
    return {int(year): int(minutes) for year, minutes in rows}


def sum_of(person: Person) -> int:
    """All of them."""
    return sum(sums_by_year(person).values())


def list_not_counted(person: Person, *, since: datetime) -> Sequence[Attendance]:
    """What is noted of the person and does not count, or not yet, newest first."""
    return all_of(
        select(Attendance)
        .join(Attendance.occurrence)
        .where(
            Attendance.person_id == person.id,
            Attendance.confirmed_at.is_(None),
            Occurrence.starts_at > since,
        )
        .options(with_date())
        .order_by(Occurrence.starts_at.desc(), Attendance.id)
    )


def list_notes_of(person: Person) -> Sequence[MistakeNote]:
    """What this person has said is wrong, newest first, with the answers; not what is forgotten."""
    return all_of(
        select(MistakeNote)
        .where(MistakeNote.person_id == person.id, MistakeNote.words != "")
        .options(
            joinedload(MistakeNote.occurrence).joinedload(Occurrence.activity),
            joinedload(MistakeNote.deed),
            joinedload(MistakeNote.answered_by),
        )
        .order_by(MistakeNote.id.desc())
        .limit(10)
    )


def list_dates_of(
    person: Person, *, since: datetime, now: datetime, asked: int | None
) -> Sequence[Occurrence]:
    """Dates of the person's teams that have begun in this time, newest first: about which
    something may be noted wrongly, or not at all. And the one asked about, however old, when
    something is noted of them there."""
    in_team = select(Membership.id).where(
        Membership.team_id == Activity.team_id,
        Membership.person_id == person.id,
        Membership.status.in_([*IN_TEAM, MembershipStatus.LEFT]),
    )
    noted = select(Attendance.id).where(
        Attendance.occurrence_id == Occurrence.id, Attendance.person_id == person.id
    )
    is_asked = Occurrence.id == (row_number(asked) if asked else 0)
    found = all_of(
        select(Occurrence)
        .join(Occurrence.activity)
        .where(
            or_(
                and_(Occurrence.starts_at > since, in_team.exists()),
                and_(is_asked, noted.exists()),
            ),
            Occurrence.starts_at <= now,
            Occurrence.status == OccurrenceStatus.PLANNED,
        )
        .options(contains_eager(Occurrence.activity))
        .order_by(is_asked.desc(), Occurrence.starts_at.desc(), Occurrence.id)
        .limit(60)
    )
    return sorted(found, key=lambda occurrence: occurrence.starts_at, reverse=True)
