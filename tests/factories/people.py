"""People."""

from datetime import date

from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory

from tests.factories import Factory, number_of
from volunteer.core import clock
from volunteer.people.models import (
    Companion,
    CompanionProof,
    Consent,
    ConsentGiver,
    ConsentScope,
    ConsentWay,
    Person,
    PhoneOwner,
)

# Together they make no name that a test gives somebody: two of one name are another story.
SURNAMES = "赵钱孙吴郑褚卫韩朱秦"
GIVEN = "兰芳英秀琴玉梅珍华桂"


def name(number: int) -> str:
    return SURNAMES[number % 10] + GIVEN[number // 10 % 10] + GIVEN[number // 100 % 10]


class PersonFactory(Factory):
    """A neighbour with a phone and a mailbox of their own."""

    class Meta:
        model = Person

    name = Sequence(name)
    phone = Sequence(lambda n: f"139{n:08d}")
    phone_owner = PhoneOwner.SELF
    email = Sequence(lambda n: f"neighbour{n}@example.org")
    language = "en"
    free_slots: list[str] = []  # noqa: RUF012 - factory_boy reads plain attributes


class ConsentFactory(Factory):
    """They agreed on paper, today, to be looked after; `scope=` says to something else."""

    class Meta:
        model = Consent

    person = SubFactory(PersonFactory)
    scope = ConsentScope.BASIC
    given_by = ConsentGiver.SELF
    way = ConsentWay.PAPER
    given_on: date = LazyFunction(clock.today)
    recorded_by_id = LazyAttribute(lambda consent: number_of(PersonFactory()))


class CompanionFactory(Factory):
    """Somebody known to the coordinators may act for a neighbour, who agreed on paper."""

    class Meta:
        model = Companion

    person = SubFactory(PersonFactory)
    companion = SubFactory(PersonFactory)
    proof = CompanionProof.KNOWN
    consent = SubFactory(
        ConsentFactory, person=SelfAttribute("..person"), scope=ConsentScope.COMPANION
    )
    made_by_id = LazyAttribute(lambda companionship: companionship.consent.recorded_by_id)
