"""Visits: planned for two, given back, moved, recorded, and what is told of them to whom."""

from datetime import date, datetime, time, timedelta

import pytest

from tests.factories.elders import ElderFactory, PairingFactory, VisitFactory, volunteer_of
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from tests.planting import PHONES, names_in, plant, raw_of, word
from volunteer import wiring
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.core.news import News
from volunteer.elders import care, no_answer, notices, queries, recording, visits
from volunteer.elders.errors import (
    AlreadyGoing,
    BasicConsentNeeded,
    GrownUpNeeded,
    GuardianMustAgree,
    NotAnActiveVolunteer,
    NotGoing,
    NotThemselves,
    NotVisitedNow,
    TooYoungToVisit,
    TwoVisitorsNeeded,
    VisitInThePast,
    VisitIsOver,
    VisitNotBegun,
    VisitorNeeded,
    WordsNeeded,
)
from volunteer.elders.models import (
    Check,
    ElderStatus,
    Ending,
    EndReason,
    Finding,
    Visit,
    VisitChannel,
    VisitPart,
    VisitStatus,
)
from volunteer.elders.recording import Found, Report
from volunteer.notifications import letters, quiet
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.notifications.quiet import Hours
from volunteer.people import consents
from volunteer.people.models import ConsentScope
from volunteer.teams import membership
from volunteer.teams import queries as team_queries
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

TODAY = date(2026, 10, 12)
# Four in the afternoon in Chengdu.
NOW = datetime.combine(TODAY, time(16))
WEDNESDAY = datetime.combine(date(2026, 10, 14), time(15))
HOME, PHONE, VIDEO, MET = VisitChannel
DONE, NO_ANSWER = VisitStatus.DONE, VisitStatus.NO_ANSWER
ALARM, MISSING = notices.VISIT_ALARM, notices.VISITOR_MISSING
PLANNED, MOVED, CANCELLED = notices.VISIT_PLANNED, notices.VISIT_MOVED, notices.VISIT_CANCELLED


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def team():
    return CoordinatorFactory().team


@pytest.fixture
def elder(team):
    return ElderFactory(team=team)


@pytest.fixture
def two(team):
    return [volunteer_of(team), volunteer_of(team)]


@pytest.fixture
def coordinator(team):
    return CoordinatorFactory(team=team).person


@pytest.fixture
def helped(monkeypatch):
    """What has been announced as having to be done."""
    monkeypatch.setattr(recording, "needs_help", News())
    found = []
    recording.needs_help.tell(lambda visit, words, by: found.append((visit, words, by)))
    return found


def told():
    """Who has a message of which kind, in order."""
    return [(m.kind, m.person_id) for m in session.query(OutboxMessage).order_by(OutboxMessage.id)]


@pytest.fixture
def written(app):
    """The letters that would go out now, by kind and reader."""

    def write():
        session.expire_all()
        with app.app_context(), transaction():
            ours = session.query(OutboxMessage).filter(OutboxMessage.kind.like("visit%"))
            messages = ours.order_by(OutboxMessage.id).all()
            found = letters.write(messages)
            return {(m.kind, m.person_id): found[m.id] for m in messages if m.id in found}

    return write


def entries(action):
    return session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id).all()


# --- planning -------------------------------------------------------------------------------


def test_two_go_to_a_home_at_the_teams_own_time(elder, two, coordinator):
    visit = visits.plan(elder, two, WEDNESDAY, by=coordinator)

    assert (visit.status, visit.channel, visit.going) == (VisitStatus.PLANNED, HOME, two)
    assert (visit.wall_starts, visit.missing) == (WEDNESDAY, 0)
    assert visit.starts_at.isoformat() == "2026-10-14T07:00:00+00:00"
    assert (visit.alone_reason, visit.allowed_by_id) == (None, None)
    assert told() == [(PLANNED, person.id) for person in two]
    (entry,) = entries("visit.planned")
    assert (entry.by_id, entry.details) == (coordinator.id, {"day": "2026-10-14"})


@pytest.fixture
def youth(team):
    """Sixteen years old, and a guardian agrees."""
    person = volunteer_of(team, birth_year=2010, birth_month=1)
    ConsentFactory(person=person, scope=ConsentScope.YOUNG_VOLUNTEER)
    return person


@pytest.mark.parametrize(("grown", "reason"), [(0, ""), (0, "邻居"), (1, "")])
def test_who_is_not_grown_up_is_no_second_visitor(elder, two, youth, coordinator, grown, reason):
    """§1.2, 15: never alone on home visits; §2.2: two adults."""
    with pytest.raises(GrownUpNeeded):
        visits.plan(elder, [*two[:grown], youth], WEDNESDAY, by=coordinator, alone_reason=reason)


