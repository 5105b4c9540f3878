"""Who asks to be forgotten is answered in time, and forgotten as far as nothing must be kept."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.concerns import ConcernFactory
from tests.factories.elders import ElderFactory
from tests.factories.feeds import FeedFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.meals import DinerFactory, KittyFactory, StandingMealFactory
from tests.factories.notifications import DeviceFactory, OutboxMessageFactory
from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.told import told
from volunteer.accounts import personal_links, signing_in
from volunteer.accounts.models import PersonalLink, SignIn
from volunteer.activities import ties
from volunteer.activities.models import Attendance, AttendanceState, AttendanceWay, SignupStatus
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders.models import ElderStatus
from volunteer.feeds.models import Feed
from volunteer.help_requests.models import HelpStatus
from volunteer.meals import kitty, kitty_queries
from volunteer.notifications import letters
from volunteer.notifications.models import Device, MessageStatus, OutboxMessage
from volunteer.people import deaths
from volunteer.people.forgetting import NAMELESS
from volunteer.people.models import ToldBy
from volunteer.reminders import call_list
from volunteer.rights import forgetting, jobs, notices, queries
from volunteer.rights.errors import (
    AlreadyAsked,
    GuardianFirst,
    HandOverFirst,
    KittyFirst,
    LastOperator,
    NobodyToAnswer,
    NotOpen,
    ReasonNeeded,
    StillLookedAfter,
)
from volunteer.rights.models import ForgettingStatus, Ground
from volunteer.teams import handover, membership
from volunteer.teams.models import SERVICE_KEPT, MembershipStatus

pytestmark = pytest.mark.usefixtures("monday")
WORDS = "我搬走了"


@pytest.fixture
def member(coordinator):
    """Somebody with an account, in the coordinator's team."""
    member = MembershipFactory(team=coordinator.team, person__name="王秀英")
    UserFactory(person=member.person)
    return member


@pytest.fixture
def asked(member):
    return forgetting.ask(member.person, WORDS, by=member.person)


def send_all():
    """What waits has gone."""
    for message in session.scalars(
        select(OutboxMessage).where(OutboxMessage.status == MessageStatus.WAITING)
    ):
        message.end(MessageStatus.SENT, clock.now())
    session.commit()


def written(kind):
    waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
    return list(letters.write(waiting).values())


def served(member, *, days_ago=10):
    """Two and a half hours."""
    came_to = OccurrenceFactory(
        activity__team=member.team, starts_at=clock.now() - timedelta(days=days_ago)
    )
    session.add(
        Attendance(
            occurrence=came_to,
            person=member.person,
            state=AttendanceState.CAME,
            way=AttendanceWay.WALK_IN,
            by_id=member.person_id,
            minutes=150,
        )
    )
    session.commit()
    return came_to


def deeds():
    return session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.like("forgetting.%"))
        .order_by(AuditEntry.id)
    ).all()


def forgotten(asked, coordinator):
    """The answer was yes, they were told, and the clock has come by."""
    forgetting.grant(asked, by=coordinator.person)
    send_all()
    jobs.forget_who_asked()
    session.expire_all()
    return asked.person


# --- asking ---------------------------------------------------------------------------------


def test_who_asks_is_answered_within_fifteen_days_by_the_coordinators(asked, coordinator):
    MembershipFactory(team=coordinator.team)
    OperatorFactory()

    assert asked.due_on == date(2026, 10, 27)
    assert told(notices.ASKED) == [coordinator.person_id]
    (letter,) = written(notices.ASKED)
    assert "王秀英" not in letter.text + letter.subject
    assert WORDS not in letter.text
    assert f"/forgetting-requests/{asked.id}" in letter.text
    assert deeds() == ["forgetting.asked"]
    (message,) = session.scalars(select(OutboxMessage))
    assert message.expires_at == clock.now() + notices.TOLD_WITHIN


def test_who_can_only_be_called_sees_it_on_their_first_page(coordinator, member):
    coordinator.person.told_by = ToldBy.CALL
    session.commit()

    forgetting.ask(member.person, "", by=member.person)

    assert told(notices.ASKED) == []


def test_the_words_are_sealed(asked):
    raw = session.connection().exec_driver_sql("SELECT words FROM forgetting_requests").scalar()
    assert asked.words == WORDS
    assert WORDS not in raw


