"""Two press at the same moment: a visit is recorded once, nobody goes twice or waits for ever."""

import threading
import time
from collections import Counter
from contextlib import nullcontext
from datetime import timedelta
from functools import partial

import pytest

import config
from tests.conftest import DATABASES
from tests.factories.elders import ElderFactory, NoAnswerFactory, VisitFactory, volunteer_of
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.factories.weather import WeatherCallFactory, WeatherRoundFactory
from tests.servers import migrated, speaking_to
from volunteer import wiring
from volunteer.core import clock, database, encryption, engines
from volunteer.core.database import session
from volunteer.elders import (
    care,
    health,
    no_answer,
    pairing,
    queries,
    recording,
    visits,
    weather,
    weather_queries,
)
from volunteer.elders.details import ElderDetails
from volunteer.elders.health import Health
from volunteer.elders.models import (
    Elder,
    ElderStatus,
    Ending,
    EndReason,
    NoAnswer,
    Outcome,
    Pairing,
    RiskLevel,
    Visit,
    VisitStatus,
    WeatherKind,
)
from volunteer.elders.recording import Report
from volunteer.people import consents
from volunteer.people.consents import ConsentDetails
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import membership
from volunteer.teams.models import Membership, Team

pytestmark = [pytest.mark.processes, pytest.mark.parametrize("kind", DATABASES)]

ROUNDS = range(12)
DETAILS = ElderDetails("李明", "李大爷", phone="13700001111")


@pytest.fixture(autouse=True)
def url(kind, tmp_path):
    """A database of its own, and everybody hears the news."""
    before = encryption.keys.texts
    encryption.use([config.KEY_FOR_TESTS])
    wiring.wire()
    with migrated(kind, tmp_path, "pressing") as address:
        yield address
    encryption.use(before)


def at_once(*acts):
    """How often each thing came of these, each done by a thread of its own at the same moment."""
    start = threading.Barrier(len(acts))
    found = []

    def press(act):
        try:
            start.wait(30)
            act()
            found.append("done")
        except Exception as error:
            found.append(type(error).__name__)
        finally:
            session.remove()

    session.remove()
    crowd = [threading.Thread(target=press, args=(act,)) for act in acts]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    session.remove()
    return Counter(found)


# --- what people do, by number: each thread loads its own rows ------------------------------


def person(number):
    return session.get_one(Person, number)


def elder_of(number):
    return session.get_one(Elder, number)


def record(visit, by, status=VisitStatus.DONE):
    next_on = (clock.now() + timedelta(days=30)).date()
    recording.record(queries.get_visit(visit), Report(status, next_on=next_on), by=person(by))


def send(visit, by, key):
    next_on = (clock.now() + timedelta(days=30)).date()
    report = Report(VisitStatus.DONE, next_on=next_on)
    recording.record(queries.get_visit(visit), report, by=person(by), key=key)


def cancel(visit, by):
    visits.cancel(queries.get_visit(visit), by=person(by))


def join(visit, by):
    visits.join(queries.get_visit(visit), person(by), by=person(by))


def begin_no_answer(elder, by):
    no_answer.begin(elder_of(elder), by=person(by))


def close(found, by):
    no_answer.close(queries.get_no_answer(found), Ending.SPOKE, words="好", by=person(by))


def pair(elder, by):
    pairing.pair(elder_of(elder), person(by), by=person(by))


def plan(elder, people, wall):
    visits.plan(elder_of(elder), [person(n) for n in people], wall, by=person(people[-1]))


def take_in(team, one):
    consent = ConsentDetails()
    care.take_in(
        session.get_one(Team, team), DETAILS, by=person(one), person=person(one), consent=consent
    )


def pause(member, by):
    membership.pause(session.get_one(Membership, member), by=person(by))


def leave(member, by):
    membership.leave(session.get_one(Membership, member), by=person(by))


def take_back(one, scope=ConsentScope.BASIC):
    consents.withdraw(person(one), scope, by=person(one))


