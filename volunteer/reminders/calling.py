"""What comes of a call: 来, 不来, 没接, 说不清; noted at once, and undone when it was a slip."""

from datetime import timedelta

from volunteer.activities import confirming, stand_ins
from volunteer.activities.errors import NotSignedUp
from volunteer.activities.models import Coming, Signup
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.people.models import Person
from volunteer.reminders import queries
from volunteer.reminders.errors import AlreadyDealtWith, DateMoved, NothingToUndo
from volunteer.reminders.models import Call, CallResult

# Within it the same note is the same call, pressed twice.
A_MOMENT = timedelta(minutes=1)


def note(call: Call, result: CallResult, *, words: str = "", by: Person) -> None:
    """`by` has called them. A yes is kept beside the place, a no gives it back by the usual rules,
    after the others they stay on the list.

    Raises AlreadyDealtWith, DateMoved, and what confirming and giving back raise.
    """
    with transaction():
        # The date, too: an answer must not count for an hour to which it is moved at this moment.
        lock(call, call.occurrence)
        if call.is_done or result is CallResult.WAITING:
            raise AlreadyDealtWith
        # They were asked about another hour: that is no answer for this one.
        if call.starts_at != call.occurrence.starts_at:
            raise DateMoved
        if is_pressed_again(call, result, words, by):
            return
        signup = place_of(call)
        call.result, call.tries = result, call.tries + 1
        call.note = words or None
        call.noted_by, call.noted_at = by, clock.now()
        record("call.noted", call, by, result=result)
        if result is CallResult.COMES:
            confirming.confirm(signup, Coming.ON_TIME, by=by)
        elif result is CallResult.DECLINED:
            confirming.decline(signup, by=by)


def is_pressed_again(call: Call, result: CallResult, words: str, by: Person) -> bool:
    """Whether this is what was noted a moment ago: nobody has rung again so soon."""
    if call.noted_at is None or clock.now() - call.noted_at > A_MOMENT:
        return False
    return (call.result, call.note or "", call.noted_by_id) == (result, words, by.id)


def undo(call: Call, *, by: Person) -> None:
    """The last call was noted wrongly: they are to be called again, and have the place they had.
    What they have said themselves since stays.

    Raises NothingToUndo; PlaceIsTaken when somebody has moved up meanwhile.
    """
    with transaction():
        lock(call)
        was, noted_by = call.result, call.noted_by
        if was is CallResult.WAITING:
            raise NothingToUndo
        signup = place_of(call)
        call.result, call.tries = CallResult.WAITING, max(0, call.tries - 1)
        call.note = call.noted_by = call.noted_at = None
        record("call.undone", call, by)
        if was is CallResult.COMES:
            confirming.take_back(signup, noted_by=noted_by.id if noted_by else None, by=by)
        elif was is CallResult.DECLINED:
            stand_ins.come_after_all(signup, by=by)


def place_of(call: Call) -> Signup:
    signup = queries.find_signup(call)
    if signup is None:
        raise NotSignedUp
    return signup


def record(action: str, call: Call, by: Person, **details: object) -> None:
    trail.record(action, call, by=by, person=call.person, team=call.team, **details,
                 **call.occurrence.for_the_trail)  # fmt: skip
