"""The list of members, one member's page, and the link or card that opens their door."""

from collections.abc import Iterable
from datetime import date

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import code_cards, personal_links, signing_in
from volunteer.core import clock, qr, searching
from volunteer.core.access import authorize
from volunteer.core.language import gettext as _
from volunteer.core.pages import page_of
from volunteer.core.web_address import Site
from volunteer.people import companions, profile
from volunteer.people import queries as people_queries
from volunteer.people.models import Person
from volunteer.teams import membership, policy, queries, star_queries
from volunteer.teams.forms import MemberForm, NoteForm
from volunteer.teams.models import Membership, Team
from volunteer.teams.views.door import blueprint, coordinated_team


@blueprint.get("/teams/<int:team_id>/members")
def show_members(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id, back_to=".show_team")
    words = searching.words()
    page = page_of(queries.search_members(team, words), request.args.get("page", 1, type=int), 100)
    join_url = Site(current_app.config["BASE_URL"]).address(url_for(".join", code=team.join_code))
    return render_template(
        "teams/show_members.html",
        team=team,
        words=words,
        page=page,
        applications=queries.list_applications(team),
        same_names=queries.list_repeated_names(team),
        away_until=away_now(member.person_id for member in page.rows),
        stars=star_queries.highest_stars(team, [member.person_id for member in page.rows]),
        join_url=join_url,
        join_picture=qr.draw(join_url),
    )


@blueprint.post("/teams/<int:team_id>/members/search")
def search_members(team_id: int) -> ResponseReturnValue:
    _me, team = coordinated_team(team_id)
    return searching.answer_at(".show_members", team_id=team.id)


def away_now(people: Iterable[int]) -> dict[int, date]:
    """Who of these people is away today, and until when."""
    found = people_queries.who_is_away(people, [clock.today()])
    return {person: until for (person, _today), until in found.items()}


@blueprint.route("/teams/<int:team_id>/members/<int:membership_id>", methods=["GET", "POST"])
def show_member(team_id: int, membership_id: int) -> ResponseReturnValue:
    me, team = coordinated_team(team_id, back_to=".show_members")
    member = queries.get_membership(team.id, membership_id)
    # The door has asked the rest of can_see_details.
    authorize(not member.was_told_no)
    has_own_account = signing_in.has_password(member.person)
    can_change = policy.can_change_details(me, member, has_own_account=has_own_account)
    form, note_form = MemberForm(prefix="person"), NoteForm(prefix="note")
    if "details" in request.form and can_change and form.validate_on_submit():
        profile.change(
            member.person,
            form.details(),
            by=me,
            team=team,
            seen=form.seen.data,
            fields=form.asked,
        )
        flash(_("Saved."), "success")
        return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))
    if "remark" in request.form and note_form.validate_on_submit():
        membership.change_note(member, note_form.note.data or "", by=me, seen=note_form.seen.data)
        flash(_("Saved."), "success")
        return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))
    if "details" not in request.form:
        form.show(member.person)
    if "remark" not in request.form:
        note_form.process(data={"note": member.note})
    remember(form, note_form, member)
    return render_template(
        "teams/show_member.html",
        team=team,
        member=member,
        form=form,
        note_form=note_form,
        can_change=can_change,
        card=code_cards.find_open(member.person),
        has_handed_link=personal_links.has_handed(member.person),
        has_own_account=has_own_account,
        companions=companions.going(member.person),
        away_until=away_now([member.person_id]).get(member.person_id),
        star=star_queries.highest_stars(team, [member.person_id]).get(member.person_id),
    )


def remember(form: MemberForm, note_form: NoteForm, member: Membership) -> None:
    """Two forms on one page: the one that was not sent shows what is there, and is marked so."""
    form.remember(
        profile.shown_of(member.person, form.asked),
        lambda: form.show(member.person),
        is_sent="details" in request.form,
    )
    note_form.remember(
        member.note,
        lambda: note_form.process(data={"note": member.note}),
        is_sent="remark" in request.form,
    )


def member_within(team_id: int, membership_id: int) -> tuple[Person, Team, Membership]:
    """Who is asking, their team, and somebody who is in it; NotFound for all but its
    coordinators, and for who is not in it."""
    me, team = coordinated_team(team_id, back_to=".show_team")
    member = queries.get_membership(team.id, membership_id)
    authorize(member.is_in_team)
    return me, team, member


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/link")
def make_link(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A personal link for a member, shown once, to hand over on paper or in a chat."""
    me, team, member = member_within(team_id, membership_id)
    g.back_url = url_for(".show_member", team_id=team.id, membership_id=member.id)
    token = personal_links.make(member.person, by=me, team=team)
    address = Site(current_app.config["BASE_URL"]).address(
        url_for("accounts.show_link", token=token)
    )
    return render_template(
        "teams/make_link.html",
        team=team,
        member=member,
        called=queries.name_within(team, member.person),
        address=address,
        picture=qr.draw(address),
        lasts=personal_links.LASTS.days,
    )


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/link/end")
def end_links(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A link has come into wrong hands."""
    me, team, member = member_within(team_id, membership_id)
    personal_links.end_handed(member.person, by=me, team=team)
    flash(_("The link opens nothing any more, and whoever came in by it is signed out."), "success")
    return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/code-card")
def make_card(team_id: int, membership_id: int) -> ResponseReturnValue:
    """A code card to print, shown this once."""
    me, team, member = member_within(team_id, membership_id)
    g.back_url = url_for(".show_member", team_id=team.id, membership_id=member.id)
    card = code_cards.make(member.person, by=me, team=team)
    address = Site(current_app.config["BASE_URL"]).address(url_for("accounts.enter_card"))
    return render_template(
        "teams/make_card.html",
        team=team,
        member=member,
        card=card,
        address=address,
        picture=qr.draw(address),
        until=team.wall(clock.now() + code_cards.LASTS).date(),
    )


@blueprint.post("/teams/<int:team_id>/members/<int:membership_id>/code-card/end")
def end_card(team_id: int, membership_id: int) -> ResponseReturnValue:
    me, team, member = member_within(team_id, membership_id)
    code_cards.end(member.person, by=me, team=team)
    flash(_("The card opens nothing any more."), "success")
    return redirect(url_for(".show_member", team_id=team.id, membership_id=member.id))