# --- pressing twice -------------------------------------------------------------------------


def test_of_four_who_record_one_visit_one_is_written_down():
    for _round in ROUNDS:
        visit = VisitFactory(in_days=-0.1)
        number, by = visit.id, visit.going[0].id

        outcomes = at_once(*[partial(record, number, by, VisitStatus.NO_ANSWER)] * 4)

        assert outcomes == {"done": 1, "VisitIsOver": 3}
        assert len(queries.list_planned_visits(queries.get_visit(number).elder)) == 1


def test_without_the_lock_two_would_be_written_down(url, monkeypatch):
    """The control: if this finds nothing, the test above proves nothing."""
    record_step, prepare = visits.record_step, engines.prepare_sqlite

    def prepare_late(connection, line):
        prepare(connection, line)
        connection.isolation_level = "IMMEDIATE"

    def record_late(*args, **more):
        time.sleep(0.1)
        record_step(*args, **more)

    monkeypatch.setattr(recording, "lock", lambda *_rows: None)
    monkeypatch.setattr(database, "one_writer", nullcontext())
    monkeypatch.setattr(visits, "record_step", record_late)
    monkeypatch.setattr(engines, "prepare_sqlite", prepare_late)
    monkeypatch.setattr(engines, "begin_on_sqlite", lambda _connection: None)
    twice = 0
    with speaking_to(url):
        for _round in range(4):
            visit = VisitFactory(in_days=-0.1)
            number, by = visit.id, visit.going[0].id
            twice += at_once(*[partial(record, number, by)] * 3)["VisitIsOver"] < 2

    assert twice >= 2


def test_of_two_who_record_and_cancel_one_comes_first():
    for _round in ROUNDS:
        visit = VisitFactory(in_days=0.01)
        number, by = visit.id, visit.going[0].id

        outcomes = at_once(partial(record, number, by), partial(cancel, number, by))

        assert outcomes == {"done": 1, "VisitIsOver": 1}


def test_nobody_joins_twice_however_often_they_press():
    for _round in ROUNDS:
        visit = VisitFactory()
        number, third = visit.id, volunteer_of(visit.team).id

        outcomes = at_once(*[partial(join, number, third)] * 4)

        assert outcomes == {"done": 1, "AlreadyGoing": 3}
        assert len(queries.get_visit(number).going) == 3


def test_nobody_is_paired_twice_however_often_they_press():
    for _round in ROUNDS:
        elder = ElderFactory()
        number, one = elder.id, volunteer_of(elder.team).id

        outcomes = at_once(*[partial(pair, number, one)] * 4)

        assert outcomes == {"done": 1, "AlreadyPaired": 3}
        assert session.query(Pairing).filter_by(elder_id=number).count() == 1


def test_a_phone_that_sends_its_record_four_times_at_once_is_believed_once():
    for _round in ROUNDS:
        visit = VisitFactory(in_days=-0.1)
        number, by = visit.id, visit.going[0].id

        outcomes = at_once(*[partial(send, number, by, "one phone's key")] * 4)

        assert outcomes == {"done": 4}
        assert len(queries.list_planned_visits(queries.get_visit(number).elder)) == 1
        session.query(Visit).update({"record_key": None})
        session.commit()


def test_two_phones_with_a_record_of_one_visit_make_one():
    for _round in ROUNDS:
        visit = VisitFactory(in_days=-0.1)
        number, (one, two) = visit.id, [person.id for person in visit.going]

        outcomes = at_once(
            partial(send, number, one, f"{number} one"), partial(send, number, two, f"{number} two")
        )

        assert outcomes == {"done": 1, "VisitIsOver": 1}


def test_an_alarm_is_closed_by_one():
    for _round in ROUNDS:
        found = NoAnswerFactory()
        number, by = found.id, found.began_by_id

        assert at_once(*[partial(close, number, by)] * 3) == {"done": 1, "NoAlarm": 2}


