"""Who may act for whom: somebody with proof and consent, until one of them ends it.

Every step is written down as done by the companion for the person.
"""

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.core.news import News
from volunteer.people import consents, forgetting, queries
from volunteer.people.consents import ConsentDetails
from volunteer.people.errors import (
    ActsForThemselves,
    AlreadyCompanion,
    LetterIsPaper,
    OwnCompanion,
    WitnessIsCompanion,
)
from volunteer.people.models import (
    Companion,
    CompanionProof,
    ConsentScope,
    ConsentWay,
    Person,
)

# Somebody may act for somebody no longer: what came to them instead stops.
companionship_ended: News[[Companion, Person]] = News()


def begin(
    companion: Person,
    person: Person,
    *,
    proof: CompanionProof,
    consent: ConsentDetails,
    has_own_account: bool,
    by: Person,
    team: HasNumber | None = None,
) -> Companion:
    """From now on `companion` may act for `person`, who agreed to it.

    `has_own_account`: the person signs in with a password of their own. `team` is the one
    whose coordinator (`by`) writes it down. Raises OwnCompanion, ActsForThemselves,
    LetterIsPaper, WitnessIsCompanion, AlreadyCompanion; WitnessNeeded or GiverNeeded; NotFound for
    who has died, or was promised to be forgotten.
    """
    if companion.id == person.id:
        raise OwnCompanion
    if has_own_account:
        raise ActsForThemselves
    if proof is CompanionProof.LETTER and consent.way is not ConsentWay.PAPER:
        raise LetterIsPaper
    if consent.witness == companion.name:
        raise WitnessIsCompanion
    with transaction():
        # Both: whose death is noted at this moment, or who is let go, has no part in this.
        lock(*sorted((person, companion), key=lambda held: held.id))
        if any(one.died_on or forgetting.was_let_go(one) for one in (person, companion)):
            raise NotFound
        if any(c.companion_id == companion.id for c in going(person)):
            raise AlreadyCompanion
        companionship = Companion(
            person=person,
            companion=companion,
            proof=proof,
            team_id=team.id if team else None,
            consent=consents.give(person, ConsentScope.COMPANION, consent, by=by, team=team),
            made_by_id=by.id,
        )
        session.add(companionship)
        trail.record("companion.began", companionship, by=by, person=person, team=team,
                     companion_id=companion.id, proof=proof, way=consent.way)  # fmt: skip
        return companionship


def going(person: Person) -> list[Companion]:
    """All by which somebody may act for this person today."""
    return queries.find_companions([person.id], clock.today()).get(person.id, [])


def end(companionship: Companion, *, by: Person) -> None:
    """At once, also for a browser that is acting at this moment; twice changes nothing.

    Its consent was to this one companion and ends with it.
    """
    with transaction():
        lock(companionship.person, companionship)
        if companionship.ended_at is not None:
            return
        companionship.ended_at = clock.now()
        companionship.ended_by_id = by.id
        if companionship.consent.withdrawn_on is None:
            companionship.consent.withdrawn_on = clock.today()
        trail.record("companion.ended", companionship, by=by, person=companionship.person,
                     team=companionship.team, companion_id=companionship.companion_id)  # fmt: skip
        companionship_ended.announce(companionship, by)


def end_all(person: Person, *, by: Person) -> None:
    """Nobody acts for this person any more."""
    with transaction():
        lock(person)
        for companionship in all_of(queries.unended_companionships(person)):
            end(companionship, by=by)


def end_acting(companion: Person, *, by: Person) -> None:
    """This companion acts for nobody any more."""
    with transaction():
        for companionship in all_of(queries.unended_of_companion(companion)):
            end(companionship, by=by)


def lock_with_those_acted_for(person: Person) -> None:
    """Hold this person and all for whom they act: their parts are to end together."""
    acted_for = [row.person for row in all_of(queries.unended_of_companion(person))]
    lock(*sorted({person, *acted_for}, key=lambda held: held.id))


def end_without_consent(person: Person, scope: ConsentScope, by: Person) -> None:
    """The person no longer agrees that anybody acts for them."""
    if scope is ConsentScope.COMPANION:
        end_all(person, by=by)
