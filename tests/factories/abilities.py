"""What people have told that they can."""

from factory import LazyAttribute, SubFactory

from tests.factories import Factory, number_of
from tests.factories.people import PersonFactory
from volunteer.help_requests.models import Abilities, Skill


class AbilitiesFactory(Factory):
    """Somebody who mends things, and lives in the estate of the factory's help requests."""

    class Meta:
        model = Abilities

    person = SubFactory(PersonFactory)
    by_id = LazyAttribute(lambda abilities: number_of(abilities.person))
    skills: list[str] = [Skill.REPAIR.value]  # noqa: RUF012 - factory_boy reads plain attributes
    estate = "锦绣东方小区"
    building = "5"
