"""Two look after one elder at the same moment: what ends stays ended, and nothing is lost."""

from datetime import timedelta
from functools import partial

import pytest

from tests.factories.elders import (
    ElderFactory,
    NoAnswerFactory,
    PairingFactory,
    VisitFactory,
    volunteer_of,
)
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from tests.meeting import anew, meet
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.seen import ChangedMeanwhile, mark_of
from volunteer.elders import (
    care,
    concerns,
    festivals,
    health,
    mistaken_ends,
    no_answer,
    pairing,
    recording,
    safe_exit,
    visits,
    weather,
)
from volunteer.elders.concerns import ConcernDetails
from volunteer.elders.errors import (
    ConcernClosed,
    HealthConsentNeeded,
    NoAlarm,
    NoLongerServed,
    NotAnActiveVolunteer,
    NotGoing,
    NotTakenBackAnyMore,
    NotVisitedNow,
    RoundIsOver,
    VisitIsOver,
)
from volunteer.elders.health import Health
from volunteer.elders.models import (
    Birthday,
    Concern,
    ConcernKind,
    ElderStatus,
    Ending,
    EndReason,
    MajorChange,
    RiskLevel,
    TeamReaders,
    Visit,
    VisitChannel,
    VisitStatus,
)
from volunteer.elders.recording import Report
from volunteer.people import consents
from volunteer.people.models import ConsentScope
from volunteer.teams import membership
from volunteer.teams.queries import find_membership

pytestmark = [pytest.mark.processes, pytest.mark.usefixtures("two_can_meet")]


@pytest.fixture
def elder(two_can_meet):
    elder = ElderFactory()
    CoordinatorFactory(team=elder.team)
    return elder


@pytest.fixture
def visit(elder):
    return VisitFactory(elder=elder)


def press(step, row, by=None, **how):
    """This step with this row."""
    again, person = anew(row), anew(by or PersonFactory())
    return lambda: step(again(), by=person(), **how)


def end(elder):
    return press(partial(care.end, reason=EndReason.MOVED), elder)


def leave(team, person):
    row = anew(find_membership(team, person))
    return lambda: membership.leave(row(), by=row().person)


def record(action):
    return session.query(AuditEntry).filter_by(action=action).count()


# --- on the list, and off it --------------------------------------------------------------------


@pytest.mark.parametrize(
    "step",
    [
        care.begin,
        partial(care.suspend, note="医院"),
        partial(care.end, reason=EndReason.MOVED),
        partial(care.note_change, change=MajorChange.FALL),
        partial(care.set_risk, level=RiskLevel.HIGH, reason="摔过"),
        partial(festivals.wish, yearly=None),
        no_answer.begin,
    ],
)
def test_nothing_is_done_for_who_leaves_the_list_at_this_moment(elder, step):
    with pytest.raises(NoLongerServed):
        meet(end(elder), press(step, elder))

    assert elder.status is ElderStatus.ENDED


def test_who_dies_as_they_are_suspended_is_off_every_list(elder):
    other = ElderFactory(person=elder.person)

    with pytest.raises(NoLongerServed):
        meet(
            press(partial(care.end, reason=EndReason.DIED), elder),
            press(partial(care.suspend, note="医院"), other),
        )

    assert (elder.status, other.status) == (ElderStatus.ENDED, ElderStatus.ENDED)


def test_nobody_plans_with_who_is_suspended_at_this_moment(elder):
    again, people = anew(elder), [anew(volunteer_of(elder.team)) for _number in range(2)]
    wall = elder.team.wall(clock.now() + timedelta(days=2))

    with pytest.raises(NotVisitedNow):
        meet(
            press(partial(care.suspend, note="医院"), elder),
            lambda: visits.plan(again(), [one() for one in people], wall, by=people[0]()),
        )

    assert session.query(Visit).count() == 0


def test_a_visit_that_is_planned_as_they_are_suspended_is_called_off(elder):
    again, people = anew(elder), [anew(volunteer_of(elder.team)) for _number in range(2)]
    wall = elder.team.wall(clock.now() + timedelta(days=2))

    meet(
        lambda: visits.plan(again(), [one() for one in people], wall, by=people[0]()),
        press(partial(care.suspend, note="医院"), elder),
    )

    assert not session.query(Visit).one().is_planned


