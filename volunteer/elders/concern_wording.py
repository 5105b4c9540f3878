"""What the choices about concerns are called."""

from volunteer.core.language import lazy_gettext as __
from volunteer.elders.models import ConcernKind, ConcernStatus

KINDS = {
    ConcernKind.ABUSE: __("Somebody hurts or threatens them"),
    ConcernKind.NEGLECT: __("They are not cared for"),
    ConcernKind.MONEY: __("Somebody takes or tricks them out of money"),
    ConcernKind.SELF_HARM: __("They speak of not wanting to live"),
    ConcernKind.DECLINE: __("They are suddenly much worse"),
    ConcernKind.LOST: __("They lose their way or are missing"),
    ConcernKind.MISCONDUCT: __("A volunteer does what one must not"),
}
STATUSES = {
    ConcernStatus.OPEN: __("Not acted on yet"),
    ConcernStatus.ACTED_ON: __("Acted on"),
    ConcernStatus.CLOSED: __("Closed"),
}
