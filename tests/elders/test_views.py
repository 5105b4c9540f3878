"""Elders and visits as people see them: the list, one elder, health, planning, recording."""

from datetime import date, datetime, timedelta

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.elders import (
    ElderFactory,
    NoAnswerFactory,
    PairingFactory,
    VisitFactory,
    volunteer_of,
)
from tests.factories.people import CompanionFactory, ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.audit.models import ReadingEntry, Reason
from volunteer.core import clock, zones
from volunteer.core.database import session
from volunteer.core.errors import DomainError
from volunteer.elders import care, health, notices, queries, recording, visits, wording
from volunteer.elders.health import Health
from volunteer.elders.models import (
    Check,
    DietTag,
    Elder,
    ElderStatus,
    EndReason,
    Finding,
    Pairing,
    RiskLevel,
    Visit,
    VisitChannel,
    VisitStatus,
)
from volunteer.notifications.models import OutboxMessage
from volunteer.people import away, consents
from volunteer.people.away import Stretch
from volunteer.people.models import ConsentScope
from volunteer.teams import membership
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.usefixtures("database")

NEW_ELDER = {
    "name": "王淑华",
    "preferred_name": "王婆婆",
    "phone": "139 0000 0001",
    "birth_year": "1938",
    "estate": "锦绣东方小区3栋2单元501室",
    "living": "alone",
    "categories": ["advanced_age", "living_alone"],
    "contacts-0-name": "王小红",
    "contacts-0-relation": "女儿",
    "contacts-0-phone": "139 0000 0002",
    "contacts-0-has_key": "y",
    "visit_channel": "home",
    "risk": "general",
    "agreed": "paper",
}
ALL_FINE = {f"{check.value}-finding": "fine" for check in Check}
SHORT_NOTE = "听力差，易跌倒"


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory(person__name="陈桂芳")


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def browser(coordinator, signed_in_as):
    """Of the team's coordinator."""
    return signed_in_as(coordinator.person)


@pytest.fixture
def elder(team) -> Elder:
    return ElderFactory(
        team=team,
        person__name="王淑华",
        person__phone="13900000001",
        preferred_name="王婆婆",
        communication_note="说四川话",
        caution_note="楼梯灯暗",
        contacts=2,
    )


@pytest.fixture
def with_health(elder, coordinator) -> Elder:
    ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
    known = Health(note=SHORT_NOTE, diet_tags=[DietTag.LOW_SALT], allergies="花生")
    health.write(elder, known, by=coordinator.person)
    return elder


def of(elder, rest="") -> str:
    return f"/teams/{elder.team_id}/elders/{elder.id}{rest}"


def visit_of(elder, people=None, **more) -> Visit:
    return VisitFactory(elder=elder, people=people, **more)


def begun(elder, people=None, **more) -> Visit:
    """A visit that began half an hour ago."""
    return visit_of(elder, people, in_days=-1 / 48, **more)


def lines() -> list[ReadingEntry]:
    return session.query(ReadingEntry).order_by(ReadingEntry.id).all()


def in_this_order(page, *words) -> bool:
    places = [page.index(word) for word in words]
    return places == sorted(places)


# --- the list --------------------------------------------------------------------------------


def test_who_is_overdue_stands_first_and_the_others_by_name(browser, team):
    def add(called, name, days_ago):
        today = team.today(clock.now())
        ElderFactory(
            team=team,
            preferred_name=called,
            person__name=name,
            last_seen_on=today - timedelta(days=days_ago),
        )

    add("张嬢嬢", "张芳", 3)
    add("王婆婆", "王芳", 34)
    add("赵大爷", "赵明", 29)
    add("李大爷", "李明", 3)

    page = browser.get(f"/teams/{team.id}/elders").text

    assert in_this_order(page, "王婆婆", "赵大爷", "李大爷", "张嬢嬢")
    assert "Overdue by 6 days" in page
    assert "Overdue by 1 day<" in page
    assert "2 elders should have been seen by now" in page


def test_a_list_shows_the_building_and_no_room(browser, elder):
    page = browser.get(f"/teams/{elder.team_id}/elders").text

    assert "锦绣东方小区3栋" in page
    assert "501室" not in page


@pytest.mark.parametrize(
    ("show", "called"),
    [
        ("overdue", "周婆婆"),
        ("unpaired", "周婆婆"),
        ("high-risk", "吴婆婆"),
        ("not-agreed", "郑婆婆"),
        ("away", "冯婆婆"),
    ],
)
def test_a_coordinator_narrows_the_list(browser, team, show, called):
    long_ago = team.today(clock.now()) - timedelta(days=60)
    PairingFactory(
        elder=ElderFactory(team=team, preferred_name="吴婆婆", risk_level=RiskLevel.HIGH)
    )
    PairingFactory(
        elder=ElderFactory(team=team, preferred_name="郑婆婆", status=ElderStatus.PROSPECTIVE)
    )
    PairingFactory(
        elder=ElderFactory(team=team, preferred_name="冯婆婆", status=ElderStatus.SUSPENDED)
    )
    ElderFactory(team=team, preferred_name="周婆婆", last_seen_on=long_ago)

    page = browser.get(f"/teams/{team.id}/elders?show={show}").text

    shown = [name for name in ("吴婆婆", "郑婆婆", "冯婆婆", "周婆婆") if name in page]
    assert shown == [called]


@pytest.mark.parametrize("words", ["王淑", "王婆", "wsh", "Wang Shu", "13900000001", "0001"])
def test_an_elder_is_found_by_name_pinyin_and_phone(browser, elder, words):
    ElderFactory(team=elder.team, person__name="李明", preferred_name="李大爷")

    page = browser.get(f"/teams/{elder.team_id}/elders?q={words}").text

    assert "1 elder found" in page
    assert "王婆婆" in page
    assert "李大爷" not in page


def test_by_building_one_walks_from_the_second_to_the_tenth(browser, team):
    for called, building in (("甲婆婆", "10"), ("乙婆婆", "2"), ("丙婆婆", "9")):
        address = {"estate": "锦绣东方小区", "building": building, "room": "1"}
        ElderFactory(team=team, preferred_name=called, address=address)

    page = browser.get(f"/teams/{team.id}/elders?order=walk").text

    assert in_this_order(page, "小区2栋", "乙婆婆", "小区9栋", "丙婆婆", "小区10栋", "甲婆婆")


def test_taking_a_consent_back_is_offered_and_not_told_as_done(browser, elder):
    page = browser.get(f"/teams/{elder.team_id}/elders/{elder.id}").text

    assert "Do they no longer agree?" in page
    assert "Taken back" not in page


def test_an_empty_list_says_what_comes_next(browser, team):
    page = browser.get(f"/teams/{team.id}/elders").text

    assert "Nobody is on the list yet." in page
    assert f"/teams/{team.id}/elders/new" in page
    assert "The team looks after 0 elders" not in page


