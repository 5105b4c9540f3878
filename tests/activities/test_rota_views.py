"""The pages of a rota: what a coordinator and a member read and press."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities.queries import get_occurrence
from volunteer.activities.rota import drafts, publishing, queries
from volunteer.activities.rota.problem import Terms

FIRST = datetime(2026, 11, 4, 2, tzinfo=UTC)
MONTH = "2026-11"


@pytest.fixture(autouse=True)
def late_in_october(time_machine, database):
    time_machine.move_to("2026-10-25T02:00:00+00:00", tick=False)


@pytest.fixture
def coordinator():
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def dates(team, coordinator):
    activity = ActivityFactory(team=team, leader_id=coordinator.person_id)
    return [
        OccurrenceFactory(
            activity=activity,
            starts_at=FIRST + timedelta(weeks=week),
            roles=[("帮厨", 2, 3), ("买菜", 1, 1)],
        )
        for week in range(4)
    ]


@pytest.fixture
def members(team):
    return [MembershipFactory(team=team) for _member in range(6)]


@pytest.fixture
def draft(team, dates, members, coordinator):
    return drafts.propose(team, datetime(2026, 11, 1).date(), Terms(), by=coordinator.person)  # noqa: DTZ001


def test_a_coordinator_lets_a_month_be_proposed_and_reads_why(
    signed_in_as, team, dates, members, coordinator
):
    browser = signed_in_as(coordinator.person)

    page = browser.get(f"/teams/{team.id}/rota").text
    answer = browser.post(
        f"/teams/{team.id}/rota/proposal",
        data={"month": MONTH, "most_a_month": "4", "rest_days": "1"},
        follow_redirects=True,
    )

    assert "Whom to invite in" in page
    assert "Nov 2026" in page
    assert "Nobody has been told anything yet." in answer.text
    assert answer.text.count("Has not come in the last four weeks, any time may suit") == 4 * 3


def test_what_is_complete_is_folded_and_what_lacks_somebody_stands_open(
    signed_in_as, team, draft, coordinator
):
    seat = draft.seats[0]
    browser = signed_in_as(coordinator.person)
    browser.post(f"/rota-seats/{seat.id}", data={"choice": "empty"})

    page = browser.get(f"/teams/{team.id}/rota?month={MONTH}").text

    dates = page.split('<li class="card"')[1:]
    assert sum("<details>" in date for date in dates) == 3
    lacking = next(date for date in dates if f'href="/rota-seats/{seat.id}"' in date)
    assert "<details>" not in lacking
    folded = next(date for date in dates if "<details>" in date).split("</summary>")[0]
    assert "Enough" in folded


def test_terms_that_make_no_sense_are_refused_and_nothing_is_proposed(
    signed_in_as, team, dates, members, coordinator
):
    answer = signed_in_as(coordinator.person).post(
        f"/teams/{team.id}/rota/proposal",
        data={"month": MONTH, "most_a_month": "0", "rest_days": "9"},
    )

    assert "A number from 0 to 6, please." in answer.text
    assert queries.find_draft(team, datetime(2026, 11, 1).date()) is None  # noqa: DTZ001


@pytest.mark.parametrize("month", ["", "2026-13", "1999-01", "nonsense", "2031-01"])
def test_a_month_that_is_none_or_far_off_shows_one_near_by(signed_in_as, team, coordinator, month):
    answer = signed_in_as(coordinator.person).get(f"/teams/{team.id}/rota?month={month}")

    assert answer.status_code == 200


@pytest.mark.parametrize("page", ["rota", "rota/sheet"])
def test_a_whole_month_sends_few_statements(
    signed_in_as, team, draft, coordinator, count_queries, page
):
    browser = signed_in_as(coordinator.person)

    with count_queries() as sent:
        browser.get(f"/teams/{team.id}/{page}?month={MONTH}")

    assert len(sent) <= 12


def test_a_seat_is_given_to_somebody_whom_it_suits(signed_in_as, draft, members, coordinator):
    browser = signed_in_as(coordinator.person)
    seat = draft.seats[0]
    there = {s.person_id for s in draft.seats if s.occurrence_id == seat.occurrence_id}
    other = next(m.person for m in members if m.person_id not in there)

    page = browser.get(f"/rota-seats/{seat.id}").text
    answer = browser.post(
        f"/rota-seats/{seat.id}", data={"choice": str(other.id)}, follow_redirects=True
    )

    assert f'value="{other.id}"' in page
    assert f'value="{seat.person_id}"' in page or "somebody else than" in page
    assert f"{other.name} has this place. It stays as you set it." in answer.text
    assert queries.get_seat(seat.id).person_id == other.id
    assert "Set by hand" in answer.text


@pytest.mark.parametrize(
    ("choice", "pinned", "said"),
    [("empty", True, "This place stays empty."), ("open", False, "This place is open again.")],
)
def test_a_seat_is_kept_empty_or_opened_again(
    signed_in_as, draft, coordinator, choice, pinned, said
):
    seat = draft.seats[0]

    answer = signed_in_as(coordinator.person).post(
        f"/rota-seats/{seat.id}", data={"choice": choice}, follow_redirects=True
    )

    assert said in answer.text
    changed = queries.get_seat(seat.id)
    assert (changed.person_id, changed.is_pinned) == (None, pinned)


@pytest.mark.parametrize("data", [{}, {"choice": "other"}, {"choice": "987654"}])
def test_a_seat_for_which_nobody_was_chosen_stays_as_it_is(signed_in_as, draft, coordinator, data):
    seat = draft.seats[0]

    answer = signed_in_as(coordinator.person).post(f"/rota-seats/{seat.id}", data=data)

    assert answer.status_code == 200
    assert queries.get_seat(seat.id).person_id == seat.person_id


def test_before_publishing_it_says_whom_it_tells_and_by_phone_whom(
    signed_in_as, team, dates, coordinator
):
    for number in range(4):
        MembershipFactory(
            team=team, person__email=None if number == 0 else f"n{number}@example.org"
        )
    draft = drafts.propose(team, FIRST.date().replace(day=1), Terms(), by=coordinator.person)
    browser = signed_in_as(coordinator.person)

    page = browser.get(f"/rota-drafts/{draft.id}/publication").text
    answer = browser.post(f"/rota-drafts/{draft.id}/publication", follow_redirects=True)

    assert "4 people get one message each with all their dates of the month." in page
    assert "1 of them has no email address and goes on the call list." in page
    assert "4 people are invited. They can still say no." in answer.text
    assert len(get_occurrence(dates[0].id).going) == 3


def test_before_publishing_two_of_the_same_name_are_told_apart(
    signed_in_as, team, dates, coordinator
):
    for number in range(3):
        MembershipFactory(team=team, person__name="王秀英", person__phone=f"1380013800{number}")
    draft = drafts.propose(team, FIRST.date().replace(day=1), Terms(), by=coordinator.person)

    page = signed_in_as(coordinator.person).get(f"/rota-drafts/{draft.id}/publication").text

    assert all(f"王秀英 …800{number}" in page for number in range(3))


def test_a_member_reads_to_what_they_are_invited_why_and_gives_it_back(
    signed_in_as, draft, members, coordinator
):
    publishing.publish(draft, by=coordinator.person)
    seat = draft.seats[0]
    browser = signed_in_as(seat.person)

    page = browser.get(f"/teams/{draft.team_id}/my-rota?month={MONTH}").text
    signup = get_occurrence(seat.occurrence_id).signup_of(seat.person)
    browser.post(f"/activities/signups/{signup.id}/withdrawal")

    assert "You are invited, not ordered." in page
    assert "Why you:" in page
    assert f"/activities/signups/{signup.id}/withdrawal" in page
    after = browser.get(f"/teams/{draft.team_id}/my-rota?month={MONTH}").text
    assert "Given back. Thank you for saying so." in after


def test_nobody_reads_of_a_draft_before_it_is_published(signed_in_as, draft):
    seat = draft.seats[0]
    browser = signed_in_as(seat.person)

    assert "No invitations" in browser.get(f"/teams/{draft.team_id}/my-rota?month={MONTH}").text
    assert browser.get(f"/teams/{draft.team_id}/rota").status_code == 404


def test_a_member_writes_down_wishes_and_finds_them_again(signed_in_as, team, dates, members):
    one, other = members[:2]
    url = f"/teams/{team.id}/members/{one.id}/wishes"
    browser = signed_in_as(one.person)

    answer = browser.post(
        url,
        data={"most_a_month": "2", "works": ["帮厨"], "beside": str(other.person_id)},
        follow_redirects=True,
    )

    assert "Written down." in answer.text
    wish = queries.find_wish(one)
    assert (wish.most_a_month, wish.works, wish.beside) == (2, ["帮厨"], [other.person_id])
    page = browser.get(url).text
    assert 'value="2"' in page
    assert f'<option selected value="{other.person_id}">' in page


def test_a_coordinator_or_companion_writes_them_down_for_a_member(
    signed_in_as, team, dates, members, coordinator
):
    url = f"/teams/{team.id}/members/{members[0].id}/wishes"
    companion = PersonFactory()
    companionship = CompanionFactory(companion=companion, person=members[0].person)
    acting = signed_in_as(companion)
    acting.post(f"/companions/{companionship.id}/acting")

    for browser, by in (
        (signed_in_as(coordinator.person), coordinator.person),
        (acting, companion),
    ):
        browser.post(url, data={"most_a_month": "1"})
        assert queries.find_wish(members[0]).by_id == by.id


def test_nobody_writes_wishes_for_another_member(signed_in_as, team, members):
    answer = signed_in_as(members[1].person).get(f"/teams/{team.id}/members/{members[0].id}/wishes")

    assert answer.status_code == 404
