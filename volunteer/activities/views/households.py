"""Signing up together with those one lives with."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy, signups, ties
from volunteer.activities.errors import WorthASecondThought
from volunteer.activities.forms.dates import HouseholdForm
from volunteer.activities.models import Occurrence, SignupStatus
from volunteer.activities.views.door import blueprint, open_date
from volunteer.core import saying
from volunteer.core.access import authorize
from volunteer.core.errors import DomainError
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries

WELCOME_FOR_ALL = {
    SignupStatus.GOING: __("A place for each: %(names)s."),
    SignupStatus.WAITING: __("On the waiting list: %(names)s."),
}


def ask_who_comes_along(occurrence: Occurrence, person: Person) -> ResponseReturnValue:
    """A coordinator enters a household; one lives with those whom the team has written down. Of
    whom it does not know, not even the name is said."""
    authorize(team_policy.is_member(person, occurrence.team))
    if ties.list_housemates(occurrence.team, person):
        page = url_for(".sign_up_together", occurrence_id=occurrence.id, person=person.id)
        return redirect(page)
    flash(
        _("As far as the team knows, %(name)s lives with nobody in it.", name=person.name), "info"
    )
    return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))


@blueprint.route("/activities/dates/<int:occurrence_id>/household", methods=["GET", "POST"])
def sign_up_together(occurrence_id: int) -> ResponseReturnValue:
    """One press for several who live together; each has a place of their own.

    With `person`, a coordinator presses for them and those they live with.
    """
    me = identity.signed_in_person()
    whom = identity.acted_for()
    occurrence = open_date(occurrence_id)
    chosen = request.args.get("person", type=int)
    is_entered = chosen is not None and chosen != whom.id
    if is_entered and chosen is not None:
        authorize(policy.can_run(me, occurrence))
        whom = people_queries.get_person(chosen)
    people = [whom, *ties.list_housemates(occurrence.team, whom)]
    authorize(policy.can_sign_up(whom, occurrence) and len(people) > 1)
    form = HouseholdForm()
    form.offer(occurrence, people)
    doubts: list[DomainError] = []
    if request.method == "GET":
        form.people.data = [str(person.id) for person in people]
    elif form.validate():
        try:
            made = signups.sign_up_household(
                occurrence,
                int(form.role.data),
                form.chosen(people),
                by=me,
                whom=whom,
                is_sure=bool(form.sure.data),
            )
        except WorthASecondThought as thought:
            doubts, form.sure.data = list(thought.doubts), "yes"
        else:
            say_who_comes(occurrence, [signup.person for signup in made])
            return redirect(url_for(".show_occurrence", occurrence_id=occurrence.id))
    return render_template(
        "activities/sign_up_together.html",
        form=form,
        occurrence=occurrence,
        doubts=doubts,
        is_entered=is_entered,
    )


def say_who_comes(occurrence: Occurrence, people: list[Person]) -> None:
    """Who of them has a place, and who waits, in one sentence each."""
    for status, sentence in WELCOME_FOR_ALL.items():
        names = [
            person.name
            for person in people
            if (signup := occurrence.signup_of(person)) is not None and signup.status is status
        ]
        if names:
            flash(str(sentence) % {"names": saying.listed(names)}, "success")


@blueprint.post("/teams/<int:team_id>/household/end")
def leave_household(team_id: int) -> ResponseReturnValue:
    """From now on the others don't sign this person up, nor they the others."""
    me = identity.signed_in_person()
    whom = identity.acted_for(meant=request.form.get("person", type=int))
    team = team_queries.get_team(team_id)
    authorize(team_policy.is_member(whom, team))
    ties.leave(team, whom, by=me)
    flash(_("From now on everybody signs up for themselves."), "success")
    return redirect(url_for("home.show_home"))