def test_of_three_who_stand_at_one_door_all_follow_one_record():
    for _round in ROUNDS:
        elder = ElderFactory()
        number, three = elder.id, [volunteer_of(elder.team).id for _one in range(3)]

        outcomes = at_once(*[partial(begin_no_answer, number, one) for one in three])

        assert outcomes == {"done": 3}
        (found,) = session.query(NoAnswer).filter_by(elder_id=number)
        assert {found.began_by_id, *(step.by_id for step in found.steps)} == set(three)


def test_nobody_comes_to_the_list_twice():
    for _round in ROUNDS:
        member = MembershipFactory()
        team, one = member.team_id, member.person_id

        assert at_once(*[partial(take_in, team, one)] * 3) == {"done": 1, "AlreadyServed": 2}


# --- one thing against another --------------------------------------------------------------


def test_who_pauses_while_somebody_plans_with_them_goes_nowhere():
    for _round in ROUNDS:
        elder = ElderFactory()
        number, wall = elder.id, elder.team.wall(clock.now() + timedelta(days=3))
        first, second = (volunteer_of(elder.team) for _one in range(2))
        member, one, other = membership.find(elder.team, first).id, first.id, second.id

        outcomes = at_once(partial(plan, number, [one, other], wall), partial(pause, member, one))

        assert set(outcomes) <= {"done", "NotAnActiveVolunteer"}
        assert not any(v.has(person(one)) for v in queries.list_planned_visits(elder_of(number)))


def test_who_takes_their_consent_back_while_somebody_plans_is_not_visited():
    for _round in ROUNDS:
        elder = ElderFactory()
        number, one = elder.id, elder.person_id
        two = [volunteer_of(elder.team).id for _visitor in range(2)]
        wall = elder.team.wall(clock.now() + timedelta(days=3))

        outcomes = at_once(partial(plan, number, two, wall), partial(take_back, one))

        assert set(outcomes) <= {"done", "NotVisitedNow"}
        assert queries.list_planned_visits(elder_of(number)) == []


def test_who_takes_their_consent_back_while_a_visit_is_recorded_is_heard():
    for _round in ROUNDS:
        visit = VisitFactory(in_days=0.02)
        number, by, one = visit.id, visit.going[0].id, visit.elder.person_id

        outcomes = at_once(partial(record, number, by), partial(take_back, one))

        assert outcomes["done"] >= 1
        assert set(outcomes) <= {"done", "VisitIsOver"}
        assert queries.get_visit(number).elder.status is ElderStatus.PROSPECTIVE
        assert queries.list_planned_visits(queries.get_visit(number).elder) == []


def begin(elder, by):
    care.begin(elder_of(elder), ConsentDetails(), by=person(by))


def change(elder, by):
    care.change(elder_of(elder), DETAILS, by=person(by))


def set_risk(elder, by):
    care.set_risk(elder_of(elder), RiskLevel.HIGH, "摔过", by=person(by))


def write_health(elder, by):
    health.write(elder_of(elder), Health("听力差"), by=person(by))


def test_coordinators_and_the_elder_at_work_on_one_record_never_stop_each_other():
    """Each holds the person before the elder: the other way round two would wait for ever."""
    by = PersonFactory().id
    for _round in [*ROUNDS, *ROUNDS]:
        elder = ElderFactory(status=ElderStatus.SUSPENDED)
        ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
        number, one = elder.id, elder.person_id

        outcomes = at_once(
            *(partial(act, number, by) for act in (begin, change, set_risk, write_health)),
            partial(take_back, one),
            partial(take_back, one, ConsentScope.HEALTH),
        )

        assert set(outcomes) <= {"done", "HealthConsentNeeded"}, outcomes
        assert outcomes["done"] >= 5


def end(elder, by):
    care.end(elder_of(elder), EndReason.MOVED, by=person(by))


