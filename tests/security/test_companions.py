"""Acting for somebody: who may begin, use and end it; that it ends at once; that no power leaks."""

import pytest
from sqlalchemy import select

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import CompanionFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.accounts import throttle
from volunteer.activities.models import Signup, SignupStatus
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.people import companions, consents
from volunteer.people.models import Companion, ConsentScope
from volunteer.teams.models import Membership, MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

FORM = {"proof": "known", "way": "paper"}


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory(person=UserFactory().person)


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def granny(team) -> Membership:
    """A member without phone and mailbox."""
    return MembershipFactory(
        team=team, person__name="王秀英", person__phone=None, person__email=None
    )


@pytest.fixture
def neighbour(team) -> Membership:
    return MembershipFactory(team=team, person__name="赵桂香")


@pytest.fixture
def companionship(granny, neighbour, team) -> Companion:
    return CompanionFactory(person=granny.person, companion=neighbour.person, team_id=team.id)


@pytest.fixture
def browser(companionship, neighbour, signed_in_as):
    """Of the companion, who acts for granny."""
    browser = signed_in_as(neighbour.person)
    assert browser.post(acting(companionship)).location == "/"
    return browser


@pytest.fixture
def occurrence(team):
    return OccurrenceFactory(activity=ActivityFactory(team=team), roles=[("帮厨", 1, 2)])


def acting(companionship) -> str:
    return f"/companions/{companionship.id}/acting"


def new_companion(member) -> str:
    return f"/teams/{member.team_id}/members/{member.id}/companions/new"


def sign_up(browser, occurrence, **more):
    data = {"role": occurrence.roles[0].id, **more}
    return browser.post(f"/activities/dates/{occurrence.id}/signups", data=data)


def places() -> list[tuple[int, int]]:
    """Who has a place, and who took it."""
    rows = session.query(Signup).filter(Signup.status != SignupStatus.WITHDRAWN)
    return [(signup.person_id, signup.by_id) for signup in rows]


def last_entry() -> tuple[str, int | None, int | None]:
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    return entry.action, entry.by_id, entry.person_id


# --- who may begin ---------------------------------------------------------------------------


def test_a_coordinator_names_a_companion_of_the_team(signed_in_as, coordinator, granny, neighbour):
    browser = signed_in_as(coordinator.person)

    answer = browser.post(
        new_companion(granny),
        data={**FORM, "companion": neighbour.person_id},
        follow_redirects=True,
    )

    assert "赵桂香 may act for 王秀英 now." in answer.text
    assert "agreed on paper" in answer.text
    (companionship,) = companions.going(granny.person)
    assert companionship.companion_id == neighbour.person_id
    assert companionship.made_by_id == coordinator.person_id


def test_somebody_of_another_team_is_found_by_name_and_phone_together(
    signed_in_as, coordinator, granny
):
    daughter = PersonFactory(name="李小红", phone="13912345678")
    browser = signed_in_as(coordinator.person)
    form = {**FORM, "companion": "", "name": "李小红"}

    wrong = browser.post(new_companion(granny), data={**form, "phone": "13900000000"})
    only_phone = browser.post(
        new_companion(granny), data={**form, "name": "", "phone": "13912345678"}
    )
    right = browser.post(new_companion(granny), data={**form, "phone": "139 1234 5678"})

    assert "We know nobody with this name and this phone." in wrong.text
    assert "李小红" not in only_phone.text
    assert "Please choose somebody" in only_phone.text
    assert right.status_code == 302
    assert [c.companion_id for c in companions.going(granny.person)] == [daughter.id]


def test_who_has_died_is_not_found_to_act_for_somebody(signed_in_as, coordinator, granny):
    """Reminders would go to the dead, and nobody would call who is to be reminded."""
    PersonFactory(name="李小红", phone="13912345678", died_on=clock.today())
    form = {**FORM, "companion": "", "name": "李小红", "phone": "13912345678"}

    answer = signed_in_as(coordinator.person).post(new_companion(granny), data=form)

    assert "We know nobody with this name and this phone." in answer.text
    assert list(companions.going(granny.person)) == []


