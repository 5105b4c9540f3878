"""On which devices somebody is shown notices: adding one, taking it off, those that are gone."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import clock
from volunteer.core.database import all_of, lock, one_or_not_found, session, transaction
from volunteer.core.encryption import is_text
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel, Device
from volunteer.people import queries as people_queries
from volunteer.people.models import Companion, Person, ToldBy

# A phone, a tablet, a computer at home, and one more. All are told within one call's time.
MOST = 4
# What browsers and systems call themselves; the first that fits, for many name others as well.
BROWSERS = {
    r"MicroMessenger": "WeChat", r"Edg": "Edge", r"Firefox|FxiOS": "Firefox",
    r"HuaweiBrowser": "Huawei", r"MiuiBrowser": "Xiaomi", r"SamsungBrowser": "Samsung",
    r"Chrome|CriOS": "Chrome", r"Safari": "Safari",
}  # fmt: skip
SYSTEMS = {
    r"iPhone": "iPhone", r"iPad": "iPad", r"HarmonyOS": "HarmonyOS", r"Android": "Android",
    r"Windows": "Windows", r"Macintosh": "Mac", r"Linux": "Linux",
}  # fmt: skip


@dataclass(frozen=True)
class DeviceDetails:
    """What a browser says of itself; `key` and `secret` are what a notice is sealed with."""

    name: str
    address: str
    key: str
    secret: str


def name_of(agent: str) -> str:
    """What people call a browser that announces itself so: "Firefox, Android"."""
    found = [
        next((name for sign, name in names.items() if re.search(sign, agent)), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, found))


def add(
    person: Person, details: DeviceDetails, *, by: Person, team: HasNumber | None = None
) -> Device:
    """From now on it shows them notices. One that is there already stays one; of too many the
    oldest goes."""
    with transaction():
        lock(person)
        device = find(person, details.address)
        if device is None:
            device = Device(person_id=person.id, address=details.address, made_by_id=by.id)
            session.add(device)
        device.name, device.key, device.secret = details.name, details.key, details.secret
        session.flush()
        drop([one.id for one in list_of(person.id)[:-MOST]])
        trail.record("device.added", device, by=by, person=person, team=team)
        return device


def take_off(device: Device, person: Person, *, by: Person, team: HasNumber | None = None) -> None:
    """It shows them nothing any more; without any device left they are told as it comes."""
    with transaction():
        lock(person)
        take_off_these([device], person, by=by, team=team)


def take_off_all_of(person: Person, by: Person | None) -> None:
    """Their doors were shut, for others may have come through them: those could have added one, or
    hold one that was lost."""
    with transaction():
        take_off_these(list_of(person.id), person, by=by)


def take_off_companions(companionship: Companion, by: Person) -> None:
    """Who does not act for somebody any more is not told instead of them any more either."""
    person = companionship.person
    theirs = [d for d in list_of(person.id) if d.made_by_id == companionship.companion_id]
    with transaction():
        take_off_these(theirs, person, by=by, team=companionship.team)


def take_off_these(
    those: Collection[Device], person: Person, *, by: Person | None, team: HasNumber | None = None
) -> None:
    for device in those:
        trail.record("device.taken_off", device, by=by, person=person, team=team)
    drop([device.id for device in those])
    settle(person)


def forget(gone: Collection[Device], person_id: int) -> None:
    """The push service says that these are no more: the browser was told to be silent, or is
    not there any longer."""
    with transaction():
        person = session.get_one(Person, person_id)
        lock(person)
        for device in gone:
            trail.record("device.gone", device, by=None, person=person)
        drop([device.id for device in gone])
        settle(person)


def way_left(person_id: int) -> Channel:
    """How somebody is told of whose devices none has taken a notice, for none is there."""
    with transaction():
        person = session.get_one(Person, person_id)
        lock(person)
        settle(person)
        return outbox.channel_for(person)


def settle(person: Person) -> None:
    """Who has no device can't be told on one."""
    if person.told_by is ToldBy.PUSH and not list_showing(person.id):
        person.told_by = None


def drop(numbers: Collection[int]) -> None:
    session.execute(delete(Device).where(Device.id.in_(numbers)))


def find(person: Person, address: str) -> Device | None:
    return session.scalars(
        select(Device).where(Device.person_id == person.id, is_text(Device.address_mark, address))
    ).one_or_none()


def list_of(person_id: int) -> Sequence[Device]:
    """All of somebody's, oldest first."""
    return all_of(select(Device).where(Device.person_id == person_id).order_by(Device.id))


def list_showing(person_id: int) -> Sequence[Device]:
    """Those that show notices today: one that a companion has added only while they may act, and
    the day on which a consent runs out is nobody's deed."""
    found = list_of(person_id)
    if all(device.made_by_id == person_id for device in found):
        return found
    acting = people_queries.find_companions([person_id], clock.today()).get(person_id, [])
    allowed = {person_id, *(companionship.companion_id for companionship in acting)}
    return [device for device in found if device.made_by_id in allowed]


def get_device(device_id: int) -> Device:
    return one_or_not_found(select(Device).where(Device.id == device_id))
