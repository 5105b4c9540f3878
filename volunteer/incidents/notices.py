"""Coordinators are told that there is something to read; nothing of what it is.

At once when it is written down, at any hour; and in the evening, once a day, while nobody has said
whether the insurer was told: insurers ask to hear of it soon.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from volunteer.core import clock, nights, zones
from volunteer.core.database import session, transaction
from volunteer.incidents import queries
from volunteer.incidents.models import Incident
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import coordinators
from volunteer.teams import queries as team_queries

INCIDENT_REPORTED = "incident_reported"
INCIDENT_INSURER = "incident_insurer"

LASTS = timedelta(days=2)
EVENING = time(18)
# Who has just been told need not be reminded.
JUST_NOW = timedelta(hours=1)
# On so many evenings; then it stands on the first page.
REMINDED_FOR = timedelta(days=3)


def tell(incident: Incident, *, by: Person) -> None:
    """Each coordinator, but for who wrote it. Who can only be called sees it on the first page."""
    # Its number stands in the message.
    session.flush()
    outbox.post_all(
        outbox.row(
            INCIDENT_REPORTED,
            to=row.person,
            key=str(incident.id),
            expires_at=clock.now() + LASTS,
            team_id=incident.team.id,
            about={"incident_id": incident.id, "team_id": incident.team.id},
        )
        for row in team_queries.list_coordinators(incident.team)
        if row.person_id != by.id and outbox.channel_for(row.person) is not Channel.CALL
    )


def remind(now: datetime) -> int:
    """In the evening, the coordinators of teams where nobody has said whether the insurer was told;
    answers how many messages were new."""
    with transaction():
        waiting = without_word(None, now)
        zone_of = {one.team_id: one.team.zone for one in waiting if is_evening(now, one.team.zone)}
        return coordinators.tell(INCIDENT_INSURER, zone_of, now) if zone_of else 0


def without_word(teams: Collection[int] | None, now: datetime) -> Sequence[Incident]:
    return queries.list_without_word_on_insurer(
        teams, after=now - REMINDED_FOR, before=now - JUST_NOW
    )


def is_evening(now: datetime, zone: str) -> bool:
    return EVENING <= zones.to_wall(now, zone).time() < nights.NIGHT


def write_of_new(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """None when it is closed by now, or for who does not coordinate the team any more."""
    numbers = {message.about["incident_id"] for message in messages}
    found = {one.id: one for one in queries.list_open_by_numbers(numbers)}
    return {
        message.id: writing.letter(
            INCIDENT_REPORTED, message.person, team=incident.team, path=f"/incidents/{incident.id}"
        )
        for message in coordinators.still_theirs(messages)
        if (incident := found.get(message.about["incident_id"]))
    }


def write_of_insurer(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """None when somebody has said it by now."""
    waiting = without_word({m.about["team_id"] for m in messages}, clock.now())
    teams = {one.team_id: one.team for one in waiting}
    return {
        message.id: writing.letter(
            INCIDENT_INSURER, message.person, team=team, path=f"/teams/{team.id}/incidents"
        )
        for message in coordinators.still_theirs(messages)
        if (team := teams.get(message.about["team_id"]))
    }
