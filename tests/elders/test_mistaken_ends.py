"""“Moved away” or “died” was pressed by mistake, and is taken back."""

from datetime import date, timedelta

import pytest

from tests.elders.visiting import of
from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory
from tests.factories.people import PersonFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, mistaken_ends, notices, pairing
from volunteer.elders.errors import NotTakenBackAnyMore
from volunteer.elders.models import Elder, ElderStatus, EndReason, VisitStatus
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.people import consents
from volunteer.people.models import ConsentScope
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")
TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def ended(elder: Elder, reason: EndReason = EndReason.DIED) -> Elder:
    care.end(elder, reason, by=PersonFactory())
    return elder


def in_days(number: int):
    return clock.pretend(clock.now() + timedelta(days=number))


@pytest.mark.parametrize("reason", EndReason)
def test_they_are_on_the_list_again_and_somebody_sees_them_by_tomorrow(elder, paired, reason):
    visit = VisitFactory(elder=elder, in_days=3)
    ended(elder, reason)

    with in_days(7):
        mistaken_ends.take_back(elder, by=PersonFactory())

    assert (elder.status, elder.end_reason) == (ElderStatus.ACTIVE, None)
    assert elder.due_on == TODAY + timedelta(days=8)
    assert elder.person.died_on is None
    assert {one.person for one in elder.paired} == set(paired)
    assert visit.status is VisitStatus.CANCELLED
    (entry,) = session.query(AuditEntry).filter_by(action="elder.end_taken_back")
    assert entry.team_id == elder.team_id


def test_who_looks_after_them_is_told_without_the_name(elder, paired):
    ended(elder)

    mistaken_ends.take_back(elder, by=PersonFactory())

    messages = session.query(OutboxMessage).filter_by(kind=notices.CARE_CHANGED).all()
    written = letters.write(messages)
    assert sorted(m.person_id for m in messages if m.id in written) == sorted(
        person.id for person in paired
    ), "what nobody has read yet of the death is not sent any more"
    for letter in written.values():
        assert "by mistake" in letter.text
        assert elder.preferred_name not in letter.text


def test_who_was_said_to_have_died_lives_in_every_team(elder):
    other, before = ElderFactory(person=elder.person), ElderFactory(person=elder.person)
    ended(before, EndReason.MOVED)
    ended(elder)

    mistaken_ends.take_back(other, by=PersonFactory())

    assert [one.status for one in (elder, other)] == [ElderStatus.ACTIVE, ElderStatus.ACTIVE]
    assert before.status is ElderStatus.ENDED


def test_whom_another_team_knows_to_be_dead_does_not_come_back_from_moving(elder):
    ended(elder, EndReason.MOVED)
    ended(ElderFactory(person=elder.person))

    with pytest.raises(NotTakenBackAnyMore):
        mistaken_ends.take_back(elder, by=PersonFactory())
    assert elder.person.died_on is not None


def test_after_a_week_they_are_taken_in_anew(elder):
    ended(elder)

    with in_days(8), pytest.raises(NotTakenBackAnyMore):
        mistaken_ends.take_back(elder, by=PersonFactory())


def test_it_is_taken_back_once(elder):
    ended(elder)
    mistaken_ends.take_back(elder, by=PersonFactory())

    with pytest.raises(NotTakenBackAnyMore):
        mistaken_ends.take_back(elder, by=PersonFactory())


def test_who_no_longer_agrees_is_not_visited(elder):
    ended(elder, EndReason.MOVED)
    consents.withdraw(elder.person, ConsentScope.BASIC, by=PersonFactory())

    mistaken_ends.take_back(elder, by=PersonFactory())

    assert (elder.status, elder.due_on) == (ElderStatus.PROSPECTIVE, None)


def test_who_left_the_team_or_stopped_before_looks_after_nobody_again(elder):
    stopped, left, stays = (PairingFactory(elder=elder) for _number in range(3))
    pairing.unpair(stopped, by=PersonFactory())
    stopped.ended_on = TODAY - timedelta(days=1)
    session.commit()
    ended(elder)
    gone = team_queries.find_membership(elder.team, left.person)
    membership.leave(gone, by=left.person)

    mistaken_ends.take_back(elder, by=PersonFactory())

    assert elder.paired == [stays]


def test_the_page_says_what_comes_back_and_what_does_not(browser, elder, paired):
    ended(elder)
    assert "take it back" in browser.get(of(elder)).text

    page = browser.get(f"{of(elder)}/end/taking-back").text
    assert paired[0].name in page
    assert "They are alive again" in page
    answer = browser.post(f"{of(elder)}/end/taking-back", follow_redirects=True)

    assert "王婆婆 is on the list again." in answer.text
    assert "Please call them: " in answer.text
    assert "take it back" not in answer.text


def test_who_is_still_on_the_list_has_nothing_to_take_back(browser, elder):
    answer = browser.get(f"{of(elder)}/end/taking-back", follow_redirects=True)

    assert "taken back any more" in answer.text
