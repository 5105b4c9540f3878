"""Hours of visits and help in the demo: those of some weeks ago are confirmed, the newest wait."""

from contextlib import suppress
from datetime import datetime, timedelta

from volunteer.activities.errors import CannotCount
from volunteer.core import clock
from volunteer.core.database import all_of, transaction
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import Deed
from volunteer.demo.cast import Cast, in_daytime
from volunteer.hours import confirming

STILL_WAIT = timedelta(days=9)


def confirm_the_past(cast: Cast, now: datetime) -> None:
    """What meets other hours of the same person waits as well: a coordinator has to look at it."""
    old = deed_queries.waiting_in(cast.team_id).where(Deed.starts_at < now - STILL_WAIT)
    with clock.pretend(in_daytime(now - timedelta(days=1))), transaction():
        for deed in all_of(old.where(Deed.person_id != cast.coordinator.id)):
            with suppress(CannotCount):
                confirming.confirm(cast.team, {deed.id: deed.minutes}, by=cast.coordinator)
