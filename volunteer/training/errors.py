"""What may be refused about trainings."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class AlreadyNamed(DomainError):
    message = _("The team has a training of this name already. Please choose another name.")