def test_an_address_that_names_no_way_to_show_shows_everybody(browser, elder):
    assert "王婆婆" in browser.get(f"/teams/{elder.team_id}/elders?show=x&order=x").text


def test_who_left_the_list_is_found_below_it_with_why_and_since_when(browser, team, elder):
    address = f"/teams/{team.id}/elders"
    assert "No longer on the list" not in browser.get(address).text
    left = {reason: ElderFactory(team=team) for reason in EndReason}
    for reason, one in left.items():
        one.preferred_name = f"{reason}的婆婆"
        care.end(one, reason, by=PersonFactory())

    page = browser.get(address).text

    listed, below = page.split("No longer on the list", 1)
    assert elder.preferred_name in listed
    assert elder.preferred_name not in below
    for one, why in zip(left.values(), ["Moved away", "Does not want", "Has died"], strict=True):
        assert one.preferred_name not in listed
        assert f"{address}/{one.id}" in below
        assert why in below
    assert "Moved away, since " in below


def test_the_list_is_empty_and_who_left_it_is_found_all_the_same(browser, team, elder):
    care.end(elder, EndReason.DIED, by=PersonFactory())

    page = browser.get(f"/teams/{team.id}/elders").text

    assert "Nobody is on the list yet." in page
    assert f"/teams/{team.id}/elders/{elder.id}" in page


def test_the_list_of_sixty_takes_twelve_queries_at_most(browser, team, count_queries):
    for _number in range(60):
        ElderFactory(team=team)
    for _number in range(20):
        ElderFactory(team=team, status=ElderStatus.ENDED, end_reason=EndReason.MOVED)
    for found in session.query(Elder).limit(20).all():
        PairingFactory(elder=found)

    with count_queries() as sent:
        browser.get(f"/teams/{team.id}/elders")

    assert len(sent) <= 12, sent


# --- taking in -------------------------------------------------------------------------------


def test_somebody_who_agreed_is_taken_in(browser, team):
    answer = browser.post(f"/teams/{team.id}/elders/new", data=NEW_ELDER, follow_redirects=True)

    assert "王婆婆 is on the list." in answer.text
    elder = session.query(Elder).one()
    assert (elder.person.name, elder.person.phone) == ("王淑华", "13900000001")
    assert str(elder.home) == "锦绣东方小区3栋2单元501室"
    assert elder.is_active
    (contact,) = elder.contacts
    assert (contact.name, contact.phone, contact.has_key) == ("王小红", "13900000002", True)


def test_somebody_new_sent_twice_by_an_impatient_finger_is_one_person(browser, team):
    for _twice in range(2):
        answer = browser.post(f"/teams/{team.id}/elders/new", data=NEW_ELDER)
        assert answer.status_code == 302

    elder = session.query(Elder).one()
    other = {**NEW_ELDER, "phone": "13900000009"}
    browser.post(f"/teams/{team.id}/elders/new", data=other)
    assert session.query(Elder).count() == 2
    assert elder.person.name == "王淑华"


def test_the_parts_of_an_address_may_be_filled_in_one_by_one(browser, team):
    parts = {"estate": "锦绣东方小区", "building": "3栋", "unit": "2单元", "room": "501"}

    browser.post(f"/teams/{team.id}/elders/new", data={**NEW_ELDER, **parts})

    assert str(session.query(Elder).one().home) == "锦绣东方小区3栋2单元501室"


