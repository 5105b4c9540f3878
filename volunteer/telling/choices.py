"""What a person chooses: by what they are told, what they do without, when it is quiet."""

from dataclasses import dataclass, replace
from datetime import time

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core.database import lock, transaction
from volunteer.core.seen import check_unchanged
from volunteer.notifications import devices, outbox
from volunteer.notifications.devices import DeviceDetails
from volunteer.notifications.models import Channel
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, ConsentWay, Person, ToldBy


@dataclass(frozen=True)
class Choices:
    """`quiet`: from when to when; None: as everybody here."""

    told_by: ToldBy | None = None
    wants_week: bool = True
    wants_asks: bool = True
    quiet: tuple[time, time] | None = None


def change(
    person: Person,
    choices: Choices,
    *,
    by: Person,
    team: HasNumber | None = None,
    seen: str | None = None,
) -> None:
    """From now on they are told so. Who chooses text messages agrees to them with that, and who
    chooses something else takes it back. `team` is the one whose coordinator does it for them.

    `seen`: the mark of what their page showed of choices_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(person)
        before = choices_of(person)
        check_unchanged(seen, before, choices)
        if choices == before:
            return
        person.told_by = choices.told_by
        person.wants_week, person.wants_asks = choices.wants_week, choices.wants_asks
        person.quiet_from, person.quiet_until = choices.quiet or (None, None)
        agree(person, before.told_by, choices.told_by, by=by, team=team)
        trail.record("choices.changed", person, by=by, person=person, team=team)


def tell_on(
    person: Person, device: DeviceDetails, *, by: Person, team: HasNumber | None = None
) -> None:
    """From now on they are told by notices on this device, and on those they have added before."""
    with transaction():
        devices.add(person, device, by=by, team=team)
        change(person, replace(choices_of(person), told_by=ToldBy.PUSH), by=by, team=team)


def choices_of(person: Person) -> Choices:
    quiet = None
    if person.quiet_from is not None and person.quiet_until is not None:
        quiet = (person.quiet_from, person.quiet_until)
    return Choices(person.told_by, person.wants_week, person.wants_asks, quiet)


def agree(
    person: Person,
    before: ToldBy | None,
    after: ToldBy | None,
    *,
    by: Person,
    team: HasNumber | None,
) -> None:
    if after is ToldBy.SMS and before is not ToldBy.SMS:
        # Who does it for somebody has heard them say so.
        is_own = by.id == person.id
        details = ConsentDetails(
            way=ConsentWay.WEB if is_own else ConsentWay.SPOKEN,
            witness="" if is_own else by.name,
        )
        consents.give(person, ConsentScope.SMS, details, by=by, team=team)
    elif before is ToldBy.SMS and after is not ToldBy.SMS:
        consents.withdraw(person, ConsentScope.SMS, by=by, team=team)


def stop_sms(person: Person, scope: ConsentScope, _by: Person) -> None:
    """Who takes back the consent to text messages is told otherwise from then on, also what
    waits already."""
    if scope is not ConsentScope.SMS:
        return
    if person.told_by is ToldBy.SMS:
        person.told_by = None
    outbox.send_otherwise(person, Channel.SMS)
