"""The demo's calendars: who has put their dates into a phone."""

from volunteer.demo.cast import Cast
from volunteer.feeds import addresses
from volunteer.feeds.addresses import Calendar


def put_into_phones(cast: Cast) -> None:
    """The coordinator keeps the team's calendar, and some of the volunteers their own."""
    team = cast.team
    addresses.make(Calendar(team=team), holder=cast.coordinator, person=cast.coordinator)
    for person in cast.volunteers[:3]:
        addresses.make(Calendar(), holder=person, person=person)
