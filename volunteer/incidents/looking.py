"""Looking at an incident: where somebody's health stands in it, the look is written down first."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.audit import reading
from volunteer.audit.models import FieldGroup, Reason
from volunteer.core.errors import NotFound
from volunteer.incidents import policy
from volunteer.incidents.models import MOST_PHOTOS, Incident, IncidentPhoto, IncidentVersion, Part
from volunteer.people.models import Person


@dataclass(frozen=True)
class Sight:
    """What somebody who has looked sees: all of it who `runs` it, as a coordinator of its team;
    who wrote it what they told and added themselves."""

    incident: Incident
    me: Person
    runs: bool

    @property
    def versions(self) -> list[IncidentVersion]:
        """The newest first."""
        return [one for one in self.incident.versions[::-1] if self.runs or one.by_id == self.me.id]

    @property
    def photos(self) -> list[IncidentPhoto]:
        """Those that are still kept."""
        kept = [one for one in self.incident.photos if one.picture_id is not None]
        return [one for one in kept if self.runs or one.by_id == self.me.id]

    @property
    def can_correct(self) -> bool:
        return self.runs or policy.can_correct_own(self.me, self.incident)

    @property
    def takes_photos(self) -> bool:
        return self.can_correct and len(self.incident.photos) < MOST_PHOTOS


def look(incident: Incident, *, by: Person, me: Person | None) -> Sight:
    """Write the look of this person down, a refused one too. Raises NotFound for who may not look.

    `me`: the same person, unless they act for somebody. Who reads what they wrote learns nothing.
    """
    runs = policy.can_see_to(me, incident)
    if not runs and policy.wrote(me, incident):
        return Sight(incident, by, runs=False)
    reading.note(
        FieldGroup.INCIDENT,
        of=whose_health(incident),
        by=by,
        reason=Reason.INCIDENT,
        allowed=runs,
        team=incident.team,
    )
    if not runs:
        raise NotFound
    return Sight(incident, by, runs=True)


def whose_health(incident: Incident) -> Sequence[Person]:
    """Whoever any version says was hurt; who wrote it, where we know none of them by number and yet
    something tells how somebody is: a photo, too, and what the doctor said."""
    hurt = {
        person.id: person
        for version in incident.versions
        for person in version.people_who_were(Part.HURT)
    }
    if hurt:
        return list(hurt.values())
    told = any(v.hurt_names or v.injuries or v.first_aid for v in incident.versions)
    shown = any(photo.picture_id for photo in incident.photos)
    noted = any(step.words for step in incident.steps)
    return [incident.reporter] if told or shown or noted else []
