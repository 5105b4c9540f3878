"""What people of one date are told, and when it is no longer true."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.activities import (
    away,
    lead_notices,
    notices,
    place_notices,
    planning,
    signups,
    single_date,
)
from volunteer.activities.models import (
    Activity,
    Occurrence,
    Signup,
    SignupStatus,
    WaitingStyle,
)
from volunteer.activities.planning import ActivityWords, RolePlan
from volunteer.activities.single_date import DatePlan
from volunteer.core.database import session, transaction
from volunteer.notifications import letters
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import OutboxMessage
from volunteer.people.away import Stretch
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")

# Wednesday, 10:00 in Chengdu, two days from now.
WEDNESDAY = datetime(2026, 10, 14, 2, tzinfo=UTC)
LATER = DatePlan(date(2026, 10, 15), time(15), time(17), "小区花园", "厨房停水")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def written(app):
    """The letters that would go out now, by kind."""

    def write() -> dict[str, Letter]:
        with app.app_context(), transaction():
            messages = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
            by_number = letters.write(messages)
            return {m.kind: by_number[m.id] for m in messages if m.id in by_number}

    return write


def lunch(**values: object) -> Occurrence:
    leader = PersonFactory(name="陈桂芳", phone="13900139000")
    return OccurrenceFactory(starts_at=WEDNESDAY, activity__leader=leader, **values)


def coordinator() -> Person:
    return PersonFactory()


def test_who_comes_to_a_moved_date_reads_when_and_where_it_is_now_and_why(written):
    signup = SignupFactory(occurrence=lunch())

    single_date.move(signup.occurrence, LATER, by=coordinator())

    letter = written()[notices.DATE_MOVED]
    assert "爱心午饭" in letter.subject
    wanted = ["Thu 15 Oct", "3:00 pm", "小区花园", "厨房停水", "139 0013 9000"]
    # So that who comes every week knows which date it is.
    wanted += ["It was to be: Wed 14 Oct"]
    for text in (letter.text, letter.html):
        assert [words for words in wanted if words not in text] == []


def test_who_has_not_read_of_the_first_move_is_not_told_of_hours_they_never_knew(written):
    signup = SignupFactory(occurrence=lunch())
    single_date.move(signup.occurrence, LATER, by=coordinator())

    single_date.move(
        signup.occurrence, replace(LATER, day=LATER.day + timedelta(days=1)), by=coordinator()
    )

    assert "It was to be" not in written()[notices.DATE_MOVED].text


def test_a_date_that_changes_its_place_alone_was_at_no_other_hour(written):
    signup = SignupFactory(occurrence=lunch())
    same = replace(single_date.plan_of(signup.occurrence), place="小区花园")

    single_date.move(signup.occurrence, same, by=coordinator())

    assert "It was to be" not in written()[notices.DATE_MOVED].text


def test_who_comes_to_a_cancelled_date_reads_when_it_would_have_been_and_why(written):
    signup = SignupFactory(occurrence=lunch())

    single_date.cancel(signup.occurrence, reason="大雨", by=coordinator())

    letter = written()[notices.DATE_CANCELLED]
    assert "Cancelled" in letter.subject
    assert "Wed 14 Oct" in letter.text
    assert "大雨" in letter.text


def test_of_two_changes_only_the_newer_is_told(written):
    signup = SignupFactory(occurrence=lunch())
    single_date.move(signup.occurrence, LATER, by=coordinator())

    single_date.cancel(signup.occurrence, reason="大雨", by=coordinator())

    assert list(written()) == [notices.DATE_CANCELLED]


def test_a_date_that_was_cancelled_and_restored_is_told_once_as_taking_place(written):
    signup = SignupFactory(occurrence=lunch())
    single_date.cancel(signup.occurrence, reason="大雨", by=coordinator())

    single_date.restore(signup.occurrence, by=coordinator())

    assert list(written()) == [notices.DATE_RESTORED]


def test_who_moved_up_reads_which_place_they_have(written):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(going, by=going.person)

    letter = written()[place_notices.PLACE_FREED]
    assert "帮厨" in letter.text
    assert "Wed 14 Oct" in letter.text


@pytest.mark.parametrize("style", [WaitingStyle.IN_LINE, WaitingStyle.ASK])
def test_who_moves_up_twice_in_one_night_reads_it_once(app, style, time_machine):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    occurrence.activity.waiting_style = style
    going = SignupFactory(occurrence=occurrence)
    mine = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    night = "2026-10-12T15:{}Z"
    time_machine.move_to(night.format("00"), tick=False)
    signups.withdraw(going, by=going.person)
    time_machine.move_to(night.format("05"), tick=False)
    signups.withdraw(mine, by=mine.person)
    signups.sign_up(occurrence, mine.role_id, going.person, by=going.person)
    signups.sign_up(occurrence, mine.role_id, mine.person, by=mine.person)
    time_machine.move_to(night.format("10"), tick=False)
    signups.withdraw(occurrence.signup_of(going.person), by=going.person)

    kind = place_notices.PLACE_FREED if style is WaitingStyle.IN_LINE else place_notices.PLACE_ASKED
    with app.app_context(), transaction():
        posted = session.query(OutboxMessage).filter_by(kind=kind, person_id=mine.person_id)
        messages = posted.order_by(OutboxMessage.id).all()
        told = sorted(letters.write(messages))

    assert told == [messages[-1].id]


def test_a_free_place_is_not_told_to_who_is_away_then_by_now_but_what_has_happened_is(written):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    occurrence.activity.waiting_style = WaitingStyle.FIRST_TO_ANSWER
    going = SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    signups.withdraw(going, by=going.person)
    told = place_notices.PLACE_OPEN in written()

    away.note(waiting.person, Stretch(occurrence.day, occurrence.day), by=waiting.person)
    asks_nobody = written() == {}
    single_date.cancel(occurrence, reason="", by=going.person)

    assert (told, asks_nobody) == (True, True)
    assert notices.DATE_CANCELLED in written()


def test_who_gave_the_freed_place_back_at_once_is_told_nothing(written):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    signups.withdraw(going, by=going.person)

    signups.withdraw(waiting, by=waiting.person)

    assert written() == {}


def test_a_freed_place_on_a_cancelled_date_is_told_as_cancelled_only(written):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    signups.withdraw(going, by=going.person)

    single_date.cancel(occurrence, reason="", by=coordinator())

    assert list(written()) == [notices.DATE_CANCELLED]


def test_moving_up_a_second_time_is_a_message_of_its_own(time_machine):
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    first = SignupFactory(occurrence=occurrence)
    mine = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    signups.withdraw(first, by=first.person)
    signups.withdraw(mine, by=mine.person)
    second = SignupFactory(occurrence=occurrence)
    time_machine.shift(60)

    signups.sign_up(occurrence, occurrence.roles[0].id, mine.person, by=mine.person)
    signups.withdraw(second, by=second.person)

    assert mine.is_going
    assert session.query(OutboxMessage).filter_by(person_id=mine.person_id).count() == 2


def test_a_message_about_a_freed_place_is_of_use_until_the_date_begins():
    occurrence = lunch(roles=[("帮厨", 1, 1)])
    going = SignupFactory(occurrence=occurrence)
    SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    signups.withdraw(going, by=going.person)

    assert session.query(OutboxMessage).one().expires_at == WEDNESDAY


def test_the_link_leads_to_the_date_at_our_own_address(app, written):
    signup = SignupFactory(occurrence=lunch())
    number = signup.occurrence_id
    single_date.cancel(signup.occurrence, reason="", by=coordinator())

    letter = written()[notices.DATE_CANCELLED]

    assert f"{app.config['BASE_URL']}/activities/dates/{number}" in letter.text


def test_many_letters_are_written_with_few_questions(app, count_queries):
    occurrence = lunch(roles=[("帮厨", 1, 60)])
    for _number in range(30):
        SignupFactory(occurrence=occurrence)
    single_date.move(occurrence, LATER, by=coordinator())

    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).all()
        with count_queries() as sent:
            written = letters.write(messages)

    assert len(written) == 30
    assert len(sent) <= 12


def two_lunches() -> tuple[Signup, Signup]:
    """One person's places on two Wednesdays."""
    signup = SignupFactory(occurrence=lunch())
    second = OccurrenceFactory(
        activity=signup.occurrence.activity, starts_at=WEDNESDAY + timedelta(weeks=1)
    )
    return signup, SignupFactory(occurrence=second, person=signup.person)


