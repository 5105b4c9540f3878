"""What reminders may refuse."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class AlreadyDealtWith(DomainError):
    message = _("Somebody has dealt with this already.")