def test_members_who_leave_and_coordinators_who_take_them_in_never_stop_each_other():
    for _round in ROUNDS:
        member = MembershipFactory()
        team, one, place = member.team_id, member.person_id, member.id
        elder = ElderFactory(team=member.team)
        VisitFactory(elder=elder, people=[member.person, volunteer_of(member.team)])
        number = elder.id

        outcomes = at_once(
            partial(take_in, team, one), partial(leave, place, one), partial(end, number, one)
        )

        assert outcomes == {"done": 3}
        assert queries.list_planned_visits(elder_of(number)) == []


# --- calls in heat and cold -----------------------------------------------------------------


def note_call(call, by):
    weather.note(weather_queries.get_call(call), Outcome.FINE, by=person(by))


def undo_call(call, by):
    weather.undo(weather_queries.get_call(call), by=person(by))


def begin_round(team, by):
    weather.begin(
        session.get_one(Team, team), WeatherKind.COLD, "暖不暖？", by=person(by),
        lasts=timedelta(days=1),
    )  # fmt: skip


def give_call(call, to, by):
    weather.give(weather_queries.get_call(call), person(to), by=person(by))


def suspend(elder, by):
    care.suspend(elder_of(elder), "", by=person(by))


def a_call():
    found = WeatherRoundFactory()
    return WeatherCallFactory(round=found, caller=volunteer_of(found.team))


def test_what_came_of_a_call_is_one_visit_however_often_they_press():
    for _round in ROUNDS:
        call = a_call()
        number, by, elder = call.id, call.caller_id, call.elder_id

        outcomes = at_once(*[partial(note_call, number, by)] * 4)

        assert outcomes == {"done": 1, "CallNoted": 3}
        assert session.query(Visit).filter_by(elder_id=elder).count() == 1
        assert at_once(*[partial(undo_call, number, by)] * 3) == {"done": 1, "CallNoted": 2}


def test_of_two_who_begin_a_round_one_does():
    for _round in ROUNDS:
        elder = ElderFactory(risk_level=RiskLevel.HIGH)
        team, by = elder.team_id, volunteer_of(elder.team).id

        assert at_once(*[partial(begin_round, team, by)] * 3) == {"done": 1, "RoundRuns": 2}


def test_who_calls_who_pauses_the_visits_and_who_hands_over_never_stop_each_other():
    for _round in ROUNDS:
        call = a_call()
        number, by, elder = call.id, call.caller_id, call.elder_id
        other = volunteer_of(call.team)
        member = session.query(Membership).filter_by(person_id=other.id).one().id
        other = other.id

        outcomes = at_once(
            partial(note_call, number, by),
            partial(suspend, elder, by),
            partial(give_call, number, other, by),
            partial(pause, member, other),
        )

        # Whose visits are paused stands on no list of calls any more.
        refused = {"NotVisitedNow", "NotFound", "CallNoted", "NotAnActiveVolunteer"}
        assert set(outcomes) <= {"done", *refused}, outcomes
        assert outcomes["done"] >= 2


# --- who leaves meanwhile --------------------------------------------------------------------


def test_a_call_is_never_left_with_somebody_who_leaves_at_this_moment():
    for _round in ROUNDS:
        member = MembershipFactory()
        CoordinatorFactory(team=member.team)
        call = WeatherCallFactory(round=WeatherRoundFactory(team=member.team), caller=None)
        number, one, place = call.id, member.person_id, member.id

        at_once(partial(give_call, number, one, one), partial(leave, place, one))

        assert weather_queries.get_call(number).caller is None


def write_down(team, by):
    details = ElderDetails("李明", "李大爷", phone="13700001111")
    group = session.get_one(Team, team)
    care.take_in_once(group, details, partial(care.take_in, group, details, by=person(by)))


def test_somebody_written_down_by_an_impatient_finger_is_on_the_list_once():
    member = MembershipFactory()
    team, by = member.team_id, member.person_id

    assert at_once(*[partial(write_down, team, by)] * 4) == {"done": 4}

    assert len(queries.list_elders(session.get_one(Team, team))) == 1
