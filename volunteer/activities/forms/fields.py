"""Fields and checks that several forms about activities share."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from wtforms import StringField, ValidationError
from wtforms.form import BaseForm

from volunteer.activities import recurrence
from volunteer.core import clock, saying, zones
from volunteer.core.forms import ClockField
from volunteer.core.language import gettext as _


class DaysField(StringField):
    """Several days as people type them: 10月3日、10月5日. `days` holds what was understood."""

    days: Sequence[date] = ()

    def __init__(self, *args: Any, zone_name: str = zones.HOME_ZONE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_name = zone_name

    def pre_validate(self, form: BaseForm) -> None:
        today = zones.day_in(self.zone_name, clock.now())
        understood = []
        for text in pieces(self.data or "", today):
            day = saying.read_day(text, today)
            if day is None:
                raise ValidationError(
                    _(
                        "We could not read “%(text)s”. Please write days like 3 Oct, 5 Oct.",
                        text=text[:20],
                    )
                )
            understood.append(day)
        self.days = tuple(dict.fromkeys(understood))


def pieces(text: str, today: date) -> list[str]:
    """The days that somebody typed one after the other: between spaces too, but “3 Oct” is one."""
    parts = [part.strip() for part in re.split(r"[、，,；;\n]+", text) if part.strip()]
    return [
        piece
        for part in parts
        for piece in ([part] if saying.read_day(part, today) else part.split())
    ]


def check_hours(starts: ClockField, ends: ClockField) -> None:
    """Refuses an end before the start, but for a night: that may end on the next day."""
    if not starts.time or not ends.time or starts.time < ends.time:
        return
    begin, end = recurrence.on_the_wall(clock.today(), starts.time, ends.time)
    if not timedelta(0) < end - begin <= recurrence.LONGEST_NIGHT:
        raise ValidationError(
            _("It must end after it starts. What goes past midnight lasts 12 hours at most.")
        )
