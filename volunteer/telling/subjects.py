"""What the kinds of messages are about, so that nobody reads through all of them at once."""

from collections.abc import Iterable

from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as __

# Each subject, and how the kinds begin that belong to it.
SUBJECTS = (
    (__("The week and reminders"), ("week_", "duty_", "short_", "thanks", "calls_")),
    (__("Activities and dates"), ("activity_", "date_", "dates_", "lead_")),
    (__("Places, swaps and who comes instead"), ("place_", "rota_", "stand_in_", "swap_")),
    (__("Elders and visits"), ("visit_", "visitor_", "care_", "elders_", "weather_")),
    (__("Help for neighbours"), ("help_",)),
    (__("Shared lunch"), ("meal_",)),
    (__("Members and the team"), ("joining_", "handover_", "reader_", "something_", "incident_")),
    (__("Hours"), ("hours_", "certificate_")),
    (__("Signing in and personal data"), ("new_link", "one_time_", "forgetting_")),
)
ANYTHING_ELSE = __("Other messages")


def by_subject(kinds: Iterable[str]) -> list[tuple[Sentence, list[str]]]:
    """The kinds under their subjects; a kind that fits none stands under the last."""
    left = list(kinds)
    found: list[tuple[Sentence, list[str]]] = []
    for subject, beginnings in SUBJECTS:
        of_it = [kind for kind in left if kind.startswith(beginnings)]
        left = [kind for kind in left if kind not in of_it]
        found.append((subject, of_it))
    found.append((ANYTHING_ELSE, left))
    return [(subject, of_it) for subject, of_it in found if of_it]
