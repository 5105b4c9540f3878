"""What coordinators, volunteers and askers are told: that there is something, and a link to it.

No name, phone, address or word of a request stands in a message.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from volunteer.accounts import personal_links
from volunteer.core import clock
from volunteer.help_requests.models import (
    LET_GO,
    HelpOffer,
    HelpRequest,
    HelpStatus,
    OfferStatus,
)
from volunteer.help_requests.queries import list_help_requests, list_offers, list_teams_in
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

# To coordinators.
HELP_ASKED = "help_asked"
HELP_OFFER_ANSWERED = "help_offer_answered"
HELP_REOPENED = "help_reopened"
HELP_NOBODY_FOUND = "help_nobody_found"
# To a volunteer.
HELP_OFFERED = "help_offered"
HELP_CALLED_OFF = "help_called_off"
HELP_WELCOMED = "help_welcomed"
HELP_AGREED = "help_agreed"
# To who asked, when they have an account.
HELP_PROGRESS = "help_progress"

LASTS = timedelta(days=3)
# Who opens the link of a message later than this asks for a new one.
LINK_LASTS = timedelta(days=8)
# On the page is something to answer, or where and for whom; else the page has nothing new to say.
LETS_IN = frozenset({HELP_OFFERED, HELP_WELCOMED, HELP_AGREED})


def teams_concerned(help_request: HelpRequest) -> list[Team]:
    """Who has it; while nobody has, every verified team of the community, or of the larger place
    that it was handed up to."""
    if help_request.team:
        return [help_request.team]
    return list_teams_in(help_request.raised_to or help_request.place)


def tell_coordinators(
    kind: str,
    help_request: HelpRequest,
    *,
    by: Person | None,
    key: str | None = None,
    is_more: bool = False,
) -> None:
    """One message to each coordinator concerned, but for who did it. `is_more`: of a request that
    they may have answered already."""
    now = clock.now()
    rows = []
    for team in teams_concerned(help_request):
        for membership in team_queries.list_coordinators(team):
            if by is None or membership.person_id != by.id:
                rows.append(
                    outbox.row(
                        kind,
                        to=membership.person,
                        key=f"{help_request.id}:{key or f'{now:%Y%m%d%H%M%S%f}'}",
                        expires_at=now + LASTS,
                        team_id=team.id,
                        about={
                            "help_request_id": help_request.id,
                            "team_id": team.id,
                            "is_more": is_more,
                        },
                    )
                )
    outbox.post_all(rows)


def tell_volunteer(kind: str, offer: HelpOffer, *, wall: datetime | None = None) -> None:
    """One message to who is asked; `wall` is the time that was agreed on."""
    row = outbox.row(
        kind,
        to=offer.person,
        # Each step is a message of its own: a time may come back after another one.
        key=f"{offer.id}:{clock.now():%Y%m%d%H%M%S%f}:{wall or ''}",
        expires_at=clock.now() + LASTS,
        team_id=offer.help_request.team_id,
        about={"offer_id": offer.id, "at": wall.isoformat() if wall else None},
    )
    outbox.post_all([row])


def tell_asker(help_request: HelpRequest, *, asker: Person | None, by: Person | None) -> None:
    """There is news for who asked; who has no account follows it by number and phone."""
    if asker is None or (by is not None and by.id == asker.id):
        return
    now = clock.now()
    outbox.post(
        HELP_PROGRESS,
        to=asker,
        key=f"{help_request.id}:{now:%Y%m%d%H%M%S%f}",
        expires_at=now + LASTS,
        team_id=help_request.team_id,
        help_request_id=help_request.id,
        status=help_request.status.value,
    )


def write_about_requests(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to coordinators and askers; none when it is no longer true."""
    numbers = {message.about["help_request_id"] for message in messages}
    found = {row.id: row for row in list_help_requests(numbers)}
    told = {message.about["team_id"] for message in messages if "team_id" in message.about}
    coordinators = team_queries.who_coordinates(told)
    teams = team_queries.list_by_number(told) if told else {}
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            help_request=help_request,
            path=path_of(message, help_request),
        )
        for message in messages
        if (help_request := found.get(message.about["help_request_id"])) is not None
        and is_still_true(message, help_request)
        and is_for(message, coordinators)
        and is_shown_to(teams.get(message.about.get("team_id", 0)), help_request)
    }


