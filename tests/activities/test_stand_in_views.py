"""Coming every week, saying that one can't, answering and swapping, as people see them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.stand_ins import StandInSearchFactory, SwapOfferFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import single_date, stand_ins, standing, swaps
from volunteer.activities.excuses import Reason
from volunteer.activities.models import (
    Answer,
    Excuse,
    Occurrence,
    Signup,
    StandInAsk,
    StandingPlace,
    StandInSearch,
    SwapOffer,
    SwapStatus,
)
from volunteer.activities.single_date import DatePlan
from volunteer.activities.standing import StandingPlan
from volunteer.core.database import session
from volunteer.people.models import Person
from volunteer.teams import membership as memberships
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

WEDNESDAY = datetime(2026, 10, 14, 2, tzinfo=UTC)
A_WEEK = timedelta(weeks=1)
RHYTHM = {"position": "0", "every_weeks": "1", "first_on": "2026-10-14", "last_on": ""}


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def lunch(database) -> Occurrence:
    occurrence = OccurrenceFactory(starts_at=WEDNESDAY, roles=[("帮厨", 1, 2)])
    OccurrenceFactory(
        activity=occurrence.activity, starts_at=WEDNESDAY + A_WEEK, roles=[("帮厨", 1, 2)]
    )
    return occurrence


@pytest.fixture
def cook(lunch) -> Signup:
    return SignupFactory(occurrence=lunch)


@pytest.fixture
def coordinator(lunch) -> Person:
    return CoordinatorFactory(team=lunch.team).person


def date_page(occurrence: Occurrence) -> str:
    return f"/activities/dates/{occurrence.id}"


def search_for(signup: Signup) -> StandInSearch:
    search = stand_ins.look(signup, Reason(Excuse.ILLNESS), by=signup.person)
    assert search is not None
    return search


def going(occurrence: Occurrence) -> set[int]:
    session.expire_all()
    return {signup.person_id for signup in occurrence.going}


def test_a_member_comes_every_week_with_one_page(signed_in_as, lunch, cook):
    browser = signed_in_as(cook.person)
    assert "Come every week" in browser.get(date_page(lunch)).text
    address = f"/activities/{lunch.activity_id}/standing-places/new"

    answer = browser.post(address, data=RHYTHM, follow_redirects=True)

    assert "Thank you! You have a place on each of these dates." in answer.text
    assert len(session.query(Signup).filter_by(person_id=cook.person_id).all()) == 2


def test_what_is_wrong_with_the_days_is_said_beside_them(signed_in_as, lunch, cook):
    address = f"/activities/{lunch.activity_id}/standing-places/new"

    answer = signed_in_as(cook.person).post(address, data={**RHYTHM, "last_on": "2026-10-13"})

    assert "The last day must not lie before the first." in answer.text
    assert session.query(StandingPlace).count() == 0


def test_a_coordinator_enters_it_for_somebody_and_the_page_says_who_did(
    signed_in_as, lunch, coordinator
):
    person = member_of(lunch)
    address = f"/activities/{lunch.activity_id}/standing-places/entry"

    answer = signed_in_as(coordinator).post(
        address, data={**RHYTHM, "person": person.id}, follow_redirects=True
    )

    assert f"{person.name} has a place on each of these dates." in answer.text
    assert f"entered by {coordinator.name}" in answer.text


def test_whom_a_coordinator_enters_is_chosen_and_not_the_first_of_the_list(
    signed_in_as, lunch, coordinator
):
    address = f"/activities/{lunch.activity_id}/standing-places/entry"

    answer = signed_in_as(coordinator).post(address, data={**RHYTHM, "person": ""})

    assert 'href="#person">Please fill this in: Who comes?</a>' in answer.text
    assert session.query(StandingPlace).count() == 0


def test_a_companion_does_it_for_the_person_they_act_for(signed_in_as, lunch):
    granny = member_of(lunch)
    companionship = CompanionFactory(person=granny)
    browser = signed_in_as(companionship.companion)
    browser.post(f"/companions/{companionship.id}/acting")
    address = f"/activities/{lunch.activity_id}/standing-places/new"

    answer = browser.post(address, data=RHYTHM, follow_redirects=True)

    assert f"{granny.name} has a place on each of these dates." in answer.text
    found = session.query(StandingPlace).one()
    assert (found.person_id, found.by_id) == (granny.id, companionship.companion_id)


def test_pausing_and_ending_from_its_page(signed_in_as, lunch, cook):
    plan = StandingPlan(0, WEDNESDAY.date())
    mine = standing.begin(lunch.activity, cook.person, plan, by=cook.person)
    browser = signed_in_as(cook.person)
    page = f"/activities/standing-places/{mine.id}"

    days = {"first_on": "2026-10-20", "last_on": "2026-10-22"}
    paused = browser.post(f"{page}/pauses/new", data=days, follow_redirects=True)
    here_again = browser.post(
        f"/activities/standing-pauses/{mine.pauses[0].id}/end", follow_redirects=True
    )
    ended = browser.post(f"{page}/end", data={"last_on": ""}, follow_redirects=True)

    assert "The pause is noted." in paused.text
    assert "The pause is over." in here_again.text
    assert "This has ended." in ended.text
    assert f'href="/activities/{lunch.activity_id}/standing-places/new"' in ended.text
    assert going(lunch) == set()


def test_who_cannot_come_says_why_and_only_coordinators_read_the_words(
    signed_in_as, lunch, cook, coordinator
):
    data = {"reason": "illness", "note": "膝盖痛"}

    signed_in_as(cook.person).post(f"/activities/signups/{cook.id}/withdrawal", data=data)

    for_coordinators = signed_in_as(coordinator).get(date_page(lunch)).text
    for_members = signed_in_as(member_of(lunch)).get(date_page(lunch)).text
    assert ("膝盖痛" in for_coordinators, "膝盖痛" in for_members) == (True, False)
    assert "said so in time" in for_coordinators


def test_after_the_beginning_one_can_still_say_so(signed_in_as, lunch, cook, time_machine):
    time_machine.move_to(WEDNESDAY + timedelta(minutes=30), tick=False)
    browser = signed_in_as(cook.person)
    assert "I could not come" in browser.get(date_page(lunch)).text
    address = f"/activities/signups/{cook.id}/withdrawal"
    page = browser.get(address).text

    browser.post(address, data={"reason": "family"})

    assert "You could not come?" in page
    assert "Find somebody instead" not in page
    assert session.get_one(Signup, cook.id).was_excused_after_the_start


def test_from_one_button_others_are_asked(signed_in_as, lunch, cook):
    member_of(lunch)

    answer = signed_in_as(cook.person).post(
        f"/activities/signups/{cook.id}/withdrawal",
        data={"reason": "", "step": "look"},
        follow_redirects=True,
    )

    assert "We ask others now." in answer.text
    assert "Looking for somebody instead of you" in answer.text


def test_reading_the_question_answers_nothing_and_a_button_does(signed_in_as, lunch, cook):
    person = member_of(lunch)
    search = search_for(cook)
    browser = signed_in_as(person)
    page = f"/activities/stand-in-searches/{search.id}"

    for _time in range(2):
        assert "Can you come instead?" in browser.get(page).text
    unanswered = {ask.answer for ask in session.query(StandInAsk)}
    answer = browser.post(f"{page}/answers", data={"answer": "yes"}, follow_redirects=True)

    assert unanswered == {Answer.WAITING}
    assert "You come instead. Thank you!" in answer.text
    assert going(lunch) == {person.id}


def test_a_page_drawn_for_oneself_does_nothing_for_whom_one_acts_for_by_now(
    signed_in_as, lunch, cook
):
    daughter, granny = member_of(lunch), member_of(lunch)
    search = search_for(cook)
    companionship = CompanionFactory(person=granny, companion=daughter)
    pages = (
        (f"/activities/stand-in-searches/{search.id}", "/answers", {"answer": "yes"}),
        (f"/activities/{lunch.activity_id}/standing-places/new", "", RHYTHM),
    )
    browser = signed_in_as(daughter)
    own = f'<input type="hidden" name="person" value="{daughter.id}">'
    drawn = [own in browser.get(page).text for page, _to, _data in pages]
    browser.post(f"/companions/{companionship.id}/acting")

    answers = [
        browser.post(page + to, data={**data, "person": daughter.id}).status_code
        for page, to, data in pages
    ]

    assert drawn == [True, True]
    assert answers == [409, 409]
    assert going(lunch) == {cook.person_id}


def test_my_week_asks_as_well_and_a_no_is_thanked_for(signed_in_as, lunch, cook):
    person = member_of(lunch)
    search = search_for(cook)
    browser = signed_in_as(person)
    assert "Can you come instead?" in browser.get("/my-week").text

    answer = browser.post(
        f"/activities/stand-in-searches/{search.id}/answers",
        data={"answer": "no"},
        follow_redirects=True,
    )

    assert "That is quite all right." in answer.text
    assert "Can you come instead?" not in browser.get("/my-week").text


def test_a_coordinator_answers_for_who_is_on_the_phone_and_a_member_does_not(
    signed_in_as, lunch, cook, coordinator
):
    person, other = member_of(lunch), member_of(lunch)
    search = search_for(cook)
    address = f"/activities/stand-in-searches/{search.id}/answers"
    data = {"answer": "yes", "person": person.id}

    refused = signed_in_as(other).post(address, data=data)
    answer = signed_in_as(coordinator).post(address, data=data, follow_redirects=True)

    assert refused.status_code == 404
    assert f"{person.name} comes instead." in answer.text
    assert session.query(StandInAsk).filter_by(person_id=person.id).one().answered_by_id == (
        coordinator.id
    )


def test_a_coordinator_sees_whom_we_asked_and_stops_it(signed_in_as, lunch, cook, coordinator):
    person = member_of(lunch)
    search = search_for(cook)
    browser = signed_in_as(coordinator)
    page = browser.get(date_page(lunch)).text
    assert f"{cook.person.name}</span>?" in page
    assert person.name in page
    assert "Looking for somebody instead" in browser.get("/").text

    answer = browser.post(
        f"/activities/stand-in-searches/{search.id}/release", follow_redirects=True
    )

    assert "Nobody else is asked. The place is free." in answer.text
    assert going(lunch) == set()


def test_a_yes_is_undone_from_the_page_of_the_date(signed_in_as, lunch, cook):
    person = member_of(lunch)
    search = search_for(cook)
    stand_ins.accept(search, person, by=person)
    browser = signed_in_as(person)
    assert "That was a mistake: undo it" in browser.get(date_page(lunch)).text

    answer = browser.post(f"/activities/stand-in-searches/{search.id}/undo", follow_redirects=True)

    assert "It is as it was before." in answer.text
    assert going(lunch) == {cook.person_id}


def test_coming_after_all_with_one_button(signed_in_as, lunch, cook):
    member_of(lunch)
    search_for(cook)

    answer = signed_in_as(cook.person).post(
        f"/activities/signups/{cook.id}/return", follow_redirects=True
    )

    assert "Good that you come after all!" in answer.text
    assert going(lunch) == {cook.person_id}


def test_who_pauses_is_not_let_to_come_instead(signed_in_as, lunch, cook):
    pausing = MembershipFactory(team=lunch.team, status=MembershipStatus.PAUSED).person
    search = StandInSearchFactory(signup=cook)

    answer = signed_in_as(pausing).post(
        f"/activities/stand-in-searches/{search.id}/answers", data={"answer": "yes"}
    )

    assert answer.status_code == 404


def test_a_yes_that_comes_when_nobody_was_found_is_not_told_that_all_is_well(
    signed_in_as, lunch, cook
):
    member, search = member_of(lunch), search_for(cook)
    stand_ins.release(search, by=cook.person)
    browser, page = signed_in_as(member), f"/activities/stand-in-searches/{search.id}"

    late = browser.post(f"{page}/answers", data={"answer": "yes"}, follow_redirects=True).text

    assert "If there is still a free place, you can take it on the page of the date." in late
    assert "Nobody is needed any more" not in late
    assert "This is settled" not in late


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ("yes", SwapStatus.ACCEPTED, "The dates are swapped. Thank you!"),
        ("no", SwapStatus.DECLINED, "That is quite all right."),
    ],
)
def test_a_swap_is_asked_and_answered(signed_in_as, lunch, cook, said, status, words):
    later = session.query(Occurrence).filter(Occurrence.id != lunch.id).one()
    other = SignupFactory(occurrence=later)
    signed_in_as(cook.person).post(f"/activities/signups/{cook.id}/swap", data={"other": other.id})
    swap = session.query(SwapOffer).one()
    theirs = signed_in_as(other.person)
    assert "Would you swap dates" in theirs.get("/my-week").text
    assert "Would you swap dates" in theirs.get(f"/activities/swaps/{swap.id}").text

    answer = theirs.post(
        f"/activities/swaps/{swap.id}/answer", data={"answer": said}, follow_redirects=True
    )

    assert words in answer.text
    assert session.query(SwapOffer).one().status is status


@pytest.fixture
def swap(lunch, cook) -> SwapOffer:
    later = session.query(Occurrence).filter(Occurrence.id != lunch.id).one()
    return SwapOfferFactory(own=cook, other=SignupFactory(occurrence=later))


@pytest.mark.parametrize(("said", "words"), [("yes", "are swapped"), ("no", "stay as they are")])
def test_an_answer_pressed_twice_is_no_mistake(signed_in_as, swap, said, words):
    theirs, address = signed_in_as(swap.other.person), f"/activities/swaps/{swap.id}/answer"
    theirs.post(address, data={"answer": said})

    again = theirs.post(address, data={"answer": said}, follow_redirects=True)

    assert f"The dates {words}" in again.text
    assert "This swap" not in again.text


def test_who_says_yes_when_it_was_taken_back_reads_that_and_not_that_a_place_has_changed(
    signed_in_as, swap
):
    swaps.take_back(swap, by=swap.own.person)
    theirs, address = signed_in_as(swap.other.person), f"/activities/swaps/{swap.id}/answer"

    late = theirs.post(address, data={"answer": "yes"}, follow_redirects=True).text

    assert "This swap is settled already." in late
    assert "one of the two places has changed" not in late


@pytest.mark.parametrize("side", ["own", "other"])
def test_what_i_give_and_get_stands_first(signed_in_as, swap, side):
    mine, others = (getattr(swap, one) for one in (side, "own" if side == "other" else "other"))

    browser = signed_in_as(mine.person)
    page, week = (browser.get(path).text for path in (f"/activities/swaps/{swap.id}", "/my-week"))

    assert page.index(" (you)</h3>") < page.index(f"<h3>{others.person.name}</h3>")
    assert f"You give: Wed {mine.occurrence.day.day} Oct" in week
    assert f"You come: Wed {others.occurrence.day.day} Oct" in week


def test_who_has_swapped_a_date_is_not_told_that_they_could_not_come(signed_in_as, lunch, swap):
    swaps.accept(swap, by=swap.other.person)

    page = signed_in_as(swap.own.person).get(date_page(lunch)).text

    assert "You have swapped this date" in page
    assert "I come after all" not in page


def test_who_has_left_the_team_does_not_read_with_whom_they_could_swap(signed_in_as, lunch, cook):
    later = session.query(Occurrence).filter(Occurrence.id != lunch.id).one()
    other = SignupFactory(occurrence=later).person
    browser = signed_in_as(cook.person)
    before = browser.get(f"/activities/signups/{cook.id}/swap")
    memberships.leave(memberships.find(lunch.team, cook.person), by=cook.person)

    after = browser.get(f"/activities/signups/{cook.id}/swap")

    assert other.name in before.text
    assert after.status_code == 404


def test_only_who_is_asked_answers_and_only_who_asks_takes_it_back(signed_in_as, lunch, cook):
    later = session.query(Occurrence).filter(Occurrence.id != lunch.id).one()
    swap = SwapOfferFactory(own=cook, other=SignupFactory(occurrence=later))
    address = f"/activities/swaps/{swap.id}/answer"

    mine = signed_in_as(cook.person).post(address, data={"answer": "yes"})
    stranger = signed_in_as(PersonFactory()).get(f"/activities/swaps/{swap.id}")
    theirs = signed_in_as(swap.other.person).post(address, data={"answer": "back"})

    assert [answer.status_code for answer in (mine, stranger, theirs)] == [404, 404, 404]
    signed_in_as(cook.person).post(address, data={"answer": "back"})
    assert session.query(SwapOffer).one().status is SwapStatus.TAKEN_BACK


@pytest.mark.parametrize(
    "page", ["{date}", "/activities/{activity}/standing-places", "{standing}", "{search}", "{swap}"]
)
def test_pages_with_many_rows_ask_the_database_few_questions(
    signed_in_as, count_queries, lunch, coordinator, page
):
    lunch.roles[0].maximum = 8
    session.commit()
    cooks = [SignupFactory(occurrence=lunch) for _one in range(4)]
    for _one in range(6):
        member_of(lunch)
    searches = [search_for(cook) for cook in cooks[:2]]
    plan = StandingPlan(0, WEDNESDAY.date())
    held = [standing.begin(lunch.activity, c.person, plan, by=c.person) for c in cooks[2:]]
    later = session.query(Occurrence).filter(Occurrence.id != lunch.id).one()
    swap = swaps.offer(cooks[0], SignupFactory(occurrence=later), by=cooks[0].person)
    url = page.format(
        date=date_page(lunch),
        activity=lunch.activity_id,
        standing=f"/activities/standing-places/{held[0].id}",
        search=f"/activities/stand-in-searches/{searches[0].id}",
        swap=f"/activities/swaps/{swap.id}",
    )
    browser = signed_in_as(coordinator)

    with count_queries() as sent:
        answer = browser.get(url)

    assert answer.status_code == 200
    # A date with a search under way has two questions more: who can't come, and who was asked.
    assert len(sent) <= (14 if page == "{date}" else 12), sent


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_answering_on_a_page_of_before_the_move_says_that_it_moved(
    signed_in_as, lunch, cook, coordinator, answer
):
    member = member_of(lunch, name="王秀英")
    search = search_for(cook)
    browser, page = signed_in_as(member), f"/activities/stand-in-searches/{search.id}"
    was = lunch.time_mark
    assert was in browser.get(page).text
    there = DatePlan(lunch.day, time(15), time(17), lunch.place)
    single_date.move(lunch, there, by=coordinator)

    said = browser.post(
        f"{page}/answers",
        data={"answer": answer, "person": member.id, "seen": was},
        headers={"Referer": f"http://localhost{page}"},
        follow_redirects=True,
    ).text

    assert "The date was moved meanwhile." in said
    assert "That is quite all right." not in said
    assert ("Your no to the old time is noted" in said) is (answer == "no")
    assert "3 pm" in said or "3:00" in said
    assert "Yes, I come" in said
    assert "No, I can" in said
    assert member.id not in going(lunch)


def test_of_two_with_one_name_the_page_of_who_comes_every_week_says_which(
    signed_in_as, lunch, coordinator
):
    plan = StandingPlan(position=0, every_weeks=1, first_on=WEDNESDAY.date())
    phones = ["13800138001", "13800138002"]
    for phone in phones:
        person = member_of(lunch, name="王秀英", phone=phone)
        standing.begin(lunch.activity, person, plan, by=person)
    browser = signed_in_as(coordinator)
    address = f"/activities/{lunch.activity_id}/standing-places"

    for page in (address, f"{address}/entry"):
        text = browser.get(page).text
        assert all(f"王秀英 …{phone[-4:]}" in text for phone in phones)
        assert not any(phone in text for phone in phones)


def test_where_a_date_is_full_who_comes_every_week_is_not_promised_a_place(signed_in_as, lunch):
    lunch.roles[0].maximum = 1
    session.commit()
    SignupFactory(occurrence=lunch)
    person = member_of(lunch)

    answer = signed_in_as(person).post(
        f"/activities/{lunch.activity_id}/standing-places/new", data=RHYTHM, follow_redirects=True
    )

    assert "Thank you! On which dates you have a place, you see below." in answer.text
    assert "Full: waiting list, number 1" in answer.text


def test_who_has_said_no_is_not_asked_once_more_by_the_page(signed_in_as, lunch, cook):
    member, _other = member_of(lunch), member_of(lunch)
    search = search_for(cook)
    stand_ins.decline(search, member, by=member)

    page = signed_in_as(member).get(f"/activities/stand-in-searches/{search.id}").text

    assert "<h1>You said that you can" in page
    assert "Yes, I come" in page
