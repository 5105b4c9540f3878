"""Elders from a file: which file, what its columns hold, looking it through, taking it back."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.core import downloads, pressing, sheets
from volunteer.core.file_forms import FileForm, next_step
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.elders.forms.files import ElderFileForm
from volunteer.elders.importing import reading, saving
from volunteer.elders.importing.columns import COLUMNS
from volunteer.elders.views.door import blueprint
from volunteer.teams import imports
from volunteer.teams import queries as team_queries
from volunteer.teams.errors import NothingToAdd
from volunteer.teams.models import ImportKind
from volunteer.teams.views.adding import tell_who_stays
from volunteer.teams.views.door import coordinated_team


@blueprint.route("/teams/<int:team_id>/elders/file", methods=["GET", "POST"])
def add_from_file(team_id: int) -> ResponseReturnValue:
    """Choose a file, say what its columns hold, look it through, then save.

    Nothing is kept here in between: the table goes along in the coordinator's own pages.
    """
    me, team = coordinated_team(team_id, back_to=".show_elders")
    form = next_step(ElderFileForm, COLUMNS)
    if isinstance(form, FileForm):
        return render_template("elders/add_from_file.html", form=form, team=team)
    if not form.is_answered:
        return render_template("teams/name_columns.html", form=form, team=team)
    preview = reading.preview(team, form.table, form.held)
    if "save" in request.form:
        lines = preview.chosen(request.form.getlist("line"))
        try:
            done = saving.add_all(team, lines, by=me, form_key=request.form.get("form_key"))
        except NothingToAdd as error:
            flash(str(error), "error")
        else:
            num = len(done.made)
            flash(
                ngettext(
                    "%(num)d elder is on the list now.", "%(num)d elders are on the list now.", num
                ),
                "success",
            )
            return redirect(url_for("teams.show_imports", team_id=team.id))
    return render_template(
        "elders/preview_file.html",
        form=form,
        team=team,
        preview=preview,
        form_key=pressing.new_form_key(),
    )


@blueprint.get("/teams/<int:team_id>/elders/form-sheet")
def download_form_sheet(team_id: int) -> ResponseReturnValue:
    """An empty table with our headings, to be filled in; nobody stands in it."""
    coordinated_team(team_id, back_to=".show_elders")
    return downloads.table(sheets.empty_sheet(COLUMNS), _("elders"))


@blueprint.route(
    "/teams/<int:team_id>/elders/imports/<int:elder_import_id>/undo", methods=["GET", "POST"]
)
def undo_import(team_id: int, elder_import_id: int) -> ResponseReturnValue:
    """What taking a list of elders back would do, and doing it."""
    me, team = coordinated_team(team_id, back_to="teams.show_imports")
    done = team_queries.get_import(team.id, elder_import_id, ImportKind.ELDERS)
    if request.method != "POST":
        imports.check_open(done)
        found = saving.foresee(done)
        return render_template("elders/undo_import.html", team=team, done=done, found=found)
    found = saving.take_back(done, by=me)
    num = len(found.going)
    flash(
        ngettext(
            "%(num)d elder was taken off the list again.",
            "%(num)d elders were taken off the list again.",
            num,
        ),
        "success",
    )
    tell_who_stays(elder.preferred_name for elder in found.staying)
    return redirect(url_for("teams.show_imports", team_id=team.id))