def change_place(activity: Activity, place: str) -> None:
    words = ActivityWords(
        title=activity.title,
        place=place,
        risk_note="刀具",
        roles=[RolePlan("帮厨", 1, 5, position=0)],
        leader_id=activity.leader_id,
    )
    planning.change_words(activity, words, by=coordinator())


def test_a_new_place_is_one_letter_with_all_dates_of_the_reader(written):
    first, _second = two_lunches()

    change_place(first.occurrence.activity, "黉门街8号")

    letter = written()[notices.ACTIVITY_MOVED]
    assert "another place" in letter.subject
    for text in (letter.text, letter.html):
        wanted = ["Wed 14 Oct", "Wed 21 Oct", "黉门街8号", "139 0013 9000", "爱心午饭"]
        assert [words for words in wanted if words not in text] == []


def test_a_letter_about_a_new_place_leaves_out_dates_that_were_given_back_or_cancelled(written):
    first, second = two_lunches()
    change_place(first.occurrence.activity, "黉门街8号")

    signups.withdraw(first, by=first.person)

    text = written()[notices.ACTIVITY_MOVED].text
    assert ("Wed 14 Oct" in text, "Wed 21 Oct" in text) == (False, True)
    single_date.cancel(second.occurrence, reason="", by=coordinator())
    assert list(written()) == [notices.DATE_CANCELLED]


