"""The list of a team's elders, and one elder: everything but health."""

from collections.abc import Sequence
from functools import partial

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity, signing_in
from volunteer.core import chinese, clock, saying, searching
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.core.web import too_late
from volunteer.elders import (
    care,
    festivals,
    mistaken_ends,
    namesakes,
    overview,
    pairing,
    policy,
    queries,
    recording,
)
from volunteer.elders.details import details_of
from volunteer.elders.errors import (
    AlreadyServed,
    NoLongerServed,
    NotTakenBackAnyMore,
    NotVisitedNow,
    ReviewTooLate,
)
from volunteer.elders.forms.elders import (
    ChangeForm,
    ElderForm,
    EndForm,
    NewElderForm,
    PauseForm,
    ReachForm,
    RiskForm,
)
from volunteer.elders.models import Elder, EndReason, MajorChange, RiskLevel, Visit
from volunteer.elders.overview import Order, Show
from volunteer.elders.views.door import back_to, blueprint, chosen, coordinated_elder, page_of_elder
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people import wording as people_wording
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership, Team
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/elders")
def show_elders(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id)
    today = team.today(clock.now())
    words = searching.words()
    show = chosen(Show, request.args.get("show", ""), Show.ALL)
    order = chosen(Order, request.args.get("order", ""), Order.URGENCY)
    everybody = queries.list_elders(team)
    found = overview.found(overview.shown(everybody, show, today), words)
    elders = overview.in_order(found, order, today)
    return render_template(
        "elders/show_elders.html",
        team=team,
        today=today,
        words=words,
        show=show,
        order=order,
        elders=elders,
        buildings=overview.by_building(elders) if order is Order.WALK else [],
        counts={show: len(overview.shown(everybody, show, today)) for show in Show},
        alarms=queries.list_open_no_answers(team),
        ended=queries.list_ended(team),
    )


@blueprint.post("/teams/<int:team_id>/elders/search")
def search_elders(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id)
    return searching.answer_at(".show_elders", team_id=team.id)


@blueprint.route("/teams/<int:team_id>/elders/new", methods=["GET", "POST"])
def take_in(team_id: int) -> ResponseReturnValue:
    """Somebody new on the list; ?member= when they are in the team already."""
    me, team = coordinated_team(team_id, back_to=".show_elders")
    member = chosen_member(team)
    form = NewElderForm()
    if member is not None:
        form.keep_own_name(member.person)
    is_good = form.validate_on_submit()
    known, helper = whom_they_know(team, form) if is_good and not member else (None, None)
    if is_good and not known and not helper:
        try:
            elder = put_on_list(team, form, member, me)
        except AlreadyServed as error:
            form.form_errors.append(str(error))
        else:
            called = elder.preferred_name
            if elder.is_active:
                return back_to(elder, _("%(name)s is on the list.", name=called))
            return back_to(
                elder, _("%(name)s is on the list. Visits begin once they agree.", name=called)
            )
    return render_template(
        "elders/take_in.html", team=team, form=form, member=member, known=known, helper=helper
    )


def whom_they_know(team: Team, form: NewElderForm) -> tuple[Elder | None, Membership | None]:
    """Who may be the same, on the list or among the volunteers: asked once, as in a file. Pressed
    twice is no question."""
    details = form.details()
    if form.is_another.data or care.find_alike(team, details):
        return None, None
    return namesakes.find(team, details), namesakes.find_member(team, details)


def put_on_list(team: Team, form: NewElderForm, member: Membership | None, me: Person) -> Elder:
    details = form.details()
    take = partial(
        care.take_in,
        team,
        details,
        by=me,
        person=member.person if member else None,
        consent=form.consent(),
        risk=RiskLevel(form.risk.data),
        risk_reason=form.risk_reason.data or "",
        also=form.agreed_along(),
    )
    return take() if member else care.take_in_once(team, details, take)


def chosen_member(team: Team) -> Membership | None:
    """The member whom the address names, in the team now. Raises NotFound."""
    number = request.args.get("member", type=int)
    if number is None:
        return None
    member = team_queries.get_membership(team.id, number)
    if not member.is_in_team:
        raise NotFound
    return member