def test_who_is_not_grown_up_comes_along_and_does_not_count(elder, two, youth, coordinator):
    visit = visits.plan(elder, [*two, youth], WEDNESDAY, by=coordinator)
    assert (visit.missing, visit.allowed_by_id) == (0, None)

    visits.withdraw(visit, two[0], by=two[0])

    assert (visit.missing, visit.going) == (1, [two[1], youth])
    assert MISSING in {kind for kind, _reader in told()}


def test_one_grown_up_takes_somebody_young_along_only_for_a_reason(elder, two, youth, coordinator):
    people = [two[0], youth]
    visit = visits.plan(elder, people, WEDNESDAY, by=coordinator, alone_reason="孙女")

    assert (visit.missing, visit.allowed_by_id) == (0, coordinator.id)


def test_who_is_not_grown_up_may_call(elder, youth, coordinator):
    assert visits.plan(elder, [youth], WEDNESDAY, by=coordinator, channel=PHONE).missing == 0


@pytest.mark.parametrize(("born", "refusal"), [(2011, GuardianMustAgree), (2013, TooYoungToVisit)])
def test_the_young_need_a_guardians_yes_and_children_stay_at_home(
    elder, two, team, coordinator, born, refusal
):
    young = volunteer_of(team, birth_year=born, birth_month=1)
    visit = visits.plan(elder, two, WEDNESDAY, by=coordinator)

    with pytest.raises(refusal):
        visits.plan(elder, [*two, young], WEDNESDAY, by=coordinator)
    with pytest.raises(refusal):
        visits.join(visit, young, by=coordinator)


def test_a_visit_that_is_planned_twice_with_one_page_is_one(elder, two, coordinator):
    first, again = (visits.plan(elder, two, WEDNESDAY, by=coordinator) for _twice in range(2))
    later = visits.plan(elder, two, WEDNESDAY + timedelta(days=7), by=coordinator)

    assert again == first
    assert [visit.id for visit in queries.list_planned_visits(elder)] == [first.id, later.id]
    assert told() == [(PLANNED, person.id) for person in [*two, *two]]


def test_a_call_that_is_begun_with_two_presses_is_one(elder, two):
    first, again = (visits.begin_now(elder, PHONE, by=two[0]) for _twice in range(2))

    assert again == first
    assert visits.begin_now(elder, PHONE, by=two[1]) != first
    assert visits.begin_now(elder, MET, by=two[0]) != first


def test_whoever_plans_it_for_themselves_gets_no_message(elder, team, coordinator):
    other = volunteer_of(team)
    visits.plan(elder, [coordinator, other], WEDNESDAY, by=coordinator)
    assert told() == [(PLANNED, other.id)]


@pytest.mark.parametrize("reason", ["", "  "])
def test_one_alone_goes_to_no_home_without_a_reason(elder, two, coordinator, reason):
    for people in ([two[0]], [two[0], two[0]]):
        with pytest.raises(TwoVisitorsNeeded):
            visits.plan(elder, people, WEDNESDAY, by=coordinator, alone_reason=reason)
    assert session.query(Visit).count() == 0


def test_one_alone_goes_with_a_reason_and_a_coordinator_answers_for_it(elder, two, coordinator):
    visit = visits.plan(
        elder, two[:1], WEDNESDAY, by=coordinator, alone_reason=" 就在楼下，老人只认她 "
    )

    assert (visit.alone_reason, visit.allowed_by_id) == ("就在楼下，老人只认她", coordinator.id)
    assert visit.missing == 0
    assert "楼下" not in raw_of(Visit.alone_reason)[0]


def test_a_reason_is_not_kept_where_two_go_or_nobody_goes_to_a_home(elder, two, coordinator):
    for people, channel in ((two, HOME), (two[:1], PHONE)):
        visit = visits.plan(
            elder, people, WEDNESDAY, by=coordinator, channel=channel, alone_reason="因为"
        )
        assert (visit.alone_reason, visit.allowed_by_id) == (None, None)


@pytest.mark.parametrize("channel", [PHONE, VIDEO, MET])
def test_one_is_enough_where_nobody_goes_to_a_home(elder, two, coordinator, channel):
    visit = visits.plan(elder, two[:1], WEDNESDAY, by=coordinator, channel=channel)
    assert visit.missing == 0


def test_somebody_has_to_go(elder, coordinator):
    for channel in VisitChannel:
        with pytest.raises(VisitorNeeded):
            visits.plan(elder, [], WEDNESDAY, by=coordinator, channel=channel, alone_reason="因为")


@pytest.mark.parametrize("wall", [NOW, NOW - timedelta(minutes=1), NOW - timedelta(days=2000)])
def test_nothing_is_planned_for_a_time_that_is_over(elder, two, coordinator, wall):
    with pytest.raises(VisitInThePast):
        visits.plan(elder, two, wall, by=coordinator)
    visits.plan(elder, two, NOW + timedelta(minutes=1), by=coordinator)


