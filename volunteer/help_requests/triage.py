"""Answering a request: a team takes it on, refers it, or declines it with a reason."""

from dataclasses import dataclass

from volunteer.audit import trail
from volunteer.core import chinese, clock
from volunteer.core.database import lock, transaction
from volunteer.core.errors import NotFound
from volunteer.elders.models import Elder
from volunteer.help_requests import asking, money, notices, offers, policy, queries, steps
from volunteer.help_requests.errors import (
    AlreadyAnswered,
    IsOver,
    MoneyNotCounted,
    NotForNeighbours,
    NothingAbove,
    NotThatTeam,
    WordsNeeded,
)
from volunteer.help_requests.models import HelpRequest, HelpStatus, StepKind
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams.models import Team


def take_on(help_request: HelpRequest, team: Team, *, words: str = "", by: Person) -> None:
    """The team answers for it from now on. Raises AlreadyAnswered, also when another team has it,
    NotForNeighbours, or NotFound when it is not shown to this team, or any more.

    `words` are for the resident: what was said on the phone, what happens next.
    """
    with transaction():
        hold_new(help_request)
        if help_request.is_not_for_neighbours:
            raise NotForNeighbours
        if help_request.team is not None and help_request.team.id != team.id:
            raise AlreadyAnswered
        check_answers(help_request, team, by)
        help_request.team = team
        answer(help_request, HelpStatus.ACCEPTED, StepKind.ACCEPTED, words, by)


@dataclass(frozen=True)
class Referral:
    """Who can do it better, and how they are called: an office or a line, never a person."""

    to: str = ""
    phone: str = ""


def refer(
    help_request: HelpRequest,
    team: Team,
    *,
    words: str = "",
    referral: Referral = Referral(),
    by: Person,
) -> None:
    """Somebody else can do it better: a hotline, the community, a clinic. Raises IsOver,
    AlreadyAnswered, NotFound when it is not shown to this team, or any more, MoneyNotCounted, or
    WordsNeeded: the resident must read to whom."""
    with transaction():
        end(help_request, team, HelpStatus.REFERRED, StepKind.REFERRED, words or referral.to, by)
        help_request.referred_to = referral.to or None
        help_request.referred_phone = chinese.phone_digits(referral.phone) or None


def decline(help_request: HelpRequest, team: Team, *, words: str, by: Person) -> None:
    """Nobody here can do it, and why. Raises what refer() does."""
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
        hold_to_let_go(help_request, team, by)
        help_request.team = team
        help_request.ended_at = clock.now()
        offers.release(help_request, accepted_too=True)
        answer(help_request, status, kind, words, by)


def answer(
    help_request: HelpRequest, status: HelpStatus, kind: StepKind, words: str, by: Person
) -> None:
    help_request.status = status
    help_request.answered_at = help_request.answered_at or clock.now()
    steps.take(help_request, kind, by=by, words=words.strip())
    notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def hand_on(
    help_request: HelpRequest, team: Team, to: Team, *, words: str = "", by: Person
) -> None:
    """Another team may do it: it waits for their answer now, and the clock of the resident runs on.

    `team` is whose coordinator hands it on. Raises IsOver, AlreadyAnswered, MoneyNotCounted,
    NotForNeighbours, NotFound when it is not shown to this team, or any more, or NotThatTeam for
    one to which it may not go.
    """
    with transaction():
        hold_to_let_go(help_request, team, by)
        if help_request.is_not_for_neighbours:
            raise NotForNeighbours
        if to not in queries.list_teams_to_hand_to(help_request, team):
            raise NotThatTeam
        help_request.team = to
        pass_on(help_request, StepKind.HANDED_ON, words, by)


def raise_level(
    help_request: HelpRequest, team: Team, *, words: str = "", to: int | None = None, by: Person
) -> Place:
    """Nobody here can do it: every team of the next level at which there are others sees it now;
    answers which level.

    `to` is the level that the page named: pressed twice, it goes up once. Raises IsOver,
    AlreadyAnswered, NotFound, MoneyNotCounted, NothingAbove or NotForNeighbours.
    """
    with transaction():
        hold_to_let_go(help_request, team, by)
        if help_request.is_not_for_neighbours:
            raise NotForNeighbours
        _here, above = queries.find_ways_on(help_request, team)
        if to is not None and (above is None or above.id != to):
            raise AlreadyAnswered
        if above is None:
            raise NothingAbove
        help_request.raised_to, help_request.team = above, None
        pass_on(help_request, StepKind.RAISED, words, by)
        return above


def check_answers(help_request: HelpRequest, team: Team, by: Person) -> None:
    """Looked at again while it is held: it may have gone to another place meanwhile, and the team
    may not be known any more."""
    if not policy.can_answer(by, help_request, team):
        raise NotFound


def hold_to_let_go(help_request: HelpRequest, team: Team, by: Person) -> None:
    """Also sees that it is theirs to answer, and that whoever was to come carries no money that
    nobody has counted."""
    hold_open(help_request)
    if help_request.status is HelpStatus.DONE:
        raise IsOver
    if help_request.team is not None and help_request.team.id != team.id:
        raise AlreadyAnswered
    check_answers(help_request, team, by)
    if money.must_be_counted(help_request):
        raise MoneyNotCounted


def pass_on(help_request: HelpRequest, kind: StepKind, words: str, by: Person) -> None:
    offers.release(help_request, accepted_too=True)
    help_request.status, help_request.wall_agreed = HelpStatus.NEW, None
    steps.take(help_request, kind, by=by, words=words.strip())
    notices.tell_coordinators(notices.HELP_ASKED, help_request, by=by)
    notices.tell_asker(help_request, asker=asking.find_asker(help_request), by=by)


def note(help_request: HelpRequest, words: str, *, is_internal: bool, by: Person) -> None:
    """Something worth writing down; internal notes only coordinators read. Raises WordsNeeded."""
    if not words.strip():
        raise WordsNeeded
    with transaction():
        hold_open(help_request)
        if steps.was_just_noted(help_request, words.strip(), is_internal=is_internal, by=by):
            return
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


def hold_new(help_request: HelpRequest) -> None:
    hold_open(help_request)
    if not help_request.is_new:
        raise AlreadyAnswered


def hold_open(help_request: HelpRequest) -> None:
    lock(help_request)
    if not help_request.is_open:
        raise IsOver
