"""Asking for help: for oneself, for somebody else, by a coordinator, by a visit."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.elders import ElderFactory, VisitFactory, volunteer_of
from tests.factories.help_requests import LAMP, HelpRequestFactory
from tests.factories.network import PlaceFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.told import told
from volunteer.audit.models import AuditEntry
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.elders import recording
from volunteer.elders.models import Check, Finding, VisitStatus
from volunteer.elders.recording import Found, Report
from volunteer.help_requests import asking, notices, policy, queries, triage
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.errors import NothingAsked, PhoneNeeded, TooManyAsked
from volunteer.help_requests.models import ForWhom, HelpKind, HelpRequest, HelpStatus, StepKind
from volunteer.network.models import PlaceKind
from volunteer.notifications.models import OutboxMessage
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    """Ten in the morning in Chengdu."""
    time_machine.move_to("2026-10-12T02:00Z", tick=False)


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


@pytest.fixture
def community(coordinator):
    return coordinator.team.place


def details(**changed: object) -> HelpDetails:
    return HelpDetails(**{**vars(LAMP), **changed})


def test_what_was_asked_waits_for_an_answer_within_one_working_day(community):
    found = asking.ask(community, details(kinds=[HelpKind.REPAIR, HelpKind.TALK]))

    assert (found.status, found.team, found.place) == (HelpStatus.NEW, None, community)
    assert found.help_kinds == [HelpKind.REPAIR, HelpKind.TALK]
    assert found.answer_by == datetime(2026, 10, 13, 2, tzinfo=UTC)
    assert (found.asked_at, found.answered_at, found.is_urgent) == (clock.now(), None, False)
    assert [step.kind for step in found.steps] == [StepKind.ASKED]


@pytest.mark.parametrize(
    ("asked", "day"),
    [("2026-10-12T02:00Z", 13), ("2026-10-16T02:00Z", 19), ("2026-10-17T02:00Z", 19)],
)
def test_who_asks_on_a_free_day_reads_the_day_on_which_somebody_calls(
    community, time_machine, asked, day
):
    time_machine.move_to(asked, tick=False)

    assert asking.ask(community, details()).answer_day == date(2026, 10, day)


def test_each_gets_the_number_of_its_row(community):
    found = asking.ask(community, details())

    assert found.number == asking.short_number(found.id)
    assert asking.short_number(1) == "1000"


def test_no_two_of_the_first_120000_numbers_are_alike_and_they_do_not_count_up():
    numbers = [asking.short_number(number) for number in range(1, 120_001)]

    assert len(set(numbers)) == 120_000
    assert {len(number) for number in numbers[:9000]} == {4}
    assert {len(number) for number in numbers[9000:99_000]} == {5}
    assert {len(number) for number in numbers[99_000:]} == {6}
    assert not any(number.startswith("0") for number in numbers)
    steps = {int(b) - int(a) for a, b in itertools.pairwise(numbers[:50])}
    assert min(abs(step) for step in steps) > 1000


@pytest.mark.parametrize("words", ["", "  ", "\n"])
def test_nothing_asked_is_refused(community, words):
    with pytest.raises(NothingAsked):
        asking.ask(community, details(words=words, kinds=()))


@pytest.mark.parametrize(("words", "kinds"), [("", (HelpKind.TALK,)), ("来看看我", ())])
def test_words_or_a_kind_are_enough(community, words, kinds):
    assert asking.ask(community, details(words=words, kinds=kinds)).is_new


@pytest.mark.parametrize("phone", ["", " - "])
def test_without_a_phone_nobody_could_call_back(community, phone):
    with pytest.raises(PhoneNeeded):
        asking.ask(community, details(phone=phone))


def test_the_phone_of_who_is_signed_in_will_do(community):
    asker = PersonFactory(phone="13900139000", name="王秀英")

    found = asking.ask(community, details(phone="", name=""), asker=asker, by=asker)

    assert (found.asker_phone, found.asker_name) == ("13900139000", "王秀英")
    assert (found.asker_id, found.entered_by_id) == (asker.id, asker.id)


def test_a_companion_asks_for_somebody_and_both_names_stand_in_the_trail(community):
    granny, neighbour = PersonFactory(), PersonFactory()

    asking.ask(community, details(), asker=granny, by=neighbour)

    entry = session.query(AuditEntry).filter_by(action="help_request.asked").one()
    assert (entry.by_id, entry.person_id) == (neighbour.id, granny.id)


def test_for_somebody_else_it_is_said_for_whom_and_whether_they_know(community):
    other = details(for_whom=ForWhom.OTHER, beneficiary="刘婆婆", is_agreed=False)
    found = asking.ask(community, other)
    assert (found.beneficiary, found.is_agreed) == ("刘婆婆", False)

    oneself = details(for_whom=ForWhom.SELF, beneficiary="刘婆婆", is_agreed=False)
    found = asking.ask(community, oneself)
    assert (found.beneficiary, found.is_agreed) == (None, True)


def test_words_of_danger_make_it_urgent(community):
    assert asking.ask(community, details(words="婆婆跌倒了")).is_urgent


def test_every_coordinator_of_the_community_hears_of_it_once(coordinator, community):
    second = CoordinatorFactory(team=coordinator.team)
    # In an estate of the same community, by somebody who coordinates both.
    estate = PlaceFactory(parent=community, kind=PlaceKind.ESTATE)
    there = CoordinatorFactory(team=TeamFactory(place=estate), person=second.person)
    elsewhere = CoordinatorFactory()

    asking.ask(community, details())

    people = told(notices.HELP_ASKED)
    assert sorted(people) == sorted([coordinator.person_id, second.person_id])
    assert there.person_id == second.person_id
    assert elsewhere.person_id not in people


def test_what_a_coordinator_enters_is_the_teams_and_told_to_the_others(coordinator, community):
    second = CoordinatorFactory(team=coordinator.team)
    other_team = CoordinatorFactory(team=TeamFactory(place=community))

    found = asking.ask(community, details(), by=coordinator.person, team=coordinator.team)

    assert (found.team, found.entered_by_id) == (coordinator.team, coordinator.person_id)
    assert told(notices.HELP_ASKED) == [second.person_id]
    assert other_team.person_id not in told(notices.HELP_ASKED)


def test_what_a_visitor_found_to_be_done_becomes_a_request_for_that_elder(coordinator):
    elder = ElderFactory(team=coordinator.team, preferred_name="王婆婆")
    visitor = volunteer_of(coordinator.team)
    visit = VisitFactory(elder=elder, people=[visitor, volunteer_of(coordinator.team)], in_days=0)
    findings = {check: Found(Finding.FINE, "") for check in Check}
    findings[next(iter(Check))] = Found(Finding.ACT, "水管漏水")

    recording.record(visit, Report(status=VisitStatus.DONE, findings=findings), by=visitor)

    found = session.query(HelpRequest).one()
    assert (found.elder_id, found.visit_id, found.team_id) == (
        elder.id, visit.id, coordinator.team_id,
    )  # fmt: skip
    assert (found.words, found.beneficiary, found.status) == ("水管漏水", "王婆婆", "new")
    assert found.address == "锦绣东方小区3栋2单元501室"
    assert told(notices.HELP_ASKED) == [coordinator.person_id]
    assert (found.asker_name, found.entered_by_id) == (visitor.name, visitor.id)


def test_what_a_visitor_found_is_not_the_visitors_own_request(coordinator):
    visitor = volunteer_of(coordinator.team)
    elder = ElderFactory(team=coordinator.team)
    visit = VisitFactory(elder=elder, people=[visitor, volunteer_of(coordinator.team)], in_days=0)

    found = asking.from_visit(visit, "水管漏水", visitor)

    assert found.asker_id is None
    assert queries.list_asked_by(visitor) == []
    assert not policy.can_follow(visitor, found)


def test_from_one_phone_and_from_one_place_only_so_many_in_a_quarter_of_an_hour(time_machine):
    for _time in range(asking.ASKED_FROM_ONE_PHONE):
        asking.count_one("138 0013 8000", "192.0.2.1")
    with pytest.raises(TooManyAsked):
        asking.count_one("13800138000", "198.51.100.1")
    for number in range(asking.ASKED_FROM_ONE_PLACE - asking.ASKED_FROM_ONE_PHONE):
        asking.count_one(f"139{number:08d}", "192.0.2.1")
    with pytest.raises(TooManyAsked):
        asking.count_one("13700137000", "192.0.2.1")
    asking.count_one("13700137000", "198.51.100.1")

    time_machine.shift(16 * 60)
    asking.count_one("13800138000", "192.0.2.1")


def test_only_number_and_phone_together_find_it(community):
    found = asking.ask(community, details())
    other = HelpRequestFactory(community_of__place=community)

    assert queries.find_help_request(found.number, "+86 138-0013-8000") == found
    assert queries.find_help_request(found.number, other.asker_phone) is None
    assert queries.find_help_request(other.number, "13800138000") is None
    assert queries.find_help_request(found.number, "") is None


def test_places_of_many_teams_are_asked_for_in_few_statements(count_queries, coordinator):
    def ask(more: int) -> int:
        for _number in range(more):
            estate = PlaceFactory(parent=PlaceFactory(), kind=PlaceKind.ESTATE)
            TeamFactory(place=estate)
        session.expire_all()
        session.expunge_all()
        with count_queries() as sent, transaction():
            assert queries.list_communities()
        return len(sent)

    assert ask(1) == ask(6)


# --- pressed twice ---------------------------------------------------------------------------


def asked_as(place, by=None, **changed):
    return asking.ask(place, details(**changed), asker=by, by=by)


def test_the_same_pressed_twice_is_one_request_told_once():
    coordinator = CoordinatorFactory()
    place = coordinator.team.place

    first, again = asked_as(place), asked_as(place)

    assert again.id == first.id
    assert session.query(HelpRequest).count() == 1
    assert [m.person_id for m in session.query(OutboxMessage)] == [coordinator.person_id]


def test_what_says_anything_else_or_comes_later_is_another_request(time_machine):
    team = CoordinatorFactory().team
    place, one = team.place, asked_as(team.place)

    others = [
        asked_as(place, words="水龙头漏水"),
        asked_as(place, phone="13900139000"),
        asked_as(place, wanted_on=date(2026, 12, 24)),
        asked_as(place, by=PersonFactory()),
    ]
    time_machine.move_to(clock.now() + timedelta(minutes=3))
    others.append(asked_as(place))

    assert len({one.id, *(other.id for other in others)}) == 6


def test_once_it_is_answered_the_same_may_be_asked_again():
    coordinator = CoordinatorFactory()
    place, first = coordinator.team.place, asked_as(coordinator.team.place)
    triage.take_on(first, coordinator.team, by=coordinator.person)

    assert asked_as(place).id != first.id
