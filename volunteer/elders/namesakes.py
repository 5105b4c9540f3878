"""Whether somebody new on the list is somebody whom the team knows already."""

from collections.abc import Set as AbstractSet

from volunteer.core import chinese
from volunteer.core.database import all_of
from volunteer.core.homes import Home
from volunteer.elders import queries
from volunteer.elders.details import ElderDetails
from volunteer.elders.models import Elder
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team


def find(team: Team, details: ElderDetails) -> Elder | None:
    """Who is on the list by this name, or has left it, and may be the same: with the same phone or
    home, or where nothing tells the two apart."""
    phones = phones_of(details)
    for elder in [*queries.list_elders(team), *queries.list_ended(team)]:
        if elder.person.name == details.name and (
            is_them(elder, phones, details.home) or is_unclear(elder, phones, details.home)
        ):
            return elder
    return None


def find_member(team: Team, details: ElderDetails) -> Membership | None:
    """The volunteer of this name and phone: one who helps, and is looked after too."""
    phone = chinese.phone_digits(details.phone)
    if not phone:
        return None
    members = all_of(team_queries.of_team(team))
    return next(
        (m for m in members if (m.person.name, m.person.phone) == (details.name, phone)), None
    )


def phones_of(details: ElderDetails) -> set[str]:
    return {chinese.phone_digits(number) for number in (details.phone, details.landline)} - {""}


def is_them(elder: Elder, phones: AbstractSet[str], home: Home) -> bool:
    """The same phone, or the same home, of two of one name."""
    return bool(phones & {elder.person.phone, elder.landline}) or is_same_home(elder.home, home)


def is_same_home(one: Home, other: Home) -> bool:
    return bool(one.building or one.room) and one.key == other.key


def is_unclear(elder: Elder, phones: AbstractSet[str], home: Home) -> bool:
    """Nothing tells the two apart: neither phones nor homes stand on both sides."""
    has_phones = bool(phones and (elder.person.phone or elder.landline))
    return not has_phones and not (home.building and elder.home.building)
