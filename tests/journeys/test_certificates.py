"""From one's hours to a stamped paper, and whoever is shown it checks its number."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.journeys import crews
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service
from tests.journeys.test_on_paper import pages
from volunteer.activities import signups
from volunteer.activities.attendance import closing, noting
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.models import AttendanceState
from volunteer.activities.planning import RolePlan
from volunteer.activities.queries import get_occurrence
from volunteer.core import clock
from volunteer.core.database import transaction
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

A_DOZEN_LINES = """() => {
  const row = document.querySelector(".cert tbody tr");
  row.cells[3].textContent = "锦绣东方小区活动室";
  for (let more = 1; more < 12; more++) row.after(row.cloneNode(true));
}"""


def test_she_asks_the_coordinator_issues_it_and_a_stranger_checks_it(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, ["蒋桂芳", "王秀英"])
    tomorrow = clock.today() + timedelta(days=1)
    number = crew.plan("爱心午饭", tomorrow, [RolePlan("掌勺", 0, 5)])
    she = crew.members[1]
    with on_sqlite.inside(), transaction():
        person, by = get_person(she.id), get_person(crew.coordinator.id)
        lunch = get_occurrence(number)
        signups.sign_up(lunch, lunch.roles[0].id, person, by=person)
        # Time goes by: it was two days ago.
        for moment in ("starts_at", "ends_at", "wall_starts", "wall_ends"):
            setattr(lunch, moment, getattr(lunch, moment) - timedelta(days=3))
        # A word without an end must not push the paper's other columns off it.
        lunch.place = "linli.example/" + "w" * 80
    with on_sqlite.inside(), transaction():
        lunch, person = get_occurrence(number), get_person(she.id)
        by = get_person(crew.coordinator.id)
        noting.note(lunch, person, by=by)
        closing.close(lunch, {she.id: Mark(AttendanceState.CAME, 150)}, by=by)

    hers, coordinators, strangers = (phones(on_sqlite, language="en") for _number in range(3))
    say = hers.words
    hers.come_in_by(crew.link_of(she), she.name)
    hers.open("/my-hours")
    hers.follow(say("Certificates of hours"))
    assert_looks_right(hers.page)
    hers.follow(say("Ask for a certificate"))
    assert_looks_right(hers.page)
    hers.press(say("Ask the coordinators"))
    hers.is_told(say("The coordinators are told, and you get an answer."))

    coordinators.sign_in(crew.login, crews.PASSWORD)
    asked = coordinators.section(say("Would like a certificate of hours"))
    coordinators.follow(say("Answer"), within=asked)
    coordinators.reads("爱心午饭")
    assert_looks_right(coordinators.page)
    coordinators.fill(say("Who records these hours?"), "锦绣社区居民委员会")
    coordinators.press(say("Issue it"))
    coordinators.is_told(say("Issued. Please print it, and have it stamped."))
    assert_looks_right(coordinators.page)
    coordinators.follow(say("See and print it"))
    for words in ("王秀英", "锦绣社区居民委员会", say("%(hours).1f hours", hours=2.5), "掌勺"):
        coordinators.reads(words)
    assert_looks_right(coordinators.page)
    paper = coordinators.page.locator(".cert-number").inner_text()
    coordinators.page.evaluate(A_DOZEN_LINES)
    assert pages(coordinators.page) == 1, "a year's dozen of lines, in English too"

    hers.open("/my-hours/certificates")
    hers.reads(say("Issued"))

    strangers.open("/certificates/check")
    strangers.fill(say("Which number stands on the certificate?"), paper)
    strangers.press(say("Check"))
    strangers.reads("王*英")
    strangers.does_not_read("王秀英")
    assert_looks_right(strangers.page)
