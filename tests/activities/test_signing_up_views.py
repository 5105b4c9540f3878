"""Signing up as people see it: why not, together, at the door; and the team's rules for it."""

import html
import re
from datetime import timedelta

import pytest

from tests.factories.activities import OccurrenceFactory, SignupFactory, member_of
from tests.factories.people import CompanionFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer.activities import signups, ties
from volunteer.activities.models import Occurrence, RoleNeeds, Signup, SignupStatus, WaitingStyle
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people import consents
from volunteer.people.models import ConsentScope
from volunteer.teams import queries as team_queries
from volunteer.teams.models import MembershipStatus
from volunteer.training import queries as training_queries

pytestmark = pytest.mark.usefixtures("database")

# The form of a lunch every Wednesday, as the browser sends it.
LUNCH = {
    "title": "爱心午饭", "place": "社区活动室", "weekdays": "2", "first_on": "下周三",
    "starts": "上午10点", "ends": "13:00", "roles-0-name": "帮厨", "roles-0-minimum": "3",
    "roles-0-maximum": "5", "risk_note": "刀具、热油", "leader": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def wednesday_noon(time_machine, database):
    time_machine.move_to("2026-10-14T04:00:00+00:00", tick=False)


def address(occurrence: Occurrence, rest: str = "") -> str:
    return f"/activities/dates/{occurrence.id}{rest}"


def coordinator_of(occurrence: Occurrence):
    return CoordinatorFactory(team=occurrence.team).person


def statuses() -> list[SignupStatus]:
    return [signup.status for signup in session.query(Signup).order_by(Signup.id)]


def test_why_one_cannot_come_is_read_beside_the_work_before_pressing(signed_in_as):
    occurrence = OccurrenceFactory()
    occurrence.roles[0].needs = RoleNeeds(least_age=50, own_tool="剪刀")
    session.commit()

    page = signed_in_as(member_of(occurrence, birth_year=1990)).get(address(occurrence)).text

    assert "This work is from the age of 50 on. Please choose other work." in page
    assert "bring your own: 剪刀" in page
    assert "I come:" not in page


def test_what_is_worth_a_second_thought_is_asked_once_and_then_done(signed_in_as):
    first = SignupFactory()
    then = OccurrenceFactory(
        activity__team=first.occurrence.team, activity__place="别处",
        starts_at=first.occurrence.ends_at,
    )  # fmt: skip
    browser = signed_in_as(first.person)
    asked = {"role": then.roles[0].id, "person": first.person.id}

    page = browser.post(address(then, "/signups"), data=asked)
    before = then.signup_of(first.person)
    browser.post(address(then, "/signups"), data={**asked, "sure": "y"})

    assert "Is that all right?" in page.text
    assert before is None
    assert then.signup_of(first.person).is_going


@pytest.mark.parametrize("crowd", [0, 3, 30])
def test_a_sign_up_sends_seven_statements_at_most_however_many_are_on_the_date(
    signed_in_as, count_queries, crowd
):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 3)])
    for number in range(crowd):
        status = SignupStatus.GOING if number < 3 else SignupStatus.WAITING
        SignupFactory(occurrence=occurrence, status=status)
    path, asked = address(occurrence, "/signups"), {"role": occurrence.roles[0].id}
    browser = signed_in_as(member_of(occurrence))
    session.expunge_all()

    with count_queries() as sent:
        browser.post(path, data=asked)

    # Who asks; date and person twice, before and behind the lock; their places; the place and its
    # line in the trail. PostgreSQL holds person and date by one more.
    assert len(sent) <= 7
    assert len(statuses()) == crowd + 1


def test_who_is_asked_reads_until_when_and_takes_the_place(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("帮厨", 1, 1)], activity__waiting_style=WaitingStyle.ASK)
    going = SignupFactory(occurrence=occurrence)
    waiting = SignupFactory(occurrence=occurrence, status=SignupStatus.WAITING)
    signups.withdraw(going, by=going.person)
    browser = signed_in_as(waiting.person)

    page = browser.get(address(occurrence)).text
    answer = browser.post(f"/activities/signups/{waiting.id}/place", follow_redirects=True)

    assert "A place came free. Do you come?" in page
    assert "You have a place. Thank you!" in answer.text
    assert waiting.is_going


