"""What may be typed about a person, by themselves or by a coordinator."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from volunteer.core.forms import AnyPhoneField, MayBeEmpty, TidyForm, check_phone, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.people.errors import LimitsConsentNeeded
from volunteer.people.safety_cards import Details, Pictures

PICTURES = {
    Pictures.NONE: __("No, please"),
    Pictures.INSIDE: __("Within the team"),
    Pictures.PUBLIC: __("Everybody may see them"),
}


class SafetyCardForm(SeenMixin, TidyForm):
    """Nothing has to be told."""

    contact_name = StringField(__("Whom shall we call?"), [Length(max=30)])
    contact_relation = StringField(
        __("How are they related?"),
        [MayBeEmpty(), Length(max=20)],
        description=__("For example daughter, husband, neighbour."),
    )
    contact_phone = AnyPhoneField(
        __("On which phone?"),
        description=__("Please let them know that they are named here."),
        render_kw={"inputmode": "tel", "class": "w-m"},
    )
    limits = TextAreaField(
        __("Is there anything better left to others?"),
        [MayBeEmpty(), Length(max=200)],
        description=__("For example: no stairs, nothing heavy. No need to say why."),
        render_kw={"rows": 3},
    )
    is_agreed = BooleanField(__("This may be noted"))
    pictures = RadioField(
        __("May pictures be taken?"),
        choices=lambda: choices(Pictures, PICTURES),
        default=Pictures.NONE.value,
    )
    national_no = StringField(
        __("Number as a volunteer in the national system"),
        [MayBeEmpty(), Length(max=30)],
        description=__("If there is one. We never ask for the number of your identity card."),
        render_kw={"class": "w-l"},
    )

    def show(self, card: Details) -> None:
        self.process(obj=card, pictures=card.pictures.value)

    def validate_contact_phone(self, field: AnyPhoneField) -> None:
        if self.contact_name.data and not field.data:
            raise ValidationError(_("Without a number nobody can call them."))
        if field.data:
            check_phone(self, field)

    def validate_contact_name(self, field: StringField) -> None:
        if self.contact_phone.data and not field.data:
            raise ValidationError(_("Whose number is it?"))

    def validate_is_agreed(self, field: BooleanField) -> None:
        if self.limits.data and not field.data:
            raise ValidationError(str(LimitsConsentNeeded.message))

    def details(self) -> Details:
        return Details(
            contact_name=self.contact_name.data or "",
            contact_relation=self.contact_relation.data or "",
            contact_phone=self.contact_phone.data or "",
            limits=self.limits.data or "",
            is_agreed=bool(self.is_agreed.data),
            pictures=Pictures(self.pictures.data),
            national_no=self.national_no.data or "",
        )
