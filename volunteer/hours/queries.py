"""Finding certificates, and what somebody did for a team."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from volunteer.activities import queries as activity_queries
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import (
    Activity,
    Attendance,
    AttendanceState,
    Closing,
    Occurrence,
    OccurrenceRole,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.core.database import Given, all_of, any_of, one_or_not_found, row_number, session
from volunteer.deeds import queries as deed_queries
from volunteer.deeds import wording as deed_wording
from volunteer.deeds.models import Deed
from volunteer.hours.models import CertificateObjection, CertificateStatus, ServiceCertificate
from volunteer.hours.records import Line, Span
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import SERVICE_KEPT, Team

A_DAY = timedelta(days=1)
# What stands on a certificate that was issued, and is not forgotten before its time.
ON_PAPER = (CertificateStatus.ISSUED, CertificateStatus.REVOKED)

# --- what counts -------------------------------------------------------------------------------


def is_service() -> ColumnElement[bool]:
    """A condition on attendances with their date and activity: it stands on a certificate."""
    return and_(Attendance.confirmed_at.is_not(None), Attendance.minutes > 0, Activity.is_service)


def in_days(team: Team, span: Span) -> ColumnElement[bool]:
    """A condition on dates with their activity: of the team, on these days by its calendar."""
    first, before = bounds(span)
    return and_(
        Activity.team_id == team.id,
        Occurrence.wall_starts >= first,
        Occurrence.wall_starts < before,
    )


def bounds(span: Span) -> tuple[datetime, datetime]:
    """From when on, and before when."""
    return datetime.combine(span.first_on, time()), datetime.combine(span.last_on + A_DAY, time())


def deeds_of(team: Team, span: Span) -> Select[Deed]:
    """What counts of visits and help in these days, oldest first."""
    return (
        select(Deed)
        .where(deed_queries.in_days(team, *bounds(span)), deed_queries.counts())
        .order_by(Deed.wall_starts, Deed.id)
    )


def line_of(deed: Deed) -> Line:
    """A deed as others may read it: no more than the team, its community and the kind of work."""
    team = deed.team
    return Line(
        deed.day, team.name, deed_wording.title(deed), team.place.community.name, deed.minutes
    )


def lines_of(team: Team, span: Span) -> Any:
    """The columns of a line, for what was done for the team in these days."""
    signup_of_theirs = and_(
        Signup.occurrence_id == Attendance.occurrence_id,
        Signup.person_id == Attendance.person_id,
        Signup.status == SignupStatus.GOING,
    )
    return (
        select(
            Occurrence.wall_starts,
            Activity.title,
            # Who came without a place did what the activity is for: no record without content.
            func.coalesce(OccurrenceRole.name, func.nullif(Activity.summary, ""), Activity.title),
            Occurrence.place,
            Attendance.minutes,
        )
        .select_from(Attendance)
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .outerjoin(Signup, signup_of_theirs)
        .outerjoin(OccurrenceRole, OccurrenceRole.id == Signup.role_id)
        .where(is_service(), in_days(team, span))
        .order_by(Occurrence.wall_starts, Occurrence.id)
    )


def list_lines(team: Team, person: Person, span: Span) -> list[Line]:
    """What this person did for the team in these days, oldest first."""
    theirs = lines_of(team, span).where(Attendance.person_id == person.id)
    dates = [(wall, Line(wall.date(), *others)) for wall, *others in session.execute(theirs)]
    deeds = all_of(deeds_of(team, span).where(Deed.person_id == person.id))
    found = [*dates, *((deed.wall_starts, line_of(deed)) for deed in deeds)]
    return [line for _wall, line in sorted(found, key=itemgetter(0))]


def is_looked_over(certificate: ServiceCertificate) -> bool:
    """Whether one of its days, or a deed, was opened again, and waits to be counted anew."""
    span = Span(certificate.first_on, certificate.last_on)
    was_closed = select(Closing.id).where(Closing.occurrence_id == Attendance.occurrence_id)
    waiting = (
        select(Attendance.id)
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .where(
            in_days(certificate.team, span),
            Activity.is_service,
            Attendance.person_id == certificate.person_id,
            Attendance.state == AttendanceState.CAME,
            Attendance.confirmed_at.is_(None),
            was_closed.exists(),
        )
    )
    deeds = select(Deed.id).where(
        deed_queries.in_days(certificate.team, *bounds(span)),
        Deed.person_id == certificate.person_id,
        Deed.reopened_at.is_not(None),
        Deed.confirmed_at.is_(None),
    )
    return session.scalar(select(or_(waiting.exists(), deeds.exists()))) or False


def list_waiting_dates(certificate: ServiceCertificate, *, now: datetime) -> Sequence[Occurrence]:
    """Dates of its days at which they were, or had a place, and whose hours nobody has confirmed:
    they would be missing on it."""
    theirs = and_(
        Attendance.occurrence_id == Occurrence.id, Attendance.person_id == certificate.person_id
    )
    came = select(Attendance.id).where(
        theirs, Attendance.state == AttendanceState.CAME, Attendance.confirmed_at.is_(None)
    )
    had_a_place = select(Signup.id).where(
        Signup.occurrence_id == Occurrence.id,
        Signup.person_id == certificate.person_id,
        Signup.status == SignupStatus.GOING,
    )
    nothing_is_known = and_(
        ~attendance_queries.is_closed(),
        had_a_place.exists(),
        ~select(Attendance.id).where(theirs).exists(),
    )
    return all_of(
        activity_queries.dates().where(
            in_days(certificate.team, Span(certificate.first_on, certificate.last_on)),
            Activity.is_service,
            Occurrence.status == OccurrenceStatus.PLANNED,
            Occurrence.ends_at <= now,
            or_(came.exists(), nothing_is_known),
        )
    )


def count_waiting_deeds(certificate: ServiceCertificate) -> int:
    """Visits and helps of theirs in its days that nobody has confirmed."""
    span = Span(certificate.first_on, certificate.last_on)
    waiting = (
        deed_queries.waiting_in(certificate.team_id)
        .where(
            Deed.person_id == certificate.person_id,
            deed_queries.in_days(certificate.team, *bounds(span)),
        )
        .order_by(None)
        .with_only_columns(func.count(), maintain_column_froms=True)
    )
    return session.scalar(waiting) or 0


def list_days_confirmed_alone(certificate: ServiceCertificate) -> list[date]:
    """On which days of a certificate its holder alone has confirmed their own hours: there was no
    other coordinator then."""
    person_id = certificate.person_id
    rows = session.scalars(
        select(Occurrence.wall_starts)
        .select_from(Attendance)
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .where(
            is_service(),
            in_days(certificate.team, Span(certificate.first_on, certificate.last_on)),
            Attendance.person_id == person_id,
            Attendance.confirmed_by_id == person_id,
        )
        .order_by(Occurrence.wall_starts, Occurrence.id)
    )
    return list(dict.fromkeys(wall.date() for wall in rows))


def list_records(team: Team, span: Span) -> list[tuple[int, str, Line, str]]:
    """What everybody did for the team in these days, oldest first: who, by number and name, what,
    and who was in charge of it, as its day was closed, else who leads the activity. A deed has no
    lead."""
    leader = aliased(Person)
    holding = and_(Closing.occurrence_id == Occurrence.id, Closing.reopened_at.is_(None))
    everybody = (
        lines_of(team, span)
        .add_columns(Person.id, Person.name, func.coalesce(leader.name, ""), Person.sort_key)
        .join(Attendance.person)
        .outerjoin(Closing, holding)
        .outerjoin(leader, leader.id == func.coalesce(Closing.led_by_id, Activity.leader_id))
        .order_by(Person.sort_key, Person.id)
    )
    found = [
        ((wall, sort_key), (number, who, Line(wall.date(), *others), led))
        for wall, *others, number, who, led, sort_key in session.execute(everybody)
    ]
    found += [
        (
            (deed.wall_starts, deed.person.sort_key),
            (deed.person_id, deed.person.name, line_of(deed), ""),
        )
        for deed in all_of(deeds_of(team, span))
    ]
    return [record for _order, record in sorted(found, key=itemgetter(0))]


def list_teams_served(person: Person) -> Sequence[tuple[Team, date]]:
    """The teams for which hours of this person count, by name, each with the day of the first."""
    dates = (
        select(Activity.team_id.label("team_id"), Occurrence.wall_starts.label("wall"))
        .select_from(Attendance)
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .where(is_service(), Attendance.person_id == person.id)
    )
    deeds = select(Deed.team_id, Deed.wall_starts).where(
        Deed.person_id == person.id, deed_queries.counts()
    )
    both = union_all(dates, deeds).subquery()
    rows = session.execute(select(both.c.team_id, func.min(both.c.wall)).group_by(both.c.team_id))
    first = {team_id: wall.date() for team_id, wall in rows}
    return [(team, first[team.id]) for team in team_queries.list_with_numbers(first)]


def list_who_issue(team: Team, person: Person) -> list[Person]:
    """The coordinators of the team, who confirm as well; nobody their own."""
    coordinators = team_queries.find_coordinators([team.id]).get(team.id, [])
    return [one for one in coordinators if one.id != person.id]


def minutes_by_person(team: Team, people: Collection[int] | None = None) -> dict[int, int]:
    """What counts for the team of everybody, or of these people, by their number; all of it, from
    the first day on."""
    dates = (
        select(Attendance.person_id.label("person_id"), Attendance.minutes.label("minutes"))
        .join(Attendance.occurrence)
        .join(Occurrence.activity)
        .where(is_service(), Activity.team_id == team.id)
    )
    deeds = select(Deed.person_id, Deed.minutes).where(
        Deed.team_id == team.id, deed_queries.counts()
    )
    if people is not None:
        dates = dates.where(Attendance.person_id.in_(people))
        deeds = deeds.where(Deed.person_id.in_(people))
    both = union_all(dates, deeds).subquery()
    rows = session.execute(
        select(both.c.person_id, func.sum(both.c.minutes)).group_by(both.c.person_id)
    )
    return {person_id: int(minutes) for person_id, minutes in rows}


# --- certificates ------------------------------------------------------------------------------


def get_certificate(certificate_id: int) -> ServiceCertificate:
    return one_or_not_found(
        select(ServiceCertificate).where(ServiceCertificate.id == row_number(certificate_id))
    )


def find_by_number(number: str) -> ServiceCertificate | None:
    return session.scalars(
        select(ServiceCertificate).where(ServiceCertificate.number == number)
    ).one_or_none()


def find_asked(team: Team, person: Person) -> ServiceCertificate | None:
    return session.scalars(
        select(ServiceCertificate).where(
            ServiceCertificate.team_id == team.id,
            ServiceCertificate.person_id == person.id,
            ServiceCertificate.status == CertificateStatus.ASKED,
        )
    ).one_or_none()


def list_of(person: Person) -> Sequence[ServiceCertificate]:
    """This person's, newest first; not what they took back themselves."""
    return all_of(
        select(ServiceCertificate)
        .where(
            ServiceCertificate.person_id == person.id,
            ServiceCertificate.status != CertificateStatus.TAKEN_BACK,
        )
        .order_by(ServiceCertificate.id.desc())
        .limit(20)
    )


