"""What is no longer needed of elders is forgotten by itself."""

from datetime import date, timedelta

import pytest

from tests.factories.elders import ElderFactory, NoAnswerFactory, PairingFactory, VisitFactory
from tests.factories.people import ConsentFactory, PersonFactory
from volunteer import wiring
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, festivals, forgetting, health, jobs, queries
from volunteer.elders.details import ElderDetails
from volunteer.elders.festivals import CalendarKind, YearlyDay
from volunteer.elders.health import Health
from volunteer.elders.models import Birthday, ElderStatus, Ending, EndReason, VisitStatus
from volunteer.people import consents
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


@pytest.fixture
def later(time_machine):
    def go_on(days):
        time_machine.move_to(f"{TODAY + timedelta(days=days)}T08:00Z", tick=False)
        return jobs.forget_old_elders()

    return go_on


def known(**more):
    """An elder of whom everything is known."""
    elder = ElderFactory(
        contacts=2, note="爱下棋", key_holder="对门", landline="02800000001", **more
    )
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(note="听力差"), by=PersonFactory())
    return elder


def test_health_and_diet_are_forgotten_a_month_after_the_end(later):
    ended, served = known(), known()
    care.end(ended, EndReason.MOVED, by=PersonFactory())

    later(29)
    assert health.find(ended) is not None

    later(30)
    assert health.find(ended) is None
    assert health.find(served) is not None
    assert ended.note == "爱下棋", "the rest is kept a year"


def test_after_a_year_hardly_more_than_the_number_is_left(later):
    words = dict.fromkeys(
        ("communication_note", "caution_note", "risk_reason", "change_words"), "跌倒"
    )
    ended, served = known(**words), known()
    care.end(ended, EndReason.MOVED, by=PersonFactory())
    assert later(364) == 0

    assert later(365) == 1
    session.expire_all()

    assert ended.status is ElderStatus.ARCHIVED
    assert not ended.is_served
    kept = (ended.preferred_name, ended.address, ended.note, ended.key_holder, ended.landline)
    assert kept == ("", None, None, None, None)
    assert [getattr(ended, name) for name in words] == [None] * 4
    assert ended.contacts == []
    assert queries.list_ended(ended.team) == []
    assert (served.status, served.note, len(served.contacts)) == (ElderStatus.ACTIVE, "爱下棋", 2)
    assert later(366) == 0


def test_the_birthday_goes_with_the_record_and_no_others(later):
    ended, served = known(), known()
    for elder in (ended, served):
        festivals.wish(elder, YearlyDay(CalendarKind.SOLAR, 3, 30), by=PersonFactory())
    care.end(ended, EndReason.MOVED, by=PersonFactory())

    later(365)

    assert [birthday.elder_id for birthday in session.query(Birthday)] == [served.id]


def test_who_was_archived_can_be_taken_in_again(later):
    elder = known()
    care.end(elder, EndReason.MOVED, by=PersonFactory())
    later(365)

    again = care.take_in(
        elder.team, ElderDetails("李明", "李大爷"), by=PersonFactory(), person=elder.person
    )

    assert (again, again.is_served, again.preferred_name) == (elder, True, "李大爷")


def test_what_was_found_is_forgotten_after_three_years_and_that_somebody_came_is_not(later):
    visit = VisitFactory(
        in_days=-1, status=VisitStatus.DONE, note="精神好", findings={"body": ["fine", ""]}
    )
    later(3 * 365 - 2)
    session.refresh(visit)
    assert visit.note == "精神好"

    later(3 * 365)
    session.refresh(visit)

    assert (visit.note, visit.findings, visit.status) == (None, None, VisitStatus.DONE)
    assert len(visit.going) == 2


def test_where_nothing_is_over_nothing_is_written(later, count_queries):
    """Nor of whom nothing is noted that they would have to agree to."""
    known()
    ElderFactory()
    with count_queries() as sent:
        forgetting.forget_what_is_over(clock.now())

    assert not [line for line in sent if not line.startswith("SELECT")]


