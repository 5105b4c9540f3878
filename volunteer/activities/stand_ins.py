"""Finding somebody who comes instead: a few are asked at a time, the first yes gets the place.

The place stays taken until then. Who was asked least lately is asked first; nobody is asked at
night, nor again after a no, unless the date moves to a time to which they have said nothing; at
the cut-off, or when nobody is left, the place is free again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from volunteer.activities import (
    asking_anew,
    eligibility,
    excuses,
    fitting,
    signups,
    stand_in_notices,
    stand_in_queries,
    swap_endings,
    waitlist,
)
from volunteer.activities.errors import (
    AlreadyLooking,
    AlreadySignedUp,
    MovedMeanwhile,
    NobodyIsNeeded,
    NotAskedAnyMore,
    NotSignedUp,
    PlaceIsTaken,
    SomebodyComesAlready,
    TooLateToLook,
    TooLateToUndo,
)
from volunteer.activities.models import (
    Answer,
    Occurrence,
    SearchStatus,
    Signup,
    SignupStatus,
    StandInAsk,
    StandInSearch,
)
from volunteer.audit import trail
from volunteer.core import clock, nights
from volunteer.core.database import lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.people import queries as people_queries
from volunteer.people.models import Person

ASKED_AT_ONCE = 3
EVERYBODY = 10_000
# The next few are asked after this; on the last day sooner.
PATIENCE = timedelta(hours=4)
PATIENCE_ON_THE_LAST_DAY = timedelta(hours=1)
A_DAY = timedelta(days=1)
# So long before the beginning the coordinator must know whether somebody comes.
CUT_OFF = timedelta(hours=2)
# A yes that was pressed by mistake can be taken back.
UNDO_WITHIN = timedelta(minutes=30)


# --- looking ---------------------------------------------------------------------------------


def look(signup: Signup, reason: excuses.Reason, *, by: Person) -> StandInSearch | None:
    """They can't come, and we ask others. When somebody waits for the place, it is theirs at once,
    and there is nothing to look for: None.

    Raises NotSignedUp, AlreadyLooking or TooLateToLook.
    """
    with transaction():
        occurrence = signup.occurrence
        lock(occurrence)
        now = clock.now()
        if not signup.is_going:
            raise NotSignedUp
        if stand_in_queries.find_open(signup) is not None:
            raise AlreadyLooking
        if waiting_instead(signup):
            signups.withdraw(signup, by=by, reason=reason)
            return None
        if not can_look(occurrence, now):
            raise TooLateToLook
        excuses.note(signup, reason, now)
        search = StandInSearch(signup=signup, started_at=now, by=by, next_wave_at=now)
        session.add(search)
        record("stand_in.looked_for", search, by)
        ask_more(search, now)
        return search


def can_look(occurrence: Occurrence, now: datetime) -> bool:
    """Whether there is still time to ask others."""
    return occurrence.is_open(now) and now < occurrence.starts_at - CUT_OFF


def waiting_instead(signup: Signup) -> list[Signup]:
    """Who waits for this work and would move up without them."""
    occurrence, leaving = signup.occurrence, signups.goes_with(signup)
    waiting = [one for one in signup.role.waiting if one not in leaving]
    facts = eligibility.of_date(occurrence, [one.person for one in waiting])
    return [one for one in waiting if facts.may_be_asked(one.person, signup.role, occurrence)]


def ask_more(search: StandInSearch, now: datetime) -> None:
    """Ask the next few, unless it is night; without anybody left to ask or to answer it is over."""
    occurrence = search.signup.occurrence
    morning = nights.awake(now, occurrence.team.zone)
    if morning > now:
        search.next_wave_at = morning
        return
    people = suitable(search.signup, now)[:ASKED_AT_ONCE]
    if people:
        new = [put_question(search, person, now) for person in people]
        record("stand_in.asked", search, None, people=len(new))
        stand_in_notices.ask(search, new)
        search.next_wave_at = nights.awake(now + patience(occurrence, now), occurrence.team.zone)
    elif stand_in_queries.is_anybody_asked(occurrence):
        # Here or for another place of this date: who is free then may still come here.
        search.next_wave_at = nights.awake(now + patience(occurrence, now), occurrence.team.zone)
    else:
        give_up(search, now)


def put_question(search: StandInSearch, person: Person, now: datetime) -> StandInAsk:
    """To each once, and once more when the date has moved since to a time that is new to them."""
    mine = search.ask_of(person)
    if mine is None:
        mine = StandInAsk(person=person)
        search.asks.append(mine)
    mine.ask_again(now)
    return mine


def suitable(signup: Signup, now: datetime) -> list[Person]:
    """Members who could come instead, those asked least lately first."""
    occurrence = signup.occurrence
    people = fitting.candidates(occurrence, most=EVERYBODY, role=signup.role)
    asks = stand_in_queries.look_at_asks(occurrence, people, now=now)
    # Who said here that they can't come is not asked to come.
    left_out = asks.not_again | asking_anew.cannot_come(occurrence)
    return sorted(
        # Who does not want to be asked takes nobody else's turn.
        (person for person in people if person.wants_asks and person.id not in left_out),
        key=lambda person: asks.counts.get(person.id, 0),
    )


def patience(occurrence: Occurrence, now: datetime) -> timedelta:
    return PATIENCE if occurrence.starts_at - now > A_DAY else PATIENCE_ON_THE_LAST_DAY


# --- answers ---------------------------------------------------------------------------------


def accept(search: StandInSearch, person: Person, *, by: Person, seen: str | None = None) -> Signup:
    """`person` comes instead: the place passes to them, in one step.

    Whoever is asked, or sees it on the date's page, may say yes; the first one gets it. `seen`: the
    time that their page showed. Raises SomebodyComesAlready, NobodyIsNeeded or MovedMeanwhile, and
    what signing up raises.
    """
    with transaction():
        # As in signing up: the person, then the date.
        lock(person, search.signup.occurrence)
        check_goes_on(search)
        occurrence, now = search.signup.occurrence, clock.now()
        eligibility.check_is_open(occurrence, now)
        if seen and seen != occurrence.time_mark:
            raise MovedMeanwhile
        wards = signups.let_wards_go(search.signup, by=by, at=now)
        swap_endings.end_offers_of(search.signup, by=by)
        search.signup.status = SignupStatus.WITHDRAWN
        # Asked when the place is free already: no child comes instead of its guardian.
        signups.check_may_come(search.signup.role, person, by)

        answer(search, person, Answer.YES, by)
        mine = signups.pass_on(occurrence, search.signup.role, person, by=by)
        end(search, SearchStatus.FOUND, now)
        search.stand_in = person
        record("stand_in.found", search, by, person)
        stand_in_notices.tell_of_search(stand_in_notices.STAND_IN_FOUND, search, by=by)
        if wards:
            waitlist.promote(occurrence)
        return mine


def decline(search: StandInSearch, person: Person, *, by: Person, seen: str | None = None) -> bool:
    """They can't, and are not asked again for this date. When all have said no, the next are asked.

    `seen`: the time that their page showed; to another one than the date has by now the no is
    noted all the same. Answers whether it is one to the time that it has now. Raises
    SomebodyComesAlready or NobodyIsNeeded; NotFound for who was not asked.
    """
    with transaction():
        lock(search.signup.occurrence)
        check_goes_on(search)
        mine = search.ask_of(person)
        if mine is None:
            raise NotFound
        time = search.signup.occurrence.time_mark
        if seen and seen != time:
            record(asking_anew.DECLINED, search, by, person, time=seen)
            return False
        if not mine.may_answer:
            # Said already: pressing twice must not ask the next ones sooner.
            return True
        answer(search, person, Answer.NO, by)
        record(asking_anew.DECLINED, search, by, person, time=time)
        if not search.waits_for_an_answer:
            ask_more(search, clock.now())
        return True


def check_goes_on(search: StandInSearch) -> None:
    if search.status is SearchStatus.FOUND:
        raise SomebodyComesAlready
    if search.left_it_free:
        raise NotAskedAnyMore
    if not search.is_open or not search.signup.is_going:
        raise NobodyIsNeeded


def answer(search: StandInSearch, person: Person, said: Answer, by: Person) -> None:
    mine = search.ask_of(person)
    if mine is None:
        # Nobody asked them: they saw it and say yes.
        mine = StandInAsk(person=person, asked_at=clock.now())
        search.asks.append(mine)
    mine.answer, mine.answered_at, mine.answered_by_id = said, clock.now(), by.id


def undo_acceptance(search: StandInSearch, *, by: Person) -> None:
    """A yes pressed by mistake: the place is again that of who looks for somebody, and we look on.

    Only within half an hour, before the cut-off, and while the other may still come. The children
    who come only because of the stand-in go, those who went with the other come again while there
    is a place. Raises TooLateToUndo.
    """
    with transaction():
        lock(search.signup.person, search.signup.occurrence)
        now, signup, stand_in = clock.now(), search.signup, search.stand_in
        mine = search.place_of_stand_in
        if stand_in is None or mine is None or not can_undo(search, now):
            raise TooLateToUndo
        wards = signups.let_wards_go(mine, by=by)
        swap_endings.end_offers_of(mine, by=by)
        mine.status = SignupStatus.WITHDRAWN
        occurrence = signup.occurrence
        facts = eligibility.of_date(occurrence, [signup.person])
        if not facts.may_come(signup.person, signup.role, occurrence):
            raise TooLateToUndo
        signup.status = SignupStatus.GOING
        signups.take_along_again(signup, search.ended_at, by=by)
        search.status, search.ended_at, search.stand_in = SearchStatus.OPEN, None, None
        answer(search, stand_in, Answer.NO, by)
        search.next_wave_at = now
        record(asking_anew.UNDONE, search, by, stand_in, time=occurrence.time_mark)
        stand_in_notices.tell_of_search(stand_in_notices.STAND_IN_UNDONE, search, by=by)
        if wards:
            waitlist.promote(occurrence)


def can_undo(search: StandInSearch, now: datetime) -> bool:
    """Whether the yes of this search may still be taken back."""
    ended = search.ended_at
    return (
        search.status is SearchStatus.FOUND
        and ended is not None
        and now <= ended + UNDO_WITHIN
        and can_look(search.signup.occurrence, now)
        and not search.signup.is_active
        and search.place_of_stand_in is not None
    )


# --- the end of it ---------------------------------------------------------------------------


def come_after_all(signup: Signup, *, by: Person) -> None:
    """They can come: a search stops; a place given back is theirs again while it is free, and those
    of the children who went with them.

    Raises NotSignedUp, PlaceIsTaken, and what signing up raises.
    """
    with transaction():
        lock(signup.person, signup.occurrence)
        occurrence = signup.occurrence
        eligibility.check_is_open(occurrence, clock.now())
        if stop_looking(signup, by=by):
            return
        if not signup.is_excused:
            raise AlreadySignedUp if signup.is_active else NotSignedUp
        signups.check_may_come(signup.role, signup.person, by)
        if signup.role.is_full or signup.role.waiting:
            raise PlaceIsTaken
        gone_at = signup.excused_at
        signups.come_back(signup, by=by)
        signups.take_along_again(signup, gone_at, by=by)


def stop_looking(signup: Signup, *, by: Person) -> bool:
    """Who looks for somebody comes after all; answers whether they looked. Belongs behind the lock
    of the date."""
    search = stand_in_queries.find_open(signup)
    if not signup.is_going or search is None:
        return False
    excuses.clear(signup)
    end(search, SearchStatus.STOPPED, clock.now())
    record("stand_in.stopped", search, by, signup.person)
    return True


def release(search: StandInSearch, *, by: Person) -> list[Signup]:
    """A coordinator stops asking and gives the place back, for anybody to take.

    Answers who moved up. Raises SomebodyComesAlready or NobodyIsNeeded.
    """
    with transaction():
        lock(search.signup.occurrence)
        check_goes_on(search)
        end(search, SearchStatus.RELEASED, clock.now())
        record("stand_in.released", search, by, search.signup.person)
        return signups.withdraw(search.signup, by=by)


def give_up(search: StandInSearch, now: datetime) -> None:
    """Nobody was found: the place is free, and the coordinators are told."""
    end(search, SearchStatus.NOT_FOUND, now)
    free(search.signup)
    record("stand_in.not_found", search, None, search.signup.person)
    stand_in_notices.tell_of_search(stand_in_notices.STAND_IN_NOT_FOUND, search, by=None)


def free(signup: Signup) -> None:
    signups.let_wards_go(signup, by=None)
    swap_endings.end_offers_of(signup, by=None)
    signup.status = SignupStatus.WITHDRAWN
    waitlist.promote(signup.occurrence)


def end(search: StandInSearch, status: SearchStatus, now: datetime) -> None:
    search.status, search.ended_at = status, now


def record(
    action: str,
    search: StandInSearch,
    by: Person | None,
    person: Person | None = None,
    **details: object,
) -> None:
    occurrence = search.signup.occurrence
    trail.record(action, search, by=by, person=person or search.signup.person,
                 team=occurrence.team, **details, **occurrence.for_the_trail)  # fmt: skip


# --- what the clock does ---------------------------------------------------------------------


def look_on(now: datetime) -> int:
    """Take each search that is due one step on; answers how many there were.

    Late, twice or in two processes it asks nobody twice: each step holds the date and looks again.
    """
    due: Sequence[StandInSearch] = stand_in_queries.list_due(now, cut_off=CUT_OFF)
    for search in due:
        with transaction():
            lock(search.signup.occurrence)
            if search.is_open:
                take_step(search, now)
    return len(due)


def take_step(search: StandInSearch, now: datetime) -> None:
    occurrence = search.signup.occurrence
    if not search.signup.is_going:
        end(search, SearchStatus.RELEASED, now)
    elif not occurrence.is_open(now) or waiting_instead(search.signup):
        # Cancelled or begun, or somebody waits for the place by now: it is theirs.
        end(search, SearchStatus.RELEASED, now)
        record("stand_in.released", search, None, search.signup.person)
        free(search.signup)
    elif not can_look(occurrence, now):
        give_up(search, now)
    else:
        are_fewer = let_go_who_is_away(search)
        if search.next_wave_at <= now or (are_fewer and not search.waits_for_an_answer):
            ask_more(search, now)


def let_go_who_is_away(search: StandInSearch) -> bool:
    """Who says only after they were asked that they are away on that day is asked no longer; here
    after all, they may be asked anew. Answers whether there were any."""
    day = search.signup.occurrence.day
    waiting = [ask for ask in search.asks if ask.is_waiting]
    away = people_queries.who_is_away([ask.person_id for ask in waiting], [day])
    gone = [ask for ask in waiting if (ask.person_id, day) in away]
    for ask in gone:
        ask.answer = Answer.LAPSED
    return bool(gone)
