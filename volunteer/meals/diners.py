"""Who eats with a team: entering them once, with what cooks and who brings meals must know."""

from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.core.bulk import insert_into
from volunteer.core.database import session, transaction
from volunteer.core.homes import Home
from volunteer.elders.models import Elder, Living
from volunteer.meals import diets, queries
from volunteer.meals.diets import Diet
from volunteer.meals.errors import AddressNeeded
from volunteer.meals.models import Diner
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person
from volunteer.teams.models import Team


@dataclass(frozen=True)
class DinerDetails:
    """What is said of a diner; None leaves what is known as it is.

    `consent` is how they agreed that diet and allergies are kept, when they do so now.
    """

    home: Home | None = None
    lives_alone: bool | None = None
    may_leave_with_neighbour: bool | None = None
    diet: Diet | None = None
    consent: ConsentDetails | None = None


AS_KNOWN = DinerDetails()


def enter(team: Team, person: Person, details: DinerDetails, *, by: Person) -> Diner:
    """The person as a diner of the team, new or known, and what is said of them now.

    What the same team knows of them as an elder need not be asked again. Raises DietConsentNeeded.
    """
    with transaction():
        if details.consent is not None:
            consents.give(person, ConsentScope.HEALTH, details.consent, by=by, team=team)
        diner = queries.find_diner(team, person) or take_in(team, person, by=by)
        write(diner, details)
        if details.diet is not None:
            diets.tell(diner, details.diet, by=by)
        return diner


def take_in(team: Team, person: Person, *, by: Person) -> Diner:
    # Two meals may be booked at the same moment: one of the two makes the diner.
    values = {"team_id": team.id, "person_id": person.id, "by_id": by.id}
    session.execute(insert_into(Diner).values(**values).on_conflict_do_nothing())
    diner = queries.find_diner(team, person)
    if diner is None:
        raise LookupError(person)
    copy_of_elder(diner, team, person)
    trail.record("diner.entered", diner, by=by, person=person, team=team)
    return diner


def copy_of_elder(diner: Diner, team: Team, person: Person) -> None:
    for elder in queries.list_elders_of(team, [person.id]):
        diner.address = elder.home.as_stored() or None
        diner.lives_alone = "yes" if elder.living_situation is Living.ALONE else None


def as_known(team: Team, person: Person) -> Diner:
    """The diner; of who never ate with the team one that is not kept, with what it knows of them
    as an elder: a page that showed nothing of it would take it away."""
    diner = queries.find_diner(team, person)
    if diner is None:
        diner = Diner(may_leave_with_neighbour=False)
        copy_of_elder(diner, team, person)
    return diner


def write(diner: Diner, details: DinerDetails) -> None:
    if details.home is not None:
        diner.address = details.home.as_stored() or None
    if details.lives_alone is not None:
        diner.lives_alone = "yes" if details.lives_alone else None
    if details.may_leave_with_neighbour is not None:
        diner.may_leave_with_neighbour = details.may_leave_with_neighbour


def follow_elder(elder: Elder, home: Home, living: Living | None, by: Person) -> None:
    """The same team notes anew where they live, and whether alone: meals go there, and somebody
    asks whether they came home. What they have told the kitchen otherwise stays. `home` and
    `living` is what was noted of the elder before."""
    with transaction():
        diner = queries.find_diner(elder.team, elder.person)
        if diner is None:
            return
        if elder.home and diner.home == home:
            diner.address = elder.home.as_stored()
        if diner.is_alone == (living is Living.ALONE):
            diner.lives_alone = "yes" if elder.living_situation is Living.ALONE else None


def check_address(diner: Diner) -> None:
    """Raises AddressNeeded when nobody knows where to bring it."""
    if not diner.home:
        raise AddressNeeded