@pytest.mark.parametrize("status", sorted(set(ElderStatus) - {ElderStatus.ACTIVE}))
def test_nobody_visits_who_is_away_has_not_agreed_or_left(team, two, coordinator, status):
    elder = ElderFactory(team=team, status=status)

    with pytest.raises(NotVisitedNow):
        visits.plan(elder, two, WEDNESDAY, by=coordinator)
    with pytest.raises(NotVisitedNow):
        visits.begin_now(elder, PHONE, by=two[0])


def test_a_consent_that_has_run_out_plans_nothing_more(team, two, coordinator):
    elder = ElderFactory(team=team, consent=None)
    ConsentFactory(
        person=elder.person, given_on=date(2025, 10, 12), expires_on=TODAY - timedelta(days=1)
    )
    planned = VisitFactory(elder=elder, people=two)
    over = VisitFactory(elder=elder, people=two, in_days=-0.1)

    with pytest.raises(BasicConsentNeeded):
        visits.plan(elder, two, WEDNESDAY, by=coordinator)
    with pytest.raises(BasicConsentNeeded):
        visits.begin_now(elder, PHONE, by=two[0])
    with pytest.raises(BasicConsentNeeded):
        visits.move(planned, WEDNESDAY, by=coordinator)
    assert recording.record(over, Report(DONE, next_on=date(2026, 11, 2)), by=two[0]) is None


@pytest.mark.parametrize("status", sorted(set(MembershipStatus) - {MembershipStatus.ACTIVE}))
def test_only_active_members_go(elder, two, coordinator, status):
    other = MembershipFactory(team=elder.team, status=status).person

    with pytest.raises(NotAnActiveVolunteer):
        visits.plan(elder, [two[0], other], WEDNESDAY, by=coordinator)
    with pytest.raises(NotAnActiveVolunteer):
        visits.join(VisitFactory(elder=elder), other, by=coordinator)
    with pytest.raises(NotAnActiveVolunteer):
        visits.begin_now(elder, PHONE, by=other)


def test_strangers_and_members_of_another_team_do_not_go(elder, two, coordinator):
    for person in (PersonFactory(), MembershipFactory().person):
        with pytest.raises(NotAnActiveVolunteer):
            visits.plan(elder, [two[0], person], WEDNESDAY, by=coordinator)


def test_nobody_visits_themselves(elder, two, coordinator):
    MembershipFactory(team=elder.team, person=elder.person)

    with pytest.raises(NotThemselves):
        visits.plan(elder, [two[0], elder.person], WEDNESDAY, by=coordinator)
    with pytest.raises(NotThemselves):
        visits.begin_now(elder, MET, by=elder.person)
    with pytest.raises(NotThemselves):
        visits.join(VisitFactory(elder=elder), elder.person, by=coordinator)


def test_whoever_has_just_phoned_records_it_at_once(elder, two):
    visit = visits.begin_now(elder, PHONE, by=two[0])

    assert (visit.status, visit.channel, visit.going) == (VisitStatus.PLANNED, PHONE, two[:1])
    assert visit.wall_starts == NOW
    assert told() == []
    recording.record(visit, Report(DONE), by=two[0])
    assert elder.last_seen_on == TODAY


def test_a_home_is_not_visited_on_the_spur_of_the_moment(elder, two):
    with pytest.raises(TwoVisitorsNeeded):
        visits.begin_now(elder, HOME, by=two[0])


# --- moving and cancelling ------------------------------------------------------------------


def test_another_time_is_told_to_who_goes_and_written_down(elder, two, coordinator):
    visit = VisitFactory(elder=elder, people=two)

    visits.move(visit, WEDNESDAY, by=two[0])

    assert (visit.wall_starts, visit.starts_at.hour) == (WEDNESDAY, 7)
    assert told() == [(MOVED, two[1].id)]
    assert len(entries("visit.moved")) == 1


def test_the_same_time_is_no_change(elder, coordinator):
    visit = VisitFactory(elder=elder)

    visits.move(visit, visit.wall_starts, by=coordinator)

    assert (told(), entries("visit.moved")) == ([], [])


def test_a_visit_is_moved_to_no_time_that_is_over(elder, coordinator):
    visit = VisitFactory(elder=elder)
    before = visit.wall_starts

    with pytest.raises(VisitInThePast):
        visits.move(visit, NOW, by=coordinator)

    assert (visit.wall_starts, told()) == (before, [])


def test_a_visit_that_nobody_recorded_is_not_moved_to_somebody_in_hospital(elder, coordinator):
    visit = VisitFactory(elder=elder, in_days=-1)
    care.suspend(elder, "住院", by=coordinator)

    with pytest.raises(NotVisitedNow):
        visits.move(visit, WEDNESDAY, by=coordinator)


