"""What is told of who leads an activity: to who does from now on and who did, and to coordinators
when nobody does any more."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from volunteer.activities.models import Activity
from volunteer.activities.queries import list_coming, load_activities
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership

LEAD_CHANGED = "lead_changed"
# To coordinators: who led pauses or has left.
LEAD_LEFT = "lead_left"

# So long somebody should hear of it, and no longer.
LEAD_IS_NEWS = timedelta(weeks=2)
DATES_SHOWN = 3


def tell_of_lead(activity: Activity, was: int | None, *, by: Person) -> None:
    """Who leads from now on, and who did until now, read so; but for who has changed it."""
    if activity.leader_id == was:
        return
    now = clock.now()
    coming = list_coming(activity, after=now)
    people = (session.get(Person, number) for number in (was, activity.leader_id) if number)
    outbox.post_all(
        outbox.in_time(
            outbox.row(
                LEAD_CHANGED,
                to=person,
                key=f"{activity.id}:{activity.leader_id or 0}:{now:%Y%m%d%H%M%S%f}",
                expires_at=now + LEAD_IS_NEWS,
                team_id=activity.team_id,
                about={"activity_id": activity.id, "leads": int(person.id == activity.leader_id)},
            ),
            needed_by=coming[0].starts_at if coming else now + LEAD_IS_NEWS,
        )
        for person in people
        if person is not None
        and person.id != by.id
        and team_queries.is_active_member(activity.team, person)
    )


def write_of_lead(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to who leads by now, and to who does no more; not of what has ended."""
    now = clock.now()
    activities = {row.id: row for row in load_activities(m.about["activity_id"] for m in messages)}
    letters = {}
    for message in messages:
        activity = activities.get(message.about["activity_id"])
        leads = bool(message.about["leads"])
        if activity is None or activity.is_led_by(message.person) is not leads:
            continue
        if not activity.has_ended(activity.team.today(now)):
            coming = [o for o in list_coming(activity, after=now) if not o.is_cancelled]
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                activity=activity,
                leads=leads,
                occurrences=coming[:DATES_SHOWN],
                path="/my-week",
            )
    return letters


def tell_that_nobody_leads(
    activities: Iterable[Activity], membership: Membership, *, by: Person
) -> None:
    """Who led these pauses or has left: the coordinators look for somebody else; one message to
    each, but for who has done it."""
    now = clock.now()
    going_on = [a for a in activities if not a.has_ended(a.team.today(now))]
    if not going_on:
        return
    coming = [date for activity in going_on for date in list_coming(activity, after=now)]
    needed_by = min((date.starts_at for date in coming), default=now + LEAD_IS_NEWS)
    outbox.post_all(
        outbox.in_time(
            outbox.row(
                LEAD_LEFT,
                to=coordinator.person,
                key=f"{membership.id}:{now:%Y%m%d%H%M%S%f}",
                expires_at=now + LEAD_IS_NEWS,
                team_id=membership.team_id,
                about={
                    "activity_ids": [activity.id for activity in going_on],
                    "person_id": membership.person_id,
                },
            ),
            needed_by=needed_by,
        )
        for coordinator in team_queries.list_coordinators(membership.team)
        if coordinator.person_id not in {by.id, membership.person_id}
    )


def write_that_nobody_leads(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to who coordinates the team by now, of what still has nobody who leads it."""
    now = clock.now()
    numbers = {number for m in messages for number in m.about["activity_ids"]}
    activities = {
        row.id: row
        for row in load_activities(numbers)
        if row.leader is None and not row.has_ended(row.team.today(now))
    }
    coordinators = team_queries.who_coordinates({row.team_id for row in activities.values()})
    letters = {}
    for message in messages:
        found = (activities.get(number) for number in message.about["activity_ids"])
        without = [one for one in found if one is not None]
        if without and message.person_id in coordinators.get(without[0].team_id, ()):
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                person=named(message.about["person_id"]),
                activities=without,
                team=without[0].team,
                path=f"/teams/{without[0].team_id}/activities",
            )
    return letters


def named(number: int) -> Person | None:
    """This person, unless who they were has been forgotten since."""
    person = session.get(Person, number)
    return None if person is None or person.name == NAMELESS else person
