"""What comes of a place of every week on each of its dates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from volunteer.activities import eligibility, filling
from volunteer.activities.eligibility import Away
from volunteer.activities.models import Occurrence, Signup, StandingPlace
from volunteer.activities.queries import list_coming
from volunteer.core import clock
from volunteer.core.errors import DomainError
from volunteer.people import queries as people_queries

MOST_DATES = 12


@dataclass(frozen=True)
class OwnDate:
    """A coming date of somebody who comes every week, and what they have on it."""

    occurrence: Occurrence
    signup: Signup | None
    is_paused: bool
    # They said so for every team at once.
    is_away: bool = False
    # Why they are not on it, when a rule says so.
    refusal: DomainError | None = None

    @property
    def has_place(self) -> bool:
        """Whether they come, as far as it takes place."""
        return self.occurrence.is_cancelled or (self.signup is not None and self.signup.is_going)

    @property
    def is_left_out(self) -> bool:
        """Theirs by the plan, and they are not on it: work missing there, or a rule forbids it."""
        stays_away = self.is_paused or self.is_away
        return self.signup is None and not stays_away and not self.occurrence.is_cancelled


def coming_dates(standing: StandingPlace) -> list[OwnDate]:
    """The next dates of their rhythm, those in a pause or while they are away and those given back
    too."""
    coming = list_coming(standing.activity, after=clock.now())
    theirs = [one for one in coming if standing.means(one.planned_on)][:MOST_DATES]
    whose = standing.person_id
    away = people_queries.who_is_away([whose], [one.day for one in theirs])
    found = [
        OwnDate(
            occurrence,
            occurrence.row_of(whose),
            is_paused=standing.pause_on(occurrence.day) is not None,
            is_away=(whose, occurrence.day) in away,
        )
        for occurrence in theirs
    ]
    return with_refusals(standing, found, away)


def with_refusals(standing: StandingPlace, dates: Sequence[OwnDate], away: Away) -> list[OwnDate]:
    """The same, with what keeps them from those that are left out."""
    left_out = [own.occurrence for own in dates if own.is_left_out]
    facts = eligibility.look_up(left_out, [standing.person], away=away)

    def refusal(own: OwnDate) -> DomainError | None:
        role = filling.role_for(standing, own.occurrence) if own.is_left_out else None
        found = facts.refusals(standing.person, role, own.occurrence) if role else []
        return found[0] if found else None

    return [replace(own, refusal=refusal(own)) for own in dates]
