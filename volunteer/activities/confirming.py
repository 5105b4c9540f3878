"""Saying again, shortly before, whether one comes: yes, later, or no."""

from volunteer.activities import confirmation_queries, signups, stand_ins
from volunteer.activities.errors import AlreadyStarted, DateCancelled, MovedMeanwhile, NotSignedUp
from volunteer.activities.models import Coming, Confirmation, Occurrence, Signup
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person


def confirm(signup: Signup, coming: Coming, *, by: Person, seen: str | None = None) -> Confirmation:
    """They come, on time or later; the last word counts. `by`: the person, or somebody for them.
    `seen`: the mark of when and where it was to be, on the page where they said so.

    Raises NotSignedUp, DateCancelled, AlreadyStarted or MovedMeanwhile.
    """
    with transaction():
        occurrence = signup.occurrence
        lock(occurrence)
        if occurrence.is_cancelled:
            raise DateCancelled
        if occurrence.has_started(clock.now()):
            raise AlreadyStarted
        if not signup.is_going:
            raise NotSignedUp
        check_seen(occurrence, seen)
        # The last word counts: nobody is asked any more to come instead of them.
        stand_ins.stop_looking(signup, by=by)
        said = confirmation_queries.find_confirmation(signup)
        if said is None:
            said = Confirmation(signup=signup, coming=coming, starts_at=occurrence.starts_at, by=by)
            session.add(said)
        said.coming, said.by = coming, by
        said.starts_at, said.at = occurrence.starts_at, clock.now()
        trail.record("signup.confirmed", signup, by=by, person=signup.person,
                     team=occurrence.team, coming=coming, **occurrence.for_the_trail)  # fmt: skip
        return said


def decline(signup: Signup, *, by: Person, seen: str | None = None) -> None:
    """They don't come: the place is given back by the usual rules. Pressed twice, it is done once.

    Raises AlreadyStarted: from then on the link is worth nothing; and MovedMeanwhile, for a no to
    what holds no more may be a yes to what holds now.
    """
    with transaction():
        lock(signup.occurrence)
        if signup.occurrence.has_started(clock.now()):
            raise AlreadyStarted
        if signup.is_active:
            check_seen(signup.occurrence, seen)
            signups.withdraw(signup, by=by)


def come_after_all(signup: Signup, *, by: Person, seen: str | None = None) -> None:
    """A no was pressed by mistake. Raises MovedMeanwhile, and what stand_ins says."""
    with transaction():
        lock(signup.person, signup.occurrence)
        check_seen(signup.occurrence, seen)
        stand_ins.come_after_all(signup, by=by)


def check_seen(occurrence: Occurrence, seen: str | None) -> None:
    """Raises MovedMeanwhile when their page showed another time or place. No mark: no page. What is
    off by now is at no other time or place."""
    if seen and seen != occurrence.seen_mark and not occurrence.is_cancelled:
        raise MovedMeanwhile


def take_back(signup: Signup, *, noted_by: int | None, by: Person) -> None:
    """What the person of this number has written down about the place was a mistake: they have not
    answered. Another word, said since, holds."""
    with transaction():
        occurrence = signup.occurrence
        lock(occurrence)
        said = confirmation_queries.find_confirmation(signup)
        if said is not None and said.by_id == noted_by:
            session.delete(said)
            trail.record("signup.confirmation_undone", signup, by=by, person=signup.person,
                         team=occurrence.team, **occurrence.for_the_trail)  # fmt: skip