def test_who_has_not_agreed_yet_is_on_the_list_and_not_visited(browser, team):
    data = {**NEW_ELDER, "agreed": "not_yet"}

    page = browser.post(f"/teams/{team.id}/elders/new", data=data, follow_redirects=True).text

    assert "Visits begin once they agree." in page
    assert "They have not agreed yet, so nobody visits." in page
    assert "Plan a visit" not in page
    assert session.query(Elder).one().status is ElderStatus.PROSPECTIVE


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"preferred_name": " "}, "Please fill this in."),
        ({"phone": "12345"}, "A phone number has 11 digits"),
        ({"birth_year": "38"}, "with four digits"),
        ({"birth_year": "abc"}, "with four digits"),
        ({"contacts-0-phone": ""}, "Which number?"),
        ({"contacts-0-phone": "123"}, "A phone number has 11 digits"),
        ({"contacts-0-name": ""}, "Whose number is this?"),
        ({"risk": "high"}, "Please write the reason."),
        ({"agreed": ""}, "Please choose one."),
        ({"agreed": "spoken"}, "Who heard it?"),
        ({"interval_days": "0"}, "A number from 1 to 366"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(browser, team, wrong, sentence):
    data = {**NEW_ELDER, **wrong, "note": "住在桂花树后面"}

    page = browser.post(f"/teams/{team.id}/elders/new", data=data).text

    assert sentence in page
    assert "住在桂花树后面" in page
    assert session.query(Elder).count() == 0


def test_who_said_yes_aloud_was_heard_by_somebody(browser, team):
    data = {**NEW_ELDER, "agreed": "spoken", "witness": "何素芳"}

    browser.post(f"/teams/{team.id}/elders/new", data=data)

    page = browser.get(of(session.query(Elder).one())).text
    assert "In spoken words: 何素芳" in page


def test_a_member_who_is_looked_after_too_stays_one_person(browser, team):
    member = MembershipFactory(team=team, person__name="李玉珍", person__phone="13900000009")
    address = f"/teams/{team.id}/elders/new?member={member.id}"
    assert "李玉珍 is in the team already." in browser.get(address).text

    browser.post(address, data={**NEW_ELDER, "name": "", "phone": ""})

    elder = session.query(Elder).one()
    assert elder.person_id == member.person_id
    assert (elder.person.name, elder.person.phone) == ("李玉珍", "13900000009")


def test_nobody_is_taken_in_twice(browser, elder, team):
    member = MembershipFactory(team=team, person=elder.person)

    page = browser.post(f"/teams/{team.id}/elders/new?member={member.id}", data=NEW_ELDER).text

    assert "on the team&#x27;s list of elders already" in page


def test_a_member_of_another_team_is_not_taken_in_here(browser, team):
    stranger = MembershipFactory()

    address = f"/teams/{team.id}/elders/new?member={stranger.id}"

    assert browser.get(address).status_code == 404
    assert browser.post(address, data=NEW_ELDER).status_code == 404


# --- one elder -------------------------------------------------------------------------------


def test_the_page_of_an_elder_tells_everything_but_health(browser, with_health):
    PairingFactory(elder=with_health, person=volunteer_of(with_health.team, name="何素芳"))

    page = browser.get(of(with_health)).text

    for words in ("王淑华", "锦绣东方小区3栋2单元501室", "tel:13900000001", "tel:13700000000",
                  "说四川话", "楼梯灯暗", "何素芳", "Being looked after by the team"):  # fmt: skip
        assert words in page
    assert SHORT_NOTE not in page
    assert "花生" not in page
    assert lines() == []


def test_the_page_of_an_elder_takes_twelve_queries_at_most(browser, elder, count_queries):
    for number in range(12):
        visit = begun(elder)
        if number % 2:
            recording.record(visit, recording.Report(VisitStatus.DONE), by=visit.going[0])
        PairingFactory(elder=elder)
    address = of(elder)

    with count_queries() as sent:
        browser.get(address)

    assert len(sent) <= 12, sent


def test_what_is_true_now_is_put_down(browser, elder):
    page = browser.get(of(elder, "/details")).text
    assert 'value="王婆婆"' in page
    assert 'value="501"' in page
    data = {**NEW_ELDER, "preferred_name": "王奶奶", "estate": "小税巷5号院 2-1-3"}

    browser.post(of(elder, "/details"), data=data)

    assert elder.preferred_name == "王奶奶"
    assert (elder.home.building, elder.home.unit, elder.home.room) == ("2", "1", "3")
    assert [contact.name for contact in elder.contacts] == ["王小红"]


def test_who_signs_in_with_a_password_keeps_name_and_phone(browser, elder):
    UserFactory(person=elder.person)

    page = browser.get(of(elder, "/details")).text
    browser.post(of(elder, "/details"), data={**NEW_ELDER, "name": "别人", "phone": ""})

    assert "Only they can change their name" in page
    assert (elder.person.name, elder.person.phone) == ("王淑华", "13900000001")
    assert elder.birth_year == 1938


def test_more_care_has_a_reason_and_a_name(browser, elder):
    refused = browser.post(of(elder, "/risk"), data={"level": "high", "reason": ""}).text
    assert "Please write the reason." in refused

    browser.post(of(elder, "/risk"), data={"level": "high", "reason": "三月摔过"})

    page = browser.get(of(elder)).text
    assert "Care: High" in page
    assert "三月摔过" in page
    assert "Set by 陈桂芳" in page


def test_in_hospital_says_what_it_means_and_ends_with_one_button(browser, elder):
    visit = visit_of(elder)
    page = browser.get(of(elder, "/pause")).text
    assert "1 planned visit is cancelled" in page

    browser.post(of(elder, "/pause"), data={"note": "骨科病房"})

    assert elder.status is ElderStatus.SUSPENDED
    assert visit.status is VisitStatus.CANCELLED
    assert "骨科病房" in browser.get(of(elder)).text

    browser.post(of(elder, "/return"))

    assert elder.is_active


def test_off_the_list_says_who_becomes_free(browser, elder):
    PairingFactory(elder=elder, person=volunteer_of(elder.team, name="何素芳"))
    page = browser.get(of(elder, "/end")).text
    assert "Free for others: 何素芳." in page

    answer = browser.post(of(elder, "/end"), data={"reason": "moved"}, follow_redirects=True)

    assert "王婆婆 is no longer on the list." in answer.text
    assert elder.status is ElderStatus.ENDED
    assert elder.paired == []
    assert "Moved away" in browser.get(of(elder)).text
    assert browser.get(of(elder, "/details")).status_code == 404


def test_off_the_list_needs_to_know_why(browser, elder):
    page = browser.post(of(elder, "/end"), data={}).text

    assert "Please fill this in." in page
    assert elder.is_active


def test_volunteers_are_tied_to_an_elder_and_free_again(browser, elder):
    person = volunteer_of(elder.team, name="何素芳")

    browser.post(of(elder, "/pairings"), data={"person": person.id})
    assert [pairing.person for pairing in elder.paired] == [person]

    pairing = session.query(Pairing).one()
    browser.post(f"/teams/{elder.team_id}/pairings/{pairing.id}/end")
    assert elder.paired == []


def test_nobody_of_another_team_is_tied_to_an_elder(browser, elder):
    stranger = MembershipFactory().person

    answer = browser.post(of(elder, "/pairings"), data={"person": stranger.id})

    assert answer.status_code == 404
    assert session.query(Pairing).count() == 0


def test_the_printed_card_says_what_never_and_nothing_of_health(browser, with_health):
    page = browser.get(of(with_health, "/card")).text

    for never in wording.NEVER:
        assert str(never) in page
    assert len(wording.NEVER) == 8
    assert "锦绣东方小区3栋2单元501室" in page
    assert SHORT_NOTE not in page


# --- what they agreed to ---------------------------------------------------------------------


def test_a_consent_is_noted_and_begins_the_visits(browser, team):
    elder = ElderFactory(team=team, status=ElderStatus.PROSPECTIVE)

    browser.post(of(elder, "/consents/new"), data={"scope": "basic", "way": "paper"})

    assert elder.is_active
    assert consents.has(elder.person, ConsentScope.BASIC)


def test_agreeing_anew_does_not_end_a_stay_in_hospital(browser, team):
    elder = ElderFactory(team=team, status=ElderStatus.SUSPENDED)

    browser.post(of(elder, "/consents/new"), data={"scope": "basic", "way": "paper"})

    assert elder.status is ElderStatus.SUSPENDED


def test_nothing_is_ticked_before_they_were_asked(browser, elder):
    page = browser.get(of(elder, "/consents/new")).text

    assert page.count(" checked") == 1  # only that it was they themselves who said so
    assert " checked" in page[page.index('name="given_by"') :]


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "spoken"},
        {"given_by": "guardian"},
        {"scope": ""},
        {"scope": "companion"},
        {"given_on": "2999-01-01"},
        {"expires_on": "2020-01-01"},
    ],
)
def test_half_a_consent_is_none(browser, elder, wrong):
    data = {"scope": "health", "way": "paper", "given_by": "self", **wrong}

    answer = browser.post(of(elder, "/consents/new"), data=data)

    assert answer.status_code == 200
    assert not consents.has(elder.person, ConsentScope.HEALTH)


def test_taking_it_back_says_first_what_stops(browser, elder):
    visit = visit_of(elder)
    consent = consents.good_ones(elder.person, ConsentScope.BASIC)[0]
    address = of(elder, f"/consents/{consent.id}/withdrawal")
    assert "1 planned visit is cancelled" in browser.get(address).text
    # A box of its own between quotation marks would leave them at the end of a line.
    assert "“<span" not in browser.get(f"{address}?lang=zh").text

    browser.post(address)

    assert visit.status is VisitStatus.CANCELLED
    assert elder.status is ElderStatus.PROSPECTIVE
    assert browser.get(address).status_code == 404


def test_a_consent_of_somebody_else_is_not_found_here(browser, elder):
    theirs = ConsentFactory()

    answer = browser.post(of(elder, f"/consents/{theirs.id}/withdrawal"))

    assert answer.status_code == 404
    assert theirs.withdrawn_on is None


