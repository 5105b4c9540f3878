"""Phrases about dates that pages, letters and group messages share."""

from volunteer.activities.glances import AnyDate
from volunteer.activities.models import Occurrence
from volunteer.core import chinese, saying
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.people.models import Person


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


def coming(occurrence: AnyDate) -> str:
    """How many have a place: 3 people come."""
    return ngettext("%(num)d person comes", "%(num)d people come", occurrence.taken)


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
