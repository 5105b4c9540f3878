"""A date that is at another time: whether somebody comes instead is another question by then."""

from collections.abc import Collection

from volunteer.activities import stand_in_queries
from volunteer.activities.models import Answer, Occurrence, Signup
from volunteer.audit import queries as audit_queries
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.people.models import Person

MAY_BE_ASKED = "signup.may_be_asked"


def after_move(moved: Collection[Occurrence], *, by: Person) -> None:
    """Who said no to the old time of these dates, or nothing yet, may come at the new one; and who
    gave their own place back. Whoever looks for somebody asks on with the next step of the clock.
    The caller holds the dates."""
    for occurrence in moved:
        excused = [(signup.id, signup.person_id) for signup in occurrence.excused]
        trail.record_all(MAY_BE_ASKED, Signup, excused, by=by, team=occurrence.team,
                         **occurrence.for_the_trail)  # fmt: skip
    for ask in stand_in_queries.list_asks_about(moved):
        ask.answer = Answer.LAPSED
    for search in stand_in_queries.list_open_on(moved):
        search.next_wave_at = clock.now()


def cannot_come(occurrence: Occurrence) -> set[int]:
    """The people, by number, who said that they can't come to this date at the time it has now."""
    said = {s.id: (s.person_id, s.excused_at) for s in occurrence.excused if s.excused_at}
    at_another_time = audit_queries.list_done_since(
        MAY_BE_ASKED, Signup, {number: at for number, (_person, at) in said.items()}
    )
    return {person for number, (person, _at) in said.items() if number not in at_another_time}
