"""Answering a request: a team takes it on, refers it, or declines it with a reason."""

from datetime import datetime

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, transaction
from volunteer.elders.models import Elder
from volunteer.help_requests import asking, notices, queries, steps
from volunteer.help_requests.errors import AlreadyAnswered, IsOver, WordsNeeded
from volunteer.help_requests.models import HelpRequest, HelpStatus, OfferStatus, StepKind
from volunteer.people.models import Person
from volunteer.teams.models import Team


def take_on(help_request: HelpRequest, team: Team, *, words: str = "", by: Person) -> None:
    """The team answers for it from now on. Raises AlreadyAnswered, also when another team has it.

    `words` are for the resident: what was said on the phone, what happens next.
    """
    with transaction():
        hold_new(help_request)
        if help_request.team is not None and help_request.team.id != team.id:
            raise AlreadyAnswered
        help_request.team = team
        answer(help_request, HelpStatus.ACCEPTED, StepKind.ACCEPTED, words, by)


def refer(help_request: HelpRequest, team: Team, *, words: str, by: Person) -> None:
    """Somebody else can do it better: a hotline, the community, a clinic. Raises AlreadyAnswered
    or WordsNeeded: the resident must read to whom."""
    end(help_request, team, HelpStatus.REFERRED, StepKind.REFERRED, words, by)


def decline(help_request: HelpRequest, team: Team, *, words: str, by: Person) -> None:
    """Nobody here can do it, and why. Raises AlreadyAnswered or WordsNeeded."""
    end(help_request, team, HelpStatus.DECLINED, StepKind.DECLINED, words, by)


def end(
    help_request: HelpRequest,
    team: Team,
    status: HelpStatus,
    kind: StepKind,
    words: str,
    by: Person,
) -> None:
    if not words.strip():
        raise WordsNeeded
    with transaction():
        hold_open(help_request)
        if help_request.status is HelpStatus.DONE:
            raise IsOver
        if help_request.team is not None and help_request.team.id != team.id:
            raise AlreadyAnswered
        help_request.team = team
        help_request.ended_at = clock.now()
        for offer in help_request.offers:
            if offer.status in {OfferStatus.ASKED, OfferStatus.ACCEPTED}:
                offer.status = OfferStatus.RELEASED
                notices.tell_volunteer(notices.HELP_CALLED_OFF, offer)
        answer(help_request, status, kind, words, by)


def answer(
    help_request: HelpRequest, status: HelpStatus, kind: StepKind, words: str, by: Person
) -> None:
    help_request.status = status
    help_request.answered_at = help_request.answered_at or clock.now()
    steps.take(help_request, kind, by=by, words=words.strip())
    notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def note(help_request: HelpRequest, words: str, *, is_internal: bool, by: Person) -> None:
    """Something worth writing down; internal notes only coordinators read. Raises WordsNeeded."""
    if not words.strip():
        raise WordsNeeded
    with transaction():
        hold_open(help_request)
        steps.take(
            help_request, StepKind.NOTED, by=by, words=words.strip(), is_internal=is_internal
        )
        if not is_internal:
            notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def link_elder(help_request: HelpRequest, elder: Elder | None, *, by: Person) -> None:
    """Say which of the team's elders it is for; None when it is none of them."""
    with transaction():
        hold_open(help_request)
        help_request.elder_id = elder.id if elder else None
        record("help_request.elder_linked", help_request, by)


def change_brief(help_request: HelpRequest, words: str, *, by: Person) -> None:
    """What a volunteer reads before saying yes; no name and no address belongs there."""
    with transaction():
        hold_open(help_request)
        help_request.brief = words.strip() or None
        record("help_request.brief_changed", help_request, by)


def record(action: str, help_request: HelpRequest, by: Person) -> None:
    trail.record(action, help_request, by=by, team=help_request.team, number=help_request.number)


def remind_of_late(now: datetime) -> None:
    """Once a day the coordinators hear of each request that nobody has answered in time."""
    for help_request in queries.list_late(now):
        with transaction():
            notices.tell_coordinators(
                notices.HELP_LATE, help_request, by=None, key=f"late:{now:%Y%m%d}"
            )


def hold_new(help_request: HelpRequest) -> None:
    hold_open(help_request)
    if not help_request.is_new:
        raise AlreadyAnswered


def hold_open(help_request: HelpRequest) -> None:
    lock(help_request)
    if not help_request.is_open:
        raise IsOver
