"""A team of which nobody is left, and one whose coordinators are gone."""

import pytest

from tests.factories.accounts import OperatorFactory, UserFactory
from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.elders import ElderFactory
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, MembershipFactory
from volunteer import wiring
from volunteer.accounts import throttle
from volunteer.core import clock
from volunteer.core.errors import NotFound
from volunteer.help_requests.models import HelpStatus
from volunteer.people import deaths
from volunteer.rights import forgetting
from volunteer.teams import membership, queries, verification_queries
from volunteer.teams.errors import (
    LastCoordinator,
    NeedsPassword,
    NobodyOfThisName,
    TeamStillNeeded,
)
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def wired():
    wiring.wire()


@pytest.fixture
def founder(database):
    """Alone in the team that they have started."""
    person = UserFactory(person__name="陈建国").person
    return CoordinatorFactory(person=person, team__name="晨练队", team__phone="02800000300")


@pytest.fixture
def operator(database):
    return OperatorFactory().person


# --- nobody is left ------------------------------------------------------------------------------


def test_who_is_alone_in_a_team_may_go_and_it_ends(founder):
    team = founder.team
    activity = ActivityFactory(team=team)
    code = team.join_code

    membership.leave(founder, by=founder.person)

    assert not founder.is_in_team
    assert activity.has_ended(team.today(clock.now()))
    assert not team.is_verified
    with pytest.raises(NotFound):
        queries.find_team_by_join_code(code)


def test_who_waits_to_join_a_team_that_ends_is_told_no(founder):
    asking = MembershipFactory(team=founder.team, status=MembershipStatus.APPLIED, joined_at=None)

    membership.leave(founder, by=founder.person)

    assert asking.status is MembershipStatus.REJECTED


def test_nobody_leaves_an_elder_behind(founder):
    ElderFactory(team=founder.team)

    with pytest.raises(TeamStillNeeded):
        membership.leave(founder, by=founder.person)


def test_nobody_leaves_a_neighbour_waiting(founder):
    HelpRequestFactory(team=founder.team, status=HelpStatus.ACCEPTED)

    with pytest.raises(TeamStillNeeded):
        membership.leave(founder, by=founder.person)


def test_who_pauses_is_still_there(founder):
    MembershipFactory(team=founder.team, status=MembershipStatus.PAUSED)

    with pytest.raises(LastCoordinator):
        membership.leave(founder, by=founder.person)


def test_who_is_alone_in_their_team_may_be_forgotten(founder, operator):
    asked = forgetting.ask(founder.person, "", by=founder.person)

    forgetting.grant(asked, by=operator)

    assert not founder.is_in_team


def test_a_death_is_noted_though_elders_count_on_the_team(founder, operator):
    ElderFactory(team=founder.team)

    deaths.note(founder.person, by=operator)

    assert founder.person.died_on
    assert founder.is_in_team


def test_who_leaves_as_the_last_reads_before_that_the_team_ends(founder, signed_in_as):
    page = signed_in_as(founder.person).get(
        f"/teams/{founder.team_id}/members/{founder.id}/departure"
    )

    assert "Nobody else is in the team: it ends" in page.text


def test_a_team_that_nobody_is_in_is_not_on_the_list(founder, client):
    assert "晨练队" in client.get("/teams").text

    membership.leave(founder, by=founder.person)

    assert "晨练队" not in client.get("/teams").text
    page = client.get(f"/teams/{founder.team_id}?lang=en").text
    assert "Nobody is in this team any more." in page
    assert "tel:" not in page


def test_an_operator_is_not_asked_about_a_team_that_everybody_has_left(founder):
    membership.leave(founder, by=founder.person)

    assert verification_queries.list_to_verify_first(5) == []


def test_who_has_died_as_the_last_coordinator_goes_with_the_last_who_lives(founder, operator):
    member = MembershipFactory(team=founder.team)
    deaths.note(founder.person, by=operator)
    assert founder.is_in_team

    membership.leave(member, by=member.person)

    assert not founder.is_in_team
    assert verification_queries.list_to_verify_first(5) == []
    assert verification_queries.list_without_coordinator(5) == []


