"""The list of elders, and how somebody is taken in, as people see it."""

from datetime import timedelta

import pytest

from tests.elders.visiting import NEW_ELDER, in_this_order, of, visit_of
from tests.factories.elders import ElderFactory, PairingFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import MembershipFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, visits
from volunteer.elders.models import Elder, ElderStatus, EndReason, RiskLevel

pytestmark = pytest.mark.usefixtures("database")


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

    path = f"/teams/{elder.team_id}/elders/search"
    page = browser.post(path, data={"q": words}, follow_redirects=True).text

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
    other = {**NEW_ELDER, "phone": "13900000009", "is_another": "y"}
    browser.post(f"/teams/{team.id}/elders/new", data=other)
    assert session.query(Elder).count() == 2
    assert elder.person.name == "王淑华"


YOUNG = str(clock.today().year - 12)


def test_whether_the_year_is_right_is_asked_back_and_nobody_is_refused(browser, team):
    new = {**NEW_ELDER, "birth_year": YOUNG}
    here = f"/teams/{team.id}/elders/new"

    page = browser.post(here, data=new).text
    assert "They would be about 12 years old. Is the year right?" in page
    assert "Yes, the year is right" in page
    assert session.query(Elder).count() == 0

    browser.post(here, data={**new, "is_year_right": "y"})
    elder = session.query(Elder).one()
    assert elder.birth_year == int(YOUNG)

    # What is known is asked about once.
    answer = browser.post(of(elder, "/details"), data={**new, "preferred_name": "小王"})
    assert (answer.status_code, elder.preferred_name) == (302, "小王")


def test_the_usual_year_is_not_asked_about(browser, team):
    assert "the year is right" not in browser.get(f"/teams/{team.id}/elders/new").text


def taken_in_before(team, **home) -> Elder:
    """Long ago, so that nobody has just pressed twice."""
    found = ElderFactory(team=team, person__name="王淑华", preferred_name="三栋的王婆婆", **home)
    found.created_at = clock.now() - timedelta(days=30)
    session.commit()
    return found


SAME_HOME = {"address": {"estate": "锦绣东方小区", "building": "3", "unit": "2", "room": "501"}}


@pytest.mark.parametrize("home", [SAME_HOME, {"address": None}])
def test_who_may_be_on_the_list_already_is_asked_about_before_there_are_two(browser, team, home):
    known = taken_in_before(team, **home)
    new = {**NEW_ELDER, "phone": ""}

    page = browser.post(f"/teams/{team.id}/elders/new", data=new).text

    assert "王淑华 is on the list already. Is it the same person?" in page
    assert f"/teams/{team.id}/elders/{known.id}" in page
    assert "王小红" in page
    assert session.query(Elder).count() == 1

    browser.post(f"/teams/{team.id}/elders/new", data={**new, "is_another": "y"})
    assert session.query(Elder).count() == 2


def test_who_lives_elsewhere_under_the_same_name_is_somebody_else(browser, team):
    taken_in_before(team, address={"estate": "锦绣东方小区", "building": "8", "room": "101"})

    browser.post(f"/teams/{team.id}/elders/new", data={**NEW_ELDER, "phone": "13900000009"})

    assert session.query(Elder).count() == 2


def test_who_has_left_the_list_is_not_put_on_it_as_somebody_new(browser, team):
    known = taken_in_before(team, **SAME_HOME)
    known.status, known.end_reason = ElderStatus.ENDED, EndReason.MOVED
    session.commit()

    page = browser.post(f"/teams/{team.id}/elders/new", data=NEW_ELDER).text

    assert "王淑华 was on the list before. Is it the same person?" in page


def test_a_volunteer_who_is_looked_after_now_stays_one_person(browser, team):
    member = MembershipFactory(team=team, person__name="王淑华", person__phone="13900000001")

    page = browser.post(f"/teams/{team.id}/elders/new", data=NEW_ELDER).text

    assert "A volunteer of the team has this name and phone." in page
    assert f"/teams/{team.id}/elders/new?member={member.id}" in page
    assert session.query(Elder).count() == 0


@pytest.mark.parametrize("part", [{"relation": "儿子"}, {"city": "重庆"}, {"has_key": "y"}])
def test_what_is_known_of_a_contact_without_a_name_is_not_dropped_in_silence(browser, team, part):
    row = {f"contacts-1-{key}": value for key, value in part.items()}

    page = browser.post(f"/teams/{team.id}/elders/new", data={**NEW_ELDER, **row}).text

    assert "Who is it? Please write the name and the number." in page
    assert session.query(Elder).count() == 0


def test_the_parts_of_an_address_may_be_written_as_they_are_spoken(browser, team):
    parts = {"estate": "二仙桥小区", "building": "三栋", "unit": "二单元", "room": "501室"}

    browser.post(f"/teams/{team.id}/elders/new", data={**NEW_ELDER, **parts})

    assert str(session.query(Elder).one().home) == "二仙桥小区3栋2单元501室"


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


def test_two_who_are_called_the_same_and_have_no_address_are_told_apart_by_their_names(
    browser, team
):
    ElderFactory(team=team, preferred_name="王婆婆", person__name="王淑华", address=None)
    request = HelpRequestFactory(team=team, community_of=team)

    page = browser.get(f"/teams/{team.id}/help-requests/{request.id}").text

    assert "王婆婆 王淑华" in page


def test_a_visit_cancelled_before_its_day_is_nothing_that_was_found(browser, elder):
    ahead = visit_of(elder)
    visits.cancel(ahead, by=PersonFactory())

    assert f"/visits/{ahead.id}" not in browser.get(of(elder)).text