def test_whose_a_number_is_cannot_be_found_out_by_trying(
    signed_in_as, coordinator, granny, neighbour, time_machine
):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    daughter = PersonFactory(name="李小红", phone="13912345678")
    form = {**FORM, "companion": "", "phone": "13912345678"}

    def tried(name: str, who: Membership = coordinator):
        return signed_in_as(who.person).post(new_companion(granny), data={**form, "name": name})

    for number in range(throttle.TRIES):
        assert (
            "We know nobody with this name" in tried("李小" + "一二三四五六七八九十"[number]).text
        )

    assert "wrong too often" in tried("李小红").text
    assert "wrong too often" in tried("李小明").text
    assert companions.going(granny.person) == []
    chosen = {**FORM, "companion": neighbour.person_id}
    assert signed_in_as(coordinator.person).post(new_companion(granny), data=chosen).location
    other = CoordinatorFactory(team=granny.team, person=UserFactory().person)
    assert tried("李小红", other).status_code == 302
    time_machine.shift(throttle.WINDOW + throttle.STEP)
    assert "We know nobody with this name" in tried("李小明").text
    assert daughter.id in [c.companion_id for c in companions.going(granny.person)]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"way": "spoken"}, "please say who heard it"),
        ({"way": "spoken", "witness": "赵桂香"}, "Please name somebody else."),
        ({"way": "spoken", "witness": "刘素华", "proof": "letter"}, "A letter is on paper."),
        ({"proof": ""}, "Please choose how we know it."),
        ({"way": "web"}, "Not a valid choice"),
        ({"companion": ""}, "Please choose somebody"),
        ({"companion": "987654"}, "Not a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_begins(
    signed_in_as, coordinator, granny, neighbour, changed, sentence
):
    form = {**FORM, "companion": neighbour.person_id, **changed}

    answer = signed_in_as(coordinator.person).post(new_companion(granny), data=form)

    assert sentence in answer.text
    assert companions.going(granny.person) == []


def test_nobody_but_a_coordinator_of_the_team_begins(signed_in_as, granny, neighbour):
    form = {**FORM, "companion": neighbour.person_id}

    for person in (
        granny.person,
        neighbour.person,
        CoordinatorFactory().person,
        OperatorFactory().person,
    ):
        browser = signed_in_as(person)
        assert browser.get(new_companion(granny)).status_code == 404
        assert browser.post(new_companion(granny), data=form).status_code == 404

    assert companions.going(granny.person) == []


def test_who_has_a_password_acts_for_themselves(signed_in_as, coordinator, team, neighbour):
    member = MembershipFactory(team=team, person=UserFactory().person)
    browser = signed_in_as(coordinator.person)

    answer = browser.post(
        new_companion(member),
        data={**FORM, "companion": neighbour.person_id},
        headers={"Referer": f"http://localhost/teams/{team.id}/members/{member.id}"},
        follow_redirects=True,
    )

    assert "acts for themselves" in answer.text
    assert "Somebody may act for them" not in answer.text
    assert companions.going(member.person) == []


def test_nobody_is_named_for_who_has_left(signed_in_as, coordinator, team, neighbour):
    left = MembershipFactory(team=team, status=MembershipStatus.LEFT)

    answer = signed_in_as(coordinator.person).post(
        new_companion(left), data={**FORM, "companion": neighbour.person_id}
    )

    assert answer.status_code == 404


# --- acting ----------------------------------------------------------------------------------


def test_what_a_companion_does_is_by_them_and_for_the_other(
    browser, granny, neighbour, occurrence, team
):
    me, her = neighbour.person_id, granny.person_id

    sign_up(browser, occurrence, person=her)
    assert places() == [(her, me)]
    assert last_entry() == ("signup.created", me, her)

    signup = session.query(Signup).one()
    browser.post(f"/activities/signups/{signup.id}/withdrawal")
    assert places() == []
    assert last_entry() == ("signup.withdrawn", me, her)

    member = f"/teams/{team.id}/members/{granny.id}"
    for step, action in (
        ("pause", "member.paused"),
        ("return", "member.resumed"),
        ("departure", "member.left"),
    ):
        assert browser.post(f"{member}/{step}").location == f"/teams/{team.id}"
        assert last_entry() == (action, me, her)

    other = TeamFactory()
    browser.post(f"/join/{other.join_code}/application", data={"person": her})
    assert last_entry() == ("member.applied", me, her)

    settings = {"name": "王秀英", "language": "zh_Hans", "free_slots": ["wed_am"], "person": her}
    browser.post("/settings", data=settings)
    assert last_entry() == ("person.changed", me, her)
    assert granny.person.free_slots == ["wed_am"]
    assert neighbour.person.free_slots == []


