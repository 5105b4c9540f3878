"""Who may change how somebody is told."""

from volunteer.notifications.models import Device
from volunteer.people.models import Person


def can_take_off(whom: Person, device: Device) -> bool:
    """People take off their own devices, or those of whom they act for."""
    return device.person_id == whom.id
