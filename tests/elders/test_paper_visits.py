"""A visit or a call that stands on paper is typed in afterwards, once, for who was there."""

from datetime import timedelta

import pytest

from tests.elders.visiting import ALL_FINE, of
from tests.factories.people import PersonFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.deeds.models import Deed
from volunteer.elders import visits
from volunteer.elders.errors import VisitNotBegun
from volunteer.elders.models import Visit, VisitChannel, VisitStatus
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def thursday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-02-12T02:00Z", tick=False)


def paper(people, **more):
    data = {"channel": "home", "day": "2月10日", "at": "15:00", "minutes": "60", **more}
    return {**data, "people": [person.id for person in people]}


def test_the_page_guesses_nobody_and_the_elders_page_leads_to_it(browser, elder, paired):
    assert "visits/new?paper=1" in browser.get(of(elder)).text

    page = browser.get(of(elder, "/visits/new?paper=1")).text

    assert "Who was there, and when?" in page
    assert f'value="{paired[0].id}"' in page
    assert " checked" not in page.split('name="people"', 1)[1].split("alone_reason")[0]


def test_how_it_went_is_asked_next_and_nobody_is_told(browser, elder, paired):
    answer = browser.post(of(elder, "/visits/new?paper=1"), data=paper(paired))

    visit = session.query(Visit).one()
    assert answer.location.endswith(f"/visits/{visit.id}/record")
    assert (visit.going, f"{visit.wall_starts:%m-%d %H}") == (paired, "02-10 15")
    browser.post(answer.location, data={"outcome": "done", **ALL_FINE})
    assert visit.status is VisitStatus.DONE
    assert elder.last_seen_on == visit.day
    assert session.query(OutboxMessage).count() == 0
    assert {deed.person for deed in session.query(Deed)} == set(paired)


def test_one_paper_is_one_visit_also_when_it_is_written_down_already(browser, elder, paired):
    page = of(elder, "/visits/new?paper=1")
    for _press in range(2):
        answer = browser.post(page, data=paper(paired))
    browser.post(answer.location, data={"outcome": "done", **ALL_FINE})

    again = browser.post(page, data=paper(paired), follow_redirects=True).text

    assert "This visit is written down already." in again
    assert session.query(Visit).count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": "2月12日", "at": "11:00"}, "This time is still to come."),
        ({"day": "2026-01-11"}, "Please choose a day of the last 31 days."),
        ({"people": []}, "Please choose who was there."),
    ],
)
def test_a_slip_of_the_pen_is_said_beside_the_field(browser, elder, paired, wrong, sentence):
    data = {**paper(paired), **wrong}

    assert sentence in browser.post(of(elder, "/visits/new?paper=1"), data=data).text
    assert session.query(Visit).count() == 0


def test_what_is_still_to_come_has_not_been(elder, paired):
    wall = elder.team.wall(clock.now()) + timedelta(minutes=1)

    with pytest.raises(VisitNotBegun):
        visits.plan(elder, paired, wall, by=PersonFactory(), is_over=True)


def test_a_call_on_paper_needs_one_alone(browser, elder, paired):
    browser.post(of(elder, "/visits/new?paper=1"), data=paper(paired[:1], channel="phone"))

    assert session.query(Visit).one().channel is VisitChannel.PHONE
