"""What may be typed about being away: from which day to which, a remark, and who is away too."""

from collections.abc import Sequence

from wtforms import StringField, ValidationError
from wtforms.validators import Length

from volunteer.core.forms import DayField, DaysAwayForm, Optional, SelectChoice, TicksField
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.zones import HOME_ZONE
from volunteer.people.away import LONGEST, Stretch
from volunteer.people.models import Person
from volunteer.people.wording import told_apart


class AwayForm(DaysAwayForm):
    """Days away of somebody, and of those of their household whom they tick."""

    remark = StringField(
        __("Anything the coordinators should know?"),
        [Optional(), Length(max=100)],
        description=__("Only they read it. It is deleted a month after the last day."),
    )
    mates = TicksField(
        __("Also for those who live with them"),
    )

    def __init__(self, mates: Sequence[Person], *, is_own: bool) -> None:
        super().__init__(HOME_ZONE)
        self.first_on.description = _("You may write “next Wed” or “14 Oct”.")
        self.last_on.description = _("That day is the last one away.")
        names = told_apart(mates)
        self.mates.choices = [SelectChoice(str(number), name) for number, name in names.items()]
        if is_own:
            self.mates.label.text = _("Also for those who live with you")
        if not mates:
            del self.mates

    def validate_last_on(self, field: DayField) -> None:
        super().validate_last_on(field)
        first, last = self.first_on.day, field.day
        if first and last and Stretch(first, last).is_too_long:
            raise ValidationError(
                _("At most %(days)d days. For longer, please pause in the team.", days=LONGEST.days)
            )

    def stretch(self) -> Stretch:
        return Stretch(*self.days(), remark=(self.remark.data or "").strip())

    def chosen(self, mates: Sequence[Person]) -> list[Person]:
        ticked = self.mates.data or [] if self.mates else []
        return [mate for mate in mates if str(mate.id) in ticked]
