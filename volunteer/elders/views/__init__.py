"""The pages of elders, by what they are about; every part hangs its addresses on one blueprint."""

from volunteer.elders.views import consents, elders, files, health, no_answer, visits
from volunteer.elders.views.door import blueprint

__all__ = ["blueprint", "consents", "elders", "files", "health", "no_answer", "visits"]
