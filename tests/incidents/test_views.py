"""The pages of incidents: what to do now, a short form, the list, one of them, the paper."""

from datetime import timedelta
from io import BytesIO

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.activities import OccurrenceFactory, SignupFactory
from tests.factories.elders import VisitFactory, volunteer_of
from tests.factories.help_requests import HelpOfferFactory, HelpRequestFactory
from tests.factories.incidents import IncidentFactory
from tests.factories.meals import BookingFactory, MealFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.incidents.conftest import WORDS
from tests.pictures.test_keeping import photo
from volunteer.activities import insurance
from volunteer.activities.insurance import PolicyDetails
from volunteer.audit.models import ReadingEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.incidents import following, reporting
from volunteer.incidents.models import Incident, Insurer, Part
from volunteer.meals.models import MealWay
from volunteer.teams import membership
from volunteer.teams import queries as team_queries
from volunteer.teams.queries import find_membership

FILLED = {"day": "2026-10-12", "at": "9:40", "words": WORDS, "injuries": "右脚扭伤"}


def test_from_the_page_of_a_date_somebody_writes_it_down(yard, signed_in_as):
    browser = signed_in_as(yard.beside)
    here = f"/activities/dates/{yard.date.id}/incidents/new"
    assert here in browser.get(f"/activities/dates/{yard.date.id}").text

    form = browser.get(here).text
    hurt = {**FILLED, "hurt": [yard.hurt.id], "photo": (BytesIO(photo()), "a.jpg")}
    page = browser.post(here, data=hurt, follow_redirects=True).text

    assert form.index('href="tel:120"') < form.index('href="tel:110"') < form.index("<form class")
    assert "10:00" in form
    assert "王秀英" in form
    assert "The coordinators are told at once." in page
    assert WORDS in page
    incident = session.query(Incident).one()
    assert incident.newest.people_who_were(Part.HURT) == [yard.hurt]
    assert browser.get(f"/incident-photos/{incident.photos[0].id}").mimetype == "image/jpeg"
    assert f"/incidents/{incident.id}" in browser.get("/incidents").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"words": ""}, "Please write it in your own words."),
        ({"at": "11:30"}, "This time is still to come."),
        ({"day": "13 Oct 2026"}, "This day is still to come."),
        ({"photo": b"no photo"}, "This file is no photo"),
    ],
)
def test_what_can_not_be_is_said_beside_its_field(yard, signed_in_as, typed, said):
    browser = signed_in_as(yard.beside)
    if "photo" in typed:
        typed = {"photo": (BytesIO(typed["photo"]), "a.jpg")}

    answer = browser.post(f"/teams/{yard.team.id}/incidents/new", data={**FILLED, **typed})

    assert said in answer.text
    assert session.query(Incident).count() == 0


def test_a_visit_and_a_help_have_the_button_too(yard, signed_in_as):
    visit = VisitFactory(elder__team=yard.team, in_days=0.1)
    asked = HelpRequestFactory(community_of=yard.team, taken=True)
    offer = HelpOfferFactory(help_request=asked, person=yard.beside, status="accepted")
    places = [
        (signed_in_as(visit.going[0]), f"/visits/{visit.id}"),
        (signed_in_as(yard.beside), f"/help-offers/{offer.id}"),
    ]

    for browser, page in places:
        assert f"{page}/incidents/new" in browser.get(page).text
        answer = browser.post(f"{page}/incidents/new", data=FILLED)
        assert answer.location.startswith("/incidents/"), page

    made = session.query(Incident).order_by(Incident.id)
    assert [(one.visit_id, one.help_request_id) for one in made] == [
        (visit.id, None), (None, asked.id),
    ]  # fmt: skip


def test_who_acts_for_a_member_writes_it_down_and_reads_nothing_of_it_meanwhile(yard, signed_in_as):
    acting = CompanionFactory(person=yard.beside)
    browser = signed_in_as(acting.companion)
    browser.post(f"/companions/{acting.id}/acting")

    answer = browser.post(f"/activities/dates/{yard.date.id}/incidents/new", data=FILLED)

    assert answer.location == "/incidents"
    incident = session.query(Incident).one()
    assert incident.reporter_id == acting.companion_id
    assert browser.get(f"/incidents/{incident.id}").status_code == 404


