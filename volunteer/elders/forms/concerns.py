"""What may be typed about a concern: what somebody saw, what was done, and who reads them."""

from collections.abc import Sequence

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from volunteer.core.forms import MISSING, Optional, RowField, SelectChoice, TidyForm, choices
from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.core.seen_forms import SeenMixin
from volunteer.elders import concern_wording
from volunteer.elders.concerns import ConcernDetails
from volunteer.elders.models import ConcernKind, TeamReaders
from volunteer.people.models import Person

NOBODY = "0"
NOTE, CLOSE = "note", "close"


class ConcernForm(TidyForm):
    kind = RadioField(
        __("What worries you?"),
        [DataRequired(__("Please choose what fits best."))],
        choices=choices(ConcernKind, concern_wording.KINDS),
    )
    whom = StringField(
        __("Whom is it about?"),
        [Optional(), Length(max=100)],
        description=__("As you call them; where they live if you know."),
    )
    words = TextAreaField(
        __("What did you see or hear?"),
        [DataRequired(__("Please write it in your own words.")), Length(max=3000)],
        description=__("In your own words and theirs. What you think of it is not needed."),
        render_kw={"rows": 6},
    )
    seen_when = StringField(__("When was that, and where?"), [Optional(), Length(max=200)])
    seen_by = StringField(__("Who saw it, if it was not you?"), [Optional(), Length(max=100)])
    told = StringField(__("Whom have you told so far?"), [Optional(), Length(max=200)])
    is_immediate = BooleanField(
        __("Somebody is in danger right now"),
        description=__("Then call first, and write afterwards."),
    )
    about = RadioField(
        __("Is it about one of these people?"),
        default=NOBODY,
        description=__("Then they never see it, and somebody else reads it."),
    )

    def offer(self, people: Sequence[Person], *, knows_whom: bool) -> None:
        """`people`: those in charge; `knows_whom`: the page says already whom it is about."""
        self.about.choices = [SelectChoice(NOBODY, _("None of them"))]
        self.about.choices += [SelectChoice(str(person.id), person.name) for person in people]
        if knows_whom:
            del self.whom

    def details(self, people: Sequence[Person]) -> ConcernDetails:
        about = {str(person.id): person for person in people}
        return ConcernDetails(
            kind=ConcernKind(self.kind.data),
            words=self.words.data or "",
            whom=(self.whom.data or "") if "whom" in self else "",
            seen_when=self.seen_when.data or "",
            seen_by=self.seen_by.data or "",
            told=self.told.data or "",
            is_immediate=bool(self.is_immediate.data),
            about=about.get(self.about.data),
        )


class StepForm(TidyForm):
    words = TextAreaField(
        __("What was done?"),
        [DataRequired(__("Please write what was done.")), Length(max=2000)],
        description=__("Whom you spoke with, what was agreed, who looks after it now."),
        render_kw={"rows": 4},
    )
    step = RadioField(
        __("Is it at its end?"),
        choices=[
            SelectChoice(NOTE, __("No, I go on with it")),
            SelectChoice(CLOSE, __("Yes, they are safe; I close it")),
        ],
        default=NOTE,
    )

    @property
    def closes(self) -> bool:
        return bool(self.step.data == CLOSE)


class TeamReadersForm(SeenMixin, TidyForm):
    lead = RowField(
        __("Who reads the team's concerns?"),
        description=__("One calm person whom everybody trusts."),
    )
    deputy = SelectField(
        __("Who reads them too, when that person is away?"),
        coerce=int,
        description=__("Nobody else in the team sees them."),
    )

    def offer(self, people: Sequence[Person]) -> None:
        named = [SelectChoice(person.id, person.name) for person in people]
        self.lead.offer(named)
        self.deputy.choices = [SelectChoice(0, _("Nobody")), *named]

    def show(self, readers: TeamReaders | None) -> None:
        if readers is not None:
            self.lead.data, self.deputy.data = readers.lead_id, readers.deputy_id or 0

    def chosen(self, people: Sequence[Person]) -> tuple[Person, Person | None]:
        by_number = {person.id: person for person in people}
        return by_number[self.lead.data], by_number.get(self.deputy.data)


class PlaceReaderForm(TidyForm):
    login = StringField(
        __("By which name do they sign in?"),
        [DataRequired(MISSING), Length(max=100)],
        description=__("They need a password of their own, so that nobody else comes in for them."),
        render_kw={"autocomplete": "off"},
    )
