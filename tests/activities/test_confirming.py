"""Saying again that one comes: by the link of a reminder, on one's own page, and for somebody."""

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest

from config import KEY_FOR_TESTS, new_data_key
from tests.factories.accounts import UserFactory
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.stand_ins import StandInSearchFactory, SwapOfferFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.activities import (
    answer_links,
    confirmation_queries,
    confirming,
    policy,
    signups,
    single_date,
    stand_in_queries,
    swaps,
)
from volunteer.activities.errors import (
    AlreadyStarted,
    DateCancelled,
    NotSignedUp,
)
from volunteer.activities.models import (
    Coming,
    Confirmation,
    Signup,
    SignupStatus,
)
from volunteer.activities.single_date import DatePlan
from volunteer.audit.models import AuditEntry
from volunteer.core import clock, encryption
from volunteer.core.database import session
from volunteer.people import companions
from volunteer.people.models import Person

pytestmark = pytest.mark.usefixtures("database")

# What the page carries of the time and place that it shows.
SEEN = re.compile(r'name="seen" value="(\w+)"')


@pytest.fixture
def signup(database) -> Signup:
    return SignupFactory()


def link_of(signup: Signup, by: Person | None = None) -> str:
    token = answer_links.token_for(signup.occurrence_id, signup.person_id, by or signup.person)
    return f"/answers/{token}"


def said(signup: Signup) -> Coming | None:
    """By the query, and by what the row itself says: the same."""
    found = confirmation_queries.find_confirmations([signup.occurrence]).get(signup.id)
    session.refresh(signup)
    assert signup.said == found
    return found.coming if found else None


# --- the rule ----------------------------------------------------------------------------------


def test_the_last_word_counts(signup):
    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)
    confirming.confirm(signup, Coming.LATER, by=signup.person)

    assert said(signup) is Coming.LATER
    assert session.query(Confirmation).count() == 1


def test_a_yes_is_of_one_time_and_a_date_that_moves_is_asked_about_again(signup):
    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)
    occurrence = signup.occurrence
    next_day = occurrence.day + timedelta(days=1)
    plan = single_date.DatePlan(next_day, time(10), time(12), occurrence.place)

    single_date.move(occurrence, plan, by=PersonFactory())

    assert said(signup) is None


def test_a_yes_does_not_outlive_giving_the_place_back(signup):
    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)
    occurrence, person = signup.occurrence, signup.person
    signups.withdraw(signup, by=person)

    signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)

    assert said(signup) is None


def test_only_who_has_a_place_can_say_so(signup):
    signups.withdraw(signup, by=signup.person)

    with pytest.raises(NotSignedUp):
        confirming.confirm(signup, Coming.ON_TIME, by=signup.person)


def test_about_a_cancelled_date_there_is_nothing_to_say(signup):
    single_date.cancel(signup.occurrence, reason="", by=PersonFactory())

    with pytest.raises(DateCancelled):
        confirming.confirm(signup, Coming.ON_TIME, by=signup.person)


def test_after_the_beginning_it_is_too_late(signup):
    with clock.pretend(signup.occurrence.starts_at), pytest.raises(AlreadyStarted):
        confirming.confirm(signup, Coming.ON_TIME, by=signup.person)


def test_a_no_gives_the_place_to_who_waits_and_pressed_twice_is_one_no():
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)])
    signup = SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)

    confirming.decline(signup, by=signup.person)
    confirming.decline(signup, by=signup.person)

    assert (signup.status, waiting.status) == (SignupStatus.WITHDRAWN, SignupStatus.GOING)


def test_who_may_say_it_for_whom(signup):
    companionship = CompanionFactory(person=signup.person)
    coordinator = CoordinatorFactory(team=signup.occurrence.team).person

    assert policy.can_confirm(signup.person, signup)
    assert policy.can_confirm(companionship.companion, signup, whom=signup.person)
    assert policy.can_confirm(coordinator, signup)
    assert not policy.can_confirm(PersonFactory(), signup)


# --- the link ----------------------------------------------------------------------------------


def test_whoever_opens_the_links_changes_nothing_and_the_persons_press_works_afterwards(
    client, signup
):
    url = link_of(signup)
    for method in ("GET", "HEAD") * 3:
        for say in ("on_time", "later", "no"):
            assert client.open(f"{url}?say={say}", method=method).status_code == 200
    untouched = (said(signup), signup.status, session.query(AuditEntry).count())

    client.post(url, data={"said": "later"})

    assert untouched == (None, SignupStatus.GOING, 0)
    assert said(signup) is Coming.LATER


@pytest.mark.parametrize(
    ("pressed", "words", "status"),
    [
        ("on_time", "You come. Thank you!", SignupStatus.GOING),
        ("later", "You come a little later.", SignupStatus.GOING),
        ("no", "come this time. That is quite all right", SignupStatus.WITHDRAWN),
    ],
)
def test_each_answer_has_its_thanks(client, signup, pressed, words, status):
    client.set_cookie("lang", "en")

    page = client.post(link_of(signup), data={"said": pressed}, follow_redirects=True)

    assert words in page.text
    assert signup.status is status


