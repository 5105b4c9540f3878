"""What an elder agreed to: noting it, and taking it back."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.elders import care
from volunteer.elders.forms.consents import ConsentForm
from volunteer.elders.models import Elder, ElderStatus
from volunteer.elders.views.door import back_to, blueprint, coordinated_elder
from volunteer.elders.views.elders import coming_visits
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people import wording as people_wording
from volunteer.people.errors import GiverNeeded, WitnessNeeded
from volunteer.people.models import Consent, ConsentScope, Person


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/consents/new", methods=["GET", "POST"])
def note_consent(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    form = ConsentForm()
    if request.method == "GET":
        # Nothing is ticked, unless one came here by a link that asks for this one.
        form.scope.data = request.args.get("scope")
    if form.validate_on_submit():
        try:
            give(elder, ConsentScope(form.scope.data), form, me)
        except (WitnessNeeded, GiverNeeded) as error:
            form.witness.errors = [str(error)]
        else:
            return back_to(elder, _("Noted. They may take it back at any time."))
    return render_template("elders/note_consent.html", elder=elder, form=form)


def give(elder: Elder, scope: ConsentScope, form: ConsentForm, me: Person) -> None:
    """Note it; who agrees to be looked after is visited from now on."""
    if scope is ConsentScope.BASIC and elder.status is ElderStatus.PROSPECTIVE:
        care.begin(elder, form.details(), by=me)
    else:
        consents.give(elder.person, scope, form.details(), by=me, team=elder.team)


@blueprint.route(
    "/teams/<int:team_id>/elders/<int:elder_id>/consents/<int:consent_id>/withdrawal",
    methods=["GET", "POST"],
)
def withdraw_consent(team_id: int, elder_id: int, consent_id: int) -> ResponseReturnValue:
    """What stops when they take it back, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    consent = consent_of(elder, consent_id)
    authorize(consent.holds(clock.today()))
    if request.method == "POST":
        consents.withdraw(elder.person, consent.scope, by=me, team=elder.team)
        return back_to(elder, _("Noted: they no longer agree."))
    return render_template(
        "elders/withdraw_consent.html",
        elder=elder,
        consent=consent,
        scopes=people_wording.SCOPES,
        coming=coming_visits(elder),
    )


def consent_of(elder: Elder, consent_id: int) -> Consent:
    for consent in people_queries.list_consents(elder.person):
        if consent.id == consent_id:
            return consent
    raise NotFound
