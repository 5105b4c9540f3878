"""What a person agreed to, for what, until when.

Each scope stands alone; declining or withdrawing one leaves the others as they are.
The sentence that people agree to stands in docs/security/consents.md, by its number.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import all_of, asked_once, lock, session, transaction
from volunteer.core.news import News
from volunteer.people.errors import GiverNeeded, WitnessNeeded
from volunteer.people.models import Consent, ConsentGiver, ConsentScope, ConsentWay, Person

# A consent is no longer there: what rests on it stops.
consent_withdrawn: News[[Person, ConsentScope, Person]] = News()


@dataclass(frozen=True)
class ConsentDetails:
    """How a consent was given. `witness` is who heard it, or who spoke for the person."""

    way: ConsentWay = ConsentWay.PAPER
    given_by: ConsentGiver = ConsentGiver.SELF
    witness: str = ""
    given_on: date | None = None
    expires_on: date | None = None


def give(
    person: Person,
    scope: ConsentScope,
    details: ConsentDetails,
    *,
    by: Person,
    team: HasNumber | None = None,
) -> Consent:
    """Note that the person agrees; an earlier consent to the same ends with it.

    A consent to a companion is to that one companion, so others stay as they are.
    Raises WitnessNeeded for a spoken one that nobody heard, GiverNeeded when somebody
    unnamed spoke for them.
    """
    witness = details.witness.strip()
    if details.way is ConsentWay.SPOKEN and not witness:
        raise WitnessNeeded
    if details.given_by is not ConsentGiver.SELF and not witness:
        raise GiverNeeded
    with transaction():
        lock(person)
        if scope is not ConsentScope.COMPANION:
            for earlier in not_ended(person, scope):
                earlier.withdrawn_on = clock.today()
        consent = Consent(
            person=person,
            scope=scope,
            given_by=details.given_by,
            way=details.way,
            witness=witness or None,
            given_on=details.given_on or clock.today(),
            expires_on=details.expires_on,
            recorded_by_id=by.id,
        )
        session.add(consent)
        trail.record("consent.given", consent, by=by, person=person, team=team, scope=scope,
                     way=details.way)  # fmt: skip
        return consent


def withdraw(
    person: Person, scope: ConsentScope, *, by: Person, team: HasNumber | None = None
) -> None:
    """The person no longer agrees; nothing happens when they had not agreed."""
    with transaction():
        lock(person)
        ended = not_ended(person, scope)
        for consent in ended:
            consent.withdrawn_on = clock.today()
            trail.record("consent.withdrawn", consent, by=by, person=person, team=team, scope=scope)
        if ended:
            consent_withdrawn.announce(person, scope, by)


def has(person: HasNumber, scope: ConsentScope) -> bool:
    """Whether the person agrees to this today."""
    return scope in scopes_of(person)


def scopes_of(person: HasNumber) -> set[ConsentScope]:
    """Everything that the person agrees to today."""
    theirs = select(Consent).where(Consent.person_id == person.id, Consent.withdrawn_on.is_(None))
    given = asked_once((Consent, person.id), lambda: all_of(theirs))
    return {consent.scope for consent in given if consent.holds(clock.today())}


def scopes_of_all(people: Collection[int]) -> dict[int, set[ConsentScope]]:
    """The same of each of these people, by number."""
    found: dict[int, set[ConsentScope]] = {number: set() for number in people}
    given = select(Consent).where(Consent.person_id.in_(people), Consent.withdrawn_on.is_(None))
    for consent in all_of(given):
        if consent.holds(clock.today()):
            found[consent.person_id].add(consent.scope)
    return found


def not_ended(person: HasNumber, scope: ConsentScope) -> list[Consent]:
    """Those that are good, or would be from a later day on."""
    found = all_of(
        select(Consent)
        .where(
            Consent.person_id == person.id,
            Consent.scope == scope,
            Consent.withdrawn_on.is_(None),
        )
        .order_by(Consent.id)
    )
    return [one for one in found if one.expires_on is None or clock.today() <= one.expires_on]
