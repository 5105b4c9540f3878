"""What may be typed about a 接龙: the text, and a decision beside each line."""

import re
from collections.abc import Mapping

from wtforms import RadioField
from wtforms.validators import DataRequired

from volunteer.activities.jielong import writing
from volunteer.activities.jielong.acceptance import Decision, Decisions
from volunteer.activities.jielong.entries import MOST_PEOPLE
from volunteer.activities.jielong.review import Choice, Group, Review, ReviewLine, Step
from volunteer.activities.models import OccurrenceRole
from volunteer.core import chinese
from volunteer.core.forms import MISSING, Optional, PasteField, SelectChoice, TidyForm
from volunteer.core.language import lazy_gettext as __

# A line that is written anew is a name and a few words.
LONGEST_MENDED = 60
# What stands beside a missing line: they stay, or their place is given back.
STAYS, GOES = "stay", "withdraw"


class JielongForm(TidyForm):
    text = PasteField(__("Paste the 接龙 here"), [DataRequired(MISSING)], render_kw={"rows": 12})
    role = RadioField(
        __("For which work do they sign up?"),
        [Optional()],
        coerce=int,
        validate_choice=False,
        description=__("Whoever names the work in their line gets that."),
    )

    def offer_roles(self, roles: list[OccurrenceRole]) -> None:
        self.role.choices = [SelectChoice(role.id, role.name) for role in roles]
        if self.role.data not in {role.id for role in roles}:
            self.role.data = roles[0].id


def decisions(review: Review, answers: Mapping[str, str]) -> Decisions:
    """What was chosen beside each line; only what was offered there counts."""
    everybody = {str(option.choice): option.choice for option in review.everybody}
    roles = {str(role.id): role.id for role in review.occurrence.offered_roles}
    lines: dict[int, Decision] = {}
    for line in review.lines:
        if line.group in {Group.SAME, Group.UNREADABLE}:
            continue
        number = line.entry.position
        offered = {str(option.choice): option.choice for option in line.options}
        if line.offers_everybody:
            offered = {**everybody, **offered}
        lines[number] = Decision(
            offered.get(answers.get(f"do-{number}", ""), line.preset),
            people_in(answers.get(f"people-{number}", ""), line),
            roles.get(answers.get(f"role-{number}", ""), line.role_id),
        )
    missing = {
        line.id: Choice(Step.WITHDRAW, line.person_id) if said == GOES else Choice(Step.STAY)
        for line in review.missing
        if (said := answers.get(f"missing-{line.id}", "")) in {STAYS, GOES}
    }
    return Decisions(lines, missing)


def people_in(typed: str, line: ReviewLine) -> int:
    digits = chinese.narrow(typed)
    if not re.fullmatch(r"[0-9]{1,2}", digits):
        return line.people
    return min(max(int(digits), 1), MOST_PEOPLE)


def corrected(review: Review, text: str, answers: Mapping[str, str]) -> str:
    """The text with the lines that somebody has written anew; the same text without any."""
    for line in review.group(Group.UNREADABLE):
        typed = chinese.tidy(answers.get(f"mend-{line.entry.position}", ""))[:LONGEST_MENDED]
        if typed:
            text = writing.with_line(text, line.entry, typed)
    return text
