"""What will go out next, to whom, and to whom not."""

from datetime import UTC, datetime

import pytest

from tests.factories.teams import CoordinatorFactory, MembershipFactory, TeamFactory
from volunteer.accounts.models import PersonalLink
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import stopping
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.notifications.topics import Topic
from volunteer.people.models import Person, ToldBy
from volunteer.reminders import preview, weekly
from volunteer.teams.models import MembershipStatus, Team

pytestmark = pytest.mark.usefixtures("database")

NEXT_SUNDAY = datetime(2026, 10, 18, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)


@pytest.fixture
def team(database) -> Team:
    return TeamFactory()


def by(way: Channel, found: preview.Preview) -> list[Person]:
    return list(found.by_way[way])


def test_it_says_who_gets_a_mail_who_a_call_and_who_nothing(team):
    by_mail = MembershipFactory(team=team).person
    by_call = MembershipFactory(team=team, person__email=None).person
    pausing = MembershipFactory(team=team, status=MembershipStatus.PAUSED).person
    MembershipFactory(team=team, status=MembershipStatus.APPLIED)
    MembershipFactory(team=team, status=MembershipStatus.LEFT)

    found = preview.of_team(team, clock.now())

    assert (by(Channel.EMAIL, found), found.by_call, found.pausing) == (
        [by_mail],
        [by_call],
        [pausing],
    )
    assert found.due_at == NEXT_SUNDAY


def test_who_has_chosen_text_messages_or_calls_is_foretold_so(team):
    texted = MembershipFactory(team=team, person__told_by=ToldBy.SMS).person
    called = MembershipFactory(team=team, person__told_by=ToldBy.CALL).person

    found = preview.of_team(team, clock.now())

    assert (by(Channel.EMAIL, found), by(Channel.SMS, found)) == ([], [texted])
    assert found.by_call == [called]


def test_who_wants_no_weekly_message_is_named_and_not_counted_among_its_readers(team):
    MembershipFactory(team=team)
    stopped = MembershipFactory(team=team, person__wants_week=False).person

    found = preview.of_team(team, clock.now())

    assert found.stopped == [stopped]
    assert stopped not in found.readers


def test_the_page_says_who_reads_a_text_message_and_who_gets_nothing(signed_in_as, team):
    coordinator = CoordinatorFactory(team=team).person
    texted = MembershipFactory(team=team, person__told_by=ToldBy.SMS).person
    stopped = MembershipFactory(team=team, person__wants_week=False).person

    page = signed_in_as(coordinator).get(f"/teams/{team.id}/messages?person={texted.id}").text
    letter = preview.letter_to(team, texted, NEXT_SUNDAY)

    assert "by text message: 1 person" in page
    assert letter.short in page
    assert letter.subject not in page
    assert f"{stopped.name}: wants no weekly message" in page


def test_what_it_foretells_is_what_is_planned(team, time_machine):
    for email in ("a@example.org", None, "b@example.org"):
        MembershipFactory(team=team, person__email=email)
    MembershipFactory(team=team, person__told_by=ToldBy.SMS)
    foretold = preview.of_team(team, clock.now())

    time_machine.move_to(foretold.due_at, tick=False)
    weekly.plan_due(clock.now())

    planned = {(m.person_id, m.channel.value) for m in session.query(OutboxMessage)}
    assert planned == {
        (person.id, way.value) for way, people in foretold.by_way.items() for person in people
    }


def test_one_may_look_at_the_letter_of_any_reader_and_first_of_ones_own(team):
    coordinator = CoordinatorFactory(team=team).person
    called = MembershipFactory(team=team, person__email=None).person
    pausing = MembershipFactory(team=team, status=MembershipStatus.PAUSED).person

    found = preview.of_team(team, clock.now())

    assert found.find(coordinator.id) is coordinator
    assert found.find(called.id) is called
    assert found.find(pausing.id) is found.find(None) is coordinator


def test_a_team_without_readers_has_no_letter(team):
    assert preview.of_team(team, clock.now()).find(None) is None


def test_looking_at_a_letter_opens_no_doors(app, team):
    person = MembershipFactory(team=team).person

    with app.app_context():
        letter = preview.letter_to(team, person, NEXT_SUNDAY)

    assert f"{app.config['BASE_URL']}/my-week" in letter.text
    assert "/links/" not in letter.text
    # Nor does it show what would stop the reader's messages.
    assert stopping.path(person, Topic.WEEK) not in letter.text + letter.html
    assert "/stops/…" in letter.text
    assert session.query(PersonalLink).count() == 0
