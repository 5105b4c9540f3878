"""A team's rules for signing up: limits, trainings, insurance; and what one member may do."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.activities import insurance, limits, ties
from volunteer.activities.forms.rules import (
    BirthForm,
    HomeForm,
    LimitForm,
    PolicyForm,
    TrainingForm,
    passed,
    passed_form,
)
from volunteer.activities.views.door import blueprint
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.people.models import Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team
from volunteer.training import qualifications
from volunteer.training import queries as training_queries
from volunteer.training import wording as training_wording
from volunteer.training.errors import AlreadyNamed


@blueprint.route("/teams/<int:team_id>/sign-up-rules", methods=["GET", "POST"])
def change_rules(team_id: int) -> ResponseReturnValue:
    """Three short questions on one page, each with a button of its own."""
    me, team = coordinated_team(team_id, back_to=".show_activities")
    limit = LimitForm(prefix="limit")
    forms = {
        "limit": limit,
        "training": TrainingForm(prefix="training"),
        "policy": PolicyForm(prefix="policy"),
    }
    if request.method == "GET":
        limit.show(team.most_a_week)
    elif save_rule(team, forms, me):
        flash(_("Saved."), "success")
        return redirect(url_for(".change_rules", team_id=team.id))
    limit.remember(
        team.most_a_week, lambda: limit.show(team.most_a_week), is_sent="limit" in request.form
    )
    return render_template(
        "activities/change_rules.html",
        team=team,
        today=team.today(clock.now()),
        trainings=training_queries.list_trainings(team),
        training_words=training_wording,
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
        limits.set_most_a_week(team, form.most.data, by=me, seen=form.seen.data)
    elif isinstance(form, PolicyForm):
        insurance.register(team, form.details(), by=me)
    else:
        try:
            qualifications.name_training(team, form.name.data or "", form.hours.data, by=me)
        except AlreadyNamed as error:
            form.name.errors = [str(error)]
            return False
    return True


@blueprint.route(
    "/teams/<int:team_id>/members/<int:membership_id>/suitability", methods=["GET", "POST"]
)
def show_suitability(team_id: int, membership_id: int) -> ResponseReturnValue:
    """What a member may do: how old they are, what they have learned, with whom they live."""
    me, team = coordinated_team(team_id)
    member = team_queries.get_membership(team.id, membership_id)
    authorize(member.is_in_team)
    g.back_url = url_for("teams.show_member", team_id=team.id, membership_id=member.id)
    asked = Suitability(team, member.person)
    if asked.save(by=me):
        flash(_("Saved."), "success")
        return redirect(url_for(".show_suitability", team_id=team.id, membership_id=member.id))
    asked.fill_in()
    return render_template(
        "activities/show_suitability.html",
        team=team,
        member=member,
        birth=asked.birth,
        home=asked.home,
        learned=asked.learned,
        mates=asked.mates,
        trainings=asked.trainings,
    )


class Suitability:
    """The three questions about one member, each with a button of its own."""

    def __init__(self, team: Team, person: Person) -> None:
        self.team, self.person = team, person
        self.others = [m.person for m in team_queries.list_active(team) if m.person_id != person.id]
        tie = ties.find_guardian(team, person)
        # The guardian that they have can stay it, also one who pauses or has left.
        keeps = [tie.guardian] if tie and tie.guardian not in self.others else []
        self.grown_ups = [*self.others, *keeps]
        self.mates = ties.list_housemates(team, person)
        self.trainings = training_queries.list_trainings(team)
        self.passed = qualifications.passed_by(person, team)
        self.birth, self.home = BirthForm(prefix="birth"), HomeForm(prefix="home")
        self.learned = passed_form(self.trainings, self.passed, is_sent="learned" in request.form)
        self.birth.offer(self.grown_ups)
        self.home.offer(self.others)

    def save(self, *, by: Person) -> bool:
        """Save the one whose button was pressed; answers whether it could be."""
        team, person = self.team, self.person
        birth, home, learned = self.birth, self.home, self.learned
        if "birth" in request.form and birth.validate():
            guardian = next((p for p in self.grown_ups if str(p.id) == birth.guardian.data), None)
            ties.tell_age(team, person, birth.age(guardian), guardian, by=by, seen=birth.seen.data)
        elif "home" in request.form and home.validate():
            chosen = [one for one in self.others if str(one.id) in (home.mates.data or [])]
            ties.live_together(team, person, chosen, by=by, seen=home.seen.data)
        elif "learned" in request.form and learned.validate():
            ticked = passed(learned, self.trainings)
            qualifications.note_passed(person, team, ticked, by=by, seen=learned.seen.data)
        else:
            return False
        return True

    def fill_in(self) -> None:
        """What is known stands in those that were not sent."""
        team, person, sent = self.team, self.person, request.form
        age = ties.age_of(team, person)

        def show_birth() -> None:
            self.birth.show(age)
            self.birth.offer(self.grown_ups)

        def show_home() -> None:
            self.home.show(self.mates)

        if "birth" not in sent:
            show_birth()
        if "home" not in sent:
            show_home()
        mates = ties.mates_of(team, person)
        self.birth.remember(age, show_birth, is_sent="birth" in sent)
        self.home.remember(mates, show_home, is_sent="home" in sent)
        self.learned.remember(self.passed, self.learned.process, is_sent="learned" in sent)