def test_a_cancelled_visit_is_told_once_and_over(elder, two, coordinator):
    visit = VisitFactory(elder=elder, people=two)

    visits.cancel(visit, by=coordinator)
    with pytest.raises(VisitIsOver):
        visits.cancel(visit, by=coordinator)

    assert told() == [(CANCELLED, person.id) for person in two]
    assert visit.status is VisitStatus.CANCELLED


def test_cancelling_what_should_have_been_tells_nobody(elder, coordinator):
    visits.cancel(VisitFactory(elder=elder, in_days=-1), by=coordinator)
    assert told() == []


@pytest.mark.parametrize("status", sorted(set(VisitStatus) - {VisitStatus.PLANNED}))
@pytest.mark.parametrize(
    "act",
    [
        lambda visit, by: visits.move(visit, WEDNESDAY, by=by),
        lambda visit, by: visits.cancel(visit, by=by),
        lambda visit, by: visits.join(visit, volunteer_of(visit.team), by=by),
        lambda visit, by: visits.withdraw(visit, visit.going[0], by=by),
        lambda visit, by: recording.record(visit, Report(DONE), by=by),
    ],
    ids=["move", "cancel", "join", "withdraw", "record"],
)
def test_what_is_over_stays_as_it_is(elder, coordinator, status, act):
    visit = VisitFactory(elder=elder, status=status)

    with pytest.raises(VisitIsOver):
        act(visit, coordinator)

    assert (visit.status, len(visit.going), told()) == (status, 2, [])


# --- who goes -------------------------------------------------------------------------------


def test_one_more_goes_and_is_told(elder, team, coordinator):
    visit, third = VisitFactory(elder=elder), volunteer_of(team)

    visits.join(visit, third, by=coordinator)

    assert visit.going[-1] == third
    assert told() == [(PLANNED, third.id)]
    (entry,) = entries("visit.joined")
    assert entry.person_id == third.id


def test_nobody_goes_twice(elder, coordinator):
    visit = VisitFactory(elder=elder)

    with pytest.raises(AlreadyGoing):
        visits.join(visit, visit.going[0], by=coordinator)


def test_who_gave_it_back_may_come_after_all_and_is_told_anew(
    elder, two, coordinator, time_machine, written
):
    visit = visits.plan(elder, two, WEDNESDAY, by=coordinator)
    visits.withdraw(visit, two[0], by=two[0])
    time_machine.shift(60)
    session.query(OutboxMessage).delete()
    session.commit()

    visits.join(visit, two[0], by=coordinator)

    assert visit.has(two[0])
    assert session.query(VisitPart).count() == 2
    # And the other, who was told not to go alone.
    assert sorted(reader for _kind, reader in written()) == sorted(one.id for one in two)


def test_when_somebody_is_missing_the_coordinators_hear_it(elder, two, team, coordinator):
    visit = VisitFactory(elder=elder, people=two)

    visits.withdraw(visit, two[0], by=two[0])

    assert (visit.going, visit.missing) == ([two[1]], 1)
    coordinators = {row.person_id for row in team.memberships if row.is_coordinator}
    assert {reader for kind, reader in told() if kind == MISSING} == {*coordinators, two[1].id}
    assert len(told()) == 3


def test_who_still_goes_to_a_home_reads_not_to_go_alone_and_a_caller_need_not(
    elder, two, team, coordinator, written
):
    visit = VisitFactory(elder=elder, people=two)
    visits.withdraw(visit, two[0], by=two[0])

    letters = written()
    theirs, ours = letters[MISSING, two[1].id], letters[MISSING, coordinator.id]
    visits.join(visit, volunteer_of(team), by=coordinator)

    for text in (theirs.text, theirs.html):
        assert "go alone" in text
        assert "Please look for somebody else" not in text
    assert "go alone" not in ours.text
    assert (MISSING, two[1].id) not in written()


def test_who_was_told_not_to_go_alone_hears_when_somebody_comes_along(
    elder, two, team, coordinator, written
):
    visit = VisitFactory(elder=elder, people=two)
    visits.withdraw(visit, two[0], by=two[0])
    found = volunteer_of(team)

    visits.join(visit, found, by=coordinator)

    letters = written()
    theirs = letters[PLANNED, two[1].id]
    for text in (theirs.text, theirs.html):
        assert "you do not go alone" in text
    assert "you do not go alone" not in letters[PLANNED, found.id].text
    visits.withdraw(visit, found, by=found)
    assert (PLANNED, two[1].id) not in written()


def test_a_third_who_comes_along_is_no_news_to_the_two(elder, two, team, coordinator):
    visits.join(VisitFactory(elder=elder, people=two), volunteer_of(team), by=coordinator)
    assert not {person.id for person in two} & {reader for _kind, reader in told()}