def answered_of(team: Team) -> Select[ServiceCertificate]:
    """The team's that were issued or refused, newest first."""
    return (
        select(ServiceCertificate)
        .where(
            ServiceCertificate.team_id == team.id,
            ServiceCertificate.status.in_((*ON_PAPER, CertificateStatus.REFUSED)),
        )
        .order_by(ServiceCertificate.answered_at.desc(), ServiceCertificate.id.desc())
    )


def asked_in(team_id: Given) -> Select[ServiceCertificate]:
    """Those that wait for the coordinators of this team, longest first."""
    return (
        select(ServiceCertificate)
        .where(
            ServiceCertificate.team_id == team_id,
            ServiceCertificate.status == CertificateStatus.ASKED,
        )
        .order_by(ServiceCertificate.id)
    )


def to_answer_by(team_id: Given, me: Given, *, now: Given) -> Select[ServiceCertificate]:
    """The same, without one's own, and without what the members still look at in peace."""
    objected = select(CertificateObjection.id).where(
        CertificateObjection.certificate_id == ServiceCertificate.id,
        CertificateObjection.answered_at.is_(None),
    )
    is_public = ServiceCertificate.public_until > now
    return asked_in(team_id).where(
        ServiceCertificate.person_id != me,
        or_(ServiceCertificate.public_until.is_(None), not_(is_public), any_of(objected)),
    )