def test_nobody_takes_a_place_for_another_member(signed_in_as):
    waiting = SignupFactory(status=SignupStatus.WAITING)
    browser = signed_in_as(member_of(waiting.occurrence))

    assert browser.post(f"/activities/signups/{waiting.id}/place").status_code == 404
    assert waiting.is_waiting


@pytest.mark.parametrize(
    ("rest", "sent"),
    [
        ("/signups", {}),
        ("/signups", {"together": "1"}),
        ("/signups", {"sure": "y"}),
        ("/attendance", {"tap": "came"}),
        ("/attendance", {"tap": "undo"}),
        ("/hours/confirmation", {}),
    ],
)
def test_nobody_learns_by_a_number_how_somebody_of_another_team_is_called(signed_in_as, rest, sent):
    """Every neighbour may start a team, and count up the numbers of everybody."""
    occurrence = OccurrenceFactory(starts_at=clock.now() + timedelta(hours=1))
    stranger = MembershipFactory(person__name="欧阳小红").person
    browser = signed_in_as(coordinator_of(occurrence))

    data = {"person": stranger.id, "role": occurrence.roles[0].id, **sent}
    answer = browser.post(address(occurrence, rest), data=data, follow_redirects=True)

    assert "欧阳小红" not in answer.text
    assert "欧阳小红" not in browser.get(address(occurrence)).text


def test_a_couple_signs_up_together_in_one_form(signed_in_as):
    occurrence = OccurrenceFactory()
    her, him = member_of(occurrence), member_of(occurrence)
    ties.live_together(occurrence.team, her, [him], by=her)
    browser = signed_in_as(her)
    page = address(occurrence, "/household")

    assert him.name in browser.get(page).text
    both = {"people": [her.id, him.id], "role": occurrence.roles[0].id}
    answer = browser.post(page, data=both, follow_redirects=True)

    assert f"A place for each: {her.name}, {him.name}." in answer.text
    assert statuses() == [SignupStatus.GOING] * 2


def test_a_coordinator_signs_up_a_household_that_told_them_so(signed_in_as):
    occurrence = OccurrenceFactory()
    her, him, alone = (member_of(occurrence) for _person in range(3))
    ties.live_together(occurrence.team, her, [him], by=her)
    coordinator = CoordinatorFactory(team=occurrence.team).person
    browser = signed_in_as(coordinator)
    role = occurrence.roles[0].id

    assert "Together with their household" in browser.get(address(occurrence)).text
    lone = browser.post(
        address(occurrence, "/signups"),
        data={"person": alone.id, "role": role, "together": "1"},
        follow_redirects=True,
    )
    page = browser.post(
        address(occurrence, "/signups"), data={"person": him.id, "role": role, "together": "1"}
    ).location
    asked = browser.get(page).text
    answer = browser.post(
        page, data={"people": [her.id, him.id], "role": role}, follow_redirects=True
    )

    assert f"As far as the team knows, {alone.name} lives with nobody in it." in lone.text
    assert "It will say that you entered it." in asked
    assert "live together any more" not in asked
    assert "A place for each: " in answer.text
    assert {s.by_id for s in session.query(Signup)} == {coordinator.id}


def test_nobody_else_signs_up_the_household_of_others(signed_in_as):
    occurrence = OccurrenceFactory()
    her, him, neighbour = (member_of(occurrence) for _person in range(3))
    ties.live_together(occurrence.team, her, [him], by=her)
    page = address(occurrence, f"/household?person={her.id}")

    answer = signed_in_as(neighbour).post(
        page, data={"people": [her.id, him.id], "role": occurrence.roles[0].id}
    )

    assert answer.status_code == 404
    assert statuses() == []


def test_who_acts_for_another_by_now_does_not_end_their_household(signed_in_as):
    occurrence = OccurrenceFactory()
    granny, mate, daughter = (member_of(occurrence) for _each in range(3))
    ties.live_together(occurrence.team, granny, [mate, daughter], by=coordinator_of(occurrence))
    companionship = CompanionFactory(person=granny, companion=daughter)
    browser = signed_in_as(daughter)
    page = browser.get(f"/activities/dates/{occurrence.id}/household").text
    browser.post(f"/companions/{companionship.id}/acting")

    answer = browser.post(
        f"/teams/{occurrence.team.id}/household/end", data={"person": daughter.id}
    )

    assert f'<input type="hidden" name="person" value="{daughter.id}">' in page
    assert answer.status_code == 409
    assert ties.list_housemates(occurrence.team, granny) == [mate, daughter]


