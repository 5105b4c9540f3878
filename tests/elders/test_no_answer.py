"""Nobody answers: open until somebody has spoken with the elder or a named person took over."""

from datetime import date, timedelta

import pytest

from tests.factories.elders import ElderFactory, NoAnswerFactory, VisitFactory, volunteer_of
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.planting import raw_of
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, no_answer, policy, queries, recording, visits
from volunteer.elders.errors import NoAlarm, NoLongerServed, NotSafeYet, VisitNotBegun
from volunteer.elders.models import (
    AFTER,
    Ending,
    EndReason,
    NoAnswer,
    NoAnswerStep,
    Source,
    StepKind,
    VisitChannel,
    VisitStatus,
)
from volunteer.elders.recording import Report
from volunteer.notifications.models import OutboxMessage
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)
SPOKE, HANDED_OVER = Ending.SPOKE, Ending.HANDED_OVER


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def entries(action):
    return session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id).all()


def told():
    return {(m.kind, m.person_id) for m in session.query(OutboxMessage)}


# --- it begins ------------------------------------------------------------------------------


@pytest.mark.parametrize("source", Source)
def test_it_begins_at_a_door_on_the_phone_or_with_a_meal_and_the_coordinators_hear_it(source):
    elder = ElderFactory()
    coordinator, by = CoordinatorFactory(team=elder.team).person, volunteer_of(elder.team)

    found = no_answer.begin(elder, by=by, source=source)

    assert (found.source, found.began_by, found.began_at) == (source, by, clock.now())
    assert queries.list_open_no_answers(elder.team) == [found]
    assert ("visit_alarm", coordinator.id) in told()
    (message,) = session.query(OutboxMessage).filter_by(person_id=coordinator.id)
    assert message.next_try_at == clock.now(), "even at night it does not wait"


def test_whoever_gets_no_answer_next_follows_the_same_one():
    first = NoAnswerFactory()
    second = volunteer_of(first.elder.team)

    assert no_answer.begin(first.elder, by=second, source=Source.MEAL) is first
    assert no_answer.begin(first.elder, by=first.began_by) is first

    ((kind, reached, by),) = [(step.kind, step.reached, step.by) for step in first.steps]
    assert (kind, reached, by) == (StepKind.KNOCK, False, second)


def test_after_one_is_closed_the_next_is_a_new_one():
    first = NoAnswerFactory()
    no_answer.close(first, SPOKE, words="在午睡", by=first.began_by)

    assert no_answer.begin(first.elder, by=first.began_by) is not first


def test_for_who_is_no_longer_on_the_list_nothing_begins():
    elder = ElderFactory()
    care.end(elder, EndReason.MOVED, by=PersonFactory())

    with pytest.raises(NoLongerServed):
        no_answer.begin(elder, by=PersonFactory())


def test_that_contacts_are_shown_without_consent_in_danger_is_written_down():
    agreed, silent = ElderFactory(), ElderFactory()
    ConsentFactory(person=agreed.person, scope=ConsentScope.CONTACTS)

    for elder in (agreed, silent):
        no_answer.begin(elder, by=volunteer_of(elder.team))

    shown = [entry.details["contacts_shown_in_emergency"] for entry in entries("no_answer.begun")]
    assert shown == [False, True]


def test_at_the_door_it_begins_while_the_visit_is_still_open():
    visit = VisitFactory(in_days=-0.01)

    found = recording.nobody_answers(visit, by=visit.going[0])

    assert (visit.status, visit.is_open_alarm) == (VisitStatus.PLANNED, True)
    recording.record(visit, Report(VisitStatus.NO_ANSWER), by=visit.going[1])
    assert visit.no_answer is found
    with pytest.raises(VisitNotBegun):
        recording.nobody_answers(VisitFactory(in_days=2), by=PersonFactory())


def test_what_was_closed_since_is_not_open_again_when_the_visit_is_written_down(time_machine):
    visit = VisitFactory(in_days=-0.01)
    first, second = visit.going
    found = recording.nobody_answers(visit, by=first)
    no_answer.close(found, Ending.HANDED_OVER, handed_to="网格员小李", by=volunteer_of(visit.team))
    time_machine.shift(timedelta(hours=2))

    recording.record(visit, Report(VisitStatus.NO_ANSWER), by=second)

    assert (visit.no_answer, visit.is_open_alarm) == (found, False)
    assert session.query(NoAnswer).count() == 1


def test_what_was_closed_before_the_visit_was_moved_does_not_stand_for_its_new_time(time_machine):
    visit = VisitFactory(in_days=-0.01)
    coordinator = volunteer_of(visit.team)
    found = recording.nobody_answers(visit, by=visit.going[0])
    visits.move(visit, visit.wall_starts + timedelta(days=1), by=coordinator)
    no_answer.close(found, SPOKE, words="在午睡", by=coordinator)
    time_machine.shift(timedelta(days=1))

    recording.record(visit, Report(VisitStatus.NO_ANSWER), by=visit.going[0])

    assert (visit.no_answer is found, visit.is_open_alarm) == (False, True)


