"""Who stood on a list from the group without being anybody we know is not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from volunteer.activities import jobs
from volunteer.activities.jielong import acceptance, history
from volunteer.activities.models import JielongLine, JielongOutcome, JielongPaste
from volunteer.activities.models.jielong import NAME_MARK
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T03:00Z", tick=False)


@pytest.fixture
def pasted():
    """A list for a date in forty days: a member by a nickname, and a stranger with two more."""
    date = OccurrenceFactory(starts_at=clock.now() + timedelta(days=40))
    place = SignupFactory(occurrence=date)
    lines = [
        ("开心果", place.person, 1, JielongOutcome.PLACED),
        ("楼下小张", None, 3, JielongOutcome.NAMED),
    ]
    paste = JielongPaste(occurrence=date, by=PersonFactory(), text="1. 开心果\n2. 楼下小张+2")
    paste.lines = [
        JielongLine(
            position=number, name=name, name_mark=NAME_MARK.of_text(name), words=name,
            people=people, outcome=outcome, person=person,
        )
        for number, (name, person, people, outcome) in enumerate(lines, 1)
    ]  # fmt: skip
    session.add(paste)
    session.commit()
    return paste


def names(paste):
    session.expire_all()
    return [(line.name, line.name_mark is None) for line in paste.lines]


def listed(paste):
    return [row.name for row in acceptance.rows_of(paste.occurrence, paste)]


def test_who_is_no_member_is_forgotten_a_month_after_the_date(pasted, time_machine):
    time_machine.move_to(pasted.occurrence.ends_at + timedelta(days=30), tick=False)
    jobs.forget_jielong_words()
    assert names(pasted) == [("开心果", False), ("楼下小张", False)]
    assert listed(pasted) == ["开心果", "楼下小张"]

    time_machine.shift(timedelta(minutes=1))
    jobs.forget_jielong_words()

    assert names(pasted) == [("开心果", False), (None, True)]
    assert [line.people for line in pasted.lines] == [1, 3], "how many they were stays"
    assert listed(pasted) == ["开心果"]
    assert history.forget_old_names(clock.now()) == 0


def test_a_list_that_is_put_down_late_keeps_its_names_for_a_month(pasted, time_machine):
    time_machine.move_to(pasted.occurrence.ends_at + timedelta(days=40), tick=False)
    pasted.pasted_at = clock.now()
    session.commit()

    jobs.forget_jielong_words()

    assert names(pasted) == [("开心果", False), ("楼下小张", False)]


def test_the_nickname_of_who_is_forgotten_goes_with_their_name(pasted):
    person = pasted.lines[0].person

    history.forget_names_of(person)

    assert names(pasted) == [(None, True), ("楼下小张", False)]
    assert listed(pasted) == [person.name, "楼下小张"]
