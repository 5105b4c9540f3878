"""Fields that several forms of elders share."""

from wtforms import (
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput, ListWidget


class TicksField(SelectMultipleField):
    """Several answers, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
