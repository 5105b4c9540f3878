"""Quiet hours: at night what can wait does."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from volunteer.core import nights, zones
from volunteer.notifications.addressees import Addressee
from volunteer.notifications.models import Channel

# Asked for a moment ago, or somebody may be lying on the floor.
NEVER_WAITS = {
    "one_time_code",
    "new_link",
    "visit_alarm",
    "visit_out_asked",
    "visit_no_word",
    "incident_reported",
}


@dataclass(frozen=True)
class Hours:
    """From one time of the day until another, over midnight when the first is the later one."""

    begin: time
    end: time

    def holds(self, wall: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end


class Usual:
    """The quiet hours of this installation, for all who have not chosen their own."""

    hours: Hours | None = None


def use(hours: Hours | None) -> None:
    """From now on these are the usual ones; None: nobody is spared who has not asked for it."""
    Usual.hours = hours


def hours_of(person: Addressee) -> Hours | None:
    if person.quiet_from is not None and person.quiet_until is not None:
        return Hours(person.quiet_from, person.quiet_until)
    return Usual.hours


def is_quiet(person: Addressee, channel: Channel, moment: datetime) -> bool:
    """Whether it is this person's night, by the clock of home."""
    hours = hours_for(person, channel)
    return hours is not None and hours.holds(zones.to_wall(moment, zones.HOME_ZONE).time())


def hours_for(person: Addressee, channel: Channel) -> Hours | None:
    # In whose name a group is written to says nothing of when its members sleep.
    return Usual.hours if channel is Channel.GROUP else hours_of(person)


def first_try(
    kind: str, person: Addressee, channel: Channel, *, due_at: datetime, expires_at: datetime
) -> datetime:
    """When a message that is due then may first go: in the morning, if it can wait so long.

    What would be of no use any more goes at once, and so does what somebody waits for. A call is
    made by a human, who knows the time of day. Quiet hours are by the clock of home.
    """
    hours = hours_for(person, channel)
    if hours is None or channel is Channel.CALL or kind in NEVER_WAITS:
        return due_at
    morning = after(hours, due_at)
    return morning if morning < expires_at else due_at


def after(hours: Hours, moment: datetime) -> datetime:
    """This moment, or the end of these hours when it lies in them."""
    wall = zones.to_wall(moment, zones.HOME_ZONE)
    if not hours.holds(wall.time()):
        return moment
    day = wall.date() if wall.time() < hours.end else wall.date() + timedelta(days=1)
    return zones.at(day, hours.end, zones.HOME_ZONE)


def may_be_called(person: Addressee, moment: datetime, zone: str) -> datetime:
    """This moment, or the first at which it is neither night in this zone nor in the person's own
    quiet hours: for who can wait so long."""
    awake = nights.awake(moment, zone)
    hours = hours_of(person)
    return awake if hours is None else after(hours, awake)
