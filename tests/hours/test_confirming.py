"""Hours of visits and of help: who may confirm them, and what can't count."""

from datetime import datetime

import pytest

from tests.factories.deeds import visited
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.activities.attendance import closing
from volunteer.activities.attendance import queries as attendance_queries
from volunteer.activities.attendance.closing import Mark
from volunteer.activities.errors import CannotCount, OwnHours, ReasonMissing
from volunteer.activities.models import AttendanceState
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.deeds import queries as deed_queries
from volunteer.deeds.models import Deed
from volunteer.hours import confirming
from volunteer.hours.errors import NotConfirmed


@pytest.fixture
def went(team):
    """A visit of this person, that waits."""
    return lambda person, *time, **others: visited(person, *time, team=team, **others)


def reason_of(deed, minutes, by):
    with pytest.raises(CannotCount) as refused:
        confirming.confirm(deed.team, {deed.id: minutes}, by=by)
    return refused.value.reasons[deed.id]


def test_it_counts_once_a_coordinator_has_confirmed_it(went, member, team, coordinator):
    deed = went(member)
    before = attendance_queries.sum_of(member)

    done = confirming.confirm(team, {deed.id: 50}, by=coordinator.person)

    assert (before, done, attendance_queries.sum_of(member)) == (0, 1, 50)
    entry = session.query(AuditEntry).filter_by(action="deed.confirmed").one()
    assert (entry.by_id, entry.person_id) == (coordinator.person_id, member.id)
    assert entry.details == {"day": "2026-10-08", "minutes": 50, "noted_minutes": 60}


def test_its_beginning_is_corrected_with_the_minutes_and_the_log_keeps_both(
    went, member, team, coordinator
):
    deed, right = went(member), went(member, 60, "2026-10-09T15:00")
    earlier = datetime.fromisoformat("2026-10-07T09:30")
    begins = {deed.id: earlier}

    confirming.confirm(team, {deed.id: 90, right.id: 60}, begins=begins, by=coordinator.person)

    session.expire_all()
    assert (deed.wall_starts, deed.minutes) == (earlier, 90)
    assert deed.starts_at == datetime.fromisoformat("2026-10-07T01:30Z")
    assert right.wall_starts.isoformat() == "2026-10-09T15:00:00"
    entries = session.query(AuditEntry).filter_by(action="deed.confirmed").order_by("id")
    assert [entry.details for entry in entries] == [
        {"day": "2026-10-07", "minutes": 90, "noted_minutes": 60,
         "began": "2026-10-07T09:30:00", "noted_began": "2026-10-08T15:00:00"},
        {"day": "2026-10-09", "minutes": 60},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("begins", "words"),
    [
        ("2026-10-07T10:30", "at the same time"),
        ("2026-10-07T22:00", "At most twelve hours"),
        ("2026-10-12T11:30", "later than now"),
        ("2026-09-07T14:59", "more than a month"),
    ],
)
def test_another_beginning_is_looked_at_like_the_one_written_down(
    went, member, team, coordinator, served, begins, words
):
    served(member, 680, "2026-10-07")
    deed = went(member)

    with pytest.raises(CannotCount, match=words):
        confirming.confirm(
            team,
            {deed.id: 60},
            begins={deed.id: datetime.fromisoformat(begins)},
            by=coordinator.person,
        )

    session.expire_all()
    assert deed.wall_starts.isoformat() == "2026-10-08T15:00:00"
    assert not deed.is_confirmed


def test_another_beginning_makes_room_where_it_was_written_down(
    went, member, team, coordinator, served
):
    served(member, 120, "2026-10-08")
    deed = went(member, 60, "2026-10-08T11:30")
    begins = {deed.id: datetime.fromisoformat("2026-10-08T12:00")}

    assert confirming.confirm(team, {deed.id: 60}, begins=begins, by=coordinator.person) == 1


def test_nobody_confirms_their_own_even_as_the_only_coordinator(went, team, coordinator):
    deed = went(coordinator.person)

    with pytest.raises(OwnHours):
        confirming.confirm(team, {deed.id: 60}, by=coordinator.person)

    assert deed_queries.count_to_confirm(team, coordinator.person, deed.ends_at) == 0
    mate = CoordinatorFactory(team=team).person
    assert confirming.confirm(team, {deed.id: 60}, by=mate) == 1


def test_the_database_itself_lets_nobody_confirm_their_own(went, member):
    deed = went(member)
    deed.confirmed_by, deed.confirmed_at = member, deed.ends_at

    with pytest.raises(Exception, match="nobody_their_own"):
        session.commit()
    session.rollback()


def test_not_beside_other_hours_of_the_same_person(went, member, served, coordinator):
    served(member, 120, "2026-10-08", title="爱心午饭")

    deed = went(member, 60, "2026-10-08T11:30")

    assert "王秀英 has counted hours for “爱心午饭” already" in reason_of(
        deed, 60, coordinator.person
    )
    assert confirming.confirm(deed.team, {deed.id: 0}, by=coordinator.person) == 1


def test_two_visits_at_once_are_one_too_many_in_the_same_press(went, member, team, coordinator):
    first, second = went(member), went(member, 60, "2026-10-08T15:30")

    with pytest.raises(CannotCount) as refused:
        confirming.confirm(team, {first.id: 60, second.id: 60}, by=coordinator.person)

    assert list(refused.value.reasons) == [second.id]
    assert "Visiting an elder" in refused.value.reasons[second.id]
    assert not first.is_confirmed
    assert confirming.confirm(team, {first.id: 30, second.id: 60}, by=coordinator.person) == 2


