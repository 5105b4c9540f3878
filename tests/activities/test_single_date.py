"""Moving, cancelling and restoring one date."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, select

from tests.activities.lunches import NOW, later
from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.teams import CoordinatorFactory
from tests.told import told_of_what
from volunteer.activities import notices, signups, single_date
from volunteer.activities.attendance import noting
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.errors import (
    AlreadyCancelled,
    AlreadyStarted,
    NotCancelled,
    NotInTheFuture,
)
from volunteer.activities.models import (
    AttendanceWay,
    Occurrence,
    OccurrenceStatus,
    Signup,
    SignupStatus,
)
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.core.errors import ChangedMeanwhile
from volunteer.core.seen import mark_of
from volunteer.notifications import quiet
from volunteer.notifications.models import OutboxMessage
from volunteer.notifications.quiet import Hours
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database", "on_monday")


def crowd(**values: object) -> tuple[Occurrence, list[Person]]:
    """A date with one going, one waiting and one who gave the place back; and whom it concerns."""
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)], **values)
    statuses = (SignupStatus.GOING, SignupStatus.WAITING, SignupStatus.WITHDRAWN)
    people = [SignupFactory(occurrence=occurrence, status=s).person for s in statuses]
    return occurrence, people[:2]


def test_moving_tells_everybody_going_and_waiting_once(coordinator):
    occurrence, concerned = crowd()

    assert single_date.move(occurrence, later(occurrence), by=coordinator) is True

    assert (occurrence.is_changed, occurrence.holiday_answer) == (True, None)
    assert told_of_what() == {(notices.DATE_MOVED, person.id): 1 for person in concerned}


@pytest.mark.parametrize(("minutes", "are_noted"), [(30, True), (24 * 60, False)])
def test_who_had_come_before_it_was_moved_to_another_hour_has_not_come_then(
    coordinator, time_machine, minutes, are_noted
):
    occurrence, people = crowd()
    begins = occurrence.wall_starts + timedelta(minutes=minutes)
    time_machine.move_to(occurrence.starts_at - timedelta(minutes=40), tick=False)
    noting.check_in(occurrence, people[0], way=AttendanceWay.WALL, by=people[0])
    noting.note(occurrence, people[1], by=coordinator)

    single_date.move(
        occurrence,
        later(occurrence, day=begins.date(), starts=begins.time(), ends=time(23, 30)),
        by=coordinator,
    )

    assert bool(attendance_queries.list_attendances(occurrence)) is are_noted


def test_cancelling_tells_everybody_going_and_waiting_once(coordinator):
    occurrence, concerned = crowd()

    single_date.cancel(occurrence, reason="大雨", by=coordinator)

    assert told_of_what() == {(notices.DATE_CANCELLED, person.id): 1 for person in concerned}
    assert occurrence.change_note == "大雨"


def test_restoring_keeps_the_people_and_tells_them_once(coordinator):
    occurrence, concerned = crowd()
    single_date.cancel(occurrence, reason="大雨", by=coordinator)

    single_date.restore(occurrence, by=coordinator)

    assert (occurrence.status, occurrence.holiday_answer) == (OccurrenceStatus.PLANNED, None)
    assert {s.person for s in occurrence.active_signups} == set(concerned)
    assert sum(told_of_what()[notices.DATE_RESTORED, person.id] for person in concerned) == 2


def test_a_change_that_changes_nothing_tells_nobody(coordinator):
    occurrence, _concerned = crowd()
    same = DatePlan(
        day=occurrence.day,
        starts=occurrence.wall_starts.time(),
        ends=occurrence.wall_ends.time(),
        place=occurrence.place,
        note="nothing",
    )

    assert single_date.move(occurrence, same, by=coordinator) is False

    assert told_of_what() == {}


def test_moved_twice_from_one_page_nobody_is_told_that_somebody_else_was_quicker(coordinator):
    occurrence, _concerned = crowd()
    seen, plan = mark_of(single_date.plan_of(occurrence)), later(occurrence, note="停水")

    moved = [single_date.move(occurrence, plan, by=coordinator, seen=seen) for _ in range(2)]

    assert moved == [True, False]
    with pytest.raises(ChangedMeanwhile):
        single_date.move(occurrence, later(occurrence), by=coordinator, seen=seen)


def test_each_change_is_a_message_of_its_own(coordinator):
    occurrence, concerned = crowd()

    single_date.move(occurrence, later(occurrence), by=coordinator)
    single_date.move(occurrence, later(occurrence, starts=time(14)), by=coordinator)

    assert told_of_what() == {(notices.DATE_MOVED, person.id): 2 for person in concerned}
    assert occurrence.revision == 2


def test_a_message_about_a_change_is_of_use_until_a_while_after_the_new_beginning(coordinator):
    occurrence, _concerned = crowd()

    single_date.move(occurrence, later(occurrence), by=coordinator)

    (limit,) = {m.expires_at for m in session.scalars(select(OutboxMessage))}
    assert limit == occurrence.starts_at + notices.STILL_WORTH_TELLING


def test_the_trail_says_who_moved_and_cancelled(coordinator):
    occurrence, _concerned = crowd()

    single_date.move(occurrence, later(occurrence), by=coordinator)
    single_date.cancel(occurrence, reason="", by=coordinator)

    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.by_id == coordinator.id).order_by(AuditEntry.id)
    )
    assert [(entry.action, entry.team_id) for entry in entries] == [
        ("date.moved", occurrence.team.id),
        ("date.cancelled", occurrence.team.id),
    ]


def test_no_date_is_moved_into_the_past(coordinator):
    occurrence, _concerned = crowd()

    with pytest.raises(NotInTheFuture, match="still to come"):
        single_date.move(occurrence, later(occurrence, day=date(2026, 10, 11)), by=coordinator)
    now = later(occurrence, day=date(2026, 10, 12), starts=time(16))
    with pytest.raises(NotInTheFuture):
        single_date.move(occurrence, now, by=coordinator)

    assert (occurrence.is_changed, told_of_what()) == (False, {})


def test_a_cancelled_date_is_neither_moved_nor_cancelled_again(coordinator):
    occurrence = OccurrenceFactory(status=OccurrenceStatus.CANCELLED)

    with pytest.raises(AlreadyCancelled, match="cancelled already"):
        single_date.move(occurrence, later(occurrence), by=coordinator)
    with pytest.raises(AlreadyCancelled):
        single_date.cancel(occurrence, reason="", by=coordinator)


def test_a_date_that_takes_place_needs_no_restoring(coordinator):
    with pytest.raises(NotCancelled, match="takes place as planned"):
        single_date.restore(OccurrenceFactory(), by=coordinator)


def test_a_date_that_has_begun_stays_as_it_is(coordinator):
    occurrence = OccurrenceFactory(starts_at=NOW - timedelta(minutes=5))

    with pytest.raises(AlreadyStarted):
        single_date.move(occurrence, later(occurrence), by=coordinator)
    with pytest.raises(AlreadyStarted):
        single_date.cancel(occurrence, reason="", by=coordinator)
    with pytest.raises(AlreadyStarted):
        single_date.restore(occurrence, by=coordinator)


@pytest.fixture
def nights(database):
    quiet.use(Hours(time(21), time(8)))
    yield
    quiet.use(None)


def breakfast() -> Signup:
    """On Tuesday at seven in the morning, an hour before the quiet hours end."""
    begins = datetime(2026, 10, 12, 23, tzinfo=UTC)
    return SignupFactory(occurrence=OccurrenceFactory(starts_at=begins))


@pytest.mark.parametrize("step", ["cancelled", "moved"])
def test_who_would_set_out_before_the_quiet_hours_end_hears_of_it_at_night(
    coordinator, nights, time_machine, step
):
    occurrence = breakfast().occurrence
    ten_at_night = datetime(2026, 10, 12, 14, tzinfo=UTC)
    time_machine.move_to(ten_at_night, tick=False)

    if step == "cancelled":
        single_date.cancel(occurrence, reason="停水", by=coordinator)
    else:
        single_date.move(occurrence, later(occurrence), by=coordinator)

    (message,) = session.scalars(select(OutboxMessage))
    assert message.next_try_at == ten_at_night


def test_who_loses_the_place_would_have_set_out_early_and_hears_of_it_at_night(
    coordinator, nights, time_machine
):
    signup = breakfast()
    there = later(signup.occurrence)
    in_the_afternoon = datetime(2026, 10, 14, 7, tzinfo=UTC)
    SignupFactory(occurrence__starts_at=in_the_afternoon, person=signup.person)
    ten_at_night = datetime(2026, 10, 12, 14, tzinfo=UTC)
    time_machine.move_to(ten_at_night, tick=False)

    single_date.move(signup.occurrence, there, by=coordinator)

    (message,) = session.scalars(select(OutboxMessage))
    assert message.kind == notices.ACTIVITY_CHANGED
    assert message.next_try_at == ten_at_night


def test_what_can_be_told_in_the_morning_still_waits_for_it(coordinator, nights, time_machine):
    occurrence = SignupFactory(occurrence=OccurrenceFactory()).occurrence
    time_machine.move_to(datetime(2026, 10, 12, 14, tzinfo=UTC), tick=False)

    single_date.cancel(occurrence, reason="停水", by=coordinator)

    (message,) = session.scalars(select(OutboxMessage))
    assert message.next_try_at == datetime(2026, 10, 13, tzinfo=UTC)


def test_a_place_given_back_while_the_date_was_off_goes_to_who_waits_when_it_is_on_again(
    coordinator,
):
    occurrence, (going, waiting) = crowd()
    single_date.cancel(occurrence, reason="停水", by=coordinator)
    signups.withdraw(occurrence.signup_of(going), by=going)

    single_date.restore(occurrence, by=coordinator)

    assert occurrence.signup_of(waiting).is_going
    assert told_of_what()["place_freed", waiting.id] == 1


def test_moved_away_from_the_cut_off_the_waiting_list_moves_by_itself_again(coordinator):
    occurrence, (going, waiting) = crowd(activity__cutoff_hours=72)
    signups.withdraw(occurrence.signup_of(going), by=going)
    still_waits = occurrence.signup_of(waiting).is_waiting

    next_week = later(occurrence, day=occurrence.day + timedelta(weeks=1))
    single_date.move(occurrence, next_week, by=coordinator)

    assert (still_waits, occurrence.signup_of(waiting).is_going) == (True, True)


def test_who_is_elsewhere_by_now_loses_the_place_on_a_date_that_is_on_again(signed_in_as):
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    freed, kept = SignupFactory(occurrence=occurrence), SignupFactory(occurrence=occurrence)
    single_date.cancel(occurrence, reason="", by=coordinator)
    other = OccurrenceFactory(activity__team=occurrence.team)
    signups.sign_up(other, other.roles[0].id, freed.person, by=freed.person)
    session.execute(delete(OutboxMessage))
    session.commit()

    page = signed_in_as(coordinator).post(
        f"/activities/dates/{occurrence.id}/restoration", follow_redirects=True
    )

    assert (freed.is_active, kept.is_going) == (False, True)
    assert f"lose their places, and are told: {freed.person.name}." in page.text
    sent = {m.person_id: m for m in session.scalars(select(OutboxMessage))}
    assert sent[kept.person_id].kind == notices.DATE_RESTORED
    letter = notices.write_what_changed([sent[freed.person_id]])[sent[freed.person_id].id]
    assert "You have promised to be somewhere else at that time" in letter.text


def test_who_is_elsewhere_at_the_new_time_is_named_before_the_move_and_loses_the_place(
    signed_in_as,
):
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    busy, kept = SignupFactory(occurrence=occurrence), SignupFactory(occurrence=occurrence)
    starts_at = occurrence.starts_at + timedelta(days=1)
    other = OccurrenceFactory(activity__team=occurrence.team, starts_at=starts_at)
    signups.sign_up(other, other.roles[0].id, busy.person, by=busy.person)
    browser, address = signed_in_as(coordinator), f"/activities/dates/{occurrence.id}/change"
    form = {
        "day": f"{other.day}", "place": occurrence.place, "note": "",
        "starts": f"{other.wall_starts:%H:%M}", "ends": f"{other.wall_ends:%H:%M}",
    }  # fmt: skip

    asked = browser.post(address, data=form).text
    sure = re.search(r'name="sure" value="([^"]+)"', asked)[1]
    otherwise = browser.post(address, data=form | {"sure": "2026-10-14 10:00:00 12:00:00"}).text
    before = (busy.is_going, occurrence.day == other.day)
    browser.post(address, data=form | {"sure": sure})

    named = f"lose their places, and are told: {busy.person.name}."
    assert (named in asked, named in otherwise, before) == (True, True, (True, False))
    assert (busy.is_active, kept.is_going, occurrence.day) == (False, True, other.day)
    assert told_of_what() == {
        (notices.ACTIVITY_CHANGED, busy.person_id): 1,
        (notices.DATE_MOVED, kept.person_id): 1,
    }


@pytest.mark.parametrize("is_moved", [True, False])
def test_who_alone_had_a_place_and_is_elsewhere_is_counted_as_told(signed_in_as, is_moved):
    occurrence = OccurrenceFactory()
    coordinator = CoordinatorFactory(team=occurrence.team).person
    busy = SignupFactory(occurrence=occurrence)
    other = OccurrenceFactory(
        activity__team=occurrence.team, starts_at=occurrence.starts_at + timedelta(days=is_moved)
    )
    if not is_moved:
        single_date.cancel(occurrence, reason="", by=coordinator)
    signups.sign_up(other, other.roles[0].id, busy.person, by=busy.person)
    browser, address = signed_in_as(coordinator), f"/activities/dates/{occurrence.id}"
    if is_moved:
        form = {
            "day": f"{other.day}", "place": occurrence.place, "note": "",
            "starts": f"{other.wall_starts:%H:%M}", "ends": f"{other.wall_ends:%H:%M}",
        }  # fmt: skip
        asked = browser.post(f"{address}/change", data=form).text
        form["sure"] = re.search(r'name="sure" value="([^"]+)"', asked)[1]
        page = browser.post(f"{address}/change", data=form, follow_redirects=True).text
    else:
        page = browser.post(f"{address}/restoration", follow_redirects=True).text

    done = "Changed." if is_moved else "It takes place after all."
    assert f"{done} 1 person is being told." in page
    assert "nobody needs to be told" not in page


def test_who_loses_the_place_on_one_date_does_not_read_that_the_series_is_planned_anew(coordinator):
    occurrence = OccurrenceFactory()
    busy = SignupFactory(occurrence=occurrence)
    other = OccurrenceFactory(starts_at=occurrence.starts_at + timedelta(days=1))
    SignupFactory(occurrence=other, person=busy.person)
    there = later(occurrence, starts=other.wall_starts.time(), ends=other.wall_ends.time())

    single_date.move(occurrence, there, by=coordinator)

    (message,) = session.scalars(select(OutboxMessage))
    letter = notices.write_what_changed([message])[message.id]
    assert "planned differently from now on" not in letter.text + letter.html
    assert "has another time, or takes place after all." in letter.text
    assert "has another time, or takes place after all." in letter.html


def test_who_goes_on_to_another_date_right_after_keeps_the_place_when_it_takes_place_again():
    occurrence = OccurrenceFactory()
    signup = SignupFactory(occurrence=occurrence)
    single_date.cancel(occurrence, reason="", by=signup.person)
    before = occurrence.starts_at - timedelta(hours=2)
    for begins in (before, occurrence.ends_at, occurrence.ends_at + timedelta(hours=5)):
        SignupFactory(occurrence__starts_at=begins, person=signup.person)

    single_date.restore(occurrence, by=signup.person)

    assert signup.is_going


def test_who_is_under_18_is_named_before_a_date_moves_into_the_night_and_loses_the_place():
    occurrence = OccurrenceFactory()
    young = SignupFactory(occurrence=occurrence, person=member_of(occurrence, birth_year=2010))
    grown = SignupFactory(occurrence=occurrence, person=member_of(occurrence, birth_year=1960))
    tonight = later(occurrence, starts=time(20), ends=time(22))

    named = single_date.who_is_elsewhere(occurrence, tonight)
    in_the_afternoon = single_date.who_is_elsewhere(occurrence, later(occurrence))
    single_date.move(occurrence, later(occurrence), by=grown.person)
    still_comes = young.is_active
    single_date.move(occurrence, tonight, by=grown.person)

    assert (named, in_the_afternoon, still_comes) == ([young.person], [], True)
    assert (young.is_active, grown.is_going) == (False, True)
    message = session.scalars(
        select(OutboxMessage).where(
            OutboxMessage.person_id == young.person_id,
            OutboxMessage.kind == notices.ACTIVITY_CHANGED,
        )
    ).one()
    letter = notices.write_what_changed([message])[message.id]
    assert "Who is under 18 can't come at night" in letter.text
    assert "Who is under 18 can't come at night" in letter.html


def night_of(young: dict[str, int], **activity: object) -> tuple[Occurrence, Signup]:
    """From eight to ten in the evening, with somebody who is not grown up."""
    begins = datetime(2026, 10, 14, 12, tzinfo=UTC)
    occurrence = OccurrenceFactory(starts_at=begins, **activity)
    return occurrence, SignupFactory(occurrence=occurrence, person=member_of(occurrence, **young))


YOUNG = {"birth_year": 2010}


def test_a_date_at_night_that_is_on_again_keeps_whom_it_had(coordinator):
    occurrence, young = night_of(YOUNG)
    single_date.cancel(occurrence, reason="", by=coordinator)

    single_date.restore(occurrence, by=coordinator)

    assert young.is_going


def test_what_is_done_at_any_hour_is_neither_at_night_nor_at_the_time_of_anything(coordinator):
    occurrence, young = night_of(YOUNG, activity__is_task=True)
    SignupFactory(
        occurrence__starts_at=occurrence.starts_at + timedelta(days=1), person=young.person
    )
    tomorrow = later(occurrence, starts=time(20), ends=time(22))

    named = single_date.who_is_elsewhere(occurrence, tomorrow)
    single_date.move(occurrence, tomorrow, by=coordinator)

    assert (named, young.is_going) == ([], True)


def test_who_is_too_young_and_elsewhere_is_named_once(coordinator):
    occurrence = OccurrenceFactory()
    young = SignupFactory(occurrence=occurrence, person=member_of(occurrence, **YOUNG))
    tonight = later(occurrence, starts=time(20), ends=time(22))
    begins = occurrence.starts_at + timedelta(days=1, hours=4)
    there = {"occurrence__starts_at": begins, "occurrence__ends_at": begins + timedelta(hours=20)}
    SignupFactory(person=young.person, **there)

    single_date.move(occurrence, tonight, by=coordinator)

    message = session.scalars(
        select(OutboxMessage).where(OutboxMessage.person_id == young.person_id)
    ).one()
    assert not young.is_active
    assert message.about["occurrence_ids"] == [occurrence.id]
    (gone,) = session.scalars(select(AuditEntry).where(AuditEntry.person_id == young.person_id))
    assert gone.by_id == coordinator.id


def test_who_loses_a_place_on_one_date_and_then_on_the_next_is_told_of_both(coordinator):
    first = OccurrenceFactory()
    second = OccurrenceFactory(
        activity=first.activity, starts_at=first.starts_at + timedelta(weeks=1)
    )
    person = member_of(first)
    for occurrence in (first, second):
        SignupFactory(occurrence=occurrence, person=person)
        begins = occurrence.starts_at + timedelta(days=1)
        SignupFactory(occurrence__starts_at=begins, person=person)

    for occurrence in (first, second):
        hours = {"starts": occurrence.wall_starts.time(), "ends": occurrence.wall_ends.time()}
        single_date.move(occurrence, later(occurrence, **hours), by=coordinator)

    assert told_of_what()[notices.ACTIVITY_CHANGED, person.id] == 2