@pytest.mark.parametrize("pressed", ["on_time", "later", "no"])
@pytest.mark.parametrize("place", ["院坝", "小区花园"])
def test_an_answer_to_what_the_page_no_longer_shows_rightly_is_asked_again(
    client, signup, pressed, place
):
    client.set_cookie("lang", "en")
    date, url, by = signup.occurrence, link_of(signup), PersonFactory()
    tomorrow = DatePlan(date.day + timedelta(days=1), time(10), time(12), "院坝")
    single_date.move(date, tomorrow, by=by)
    shown = SEEN.search(client.get(url).text)[1]
    hour = 9 if place == "院坝" else 10
    single_date.move(date, replace(tomorrow, starts=time(hour), place=place), by=by)

    page = client.post(url, data={"said": pressed, "seen": shown}, follow_redirects=True).text
    silent = (said(signup), signup.status)
    client.post(url, data={"said": pressed, "seen": SEEN.search(page)[1]})

    assert "This has changed since you opened the page." in page
    assert f"{place}. Please answer once more." in page
    assert silent == (None, SignupStatus.GOING)
    assert (said(signup), signup.status) != silent


def test_moved_and_then_called_off_nobody_is_asked_to_answer_once_more(client, signup):
    client.set_cookie("lang", "en")
    date, url = signup.occurrence, link_of(signup)
    shown, by = date.seen_mark, PersonFactory()
    moved = DatePlan(date.day + timedelta(days=1), time(10), time(12), "院坝")
    single_date.move(date, moved, by=by)
    single_date.cancel(date, reason="停水了。", by=by)

    page = client.post(url, data={"said": "no", "seen": shown}, follow_redirects=True).text

    assert "Please answer once more." not in page


def test_on_the_page_of_the_date_as_well(signup, signed_in_as):
    date = signup.occurrence
    shown, tomorrow = date.seen_mark, date.day + timedelta(days=1)
    single_date.move(date, DatePlan(tomorrow, time(15), time(17), "院坝"), by=PersonFactory())

    page = signed_in_as(signup.person).post(
        f"/activities/signups/{signup.id}/confirmation",
        data={"said": "on_time", "seen": shown},
        follow_redirects=True,
    )

    assert "This has changed since you opened the page." in page.text
    assert said(signup) is None


def test_a_no_by_mistake_is_taken_back_on_the_same_page(client, signup):
    client.post(link_of(signup), data={"said": "no"})

    client.post(link_of(signup), data={"said": "after_all"})

    assert signup.status is SignupStatus.GOING


def test_of_a_date_that_was_swapped_nobody_reads_that_its_place_is_free(client, signup):
    date = signup.occurrence
    other = SignupFactory(
        occurrence__activity=date.activity, occurrence__starts_at=date.starts_at + timedelta(days=7)
    )
    swaps.accept(SwapOfferFactory(own=signup, other=other), by=other.person)
    client.set_cookie("lang", "en")

    page = client.get(link_of(signup)).text

    assert "There is no place on this date under this name any more." in page
    assert "The place is free for somebody else." not in page


def test_the_link_is_dead_once_the_date_has_begun(client, signup, time_machine):
    time_machine.move_to(signup.occurrence.starts_at, tick=False)
    client.set_cookie("lang", "en")

    page = client.get(link_of(signup))
    answers = [client.post(link_of(signup), data={"said": word}) for word in ("on_time", "no")]

    assert "has begun or is over, and the link with it" in page.text
    assert 'name="said"' not in page.text
    assert [answer.status_code for answer in answers] == [409, 409]
    assert said(signup) is None
    assert signup.is_going


def test_a_link_that_we_did_not_write_leads_nowhere(client, signup):
    other = SignupFactory(occurrence=signup.occurrence)
    signature = link_of(signup).rsplit("-", 1)[-1]
    forged = f"/answers/{signup.occurrence_id}-{other.person_id}-{other.person_id}-{signature}"

    urls = (forged, "/answers/x", "/answers/1-2-3-", f"/answers/1-2-{10**20}-{signature}")
    answers = [client.get(url).status_code for url in urls]

    assert answers == [404, 404, 404, 404]


@pytest.mark.parametrize("of_whom", ["email", "phone"])
def test_a_link_in_a_mailbox_or_phone_that_was_put_right_since_leads_nowhere(
    client, signup, of_whom
):
    url = link_of(signup)
    setattr(signup.person, of_whom, {"email": "right@example.org", "phone": "13900001111"}[of_whom])
    session.commit()

    assert client.get(url).status_code == 404
    assert client.post(url, data={"said": "no"}).status_code == 404
    assert client.get(link_of(signup)).status_code == 200
    assert signup.is_going


def test_a_link_is_good_after_the_key_was_changed(client, signup):
    url = link_of(signup)
    encryption.use([new_data_key(), KEY_FOR_TESTS])
    assert client.get(url).status_code == 200


