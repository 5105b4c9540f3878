"""What one person does while another's press is not over yet: nobody waits in a ring."""

import pytest

from tests.factories.people import CompanionFactory, PersonFactory
from tests.meeting import meeting
from volunteer.core.database import lock
from volunteer.people import deaths
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
