"""Concerns (关切): reported in somebody's own words, read by two people, ended by a named one.

Nothing of them stands in a team's history, in a message or in an address: the trail has neither
team nor elder, and every look is written down before it happens.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from volunteer.audit import reading, trail
from volunteer.audit.models import FieldGroup, Reason
from volunteer.core import clock, pressing
from volunteer.core.bulk import empty
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.core.seen import check_unchanged
from volunteer.elders import concern_notices, concern_queries
from volunteer.elders.errors import (
    ConcernClosed,
    DeputyIsLead,
    ReaderNotInTeam,
    WordsOfConcernNeeded,
)
from volunteer.elders.models import (
    Concern,
    ConcernKind,
    ConcernStatus,
    ConcernStep,
    Elder,
    PlaceReader,
    TeamReaders,
)
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team


@dataclass(frozen=True)
class ConcernDetails:
    """What somebody saw. `about` is one of those who run the team or read its concerns."""

    kind: ConcernKind
    words: str
    whom: str = ""
    seen_when: str = ""
    seen_by: str = ""
    told: str = ""
    is_immediate: bool = False
    about: Person | None = None


def report(
    team: Team, details: ConcernDetails, *, by: Person, elder: Elder | None = None
) -> Concern:
    """Take it in, and tell who reads it that there is something to read.

    One about who reads the team's concerns, or runs the team, goes to the community; whom it is
    about never sees it. Pressed twice it is one. Raises WordsOfConcernNeeded.
    """
    if not details.words.strip():
        raise WordsOfConcernNeeded
    with transaction():
        lock(team)
        if known := find_alike(team, details, by=by, elder=elder):
            return known
        concern = Concern(
            team=team,
            place_id=team.place.community.id,
            is_for_community=goes_to_community(team, details.about),
            elder=elder,
            about=details.about,
            kind=details.kind.value,
            whom=details.whom.strip() or None,
            words=details.words.strip(),
            seen_when=details.seen_when.strip() or None,
            seen_by=details.seen_by.strip() or None,
            told=details.told.strip() or None,
            is_immediate=details.is_immediate,
            reporter_id=by.id,
        )
        session.add(concern)
        record("concern.reported", concern, by)
        concern_notices.tell(concern)
        return concern


def find_alike(
    team: Team, details: ConcernDetails, *, by: Person, elder: Elder | None
) -> Concern | None:
    """The very same, reported by the same person a moment ago."""
    since = clock.now() - pressing.AGAIN_WITHIN
    said = (details.kind.value, details.words.strip(), details.whom.strip() or None)
    of_whom = (elder.id if elder else None, details.about.id if details.about else None)
    for concern in concern_queries.list_reported_since(team, by, since):
        is_same = (concern.kind, concern.words, concern.whom) == said
        if is_same and (concern.elder_id, concern.about_id) == of_whom:
            return concern
    return None


def people_in_charge(team: Team) -> list[Person]:
    """About whom a concern takes another way: who reads the team's concerns, and who runs it."""
    readers = concern_queries.find_team_readers(team)
    named = [readers.lead, readers.deputy] if readers else []
    people = [*named, *(row.person for row in team_queries.list_coordinators(team))]
    return list({person.id: person for person in people if person}.values())


def goes_to_community(team: Team, about: Person | None) -> bool:
    """About the deputy alone it stays with the first reader; about all others in charge not."""
    if about is None:
        return False
    readers = concern_queries.find_team_readers(team)
    is_deputy = readers is not None and readers.deputy_id == about.id
    membership = team_queries.find_membership(team, about)
    runs_it = membership is not None and membership.is_coordinator
    return runs_it or not is_deputy


def read(concern_id: int, *, by: Person) -> Concern:
    """The concern, once the look is written down; a refused look is written down too.

    Raises NotFound for who may not read it, as for one that is not there.
    """
    look = concern_queries.find_look(concern_id, by)
    if look is None:
        raise NotFound
    reading.look(
        FieldGroup.CONCERN,
        of=look,
        by=by,
        reason=Reason.SAFEGUARDING,
        allowed=look.is_allowed,
    )
    return concern_queries.get_concern(concern_id)


