"""What may be typed about a booking: where, how much, every week or once, and what to mind."""

from collections.abc import Sequence
from dataclasses import replace

from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from volunteer.core import chinese, homes
from volunteer.core.forms import (
    MISSING,
    CountField,
    FormKeyField,
    MayBeEmpty,
    Optional,
    PhoneField,
    SelectChoice,
    TidyForm,
    check_name,
    choices,
)
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.meals.bookings import Order
from volunteer.meals.diets import Diet
from volunteer.meals.diners import DinerDetails
from volunteer.meals.forms.fields import DietField, named
from volunteer.meals.models import MOST_PORTIONS, Diner, Meal, MealBooking, MealWay
from volunteer.meals.standing import StandingOrder
from volunteer.meals.wording import WAY_HINTS, WAYS
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentGiver, ConsentWay, Person
from volunteer.people.profile import PersonDetails


class BookingForm(TidyForm):
    """One's own portions, or those of whom one acts for."""

    whom = IntegerField(validators=[Optional()], widget=HiddenInput())
    way = RadioField(
        __("Where do you eat?"),
        [DataRequired(MISSING)],
        choices=lambda: choices(MealWay, WAYS, WAY_HINTS),
        default=MealWay.DINE_IN.value,
    )
    portions = CountField(
        __("How many portions?"),
        [InputRequired(MISSING), NumberRange(1, MOST_PORTIONS, __("From 1 to 6, please."))],
        default=1,
    )
    address = StringField(
        __("Where do we bring it?"),
        [Length(max=homes.LONGEST)],
        description=__("Only when it is brought home. For example: 锦绣东方小区3栋2单元501室"),
    )
    with_neighbour = BooleanField(
        __("When nobody opens, a neighbour may take it"),
        description=__("Without this tick we take it back and call you."),
    )
    every_week = BooleanField(
        __("Every week from now on"),
        description=__("Can be paused or ended at any time."),
    )
    # Which one the page had ticked.
    was_every_week = HiddenField()
    # Their page said that the lunch is full, and they wait for a portion.
    waits = HiddenField()
    lives_alone = BooleanField(
        __("I live alone: ask me whether I came home"),
        description=__("After the lunch you call us; if not, we call you an hour later."),
    )
    tags = DietField(__("What should the kitchen watch out for?"))
    allergies = StringField(
        __("Allergic to what?"),
        [MayBeEmpty(), Length(max=60)],
        description=__("For example: 花生、虾"),
    )
    agrees = BooleanField(
        __("The kitchen may know this"),
        description=__(
            "Diet and allergies are kept for cooking only, and shown to nobody else. You may take "
            "this back at any time. Booking works without it."
        ),
    )

    def show(self, diner: Diner | None, diet: Diet | None, booking: MealBooking | None) -> None:
        """What is known already is not asked again."""
        if diner is not None:
            self.address.data = str(diner.home)
            self.lives_alone.data = diner.is_alone
            self.with_neighbour.data = diner.may_leave_with_neighbour
        if diet is not None:
            self.tags.data = [tag.value for tag in diet.tags]
            self.allergies.data, self.agrees.data = diet.allergies, True
        if booking is not None and booking.is_wanted:
            self.way.data, self.portions.data = booking.way.value, booking.portions

    def validate_address(self, field: StringField) -> None:
        if self.way.data == MealWay.DELIVERY.value and not (field.data or "").strip():
            raise ValidationError(_("Please write down where we bring it."))

    def validate_agrees(self, field: BooleanField) -> None:
        if self.diet and not field.data:
            raise ValidationError(
                _(
                    "Diet and allergies are kept only for those who agree. "
                    "Tick this, or leave them out."
                )
            )

    @property
    def diet(self) -> Diet:
        return Diet(self.tags.tags, self.allergies.data or "")

    def details(self, consent: ConsentDetails | None) -> DinerDetails:
        """`consent` is how they agree now, where they have not before."""
        text = (self.address.data or "").strip()
        return DinerDetails(
            home=homes.read(text) if text else None,
            lives_alone=bool(self.lives_alone.data),
            may_leave_with_neighbour=bool(self.with_neighbour.data),
            diet=self.diet,
            consent=consent if self.diet else None,
        )

    def order(self, consent: ConsentDetails | None) -> Order:
        return Order(
            way=MealWay(self.way.data),
            portions=self.portions.data or 1,
            details=self.details(consent),
        )

    def standing(self, meal: Meal, consent: ConsentDetails | None) -> StandingOrder:
        return StandingOrder(
            first_on=meal.day,
            way=MealWay(self.way.data),
            portions=self.portions.data or 1,
            details=self.details(consent),
        )


