"""A word added to a request that still waits: the tap drips more, come after three.

It stands behind the first words, with its time, and not in a table of its own: so whoever may read
those reads it, where they read them; and it is sealed, shown to its asker and forgotten with them.
"""

from volunteer.core import clock, pressing
from volunteer.core.database import lock, transaction
from volunteer.help_requests import danger, notices, steps
from volunteer.help_requests.errors import EnoughSaid, IsOver, NothingAdded
from volunteer.help_requests.models import HelpRequest, StepKind
from volunteer.people.models import Person

# Of all the words of a request together.
MOST_WORDS = 6000


def add(help_request: HelpRequest, words: str, *, by: Person | None) -> None:
    """The coordinators hear that there is more to read; a word of danger puts it first in their
    list. `by` None is the resident. Raises NothingAdded, IsOver or EnoughSaid."""
    words = words.strip()
    if not words:
        raise NothingAdded
    with transaction():
        lock(help_request)
        if not help_request.can_be_withdrawn:
            raise IsOver
        if was_just_added(help_request, words):
            return
        said = [help_request.words, f"[{help_request.wall(clock.now()):%Y-%m-%d %H:%M}] {words}"]
        together = "\n".join(filter(None, said))
        if len(together) > MOST_WORDS:
            raise EnoughSaid
        help_request.words = together
        help_request.is_urgent = help_request.is_urgent or bool(danger.words_in(words))
        # The step says only that there is more: others hold the resident's phone, too.
        steps.take(help_request, StepKind.ADDED, by=by)
        notices.tell_coordinators(notices.HELP_ASKED, help_request, by=by, is_more=True)


def was_just_added(help_request: HelpRequest, words: str) -> bool:
    """Pressed twice it is one."""
    last = help_request.steps[-1] if help_request.steps else None
    if last is None or last.kind is not StepKind.ADDED:
        return False
    is_same = (help_request.words or "").endswith(f"] {words}")
    return is_same and last.at > clock.now() - pressing.AGAIN_WITHIN
