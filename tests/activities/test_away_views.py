"""The page of days away: of one's own, and of a member who said so to a coordinator."""

from datetime import date, timedelta

import pytest

from tests.activities.lunches import WEDNESDAY, dates_of
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import away, ties
from volunteer.activities.models import Excuse, Signup, SignupStatus
from volunteer.core.database import session
from volunteer.people.away import Stretch
from volunteer.people.models import AwayDays, Person

pytestmark = pytest.mark.usefixtures("on_monday")

PAGE = "/settings/away"
TRIP = {"first_on": "2026-10-20", "last_on": "2026-10-28", "remark": "回老家"}
A_WEEK = timedelta(weeks=1)


def stretches() -> list[tuple[date, date, str | None]]:
    session.expire_all()
    return [(row.first_on, row.last_on, row.remark) for row in session.query(AwayDays)]


def is_away(person: Person, first: date, last: date) -> AwayDays:
    away.note(person, Stretch(first, last), by=person)
    return away.list_coming(person)[0]


def test_somebody_says_when_they_are_away_and_takes_it_back(lunch, signed_in_as):
    person = MembershipFactory(team=lunch.team).person
    browser = signed_in_as(person)

    said = browser.post(PAGE, data=TRIP, follow_redirects=True).text
    (row,) = session.query(AwayDays)
    back = browser.post(PAGE, data={"here_again": row.id}, follow_redirects=True).text

    assert "20 Oct to 28 Oct" in said
    assert "回老家" in said
    assert "20 Oct to 28 Oct" not in back
    assert stretches() == []


def test_the_page_lists_what_was_promised_and_each_is_given_back_by_a_press(lunch, signed_in_as):
    person = MembershipFactory(team=lunch.team).person
    second = dates_of(lunch)[1]
    place = SignupFactory(occurrence=second, person=person)
    browser = signed_in_as(person)

    said = browser.post(PAGE, data=TRIP, follow_redirects=True).text
    session.expire_all()
    kept = place.status
    browser.post(PAGE, data={"given_back": place.id})
    session.expire_all()

    assert "You have promised to come then" in said
    assert kept is SignupStatus.GOING
    assert (place.status, place.excuse) == (SignupStatus.WITHDRAWN, Excuse.OTHER)


def test_nobody_gives_back_the_place_of_another_there(lunch, signed_in_as):
    place = SignupFactory(occurrence=dates_of(lunch)[1])
    person = MembershipFactory(team=lunch.team).person

    answer = signed_in_as(person).post(PAGE, data={"given_back": place.id})

    assert answer.status_code == 404
    assert session.get_one(Signup, place.id).status is SignupStatus.GOING


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"first_on": "2026-10-11"}, "from today on, within a year"),
        ({"last_on": "2026-10-19"}, "must not lie before the first"),
        ({"last_on": "2027-02-17"}, "At most 120 days"),
        ({"first_on": "2027-10-14", "last_on": "2027-10-15"}, "within a year"),
    ],
)
def test_days_that_cannot_be_are_said_in_the_form(lunch, signed_in_as, changed, words):
    answer = signed_in_as(PersonFactory()).post(PAGE, data={**TRIP, **changed})

    assert words in answer.text
    assert stretches() == []


def test_mates_of_one_name_are_told_apart(lunch, signed_in_as):
    person = MembershipFactory(team=lunch.team).person
    mates = [
        MembershipFactory(team=lunch.team, person=PersonFactory(name="王芳", phone=phone)).person
        for phone in ("13800001111", "13800002222")
    ]
    ties.live_together(lunch.team, person, mates, by=person)

    page = signed_in_as(person).get(PAGE).text

    assert "王芳 …1111" in page
    assert "王芳 …2222" in page


def test_who_lives_with_one_may_be_ticked_and_nobody_else(lunch, signed_in_as):
    person, mate, other = (MembershipFactory(team=lunch.team).person for _number in range(3))
    ties.live_together(lunch.team, person, [mate], by=person)
    browser = signed_in_as(person)

    page = browser.get(PAGE).text
    browser.post(PAGE, data={**TRIP, "mates": [str(mate.id)]})
    refused = browser.post(PAGE, data={**TRIP, "last_on": "2026-10-29", "mates": [str(other.id)]})

    assert mate.name in page
    assert other.name not in page
    assert refused.status_code == 200
    assert {row.person_id for row in session.query(AwayDays)} == {person.id, mate.id}


