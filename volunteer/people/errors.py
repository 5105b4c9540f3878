"""What may be refused about people."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class WitnessNeeded(DomainError):
    message = _("For consent that was only spoken, please say who heard it.")


class GiverNeeded(DomainError):
    message = _("Please say who spoke for them.")
