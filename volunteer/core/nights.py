"""The hours in which people sleep."""

from datetime import datetime, time, timedelta

from volunteer.core import zones

# Nobody is asked at night, and the night is nobody's time to answer.
MORNING, NIGHT = time(8), time(21)


def awake(moment: datetime, zone: str) -> datetime:
    """This moment, or the next morning when it is night."""
    wall = zones.to_wall(moment, zone)
    if wall.time() >= NIGHT:
        return zones.at(wall.date() + timedelta(days=1), MORNING, zone)
    if wall.time() < MORNING:
        return zones.at(wall.date(), MORNING, zone)
    return moment


def later_by_day(begins: datetime, length: timedelta, zone: str) -> datetime:
    """So much later, without the hours in which people sleep."""
    wall = zones.to_wall(begins, zone)
    while (left_today := datetime.combine(wall.date(), NIGHT) - wall) < length:
        length -= left_today
        wall = datetime.combine(wall.date() + timedelta(days=1), MORNING)
    return zones.to_moment(wall + length, zone)