class ForSomebodyForm(BookingForm):
    """The same, written down by a coordinator for somebody else."""

    way = RadioField(
        __("Where do they eat?"),
        [DataRequired(MISSING)],
        choices=lambda: choices(MealWay, WAYS, WAY_HINTS),
        default=MealWay.DINE_IN.value,
    )
    lives_alone = BooleanField(
        __("They live alone: ask whether they came home"),
        description=__("After the lunch they call us; if not, we call them an hour later."),
    )
    witness = StringField(
        __("Who heard that the kitchen may know it?"),
        [MayBeEmpty(), Length(max=30)],
        description=__("Leave it empty when they signed a paper."),
    )

    def consent(self) -> ConsentDetails:
        witness = self.witness.data or ""
        way = ConsentWay.SPOKEN if witness else ConsentWay.PAPER
        return ConsentDetails(way=way, witness=witness)


class EntryForm(ForSomebodyForm):
    """Who called, or who stands at the door: known here, or new."""

    diner = SelectField(__("Who eats with us?"), [MayBeEmpty()])
    name = StringField(
        __("Or somebody new: what is their name?"),
        [Length(max=chinese.LONGEST_NAME)],
    )
    phone = PhoneField(__("Their phone?"))
    guest_of = SelectField(__("Whose guest?"), [MayBeEmpty()])
    walk_in = BooleanField(__("They are at the door now"))
    may_wait = BooleanField(__("All portions are taken: onto the waiting list"), default=True)
    form_key = FormKeyField()

    def offer(self, people: Sequence[Person], hosts: Sequence[Diner]) -> None:
        """`hosts`: who may bring a guest."""
        self.people = people
        self.diner.choices = [SelectChoice("", _("Somebody new")), *named(people)]
        self.guest_of.choices = [
            SelectChoice("", _("Nobody's")),
            *(SelectChoice(str(host.id), host.person.name) for host in hosts),
        ]

    def validate_name(self, field: StringField) -> None:
        if not self.diner.data and not (field.data or "").strip():
            raise ValidationError(_("Please choose somebody, or write a name."))
        check_name(self, field)
        if not self.diner.data and not self.phone.data:
            self.check_is_new(field.data or "")

    def check_is_new(self, name: str) -> None:
        """Who is written down twice eats for two, and the second knows nothing of an allergy."""
        if any(person.name == name for person in self.people):
            raise ValidationError(
                _(
                    "%(name)s is on the list above already. Please choose them there; if this is"
                    " somebody else of that name, please write down their phone.",
                    name=name,
                )
            )

    def details(self, consent: ConsentDetails | None) -> DinerDetails:
        """The page does not know beforehand who it is: what is left empty stays as it was."""
        told = super().details(consent)
        return replace(
            told,
            lives_alone=told.lives_alone or None,
            may_leave_with_neighbour=told.may_leave_with_neighbour or None,
            diet=told.diet or None,
        )

    @property
    def meant(self) -> Person | None:
        """Who was chosen; or who is meant: a guest comes again, and is typed again by name and
        phone. None for somebody new."""
        if self.diner.data:
            return next(one for one in self.people if str(one.id) == self.diner.data)
        typed = (self.name.data, chinese.phone_digits(self.phone.data or ""))
        known = ((one, (one.name, one.phone)) for one in self.people if one.phone)
        return next((one for one, is_known_as in known if is_known_as == typed), None)

    def newcomer(self) -> PersonDetails:
        return PersonDetails(name=self.name.data or "", phone=self.phone.data or "")


def own_consent(me: Person, whom: Person) -> ConsentDetails:
    """How somebody agrees on the page: by themselves, or by who acts for them."""
    if me.id == whom.id:
        return ConsentDetails(way=ConsentWay.WEB)
    return ConsentDetails(way=ConsentWay.WEB, given_by=ConsentGiver.AGENT, witness=me.name)
