"""Nobody answered: open until somebody has made sure that the elder is safe."""

from datetime import date, timedelta

import pytest

from tests.factories.elders import ElderFactory, VisitFactory
from tests.factories.people import PersonFactory
from tests.planting import raw_of
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import no_answer, queries, visits
from volunteer.elders.errors import NoAlarm, NotSafeYet
from volunteer.elders.models import Visit, VisitStatus
from volunteer.elders.visits import Report

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def alarm(**elder) -> Visit:
    """A visit of two hours ago at which nobody answered."""
    visit = VisitFactory(in_days=-0.1, elder=ElderFactory(**elder))
    visits.record(visit, Report(VisitStatus.NO_ANSWER), by=visit.going[0])
    return visit


def test_it_stays_open_for_the_coordinators_until_it_is_closed():
    visit, other = alarm(), alarm()
    assert queries.list_alarms(visit.team) == [visit]

    no_answer.close(visit, "女儿说在医院", spoke_with_them=False, by=PersonFactory())

    assert not visit.is_open_alarm
    assert queries.list_alarms(visit.team) == []
    assert queries.list_alarms(other.team) == [other]


def test_days_do_not_close_it(time_machine):
    visit = alarm()

    time_machine.move_to("2027-10-12T08:00Z", tick=False)

    assert visit.is_open_alarm
    assert queries.list_alarms(visit.team) == [visit]


@pytest.mark.parametrize("words", ["", " ", "\n\t", "　"])
@pytest.mark.parametrize("spoke", [True, False])
def test_it_is_not_closed_without_words(words, spoke):
    visit = alarm()

    with pytest.raises(NotSafeYet, match="made sure"):
        no_answer.close(visit, words, spoke_with_them=spoke, by=PersonFactory())

    assert visit.is_open_alarm
    assert visit.safe_by is None


def test_it_is_kept_who_made_sure_when_and_how_and_the_words_are_sealed():
    visit, coordinator = alarm(), PersonFactory()

    no_answer.close(visit, "  已联系上本人，在午睡 ", spoke_with_them=True, by=coordinator)

    assert (visit.safe_by, visit.safe_at) == (coordinator, clock.now())
    assert visit.safe_words == "已联系上本人，在午睡"
    assert "午睡" not in raw_of(Visit.safe_words)[0]
    (entry,) = session.query(AuditEntry).filter_by(action="visit.made_safe")
    assert (entry.by_id, entry.person_id) == (coordinator.id, visit.elder.person_id)
    assert "午睡" not in str(entry.details)


def test_who_spoke_with_them_has_seen_them_today_and_who_only_handed_it_over_has_not():
    spoken = alarm(last_seen_on=TODAY - timedelta(days=40), interval_days=30)
    handed = alarm(last_seen_on=TODAY - timedelta(days=40), interval_days=30)

    no_answer.close(spoken, "已联系上本人", spoke_with_them=True, by=PersonFactory())
    no_answer.close(handed, "已交给社区小陈", spoke_with_them=False, by=PersonFactory())

    assert (spoken.elder.last_seen_on, spoken.elder.is_overdue(TODAY)) == (TODAY, False)
    assert (handed.elder.last_seen_on, handed.elder.is_overdue(TODAY)) == (
        TODAY - timedelta(days=40),
        True,
    )


def test_the_visit_itself_stays_one_at_which_nobody_answered():
    visit = alarm()

    no_answer.close(visit, "已联系上本人", spoke_with_them=True, by=PersonFactory())

    assert visit.status is VisitStatus.NO_ANSWER
    assert visit.findings is None


def test_it_is_closed_once():
    visit, first = alarm(), PersonFactory()
    no_answer.close(visit, "已联系上本人", spoke_with_them=True, by=first)

    with pytest.raises(NoAlarm, match="already"):
        no_answer.close(visit, "也联系上了", spoke_with_them=True, by=PersonFactory())

    assert (visit.safe_by, visit.safe_words) == (first, "已联系上本人")


@pytest.mark.parametrize("status", sorted(set(VisitStatus) - {VisitStatus.NO_ANSWER}))
def test_where_somebody_answered_there_is_nothing_to_close(status):
    visit = VisitFactory(in_days=-0.1, status=status)

    with pytest.raises(NoAlarm):
        no_answer.close(visit, "好的", spoke_with_them=True, by=PersonFactory())

    assert visit.safe_at is None
