"""Reading a calendar as a phone does: over the web, without a cookie, with a parser of its own."""

from flask import Flask
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from volunteer.feeds.models import Feed


def fetch(app: Flask, path: str, **headers: str) -> TestResponse:
    """What comes back to somebody who knows this address and nothing else."""
    return app.test_client().get(path, headers={"User-Agent": "iOS/19 dataaccessd/1.0", **headers})


def calendar(app: Flask, feed: Feed) -> Calendar:
    answer = fetch(app, feed.path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return Calendar.from_ical(answer.get_data())


def events(app: Flask, feed: Feed) -> dict[str, Event]:
    """The entries by their title."""
    return {str(event["SUMMARY"]): event for event in calendar(app, feed).walk("VEVENT")}
