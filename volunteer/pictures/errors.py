"""Why a photo may be refused."""

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as _


class NotAPicture(DomainError):
    message = _(
        "This file is no photo that we can read. Open it on the phone, take a picture of the "
        "screen, and choose that one."
    )


class TooManyPoints(DomainError):
    message = _("This picture is far too large. Please take a photo of it with the phone instead.")
