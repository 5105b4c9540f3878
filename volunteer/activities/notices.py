"""What people of a date are told: moved, cancelled, on again; and of an activity's dates, when its
place changes or it ends."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from volunteer.activities.models import Activity, Occurrence
from volunteer.activities.queries import list_dates
from volunteer.activities.standing_queries import find_active
from volunteer.core import clock
from volunteer.core.news import News
from volunteer.notifications import groups, outbox, writing
from volunteer.notifications import queries as outbox_queries
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person

DATE_MOVED = "date_moved"
DATE_CANCELLED = "date_cancelled"
DATE_RESTORED = "date_restored"
ACTIVITY_MOVED = "activity_moved"
ACTIVITY_ENDED = "activity_ended"
ACTIVITY_CHANGED = "activity_changed"
ACTIVITY_PAUSED = "activity_paused"
ACTIVITY_RESUMED = "activity_resumed"
DATES_CALLED_OFF = "dates_called_off"
DATES_BACK_ON = "dates_back_on"

# These dates were moved, cancelled, or are on again: not only their own people may count on them.
dates_changed: News[[Sequence[Occurrence]]] = News()

# Someone who set out for a date must still hear, a while after it should have begun.
STILL_WORTH_TELLING = timedelta(hours=3)

# From when until when, by the clock of a date's zone.
Hours = tuple[datetime, datetime]


def tell_change(
    kind: str,
    occurrence: Occurrence,
    *,
    was_at: datetime | None = None,
    was: Hours | None = None,
) -> None:
    """One message to everybody whom it concerns; a later change of the date replaces it. `was_at`:
    when it would have begun. `was`: the hours that people have in mind, where there are other ones.
    """
    # Who sets out early in the morning must hear of it at night.
    needed_by = min(occurrence.starts_at, was_at or occurrence.starts_at)
    message: dict[str, Any] = {
        "key": f"{occurrence.id}:{occurrence.revision}",
        "expires_at": occurrence.starts_at + STILL_WORTH_TELLING,
        "team_id": occurrence.team.id,
        "about": {"occurrence_id": occurrence.id, "revision": occurrence.revision},
    }
    # Whom an earlier change has not reached yet has other hours in mind than these.
    if was and not outbox_queries.any_waiting(kind, occurrence.team.id, f"{occurrence.id}:"):
        message["about"] |= {"was": [hour.isoformat() for hour in was]}
    outbox.post_all(
        outbox.in_time(outbox.row(kind, to=person, **message), needed_by)
        for person in whom_it_concerns(occurrence)
    )
    dates_changed.announce([occurrence])
    groups.tell(kind, needed_by=needed_by, **message)


def tell_of_dates(
    kind: str,
    activity: Activity,
    occurrences: Sequence[Occurrence],
    *,
    besides: Collection[int] = (),
) -> None:
    """One message to each person about all their dates among these, but for the people of these
    numbers; a later change of the activity replaces it."""
    outbox.post_all(
        outbox.in_time(
            outbox.row(kind, to=person, **message_of(kind, activity, own)),
            needed_by=min(o.starts_at for o in own),
        )
        for person, own in dates_of_each(occurrences)
        if person.id not in besides
    )
    dates_changed.announce(occurrences)
    if occurrences:
        groups.tell(
            kind,
            needed_by=min(o.starts_at for o in occurrences),
            **message_of(kind, activity, occurrences),
        )


def message_of(kind: str, activity: Activity, occurrences: Sequence[Occurrence]) -> dict[str, Any]:
    """What a message about these dates says to the outbox, whoever reads it."""
    about = about_dates(occurrences, activity)
    return {
        "key": f"{activity.id}:{activity.revision}",
        "expires_at": max(o.starts_at for o in occurrences) + STILL_WORTH_TELLING,
        "team_id": activity.team_id,
        "about": about | about_hours(occurrences) if kind == ACTIVITY_PAUSED else about,
    }


def about_dates(occurrences: Sequence[Occurrence], activity: Activity) -> dict[str, Any]:
    """Which dates a message speaks of, and which change of each."""
    return {
        "occurrence_ids": [o.id for o in occurrences],
        "revision": activity.revision,
        "revisions": {str(o.id): o.revision for o in occurrences},
    }


def about_hours(occurrences: Sequence[Occurrence]) -> dict[str, Any]:
    """What does not take place is known by the time that people have in mind; before they read of
    it, the series may be planned differently."""
    hours = {str(o.id): (o.wall_starts, o.wall_ends) for o in occurrences}
    return {
        "hours": {
            number: [starts.isoformat(), ends.isoformat()]
            for number, (starts, ends) in hours.items()
        }
    }


def hours_then(message: OutboxMessage) -> dict[int, tuple[datetime, datetime]]:
    """When its dates were to be as it was posted, by the clock of their zone."""
    return {
        int(number): (datetime.fromisoformat(starts), datetime.fromisoformat(ends))
        for number, (starts, ends) in message.about.get("hours", {}).items()
    }


def is_newest(message: OutboxMessage, occurrence: Occurrence) -> bool:
    """Whether nothing newer was told of this date; another change of the series may concern quite
    other dates, and other people."""
    revisions = message.about.get("revisions")
    if revisions is None:
        return bool(occurrence.activity.revision == message.about["revision"])
    return bool(revisions.get(str(occurrence.id)) == occurrence.revision)


@dataclass(frozen=True)
class Reasons:
    """Who loses what by a change, and why: people by their numbers."""

    # They came every week for work that is done no more.
    without_work: Collection[int] = ()
    # They have promised to be somewhere else at that time.
    elsewhere: Collection[int] = ()
    # They pause then.
    away: Collection[int] = ()
    # They are too young for it.
    young: Collection[int] = ()

    def of(self, person: Person) -> dict[str, bool]:
        """What the message to this person says of it."""
        return {
            "without_work": person.id in self.without_work,
            "is_elsewhere": person.id in self.elsewhere,
            "is_away": person.id in self.away,
            "is_young": person.id in self.young,
        }


def tell_of_changes(
    activity: Activity,
    told: Sequence[tuple[Person, Sequence[int]]],
    reasons: Reasons,
    *,
    were_at: dict[int, datetime],
    is_replanned: bool = True,
) -> None:
    """One message to each person about what became of these dates of theirs; a later change of
    the activity replaces it. `were_at`: when each would have begun. `is_replanned`: the series, not
    single dates of it."""
    if not told:
        return
    now = clock.now()
    dates = list_dates({number for _person, numbers in told for number in numbers})
    last = max((o.starts_at for o in dates), default=now)
    # The earlier of what it was and what it is.
    starts_at = were_at | {o.id: min(o.starts_at, were_at[o.id]) for o in dates}
    outbox.post_all(
        outbox.in_time(
            outbox.row(
                ACTIVITY_CHANGED,
                to=person,
                key=f"{activity.id}:{activity.revision}",
                expires_at=max(last, now) + STILL_WORTH_TELLING,
                team_id=activity.team_id,
                about={
                    **about_dates([o for o in dates if o.id in set(numbers)], activity),
                    **reasons.of(person),
                    "is_replanned": is_replanned,
                },
            ),
            needed_by=min(starts_at[number] for number in numbers),
        )
        for person, numbers in told
    )


def tell_groups_of_changes(
    activity: Activity, occurrences: Sequence[Occurrence], were_at: dict[int, datetime]
) -> None:
    """The series is planned differently: the team's groups hear of these dates, whoever comes."""
    if occurrences:
        groups.tell(
            ACTIVITY_CHANGED,
            needed_by=min(min(o.starts_at, were_at[o.id]) for o in occurrences),
            **message_of(ACTIVITY_CHANGED, activity, occurrences),
        )


