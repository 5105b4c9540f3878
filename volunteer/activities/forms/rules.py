"""What may be typed about a team's rules for signing up, and about what a member may do."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from wtforms import BooleanField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Length, NumberRange

from volunteer.activities import wording
from volunteer.activities.insurance import PolicyDetails
from volunteer.activities.ties import Age
from volunteer.core import clock
from volunteer.core.forms import (
    MISSING,
    CountField,
    DayField,
    MayBeEmpty,
    Optional,
    SelectChoice,
    TicksField,
    TidyForm,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.people.models import Person
from volunteer.training.models import MOST_HOURS, Training

MONTH = re.compile(r"(19|20)(\d\d)(?:[-./年]\s*(1[0-2]|0?[1-9])月?)?年?")
EVERYBODY = 120


class LimitForm(SeenMixin, TidyForm):
    most = CountField(
        __("On how many dates a week may one member come?"),
        [MayBeEmpty(), NumberRange(1, 20, __("A number from 1 to 20, please."))],
        description=__("Leave it empty, and everybody may come as often as they like."),
    )

    def show(self, most: int | None) -> None:
        self.process(data={"most": most})


class TrainingForm(TidyForm):
    name = StringField(
        __("What is the training called?"),
        [DataRequired(MISSING), Length(max=30)],
        description=__("For example: first aid, kitchen hygiene."),
    )
    hours = CountField(
        __("How many hours does one learn?"),
        [MayBeEmpty(), NumberRange(1, MOST_HOURS)],
        description=__(
            "They stand beside what a member has learned, and never count as service. To correct "
            "them, write the same name again."
        ),
    )


class PolicyForm(TidyForm):
    """An accident insurance for the volunteers."""

    insurer = StringField(__("Which insurer?"), [DataRequired(MISSING), Length(max=60)])
    number = StringField(__("Number of the policy?"), [DataRequired(MISSING), Length(max=40)])
    starts_on = DayField(__("Good from which day?"), [DataRequired(MISSING)])
    ends_on = DayField(
        __("Good until which day?"),
        [DataRequired(MISSING)],
        description=__("Like 2027-10-14."),
    )
    least_age = CountField(__("from the age of"), [MayBeEmpty(), NumberRange(0, EVERYBODY)])
    most_age = CountField(__("up to the age of"), [MayBeEmpty(), NumberRange(0, EVERYBODY)])
    covers_travel = BooleanField(wording.COVERS["covers_travel"])
    covers_training = BooleanField(wording.COVERS["covers_training"])
    covers_third_party = BooleanField(wording.COVERS["covers_third_party"])

    def validate_ends_on(self, field: DayField) -> None:
        if self.starts_on.day and field.day and field.day < self.starts_on.day:
            raise ValidationError(_("It must end after it starts."))

    def validate_most_age(self, field: CountField) -> None:
        if field.data is not None and field.data < (self.least_age.data or 0):
            raise ValidationError(_("“Up to” can't be less than “from”."))

    def details(self) -> PolicyDetails:
        if self.starts_on.day is None or self.ends_on.day is None:
            raise ValueError("The form has not been checked.")
        return PolicyDetails(
            insurer=self.insurer.data or "",
            number=self.number.data or "",
            starts_on=self.starts_on.day,
            ends_on=self.ends_on.day,
            least_age=self.least_age.data or 0,
            most_age=EVERYBODY if self.most_age.data is None else self.most_age.data,
            covers_travel=bool(self.covers_travel.data),
            covers_training=bool(self.covers_training.data),
            covers_third_party=bool(self.covers_third_party.data),
        )


class BirthForm(SeenMixin, TidyForm):
    """When somebody was born, and the guardian of who is not grown up."""

    born = StringField(
        __("In which year and month were they born?"),
        [Optional(), Length(max=12)],
        description=__("Like 1958-03; the year alone will do. Needed for insurance and children."),
    )
    guardian = SelectField(__("Under 18: who is the guardian?"), [MayBeEmpty()])
    agreed = BooleanField(
        __("The guardian has agreed on paper."),
        description=__("Needed from 14 to 17. The sheet is kept with the team's papers."),
    )

    def offer(self, people: Sequence[Person]) -> None:
        self.guardian.choices = [SelectChoice("", _("nobody"))] + [
            SelectChoice(str(person.id), person.name) for person in people
        ]

    @property
    def year_and_month(self) -> tuple[int | None, int | None]:
        found = MONTH.fullmatch(self.born.data or "")
        if found is None:
            return None, None
        return int(found[1] + found[2]), int(found[3]) if found[3] else None

    def validate_born(self, field: StringField) -> None:
        if not field.data:
            return
        year, _month = self.year_and_month
        this_year = clock.today().year
        if year is None or not this_year - EVERYBODY <= year <= this_year:
            raise ValidationError(_("Please write a year like 1958, or a month like 1958-03."))

    def validate_agreed(self, field: BooleanField) -> None:
        if field.data and not self.guardian.data:
            raise ValidationError(_("Please choose the guardian who agreed."))

    def show(self, age: Age) -> None:
        born = str(age.year or "")
        if age.month:
            born += f"-{age.month:02d}"
        guardian = str(age.guardian_id or "")
        self.process(data={"born": born, "guardian": guardian, "agreed": age.is_agreed})

    def age(self, guardian: Person | None) -> Age:
        year, month = self.year_and_month
        return Age(year, month, guardian.id if guardian else None, is_agreed=bool(self.agreed.data))


class HomeForm(SeenMixin, TidyForm):
    """Who lives with a member."""

    mates = TicksField(
        __("With whom do they live?"),
        [MayBeEmpty()],
        description=__("Each of them may sign the others up. Please ask all of them first."),
    )

    def offer(self, people: Sequence[Person]) -> None:
        self.mates.choices = [
            SelectChoice(
                str(person.id),
                f"{person.name} …{person.phone[-4:]}" if person.phone else person.name,
            )
            for person in people
        ]

    def show(self, mates: Sequence[Person]) -> None:
        self.mates.data = [str(mate.id) for mate in mates]


class SeenForm(SeenMixin, TidyForm):
    """A form whose fields come one by one."""


def passed_form(
    trainings: Sequence[Training], passed: Mapping[int, date | None], *, is_sent: bool
) -> SeenForm:
    """A box to tick and a last day for each of the team's trainings; `passed` as passed_by()."""

    class PassedForm(SeenForm):
        pass

    for training in trainings:
        good_until = passed.get(training.id)
        until = f"{good_until:%Y-%m-%d}" if good_until else ""
        ticked = BooleanField(training.name, default=training.id in passed)
        last = DayField(_("Good until which day?"), [Optional()], default=until)
        setattr(PassedForm, f"passed_{training.id}", ticked)
        setattr(PassedForm, f"until_{training.id}", last)
    return PassedForm() if is_sent else PassedForm(formdata=None)


def passed(form: TidyForm, trainings: Sequence[Training]) -> dict[int, date | None]:
    """The trainings that were ticked, with the last day of each."""
    return {
        training.id: form[f"until_{training.id}"].day
        for training in trainings
        if form[f"passed_{training.id}"].data
    }
