"""What the weekly message says: to each member their own seven days, from what is true now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from volunteer.accounts import personal_links
from volunteer.activities import eligibility, fitting, holiday_questions
from volunteer.activities import queries as activity_queries
from volunteer.activities.eligibility import Facts
from volunteer.activities.fitting import OpenPlace
from volunteer.activities.holiday_questions import Question
from volunteer.activities.models import Occurrence, Signup
from volunteer.core import clock, zones
from volunteer.elders import queries as elder_queries
from volunteer.elders.models import Visit
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpOffer
from volunteer.hours import queries as hours_queries
from volunteer.hours.models import ServiceCertificate
from volunteer.network import holidays
from volunteer.network.holidays import Calendar
from volunteer.notifications import writing
from volunteer.notifications.letters import Draft, Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import timing
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

WEEK_AHEAD = "week_ahead"
# The link in the message opens the door until the next message brings a new one.
LINK_LASTS = timedelta(days=8)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Draft]:
    """The letters of these messages; none for who has left or pauses by now."""
    letters: dict[int, Draft] = {}
    groups = grouped(messages)
    teams = team_queries.list_by_number({team_id for team_id, _first in groups})
    # Only mails carry a link that opens the door; a caller reads the rest aloud.
    by_mail = {m.person for m in messages if m.channel is Channel.EMAIL}
    doors = personal_links.doors(by_mail, "/my-week", lasts=LINK_LASTS)
    readers = readers_of(messages)
    parts = [
        Part(teams[team_id], first, list({readers[m.id].id: readers[m.id] for m in batch}.values()))
        for (team_id, first), batch in groups.items()
    ]
    for batch, written in zip(groups.values(), compose_all(parts, doors=doors), strict=True):
        letters |= {m.id: written[readers[m.id].id] for m in batch if readers[m.id].id in written}
    return letters


def readers_of(messages: Sequence[OutboxMessage]) -> dict[int, Person]:
    """By whose rights each is written. What a group is told is told all the same when the
    coordinator in whose name it waits pauses or has left since: another one reads it then."""
    readers = {message.id: message.person for message in messages}
    to_groups = [message for message in messages if message.channel is Channel.GROUP]
    if to_groups:
        found = team_queries.find_coordinators({m.about["team_id"] for m in to_groups})
        for message in to_groups:
            coordinators = found.get(message.about["team_id"], [])
            if message.person not in coordinators and coordinators:
                readers[message.id] = coordinators[0]
    return readers


def grouped(messages: Iterable[OutboxMessage]) -> dict[tuple[int, date], list[OutboxMessage]]:
    groups: dict[tuple[int, date], list[OutboxMessage]] = {}
    for message in messages:
        key = (message.about["team_id"], date.fromisoformat(message.about["first_day"]))
        groups.setdefault(key, []).append(message)
    return groups


@dataclass(frozen=True)
class Week:
    """What one member's letter says of the seven days."""

    own: Sequence[Signup]
    # What they lead without a place of their own.
    led: Sequence[Occurrence]
    open: Sequence[OpenPlace]
    # Visits that they go to, neighbours whom they help, and requests that wait for their answer.
    visits: Sequence[Visit]
    promised: Sequence[HelpOffer]
    offers: Sequence[HelpOffer]
    # Certificates of others that the members look at before they are issued.
    shown: Sequence[ServiceCertificate]
    # For coordinators only: dates on a holiday of which nobody has said whether they take place,
    # dates that still lack people, elders whom nobody has seen for too long, requests that nobody
    # has answered.
    undecided: Sequence[Question]
    short: Sequence[Occurrence]
    overdue: int
    unanswered: int
    is_coordinator: bool
    # Whether anything is on in the team at all.
    has_dates: bool

    @property
    def is_empty(self) -> bool:
        """Whether they have promised nothing at all."""
        return not (self.own or self.led or self.visits or self.promised)


@dataclass(frozen=True)
class Part:
    """One team's week of seven days, and the members who read of it."""

    team: Team
    first: date
    people: Sequence[Person]

    @property
    def days(self) -> tuple[datetime, datetime]:
        """The moments at which the week begins and ends."""
        return timing.days_of(self.team, self.first)


@dataclass(frozen=True)
class Active:
    """Who is active: of each person in which teams, and each team's coordinators."""

    teams_of: Mapping[int, set[int]]
    coordinators: Mapping[int, Sequence[Person]]


def compose(
    team: Team, people: Iterable[Person], first: date, *, doors: Mapping[int, str]
) -> dict[int, Letter]:
    """Letters by person, from what is true now; none for who is not active in the team.

    `doors` are the paths by which each person comes in; who has none gets the plain one.
    """
    (drafts,) = compose_all([Part(team, first, list(people))], doors=doors)
    return {number: draft() for number, draft in drafts.items()}


def compose_all(parts: Sequence[Part], *, doors: Mapping[int, str]) -> list[dict[int, Draft]]:
    """The same for several teams, in a fixed number of queries and two more for each team of
    which a coordinator reads."""
    active = active_in(parts)
    return [
        letters_of(part, active, weeks, doors)
        for part, weeks in zip(parts, weeks_of(parts, active), strict=True)
    ]


def active_in(parts: Sequence[Part]) -> Active:
    teams = [part.team.id for part in parts]
    people = [person.id for part in parts for person in part.people]
    return Active(team_queries.list_teams_of(people, teams), team_queries.find_coordinators(teams))


