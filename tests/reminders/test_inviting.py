"""A coordinator asks members for a date that lacks people: whom, how, and never at night."""

from datetime import UTC, datetime, time

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import single_date
from volunteer.activities.errors import NobodyIsNeeded
from volunteer.activities.models import SignupStatus
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import ToldBy
from volunteer.reminders import inviting, watch

pytestmark = pytest.mark.usefixtures("database")

# Wednesday 14 October, ten in the morning in Chengdu.
BEGINS = datetime(2026, 10, 14, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def days_before(time_machine, database):
    """Noon in Chengdu."""
    time_machine.move_to("2026-10-09T04:00Z", tick=False)


@pytest.fixture
def occurrence(database):
    return OccurrenceFactory(starts_at=BEGINS, roles=[("帮厨", 2, 5)])


@pytest.fixture
def coordinator(occurrence):
    """Not free then, so nobody to be asked."""
    person = CoordinatorFactory(team=occurrence.team).person
    person.free_slots = ["mon_am"]
    session.commit()
    return person


@pytest.fixture
def browser(coordinator, signed_in_as):
    return signed_in_as(coordinator)


def page_of(occurrence):
    return f"/activities/dates/{occurrence.id}/invitations"


def asked():
    return session.query(OutboxMessage).filter_by(kind=watch.SHORT_HANDED).all()


def test_those_that_are_ticked_are_asked_once_and_the_trail_says_so(occurrence, coordinator):
    first, second, _third = (member_of(occurrence) for _number in range(3))
    chosen = {first.id, second.id}

    counts = [inviting.invite(occurrence, chosen, by=coordinator) for _press in range(2)]

    assert counts == [2, 0]
    assert {message.person_id for message in asked()} == chosen
    assert session.query(AuditEntry).filter_by(action="date.people_asked").count() == 1


def test_nobody_is_asked_who_has_a_place_or_said_no_or_is_of_another_team(occurrence, coordinator):
    comes = SignupFactory(occurrence=occurrence).person
    silent = member_of(occurrence)
    silent.wants_asks = False
    session.commit()

    count = inviting.invite(occurrence, {comes.id, silent.id, PersonFactory().id}, by=coordinator)

    assert (count, asked()) == (0, [])


def test_at_night_they_are_told_in_the_morning(occurrence, coordinator, browser, time_machine):
    person = member_of(occurrence)
    time_machine.move_to("2026-10-09T15:00Z", tick=False)

    assert "It is night: they are told at 8:00" in browser.get(page_of(occurrence)).text
    inviting.invite(occurrence, {person.id}, by=coordinator)

    assert asked()[0].next_try_at == datetime(2026, 10, 10, 0, tzinfo=UTC)


def test_at_night_nobody_is_called_either(occurrence, browser, time_machine):
    """It is 23:00; one of them sleeps until half past nine."""
    member_of(occurrence, email=None)
    member_of(occurrence, email=None, quiet_from=time(22), quiet_until=time(9, 30))
    by_day = browser.get(page_of(occurrence)).text
    time_machine.move_to("2026-10-09T15:00Z", tick=False)
    at_night = browser.get(page_of(occurrence)).text

    assert "It is night" not in by_day
    assert "not before" not in by_day
    assert "It is night: please call from 8:00 am." in at_night
    assert at_night.count("not before 9:30 am") == at_night.count("not before") == 1


def test_who_sleeps_at_noon_is_called_later(occurrence, browser):
    member_of(occurrence, email=None, quiet_from=time(11), quiet_until=time(14))

    page = browser.get(page_of(occurrence)).text

    assert "not before 2:00 pm" in page
    assert "It is night" not in page


def test_once_enough_people_come_nobody_is_asked(occurrence, coordinator, browser):
    person = member_of(occurrence)
    for _number in range(2):
        SignupFactory(occurrence=occurrence)

    with pytest.raises(NobodyIsNeeded):
        inviting.invite(occurrence, {person.id}, by=coordinator)
    assert "Enough people come" in browser.get(page_of(occurrence)).text


def test_the_page_says_who_is_told_how_and_whom_to_call(occurrence, browser):
    by_mail = member_of(occurrence)
    by_call = MembershipFactory(
        team=occurrence.team, person__told_by=ToldBy.CALL, person__phone="13800138001"
    ).person

    page = browser.get(page_of(occurrence)).text

    form, calls = page.split("They read no messages")
    assert f'value="{by_mail.id}" checked' in " ".join(form.split())
    assert "by email" in form
    assert by_call.name in calls
    assert f'value="{by_call.id}"' not in form


def test_nobody_is_called_who_would_rather_not_be_asked_or_has_said_no(occurrence):
    silent, gone, able = (
        MembershipFactory(
            team=occurrence.team, person__told_by=ToldBy.CALL, person__phone=f"1380013800{number}"
        ).person
        for number in range(3)
    )
    silent.wants_asks = False
    SignupFactory(
        occurrence=occurrence, person=gone, status=SignupStatus.WITHDRAWN, excused_at=clock.now()
    )
    session.commit()

    found = inviting.look(occurrence, clock.now())

    assert found.by_call == [able]
    assert {person.id for person in found.left_out} >= {silent.id}


def test_for_a_date_that_is_off_or_has_begun_nobody_is_asked(occurrence, coordinator, time_machine):
    person = member_of(occurrence)
    time_machine.move_to(BEGINS, tick=False)
    with pytest.raises(NobodyIsNeeded):
        inviting.invite(occurrence, {person.id}, by=coordinator)

    time_machine.move_to("2026-10-09T04:00Z", tick=False)
    single_date.cancel(occurrence, reason="下雨", by=coordinator)
    with pytest.raises(NobodyIsNeeded):
        inviting.invite(occurrence, {person.id}, by=coordinator)


def test_the_four_of_the_first_page_are_ticked_and_one_press_asks_them(occurrence, browser):
    everybody = [member_of(occurrence) for _number in range(6)]

    today = browser.get(f"/teams/{occurrence.team.id}/today").text
    address = next(
        part for part in today.split('"') if part.startswith(f"{page_of(occurrence)}?person=")
    ).replace("&amp;", "&")
    page = browser.get(address).text
    ticked = [p.id for p in everybody if f'value="{p.id}" checked' in " ".join(page.split())]
    assert len(ticked) == 4

    answer = browser.post(address, data={"people": ticked}, follow_redirects=True)

    assert "4 members are being asked." in answer.text
    assert sorted(message.person_id for message in asked()) == ticked
    again = browser.get(address).text
    assert all(f'value="{number}"' not in again for number in ticked)
    already = again.split("Asked already, or would rather not be asked:")[1]
    assert all(person.name in already for person in everybody if person.id in ticked)


def test_a_press_with_nobody_ticked_asks_for_somebody(occurrence, browser):
    member_of(occurrence)

    assert "Please choose at least one." in browser.post(page_of(occurrence), data={}).text
    assert asked() == []


def test_who_only_helps_asks_nobody(occurrence, signed_in_as):
    person = member_of(occurrence)

    answer = signed_in_as(person).post(page_of(occurrence), data={"people": [person.id]})

    assert answer.status_code in {403, 404}


def test_who_was_asked_meanwhile_keeps_nobody_else_from_being_asked(occurrence, browser):
    """Two coordinators have the same page open."""
    first, second = (member_of(occurrence) for _number in range(2))
    browser.post(page_of(occurrence), data={"people": [first.id]})

    answer = browser.post(
        page_of(occurrence), data={"people": [first.id, second.id]}, follow_redirects=True
    )

    assert "1 member is being asked." in answer.text
    assert {message.person_id for message in asked()} == {first.id, second.id}


def test_pressed_twice_it_says_that_they_have_been_asked(occurrence, browser):
    person = member_of(occurrence)
    answers = [
        browser.post(page_of(occurrence), data={"people": [person.id]}, follow_redirects=True).text
        for _press in range(2)
    ]

    assert "1 member is being asked." in answers[0]
    assert "They have been asked already, or can’t be asked any more." in answers[1]
    assert len(asked()) == 1


def test_a_date_that_begins_before_anybody_is_awake_is_called_about(
    occurrence, coordinator, browser, time_machine
):
    """It is 23:00, and people are needed at 7:30."""
    time_machine.move_to("2026-10-09T15:00Z", tick=False)
    early = OccurrenceFactory(
        activity__team=occurrence.team,
        starts_at=datetime(2026, 10, 9, 23, 30, tzinfo=UTC),
        roles=[("帮厨", 2, 5)],
    )
    person = member_of(early)

    page = browser.get(page_of(early)).text

    assert "Too late for a message: please call" in page
    assert person.name in page.split("Too late for a message: please call")[1]
    assert "please call only who would rather be woken" in page
    assert "please call from" not in page
    assert "not before" not in page
    assert inviting.invite(early, {person.id}, by=coordinator) == 0
    assert asked() == []


def test_the_page_of_two_hundred_takes_no_more_queries_than_that_of_two(
    occurrence, browser, count_queries
):
    def queries():
        with count_queries() as sent:
            browser.get(address)
        return len(sent)

    address = page_of(occurrence)
    member_of(occurrence)
    queries()
    few = queries()
    MembershipFactory.create_batch(200, team=occurrence.team)

    assert queries() == few <= 12
