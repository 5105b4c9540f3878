"""What may be typed about a role's needs, about danger, and about the waiting list."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import Length, NumberRange

from volunteer.activities.models import Activity, DangerLevel, RoleNeeds, WaitingStyle
from volunteer.activities.planning import Waiting
from volunteer.core import chinese
from volunteer.core.forms import (
    CountField,
    MayBeEmpty,
    Optional,
    RowForm,
    SelectChoice,
    TidyForm,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.training.models import Training

OLDEST = 120
AN_AGE = NumberRange(1, OLDEST, __("An age from 1 to 120, please."))


class Outdoors(StrEnum):
    NO = "no"
    YES = "yes"


class Service(StrEnum):
    YES = "yes"
    NO = "no"


OUTDOORS = {Outdoors.NO: __("No, indoors"), Outdoors.YES: __("Yes, outdoors")}
SERVICES = {
    Service.YES: __("Yes, for others"),
    Service.NO: __("No, for ourselves"),
}
SERVICE_HINTS = {
    Service.YES: __("The hours stand on a certificate."),
    Service.NO: __("A meeting, a rehearsal, an outing: no hours on a certificate."),
}
DANGERS = {
    DangerLevel.NONE: __("No, nothing dangerous"),
    DangerLevel.POSSIBLE: __("Yes, possibly"),
}
DANGER_HINTS = {
    DangerLevel.NONE: __("No more than at home."),
    DangerLevel.POSSIBLE: __("Only with the team's accident insurance, and only from 18 on."),
}
STYLES = {
    WaitingStyle.IN_LINE: __("In line"),
    WaitingStyle.ASK: __("Ask one after the other"),
    WaitingStyle.FIRST_TO_ANSWER: __("Who answers first"),
}
STYLE_HINTS = {
    WaitingStyle.IN_LINE: __("Whoever has waited longest has the place at once, and is told."),
    WaitingStyle.ASK: __("The place is kept for whoever is asked; then the next one is asked."),
    WaitingStyle.FIRST_TO_ANSWER: __("All who wait are told; the first to press gets the place."),
}


class NeedsForm(RowForm):
    """What one kind of work asks of people."""

    least_age = CountField(__("from the age of"), [MayBeEmpty(), AN_AGE])
    most_age = CountField(__("up to the age of"), [MayBeEmpty(), AN_AGE])
    training = SelectField(__("Which training does it need?"), default="")
    own_tool = StringField(
        __("What does everybody bring for it?"),
        [MayBeEmpty(), Length(max=40)],
        filters=[lambda text: chinese.tidy(text) if text else text],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_trainings([])

    def offer_trainings(self, trainings: Sequence[Training]) -> None:
        self.training.choices = [SelectChoice("", _("none"))] + [
            SelectChoice(str(training.id), training.name) for training in trainings
        ]

    def validate_most_age(self, field: CountField) -> None:
        least = self.least_age.data
        if least is not None and field.data is not None and field.data < least:
            raise ValidationError(_("“Up to” can't be less than “from”."))

    @property
    def needs(self) -> RoleNeeds:
        # What is not on offer is refused beside the field; the row is drawn again all the same.
        offers: Any = self.training.iter_choices()
        is_offered = self.training.data in {choice.value for choice in offers}
        chosen = self.training.data if is_offered else None
        return RoleNeeds(
            least_age=self.least_age.data,
            most_age=self.most_age.data,
            training_id=int(chosen) if chosen else None,
            own_tool=self.own_tool.data or "",
        )

    @property
    def has_needs(self) -> bool:
        """Whether the row shows them at once."""
        return self.needs != RoleNeeds() or any(
            field.errors for field in (self.least_age, self.most_age, self.own_tool)
        )


def shown_needs(needs: RoleNeeds) -> dict[str, object]:
    """The fields as they stand for these needs."""
    return {
        "least_age": needs.least_age,
        "most_age": needs.most_age,
        "training": str(needs.training_id or ""),
        "own_tool": needs.own_tool,
    }


class CareForm(TidyForm):
    """Where people meet, whether it is dangerous, and how the waiting list moves."""

    meeting_point = StringField(
        __("Where do people meet?"),
        [Optional(), Length(max=120)],
        description=__("Only if it is not the place itself."),
    )
    outdoors = RadioField(
        __("Does it take place outdoors?"),
        choices=choices(Outdoors, OUTDOORS),
        default=Outdoors.NO.value,
        description=__("In heat and cold you are asked whether it goes on."),
    )
    service = RadioField(
        __("Is it voluntary service?"),
        choices=choices(Service, SERVICES, SERVICE_HINTS),
        default=Service.YES.value,
    )
    danger = RadioField(
        __("Could somebody come to harm?"),
        choices=choices(DangerLevel, DANGERS, DANGER_HINTS),
        default=DangerLevel.NONE.value,
    )
    waiting_style = RadioField(
        __("Who gets a place that comes free?"),
        choices=choices(WaitingStyle, STYLES, STYLE_HINTS),
        default=WaitingStyle.IN_LINE.value,
    )
    answer_hours = CountField(
        __("For how many hours is a place kept for whoever is asked?"),
        [MayBeEmpty(), NumberRange(1, 48, __("A number from 1 to 48, please."))],
        default=2,
        description=__("Nights don't count."),
    )
    cutoff_hours = CountField(
        __("How many hours before the beginning do you choose yourselves?"),
        [MayBeEmpty(), NumberRange(0, 72, __("A number from 0 to 72, please."))],
        default=2,
        description=__("From then on nobody moves up by themselves; the coordinators are told."),
    )

    @property
    def is_outdoors(self) -> bool:
        return bool(self.outdoors.data == Outdoors.YES)

    @property
    def is_service(self) -> bool:
        return bool(self.service.data == Service.YES)

    @property
    def waiting(self) -> Waiting:
        return Waiting(
            style=WaitingStyle(self.waiting_style.data),
            answer_hours=self.answer_hours.data or 2,
            cutoff_hours=self.cutoff_hours.data or 0,
        )

    @staticmethod
    def shown_care(activity: Activity) -> dict[str, object]:
        """The fields as they stand for this activity."""
        return {
            "meeting_point": activity.meeting_point,
            "outdoors": Outdoors.YES if activity.is_outdoors else Outdoors.NO,
            "service": Service.YES if activity.is_service else Service.NO,
            "danger": activity.danger_level.value,
            "waiting_style": activity.waiting_style.value,
            "answer_hours": activity.answer_hours,
            "cutoff_hours": activity.cutoff_hours,
        }
