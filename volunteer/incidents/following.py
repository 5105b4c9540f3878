"""What coordinators do about an incident: tell the insurer, note what was done, close it."""

from datetime import datetime

from volunteer.audit import trail
from volunteer.core import clock, pressing, zones
from volunteer.core.database import lock, transaction
from volunteer.incidents.errors import (
    IncidentClosed,
    InsurerFirst,
    StillOpen,
    ToldTooEarly,
    WordsNeeded,
)
from volunteer.incidents.models import Incident, IncidentStep, Insurer, StepKind
from volunteer.people.models import Person


def note_insurer(incident: Incident, told_at: datetime | None, words: str, *, by: Person) -> None:
    """The insurer was told at this moment, or need not be (None); said anew, the last word counts.
    Raises IncidentClosed or ToldTooEarly."""
    with transaction():
        hold_open(incident)
        if told_at is not None:
            happened = zones.to_moment(incident.wall_at, incident.team.zone)
            if not happened <= told_at <= clock.now():
                raise ToldTooEarly
        kind = StepKind.NO_INSURER if told_at is None else StepKind.INSURER_TOLD
        if was_just_done(incident, kind, words, by=by, told_at=told_at):
            return
        incident.insurer = Insurer.NOT_NEEDED if told_at is None else Insurer.TOLD
        incident.insurer_told_at = told_at
        add_step(incident, kind, words, by=by, told_at=told_at)
        trail.record("incident.insurer_noted", incident, by=by, team=incident.team)


def note(incident: Incident, words: str, *, closes: bool, by: Person) -> None:
    """What was done, or how it ended. Raises WordsNeeded, IncidentClosed or InsurerFirst."""
    if not words.strip():
        raise WordsNeeded
    with transaction():
        hold_open(incident)
        if closes and incident.insurer is Insurer.OPEN:
            raise InsurerFirst
        kind = StepKind.CLOSED if closes else StepKind.NOTED
        if was_just_done(incident, kind, words, by=by):
            return
        incident.closed_at = clock.now() if closes else None
        add_step(incident, kind, words, by=by)
        done = "incident.closed" if closes else "incident.noted"
        trail.record(done, incident, by=by, team=incident.team)


def reopen(incident: Incident, *, by: Person) -> None:
    """It is not over after all. Raises StillOpen."""
    with transaction():
        lock(incident)
        if not incident.is_closed:
            raise StillOpen
        incident.closed_at = None
        add_step(incident, StepKind.REOPENED, "", by=by)
        trail.record("incident.reopened", incident, by=by, team=incident.team)


def hold_open(incident: Incident) -> None:
    lock(incident)
    if incident.is_closed:
        raise IncidentClosed


def was_just_done(
    incident: Incident,
    kind: StepKind,
    words: str,
    *,
    by: Person,
    told_at: datetime | None = None,
) -> bool:
    """The very same, as the last step, by the same person a moment ago: pressed twice it is one."""
    if not incident.steps:
        return False
    last = incident.steps[-1]
    is_same = (last.kind, last.words, last.told_at) == (kind, words.strip() or None, told_at)
    return is_same and last.by_id == by.id and last.at > clock.now() - pressing.AGAIN_WITHIN


def add_step(
    incident: Incident,
    kind: StepKind,
    words: str,
    *,
    by: Person,
    told_at: datetime | None = None,
) -> None:
    incident.steps.append(
        IncidentStep(kind=kind, words=words.strip() or None, told_at=told_at, by=by)
    )
