"""The money of an errand: handed over, counted, signed. Nothing is lost without a sentence.

given − spent = brought back; or what is missing is shown, and somebody says why.
"""

from collections.abc import Sequence

from sqlalchemy import select

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.core.language import gettext as _
from volunteer.core.yuan import in_yuan
from volunteer.help_requests import steps
from volunteer.help_requests.errors import (
    AlreadyCounted,
    AlreadyHandedOver,
    AmountNeeded,
    ExplanationNeeded,
    NotCounted,
    NotMatched,
)
from volunteer.help_requests.models import Errand, HelpRequest, SignedHow, StepKind
from volunteer.people.models import Person
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo

# A volunteer carries no more than this for a neighbour.
MOST_FEN = 200_000


def list_of(help_request: HelpRequest) -> Sequence[Errand]:
    """All money that was ever handed over for it, the last first."""
    return all_of(
        select(Errand).where(Errand.help_request_id == help_request.id).order_by(Errand.id.desc())
    )


def find(help_request: HelpRequest) -> Errand | None:
    """The last of it; what went before was counted and signed."""
    return next(iter(list_of(help_request)), None)


def has_somebody_to_take_it(help_request: HelpRequest) -> bool:
    """Whether a volunteer is welcome, to whom money can be given."""
    yes = help_request.accepted_offer
    return help_request.is_matched and yes is not None and yes.is_welcome


def hand_over(help_request: HelpRequest, given_fen: int, *, by: Person) -> Errand:
    """The neighbour gives the volunteer who is welcome this much, counted together; once more when
    what was given before is counted and signed.

    Raises AmountNeeded, NotMatched or AlreadyHandedOver.
    """
    if not 0 < given_fen <= MOST_FEN:
        raise AmountNeeded
    with transaction():
        lock(help_request)
        if not has_somebody_to_take_it(help_request):
            raise NotMatched
        before = find(help_request)
        if before is not None and not before.is_signed:
            raise AlreadyHandedOver
        errand = Errand(help_request=help_request, given_fen=given_fen, given_noted_by_id=by.id)
        session.add(errand)
        words = _("%(yuan)s yuan handed over", yuan=in_yuan(given_fen))
        steps.take(help_request, StepKind.MONEY, by=by, words=words)
        return errand


def count(
    errand: Errand,
    *,
    spent_fen: int,
    returned_fen: int,
    explanation: str = "",
    receipt: Photo | None = None,
    by: Person,
) -> None:
    """What was spent and what came back. Raises AlreadyCounted once it is signed, AmountNeeded, or
    ExplanationNeeded when the sum is not right and nobody says why."""
    if not (0 <= spent_fen <= MOST_FEN and 0 <= returned_fen <= MOST_FEN):
        raise AmountNeeded
    with transaction():
        lock(errand.help_request, errand)
        if errand.is_signed:
            raise AlreadyCounted
        if errand.given_fen - spent_fen != returned_fen and not explanation.strip():
            raise ExplanationNeeded
        errand.spent_fen, errand.returned_fen = spent_fen, returned_fen
        errand.explanation = explanation.strip() or None
        errand.counted_at, errand.counted_by_id = clock.now(), by.id
        if receipt is not None:
            before, errand.receipt = errand.receipt, keeping.keep(receipt, by=by)
            if before is not None:
                keeping.forget(before)
        words = _(
            "%(spent)s yuan spent, %(back)s yuan brought back",
            spent=in_yuan(spent_fen), back=in_yuan(returned_fen),
        )  # fmt: skip
        steps.take(errand.help_request, StepKind.MONEY, by=by, words=words)


def sign(errand: Errand, how: SignedHow, *, paper: Photo | None = None, by: Person) -> None:
    """Whoever the money belongs to says that it is right: with a finger on the phone of `by`, or on
    paper that `by` has seen. Raises NotCounted or AlreadyCounted."""
    with transaction():
        lock(errand.help_request, errand)
        if not errand.is_counted:
            raise NotCounted
        if errand.is_signed:
            raise AlreadyCounted
        errand.signed_how, errand.signed_at = how, clock.now()
        errand.signed_before_id = by.id
        if paper is not None:
            errand.signature = keeping.keep(paper, by=by)
        trail.record("errand.signed", errand, by=by, team=errand.help_request.team)


def must_be_counted(help_request: HelpRequest) -> bool:
    """Whether money is on the way that nobody has counted yet, whoever carries it."""
    errand = find(help_request)
    return errand is not None and not errand.is_counted
