"""A month's draft: proposed, changed by hand, proposed again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.activities.rota import crews
from tests.activities.rota.crews import FIRST, NOVEMBER
from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.activities import planning, single_date
from volunteer.activities.errors import (
    BusyThen,
    NotAnActiveMember,
    RotaChanged,
    TwiceOnOneDate,
    WishesSomebodyElse,
)
from volunteer.activities.models import RotaSeat, Signup, SignupStatus
from volunteer.activities.planning import ActivityWords, RolePlan
from volunteer.activities.queries import delete_dates, get_activity
from volunteer.activities.rota import (
    board,
    drafts,
    loading,
    publishing,
    queries,
    reasons,
    solving,
    wishes,
)
from volunteer.activities.rota.problem import Terms
from volunteer.activities.rota.wishes import Wishes
from volunteer.audit.models import AuditEntry
from volunteer.core import language
from volunteer.core.database import session, transaction
from volunteer.people import away
from volunteer.people.away import Stretch
from volunteer.people.models import Slot
from volunteer.teams import membership as memberships
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database", "in_october")


def names(draft):
    return [seat.person_id for seat in draft.seats]


def why(seat):
    return [one["why"] for one in seat.reasons]


def said(seat, crew):
    names = {person.id: person.name for person in crew.people}
    with crew.app.app_context(), language.speaking(language.ENGLISH):
        return reasons.sentence(seat.reasons, names)


# --- proposing ----------------------------------------------------------------------------------


def test_who_is_away_gets_no_seat_then_and_the_gap_says_so(crew_of):
    crew = crew_of(members=1)
    first, second = crew.date(0), crew.date(1)
    person = crew.people[0]
    away.note(person, Stretch(first.day, first.day), by=person)

    draft = crew.propose()

    seats = {seat.occurrence_id: seat for seat in draft.seats}
    assert seats[second.id].person_id == person.id
    assert seats[first.id].person_id is None
    assert "away then, as they said" in said(seats[first.id], crew)


def test_a_proposal_fills_what_is_needed_and_tells_nobody(crew_of):
    crew = crew_of()
    crew.date(0), crew.date(1), crew.date(5)

    draft = crew.propose()

    assert len(set(names(draft))) == 2
    assert set(names(draft)) <= {person.id for person in crew.people}
    assert session.scalars(select(Signup)).all() == []
    assert crews.messages() == []


def test_it_fills_every_place_when_asked_to(crew_of):
    crew = crew_of()
    crew.date()

    draft = crew.propose(Terms(up_to_most=True))

    assert len(names(draft)) == 3


def test_who_has_signed_up_already_counts_and_who_gave_back_is_not_asked_again(crew_of):
    crew = crew_of(members=2)
    one, two = crew.people
    occurrence = crew.date(roles=[("帮厨", 2, 3)])
    SignupFactory(occurrence=occurrence, person=one)
    SignupFactory(occurrence=occurrence, person=two, status=SignupStatus.WITHDRAWN)

    (seat,) = crew.propose().seats

    assert seat.person_id is None
    assert said(seat, crew) == (
        "1 more person has time on Wed morning, but is not able to come to this one, as they said."
    )


def test_who_came_least_lately_is_asked_first_and_the_sentence_says_so(crew_of):
    crew = crew_of(members=2)
    often, seldom = crew.people
    for weeks in (1, 2, 3):
        SignupFactory(occurrence=crew.date(-weeks), person=often)
    crew.date()

    (seat,) = crew.propose().seats

    assert seat.person_id == seldom.id
    assert said(seat, crew) == "Has not come in the last four weeks, any time may suit."


def test_the_sentence_says_how_often_when_and_what_somebody_has_done(crew_of):
    crew = crew_of(members=1, person__free_slots=[Slot.WED_AM])
    for weeks in (2, 8):
        SignupFactory(occurrence=crew.date(-weeks), person=crew.people[0])
    crew.date()

    (seat,) = crew.propose().seats

    assert said(seat, crew) == (
        "Came only 1 time in the last four weeks, has time on Wed morning, has done “帮厨” 1 time."
    )


def test_a_seat_that_stays_empty_says_what_keeps_those_who_have_time(crew_of):
    crew = crew_of(members=3, person__free_slots=[Slot.WED_AM])
    MembershipFactory(team=crew.team, person__free_slots=[Slot.SUN_AM])
    for week in range(4):
        crew.date(week, roles=[("帮厨", 4, 5)])

    draft = crew.propose(Terms(most_a_month=2))

    gaps = [seat for seat in draft.seats if seat.person_id is None]
    assert len(gaps) == 4 * 4 - 3 * 2
    assert said(gaps[0], crew) == (
        "1 more person has time on Wed morning, but is asked often enough this month "
        "(2 times at most)."
    )


def test_a_task_is_done_at_any_time_of_its_day_so_nobodys_free_times_keep_them(crew_of):
    crew = crew_of(members=1, person__free_slots=[Slot.SUN_AM])
    crew.activity.is_task = True
    crew.date(roles=[("帮厨", 2, 3)])

    chosen, gap = crew.propose().seats

    assert chosen.person_id == crew.people[0].id
    assert said(chosen, crew) == "Has not come in the last four weeks, any time may suit."
    assert said(gap, crew) == "Nobody else has time on that day."


def test_a_seat_for_which_nobody_has_time_says_so(crew_of):
    crew = crew_of(members=2, person__free_slots=[Slot.SUN_AM])
    crew.date()

    (seat,) = crew.propose().seats

    assert said(seat, crew) == "Nobody else has time on Wed morning."


def test_wishes_are_thought_of(crew_of):
    crew = crew_of(members=3)
    lazy, keen, friend = crew.members
    wishes.write_down(lazy, Wishes(most_a_month=0), by=lazy.person)
    wishes.write_down(keen, Wishes(works=["帮厨"]), by=crew.by)
    wishes.write_down(friend, Wishes(beside=[keen.person_id]), by=friend.person)
    crew.date(roles=[("帮厨", 2, 3)])
    crew.date(1)

    draft = crew.propose()

    together = [seat for seat in draft.seats if seat.occurrence_id == draft.seats[0].occurrence_id]
    assert {seat.person_id for seat in together} == {keen.person_id, friend.person_id}
    assert lazy.person_id not in names(draft)
    (wish,) = [seat for seat in together if seat.person_id == friend.person_id]
    assert f"likes to go with {keen.person.name}" in said(wish, crew)


def test_who_is_new_goes_beside_somebody_who_knows_the_work(crew_of):
    crew = crew_of(members=3)
    old = crew.people[0]
    for weeks in (30, 31, 32):
        SignupFactory(occurrence=crew.date(-weeks), person=old)
    crew.date(roles=[("帮厨", 2, 2)])

    draft = crew.propose()

    assert old.id in names(draft)
    (new,) = [seat for seat in draft.seats if seat.person_id != old.id]
    assert f"is new and goes with {old.name}, who knows the work" in said(new, crew)


def test_places_with_other_teams_and_near_the_month_are_respected(crew_of):
    crew = crew_of(members=2)
    elsewhere, resting = crew.people
    SignupFactory(occurrence=OccurrenceFactory(starts_at=FIRST), person=elsewhere)
    SignupFactory(occurrence=OccurrenceFactory(starts_at=FIRST - timedelta(days=1)), person=resting)
    crew.date()

    (seat,) = crew.propose().seats

    assert seat.person_id is None
    assert said(seat, crew) == (
        "2 more people have time on Wed morning: 1 somewhere else then; 1 coming on a day near it."
    )


def test_the_built_in_solver_proposes_where_the_extra_is_not_installed(crew_of, monkeypatch):
    crew = crew_of()
    crew.date()
    monkeypatch.setattr(solving, "find_spec", lambda _name: None)
    monkeypatch.setitem(__import__("sys").modules, "highspy", None)

    assert len(crew.propose().to_invite) == 1


def test_loading_asks_a_fixed_number_of_questions(crew_of, count_queries):
    crew = crew_of(members=12)
    for week in range(4):
        SignupFactory(occurrence=crew.date(week, roles=[("帮厨", 2, 3), ("买菜", 1, 2)]))

    with count_queries() as sent:
        loading.problem_of(loading.look_at(crew.team, NOVEMBER), Terms())

    assert len(sent) <= 8


def test_a_month_is_made_of_those_of_its_own_dates_that_are_still_to_come(crew_of, time_machine):
    crew = crew_of()
    october, past, cancelled, ahead, december = (crew.date(week) for week in (-1, 0, 1, 2, 4))
    single_date.cancel(cancelled, reason="", by=crew.by)
    paused = crew.members[0]
    memberships.pause(paused, by=crew.by)

    in_october = loading.look_at(crew.team, NOVEMBER)
    time_machine.move_to(FIRST, tick=False)
    on_the_first_date = loading.look_at(crew.team, NOVEMBER)

    assert [one.id for one in in_october.dates] == [past.id, ahead.id]
    assert [one.id for one in on_the_first_date.dates] == [ahead.id]
    assert {october.day.month, december.day.month} == {10, 12}
    assert paused.person_id not in {person.id for person in on_the_first_date.people}


def test_who_was_invited_stays_on_the_draft_when_the_rest_is_proposed(crew_of):
    crew = crew_of(members=2)
    occurrence = crew.date()
    drafts.seat_somebody(crew.propose().seats[0], crew.people[0], by=crew.by)
    publishing.publish(queries.find_draft(crew.team, NOVEMBER), by=crew.by)
    occurrence.roles[0].minimum = 2
    session.commit()

    draft = crew.propose()

    assert sorted(names(draft)) == sorted(person.id for person in crew.people)
    assert [seat.person_id for seat in draft.to_invite] == [crew.people[1].id]


# --- by hand, and again -------------------------------------------------------------------------


def test_what_was_set_by_hand_stays_and_proposing_again_fills_only_the_gaps(crew_of):
    crew = crew_of(members=5)
    crew.date(0), crew.date(1), crew.date(2)
    first, second, third = crew.propose().seats
    chosen = next(p for p in crew.people if p.id != first.person_id)
    drafts.seat_somebody(first, chosen, by=crew.by)
    drafts.clear(second, by=crew.by)
    kept = third.person_id

    draft = crew.propose()

    by_date = {seat.occurrence_id: seat for seat in draft.seats}
    assert by_date[first.occurrence_id].person_id == chosen.id
    assert by_date[first.occurrence_id].is_pinned
    assert why(by_date[first.occurrence_id]) == ["chosen"]
    assert by_date[third.occurrence_id].person_id == kept
    assert by_date[second.occurrence_id].person_id is not None
    assert len(draft.seats) == 3


def test_a_seat_that_is_kept_empty_by_hand_stays_empty(crew_of):
    crew = crew_of()
    crew.date()
    drafts.keep_empty(crew.propose().seats[0], by=crew.by)

    for afresh in (False, True):
        (seat,) = crew.propose(afresh=afresh).seats
        assert (seat.person_id, said(seat, crew)) == (None, "Kept empty by hand.")


def test_proposed_afresh_only_what_was_set_by_hand_stays(crew_of):
    crew = crew_of(members=2)
    seldom, often = crew.people
    crew.date(0), crew.date(1)
    pinned, _other = crew.propose().seats
    drafts.seat_somebody(pinned, often, by=crew.by)
    wishes.write_down(crew.members[0], Wishes(most_a_month=0), by=seldom)

    draft = crew.propose(Terms(most_a_month=1), afresh=True)

    assert {seat.person_id for seat in draft.seats} == {often.id, None}


def test_a_proposed_person_who_left_or_said_no_meanwhile_makes_room(crew_of):
    crew = crew_of(members=2)
    crew.date()
    gone = crew.propose().seats[0].person
    memberships.pause(next(m for m in crew.members if m.person_id == gone.id), by=crew.by)

    (seat,) = crew.propose().seats

    assert seat.person_id not in {gone.id, None}


def test_who_was_proposed_and_has_said_no_themselves_makes_room(crew_of):
    crew = crew_of(members=2)
    occurrence = crew.date()
    (seat,) = crew.propose().seats
    gone, other = seat.person, next(p for p in crew.people if p.id != seat.person_id)
    SignupFactory(occurrence=occurrence, person=gone, status=SignupStatus.WITHDRAWN)

    (seat,) = crew.propose().seats

    assert seat.person_id == other.id


@pytest.mark.parametrize("status", [MembershipStatus.PAUSED, MembershipStatus.LEFT])
def test_only_active_members_can_be_chosen(crew_of, status):
    crew = crew_of()
    crew.date()
    (seat,) = crew.propose().seats
    away = MembershipFactory(team=crew.team, status=status).person

    for person in (away, PersonFactory()):
        with pytest.raises(NotAnActiveMember):
            drafts.seat_somebody(seat, person, by=crew.by)


def test_nobody_is_chosen_twice_on_one_date_nor_while_they_are_elsewhere(crew_of):
    crew = crew_of(members=4)
    occurrence = crew.date(roles=[("帮厨", 2, 3)])
    one, two = crew.propose().seats
    free = [p for p in crew.people if p.id not in {one.person_id, two.person_id}]
    SignupFactory(occurrence=OccurrenceFactory(starts_at=FIRST), person=free[0])
    SignupFactory(occurrence=occurrence, person=free[1])

    for person, refusal in ((two.person, TwiceOnOneDate), (free[0], BusyThen),
                            (free[1], TwiceOnOneDate)):  # fmt: skip
        with pytest.raises(refusal):
            drafts.seat_somebody(one, person, by=crew.by)


def test_a_date_that_is_taken_off_meanwhile_is_said_in_a_sentence(crew_of, monkeypatch):
    """A series that changes takes off dates that nobody has anything to do with."""
    crew = crew_of()
    occurrence = crew.date()
    thinking = solving.solve

    def slowly(problem):
        with transaction():
            delete_dates([occurrence.id])
        return thinking(problem)

    monkeypatch.setattr(solving, "solve", slowly)
    with pytest.raises(RotaChanged):
        crew.propose()


def test_a_change_meanwhile_is_not_lost_under_a_proposal(crew_of, monkeypatch):
    crew = crew_of()
    crew.date()
    (seat,) = crew.propose().seats
    thinking = solving.solve

    def slowly(problem):
        drafts.keep_empty(session.get(RotaSeat, seat.id), by=crew.by)
        return thinking(problem)

    monkeypatch.setattr(solving, "solve", slowly)

    with pytest.raises(RotaChanged):
        crew.propose()
    assert session.get(RotaSeat, seat.id).is_pinned


def test_with_a_kind_of_work_that_is_taken_away_go_its_seats(crew_of):
    crew = crew_of()
    activity = ActivityFactory(team=crew.team, roles=[("帮厨", 1, 3), ("买菜", 1, 2)])
    OccurrenceFactory(activity=activity, starts_at=FIRST, roles=[("帮厨", 1, 3), ("买菜", 1, 2)])
    assert len(crew.propose().seats) == 2
    words = ActivityWords("爱心午饭", "活动室", "无明显风险", [RolePlan("帮厨", 1, 3, position=0)])

    planning.change_words(get_activity(activity.id), words, by=crew.by)

    assert len(session.scalars(select(RotaSeat)).all()) == 1


# --- wishes -------------------------------------------------------------------------------------


def test_wishes_are_written_down_once_and_changed_later(crew_of):
    crew = crew_of(members=2)
    one, other = crew.members
    wishes.write_down(one, Wishes(3, ["帮厨"], [other.person_id]), by=one.person)

    wishes.write_down(one, Wishes(works=["买菜"]), by=crew.by)

    wish = queries.find_wish(one)
    assert (wish.most_a_month, wish.works, wish.beside, wish.by_id) == (
        None, ["买菜"], [], crew.by.id,
    )  # fmt: skip
    assert (
        session.scalars(
            select(AuditEntry.person_id).where(AuditEntry.action == "rota.wished")
        ).all()
        == [one.person_id] * 2
    )


def test_one_can_wish_to_go_with_members_of_the_team_only(crew_of):
    crew = crew_of(members=1)

    for stranger in (PersonFactory().id, crew.people[0].id):
        with pytest.raises(WishesSomebodyElse):
            wishes.write_down(crew.members[0], Wishes(beside=[stranger]), by=crew.by)


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [
        (date(2026, 1, 1), date(2025, 12, 1), date(2026, 2, 1)),
        (date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1)),
        (date(2026, 6, 1), date(2026, 5, 1), date(2026, 7, 1)),
    ],
)
def test_months_follow_one_another(first, before, after):
    assert (loading.month_before(first), loading.month_after(first)) == (before, after)


@pytest.mark.parametrize("is_pinned", [False, True])
def test_who_was_proposed_for_work_that_is_done_no_more_is_free_for_other_work(crew_of, is_pinned):
    crew = crew_of(members=1)
    occurrence = crew.date(roles=[("帮厨", 1, 1), ("买菜", 0, 1)])
    (seat,) = crew.propose().seats
    cooking, shopping = occurrence.roles
    seat.is_pinned = is_pinned
    cooking.is_closed, cooking.minimum, shopping.minimum = True, 0, 1
    session.commit()

    draft = crew.propose()

    assert [(s.person_id, s.role_id) for s in draft.seats] == [(crew.people[0].id, shopping.id)]


def test_work_that_is_done_no_more_and_that_nobody_has_is_not_on_the_board(crew_of):
    crew = crew_of(members=1)
    occurrence = crew.date(roles=[("帮厨", 1, 1), ("买菜", 0, 1)])
    occurrence.roles[1].is_closed = True
    session.commit()

    (row,) = board.lay_out(loading.look_at(crew.team, NOVEMBER), None).rows

    assert [work.role.name for work in row.works] == ["帮厨"]


def test_one_can_wish_to_go_with_everybody_else_in_the_team(crew_of):
    crew = crew_of(members=2)
    one, two = crew.members

    wish = wishes.write_down(one, Wishes(beside=[two.person_id, crew.by.id]), by=one.person)

    assert wish.beside == [two.person_id, crew.by.id]
