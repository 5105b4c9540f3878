"""Checks that several forms about activities share."""

from datetime import timedelta

from wtforms import (
    ValidationError,
)

from volunteer.core import clock, zones
from volunteer.core.forms import (
    ClockField,
    DayField,
)
from volunteer.core.language import gettext as _

A_YEAR = timedelta(days=366)


def check_order(starts: ClockField, ends: ClockField) -> None:
    if starts.time and ends.time and ends.time <= starts.time:
        raise ValidationError(_("It must end after it starts."))


def check_within_a_year(field: DayField) -> None:
    today = zones.day_in(field.zone_name, clock.now())
    if field.day and not today <= field.day <= today + A_YEAR:
        raise ValidationError(_("Please choose a day from today on, within a year."))
