"""Taking a table from a file: which file, then what each of its columns holds."""

from collections.abc import Sequence

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, SelectField, ValidationError

from volunteer.core import saying, sheets
from volunteer.core.errors import DomainError
from volunteer.core.forms import MISSING, KeptField, TidyForm
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.sheets import Column, Table


class FileForm(TidyForm):
    """A table that somebody keeps in a file."""

    file = FileField(
        __("Which file?"),
        [FileRequired(MISSING)],
        description=__(
            "From Excel or WPS (.xlsx, .xls), LibreOffice (.ods), or .csv. At most 2 MB."
        ),
        render_kw={"accept": ".xlsx,.xls,.ods,.csv,.txt"},
    )

    def table(self, offered: Sequence[Column]) -> Table | None:
        """What stands in the file; None when it is no table, and beside the field it says why."""
        try:
            return self.read(offered)
        except DomainError as error:
            self.file.errors = [str(error)]
            return None

    def read(self, offered: Sequence[Column]) -> Table:
        """What stands in the file. Raises what sheets.read does."""
        return sheets.read(self.file.data.read(), offered)


class ColumnsForm(TidyForm):
    """What each column of a table holds.

    The table goes along in the form itself: nothing of it is kept here before it is saved,
    and what somebody sends back is their own (MAX_FORM_MEMORY_SIZE limits it).
    """

    packed = KeptField()
    columns = FieldList(SelectField(), max_entries=sheets.MOST_COLUMNS)

    def __init__(self, table: Table, offered: Sequence[Column], *, is_first: bool) -> None:
        """`is_first`: nobody has said yet what the columns hold, so we guess."""
        if is_first:
            held = sheets.guess(table, offered)
            super().__init__(formdata=None, data={"packed": table.pack(), "columns": held})
        else:
            super().__init__()
        self.table, self.offered = table, offered
        # Whether somebody has said what the columns hold, and the rows may be looked through.
        self.is_answered = False
        choices = [("", _("Leave it out")), *((c.key, str(c.label)) for c in offered)]
        for number, entry in enumerate(self.columns):
            entry.choices = choices
            if number < table.width:
                entry.label.text = question(table, number)
                samples = [sample[:40] for sample in table.samples(number)]
                entry.description = _("It begins with: %(samples)s", samples=saying.listed(samples))

    @property
    def held(self) -> list[str]:
        """For each column of the table what it holds, or ""."""
        return [entry.data or "" for entry in self.columns]

    def validate_columns(self, field: "FieldList[SelectField]") -> None:
        if len(field.entries) != self.table.width:
            raise ValidationError(MISSING)
        for column in self.offered:
            count = self.held.count(column.key)
            if column.is_needed and not count:
                raise ValidationError(_("Which column is this: %(what)s?", what=column.label))
            if count > 1 and not column.is_repeatable:
                raise ValidationError(
                    _("Only one column can be this: %(what)s.", what=column.label)
                )


def next_step(file_form: type[FileForm], offered: Sequence[Column]) -> FileForm | ColumnsForm:
    """What is asked next before the rows of a file are looked through: which file, then what its
    columns hold, until that `is_answered`."""
    if "packed" in request.form:
        table = Table.unpack(request.form["packed"])
        form = ColumnsForm(table, offered, is_first=False)
        form.is_answered = form.validate() and "again" not in request.form
        return form
    asked = file_form()
    found = asked.table(offered) if asked.validate_on_submit() else None
    return asked if found is None else ColumnsForm(found, offered, is_first=True)


def question(table: Table, column: int) -> str:
    heading = table.headings[column]
    if heading:
        return _("What is under “%(heading)s”?", heading=heading[:40])
    return _("What is in column %(number)d?", number=column + 1)
