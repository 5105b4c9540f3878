"""A team's rules for signing up: limits, trainings, insurance; and what one member may do."""

from collections.abc import Sequence

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import insurance, limits, policy, ties
from volunteer.activities.forms.rules import (
    BirthForm,
    HomeForm,
    LimitForm,
    PolicyForm,
    TrainingForm,
    passed,
    passed_form,
)
from volunteer.activities.views.door import blueprint, open_team
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.people import consents, profile
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentGiver, ConsentScope, Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.training import qualifications
from volunteer.training import queries as training_queries
from volunteer.training.errors import AlreadyNamed

YOUNG = ConsentScope.YOUNG_VOLUNTEER


@blueprint.route("/teams/<int:team_id>/sign-up-rules", methods=["GET", "POST"])
def change_rules(team_id: int) -> ResponseReturnValue:
    """Three short questions on one page, each with a button of its own."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    authorize(policy.can_plan(me, team))
    g.back_url = url_for(".show_activities", team_id=team.id)
    forms = {
        "limit": LimitForm(prefix="limit"),
        "training": TrainingForm(prefix="training"),
        "policy": PolicyForm(prefix="policy"),
    }
    if request.method == "GET":
        forms["limit"].most.data = team.most_a_week
    elif save_rule(team, forms, me):
        flash(_("Saved."), "success")
        return redirect(url_for(".change_rules", team_id=team.id))
    return render_template(
        "activities/change_rules.html",
        team=team,
        today=team.today(clock.now()),
        trainings=training_queries.list_trainings(team),
        policies=insurance.list_policies([team.id]),
        **forms,
    )


def save_rule(
    team: Team, forms: dict[str, LimitForm | TrainingForm | PolicyForm], me: Person
) -> bool:
    """Save the one of the three whose button was pressed; answers whether it could be."""
    form = next((forms[name] for name in forms if name in request.form), None)
    if form is None or not form.validate():
        return False
    if isinstance(form, LimitForm):
        limits.set_most_a_week(team, form.most.data, by=me)
    elif isinstance(form, PolicyForm):
        insurance.register(team, form.details(), by=me)
    else:
        try:
            qualifications.name_training(team, form.name.data or "", by=me)
        except AlreadyNamed as error:
            form.name.errors = [str(error)]
            return False
    return True


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/suitability", methods=["GET", "POST"]
)
def show_suitability(team_id: int, membership_id: int) -> ResponseReturnValue:
    """What a member may do: how old they are, what they have learned, with whom they live."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    authorize(policy.can_plan(me, team))
    member = team_queries.get_membership(team.id, membership_id)
    authorize(member.is_in_team)
    person = member.person
    g.back_url = url_for("teams.show_member", team_id=team.id, membership_id=member.id)
    others = [m.person for m in team_queries.list_active(team) if m.person_id != person.id]
    trainings = training_queries.list_trainings(team)
    have = {q.training_id: q for q in training_queries.list_qualifications(person, team)}
    birth, home = BirthForm(prefix="birth"), HomeForm(prefix="home")
    learned = passed_form(trainings, have, is_sent="learned" in request.form)
    tie = ties.find_guardian(team, person)
    # The guardian that they have can stay it, also one who pauses or has left.
    grown_ups = [*others, tie.guardian] if tie and tie.guardian not in others else others
    birth.offer(grown_ups)
    home.offer(others)
    saved = True
    if "birth" in request.form and birth.validate():
        save_birth(team, person, birth, grown_ups, me)
    elif "home" in request.form and home.validate():
        chosen = [one for one in others if str(one.id) in (home.mates.data or [])]
        ties.live_together(team, person, chosen, by=me)
    elif "learned" in request.form and learned.validate():
        qualifications.note_passed(person, team, passed(learned, trainings), by=me)
    else:
        saved = False
    if saved:
        flash(_("Saved."), "success")
        return redirect(url_for(".show_suitability", team_id=team.id, membership_id=member.id))
    if "birth" not in request.form:
        agreed = consents.has(person, YOUNG)
        birth.show(person, tie.guardian_id if tie else None, agreed=agreed)
        birth.offer(grown_ups)
    mates = ties.list_housemates(team, person)
    if "home" not in request.form:
        home.mates.data = [str(mate.id) for mate in mates]
    return render_template(
        "activities/show_suitability.html",
        team=team,
        member=member,
        birth=birth,
        home=home,
        learned=learned,
        mates=mates,
        trainings=trainings,
    )


def save_birth(
    team: Team, person: Person, form: BirthForm, grown_ups: Sequence[Person], me: Person
) -> None:
    """The year of birth, the guardian, and whether the guardian has agreed."""
    year, month = form.year_and_month
    guardian = next((one for one in grown_ups if str(one.id) == form.guardian.data), None)
    profile.set_birth(person, year, month, by=me, team=team)
    ties.set_guardian(team, person, guardian, by=me)
    agrees = consents.has(person, YOUNG)
    if form.agreed.data and guardian is not None and not agrees:
        details = ConsentDetails(given_by=ConsentGiver.GUARDIAN, witness=guardian.name)
        consents.give(person, YOUNG, details, by=me, team=team)
    elif agrees and not form.agreed.data:
        consents.withdraw(person, YOUNG, by=me, team=team)
