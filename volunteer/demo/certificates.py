"""Certificates of hours in the demo: one that was issued, one that waits for an answer."""

from datetime import date, datetime, timedelta

from volunteer.core import clock
from volunteer.demo.cast import Cast, in_daytime
from volunteer.hours import certificates, queries, wording
from volunteer.hours.certificates import Issuer
from volunteer.hours.models import ServiceCertificate
from volunteer.hours.records import Line, Span
from volunteer.people.models import Person

A_YEAR = timedelta(days=365)


def certify(cast: Cast, now: datetime) -> None:
    """Who was there most often has one on paper, and the next one asks."""
    often = {person.id: len(lines_of(cast, person, now)) for person in cast.volunteers}
    asking = sorted(cast.volunteers, key=lambda person: -often[person.id])[:2]
    with clock.pretend(in_daytime(now)):
        made = [ask(cast, person, cast.team.today(clock.now())) for person in asking]
        committee = Issuer(wording.usual_unit(cast.team), contact="028-0000 0300")
        certificates.issue(made[0], committee, by=cast.coordinator)


def lines_of(cast: Cast, person: Person, now: datetime) -> list[Line]:
    today = cast.team.today(now)
    return queries.list_lines(cast.team, person, Span(today - A_YEAR, today))


def ask(cast: Cast, person: Person, last_on: date) -> ServiceCertificate:
    (_team, first_on), *_others = queries.list_teams_served(person)
    return certificates.ask(cast.team, person, Span(first_on, last_on), by=person)