def test_one_open_wish_a_person(asked, member, coordinator):
    with pytest.raises(AlreadyAsked):
        forgetting.ask(member.person, "", by=member.person)

    forgetting.take_back(asked, by=member.person)
    again = forgetting.ask(member.person, "", by=member.person)
    assert queries.find_last(member.person) is again
    assert deeds() == ["forgetting.asked", "forgetting.taken_back", "forgetting.asked"]


def test_where_there_is_no_team_those_who_run_the_service_answer():
    operator = OperatorFactory().person
    person = UserFactory().person

    asked = forgetting.ask(person, "", by=person)

    assert told(notices.ASKED) == [operator.id]
    assert list(queries.list_for_operators(operator)) == [asked]


def test_nobody_answers_their_own(coordinator):
    """The one coordinator of a team is answered by who runs the service."""
    operator = OperatorFactory().person

    asked = forgetting.ask(coordinator.person, "", by=coordinator.person)

    assert told(notices.ASKED) == [operator.id]
    assert list(queries.list_for_operators(operator)) == [asked]
    assert list(queries.list_open_in(coordinator.team_id, coordinator.person)) == []


@pytest.mark.parametrize("away", [MembershipStatus.PAUSED, "dead"])
def test_where_the_only_other_coordinator_is_away_those_who_run_the_service_answer(
    coordinator, away
):
    other = CoordinatorFactory(team=coordinator.team)
    if away == "dead":
        other.person.died_on = clock.now().date()
    else:
        other.status = away
    session.commit()
    operator = OperatorFactory().person

    asked = forgetting.ask(coordinator.person, "", by=coordinator.person)

    assert told(notices.ASKED) == [operator.id]
    assert list(queries.list_for_operators(operator)) == [asked]


def test_a_member_who_is_no_coordinator_answers_nobody(coordinator):
    MembershipFactory(team=coordinator.team)
    operator = OperatorFactory().person

    asked = forgetting.ask(coordinator.person, "", by=coordinator.person)

    assert list(queries.list_for_operators(operator)) == [asked]


def test_of_two_coordinators_the_other_who_lives_is_asked(coordinator):
    other, dead = [CoordinatorFactory(team=coordinator.team) for _number in range(2)]
    dead.person.died_on = clock.now().date()
    session.commit()

    forgetting.ask(coordinator.person, "", by=coordinator.person)

    assert told(notices.ASKED) == [other.person_id]


def test_who_has_left_the_team_is_answered_by_who_runs_the_service(asked, member, coordinator):
    operator = OperatorFactory().person
    assert list(queries.list_open_in(member.team_id, coordinator.person)) == [asked]

    membership.leave(member, by=member.person)

    assert list(queries.list_open_in(member.team_id, coordinator.person)) == []
    assert list(queries.list_for_operators(operator)) == [asked]


def test_those_who_run_the_service_do_not_see_their_own():
    operator, other = OperatorFactory().person, OperatorFactory().person

    asked = forgetting.ask(operator, "", by=operator)

    assert list(queries.list_for_operators(operator)) == []
    assert list(queries.list_for_operators(other)) == [asked]


def test_who_runs_the_service_alone_and_is_in_no_team_is_told_so():
    operator = OperatorFactory().person
    with pytest.raises(NobodyToAnswer):
        forgetting.ask(operator, "", by=operator)


def test_three_days_before_the_end_they_are_reminded_once(asked, coordinator, time_machine):
    time_machine.shift(timedelta(days=11))
    assert jobs.remind_of_forgetting() == 0
    time_machine.shift(timedelta(days=1))
    assert jobs.remind_of_forgetting() == 1
    assert jobs.remind_of_forgetting() == 0
    assert told(notices.DUE) == [coordinator.person_id]
    assert len(written(notices.DUE)) == 1


def test_who_has_taken_it_back_is_not_spoken_of_any_more(asked, member, time_machine):
    forgetting.take_back(asked, by=member.person)
    time_machine.shift(timedelta(days=13))
    assert jobs.remind_of_forgetting() == 0
    assert written(notices.ASKED) == []


def test_a_coordinator_who_has_left_hears_nothing(asked, coordinator):
    CoordinatorFactory(team=coordinator.team)
    membership.leave(coordinator, by=coordinator.person)
    assert written(notices.ASKED) == []


# --- no -------------------------------------------------------------------------------------


