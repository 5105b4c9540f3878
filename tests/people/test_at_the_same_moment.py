"""What one person does while another's press is not over yet: nobody waits in a ring, and nobody
is told through who has died."""

import pytest

from tests.factories.people import CompanionFactory, PersonFactory
from tests.meeting import anew, meet, meeting
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.people import companions, deaths
from volunteer.people.consents import ConsentDetails
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import Companion, CompanionProof
from volunteer.people.queries import get_person

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.mark.parametrize("dies_first", [True, False])
def test_a_companion_dies_while_the_household_signs_up(dies_first):
    """People are held by their numbers, whoever of them has died."""
    people = [PersonFactory(), PersonFactory()]
    companion, person = people if dies_first else reversed(people)
    companionship = CompanionFactory(person=person, companion=companion)
    by_id = PersonFactory().id
    died = companion.id

    with meeting(lambda: deaths.note(get_person(died), by=get_person(by_id))) as other:
        lock(people[0])
        other.begin()
        lock(people[1])

    other.result()
    assert companion.died_on
    assert companionship.ended_at


@pytest.mark.parametrize("dies_first", [True, False])
def test_who_becomes_a_companion_as_they_die_is_none(dies_first):
    """Else what is for the neighbour would go to the dead, and nobody would call."""
    companion, person, by = (anew(PersonFactory()) for _number in range(3))

    def begin():
        companions.begin(companion(), person(), proof=CompanionProof.KNOWN, by=by(),
                         consent=ConsentDetails(), has_own_account=False)  # fmt: skip

    def die():
        deaths.note(companion(), by=by())

    if dies_first:
        with pytest.raises(NotFound):
            meet(die, begin)
    else:
        meet(begin, die)

    assert session.query(Companion).filter_by(ended_at=None).count() == 0


@pytest.mark.parametrize("who", ["companion", "person"])
def test_nobody_acts_for_or_through_who_has_just_been_let_go(who):
    """Else the door to a neighbour would stay open to a record without a name."""
    people = {name: anew(PersonFactory()) for name in ("companion", "person", "by")}

    def let_go():
        one = people[who]()
        with transaction():
            lock(one)
            one.name = NAMELESS

    def begin():
        companions.begin(people["companion"](), people["person"](), proof=CompanionProof.KNOWN,
                         by=people["by"](), consent=ConsentDetails(),
                         has_own_account=False)  # fmt: skip

    with pytest.raises(NotFound):
        meet(let_go, begin)

    assert session.query(Companion).count() == 0
