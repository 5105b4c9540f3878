"""Who may act for a member: naming them, and ending it."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, signing_in
from volunteer.accounts.errors import TooManyTries
from volunteer.core.access import authorize
from volunteer.core.addresses import same_site_referrer
from volunteer.core.language import gettext as _
from volunteer.people import companions
from volunteer.people import queries as people_queries
from volunteer.people.errors import LetterIsPaper, WitnessIsCompanion, WitnessNeeded
from volunteer.people.models import CompanionProof, Person
from volunteer.teams import membership, policy, queries
from volunteer.teams.errors import NobodyOfThisName
from volunteer.teams.forms import CompanionForm
from volunteer.teams.views.door import blueprint, open_team


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/companions/new", methods=["GET", "POST"]
)
def name_companion(team_id: int, membership_id: int) -> ResponseReturnValue:
    """Who may act for this member: chosen from the team, or by name and phone from elsewhere."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    member = queries.get_membership(team.id, membership_id)
    authorize(policy.can_name_companion(me, member))
    here = url_for(".show_member", team_id=team.id, membership_id=member.id)
    g.back_url = here
    form = CompanionForm()
    form.offer([m.person for m in queries.list_active(team) if m.person_id != member.person_id])
    if form.validate_on_submit() and (companion := chosen_companion(form, me)):
        try:
            companions.begin(
                companion,
                member.person,
                proof=CompanionProof(form.proof.data),
                consent=form.consent(),
                has_own_account=signing_in.has_password(member.person),
                by=me,
                team=team,
            )
        except (WitnessNeeded, WitnessIsCompanion) as error:
            form.witness.errors = [str(error)]
        except LetterIsPaper as error:
            form.way.errors = [str(error)]
        else:
            values = {"companion": companion.name, "name": member.person.name}
            flash(_("%(companion)s may act for %(name)s now.", **values), "success")
            return redirect(here)
    return render_template("teams/name_companion.html", form=form, team=team, member=member)


def chosen_companion(form: CompanionForm, me: Person) -> Person | None:
    """Somebody of the list, or the one person with this name and phone; else it says so."""
    if form.companion.data:
        return people_queries.get_person(int(form.companion.data))
    if not (form.name.data and form.phone.data):
        form.companion.errors = [_("Please choose somebody, or write a name and a phone below.")]
        return None
    try:
        return membership.find_elsewhere(form.name.data, form.phone.data, by=me)
    except (NobodyOfThisName, TooManyTries) as error:
        form.phone.errors = [str(error)]
        return None


@blueprint.post("/companions/<int:companion_id>/end")
def end_companionship(companion_id: int) -> ResponseReturnValue:
    """One press, by the member, the companion, or a coordinator of the member's team."""
    me = identity.signed_in_person()
    companionship = people_queries.get_companionship(companion_id)
    authorize(policy.can_end_companionship(me, companionship))
    companions.end(companionship, by=me)
    values = {"companion": companionship.companion.name, "name": companionship.person.name}
    flash(_("%(companion)s does not act for %(name)s any more.", **values), "success")
    return redirect(same_site_referrer() or url_for("home.show_home"))
