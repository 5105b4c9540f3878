"""What may be typed about health and diet."""

from wtforms import StringField, ValidationError
from wtforms.validators import Length

from volunteer.core.forms import Optional, TicksField, TidyForm, choices
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.elders import wording
from volunteer.elders.errors import AssessorNeeded
from volunteer.elders.health import Health
from volunteer.elders.models import (
    DietTag,
)


class HealthForm(SeenMixin, TidyForm):
    """What a visitor or a cook must know."""

    note = StringField(
        __("What must a visitor know?"),
        [Optional(), Length(max=120)],
        description=__("Short: hard of hearing, falls easily, may lose the way."),
    )
    diet_tags = TicksField(
        __("What must a cook know?"), [Optional()], choices=choices(DietTag, wording.DIETS)
    )
    allergies = StringField(__("What must they never eat?"), [Optional(), Length(max=120)])
    ability_level = StringField(
        __("Has somebody trained judged how well they manage?"),
        [Optional(), Length(max=60)],
        description=__("Only what the paper says. We never judge it ourselves."),
    )
    ability_source = StringField(__("Who judged it, and when?"), [Length(max=60)])

    def validate_ability_source(self, field: StringField) -> None:
        if self.ability_level.data and not field.data:
            raise ValidationError(str(AssessorNeeded.message))

    def show(self, health: Health) -> None:
        self.process(
            data={
                "note": health.note,
                "diet_tags": [tag.value for tag in health.diet_tags],
                "allergies": health.allergies,
                "ability_level": health.ability_level,
                "ability_source": health.ability_source,
            }
        )

    def health(self) -> Health:
        return Health(
            note=self.note.data or "",
            diet_tags=[DietTag(value) for value in self.diet_tags.data or []],
            allergies=self.allergies.data or "",
            ability_level=self.ability_level.data or "",
            ability_source=self.ability_source.data or "",
        )