def test_no_date_is_closed_over_hours_of_a_visit(went, member, team, coordinator, served):
    went(member, 60, "2026-10-08T10:30", confirmed_by=coordinator.person)
    occurrence = served(member, 60, "2026-10-08", closed_by=None).occurrence
    occurrence.ends_at = occurrence.ends_at.replace(hour=4)
    session.commit()

    with pytest.raises(CannotCount) as refused:
        closing.close(
            occurrence, {member.id: Mark(AttendanceState.CAME, 60)}, by=coordinator.person
        )

    assert "Visiting an elder" in refused.value.reasons[member.id]


def test_no_minutes_meet_nothing(went, member, coordinator, served):
    """Who signed out of a date at once, to visit somebody, and was noted there without hours."""
    deed = went(member, 120, "2026-10-08T09:00")
    occurrence = served(member, 0, "2026-10-08", closed_by=None).occurrence
    occurrence.ends_at = occurrence.ends_at.replace(hour=4)
    session.commit()

    confirming.confirm(deed.team, {deed.id: 120}, by=coordinator.person)
    closing.close(occurrence, {member.id: Mark(AttendanceState.CAME, 0)}, by=coordinator.person)
    confirming.reopen(deed, reason="只去了一个半小时", by=coordinator.person)

    assert confirming.confirm(deed.team, {deed.id: 90}, by=coordinator.person) == 1


def test_at_most_twelve_hours_of_one_day(went, member, coordinator):
    went(member, 700, "2026-10-08T00:00", confirmed_by=coordinator.person)

    assert "At most twelve hours" in reason_of(
        went(member, 60, "2026-10-08T15:00"), 60, coordinator.person
    )


@pytest.mark.parametrize("parts", [[720], [660, 60]])
def test_twelve_hours_of_one_day_are_not_too_many(went, member, team, coordinator, parts):
    begins = ["2026-10-08T00:00", "2026-10-08T12:00"]
    minutes = {went(member, 60, wall).id: part for wall, part in zip(begins, parts, strict=False)}

    assert confirming.confirm(team, minutes, by=coordinator.person) == len(parts)


def test_what_another_day_counts_takes_nothing_from_this_one(went, member, coordinator):
    went(member, 700, "2026-10-07T08:00", confirmed_by=coordinator.person)
    deed = went(member, 60, "2026-10-08T07:00")

    assert confirming.confirm(deed.team, {deed.id: 60}, by=coordinator.person) == 1


def test_in_a_week_each_meets_what_counts_of_its_own_day(went, member, served, coordinator):
    for day in ("2026-10-05", "2026-10-09"):
        served(member, 120, day)
    minutes = {went(member, 60, f"2026-10-0{day}T11:30").id: 60 for day in (5, 7, 9)}

    with pytest.raises(CannotCount) as refused:
        confirming.confirm(coordinator.team, minutes, by=coordinator.person)

    first, _second, third = minutes
    assert list(refused.value.reasons) == [first, third]


def test_not_in_the_future(went, member, coordinator):
    """It is Monday noon."""
    deed = went(member, 30, "2026-10-12T11:30")

    assert "later than now" in reason_of(deed, 31, coordinator.person)
    assert confirming.confirm(deed.team, {deed.id: 30}, by=coordinator.person) == 1


def test_only_of_ones_own_team(member, team, coordinator):
    elsewhere = visited(member, team=TeamFactory())

    assert confirming.confirm(team, {elsewhere.id: 60}, by=coordinator.person) == 0
    assert not elsewhere.is_confirmed


def test_opened_again_it_waits_with_its_reason(went, member, team, coordinator):
    deed = went(member, confirmed_by=coordinator.person)
    with pytest.raises(ReasonMissing):
        confirming.reopen(deed, reason=" ", by=coordinator.person)

    confirming.reopen(deed, reason=" 那天只去了半小时 ", by=coordinator.person)

    assert attendance_queries.sum_of(member) == 0
    assert deed.reopen_reason == "那天只去了半小时"
    assert session.query(AuditEntry).filter_by(action="deed.reopened").one().details == {
        "day": "2026-10-08", "minutes": 60,
    }  # fmt: skip
    with pytest.raises(NotConfirmed):
        confirming.reopen(deed, reason="又一次", by=coordinator.person)
    confirming.confirm(team, {deed.id: 30}, by=coordinator.person)
    assert attendance_queries.sum_of(member) == 30


def test_nobody_opens_their_own_again(went, team, coordinator):
    deed = went(coordinator.person, confirmed_by=CoordinatorFactory(team=team).person)

    with pytest.raises(OwnHours):
        confirming.reopen(deed, reason="少记了一小时", by=coordinator.person)

    assert deed.is_confirmed


def test_a_week_of_many_asks_no_question_for_each(went, team, coordinator, count_queries):
    few, many = (
        {went(MembershipFactory(team=team).person).id: 60 for _one in range(number)}
        for number in (2, 6)
    )
    with count_queries() as of_few:
        confirming.confirm(team, few, by=coordinator.person)
    with count_queries() as of_many:
        confirming.confirm(team, many, by=coordinator.person)

    # What the session has forgotten since is read once more; four more lines ask nothing.
    assert len(of_many) < len(of_few) + 4
    assert session.query(Deed).filter(Deed.confirmed_at.is_(None)).count() == 0