def test_of_two_new_places_only_the_newer_is_told(app):
    first, _second = two_lunches()
    change_place(first.occurrence.activity, "黉门街8号")
    change_place(first.occurrence.activity, "小区花园")

    with app.app_context(), transaction():
        found = letters.write(session.query(OutboxMessage).all())

    (letter,) = found.values()
    assert "小区花园" in letter.text


def test_the_end_is_one_letter_with_the_cancelled_dates_and_replaces_older_ones(written):
    first, second = two_lunches()
    single_date.move(second.occurrence, LATER, by=coordinator())
    change_place(first.occurrence.activity, "黉门街8号")

    planning.end(first.occurrence.activity, by=coordinator())

    assert list(written()) == [notices.ACTIVITY_ENDED]
    letter = written()[notices.ACTIVITY_ENDED]
    for text in (letter.text, letter.html):
        wanted = ["Wed 14 Oct", "Thu 15 Oct", "has ended"]
        assert [words for words in wanted if words not in text] == []


def test_a_leader_without_a_place_is_asked_to_tell_the_coordinator(written):
    occurrence = lunch()
    leader = occurrence.activity.leader
    MembershipFactory(team=occurrence.team, person=leader)

    single_date.move(occurrence, LATER, by=coordinator())

    letter = written()[notices.DATE_MOVED]
    for text in (letter.text, letter.html):
        assert "You lead this date." in text
        assert "Your place stays yours" not in text
        assert "139 0013 9000" not in text


def test_many_letters_about_a_new_place_are_written_with_few_questions(app, count_queries):
    occurrence = lunch(roles=[("帮厨", 1, 60)])
    for _number in range(30):
        SignupFactory(occurrence=occurrence)
    change_place(occurrence.activity, "黉门街8号")

    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).all()
        with count_queries() as sent:
            written = letters.write(messages)

    assert len(written) == 30
    assert len(sent) <= 12


@pytest.mark.parametrize("is_restored", [True, False])
def test_who_has_given_the_place_back_does_not_read_that_it_stays_theirs(written, is_restored):
    signup = SignupFactory(occurrence=lunch())
    if is_restored:
        single_date.cancel(signup.occurrence, reason="", by=coordinator())
        single_date.restore(signup.occurrence, by=coordinator())
    else:
        single_date.move(signup.occurrence, LATER, by=coordinator())

    signups.withdraw(signup, by=signup.person)

    assert written() == {}


def in_a_team(occurrence: Occurrence) -> Person:
    return MembershipFactory(team=occurrence.team).person


def test_who_leads_by_now_reads_what_and_who_does_no_more_reads_who_does(app):
    occurrence = lunch()
    activity = occurrence.activity
    before = activity.leader
    MembershipFactory(team=activity.team, person=before)
    after = in_a_team(occurrence)
    words = replace(planning.words_of(activity), leader_id=after.id)
    planning.change_words(activity, words, by=coordinator())

    texts = letters_about_the_lead(app)

    assert "You lead “爱心午饭” from now on." in texts[after.id]
    assert "Wed 14 Oct" in texts[after.id]
    assert "please tell the coordinator" in texts[after.id]
    assert f"{after.name} leads it now." in texts[before.id]
    # Given back since, each reads what holds now.
    words = replace(words, leader_id=before.id)
    planning.change_words(activity, words, by=coordinator())
    texts = letters_about_the_lead(app)
    assert ["from now on" in texts[person.id] for person in (before, after)] == [True, False]


def letters_about_the_lead(app) -> dict[int, str]:
    with app.app_context(), transaction():
        messages = session.query(OutboxMessage).filter_by(kind=lead_notices.LEAD_CHANGED).all()
        found = letters.write(messages)
        return {m.person_id: found[m.id].text for m in messages if m.id in found}


def test_where_people_meet_stands_in_what_is_told_of_a_change(written):
    signup = SignupFactory(occurrence=lunch())
    activity = signup.occurrence.activity
    new = replace(planning.words_of(activity), meeting_point="东门口")

    planning.change_words(activity, new, by=coordinator())

    letter = written()[notices.ACTIVITY_MOVED]
    for text in (letter.text, letter.html):
        assert "Meet at: 东门口" in text
    single_date.move(signup.occurrence, LATER, by=coordinator())
    assert "Meet at: 东门口" in written()[notices.DATE_MOVED].text
