"""What teams plan most often, filled in beforehand: a coordinator changes what differs."""

from dataclasses import dataclass
from datetime import time

from volunteer.activities.planning import RolePlan
from volunteer.core.language import Sentence
from volunteer.core.language import lazy_gettext as _


@dataclass(frozen=True)
class Pattern:
    """An activity as many teams have it."""

    key: str
    title: Sentence
    summary: Sentence
    starts: time
    ends: time
    roles: tuple[tuple[Sentence, int, int], ...]
    risk: Sentence
    protection: Sentence
    bring: Sentence = ""
    is_outdoors: bool = False
    is_service: bool = True

    def role_plans(self) -> list[RolePlan]:
        return [RolePlan(str(name), least, most) for name, least, most in self.roles]


PATTERNS = (
    Pattern(
        key="visit",
        title=_("Visiting elders"),
        summary=_("Two by two to elders who live alone: talk, listen, see whether all is well."),
        starts=time(9),
        ends=time(11),
        roles=((_("Visitors"), 2, 6),),
        risk=_("Stairs and wet floors; somebody may feel unwell."),
        protection=_("Always two together, and the leader's phone at hand."),
    ),
    Pattern(
        key="kitchen",
        title=_("Lunch together"),
        summary=_("Shop, cook and eat together. Some of the work can be done sitting."),
        starts=time(10),
        ends=time(13),
        roles=((_("Cooks"), 3, 5), (_("Shopping"), 1, 2), (_("Serving"), 2, 3)),
        risk=_("Knives, hot oil, slippery floors. No cutting with a wounded hand."),
        protection=_("Gloves and mats against slipping."),
        bring=_("An apron"),
    ),
    Pattern(
        key="class",
        title=_("Learning together"),
        summary=_("Phones, handicraft, singing: who can do it shows the others."),
        starts=time(14, 30),
        ends=time(16),
        roles=((_("Teacher"), 1, 1), (_("Helping at the tables"), 1, 3)),
        risk=_("No obvious risk"),
        protection=_("Water and a chair for everybody."),
    ),
    Pattern(
        key="meeting",
        title=_("Team meeting"),
        summary=_("Look back, share out what comes, hear everybody."),
        starts=time(15),
        ends=time(16, 30),
        roles=((_("Taking part"), 3, 30), (_("Writing it down"), 1, 1)),
        risk=_("No obvious risk"),
        protection=_("Water and a chair for everybody."),
        is_service=False,
    ),
    Pattern(
        key="clean_up",
        title=_("Cleaning the stairs"),
        summary=_("Staircase by staircase; see on the way whether the lamps work."),
        starts=time(9),
        ends=time(10, 30),
        roles=((_("Sweeping"), 4, 16),),
        risk=_("Dust, wet steps, heavy buckets."),
        protection=_("Gloves and masks are there; nobody climbs."),
        bring=_("Shoes that don't slip"),
        is_outdoors=True,
    ),
)


def find(key: str) -> Pattern | None:
    """The pattern of this name, or None."""
    return next((pattern for pattern in PATTERNS if pattern.key == key), None)
