"""Teams and memberships."""

from datetime import timedelta

from factory import LazyFunction, SelfAttribute, Sequence, SubFactory

from tests.factories import Factory
from tests.factories.network import PlaceFactory
from tests.factories.people import PersonFactory
from volunteer.core import clock
from volunteer.teams.models import (
    Handover,
    Import,
    ImportKind,
    Membership,
    MembershipStatus,
    Team,
    TeamRole,
)


class TeamFactory(Factory):
    """A team in Chengdu whose weekly message has been set for a month, and which is as long known;
    a new one has `verified_at=None`."""

    class Meta:
        model = Team

    name = Sequence(lambda n: f"第{n}服务队")
    purpose = "邻里互助"
    place = SubFactory(PlaceFactory)
    reminder_set_at = LazyFunction(lambda: clock.now() - timedelta(days=30))
    verified_at = LazyFunction(lambda: clock.now() - timedelta(days=30))


class MembershipFactory(Factory):
    """An active member since a month ago."""

    class Meta:
        model = Membership

    team = SubFactory(TeamFactory)
    person = SubFactory(PersonFactory)
    role = TeamRole.MEMBER
    status = MembershipStatus.ACTIVE
    joined_at = LazyFunction(lambda: clock.now() - timedelta(days=30))


class CoordinatorFactory(MembershipFactory):
    role = TeamRole.COORDINATOR


class HandoverFactory(Factory):
    """An open offer of the team."""

    class Meta:
        model = Handover

    giver = SubFactory(CoordinatorFactory)
    team = SelfAttribute("giver.team")
    taker = SubFactory(MembershipFactory, team=SelfAttribute("..team"))


class ImportFactory(Factory):
    """A list that was read in just now, and made nobody."""

    class Meta:
        model = Import

    team = SubFactory(TeamFactory)
    kind = ImportKind.MEMBERS
    by = SubFactory(PersonFactory)
    made: list[int] = []  # noqa: RUF012 - factory_boy reads plain attributes
