"""Every model of every domain, so that the tables are known as a whole."""

from volunteer.accounts import models as accounts
from volunteer.activities import models as activities
from volunteer.audit import models as audit
from volunteer.core import heartbeat, marks
from volunteer.deeds import models as deeds
from volunteer.elders import models as elders
from volunteer.feeds import models as feeds
from volunteer.help_requests import models as help_requests
from volunteer.hours import models as hours
from volunteer.incidents import models as incidents
from volunteer.meals import models as meals
from volunteer.network import models as network
from volunteer.notifications import models as notifications
from volunteer.people import models as people
from volunteer.pictures import models as pictures
from volunteer.reminders import models as reminders
from volunteer.rights import models as rights
from volunteer.teams import models as teams
from volunteer.training import models as training

__all__ = [
    "accounts",
    "activities",
    "audit",
    "deeds",
    "elders",
    "feeds",
    "heartbeat",
    "help_requests",
    "hours",
    "incidents",
    "marks",
    "meals",
    "network",
    "notifications",
    "people",
    "pictures",
    "reminders",
    "rights",
    "teams",
    "training",
]
