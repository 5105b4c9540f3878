"""Answering: taking on, referring, declining; notes, the elder, the brief; who is late."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.help_requests import HelpRequestFactory, done, matched, taken_on
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.told import told
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, language, pressing
from volunteer.core.database import session
from volunteer.help_requests import (
    asking,
    closing,
    hints,
    jobs,
    late,
    matching,
    notices,
    queries,
    triage,
    wording,
)
from volunteer.help_requests.errors import AlreadyAnswered, IsOver, WordsNeeded
from volunteer.help_requests.models import HelpStatus, HelpStep, OfferStatus, StepKind, Wanted
from volunteer.notifications.models import OutboxMessage
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def new(team):
    asker = PersonFactory()
    return HelpRequestFactory(community_of=team, asker_id=asker.id)


def last_step() -> HelpStep:
    return session.query(HelpStep).order_by(HelpStep.id.desc()).first()


def test_a_team_takes_it_on_and_the_asker_hears(new, team, coordinator, time_machine):
    time_machine.shift(timedelta(hours=3))

    triage.take_on(new, team, words=" 带新灯座 ", by=coordinator.person)

    assert (new.status, new.team, new.answered_at) == (HelpStatus.ACCEPTED, team, clock.now())
    step = last_step()
    assert (step.kind, step.words, step.is_internal) == (StepKind.ACCEPTED, "带新灯座", False)
    assert told(notices.HELP_PROGRESS) == [new.asker_id]


def test_only_the_first_coordinator_takes_it_on(new, team, coordinator):
    other = CoordinatorFactory(team=TeamFactory(place=team.place))
    triage.take_on(new, team, by=coordinator.person)

    for again, by in ((team, coordinator), (other.team, other)):
        with pytest.raises(AlreadyAnswered):
            triage.take_on(new, again, by=by.person)
        assert new.team == team


def test_what_was_entered_for_one_team_is_not_taken_by_another(team, coordinator):
    theirs = HelpRequestFactory(community_of=team, team=team)
    other = TeamFactory(place=team.place)

    with pytest.raises(AlreadyAnswered):
        triage.take_on(theirs, other, by=coordinator.person)
    with pytest.raises(AlreadyAnswered):
        triage.decline(theirs, other, words="不行", by=coordinator.person)
    assert theirs.is_new


@pytest.mark.parametrize(
    ("answer", "status"),
    [(triage.refer, HelpStatus.REFERRED), (triage.decline, HelpStatus.DECLINED)],
)
def test_referring_and_declining_end_it_with_a_reason(new, team, coordinator, answer, status):
    for empty in ("", "  "):
        with pytest.raises(WordsNeeded):
            answer(new, team, words=empty, by=coordinator.person)
    assert new.is_new

    answer(new, team, words="请打 12349", by=coordinator.person)

    assert (new.status, new.ended_at, new.answered_at) == (status, clock.now(), clock.now())
    assert last_step().words == "请打 12349"
    with pytest.raises(IsOver):
        triage.take_on(new, team, by=coordinator.person)


def test_who_had_said_yes_to_what_is_referred_later_is_told(team, coordinator):
    offer = matched(team, coordinator.person)

    triage.refer(offer.help_request, team, words="要电工来", by=coordinator.person)

    assert offer.status is OfferStatus.RELEASED
    assert told(notices.HELP_CALLED_OFF) == [offer.person_id]


def test_what_is_done_is_no_longer_declined(team, coordinator):
    found = done(team, coordinator.person)

    with pytest.raises(IsOver):
        triage.decline(found, team, words="不行", by=coordinator.person)
    assert found.status is HelpStatus.DONE


@pytest.mark.parametrize("is_internal", [True, False])
def test_a_note_is_for_the_team_or_for_the_resident_too(new, coordinator, is_internal):
    triage.note(new, " 要带梯子 ", is_internal=is_internal, by=coordinator.person)

    step = last_step()
    assert (step.kind, step.words, step.is_internal) == (StepKind.NOTED, "要带梯子", is_internal)
    assert told(notices.HELP_PROGRESS) == ([] if is_internal else [new.asker_id])


def test_a_note_that_is_pressed_twice_is_one(new, coordinator, time_machine):
    for is_internal, words in ((True, "要带梯子"), (True, "要带梯子 "), (False, "要带梯子")):
        triage.note(new, words, is_internal=is_internal, by=coordinator.person)
    time_machine.shift(pressing.AGAIN_WITHIN)
    triage.note(new, "要带梯子", is_internal=False, by=coordinator.person)

    noted = [step.is_internal for step in new.steps if step.kind is StepKind.NOTED]
    assert noted == [True, False, False]


def test_an_empty_note_and_one_on_what_is_over_are_refused(team, new, coordinator):
    with pytest.raises(WordsNeeded):
        triage.note(new, " ", is_internal=True, by=coordinator.person)
    closing.withdraw(new, by=None)
    with pytest.raises(IsOver):
        triage.note(new, "晚了", is_internal=True, by=coordinator.person)


def test_the_elder_and_the_brief_are_written_down_and_in_the_trail(new, team, coordinator):
    elder = ElderFactory(team=team)

    triage.link_elder(new, elder, by=coordinator.person)
    triage.change_brief(new, " 带新灯座 ", by=coordinator.person)

    assert (new.elder_id, new.brief) == (elder.id, "带新灯座")
    actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == ["help_request.elder_linked", "help_request.brief_changed"]
    triage.link_elder(new, None, by=coordinator.person)
    triage.change_brief(new, "", by=coordinator.person)
    assert (new.elder_id, new.brief) == (None, None)
    closing.withdraw(new, by=None)
    for change in (
        lambda: triage.link_elder(new, elder, by=coordinator.person),
        lambda: triage.change_brief(new, "x", by=coordinator.person),
    ):
        with pytest.raises(IsOver):
            change()


def test_words_stand_in_no_trail_and_in_no_message(new, team, coordinator):
    triage.take_on(new, team, words="秘密的话", by=coordinator.person)
    triage.note(new, "秘密的话", is_internal=False, by=coordinator.person)

    kept = [str(entry.details) for entry in session.query(AuditEntry)]
    kept += [str(message.about) for message in session.query(OutboxMessage)]
    assert not any("秘密" in text or "灯" in text or "桂芳" in text for text in kept)


# --- who is late -----------------------------------------------------------------------------


def test_coordinators_are_reminded_once_a_day_until_somebody_answers(
    new, team, coordinator, time_machine
):
    def remind() -> int:
        for _time in range(3):
            jobs.remind_of_late_requests()
        return len(told(late.HELP_LATE))

    assert remind() == 0
    time_machine.move_to(new.answer_by)
    assert remind() == 0
    time_machine.shift(1)
    assert remind() == 1
    time_machine.shift(timedelta(days=1))
    assert remind() == 2
    triage.take_on(new, team, by=coordinator.person)
    time_machine.shift(timedelta(days=1))
    assert remind() == 2


def test_a_day_is_one_by_the_clock_of_who_has_it(new, team, coordinator, time_machine):
    new.team, new.answer_by = team, datetime(2026, 10, 14, 16, 30, tzinfo=UTC)
    session.commit()

    def remind_at(moment: str) -> int:
        time_machine.move_to(moment, tick=False)
        jobs.remind_of_late_requests()
        return len(told(late.HELP_LATE))

    # Half past midnight in Chengdu, nine in the morning, and the next midnight.
    times = ("2026-10-14T16:31Z", "2026-10-15T01:00Z", "2026-10-15T15:59Z", "2026-10-15T16:01Z")
    assert [remind_at(moment) for moment in times] == [1, 1, 1, 2]
    due = session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first().due_at
    assert due == datetime(2026, 10, 16, 0, tzinfo=UTC), "in the morning"


def test_every_team_of_the_community_is_reminded_of_what_nobody_has(new, team, time_machine):
    other = CoordinatorFactory(team=TeamFactory(place=team.place))
    time_machine.shift(timedelta(days=2))

    late.remind(clock.now())

    assert other.person_id in told(late.HELP_LATE)
    assert len(told(late.HELP_LATE)) == 2


def test_what_waits_for_long_is_one_message_a_day_and_after_two_weeks_one_a_week(
    new, team, time_machine
):
    HelpRequestFactory(community_of=team)
    days = []
    for day in range(1, 31):
        before = len(told(late.HELP_LATE))
        # As late as anybody is told at once of what became late on that day.
        time_machine.move_to(new.answer_by + timedelta(days=day))
        jobs.remind_of_late_requests()
        days += [day] * (len(told(late.HELP_LATE)) - before)

    assert days == [*range(1, 15), 21, 28]


def test_what_becomes_late_is_told_at_once_whatever_else_waits(new, team, time_machine):
    time_machine.shift(timedelta(days=3))
    jobs.remind_of_late_requests()
    fresh = HelpRequestFactory(community_of=team)
    time_machine.move_to(fresh.answer_by + timedelta(seconds=1))

    for _time in range(2):
        jobs.remind_of_late_requests()

    assert len(told(late.HELP_LATE)) == 3, "what waits once a day, and what became late"


def test_reminding_of_many_takes_few_queries(team, count_queries, time_machine):
    for _number in range(6):
        HelpRequestFactory(community_of=team)
    time_machine.shift(timedelta(days=3))

    with count_queries() as sent:
        jobs.remind_of_late_requests()

    assert len(sent) <= 8, "\n".join(
        s[:40] + s[s.find("FROM") :][:150].replace("\n", " ") for s in sent
    )


def test_days_said_long_ago_are_told_with_the_day_on_which_they_were_said(app, new, time_machine):
    new.wanted, new.wanted_on = Wanted.SOON, None
    time_machine.shift(timedelta(days=2))
    with app.app_context(), language.speaking("en"):
        assert wording.about_when(new) == "In the next few days"
        time_machine.shift(timedelta(days=1))
        assert wording.about_when(new) == "In the next few days (said on 12 Oct)"
        new.wanted = Wanted.ANY
        assert wording.about_when(new) == "Any time"


def test_what_was_taken_back_is_neither_late_nor_reminded_of(new, time_machine):
    closing.withdraw(new, by=None)
    time_machine.shift(timedelta(days=3))

    late.remind(clock.now())

    assert not new.is_late(clock.now())
    assert told(late.HELP_LATE) == []


# --- what may be overlooked --------------------------------------------------------------------


def test_the_same_wish_from_the_same_phone_within_three_days_looks_the_same(team, time_machine):
    phone = "13800138000"
    first = HelpRequestFactory(community_of=team, asker_phone=phone)
    HelpRequestFactory(community_of=team, asker_phone=phone, kinds=["haircut"])
    HelpRequestFactory(asker_phone=phone)
    time_machine.shift(timedelta(days=3))
    second = HelpRequestFactory(community_of=team, asker_phone=phone)
    time_machine.shift(1)
    third = HelpRequestFactory(community_of=team, asker_phone=phone, kinds=["repair", "talk"])

    assert hints.same_before(second, team) == [first]
    assert hints.same_before(third, team) == [second]
    assert hints.same_before(first, team) == []


def test_the_same_wish_for_the_same_elder_looks_the_same_from_whatever_phone(team):
    elder = ElderFactory(team=team)
    first, second = (HelpRequestFactory(community_of=team, elder_id=elder.id) for _one in "ab")

    assert hints.same_before(second, team) == [first]


def test_an_elder_is_guessed_by_phone_name_or_home(team):
    by_phone = ElderFactory(team=team, landline="02800000021", address=None)
    by_name = ElderFactory(team=team, preferred_name="刘婆婆", address=None)
    by_home = ElderFactory(team=team)
    other = ElderFactory(team=team, address={"estate": "锦绣东方小区", "building": "3"})
    request = HelpRequestFactory(
        community_of=team, asker_phone="02800000021", beneficiary="刘婆婆",
        address="锦绣东方小区 3-2-501",
    )  # fmt: skip

    found = hints.elders_like(request, [by_phone, by_name, by_home, other])

    assert found == [by_phone, by_name, by_home]


def test_nothing_is_guessed_from_nothing(team):
    ElderFactory(team=team, address=None, person__phone=None)
    request = HelpRequestFactory(community_of=team, asker_phone=None, asker_name=None, address=None)

    assert hints.elders_like(request, [ElderFactory(team=team, address=None)]) == []
    assert hints.same_before(request, team) == []


def test_the_board_has_what_the_team_took_on_and_what_nobody_has(team, coordinator):
    other = TeamFactory(place=team.place)
    nobodys = HelpRequestFactory(community_of=team)
    theirs = HelpRequestFactory(community_of=other, taken=True)
    own = taken_on(team, coordinator.person)
    elsewhere = HelpRequestFactory()

    listed = queries.list_open(team)

    assert {row.id for row in listed} == {nobodys.id, own.id}
    assert elsewhere not in listed
    assert theirs not in listed
    assert queries.count_unanswered(team) == 1


def test_who_was_asked_may_be_asked_by_name_only_once(team, coordinator):
    volunteer = volunteer_of(team)
    found = taken_on(team, coordinator.person)
    matching.offer(found, volunteer, by=coordinator.person)

    assert asking.find_asker(found) is None
    assert [offer.person for offer in found.waiting_offers] == [volunteer]
