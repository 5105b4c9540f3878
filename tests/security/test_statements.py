"""No page asks the database more often because more stands on it: what grows with a team ends by
keeping everybody waiting."""

import pytest

from tests.security.conftest import build_village
from tests.security.crowding import one_more
from tests.security.test_who_may_what import READERS
from volunteer.core.database import session

# How often a page asks is decided above the database: one kind tells of both.
pytestmark = [
    pytest.mark.walks,
    pytest.mark.parametrize("setting", ["sqlite"], indirect=True),
]

ASKED_BY = ("volunteer", "coordinator", "operator")
# What a page should need. Those that tell of many things at once need more, and no more than this:
# lower the number when you can.
ENOUGH = 12
MORE = {
    # For who runs it: also who else could come, and whether people eat there.
    "activities.show_occurrence": 13,
    "activities.change_seat": 14,
    "help_requests.answer_help_request": 17,
    # A coordinator for whom everything waits that can wait; and one of several teams.
    "home.show_home": 30,
    "home.show_today": 32,
    # The same for a volunteer: whom nobody answered at a door, and who is asked to take a team.
    "home.show_my_week": 15,
    "meals.book": 14,
    "meals.change_booking": 13,
    "meals.show_kitchen": 13,
    "meals.show_kitchen_sheet": 13,
    # All that is kept of a person: in which parts there is something, and each of these once.
    "privacy.show_held": 35,
    # What the next message of each kind will say, written now.
    "reminders.show_messages": 24,
    "telling.show_kind": 14,
    "telling.show_kinds": 27,
}


@pytest.fixture
def build(time_machine):
    """At ten in the morning: by night and by day the same page has more and less to ask."""
    time_machine.move_to("2026-10-14T10:00+08:00", tick=False)
    return build_at_ten


def build_at_ten():
    return build_village()


@pytest.fixture
def count(village, rules, count_queries):
    """How many statements each page takes now, by who asks and the name of its address."""

    def ask_for_all():
        # Nothing that was made here is in hand any more.
        session.expunge_all()
        found = {}
        for role in ASKED_BY:
            for rule in rules:
                if "GET" in rule.methods and role in READERS[rule.endpoint]:
                    with count_queries() as sent:
                        answer = village.browsers[role].get(village.address(rule, village.own))
                    if answer.status_code == 200:
                        found[role, rule.endpoint] = len(sent)
        return found

    return ask_for_all


def test_of_four_times_as_much_no_page_asks_more_often(village, count):
    one_more(village.own, 1)
    few = count()
    for turn in (2, 3, 4):
        one_more(village.own, turn)
    many = count()

    assert {page: (few[page], n) for page, n in many.items() if n > few[page]} == {}
    most = {page: max(few[page], n) for page, n in many.items()}
    assert {(page, n) for page, n in most.items() if n > MORE.get(page[1], ENOUGH)} == set()
    needed = {name: max(n for (_role, page), n in most.items() if page == name) for name in MORE}
    # Some ask once more for a row that was garbage by then, so the numbers are no more than bounds.
    assert {name for name, n in needed.items() if n <= ENOUGH} == set(), "no exception any more"
    assert len(many) >= 200
