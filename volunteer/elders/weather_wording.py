"""What rounds in heat and cold are called, and what callers are to ask in each."""

from volunteer.core.language import gettext as _
from volunteer.core.language import lazy_gettext as __
from volunteer.elders.models import Outcome, WeatherCall, WeatherKind

KINDS = {
    WeatherKind.HEAT_YELLOW: __("Heat, yellow"),
    WeatherKind.HEAT_ORANGE: __("Heat, orange"),
    WeatherKind.HEAT_RED: __("Heat, red"),
    WeatherKind.COLD: __("Cold wave"),
}
HINTS = {
    WeatherKind.HEAT_YELLOW: __("Three days of 35 °C or more"),
    WeatherKind.HEAT_ORANGE: __("37 °C or more within a day"),
    WeatherKind.HEAT_RED: __("40 °C or more within a day"),
    WeatherKind.COLD: __("Frost, or much colder within a day"),
}
# Editable before a round begins.
ASK = {
    WeatherKind.HEAT_YELLOW: __(
        "Is there a fan or air conditioner, and does it run?\n"
        "Enough boiled water, and drinking often?\n"
        "Please stay indoors from 11 to 4. Food in the fridge?"
    ),
    WeatherKind.HEAT_ORANGE: __(
        "Does the fan or air conditioner run right now?\n"
        "Enough boiled water, and drinking often?\n"
        "Dizzy, sick, or not sleeping?\n"
        "Please stay indoors from 10 to 5. Enough food for two days?"
    ),
    WeatherKind.HEAT_RED: __(
        "How do they feel: dizzy, sick, confused, no sweat? Then 120 at once.\n"
        "Does the air conditioner run right now? If not, who takes them to a cool place?\n"
        "Enough boiled water, and drinking every hour?\n"
        "Nobody goes out before evening. Who brings food and medicine?"
    ),
    WeatherKind.COLD: __(
        "Is it warm enough, and does the heater work?\n"
        "Stove, gas or coal: is a window open a little? Headache or dizziness: out, and 120.\n"
        "Electric blanket off before sleeping?\n"
        "Enough food and medicine for three days? Pipes not frozen?"
    ),
}
OUTCOMES = {
    Outcome.WAITING: __("Not called yet"),
    Outcome.FINE: __("All is well"),
    Outcome.NEEDS_HELP: __("Needs help"),
    Outcome.NO_ANSWER: __("No answer"),
    Outcome.REFUSED: __("Does not want calls"),
}
NOTED = {
    Outcome.FINE: __("Noted: all is well with %(name)s."),
    Outcome.NEEDS_HELP: __("Noted. The coordinators have a help request for %(name)s now."),
    Outcome.NO_ANSWER: __("Noted. The coordinators are told at once. Please go on as below."),
    Outcome.REFUSED: __("Noted: %(name)s does not want to be called."),
}


def asked_for(call: WeatherCall) -> str:
    """What a help request says when the caller wrote nothing."""
    return _("%(kind)s: needs help, as they said on the phone.", kind=KINDS[call.round.kind])