def test_a_coordinator_who_gives_it_back_for_somebody_needs_no_message(elder, two, coordinator):
    visits.withdraw(VisitFactory(elder=elder, people=two), two[0], by=coordinator)
    assert coordinator.id not in {reader for _kind, reader in told()}


def test_a_third_who_gives_it_back_is_missed_by_nobody(elder, two, team):
    third = volunteer_of(team)
    visits.withdraw(VisitFactory(elder=elder, people=[*two, third]), third, by=third)
    assert told() == []


def test_a_visit_that_has_begun_is_not_sought_for_any_more(elder, two):
    visits.withdraw(VisitFactory(elder=elder, people=two, in_days=-0.1), two[0], by=two[0])
    assert told() == []


def test_who_does_not_go_gives_nothing_back(elder, two, team):
    visit = VisitFactory(elder=elder, people=two)
    visits.withdraw(visit, two[0], by=two[0])

    for person in (two[0], volunteer_of(team)):
        with pytest.raises(NotGoing):
            visits.withdraw(visit, person, by=person)


@pytest.mark.parametrize("step", [membership.pause, membership.leave])
def test_who_pauses_or_leaves_gives_coming_visits_back_and_no_past_ones(elder, two, step):
    other_team = ElderFactory()
    member = membership.find(elder.team, two[0])
    MembershipFactory(team=other_team.team, person=two[0])
    coming, past = (VisitFactory(elder=elder, people=two, in_days=days) for days in (2, -1))
    elsewhere = VisitFactory(elder=other_team, people=[two[0]])
    pairing = PairingFactory(elder=elder, person=two[0])

    step(member, by=two[0])

    assert (coming.going, past.going, elsewhere.going) == ([two[1]], two, [two[0]])
    assert {kind for kind, _reader in told()} == {MISSING}
    assert (pairing.ended_on is None) is (step is membership.pause)


def test_what_was_given_back_in_a_pause_does_not_come_back_by_itself(elder, two):
    member = membership.find(elder.team, two[0])
    visit = VisitFactory(elder=elder, people=two)

    membership.pause(member, by=two[0])
    membership.resume(member, by=two[0])

    assert visit.going == [two[1]]


# --- recording ------------------------------------------------------------------------------


def begun(elder, people=None, **values):
    return VisitFactory(elder=elder, people=people, in_days=values.pop("in_days", -0.1), **values)


def test_done_is_kept_with_what_was_found_and_the_elder_has_been_seen(elder, two, helped):
    visit = begun(elder, two)
    findings = {Check.BODY: Found(), Check.MOOD: Found(Finding.WATCH, "睡得不好")}
    report = Report(DONE, findings, "聊了很久", left=NOW - timedelta(minutes=30), told_family=True)

    assert recording.record(visit, report, by=two[0]) is None
    session.expire_all()

    assert (visit.status, visit.note, visit.told_family) == (DONE, "聊了很久", True)
    assert (visit.wall_left, visit.recorded_by, visit.recorded_at) == (
        NOW - timedelta(minutes=30),
        two[0],
        clock.now(),
    )
    assert recording.findings_of(visit) == findings
    assert "睡得" not in raw_of(Visit.findings)[0]
    assert (elder.last_seen_on, elder.due_on) == (TODAY, TODAY + timedelta(days=28))
    (entry,) = entries("visit.recorded")
    assert entry.details == {"day": "2026-10-12", "status": "done"}
    assert (helped, told()) == ([], [])


@pytest.mark.parametrize("status", [NO_ANSWER, VisitStatus.DECLINED, VisitStatus.POSTPONED])
def test_whoever_was_not_seen_still_has_to_be_seen(elder, two, helped, status):
    before = (elder.last_seen_on, elder.due_on)
    report = Report(status, {Check.BODY: Found(Finding.ACT, "这里不算")}, "门口贴了条")

    recording.record(begun(elder, two), report, by=two[0])

    (visit,) = session.query(Visit)
    assert (elder.last_seen_on, elder.due_on) == before
    assert (visit.findings, recording.findings_of(visit), visit.note) == (None, {}, "门口贴了条")
    assert helped == []


def test_what_must_be_done_is_announced_in_the_visitors_words(elder, two, helped):
    visit = begun(elder, two)
    findings = {
        Check.BODY: Found(Finding.WATCH, "走路慢"),
        Check.FOOD: Found(Finding.ACT, " 冰箱坏了 "),
        Check.HOME: Found(Finding.ACT, "灯不亮"),
        Check.MOOD: Found(Finding.FINE),
    }

    recording.record(visit, Report(DONE, findings), by=two[0])

    assert helped == [(visit, "冰箱坏了\n灯不亮", two[0])]


@pytest.mark.parametrize("words", ["", " ", "\n　"])
def test_what_must_be_done_needs_words(elder, two, helped, words):
    visit = begun(elder, two)
    findings = {Check.HOME: Found(Finding.ACT, words), Check.FOOD: Found(Finding.ACT, "冰箱坏了")}

    with pytest.raises(WordsNeeded):
        recording.record(visit, Report(DONE, findings), by=two[0])

    assert (visit.status, visit.recorded_at, helped) == (VisitStatus.PLANNED, None, [])


