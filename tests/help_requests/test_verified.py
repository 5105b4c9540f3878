"""What nobody has taken is shown and told to teams that an operator knows, and to no other."""

from datetime import timedelta

import pytest

from tests.factories.accounts import OperatorFactory
from tests.factories.elders import volunteer_of
from tests.factories.help_requests import LAMP, HelpRequestFactory
from tests.factories.network import PlaceFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.told import told
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.help_requests import asking, late, notices, policy, queries, suggesting, triage
from volunteer.help_requests.models import HelpRequest, Reach
from volunteer.network.models import PlaceKind
from volunteer.notifications import letters
from volunteer.notifications.models import OutboxMessage
from volunteer.teams import verification

pytestmark = pytest.mark.usefixtures("database")

WAIT = "once the operator has made sure who your team is"


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def known(database):
    """The coordinator of a team that an operator knows."""
    street = PlaceFactory(kind=PlaceKind.SUBDISTRICT, parent=None)
    return CoordinatorFactory(team__place__parent=street)


@pytest.fixture
def new(known):
    """Somebody who has just started a team in the same community."""
    place = known.team.place
    return CoordinatorFactory(team__place=place, team__verified_at=None, team__phone="02800000666")


def read_by(member):
    """The requests that this coordinator's team reads, each by the same rule opened and listed."""
    listed = list(queries.list_open(member.team))
    opened = [
        request
        for request in session.query(HelpRequest).order_by(HelpRequest.id)
        if policy.can_answer(member.person, request, member.team)
    ]
    assert {request.id for request in listed} == {request.id for request in opened}
    return listed


def test_what_nobody_has_is_read_by_the_team_that_is_known(known, new):
    request = HelpRequestFactory(community_of=known.team)

    assert read_by(known) == [request]
    assert read_by(new) == []
    for count in (queries.count_unanswered, lambda team: len(queries.list_to_see_to(team))):
        assert [count(known.team), count(new.team)] == [1, 0]
    assert len(queries.list_answer_times(new.team, clock.now() - timedelta(days=1))) == 0


def test_what_was_handed_up_as_well(known, new):
    beside = CoordinatorFactory(team__place__parent=known.team.place.parent)
    request = HelpRequestFactory(community_of=known.team)
    triage.raise_level(request, known.team, by=known.person)

    assert read_by(known) == read_by(beside) == [request]
    assert read_by(new) == []


def test_what_its_coordinators_write_down_is_its_own(new):
    request = asking.ask(new.team.place, LAMP, by=new.person, team=new.team)

    assert read_by(new) == [request]
    triage.take_on(request, new.team, by=new.person)
    assert read_by(new) == [request]


def test_once_it_is_known_it_reads_what_waits(known, new):
    request = HelpRequestFactory(community_of=known.team)

    verification.verify(new.team, by=OperatorFactory().person)

    assert read_by(new) == [request]


def test_taken_back_it_keeps_what_it_has(known):
    HelpRequestFactory(community_of=known.team)
    taken = HelpRequestFactory(community_of=known.team, taken=True)

    verification.take_back(known.team, by=OperatorFactory().person)

    assert read_by(known) == [taken]


def test_only_coordinators_of_known_teams_are_told(known, new):
    beside = CoordinatorFactory(team__place__parent=known.team.place.parent)
    request = asking.ask(known.team.place, LAMP)
    triage.raise_level(request, known.team, by=known.person)
    late.remind(clock.now() + timedelta(days=9))

    coordinators = {known.person_id, beside.person_id}
    assert set(told(notices.HELP_ASKED)) == set(told(late.HELP_LATE)) == coordinators


def test_letters_that_wait_are_not_written_to_who_is_not_known_any_more(app, known):
    asking.ask(known.team.place, LAMP)
    late.remind(clock.now() + timedelta(days=9))

    def written():
        with app.app_context(), transaction():
            return len(letters.write(session.query(OutboxMessage).all()))

    assert written() == 2
    verification.take_back(known.team, by=OperatorFactory().person)
    assert written() == 0