def test_a_consent_that_has_ended_is_asked_for_anew(browser, team):
    elder = ElderFactory(team=team, consent=None)
    ConsentFactory(person=elder.person, given_on=date(2020, 1, 1), expires_on=date(2020, 12, 31))

    page = browser.get(of(elder)).text

    assert "What they agreed to has ended" in page
    assert "Plan a visit" not in page


# --- health ----------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?reason=", "?reason=curiosity", "?reason=export"])
def test_without_a_reason_nothing_is_shown_and_no_line_written(browser, with_health, query):
    page = browser.get(of(with_health, f"/health{query}")).text

    assert "Why do you look?" in page
    assert "I cook for them" in page
    assert SHORT_NOTE not in page
    assert lines() == []


def test_with_a_reason_the_line_comes_first(browser, with_health, coordinator):
    page = browser.get(of(with_health, "/health?reason=meal")).text

    assert SHORT_NOTE in page
    assert "花生" in page
    (line,) = lines()
    assert (line.by_id, line.person_id) == (coordinator.person_id, with_health.person_id)
    assert (line.reason, line.is_allowed) == (Reason.MEAL, True)


def test_a_look_that_is_refused_is_written_down_too(with_health, signed_in_as):
    curious = volunteer_of(with_health.team)

    answer = signed_in_as(curious).get(of(with_health, "/health?reason=visit"))

    assert answer.status_code == 404
    (line,) = lines()
    assert (line.by_id, line.is_allowed) == (curious.id, False)


def test_a_visitor_who_is_not_signed_in_leaves_no_line(client, with_health):
    assert client.get(of(with_health, "/health?reason=visit")).status_code == 302
    assert lines() == []


def test_without_their_consent_nothing_is_shown(browser, with_health, coordinator):
    consents.withdraw(with_health.person, ConsentScope.HEALTH, by=coordinator.person)

    page = browser.get(of(with_health, "/health?reason=upkeep")).text

    assert "王婆婆 has not agreed that health and diet are noted." in page
    assert "scope=health" in page
    assert SHORT_NOTE not in page


def test_health_is_kept_up_to_date(browser, with_health, coordinator):
    page = browser.get(of(with_health, "/health?reason=upkeep")).text
    assert f'value="{SHORT_NOTE}"' in page

    data = {"note": "戴助听器", "diet_tags": ["soft", "diabetes"]}
    browser.post(of(with_health, "/health?reason=upkeep"), data=data)

    known = health.read(with_health, by=coordinator.person, reason=Reason.UPKEEP, allowed=True)
    assert known == Health(note="戴助听器", diet_tags=[DietTag.SOFT, DietTag.DIABETES])


def test_the_coordinators_see_who_looked(browser, with_health, signed_in_as):
    curious = volunteer_of(with_health.team, name="何素芳")
    signed_in_as(curious).get(of(with_health, "/health?reason=visit"))
    browser.get(of(with_health, "/health?reason=emergency"))

    page = browser.get(f"/teams/{with_health.team_id}/readings").text

    assert in_this_order(page, "Something has happened", "I plan or prepare a visit")
    assert in_this_order(page, "陈桂芳", "何素芳")
    assert page.count("Was refused") == 1


def test_an_earlier_month_has_its_own_page(browser, with_health, team):
    browser.get(of(with_health, "/health?reason=emergency"))

    page = browser.get(f"/teams/{team.id}/readings?month=2024-02").text

    assert "Nobody looked in this month." in page
    assert "month=2024-01" in page
    assert "month=2024-03" in page


@pytest.mark.parametrize("month", ["", "x", "2024-13", "2999-01", "0001-01"])
def test_a_month_that_is_none_means_this_one(browser, with_health, month):
    browser.get(of(with_health, "/health?reason=emergency"))

    page = browser.get(f"/teams/{with_health.team_id}/readings?month={month}").text

    assert "Something has happened" in page


# --- planning a visit ------------------------------------------------------------------------


@pytest.fixture
def paired(elder):
    """The two volunteers who look after the elder."""
    return [PairingFactory(elder=elder).person for _number in range(2)]


def plan(elder, people, **more):
    data = {"channel": "home", "day": "下周二", "at": "下午3点", **more}
    return {**data, "people": [person.id for person in people]}


def test_who_looks_after_them_is_proposed(browser, elder, paired):
    other = volunteer_of(elder.team)

    page = browser.get(of(elder, "/visits/new")).text

    for person in paired:
        assert f'value="{person.id}" checked' in page
    assert f'value="{other.id}"' in page
    assert f'value="{other.id}" checked' not in page


def test_who_is_under_18_goes_along_and_the_form_says_so_beside_the_names(browser, elder, paired):
    paired[1].birth_year = clock.now().year - 16
    session.commit()

    page = browser.post(of(elder, "/visits/new"), data=plan(elder, paired)).text

    assert "Who is under 18 never goes to a home alone." in page
    assert f'value="{paired[0].id}" checked' in page
    assert session.query(Visit).count() == 0


def test_two_go_on_the_day_that_was_written_in_words(browser, elder, paired):
    browser.post(of(elder, "/visits/new"), data=plan(elder, paired))

    visit = session.query(Visit).one()
    assert visit.going == paired
    assert (visit.wall_starts.hour, visit.wall_starts.weekday()) == (15, 1)
    told = {message.person_id for message in session.query(OutboxMessage)}
    assert told == {person.id for person in paired}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"people": []}, "Please choose who goes."),
        ({"day": "neverday"}, "We could not read"),
        ({"day": "2020-01-01"}, "This time is over already."),
        ({"day": "2126-10-14"}, "Please choose a day from today on, within a year."),
        ({"day": "9999-12-31"}, "We could not read"),
        ({"at": ""}, "Please fill this in."),
    ],
)
def test_a_plan_with_something_wrong_plans_nothing(browser, elder, paired, wrong, sentence):
    page = browser.post(of(elder, "/visits/new"), data={**plan(elder, paired), **wrong}).text

    assert sentence in page
    assert session.query(Visit).count() == 0


def test_one_alone_needs_a_reason(browser, elder, paired):
    alone = plan(elder, paired[:1])
    assert "Two people go to a home." in browser.post(of(elder, "/visits/new"), data=alone).text

    browser.post(of(elder, "/visits/new"), data={**alone, "alone_reason": "隔壁邻居"})

    assert session.query(Visit).one().going == paired[:1]


def test_who_goes_alone_without_a_reason_types_nothing_twice(browser, elder, paired):
    page = browser.post(of(elder, "/visits/new"), data=plan(elder, paired[:1])).text

    assert "Two people go to a home." in page
    assert 'value="下周二"' in page
    assert f'value="{paired[0].id}" checked' in page
    assert f'value="{paired[1].id}" checked' not in page


