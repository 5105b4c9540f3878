"""Who looks after whom (结对): usually two volunteers for one elder."""

from sqlalchemy import select

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.elders import notices
from volunteer.elders.errors import (
    AlreadyPaired,
    NoLongerServed,
    NotAnActiveVolunteer,
    NotThemselves,
)
from volunteer.elders.models import Elder, Pairing
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


def pair(elder: Elder, person: Person, *, by: Person) -> Pairing:
    """From now on this volunteer looks after the elder.

    Raises NoLongerServed, NotThemselves, NotAnActiveVolunteer or AlreadyPaired.
    """
    with transaction():
        lock(person, elder)
        if not elder.is_served:
            raise NoLongerServed
        if elder.person_id == person.id:
            raise NotThemselves
        if not team_queries.is_active_member(elder.team, person):
            raise NotAnActiveVolunteer
        if any(pairing.person_id == person.id for pairing in elder.paired):
            raise AlreadyPaired
        pairing = Pairing(elder=elder, person=person, began_on=elder.team.today(clock.now()))
        session.add(pairing)
        trail.record("pairing.begun", pairing, by=by, person=person, team=elder.team)
        return pairing


def unpair(pairing: Pairing, *, by: Person | None) -> None:
    """The volunteer no longer looks after this elder; nothing happens the second time."""
    with transaction():
        elder = pairing.elder
        lock(elder, pairing)
        if pairing.ended_on is None:
            pairing.ended_on = elder.team.today(clock.now())
            trail.record("pairing.ended", pairing, by=by, person=pairing.person, team=elder.team)


def when_care_stops(elder: Elder, by: Person | None) -> None:
    """Whoever looks after them is told, kindly; when it is for good, they are free for others."""
    with transaction():
        notices.tell_paired(elder, by=by)
        if not elder.is_served:
            for pairing in elder.paired:
                unpair(pairing, by=by)


def when_care_resumes(elder: Elder, by: Person) -> None:
    """Whoever looks after them hears that they are back."""
    notices.tell_paired(elder, by=by)


def release_all(membership: Membership, by: Person) -> None:
    """Who leaves the team looks after nobody there; a pause keeps the pairings."""
    if membership.is_in_team:
        return
    with transaction():
        theirs = all_of(
            select(Pairing)
            .join(Pairing.elder)
            .where(
                Pairing.person_id == membership.person_id,
                Pairing.ended_on.is_(None),
                Elder.team_id == membership.team_id,
            )
            # Everybody locks elders in this order, so that two never wait for each other.
            .order_by(Pairing.elder_id)
        )
        for pairing in theirs:
            unpair(pairing, by=by)