def test_nothing_is_handed_on_to_a_team_that_is_not_known(known, new):
    request = HelpRequestFactory(community_of=known.team, taken=True)

    assert queries.list_teams_to_hand_to(request, known.team) == []
    assert queries.list_teams_to_hand_to(request, new.team) == [known.team]


def test_members_are_not_suggested_from_or_to_a_team_that_is_not_known(known, new):
    theirs, own = volunteer_of(new.team), volunteer_of(known.team)

    def suggested(member):
        request = HelpRequestFactory(community_of=member.team, taken=True)
        found = suggesting.suggest(request, member.team, clock.now(), most=9, reach=Reach.ABOVE)
        return {one.person.id for one in found} & {theirs.id, own.id}

    assert suggested(known) == {own.id}
    assert suggested(new) == {theirs.id}


# --- what residents see -------------------------------------------------------------------------


def test_where_no_team_is_known_nobody_can_ask_as_where_there_is_none(client):
    client.set_cookie("lang", "en")
    without = client.get("/help-requests/new").text
    team = TeamFactory(verified_at=None, phone="02800000666")

    for address in ("/help-requests/new", f"/help-requests/new?team={team.id}"):
        page = client.get(address).text
        assert "There is no team here yet that could help." in page
        assert page.count("<form") == without.count("<form")
    sent = client.post("/help-requests/new", data={"words": "灯", "phone": "13800138000"})
    assert (sent.status_code, session.query(HelpRequest).count()) == (200, 0)


@pytest.mark.parametrize("address", ["/help-requests/new", "/help-requests/status", "/"])
def test_nobody_is_asked_to_call_a_team_that_is_not_known(client, known, new, address):
    known.team.phone = "02800000555"
    session.commit()

    page = client.get(address).text

    # The first page shows every team, below.
    assert "02800000666" not in page.split('class="rows"')[0]


def test_what_waits_where_no_team_is_known_any_more_is_counted(known, new, signed_in_as):
    HelpRequestFactory(community_of=known.team)
    HelpRequestFactory(community_of=known.team, taken=True)
    assert queries.count_unseen() == 0

    verification.take_back(known.team, by=OperatorFactory().person)

    assert queries.count_unseen() == 1
    page = signed_in_as(OperatorFactory().person).get("/").text
    assert "1 help request waits where no team is verified" in page


# --- what its coordinators see ------------------------------------------------------------------


def test_the_board_says_what_the_team_waits_for(known, new, signed_in_as):
    HelpRequestFactory(community_of=known.team, asker_name="李大爷")
    browser = signed_in_as(new.person)
    board = f"/teams/{new.team_id}/help-requests"

    empty = browser.get(board).text
    asking.ask(new.team.place, LAMP, by=new.person, team=new.team)
    full = browser.get(board).text

    assert [page.count(WAIT) for page in (empty, full)] == [1, 1]
    assert "Nobody waits for anything here." not in empty
    assert "1 request waits for an answer" in full
    assert "李大爷" not in empty + full
    assert WAIT not in signed_in_as(known.person).get(f"/teams/{known.team_id}/help-requests").text


def test_by_its_address_it_is_not_there(known, new, signed_in_as):
    request = HelpRequestFactory(community_of=known.team, asker_name="李大爷")
    browser = signed_in_as(new.person)
    url = f"/teams/{new.team_id}/help-requests/{request.id}"

    answers = [browser.get(url), browser.post(url, data={"step": "take_on"})]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "李大爷" not in browser.get("/").text
    session.expire_all()
    assert request.team_id is None


def test_a_board_asks_no_more_than_before(known, new, signed_in_as, count_queries):
    def ask(member):
        browser = signed_in_as(member.person)
        with count_queries() as sent:
            browser.get(f"/teams/{member.team_id}/help-requests")
        return len(sent)

    assert ask(new) <= ask(known)