def list_to_answer(team_id: int, me: Person, *, now: datetime) -> Sequence[ServiceCertificate]:
    return all_of(to_answer_by(team_id, me.id, now=now))


def list_public(team: Team, *, now: datetime) -> Sequence[ServiceCertificate]:
    """What the team's members see at this moment, and may object to; the longest shown first."""
    of_the_living = ServiceCertificate.person.has(Person.died_on.is_(None))
    return all_of(asked_in(team.id).where(ServiceCertificate.public_until > now, of_the_living))


def is_showing(team: Team) -> bool:
    """Whether the members were shown one that is not answered yet: they look at it, or read what
    is said to their objection."""
    found = asked_in(team.id).where(ServiceCertificate.public_until.is_not(None))
    return session.scalar(select(found.exists())) or False


def list_public_in(teams: Iterable[Team], *, now: datetime) -> Sequence[ServiceCertificate]:
    """The same of several teams, with whose they are."""
    return all_of(
        select(ServiceCertificate)
        .where(
            ServiceCertificate.team_id.in_([team.id for team in teams]),
            ServiceCertificate.status == CertificateStatus.ASKED,
            ServiceCertificate.public_until > now,
        )
        .options(joinedload(ServiceCertificate.person))
        .order_by(ServiceCertificate.id)
    )


