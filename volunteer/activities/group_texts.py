"""What a coordinator copies into the team's group: a call for help, the day before, a change, a
cancellation, thanks.

Each is read on a phone between two other messages, so it is short, begins with what it is, and
leaves out what matters least when it would grow too long. It names nobody but who leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from volunteer.activities import recurrence, wording
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.models import Occurrence
from volunteer.core import chinese, saying
from volunteer.core.language import Sentence, ngettext
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __

LONGEST = 300
# The longest that a name may be in them; what is longer is cut.
OF_A_NAME, OF_A_PLACE = 24, 48


@dataclass(frozen=True)
class GroupText:
    """One text, and when it is the right one."""

    kind: str
    heading: Sentence
    text: str


def of_date(occurrence: Occurrence, address: str, *, now: datetime) -> list[GroupText]:
    """The texts that make sense for this date now, the most urgent first."""
    today = occurrence.team.today(now)
    is_open = occurrence.is_open(now)
    found = []
    if occurrence.is_cancelled:
        found.append(GroupText("cancel", __("It is cancelled"), cancellation(occurrence, address)))
    if is_open and was_moved(occurrence):
        found.append(GroupText("change", __("Time or place have changed"),
                               change(occurrence, address)))  # fmt: skip
    if is_open and occurrence.free:
        found.append(GroupText("call", __("Call for help"), call_for_help(occurrence, address)))
    if is_open:
        found.append(GroupText("before", __("The day before"),
                               day_before(occurrence, address, today=today)))  # fmt: skip
    if not occurrence.is_cancelled and occurrence.ends_at <= now and occurrence.going:
        found.append(GroupText("thanks", __("Thanks afterwards"), thanks(occurrence)))
    return found


def was_moved(occurrence: Occurrence) -> bool:
    """By hand, to another time or place than the activity's; one that is merely on again is not."""
    return occurrence.is_changed and (has_another_time(occurrence) or has_another_place(occurrence))


def has_another_time(occurrence: Occurrence) -> bool:
    return planned_hours(occurrence) != (occurrence.wall_starts, occurrence.wall_ends)


def planned_hours(occurrence: Occurrence) -> tuple[datetime, datetime]:
    """When it would be, had nobody moved it."""
    activity = occurrence.activity
    return recurrence.on_the_wall(occurrence.planned_on, activity.starts, activity.ends)


def has_another_place(occurrence: Occurrence) -> bool:
    return occurrence.place != occurrence.activity.place


def call_for_help(occurrence: Occurrence, address: str) -> str:
    """What, when, where, who is missing, how to say yes."""
    return fitted(
        [f"【{cut(occurrence.team.name)}】{cut(occurrence.title)}", *when_and_where(occurrence)],
        [
            *meeting(occurrence),
            *(wording.needs(occurrence) or places_left(occurrence)),
            *bring(occurrence),
            *leader(occurrence),
            *risks(occurrence),
        ],
        [_("Take a place here: %(address)s", address=address)],
    )


def day_before(occurrence: Occurrence, address: str, *, today: date) -> str:
    """When and where to be, and how to say that one can't."""
    is_near = 0 <= (occurrence.day - today).days <= 2
    see_you = _("See you %(day)s!", day=saying.near_day(occurrence.day, today))
    return fitted(
        [headed(_("Reminder"), occurrence), *when_and_where(occurrence)],
        [
            *meeting(occurrence),
            *([see_you] if is_near else []),
            *bring(occurrence),
            wording.coming(occurrence),
            *leader(occurrence),
        ],
        [_("Can't come? Please say so here: %(address)s", address=address)],
    )


