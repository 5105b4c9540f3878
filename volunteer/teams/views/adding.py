"""Adding many members at once: a pasted list, a file, and taking it back."""

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.core import downloads, pressing, saying, sheets
from volunteer.core.errors import DomainError
from volunteer.core.file_forms import FileForm, next_step
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.core.pages import page_of
from volunteer.people.models import Person
from volunteer.teams import importing, imports, queries, roster
from volunteer.teams.errors import NothingToAdd
from volunteer.teams.forms import PasteForm
from volunteer.teams.models import ImportKind, Team
from volunteer.teams.roster import Line, Preview
from volunteer.teams.views.door import blueprint, coordinated_team


@blueprint.route("/teams/<int:team_id>/members/paste", methods=["GET", "POST"])
def paste_members(team_id: int) -> ResponseReturnValue:
    """Paste a list, look at what was understood, then save: nothing is saved before the look."""
    me, team = coordinated_team(team_id, back_to=".show_team")
    form = PasteForm()
    if not form.validate_on_submit() or "again" in request.form:
        return render_template("teams/paste_members.html", form=form, team=team)
    try:
        preview = roster.preview(team, form.text.data or "")
    except DomainError as error:
        form.text.errors = [str(error)]
        return render_template("teams/paste_members.html", form=form, team=team)
    if "save" not in request.form:
        return render_template(
            "teams/preview_members.html",
            form=form,
            team=team,
            preview=preview,
            form_key=pressing.new_form_key(),
        )
    save_chosen(team, preview, me)
    return redirect(url_for(".show_members", team_id=team.id))


def save_chosen(team: Team, preview: Preview[Line], me: Person) -> None:
    """Take in whom the coordinator has left ticked, and say how many they are."""
    chosen = preview.chosen(request.form.getlist("line"))
    done = roster.add_all(team, chosen, by=me, form_key=request.form.get("form_key"))
    num = len(done.made)
    flash(
        ngettext("%(num)d person is in the team now.", "%(num)d people are in the team now.", num),
        "success",
    )


@blueprint.route("/teams/<int:team_id>/members/file", methods=["GET", "POST"])
def add_from_file(team_id: int) -> ResponseReturnValue:
    """Choose a file, say what its columns hold, look it through, then save.

    Nothing is kept here in between: the table goes along in the coordinator's own pages.
    """
    me, team = coordinated_team(team_id, back_to=".show_members")
    form = next_step(FileForm, importing.COLUMNS)
    if isinstance(form, FileForm):
        return render_template("teams/add_from_file.html", form=form, team=team)
    if not form.is_answered:
        return render_template("teams/name_columns.html", form=form, team=team)
    preview = importing.preview(team, form.table, form.held)
    if "save" in request.form:
        try:
            save_chosen(team, preview, me)
        except NothingToAdd as error:
            flash(str(error), "error")
        else:
            return redirect(url_for(".show_imports", team_id=team.id))
    return render_template(
        "teams/preview_file.html",
        form=form,
        team=team,
        preview=preview,
        form_key=pressing.new_form_key(),
    )


@blueprint.get("/teams/<int:team_id>/members/form-sheet")
def download_form_sheet(team_id: int) -> ResponseReturnValue:
    """An empty table with our headings, to be filled in; nobody stands in it."""
    coordinated_team(team_id, back_to=".show_team")
    return downloads.table(sheets.empty_sheet(importing.COLUMNS), _("members"))


@blueprint.get("/teams/<int:team_id>/imports")
def show_imports(team_id: int) -> ResponseReturnValue:
    """The lists that were added, and which of them can be taken back."""
    _me, team = coordinated_team(team_id, back_to=".show_members")
    page = page_of(queries.imports_of(team), request.args.get("page", 1, type=int))
    return render_template("teams/show_imports.html", team=team, page=page)


@blueprint.route("/teams/<int:team_id>/imports/<int:import_id>/undo", methods=["GET", "POST"])
def undo_import(team_id: int, import_id: int) -> ResponseReturnValue:
    """What taking a list of members back would do, and doing it."""
    me, team = coordinated_team(team_id, back_to=".show_imports")
    done = queries.get_import(team.id, import_id, ImportKind.MEMBERS)
    if request.method != "POST":
        imports.check_open(done)
        found = importing.foresee(done)
        return render_template("teams/undo_import.html", team=team, done=done, found=found)
    found = importing.take_back(done, by=me)
    num = len(found.going)
    flash(
        ngettext(
            "%(num)d person was taken out again.", "%(num)d people were taken out again.", num
        ),
        "success",
    )
    tell_who_stays(row.person.name for row in found.staying)
    return redirect(url_for(".show_imports", team_id=team.id))


def tell_who_stays(names: Iterable[str]) -> None:
    """Of a list that was taken back, whoever has done something since is still here."""
    if listed := saying.listed(names):
        flash(
            _("These stay, because something has been done since: %(names)s.", names=listed), "info"
        )