def test_coordinators_see_it_first_note_the_insurer_and_close_it(yard, signed_in_as):
    incident = yard.report()
    browser = signed_in_as(yard.coordinator)
    today, here = browser.get("/").text, f"/incidents/{incident.id}"
    assert "1 incident is still open." in today
    assert "Has the insurer been told?" in today

    page = browser.get(here).text
    assert WORDS in page
    assert "王秀英" in page
    end = {"step-words": "好了", "step-step": "close"}
    refused = browser.post(f"{here}/steps", data=end)
    assert "Please note first whether the insurer was told" in refused.text
    assert "好了" in refused.text
    told = {"insurer-insurer": "told", "insurer-day": "2026-10-12", "insurer-at": "9:55"}
    browser.post(f"{here}/insurer", data={**told, "insurer-words": "95518，小陈"})
    browser.post(f"{here}/steps", data=end)

    session.expire_all()
    assert (incident.insurer, incident.is_closed) == (Insurer.TOLD, True)
    assert yard.team.wall(incident.insurer_told_at).minute == 55
    page = browser.get(here).text
    assert "95518，小陈" in page
    assert "still open" not in browser.get("/").text
    assert browser.post(f"{here}/reopening").location == here


def test_a_correction_shows_what_was_written_before_to_coordinators(yard, signed_in_as):
    incident = yard.report()
    here = f"/incidents/{incident.id}"
    browser = signed_in_as(yard.coordinator)
    assert WORDS in browser.get(f"{here}/correction").text

    browser.post(f"{here}/correction", data={**FILLED, "words": "是上楼梯。"})

    page = browser.get(here).text
    assert (
        page.index("是上楼梯。")
        < page.index("<summary>What was written before")
        < page.index(WORDS)
    )
    own = signed_in_as(yard.beside).get(here).text
    assert WORDS in own
    assert "是上楼梯。" not in own
    assert signed_in_as(yard.beside).get(f"{here}/correction").status_code == 404


def test_a_correction_that_changes_nothing_says_so(yard, signed_in_as):
    browser = signed_in_as(yard.beside)
    browser.post(f"/activities/dates/{yard.date.id}/incidents/new", data=FILLED)
    here = f"/incidents/{session.query(Incident).one().id}/correction"
    seen = browser.get(here).text.split('name="seen" type="hidden" value="')[1].split('"')[0]

    page = browser.post(here, data={**FILLED, "seen": seen}, follow_redirects=True).text

    assert "Nothing was changed" in page
    assert "Corrected." not in page


def test_going_back_and_sending_other_words_loses_none(yard, signed_in_as):
    browser, here = signed_in_as(yard.beside), f"/activities/dates/{yard.date.id}/incidents/new"
    key = browser.get(here).text.split('name="form_key" type="hidden" value="')[1].split('"')[0]
    first = {**FILLED, "form_key": key}
    browser.post(here, data=first)

    page = browser.post(here, data={**first, "words": "是上楼梯。"}, follow_redirects=True).text

    incident = session.query(Incident).one()
    assert "kept as its correction" in page
    assert incident.newest.words == "是上楼梯。"
    following.note_insurer(incident, None, "", by=yard.coordinator)
    following.note(incident, "好了", closes=True, by=yard.coordinator)
    page = browser.post(here, data={**first, "words": "还是疼。"}).text
    assert "You had sent this already" in page
    assert "还是疼。" in page
    again = page.split('name="form_key" type="hidden" value="')[1].split('"')[0]
    browser.post(here, data={**first, "words": "还是疼。", "form_key": again})
    assert session.query(Incident).count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"words": ""}, id="what cannot be saved"),
        pytest.param({"seen": "an older page"}, id="what somebody else was quicker with"),
    ],
)
def test_a_correction_that_is_shown_again_is_a_look_too(yard, signed_in_as, sent):
    incident = yard.report()

    page = signed_in_as(yard.coordinator).post(
        f"/incidents/{incident.id}/correction", data={**FILLED, "injuries": "没事", **sent}
    )

    assert "王秀英" in page.text
    looks = {(look.by_id, look.person_id) for look in session.query(ReadingEntry)}
    assert looks == {(yard.coordinator.id, yard.hurt.id)}