def test_what_a_rule_refuses_stands_in_the_form_as_it_was_filled_in(
    browser, elder, paired, monkeypatch
):
    def refuse(*_values: object, **_more: object) -> None:
        raise DomainError("Not today, please.")

    monkeypatch.setattr(visits, "plan", refuse)
    form = of(elder, "/visits/new")
    data = plan(elder, paired, at="下午4点")

    answer = browser.post(form, data=data, headers={"Referer": f"http://localhost{form}"})

    assert answer.status_code == 409
    assert answer.text.count("Not today, please.") == 1
    assert 'value="下午4点"' in answer.text


def test_one_alone_may_phone(browser, elder, paired):
    browser.post(of(elder, "/visits/new"), data=plan(elder, paired[:1], channel="phone"))

    assert session.query(Visit).one().channel is VisitChannel.PHONE


def test_who_is_away_is_not_visited(browser, team):
    elder = ElderFactory(team=team, status=ElderStatus.SUSPENDED)

    assert browser.get(of(elder, "/visits/new")).status_code == 404


@pytest.mark.parametrize("channel", ["phone", "met"])
def test_who_phoned_or_met_them_records_it_at_once(browser, elder, channel):
    answer = browser.post(of(elder, "/visits"), data={"channel": channel})

    visit = session.query(Visit).one()
    assert answer.location == f"/visits/{visit.id}/record"
    assert "Did you see them?" in browser.get(answer.location).text


def test_what_was_begun_by_a_slip_can_be_taken_back(browser, elder):
    record = browser.post(of(elder, "/visits"), data={"channel": "met"}).location
    visit = session.query(Visit).one()
    cancel = f"/visits/{visit.id}/cancellation"
    assert cancel in browser.get(record).text
    assert "so nobody is told" in browser.get(cancel).text

    page = browser.post(cancel, follow_redirects=True).text

    assert visit.status is VisitStatus.CANCELLED
    assert "is told" not in page
    assert session.query(OutboxMessage).count() == 0


def test_nobody_just_begins_a_visit_at_home(browser, elder):
    browser.post(of(elder, "/visits"), data={"channel": "home"})

    assert session.query(Visit).count() == 0


def test_another_time_and_another_visitor(browser, elder, paired):
    visit = visit_of(elder, paired[:1])

    browser.post(f"/visits/{visit.id}/change", data={"day": "下周五", "at": "9:30"})
    browser.post(f"/visits/{visit.id}/visitors", data={"person": paired[1].id})

    assert (visit.wall_starts.hour, visit.wall_starts.weekday()) == (9, 4)
    assert visit.going == paired


def test_who_chooses_nobody_is_asked_who_it_is(browser, elder, paired):
    visit = visit_of(elder, paired[:1])

    for address in (f"/visits/{visit.id}/visitors", of(elder, "/pairings")):
        assert "Please choose who it is." in browser.post(address, data={"person": ""}).text
    assert visit.going == paired[:1]


def test_cancelling_says_who_is_told(browser, elder, paired):
    visit = visit_of(elder, paired)
    assert paired[0].name in browser.get(f"/visits/{visit.id}/cancellation").text

    browser.post(f"/visits/{visit.id}/cancellation")

    assert visit.status is VisitStatus.CANCELLED
    assert "This visit does not take place." in browser.get(f"/visits/{visit.id}").text
    assert browser.get(f"/visits/{visit.id}/change").status_code == 404


def test_no_letter_about_a_visit_names_the_elder(browser, with_health, paired, coordinator):
    elder = with_health
    other = CoordinatorFactory(team=elder.team)
    planned, moved, cancelled, missing = (visit_of(elder, paired) for _number in range(4))
    alarm = begun(elder, paired)
    notices.tell_visitors(notices.VISIT_PLANNED, planned, paired, by=coordinator.person)
    wall = moved.wall_starts + timedelta(days=1)
    visits.move(moved, wall, by=coordinator.person)
    visits.cancel(cancelled, by=coordinator.person)
    visits.withdraw(missing, paired[0], by=paired[0])
    recording.record(alarm, recording.Report(VisitStatus.NO_ANSWER), by=paired[0])

    messages = session.query(OutboxMessage).order_by(OutboxMessage.id).all()
    about_visits = [message for message in messages if message.kind != notices.VISIT_ALARM]
    letters = notices.write(about_visits) | notices.write_of_no_answer(messages)

    assert {message.kind for message in messages if message.id in letters} == {
        "visit_planned", "visit_moved", "visit_cancelled", "visitor_missing", "visit_alarm",
    }  # fmt: skip
    assert any(message.person_id == other.person_id for message in messages)
    for letter in letters.values():
        whole = letter.subject + letter.text + letter.html
        assert elder.team.name in whole
        assert "/visits/" in whole or "/no-answers/" in whole
        for secret in ("王淑华", "王婆婆", "锦绣东方", "501室", "13900000001", SHORT_NOTE, "楼梯"):
            assert secret not in whole


# --- a visitor -------------------------------------------------------------------------------


@pytest.mark.parametrize("in_days", [0.9, -0.9])
def test_near_the_day_a_visitor_sees_whom_they_visit(with_health, paired, signed_in_as, in_days):
    visit = visit_of(with_health, paired, in_days=in_days)

    page = signed_in_as(paired[0]).get(f"/visits/{visit.id}").text

    for words in ("王婆婆", "锦绣东方小区3栋2单元501室", "tel:13900000001", "tel:13700000000",
                  "说四川话", "楼梯灯暗", SHORT_NOTE, paired[1].name, "take money"):  # fmt: skip
        assert words in page
    assert "花生" not in page
    (line,) = lines()
    assert (line.by_id, line.reason, line.is_allowed) == (paired[0].id, Reason.VISIT, True)


@pytest.mark.parametrize("in_days", [2, -2])
def test_otherwise_a_visitor_sees_only_when_and_with_whom(
    with_health, paired, signed_in_as, in_days
):
    visit = visit_of(with_health, paired, in_days=in_days)
    hers = signed_in_as(paired[0])

    page = hers.get(f"/visits/{visit.id}").text

    assert "Whom you visit is shown here from the day before until the day after." in page
    assert paired[1].name in page
    for secret in (
        "王婆婆",
        "王淑华",
        "锦绣东方",
        "13900000001",
        "13700000000",
        "楼梯",
        SHORT_NOTE,
    ):
        assert secret not in page
    assert lines() == []
    assert hers.get(f"/visits/{visit.id}/record").status_code == 404
    assert hers.post(f"/visits/{visit.id}/no-answer").status_code == 404


def test_without_consent_a_visitor_reads_nothing_of_health(with_health, paired, signed_in_as):
    consents.withdraw(with_health.person, ConsentScope.HEALTH, by=paired[0])
    visit = begun(with_health, paired)

    page = signed_in_as(paired[0]).get(f"/visits/{visit.id}").text

    assert "王婆婆" in page
    assert SHORT_NOTE not in page
    assert lines() == []


