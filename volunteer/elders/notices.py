"""What visitors and coordinators are told of visits: day, time and a link, and nobody's name.

Whom one visits, and where, is shown on the page behind the link and nowhere else.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders.models import Elder, NoAnswer, Visit, VisitStatus
from volunteer.elders.queries import list_by_numbers, list_no_answers, list_visits
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

VISIT_PLANNED = "visit_planned"
VISIT_MOVED = "visit_moved"
VISIT_CANCELLED = "visit_cancelled"
# To the coordinators.
VISITOR_MISSING = "visitor_missing"
VISIT_ALARM = "visit_alarm"

# To who goes, half an hour after a visit should have been over; later to the coordinators.
VISIT_OUT_ASKED = "visit_out_asked"
VISIT_NO_WORD = "visit_no_word"
# To who looks after an elder: away, back, or no longer.
CARE_CHANGED = "care_changed"

STILL_WORTH_TELLING = timedelta(hours=3)
ALARM_LASTS = timedelta(days=2)
CARE_LASTS = timedelta(days=7)


def tell_visitors(
    kind: str,
    visit: Visit,
    people: Iterable[Person],
    *,
    by: Person | None,
    was_at: datetime | None = None,
    has_company: bool = False,
) -> None:
    """One message to each who goes, but for who did it; a later change replaces it. `was_at`: when
    it would have begun. `has_company`: they were told not to go alone, and need not any more."""
    needed_by = min(visit.starts_at, was_at or visit.starts_at)
    others = [person for person in people if by is None or person.id != by.id]
    outbox.post_all(
        row_of_step(kind, visit, person, needed_by=needed_by, has_company=has_company)
        for person in others
    )


def tell_coordinators(kind: str, visit: Visit, *, by: Person | None) -> None:
    """One message to each coordinator of the team, but for who did it."""
    others = coordinators_but(visit.team, by)
    outbox.post_all(
        row_of_step(kind, visit, person, needed_by=visit.starts_at) for person in others
    )


def tell_of_a_missing_visitor(visit: Visit, *, by: Person | None) -> None:
    """The coordinators, who look for somebody else; and whoever still goes to a home, so that they
    do not stand at the door alone."""
    tell_coordinators(VISITOR_MISSING, visit, by=by)
    if visit.is_at_home:
        coordinators = {person.id for person in coordinators_but(visit.team, None)}
        going = [person for person in visit.going if person.id not in coordinators]
        tell_visitors(VISITOR_MISSING, visit, going, by=by)


def row_of_step(
    kind: str, visit: Visit, person: Person, *, needed_by: datetime, has_company: bool = False
) -> dict[str, Any]:
    """What has become of a visit, at night too when it begins before the quiet hours end: who sets
    out early in the morning must have heard it."""
    row = outbox.row(
        kind,
        to=person,
        # Each step is a message of its own: a time may come back after another one.
        key=f"{visit.id}:{clock.now():%Y%m%d%H%M%S%f}",
        expires_at=visit.starts_at + STILL_WORTH_TELLING,
        team_id=visit.team.id,
        about={
            "visit_id": visit.id,
            "starts_at": visit.starts_at.isoformat(),
            "has_company": has_company,
        },
    )
    return outbox.in_time(row, needed_by)


def tell_of_no_answer(found: NoAnswer, *, by: Person) -> None:
    """Nobody answers: each coordinator hears it at once, at any hour, once for each time."""
    session.flush()  # Its number stands in the message.
    outbox.post_all(
        outbox.row(
            VISIT_ALARM,
            to=person,
            key=f"no-answer:{found.id}",
            expires_at=clock.now() + ALARM_LASTS,
            team_id=found.team.id,
            about={"no_answer_id": found.id},
        )
        for person in coordinators_but(found.team, by)
    )


def tell_paired(elder: Elder, *, by: Person | None, what: str = "") -> None:
    """One kind sentence to each who looks after them, without the name: the coordinator calls.
    `what` is told them; without it why care has ended, or how it stands."""
    outbox.post_all(
        outbox.row(
            CARE_CHANGED,
            to=pairing.person,
            key=f"{elder.id}:{elder.status}:{clock.now():%Y%m%d%H%M%S%f}",
            expires_at=clock.now() + CARE_LASTS,
            team_id=elder.team_id,
            about={
                "elder_id": elder.id,
                "status": elder.status.value,
                "reason": what or (elder.end_reason.value if elder.end_reason else ""),
            },
        )
        for pairing in elder.paired
        if by is None or pairing.person_id != by.id
    )


def write_of_care(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to who looks after an elder; none once it has changed again."""
    elders = {one.id: one for one in list_by_numbers(m.about["elder_id"] for m in messages)}
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            team=elder.team,
            what=message.about["reason"] or message.about["status"],
            path="/my-week",
        )
        for message in messages
        if (elder := elders.get(message.about["elder_id"])) is not None
        and elder.status.value == message.about["status"]
    }


