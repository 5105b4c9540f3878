"""Who may do and see what of elders and visits. The written table: docs/security/policy.md.

Of a visit, `me` is who asks in their own name: None while they act for somebody, since a companion
has no coordinator's powers. `whom` is the visitor for whom they act; without it, themselves.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from volunteer.elders import concern_queries, weather_queries
from volunteer.elders.models import Concern, Elder, NoAnswer, Visit, WeatherCall, WeatherRound
from volunteer.people.models import Person
from volunteer.teams import policy as teams
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team


def can_look_after(me: Person | None, elder: Elder) -> bool:
    """The elder's record, plans and pairings: the coordinators of the team."""
    return teams.can_coordinate(me, elder.team)


def can_read_health(me: Person | None, elder: Elder) -> bool:
    """All of health and diet: the coordinators, each time with a reason."""
    return can_look_after(me, elder)


def can_see_visit(me: Person | None, visit: Visit, *, whom: Person | None = None) -> bool:
    """When it is and with whom one goes: who goes, and the coordinators."""
    return can_look_after(me, visit.elder) or goes(whom or me, visit)


def can_see_whom(
    me: Person | None, visit: Visit, now: datetime, *, whom: Person | None = None
) -> bool:
    """Whom one visits, where, and what a visitor must know: from a day before to a day after."""
    return can_look_after(me, visit.elder) or (goes(whom or me, visit) and visit.is_near(now))


def can_record(
    me: Person | None, visit: Visit, now: datetime, *, whom: Person | None = None
) -> bool:
    """Who was there; a coordinator for them."""
    return can_see_whom(me, visit, now, whom=whom)


def can_give_back(
    me: Person | None, visit: Visit, person: Person, *, whom: Person | None = None
) -> bool:
    """That this person can't come: they themselves; a coordinator for everybody who goes."""
    if not visit.has(person):
        return False
    speaker = whom or me
    is_own = speaker is not None and speaker.id == person.id and goes(speaker, visit)
    return is_own or can_look_after(me, visit.elder)


def can_see_no_answer(
    me: Person | None,
    found: NoAnswer,
    visits: Sequence[Visit],
    now: datetime,
    *,
    whom: Person | None = None,
) -> bool:
    """Whom to call, and what was done: the coordinators; and while it is open, and a day longer,
    members who knocked, called or logged a step, and who goes to one of its visits."""
    if can_look_after(me, found.elder):
        return True
    speaker = whom or me
    if speaker is None or (found.closed_at and found.closed_at + timedelta(days=1) < now):
        return False
    if not team_queries.is_active_member(found.team, speaker):
        return False
    did = {found.began_by_id, *(step.by_id for step in found.steps)}
    return speaker.id in did or any(visit.has(speaker) for visit in visits)


def can_hand_over(me: Person | None, found: NoAnswer) -> bool:
    """Saying that somebody else takes care of it now: the coordinators. Who stands at the door
    may say only that they have spoken with the elder."""
    return can_look_after(me, found.elder)


def goes(me: Person | None, visit: Visit) -> bool:
    """One of the visitors, and still in the team."""
    if me is None or not visit.has(me):
        return False
    return team_queries.is_active_member(visit.elder.team, me)


def can_run_rounds(me: Person | None, team: Team) -> bool:
    """Calls in heat and cold: beginning, seeing, sharing out, printing, ending."""
    return teams.can_coordinate(me, team)


def can_make_calls(whom: Person, found: WeatherRound, now: datetime) -> bool:
    """Names and numbers of one's own calls: who has some, while in the team and the round runs."""
    return (
        found.is_running(now)
        and team_queries.is_active_member(found.team, whom)
        and weather_queries.count_calls(whom.id, found) > 0
    )


def can_note_call(me: Person | None, call: WeatherCall, now: datetime, *, whom: Person) -> bool:
    """What came of a call: its caller while the round runs; a coordinator for everybody."""
    is_own = call.caller_id == whom.id and call.round.is_running(now)
    may_call = is_own and team_queries.is_active_member(call.team, whom)
    return may_call or can_run_rounds(me, call.team)


def can_read_concern(me: Person, concern: Concern) -> bool:
    """Who is named for it in the team, or in the community when it is about those; never whom it
    is about. Coordinators and who reported it don't read it."""
    return concern_queries.is_reader(me, concern)
