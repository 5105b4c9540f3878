"""Help requests, and the volunteers who are asked."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from factory import LazyAttribute, LazyFunction, SubFactory
from factory import Sequence as Numbered

from tests.factories import Factory, number_of
from tests.factories.elders import volunteer_of
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.core import clock, working_days
from volunteer.core.database import session
from volunteer.help_requests import asking, closing, matching, triage
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.models import (
    HelpKind,
    HelpOffer,
    HelpRequest,
    HelpStatus,
    HelpStep,
    StepKind,
)
from volunteer.people.models import Person
from volunteer.teams.models import Team

LAMP = HelpDetails(
    kinds=(HelpKind.REPAIR,), words="厨房的灯不亮了", name="刘桂芳", phone="13800138000",
    address="锦绣东方小区3栋2单元501室",
)  # fmt: skip


def unfinished_number() -> str:
    return secrets.token_hex(4)


class HelpRequestFactory(Factory):
    """A lamp to mend in the community of a team; nobody has answered yet.

    `team=` says whose community it is, `taken=True` that this team has taken it on.
    """

    class Meta:
        model = HelpRequest
        exclude = ("community_of",)

    class Params:
        taken = False

    community_of = SubFactory(TeamFactory)
    number = LazyFunction(unfinished_number)
    place = LazyAttribute(lambda request: request.community_of.place.community)
    team = LazyAttribute(lambda request: request.community_of if request.taken else None)
    status = LazyAttribute(lambda r: HelpStatus.ACCEPTED if r.taken else HelpStatus.NEW)
    asked_at = LazyFunction(clock.now)
    answer_by = LazyAttribute(lambda r: working_days.one_later(r.asked_at, r.community_of.zone))
    answered_at = LazyAttribute(lambda request: request.asked_at if request.taken else None)
    asker_name = "刘桂芳"
    asker_phone = Numbered(lambda n: f"137{n:08d}")
    address = "锦绣东方小区3栋2单元501室"
    kinds: Sequence[str] = [HelpKind.REPAIR.value]
    words = "厨房的灯不亮了"

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):  # type: ignore[no-untyped-def]
        """As asking would have: a number of its own, and the first step."""
        if len(instance.number) == 8:
            instance.number = asking.short_number(number_of(instance))
        session.add(HelpStep(help_request=instance, kind=StepKind.ASKED, at=instance.asked_at))


class HelpOfferFactory(Factory):
    """A new member of the team is asked for something that the team has taken on."""

    class Meta:
        model = HelpOffer

    help_request = SubFactory(HelpRequestFactory, taken=True)
    person = LazyAttribute(lambda offer: volunteer_of(offer.help_request.team))
    by_id = LazyAttribute(lambda offer: number_of(PersonFactory()))
    asked_at = LazyFunction(lambda: clock.now() - timedelta(minutes=5))


# --- by the use cases, as far as a test needs ------------------------------------------------


def taken_on(team: Team, by: Person, **details: object) -> HelpRequest:
    """Asked by a resident, and taken on by the team."""
    help_request = asking.ask(team.place.community, HelpDetails(**{**vars(LAMP), **details}))
    triage.take_on(help_request, team, by=by)
    return help_request


def matched(team: Team, by: Person, volunteer: Person | None = None) -> HelpOffer:
    """… and a volunteer has said yes, and the other side too."""
    volunteer = volunteer or volunteer_of(team)
    offer = matching.offer(taken_on(team, by), volunteer, by=by)
    matching.accept(offer, by=volunteer)
    matching.welcome(offer.help_request, by=by)
    return offer


def done(team: Team, by: Person) -> HelpRequest:
    """… and has done it."""
    offer = matched(team, by)
    closing.finish(offer.help_request, by=offer.person)
    return offer.help_request


__all__ = [
    "LAMP",
    "HelpOfferFactory",
    "HelpRequestFactory",
    "done",
    "matched",
    "taken_on",
]
