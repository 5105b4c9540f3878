"""A date that is at another time: whether somebody comes instead is another question by then; but
at a time to which somebody has said no already, it is the same one."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from volunteer.activities import stand_in_queries
from volunteer.activities.models import Answer, Occurrence, Signup, StandInSearch
from volunteer.audit import queries as audit_queries
from volunteer.audit import trail
from volunteer.audit.queries import Done
from volunteer.core import clock
from volunteer.people.models import Person

MAY_BE_ASKED = "signup.may_be_asked"
# After either of them a no stands; the trail says to which time (Occurrence.time_mark).
DECLINED, UNDONE = "stand_in.declined", "stand_in.undone"


def after_move(moved: Collection[Occurrence], were: Mapping[int, str], *, by: Person) -> None:
    """Who said no to the old time of these dates, or nothing yet, may come at the new one; and who
    gave their own place back. Whoever looks for somebody asks on with the next step of the clock.
    The caller holds the dates. `were`: the time of each until now, by its number."""
    for occurrence in moved:
        excused = [(signup.id, signup.person_id) for signup in occurrence.excused]
        trail.record_all(MAY_BE_ASKED, Signup, excused, by=by, team=occurrence.team,
                         was=were[occurrence.id], **occurrence.for_the_trail)  # fmt: skip
    asks = stand_in_queries.list_asks_about(moved)
    said_no = find_said_no({ask.search_id for ask in asks})
    for ask in asks:
        time = ask.search.signup.occurrence.time_mark
        if before := said_no[ask.search_id, ask.person_id].get(time):
            ask.answer, ask.answered_at = Answer.NO, before.at
            ask.answered_by_id = before.by_id
        else:
            ask.answer = Answer.LAPSED
    for search in stand_in_queries.list_open_on(moved):
        search.next_wave_at = clock.now()


def find_said_no(searches: Collection[int]) -> dict[tuple[int, int | None], dict[str, Done]]:
    """To which times somebody has said no, by search and person."""
    said: dict[tuple[int, int | None], dict[str, Done]] = defaultdict(dict)
    for done in audit_queries.list_done({DECLINED, UNDONE}, StandInSearch, searches):
        said[done.subject_id, done.person_id][done.details.get("time", "")] = done
    return said


def cannot_come(occurrence: Occurrence) -> set[int]:
    """The people, by number, who said that they can't come to this date at the time it has now."""
    said = {s.id: (s.person_id, s.excused_at) for s in occurrence.excused if s.excused_at}
    # The first time that the date moved after they said so.
    moved: dict[int, str] = {}
    for done in audit_queries.list_done({MAY_BE_ASKED}, Signup, said):
        if done.at >= said[done.subject_id][1]:
            moved.setdefault(done.subject_id, done.details.get("was", ""))
    now = occurrence.time_mark
    return {person for number, (person, _at) in said.items() if moved.get(number, now) == now}
