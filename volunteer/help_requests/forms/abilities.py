"""What somebody tells that they can, and about where they live."""

from collections.abc import Sequence

from wtforms import SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.validators import Length

from volunteer.core.forms import Optional, SelectChoice, TidyForm, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.help_requests.abilities import AbilityDetails
from volunteer.help_requests.models import (
    LONGEST_BUILDING,
    LONGEST_ESTATE,
    Abilities,
    Skill,
    Speech,
)
from volunteer.help_requests.wording import SKILLS, SPEECHES
from volunteer.network.models import Place


class AbilitiesForm(SeenMixin, TidyForm):
    """Nothing has to be told."""

    skills = SelectMultipleField(
        __("What do you like to help with?"), choices=lambda: choices(Skill, SKILLS)
    )
    speeches = SelectMultipleField(
        __("Which languages do you speak well?"), choices=lambda: choices(Speech, SPEECHES)
    )
    place = SelectField(__("In which community do you live?"), coerce=int)
    estate = StringField(
        __("In which estate or courtyard?"),
        [Optional(), Length(max=LONGEST_ESTATE)],
        description=__("So that neighbours of the same estate are asked first."),
    )
    building = StringField(
        __("In which building?"),
        [Optional(), Length(max=LONGEST_BUILDING)],
        description=__("Only its number. We don't ask for unit and door."),
        render_kw={"class": "w-s"},
    )

    def offer(self, communities: Sequence[Place]) -> None:
        self.place.choices = [
            SelectChoice(0, _("I would rather not say")),
            *(SelectChoice(place.id, place.name) for place in communities),
        ]

    def show(self, abilities: Abilities | None) -> None:
        if abilities is not None:
            self.skills.data, self.speeches.data = abilities.skills, abilities.speeches
            self.place.data = abilities.place_id or 0
            self.estate.data, self.building.data = abilities.estate, abilities.building

    def validate_building(self, field: StringField) -> None:
        if field.data and not self.estate.data:
            raise ValidationError(_("Please name the estate, too."))

    def details(self) -> AbilityDetails:
        return AbilityDetails(
            skills=[Skill(value) for value in self.skills.data or []],
            speeches=[Speech(value) for value in self.speeches.data or []],
            place_id=self.place.data or None,
            estate=self.estate.data or "",
            building=self.building.data or "",
        )
