"""What the clock starts."""

from volunteer.activities import jielong_history
from volunteer.core import clock


def forget_jielong_words() -> None:
    jielong_history.forget_old_words(clock.now())