def ask_whether_they_are_out(visits: Iterable[Visit]) -> int:
    """Who went is asked once for each visit; answers how many messages were new."""
    return outbox.post_all(
        row_about_leaving(VISIT_OUT_ASKED, visit, person)
        for visit in visits
        for person in visit.going
    )


def tell_that_nobody_said(visits: Iterable[Visit]) -> int:
    """The coordinators hear once that nobody has said whether the visitors are safely out."""
    return outbox.post_all(
        row_about_leaving(VISIT_NO_WORD, visit, person)
        for visit in visits
        for person in coordinators_but(visit.team, None)
    )


def row_about_leaving(kind: str, visit: Visit, person: Person) -> dict[str, Any]:
    return outbox.row(
        kind,
        to=person,
        key=f"{visit.id}:{visit.starts_at:%Y%m%d%H%M}",
        expires_at=visit.ends_at + STILL_WORTH_TELLING,
        team_id=visit.team.id,
        about={"visit_id": visit.id, "starts_at": visit.starts_at.isoformat()},
    )


def coordinators_but(team: Team, by: Person | None) -> list[Person]:
    rows = team_queries.list_coordinators(team)
    return [row.person for row in rows if by is None or row.person_id != by.id]


def write_of_no_answer(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters that nobody answers; none once it is known that all is well."""
    numbers = {number_of(message) for message in messages}
    found = {one.id: one for one in list_no_answers(numbers)}
    return {
        message.id: writing.letter(
            message.kind, message.person, no_answer=one, path=f"/no-answers/{one.id}"
        )
        for message in messages
        if (one := found.get(number_of(message))) is not None and one.is_open
    }


def number_of(message: OutboxMessage) -> int:
    """Of what nobody answered; 0 in a message from before there was a record of it."""
    return int(message.about.get("no_answer_id", 0))


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about visits; none when it is no longer true."""
    visits = {visit.id: visit for visit in list_visits(m.about["visit_id"] for m in messages)}
    coordinators = team_queries.who_coordinates({visit.team.id for visit in visits.values()})
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            visit=visit,
            has_company=message.about.get("has_company", False),
            path=f"/visits/{visit.id}",
        )
        for message in messages
        if (visit := visits.get(message.about["visit_id"])) is not None
        and is_still_true(message, visit)
        and (
            message.kind != VISITOR_MISSING
            or visit.has(message.person)
            or message.person_id in coordinators.get(visit.team.id, ())
        )
    }


def is_still_true(message: OutboxMessage, visit: Visit) -> bool:
    if visit.starts_at.isoformat() != message.about["starts_at"]:
        return False
    if message.kind in {VISIT_OUT_ASKED, VISIT_NO_WORD}:
        return visit.is_planned and visit.safe_out_at is None
    if message.kind == VISIT_CANCELLED:
        return visit.status is VisitStatus.CANCELLED
    if message.kind == VISITOR_MISSING:
        return visit.missing > 0
    if message.about.get("has_company") and visit.missing:
        return False
    return visit.is_planned and visit.has(message.person)