def is_for(message: OutboxMessage, coordinators: Mapping[int, set[int]]) -> bool:
    """Whether its reader may open what it leads to: who asked, and who coordinates the team by
    now."""
    if "team_id" not in message.about:
        return True
    return message.person_id in coordinators.get(message.about["team_id"], ())


def is_shown_to(team: Team | None, help_request: HelpRequest) -> bool:
    """What nobody has is shown to verified teams: this one may have been one, and is not now."""
    return team is None or help_request.team_id is not None or team.is_verified


def path_of(message: OutboxMessage, help_request: HelpRequest) -> str:
    if message.kind == HELP_PROGRESS:
        return f"/my-help-requests/{help_request.id}"
    return f"/teams/{message.about['team_id']}/help-requests/{help_request.id}"


def is_still_true(message: OutboxMessage, help_request: HelpRequest) -> bool:
    if is_with_another_team(message, help_request):
        return False
    if message.kind == HELP_ASKED and not message.about.get("is_more"):
        return help_request.status is HelpStatus.NEW
    if message.kind == HELP_NOBODY_FOUND:
        return help_request.status is HelpStatus.ACCEPTED
    if message.kind == HELP_PROGRESS:
        return bool(help_request.status.value == message.about["status"])
    return help_request.is_open


def is_with_another_team(message: OutboxMessage, help_request: HelpRequest) -> bool:
    """Another team has it by now: the coordinators who would read this can't open it."""
    told = message.about.get("team_id")
    return is_of_another_team(told, help_request)


def is_of_another_team(team_id: int | None, help_request: HelpRequest) -> bool:
    return None not in {team_id, help_request.team_id} and team_id != help_request.team_id


def write_about_offers(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to volunteers who are asked, or no longer needed."""
    found = {offer.id: offer for offer in list_offers(m.about["offer_id"] for m in messages)}
    now = clock.now()
    wanted = {number: offer.help_request.wanted_day(now) for number, offer in found.items()}
    days = {day for day in wanted.values() if day}
    away = people_queries.who_is_away({m.person_id for m in messages}, days)
    true = [
        (message, offer, f"/help-offers/{offer.id}")
        for message in messages
        if (offer := found.get(message.about["offer_id"])) is not None
        and is_offer_still_true(message, offer)
        # Who is away by now on the day that was wished for is not asked.
        and not (message.kind == HELP_OFFERED and (message.person_id, wanted[offer.id]) in away)
    ]
    # They may be anybody, with or without a password, and have said yes on the phone: the link lets
    # them in.
    led = [(message.person, path) for message, _offer, path in true if message.kind in LETS_IN]
    doors = personal_links.doors_to(led, lasts=LINK_LASTS)
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            offer=offer,
            help_request=offer.help_request,
            path=doors[message.person_id, path] if message.kind in LETS_IN else path,
        )
        for message, offer, path in true
    }


def is_offer_still_true(message: OutboxMessage, offer: HelpOffer) -> bool:
    if message.kind == HELP_AGREED:
        agreed = offer.help_request.wall_agreed
        is_theirs = offer.status is OfferStatus.ACCEPTED
        return is_theirs and agreed is not None and agreed.isoformat() == message.about["at"]
    if message.kind == HELP_WELCOMED:
        return offer.is_welcome and offer.help_request.is_matched
    if message.kind == HELP_CALLED_OFF:
        return offer.status in LET_GO
    return offer.is_waiting
