"""The pages of incidents; each part adds addresses to one blueprint."""

from volunteer.incidents.views import following, reading, reporting
from volunteer.incidents.views.door import blueprint

__all__ = ["blueprint", "following", "reading", "reporting"]
