"""What stands in a calendar: dates and visits as entries, in the language that is being spoken.

An entry is poor on purpose (S15): calendars are shown on locked screens and shared with families.
It says what, when and where a team meets; of a visit only when. The rest stands on its page.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from volunteer.activities import recurrence, wording
from volunteer.activities.models import Occurrence, SignupStatus
from volunteer.core import chinese
from volunteer.core.language import gettext as _
from volunteer.core.web_address import Site
from volunteer.elders.models import VisitStatus
from volunteer.feeds import queries
from volunteer.feeds.models import Feed
from volunteer.feeds.queries import OwnDate, OwnVisit, Span
from volunteer.network import queries as network_queries
from volunteer.network.models import Place

BACK = timedelta(weeks=4)
# 3-2-501, 2单元501, 501室, 王婆婆家: somebody's door. 3栋楼下 is not.
IS_A_HOME = re.compile(
    r"[0-9]\s*-\s*[0-9]|(?:栋|幢|号楼|座|单元)\s*[0-9]{2}|[0-9]{2}\s*(?:室|户|号房)|家(?:里|中|门口?)?$"
)


class State(StrEnum):
    """As RFC 5545 names them."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar. `uid` stays the same whatever changes; `sequence` counts changes."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    words: str
    url: str
    place: str = ""
    state: State = State.CONFIRMED
    sequence: int = 0
    # The person has promised to come: the time is taken, and the phone may remind of it.
    is_promised: bool = False
    # What is done at any hour of a day has that day, and takes up no time.
    day: date | None = None


def of_feed(feed: Feed, *, now: datetime, site: Site) -> list[Entry]:
    """Everything in this calendar: four weeks back, and as far ahead as there are dates."""
    # A day more: somewhere it is tomorrow already.
    span = Span(now - BACK, now + recurrence.WINDOW + timedelta(days=1))
    if feed.team is not None:
        dates = queries.list_dates_of_team(feed.team, span)
        return [date_entry(date, site) for date in dates]
    if feed.place is not None:
        dates = queries.list_dates_in(places_within(feed.place), feed.person, span)
        return [date_entry(date, site, names_team=True) for date in dates]
    own = [own_entry(date, site) for date in queries.list_own_dates(feed.person, span)]
    visits = [visit_entry(visit, site) for visit in queries.list_own_visits(feed.person, span)]
    return sorted([*own, *visits], key=lambda entry: (entry.starts_at, entry.uid))


def places_within(community: Place) -> Sequence[Place]:
    """The community and everything in it."""
    return [place for place in network_queries.list_places() if place.community is community]


def date_entry(
    occurrence: Occurrence,
    site: Site,
    *,
    title: str = "",
    state: State = State.CONFIRMED,
    is_promised: bool = False,
    names_team: bool = False,
) -> Entry:
    """A date as everybody may read it; `title` says more of it to whom it concerns."""
    words = title or occurrence.title
    if names_team:
        words = _("%(title)s (%(team)s)", title=words, team=occurrence.team.name)
    if occurrence.is_cancelled:
        words, state, is_promised = _("Cancelled: %(title)s", title=words), State.CANCELLED, False
    url = site.address(f"/activities/dates/{occurrence.id}")
    lines = [occurrence.team.name, *meeting(occurrence)]
    if occurrence.activity.bring_note:
        lines.append(_("Please bring: %(things)s", things=occurrence.activity.bring_note))
    lines.append(_("More about it: %(address)s", address=url))
    return Entry(
        uid=f"date-{occurrence.id}@{site.host}",
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        zone=occurrence.activity.zone,
        title=words,
        words="\n".join(lines),
        url=url,
        place=occurrence.place,
        state=state,
        # Moves and cancellations count on the date, another place of all dates on the activity.
        sequence=occurrence.revision + occurrence.activity.revision,
        is_promised=is_promised,
        day=occurrence.day if occurrence.is_task else None,
    )


def meeting(occurrence: Occurrence) -> list[str]:
    """Where people meet, unless somebody lives there: that stands on the date's page alone."""
    point = chinese.narrow(occurrence.activity.meeting_point)
    return [] if IS_A_HOME.search(point) else wording.meeting(occurrence)


def own_entry(date: OwnDate, site: Site) -> Entry:
    title = date.occurrence.title
    if date.status is SignupStatus.GOING:
        words = _("%(title)s: %(role)s", title=title, role=date.role)
        if date.is_looking:
            # It is still theirs, and nobody has to be reminded of it.
            return date_entry(date.occurrence, site, title=words, state=State.TENTATIVE)
        return date_entry(date.occurrence, site, title=words, is_promised=True)
    if date.status is SignupStatus.WAITING:
        words = _("Waiting list: %(title)s", title=title)
        return date_entry(date.occurrence, site, title=words, state=State.TENTATIVE)
    words = _("%(title)s: you lead", title=title)
    return date_entry(date.occurrence, site, title=words, is_promised=True)


def visit_entry(visit: OwnVisit, site: Site) -> Entry:
    """When, and for which team. Whom and where stands on the visit's page, from the day before."""
    url = site.address(f"/visits/{visit.id}")
    is_off = visit.status in {VisitStatus.CANCELLED, VisitStatus.POSTPONED}
    title = _("Visit")
    return Entry(
        uid=f"visit-{visit.id}@{site.host}",
        starts_at=visit.starts_at,
        ends_at=visit.starts_at + timedelta(minutes=visit.minutes),
        zone=visit.zone,
        title=_("Cancelled: %(title)s", title=title) if is_off else title,
        words="\n".join([visit.team, _("More about it: %(address)s", address=url)]),
        url=url,
        state=State.CANCELLED if is_off else State.CONFIRMED,
        sequence=visit.revision,
        is_promised=not is_off,
    )
