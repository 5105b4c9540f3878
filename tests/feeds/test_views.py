"""The page of calendars, and how a phone that comes again is answered."""

from sqlalchemy import select

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.elders import VisitFactory
from tests.factories.feeds import FeedFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from tests.feeds.reading import fetch
from volunteer.activities import single_date
from volunteer.core.database import session
from volunteer.feeds.models import Feed


def make(browser, person, key="own"):
    return browser.post("/calendars", data={"calendar": key, "person": person.id})


def test_a_member_makes_an_address_and_reads_how_to_use_it(signed_in_as):
    me = MembershipFactory()
    browser = signed_in_as(me.person)
    assert "webcal://" not in browser.get("/calendars").text

    answer = make(browser, me.person, f"team-{me.team_id}")

    assert answer.location == "/calendars"
    page = browser.get("/calendars").text
    (feed,) = session.scalars(select(Feed)).all()
    assert f"webcal://127.0.0.1:8000{feed.path}" in page
    assert f"http://127.0.0.1:8000{feed.path}" in page
    assert "<svg" in page
    assert "Tap “Put it into this iPhone”." in page


def test_a_team_that_one_is_not_in_has_no_address_for_one(signed_in_as):
    browser = signed_in_as(person := PersonFactory())
    strangers = MembershipFactory().team

    answers = [
        make(browser, person, key)
        for key in (f"team-{strangers.id}", f"place-{strangers.place_id}", "team-x", "", "visit-1")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert session.scalars(select(Feed)).all() == []


def test_another_ones_address_is_neither_seen_renewed_nor_ended(signed_in_as):
    feed = FeedFactory()
    token = feed.token
    browser = signed_in_as(PersonFactory())

    answers = [browser.post(f"/calendars/{feed.id}/{step}") for step in ("renewal", "end")]

    assert {answer.status_code for answer in answers} == {404}
    assert session.get(Feed, feed.id).token == token
    assert token not in browser.get("/calendars").text


def test_the_holder_renews_and_ends_it(signed_in_as):
    feed = FeedFactory()
    token = feed.token
    browser = signed_in_as(feed.holder)

    browser.post(f"/calendars/{feed.id}/renewal")
    renewed = session.get(Feed, feed.id).token
    browser.post(f"/calendars/{feed.id}/end")

    assert renewed != token
    assert session.scalars(select(Feed)).all() == []


def test_who_acts_for_somebody_holds_an_address_of_theirs(signed_in_as):
    member = MembershipFactory()
    companionship = CompanionFactory(person=member.person)
    me = companionship.companion
    browser = signed_in_as(me)
    with browser.session_transaction() as cookie:
        cookie["acting"] = companionship.id

    make(browser, member.person)

    (feed,) = session.scalars(select(Feed)).all()
    assert (feed.holder_id, feed.person_id) == (me.id, member.person_id)
    assert f"The dates of {member.person.name}" in browser.get("/calendars").text


def test_a_page_drawn_before_acting_began_is_not_taken(signed_in_as):
    companionship = CompanionFactory()
    browser = signed_in_as(companionship.companion)
    with browser.session_transaction() as cookie:
        cookie["acting"] = companionship.id

    answer = make(browser, companionship.companion)

    assert answer.status_code == 409
    assert session.scalars(select(Feed)).all() == []


def test_a_phone_that_comes_again_fetches_only_what_has_changed(app):
    coordinator = CoordinatorFactory()
    lunch = OccurrenceFactory(activity__team=coordinator.team)
    feed = FeedFactory(person=coordinator.person, team=coordinator.team)
    first = fetch(app, feed.path)
    known = {"If-None-Match": first.headers["ETag"]}

    again = fetch(app, feed.path, **known)
    single_date.cancel(lunch, reason="", by=coordinator.person)
    changed = fetch(app, feed.path, **known)

    assert (again.status_code, again.get_data()) == (304, b"")
    assert changed.status_code == 200
    assert "STATUS:CANCELLED" in changed.text


def test_a_calendar_is_kept_by_nobody_on_the_way_and_found_by_no_search(app):
    answer = fetch(app, FeedFactory().path)

    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in answer.headers
    assert "\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in answer.text


def test_an_empty_calendar_is_a_calendar_too(app):
    answer = fetch(app, FeedFactory().path)

    assert answer.status_code == 200
    assert "VEVENT" not in answer.text
    assert "X-WR-CALNAME:Linli: mine" in answer.text


def test_each_calendar_is_read_with_few_questions(app, count_queries):
    me = MembershipFactory()
    for number in range(4):
        lunch = OccurrenceFactory(activity=ActivityFactory(team=me.team, title=f"第{number}种"))
        SignupFactory(occurrence=lunch, person=me.person)
        VisitFactory(elder__team=me.team, people=[me.person])
    companionship = CompanionFactory(person=me.person)
    feeds = [
        FeedFactory(person=me.person),
        FeedFactory(person=me.person, team=me.team),
        FeedFactory(person=me.person, place=me.team.place),
        FeedFactory(person=me.person, holder=companionship.companion, team=me.team),
    ]
    paths = [feed.path for feed in feeds]
    counts = []
    for path in paths:
        with count_queries() as sent:
            assert fetch(app, path).status_code == 200
        counts.append(len([s for s in sent if not s.startswith("BEGIN")]))

    assert max(counts) <= 4, counts


def test_the_page_of_calendars_asks_little(signed_in_as, count_queries):
    person = PersonFactory()
    for _number in range(6):
        FeedFactory(person=person, team=MembershipFactory(person=person).team)
    browser = signed_in_as(person)

    with count_queries() as sent:
        assert browser.get("/calendars").status_code == 200

    assert len(sent) <= 12, sent


def test_a_number_of_five_thousand_digits_is_nobody(signed_in_as):
    browser = signed_in_as(MembershipFactory().person)

    answer = browser.post("/calendars", data={"calendar": "own", "person": "1" * 5000})

    assert answer.status_code == 404