def test_a_consent_that_is_taken_back_at_this_moment_begins_nothing(elder):
    elder.status = ElderStatus.PROSPECTIVE
    session.commit()
    person = anew(elder.person)

    with pytest.raises(care.BasicConsentNeeded):
        meet(
            lambda: consents.withdraw(person(), ConsentScope.BASIC, by=person()),
            press(care.begin, elder),
        )

    assert elder.status is ElderStatus.PROSPECTIVE


def test_who_agrees_no_more_at_this_moment_has_nothing_written_of_their_health(elder):
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    person = anew(elder.person)

    with pytest.raises(HealthConsentNeeded):
        meet(
            lambda: consents.withdraw(person(), ConsentScope.HEALTH, by=person()),
            press(partial(health.write, health=Health(note="高血压")), elder),
        )


def test_of_two_who_say_how_much_care_is_needed_the_second_is_told(elder):
    seen = mark_of(care.risk_of(elder))
    first, second = (
        press(partial(care.set_risk, level=level, reason="摔过", seen=seen), elder)
        for level in (RiskLevel.HIGH, RiskLevel.GENERAL)
    )

    with pytest.raises(ChangedMeanwhile):
        meet(first, second)


def test_a_birthday_that_two_put_down_at_once_is_one(elder):
    day = festivals.YearlyDay(festivals.CalendarKind.SOLAR, 3, 8)
    wish = press(partial(festivals.wish, yearly=day), elder)

    meet(wish, wish)

    assert session.query(Birthday).count() == 1


# --- who goes -----------------------------------------------------------------------------------


def test_who_leaves_at_this_moment_is_paired_with_nobody(elder):
    again, person = anew(elder), anew(volunteer_of(elder.team))

    with pytest.raises(NotAnActiveVolunteer):
        meet(leave(elder.team, person()), lambda: pairing.pair(again(), person(), by=person()))


def test_who_leaves_as_they_are_paired_looks_after_nobody(elder):
    again, person = anew(elder), anew(volunteer_of(elder.team))

    meet(lambda: pairing.pair(again(), person(), by=person()), leave(elder.team, person()))

    assert elder.paired == []


def test_a_pairing_that_two_end_at_once_ends_once(elder):
    unpair = press(pairing.unpair, PairingFactory(elder=elder))

    meet(unpair, unpair)

    assert record("pairing.ended") == 1


def test_who_leaves_at_this_moment_joins_no_visit(visit):
    again, person = anew(visit), anew(volunteer_of(visit.team))

    with pytest.raises(NotAnActiveVolunteer):
        meet(leave(visit.team, person()), lambda: visits.join(again(), person(), by=person()))


def test_who_can_t_go_and_presses_twice_is_missed_once(visit):
    again, person = anew(visit), anew(visit.going[0])

    def withdraw():
        visits.withdraw(again(), person(), by=person())

    with pytest.raises(NotGoing):
        meet(withdraw, withdraw)


@pytest.mark.parametrize("step", [safe_exit.arrive, safe_exit.leave])
def test_nobody_stands_at_a_door_that_is_called_off_at_this_moment(visit, step):
    with pytest.raises(VisitIsOver):
        meet(press(visits.cancel, visit), press(step, visit))


@pytest.mark.parametrize("step", [safe_exit.arrive, safe_exit.leave])
def test_that_they_are_there_or_out_is_written_once(visit, step):
    both = press(step, visit)

    meet(both, both)

    assert record("visit.arrived") + record("visit.safe_out") == 1


def test_a_call_that_is_written_down_twice_at_once_is_one(elder):
    begin = press(
        partial(visits.begin_now, channel=VisitChannel.PHONE), elder, volunteer_of(elder.team)
    )

    meet(begin, begin)

    assert session.query(Visit).count() == 1


# --- an end that was a mistake ------------------------------------------------------------------


def ended(elder, reason=EndReason.DIED):
    care.end(elder, reason, by=PersonFactory())
    return elder


@pytest.mark.parametrize("reason", [EndReason.DIED, EndReason.MOVED])
def test_an_end_that_two_take_back_at_once_is_taken_back_once(elder, reason):
    PairingFactory(elder=elder)
    take_back = press(mistaken_ends.take_back, ended(elder, reason))

    with pytest.raises(NotTakenBackAnyMore):
        meet(take_back, take_back)

    assert record("elder.end_taken_back") == 1
    assert len(elder.paired) == 1


