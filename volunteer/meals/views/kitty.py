"""The kitty: its book for all who help and eat, new lines, and handing it over."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.core import clock, pressing
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.language import gettext as _
from volunteer.core.pages import Page
from volunteer.meals import (
    kitchen,
    kitty,
    kitty_queries,
    policy,
    queries,
)
from volunteer.meals.errors import SameLine
from volunteer.meals.forms.kitty import CountForm, HandoverForm, KeeperForm, LineForm
from volunteer.meals.models import Kitty, Meal
from volunteer.meals.views.door import blueprint
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.pictures import views as pictures
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team
from volunteer.teams.views.door import coordinated_team

LINES_ON_A_PAGE = 30


@blueprint.get("/teams/<int:team_id>/kitty")
def show_kitty(team_id: int) -> ResponseReturnValue:
    """Every line and the balance after it, the latest first; what the last lunch cost a head."""
    identity.signed_in_person()
    whom, me = identity.acted_for(), identity.in_own_name()
    team = team_queries.get_team(team_id)
    authorize(policy.can_eat_with(whom, team))
    g.team = team
    g.back_url = url_for(".show_meals", team_id=team.id)
    found = kitty_queries.find_kitty(team)
    lines = kitty.book(kitty_queries.list_entries(found)) if found else []
    handover = kitty_queries.find_handover(found) if found else None
    now = clock.now()
    last = next(iter(queries.list_past_meals(team, before=now, at_most=1)), None)
    can_run = policy.can_run(me, team)
    return render_template(
        "meals/show_kitty.html",
        team=team,
        kitty=found,
        page=page_of_lines(lines),
        today=team.today(now),
        balance=lines[-1].balance if lines else 0,
        last=last,
        share=kitty.share_of(last, heads_of(last)) if last else None,
        handover=handover,
        people=[m.person for m in team_queries.list_active(team)] if can_run and not found else [],
        can_write=found is not None and policy.can_write_kitty(me, found),
        can_take=found is not None
        and handover is not None
        and policy.can_take_kitty(me, found, handover),
        can_run=can_run,
    )


def heads_of(meal: Meal) -> int:
    return kitchen.count(meal).cooked


def page_of_lines(lines: list[kitty.Booked]) -> Page[kitty.Booked]:
    """The balance after a line needs all before it: the book is read whole, and shown in parts."""
    pages = max(1, -(-len(lines) // LINES_ON_A_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    latest = lines[::-1][(number - 1) * LINES_ON_A_PAGE : number * LINES_ON_A_PAGE]
    return Page(rows=latest, number=number, pages=pages, total=len(lines))


@blueprint.post("/teams/<int:team_id>/kitty")
def open_kitty(team_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_meals")
    form = KeeperForm()
    form.offer(members_of(team))
    keeper = people_queries.get_chosen(form.person.data)
    if not form.validate():
        raise NotFound
    kitty.open_kitty(team, keeper, by=me)
    flash(_("The kitty is open."), "success")
    return redirect(url_for(".show_kitty", team_id=team.id))


def members_of(team: Team) -> list[Person]:
    return [membership.person for membership in team_queries.list_active(team)]


def written_kitty(team_id: int) -> tuple[Person, Kitty]:
    """Who asks and the kitty, for its keeper and the coordinators."""
    me = identity.signed_in_person()
    found = kitty_queries.get_kitty(team_id)
    authorize(policy.can_write_kitty(me, found))
    g.team = found.team
    g.back_url = url_for(".show_kitty", team_id=team_id)
    return me, found


@blueprint.route("/teams/<int:team_id>/kitty/lines/new", methods=["GET", "POST"])
@pictures.takes_picture
def enter_line(team_id: int) -> ResponseReturnValue:
    me, found = written_kitty(team_id)
    now = clock.now()
    form = LineForm()
    is_said_already = False
    form.offer(
        found,
        [
            *queries.list_past_meals(found.team, before=now),
            *queries.list_meals(found.team, after=now, at_most=2),
        ],
    )
    if form.validate_on_submit():
        try:
            kitty.enter(
                found,
                form.line(),
                by=me,
                form_key=form.form_key.data or None,
                is_another=form.is_another.data,
            )
        except SameLine as same:
            form.is_another.errors = [*form.is_another.errors, same.message]
            is_said_already = True
        else:
            flash(_("Written into the book."), "success")
            return redirect(url_for(".show_kitty", team_id=team_id))
    if not form.is_submitted():
        form.form_key.data = pressing.new_form_key()
    return render_template(
        "meals/enter_line.html", form=form, kitty=found, is_said_already=is_said_already
    )


@blueprint.get("/kitty-lines/<int:entry_id>/receipt")
def show_receipt(entry_id: int) -> ResponseReturnValue:
    """The photo, for all who may read the book."""
    identity.signed_in_person()
    found, entry = kitty_queries.get_entry(entry_id)
    authorize(policy.can_read_kitty(identity.acted_for(), found))
    if entry.picture is None:
        raise NotFound
    return pictures.serve(entry.picture)


@blueprint.route("/kitty-lines/<int:entry_id>/reversal", methods=["GET", "POST"])
def take_back_line(entry_id: int) -> ResponseReturnValue:
    """A page that says what it means, then the button."""
    me = identity.signed_in_person()
    found, entry = kitty_queries.get_entry(entry_id)
    authorize(policy.can_write_kitty(me, found))
    g.team = found.team
    g.back_url = url_for(".show_kitty", team_id=found.team_id)
    if request.method == "POST":
        kitty.reverse(found, entry, by=me)
        flash(_("Taken back by a line of its own."), "success")
        return redirect(g.back_url)
    return render_template("meals/take_back_line.html", entry=entry)


@blueprint.route("/teams/<int:team_id>/kitty/handover", methods=["GET", "POST"])
def hand_kitty_over(team_id: int) -> ResponseReturnValue:
    """The keeper has counted, and gives it to another."""
    me, found = written_kitty(team_id)
    form = HandoverForm()
    form.offer([person for person in members_of(found.team) if person.id != found.keeper_id])
    if form.validate_on_submit():
        taker = people_queries.get_person(form.person.data)
        kitty.offer(found, taker, form.money.fen or 0, by=me)
        flash(_("Now %(name)s counts it, too, and confirms here.", name=taker.name), "success")
        return redirect(url_for(".show_kitty", team_id=team_id))
    return render_template(
        "meals/hand_kitty_over.html",
        form=form,
        kitty=found,
        balance=kitty.balance(kitty_queries.list_entries(found)),
    )


@blueprint.post("/teams/<int:team_id>/kitty/handover/acceptance")
def accept_kitty(team_id: int) -> ResponseReturnValue:
    me = identity.signed_in_person()
    found = kitty_queries.get_kitty(team_id)
    handover = kitty_queries.find_handover(found)
    authorize(handover is not None and policy.can_take_kitty(me, found, handover))
    form = CountForm()
    if form.validate():
        kitty.accept(found, form.money.fen or 0, by=me)
        flash(_("Both have counted the same. Thank you!"), "success")
    else:
        flash(_("Please write a sum in yuan like 86.50."), "error")
    return redirect(url_for(".show_kitty", team_id=team_id))


@blueprint.post("/teams/<int:team_id>/kitty/handover/end")
def end_kitty_handover(team_id: int) -> ResponseReturnValue:
    """One of the two says no; nothing has changed."""
    me = identity.signed_in_person()
    found = kitty_queries.get_kitty(team_id)
    handover = kitty_queries.find_handover(found)
    authorize(
        handover is not None
        and (policy.can_take_kitty(me, found, handover) or policy.can_give_kitty(me, found))
    )
    kitty.take_back(found, by=me)
    return redirect(url_for(".show_kitty", team_id=team_id))
