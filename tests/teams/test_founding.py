"""Starting a team, and changing what it says of itself."""

from datetime import time

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.network.models import PlaceKind
from volunteer.teams import founding, policy, queries
from volunteer.teams.errors import NeedsPassword
from volunteer.teams.founding import TeamDetails
from volunteer.teams.models import Team

pytestmark = pytest.mark.usefixtures("database")


STEPS = [(PlaceKind.CITY, "成都市"), (PlaceKind.COMMUNITY, "黉门街社区")]


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


def test_who_starts_a_team_is_its_coordinator():
    founder = UserFactory().person

    team = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=founder)

    assert policy.can_coordinate(founder, team)
    assert [m.person for m in queries.list_active(team)] == [founder]


def test_pressed_twice_a_team_starts_once():
    founder = UserFactory().person
    first, again = (founding.start(TeamDetails("奶奶的厨房"), STEPS, by=founder) for _n in range(2))

    assert again == first
    assert session.query(Team).count() == 1


def test_another_team_of_the_name_is_another_team():
    founder = UserFactory().person
    elsewhere = [STEPS[0], (PlaceKind.COMMUNITY, "凉水井街社区")]
    first = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=founder)

    others = [
        founding.start(TeamDetails("奶奶的厨房"), elsewhere, by=founder),
        founding.start(TeamDetails("爷爷的厨房"), STEPS, by=founder),
        founding.start(TeamDetails("奶奶的厨房"), STEPS, by=UserFactory().person),
    ]

    assert len({team.id for team in [first, *others]}) == 4


def test_who_comes_by_link_only_chooses_a_password_before_starting_a_team():
    founder = PersonFactory()

    with pytest.raises(NeedsPassword, match="signs in with a password"):
        founding.start(TeamDetails("奶奶的厨房"), STEPS, by=founder)

    assert session.query(Team).count() == 0


def test_a_new_team_reminds_on_sunday_at_six_in_chengdu_from_now_on():
    team = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=UserFactory().person)

    assert (team.reminder_weekday, team.reminder_time) == (6, time(18))
    assert (team.zone, team.reminder_set_at) == ("Asia/Shanghai", clock.now())


def test_what_a_team_says_of_itself_can_change():
    team = TeamFactory()

    founding.change(
        team,
        TeamDetails("奶奶的厨房", "每周三一起做饭", "028-8555 1234", "Europe/London"),
        by=PersonFactory(),
    )

    session.expire_all()
    assert (team.name, team.purpose) == ("奶奶的厨房", "每周三一起做饭")
    assert (team.phone, team.zone) == ("02885551234", "Europe/London")


def test_another_time_for_the_weekly_message_counts_from_now_on():
    team = TeamFactory()

    founding.set_reminder(team, weekday=5, at=time(9, 30), by=PersonFactory())

    assert (team.reminder_weekday, team.reminder_time) == (5, time(9, 30))
    assert team.reminder_set_at == clock.now()


def test_saving_the_same_time_again_changes_nothing():
    team = TeamFactory()
    before = team.reminder_set_at

    founding.set_reminder(team, weekday=6, at=time(18), by=PersonFactory())

    assert team.reminder_set_at == before
    assert session.query(AuditEntry).count() == 0


def test_a_new_open_link_makes_the_old_one_lead_nowhere():
    team = TeamFactory()
    old = team.join_code

    founding.renew_join_link(team, by=PersonFactory())

    assert queries.find_team_by_join_code(team.join_code) is team
    with pytest.raises(NotFound):
        queries.find_team_by_join_code(old)


def test_open_links_are_hard_to_guess():
    codes = {TeamFactory().join_code for _number in range(20)}

    assert len(codes) == 20
    assert min(map(len, codes)) >= 12


def test_a_team_says_how_much_notice_it_needs():
    founder = UserFactory().person
    team = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=founder)
    before = team.notice_hours

    founding.change(team, TeamDetails("奶奶的厨房", notice_hours=48), by=founder)

    assert (before, team.notice_hours) == (24, 48)


def test_the_trail_names_each_step():
    founder = UserFactory().person
    team = founding.start(TeamDetails("奶奶的厨房"), STEPS, by=founder)

    founding.set_reminder(team, at=time(17), by=founder)
    founding.renew_join_link(team, by=founder)
    founding.change(team, TeamDetails("厨房"), by=founder)

    entries = session.query(AuditEntry).filter_by(team_id=team.id, by_id=founder.id)
    assert [entry.action for entry in entries.order_by(AuditEntry.id)] == [
        "team.started",
        "team.reminder_set",
        "team.join_link_renewed",
        "team.changed",
    ]
