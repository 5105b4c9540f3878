"""A rota that is published: places, messages, refusals, and how little it asks of the database."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.activities.rota import crews
from tests.activities.rota.crews import FIRST
from tests.factories.activities import OccurrenceFactory, SignupFactory
from volunteer.activities import signups, single_date
from volunteer.activities.errors import AlreadyInvited, NothingToInvite
from volunteer.activities.models import SignupStatus
from volunteer.activities.queries import get_occurrence
from volunteer.activities.rota import drafts, publishing, queries
from volunteer.activities.rota.notices import write
from volunteer.activities.rota.problem import Terms
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.notifications.models import Channel
from volunteer.people import away
from volunteer.people.away import Stretch

pytestmark = pytest.mark.usefixtures("database", "in_october")


def letter_to(message, crew):
    """What the message says; none when nothing of it is true any more."""
    with crew.app.app_context():
        return write([message]).get(message.id)


def test_published_everybody_has_their_places_entered_by_the_coordinator_and_is_told_once(crew_of):
    crew = crew_of(members=1)
    dates = [crew.date(0), crew.date(1)]

    published = publishing.publish(crew.propose(), by=crew.by)

    assert (len(published.invited), published.refused) == (2, [])
    for occurrence in dates:
        (signup,) = get_occurrence(occurrence.id).going
        assert (signup.person_id, signup.by_id) == (crew.people[0].id, crew.by.id)
    (message,) = crews.messages()
    letter = letter_to(message, crew)
    assert letter.subject == f"[Invitation] {crew.team.name}: your dates"
    assert "Wed 4 Nov" in letter.text
    assert "Wed 11 Nov" in letter.text
    assert f"/teams/{crew.team.id}/my-rota?month=2026-11" in letter.text
    assert "It is an invitation" in letter.html
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions[-3:] == ["signup.created", "signup.created", "rota.published"]


def test_who_has_no_mailbox_stands_on_the_call_list(crew_of):
    crew = crew_of(members=1, person__email=None)
    crew.date()

    publishing.publish(crew.propose(), by=crew.by)

    assert [message.channel for message in crews.messages()] == [Channel.CALL]


def test_a_date_that_was_given_back_is_not_in_the_letter_and_none_means_no_letter(crew_of):
    crew = crew_of(members=1)
    dates = [crew.date(0), crew.date(1)]
    publishing.publish(crew.propose(), by=crew.by)
    (message,) = crews.messages()

    signups.withdraw(get_occurrence(dates[0].id).going[0], by=crew.people[0])
    assert "Wed 4 Nov" not in letter_to(message, crew).text

    signups.withdraw(get_occurrence(dates[1].id).going[0], by=crew.people[0])
    assert letter_to(message, crew) is None


def test_what_the_rules_refuse_by_now_stays_on_the_draft_with_the_reason(crew_of):
    crew = crew_of(members=2)
    occurrence = crew.date(roles=[("帮厨", 1, 1)])
    draft = crew.propose()
    other = next(p for p in crew.people if p.id != draft.seats[0].person_id)
    SignupFactory(occurrence=occurrence, person=other)

    published = publishing.publish(draft, by=crew.by)

    assert published.invited == []
    assert [why for _seat, why in published.refused] == ["It has become full meanwhile."]
    assert len(get_occurrence(occurrence.id).active_signups) == 1
    assert crews.messages() == []


def test_published_again_only_those_who_are_new_on_it_are_told(crew_of):
    crew = crew_of(members=2)
    occurrence = crew.date()
    publishing.publish(crew.propose(), by=crew.by)
    signup = get_occurrence(occurrence.id).going[0]
    signups.withdraw(signup, by=signup.person)

    publishing.publish(crew.propose(), by=crew.by)

    (now,) = get_occurrence(occurrence.id).going
    assert now.person_id != signup.person_id
    assert sorted(message.person_id for message in crews.messages()) == sorted(
        [signup.person_id, now.person_id]
    )


def test_pressed_twice_it_invites_once(crew_of):
    crew = crew_of()
    crew.date()
    draft = crew.propose()
    publishing.publish(draft, by=crew.by)

    with pytest.raises(NothingToInvite):
        publishing.publish(queries.get_draft(draft.id), by=crew.by)
    assert len(crews.messages()) == 1


def test_who_is_invited_is_no_longer_changed_on_the_draft(crew_of):
    crew = crew_of()
    crew.date()
    draft = crew.propose()
    publishing.publish(draft, by=crew.by)

    with pytest.raises(AlreadyInvited):
        drafts.clear(draft.seats[0], by=crew.by)


def test_the_places_of_one_person_are_weighed_against_each_other_as_they_are_given(crew_of):
    crew = crew_of(members=1)
    crew.team.most_a_week = 1
    session.commit()
    wednesday = crew.date()
    thursday = OccurrenceFactory(activity=crew.activity, starts_at=FIRST + timedelta(days=1))
    draft = crew.propose()
    seats = {seat.occurrence_id: seat for seat in draft.seats}
    for occurrence in (wednesday, thursday):
        drafts.seat_somebody(seats[occurrence.id], crew.people[0], by=crew.by)

    published = publishing.publish(draft, by=crew.by)

    assert [seat.occurrence_id for seat in published.invited] == [wednesday.id]
    assert [seat.occurrence_id for seat, _why in published.refused] == [thursday.id]


def test_two_seats_for_one_place_make_one(crew_of):
    crew = crew_of(members=2)
    occurrence = crew.date(roles=[("帮厨", 2, 2)])
    draft = crew.propose()
    occurrence.roles[0].minimum = occurrence.roles[0].maximum = 1
    session.commit()

    published = publishing.publish(draft, by=crew.by)

    assert (len(published.invited), len(published.refused)) == (1, 1)
    assert len(get_occurrence(occurrence.id).going) == 1


def test_who_took_the_place_by_themselves_keeps_it_as_their_own_and_is_invited_too(
    crew_of,
):
    crew = crew_of(members=1)
    occurrence = crew.date()
    draft = crew.propose()
    person = crew.people[0]
    signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)

    published = publishing.publish(draft, by=crew.by)

    (signup,) = get_occurrence(occurrence.id).going
    assert (len(published.invited), signup.by_id) == (1, person.id)


def test_who_gave_the_place_back_before_and_was_chosen_by_hand_has_it_again(crew_of):
    crew = crew_of(members=1)
    occurrence = crew.date()
    person = crew.people[0]
    SignupFactory(occurrence=occurrence, person=person, status=SignupStatus.WITHDRAWN)
    draft = crew.propose()
    drafts.seat_somebody(draft.seats[0], person, by=crew.by)

    publishing.publish(draft, by=crew.by)

    (signup,) = get_occurrence(occurrence.id).going
    assert (signup.person_id, signup.by_id) == (person.id, crew.by.id)


def test_who_has_said_no_since_they_were_proposed_is_not_invited(crew_of):
    crew = crew_of(members=1)
    occurrence = crew.date()
    draft = crew.propose()
    person = crew.people[0]
    mine = signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)
    signups.withdraw(mine, by=person)

    published = publishing.publish(draft, by=crew.by)

    assert [why for _seat, why in published.refused] == [
        "They have said since that they can't come."
    ]
    assert get_occurrence(occurrence.id).going == []
    assert crews.messages() == []


def test_a_date_that_was_cancelled_meanwhile_invites_nobody(crew_of):
    crew = crew_of(members=1)
    occurrence = crew.date()
    draft = crew.propose()
    single_date.cancel(occurrence, reason="", by=crew.by)

    published = publishing.publish(draft, by=crew.by)

    assert [why for _seat, why in published.refused] == [
        "This date was cancelled. Please choose another one."
    ]


def test_many_seats_cost_as_many_statements_as_few(crew_of, count_queries):
    def statements(members, weeks):
        crew = crew_of(members=members)
        for week in range(weeks):
            crew.date(week, roles=[("帮厨", 2, 3), ("买菜", 1, 2)])
        draft = crew.propose(Terms(most_a_month=8, rest_days=0))
        session.expire_all()
        draft, by = queries.get_draft(draft.id), crew.by
        with count_queries() as sent:
            published = publishing.publish(draft, by=by)
        assert published.refused == []
        return len(published.invited), len(sent)

    few, for_few = statements(members=4, weeks=1)
    many, for_many = statements(members=12, weeks=4)

    assert (few, many) == (3, 12)
    assert for_many <= for_few
    assert for_many <= 23


@pytest.mark.parametrize("is_asked", [False, True])
def test_who_lines_up_meanwhile_has_the_place_and_is_not_only_said_to_be_invited(crew_of, is_asked):
    crew = crew_of(members=1)
    occurrence = crew.date(roles=[("帮厨", 1, 1)])
    draft = crew.propose()
    waiting = SignupFactory(
        occurrence=occurrence, person=crew.people[0], status=SignupStatus.WAITING,
        answer_by=FIRST if is_asked else None,
    )  # fmt: skip

    published = publishing.publish(draft, by=crew.by)

    assert (len(published.invited), published.refused) == (1, [])
    assert (waiting.is_going, waiting.answer_by) == (True, None)


def test_a_place_of_other_work_that_was_given_back_makes_no_room_in_work_that_is_full(crew_of):
    crew = crew_of(members=2)
    occurrence = crew.date(roles=[("帮厨", 1, 1), ("买菜", 0, 2)])
    cooking, shopping = occurrence.roles
    chosen, other = crew.people
    SignupFactory(
        occurrence=occurrence, role=shopping, person=chosen, status=SignupStatus.WITHDRAWN
    )
    draft = crew.propose()
    (seat,) = (seat for seat in draft.seats if seat.role_id == cooking.id)
    drafts.seat_somebody(seat, chosen, by=crew.by)
    signups.sign_up(occurrence, cooking.id, other, by=other)

    published = publishing.publish(draft, by=crew.by)

    assert [why for _seat, why in published.refused] == ["It has become full meanwhile."]
    assert [signup.person_id for signup in get_occurrence(occurrence.id).going] == [other.id]


def test_who_is_away_by_now_is_not_invited_unless_chosen_by_hand(crew_of):
    crew = crew_of(members=1)
    first, second = crew.date(0), crew.date(1)
    draft, person = crew.propose(), crew.people[0]
    away.note(person, Stretch(first.day, second.day), by=person)
    seats = {seat.occurrence_id: seat for seat in draft.seats}
    drafts.seat_somebody(seats[second.id], person, by=crew.by)

    published = publishing.publish(draft, by=crew.by)

    assert [why for _seat, why in published.refused] == [
        "They said that they are away then, until 11月11日."
    ]
    assert [seat.occurrence_id for seat in published.invited] == [second.id]