def test_fine_and_worth_watching_need_none(elder, two):
    findings = dict.fromkeys(Check, Found(Finding.WATCH))
    recording.record(begun(elder, two), Report(DONE, findings), by=two[0])


def test_a_visit_is_recorded_from_an_hour_before_it_begins(elder, two, time_machine):
    visit = VisitFactory(elder=elder, people=two, in_days=1)
    time_machine.move_to(visit.starts_at - timedelta(hours=1, seconds=1), tick=False)
    with pytest.raises(VisitNotBegun):
        recording.record(visit, Report(DONE), by=two[0])

    time_machine.move_to(visit.starts_at - timedelta(hours=1), tick=False)
    recording.record(visit, Report(DONE), by=two[0])

    assert visit.status is DONE


def test_a_visit_is_recorded_once(elder, two):
    visit = begun(elder, two)
    recording.record(visit, Report(DONE, note="好"), by=two[0])

    with pytest.raises(VisitIsOver, match="already"):
        recording.record(visit, Report(NO_ANSWER, note="没人"), by=two[1])

    assert (visit.status, visit.note, visit.recorded_by) == (DONE, "好", two[0])
    assert told() == []


def test_nobody_answered_tells_every_coordinator_at_once(elder, two, team, coordinator):
    recording.record(begun(elder, two), Report(NO_ANSWER), by=two[0])

    coordinators = {row.person_id for row in team.memberships if row.is_coordinator}
    assert set(told()) == {(ALARM, number) for number in coordinators}
    assert {m.due_at for m in session.query(OutboxMessage)} == {clock.now()}


def test_a_coordinator_who_records_it_needs_no_message(elder, coordinator):
    recording.record(begun(elder), Report(NO_ANSWER), by=coordinator)
    assert coordinator.id not in {reader for _kind, reader in told()}


def test_a_coordinator_without_a_mailbox_is_called(elder, two, team):
    CoordinatorFactory(team=team, person__email=None)
    recording.record(begun(elder, two), Report(NO_ANSWER), by=two[0])
    assert Channel.CALL in {m.channel for m in session.query(OutboxMessage)}


# --- the next one ---------------------------------------------------------------------------


def test_the_next_visit_is_by_the_same_people_at_the_same_hour(elder, two):
    visit = begun(elder, two)

    coming = recording.record(visit, Report(DONE, next_on=date(2026, 11, 2)), by=two[0])

    assert (coming.status, coming.channel, coming.going) == (VisitStatus.PLANNED, HOME, two)
    assert coming.wall_starts == datetime.combine(date(2026, 11, 2), visit.wall_starts.time())
    assert told() == [(PLANNED, two[1].id)]
    assert queries.list_planned_visits(elder) == [coming]


def test_a_next_visit_in_the_past_refuses_the_whole_record(elder, two):
    visit = begun(elder, two)

    with pytest.raises(VisitInThePast):
        recording.record(visit, Report(DONE, next_on=TODAY - timedelta(days=1)), by=two[0])

    assert visit.status is VisitStatus.PLANNED
    assert elder.last_seen_on != TODAY


def test_who_has_left_since_is_not_asked_again_and_the_coordinators_hear_who_is_missing(
    elder, two, coordinator
):
    visit = begun(elder, two)
    membership.pause(membership.find(elder.team, two[1]), by=two[1])

    coming = recording.record(visit, Report(DONE, next_on=date(2026, 11, 2)), by=two[0])

    assert (coming.going, coming.missing) == ([two[0]], 1)
    assert (MISSING, coordinator.id) in told()
    assert two[1].id not in {reader for _kind, reader in told()}


def test_one_who_may_go_alone_may_go_alone_again(elder, two, coordinator):
    visit = visits.plan(elder, two[:1], NOW + timedelta(minutes=30), by=coordinator,
                        alone_reason="就在楼下")  # fmt: skip

    coming = recording.record(visit, Report(DONE, next_on=date(2026, 11, 2)), by=two[0])

    assert (coming.alone_reason, coming.allowed_by_id) == ("就在楼下", coordinator.id)
    assert coming.missing == 0


def test_nobody_plans_a_next_visit_to_who_is_away(elder, two, coordinator):
    visit = begun(elder, two)
    care.suspend(elder, "住院", by=coordinator)

    report = Report(DONE, next_on=date(2026, 11, 2))
    assert recording.record(visit, report, by=two[0]) is None


