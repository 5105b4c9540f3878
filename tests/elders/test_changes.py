"""Something has happened to an elder: within a day somebody sees them; what ends when they die."""

from datetime import date, timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.activities import SignupFactory
from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory, volunteer_of
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.planting import raw_of
from volunteer import wiring
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, no_answer, overview, recording, visits
from volunteer.elders.details import ElderDetails
from volunteer.elders.errors import NoLongerServed, NotVisitedNow, ReviewTooLate
from volunteer.elders.models import (
    Elder,
    ElderStatus,
    Ending,
    EndReason,
    MajorChange,
    RiskLevel,
    VisitChannel,
)
from volunteer.elders.models import VisitStatus as Status
from volunteer.elders.recording import Report
from volunteer.notifications import letters, outbox
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.people import deaths
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)
FALL = MajorChange.FALL


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


# --- a major change -------------------------------------------------------------------------


@pytest.mark.parametrize("change", MajorChange)
def test_after_a_major_change_somebody_sees_them_within_24_hours(change):
    elder = ElderFactory(last_seen_on=TODAY, interval_days=90)

    care.note_change(elder, change, "在卫生间", by=PersonFactory())

    assert elder.see_by == clock.now() + timedelta(hours=24)
    assert elder.due_on == TODAY + timedelta(days=1)
    assert overview.due_by_risk([elder], TODAY) == [elder]
    assert "卫生间" not in raw_of(Elder.change_words)[0]
    (entry,) = session.query(AuditEntry).filter_by(action="elder.change_noted")
    assert entry.details == {"change": change}


def test_it_stays_due_whatever_else_changes_until_somebody_has_seen_them():
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3), interval_days=90)
    care.note_change(elder, FALL, by=PersonFactory())
    care.set_risk(elder, RiskLevel.GENERAL, "", by=PersonFactory())
    assert elder.due_on == TODAY + timedelta(days=1)

    visit = VisitFactory(elder=elder, in_days=-0.01)
    recording.record(visit, Report(Status.DONE), by=visit.going[0])

    assert (elder.change, elder.see_by) == (None, None)
    assert elder.due_on == TODAY + timedelta(days=90)


def test_a_visit_of_before_does_not_count():
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=9))
    care.note_change(elder, FALL, by=PersonFactory())

    care.seen(elder, TODAY - timedelta(days=1))

    assert elder.change is FALL


def a_call(elder, channel=VisitChannel.PHONE):
    caller = volunteer_of(elder.team)
    visit = visits.begin_now(elder, channel, by=caller)
    recording.record(visit, Report(Status.DONE), by=caller)
    return visit


@pytest.mark.parametrize("change", [FALL, MajorChange.DISCHARGE])
def test_after_a_fall_or_back_from_hospital_a_call_is_noted_and_somebody_still_goes(change):
    elder = ElderFactory(last_seen_on=TODAY - timedelta(days=3))
    care.note_change(elder, change, by=PersonFactory())

    call = a_call(elder)
    assert (elder.change, elder.last_seen_on, call.status) == (change, TODAY, Status.DONE)
    assert elder.due_on == TODAY + timedelta(days=1)

    a_call(elder, VisitChannel.MET)
    assert elder.change is None


def test_who_opened_to_nobody_and_was_spoken_with_is_still_to_be_met_after_a_fall():
    elder = ElderFactory()
    care.note_change(elder, FALL, by=PersonFactory())
    alarm = no_answer.begin(elder, by=PersonFactory())

    no_answer.close(alarm, Ending.SPOKE, words="电话里说没事", by=PersonFactory())

    assert elder.change is FALL


def test_after_other_news_a_call_is_enough():
    elder = ElderFactory()
    care.note_change(elder, MajorChange.BEREAVEMENT, by=PersonFactory())

    a_call(elder)

    assert elder.change is None


def test_who_is_away_or_no_longer_on_the_list_has_none():
    away, gone = ElderFactory(), ElderFactory()
    care.suspend(away, "住院", by=PersonFactory())
    care.end(gone, EndReason.MOVED, by=PersonFactory())

    for elder, error in ((away, NotVisitedNow), (gone, NoLongerServed)):
        with pytest.raises(error):
            care.note_change(elder, FALL, by=PersonFactory())


# --- whose risk is looked at again ----------------------------------------------------------


