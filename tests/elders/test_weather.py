"""Heat and cold: who is called, by whom, what comes of it, and when it ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory, volunteer_of
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import MembershipFactory, TeamFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from tests.planting import raw_of
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, no_answer, weather, weather_notices, weather_queries
from volunteer.elders.errors import (
    CallerIsFull,
    CallNoted,
    CallsThemselves,
    NobodyToCall,
    NotAnActiveVolunteer,
    NotVisitedNow,
    NoUndoing,
    ReasonNeeded,
    RoundIsOver,
    RoundRuns,
)
from volunteer.elders.models import (
    ElderStatus,
    Ending,
    EndReason,
    MajorChange,
    Outcome,
    RiskLevel,
    Source,
    Visit,
    VisitChannel,
    VisitStatus,
    WeatherCall,
    WeatherKind,
    WeatherRound,
)
from volunteer.help_requests.models import HelpRequest
from volunteer.notifications.models import OutboxMessage
from volunteer.people import away
from volunteer.people.away import Stretch
from volunteer.people.models import ConsentScope
from volunteer.teams import membership
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 7, 13)
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-07-13T02:00Z", tick=False)


def begin(team, **given):
    given = {"lasts": A_DAY, "by": PersonFactory(), **given}
    return weather.begin(team, WeatherKind.HEAT_RED, "空调开着吗？", **given)


def callers_in(found) -> dict[int, int | None]:
    return {call.elder_id: call.caller_id for call in weather_queries.list_calls(found)}


def messages(kind: str) -> list[OutboxMessage]:
    return session.query(OutboxMessage).filter_by(kind=kind).all()


# --- who is called ---------------------------------------------------------------------------


def test_everybody_with_much_or_more_care_who_agrees_and_is_visited_is_called_once():
    team = TeamFactory()
    high = ElderFactory(team=team, risk_level=RiskLevel.HIGH)
    key = ElderFactory(team=team, risk_level=RiskLevel.KEY)
    ElderFactory(team=team, risk_level=RiskLevel.GENERAL)
    ElderFactory(team=team, risk_level=RiskLevel.HIGH, status=ElderStatus.SUSPENDED)
    ElderFactory(team=team, risk_level=RiskLevel.HIGH, status=ElderStatus.PROSPECTIVE)
    gone = {"status": ElderStatus.ENDED, "end_reason": EndReason.MOVED}
    ElderFactory(team=team, risk_level=RiskLevel.HIGH, **gone)
    lapsed = ElderFactory(team=team, risk_level=RiskLevel.HIGH, consent=None)
    ConsentFactory(person=lapsed.person, scope=ConsentScope.BASIC, expires_on=TODAY - A_DAY)
    ElderFactory(risk_level=RiskLevel.HIGH)

    found = begin(team)

    assert callers_in(found).keys() == {high.id, key.id}


def test_who_looks_after_them_calls_and_pausing_volunteers_do_not():
    elder = ElderFactory(risk_level=RiskLevel.HIGH)
    pausing = MembershipFactory(team=elder.team, status=MembershipStatus.PAUSED).person
    PairingFactory(elder=elder, person=pausing)
    PairingFactory(elder=elder, ended_on=TODAY)
    hers = PairingFactory(elder=elder).person

    assert callers_in(begin(elder.team)) == {elder.id: hers.id}


def test_those_whom_nobody_looks_after_go_to_who_looks_after_others_or_to_the_coordinators():
    team = TeamFactory()
    volunteer_of(team)
    paired = PairingFactory(elder=ElderFactory(team=team, risk_level=RiskLevel.GENERAL)).person
    lonely = ElderFactory(team=team, risk_level=RiskLevel.KEY)

    spread = callers_in(begin(team))
    weather.end(weather_queries.find_open(team), by=PersonFactory())
    kept = callers_in(begin(team, spread=False))

    assert (spread, kept) == ({lonely.id: paired.id}, {lonely.id: None})


def test_who_is_away_today_calls_nobody_and_others_do():
    elder = ElderFactory(risk_level=RiskLevel.HIGH)
    person = PairingFactory(elder=elder).person
    away.note(person, Stretch(TODAY, TODAY), by=person)

    alone = callers_in(begin(elder.team))
    weather.end(weather_queries.find_open(elder.team), by=PersonFactory())
    here = volunteer_of(elder.team)
    with_another = callers_in(begin(elder.team))

    assert (alone, with_another) == ({elder.id: None}, {elder.id: here.id})


def test_each_caller_is_told_once_and_nobodys_name_is_in_it():
    elder = ElderFactory(risk_level=RiskLevel.HIGH, preferred_name="王婆婆")
    hers = PairingFactory(elder=elder).person
    hers.email = "hers@example.org"
    session.commit()
    other = ElderFactory(team=elder.team, risk_level=RiskLevel.HIGH)
    found = begin(elder.team)
    (call,) = [c for c in weather_queries.list_calls(found) if c.elder_id == other.id]

    weather.give(call, hers, by=PersonFactory())

    (message,) = messages(weather_notices.WEATHER_CALLS)
    letter = weather_notices.write([message])[message.id]
    assert message.person_id == hers.id
    for text in (letter.subject, letter.text, letter.html, letter.short, letter.group):
        assert "王婆婆" not in text
        assert elder.person.name not in text
    assert "2" in letter.subject
    assert "/links/" in letter.text


def test_what_they_are_told_is_not_true_any_more_once_they_called_or_the_round_is_over():
    elder = ElderFactory(risk_level=RiskLevel.HIGH)
    PairingFactory(elder=elder)
    found = begin(elder.team)
    (message,) = messages(weather_notices.WEATHER_CALLS)
    weather.end(found, by=PersonFactory())

    assert weather_notices.write([message]) == {}


def test_how_many_elders_there_are_does_not_matter_to_the_number_of_statements(count_queries):
    def statements(elders: int) -> int:
        team = TeamFactory()
        for _number in range(elders):
            PairingFactory(elder=ElderFactory(team=team, risk_level=RiskLevel.HIGH))
        by = PersonFactory()
        with count_queries() as sent:
            begin(team, by=by)
        return len(sent)

    assert statements(2) == statements(12)


def test_a_team_has_one_round_at_a_time():
    elder = ElderFactory(risk_level=RiskLevel.HIGH)
    begin(elder.team)

    with pytest.raises(RoundRuns):
        begin(elder.team)

    session.add(
        WeatherRound(team=elder.team, kind=WeatherKind.COLD, words="x", began_by=elder.person,
                     ends_at=clock.now() + A_DAY)
    )  # fmt: skip
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_one_whose_time_is_over_does_not_stand_in_the_way(time_machine):
    elder = ElderFactory(risk_level=RiskLevel.HIGH)
    before = begin(elder.team)
    time_machine.move_to("2026-07-15T02:00Z", tick=False)

    begin(elder.team)

    assert before.ended_at == datetime(2026, 7, 14, 2, tzinfo=UTC)


def test_there_must_be_somebody_to_call_and_something_to_ask():
    team = TeamFactory()
    with pytest.raises(NobodyToCall):
        begin(team)
    with pytest.raises(ReasonNeeded):
        weather.begin(team, WeatherKind.COLD, "  ", by=PersonFactory(), lasts=A_DAY)
    assert session.query(WeatherRound).count() == 0


# --- what comes of a call --------------------------------------------------------------------


def a_call(**elder) -> WeatherCall:
    found = WeatherRoundFactory()
    elder = ElderFactory(team=found.team, risk_level=RiskLevel.HIGH, **elder)
    return WeatherCallFactory(round=found, elder=elder, caller=volunteer_of(found.team))


def test_all_is_well_is_a_visit_by_phone_and_they_count_as_seen():
    call = a_call()

    visit = weather.note(call, Outcome.FINE, words="开着空调", by=call.caller)

    assert call.is_reached
    assert (visit.channel, visit.status, visit.going) == (
        VisitChannel.PHONE,
        VisitStatus.DONE,
        [call.caller],
    )
    assert call.elder.last_seen_on == TODAY
    assert "开着空调" not in raw_of(WeatherCall.note)
    (entry,) = session.query(AuditEntry).filter_by(action="weather_call.noted").all()
    assert (entry.by_id, entry.person_id) == (call.caller.id, call.elder.person_id)


def test_needing_help_becomes_a_request_of_the_team_for_that_elder():
    call = a_call()

    weather.note(call, Outcome.NEEDS_HELP, words="风扇坏了", by=call.caller)

    (asked,) = session.query(HelpRequest).all()
    assert (asked.elder_id, asked.words, asked.team_id) == (
        call.elder_id,
        "风扇坏了",
        call.round.team_id,
    )
    assert call.elder.last_seen_on == TODAY


def test_a_caller_who_writes_nothing_still_asks_for_help_in_words():
    call = a_call()

    weather.note(call, Outcome.NEEDS_HELP, by=call.caller)

    (asked,) = session.query(HelpRequest).all()
    assert asked.words


def test_no_answer_is_an_alarm_and_they_are_not_reached_until_somebody_knows_that_they_are_safe():
    call = a_call()

    visit = weather.note(call, Outcome.NO_ANSWER, by=call.caller)

    assert (visit.is_open_alarm, call.is_reached) == (True, False)
    assert call.elder.last_seen_on != TODAY
    assert visit.no_answer.source is Source.CALL
    no_answer.close(visit.no_answer, Ending.SPOKE, words="买菜去了", by=PersonFactory())
    assert call.is_reached


def test_who_does_not_want_to_be_called_is_left_in_peace_and_not_counted_as_seen():
    call = a_call()

    visit = weather.note(call, Outcome.REFUSED, by=call.caller)

    assert visit.status is VisitStatus.DECLINED
    assert call.is_reached
    assert call.elder.last_seen_on != TODAY


def test_a_coordinator_notes_it_for_the_caller_and_the_record_says_both():
    call = a_call()
    coordinator = volunteer_of(call.team)

    visit = weather.note(call, Outcome.FINE, by=coordinator)

    assert (visit.going, visit.recorded_by, call.noted_by) == (
        [call.caller],
        coordinator,
        coordinator,
    )


def test_what_came_of_a_call_is_written_down_once():
    call = a_call()
    weather.note(call, Outcome.FINE, by=call.caller)

    with pytest.raises(CallNoted):
        weather.note(call, Outcome.NO_ANSWER, by=call.caller)
    assert session.query(Visit).count() == 1


def test_paper_is_typed_in_for_three_days_after_the_round(time_machine):
    call, late = a_call(), a_call()
    time_machine.move_to(call.round.ends_at + timedelta(days=2), tick=False)
    weather.note(call, Outcome.FINE, by=call.caller)
    time_machine.move_to(late.round.ends_at + timedelta(days=4), tick=False)

    with pytest.raises(RoundIsOver):
        weather.note(late, Outcome.FINE, by=late.caller)


# --- a slip ----------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [Outcome.FINE, Outcome.REFUSED])
def test_a_slip_is_undone_and_they_are_to_be_called_again(outcome):
    call = a_call(last_seen_on=date(2026, 7, 2))
    due_on = call.elder.due_on
    visit = weather.note(call, outcome, by=call.caller)

    weather.undo(call, by=call.caller)

    assert (call.outcome, call.note, call.visit_id) == (Outcome.WAITING, None, None)
    assert visit.status is VisitStatus.CANCELLED
    assert (call.elder.last_seen_on, call.elder.due_on) == (date(2026, 7, 2), due_on)


def test_undoing_leaves_alone_what_somebody_else_saw_that_day():
    call = a_call(last_seen_on=date(2026, 7, 2))
    weather.note(call, Outcome.FINE, by=call.caller)
    VisitFactory(elder=call.elder, in_days=0, status=VisitStatus.DONE)

    weather.undo(call, by=call.caller)

    assert call.elder.last_seen_on == TODAY


def test_undoing_leaves_alone_that_somebody_spoke_with_them_after_nobody_had_opened():
    call = a_call(last_seen_on=date(2026, 7, 2))
    care.note_change(call.elder, MajorChange.BEREAVEMENT, by=call.caller)
    weather.note(call, Outcome.FINE, by=call.caller)
    alarm = no_answer.begin(call.elder, by=call.caller, source=Source.MEAL)
    no_answer.close(alarm, Ending.SPOKE, words="在楼下晒太阳", by=call.caller)

    weather.undo(call, by=call.caller)

    assert call.elder.last_seen_on == TODAY
    assert call.elder.change is None


@pytest.mark.parametrize("outcome", [Outcome.NEEDS_HELP, Outcome.NO_ANSWER])
def test_what_others_act_on_by_now_is_not_undone(outcome):
    call = a_call()
    weather.note(call, outcome, by=call.caller)

    with pytest.raises(NoUndoing):
        weather.undo(call, by=call.caller)
    assert call.outcome is outcome


def test_there_is_nothing_to_undo_before_somebody_called():
    call = a_call()

    with pytest.raises(CallNoted):
        weather.undo(call, by=call.caller)


# --- who calls instead -----------------------------------------------------------------------


def test_somebody_else_makes_a_call():
    call = a_call()
    other = volunteer_of(call.team)

    weather.give(call, other, by=PersonFactory())

    assert call.caller == other
    assert [m.person_id for m in messages(weather_notices.WEATHER_CALLS)] == [other.id]


def test_nobody_gets_a_ninth_call():
    call = a_call()
    full = volunteer_of(call.team)
    for _number in range(8):
        WeatherCallFactory(round=call.round, caller=full)

    with pytest.raises(CallerIsFull):
        weather.give(call, full, by=PersonFactory())


def test_a_call_goes_to_active_members_who_are_not_the_elder_and_only_while_it_is_to_be_made():
    call = a_call()
    pausing = MembershipFactory(team=call.team, status=MembershipStatus.PAUSED).person
    themselves = MembershipFactory(team=call.team, person=call.elder.person).person

    with pytest.raises(NotAnActiveVolunteer):
        weather.give(call, pausing, by=PersonFactory())
    with pytest.raises(CallsThemselves):
        weather.give(call, themselves, by=PersonFactory())
    weather.note(call, Outcome.FINE, by=call.caller)
    with pytest.raises(CallNoted):
        weather.give(call, volunteer_of(call.team), by=PersonFactory())


def test_whoever_pauses_gives_their_calls_back_and_keeps_what_they_noted():
    call = a_call()
    done = WeatherCallFactory(round=call.round, caller=call.caller)
    weather.note(done, Outcome.FINE, by=call.caller)
    elsewhere = WeatherCallFactory(caller=call.caller)
    theirs = MembershipFactory._meta.model
    row = session.query(theirs).filter_by(person_id=call.caller.id, team_id=call.team.id).one()
    caller = call.caller

    membership.pause(row, by=caller)

    assert (call.caller, done.caller, elsewhere.caller) == (None, caller, caller)


def test_whom_nobody_is_to_visit_vanishes_from_the_lists():
    call = a_call()
    found, elder, caller = call.round, call.elder, call.caller
    assert weather_queries.count_waiting([found.id], [caller.id]) == {(found.id, caller.id): 1}

    care.suspend(elder, "住院", by=PersonFactory())

    assert weather_queries.list_calls(found) == []
    assert weather_queries.list_whose(found) == []
    assert weather_queries.count_waiting([found.id], [caller.id]) == {}
    assert weather_queries.list_open_calls_of(caller, clock.now()) == []
    ((_found, tally),) = weather_queries.list_rounds(found.team)
    assert tally.everybody == 0


def test_a_call_noted_at_that_moment_is_refused_for_who_is_away():
    call = a_call()
    call.elder.status = ElderStatus.SUSPENDED
    session.commit()

    with pytest.raises(NotVisitedNow):
        weather.note(call, Outcome.FINE, by=call.caller)
    assert call.outcome is Outcome.WAITING


# --- its end ---------------------------------------------------------------------------------


def test_it_ends_by_hand_once():
    found = WeatherRoundFactory()
    coordinator = PersonFactory()

    weather.end(found, by=coordinator)

    assert not found.is_running(clock.now())
    with pytest.raises(RoundIsOver):
        weather.end(found, by=coordinator)
    (entry,) = session.query(AuditEntry).filter_by(action="weather_round.ended").all()
    assert entry.by_id == coordinator.id


def test_it_ends_by_itself_when_its_time_is_over(time_machine):
    found, later = WeatherRoundFactory(), WeatherRoundFactory(ends_at=clock.now() + 3 * A_DAY)
    time_machine.move_to(found.ends_at + timedelta(minutes=5), tick=False)

    assert not found.is_running(clock.now())
    assert weather.end_what_is_over(clock.now()) == 1
    assert weather.end_what_is_over(clock.now()) == 0
    assert (found.ended_at, later.ended_at) == (found.ends_at, None)


def test_that_dates_outdoors_go_on_is_said_once_and_only_while_the_round_runs():
    found = WeatherRoundFactory()
    coordinator = PersonFactory()

    for _press in range(2):
        weather.let_dates_go_on(found, by=coordinator)

    assert found.dates_go_on
    assert session.query(AuditEntry).filter_by(action="weather_round.dates_go_on").count() == 1
    weather.end(found, by=coordinator)
    with pytest.raises(RoundIsOver):
        weather.let_dates_go_on(found, by=coordinator)


def test_earlier_rounds_say_how_many_were_reached():
    call = a_call()
    weather.note(call, Outcome.FINE, by=call.caller)
    unanswered = WeatherCallFactory(round=call.round, caller=call.caller)
    weather.note(unanswered, Outcome.NO_ANSWER, by=call.caller)
    WeatherCallFactory(round=call.round)

    ((found, tally),) = weather_queries.list_rounds(call.team)

    assert (found, tally.reached, tally.everybody) == (call.round, 1, 3)


def test_who_leaves_gives_back_their_own_calls_and_nobody_elses():
    found = WeatherRoundFactory()
    leaving, staying = volunteer_of(found.team), volunteer_of(found.team)
    theirs = WeatherCallFactory(round=found, caller=leaving)
    others = WeatherCallFactory(round=found, caller=staying)

    membership.leave(membership.find(found.team, leaving), by=leaving)

    session.expire_all()
    assert (theirs.caller, others.caller) == (None, staying)


def test_a_call_of_who_is_not_in_the_team_by_now_is_of_who_writes_it_down():
    found = WeatherRoundFactory()
    by = volunteer_of(found.team)
    call = WeatherCallFactory(round=found, caller=PersonFactory())

    visit = weather.note(call, Outcome.FINE, by=by)

    assert [part.person for part in visit.parts] == [by]