# --- when care stops ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stop",
    [
        lambda elder, by: care.suspend(elder, "", by=by),
        lambda elder, by: care.end(elder, EndReason.MOVED, by=by),
        lambda elder, by: consents.withdraw(elder.person, ConsentScope.BASIC, by=by),
    ],
    ids=["hospital", "left the list", "consent taken back"],
)
def test_when_nobody_is_to_visit_what_was_planned_is_cancelled_and_told(elder, coordinator, stop):
    coming = [VisitFactory(elder=elder, in_days=days) for days in (0.1, 2, 40)]
    past, other = VisitFactory(elder=elder, in_days=-1), VisitFactory()

    stop(elder, coordinator)

    assert {visit.status for visit in coming} == {VisitStatus.CANCELLED}
    assert {past.status, other.status} == {VisitStatus.PLANNED}
    assert {kind for kind, _reader in told()} == {CANCELLED}
    assert len(told()) == 6


# --- letters --------------------------------------------------------------------------------


def visitors_told(elder, two, coordinator):
    """A visit that has been planned, and the letter about it."""
    return visits.plan(elder, two, WEDNESDAY, by=coordinator)


def test_a_letter_says_when_and_leads_to_the_page(elder, two, coordinator, written):
    visit = visitors_told(elder, two, coordinator)

    letter = written()[PLANNED, two[0].id]

    for text in (letter.text, letter.html):
        assert "14 Oct" in text
        assert "3:00" in text
    assert f"/visits/{visit.id}" in letter.text


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_no_letter_names_anybody_or_says_where_or_why(team, coordinator, written, language):
    """Every kind of letter, about an elder of whom everything is known."""
    planted = plant(team)
    elder, name = planted.elder, "欧阳端木"
    elder.person.name, elder.preferred_name = name, "端木婆婆"
    session.commit()
    two = [volunteer_of(team, language=language) for _visitor in range(2)]
    coordinator = CoordinatorFactory(team=team, person__language=language)
    by = PersonFactory()
    first = visits.plan(elder, two, WEDNESDAY, by=by)
    second = visits.plan(elder, two, WEDNESDAY + timedelta(days=1), by=by)
    visits.move(second, WEDNESDAY + timedelta(days=2), by=by)
    third = visits.plan(elder, two, WEDNESDAY + timedelta(days=3), by=by)
    visits.withdraw(third, two[0], by=by)
    recording.record(begun(elder, two), Report(NO_ANSWER, note=word("visit_note")), by=by)
    fourth = visits.plan(elder, two, WEDNESDAY + timedelta(days=4), by=by)
    visits.cancel(fourth, by=by)

    ours = written()

    assert {kind for kind, _reader in ours} == {PLANNED, MOVED, CANCELLED, MISSING, ALARM}
    assert (MISSING, coordinator.person_id) in ours
    for key, letter in ours.items():
        for text in (letter.subject, letter.text, letter.html):
            assert names_in(text) == set(), key
            assert not any(part in text for part in (name, "端木", *PHONES.values())), key
    assert first.is_planned


def test_a_letter_that_is_no_longer_true_is_not_written(elder, two, coordinator, written):
    visit = visitors_told(elder, two, coordinator)
    assert set(written()) == {(PLANNED, person.id) for person in two}

    visits.withdraw(visit, two[0], by=two[0])
    assert (PLANNED, two[0].id) not in written()

    visits.move(visit, WEDNESDAY + timedelta(days=1), by=coordinator)
    assert [kind for kind, reader in written() if reader == two[1].id] == [MOVED]

    visits.cancel(visit, by=coordinator)
    assert {kind for kind, _reader in written()} == {CANCELLED}


def test_of_many_times_the_last_one_is_told_even_when_it_comes_back(
    elder, two, coordinator, written, time_machine
):
    visit = visitors_told(elder, two, coordinator)
    for wall in (WEDNESDAY + timedelta(days=1), WEDNESDAY, WEDNESDAY + timedelta(days=1)):
        time_machine.shift(3600)
        session.query(OutboxMessage).update({"status": "sent"})
        session.commit()
        visits.move(visit, wall, by=coordinator)

    new = session.query(OutboxMessage).filter_by(status="waiting", person_id=two[0].id).all()

    assert [m.about["starts_at"] for m in new] == [visit.starts_at.isoformat()]


def test_a_missing_visitor_is_no_news_once_somebody_joined(elder, two, team, coordinator, written):
    visit = VisitFactory(elder=elder, people=two)
    visits.withdraw(visit, two[0], by=two[0])
    assert (MISSING, coordinator.id) in written()

    visits.join(visit, volunteer_of(team), by=coordinator)

    assert (MISSING, coordinator.id) not in written()


def test_an_alarm_is_no_news_once_somebody_has_made_sure(elder, two, coordinator, written):
    visit = begun(elder, two)
    recording.record(visit, Report(NO_ANSWER), by=two[0])
    assert (ALARM, coordinator.id) in written()

    no_answer.close(visit.no_answer, Ending.SPOKE, words="在午睡", by=coordinator)

    assert written() == {}


