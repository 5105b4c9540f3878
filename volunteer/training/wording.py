"""Words about trainings."""

from volunteer.core.language import ngettext
from volunteer.training.models import Training


def hours(training: Training) -> str:
    """How long one learns; nothing where nobody has said so."""
    if not training.hours:
        return ""
    return ngettext("%(num)d hour of learning", "%(num)d hours of learning", training.hours)