@pytest.mark.parametrize(
    ("status", "is_open"),
    [(VisitStatus.DONE, False), (VisitStatus.DECLINED, False), (VisitStatus.POSTPONED, True)],
)
def test_who_opens_after_all_and_is_written_down_as_seen_is_safe(status, is_open):
    visit = VisitFactory(in_days=-0.01)
    found = recording.nobody_answers(visit, by=visit.going[0])

    recording.record(visit, Report(status), by=visit.going[0])

    assert found.is_open is is_open


# --- step by step ---------------------------------------------------------------------------


def test_the_steps_follow_one_another_with_their_minutes():
    """§2.2: 0 knock and phone, 10 first contact, 20 neighbour or key, 30 the community."""
    found, seen = NoAnswerFactory(), []

    while (kind := found.next_step()) is not None:
        no_answer.log(found, kind, reached=False, by=found.began_by)
        seen.append(kind)

    assert seen == [StepKind.KNOCK, StepKind.CONTACT, StepKind.NEIGHBOUR, StepKind.COMMUNITY]
    assert [int(span.total_seconds() / 60) for span in AFTER.values()] == [0, 10, 20, 30]


def test_a_step_that_is_sent_twice_is_one_and_done_again_later_is_two(time_machine):
    found = NoAnswerFactory()
    by = found.began_by
    for words in ("没人接", "没人接", "占线"):
        no_answer.log(found, StepKind.CONTACT, reached=False, words=words, by=by)
    assert [step.words for step in found.steps] == ["没人接", "占线"]
    no_answer.log(found, StepKind.CONTACT, reached=False, words="占线", by=PersonFactory())

    time_machine.shift(180)
    no_answer.log(found, StepKind.CONTACT, reached=False, words="没人接", by=by)

    assert len(found.steps) == len(entries("no_answer.step")) == 4


def test_each_step_is_kept_with_who_and_when_and_its_words_are_sealed(time_machine):
    found = NoAnswerFactory()
    time_machine.shift(600)

    no_answer.log(found, StepKind.CONTACT, reached=True, words=" 女儿说在医院 ", by=found.began_by)

    (step,) = found.steps
    assert (step.words, step.at, step.by) == ("女儿说在医院", clock.now(), found.began_by)
    assert "医院" not in raw_of(NoAnswerStep.words)[0]
    (entry,) = entries("no_answer.step")
    assert entry.details == {"kind": "contact", "reached": True}
    assert found.is_open, "who was reached may know nothing"


def test_the_clock_runs_until_it_is_closed(time_machine):
    found = NoAnswerFactory()
    assert found.minutes(clock.now()) == 30

    time_machine.shift(15 * 60)
    assert found.minutes(clock.now()) == 45

    no_answer.close(found, SPOKE, words="好", by=found.began_by)
    time_machine.shift(3600)
    assert found.minutes(clock.now()) == 45


# --- it ends --------------------------------------------------------------------------------


def test_it_stays_open_for_the_coordinators_until_it_is_closed():
    found, other = NoAnswerFactory(), NoAnswerFactory()
    assert queries.list_open_no_answers(found.team) == [found]

    no_answer.close(found, HANDED_OVER, handed_to="社区小陈", by=PersonFactory())

    assert queries.list_open_no_answers(found.team) == []
    assert queries.list_open_no_answers(other.team) == [other]


def test_days_do_not_close_it(time_machine):
    found = NoAnswerFactory()

    time_machine.move_to("2027-10-12T08:00Z", tick=False)

    assert queries.list_open_no_answers(found.team) == [found]


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "　"])
@pytest.mark.parametrize(
    ("ending", "given", "missing"),
    [(SPOKE, "handed_to", "words"), (HANDED_OVER, "words", "handed_to")],
)
def test_it_is_not_closed_before_somebody_knows(ending, given, missing, empty):
    found = NoAnswerFactory()

    with pytest.raises(NotSafeYet, match="made sure"):
        no_answer.close(
            found, ending, **{given: "女儿说在医院", missing: empty}, by=PersonFactory()
        )

    assert (found.is_open, found.closed_by) == (True, None)


def test_it_is_kept_who_made_sure_when_and_how_and_the_words_are_sealed():
    found, coordinator = NoAnswerFactory(), PersonFactory()

    no_answer.close(found, HANDED_OVER, handed_to=" 王小红 ", words="赶过来", by=coordinator)

    assert (found.closed_by, found.closed_at) == (coordinator, clock.now())
    assert (found.ending, found.handed_to, found.words) == (HANDED_OVER, "王小红", "赶过来")
    assert "小红" not in raw_of(NoAnswer.handed_to)[0]
    assert "赶过来" not in raw_of(NoAnswer.words)[0]
    (entry,) = entries("no_answer.closed")
    assert (entry.by_id, entry.person_id) == (coordinator.id, found.elder.person_id)
    assert entry.details == {"ending": "handed_over"}


