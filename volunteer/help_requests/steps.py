"""Each step of a help request, as the resident may follow it."""

from volunteer.audit import trail
from volunteer.core import clock
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
