"""What may be refused to who asks to be forgotten, or answers it."""

from volunteer.core.errors import DomainError
from volunteer.core.language import gettext
from volunteer.core.language import lazy_gettext as _


class AlreadyAsked(DomainError):
    message = _("This has been asked already, and will be answered.")


class NotOpen(DomainError):
    message = _("This has been answered or taken back already.")


class ReasonNeeded(DomainError):
    message = _("Please say why not: they may ask somebody else whether that is right.")


class NobodyToAnswer(DomainError):
    message = _(
        "Nobody else could answer this: you run this service alone. Please make somebody else run"
        " it first."
    )


class LastOperator(DomainError):
    message = _("They run this service alone. Somebody else must run it first.")


class HandOverFirst(DomainError):
    """A team would be left without anybody."""

    def __init__(self, team: str) -> None:
        super().__init__()
        self.message = gettext(
            "%(team)s has no other coordinator. It must be handed over first.", team=team
        )


class KittyFirst(DomainError):
    message = _("They keep a kitty. It must be counted and handed over first.")


class GuardianFirst(DomainError):
    """A child would be left without anybody who can be reached."""

    def __init__(self, team: str) -> None:
        super().__init__()
        self.message = gettext(
            "They answer for a child in %(team)s. Somebody else must be written down for it first.",
            team=team,
        )


class StillLookedAfter(DomainError):
    message = _(
        "A team looks after them. Please end that first, on their page in the list of elders."
    )
