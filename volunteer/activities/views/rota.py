"""The rota of a month: proposing, changing by hand, inviting; and what members wish for it."""

from collections import Counter
from datetime import date, timedelta

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import policy
from volunteer.activities.forms.rota import SeatForm, TermsForm, WishesForm
from volunteer.activities.models import RotaDraft, RotaSeat
from volunteer.activities.rota import board, drafts, loading, publishing, queries, reasons, wishes
from volunteer.activities.rota.problem import Terms
from volunteer.activities.views.door import blueprint, open_team
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.notifications.models import Channel
from volunteer.notifications.outbox import channel_for
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.people.wording import told_apart
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team

A_YEAR = timedelta(days=366)
# Late in a month people think of the next one.
AHEAD = timedelta(days=10)


@blueprint.get("/teams/<int:team_id>/rota")
def show_rota(team_id: int) -> ResponseReturnValue:
    """The month's draft, date by date, with a reason for each seat."""
    _me, team = coordinated_team(team_id, back_to=".show_week")
    first = chosen_month(team)
    form = TermsForm(formdata=None)
    draft = queries.find_draft(team, first)
    if draft is not None:
        form.show(draft)
    return render_template(
        "activities/show_rota.html", team=team, form=form, **of_month(team, first, draft)
    )


def of_month(team: Team, first: date, draft: RotaDraft | None) -> dict[str, object]:
    """What the pages of a month's draft show."""
    scene = loading.look_at(team, first)
    names = told_apart(scene.people)
    seats = draft.seats if draft else []
    return {
        "draft": draft,
        "first": first,
        "before": loading.month_before(first),
        "after": loading.month_after(first),
        "board": board.lay_out(scene, draft),
        "names": names,
        "why": {seat.id: reasons.sentence(seat.reasons, names) for seat in seats},
    }


def chosen_month(team: Team) -> date:
    """The month in the address, within a year of today; else the one that people now think of."""
    today = team.today(clock.now())
    try:
        first = date.fromisoformat(f"{request.values.get('month', '')}-01")
    except ValueError:
        return (today + AHEAD).replace(day=1)
    return first if abs(first - today) <= A_YEAR else today.replace(day=1)


@blueprint.post("/teams/<int:team_id>/rota/proposal")
def propose_rota(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id)
    first = chosen_month(team)
    form = TermsForm()
    if not form.validate():
        page = of_month(team, first, queries.find_draft(team, first))
        return render_template("activities/show_rota.html", team=team, form=form, **page)
    drafts.propose(team, first, form.terms(), by=me, afresh=bool(form.afresh.data))
    flash(_("Here is a proposal. Nobody has been told anything yet."), "success")
    return redirect(rota_url(team, first))


def rota_url(team: Team, first: date) -> str:
    return url_for(".show_rota", team_id=team.id, month=f"{first:%Y-%m}")


@blueprint.get("/teams/<int:team_id>/rota/sheet")
def show_rota_sheet(team_id: int) -> ResponseReturnValue:
    """The month on paper, to look it through together."""
    _me, team = coordinated_team(team_id)
    first = chosen_month(team)
    g.back_url = rota_url(team, first)
    page = of_month(team, first, queries.find_draft(team, first))
    return render_template("activities/show_rota_sheet.html", team=team, **page)


@blueprint.route("/rota-seats/<int:seat_id>", methods=["GET", "POST"])
def change_seat(seat_id: int) -> ResponseReturnValue:
    """Choose somebody for a seat, keep it empty, or leave it to the next proposal."""
    me = identity.signed_in_person()
    seat = queries.get_seat(seat_id)
    team = seat.draft.team
    authorize(policy.can_plan(me, team))
    g.team, g.back_url = team, rota_url(team, seat.draft.month)
    form = SeatForm()
    offer_people(form, seat)
    if form.validate_on_submit():
        set_seat(seat, form, by=me)
        return redirect(f"{g.back_url}#d{seat.occurrence_id}")
    return render_template("activities/change_seat.html", form=form, seat=seat, team=team)


def offer_people(form: SeatForm, seat: RotaSeat) -> None:
    draft = seat.draft
    scene = loading.look_at(draft.team, draft.month)
    if seat.occurrence_id not in {occurrence.id for occurrence in scene.dates}:
        raise NotFound
    kept = [other for other in drafts.seats_to_keep(draft, scene) if other.id != seat.id]
    terms = Terms(draft.most_a_month, draft.rest_days, draft.up_to_most)
    problem = loading.problem_of(scene, terms, kept)
    fitting, others = board.options(problem, scene, seat.role_id)
    fitting = [option for option in fitting if option.person.id != seat.person_id]
    form.offer(fitting, others, told_apart(scene.people))


