"""A team's hours, and its members, as tables for whoever enters them into the national system
(志愿服务记录与证明出具办法, article 4).

The written rules:
- A line of the hours says what article 7 asks for. A line of the members says what we know of what
  articles 5, 8, 9 and 10 ask for: year and month of birth, trainings, the highest star and how well
  they served. Nobody tells us of men and women, nor the number of an identity card.
- In both stands the number there of who has told us; nothing by which anybody could be reached.
- What was learned is no service: it stands in no line of the hours, and counts for no star.
"""

from collections.abc import Iterable, Sequence

from volunteer.audit import trail
from volunteer.core import sheets
from volunteer.core.database import all_of, transaction
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.hours import queries, wording
from volunteer.hours.errors import NothingToCertify
from volunteer.hours.records import Span
from volunteer.people import safety_cards
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams import star_queries
from volunteer.teams.models import Membership, StarAward, Team
from volunteer.training import queries as training_queries
from volunteer.training import wording as training_wording
from volunteer.training.models import Qualification

HEADINGS = (
    __("Name"),
    __("Activity"),
    __("Date of service"),
    __("Place"),
    __("Content of service"),
    __("Minutes"),
    __("Organised by"),
    __("In charge of the activity"),
    __("Number in the national system"),
)
OF_MEMBERS = (
    __("Name"),
    __("Number in the national system"),
    __("Born"),
    __("In the team since"),
    __("Trainings passed"),
    __("Star"),
    __("Star given on"),
    __("Star given by"),
    __("How well they served"),
)


def take_along(team: Team, span: Span, *, by: Person) -> bytes:
    """A CSV file of the voluntary service of these days, a line for each person and date. That
    somebody took it along stands in the trail. Raises NothingToCertify."""
    rows = queries.list_records(team, span)
    if not rows:
        raise NothingToCertify
    numbers = safety_cards.read_numbers({number for number, *_others in rows}, by=by, team=team)
    with transaction():
        trail.record("hours.exported", team, by=by, team=team, count=len(rows),
                     first=span.first_on.isoformat(), last=span.last_on.isoformat())  # fmt: skip
        return sheets.written(
            HEADINGS,
            (
                (who, line.title, line.day.isoformat(), line.place, line.work, line.minutes,
                 team.name, leader, numbers.get(number, ""))
                for number, who, line, leader in rows
            ),
        )  # fmt: skip


def take_members_along(team: Team, *, by: Person) -> bytes:
    """A CSV file of who is in the team, a line for each. That somebody took it along stands in the
    trail."""
    members = all_of(team_queries.of_team(team))
    people = [member.person_id for member in members]
    stars = star_queries.highest_stars(team, people)
    passed = training_queries.list_passed(team, people)
    numbers = safety_cards.read_numbers(people, by=by, team=team)
    with transaction():
        trail.record("members.exported", team, by=by, team=team, count=len(members))
        return sheets.written(
            OF_MEMBERS,
            (
                (member.person.name, numbers.get(member.person_id, ""), born(member.person),
                 joined(member, team), learned(passed.get(member.person_id, [])),
                 *honoured(stars.get(member.person_id)))
                for member in members
            ),
        )  # fmt: skip


def born(person: Person) -> str:
    """As far as they said: the year, or the month too."""
    if person.birth_year is None or person.birth_month is None:
        return str(person.birth_year or "")
    return f"{person.birth_year}-{person.birth_month:02d}"


def joined(member: Membership, team: Team) -> str:
    return team.wall(member.joined_at).date().isoformat() if member.joined_at else ""


def learned(passed: Iterable[Qualification]) -> str:
    return _("; ").join(training_words(one) for one in passed)


def training_words(one: Qualification) -> str:
    words = [one.training.name]
    if one.training.hours:
        words.append(training_wording.hours(one.training))
    if one.good_until:
        words.append(_("good until %(day)s", day=one.good_until.isoformat()))
    return _(", ").join(words)


def honoured(star: StarAward | None) -> Sequence[str]:
    """The star, when, by whom, how well they served."""
    if star is None:
        return ("", "", "", "")
    return (
        str(star.level),
        star.given_on.isoformat(),
        star.team.name,
        str(wording.QUALITIES[star.quality]),
    )
