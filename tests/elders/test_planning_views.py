"""How visits are planned, changed and cancelled, as people see it."""

from datetime import timedelta

import pytest

from tests.elders.visiting import SHORT_NOTE, begun, of, visit_of
from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.teams import CoordinatorFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import DomainError
from volunteer.elders import notices, recording, visits
from volunteer.elders.models import ElderStatus, Visit, VisitChannel, VisitStatus
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


def plan(elder, people, **more):
    data = {"channel": "home", "day": "下周二", "at": "下午3点", **more}
    return {**data, "people": [person.id for person in people]}


def test_who_looks_after_them_is_proposed(browser, elder, paired):
    other = volunteer_of(elder.team)

    page = browser.get(of(elder, "/visits/new")).text

    for person in paired:
        assert f'value="{person.id}" checked' in page
    assert f'value="{other.id}"' in page
    assert f'value="{other.id}" checked' not in page


def test_who_is_under_18_goes_along_and_the_form_says_so_beside_the_names(browser, elder, paired):
    paired[1].birth_year = clock.now().year - 16
    session.commit()

    page = browser.post(of(elder, "/visits/new"), data=plan(elder, paired)).text

    assert "Who is under 18 never goes to a home alone." in page
    assert f'value="{paired[0].id}" checked' in page
    assert session.query(Visit).count() == 0


def test_two_go_on_the_day_that_was_written_in_words(browser, elder, paired):
    browser.post(of(elder, "/visits/new"), data=plan(elder, paired))

    visit = session.query(Visit).one()
    assert visit.going == paired
    assert (visit.wall_starts.hour, visit.wall_starts.weekday()) == (15, 1)
    told = {message.person_id for message in session.query(OutboxMessage)}
    assert told == {person.id for person in paired}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"people": []}, "Please choose who goes."),
        ({"day": "neverday"}, "We could not read"),
        ({"day": "2020-01-01"}, "This time is over already."),
        ({"day": "2126-10-14"}, "Please choose a day from today on, within a year."),
        ({"day": "9999-12-31"}, "We could not read"),
        ({"at": ""}, "Please fill this in."),
    ],
)
def test_a_plan_with_something_wrong_plans_nothing(browser, elder, paired, wrong, sentence):
    page = browser.post(of(elder, "/visits/new"), data={**plan(elder, paired), **wrong}).text

    assert sentence in page
    assert session.query(Visit).count() == 0


def test_one_alone_needs_a_reason(browser, elder, paired):
    alone = plan(elder, paired[:1])
    assert "Two people go to a home." in browser.post(of(elder, "/visits/new"), data=alone).text

    browser.post(of(elder, "/visits/new"), data={**alone, "alone_reason": "隔壁邻居"})

    assert session.query(Visit).one().going == paired[:1]


def test_who_goes_alone_without_a_reason_types_nothing_twice(browser, elder, paired):
    page = browser.post(of(elder, "/visits/new"), data=plan(elder, paired[:1])).text

    assert "Two people go to a home." in page
    assert 'value="下周二"' in page
    assert f'value="{paired[0].id}" checked' in page
    assert f'value="{paired[1].id}" checked' not in page


def test_what_a_rule_refuses_stands_in_the_form_as_it_was_filled_in(
    browser, elder, paired, monkeypatch
):
    def refuse(*_values: object, **_more: object) -> None:
        raise DomainError("Not today, please.")

    monkeypatch.setattr(visits, "plan", refuse)
    form = of(elder, "/visits/new")
    data = plan(elder, paired, at="下午4点")

    answer = browser.post(form, data=data, headers={"Referer": f"http://localhost{form}"})

    assert answer.status_code == 409
    assert answer.text.count("Not today, please.") == 1
    assert 'value="下午4点"' in answer.text


def test_one_alone_may_phone(browser, elder, paired):
    browser.post(of(elder, "/visits/new"), data=plan(elder, paired[:1], channel="phone"))

    assert session.query(Visit).one().channel is VisitChannel.PHONE