def whom_it_concerns(occurrence: Occurrence) -> list[Person]:
    """Those going, those waiting, and who leads."""
    return [person for person, _dates in dates_of_each([occurrence])]


def dates_of_each(occurrences: Iterable[Occurrence]) -> list[tuple[Person, list[Occurrence]]]:
    """Whom these dates of one team concern, and which of them each."""
    dates = list(occurrences)
    leaders = active_leaders([occurrence.activity for occurrence in dates])
    dates_by_person: dict[Person, list[Occurrence]] = {}
    for occurrence in dates:
        leader = leaders.get(occurrence.activity_id)
        people = {signup.person for signup in occurrence.active_signups}
        for person in people | ({leader} if leader else set()):
            dates_by_person.setdefault(person, []).append(occurrence)
    return sorted(dates_by_person.items(), key=lambda found: found[0].id)


def active_leader(activity: Activity) -> Person | None:
    """Who leads, while in the team and not pausing."""
    return active_leaders([activity]).get(activity.id)


def active_leaders(activities: Sequence[Activity]) -> dict[int, Person]:
    """Who leads each of these activities of one team, while in it and not pausing."""
    led = {activity.id: activity.leader for activity in activities if activity.leader}
    if not led:
        return {}
    active = find_active(activities[0].team, {leader.id for leader in led.values()})
    return {number: leader for number, leader in led.items() if leader.id in active}


