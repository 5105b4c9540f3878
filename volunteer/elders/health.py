"""An elder's health and diet: kept only with consent, and no look without a line.

This file alone opens the table `elder_health`; a test of the code sees to it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select

from volunteer.audit import reading, trail
from volunteer.audit.models import FieldGroup, Reason
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.news import News
from volunteer.core.seen import check_unchanged
from volunteer.elders.errors import AssessorNeeded, HealthConsentNeeded
from volunteer.elders.models import DietTag, Elder, ElderStatus, HealthRecord
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams.models import Team

# What they are allergic to is noted anew.
allergies_told: News[[Elder]] = News()


@dataclass(frozen=True)
class Health:
    """What is known; empty texts when nothing is."""

    note: str = ""
    diet_tags: Sequence[DietTag] = ()
    allergies: str = ""
    ability_level: str = ""
    ability_source: str = ""


def is_agreed(elder: Elder) -> bool:
    """Whether the elder agrees that health and diet are kept and shown to who needs it."""
    return consents.has(elder.person, ConsentScope.HEALTH)


def read(elder: Elder, *, by: Person, reason: Reason, allowed: bool) -> Health | None:
    """Everything about an elder's health, once the look is written down.

    None when the elder does not agree, or no longer. Raises NotFound when `allowed` is
    False, after writing that down too.
    """
    reading.look(
        FieldGroup.HEALTH, of=elder.person, by=by, reason=reason, allowed=allowed, team=elder.team
    )
    if not is_agreed(elder):
        return None
    return in_words(find(elder))


def read_for_visit(elder: Elder, *, by: Person, allowed: bool) -> str:
    """The short note that a visitor must know; empty without one, or without consent."""
    health = read(elder, by=by, reason=Reason.VISIT, allowed=allowed)
    return health.note if health else ""


def find(elder: Elder) -> HealthRecord | None:
    return session.scalars(
        select(HealthRecord).where(HealthRecord.elder_id == elder.id)
    ).one_or_none()


def whose_is_kept() -> Select[int]:
    """The numbers of the elders of whom something is known; nothing of it."""
    return select(HealthRecord.elder_id)


def forget(elder: Elder) -> None:
    """Throw away what is known, with an elder who was read in by mistake."""
    with transaction():
        if record := find(elder):
            session.delete(record)
            session.flush()


def in_words(record: HealthRecord | None) -> Health:
    if record is None:
        return Health()
    return Health(
        note=record.note or "",
        diet_tags=[DietTag(value) for value in record.diet_tags or []],
        allergies=record.allergies or "",
        ability_level=record.ability_level or "",
        ability_source=record.ability_source or "",
    )


def write(elder: Elder, health: Health, *, by: Person, seen: str | None = None) -> None:
    """Put down what is true now. Raises HealthConsentNeeded, and AssessorNeeded for a level that
    nobody is named for: it is never our own. `seen`: the mark of what their page showed of it.
    Raises ChangedMeanwhile."""
    if health.ability_level and not health.ability_source.strip():
        raise AssessorNeeded
    with transaction():
        # The person too: who takes their consent back at this moment is waited for.
        lock(elder.person, elder)
        if not is_agreed(elder):
            raise HealthConsentNeeded
        record = find(elder)
        check_unchanged(seen, in_words(record), health)
        if record is None:
            record = HealthRecord(elder_id=elder.id)
            session.add(record)
        record.note = health.note or None
        record.diet_tags = [tag.value for tag in health.diet_tags]
        before, record.allergies = record.allergies, health.allergies or None
        record.ability_level = health.ability_level or None
        record.ability_source = health.ability_source or None
        record.changed_at = clock.now()
        trail.record("elder.health_changed", elder, by=by, person=elder.person, team=elder.team)
        if record.allergies != before:
            allergies_told.announce(elder)


def copy_diets(team: Team, people: Collection[int]) -> dict[int, tuple[list[DietTag], str]]:
    """Tags and allergies of those of these people whom the team looks after and who agree, by the
    person's number: for a kitchen's own count. Nobody has looked yet; whoever shows it to
    somebody writes that look down first."""
    rows = session.execute(
        select(Elder.person_id, HealthRecord.diet_tags, HealthRecord.allergies)
        .join(HealthRecord, HealthRecord.elder_id == Elder.id)
        .where(
            Elder.team_id == team.id,
            Elder.person_id.in_(people),
            Elder.person_id.in_(people_queries.who_agrees(ConsentScope.HEALTH, clock.today())),
            Elder.status != ElderStatus.ENDED,
        )
    ).all()
    return {
        number: ([DietTag(value) for value in tags or []], allergies or "")
        for number, tags, allergies in rows
    }
