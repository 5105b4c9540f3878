"""Stars: who may be given one, and giving it."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.hours import policy, stars, wording
from volunteer.hours.forms import StarForm
from volunteer.hours.views.door import blueprint
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams import star_queries
from volunteer.teams.models import Membership, Quality
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/stars")
def show_stars(team_id: int) -> ResponseReturnValue:
    """Everybody's hours and stars; first who may be given one."""
    _me, team = coordinated_team(team_id, back_to="activities.show_hours")
    return render_template("hours/show_stars.html", team=team, standings=stars.standings(team))


@blueprint.route("/teams/<int:team_id>/members/<int:membership_id>/stars", methods=["GET", "POST"])
def give_star(team_id: int, membership_id: int) -> ResponseReturnValue:
    """How a member stands, the stars they have, and giving the next one."""
    me, member = starred(team_id, membership_id)
    standing = stars.standing(member)
    form = StarForm()
    form.offer(range(standing.level + 1, standing.eligible + 1))
    if form.validate_on_submit():
        words = form.words.data or ""
        stars.give(member, form.level.data, Quality(form.quality.data), words, by=me)
        flash(_("Given. %(name)s finds it among their hours.", name=member.person.name), "success")
        return redirect(url_for(".show_stars", team_id=team_id))
    return render_template(
        "hours/give_star.html",
        member=member,
        standing=standing,
        given=star_queries.list_stars(member.team, [member.person_id]),
        qualities=wording.QUALITIES,
        form=form,
    )


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/stars/<int:level_id>/withdrawal")
def take_back_star(team_id: int, membership_id: int, level_id: int) -> ResponseReturnValue:
    """It was given by mistake."""
    me, member = starred(team_id, membership_id)
    for star in star_queries.list_stars(member.team, [member.person_id]):
        if star.level == level_id:
            stars.take_back(star, by=me)
            flash(_("It is taken back."), "success")
            return redirect(url_for(".give_star", team_id=team_id, membership_id=membership_id))
    raise NotFound


def starred(team_id: int, membership_id: int) -> tuple[Person, Membership]:
    """Who is asking, and a member to whom they may give a star."""
    me = identity.signed_in_person()
    member = team_queries.get_membership(team_id, membership_id)
    authorize(policy.can_give_star(me, member))
    g.team = member.team
    g.back_url = url_for(".show_stars", team_id=team_id)
    return me, member