@pytest.mark.parametrize("days", [1, 30, 182])
def test_a_named_human_says_when_somebody_looks_again(days):
    elder, day = ElderFactory(), TODAY + timedelta(days=days)

    care.set_risk(elder, RiskLevel.KEY, "摔过", by=PersonFactory(), review_on=day)

    assert elder.risk_review_on == day
    assert not elder.needs_review(day - timedelta(days=1))
    assert elder.needs_review(day)


@pytest.mark.parametrize("days", [-1, 0, 183, 400])
def test_that_is_within_half_a_year_and_not_today(days):
    with pytest.raises(ReviewTooLate):
        care.set_risk(
            ElderFactory(), RiskLevel.GENERAL, "", by=PersonFactory(),
            review_on=TODAY + timedelta(days=days),
        )  # fmt: skip


# --- whom to see today ----------------------------------------------------------------------


def test_whoever_needs_most_stands_first():
    def due(days, level=RiskLevel.GENERAL, **more):
        return ElderFactory(risk_level=level, due_on=TODAY + timedelta(days=days), **more)

    general, long_ago, high = due(0), due(-40), due(0, RiskLevel.HIGH)
    key, tomorrow = due(-1, RiskLevel.KEY), due(1)
    fallen = due(1, change=FALL, changed_at=clock.now())
    away = due(-9, status=ElderStatus.SUSPENDED)

    everybody = [general, long_ago, high, key, tomorrow, fallen, away]

    assert overview.due_by_risk(everybody, TODAY) == [fallen, high, key, long_ago, general]


def test_between_two_weekly_visits_somebody_phones_who_needs_most_care():
    def seen(days_ago, level=RiskLevel.HIGH):
        last = TODAY - timedelta(days=days_ago)
        return ElderFactory(risk_level=level, last_seen_on=last, interval_days=7)

    yesterday, in_between, due, key = seen(1), seen(4), seen(7), seen(4, RiskLevel.KEY)

    assert overview.to_phone([yesterday, in_between, due, key], TODAY) == [in_between]


@pytest.mark.parametrize(
    ("level", "usually", "due_in"),
    [(RiskLevel.HIGH, VisitChannel.HOME, 4), (RiskLevel.HIGH, VisitChannel.PHONE, 7),
     (RiskLevel.KEY, VisitChannel.HOME, 7)],
)  # fmt: skip
def test_a_call_in_between_puts_no_weekly_visit_off(level, usually, due_in):
    """§2.2: who needs most care, every seven days by a visit."""
    elder = ElderFactory(
        risk_level=level, visit_channel=usually, interval_days=7,
        last_seen_on=TODAY - timedelta(days=3),
    )  # fmt: skip
    VisitFactory(elder=elder, in_days=-3, status=Status.DONE)
    caller = volunteer_of(elder.team)

    call = visits.begin_now(elder, VisitChannel.PHONE, by=caller)
    recording.record(call, Report(Status.DONE), by=caller)

    assert elder.last_seen_on == TODAY
    assert elder.due_on == TODAY + timedelta(days=due_in)
    assert overview.to_phone([elder], TODAY) == []


def test_who_was_never_visited_is_due_by_the_day_they_came_to_the_list():
    elder = ElderFactory(
        risk_level=RiskLevel.HIGH, interval_days=7, last_seen_on=None,
        since_on=TODAY - timedelta(days=5),
    )  # fmt: skip
    caller = volunteer_of(elder.team)

    call = visits.begin_now(elder, VisitChannel.PHONE, by=caller)
    recording.record(call, Report(Status.DONE), by=caller)

    assert elder.due_on == TODAY + timedelta(days=2)


# --- away, moved, no more, died -------------------------------------------------------------


def told(person) -> list[OutboxMessage]:
    query = session.query(OutboxMessage).filter_by(person_id=person.id, kind="care_changed")
    return query.order_by(OutboxMessage.id).all()


def letter_to(app, person, channel=Channel.EMAIL):
    """The last letter to them, as it would still go by this channel."""
    message = told(person)[-1]
    message.channel = channel
    with app.app_context():
        return letters.write([message]).get(message.id)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (EndReason.MOVED, "has moved away"),
        (EndReason.DECLINED, "not your doing"),
        (EndReason.DIED, "We are sorry"),
    ],
)
def test_who_looked_after_them_is_told_kindly_and_without_the_name(app, reason, words):
    elder = ElderFactory(preferred_name="端木婆婆", person__name="端木兰")
    paired = PairingFactory(elder=elder)

    care.end(elder, reason, by=CoordinatorFactory(team=elder.team).person)

    letter = letter_to(app, paired.person)
    for text in (letter.text, letter.html, letter_to(app, paired.person, Channel.SMS).text):
        assert words in text
        assert "端木" not in text
    assert elder.paired == []