def test_without_the_second_step_nothing_of_it_is_read_or_done(yard, signed_in_as, app):
    incident = yard.report()
    UserFactory(person=yard.coordinator)
    browser, here = signed_in_as(yard.coordinator), f"/incidents/{incident.id}"
    pages = ("", "/sheet", "/correction")
    presses = ("/correction", "/photos", "/insurer", "/steps", "/reopening")

    app.config["SECOND_STEP_FOR"] = "health"
    try:
        answers = [browser.get(here + page) for page in pages]
        answers += [browser.post(here + press, data={"seen": "x"}) for press in presses]
    finally:
        app.config["SECOND_STEP_FOR"] = "nobody"

    assert {answer.status_code for answer in answers} == {403}
    assert not any("右脚扭伤" in answer.text for answer in answers)
    assert session.query(ReadingEntry).count() == 0


def test_who_bears_somebody_s_name_does_not_learn_their_number(yard, signed_in_as):
    yard.beside.name = yard.hurt.name
    yard.hurt.phone, yard.beside.phone = "13800138001", "13800138002"
    session.commit()

    page = signed_in_as(yard.beside).get(f"/activities/dates/{yard.date.id}/incidents/new").text

    assert "…8001" in page
    assert not any(number in page for number in ("13800138001", "138 0013 8001"))


def test_who_left_the_team_corrects_their_words_and_learns_no_names(yard, signed_in_as):
    incident = yard.report(hurt=(), there=())
    SignupFactory(occurrence=yard.date, person=volunteer_of(yard.team, name="赵新来"))
    browser, here = signed_in_as(yard.beside), f"/incidents/{incident.id}/correction"
    assert "赵新来" in browser.get(here).text
    membership.leave(team_queries.find_membership(yard.team, yard.beside), by=yard.beside)

    page = browser.get(here).text

    assert WORDS in page
    assert "赵新来" not in page


def test_a_volunteer_who_is_asked_does_not_learn_who_helps(yard, signed_in_as):
    asked = HelpRequestFactory(community_of=yard.team, taken=True)
    HelpOfferFactory(help_request=asked, person=yard.hurt, status="accepted")
    offers = [
        HelpOfferFactory(help_request=asked, person=yard.beside, status="asked"),
        *(offer for offer in asked.offers if offer.person_id == yard.hurt.id),
    ]

    pages = [
        signed_in_as(offer.person).get(f"/help-offers/{offer.id}/incidents/new").text
        for offer in offers
    ]

    assert ["王秀英</" in page for page in pages] == [False, True]


def test_a_long_story_asks_no_more_than_a_short_one(yard, signed_in_as, count_queries):
    incident = yard.report()
    browser, asked = signed_in_as(yard.coordinator), []

    for told in (1, 4):
        for number in range(told):
            others = {"words": f"又改过{told}{number}", "hurt": (volunteer_of(yard.team),)}
            reporting.correct(incident, yard.told(**others), by=yard.second)
            following.note(incident, f"打了电话{told}{number}", closes=False, by=yard.second)
        with count_queries() as sent:
            browser.get(f"/incidents/{incident.id}")
            browser.get(f"/incidents/{incident.id}/correction")
        asked.append(len(sent))

    assert asked[0] == asked[1]


def test_the_paper_for_the_insurer_says_it_all(yard, signed_in_as):
    incident = yard.report(place="院子门口")
    following.note_insurer(incident, clock.now(), "", by=yard.coordinator)

    paper = signed_in_as(yard.coordinator).get(f"/incidents/{incident.id}/sheet").text

    for said in (WORDS, "院子门口", "王秀英", "李玉珍", "右脚扭伤", "冷敷", "10:00",
                 "No accident insurance of that day"):  # fmt: skip
        assert said in paper
    assert signed_in_as(yard.beside).get(f"/incidents/{incident.id}/sheet").status_code == 404