def letters_of(
    part: Part, active: Active, weeks: Mapping[int, Week], doors: Mapping[int, str]
) -> dict[int, Draft]:
    contact = next(iter(active.coordinators.get(part.team.id, ())), None)
    return {
        person.id: partial(
            writing.letter,
            WEEK_AHEAD,
            person,
            team=part.team,
            week=weeks[person.id],
            first=part.first,
            last=part.first + timedelta(days=6),
            contact=contact,
            path=doors.get(person.id, "/my-week"),
        )
        for person in part.people
        if part.team.id in active.teams_of.get(person.id, ())
    }


@dataclass(frozen=True)
class Known:
    """What is known of all the teams and people of whom letters are written together."""

    dates: Sequence[Occurrence]
    visits: Sequence[Visit]
    offers: Mapping[int, Sequence[HelpOffer]]
    shown: Sequence[ServiceCertificate]
    calendar: Calendar
    # Of each person's places with any team, too: on top of them nothing is offered.
    facts: Facts
    now: datetime


def weeks_of(parts: Sequence[Part], active: Active) -> list[dict[int, Week]]:
    """For each part what its people's letters say, by person."""
    known = look_up(parts)
    return [weeks_of_part(part, active, known) for part in parts]


def look_up(parts: Sequence[Part]) -> Known:
    now = clock.now()
    begin, end = min(part.days[0] for part in parts), max(part.days[1] for part in parts)
    first_days = [part.first for part in parts]
    teams = [part.team for part in parts]
    people = list({person.id: person for part in parts for person in part.people}.values())
    # A message that comes late speaks only of what is still to come.
    coming = max(begin, now)
    dates = activity_queries.list_of_teams_between(teams, first=coming, before=end)
    planned = [occurrence for occurrence in dates if not occurrence.is_cancelled]
    return Known(
        dates=planned,
        visits=elder_queries.list_visits_of_teams_between(teams, first=coming, before=end),
        offers=offers_by_person(people),
        shown=hours_queries.list_public_in(teams, now=now),
        calendar=holidays.load(min(first_days), max(first_days) + timedelta(days=6)),
        # Each person is only matched with dates of the team whose letter it is.
        facts=eligibility.look_up(planned, people, are_members=True),
        now=now,
    )


def weeks_of_part(part: Part, active: Active, known: Known) -> dict[int, Week]:
    """What the letter of each of its people says, by their number."""
    team, (begin, end) = part.team, part.days
    first = max(begin, known.now)
    planned = [
        o for o in known.dates if o.activity.team_id == team.id and first <= o.starts_at < end
    ]
    visits = [v for v in known.visits if v.elder.team_id == team.id and first <= v.starts_at < end]
    coordinators = {person.id for person in active.coordinators.get(team.id, ())}
    overdue = unanswered = 0
    if any(person.id in coordinators for person in part.people):
        overdue = elder_queries.count_overdue(team, team.today(known.now))
        unanswered = help_queries.count_unanswered(team)
    undecided = holiday_questions.open_among(planned, known.calendar)
    openings = fitting.openings(planned, known.now)
    own_of = signups_by_person(planned)
    leaders = {o.activity.leader_id for o in planned}
    weeks = {}
    for person in part.people:
        own = own_of.get(person.id, [])
        led = fitting.led_by(person, planned) if person.id in leaders else []
        offers = [
            offer
            for offer in known.offers.get(person.id, [])
            if offer.help_request.team_id == team.id
        ]
        is_coordinator = person.id in coordinators
        weeks[person.id] = Week(
            own=own,
            led=led,
            open=fitting.open_places(person, openings, own, led, facts=known.facts),
            visits=[visit for visit in visits if visit.has(person)],
            promised=[offer for offer in offers if is_promised_for(offer, first, end)],
            offers=[offer for offer in offers if offer.is_waiting],
            shown=[
                certificate
                for certificate in known.shown
                if certificate.team_id == team.id and certificate.person_id != person.id
            ],
            undecided=undecided if is_coordinator else [],
            short=[o for o in planned if o.missing] if is_coordinator else [],
            overdue=overdue if is_coordinator else 0,
            unanswered=unanswered if is_coordinator else 0,
            is_coordinator=is_coordinator,
            has_dates=bool(planned),
        )
    return weeks


def signups_by_person(dates: Iterable[Occurrence]) -> dict[int, list[Signup]]:
    """Who goes to these dates, or waits for a place, by the person's number."""
    found: dict[int, list[Signup]] = {}
    for signup in (s for date_ in dates for s in date_.active_signups):
        found.setdefault(signup.person_id, []).append(signup)
    return found


def offers_by_person(people: Sequence[Person]) -> dict[int, list[HelpOffer]]:
    """What each of these people is asked and has not answered, or has promised and not done."""
    found: dict[int, list[HelpOffer]] = {}
    for offer in help_queries.list_offers_to(person.id for person in people):
        found.setdefault(offer.person_id, []).append(offer)
    return found


def is_promised_for(offer: HelpOffer, first: datetime, end: datetime) -> bool:
    """Whether they help in these days; where no time is agreed yet it may be in these."""
    if offer.is_waiting:
        return False
    agreed = offer.help_request.wall_agreed
    return agreed is None or first <= zones.to_moment(agreed, offer.help_request.zone) < end