def test_who_lives_with_nobody_has_no_such_page(signed_in_as):
    occurrence = OccurrenceFactory()

    page = signed_in_as(member_of(occurrence)).get(address(occurrence, "/household"))

    assert page.status_code == 404


def test_only_a_coordinator_writes_down_who_is_at_the_door(signed_in_as):
    occurrence = OccurrenceFactory(starts_at=clock.now() - timedelta(minutes=30))
    page = address(occurrence, "/walk-ins")
    guest = {"role": occurrence.roles[0].id, "name": "方小雨", "form_key": "one page"}

    refused = signed_in_as(member_of(occurrence)).post(page, data=guest)
    done = signed_in_as(coordinator_of(occurrence)).post(page, data=guest, follow_redirects=True)

    assert refused.status_code == 404
    assert "方小雨 is written down. Welcome!" in done.text
    assert statuses() == [SignupStatus.GOING]


def test_something_dangerous_is_published_only_with_an_insurance(signed_in_as):
    coordinator = CoordinatorFactory()
    team = coordinator.team
    browser = signed_in_as(coordinator.person)
    plan = {**LUNCH, "danger": "possible", "publish": "1"}
    policy = {"policy-insurer": "平安", "policy-number": "A-1", "policy-starts_on": "2020-01-01",
              "policy-ends_on": "2090-01-01", "policy": "1"}  # fmt: skip

    refused = browser.post(f"/teams/{team.id}/activities/new", data=plan)
    browser.post(f"/teams/{team.id}/sign-up-rules", data=policy)
    rules = browser.get(f"/teams/{team.id}/sign-up-rules").text
    published = browser.post(f"/teams/{team.id}/activities/new", data=plan)

    assert "Policy A-1, from Wed 1 Jan 2020 to Sun 1 Jan 2090" in rules
    assert "Please enter the team&#x27;s accident insurance first" in refused.text
    assert published.status_code == 302


def test_a_coordinator_writes_down_what_a_member_may_do(signed_in_as):
    occurrence = OccurrenceFactory()
    team = occurrence.team
    member, mate = member_of(occurrence), member_of(occurrence)
    browser = signed_in_as(coordinator_of(occurrence))
    number = team_queries.find_membership(team, member).id
    page = f"/teams/{team.id}/members/{number}/suitability"
    browser.post(f"/teams/{team.id}/sign-up-rules", data={"training-name": "急救", "training": "1"})
    training = training_queries.list_trainings(team)[0]

    for sent in (
        {"birth-born": "2011年3月", "birth-guardian": mate.id, "birth-agreed": "y", "birth": "1"},
        {f"passed_{training.id}": "y", f"until_{training.id}": "2090-01-01", "learned": "1"},
        {"home-mates": [mate.id], "home": "1"},
    ):
        assert browser.post(page, data=sent).status_code == 302

    shown = browser.get(page).text
    assert (member.birth_year, member.birth_month) == (2011, 3)
    assert consents.has(member, ConsentScope.YOUNG_VOLUNTEER)
    assert "2011-03" in shown
    assert "Sun 1 Jan 2090" in shown
    assert ties.list_housemates(team, member) == [mate]


def test_a_member_may_not_see_what_another_may_do(signed_in_as):
    occurrence = OccurrenceFactory()
    number = team_queries.find_membership(occurrence.team, member_of(occurrence)).id
    page = f"/teams/{occurrence.team.id}/members/{number}/suitability"

    assert signed_in_as(member_of(occurrence)).get(page).status_code == 404


def test_a_guardian_who_pauses_stays_it_when_something_else_is_mended(signed_in_as):
    occurrence = OccurrenceFactory()
    team, child = occurrence.team, member_of(occurrence, birth_year=2016)
    guardian = MembershipFactory(team=team, status=MembershipStatus.PAUSED).person
    coordinator = coordinator_of(occurrence)
    ties.set_guardian(team, child, guardian, by=coordinator)
    browser = signed_in_as(coordinator)
    page = f"/teams/{team.id}/members/{team_queries.find_membership(team, child).id}/suitability"

    shown = browser.get(page).text
    sent = {"birth-born": "2016-03", "birth-guardian": guardian.id, "birth": "1"}
    answer = browser.post(page, data=sent)

    assert f'<option selected value="{guardian.id}">' in shown
    assert answer.status_code == 302
    assert ties.find_guardian(team, child).guardian_id == guardian.id


