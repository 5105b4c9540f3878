"""Writing an incident down, correcting what was written, and adding photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from volunteer.audit import trail
from volunteer.core import clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.core.seen import check_unchanged, mark_of
from volunteer.incidents import notices, policy, queries
from volunteer.incidents.errors import NotHappenedYet, SeenToAlready, TooManyPhotos, WordsNeeded
from volunteer.incidents.models import (
    MOST_PHOTOS,
    Called,
    Incident,
    IncidentPerson,
    IncidentPhoto,
    IncidentVersion,
    Part,
)
from volunteer.incidents.origins import Origin
from volunteer.people.models import Person
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Told:
    """What somebody tells of it, in their words."""

    wall_at: datetime
    words: str
    place: str = ""
    hurt: tuple[Person, ...] = ()
    hurt_names: str = ""
    there: tuple[Person, ...] = ()
    there_names: str = ""
    injuries: str = ""
    first_aid: str = ""
    called: tuple[Called, ...] = ()
    called_words: str = ""

    @property
    def parts(self) -> dict[int, Part]:
        """By the person's number; who was hurt was there as well."""
        return dict.fromkeys((p.id for p in self.there), Part.THERE) | dict.fromkeys(
            (p.id for p in self.hurt), Part.HURT
        )

    @property
    def plainly(self) -> tuple[object, ...]:
        """What it says, to be compared: names in another order are the same."""
        typed = (self.words, self.place, self.injuries, self.first_aid, self.called_words,
                 self.hurt_names, self.there_names)  # fmt: skip
        return (
            self.wall_at,
            *(words.strip() for words in typed),
            sorted(self.parts.items()),
            sorted(self.called),
        )


def report(
    origin: Origin,
    told: Told,
    *,
    by: Person,
    photo: Photo | None = None,
    form_key: str | None = None,
) -> Incident:
    """Take it in, and tell the coordinators at once that there is something to read. The same form
    sent twice is one; with other words, or a photo that it lacked, these are added to it.
    Raises WordsNeeded, NotHappenedYet or SeenToAlready."""
    team = origin.team
    check(told, team)
    with transaction():
        # People first, as everywhere: nobody is forgotten who is named at this moment.
        lock(*in_order(told), team)
        if form_key is not None and (known := queries.find_by_form(team, form_key)):
            add_what_is_new(known, told, photo, by=by)
            return known
        incident = Incident(
            team=team,
            occurrence_id=origin.occurrence.id if origin.occurrence else None,
            visit_id=origin.visit.id if origin.visit else None,
            help_request_id=origin.help_request.id if origin.help_request else None,
            wall_at=told.wall_at,
            reporter=by,
            form_key=form_key,
        )
        session.add(incident)
        add_version(incident, told, by=by)
        if photo is not None:
            put_in(photo, incident, by=by)
        trail.record("incident.reported", incident, by=by, team=team)
        notices.tell(incident, by=by)
        return incident


def add_what_is_new(incident: Incident, told: Told, photo: Photo | None, *, by: Person) -> None:
    """Somebody went back to the form and sent it once more. Raises SeenToAlready when they may not
    correct it any more."""
    lock(incident)
    has_other_words = told_in(incident.newest).plainly != told.plainly
    lacks_photo = photo is not None and not incident.photos
    if not (has_other_words or lacks_photo):
        return
    if not policy.can_correct(by, incident):
        raise SeenToAlready
    if has_other_words:
        put_anew(incident, told, by=by)
    if photo is not None and lacks_photo:
        put_in(photo, incident, by=by)
        trail.record("incident.photo_added", incident, by=by, team=incident.team)


def correct(incident: Incident, told: Told, *, by: Person, seen: str | None = None) -> bool:
    """Another version; the old one stays. `seen`: the mark of what their page showed, plainly.
    Answers whether it says something else by now than their page did: pressed twice, both say so.
    Raises WordsNeeded, NotHappenedYet or ChangedMeanwhile; NotFound for who may not any more."""
    check(told, incident.team)
    with transaction():
        lock(*in_order(told), incident)
        check_may_correct(incident, by)
        there = told_in(incident.newest).plainly
        check_unchanged(seen, there, told.plainly)
        if there == told.plainly:
            return bool(seen) and seen != mark_of(there)
        put_anew(incident, told, by=by)
        return True


def put_anew(incident: Incident, told: Told, *, by: Person) -> None:
    incident.wall_at = told.wall_at
    add_version(incident, told, by=by)
    trail.record("incident.corrected", incident, by=by, team=incident.team)


def add_photo(incident: Incident, photo: Photo, *, by: Person) -> None:
    """Raises TooManyPhotos; NotFound for who may not add to it any more."""
    with transaction():
        lock(incident)
        check_may_correct(incident, by)
        if len(incident.photos) >= MOST_PHOTOS:
            raise TooManyPhotos(MOST_PHOTOS)
        put_in(photo, incident, by=by)
        trail.record("incident.photo_added", incident, by=by, team=incident.team)


def put_in(photo: Photo, incident: Incident, *, by: Person) -> None:
    incident.photos.append(IncidentPhoto(picture=keeping.keep(photo, by=by), by_id=by.id))


def check_may_correct(incident: Incident, by: Person) -> None:
    """Somebody may have closed it, or corrected it, since their page was opened."""
    if not policy.can_correct(by, incident):
        raise NotFound


def check(told: Told, team: Team) -> None:
    if not told.words.strip():
        raise WordsNeeded
    if zones.to_moment(told.wall_at, team.zone) > clock.now():
        raise NotHappenedYet


def in_order(told: Told) -> Iterable[Person]:
    """Those whom it names, in the order in which rows are locked."""
    return sorted({*told.hurt, *told.there}, key=lambda person: person.id)


def told_in(version: IncidentVersion) -> Told:
    return Told(
        wall_at=version.wall_at,
        words=version.words,
        place=version.place,
        hurt=tuple(version.people_who_were(Part.HURT)),
        hurt_names=version.hurt_names or "",
        there=tuple(version.people_who_were(Part.THERE)),
        there_names=version.there_names or "",
        injuries=version.injuries or "",
        first_aid=version.first_aid or "",
        called=tuple(version.called_parties),
        called_words=version.called_words or "",
    )


def add_version(incident: Incident, told: Told, *, by: Person) -> None:
    incident.versions.append(
        IncidentVersion(
            wall_at=told.wall_at,
            place=told.place.strip(),
            words=told.words.strip(),
            injuries=told.injuries.strip() or None,
            first_aid=told.first_aid.strip() or None,
            called=[one.value for one in told.called] or None,
            called_words=told.called_words.strip() or None,
            hurt_names=told.hurt_names.strip() or None,
            there_names=told.there_names.strip() or None,
            by=by,
            people=[
                IncidentPerson(person_id=number, part=part.value)
                for number, part in sorted(told.parts.items())
            ],
        )
    )
