"""What a rule says when it refuses: one sentence for the person, and a status."""

from typing import ClassVar

from volunteer.core.language import Sentence, lazy_gettext


class DomainError(Exception):
    """A rule refused. The message is addressed to whoever asked."""

    status: ClassVar[int] = 409
    message: Sentence = lazy_gettext("That cannot be done now.")

    def __init__(self, message: Sentence | None = None) -> None:
        super().__init__()
        if message is not None:
            self.message = message

    def __str__(self) -> str:
        return str(self.message)


class ChangedMeanwhile(DomainError):
    message = lazy_gettext(
        "Somebody has changed this while you were writing. What you wrote still stands here. "
        "Please look at what it says by now, then save once more: yours takes its place."
    )


class NoRoomLeft(DomainError):
    """The disk that the database stands on is full."""

    status = 507
    message = lazy_gettext(
        "There is no room left on our server, so nothing was saved. Please tell your coordinator, "
        "and save once more when there is room."
    )


class NotFound(DomainError):
    """There is no such thing, or not for this person: both look alike."""

    status = 404
    message = lazy_gettext("We could not find that page.")


class NotAllowed(DomainError):
    """The person may see the thing, but may not do this with it."""

    status = 403
    message = lazy_gettext("Only the coordinator can do that. Please ask them.")


class SignInNeeded(DomainError):
    status = 401
    message = lazy_gettext("Please sign in first.")
