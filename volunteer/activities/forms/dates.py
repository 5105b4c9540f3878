"""What may be typed about one date: another time or place, a reason, a place taken."""

from collections.abc import Sequence

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length

from volunteer.activities.attendance.walk_ins import Newcomer
from volunteer.activities.forms.fields import check_hours
from volunteer.activities.models import Occurrence
from volunteer.activities.planning import DUE, DUE_UNTIL
from volunteer.activities.single_date import DatePlan
from volunteer.core import chinese, saying
from volunteer.core.forms import (
    MISSING,
    ClockField,
    DayField,
    EndClockField,
    FormKeyField,
    MayBeEmpty,
    Optional,
    PhoneField,
    SelectChoice,
    TicksField,
    TidyForm,
    check_name,
    check_within_a_year,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.language import ngettext
from volunteer.core.seen_forms import SeenMixin
from volunteer.people.models import Person


class DateForm(SeenMixin, TidyForm):
    """Another time or place for one date."""

    day = DayField(__("On which day?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    starts = ClockField(__("From what time?"), [DataRequired(MISSING)], render_kw={"class": "w-m"})
    ends = EndClockField(
        __("Until what time?"), [DataRequired(MISSING)], render_kw={"class": "w-m"}
    )
    place = StringField(__("Where?"), [DataRequired(MISSING), Length(max=120)])
    note = StringField(
        __("Why? Everybody concerned reads it."), [Optional(), Length(max=200)],
    )  # fmt: skip
    # They have read who loses a place at that very time, and that its day is a free one.
    sure = HiddenField()

    def validate_day(self, field: DayField) -> None:
        check_within_a_year(field)

    def validate_ends(self, field: ClockField) -> None:
        check_hours(self.starts, field)

    def leave_out_hours(self) -> None:
        """A task has a day and no hour."""
        del self.starts, self.ends

    def show(self, occurrence: Occurrence) -> None:
        self.process(
            data={
                "day": f"{occurrence.day:%Y-%m-%d}",
                "starts": saying.clock_words(occurrence.wall_starts),
                "ends": saying.clock_words(occurrence.wall_ends),
                "place": occurrence.place,
            }
        )

    @property
    def time_words(self) -> str:
        """Names the time that was asked for."""
        plan = self.plan()
        return f"{plan.day} {plan.starts} {plan.ends}"

    @property
    def is_sure(self) -> bool:
        return bool(self.sure.data == self.time_words)

    def plan(self) -> DatePlan:
        hours = (self.starts.time, self.ends.time) if "starts" in self else (DUE, DUE_UNTIL)
        if hours[0] is None or hours[1] is None or self.day.day is None:
            raise ValueError("The form has not been checked.")
        return DatePlan(
            day=self.day.day,
            starts=hours[0],
            ends=hours[1],
            place=self.place.data or "",
            note=self.note.data or "",
        )


class CancelForm(TidyForm):
    reason = StringField(
        __("Why? Everybody concerned reads it."), [Optional(), Length(max=200)],
    )  # fmt: skip


class SignUpForm(TidyForm):
    """Which role; and for whom, when a coordinator asks. No page draws this form by itself, and the
    token of whatever is sent is compared before any view is asked (core/extensions.py)."""

    class Meta(TidyForm.Meta):
        csrf = False

    role = IntegerField(validators=[DataRequired()])
    person = IntegerField(validators=[Optional()])
    # With those they live with; who exactly is asked on a page of its own.
    together = BooleanField()
    # They have read what is worth a second thought.
    sure = BooleanField()


class RoleChoiceForm(TidyForm):
    """Which work, on a page with several questions."""

    role = RadioField(__("For which work?"), [InputRequired(MISSING)])

    def offer_roles(self, occurrence: Occurrence) -> None:
        roles = occurrence.offered_roles
        self.role.choices = [
            SelectChoice(
                str(role.id),
                role.name,
                render_kw={
                    "description": ngettext("%(num)d place left", "%(num)d places left", role.free)
                    if role.free
                    else _("Full")
                },
            )
            for role in roles
        ]
        if len(roles) == 1 and not self.role.data:
            self.role.data = str(roles[0].id)


class HouseholdForm(RoleChoiceForm):
    """Who of those living together comes, and for which work."""

    people = TicksField(
        __("Who comes?"),
        [InputRequired(__("Please tick at least one person."))],
    )
    sure = HiddenField()

    def offer(self, occurrence: Occurrence, people: Sequence[Person]) -> None:
        self.offer_roles(occurrence)
        self.people.choices = [SelectChoice(str(person.id), person.name) for person in people]

    def chosen(self, people: Sequence[Person]) -> list[Person]:
        return [person for person in people if str(person.id) in (self.people.data or [])]


class WalkInForm(RoleChoiceForm):
    """Who stands at the door: a member, or somebody new by name."""

    member = SelectField(__("Is it a member?"), [MayBeEmpty()])
    name = StringField(
        __("Or somebody new: what is their name?"), [Length(max=chinese.LONGEST_NAME)]
    )
    phone = PhoneField(__("Their phone?"))
    joins = BooleanField(
        __("They want to be in the team from now on."),
        description=__("Then they can sign up, and get the weekly message."),
    )
    form_key = FormKeyField()

    def offer(self, occurrence: Occurrence, members: Sequence[Person]) -> None:
        self.offer_roles(occurrence)
        self.member.choices = [SelectChoice("", _("No, somebody new"))] + [
            SelectChoice(
                str(person.id),
                f"{person.name} …{person.phone[-4:]}" if person.phone else person.name,
            )
            for person in members
        ]

    def validate_name(self, field: StringField) -> None:
        if not self.member.data and not (field.data or "").strip():
            raise ValidationError(_("Please choose a member, or write a name."))
        check_name(self, field)

    def newcomer(self) -> Newcomer:
        return Newcomer(
            name=self.name.data or "", phone=self.phone.data or "", joins=bool(self.joins.data)
        )
