"""Who may do and see what of help requests. The written table: docs/security/policy.md."""

from datetime import datetime, timedelta

from volunteer.help_requests.models import HelpOffer, HelpRequest
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team

# Who has helped may look up name and address for a day longer.
AFTERWARDS = timedelta(days=1)


def can_answer(me: Person | None, help_request: HelpRequest, team: Team) -> bool:
    """All of a request: coordinators of the team that has it; while nobody has it, of every
    verified team in its community, or in the larger place that it was handed up to."""
    if help_request.team_id is None:
        around = help_request.raised_to_id or help_request.place_id
        community = team.place.community
        places = community.path if help_request.raised_to_id else [community]
        is_theirs = team.is_verified and around in {place.id for place in places}
    else:
        is_theirs = help_request.team_id == team.id
    return is_theirs and teams.can_coordinate(me, team)


def can_see_offer(me: Person | None, offer: HelpOffer) -> bool:
    """What kind of help, and when: the volunteer who is asked."""
    return me is not None and offer.person_id == me.id and is_active(me, offer)


def can_see_whom(me: Person | None, offer: HelpOffer, now: datetime) -> bool:
    """Name, address, phone and words: who has said yes and is welcome, until a day after it is
    done."""
    if not can_see_offer(me, offer) or not offer.is_welcome:
        return False
    done_at = offer.help_request.done_at
    return done_at is None or now <= done_at + AFTERWARDS


def can_follow(me: Person | None, help_request: HelpRequest) -> bool:
    """The way of a request: who asked it while signed in. Others show number and phone."""
    return me is not None and help_request.asker_id == me.id


def is_active(me: Person, offer: HelpOffer) -> bool:
    team = offer.team
    return team is not None and team_queries.is_active_member(team, me)


def can_see_money(me: Person | None, help_request: HelpRequest, now: datetime) -> bool:
    """The money of an errand and its papers: its volunteer while they see whom it is for, and the
    coordinators of the team that has it. The resident reads the sums among the steps."""
    offer = help_request.accepted_offer
    if me is not None and offer is not None and can_see_whom(me, offer, now):
        return True
    team = help_request.team
    return team is not None and can_answer(me, help_request, team)
