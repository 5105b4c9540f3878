"""What may be typed about a consent."""

from wtforms import (
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from volunteer.core import clock, zones
from volunteer.core.forms import MISSING, DayField, Optional, SelectChoice, TidyForm, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.people import wording as people_wording
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentGiver, ConsentScope, ConsentWay

# What only who helps may agree to; it is asked on pages of its own.
NOT_OF_ELDERS = {ConsentScope.COMPANION, ConsentScope.YOUNG_VOLUNTEER, ConsentScope.LIMITS}


class ConsentForm(TidyForm):
    """What somebody has agreed to, and how they said so."""

    scope = RadioField(
        __("What do they agree to?"),
        [DataRequired(MISSING)],
        choices=[
            SelectChoice(scope.value, words)
            for scope, words in people_wording.SCOPES.items()
            if scope not in NOT_OF_ELDERS
        ],
    )
    way = RadioField(
        __("How did they say so?"),
        [DataRequired(MISSING)],
        choices=choices(ConsentWay, people_wording.WAYS)[:2],
    )
    given_by = RadioField(
        __("Who said so?"),
        choices=choices(ConsentGiver, people_wording.GIVERS),
        default=ConsentGiver.SELF.value,
    )
    witness = StringField(
        __("Who heard it, or who spoke for them?"),
        [Optional(), Length(max=60)],
        description=__("A name. Not needed when they signed a paper themselves."),
    )
    given_on = DayField(
        __("On which day?"),
        [Optional()],
        description=__("Empty means today."),
        render_kw={"class": "w-m"},
    )
    expires_on = DayField(
        __("Until which day?"),
        [Optional()],
        description=__("Empty means: until they say otherwise."),
        render_kw={"class": "w-m"},
    )

    def validate_given_on(self, field: DayField) -> None:
        if field.day and field.day > zones.day_in(field.zone_name, clock.now()):
            raise ValidationError(_("This day has not come yet."))

    def validate_expires_on(self, field: DayField) -> None:
        if field.day and field.day < zones.day_in(field.zone_name, clock.now()):
            raise ValidationError(_("This day is over already."))

    def details(self) -> ConsentDetails:
        return ConsentDetails(
            way=ConsentWay(self.way.data),
            given_by=ConsentGiver(self.given_by.data),
            witness=self.witness.data or "",
            given_on=self.given_on.day,
            expires_on=self.expires_on.day,
        )