def find_last_of_team(team: Team) -> ServiceCertificate | None:
    """The newest that was issued: who records, and who is in charge, seldom changes."""
    issued = answered_of(team).where(ServiceCertificate.status.in_(ON_PAPER))
    return session.scalars(issued.limit(1)).first()


def count_of_year(year: int) -> int:
    """How many were issued in this year."""
    numbered = ServiceCertificate.number.startswith(f"{year}-", autoescape=True)
    return session.scalar(select(func.count()).where(numbered)) or 0


# --- objections --------------------------------------------------------------------------------


def get_objection(certificate: ServiceCertificate, objection_id: int) -> CertificateObjection:
    return one_or_not_found(
        select(CertificateObjection).where(
            CertificateObjection.id == row_number(objection_id),
            CertificateObjection.certificate_id == certificate.id,
        )
    )


def find_objection(certificate: ServiceCertificate, person: Person) -> CertificateObjection | None:
    theirs = CertificateObjection.person_id == person.id
    return session.scalars(
        objections_to().where(CertificateObjection.certificate_id == certificate.id, theirs)
    ).one_or_none()


def list_objections(certificate: ServiceCertificate) -> Sequence[CertificateObjection]:
    """The oldest first."""
    return all_of(objections_to().where(CertificateObjection.certificate_id == certificate.id))


def list_objections_of(person: Person, team: Team) -> Sequence[CertificateObjection]:
    """What this member has said of the team's certificates; the oldest first."""
    return all_of(
        objections_to().where(
            CertificateObjection.person_id == person.id, ServiceCertificate.team_id == team.id
        )
    )


def objections_to() -> Select[CertificateObjection]:
    return (
        select(CertificateObjection)
        .join(CertificateObjection.certificate)
        .options(
            contains_eager(CertificateObjection.certificate),
            joinedload(CertificateObjection.person),
        )
        .order_by(CertificateObjection.id)
    )


# --- keeping and forgetting --------------------------------------------------------------------


def find_last_issued(person: Person) -> datetime | None:
    """When this person's newest certificate was issued."""
    return session.scalar(
        select(func.max(ServiceCertificate.answered_at)).where(
            ServiceCertificate.person_id == person.id, ServiceCertificate.status.in_(ON_PAPER)
        )
    )


def is_certified(now: datetime) -> ColumnElement[bool]:
    """A condition on people: a certificate that they hold must still be known (GB/T 40143)."""
    return any_of(
        select(ServiceCertificate.id).where(
            ServiceCertificate.person_id == Person.id,
            ServiceCertificate.status.in_(ON_PAPER),
            ServiceCertificate.answered_at > now - SERVICE_KEPT,
        )
    )