def test_who_waits_reads_that_they_wait_and_where_there_is_room(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("登记", 1, 1), ("量血压", 1, 3), ("送餐", 1, 1)])
    for role in occurrence.roles:
        SignupFactory(occurrence=occurrence, role=role)
    person = member_of(occurrence)
    SignupFactory(occurrence=occurrence, person=person, status=SignupStatus.WAITING)
    browser = signed_in_as(person)

    page = browser.get(f"/activities/dates/{occurrence.id}").text

    assert "You are told when a place comes free." in page
    assert "There is room for other work: 量血压." in page
    assert "Leave the waiting list" in page
    assert "I can&#39;t come" not in page


def test_where_there_is_room_the_page_says_so_and_not_that_there_are_enough(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("量血压", 1, 3)])
    SignupFactory(occurrence=occurrence)
    page = f"/activities/dates/{occurrence.id}"
    coordinator = CoordinatorFactory(team=occurrence.team).person

    assert "Enough people" not in signed_in_as(member_of(occurrence)).get(page).text
    assert "Enough people" in signed_in_as(coordinator).get(page).text


def test_a_place_on_the_waiting_list_is_not_called_coming(signed_in_as):
    occurrence = OccurrenceFactory(roles=[("登记", 1, 1)])
    SignupFactory(occurrence=occurrence)
    person = member_of(occurrence, language="zh")
    SignupFactory(occurrence=occurrence, person=person, status=SignupStatus.WAITING)

    page = signed_in_as(person).get("/my-week?lang=zh").text

    assert "候补第1位" in page
    assert "您来登记" not in page


def test_a_coordinator_who_has_chosen_nobody_signs_nobody_up(signed_in_as):
    occurrence = OccurrenceFactory()
    browser = signed_in_as(coordinator_of(occurrence))

    sent = {"person": "", "role": str(occurrence.roles[0].id)}
    page = browser.post(address(occurrence, "/signups"), data=sent, follow_redirects=True).text

    assert "Please choose who it is." in page
    assert statuses() == []


def test_who_acts_for_somebody_reads_of_them_and_not_of_themselves(signed_in_as):
    occurrence = OccurrenceFactory()
    granny = member_of(occurrence)
    companionship = CompanionFactory(person=granny)
    browser = signed_in_as(companionship.companion)
    browser.post(f"/companions/{companionship.id}/acting")

    def page(url: str = address(occurrence)) -> str:
        # Without the marks that keep a name in one piece.
        return re.sub(r"<[^>]+>", "", html.unescape(browser.get(url).text))

    before = page()
    going = SignupFactory(occurrence=occurrence, person=granny)
    after, week = page(), page("/my-week")
    browser.post(f"/activities/signups/{going.id}/withdrawal")
    given_back = page()

    assert f"What would {granny.name} like to do?" in before
    assert f"{granny.name} has a place: 帮厨" in after
    assert "Has a place" in week
    assert f"{granny.name} said no to this date" in given_back
    for text in (before, after, week, given_back):
        assert "You have a place" not in text
        assert "would you like" not in text
        assert "You said" not in text


def test_who_acts_for_somebody_busy_reads_before_pressing_who_is_busy(signed_in_as):
    occurrence = OccurrenceFactory()
    granny = member_of(occurrence)
    elsewhere = OccurrenceFactory(starts_at=occurrence.starts_at)
    SignupFactory(occurrence=elsewhere, person=granny)
    companionship = CompanionFactory(person=granny)

    own = signed_in_as(granny).get(address(occurrence)).text
    acting = signed_in_as(companionship.companion)
    acting.post(f"/companions/{companionship.id}/acting")

    assert "You have promised to be somewhere else" in html.unescape(own)
    page = acting.get(address(occurrence)).text
    assert "This person has promised to be somewhere else" in page
    assert "You have promised" not in page
