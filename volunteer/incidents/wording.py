"""What people read of an incident."""

from collections.abc import Sequence

from volunteer.core import saying
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.incidents.models import (
    Called,
    Incident,
    IncidentVersion,
    Insurer,
    Part,
    StepKind,
)

CALLED = {
    Called.AMBULANCE: __("120, the ambulance"),
    Called.POLICE: __("110, the police"),
    Called.FIRE: __("119, the fire brigade"),
    Called.FAMILY: __("The family"),
    Called.COMMUNITY: __("The community"),
    Called.INSURER: __("The insurer"),
}
INSURER = {
    Insurer.OPEN: __("Has the insurer been told?"),
    Insurer.TOLD: __("The insurer was told"),
    Insurer.NOT_NEEDED: __("The insurer need not be told"),
}
STEPS = {
    StepKind.INSURER_TOLD: __("The insurer was told"),
    StepKind.NO_INSURER: __("The insurer need not be told"),
    StepKind.NOTED: __("What was done"),
    StepKind.CLOSED: __("Closed"),
    StepKind.REOPENED: __("Opened again"),
}


def where_from(incident: Incident) -> str:
    """At what it happened, without a name."""
    if incident.occurrence is not None:
        return incident.occurrence.title
    if incident.visit_id is not None:
        return _("A visit")
    if incident.help_request_id is not None:
        return _("Help for a neighbour")
    return _("Something in the team")


def people(version: IncidentVersion, part: Part) -> str:
    """Who was hurt, or there: those we know, then those who were typed."""
    typed = version.hurt_names if part is Part.HURT else version.there_names
    names = [person.name for person in version.people_who_were(part)]
    return saying.listed([*names, *([typed] if typed else [])])


def called(version: IncidentVersion) -> str:
    more = [version.called_words] if version.called_words else []
    return saying.listed([*(CALLED[one] for one in version.called_parties), *more])


def rows(version: IncidentVersion) -> Sequence[tuple[str, str]]:
    """What was told beside its words; what nobody said is left out, but for who was hurt."""
    day, hour = saying.whole_day(version.wall_at.date()), saying.clock_words(version.wall_at)
    found = [
        (_("When"), f"{day} {hour}"),
        (_("Where"), version.place),
        (_("Who was hurt"), people(version, Part.HURT) or _("nobody named")),
        (_("Who else was there"), people(version, Part.THERE)),
        (_("What is hurt"), version.injuries or ""),
        (_("First aid"), version.first_aid or ""),
        (_("Who was called"), called(version)),
    ]  # fmt: skip
    return [(word, said) for word, said in found if said]
