"""The pages of hours, by what they are about; every part hangs its addresses on one blueprint."""

from volunteer.hours.views import certificates, deeds, publicity, stars
from volunteer.hours.views.door import blueprint

__all__ = ["blueprint", "certificates", "deeds", "publicity", "stars"]