def set_seat(seat: RotaSeat, form: SeatForm, *, by: Person) -> None:
    if form.choice.data == SeatForm.KEEP_EMPTY:
        drafts.keep_empty(seat, by=by)
        flash(_("This place stays empty."), "success")
    elif form.choice.data == SeatForm.LEAVE_OPEN:
        drafts.clear(seat, by=by)
        flash(_("This place is open again."), "success")
    else:
        person = people_queries.get_person(form.person_id or 0)
        drafts.seat_somebody(seat, person, by=by)
        flash(_("%(name)s has this place. It stays as you set it.", name=person.name), "success")


@blueprint.route("/rota-drafts/<int:draft_id>/publication", methods=["GET", "POST"])
def publish_rota(draft_id: int) -> ResponseReturnValue:
    """Say once more who will be invited; then do it."""
    me = identity.signed_in_person()
    draft = queries.get_draft(draft_id)
    authorize(policy.can_plan(me, draft.team))
    g.team, g.back_url = draft.team, rota_url(draft.team, draft.month)
    if request.method == "POST":
        tell_of(publishing.publish(draft, by=me))
        return redirect(g.back_url)
    dates = Counter(seat.person for seat in draft.to_invite if seat.person is not None)
    people = sorted(dates, key=lambda person: person.sort_key)
    return render_template(
        "activities/publish_rota.html",
        people=people,
        names=told_apart(m.person for m in team_queries.list_active(draft.team)),
        dates=dates,
        to_call=sum(channel_for(person) is Channel.CALL for person in people),
    )


def tell_of(published: publishing.Published) -> None:
    people = len({seat.person_id for seat in published.invited})
    if people:
        flash(
            ngettext(
                "%(num)d person is invited. They can still say no.",
                "%(num)d people are invited. They can still say no.",
                people,
            ),
            "success",
        )
    for seat, why in published.refused:
        name = seat.person.name if seat.person else ""
        flash(_("%(name)s was not invited: %(why)s", name=name, why=why), "error")


@blueprint.get("/teams/<int:team_id>/my-rota")
def show_own_rota(team_id: int) -> ResponseReturnValue:
    """To which dates of the month somebody was invited, why, and how to say no."""
    identity.signed_in_person()
    team = open_team(team_id)
    person = identity.acted_for()
    authorize(team_policy.is_member(person, team))
    g.back_url = url_for(".show_week", team_id=team.id)
    first = chosen_month(team)
    seats = queries.list_seats_of(person.id, team, first)
    names = told_apart(m.person for m in team_queries.list_active(team))
    return render_template(
        "activities/show_own_rota.html",
        team=team,
        person=person,
        membership=team_queries.find_membership(team, person),
        seats=seats,
        first=first,
        before=loading.month_before(first),
        after=loading.month_after(first),
        why={seat.id: reasons.sentence(seat.reasons, names) for seat in seats},
    )


@blueprint.route("/teams/<int:team_id>/members/<int:membership_id>/wishes", methods=["GET", "POST"])
def change_wishes(team_id: int, membership_id: int) -> ResponseReturnValue:
    """What a member wishes for the rota: how often, which work, with whom."""
    me = identity.signed_in_person()
    team = open_team(team_id)
    membership = team_queries.get_membership(team.id, membership_id)
    whom = identity.acted_for()
    authorize(policy.can_write_wishes(me, membership, whom=whom))
    is_own = membership.person_id == whom.id
    g.back_url = (
        url_for(".show_own_rota", team_id=team.id)
        if is_own
        else url_for("teams.show_member", team_id=team.id, membership_id=membership.id)
    )
    form = WishesForm()
    wish = queries.find_wish(membership)
    others = [m.person for m in team_queries.list_active(team) if m.id != membership.id]

    def show() -> None:
        if wish is not None:
            form.show(wish)
        form.offer(queries.list_works(team), told_apart(others))

    if request.method == "GET":
        show()
    form.offer(queries.list_works(team), told_apart(others))
    if form.validate_on_submit():
        wishes.write_down(membership, form.wishes(), by=me, seen=form.seen.data)
        flash(_("Written down. The next proposal thinks of it."), "success")
        return redirect(g.back_url)
    form.remember(wishes.wishes_of(membership), show)
    return render_template(
        "activities/change_wishes.html", form=form, team=team, membership=membership, is_own=is_own
    )
