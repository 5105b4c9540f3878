"""Entries written as an iCalendar file (RFC 5545), which every phone's calendar reads."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from volunteer.feeds.entries import Entry

# Imported where it writes: pages, and answers that nothing has changed, start sooner without it.
if TYPE_CHECKING:
    import icalendar

MAKER = "-//Linli//Linli//ZH"
# How often a phone should look again; most look less often anyway.
LOOK_AGAIN = timedelta(hours=1)
REMIND_BEFORE = timedelta(hours=2)
# Of what has a day and no hour, in the morning of that day.
REMIND_AT = timedelta(hours=8)
# Raised when the same entries are written in another way, so that phones fetch them anew.
WAY_OF_WRITING = 3


def version(name: str, entries: Sequence[Entry]) -> str:
    """The same for the same entries: whoever has this version need not fetch them again."""
    return hashlib.sha256(repr((WAY_OF_WRITING, name, entries)).encode()).hexdigest()[:32]


def write(name: str, entries: Sequence[Entry], *, uid: str, now: datetime) -> bytes:
    """The calendar as a file; each entry in the zone of its team, which the file describes."""
    import icalendar

    calendar = icalendar.Calendar.new(
        prodid=MAKER, uid=uid, name=name, method="PUBLISH", refresh_interval=LOOK_AGAIN
    )
    # It has no usual kind of value, so it has to say which (RFC 7986, 5.7).
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
    # What Outlook and older phones know instead of REFRESH-INTERVAL.
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    for entry in entries:
        calendar.add_component(event(entry, now))
    describe_zones(calendar, entries)
    text: bytes = calendar.to_ical()
    return text


def event(entry: Entry, now: datetime) -> "icalendar.Event":
    import icalendar

    starts, ends = span(entry)
    is_busy = entry.is_promised and entry.day is None
    written = icalendar.Event.new(
        uid=entry.uid,
        stamp=now,
        start=starts,
        end=ends,
        summary=entry.title,
        description=entry.words,
        location=entry.place or None,
        url=entry.url,
        sequence=entry.sequence,
        status=icalendar.STATUS(entry.state.value),
        transparency=icalendar.TRANSP.OPAQUE if is_busy else icalendar.TRANSP.TRANSPARENT,
    )
    if entry.is_promised:
        alarm = icalendar.Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", entry.title)
        alarm.add("TRIGGER", -REMIND_BEFORE if entry.day is None else REMIND_AT)
        written.add_component(alarm)
    return written


def span(entry: Entry) -> tuple[date, date]:
    """From when until when: moments, or the day and, as RFC 5545 says, the one after it."""
    if entry.day is not None:
        return entry.day, entry.day + timedelta(days=1)
    # From the moment, not from the wall: in the night when clocks change, calendars read a wall
    # time that is skipped in another way than we do.
    place = ZoneInfo(entry.zone)
    return entry.starts_at.astimezone(place), entry.ends_at.astimezone(place)


def describe_zones(calendar: "icalendar.Calendar", entries: Sequence[Entry]) -> None:
    """Say how the clocks of each zone go, over the years that the entries lie in."""
    if not entries:
        return
    first = min(entry.starts_at for entry in entries).year
    last = max(entry.ends_at for entry in entries).year
    calendar.add_missing_timezones(date(first - 1, 1, 1), date(last + 1, 12, 31))
    for zone in calendar.timezones:
        for change in zone.subcomponents:
            put_onset_right(change)


def put_onset_right(change: "icalendar.TimezoneStandard | icalendar.TimezoneDaylight") -> None:
    """A change of clocks begins at what they showed before it (RFC 5545, 3.6.5).

    The library writes what they show after it when they are put forward, an hour too late.
    """
    leap = max(change.TZOFFSETTO - change.TZOFFSETFROM, timedelta())
    change.DTSTART -= leap
    later = change.pop("RDATE", None)
    if later is not None:
        change.add("RDATE", [found.dt - leap for found in later.dts])
