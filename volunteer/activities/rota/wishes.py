"""What a member wishes for the rota; a coordinator or companion may write it down for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.activities.errors import WishesSomebodyElse
from volunteer.activities.models import RotaWish
from volunteer.activities.rota import queries
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership


@dataclass(frozen=True)
class Wishes:
    """The most dates a month (None: as it comes), kinds of work liked, and people liked beside."""

    most_a_month: int | None = None
    works: Sequence[str] = ()
    beside: Sequence[int] = ()


def wishes_of(membership: Membership) -> Wishes:
    """What the member wishes now, as it would be put down again."""
    wish = queries.find_wish(membership)
    return Wishes(wish.most_a_month, wish.works, wish.beside) if wish else Wishes()


def write_down(
    membership: Membership, wishes: Wishes, *, by: Person, seen: str | None = None
) -> RotaWish:
    """From now on the member wishes this; proposals that are there already stay as they are.

    `seen`: the mark of what their page showed of wishes_of(). Raises ChangedMeanwhile, and
    WishesSomebodyElse when one of the people is not in the team.
    """
    with transaction():
        lock(membership)
        check_unchanged(seen, wishes_of(membership), wishes)
        team = {m.person_id for m in team_queries.list_active(membership.team)}
        if not set(wishes.beside) <= team - {membership.person_id}:
            raise WishesSomebodyElse
        wish = queries.find_wish(membership)
        if wish is None:
            wish = RotaWish(membership_id=membership.id)
            session.add(wish)
        wish.most_a_month = wishes.most_a_month
        wish.works, wish.beside = list(wishes.works), list(wishes.beside)
        wish.by_id, wish.changed_at = by.id, clock.now()
        trail.record("rota.wished", wish, by=by, person=membership.person, team=membership.team)
        return wish