def test_a_no_has_a_reason_that_they_read(asked, member, coordinator):
    with pytest.raises(ReasonNeeded):
        forgetting.refuse(asked, " ", by=coordinator.person)
    forgetting.refuse(asked, " 请先把账本交回来 ", by=coordinator.person)

    assert asked.reason == "请先把账本交回来"
    (letter,) = written(notices.ANSWERED)
    assert "请先把账本交回来" in letter.text
    assert "请先把账本交回来" not in letter.subject + letter.short
    assert letter.path == "/settings/forgetting"
    assert member.is_in_team
    assert member.person.name == "王秀英"
    assert deeds()[-1] == "forgetting.refused"


@pytest.mark.parametrize("late", ["grant", "refuse", "take_back"])
def test_it_is_answered_once(asked, coordinator, late):
    forgetting.refuse(asked, "因为", by=coordinator.person)
    more = {"reason": "因为"} if late == "refuse" else {}
    with pytest.raises(NotOpen):
        getattr(forgetting, late)(asked, **more, by=coordinator.person)
    assert asked.is_refused


# --- yes ------------------------------------------------------------------------------------


def test_a_yes_ends_everything_at_once_and_they_are_told_before_their_contact_goes(
    asked, member, coordinator
):
    person = member.person
    signup = SignupFactory(person=person, occurrence=OccurrenceFactory(activity__team=member.team))
    companionship = CompanionFactory(companion=person)
    token = signing_in.begin(signing_in.user_of(person), "test").token
    DeviceFactory(person_id=person.id)
    FeedFactory(person=person)

    forgetting.grant(asked, by=coordinator.person)

    assert member.status is MembershipStatus.LEFT
    assert signup.status is SignupStatus.WITHDRAWN
    assert companionship.ended_at
    assert signing_in.find_open(token) is None
    assert signing_in.find_user(person).password_hash is None
    assert session.scalars(select(SignIn).where(SignIn.ended_at.is_(None))).all() == []
    assert session.scalars(select(Device)).all() == []
    assert [feed for feed in session.scalars(select(Feed)) if feed.ended_at is None] == []
    assert jobs.forget_who_asked() == 0
    assert person.email
    (letter,) = written(notices.ANSWERED)
    assert "the answer is yes" in letter.text
    assert "Your name goes, too." in letter.text
    # Who is forgotten has no door any more.
    assert letter.path == ""

    send_all()
    assert jobs.forget_who_asked() == 1
    session.expire_all()
    assert (person.name, person.phone, person.email) == (NAMELESS, None, None)
    assert (asked.status, asked.words) == (ForgettingStatus.ERASED, "")
    assert "person.forgotten" in session.scalars(select(AuditEntry.action)).all()
    assert jobs.forget_who_asked() == 0


def test_a_link_that_was_handed_out_opens_nothing_any_more(coordinator):
    member = MembershipFactory(team=coordinator.team)
    personal_links.make(member.person, by=coordinator.person, team=member.team)
    asked = forgetting.ask(member.person, "", by=coordinator.person, team=member.team)

    forgetting.grant(asked, by=coordinator.person)

    assert session.scalars(select(PersonalLink.expires_at)).one() <= clock.now()


def test_who_cannot_be_reached_is_forgotten_three_days_after_the_yes(
    asked, member, coordinator, time_machine
):
    member.person.told_by = ToldBy.CALL
    session.commit()
    forgetting.grant(asked, by=coordinator.person)
    time_machine.shift(timedelta(days=2))
    assert jobs.forget_who_asked() == 0
    time_machine.shift(timedelta(days=1))
    assert jobs.forget_who_asked() == 1
    session.expire_all()
    assert member.person.name == NAMELESS


def test_hours_stay_and_with_them_the_name_under_lock_until_ten_years_are_over(
    asked, member, coordinator, time_machine
):
    person = member.person
    served(member)

    forgotten(asked, coordinator)

    assert (person.name, person.phone, person.email) == ("王秀英", None, None)
    assert (asked.status, asked.ground) == (ForgettingStatus.RESTRICTED, Ground.SERVICE)
    assert asked.kept_until == date(2036, 10, 2)
    assert asked.words == ""
    assert deeds()[-1] == "forgetting.locked_away"
    assert session.scalars(select(Attendance.minutes)).all() == [150]

    time_machine.move_to("2036-10-01T04:00Z", tick=False)
    assert jobs.forget_who_asked() == 0
    time_machine.move_to("2036-10-03T04:00Z", tick=False)
    assert jobs.forget_who_asked() == 1
    session.expire_all()
    assert person.name == NAMELESS
    assert (asked.status, asked.ground) == (ForgettingStatus.ERASED, None)
    assert session.scalars(select(Attendance.minutes)).all() == [150]


