"""Nobody answers: begun at a door, on the phone or with a meal in hand; each step is logged; it
stays open until somebody has spoken with the elder or a named person has taken over."""

from datetime import date, datetime

from volunteer.audit import trail
from volunteer.core import clock, pressing
from volunteer.core.database import lock, session, transaction
from volunteer.elders import care, notices, queries
from volunteer.elders.errors import NoAlarm, NoLongerServed, NotSafeYet
from volunteer.elders.models import (
    Elder,
    Ending,
    EndReason,
    NoAnswer,
    NoAnswerStep,
    Source,
    StepKind,
)
from volunteer.people import consents
from volunteer.people.models import ConsentScope, Person


def begin(elder: Elder, *, by: Person, source: Source = Source.VISIT) -> NoAnswer:
    """Somebody got no answer: the clock starts, and the coordinators are told at once.

    While one is open for this elder, that one is the answer, and `by` has knocked too: whoever
    begins it or logs a step may see its page. Raises NoLongerServed.
    """
    with transaction():
        lock(elder)
        if not elder.is_served:
            raise NoLongerServed
        found = queries.find_open_no_answer(elder)
        if found is not None:
            if found.began_by_id != by.id:
                log(found, StepKind.KNOCK, reached=False, by=by)
            return found
        found = NoAnswer(elder=elder, source=source, began_by=by)
        session.add(found)
        # Who must be called is shown even without consent (PIPL 13, 18), and it says so here.
        is_agreed = consents.has(elder.person, ConsentScope.CONTACTS)
        trail.record("no_answer.begun", found, by=by, person=elder.person, team=elder.team,
                     source=source, contacts_shown_in_emergency=not is_agreed)  # fmt: skip
        notices.tell_of_no_answer(found, by=by)
        return found


def log(found: NoAnswer, kind: StepKind, *, reached: bool, words: str = "", by: Person) -> None:
    """Somebody has done one of the steps; sent twice by an impatient finger it is one.

    Raises NoAlarm when it is closed.
    """
    with transaction():
        hold_open(found)
        step = NoAnswerStep(kind=kind, reached=reached, words=words.strip() or None, by_id=by.id)
        if any(is_again(step, earlier) for earlier in found.steps):
            return
        found.steps.append(step)
        record("no_answer.step", found, by, kind=kind, reached=reached)


def is_again(step: NoAnswerStep, earlier: NoAnswerStep) -> bool:
    """Whether it is word for word what the same helper has just noted."""
    is_same = all(
        getattr(step, name) == getattr(earlier, name)
        for name in ("kind", "reached", "words", "by_id")
    )
    return is_same and earlier.at >= clock.now() - pressing.AGAIN_WITHIN


def close(found: NoAnswer, ending: Ending, *, words: str = "", handed_to: str = "",
          by: Person) -> None:  # fmt: skip
    """Somebody has spoken with the elder and says how they are, or has handed over to a named
    person. Raises NoAlarm when nothing is open, NotSafeYet without those words."""
    with transaction():
        hold_open(found)
        words, handed_to = words.strip(), handed_to.strip()
        if not (handed_to if ending is Ending.HANDED_OVER else words):
            raise NotSafeYet
        end(found, ending, words=words, handed_to=handed_to, by=by)
        if ending is Ending.SPOKE:
            # Perhaps on the phone: nobody is asked where.
            care.seen(found.elder, found.team.today(clock.now()), in_person=False)


def seen(
    found: NoAnswer,
    *,
    on: date | None = None,
    until: datetime | None = None,
    in_person: bool = True,
    by: Person,
) -> None:
    """A visitor has seen them after all, and writes down how they are; nothing to do when it is
    closed already. `on` and `until`: when that was, where it is written down later; `in_person`:
    not on the phone."""
    with transaction():
        lock(found.elder, found)
        if found.is_open:
            end(found, Ending.SPOKE, by=by)
            day = on or found.team.today(clock.now())
            care.seen(found.elder, day, until=until, in_person=in_person)


def when_care_stops(elder: Elder, by: Person | None) -> None:
    """Nobody looks for who has died; whoever noted it answers for that. In every other case nobody
    knows yet whether they are safe."""
    if elder.end_reason is not EndReason.DIED or by is None:
        return
    found = queries.find_open_no_answer(elder)
    if found is not None:
        lock(found)
        end(found, Ending.HANDED_OVER, handed_to=by.name, by=by)


def end(
    found: NoAnswer, ending: Ending, *, words: str = "", handed_to: str = "", by: Person
) -> None:
    found.closed_at, found.closed_by, found.ending = clock.now(), by, ending
    found.words = words or None
    found.handed_to = handed_to or None if ending is Ending.HANDED_OVER else None
    record("no_answer.closed", found, by, ending=ending)


def hold_open(found: NoAnswer) -> None:
    lock(found.elder, found)
    if not found.is_open:
        raise NoAlarm


def record(action: str, found: NoAnswer, by: Person, **details: object) -> None:
    trail.record(action, found, by=by, person=found.elder.person, team=found.team, **details)