def test_two_teams_take_back_that_somebody_died_and_both_have_them_again(elder):
    other = ElderFactory(person=elder.person)
    ended(elder)

    with pytest.raises(NotTakenBackAnyMore):
        meet(press(mistaken_ends.take_back, other), press(mistaken_ends.take_back, elder))

    assert [one.status for one in (elder, other)] == [ElderStatus.ACTIVE, ElderStatus.ACTIVE]
    assert record("person.lives") == 1


def test_who_leaves_as_it_is_taken_back_looks_after_nobody(elder):
    person = PairingFactory(elder=elder).person
    gone = leave(elder.team, person)

    meet(press(mistaken_ends.take_back, ended(elder)), gone)

    assert elder.paired == []


def test_who_has_just_left_does_not_look_after_them_again(elder):
    person = PairingFactory(elder=elder).person
    gone = leave(elder.team, person)

    meet(gone, press(mistaken_ends.take_back, ended(elder)))

    assert elder.paired == []


def test_who_agrees_no_more_at_that_moment_is_not_visited(elder):
    person = anew(elder.person)
    ended(elder, EndReason.MOVED)

    meet(
        press(mistaken_ends.take_back, elder),
        lambda: consents.withdraw(person(), ConsentScope.BASIC, by=person()),
    )

    assert elder.status is ElderStatus.PROSPECTIVE


# --- alarms -------------------------------------------------------------------------------------


def test_nobody_stands_at_a_door_of_which_is_written_down_at_this_moment_that_it_opened(elder):
    visit = VisitFactory(elder=elder, in_days=-1)

    with pytest.raises(VisitIsOver):
        meet(
            press(partial(recording.record, report=Report(VisitStatus.DONE)), visit),
            press(recording.nobody_answers, visit),
        )

    assert visit.no_answer is None


def test_an_alarm_that_is_closed_at_this_moment_goes_no_further(elder):
    alarm = NoAnswerFactory(elder=elder)

    with pytest.raises(NoAlarm):
        meet(
            press(partial(no_answer.close, ending=Ending.SPOKE, words="好"), alarm),
            press(partial(no_answer.log, kind=no_answer.StepKind.KNOCK, reached=False), alarm),
        )


def test_who_is_seen_as_somebody_closes_the_alarm_is_seen_once(elder):
    alarm = NoAnswerFactory(elder=elder)

    meet(
        press(partial(no_answer.close, ending=Ending.SPOKE, words="好"), alarm),
        press(no_answer.seen, alarm),
    )

    assert record("no_answer.closed") == 1
    assert alarm.words == "好"


def test_nobody_is_given_a_call_of_a_round_that_ends_at_this_moment(two_can_meet):
    call = WeatherCallFactory(round=WeatherRoundFactory())
    again, person = anew(call), anew(volunteer_of(call.round.team))

    with pytest.raises(RoundIsOver):
        meet(
            press(weather.end, call.round),
            lambda: weather.give(again(), person(), by=person()),
        )


def test_a_round_that_somebody_ends_as_its_time_is_over_ends_once(two_can_meet, time_machine):
    found = WeatherRoundFactory()
    by_hand = press(weather.end, found)
    time_machine.move_to(found.ends_at + timedelta(minutes=5), tick=False)

    meet(by_hand, lambda: weather.end_what_is_over(clock.now()))

    assert record("weather_round.ended") == 1


# --- concerns -----------------------------------------------------------------------------------


def report(elder):
    details = ConcernDetails(next(iter(ConcernKind)), "钱不见了")
    return press(lambda row, by: concerns.report(row, details, by=by), elder.team)


def test_a_concern_that_is_reported_twice_at_once_is_one(elder):
    said = report(elder)

    meet(said, said)

    assert session.query(Concern).count() == 1


def test_nothing_is_written_to_a_concern_that_is_closed_at_this_moment(elder):
    lead = volunteer_of(elder.team)
    concerns.name_readers(elder.team, lead, None, by=lead)
    concern = report(elder)()

    with pytest.raises(ConcernClosed):
        meet(
            press(partial(concerns.note_step, words="报了警", closes=True), concern, lead),
            press(partial(concerns.note_step, words="去看了", closes=False), concern, lead),
        )


def test_readers_that_two_name_at_once_are_named_once(elder):
    team, lead = anew(elder.team), anew(volunteer_of(elder.team))

    def name():
        concerns.name_readers(team(), lead(), None, by=lead())

    meet(name, name)

    assert session.query(TeamReaders).count() == 1