def test_the_answer_says_what_is_kept_and_until_when(asked, member, coordinator):
    served(member)

    forgetting.grant(asked, by=coordinator.person)

    (letter,) = written(notices.ANSWERED)
    assert "GB/T 40143" in letter.text
    assert "2036" in letter.text


def test_a_concern_keeps_the_name_and_is_not_spoken_of(asked, member, coordinator):
    ConcernFactory(team=member.team, about=member.person)

    forgetting.grant(asked, by=coordinator.person)

    (letter,) = written(notices.ANSWERED)
    assert (asked.ground, asked.kept_until) == (Ground.MATTER, date(2029, 10, 11))
    assert "concern" not in letter.text.lower()
    send_all()
    jobs.forget_who_asked()
    session.expire_all()
    assert (member.person.name, member.person.phone) == ("王秀英", None)


def test_a_last_coordinator_hands_over_first(coordinator):
    operator = OperatorFactory().person
    MembershipFactory(team=coordinator.team)
    asked = forgetting.ask(coordinator.person, "", by=coordinator.person)

    with pytest.raises(HandOverFirst) as refused:
        forgetting.grant(asked, by=operator)

    assert coordinator.team.name in str(refused.value)
    assert asked.is_open
    CoordinatorFactory(team=coordinator.team)
    forgetting.grant(asked, by=operator)
    assert not coordinator.is_in_team


def test_money_is_handed_over_first(asked, member, coordinator):
    KittyFactory(team=member.team, keeper=member.person)
    with pytest.raises(KittyFirst):
        forgetting.grant(asked, by=coordinator.person)
    assert member.is_in_team


def test_who_is_looked_after_is_not_lost_sight_of(asked, member, coordinator):
    ElderFactory(team=member.team, person=member.person)
    with pytest.raises(StillLookedAfter):
        forgetting.grant(asked, by=coordinator.person)


@pytest.mark.parametrize(
    ("year", "is_in_team", "stands_in_the_way"),
    [(2014, True, True), (2014, False, False), (2000, True, False)],
)
def test_a_child_is_not_left_without_who_answers_for_them(
    asked, member, coordinator, year, is_in_team, stands_in_the_way
):
    child = MembershipFactory(team=member.team, person__birth_year=year)
    ties.set_guardian(member.team, child.person, member.person, by=coordinator.person)
    if not is_in_team:
        membership.leave(child, by=coordinator.person)

    if stands_in_the_way:
        with pytest.raises(GuardianFirst) as refused:
            forgetting.grant(asked, by=coordinator.person)
        assert member.team.name in str(refused.value)
        ties.set_guardian(member.team, child.person, coordinator.person, by=coordinator.person)
    forgetting.grant(asked, by=coordinator.person)

    assert not member.is_in_team


def test_the_service_is_not_left_without_anybody(asked, member, coordinator):
    signing_in.find_user(member.person).is_operator = True
    session.commit()
    with pytest.raises(LastOperator):
        forgetting.grant(asked, by=coordinator.person)


def test_who_was_taken_in_again_meanwhile_is_out_again(asked, member, coordinator):
    forgetting.grant(asked, by=coordinator.person)
    member.status = MembershipStatus.ACTIVE
    send_all()
    jobs.forget_who_asked()
    session.expire_all()
    assert member.status is MembershipStatus.LEFT
    assert member.person.name == NAMELESS


def test_the_answer_is_the_last_that_they_hear(asked, member, coordinator):
    """Taking back what they had asked for would be told them, too."""
    HelpRequestFactory(community_of=member.team, asker_id=member.person_id)
    handover.offer(coordinator, member)

    forgetting.grant(asked, by=coordinator.person)

    waiting = select(OutboxMessage.kind).where(
        OutboxMessage.person_id == member.person_id, OutboxMessage.status == MessageStatus.WAITING
    )
    assert session.scalars(waiting).all() == [notices.ANSWERED]


def test_whose_mail_does_not_arrive_can_still_be_called(asked, member, coordinator, time_machine):
    forgetting.grant(asked, by=coordinator.person)
    (answer,) = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == notices.ANSWERED)
    ).all()
    answer.end(MessageStatus.FAILED, clock.now(), "no such mailbox")
    session.commit()

    assert jobs.forget_who_asked() == 0
    assert member.person.phone
    call_list.call_instead(answer, team=member.team, by=coordinator.person)
    call_list.reached(answer, team=member.team, by=coordinator.person)
    assert jobs.forget_who_asked() == 1


