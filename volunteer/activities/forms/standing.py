"""What may be typed about coming every week: which work, how often, from when and until when."""

from collections.abc import Sequence

from wtforms import RadioField
from wtforms.validators import DataRequired

from volunteer.activities.models import Activity
from volunteer.activities.standing import StandingPlan
from volunteer.core import clock, zones
from volunteer.core.forms import (
    MISSING,
    DayField,
    Optional,
    RowField,
    SelectChoice,
    TidyForm,
    check_days,
    check_within_a_year,
)
from volunteer.core.language import lazy_gettext as __
from volunteer.people.models import Person
from volunteer.people.wording import told_apart

RHYTHMS = {
    1: __("Every week"),
    2: __("Every other week"),
    3: __("Every third week"),
    4: __("Every fourth week"),
}


class StandingForm(TidyForm):
    """Coming every week; `person` only where a coordinator enters it for somebody."""

    person = RowField(__("Who comes?"))
    position = RadioField(__("For which work?"), [DataRequired(MISSING)])
    every_weeks = RadioField(
        __("How often?"),
        choices=[SelectChoice(str(weeks), words) for weeks, words in RHYTHMS.items()],
        default="1",
    )
    first_on = DayField(__("From which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    last_on = DayField(
        __("Until which day?"),
        [Optional()],
        render_kw={"class": "w-m"},
        description=__("Leave it empty when there is no end."),
    )

    def __init__(self, activity: Activity, people: Sequence[Person] = ()) -> None:
        super().__init__()
        zone = activity.zone
        self.first_on.zone_name = self.last_on.zone_name = zone
        self.position.choices = [SelectChoice(str(r.position), r.name) for r in activity.roles]
        if self.position.data is None and activity.roles:
            self.position.data = str(activity.roles[0].position)
        if not self.first_on.data and not self.is_submitted():
            self.first_on.data = f"{zones.day_in(zone, clock.now()):%Y-%m-%d}"
        if people:
            names = told_apart(people)
            self.person.offer(SelectChoice(p.id, names[p.id]) for p in people)
        else:
            del self.person

    def validate_first_on(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_last_on(self, field: DayField) -> None:
        check_days(self.first_on, field)

    def plan(self) -> StandingPlan:
        if self.first_on.day is None:
            raise ValueError("The form has not been checked.")
        return StandingPlan(
            position=int(self.position.data),
            first_on=self.first_on.day,
            every_weeks=int(self.every_weeks.data),
            last_on=self.last_on.day,
        )


class EndForm(TidyForm):
    last_on = DayField(
        __("Which is the last day?"),
        [Optional()],
        render_kw={"class": "w-m"},
        description=__("Leave it empty to end it now."),
    )

    def __init__(self, zone: str) -> None:
        super().__init__()
        self.last_on.zone_name = zone

    def validate_last_on(self, field: DayField) -> None:
        check_within_a_year(field)