def test_phone_and_mailbox_of_the_person_acted_for_stay_what_links_and_codes_go_there(
    browser, granny
):
    before = (granny.person.phone, granny.person.phone_owner, granny.person.email)
    mine = {"phone": "13900001111", "phone_owner": "neighbour", "email": "mine@example.org"}

    page = browser.get("/settings").text
    browser.post("/settings", data={"name": "王秀英", "language": "zh_Hans", "person":
                                    granny.person_id, **mine})  # fmt: skip

    session.refresh(granny.person)
    assert (granny.person.phone, granny.person.phone_owner, granny.person.email) == before
    assert granny.person.language == "zh_Hans"
    assert 'name="phone"' not in page
    assert "A coordinator changes them" in page


def test_the_pages_are_those_of_the_person_acted_for(browser, granny, occurrence, team):
    SignupFactory(occurrence=occurrence, person=granny.person)

    pages = [
        browser.get(address).text
        for address in ("/", "/my-week", "/settings", f"/teams/{team.id}", f"/teams/{team.id}/week",
                        f"/activities/dates/{occurrence.id}", f"/join/{team.join_code}", "/help")
    ]  # fmt: skip

    for page in pages:
        assert "You are acting for 王秀英" in page
        assert "Done, back to me" in page
    assert "The week of 王秀英" in pages[0]
    assert occurrence.title in pages[0]
    assert "Sign me out everywhere" not in pages[2]
    assert "Choose a password" not in pages[2]


def test_ones_own_password_stays_ones_own_and_the_page_says_so(browser):
    page = browser.get("/settings/password/first").text

    assert "But this page is your own" in page


def test_the_history_reads_who_for_whom(browser, signed_in_as, coordinator, occurrence, team):
    sign_up(browser, occurrence)
    seen = signed_in_as(coordinator.person)

    history = seen.get(f"/teams/{team.id}/history").text
    date = seen.get(f"/activities/dates/{occurrence.id}").text

    row = next(part for part in history.split("<tr") if "signed up" in part)
    assert "赵桂香" in row
    assert "for 王秀英" in row
    assert "entered by 赵桂香" in date


def test_done_means_oneself_again(browser, neighbour, occurrence):
    browser.post("/acting/end")

    assert "You are acting for" not in browser.get("/").text
    sign_up(browser, occurrence)
    assert places() == [(neighbour.person_id, neighbour.person_id)]