def test_once_recorded_nothing_of_health_is_shown_again(with_health, paired, signed_in_as):
    visit = begun(with_health, paired)
    recording.record(visit, recording.Report(VisitStatus.DONE), by=paired[0])

    assert SHORT_NOTE not in signed_in_as(paired[0]).get(f"/visits/{visit.id}").text
    assert lines() == []


def test_a_coordinator_reads_of_health_only_behind_its_question(browser, with_health, paired):
    visit = begun(with_health, paired)

    assert SHORT_NOTE not in browser.get(f"/visits/{visit.id}").text
    assert lines() == []


def test_who_does_not_go_sees_no_visit(elder, paired, signed_in_as):
    visit = begun(elder, paired)

    assert signed_in_as(volunteer_of(elder.team)).get(f"/visits/{visit.id}").status_code == 404


def test_who_has_given_it_back_sees_it_no_more(elder, paired, signed_in_as):
    visit = begun(elder, paired)
    hers = signed_in_as(paired[0])
    address = f"/visits/{visit.id}/visitors/{paired[0].id}/withdrawal"
    assert "You can't come?" in hers.get(address).text

    assert "Thank you for saying so." in hers.post(address, follow_redirects=True).text

    assert visit.going == [paired[1]]
    assert hers.get(f"/visits/{visit.id}").status_code == 404


def test_nobody_gives_back_for_another_but_a_coordinator(browser, elder, paired, signed_in_as):
    visit = visit_of(elder, paired)
    address = f"/visits/{visit.id}/visitors/{paired[1].id}/withdrawal"

    assert signed_in_as(paired[0]).post(address).status_code == 404
    assert browser.post(address).status_code == 302
    assert visit.going == [paired[0]]


def test_a_coordinator_sees_who_is_away_then_and_visitors_do_not(
    browser, elder, paired, signed_in_as
):
    visit = visit_of(elder, paired)
    day = visit.wall_starts.date()
    for person in (paired[1], volunteer_of(elder.team)):
        away.note(person, Stretch(day, day), by=person)

    seen = browser.get(f"/visits/{visit.id}").text

    assert "Away until" in seen
    assert "(away until" in seen
    assert "way until" not in signed_in_as(paired[0]).get(f"/visits/{visit.id}").text


def test_a_companion_opens_the_visit_for_whom_they_act(elder, paired, signed_in_as):
    visit = begun(elder, paired)
    companion = PersonFactory()
    acting = CompanionFactory(person=paired[0], companion=companion)
    hers = signed_in_as(companion)
    assert hers.get(f"/visits/{visit.id}").status_code == 404

    hers.post(f"/companions/{acting.id}/acting")
    hers.post(f"/visits/{visit.id}/record", data={**ALL_FINE, "all_fine": "1"})

    assert visit.status is VisitStatus.DONE
    assert visit.recorded_by_id == companion.id


def test_a_companion_of_a_coordinator_has_none_of_their_powers(
    elder, coordinator, paired, signed_in_as
):
    visit = begun(elder, paired)
    companion = PersonFactory()
    acting = CompanionFactory(person=coordinator.person, companion=companion)
    hers = signed_in_as(companion)
    hers.post(f"/companions/{acting.id}/acting")

    for address in (f"/visits/{visit.id}", of(elder), f"/teams/{elder.team_id}/elders"):
        assert hers.get(address).status_code == 404


def test_a_coordinator_who_acts_for_a_visitor_has_what_the_visitor_has(
    browser, elder, coordinator, paired
):
    visit = visit_of(elder, paired, in_days=5)
    others = f"/visits/{visit.id}/visitors/{paired[1].id}/withdrawal"
    assert "王婆婆" in browser.get(f"/visits/{visit.id}").text
    acting = CompanionFactory(person=paired[0], companion=coordinator.person)

    browser.post(f"/companions/{acting.id}/acting")

    page = browser.get(f"/visits/{visit.id}").text
    assert "Whom you visit is shown here from the day before until the day after." in page
    assert "王婆婆" not in page
    assert browser.get(f"/visits/{visit.id}/record").status_code == 404
    assert browser.get(others).status_code == 404


# --- recording -------------------------------------------------------------------------------


@pytest.fixture
def visit(elder, paired) -> Visit:
    return begun(elder, paired)


@pytest.fixture
def hers(paired, visit, signed_in_as):
    """The browser of the first visitor."""
    return signed_in_as(paired[0])


def record(browser, visit, **found):
    data = {"outcome": "done", **ALL_FINE, **found}
    return browser.post(f"/visits/{visit.id}/record", data=data, follow_redirects=True).text


def test_everything_is_fine_with_one_button(hers, visit, elder):
    page = record(hers, visit, outcome="no_answer", all_fine="1", next_on="下周二")

    assert "Saved, and the next visit is planned." in page
    assert visit.status is VisitStatus.DONE
    assert {found.finding for found in recording.findings_of(visit).values()} == {Finding.FINE}
    assert elder.last_seen_on == visit.day
    (coming,) = queries.list_planned_visits(elder)
    assert (coming.day.weekday(), len(coming.going)) == (1, 2)


def test_all_fine_takes_nothing_away_that_was_marked(hers, visit):
    marked = {"mood-finding": "watch", "mood-words": "想老伴"}

    page = record(hers, visit, all_fine="1", **marked)

    assert "Something below is marked or written down." in page
    assert "想老伴" in page
    assert visit.is_planned


def test_what_must_be_done_needs_words_and_keeps_what_was_typed(hers, visit):
    page = record(hers, visit, **{"home-finding": "act", "note": "送了橘子", "left": "下午3:40"})

    assert "Please write what has to be done." in page
    assert "送了橘子" in page
    assert "下午3:40" in page
    assert visit.is_planned


def test_what_was_found_is_read_by_the_coordinator(browser, hers, visit, elder):
    record(
        hers,
        visit,
        **{
            "mood-finding": "watch",
            "mood-words": "晚上睡不好",
            "home-finding": "act",
            "home-words": "厨房灯不亮",
            "left": "23:59",
            "told_family": "y",
            "note": "送了橘子",
        },
    )

    page = browser.get(of(elder)).text

    for words in ("晚上睡不好", "厨房灯不亮", "送了橘子", "The family was told.", "To be done"):
        assert words in page


@pytest.mark.parametrize("outcome", ["no_answer", "postponed", "declined"])
def test_something_marked_means_that_somebody_was_seen(hers, visit, outcome):
    page = record(hers, visit, outcome=outcome, **{"body-finding": "watch"})

    assert "Did you see them after all?" in page
    assert visit.is_planned