# --- finding --------------------------------------------------------------------------------


def test_visits_are_found_by_team_person_and_time(team, elder, two):
    now = clock.now()
    yesterday, soon, later = (
        VisitFactory(elder=elder, people=two, in_days=days) for days in (-1, 1, 10)
    )
    gone = VisitFactory(elder=elder, people=two, in_days=1, status=VisitStatus.CANCELLED)
    other = VisitFactory(in_days=1)
    span = {"first": now, "before": now + timedelta(days=7)}

    assert queries.list_visits_between(team, **span) == [soon]
    assert queries.list_visits_of(two[0], **span) == [soon]
    assert queries.list_planned_visits(elder) == [yesterday, soon, later]
    assert gone in queries.list_visits_to(elder)
    assert other not in queries.list_visits_to(elder)


def test_one_page_of_visits_is_loaded_in_few_questions(team, count_queries):
    for _visit in range(4):
        VisitFactory(elder=ElderFactory(team=team))
    now = clock.now()
    session.expunge_all()

    with count_queries() as sent:
        found = queries.list_visits_between(team, first=now, before=now + timedelta(days=7))
        words = [(v.elder.person.name, [p.name for p in v.going], v.team.name) for v in found]

    assert len(words) == 4
    assert len(sent) <= 3


def test_an_empty_team_has_nothing_of_it():
    team, now = TeamFactory(), clock.now()
    assert queries.list_elders(team) == queries.list_open_no_answers(team) == []
    assert queries.count_overdue(team, team.today(now)) == 0


@pytest.mark.parametrize("step", [membership.leave, membership.pause])
def test_a_visit_that_is_moved_needs_another_for_who_left_once_it_should_have_begun(
    team, elder, step
):
    wiring.wire()
    visit = VisitFactory(elder=elder, starts_at=clock.now() - timedelta(hours=1))
    stays, gone = visit.going
    coordinator = team_queries.list_coordinators(team)[0].person
    step(team_queries.find_membership(team, gone), by=gone)

    visits.move(visit, WEDNESDAY, by=PersonFactory())

    assert visit.going == [stays]
    assert visit.missing == 1
    told = {(m.kind, m.person_id) for m in session.query(OutboxMessage)}
    assert told >= {(MOVED, stays.id), (MISSING, coordinator.id)}
    assert (MOVED, gone.id) not in told


def test_the_next_visit_that_a_coordinator_has_planned_already_is_that_one(team, elder, two):
    visit = VisitFactory(elder=elder, people=two, starts_at=clock.now() - timedelta(hours=1))
    next_on = visit.day + timedelta(days=7)
    wall = datetime.combine(next_on, visit.wall_starts.time())
    planned = visits.plan(elder, two, wall, by=PersonFactory())

    coming = recording.record(visit, Report(DONE, next_on=next_on), by=two[0])

    assert coming == planned
    assert list(queries.list_planned_visits(elder)) == [planned]


# --- early in the morning -------------------------------------------------------------------


@pytest.fixture
def night(time_machine):
    """Ten at night; usually nobody is woken until eight."""
    quiet.use(Hours(time(21), time(8)))
    time_machine.move_to("2026-10-12T14:00:00Z", tick=False)
    yield clock.now()
    quiet.use(None)


@pytest.mark.parametrize(
    "change",
    [
        lambda visit, by: visits.cancel(visit, by=by),
        lambda visit, by: visits.move(visit, WEDNESDAY, by=by),
        lambda visit, _by: visits.withdraw(visit, visit.going[0], by=visit.going[0]),
    ],
)
def test_who_sets_out_before_the_quiet_hours_end_hears_of_a_change_at_night(
    elder, two, coordinator, night, change
):
    # Half past seven in the morning.
    early = VisitFactory(elder=elder, people=two, starts_at=night + timedelta(hours=9.5))

    change(early, coordinator)

    messages = session.query(OutboxMessage).all()
    assert messages
    assert {message.next_try_at for message in messages} == {night}


def test_a_change_of_what_begins_later_waits_for_the_morning(elder, two, coordinator, night):
    visits.cancel(VisitFactory(elder=elder, people=two), by=coordinator)

    tries = {message.next_try_at for message in session.query(OutboxMessage)}
    assert tries == {night + timedelta(hours=10)}


def test_who_coordinates_no_more_hears_of_no_missing_visitor(elder, two, team, written):
    first, other = (CoordinatorFactory(team=team) for _one in range(2))
    visits.withdraw(VisitFactory(elder=elder, people=two), two[0], by=two[0])
    assert {(MISSING, first.person_id), (MISSING, other.person_id)} <= set(written())

    membership.leave(first, by=first.person)

    assert (MISSING, first.person_id) not in written()
    assert (MISSING, other.person_id) in written()
