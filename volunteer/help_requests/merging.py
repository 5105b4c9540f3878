"""Two requests that are one: the later one ends, and everything goes on with the earlier."""

from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.help_requests import asking, money, notices, offers, steps
from volunteer.help_requests.errors import CannotBeMerged, IsOver, MoneyNotCounted
from volunteer.help_requests.models import HelpRequest, HelpStatus, StepKind
from volunteer.help_requests.particulars import Particulars
from volunteer.people.models import Person
from volunteer.teams.models import Team

BEFORE_IT_IS_DONE = (HelpStatus.NEW, HelpStatus.ACCEPTED, HelpStatus.MATCHED)


def merge(later: HelpRequest, earlier: HelpRequest, *, team: Team, by: Person) -> None:
    """What `later` says besides is kept with `earlier`; whoever asked it reads how that one stands.

    Both belong to the team, or to nobody yet. Raises CannotBeMerged, IsOver or MoneyNotCounted.
    """
    if later.id == earlier.id:
        raise CannotBeMerged
    with transaction():
        lock(*sorted((later, earlier), key=lambda row: row.id))
        check(later, earlier, team)
        offers.release(later, accepted_too=True)
        later.merged_into, later.team = earlier, later.team or team
        later.status, later.ended_at = HelpStatus.MERGED, clock.now()
        later.answered_at = later.answered_at or clock.now()
        take_over(earlier, later)
        steps.take(later, StepKind.MERGED, by=by)
        words = "\n".join(filter(None, (f"→ {later.number}", later.words, later.wanted_words)))
        steps.take(earlier, StepKind.MERGED, by=by, words=words, is_internal=True)
        notices.tell_asker(later, asker=asking.find_asker(later), by=by)


def check(later: HelpRequest, earlier: HelpRequest, team: Team) -> None:
    if any(row.status not in BEFORE_IT_IS_DONE for row in (later, earlier)):
        raise IsOver
    if any(row.team_id not in {None, team.id} for row in (later, earlier)):
        raise CannotBeMerged
    if money.must_be_counted(later):
        raise MoneyNotCounted


def take_over(earlier: HelpRequest, later: HelpRequest) -> None:
    """What only the later one says."""
    earlier.kinds = list(dict.fromkeys([*earlier.kinds, *later.kinds]))
    earlier.is_urgent = earlier.is_urgent or later.is_urgent
    answers = Particulars.of(earlier.kind_answers)
    earlier.kind_answers = answers.together_with(Particulars.of(later.kind_answers))
    for name in ("elder_id", "address", "beneficiary", "speech", "wanted_on"):
        if getattr(earlier, name) is None:
            setattr(earlier, name, getattr(later, name))
    if earlier.wanted_at is None and earlier.wanted_on == later.wanted_on:
        earlier.wanted_at = later.wanted_at