def test_in_hospital_who_looks_after_them_need_not_go_and_hears_when_they_are_back(app):
    paired = PairingFactory()
    elder, by = paired.elder, PersonFactory()

    care.suspend(elder, "住院", by=by)
    assert "No need to go" in letter_to(app, paired.person).text
    assert "住院" not in letter_to(app, paired.person).text
    care.begin(elder, by=by)

    assert "is back" in letter_to(app, paired.person).text
    first, _second = told(paired.person)
    with app.app_context():
        assert letters.write([first]) == {}, "it is no longer true"
    assert elder.paired == [paired]


def a_whole_life():
    """One person: elder of two teams, member of one with a place, with account and companion."""
    elder = ElderFactory()
    person = elder.person
    membership = MembershipFactory(team=elder.team, person=person)
    CoordinatorFactory(team=elder.team)
    SignupFactory(person=person, occurrence__activity__team=elder.team)
    UserFactory(person=person)
    CompanionFactory(person=person)
    return elder, ElderFactory(person=person, consent=None), membership


def test_who_has_died_plays_no_part_anywhere_any_more():
    elder, elsewhere, membership = a_whole_life()
    coming = VisitFactory(elder=elsewhere)
    companionship = (
        session.query(type(CompanionFactory())).filter_by(person_id=elder.person_id).one()
    )

    care.end(elder, EndReason.DIED, by=PersonFactory())
    session.expire_all()

    assert elder.person.died_on == TODAY
    assert {elder.status, elsewhere.status} == {ElderStatus.ENDED}
    assert elsewhere.end_reason is EndReason.DIED
    assert coming.status is Status.CANCELLED
    assert membership.status is MembershipStatus.LEFT
    assert companionship.ended_at is not None


def test_nothing_is_ever_sent_to_who_has_died():
    elder, _elsewhere, _membership = a_whole_life()
    person = elder.person
    waiting = OutboxMessageFactory(person=person, status=MessageStatus.WAITING)

    care.end(elder, EndReason.DIED, by=PersonFactory())
    outbox.post(
        "duty_ahead", to=person, key="later", expires_at=clock.now() + timedelta(days=1), number=1
    )
    session.expire_all()

    assert waiting.status is MessageStatus.DROPPED
    statuses = {row.status for row in session.query(OutboxMessage).filter_by(person_id=person.id)}
    assert MessageStatus.WAITING not in statuses


def test_the_last_coordinator_of_a_team_may_die_too():
    coordinator = CoordinatorFactory()
    MembershipFactory(team=coordinator.team)
    elder = ElderFactory(person=coordinator.person)

    care.end(elder, EndReason.DIED, by=PersonFactory())

    assert coordinator.is_coordinator, "until somebody else has the team"
    assert coordinator.person.died_on == TODAY


def test_moving_away_ends_only_this_one_part():
    elder, elsewhere, membership = a_whole_life()

    care.end(elder, EndReason.MOVED, by=PersonFactory())

    assert elder.person.died_on is None
    assert (elsewhere.status, membership.status) == (ElderStatus.ACTIVE, MembershipStatus.ACTIVE)


def test_death_is_noted_once_and_a_mistake_is_mended_by_taking_them_in_again():
    elder, by = ElderFactory(), PersonFactory()
    care.end(elder, EndReason.DIED, by=by)
    deaths.note(elder.person, by=by)
    with pytest.raises(NoLongerServed):
        care.end(elder, EndReason.DIED, by=by)
    assert session.query(AuditEntry).filter_by(action="person.died").count() == 1

    care.take_in(elder.team, ElderDetails("李明", "李大爷"), by=by, person=elder.person)

    assert elder.person.died_on is None


def test_one_person_may_volunteer_dine_and_be_looked_after():
    member = MembershipFactory()
    elder = ElderFactory(team=member.team, person=member.person)
    other = ElderFactory(team=member.team)

    visit = visits.plan(
        other, [member.person, volunteer_of(member.team)],
        member.team.wall(clock.now() + timedelta(days=2)), by=PersonFactory(),
    )  # fmt: skip
    care.suspend(elder, "去女儿家", by=PersonFactory())

    assert visit.has(member.person)
    assert member.status is MembershipStatus.ACTIVE