def test_the_paper_for_the_insurer_names_the_policy_of_that_day_and_what_it_covers(
    yard, signed_in_as
):
    incident = yard.report()
    day = incident.wall_at.date()
    for number, first in (("A-7", day), ("B-8", day + timedelta(days=1))):
        policy = PolicyDetails("平安", number, first, first + timedelta(days=9), covers_travel=True)
        insurance.register(yard.team, policy, by=yard.coordinator)

    paper = signed_in_as(yard.coordinator).get(f"/incidents/{incident.id}/sheet").text

    assert "policy A-7" in paper
    assert "covers also: the way there and back" in paper
    assert "B-8" not in paper


def test_the_list_is_short_by_year_and_says_nothing_of_what_was_told(
    yard, signed_in_as, count_queries
):
    browser = signed_in_as(yard.coordinator)
    here = f"/teams/{yard.team.id}/incidents"
    assert "Nothing has happened so far." in browser.get(here).text
    yard.report()
    for days in (1, 300, 600):
        IncidentFactory(
            team=yard.team, wall_at=yard.team.wall(clock.now() - timedelta(days=days)),
            occurrence=OccurrenceFactory(activity__team=yard.team),
        )  # fmt: skip

    with count_queries() as sent:
        page = browser.get(here).text

    assert len(sent) <= 12
    years = ("Year 2026", "Year 2025")
    assert [page.count(year) for year in years] == [1, 1]
    assert page.index(years[0]) < page.index(years[1])
    assert WORDS not in page
    assert "王秀英" not in page


def test_a_lunch_leads_to_the_form_of_its_date(yard, signed_in_as):
    meal = MealFactory(plan__activity=yard.date.activity, occurrence=yard.date)

    page = signed_in_as(yard.coordinator).get(f"/meals/{meal.id}").text

    assert f"/activities/dates/{meal.occurrence_id}/incidents/new" in page


def test_coordinators_choose_among_who_eats_there_and_others_learn_no_diners(yard, signed_in_as):
    meal = MealFactory(plan__activity=yard.date.activity, occurrence=yard.date)
    eats = BookingFactory(meal=meal).person
    at_home = BookingFactory(meal=meal, way=MealWay.DELIVERY).person
    page = f"/activities/dates/{yard.date.id}/incidents/new"

    read = {one: signed_in_as(one).get(page).text for one in (yard.coordinator, yard.beside)}

    assert f'value="{eats.id}"' in read[yard.coordinator]
    assert at_home.name not in read[yard.coordinator]
    assert eats.name not in read[yard.beside]


def test_who_is_in_no_team_reads_whom_to_call(database, signed_in_as):
    page = signed_in_as(PersonFactory()).get("/incidents").text

    assert all(f'href="tel:{number}"' in page for number in (120, 110, 119))
    assert "You are in no team." in page


def test_a_day_to_come_is_said_once(yard, signed_in_as):
    page = (
        signed_in_as(yard.beside)
        .post(f"/teams/{yard.team.id}/incidents/new", data={**FILLED, "day": "13 Oct 2026"})
        .text
    )

    assert "This day is still to come." in page
    assert "This time is still to come." not in page


def test_whose_family_is_to_be_called_is_one_press_away(yard, signed_in_as):
    incident = yard.report()
    card = f"/teams/{yard.team.id}/members/{find_membership(yard.team, yard.hurt).id}/safety-card"
    here = f"/incidents/{incident.id}"

    assert card in signed_in_as(yard.coordinator).get(here).text
    assert card not in signed_in_as(yard.beside).get(here).text


def test_a_coordinator_who_writes_it_down_alone_is_promised_nobody(yard, signed_in_as):
    page = (
        signed_in_as(yard.coordinator)
        .post(f"/teams/{yard.team.id}/incidents/new", data=FILLED, follow_redirects=True)
        .text
    )

    assert "It is written down." in page
    assert "are told at once" not in page