def test_whom_nobody_reaches_is_forgotten_after_three_days(
    asked, member, coordinator, time_machine
):
    forgetting.grant(asked, by=coordinator.person)
    for answer in session.scalars(select(OutboxMessage)):
        answer.end(MessageStatus.FAILED, clock.now(), "no such mailbox")
    session.commit()

    time_machine.shift(notices.TOLD_WITHIN)
    assert jobs.forget_who_asked() == 1
    session.expire_all()
    assert member.person.name == NAMELESS


def test_money_that_they_were_to_take_stays_with_its_keeper(asked, member, coordinator):
    """While a second count is waited for, nothing can be written into the book."""
    purse = KittyFactory(team=member.team, keeper=coordinator.person)
    kitty.offer(purse, member.person, 0, by=coordinator.person)

    forgetting.grant(asked, by=coordinator.person)

    assert kitty_queries.find_handover(purse) is None
    assert purse.keeper == coordinator.person


def test_of_whom_the_name_is_kept_the_kitchen_and_the_list_of_requests_keep_nothing_else(
    asked, member, coordinator
):
    served(member)
    home = Home("锦绣东方小区", "3", "2", "501").as_stored()
    eats = {"address": home, "diet": {"tags": [], "allergies": "花生"}, "lives_alone": "yes"}
    diner = DinerFactory(team=member.team, person=member.person, **eats)
    helped = HelpRequestFactory(community_of=member.team, asker_id=member.person_id)

    person = forgotten(asked, coordinator)

    assert (asked.status, person.name) == (ForgettingStatus.RESTRICTED, "王秀英")
    assert (diner.address, diner.diet, diner.lives_alone) == (None, None, None)
    assert helped.status is HelpStatus.WITHDRAWN
    assert (helped.asker_phone, helped.address, helped.words) == (None, None, None)


def test_who_has_died_waits_for_no_answer():
    coordinator = CoordinatorFactory()
    asks = MembershipFactory(team=coordinator.team).person
    request = forgetting.ask(asks, WORDS, by=asks)

    deaths.note(asks, by=coordinator.person)

    session.expire_all()
    assert (request.status, request.words) == (ForgettingStatus.TAKEN_BACK, "")
    with pytest.raises(NotOpen):
        forgetting.refuse(request, "不行", by=coordinator.person)


def test_what_they_asked_for_and_who_acts_for_them_ends_with_a_yes(asked, member, coordinator):
    person = member.person
    help_request = HelpRequestFactory(community_of=member.team, asker_id=person.id)
    standing = StandingMealFactory(diner=DinerFactory(person=person))
    companionship = CompanionFactory(person=person)

    forgetting.grant(asked, by=coordinator.person)

    assert help_request.status is HelpStatus.WITHDRAWN
    assert standing.ended_at
    assert companionship.ended_at


def test_who_founded_a_team_after_the_yes_stays_and_holds_up_nobody(asked, member, coordinator):
    other = MembershipFactory(team=coordinator.team)
    for request in (asked, forgetting.ask(other.person, "", by=other.person)):
        forgetting.grant(request, by=coordinator.person)
    CoordinatorFactory(person=member.person)
    send_all()

    assert jobs.forget_who_asked() == 1

    session.expire_all()
    assert (member.person.name, other.person.name) == ("王秀英", NAMELESS)
    assert asked.status is ForgettingStatus.GRANTED


def test_under_lock_nothing_goes_to_them_and_no_remark_tells_them_from_others(
    asked, member, coordinator
):
    served(member)
    left = MembershipFactory(person=member.person, status=MembershipStatus.LEFT, note="住三楼")
    forgetting.grant(asked, by=coordinator.person)
    send_all()
    waits = OutboxMessageFactory(person=member.person)

    jobs.forget_who_asked()

    session.expire_all()
    assert asked.status is ForgettingStatus.RESTRICTED
    assert waits.status is MessageStatus.DROPPED
    assert left.note == ""


def test_they_are_locked_away_once(asked, member, coordinator):
    served(member)
    forgotten(asked, coordinator)

    member.status = MembershipStatus.ACTIVE
    session.commit()

    forgetting.carry_out(asked, clock.now())

    (entry,) = session.query(AuditEntry).filter_by(action="forgetting.locked_away")
    assert entry.person_id == member.person_id
    assert member.is_in_team