def test_a_coordinator_enters_it_for_who_has_no_phone_and_reads_the_remark(lunch, signed_in_as):
    member = MembershipFactory(team=lunch.team)
    coordinator = CoordinatorFactory(team=lunch.team).person
    page = f"/teams/{lunch.team_id}/members/{member.id}/away"
    browser = signed_in_as(coordinator)

    browser.post(page, data=TRIP)
    own = signed_in_as(member.person).get(PAGE).text

    assert "回老家" in browser.get(page).text
    assert f"entered by {coordinator.name}" in own


def test_a_companion_enters_it_for_whom_they_act(lunch, signed_in_as):
    member = MembershipFactory(team=lunch.team)
    acting = CompanionFactory(person=member.person, companion=PersonFactory())
    browser = signed_in_as(acting.companion)
    browser.post(f"/companions/{acting.id}/acting")

    said = browser.post(PAGE, data={**TRIP, "person": member.person_id}, follow_redirects=True).text

    (row,) = session.query(AwayDays)
    assert (row.person_id, row.by_id) == (member.person_id, acting.companion_id)
    assert f'When is <span class="in-one">{member.person.name}</span> away?' in said


def test_a_member_does_not_open_the_page_of_another(lunch, signed_in_as):
    member = MembershipFactory(team=lunch.team)
    other = MembershipFactory(team=lunch.team).person

    answer = signed_in_as(other).get(f"/teams/{lunch.team_id}/members/{member.id}/away")

    assert answer.status_code == 404


def test_coordinators_see_who_is_away_in_the_list_and_beside_who_may_be_signed_up(
    lunch, signed_in_as
):
    member = MembershipFactory(team=lunch.team)
    is_away(member.person, WEDNESDAY - timedelta(days=2), WEDNESDAY + A_WEEK)
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)

    members = browser.get(f"/teams/{lunch.team_id}/members").text
    details = browser.get(f"/teams/{lunch.team_id}/members/{member.id}").text
    first, third = (browser.get(f"/activities/dates/{dates_of(lunch)[n].id}").text for n in (0, 2))

    assert "Away until 21 Oct" in members
    assert "Away until 21 Oct" in details
    assert "(away until 21 Oct)" in first
    assert "away until" not in third


def test_the_page_asks_few_questions_however_much_stands_on_it(lunch, signed_in_as, count_queries):
    person = MembershipFactory(team=lunch.team).person
    for week in range(0, 8, 2):
        is_away(person, WEDNESDAY + week * A_WEEK, WEDNESDAY + (week + 1) * A_WEEK)
        for date_ in dates_of(lunch)[week : week + 2]:
            SignupFactory(occurrence=date_, person=person)
    browser = signed_in_as(person)

    with count_queries() as sent:
        page = browser.get(PAGE).text

    assert page.count("Give it back") == 8
    # One of them for visits.
    assert len(sent) <= 7, sent


def test_a_coordinator_sees_and_gives_back_what_was_promised_in_their_own_team_alone(
    lunch, signed_in_as
):
    member = MembershipFactory(team=lunch.team)
    here = SignupFactory(occurrence=dates_of(lunch)[1], person=member.person)
    elsewhere = OccurrenceFactory(starts_at=here.occurrence.starts_at + timedelta(days=1))
    there = SignupFactory(occurrence=elsewhere, person=member.person)
    is_away(member.person, date(2026, 10, 20), date(2026, 10, 28))
    browser = signed_in_as(CoordinatorFactory(team=lunch.team).person)
    page = f"/teams/{lunch.team_id}/members/{member.id}/away"

    seen = browser.get(page).text
    answer = browser.post(page, data={"given_back": there.id})
    session.expire_all()

    assert f'href="/activities/dates/{here.occurrence_id}"' in seen
    assert f'href="/activities/dates/{elsewhere.id}"' not in seen
    assert answer.status_code == 404
    assert there.status is SignupStatus.GOING


@pytest.mark.parametrize("field", ["given_back", "here_again"])
def test_a_number_that_no_row_can_have_is_not_there(lunch, signed_in_as, field):
    person = MembershipFactory(team=lunch.team).person

    answer = signed_in_as(person).post(PAGE, data={field: str(2**70)})

    assert answer.status_code == 404
