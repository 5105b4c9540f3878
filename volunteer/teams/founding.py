"""Starting a team, and changing what it says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time

from volunteer.accounts import queries as account_queries
from volunteer.accounts import signing_in
from volunteer.audit import trail
from volunteer.core import chinese, clock, zones
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.network import places
from volunteer.network.models import PlaceKind
from volunteer.people.models import Person
from volunteer.teams import queries, verification
from volunteer.teams.errors import NeedsPassword
from volunteer.teams.models import (
    STAR_HOURS,
    SUNDAY,
    Membership,
    Rounding,
    Team,
    TeamRole,
    new_join_code,
)


@dataclass(frozen=True)
class TeamDetails:
    """What a team says of itself."""

    name: str
    purpose: str = ""
    phone: str = ""
    zone: str = zones.HOME_ZONE
    notice_hours: int = 24
    hours_rounding: Rounding = Rounding.HALF_HOUR
    publicity_days: int = 0
    star_hours: Sequence[int] = STAR_HOURS


def start(details: TeamDetails, steps: Sequence[tuple[PlaceKind, str]], *, by: Person) -> Team:
    """A new team with `by` as its first coordinator, at the place where the steps lead.

    Pressed twice, it is one team: who coordinates one of this name there gets that one. An
    operator knows whom they start it with. Raises NeedsPassword.
    """
    if not signing_in.has_password(by):
        raise NeedsPassword
    with transaction():
        lock(by)
        place = places.settle(steps, by=by)
        own = (m.team for m in queries.list_memberships_of(by) if m.is_coordinator)
        for team in own:
            if (team.name, team.place_id) == (details.name, place.id):
                return team
        team = Team(place=place)
        write(team, details)
        session.add(team)
        session.flush()
        session.add(
            Membership(team=team, person=by, role=TeamRole.COORDINATOR, joined_at=clock.now())
        )
        trail.record("team.started", team, by=by, team=team)
        if account_queries.is_operator(by):
            verification.verify(team, by=by)
        return team


def details_of(team: Team) -> TeamDetails:
    """What it says of itself now, as it would be put down again."""
    return TeamDetails(team.name, team.purpose, team.phone or "", team.zone, team.notice_hours,
                       team.hours_rounding, team.publicity_days,
                       tuple(team.star_hours))  # fmt: skip


def change(team: Team, details: TeamDetails, *, by: Person, seen: str | None = None) -> None:
    """`seen`: the mark of what their page showed of details_of(). Raises ChangedMeanwhile."""
    with transaction():
        lock(team)
        digits = chinese.phone_digits(details.phone)
        check_unchanged(seen, details_of(team), replace(details, phone=digits))
        write(team, details)
        trail.record("team.changed", team, by=by, team=team)


def write(team: Team, details: TeamDetails) -> None:
    team.name = details.name
    team.purpose = details.purpose
    team.phone = chinese.phone_digits(details.phone) or None
    team.zone = details.zone
    team.notice_hours = details.notice_hours
    team.hours_rounding = details.hours_rounding
    team.publicity_days = details.publicity_days
    team.star_hours = list(details.star_hours)


def reminder_of(team: Team) -> tuple[int, time]:
    """On which weekday and at what hour the weekly message goes out."""
    return team.reminder_weekday, team.reminder_time


def set_reminder(
    team: Team, *, weekday: int = SUNDAY, at: time, by: Person, seen: str | None = None
) -> None:
    """When the weekly message goes out from now on; a message of before is not sent again.

    `seen`: the mark of what their page showed of reminder_of(). Raises ChangedMeanwhile.
    """
    with transaction():
        lock(team)
        check_unchanged(seen, reminder_of(team), (weekday, at))
        if reminder_of(team) == (weekday, at):
            return
        team.reminder_weekday, team.reminder_time = weekday, at
        team.reminder_set_at = clock.now()
        trail.record("team.reminder_set", team, by=by, team=team, weekday=weekday, at=f"{at:%H:%M}")


def set_own_line(team: Team, words: str, *, by: Person, seen: str | None = None) -> None:
    """What stands under every message to members from now on; empty for nothing.

    `seen`: the mark of the line that their page showed. Raises ChangedMeanwhile.
    """
    with transaction():
        lock(team)
        check_unchanged(seen, team.own_line, words)
        if team.own_line != words:
            team.own_line = words
            trail.record("team.own_line_set", team, by=by, team=team)


def renew_join_link(team: Team, *, by: Person) -> None:
    """A new open link; the old one leads nowhere from now on."""
    with transaction():
        lock(team)
        team.join_code = new_join_code()
        trail.record("team.join_link_renewed", team, by=by, team=team)