def test_what_is_kept_is_what_they_were_told(asked, member, coordinator, time_machine):
    """Three years from the yes, not from the day on which the clock came by."""
    ConcernFactory(team=member.team, about=member.person)
    forgetting.grant(asked, by=coordinator.person)
    told_until = asked.kept_until
    time_machine.shift(timedelta(days=3))

    jobs.forget_who_asked()

    session.expire_all()
    assert asked.status is ForgettingStatus.RESTRICTED
    assert (asked.ground, asked.kept_until) == (Ground.MATTER, told_until)


def test_what_keeps_the_name_since_the_yes_is_written_down(asked, member, coordinator):
    forgetting.grant(asked, by=coordinator.person)
    assert asked.ground is None
    served(member)
    send_all()

    jobs.forget_who_asked()

    session.expire_all()
    assert (asked.status, asked.ground) == (ForgettingStatus.RESTRICTED, Ground.SERVICE)
    assert asked.kept_until == date(2036, 10, 2)


def test_service_of_ten_years_ago_is_no_reason_any_more(asked, member, coordinator):
    """Nor is it said when something else keeps the name."""
    served(member, days_ago=12 * 366)
    ended = served(member, days_ago=11 * 366).ends_at
    ConcernFactory(team=member.team, about=member.person)

    forgetting.grant(asked, by=coordinator.person)

    assert asked.ground is Ground.MATTER
    over = ended + SERVICE_KEPT
    assert forgetting.service_kept_until(member.person, over) is None
    assert forgetting.service_kept_until(member.person, over - timedelta(seconds=1))


def test_who_is_off_the_list_of_elders_may_be_forgotten(asked, member, coordinator):
    ElderFactory(team=member.team, person=member.person, status=ElderStatus.ENDED)
    forgetting.grant(asked, by=coordinator.person)
    assert asked.status is ForgettingStatus.GRANTED


def test_what_they_had_asked_before_keeps_its_answer_without_the_words(asked, member, coordinator):
    forgetting.refuse(asked, "请先把账本交回来", by=coordinator.person)
    again = forgetting.ask(member.person, WORDS, by=member.person)

    forgotten(again, coordinator)

    assert (asked.status, again.status) == (ForgettingStatus.REFUSED, ForgettingStatus.ERASED)
    assert (asked.words, asked.reason) == ("", "")


@pytest.mark.parametrize("step", ["taken_back", "refused", "granted", "died"])
def test_the_trail_says_whose_wish_it_is_and_whose_coordinator_wrote_it_down(
    member, coordinator, step
):
    by, team = coordinator.person, coordinator.team
    asked = forgetting.ask(member.person, WORDS, by=by, team=team)
    {
        "taken_back": lambda: forgetting.take_back(asked, by=by),
        "refused": lambda: forgetting.refuse(asked, "请先把账本交回来", by=by),
        "granted": lambda: forgetting.grant(asked, by=by),
        "died": lambda: deaths.note(member.person, by=by),
    }[step]()

    rows = session.query(AuditEntry).filter(AuditEntry.action.like("forgetting.%"))
    first, second = rows.order_by(AuditEntry.id)
    assert (first.person_id, first.team_id) == (member.person_id, team.id)
    assert (second.person_id, second.by_id) == (member.person_id, by.id)
    assert (asked.answered_by, asked.answered_at) == (by, clock.now())


def test_whoever_said_yes_may_be_forgotten_before_it_is_carried_out(asked, member, coordinator):
    forgetting.grant(asked, by=coordinator.person)
    send_all()
    asked.answered_by = None
    member.status = MembershipStatus.ACTIVE
    session.commit()

    jobs.forget_who_asked()

    session.expire_all()
    assert asked.person.name == NAMELESS


def test_why_a_name_was_kept_is_kept_no_longer_than_the_name(asked, member, coordinator):
    served(member)
    forgotten(asked, coordinator)
    assert asked.kept_until is not None

    forgetting.close_all_of(asked.person)

    assert (asked.status, asked.ground, asked.kept_until) == (ForgettingStatus.ERASED, None, None)


def test_a_wish_that_nobody_has_answered_is_over_with_the_person(asked):
    forgetting.close_all_of(asked.person)

    assert (asked.status, asked.words) == (ForgettingStatus.ERASED, "")
