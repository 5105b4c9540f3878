"""What may be typed about what an activity says of itself: its words and its roles."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, NumberRange, StopValidation
from wtforms.widgets import HiddenInput

from volunteer.activities.forms.needs import CareForm, NeedsForm, shown_needs
from volunteer.activities.models import Activity, DangerLevel
from volunteer.activities.planning import ActivityWords, RolePlan
from volunteer.core import chinese
from volunteer.core.forms import (
    MISSING,
    CountField,
    MayBeEmpty,
    Optional,
    SelectChoice,
    SentenceField,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.people.models import Person
from volunteer.people.wording import told_apart
from volunteer.training.models import Training

# The questions as they follow each other on the pages: what is to mend is listed so, too.
ON_THE_PAGE = (
    "title", "summary",
    "is_task", "repeats", "every", "ordinals", "weekdays", "month_day", "lunar_month", "lunar_day",
    "first_on", "starts", "ends", "ending", "last_on", "count", "extra", "left_out",
    "place", "roles", "outdoors", "leader", "meeting_point", "bring_note", "risk_note",
    "protection_note", "danger", "service", "waiting_style", "answer_hours", "cutoff_hours",
)  # fmt: skip

MOST_ROLES = 8
MOST_PLACES = 99


def check_maximum(form: Form, field: IntegerField) -> None:
    """A validator: a row with a name needs its largest number. It must stand first: an empty field
    ends the checks at MayBeEmpty."""
    if form["name"].data and not (field.raw_data and field.raw_data[0].strip()):
        raise StopValidation(_("How many people at most?"))


class RoleForm(NeedsForm):
    """One kind of work; a row without a name is left out, and its role with it."""

    # Which role of the activity it is, wherever the row stands; a new one has none.
    position = CountField(widget=HiddenInput())
    name = StringField(__("What work?"), [MayBeEmpty(), Length(max=30)], filters=[
        lambda text: chinese.tidy(text) if text else text])  # fmt: skip
    minimum = CountField(
        __("at least"),
        [MayBeEmpty(), NumberRange(0, MOST_PLACES, __("A number from 0 to 99, please."))],
    )
    maximum = CountField(
        __("at most"),
        [
            check_maximum,
            MayBeEmpty(),
            NumberRange(1, MOST_PLACES, __("A number from 1 to 99, please.")),
        ],
    )

    def validate_maximum(self, field: IntegerField) -> None:
        if not self.name.data or field.data is None:
            return
        if self.minimum.data is not None and field.data < self.minimum.data:
            raise ValidationError(_("“At most” can't be less than “at least”."))


class WordsForm(SeenMixin, CareForm):
    """What an activity says of itself."""

    title = StringField(
        __("What is it called?"),
        [DataRequired(MISSING), Length(max=60)],
        description=__("Short, so that everybody understands at a glance."),
    )
    summary = SentenceField(__("What will people do?"), [Optional(), Length(max=200)])
    place = StringField(__("Where?"), [DataRequired(MISSING), Length(max=120)])
    roles = FieldList(FormField(RoleForm), min_entries=1, max_entries=MOST_ROLES)
    leader = SelectField(
        __("Who leads?"),
        validate_choice=True,
        description=__("Whoever signs up sees this phone number."),
    )
    bring_note = StringField(__("What should people bring?"), [Optional(), Length(max=200)])
    risk_note = TextAreaField(
        __("What could be dangerous?"),
        [
            DataRequired(
                __("Please write the possible risks; if there are none, write “no obvious risk”.")
            ),
            Length(max=1000),
        ],
        description=__("If nothing, write “no obvious risk”. Everybody sees it before signing up."),
        render_kw={"rows": 3},
    )
    protection_note = TextAreaField(
        __("How are people protected?"), [Optional(), Length(max=1000)],
        description=__("Gloves, insurance, a second person."),
        render_kw={"rows": 2},
    )  # fmt: skip

    leader_names: Mapping[str, str]

    def __iter__(self) -> Iterator[Field]:
        fields = [self[name] for name in ON_THE_PAGE if name in self]
        return iter([*fields, *(field for field in super().__iter__() if field not in fields)])

    def offer_leaders(self, people: Sequence[Person]) -> None:
        names = {str(number): name for number, name in told_apart(people).items()}
        self.leader_names = {"": _("nobody yet"), **names}
        self.leader.choices = [
            SelectChoice(number, name) for number, name in self.leader_names.items()
        ]

    @property
    def leader_name(self) -> str:
        return self.leader_names[self.leader.data or ""]

    def offer_more_roles(self) -> None:
        """Three more empty rows, up to the most there may be."""
        for _row in range(min(3, MOST_ROLES - len(self.roles))):
            self.roles.append_entry()
        self.offer_trainings(self.trainings)

    trainings: Sequence[Training] = ()

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Rows that are filled in once more offer what they offered before."""
        super().process(*args, **kwargs)
        self.offer_trainings(self.trainings)

    def offer_trainings(self, trainings: Sequence[Training]) -> None:
        """What a role may ask for; rows that come later offer the same."""
        self.trainings = trainings
        for row in self.roles:
            row.form.offer_trainings(trainings)

    def validate_roles(self, field: "FieldList[Any]") -> None:
        if not any(row.form.name.data for row in field):
            raise ValidationError(_("Which work is there? Please fill in at least one row."))
        counted = Counter(chinese.narrow(row.form.name.data or "").lower() for row in field)
        for row in field:
            name = row.form.name.data
            if name and counted[chinese.narrow(name).lower()] > 1:
                raise ValidationError(
                    _("“%(name)s” stands here twice. Please write it in one row.", name=name)
                )

    def words(self) -> ActivityWords:
        return ActivityWords(
            title=self.title.data or "",
            summary=self.summary.data or "",
            place=self.place.data or "",
            risk_note=self.risk_note.data or "",
            protection_note=self.protection_note.data or "",
            bring_note=self.bring_note.data or "",
            leader_id=int(self.leader.data) if self.leader.data else None,
            meeting_point=self.meeting_point.data or "",
            is_outdoors=self.is_outdoors,
            is_service=self.is_service,
            danger=DangerLevel(self.danger.data),
            waiting=self.waiting,
            roles=[
                RolePlan(
                    name=row.form.name.data,
                    minimum=row.form.minimum.data or 0,
                    maximum=row.form.maximum.data or 1,
                    position=row.form.position.data,
                    needs=row.form.needs,
                )
                for row in self.roles
                if row.form.name.data
            ],
        )

    def show(self, activity: Activity) -> None:
        self.process(data=self.shown(activity))

    def shown(self, activity: Activity) -> dict[str, Any]:
        """What the fields say of an activity that is there."""
        return {
            "title": activity.title,
            "summary": activity.summary,
            "place": activity.place,
            "risk_note": activity.risk_note,
            "protection_note": activity.protection_note,
            "bring_note": activity.bring_note,
            "leader": str(activity.leader_id or ""),
            **self.shown_care(activity),
            "roles": [
                {
                    "position": role.position,
                    "name": role.name,
                    "minimum": role.minimum,
                    "maximum": role.maximum,
                    **shown_needs(role.needs),
                }
                for role in activity.roles
            ],
        }
