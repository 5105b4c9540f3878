"""For operators: a team whose coordinators are gone gets another one."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts.errors import TooManyTries
from volunteer.core.language import gettext as _
from volunteer.teams import membership
from volunteer.teams.errors import NeedsPassword, NobodyOfThisName
from volunteer.teams.forms import CoordinatorForm
from volunteer.teams.views.door import blueprint
from volunteer.teams.views.verification import team_seen_by_operator


@blueprint.route("/teams/<int:team_id>/coordinators/new", methods=["GET", "POST"])
def name_coordinator(team_id: int) -> ResponseReturnValue:
    """Which member, by name and phone; nobody reads the list of members for it."""
    me, team = team_seen_by_operator(team_id)
    g.back_url = url_for(".show_verification")
    form = CoordinatorForm()
    if form.validate_on_submit():
        try:
            named = membership.name_coordinator(
                team, form.name.data or "", form.phone.data or "", by=me
            )
        except NobodyOfThisName:
            form.phone.errors = [_("Nobody in this team has this name and this phone.")]
        except (NeedsPassword, TooManyTries) as error:
            form.phone.errors = [str(error)]
        else:
            flash(_("%(name)s is a coordinator now.", name=named.person.name), "success")
            return redirect(url_for(".show_verification"))
    return render_template("teams/name_coordinator.html", form=form, team=team)
