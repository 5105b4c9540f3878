"""What stands around every page: who is asking, where they can go, whom they can call."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf.csrf import generate_csrf

from volunteer.accounts import identity
from volunteer.activities import group_texts, wording
from volunteer.core import addresses, chinese, clock, heartbeat, saying, zones
from volunteer.core.language import gettext as _
from volunteer.elders import wording as visit_words
from volunteer.help_requests import wording as help_words
from volunteer.meals import wording as meal_words
from volunteer.people import wording as people_words
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.glances import MembershipGlance, TeamGlance
from volunteer.teams.models import Team


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Call:
    number: str
    words: str


@dataclass(frozen=True)
class Acting:
    """For whom the person asking acts; `is_here`: this page too is that person's."""

    name: str
    is_here: bool


@dataclass(frozen=True)
class Frame:
    """The page's surroundings; see templates/layouts/page.html."""

    world: Sequence[Link] = field(default_factory=tuple)
    place: str = ""
    back_url: str | None = None
    call: Call | None = None
    notice: str | None = None
    acting: Acting | None = None


def init_app(app: Flask) -> None:
    app.context_processor(surroundings)
    app.jinja_env.globals.update(
        csrf_token=generate_csrf,
        demo_mode=lambda: app.config["DEMO"],
        base_url=app.config["BASE_URL"],
        now=clock.now,
        saying=saying,
        home_zone=zones.HOME_ZONE,
        wording=wording,
        group_texts=group_texts,
        visit_words=visit_words,
        help_words=help_words,
        meal_words=meal_words,
        people_words=people_words,
    )
    app.jinja_env.filters.update(
        phone_words=chinese.phone_words,
        leaf_weekday=saying.leaf_weekday,
        lunar_day=saying.lunar_day,
        day_words=saying.day_words,
        short_day=saying.short_day,
        weekday=saying.weekday,
        weekday_long=saying.weekday_long,
        clock_words=saying.clock_words,
        opening=saying.opening,
    )


def surroundings() -> dict[str, object]:
    """The context of every template; poor but whole when the database can't be asked."""
    # An error page is drawn after something went wrong: it must not ask the database again.
    if g.get("is_broken"):
        return {"me": None, "whom": None, "frame": Frame(), "is_demo": demo_mode()}
    me, acting = identity.find_signed_in_person(), identity.find_acting()
    # Whoever acts for somebody sees around every page where that person can go.
    whom = acting.person if acting else me
    frame = frame_for(whom, is_acting=acting is not None)
    return {"me": me, "whom": whom, "frame": frame, "is_demo": demo_mode()}


def demo_mode() -> bool:
    return bool(current_app.config["DEMO"])


def frame_for(whom: Person | None, *, is_acting: bool) -> Frame:
    memberships = memberships_of(whom) if whom else []
    team: Team | TeamGlance | None = g.get("team") or team_of(memberships) or team_of_reader()
    is_home = request.endpoint == "home.show_home"
    return Frame(
        world=world_of(whom, memberships, team, is_acting=is_acting),
        place=team.name if team else "",
        back_url=None if is_home else g.get("back_url") or addresses.of_page("home.show_home"),
        call=call_to(team, memberships),
        notice=notice_for(memberships),
        acting=Acting(whom.name, is_here=not identity.is_page_in_own_name())
        if whom and is_acting
        else None,
    )


def team_of(memberships: Sequence[MembershipGlance]) -> TeamGlance | None:
    return memberships[0].team if memberships else None


def team_of_reader() -> TeamGlance | None:
    """Of whom the page speaks to though they are not in, so that they know whom to call."""
    reader: Person | None = g.get("reader")
    return team_of(memberships_of(reader)) if reader else None


def call_to(team: Team | TeamGlance | None, memberships: Sequence[MembershipGlance]) -> Call | None:
    """The number of the team; its coordinators would ring themselves."""
    if team is None or not team.phone:
        return None
    coordinates = any(m.team_id == team.id and m.is_coordinator for m in memberships)
    return None if coordinates else Call(team.phone, _("Call the team"))


def memberships_of(person: Person) -> Sequence[MembershipGlance]:
    """The teams that this person is in, asked for once a page: the page and its frame need them."""
    known: dict[int, Sequence[MembershipGlance]] = g.setdefault("memberships", {})
    if person.id not in known:
        known[person.id] = team_queries.look_at_memberships_of(person)
    return known[person.id]


def learn_memberships(person: Person, memberships: Sequence[MembershipGlance]) -> None:
    """The page knows them already."""
    g.setdefault("memberships", {})[person.id] = memberships


def world_of(
    whom: Person | None,
    memberships: Sequence[MembershipGlance],
    team: Team | TeamGlance | None,
    *,
    is_acting: bool,
) -> list[Link]:
    """Where this person can go from anywhere: never a menu of everything there is."""
    if whom is None:
        return [
            link(_("This week"), "home.show_home"),
            link(_("Teams"), "teams.show_teams"),
        ]
    if not is_acting and identity.is_operator():
        return [
            link(_("How the service is"), "home.show_home"),
            link(_("Outbox"), "home.show_outbox"),
            link(_("Holidays"), "network.show_holidays"),
        ]
    coordinated = {m.team_id for m in memberships if m.is_coordinator and not is_acting}
    if not coordinated:
        return [
            link(_("Their week") if is_acting else _("My week"), "home.show_home"),
            link(_("All activities"), "home.show_community"),
            link(_("Teams"), "teams.show_teams"),
            link(_("Their settings") if is_acting else _("My settings"), "accounts.show_settings"),
        ]
    own = team.id if team and team.id in coordinated else min(coordinated)
    return [
        link(_("Today"), "home.show_home"),
        link(_("Calendar"), "activities.show_week", team_id=own),
        link(_("Members"), "teams.show_members", team_id=own),
        link(_("Elders"), "elders.show_elders", team_id=own),
        link(_("Messages"), "reminders.show_messages", team_id=own),
        link(_("My week"), "home.show_my_week"),
    ]


def link(label: str, endpoint: str, **values: Any) -> Link:
    url = addresses.of_page(endpoint, **values)
    return Link(label, url, is_current=request.endpoint == endpoint)


def notice_for(memberships: Sequence[MembershipGlance]) -> str | None:
    """A clock that stands still is said to those who would otherwise rely on it."""
    if any(m.is_coordinator for m in memberships) and heartbeat.is_silent(clock.now()):
        return _("The reminders are standing still. Please tell whoever runs this service.")
    return None
