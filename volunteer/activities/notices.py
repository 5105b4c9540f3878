"""What people of a date are told: moved, cancelled, on again, a place came free; and of an
activity's dates, when its place changes or it ends."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from volunteer.activities.models import (
    Activity,
    Occurrence,
    OccurrenceRole,
    Signup,
    SignupStatus,
)
from volunteer.activities.queries import list_dates
from volunteer.activities.standing_queries import find_active
from volunteer.core import clock
from volunteer.core.news import News
from volunteer.notifications import groups, outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

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
PLACE_FREED = "place_freed"
PLACE_ASKED = "place_asked"
PLACE_OPEN = "place_open"
PLACE_TO_GIVE = "place_to_give"
# Not for who is away by now; what has happened they are told all the same.
ASKING = {PLACE_ASKED, PLACE_OPEN}

# These dates were moved, cancelled, or are on again: not only their own people may count on them.
dates_changed: News[[Sequence[Occurrence]]] = News()

# Someone who set out for a date must still hear, a while after it should have begun.
STILL_WORTH_TELLING = timedelta(hours=3)


def tell_change(kind: str, occurrence: Occurrence, *, was_at: datetime | None = None) -> None:
    """One message to everybody whom it concerns; a later change of the date replaces it. `was_at`:
    when it would have begun."""
    # Who sets out early in the morning must hear of it at night.
    needed_by = min(occurrence.starts_at, was_at or occurrence.starts_at)
    outbox.post_all(
        outbox.in_time(
            outbox.row(
                kind,
                to=person,
                key=f"{occurrence.id}:{occurrence.revision}",
                expires_at=occurrence.starts_at + STILL_WORTH_TELLING,
                team_id=occurrence.team.id,
                about={"occurrence_id": occurrence.id, "revision": occurrence.revision},
            ),
            needed_by,
        )
        for person in whom_it_concerns(occurrence)
    )
    dates_changed.announce([occurrence])
    groups.tell(
        kind,
        team_id=occurrence.team.id,
        key=f"{occurrence.id}:{occurrence.revision}",
        expires_at=occurrence.starts_at + STILL_WORTH_TELLING,
        needed_by=needed_by,
        about={"occurrence_id": occurrence.id, "revision": occurrence.revision},
    )


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
            outbox.row(
                kind,
                to=person,
                key=f"{activity.id}:{activity.revision}",
                expires_at=max(o.starts_at for o in own) + STILL_WORTH_TELLING,
                team_id=activity.team_id,
                about=about_told(kind, own, activity),
            ),
            needed_by=min(o.starts_at for o in own),
        )
        for person, own in dates_of_each(occurrences)
        if person.id not in besides
    )
    dates_changed.announce(occurrences)
    if occurrences:
        groups.tell(
            kind,
            team_id=activity.team_id,
            key=f"{activity.id}:{activity.revision}",
            expires_at=max(o.starts_at for o in occurrences) + STILL_WORTH_TELLING,
            needed_by=min(o.starts_at for o in occurrences),
            about=about_told(kind, occurrences, activity),
        )


def about_told(kind: str, occurrences: Sequence[Occurrence], activity: Activity) -> dict[str, Any]:
    about = about_dates(occurrences, activity)
    return about | about_hours(occurrences) if kind == ACTIVITY_PAUSED else about


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


def tell_of_changes(
    activity: Activity,
    told: Sequence[tuple[Person, Sequence[int]]],
    *,
    were_at: dict[int, datetime],
    without_work: Collection[int] = (),
    elsewhere: Collection[int] = (),
    away: Collection[int] = (),
    young: Collection[int] = (),
    is_replanned: bool = True,
) -> None:
    """One message to each person about what became of these dates of theirs; a later change of
    the activity replaces it. `were_at`: when each would have begun. `without_work`: the people who
    came every week for work that is done no more; `elsewhere`: those who have promised to be
    somewhere else at that time, `away` those who pause then, and `young` those who are too young
    for it; `is_replanned`: the series, not single dates of it."""
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
                    "without_work": person.id in without_work,
                    "is_elsewhere": person.id in elsewhere,
                    "is_away": person.id in away,
                    "is_young": person.id in young,
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
        starts_at = [min(o.starts_at, were_at[o.id]) for o in occurrences]
        groups.tell(
            ACTIVITY_CHANGED,
            team_id=activity.team_id,
            key=f"{activity.id}:{activity.revision}",
            expires_at=max(o.starts_at for o in occurrences) + STILL_WORTH_TELLING,
            needed_by=min(starts_at),
            about=about_dates(occurrences, activity),
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


def tell_place_freed(signup: Signup) -> None:
    """A waiting person has got a place. Each time they move up is a message of its own."""
    occurrence = signup.occurrence
    outbox.post(
        PLACE_FREED,
        to=signup.person,
        key=f"{occurrence.id}:{signup.asked_at:%Y%m%d%H%M%S%f}",
        expires_at=occurrence.starts_at,
        team_id=occurrence.team.id,
        occurrence_id=occurrence.id,
        asked_at=mark_of_asking(signup),
    )


def mark_of_asking(signup: Signup) -> int:
    """Of which time of wanting the place a message speaks: who gives it back and asks again asks
    anew."""
    return int(signup.asked_at.timestamp() * 1_000_000)


def ask_about_place(signup: Signup, *, due_at: datetime) -> None:
    """A place is held for who waits: do they want it? Each asking is a message of its own; those of
    one night, which end at the same moment, are one."""
    if signup.answer_by is None:
        raise ValueError("Nobody was asked.")
    outbox.post(
        PLACE_ASKED,
        to=signup.person,
        key=f"{signup.occurrence_id}:{signup.answer_by:%Y%m%d%H%M%S%f}",
        due_at=due_at,
        expires_at=signup.answer_by,
        team_id=signup.occurrence.team.id,
        occurrence_id=signup.occurrence_id,
    )


def tell_of_free_place(role: OccurrenceRole, waiting: Iterable[Signup]) -> None:
    """Whoever of those waiting answers first has the place; told once for each that came free."""
    outbox.post_all(
        outbox.row(
            PLACE_OPEN,
            to=signup.person,
            key=free_place_key(role),
            expires_at=role.occurrence.starts_at,
            team_id=role.occurrence.team.id,
            about={"occurrence_id": role.occurrence_id},
        )
        for signup in waiting
    )


def tell_coordinators_of_free_place(role: OccurrenceRole) -> None:
    """It is too late for the list to move by itself: the coordinators choose, told once."""
    occurrence = role.occurrence
    outbox.post_all(
        outbox.row(
            PLACE_TO_GIVE,
            to=membership.person,
            key=free_place_key(role),
            expires_at=occurrence.starts_at,
            team_id=occurrence.team.id,
            about={"occurrence_id": occurrence.id},
        )
        for membership in team_queries.list_coordinators(occurrence.team)
    )


def free_place_key(role: OccurrenceRole) -> str:
    """Names this free place: another one comes free when somebody else has given theirs back."""
    left = role.with_status(SignupStatus.WITHDRAWN)
    # Who gave theirs back, came again and gave it back once more leaves as many behind as before.
    last = max((s.excused_at for s in left if s.excused_at), default=None)
    when = f"{last:%Y%m%d%H%M%S%f}" if last else ""
    return f"{role.occurrence_id}:{role.id}:{len(role.going)}:{len(left)}:{role.maximum}:{when}"


def write_places(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those who moved up, while they still have the place; and to those waiting and to
    coordinators, while it is there to be had."""
    occurrences = load(messages)
    coordinators = team_queries.who_coordinates({o.team.id for o in occurrences.values()})
    asking = {message.person_id for message in messages if message.kind in ASKING}
    away = people_queries.who_is_away(asking, {o.day for o in occurrences.values()})
    now = clock.now()
    letters = {}
    for message in messages:
        occurrence = occurrences.get(message.about["occurrence_id"])
        if occurrence is None or not occurrence.is_open(now):
            continue
        if message.kind in ASKING and (message.person_id, occurrence.day) in away:
            continue
        signup = occurrence.signup_of(message.person)
        free = [role for role in occurrence.roles if role.free and role.waiting]
        is_true = {
            PLACE_FREED: signup is not None and signup.is_going and is_of_this(message, signup),
            PLACE_ASKED: signup is not None and signup.is_asked,
            PLACE_OPEN: signup is not None and signup.is_waiting and signup.role in free,
            PLACE_TO_GIVE: bool(free)
            and message.person_id in coordinators.get(occurrence.team.id, ()),
        }
        if is_true[message.kind]:
            letters[message.id] = write(message, occurrence, signup=signup, free=free)
    return letters


def is_of_this(message: OutboxMessage, signup: Signup) -> bool:
    """Whether it speaks of this time: who moves up twice in one night reads it once."""
    mark = mark_of_asking(signup)
    return bool(message.about.get("asked_at", mark) == mark)


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
        path=f"/activities/dates/{occurrence.id}",
        **facts,
    )


def load(messages: Iterable[OutboxMessage]) -> dict[int, Occurrence]:
    """The dates that these messages speak of, by number."""
    numbers: set[int] = set()
    for message in messages:
        numbers.update(message.about.get("occurrence_ids") or [message.about["occurrence_id"]])
    return {occurrence.id: occurrence for occurrence in list_dates(numbers)}
