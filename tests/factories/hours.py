"""Hours that count, and certificates of them that somebody has asked for."""

from datetime import date, datetime, timedelta
from typing import Any

from factory import LazyFunction, SelfAttribute, SubFactory

from tests.factories import Factory, at_once
from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.activities.models import Activity, Attendance, AttendanceState, AttendanceWay
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.hours import numbers
from volunteer.hours.models import CertificateStatus, ServiceCertificate
from volunteer.hours.records import Line
from volunteer.people.models import Person
from volunteer.teams.models import Team

HALF_A_DAY = timedelta(hours=12)


def issued(person: Person, *, team: Team, by: Person, **others: Any) -> ServiceCertificate:
    """One on paper, over an hour."""
    kept = {
        "holder": person.name,
        "team_name": team.name,
        "unit": "锦绣社区居民委员会",
        "reason": "",
        **others,
    }
    lines = [Line(clock.today(), "爱心午饭", "掌勺", "黉门街", 60).kept()]
    made: ServiceCertificate = CertificateFactory(
        person=person, team=team, status=CertificateStatus.ISSUED, answered_by=by,
        answered_at=clock.now(), number=numbers.make(clock.today().year, person.id),
        minutes=60, lines=lines, **kept,
    )  # fmt: skip
    return made


class CertificateFactory(Factory):
    """Somebody has just asked for one of this year."""

    class Meta:
        model = ServiceCertificate

    team = SubFactory(TeamFactory)
    person = SubFactory(PersonFactory)
    asked_by = SelfAttribute("person")
    first_on: date = LazyFunction(lambda: clock.today().replace(month=1, day=1))
    last_on: date = LazyFunction(clock.today)


def serve(
    person: Person,
    minutes: int,
    day: str = "2026-10-07",
    *,
    team: Team,
    closed_by: Person | None,
    activity: Activity | None = None,
    **words: Any,
) -> Attendance:
    """So many minutes of this person on this day, from ten o'clock on; they count once somebody has
    closed it."""
    starts_at = zones.to_moment(datetime.fromisoformat(f"{day}T10:00"), team.zone)
    with at_once():
        occurrence = OccurrenceFactory(
            activity=activity or ActivityFactory(**{"team": team, "title": "爱心午饭", **words}),
            starts_at=starts_at,
            ends_at=starts_at + HALF_A_DAY,
            roles=[("掌勺", 1, 9)],
        )
        SignupFactory(occurrence=occurrence, person=person)
        row = Attendance(
            occurrence=occurrence,
            person=person,
            by=person,
            way=AttendanceWay.COORDINATOR,
            state=AttendanceState.CAME,
        )
        if closed_by is not None:
            row.counted_from, row.minutes = starts_at, minutes
            row.confirmed_by, row.confirmed_at = closed_by, clock.now()
        session.add(row)
    return row