@pytest.mark.parametrize(
    ("begins", "typed", "left"),
    [
        ("22:30", "凌晨0:20", "10-14 00:20"),
        ("22:30", "22:10", "10-13 22:10"),
        ("9:00", "8:30", "10-13 08:30"),
        ("13:30", "1:10", "10-13 01:10"),
    ],
)
def test_who_leaves_after_midnight_has_left_on_the_next_day(
    elder, paired, signed_in_as, time_machine, begins, typed, left
):
    begins_at = zones.to_moment(datetime.fromisoformat(f"2026-10-13T{begins:0>5}"), elder.team.zone)
    visit = VisitFactory(elder=elder, people=paired, starts_at=begins_at)
    time_machine.move_to(begins_at + timedelta(hours=3), tick=False)

    record(signed_in_as(paired[0]), visit, left=typed)

    assert f"{visit.wall_left:%m-%d %H:%M}" == left


def test_who_has_left_the_team_has_no_link_to_a_visit_that_has_begun(hers, visit, paired, elder):
    assert f"/visits/{visit.id}" in hers.get("/").text
    MembershipFactory(person=paired[0])

    membership.leave(team_queries.find_membership(elder.team, paired[0]), by=paired[0])

    assert f"/visits/{visit.id}" not in hers.get("/").text


@pytest.mark.parametrize(
    ("day", "said"),
    [("2020-01-01", "This day is over already."), ("2126-10-14", "from today on, within a year.")],
)
def test_a_next_day_that_is_over_or_far_off_is_said_beside_it(hers, visit, day, said):
    page = record(hers, visit, next_on=day)

    assert said in page
    assert visit.is_planned


def test_nobody_moves_a_visit_to_a_year_that_was_mistyped(browser, visit):
    before = visit.wall_starts

    answer = browser.post(f"/visits/{visit.id}/change", data={"day": "2126-10-14", "at": "9:30"})

    assert "Please choose a day from today on, within a year." in answer.text
    assert visit.wall_starts == before


def test_nobody_records_before_it_begins_or_twice(elder, paired, signed_in_as, hers, visit):
    later = visit_of(elder, paired, in_days=0.5)
    assert "This visit has not begun yet." in record(hers, later)
    record(hers, visit)

    record(hers, visit, outcome="declined")

    assert visit.status is VisitStatus.DONE


def test_nobody_answered_leads_to_the_steps(hers, visit, elder):
    page = record(hers, visit, outcome="no_answer")

    assert visit.is_open_alarm
    assert in_this_order(
        page, "At once", "10 minutes", "家人一", "20 minutes", "家人二", "30 minutes"
    )
    for number in ("110", "119", "120", "13900000001", "13700000000", "13700000001"):
        assert f'href="tel:{number}"' in page
    assert "Handed over to somebody" not in page


def test_at_the_door_the_clock_starts_before_anything_is_written_down(hers, visit, elder):
    page = hers.post(f"/visits/{visit.id}/no-answer", follow_redirects=True).text

    assert visit.is_planned
    assert visit.is_open_alarm
    assert in_this_order(page, "just now", "Now", "Knock loudly", "10 minutes")


def guide_of(visit) -> str:
    return f"/no-answers/{visit.no_answer_id}"


def test_each_step_is_written_down_with_who_and_when(hers, visit, paired):
    hers.post(f"/visits/{visit.id}/no-answer")

    step = {"kind": "neighbour", "reached": "yes", "words": "邻居说去买菜了"}
    page = hers.post(f"{guide_of(visit)}/steps", data=step, follow_redirects=True).text

    assert in_this_order(page, "They know something", paired[0].name, "邻居说去买菜了")
    assert visit.is_open_alarm


def test_a_step_that_there_is_not_is_not_written_down(hers, visit):
    hers.post(f"/visits/{visit.id}/no-answer")

    assert (
        hers.post(f"{guide_of(visit)}/steps", data={"kind": "x", "reached": "yes"}).status_code
        < 500
    )

    assert visit.no_answer.steps == []


def test_a_visitor_says_that_they_spoke_with_them_and_hands_over_to_nobody(hers, visit):
    record(hers, visit, outcome="no_answer")

    hers.post(f"{guide_of(visit)}/closing", data={"ending": "handed_over", "handed_to": "小陈"})
    assert visit.is_open_alarm

    hers.post(f"{guide_of(visit)}/closing", data={"ending": "spoke", "words": "在午睡"})
    assert not visit.is_open_alarm


@pytest.mark.parametrize(
    "said", [{"ending": "spoke", "words": " "}, {"ending": "handed_over", "words": "好"}, {}]
)
def test_it_stays_open_without_words(browser, hers, visit, said):
    record(hers, visit, outcome="no_answer")

    browser.post(f"{guide_of(visit)}/closing", data=said)

    assert visit.is_open_alarm


def test_who_tries_to_close_it_too_early_is_told_why_not(browser, hers, visit):
    record(hers, visit, outcome="no_answer")

    page = browser.post(f"{guide_of(visit)}/closing", data={"ending": "spoke"}).text

    assert "Nobody has made sure yet that they are safe, so this can" in page


@pytest.mark.parametrize(
    ("said", "is_seen"),
    [
        ({"ending": "spoke", "words": "儿子来了"}, True),
        ({"ending": "handed_over", "handed_to": "儿子来了"}, False),
    ],
)
def test_a_coordinator_closes_it(browser, hers, visit, elder, said, is_seen):
    record(hers, visit, outcome="no_answer")
    assert "Not safe yet" in browser.get(f"/teams/{elder.team_id}/elders").text

    page = browser.post(f"{guide_of(visit)}/closing", data=said, follow_redirects=True).text

    assert "儿子来了" in page
    assert not visit.is_open_alarm
    assert (elder.last_seen_on == elder.team.today(clock.now())) is is_seen
    assert "Not safe yet" not in browser.get(f"/teams/{elder.team_id}/elders").text


def test_the_coordinator_sees_it_on_the_first_page_with_its_clock(browser, elder):
    NoAnswerFactory(elder=elder, began_at=clock.now() - timedelta(minutes=12, seconds=5))

    page = browser.get("/").text

    assert in_this_order(page, "Nobody answered. Are they safe?", "王婆婆", "for 12 minutes")


def test_nobody_else_sees_the_steps(signed_in_as, elder, visit):
    found = NoAnswerFactory(elder=elder)

    for stranger in (volunteer_of(elder.team), CoordinatorFactory().person):
        assert signed_in_as(stranger).get(f"/no-answers/{found.id}").status_code == 404
    assert signed_in_as(found.began_by).get(f"/no-answers/{found.id}").status_code == 200


# --- what is not shown, and why --------------------------------------------------------------


@pytest.fixture
def silent(team) -> Elder:
    """Of whom much is known, and who has taken back everything that they had agreed to."""
    return ElderFactory(
        team=team, person__phone="13900000001", consent=None, status=ElderStatus.PROSPECTIVE,
        birth_year=1941, note="爱下棋", key_holder="对门", contacts=1,
        categories=["dementia", "empty_nest"],
    )  # fmt: skip


