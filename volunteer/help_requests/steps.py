"""Each step of a help request, as the resident may follow it."""

from volunteer.audit import trail
from volunteer.core import clock, pressing
from volunteer.core.database import session
from volunteer.help_requests.models import HelpRequest, HelpStep, StepKind
from volunteer.people.models import Person


def take(
    help_request: HelpRequest,
    kind: StepKind,
    *,
    by: Person | None,
    words: str = "",
    person: Person | None = None,
    is_internal: bool = False,
) -> HelpStep:
    """Note that this happened, for the resident and in the trail; the words only for the resident.

    `by` None is the resident, without an account. Belongs in the transaction of the change.
    """
    step = HelpStep(
        help_request=help_request,
        at=clock.now(),
        kind=kind,
        by_id=by.id if by else None,
        words=words or None,
        is_internal=is_internal,
    )
    session.add(step)
    trail.record(f"help_request.{kind}", help_request, by=by, person=person,
                 team=help_request.team, number=help_request.number)  # fmt: skip
    return step


def was_just_noted(help_request: HelpRequest, words: str, *, is_internal: bool, by: Person) -> bool:
    """The very same, as the last step, by the same person a moment ago: pressed twice it is one."""
    if not help_request.steps:
        return False
    last = help_request.steps[-1]
    said = (last.kind, last.words, last.is_internal, last.by_id)
    is_same = said == (StepKind.NOTED, words, is_internal, by.id)
    return is_same and last.at > clock.now() - pressing.AGAIN_WITHIN
