"""Phrases about reminders."""

from volunteer.core import saying
from volunteer.core.language import gettext as _
from volunteer.core.language import ngettext
from volunteer.reminders.models import Offset


def offset(before: Offset) -> str:
    """提前2天下午6:00, 当天上午8:00."""
    at = saying.clock_words(before.at)
    if not before.days:
        return _("the same day, %(at)s", at=at)
    days = ngettext("%(num)d day before", "%(num)d days before", before.days)
    return _("%(days)s at %(at)s", days=days, at=at)