@blueprint.get("/teams/<int:team_id>/elders/<int:elder_id>")
def show_elder(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Everything but health, which is behind a question of its own."""
    me, elder = coordinated_elder(team_id, elder_id)
    team = elder.team
    g.back_url = url_for(".show_elders", team_id=team.id)
    now = clock.now()
    today = team.today(now)
    their_visits = queries.list_visits_to(elder)
    given = people_queries.list_consents(elder.person)
    active = team_queries.list_active_on(team, today)
    members = [row.person for row, _until in active]
    looking_after = {pairing.person_id for pairing in elder.paired}
    agreed = [consent for consent in given if consent.holds(clock.today())]
    ended = [consent for consent in given if consent not in agreed]
    return render_template(
        "elders/show_elder.html",
        team=team,
        elder=elder,
        today=today,
        planned=[visit for visit in reversed(their_visits) if visit.is_planned],
        # What was cancelled in time has found nothing.
        past=[
            v for v in their_visits if not (v.is_planned or (v.is_cancelled and v.starts_at > now))
        ],
        findings_of=recording.findings_of,
        agreed=agreed,
        ended=ended,
        agreed_before=next((one for one in ended if one.scope is ConsentScope.BASIC), None),
        scopes_agreed={consent.scope for consent in agreed},
        scopes=people_wording.SCOPES,
        ways=people_wording.WAYS,
        givers=people_wording.GIVERS,
        others=[p for p in members if p.id not in looking_after and p.id != elder.person_id],
        can_go=me.id != elder.person_id,
        present={row.person_id for row, until in active if not until},
        away={row.person_id: until for row, until in active if until},
        birthday=festivals.wished(elder),
        can_take_back=mistaken_ends.can_be_taken_back(elder),
    )


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/details", methods=["GET", "POST"])
def change_elder(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    own_name = not signing_in.has_password(elder.person)
    agreed = consents.scopes_of(elder.person)
    form = ElderForm() if ConsentScope.BASIC in agreed else ReachForm()
    if request.method == "GET":
        form.show(elder)
    form.keep_to(elder, agreed)
    if not own_name:
        form.keep_own_name(elder.person)
    if form.validate_on_submit():
        care.change(elder, form.changed(), by=me, own_name=own_name, seen=form.seen.data)
        return back_to(elder, _("Saved."))
    form.remember(details_of(elder), lambda: form.show(elder))
    return render_template(
        "elders/change_elder.html", elder=elder, form=form, own_name=own_name, agreed=agreed
    )


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/risk", methods=["GET", "POST"])
def set_risk(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    form = RiskForm()
    form.review_on.zone_name = elder.team.zone
    if request.method == "GET":
        form.show(elder)
    if form.validate_on_submit() and risk_was_set(elder, form, me):
        return back_to(elder, _("Saved. How often they are seen follows from it."))
    form.remember(care.risk_of(elder), lambda: form.show(elder))
    return render_template("elders/set_risk.html", elder=elder, form=form)


def risk_was_set(elder: Elder, form: RiskForm, me: Person) -> bool:
    try:
        care.set_risk(
            elder,
            RiskLevel(form.level.data),
            form.reason.data or "",
            by=me,
            review_on=form.review_on.day,
            seen=form.seen.data,
        )
    except ReviewTooLate as error:
        form.review_on.errors = [str(error)]
        return False
    return True


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/change", methods=["GET", "POST"])
def note_change(team_id: int, elder_id: int) -> ResponseReturnValue:
    """A fall, home from hospital, somebody lost, a gas leak: somebody sees them within a day."""
    me, elder = coordinated_elder(team_id, elder_id)
    if not elder.is_active:
        return too_late(NotVisitedNow, page_of_elder(elder))
    form = ChangeForm()
    if form.validate_on_submit():
        care.note_change(elder, MajorChange(form.change.data), form.words.data or "", by=me)
        return back_to(elder, _("Noted. Somebody is to see them within 24 hours."))
    return render_template("elders/note_change.html", elder=elder, form=form)


@blueprint.get("/teams/<int:team_id>/elders/due")
def show_due(team_id: int) -> ResponseReturnValue:
    """今天要看的老人: by risk and by how long overdue; whose risk is to be looked at again."""
    _me, team = coordinated_team(team_id, back_to=".show_elders")
    now = clock.now()
    today = team.today(now)
    everybody = queries.list_elders(team)
    return render_template(
        "elders/show_due.html",
        team=team,
        today=today,
        is_any=bool(everybody),
        due=overview.due_by_risk(everybody, today),
        to_phone=overview.to_phone(everybody, today),
        to_review=[elder for elder in everybody if elder.needs_review(today)],
        next_visits=queries.next_visits(team, now),
    )


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/pause", methods=["GET", "POST"])
def pause_visits(team_id: int, elder_id: int) -> ResponseReturnValue:
    """In hospital or away: what that means for whom, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    if not elder.is_active:
        return too_late(NotVisitedNow, page_of_elder(elder))
    form = PauseForm()
    if form.validate_on_submit():
        care.suspend(elder, form.note.data or "", by=me)
        return back_to(elder, _("Noted. Nobody visits until they are back."))
    return render_template(
        "elders/pause_visits.html", elder=elder, form=form, coming=coming_visits(elder)
    )


@blueprint.post("/teams/<int:team_id>/elders/<int:elder_id>/return")
def begin_visits(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Back from hospital or from elsewhere, or agreed meanwhile."""
    me, elder = coordinated_elder(team_id, elder_id)
    was_in_hospital = request.form.get("from") == "hospital"
    care.begin(elder, by=me, was_in_hospital=was_in_hospital)
    if was_in_hospital:
        return back_to(elder, _("Noted. Somebody is to see them within 24 hours."))
    return back_to(elder, _("Visits may be planned again. Somebody should see them soon."))


@blueprint.route("/teams/<int:team_id>/elders/<int:elder_id>/end", methods=["GET", "POST"])
def end_care(team_id: int, elder_id: int) -> ResponseReturnValue:
    """Off the list: what that means for whom, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    if not elder.is_served:
        return too_late(NoLongerServed, page_of_elder(elder))
    form = EndForm()
    if form.validate_on_submit():
        told = [pairing.person for pairing in elder.paired]
        care.end(elder, EndReason(form.reason.data), by=me)
        flash(_("%(name)s is no longer on the list.", name=elder.preferred_name), "success")
        if told:
            flash(please_call(told), "info")
        return redirect(url_for(".show_elders", team_id=team_id))
    return render_template(
        "elders/end_care.html", elder=elder, form=form, coming=coming_visits(elder)
    )


@blueprint.route(
    "/teams/<int:team_id>/elders/<int:elder_id>/end/taking-back", methods=["GET", "POST"]
)
def take_back_end(team_id: int, elder_id: int) -> ResponseReturnValue:
    """It was pressed by mistake: what comes back and what does not, then the button."""
    me, elder = coordinated_elder(team_id, elder_id)
    if request.method == "POST":
        told = [pairing.person for pairing in mistaken_ends.who_looked_after(elder)]
        mistaken_ends.take_back(elder, by=me)
        if told:
            flash(please_call(told), "info")
        return back_to(elder, _("%(name)s is on the list again.", name=elder.preferred_name))
    if not mistaken_ends.can_be_taken_back(elder):
        raise NotTakenBackAnyMore
    return render_template(
        "elders/take_back_end.html", elder=elder, pairings=mistaken_ends.who_looked_after(elder)
    )


def please_call(people: Sequence[Person]) -> str:
    """Who looked after somebody is told without the name; the rest is for a human voice."""
    return _("They are told without the name. Please call them: %(names)s.",
             names=saying.listed([with_number(person) for person in people]))  # fmt: skip


def call_yourself(person: Person) -> str:
    """Whom somebody looks after is asked and said by a human voice alone."""
    return _("No message goes out. Please call and say so: %(name)s.", name=with_number(person))


def with_number(person: Person) -> str:
    return f"{person.name} {chinese.phone_words(person.phone or '')}".strip()


def coming_visits(elder: Elder) -> list[Visit]:
    """What would be cancelled."""
    return [v for v in queries.list_planned_visits(elder) if v.starts_at > clock.now()]


@blueprint.post("/teams/<int:team_id>/elders/<int:elder_id>/pairings")
def pair(team_id: int, elder_id: int) -> ResponseReturnValue:
    me, elder = coordinated_elder(team_id, elder_id)
    person = people_queries.get_chosen(request.form.get("person", type=int))
    authorize(team_policy.is_member(person, elder.team))
    pairing.pair(elder, person, by=me)
    flash(call_yourself(person), "info")
    said = _(
        "%(volunteer)s looks after %(name)s now.", volunteer=person.name, name=elder.preferred_name
    )
    return back_to(elder, said)


@blueprint.post("/teams/<int:team_id>/pairings/<int:pairing_id>/end")
def unpair(team_id: int, pairing_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    found = queries.get_pairing(team_id, pairing_id)
    elder = found.elder
    authorize(policy.can_look_after(me, elder))
    pairing.unpair(found, by=me)
    flash(call_yourself(found.person), "info")
    if still := sum(visit.has(found.person) for visit in coming_visits(elder)):
        # Who no longer gets on with them would stand at their door all the same.
        flash(
            ngettext(
                "%(volunteer)s is still to go to %(num)d planned visit: please see to that below.",
                "%(volunteer)s is still to go to %(num)d planned visits: please see to them below.",
                still,
                volunteer=found.person.name,
            ),
            "info",
        )
    said = _(
        "%(volunteer)s no longer looks after %(name)s.",
        volunteer=found.person.name,
        name=elder.preferred_name,
    )
    return back_to(elder, said)


@blueprint.get("/teams/<int:team_id>/elders/<int:elder_id>/card")
def show_card(team_id: int, elder_id: int) -> ResponseReturnValue:
    """A card for the visitor's pocket; nothing about health stands on paper."""
    _me, elder = coordinated_elder(team_id, elder_id)
    authorize(elder.is_served)
    agreed = consents.scopes_of(elder.person)
    if ConsentScope.BASIC not in agreed:
        return back_to(elder, _("There is no card before they have agreed to be looked after."))
    return render_template("elders/show_card.html", elder=elder, agreed=agreed)
