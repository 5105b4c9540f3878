"""A team's hours as a table, for whoever enters them into the national system (志愿服务记录与证明
出具办法, article 4; its columns are those of article 7).

Names, what was done, and the number there of who has told us; nothing by which anybody could be
reached.
"""

from volunteer.audit import trail
from volunteer.core import sheets
from volunteer.core.database import transaction
from volunteer.core.language import lazy_gettext as __
from volunteer.hours import queries
from volunteer.hours.records import Span
from volunteer.people import safety_cards
from volunteer.people.models import Person
from volunteer.teams.models import Team

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


def take_along(team: Team, span: Span, *, by: Person) -> bytes:
    """A CSV file of the voluntary service of these days, a line for each person and date. That
    somebody took it along stands in the trail."""
    rows = queries.list_records(team, span)
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
