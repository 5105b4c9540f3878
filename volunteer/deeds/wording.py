"""Words about deeds."""

from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as _
from volunteer.deeds.models import Deed, DeedKind

# All that anybody reads of what was done who need not know for whom.
WORDS: dict[DeedKind, Sentence] = {
    DeedKind.VISIT: _("Visiting an elder"),
    DeedKind.HELP: _("Help among neighbours"),
}


def title(deed: Deed) -> str:
    return str(WORDS[deed.kind])
