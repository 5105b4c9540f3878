"""Phrases about dates that pages, letters and group messages share."""

from datetime import datetime

from volunteer.activities.models import Excuse, Occurrence, Signup, StandingPlace
from volunteer.core import chinese, saying, zones
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.people.models import Person

EXCUSES = {
    Excuse.ILLNESS: __("I am not well"),
    Excuse.FAMILY: __("Something in the family"),
    Excuse.OTHER: __("Something else"),
}
# The same as a coordinator reads them of somebody.
EXCUSES_OF_THEM = {
    Excuse.ILLNESS: __("not well"),
    Excuse.FAMILY: __("something in the family"),
    Excuse.OTHER: __("something else"),
    Excuse.PAUSE: __("pausing"),
    Excuse.SWAP: __("swapped dates"),
}


def how_late(signup: Signup) -> str:
    """Early, late, or only after it had begun: three things that are not the same."""
    if signup.was_excused_after_the_start:
        return _("said so after it began")
    return _("said so late") if signup.is_late else _("said so in time")


def rhythm(standing: StandingPlace) -> str:
    """Every Wednesday; every second week."""
    if standing.every_weeks == 1:
        return _("every %(day)s", day=saying.weekday_long(standing.activity.weekday))
    return ngettext("every %(num)d week", "every %(num)d weeks", standing.every_weeks)


def moment(at: datetime, occurrence: Occurrence) -> str:
    """周三上午10:00, by the clock of the date's own zone."""
    wall = zones.to_wall(at, occurrence.activity.zone)
    return _("%(day)s %(span)s", day=saying.short_day(wall.date()), span=saying.clock_words(wall))


def when(occurrence: Occurrence) -> str:
    """10月14日（周三）上午10:00到下午1:00, by the clock of the date's own zone."""
    return _(
        "%(day)s %(span)s",
        day=saying.day_words(occurrence.day),
        span=saying.span_words(occurrence.wall_starts, occurrence.wall_ends),
    )


def leads(person: Person) -> str:
    return _("%(name)s leads", name=person.name)


def leader(person: Person) -> str:
    """Who leads, and the phone to reach them by."""
    if person.phone:
        return _(
            "%(name)s leads, phone %(phone)s",
            name=person.name,
            phone=chinese.phone_words(person.phone),
        )
    return leads(person)


def needs(occurrence: Occurrence) -> list[str]:
    """Which work lacks how many: 帮厨还差2位."""
    return [
        ngettext(
            "%(role)s: %(num)d more needed",
            "%(role)s: %(num)d more needed",
            role.missing,
            role=role.name,
        )
        for role in occurrence.roles
        if role.missing
    ]


def needed(occurrence: Occurrence) -> str:
    """Who is still missing, in one line."""
    return _("; ").join(needs(occurrence)) or _("Enough people")


def coming(occurrence: Occurrence) -> str:
    """How many have a place: 3 people come."""
    return ngettext("%(num)d person comes", "%(num)d people come", len(occurrence.going))


def call_for_help(occurrence: Occurrence, address: str) -> str:
    """A message for the team's group: what, when, where, who is missing, how to say yes."""
    lines = [
        f"【{occurrence.team.name}】{occurrence.title}",
        when(occurrence),
        _("Place: %(place)s", place=occurrence.place),
        *needs(occurrence),
    ]
    if occurrence.activity.bring_note:
        lines.append(_("Please bring: %(things)s", things=occurrence.activity.bring_note))
    if occurrence.activity.leader is not None:
        lines.append(leader(occurrence.activity.leader))
    lines.append(_("Take a place here: %(address)s", address=address))
    return "\n".join(lines)