def change(occurrence: Occurrence, address: str) -> str:
    """What is new, what it was, why."""
    activity = occurrence.activity
    time, place = has_another_time(occurrence), has_another_place(occurrence)
    what = _("New time and place") if time and place else _("New time") if time else _("New place")
    was = []
    if time:
        starts, ends = planned_hours(occurrence)
        when = wording.when_of(starts, None if occurrence.is_task else ends)
        was.append(_("It was: %(when)s", when=when))
    if place:
        was.append(_("It was at: %(place)s", place=cut(activity.place, OF_A_PLACE)))
    return fitted(
        [headed(what, occurrence), *when_and_where(occurrence)],
        [*meeting(occurrence), *was, *note(occurrence), *leader(occurrence)],
        [_("More about it: %(address)s", address=address)],
    )


def cancellation(occurrence: Occurrence, address: str) -> str:
    """What does not take place, why, and whom to ask."""
    phone = occurrence.team.phone
    ask = _("Questions? Call %(phone)s", phone=chinese.phone_words(phone)) if phone else ""
    return fitted(
        [headed(_("Called off"), occurrence), *when_and_where(occurrence)],
        [*note(occurrence), *([ask] if ask else [])],
        [_("More about it: %(address)s", address=address)],
    )


def thanks(occurrence: Occurrence) -> str:
    """How many helped, and how long it was together, once the day is closed."""
    return fitted(
        [headed(_("Thank you"), occurrence), saying.day_words(occurrence.day)],
        helped_on(occurrence),
        [_("Thank you all, and see you next time!")],
    )


def helped_on(occurrence: Occurrence) -> list[str]:
    """What counts. Until a person has closed the day nobody knows who came: no figures are told
    to the whole group."""
    if attendance_queries.find_closing(occurrence) is None:
        return []
    came = [row for row in attendance_queries.list_attendances(occurrence) if row.has_come]
    if not came:
        return []
    said = [ngettext("%(num)d neighbour helped", "%(num)d neighbours helped", len(came))]
    if minutes := sum(row.minutes or 0 for row in came):
        hours = f"{minutes / 60:.1f}".removesuffix(".0")
        said.append(_("%(hours)s hours together", hours=hours))
    return [_(", ").join(said)]


# --- their lines ----------------------------------------------------------------------------


def headed(what: str, occurrence: Occurrence) -> str:
    return f"【{what}】{cut(occurrence.team.name)}{_(', ')}{cut(occurrence.title)}"


def when_and_where(occurrence: Occurrence) -> list[str]:
    place = cut(occurrence.place, OF_A_PLACE)
    return [wording.when(occurrence), _("Place: %(place)s", place=place)]


def places_left(occurrence: Occurrence) -> list[str]:
    """Enough have a place, and more may come."""
    free = occurrence.free
    return [ngettext("%(num)d place left", "%(num)d places left", free)] if free else []


def meeting(occurrence: Occurrence) -> list[str]:
    """Where to go first: who reads of the place alone waits for the others in vain."""
    return [cut(line, OF_A_PLACE) for line in wording.meeting(occurrence)]


def risks(occurrence: Occurrence) -> list[str]:
    """Whoever is asked to help is told of the risks (志愿服务条例, article 12)."""
    note = " ".join(occurrence.activity.risk_note.split())
    return [f"{_('What to be careful about')}{_(': ')}{cut(note, OF_A_PLACE)}"]


def bring(occurrence: Occurrence) -> list[str]:
    things = occurrence.activity.bring_note
    return [_("Please bring: %(things)s", things=cut(things, OF_A_PLACE))] if things else []


def leader(occurrence: Occurrence) -> list[str]:
    person = occurrence.activity.leader
    return [wording.leader(person)] if person is not None else []


def note(occurrence: Occurrence) -> list[str]:
    return [cut(wording.why(occurrence.change_note), OF_A_PLACE)] if occurrence.change_note else []


def cut(text: str, longest: int = OF_A_NAME) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def fitted(begin: Sequence[str], more: Sequence[str], end: Sequence[str]) -> str:
    """All lines below each other, but for those of `more` that would make it too long."""
    room = LONGEST - sum(len(line) + 1 for line in [*begin, *end]) + 1
    kept = []
    for line in more:
        if len(line) < room:
            kept.append(line)
            room -= len(line) + 1
    return "\n".join([*begin, *kept, *end])
