"""What operators choose by."""

from collections.abc import Mapping, Sequence
from datetime import time

from wtforms import SelectChoice, SelectField  # type: ignore[attr-defined]  # its types lack one

from volunteer.core import zones
from volunteer.core.forms import DayField, Optional, TidyForm
from volunteer.core.language import lazy_gettext as __
from volunteer.notifications.discarding import Choice, Pile
from volunteer.teams.models import Team


class WaitingForm(TidyForm):
    """Which of the messages that wait. It stands in the address, and changes nothing."""

    class Meta(TidyForm.Meta):
        csrf = False

    # Not in the address means: of all.
    kind = SelectField(__("What are they about?"), default="")
    team = SelectField(__("Of which team?"), default="")
    before = DayField(
        __("Due before which day?"),
        [Optional()],
        description=__("For example the day on which a backup was brought back: today."),
        render_kw={"class": "w-m"},
    )

    def offer(self, piles: Sequence[Pile], teams: Mapping[int, Team]) -> None:
        """Of what there is; the page has the words for the kinds."""
        self.teams = teams
        kinds = sorted({pile.kind for pile in piles})
        self.kind.choices = [SelectChoice(kind, kind) for kind in ("", *kinds)]
        self.team.choices = [
            SelectChoice("", ""),
            *(SelectChoice(str(team.id), team.name) for team in teams.values()),
        ]

    def choice(self) -> Choice:
        day = self.before.day
        return Choice(
            kind=self.kind.data or None,
            team=self.teams[int(self.team.data)] if self.team.data else None,
            before=zones.at(day, time(), zones.HOME_ZONE) if day else None,
        )

    def address(self) -> dict[str, str]:
        """What stands in the address of a page that speaks of the same."""
        return {field.name: str(field.data) for field in self if field.data}