def test_who_is_away_is_not_visited(browser, team):
    elder = ElderFactory(team=team, status=ElderStatus.SUSPENDED)

    page = browser.get(of(elder, "/visits/new"), follow_redirects=True).text

    assert "They are not being visited at the moment" in page


@pytest.mark.parametrize("channel", ["phone", "met"])
def test_who_phoned_or_met_them_records_it_at_once(browser, elder, channel):
    answer = browser.post(of(elder, "/visits"), data={"channel": channel})

    visit = session.query(Visit).one()
    assert answer.location == f"/visits/{visit.id}/record"
    asked = "Did you reach them?" if channel == "phone" else "Did you see them?"
    assert asked in browser.get(answer.location).text


def test_what_was_begun_by_a_slip_can_be_taken_back(browser, elder):
    record = browser.post(of(elder, "/visits"), data={"channel": "met"}).location
    visit = session.query(Visit).one()
    cancel = f"/visits/{visit.id}/cancellation"
    assert cancel in browser.get(record).text
    assert "so nobody is told" in browser.get(cancel).text

    page = browser.post(cancel, follow_redirects=True).text

    assert visit.status is VisitStatus.CANCELLED
    assert "is told" not in page
    assert session.query(OutboxMessage).count() == 0


def test_nobody_just_begins_a_visit_at_home(browser, elder):
    browser.post(of(elder, "/visits"), data={"channel": "home"})

    assert session.query(Visit).count() == 0


def test_another_time_and_another_visitor(browser, elder, paired):
    visit = visit_of(elder, paired[:1])

    browser.post(f"/visits/{visit.id}/change", data={"day": "下周五", "at": "9:30"})
    browser.post(f"/visits/{visit.id}/visitors", data={"person": paired[1].id})

    assert (visit.wall_starts.hour, visit.wall_starts.weekday()) == (9, 4)
    assert visit.going == paired


def test_who_chooses_nobody_is_asked_who_it_is(browser, elder, paired):
    visit = visit_of(elder, paired[:1])

    for address in (f"/visits/{visit.id}/visitors", of(elder, "/pairings")):
        assert "Please choose who it is." in browser.post(address, data={"person": ""}).text
    assert visit.going == paired[:1]


def test_cancelling_says_who_is_told(browser, elder, paired):
    visit = visit_of(elder, paired)
    assert paired[0].name in browser.get(f"/visits/{visit.id}/cancellation").text

    browser.post(f"/visits/{visit.id}/cancellation")

    assert visit.status is VisitStatus.CANCELLED
    assert "This visit does not take place." in browser.get(f"/visits/{visit.id}").text
    moved = browser.get(f"/visits/{visit.id}/change", follow_redirects=True).text
    assert "recorded or cancelled already" in moved


def test_no_letter_about_a_visit_names_the_elder(browser, with_health, paired, coordinator):
    elder = with_health
    other = CoordinatorFactory(team=elder.team)
    planned, moved, cancelled, missing = (visit_of(elder, paired) for _number in range(4))
    alarm = begun(elder, paired)
    notices.tell_visitors(notices.VISIT_PLANNED, planned, paired, by=coordinator.person)
    wall = moved.wall_starts + timedelta(days=1)
    visits.move(moved, wall, by=coordinator.person)
    visits.cancel(cancelled, by=coordinator.person)
    visits.withdraw(missing, paired[0], by=paired[0])
    recording.record(alarm, recording.Report(VisitStatus.NO_ANSWER), by=paired[0])

    messages = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
    about_visits = [message for message in messages if message.kind != notices.VISIT_ALARM]
    letters = notices.write(about_visits) | notices.write_of_no_answer(messages)

    assert {message.kind for message in messages if message.id in letters} == {
        "visit_planned", "visit_moved", "visit_cancelled", "visitor_missing", "visit_alarm",
    }  # fmt: skip
    assert any(message.person_id == other.person_id for message in messages)
    for letter in letters.values():
        whole = letter.subject + letter.text + letter.html
        assert elder.team.name in whole
        assert "/visits/" in whole or "/no-answers/" in whole
        for secret in ("王淑华", "王婆婆", "锦绣东方", "501室", "13900000001", SHORT_NOTE, "楼梯"):
            assert secret not in whole
