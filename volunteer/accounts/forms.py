"""What may be typed at the door."""

from wtforms import (
    Field,
    PasswordField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Regexp

from volunteer.accounts import contacts, passwords, signing_in
from volunteer.core import chinese, language
from volunteer.core.forms import (
    EMAIL,
    MISSING,
    EmailField,
    NameField,
    Optional,
    PhoneField,
    SelectChoice,
    TidyForm,
    choices,
)
from volunteer.core.language import CHINESE, ENGLISH
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.people import profile
from volunteer.people.models import Person, PhoneOwner, Slot
from volunteer.people.profile import PersonDetails

PHONE_OWNERS = {
    PhoneOwner.SELF: __("My own"),
    PhoneOwner.SPOUSE: __("My husband's or wife's"),
    PhoneOwner.CHILD: __("My child's"),
    PhoneOwner.NEIGHBOUR: __("A neighbour's"),
}
SLOTS = {
    Slot.MON_AM: __("Mon morning"),
    Slot.MON_PM: __("Mon afternoon"),
    Slot.TUE_AM: __("Tue morning"),
    Slot.TUE_PM: __("Tue afternoon"),
    Slot.WED_AM: __("Wed morning"),
    Slot.WED_PM: __("Wed afternoon"),
    Slot.THU_AM: __("Thu morning"),
    Slot.THU_PM: __("Thu afternoon"),
    Slot.FRI_AM: __("Fri morning"),
    Slot.FRI_PM: __("Fri afternoon"),
    Slot.SAT_AM: __("Sat morning"),
    Slot.SAT_PM: __("Sat afternoon"),
    Slot.SUN_AM: __("Sun morning"),
    Slot.SUN_PM: __("Sun afternoon"),
}
LOGIN = r"^[\w.@+-]+$"


def languages() -> list[SelectChoice]:
    # A language is named in that language.
    return [SelectChoice(CHINESE, "中文"), SelectChoice(ENGLISH, "English")]


def check_password(_form: object, field: Field) -> None:
    """A validator: long enough, and not one that everybody tries first."""
    password = field.data or ""
    if len(password) < passwords.SHORTEST:
        raise ValidationError(
            _(
                "At least %(count)d characters, please. A short sentence is easy to remember.",
                count=passwords.SHORTEST,
            )
        )
    if len(password) > passwords.LONGEST:
        raise ValidationError(_("At most %(count)d characters, please.", count=passwords.LONGEST))
    if passwords.is_common(password):
        raise ValidationError(_("Many people use this password. Please choose another one."))


def check_contact(_form: object, field: Field) -> None:
    """A validator: something that can be a phone or a mailbox; whether it is known is not said."""
    contact = contacts.read(field.data or "")
    if contacts.is_mailbox(contact):
        if not EMAIL.fullmatch(contact):
            raise ValidationError(_("An email address looks like name@example.cn."))
    elif not chinese.is_phone(contact):
        raise ValidationError(chinese.why_no_phone(contact))


class SignInForm(TidyForm):
    login = StringField(
        __("Your sign-in name"),
        [DataRequired(MISSING), Length(max=signing_in.LONGEST_LOGIN)],
        description=__("The name you chose; for many it is their phone number."),
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )
    password = PasswordField(
        __("Your password"),
        [DataRequired(MISSING)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeWishForm(TidyForm):
    contact = StringField(
        __("Your phone number, or your email address?"),
        [DataRequired(MISSING), Length(max=254), check_contact],
        description=__("The one that your coordinator knows. You may share it with others."),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "class": "w-m"},
    )


class CodeForm(TidyForm):
    code = StringField(
        __("Which six digits did we send you?"),
        [DataRequired(MISSING), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w-m"},
    )


class CardForm(TidyForm):
    number = StringField(
        __("Which number is on your card?"),
        [DataRequired(MISSING), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "w-m"},
    )
    code = StringField(
        __("And which code?"),
        [DataRequired(MISSING), Length(max=40)],
        description=__("Eight digits. Spaces do no harm."),
        render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "w-m"},
    )


def login_field() -> StringField:
    return StringField(
        __("Which name do you want to sign in with?"),
        [
            DataRequired(MISSING),
            Length(
                min=3,
                max=signing_in.LONGEST_LOGIN,
                message=__("At least 3 letters or digits, please."),
            ),
            Regexp(LOGIN, message=__("Letters and digits only, please, without spaces.")),
        ],
        description=__("Your phone number is easy to remember."),
        render_kw={"autocomplete": "username", "autocapitalize": "none"},
    )


def password_field() -> PasswordField:
    return PasswordField(
        __("Choose a password"),
        [DataRequired(MISSING), check_password],
        description=__("At least 8 characters. A short sentence is easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )


class FirstPasswordForm(TidyForm):
    login = login_field()
    password = password_field()


class RegisterForm(FirstPasswordForm):
    name = NameField(__("What is your name?"))
    phone = PhoneField(__("Your phone number?"))
    email = EmailField(
        __("Your email address?"),
        description=__("The weekly message goes there."),
    )
    # Once more, so that what is to mend is listed in the order of the page.
    login = login_field()
    password = password_field()

    def details(self) -> PersonDetails:
        """They read their messages in the language in which they registered."""
        return PersonDetails(
            name=self.name.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            language=language.current(),
        )


CONTACTS = ("phone", "phone_owner", "email")


class SettingsForm(SeenMixin, TidyForm):
    name = NameField(__("What is your name?"))
    phone = PhoneField(__("Your phone number?"))
    phone_owner = RadioField(__("Whose phone is it?"), choices=choices(PhoneOwner, PHONE_OWNERS))
    email = EmailField(
        __("Your email address?"),
        description=__("The weekly message goes there. Without one, the coordinator calls you."),
    )
    language = RadioField(__("In which language do you want your messages?"), choices=languages)
    free_slots = SelectMultipleField(
        __("When do you usually have time?"),
        [Optional()],
        choices=choices(Slot, SLOTS),
        description=__(
            "We offer you only places at these times. Tick nothing if any time may suit."
        ),
    )

    def leave_contacts_out(self) -> None:
        """Links and codes go to phone and mailbox: whoever acts for somebody can't turn them to
        themselves."""
        for name in CONTACTS:
            del self[name]

    def show(self, person: Person) -> None:
        """Fill the form with what is known."""
        self.process(
            data={
                "name": person.name,
                "phone": person.phone,
                "phone_owner": person.phone_owner.value,
                "email": person.email,
                "language": person.language,
                "free_slots": person.free_slots,
            }
        )

    @property
    def asked(self) -> list[str]:
        """Which fields of a person this form is about; those left out stay as they are."""
        return [name for name in profile.FIELDS if name in self]

    def details(self) -> PersonDetails:
        """What was typed; nothing where it was not asked for."""
        asked = "phone" in self
        return PersonDetails(
            name=self.name.data or "",
            phone=(self.phone.data or "") if asked else "",
            phone_owner=PhoneOwner(self.phone_owner.data) if asked else PhoneOwner.SELF,
            email=(self.email.data or "") if asked else "",
            language=self.language.data or CHINESE,
            free_slots=self.free_slots.data or [],
        )


class PasswordForm(TidyForm):
    """Without `old` for who has just proved by a code who they are."""

    old = PasswordField(
        __("Your old password"),
        [DataRequired(MISSING)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        __("Your new password"),
        [DataRequired(MISSING), check_password],
        description=__("At least 8 characters. A short sentence is easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )


class SecondStepForm(TidyForm):
    code = StringField(
        __("Which digits does the app show?"),
        [DataRequired(MISSING), Length(max=40)],
        description=__("No phone at hand? A spare code from your paper does as well."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w-m"},
    )


def current_password() -> PasswordField:
    """Whoever finds a phone that is signed in must not change its keys."""
    return PasswordField(
        __("Your password, once more"),
        [DataRequired(MISSING)],
        render_kw={"autocomplete": "current-password"},
    )


class TwoStepsForm(TidyForm):
    code = StringField(
        __("Which six digits does the app show now?"),
        [DataRequired(MISSING), Length(max=40)],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "class": "w-m"},
    )
    password = current_password()


class OneStepForm(TidyForm):
    password = current_password()
