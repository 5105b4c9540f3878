"""Putting those who come every week on the dates that are theirs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from volunteer.activities import eligibility, excuses, standing_queries, waitlist
from volunteer.activities.models import (
    Activity,
    Excuse,
    Occurrence,
    OccurrenceRole,
    Signup,
    SignupStatus,
    StandingPlace,
)
from volunteer.activities.queries import list_coming
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.bulk import insert_into
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person

# Who is to be put on which date, for which work; with the row that they had there.
Missing = tuple[StandingPlace, OccurrenceRole, Signup | None]


def fill_all(activities: Sequence[Activity]) -> None:
    """The same for each of these activities that somebody comes to every week."""
    filled = standing_queries.find_filled(activities)
    for activity in activities:
        if activity.id in filled:
            fill(activity)


def fill_held(activities: Sequence[Activity], *, by: Person) -> None:
    """The same for these activities, which are held as they are. All their dates are held first:
    one activity after the other, the order of their numbers would be lost."""
    hold_coming(*activities)
    for activity in activities:
        fill(activity, by=by)


def fill(activity: Activity, *, by: Person | None = None) -> int:
    """Give everybody who comes every week their place on the coming dates; answers how many.

    A full date means its waiting list: nobody loses a place, and nothing is overbooked. Left out
    are dates that somebody gave back by themselves, those in a pause, those at whose time they have
    promised to be elsewhere, those on which they are away, and those on which they may not come
    (eligibility.py). Doing it again adds only what is still missing.
    """
    with transaction():
        session.flush()
        if not standing_queries.list_standing(activity):
            return 0
        lock(activity)
        hold_coming(activity)
        held = standing_queries.list_standing(activity)
        missing = [
            (standing, role, old)
            for standing, occurrence in wanted(activity, held)
            if (role := role_for(standing, occurrence)) is not None
            and may_be_put_on(old := occurrence.row_of(standing.person_id))
        ]
        able = who_may_come(missing)
        added = put_on(activity, able, by=by)
        # Behind those who wait and may not come nobody waits beside a free place.
        for date in sorted({role.occurrence for role in lined_up(able)}, key=lambda date: date.id):
            waitlist.promote(date)
        if added and len(able) < len(missing):
            # A child may come now that its guardian has a place.
            added += fill(activity, by=by)
        return added


def who_may_come(missing: Sequence[Missing]) -> list[Missing]:
    """Those whom nothing keeps from that date: days away, their age, a training, a full week
    (eligibility.py)."""
    dates = {role.occurrence_id: role.occurrence for _standing, role, _old in missing}
    people = {standing.person_id: standing.person for standing, _role, _old in missing}
    # That they are members, wanted() has asked.
    facts = eligibility.look_up(list(dates.values()), people.values(), are_members=True)
    able = []
    for standing, role, old in missing:
        if facts.may_be_asked(standing.person, role, role.occurrence):
            able.append((standing, role, old))
            # It counts for what they may do in the same week.
            facts.places_of.setdefault(standing.person_id, []).append(role.occurrence)
    return able


def hold_coming(*activities: Activity) -> None:
    """Hold all their coming dates in the order of their numbers; forget what was read of them."""
    session.scalars(
        select(Occurrence.id)
        .where(
            Occurrence.activity_id.in_([activity.id for activity in activities]),
            Occurrence.starts_at > clock.now(),
        )
        .order_by(Occurrence.id)
        .with_for_update(key_share=True)
    ).all()
    session.expire_all()


def wanted(
    activity: Activity, held: Sequence[StandingPlace]
) -> list[tuple[StandingPlace, Occurrence]]:
    """Who comes to which coming date, as far as they can; who said so first stands first."""
    now = clock.now()
    people = [standing.person_id for standing in held]
    active = standing_queries.find_active(activity.team, people)
    busy = standing_queries.find_busy_on(activity, people, after=now)
    coming = [o for o in list_coming(activity, after=now) if not o.is_cancelled]
    return [
        (standing, occurrence)
        for standing in held
        if standing.person_id in active
        for occurrence in coming
        if standing.comes_on(occurrence) and (standing.person_id, occurrence.id) not in busy
    ]


def role_for(standing: StandingPlace, occurrence: Occurrence) -> OccurrenceRole | None:
    return next((r for r in occurrence.roles if r.position == standing.position), None)


def may_be_put_on(old: Signup | None) -> bool:
    """Who has no row yet; or whose place only a pause had freed."""
    return old is None or (not old.is_active and old.excuse is Excuse.PAUSE)


def put_on(activity: Activity, missing: Sequence[Missing], *, by: Person | None) -> int:
    now = clock.now()
    taken: dict[int, int] = {}
    new: list[dict[str, Any]] = []
    again: list[Signup] = []
    for standing, role, old in missing:
        place = taken.setdefault(role.id, len(role.going))
        # A place that is free while somebody waits is about to be theirs.
        goes = place < role.maximum and not role.waiting
        taken[role.id] = place + goes
        values = {
            "role_id": role.id,
            "status": SignupStatus.GOING if goes else SignupStatus.WAITING,
            "asked_at": now,
            "by_id": standing.by_id,
        }
        if old is None:
            new.append(
                {"occurrence_id": role.occurrence_id, "person_id": standing.person_id} | values
            )
        else:
            excuses.clear(old)
            for name, value in values.items():
                setattr(old, name, value)
            again.append(old)
    kept = [(signup.id, signup.person_id) for signup in again]
    session.flush()
    trail.record_all(
        "signup.made_standing", Signup, [*insert_new(new), *kept],
        by=by, team=activity.team, activity=activity.title,
    )  # fmt: skip
    session.expire_all()
    return len(new) + len(again)


def lined_up(able: Sequence[Missing]) -> list[OccurrenceRole]:
    """The work for which somebody waits, these people perhaps, though a place in it is free."""
    return [role for _standing, role, _old in able if role.free and role.waiting]


def insert_new(rows: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """All of them in one statement; answers (number, person)."""
    if not rows:
        return []
    statement = insert_into(Signup).values(list(rows)).on_conflict_do_nothing()
    found = session.execute(statement.returning(Signup.id, Signup.person_id)).all()
    return [(number, person_id) for number, person_id in found]
