"""What the tests of the pages of elders and visits have in common."""

from tests.factories.elders import VisitFactory
from volunteer.audit.models import ReadingEntry
from volunteer.core.database import session
from volunteer.elders.models import Check, Visit

NEW_ELDER = {
    "name": "王淑华",
    "preferred_name": "王婆婆",
    "phone": "139 0000 0001",
    "birth_year": "1938",
    "estate": "锦绣东方小区3栋2单元501室",
    "living": "alone",
    "categories": ["advanced_age", "living_alone"],
    "contacts-0-name": "王小红",
    "contacts-0-relation": "女儿",
    "contacts-0-phone": "139 0000 0002",
    "contacts-0-has_key": "y",
    "visit_channel": "home",
    "risk": "general",
    "agreed": "paper",
}
ALL_FINE = {f"{check.value}-finding": "fine" for check in Check}
SHORT_NOTE = "听力差，易跌倒"


def of(elder, rest="") -> str:
    return f"/teams/{elder.team_id}/elders/{elder.id}{rest}"


def visit_of(elder, people=None, **more) -> Visit:
    return VisitFactory(elder=elder, people=people, **more)


def begun(elder, people=None, **more) -> Visit:
    """A visit that began half an hour ago."""
    return visit_of(elder, people, in_days=-1 / 48, **more)


def lines() -> list[ReadingEntry]:
    return session.query(ReadingEntry).order_by(ReadingEntry.id).all()


def in_this_order(page, *words) -> bool:
    places = [page.index(word) for word in words]
    return places == sorted(places)