def test_who_spoke_with_them_has_seen_them_today_and_who_only_handed_it_over_has_not():
    forty_days_ago = TODAY - timedelta(days=40)
    spoken, handed = (
        NoAnswerFactory(elder=ElderFactory(last_seen_on=forty_days_ago, interval_days=30))
        for _one in range(2)
    )

    no_answer.close(spoken, SPOKE, words="在午睡", by=PersonFactory())
    no_answer.close(handed, HANDED_OVER, handed_to="社区小陈", by=PersonFactory())

    assert (spoken.elder.last_seen_on, spoken.elder.is_overdue(TODAY)) == (TODAY, False)
    assert (handed.elder.last_seen_on, handed.elder.is_overdue(TODAY)) == (forty_days_ago, True)


def test_the_visit_itself_stays_one_at_which_nobody_answered():
    visit = VisitFactory(in_days=-0.1)
    recording.record(visit, Report(VisitStatus.NO_ANSWER), by=visit.going[0])

    no_answer.close(visit.no_answer, SPOKE, words="在午睡", by=PersonFactory())

    assert (visit.status, visit.findings) == (VisitStatus.NO_ANSWER, None)


def test_it_is_closed_once_and_then_nothing_is_added():
    found, first = NoAnswerFactory(), PersonFactory()
    no_answer.close(found, SPOKE, words="在午睡", by=first)

    with pytest.raises(NoAlarm, match="already"):
        no_answer.close(found, SPOKE, words="也联系上了", by=PersonFactory())
    with pytest.raises(NoAlarm):
        no_answer.log(found, StepKind.CONTACT, reached=True, by=PersonFactory())

    assert (found.closed_by, found.words, found.steps) == (first, "在午睡", [])


# --- who may see whom to call ---------------------------------------------------------------


def test_whom_to_call_is_for_who_was_there_and_the_coordinators():
    found = NoAnswerFactory()
    team, now = found.team, clock.now()
    coordinator, other = CoordinatorFactory(team=team).person, volunteer_of(team)
    visit = VisitFactory(elder=found.elder, no_answer_id=found.id)

    def may(person, at=now):
        return policy.can_see_no_answer(person, found, [visit], at)

    assert may(coordinator)
    assert may(found.began_by)
    assert may(visit.going[1])
    assert not may(other)
    assert not may(CoordinatorFactory().person)
    assert not may(None)

    no_answer.log(found, StepKind.NEIGHBOUR, reached=False, by=other)
    assert may(other)

    no_answer.close(found, SPOKE, words="好", by=other)
    later = clock.now() + timedelta(days=1, seconds=1)
    assert [may(other), may(other, later), may(coordinator, later)] == [True, False, True]


def test_only_coordinators_hand_over():
    found = NoAnswerFactory()
    assert policy.can_hand_over(CoordinatorFactory(team=found.team).person, found)
    assert not policy.can_hand_over(found.began_by, found)
    assert not policy.can_hand_over(None, found)


# --- and a visit that comes after it --------------------------------------------------------


def visited(found, *, minutes_ago, stayed=None, status=VisitStatus.DONE, **given):
    """Somebody with a plan sees the elder, and writes it down now."""
    starts_at = clock.now() - timedelta(minutes=minutes_ago)
    visit = VisitFactory(elder=found.elder, starts_at=starts_at, **given)
    left = visit.wall_starts + timedelta(minutes=stayed) if stayed else None
    recording.record(visit, Report(status, left=left), by=visit.going[0])
    return visit


@pytest.mark.parametrize("source", [Source.CALL, Source.MEAL])
@pytest.mark.parametrize("status", [VisitStatus.DONE, VisitStatus.DECLINED])
def test_who_is_seen_by_visitors_after_a_call_in_vain_is_safe(source, status):
    found = NoAnswerFactory(source=source)

    visit = visited(found, minutes_ago=20, status=status)

    assert (found.is_open, found.ending) == (False, SPOKE)
    assert found.closed_by == visit.going[0]


@pytest.mark.parametrize(
    ("minutes_ago", "stayed", "is_open"), [(50, None, True), (50, 10, True), (50, 25, False)]
)
def test_visitors_who_may_have_left_before_say_nothing_of_how_they_are(
    minutes_ago, stayed, is_open
):
    found = NoAnswerFactory()

    visited(found, minutes_ago=minutes_ago, stayed=stayed)

    assert found.is_open is is_open


def test_a_call_and_a_visit_that_did_not_take_place_close_nothing():
    found = NoAnswerFactory()

    visited(found, minutes_ago=20, channel=VisitChannel.PHONE)
    visited(found, minutes_ago=10, status=VisitStatus.POSTPONED)

    assert found.is_open
