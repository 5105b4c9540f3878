"""Who may have a calendar, and whether an address still opens one."""

from volunteer.accounts import queries as account_queries
from volunteer.feeds.models import Feed
from volunteer.people.models import Person
from volunteer.teams import policy as teams


def can_keep(me: Person, feed: Feed) -> bool:
    """A new address for it, or none any more: only who holds it."""
    return feed.holder_id == me.id


def can_be_read(feed: Feed) -> bool:
    """Asked each time that the calendar is fetched: whoever has left the team, or may not act for
    the person any more, has an address that opens nothing, without anybody ending it."""
    if feed.holder_id != feed.person_id and not acts_for(feed.holder, feed.person):
        return False
    return feed.team is None or teams.is_member(feed.person, feed.team)


def acts_for(holder: Person, person: Person) -> bool:
    return any(
        companionship.person_id == person.id
        for companionship in account_queries.list_companionships_of(holder)
    )
