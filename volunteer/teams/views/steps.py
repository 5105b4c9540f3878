"""The buttons that change how somebody belongs to the team."""

from collections.abc import Callable
from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import searching
from volunteer.core.access import authorize
from volunteer.core.addresses import same_site_referrer
from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as __
from volunteer.people.models import Person
from volunteer.teams import membership, policy, queries
from volunteer.teams.models import Membership, Team
from volunteer.teams.views.door import blueprint, open_team


class Step(NamedTuple):
    """What a button on a member's page does, and what is said afterwards."""

    act: Callable[..., None]
    said: Sentence


# By the last part of its address.
COORDINATORS_STEPS = {
    "approval": Step(membership.approve, __("%(name)s is in the team now.")),
    "rejection": Step(membership.reject, __("%(name)s was told no. They may ask again.")),
    "double": Step(
        membership.set_aside,
        __("Set aside, without a message. Make a link for %(name)s on their page."),
    ),
    "coordinatorship": Step(membership.make_coordinator, __("%(name)s is a coordinator now.")),
    "membership": Step(membership.make_member, __("%(name)s is a member like the others now.")),
}


EVERYBODYS_STEPS = {
    "pause": Step(membership.pause, __("%(name)s pauses: no messages and no duties for now.")),
    "return": Step(membership.resume, __("Welcome back, %(name)s.")),
    "departure": Step(membership.leave, __("%(name)s has left the team.")),
}


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/<step>")
def take_step(team_id: int, membership_id: int, step: str) -> ResponseReturnValue:
    """Approve, reject, set aside, pause, return, leave, make coordinator or member."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    if step in EVERYBODYS_STEPS:
        whom = identity.acted_for()
        authorize(policy.can_change_membership(me, member, whom=whom))
    else:
        authorize(step in COORDINATORS_STEPS and policy.can_coordinate(me, team))
    chosen = {**EVERYBODYS_STEPS, **COORDINATORS_STEPS}[step]
    chosen.act(member, by=me)
    flash(str(chosen.said) % {"name": member.person.name}, "success")
    if step == "double":
        sought = searching.sealed(member.person.name)
        return redirect(url_for(".show_members", team_id=team.id, q=sought))
    return redirect(after_step(me, team, member))


def after_step(me: Person, team: Team, member: Membership) -> str:
    """Back to where one was, so that several people can be answered one after the other."""
    if identity.find_acting() or not policy.can_coordinate(me, team):
        return url_for(".show_team", team_id=team.id)
    was_here = url_for(".show_member", team_id=team.id, membership_id=member.id)
    came_from = same_site_referrer() or was_here
    if came_from.startswith(was_here):
        return was_here if member.is_in_team else url_for(".show_members", team_id=team.id)
    return came_from


@blueprint.get("/teams/<int:team_id>/members/<int:membership_id>/<step>")
def confirm_step(team_id: int, membership_id: int, step: str) -> ResponseReturnValue:
    """What leaving or pausing will mean, before it is done."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    whom = identity.acted_for()
    authorize(
        step in {"pause", "departure"} and policy.can_change_membership(me, member, whom=whom)
    )
    is_alone = membership.is_alone_in(member)
    return render_template(
        "teams/confirm_step.html",
        team=team,
        member=member,
        step=step,
        name=queries.name_within(team, member.person),
        is_alone=is_alone,
        # Who is alone may leave, and the team ends; nobody else leaves it without a coordinator.
        is_last=not (is_alone and step == "departure") and membership.is_last_coordinator(member),
    )
