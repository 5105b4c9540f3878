"""A volunteer's week: what they have promised, and what is open to them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.accounts import queries as account_queries
from volunteer.activities import (
    fitting,
    recurrence,
    stand_in_queries,
    swap_queries,
    week_queries,
)
from volunteer.activities.attendance import noting
from volunteer.activities.glances import SignupGlance
from volunteer.core import clock, zones
from volunteer.elders import queries as elder_queries
from volunteer.elders import weather_queries, weather_wording
from volunteer.elders.models import Visit
from volunteer.help_requests import queries as help_queries
from volunteer.help_requests.models import HelpOffer
from volunteer.home import frame, queries
from volunteer.home.views.door import blueprint
from volunteer.meals import booking_queries, kitchen_queries
from volunteer.people.models import Person
from volunteer.teams import handover_queries
from volunteer.teams import queries as team_queries

A_DAY = timedelta(days=1)


@blueprint.get("/my-week")
def show_my_week() -> ResponseReturnValue:
    identity.signed_in_person()
    whom = identity.acted_for()
    return my_week_page(whom, what_concerns(whom))


def my_week_page(whom: Person, concerns: queries.Concerns) -> ResponseReturnValue:
    """The week of the person asking, or of whom they act for."""
    now = clock.now()
    me = identity.in_own_name()
    teams = {m.team_id for m in concerns.memberships if m.is_active}
    own, offered = week_queries.get_week_of(
        whom, teams, now=now, offers=queries.DAYS_AHEAD, own=recurrence.WINDOW
    )
    next_duty = next((s for s in own if s.is_going and not s.occurrence.is_cancelled), None)
    if next_duty:
        week_queries.meet(next_duty.occurrence, whom)
    visits = elder_queries.list_visits_of(whom, **visits_within(now)) if concerns.visits else []
    offers = help_queries.list_offers_to([whom.id]) if concerns.offers else []
    rounds = weather_queries.list_open_calls_of(whom, now) if concerns.weather_calls else []
    acts_by = account_queries.list_companionships_of(me) if me and concerns.companionships else []
    promised = [offer for offer in offers if not offer.is_waiting]
    led = fitting.led_by(whom, offered)
    return render_template(
        "home/show_my_week.html",
        today=zones.day_in(zones.HOME_ZONE, now),
        alarms=elder_queries.list_open_no_answers_with(whom) if concerns.alarms else [],
        visits=visits,
        visits_first=is_visit_first(visits, promised, now),
        asked=[offer for offer in offers if offer.is_waiting],
        asked_instead=stand_in_queries.list_asked_of(whom, now=now) if concerns.searches else [],
        swaps=swap_queries.list_swaps_of(whom, now=now) if concerns.swaps else [],
        promised=promised,
        neighbours_first=not is_first(next_duty, visits, promised),
        next_duty=next_duty,
        opens_at=noting.opens_at,
        own=own,
        lunches=booking_queries.list_next_for(whom, after=now) if concerns.lunches else [],
        # To whose homes is no companion's to see.
        brought=kitchen_queries.list_brought_soon(whom, after=now - queries.STILL_BROUGHT)
        if concerns.brings and me is not None
        else [],
        led=led,
        open_places=fitting.open_places(whom, fitting.openings(offered, now), own, led),
        memberships=concerns.memberships,
        applications=team_queries.list_applications_of(whom) if concerns.applications else [],
        # A team is no companion's to take.
        handovers=handover_queries.list_handovers_to(whom)
        if concerns.handovers and me is not None
        else [],
        acts_by=acts_by,
        # What is confided to somebody is no companion's to see.
        to_read=concerns.to_read and me is not None,
        weather_rounds=rounds,
        weather_kinds=weather_wording.KINDS,
    )


def is_first(
    duty: SignupGlance | None, visits: Iterable[Visit], promised: Iterable[HelpOffer]
) -> bool:
    """Whether the next date comes before every visit and every neighbour's request: what comes
    first stands first."""
    agreed = [offer.help_request.wall_agreed for offer in promised]
    walls = [visit.wall_starts for visit in visits] + [wall for wall in agreed if wall]
    return duty is not None and all(duty.occurrence.wall_starts <= wall for wall in walls)


def is_visit_first(visits: Sequence[Visit], promised: Iterable[HelpOffer], now: datetime) -> bool:
    """Whether the next visit comes before every request whose hour is still to come."""
    coming = [
        wall
        for offer in promised
        if (wall := offer.help_request.wall_agreed) and not offer.help_request.is_past_agreed(now)
    ]
    return bool(visits) and all(visits[0].wall_starts <= wall for wall in coming)


def what_concerns(person: Person) -> queries.Concerns:
    """Asked once; the frame around the page learns of it what it needs."""
    concerns = queries.concerns_of(person, **visits_within(clock.now()))
    frame.learn_memberships(person, concerns.memberships)
    return concerns


def visits_within(now: datetime) -> dict[str, datetime]:
    """Which visits the page shows: one of yesterday may still have to be written down."""
    return {"first": now - A_DAY, "before": now + queries.DAYS_AHEAD}
