"""The page of one elder as people see it: care, what they agreed to, what is not shown and why."""

from datetime import date, timedelta

import pytest

from tests.elders.visiting import NEW_ELDER, SHORT_NOTE, begun, in_this_order, lines, of, visit_of
from tests.factories.accounts import UserFactory
from tests.factories.elders import ElderFactory, PairingFactory, volunteer_of
from tests.factories.people import ConsentFactory
from tests.factories.teams import MembershipFactory
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.elders import care, queries, recording, wording
from volunteer.elders.models import Elder, ElderStatus, MajorChange, Pairing, VisitStatus
from volunteer.people import consents
from volunteer.people.models import ConsentScope

pytestmark = pytest.mark.usefixtures("database")


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
    assert elder.change is None


def test_who_is_back_from_hospital_is_met_within_a_day_and_a_call_is_not_enough(browser, elder):
    care.suspend(elder, "骨科病房", by=elder.person)

    for _press in range(2):
        browser.post(of(elder, "/return"), data={"from": "hospital"})

    assert elder.is_active
    assert elder.change is MajorChange.DISCHARGE
    assert "A call is not enough." in browser.get(of(elder)).text


def test_what_goes_on_meanwhile_is_said_before_somebody_is_away_or_off_the_list(browser, elder):
    pause, end = (browser.get(of(elder, page)).text for page in ("/pause", "/end"))

    assert "their weekly lunch: please see to those as well" in pause
    assert "Else both go on: please see to those as well." in end


def test_who_took_their_consent_back_is_not_said_to_have_never_agreed(browser, elder):
    consents.withdraw(elder.person, ConsentScope.BASIC, by=elder.person, team=elder.team)

    page = browser.get(of(elder)).text

    assert "They no longer agree since" in page
    assert "They have not agreed yet" not in page


def test_a_pairing_is_said_by_a_human_voice_and_what_is_still_planned_is_named(browser, elder):
    person = volunteer_of(elder.team, name="何素芳", phone="13900000018")
    begun = browser.post(
        of(elder, "/pairings"), data={"person": person.id}, follow_redirects=True
    ).text
    visit_of(elder, [person])
    (pairing,) = elder.paired

    ended = browser.post(
        f"/teams/{elder.team_id}/pairings/{pairing.id}/end", follow_redirects=True
    ).text

    for page in (begun, ended):
        assert "Please call and say so: 何素芳 139 0000 0018." in page
    assert "何素芳 is still to go to 1 planned visit" in ended


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


def test_before_somebody_leaves_the_list_it_is_said_what_ends_when_they_died(browser, elder):
    page = browser.get(of(elder, "/end")).text

    assert "what was asked for them ends too" in page
    assert "Whoever moved away and comes back is taken in again." in page


def test_nobody_is_sought_for_who_is_off_the_list_and_no_card_printed(browser, elder):
    browser.post(of(elder, "/end"), data={"reason": "died"})

    assert "Two volunteers are best" not in browser.get(of(elder)).text
    assert browser.get(of(elder, "/card")).status_code == 404


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


def test_who_goes_to_no_visit_is_simply_free_again(browser, elder, paired):
    visit_of(elder, paired[:1])

    address = f"/teams/{elder.team_id}/pairings/{elder.paired[1].id}/end"

    assert "is still to go to" not in browser.post(address, follow_redirects=True).text


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


def test_who_ends_the_care_is_asked_to_call_who_looked_after_them(browser, elder, paired):
    page = browser.post(of(elder, "/end"), data={"reason": "died"}, follow_redirects=True).text

    assert "Please call them" in page
    assert paired[0].name in page


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
    consent = consents.not_ended(elder.person, ConsentScope.BASIC)[0]
    address = of(elder, f"/consents/{consent.id}/withdrawal")
    assert "1 planned visit is cancelled" in browser.get(address).text
    # A box of its own between quotation marks would leave them at the end of a line.
    assert "“<span" not in browser.get(f"{address}?lang=zh").text

    browser.post(address)

    assert visit.status is VisitStatus.CANCELLED
    assert elder.status is ElderStatus.PROSPECTIVE
    assert browser.get(address).status_code == 404


def test_who_has_taken_it_back_is_not_asked_again(browser, elder):
    consents.withdraw(elder.person, ConsentScope.BASIC, by=elder.risk_set_by)

    page = browser.get(of(elder)).text

    assert "They no longer agree since" in page
    assert "Please don't ask again." in page
    assert "They have not agreed yet" not in page
    assert "May somebody of us look in on you" not in page


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


def test_a_fall_is_said_in_a_chinese_sentence(browser, elder):
    browser.post(of(elder, "/change"), data={"change": "fall", "words": ""})
    browser.set_cookie("lang", "zh")

    assert "<b>摔倒了。</b>" in browser.get(of(elder)).text


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