def whose_record(concern: Concern) -> int:
    """The number of the person at whose record one looks: the elder; else whom it is about, or
    who reported it."""
    if concern.elder is not None:
        return concern.elder.person_id
    return concern.about_id or concern.reporter_id


def note_step(concern: Concern, words: str, *, closes: bool, by: Person) -> None:
    """A reader says what was done; closing it is the last step, by that person.

    Raises NotFound for who may not read it, WordsOfConcernNeeded or ConcernClosed.
    """
    with transaction():
        lock(concern)
        if not concern_queries.is_reader(by, concern):
            raise NotFound
        if concern.is_closed:
            raise ConcernClosed
        if not words.strip():
            raise WordsOfConcernNeeded
        concern.status = ConcernStatus.CLOSED if closes else ConcernStatus.ACTED_ON
        concern.steps.append(ConcernStep(status=concern.status, words=words.strip(), by_id=by.id))
        record("concern.closed" if closes else "concern.acted_on", concern, by)


def readers_of(team: Team) -> tuple[int, int | None] | None:
    """The numbers of who reads the team's concerns and of the deputy; None: nobody is named."""
    found = concern_queries.find_team_readers(team)
    return (found.lead_id, found.deputy_id) if found else None


def forget_words(now: datetime) -> None:
    """What was said of one that has long been over, and what was done about it, in words. That it
    was reported, what kind it was and who closed it stays: it is counted."""
    over = concern_queries.is_over(now)
    of_over = ConcernStep.concern_id.in_(select(Concern.id).where(over))
    empty([ConcernStep.words], of_over, left="")
    words = [Concern.words, Concern.whom, Concern.seen_when, Concern.seen_by, Concern.told]
    empty(words, over, left="")


def name_readers(
    team: Team, lead: Person, deputy: Person | None, *, by: Person, seen: str | None = None
) -> TeamReaders:
    """From now on these two read the team's concerns. An open one about the new first reader goes
    to the community. `seen`: the mark of what their page showed of readers_of(). Raises
    ReaderNotInTeam, DeputyIsLead or ChangedMeanwhile."""
    if deputy is not None and deputy.id == lead.id:
        raise DeputyIsLead
    with transaction():
        lock(team)
        check_unchanged(seen, readers_of(team), (lead.id, deputy.id if deputy else None))
        for person in (lead, deputy):
            if person is not None and not team_queries.is_active_member(team, person):
                raise ReaderNotInTeam
        readers = concern_queries.find_team_readers(team) or TeamReaders(team_id=team.id)
        readers.lead, readers.deputy = lead, deputy
        readers.named_by_id, readers.named_at = by.id, clock.now()
        session.add(readers)
        trail.record("concern_readers.named", readers, by=by, person=lead, team=team)
        for concern in concern_queries.list_open_about(team, [lead.id]):
            concern.is_for_community = True
            concern_notices.tell(concern)
        session.flush()
        # Each of them hears of each one once.
        for concern in concern_queries.list_open_of(team):
            concern_notices.tell(concern)
        return readers


def look_for_a_reader(membership: Membership, by: Person) -> None:
    """Somebody leaves the team: what they alone read waits for somebody else to be named."""
    if membership.is_in_team:
        return
    with transaction():
        for concern in concern_queries.list_open_of(membership.team):
            if not concern_notices.readers_of(concern):
                concern_notices.tell(concern)


def name_place_reader(place: Place, person: Person, *, by: Person) -> PlaceReader:
    """From now on this person reads, in the community, what the teams' own readers must not."""
    with transaction():
        lock(place)
        reader = concern_queries.find_place_reader(place) or PlaceReader(place_id=place.id)
        reader.person, reader.named_by_id, reader.named_at = person, by.id, clock.now()
        session.add(reader)
        trail.record("concern_place_reader.named", reader, by=by, person=person)
        session.flush()
        for concern in concern_queries.list_open_in(place):
            concern_notices.tell(concern)
        return reader


def record(action: str, concern: Concern, by: Person) -> None:
    """Without team and elder: a team's history is read by its coordinators."""
    trail.record(action, concern, by=by)
