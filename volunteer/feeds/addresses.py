"""Making the address of a calendar, putting another in its place, ending it."""

from collections.abc import Sequence
from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.feeds import queries
from volunteer.feeds.models import Feed, new_token
from volunteer.network import queries as network_queries
from volunteer.network.models import Place, PlaceKind
from volunteer.people.models import Person
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Calendar:
    """What one may have in one's phone: one's own things, those of a team, or of a community."""

    team: Team | None = None
    place: Place | None = None
    # Its address, once somebody has asked for one.
    feed: Feed | None = None

    @property
    def key(self) -> str:
        """How a form names it."""
        if self.team is not None:
            return f"team-{self.team.id}"
        return f"place-{self.place.id}" if self.place is not None else "own"


def list_calendars(holder: Person, person: Person, teams: Sequence[Team]) -> list[Calendar]:
    """Which calendars this person may have: their own, each team's, each community's."""
    feeds = {(f.team_id, f.place_id): f for f in queries.list_feeds(holder, person)}
    # The whole tree at once: looking up a place's community asks for its parents one by one.
    network_queries.list_places()
    communities = {
        place.id: place
        for place in (team.place.community for team in teams)
        if place.kind is PlaceKind.COMMUNITY
    }
    return [
        Calendar(feed=feeds.get((None, None))),
        *(Calendar(team=team, feed=feeds.get((team.id, None))) for team in teams),
        *(Calendar(place=p, feed=feeds.get((None, p.id))) for p in communities.values()),
    ]


def make(calendar: Calendar, *, holder: Person, person: Person) -> Feed:
    """An address for this calendar of `person`, kept by `holder`; the one there is, if there is."""
    with transaction():
        lock(holder)
        of = (calendar.team.id if calendar.team else None,
              calendar.place.id if calendar.place else None)  # fmt: skip
        for feed in queries.list_feeds(holder, person):
            if (feed.team_id, feed.place_id) == of:
                return feed
        feed = Feed(holder=holder, person=person, team_id=of[0], place_id=of[1], token=new_token())
        session.add(feed)
        trail.record("calendar.made", feed, by=holder, person=person, team=calendar.team)
        return feed


def renew(feed: Feed, *, by: Person) -> None:
    """Another address; the old one opens nothing from this moment on."""
    with transaction():
        lock(feed)
        feed.token = new_token()
        feed.made_at = clock.now()
        trail.record("calendar.renewed", feed, by=by, person=feed.person, team=feed.team)


def end(feed: Feed, *, by: Person) -> None:
    """No address any more."""
    with transaction():
        lock(feed)
        trail.record("calendar.ended", feed, by=by, person=feed.person, team=feed.team)
        session.delete(feed)


def end_all_of(person: Person, by: Person | None) -> None:
    """Every address that this person holds, and every one of their own calendar that another
    holds: somebody else may have read them."""
    with transaction():
        for feed in queries.list_all_of(person):
            trail.record("calendar.ended", feed, by=by, person=feed.person, team=feed.team)
            session.delete(feed)
