"""Who came to the dates of the past weeks in the demo, and whose days are closed."""

from datetime import datetime, timedelta

from volunteer.activities import queries as activity_queries
from volunteer.activities.attendance import closing, mistakes, noting, sheet
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import AttendanceState, AttendanceWay, Occurrence
from volunteer.core import clock
from volunteer.demo.cast import Cast
from volunteer.people.models import Person
from volunteer.teams.queries import list_coordinators

WEEKS = timedelta(weeks=4)
# What is younger waits for the coordinator to close it.
STILL_OPEN = timedelta(days=4)


def remember_the_past(cast: Cast, now: datetime) -> None:
    """People checked in and out as people do; all but the last days are closed."""
    coordinator = list_coordinators(cast.team)[0].person
    dates = activity_queries.list_between(cast.team, first=now - WEEKS, before=now)
    for number, occurrence in enumerate(o for o in dates if o.ends_at < now and o.going):
        arrive(occurrence, coordinator, number)
        if occurrence.ends_at < now - STILL_OPEN:
            close(occurrence, coordinator)
    say_that_one_is_wrong(cast, now)


def arrive(occurrence: Occurrence, coordinator: Person, number: int) -> None:
    """By the picture, by the digits, by a tap; now and then somebody stays away."""
    for place, signup in enumerate(occurrence.going):
        person = signup.person
        turn = (number + place) % 6
        came = occurrence.starts_at + timedelta(minutes=2 * place - 8)
        with clock.pretend(came):
            if turn == 5 and place:
                continue
            if turn in {2, 3}:
                noting.note(occurrence, person, by=coordinator)
                continue
            way = AttendanceWay.WALL if turn < 2 else AttendanceWay.CODE
            noting.check_in(occurrence, person, way=way, by=person)
        if turn == 0:
            with clock.pretend(occurrence.ends_at - timedelta(minutes=3)):
                noting.check_out(occurrence, person, by=person)


def close(occurrence: Occurrence, coordinator: Person) -> None:
    with clock.pretend(occurrence.ends_at + timedelta(hours=1)):
        lines = sheet.lines(occurrence, attendance_queries.list_attendances(occurrence))
        marks = {
            line.person.id: Mark(
                AttendanceState.CAME if line.has_come else AttendanceState.NO_SHOW,
                closing.proposed_minutes(occurrence, line.attendance),
            )
            for line in lines
        }
        closing.close(occurrence, marks, by=coordinator)


def say_that_one_is_wrong(cast: Cast, now: datetime) -> None:
    """Somebody who was there was not noted."""
    dates = activity_queries.list_between(cast.team, first=now - WEEKS, before=now - STILL_OPEN)
    for occurrence in reversed(dates):
        came = {row.person_id for row in attendance_queries.list_attendances(occurrence)
                if row.has_come}  # fmt: skip
        away = next((s.person for s in occurrence.going if s.person_id not in came), None)
        if away is not None:
            mistakes.tell(occurrence, away, words="我那天来了，忘了签到。", by=away)
            return
