"""Places of every week, searches for a stand-in, and swaps."""

from datetime import timedelta
from typing import Any

from factory import LazyAttribute, LazyFunction, SelfAttribute, SubFactory, post_generation

from tests.factories import Factory, number_of
from tests.factories.activities import SignupFactory
from volunteer.activities.models import (
    StandInAsk,
    StandingPause,
    StandingPlace,
    StandInSearch,
    SwapOffer,
)
from volunteer.core import clock
from volunteer.core.database import session


class StandingPlaceFactory(Factory):
    """Every week in the first role, with a pause in a month; no dates are filled."""

    class Meta:
        model = StandingPlace

    position = 0
    every_weeks = 1
    first_on = LazyFunction(lambda: clock.now().date())
    by = SelfAttribute("person")

    @post_generation
    def pauses(standing: StandingPlace, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: N805
        day = clock.now().date() + timedelta(days=30)
        standing.pauses.append(
            StandingPause(first_on=day, last_on=day, by_id=number_of(standing.by))
        )


class StandInSearchFactory(Factory):
    """A search that goes on; `ask=` is somebody who is asked."""

    class Meta:
        model = StandInSearch

    signup = SubFactory(SignupFactory)
    started_at = LazyFunction(clock.now)
    next_wave_at = LazyFunction(lambda: clock.now() + timedelta(hours=4))
    by = SelfAttribute("signup.person")

    @post_generation
    def ask(search: StandInSearch, create: bool, extracted: Any, **_kwargs: Any) -> None:  # noqa: N805
        search.signup.excused_at = search.started_at
        if extracted is not None:
            session.add(StandInAsk(search=search, person=extracted))


class SwapOfferFactory(Factory):
    """An offer that waits for an answer."""

    class Meta:
        model = SwapOffer

    by_id = LazyAttribute(lambda o: number_of(o.own.person))
