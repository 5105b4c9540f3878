"""Putting a file's people on the list, and taking them back while nothing was done for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.core import traces
from volunteer.core.database import lock, session, transaction
from volunteer.elders import care, health, queries
from volunteer.elders.importing.reading import ElderLine, check_length
from volunteer.elders.models import Elder
from volunteer.people import consents, profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import imports
from volunteer.teams.errors import NothingToAdd
from volunteer.teams.models import Import, ImportKind, Team


def add_all(
    team: Team, lines: Sequence[ElderLine], *, by: Person, form_key: str | None = None
) -> Import:
    """Put all these people on the list, or none of them. Raises NothingToAdd or TooManyElders.

    `form_key` names the page it was sent from: pressed twice, everybody comes once. Where the
    file says that they agree, whoever brings it answers for their paper.
    """
    with transaction():
        lock(team)
        if saved := imports.find_saved(team, form_key):
            return saved
        if not lines:
            raise NothingToAdd
        check_length(lines)
        made = []
        for line in lines:
            elder = care.take_in(
                team, line.details, by=by, consent=ConsentDetails() if line.is_agreed else None,
                risk=line.risk, risk_reason=line.risk_reason,
            )  # fmt: skip
            if line.health is not None:
                consents.give(elder.person, ConsentScope.HEALTH, ConsentDetails(), by=by, team=team)
                health.write(elder, line.health, by=by)
            made.append(elder.id)
        return imports.note(team, ImportKind.ELDERS, made, form_key=form_key, by=by)


@dataclass(frozen=True)
class TakingBack:
    """Who goes when a list is taken back, and who stays, because something was done for them."""

    going: Sequence[Elder]
    staying: Sequence[Elder]


def foresee(done: Import) -> TakingBack:
    """What taking this list back would do now. Who is no longer served does neither."""
    elders = [elder for elder in queries.list_by_numbers(done.made) if elder.is_served]
    people = imports.find_touched(
        done, {elder.person_id for elder in elders}, besides={"elders", "consents"}
    )
    referred = traces.find_referred(
        Elder, {elder.id for elder in elders}, besides={"emergency_contacts", "elder_health"}
    )

    def is_untouched(elder: Elder) -> bool:
        return elder.person_id not in people and elder.id not in referred

    return TakingBack(
        going=[elder for elder in elders if is_untouched(elder)],
        staying=[elder for elder in elders if not is_untouched(elder)],
    )


def take_back(done: Import, *, by: Person) -> TakingBack:
    """Take everybody on this list off it for whom nothing was done since: their record, contacts
    and health are deleted, their consents end. Raises AlreadyUndone or TooLateToUndo.
    """
    with transaction():
        numbers = {elder.person_id for elder in queries.list_by_numbers(done.made)}
        imports.hold(done, numbers)
        found = foresee(done)
        for elder in found.going:
            person, team = elder.person, elder.team
            for scope in (ConsentScope.HEALTH, ConsentScope.BASIC):
                consents.withdraw(person, scope, by=by, team=team)
            health.forget(elder)
            session.delete(elder)
            profile.forget_contact(person, by=by, team=team)
        imports.end(done, len(found.going), by=by)
        return found
