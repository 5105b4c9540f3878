"""What the resident adds to their request."""

from collections.abc import Iterator

from wtforms import HiddenField

from volunteer.core.forms import TidyForm
from volunteer.core.language import lazy_gettext as __
from volunteer.help_requests.errors import NothingAdded
from volunteer.help_requests.forms.answering import words_field


class AddForm(TidyForm):
    words = words_field(
        __("What else should we know?"),
        needed=NothingAdded.message,
        description=__("Such as: the tap drips more now; please come after 3."),
    )
    # They have read whom to call when a life is in danger.
    no_danger = HiddenField()

    def typed(self) -> Iterator[tuple[str, str]]:
        yield "words", self.words.data or ""
