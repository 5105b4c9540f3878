"""A coordinator asks members for a date that lacks people, by the message that the watch sends."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from volunteer.activities import fitting
from volunteer.activities.errors import NobodyIsNeeded
from volunteer.activities.models import Occurrence
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.notifications import outbox, quiet, topics
from volunteer.notifications.models import Channel
from volunteer.people.models import Person
from volunteer.reminders import watch


@dataclass(frozen=True)
class Able:
    """Who could come: by a message, or by a call, as all when it is too late for messages; and who
    has been asked already, has said no, or would rather not be asked."""

    by_message: Sequence[Person] = ()
    by_call: Sequence[Person] = ()
    left_out: Sequence[Person] = ()
    is_too_late: bool = False
    # Who is to be called only later, at night or in quiet hours of their own, by number.
    call_from: Mapping[int, datetime] = field(default_factory=dict)


def look(occurrence: Occurrence, now: datetime) -> Able:
    able = fitting.candidates(occurrence, most=watch.EVERYBODY)
    asks = watch.look_at_asks(occurrence, able, now)
    by_message = watch.of_these(occurrence, able, asks, now)
    rest = [person for person in able if person not in by_message]
    by_call = [
        person
        for person in rest
        if outbox.channel_for(person) is Channel.CALL
        and topics.is_wanted(watch.SHORT_HANDED, person)
        and person.id not in asks.not_again
    ]
    left_out = [person for person in rest if person not in by_call]
    if is_too_late := watch.is_too_late(occurrence, now):
        by_message, by_call = [], [*by_message, *by_call]
    return Able(
        by_message,
        by_call,
        left_out,
        is_too_late=is_too_late,
        call_from=call_later(occurrence, by_call, now),
    )


def call_later(
    occurrence: Occurrence, people: Sequence[Person], now: datetime
) -> dict[int, datetime]:
    """From when on those of these people may be called who may not be now; without those for whom
    it would be too late then."""
    zone = occurrence.activity.zone
    found = {person.id: quiet.may_be_called(person, now, zone) for person in people}
    return {number: at for number, at in found.items() if at > now and occurrence.is_open(at)}


def is_needed(occurrence: Occurrence, now: datetime) -> bool:
    return occurrence.is_open(now) and bool(occurrence.missing)


def invite(occurrence: Occurrence, chosen: Collection[int], *, by: Person) -> int:
    """Ask those of these people, by number, who can still be asked; answers how many they are.

    Nobody is told at night, nor twice of one date, whoever asks. Raises NobodyIsNeeded.
    """
    with transaction():
        lock(occurrence)
        now = clock.now()
        if not is_needed(occurrence, now):
            raise NobodyIsNeeded
        able = watch.who_could_come(occurrence, now)
        count = watch.post(occurrence, [person for person in able if person.id in chosen], now)
        if count:
            trail.record("date.people_asked", occurrence, by=by, team=occurrence.team,
                         people=count, **occurrence.for_the_trail)  # fmt: skip
        return count