@pytest.mark.parametrize("setting", ["postgresql"], indirect=True)
@pytest.mark.parametrize("way", ["leaves", "is forgotten", "dies"])
def test_all_that_a_team_does_is_held_before_any_date_and_behind_the_team(
    founder, operator, count_queries, way
):
    """Whoever fills calendars holds the activities of several teams, and then dates of them. SQLite
    has one lock for everything."""
    ActivityFactory(team=founder.team)
    other = MembershipFactory(person=founder.person)
    occurrence = OccurrenceFactory(activity__team=other.team)
    SignupFactory(occurrence=occurrence, person=founder.person)
    person = founder.person
    asked = forgetting.ask(person, "", by=person)
    steps = {
        "leaves": lambda: membership.leave_every_team(person, by=person),
        "is forgotten": lambda: forgetting.grant(asked, by=operator),
        "dies": lambda: membership.leave_all(person, person),
    }

    with count_queries() as sent:
        steps[way]()

    held = [s.split("FOR NO KEY UPDATE OF ")[1] for s in sent if "FOR NO KEY UPDATE OF " in s]
    wanted = ["teams", "activities", "occurrences"]
    assert [name for name in dict.fromkeys(held) if name in wanted] == wanted


# --- nobody coordinates it -----------------------------------------------------------------------


def test_its_members_do_not_read_that_the_dead_coordinate_it(founder, operator, signed_in_as):
    member = MembershipFactory(team=founder.team)
    browser = signed_in_as(member.person)
    page = f"/teams/{founder.team_id}"
    assert "陈建国" in browser.get(page).text

    deaths.note(founder.person, by=operator)

    assert "陈建国" not in browser.get(page).text
    assert "1 member" in browser.get(page).text


def test_an_operator_sees_that_elders_count_on_a_team_in_which_nobody_lives(founder, operator):
    ElderFactory(team=founder.team)

    deaths.note(founder.person, by=operator)

    assert verification_queries.list_without_coordinator(5) == [founder.team]


def test_who_has_asked_to_join_such_a_team_may_be_named(founder, operator):
    ElderFactory(team=founder.team)
    heir = UserFactory(person__name="李玉珍", person__phone="02800000042").person
    asked = membership.apply(founder.team, heir)
    deaths.note(founder.person, by=operator)

    membership.name_coordinator(founder.team, "李玉珍", "02800000042", by=operator)

    assert asked.is_active
    assert asked.is_coordinator


def test_who_names_nobody_has_tried_once(founder, operator):
    with pytest.raises(NobodyOfThisName):
        membership.name_coordinator(founder.team, "李玉珍", "02800000042", by=operator)

    assert throttle.count("name_and_phone", str(operator.id)) == 1


def test_an_operator_sees_the_team_whose_last_coordinator_has_died(founder, operator):
    MembershipFactory(team=founder.team)
    assert verification_queries.list_without_coordinator(5) == []

    deaths.note(founder.person, by=operator)

    assert verification_queries.list_without_coordinator(5) == [founder.team]


def test_an_operator_gives_its_keys_to_a_member(founder, operator, signed_in_as):
    heir = UserFactory(person__name="李玉珍", person__phone="02800000042").person
    member = MembershipFactory(team=founder.team, person=heir)
    deaths.note(founder.person, by=operator)
    browser = signed_in_as(operator)
    assert "Nobody coordinates them any more" in browser.get("/").text

    sent = {"name": "李玉珍", "phone": "028-0000 0042"}
    said = browser.post(
        f"/teams/{founder.team_id}/coordinators/new", data=sent, follow_redirects=True
    )

    assert "李玉珍 is a coordinator now." in said.text
    assert member.is_coordinator
    assert "Nobody coordinates them any more" not in browser.get("/").text


def test_who_is_in_another_team_is_not_named(founder, operator):
    heir = UserFactory(person__name="李玉珍", person__phone="02800000042").person
    MembershipFactory(person=heir)

    with pytest.raises(NobodyOfThisName):
        membership.name_coordinator(founder.team, "李玉珍", "02800000042", by=operator)


def test_a_link_alone_is_no_key_here_either(founder, operator):
    heir = PersonFactory(name="李玉珍", phone="02800000042")
    MembershipFactory(team=founder.team, person=heir)

    with pytest.raises(NeedsPassword):
        membership.name_coordinator(founder.team, "李玉珍", "02800000042", by=operator)


def test_who_is_named_wrongly_is_said_at_the_field(founder, operator, signed_in_as):
    page = signed_in_as(operator).post(
        f"/teams/{founder.team_id}/coordinators/new", data={"name": "李玉珍", "phone": "1"}
    )

    assert "Nobody in this team has this name and this phone." in page.text
