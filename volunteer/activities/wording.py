"""Phrases about dates that pages, letters and group messages share."""

from volunteer.activities.models import Occurrence, OccurrenceRole, Signup, WaitingStyle
from volunteer.core import chinese, saying, zones
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.people.models import Person

# What becomes of a place that is given back while somebody waits.
NEXT_IN = {
    WaitingStyle.IN_LINE: __("Whoever has waited longest gets the place and is told at once."),
    WaitingStyle.ASK: __("Whoever has waited longest is asked, then the next one."),
    WaitingStyle.FIRST_TO_ANSWER: __("All who wait are told; the first to press has the place."),
}


def when(occurrence: Occurrence) -> str:
    """10月14日（周三）上午10:00到下午1:00, by the clock of the date's own zone."""
    return _(
        "%(day)s %(span)s",
        day=saying.day_words(occurrence.day),
        span=saying.span_words(occurrence.wall_starts, occurrence.wall_ends),
    )


def until(signup: Signup) -> str:
    """Until when a place is kept for who was asked: 10月14日（周三）上午10:00."""
    if signup.answer_by is None:
        return ""
    wall = zones.to_wall(signup.answer_by, signup.occurrence.activity.zone)
    return f"{saying.day_words(wall.date())} {saying.clock_words(wall)}"


def asks_for(role: OccurrenceRole) -> str:
    """What the work asks of people, in one line; nothing when everybody may do it."""
    words = []
    if role.least_age is not None and role.most_age is not None:
        words.append(_("age %(least)d to %(most)d", least=role.least_age, most=role.most_age))
    elif role.least_age is not None:
        words.append(_("from the age of %(age)d on", age=role.least_age))
    elif role.most_age is not None:
        words.append(_("up to the age of %(age)d", age=role.most_age))
    if role.training is not None:
        words.append(_("with the training “%(name)s”", name=role.training.name))
    if role.own_tool:
        words.append(_("bring your own: %(tool)s", tool=role.own_tool))
    return _("; ").join(words)


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


def meeting(occurrence: Occurrence) -> list[str]:
    """Where people meet, when that is elsewhere."""
    point = occurrence.activity.meeting_point
    return [_("Meet at: %(place)s", place=point)] if point else []


def call_for_help(occurrence: Occurrence, address: str) -> str:
    """A message for the team's group: what, when, where, who is missing, how to say yes."""
    lines = [
        f"【{occurrence.team.name}】{occurrence.title}",
        when(occurrence),
        _("Place: %(place)s", place=occurrence.place),
        *meeting(occurrence),
        *needs(occurrence),
    ]
    if occurrence.activity.bring_note:
        lines.append(_("Please bring: %(things)s", things=occurrence.activity.bring_note))
    if occurrence.activity.leader is not None:
        lines.append(leader(occurrence.activity.leader))
    lines.append(_("Take a place here: %(address)s", address=address))
    return "\n".join(lines)
