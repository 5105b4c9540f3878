"""Something small that has happened, seen to and closed."""

from datetime import datetime, timedelta

from volunteer.activities import queries as activity_queries
from volunteer.core import clock, zones
from volunteer.demo.cast import Cast, deliver
from volunteer.incidents import following, origins, queries, reporting
from volunteer.incidents.models import Called
from volunteer.incidents.reporting import Told

LATELY = timedelta(weeks=3)
SOON_AFTER = timedelta(minutes=20)


def squeeze_a_finger(cast: Cast, now: datetime) -> None:
    """On the last date with two who came: written down by one of them, closed the same day."""
    past = activity_queries.list_between(cast.team, first=now - LATELY, before=now)
    busy = [date for date in past if len(date.active_signups) > 1 and date.is_over(now)]
    if not busy:
        return
    date = busy[-1]
    hurt, beside = (signup.person for signup in date.active_signups[:2])
    happened = date.wall_starts + timedelta(minutes=25)
    told = Told(
        wall_at=happened,
        place="活动室门口",
        words="收凳子的时候夹到了左手食指，有点肿。手指能动。",
        hurt=(hurt,),
        there=(beside,),
        injuries="左手食指，有点肿",
        first_aid="冷水敷了一刻钟",
        called=(Called.FAMILY,),
    )
    moment = zones.to_moment(happened, cast.team.zone) + SOON_AFTER
    with clock.pretend(moment):
        number = reporting.report(origins.of_date(date), told, by=beside).id
        deliver()
    with clock.pretend(moment + timedelta(hours=2)):
        incident = queries.get_incident(number)
        by = cast.coordinator
        following.note_insurer(incident, None, "小伤，不用去医院。", by=by)
        words = "晚上打过电话，已经不痛了。以后两个人一起收。"
        following.note(incident, words, closes=True, by=by)
