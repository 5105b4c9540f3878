"""The end of a request: done, confirmed by the resident, opened again, or no longer needed."""

from datetime import datetime, timedelta

from volunteer.core import clock, working_days, zones
from volunteer.core.database import lock, transaction
from volunteer.deeds import putting_down
from volunteer.deeds.models import DeedKind
from volunteer.deeds.putting_down import TimeGiven
from volunteer.help_requests import asking, money, notices, offers, queries, steps
from volunteer.help_requests.errors import (
    CannotBeTakenUp,
    DoneAlready,
    IsOver,
    MoneyNotCounted,
    NotDone,
    NotMatched,
    NotWellHow,
)
from volunteer.help_requests.models import (
    Helped,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    StepKind,
)
from volunteer.network import holidays
from volunteer.people.models import Person

AN_HOUR = timedelta(hours=1)
# Who says sooner or later than this that it is done does not say so at the door.
SHORTEST, LONGEST = timedelta(minutes=10), timedelta(hours=4)


def finish(
    help_request: HelpRequest, *, words: str = "", by: Person, volunteer: Person | None = None
) -> None:
    """It has been done; now the resident says whether it is well, or somebody calls and asks within
    one working day. Raises NotMatched, DoneAlready or MoneyNotCounted.

    `volunteer` says that they have done it, and must still be the one who said yes. A coordinator
    who did it on the phone may finish what nobody was asked for.
    """
    with transaction():
        lock(help_request)
        if help_request.status in {HelpStatus.DONE, HelpStatus.CONFIRMED}:
            raise DoneAlready
        if help_request.status not in {HelpStatus.ACCEPTED, HelpStatus.MATCHED}:
            raise NotMatched
        if volunteer not in {None, help_request.volunteer}:
            raise NotMatched
        if money.must_be_counted(help_request):
            raise MoneyNotCounted
        offers.release(help_request)
        now = clock.now()
        help_request.status, help_request.done_at = HelpStatus.DONE, now
        help_request.call_back_by = one_working_day_from_now(help_request)
        steps.take(help_request, StepKind.DONE, by=by, words=words.strip(),
                   person=help_request.volunteer)  # fmt: skip
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def one_working_day_from_now(help_request: HelpRequest) -> datetime:
    now, zone = clock.now(), help_request.zone
    calendar = holidays.load_around(zones.day_in(zone, now))
    return working_days.one_later(now, zone, calendar.is_free)


def confirm(help_request: HelpRequest, *, by: Person | None) -> None:
    """The resident is content; `by` None is the resident, else who asked them. Raises NotDone."""
    with transaction():
        lock(help_request)
        if help_request.status is not HelpStatus.DONE:
            raise NotDone
        help_request.status, help_request.ended_at = HelpStatus.CONFIRMED, clock.now()
        put_down_hours(help_request)
        steps.take(help_request, StepKind.CONFIRMED, by=by)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def put_down_hours(help_request: HelpRequest) -> None:
    """Both sides say that it is done: what the volunteer did may count, for the team by which they
    were asked. Whoever helps themselves or did it alone on the phone has no hours of it."""
    offer = help_request.accepted_offer
    if offer is None or offer.team is None or offer.person_id == help_request.asker_id:
        return
    given = time_given(help_request)
    putting_down.put_down(DeedKind.HELP, help_request.id, offer.team, [offer.person], given)


def time_given(help_request: HelpRequest) -> TimeGiven:
    """From when it was agreed until it was said to be done. Nobody writes down more: what is no
    likely time for it gives way to an hour."""
    done = help_request.done_at or clock.now()
    agreed = help_request.wall_agreed
    began = zones.to_moment(agreed, help_request.zone) if agreed else None
    # None of it lies behind the moment at which it was said to be done.
    if began is None or done - began < SHORTEST:
        return TimeGiven(done - AN_HOUR, minutes_of(AN_HOUR), is_guessed=True)
    if done - began <= LONGEST:
        return TimeGiven(began, minutes_of(done - began))
    return TimeGiven(began, minutes_of(AN_HOUR), is_guessed=True)


def minutes_of(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def call_back(help_request: HelpRequest, helped: Helped, *, words: str = "", by: Person) -> None:
    """Somebody has called and asked whether it helped. A no opens it again, with what they said;
    else it is confirmed, and the words are a note for the team. Raises NotDone or NotWellHow."""
    with transaction():
        lock(help_request)
        if help_request.status is not HelpStatus.DONE:
            raise NotDone
        help_request.helped = helped
        if helped is Helped.NO:
            reopen(help_request, words, by=by)
            return
        if words.strip():
            steps.take(help_request, StepKind.NOTED, by=by, words=words.strip(), is_internal=True)
        confirm(help_request, by=by)


def reopen(help_request: HelpRequest, words: str, *, by: Person | None) -> None:
    """It is not well yet: the team has it again, and hears why. Raises NotDone or NotWellHow."""
    if not words.strip():
        raise NotWellHow
    with transaction():
        lock(help_request)
        if help_request.status not in {HelpStatus.DONE, HelpStatus.CONFIRMED}:
            raise NotDone
        putting_down.take_off(DeedKind.HELP, help_request.id)
        for offer in help_request.offers:
            if offer.status is OfferStatus.ACCEPTED:
                offer.status = OfferStatus.RELEASED
        help_request.status = HelpStatus.ACCEPTED
        help_request.done_at = help_request.ended_at = help_request.wall_agreed = None
        help_request.call_back_by = None
        steps.take(help_request, StepKind.REOPENED, by=by, words=words.strip())
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)
        notices.tell_coordinators(notices.HELP_REOPENED, help_request, by=by)


def withdraw(help_request: HelpRequest, *, by: Person | None) -> None:
    """The resident needs it no longer; who would have come is told. Raises MoneyNotCounted; and
    IsOver, also for what has been done: that is confirmed, or opened again."""
    with transaction():
        lock(help_request)
        if not help_request.can_be_withdrawn:
            raise IsOver
        if money.must_be_counted(help_request):
            raise MoneyNotCounted
        offers.release(help_request, accepted_too=True)
        # No answer: the figure of how long answers take leaves out what nobody answered before.
        help_request.status, help_request.ended_at = HelpStatus.WITHDRAWN, clock.now()
        steps.take(help_request, StepKind.WITHDRAWN, by=by)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def take_up(help_request: HelpRequest, *, by: Person | None) -> None:
    """“No longer needed” was a mistake: it stands as it did, but that who would have come was told
    not to, and is asked once more. Raises CannotBeTakenUp."""
    with transaction():
        lock(help_request)
        if not help_request.can_be_taken_up(clock.now()):
            raise CannotBeTakenUp
        was_taken_on = help_request.answered_at is not None and help_request.team is not None
        help_request.status = HelpStatus.ACCEPTED if was_taken_on else HelpStatus.NEW
        help_request.ended_at = help_request.wall_agreed = None
        if help_request.is_new:
            help_request.answer_by = one_working_day_from_now(help_request)
        steps.take(help_request, StepKind.TAKEN_UP, by=by)
        notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)
        notices.tell_coordinators(notices.HELP_ASKED, help_request, by=by, is_more=True)


def withdraw_all_for(person: Person, by: Person) -> None:
    """Nobody comes for them any more: who has died. Where money is on the way it stays open, until
    that is counted."""
    with transaction():
        for help_request in queries.list_still_to_do_for(person):
            # Until it is ours, somebody else may have finished it.
            lock(help_request)
            if help_request.can_be_withdrawn and not money.must_be_counted(help_request):
                withdraw(help_request, by=by)