def test_what_is_needed_again_by_the_time_they_are_held_stays():
    elder = known()

    forgetting.forget_health(elder, TODAY)
    forgetting.archive(elder, TODAY)

    assert health.find(elder) is not None
    assert (elder.status, elder.note) == (ElderStatus.ACTIVE, "爱下棋")


def put_down(**more):
    """Put down today, and has not agreed to be looked after."""
    return ElderFactory(
        status=ElderStatus.PROSPECTIVE, since_on=TODAY, last_seen_on=None, note="爱下棋",
        landline="02800000001", **more,
    )  # fmt: skip


def test_who_never_agreed_is_forgotten_after_a_year_as_who_has_left(later):
    elder = put_down()
    pairing = PairingFactory(elder=elder)
    session.commit()
    assert later(364) == 0
    session.refresh(elder)
    assert (elder.status, elder.note) == (ElderStatus.PROSPECTIVE, "爱下棋")

    assert later(365) == 1
    session.expire_all()

    kept = (elder.preferred_name, elder.address, elder.note, elder.landline)
    assert (elder.status, kept) == (ElderStatus.ARCHIVED, ("", None, None, None))
    assert (elder.person.name, elder.person.phone) == (NAMELESS, None)
    assert pairing.ended_on == clock.now().date()
    assert pairing.person.name != NAMELESS
    assert later(366) == 0


def test_who_no_longer_agrees_is_forgotten_a_year_after_that(later):
    elder = known()
    later(200)
    consents.withdraw(elder.person, ConsentScope.BASIC, by=PersonFactory())
    consents.withdraw(elder.person, ConsentScope.HEALTH, by=PersonFactory())
    assert elder.status is ElderStatus.PROSPECTIVE

    assert later(200 + 364) == 0
    assert later(200 + 365) == 1
    session.expire_all()

    assert (elder.status, elder.contacts) == (ElderStatus.ARCHIVED, [])
    assert elder.person.name == NAMELESS


@pytest.mark.parametrize("scope", [ConsentScope.BASIC, ConsentScope.HEALTH])
def test_who_agreed_to_something_is_not_forgotten(later, scope):
    """What the kitchen must know of who eats there without being visited, for one."""
    elder = put_down()
    ConsentFactory(person=elder.person, scope=scope)
    session.commit()

    assert later(800) == 0
    session.refresh(elder)

    assert (elder.status, elder.note) == (ElderStatus.PROSPECTIVE, "爱下棋")


def test_what_was_noted_of_the_health_of_who_never_agreed_to_visits_goes_with_the_record(later):
    """Also where the month after the end of that consent is not over."""
    elder = put_down()
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    health.write(elder, Health(note="听力差"), by=PersonFactory())
    later(400)
    consents.withdraw(elder.person, ConsentScope.HEALTH, by=PersonFactory())

    assert later(402) == 1

    assert health.find(elder) is None


def test_health_is_forgotten_a_month_after_they_no_longer_agree_that_it_is_noted(later):
    elder, agrees = known(), known()
    consents.withdraw(elder.person, ConsentScope.HEALTH, by=PersonFactory())

    later(30)
    assert health.find(elder) is not None

    later(31)
    assert health.find(elder) is None
    assert health.find(agrees) is not None
    session.refresh(elder)
    assert (elder.status, elder.note) == (ElderStatus.ACTIVE, "爱下棋")


def test_who_agrees_anew_within_the_month_need_not_tell_again(later):
    elder = known()
    consents.withdraw(elder.person, ConsentScope.HEALTH, by=PersonFactory())
    later(20)
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    session.commit()

    later(60)

    assert health.find(elder) is not None


def test_to_whom_somebody_was_handed_over_is_forgotten_with_the_words(later):
    found = NoAnswerFactory(
        closed_at=clock.now(), closed_by=PersonFactory(), ending=Ending.HANDED_OVER,
        handed_to="民警 张强",
    )  # fmt: skip
    session.commit()
    later(3 * 365)
    session.refresh(found)
    assert found.handed_to == "民警 张强"

    later(3 * 365 + 1)
    session.refresh(found)

    assert (found.handed_to, found.ending) == ("", Ending.HANDED_OVER)