def test_a_page_that_was_drawn_for_oneself_is_not_taken_for_the_other(
    browser, granny, neighbour, occurrence
):
    """Two windows of one browser: in one of them acting has begun meanwhile."""
    me = neighbour.person_id
    settings = {"name": "赵桂香", "phone": "13900002222", "phone_owner": "self",
                "language": "zh_Hans", "person": me}  # fmt: skip

    answers = [
        sign_up(browser, occurrence, person=me),
        browser.post("/settings", data=settings),
        browser.post(f"/join/{TeamFactory().join_code}/application", data={"person": me}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]
    assert places() == []
    assert granny.person.name == "王秀英"


def test_acting_costs_one_query_and_nothing_when_one_does_not(
    browser, signed_in_as, granny, count_queries
):
    alone = signed_in_as(granny.person)

    with count_queries() as own:
        alone.get("/help")
    with count_queries() as acted:
        browser.get("/help")

    assert len(acted) == len(own) + 1
    assert not [statement for statement in own if "companions" in statement]


# --- the end ---------------------------------------------------------------------------------


def by_ending(companionship, _granny):
    companions.end(companionship, by=companionship.person)


def by_withdrawing_the_consent(_companionship, granny):
    consents.withdraw(granny.person, ConsentScope.COMPANION, by=granny.person)


def by_choosing_a_password(_companionship, granny):
    UserFactory(person=granny.person)


@pytest.mark.parametrize("end", [by_ending, by_withdrawing_the_consent, by_choosing_a_password])
def test_after_the_end_nothing_is_done_for_anybody(
    browser, companionship, granny, neighbour, occurrence, end
):
    end(companionship, granny)

    pressed = sign_up(browser, occurrence)

    assert pressed.status_code == 409
    assert "You may not act for this person any more." in pressed.text
    assert places() == []
    page = browser.get("/").text
    assert "Good day, 赵桂香" in page
    assert "You are acting for" not in page
    assert browser.post(acting(companionship)).status_code == 409


def test_after_the_end_a_page_says_so_and_is_ones_own(browser, companionship, granny):
    by_ending(companionship, granny)

    page = browser.get("/my-week").text

    assert "You do not act for anybody else any more." in page
    assert "Good day, 赵桂香" in page
    assert "You do not act for anybody else" not in browser.get("/my-week").text


@pytest.mark.parametrize("who", ["granny", "neighbour", "coordinator"])
def test_each_of_the_three_ends_it_with_one_press(
    signed_in_as, companionship, granny, neighbour, coordinator, who, request
):
    me = request.getfixturevalue(who).person

    signed_in_as(me).post(f"/companions/{companionship.id}/end")

    assert companions.going(granny.person) == []
    assert last_entry() == ("companion.ended", me.id, granny.person_id)


def test_nobody_else_ends_it(signed_in_as, companionship, team, granny):
    others = [
        MembershipFactory(team=team).person,
        CoordinatorFactory().person,
        OperatorFactory().person,
    ]

    answers = [signed_in_as(me).post(f"/companions/{companionship.id}/end") for me in others]

    assert {answer.status_code for answer in answers} == {404}
    assert len(companions.going(granny.person)) == 1


def test_the_member_sees_who_may_act_and_ends_it(signed_in_as, companionship, granny):
    browser = signed_in_as(granny.person)
    assert "Who may act for you?" in browser.get("/settings").text

    answer = browser.post(
        f"/companions/{companionship.id}/end",
        headers={"Referer": "http://localhost/settings"},
        follow_redirects=True,
    )

    assert "赵桂香 does not act for 王秀英 any more." in answer.text
    assert "Who may act for you?" not in answer.text


# --- what must not be ------------------------------------------------------------------------


def test_a_companionship_of_two_others_opens_nothing(signed_in_as, companionship, team, occurrence):
    stranger = MembershipFactory(team=team)
    browser = signed_in_as(stranger.person)

    assert browser.post(acting(companionship)).status_code == 404
    # Even with its number in the cookie: somebody else's, and one that nobody has.
    for number in (companionship.id, 987654):
        with browser.session_transaction() as cookie:
            cookie["acting"] = number
        assert "You are acting for" not in browser.get("/").text
        with browser.session_transaction() as cookie:
            cookie["acting"] = number
        assert sign_up(browser, occurrence).status_code == 409
    assert places() == []


def test_signing_out_ends_acting_and_signing_in_does_not_bring_it_back(browser, neighbour):
    browser.post("/sign-out")

    with browser.session_transaction() as cookie:
        assert "acting" not in cookie


@pytest.mark.parametrize(
    "page", ["members", "history", "settings", "today", "messages", "call-list"]
)
def test_acting_for_a_coordinator_opens_no_coordinators_page(
    signed_in_as, coordinator, neighbour, team, page
):
    """It cannot be begun; and if it stood in the table, it would open nothing."""
    companionship = CompanionFactory(person=coordinator.person, companion=neighbour.person)
    browser = signed_in_as(neighbour.person)

    assert browser.post(acting(companionship)).status_code == 409
    with browser.session_transaction() as cookie:
        cookie["acting"] = companionship.id
    assert browser.get(f"/teams/{team.id}/{page}").status_code == 404


def test_powers_of_the_person_acted_for_never_count(
    signed_in_as, team, neighbour, granny, occurrence
):
    """A coordinator without a password there is not; but if there were one."""
    keyless = CoordinatorFactory(team=team)
    companionship = CompanionFactory(person=keyless.person, companion=neighbour.person)
    signup = SignupFactory(occurrence=occurrence, person=granny.person)
    browser = signed_in_as(neighbour.person)
    browser.post(acting(companionship))

    refused = [
        browser.get(f"/teams/{team.id}/members").status_code,
        browser.post(f"/activities/signups/{signup.id}/withdrawal").status_code,
        browser.post(f"/teams/{team.id}/members/{granny.id}/pause").status_code,
        browser.post(f"/teams/{team.id}/members/{neighbour.id}/coordinatorship").status_code,
        sign_up(browser, occurrence, person=granny.person_id).status_code,
    ]

    assert refused == [404] * 5
    page = browser.get(f"/activities/dates/{occurrence.id}").text
    assert "As coordinator you can" not in page


def test_a_coordinator_who_acts_shows_no_powers_on_the_others_pages(
    signed_in_as, coordinator, granny, team, occurrence
):
    companionship = CompanionFactory(person=granny.person, companion=coordinator.person)
    browser = signed_in_as(coordinator.person)
    browser.post(acting(companionship))

    page = browser.get(f"/activities/dates/{occurrence.id}").text
    week = browser.get(f"/teams/{team.id}/week").text
    members = browser.get(f"/teams/{team.id}/members").text

    assert "As coordinator you can" not in page
    assert "Plan an activity" not in week
    assert f'/teams/{team.id}/members"' not in page
    assert "But this page is your own" in members
    sign_up(browser, occurrence)
    assert places() == [(granny.person_id, coordinator.person_id)]
