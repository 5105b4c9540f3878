"""Elders, who looks after them, and visits."""

from datetime import timedelta
from typing import Any

from factory import (
    LazyAttribute,
    Maybe,
    RelatedFactory,
    SelfAttribute,
    SubFactory,
    post_generation,
)

from tests.factories import Factory, number_of
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.elders import care
from volunteer.elders.models import (
    Elder,
    ElderStatus,
    EmergencyContact,
    NoAnswer,
    Pairing,
    Source,
    Visit,
    VisitPart,
)
from volunteer.people.models import ConsentScope
from volunteer.teams.models import Team


def volunteer_of(team: Team, **person: Any) -> Any:
    """Somebody new in this team."""
    return MembershipFactory(team=team, person=PersonFactory(**person)).person


class ElderFactory(Factory):
    """Somebody who agreed and is visited, seen a week ago, and due in three.

    `consent=None` leaves the consent out; `contacts=2` adds people to call, who may be told.
    """

    class Meta:
        model = Elder

    team = SubFactory(TeamFactory)
    person = SubFactory(PersonFactory)
    preferred_name = LazyAttribute(lambda elder: f"{elder.person.name[:1]}婆婆")
    address: dict[str, str] = {  # noqa: RUF012 - factory_boy reads plain attributes
        "estate": "锦绣东方小区", "building": "3", "unit": "2", "room": "501",
    }  # fmt: skip
    risk_set_by = SubFactory(PersonFactory)
    risk_set_on = LazyAttribute(lambda elder: elder.since_on)
    risk_review_on = LazyAttribute(lambda elder: elder.risk_set_on + care.REVIEW_AFTER)
    since_on = LazyAttribute(lambda elder: elder.team.today(clock.now()) - timedelta(days=30))
    last_seen_on = LazyAttribute(lambda elder: elder.since_on + timedelta(days=23))
    interval_days = 28
    status = ElderStatus.ACTIVE
    due_on = LazyAttribute(
        lambda elder: (
            (elder.last_seen_on or elder.since_on) + timedelta(days=elder.interval_days)
            if elder.status is ElderStatus.ACTIVE
            else None
        )
    )
    consent = Maybe(
        "is_prospective",
        yes_declaration=None,
        no_declaration=RelatedFactory(ConsentFactory, person=SelfAttribute("..person")),
    )

    class Params:
        is_prospective = LazyAttribute(lambda elder: elder.status is ElderStatus.PROSPECTIVE)

    @post_generation
    def contacts(elder: Elder, create: bool, extracted: int | None, **_kwargs: Any) -> None:  # noqa: N805
        if extracted:
            ConsentFactory(person=elder.person, scope=ConsentScope.CONTACTS)
        for position in range(extracted or 0):
            session.add(
                EmergencyContact(
                    elder_id=number_of(elder),
                    position=position,
                    name=f"家人{'一二三四五'[position]}",
                    phone=f"1370000{position:04d}",
                    relation="女儿",
                )
            )


class PairingFactory(Factory):
    """A new member of the elder's team who has looked after them for two weeks."""

    class Meta:
        model = Pairing

    elder = SubFactory(ElderFactory)
    person = LazyAttribute(lambda pairing: volunteer_of(pairing.elder.team))
    began_on = LazyAttribute(lambda p: p.elder.team.today(clock.now()) - timedelta(days=14))


class NoAnswerFactory(Factory):
    """Nobody answered half an hour ago; a new member of the team had come."""

    class Meta:
        model = NoAnswer

    elder = SubFactory(ElderFactory)
    source = Source.VISIT
    began_at = LazyAttribute(lambda _one: clock.now() - timedelta(minutes=30))
    began_by = LazyAttribute(lambda one: volunteer_of(one.elder.team))


class VisitFactory(Factory):
    """A visit at home in two days, by two new members of the team.

    `people=[…]` says who else goes; `in_days=-1` makes it yesterday's.
    """

    class Meta:
        model = Visit

    elder = SubFactory(ElderFactory)
    starts_at = LazyAttribute(
        lambda visit: (clock.now() + timedelta(days=visit.in_days)).replace(second=0, microsecond=0)
    )
    wall_starts = LazyAttribute(lambda v: zones.to_wall(v.starts_at, v.elder.team.zone))

    class Params:
        in_days = 2

    @post_generation
    def people(visit: Visit, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: N805
        team = visit.elder.team
        people = [volunteer_of(team), volunteer_of(team)] if extracted is None else extracted
        for person in people:
            session.add(VisitPart(visit=visit, person=person, by_id=number_of(person)))


__all__ = [
    "ElderFactory",
    "NoAnswerFactory",
    "PairingFactory",
    "PersonFactory",
    "VisitFactory",
    "volunteer_of",
]