def test_a_companion_answers_by_their_own_link_while_they_may_act(client, signup):
    companionship = CompanionFactory(person=signup.person)
    url = link_of(signup, companionship.companion)

    client.post(url, data={"said": "on_time"})

    (word,) = session.query(Confirmation)
    assert (word.coming, word.by_id) == (Coming.ON_TIME, companionship.companion_id)

    companions.end(companionship, by=signup.person)

    assert client.get(url).status_code == 404


def test_a_companions_link_ends_with_the_persons_own_password(client, signup):
    companionship = CompanionFactory(person=signup.person)
    url = link_of(signup, companionship.companion)
    before = client.get(url).status_code
    UserFactory(person=signup.person)

    answers = [client.get(url), client.post(url, data={"said": "no"})]

    assert before == 200
    assert [answer.status_code for answer in answers] == [404, 404]
    assert signup.is_going


# --- signed in ---------------------------------------------------------------------------------


def test_ones_own_page_asks_again_shortly_before_and_takes_the_answer(signed_in_as, signup):
    browser = signed_in_as(signup.person)
    page = f"/activities/dates/{signup.occurrence_id}"
    before = browser.get(page).text

    after = browser.post(
        f"/activities/signups/{signup.id}/confirmation",
        data={"said": "on_time", "person": signup.person_id},
        follow_redirects=True,
    ).text

    assert "Yes, I come" in before
    assert "You come. Thank you!" in after
    assert "You have said so." in after


def test_coordinators_read_on_the_dates_page_who_has_answered(signed_in_as, signup):
    silent = SignupFactory(occurrence=signup.occurrence)
    confirming.confirm(signup, Coming.LATER, by=signup.person)
    browser = signed_in_as(CoordinatorFactory(team=signup.occurrence.team).person)

    page = browser.get(f"/activities/dates/{signup.occurrence_id}").text
    told = browser.post(
        f"/activities/signups/{silent.id}/confirmation",
        data={"said": "on_time"},
        follow_redirects=True,
    ).text

    assert "Who has answered the reminder" in page
    assert "comes a little later" in page
    assert "not answered yet" in page
    assert f"Noted: {silent.person.name} comes." in told


def test_a_word_noted_for_the_wrong_person_is_taken_back_but_not_their_own(signed_in_as, signup):
    own = SignupFactory(occurrence=signup.occurrence)
    coordinator = CoordinatorFactory(team=signup.occurrence.team).person
    confirming.confirm(signup, Coming.ON_TIME, by=coordinator)
    confirming.confirm(own, Coming.ON_TIME, by=own.person)

    def take_back(one, by, noted_by):
        address = f"/activities/signups/{one.id}/confirmation"
        sent = {"said": "mistaken", "noted_by": noted_by.id}
        return signed_in_as(by).post(address, data=sent, follow_redirects=True)

    page = signed_in_as(coordinator).get(f"/activities/dates/{signup.occurrence_id}").text
    assert page.count('value="mistaken"') == 1
    assert take_back(own, coordinator, own.person).status_code == 404
    assert take_back(signup, own.person, coordinator).status_code == 404
    assert f"Taken back: {signup.person.name}" in take_back(signup, coordinator, coordinator).text

    assert [said(one) for one in (signup, own)] == [None, Coming.ON_TIME]


def test_other_members_neither_read_nor_say_it(signed_in_as, signup):
    other = SignupFactory(occurrence=signup.occurrence)
    browser = signed_in_as(other.person)

    page = browser.get(f"/activities/dates/{signup.occurrence_id}").text
    answer = browser.post(f"/activities/signups/{signup.id}/confirmation", data={"said": "on_time"})

    assert "Who has answered the reminder" not in page
    assert (answer.status_code, said(signup)) == (404, None)


def test_who_looks_for_somebody_and_says_yes_after_all_keeps_the_place():
    search = StandInSearchFactory()
    signup = search.signup

    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)

    assert not signup.is_looking
    assert stand_in_queries.find_open(signup) is None


def test_the_page_of_the_reminder_stops_the_search_when_somebody_says_yes(client):
    search = StandInSearchFactory()
    signup = search.signup
    token = answer_links.token_for(signup.occurrence_id, signup.person_id, signup.person)
    page = client.get(f"/answers/{token}").text
    assert 'value="on_time"' in page

    client.post(f"/answers/{token}", data={"said": "on_time"})

    session.expire_all()
    assert not signup.is_looking


def test_another_word_said_since_holds_when_a_call_was_a_slip(signup):
    caller = CoordinatorFactory(team=signup.occurrence.team).person
    confirming.confirm(signup, Coming.LATER, by=caller)
    confirming.confirm(signup, Coming.ON_TIME, by=signup.person)

    confirming.take_back(signup, noted_by=caller.id, by=caller)
    kept = said(signup)
    confirming.take_back(signup, noted_by=signup.person_id, by=caller)
    confirming.take_back(signup, noted_by=signup.person_id, by=caller)

    assert (kept, said(signup)) == (Coming.ON_TIME, None)