def write_changes(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about moved, cancelled and restored dates; an older change is no longer true, and who
    has given the place back need not know where it would have been."""
    occurrences = load(messages)
    return {
        message.id: write(message, occurrence)
        for message in messages
        if (occurrence := occurrences.get(message.about["occurrence_id"])) is not None
        and occurrence.revision == message.about["revision"]
        and (message.kind == DATE_CANCELLED or concerns_reader(message, occurrence))
    }


def write_dates(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about an activity's new place, or its end: each lists the reader's own dates."""
    occurrences = load(messages)
    letters = {}
    for message in messages:
        found = (occurrences.get(number) for number in message.about["occurrence_ids"])
        own = [o for o in found if o is not None and still_to_tell(message, o)]
        if own:
            own.sort(key=lambda occurrence: occurrence.starts_at)
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                activity=own[0].activity,
                occurrences=own,
                then=hours_then(message),
                path="/my-week",
            )
    return letters


def write_what_changed(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters about a series' new plan: the reader's dates as they are now, and those lost."""
    occurrences = load(messages)
    letters = {}
    for message in messages:
        found = (occurrences.get(number) for number in message.about["occurrence_ids"])
        own = sorted(
            (o for o in found if o is not None and is_newest(message, o)),
            key=lambda o: o.starts_at,
        )
        own = [o for o in own if o.starts_at + STILL_WORTH_TELLING > clock.now()]
        kept = [o for o in own if not o.is_cancelled and concerns_reader(message, o)]
        if own:
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                activity=own[0].activity,
                kept=kept,
                lost=[o for o in own if o not in kept],
                without_work=message.about.get("without_work", False),
                is_elsewhere=message.about.get("is_elsewhere", False),
                is_away=message.about.get("is_away", False),
                is_young=message.about.get("is_young", False),
                is_replanned=message.about.get("is_replanned", True),
                path="/my-week",
            )
    return letters


def is_still_theirs(person: Person, occurrence: Occurrence) -> bool:
    return occurrence.signup_of(person) is not None or occurrence.activity.is_led_by(person)


def still_to_tell(message: OutboxMessage, occurrence: Occurrence) -> bool:
    """Whether this date still belongs in the letter: nothing newer, and not over."""
    if not is_newest(message, occurrence):
        return False
    if occurrence.starts_at + STILL_WORTH_TELLING <= clock.now():
        return False
    if message.kind in {ACTIVITY_ENDED, ACTIVITY_PAUSED, DATES_CALLED_OFF}:
        return occurrence.is_cancelled
    return not occurrence.is_cancelled and concerns_reader(message, occurrence)


def concerns_reader(message: OutboxMessage, occurrence: Occurrence) -> bool:
    # A group is told of all dates, whoever comes.
    return message.channel is Channel.GROUP or is_still_theirs(message.person, occurrence)


def write(message: OutboxMessage, occurrence: Occurrence, **facts: object) -> Letter:
    return writing.letter(
        message.kind,
        message.person,
        occurrence=occurrence,
        was=[datetime.fromisoformat(hour) for hour in message.about.get("was", ())],
        path=f"/activities/dates/{occurrence.id}",
        **facts,
    )


def load(messages: Iterable[OutboxMessage]) -> dict[int, Occurrence]:
    """The dates that these messages speak of, by number."""
    numbers: set[int] = set()
    for message in messages:
        numbers.update(message.about.get("occurrence_ids") or [message.about["occurrence_id"]])
    return {occurrence.id: occurrence for occurrence in list_dates(numbers)}