def test_without_consent_nothing_is_shown_but_how_to_reach_them_and_it_says_why(browser, silent):
    page = browser.get(of(silent)).text

    for hidden in ("锦绣东方", "爱下棋", "对门", "years old", "Empty nest", "13700000000"):
        assert hidden not in page
    for shown in ("tel:13900000001", "they have not agreed to be looked after", "You may say no."):
        assert shown in page
    assert browser.get(of(silent, "/card"), follow_redirects=True).text.count("锦绣东方") == 0


def test_before_they_agree_only_how_to_reach_them_is_changed_and_the_rest_stays(browser, silent):
    page = browser.get(of(silent, "/details")).text
    for hidden in ("锦绣东方", "爱下棋", "13700000000"):
        assert hidden not in page

    data = {"name": "王淑华", "preferred_name": "王孃孃", "phone": "13900000009"}
    browser.post(of(silent, "/details"), data=data)
    session.expire_all()

    assert (silent.preferred_name, silent.person.phone) == ("王孃孃", "13900000009")
    assert (silent.note, silent.home.room, len(silent.contacts)) == ("爱下棋", "501", 1)
    assert silent.categories == ["dementia", "empty_nest"]


def test_each_consent_shows_its_own_fields(browser, silent):
    for scope, words in [
        (ConsentScope.BASIC, "Empty nest"),
        (ConsentScope.HEALTH, "Dementia"),
        (ConsentScope.CONTACTS, "家人一"),
    ]:
        consents.withdraw(silent.person, scope, by=silent.person)
        assert words not in browser.get(of(silent)).text

        ConsentFactory(person=silent.person, scope=scope)

        assert words in browser.get(of(silent)).text


def test_what_was_not_shown_is_kept_when_the_rest_is_changed(browser, silent):
    ConsentFactory(person=silent.person)
    consents.withdraw(silent.person, ConsentScope.CONTACTS, by=silent.person)
    page = browser.get(of(silent, "/details")).text
    assert "Dementia" not in page
    assert "家人一" not in page

    data = {**NEW_ELDER, "categories": ["living_alone"], "contacts-0-name": "别人",
            "contacts-0-phone": "13800000000"}  # fmt: skip
    browser.post(of(silent, "/details"), data=data)
    session.expire_all()

    assert sorted(silent.categories) == ["dementia", "living_alone"]
    assert [contact.name for contact in silent.contacts] == ["家人一"]


def test_a_visitor_does_not_see_contacts_that_may_not_be_told(signed_in_as, silent):
    ConsentFactory(person=silent.person)
    consents.withdraw(silent.person, ConsentScope.CONTACTS, by=silent.person)
    visit = begun(silent)
    hers = signed_in_as(visit.going[0])

    assert "家人一" not in hers.get(f"/visits/{visit.id}").text
    guide = hers.post(f"/visits/{visit.id}/no-answer", follow_redirects=True).text
    assert "家人一" in guide
    assert "In danger they may be; it is written down." in guide


def test_what_else_they_agree_to_is_asked_along_and_ticked_by_nobody_beforehand(browser, team):
    page = browser.get(f"/teams/{team.id}/elders/new").text
    assert 'value="contacts" checked' not in page

    data = {**NEW_ELDER, "also": ["contacts", "phone_care"]}
    browser.post(f"/teams/{team.id}/elders/new", data=data)

    (elder,) = queries.list_elders(team)
    assert consents.scopes_of(elder.person) == {
        ConsentScope.BASIC, ConsentScope.CONTACTS, ConsentScope.PHONE_CARE,
    }  # fmt: skip


# --- something has happened; whom to see today -----------------------------------------------


def test_a_fall_is_noted_and_stands_first_on_the_page_of_today(browser, elder, count_queries):
    browser.post(of(elder, "/change"), data={"change": "fall", "words": "在卫生间"})
    for number in range(4):
        other = ElderFactory(team=elder.team, preferred_name=f"张婆婆{number}")
        other.due_on = elder.team.today(clock.now()) - timedelta(days=number)
        PairingFactory(elder=other)
    session.commit()

    assert "在卫生间" in browser.get(of(elder)).text
    with count_queries() as sent:
        page = browser.get(f"/teams/{elder.team_id}/elders/due").text

    assert in_this_order(
        page, "5 elders to be seen today", "王婆婆", "Has fallen", "张婆婆3", "张婆婆0"
    )
    assert len(sent) <= 12, sent


def test_whose_care_is_to_be_looked_at_again_stands_there_too(browser, elder):
    elder.risk_review_on = elder.team.today(clock.now())
    session.commit()
    assert (
        "Is the level of care still right?"
        in browser.get(of(elder)[: -len(f"/{elder.id}")] + "/due").text
    )

    later = elder.team.today(clock.now()) + timedelta(days=60)
    data = {"level": "general", "review_on": later.isoformat()}
    browser.post(of(elder, "/risk"), data=data)

    assert elder.risk_review_on == later
    too_late = {"level": "general", "review_on": (later + timedelta(days=300)).isoformat()}
    assert "within half a year" in browser.post(of(elder, "/risk"), data=too_late).text


# --- there, and safely out; the notes before the first visit ---------------------------------


def test_a_visitor_says_that_they_are_there_and_safely_out(hers, visit):
    assert "We are there" in hers.get(f"/visits/{visit.id}").text

    hers.post(f"/visits/{visit.id}/arrival")
    page = hers.post(f"/visits/{visit.id}/safe-exit", follow_redirects=True).text

    assert in_this_order(page, "Arrived at", "Safely out at")
    assert visit.safe_out_at is not None


def test_before_the_first_visit_one_reads_what_to_beware_of(hers, browser, elder, paired):
    visit = visit_of(elder, paired, in_days=0.5)
    page = hers.get(f"/visits/{visit.id}").text
    assert in_this_order(
        page, "Your first visit here: read this before", "楼梯灯暗", "I have read it"
    )
    assert "First time: notes to read" in browser.get(f"/visits/{visit.id}").text

    page = hers.post(f"/visits/{visit.id}/reading", follow_redirects=True).text

    assert "Your first visit here" not in page
    assert "First time: has read them" in browser.get(f"/visits/{visit.id}").text


def test_who_ends_the_care_is_asked_to_call_who_looked_after_them(browser, elder, paired):
    page = browser.post(of(elder, "/end"), data={"reason": "died"}, follow_redirects=True).text

    assert "Please call them" in page
    assert paired[0].name in page


def test_a_level_that_nobody_is_named_for_is_not_kept(browser, with_health):
    page = browser.post(
        of(with_health, "/health?reason=upkeep"), data={"ability_level": "中度"}
    ).text

    assert "We never judge it ourselves." in page
