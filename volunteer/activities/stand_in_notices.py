"""What is told when somebody can't come: to who is asked instead, to who asked, to coordinators."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from volunteer.accounts import personal_links
from volunteer.activities.models import (
    SearchStatus,
    Signup,
    StandInAsk,
    StandInSearch,
)
from volunteer.activities.notices import active_leader
from volunteer.activities.stand_in_queries import list_searches, list_signups
from volunteer.core import clock
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries

# To whom we ask.
STAND_IN_ASKED = "stand_in_asked"
# To who can't come, and to coordinators.
STAND_IN_FOUND = "stand_in_found"
STAND_IN_NOT_FOUND = "stand_in_not_found"
STAND_IN_UNDONE = "stand_in_undone"
# To coordinators and who leads.
PLACE_LEFT_LATE = "place_left_late"

# Who opens the link of a message later than this asks for a new one.
LINK_LASTS = timedelta(days=8)
TOLD_AT_THE_END = {
    STAND_IN_FOUND: SearchStatus.FOUND,
    STAND_IN_NOT_FOUND: SearchStatus.NOT_FOUND,
    STAND_IN_UNDONE: SearchStatus.OPEN,
}


def ask(search: StandInSearch, asks: Iterable[StandInAsk]) -> None:
    """One message to each of those who are asked now; never a second one for the same question."""
    occurrence = search.signup.occurrence
    outbox.post_all(
        outbox.row(
            STAND_IN_ASKED,
            to=one.person,
            key=f"{search.id}:{one.asked_at:%Y%m%d%H%M%S%f}",
            expires_at=occurrence.starts_at,
            team_id=occurrence.team.id,
            about={"search_id": search.id},
        )
        for one in asks
    )


def tell_of_search(kind: str, search: StandInSearch, *, by: Person | None) -> None:
    """Who can't come and the coordinators read what became of it, but for who did it."""
    occurrence = search.signup.occurrence
    coordinators = [m.person for m in team_queries.list_coordinators(occurrence.team)]
    people = {person.id: person for person in (search.signup.person, *coordinators)}
    outbox.post_all(
        outbox.row(
            kind,
            to=person,
            key=f"{search.id}:{clock.now():%Y%m%d%H%M%S%f}",
            expires_at=occurrence.starts_at,
            team_id=occurrence.team.id,
            about={"search_id": search.id},
        )
        for number, person in sorted(people.items())
        if by is None or number != by.id
    )


def tell_left_late(signup: Signup, *, by: Person) -> None:
    """A place was given back late and nobody waits for it: coordinators and who leads are told."""
    occurrence = signup.occurrence
    people = [m.person for m in team_queries.list_coordinators(occurrence.team)]
    leader = active_leader(occurrence.activity)
    found = {person.id: person for person in [*people, *([leader] if leader else [])]}
    outbox.post_all(
        outbox.in_time(
            outbox.row(
                PLACE_LEFT_LATE,
                to=person,
                key=f"{signup.id}:{clock.now():%Y%m%d%H%M%S%f}",
                expires_at=occurrence.ends_at,
                team_id=occurrence.team.id,
                about={"signup_id": signup.id},
            ),
            needed_by=occurrence.starts_at,
        )
        for number, person in sorted(found.items())
        if number not in {by.id, signup.person_id}
    )


def write_of_searches(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to those asked, while we still ask them; and what became of a search."""
    searches = {row.id: row for row in list_searches(m.about["search_id"] for m in messages)}
    teams = {search.signup.occurrence.team.id for search in searches.values()}
    teams_of = team_queries.list_teams_of({m.person_id for m in messages}, teams)
    coordinators = team_queries.who_coordinates(teams)
    away = people_queries.who_is_away(
        {m.person_id for m in messages if m.kind == STAND_IN_ASKED},
        {search.signup.occurrence.day for search in searches.values()},
    )
    letters = {}
    for search in searches.values():
        day = search.signup.occurrence.day
        about_it = [
            m
            for m in messages
            if m.about["search_id"] == search.id and (m.person_id, day) not in away
        ]
        true = [
            m
            for m in about_it
            if is_still_true(m, search, teams_of) and is_for(m, search, coordinators)
        ]
        asked = {m.person.id: m.person for m in true if m.kind == STAND_IN_ASKED}
        here = f"/activities/stand-in-searches/{search.id}"
        # Who is asked may be anybody, with or without a password: the link lets them in.
        doors = personal_links.doors(asked.values(), here, lasts=LINK_LASTS)
        for message in true:
            letters[message.id] = writing.letter(
                message.kind,
                message.person,
                search=search,
                signup=search.signup,
                occurrence=search.signup.occurrence,
                path=doors.get(message.person_id, here)
                if message.kind == STAND_IN_ASKED
                else f"/activities/dates/{search.signup.occurrence_id}",
            )
    return letters


def is_still_true(
    message: OutboxMessage, search: StandInSearch, teams_of: Mapping[int, set[int]]
) -> bool:
    """`teams_of`: in which teams each reader is an active member."""
    occurrence = search.signup.occurrence
    if not occurrence.is_open(clock.now()):
        return False
    if message.kind == STAND_IN_ASKED:
        mine = search.ask_of(message.person)
        may_come = occurrence.team.id in teams_of.get(message.person_id, ())
        is_asked = mine is not None and mine.is_waiting and message.created_at >= mine.asked_at
        return may_come and search.is_open and is_asked
    if message.kind == STAND_IN_FOUND and search.place_of_stand_in is None:
        return False
    return search.status is TOLD_AT_THE_END[message.kind]


def is_for(
    message: OutboxMessage, search: StandInSearch, coordinators: Mapping[int, set[int]]
) -> bool:
    """Whether its reader is whom it concerns: those asked, who can't come, and who coordinates the
    team by now."""
    if message.kind == STAND_IN_ASKED or message.person_id == search.signup.person_id:
        return True
    return message.person_id in coordinators.get(search.signup.occurrence.team.id, ())


def write_left_late(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    found = {row.id: row for row in list_signups(m.about["signup_id"] for m in messages)}
    teams = {signup.occurrence.team.id for signup in found.values()}
    coordinators = team_queries.who_coordinates(teams)
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            signup=signup,
            occurrence=signup.occurrence,
            path=f"/activities/dates/{signup.occurrence_id}",
        )
        for message in messages
        if (signup := found.get(message.about["signup_id"])) is not None
        and signup.is_excused
        and not signup.occurrence.is_cancelled
        # Somebody has the place by now, or it is kept for who was asked.
        and signup.role.free
        and (
            signup.occurrence.activity.is_led_by(message.person)
            or message.person_id in coordinators.get(signup.occurrence.team.id, ())
        )
    }
