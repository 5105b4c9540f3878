"""The end: done, confirmed, open again, taken back; and that nothing is ever dropped."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.help_requests import LAMP, HelpRequestFactory, done, matched, taken_on
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from tests.told import told
from volunteer.core import clock
from volunteer.core.database import lock, session
from volunteer.core.errors import DomainError
from volunteer.elders import care
from volunteer.elders.models import EndReason
from volunteer.help_requests import asking, closing, matching, money, notices, queries, triage
from volunteer.help_requests.errors import IsOver, NotDone, NotMatched, NotWellHow
from volunteer.help_requests.models import (
    OPEN,
    ForWhom,
    HelpRequest,
    HelpStatus,
    OfferStatus,
    StepKind,
)
from volunteer.notifications.models import MessageStatus, OutboxMessage
from volunteer.people.models import Person
from volunteer.teams import policy as team_policy
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Membership

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def coordinator(database) -> Membership:
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


def test_the_volunteer_says_done_and_the_resident_that_all_is_well(team, coordinator):
    offer = matched(team, coordinator.person)
    found = offer.help_request

    closing.finish(found, words=" 换了灯座 ", by=offer.person)
    assert found.status is HelpStatus.DONE
    assert found.done_at is not None
    assert (found.steps[-1].kind, found.steps[-1].words) == (StepKind.DONE, "换了灯座")

    closing.confirm(found, by=None)
    assert (found.status, found.steps[-1].by_id) == (HelpStatus.CONFIRMED, None)
    assert found.ended_at is not None


def test_a_coordinator_finishes_what_a_phone_call_did(team, coordinator):
    found = taken_on(team, coordinator.person)
    asked = matching.offer(found, volunteer_of(team), by=coordinator.person)

    closing.finish(found, by=coordinator.person)

    assert (found.status, asked.status) == (HelpStatus.DONE, OfferStatus.RELEASED)
    assert told(notices.HELP_CALLED_OFF) == [asked.person_id]


def test_what_nobody_took_on_is_not_done(team, coordinator):
    with pytest.raises(NotMatched):
        closing.finish(HelpRequestFactory(community_of=team), by=coordinator.person)


def test_what_is_not_done_is_neither_confirmed_nor_opened_again(team, coordinator):
    found = taken_on(team, coordinator.person)

    with pytest.raises(NotDone):
        closing.confirm(found, by=None)
    with pytest.raises(NotDone):
        closing.reopen(found, "还没好", by=None)


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_the_resident_opens_it_again_and_the_team_hears_it(team, coordinator, is_confirmed):
    found = done(team, coordinator.person)
    answered = found.answered_at
    if is_confirmed:
        closing.confirm(found, by=None)
    with pytest.raises(NotWellHow):
        closing.reopen(found, " ", by=None)

    closing.reopen(found, " 灯又不亮了 ", by=None)

    assert (found.status, found.volunteer, found.is_open) == (HelpStatus.ACCEPTED, None, True)
    assert (found.done_at, found.ended_at, found.wall_agreed) == (None, None, None)
    assert found.call_back_by is None
    assert (found.steps[-1].kind, found.steps[-1].words) == (StepKind.REOPENED, "灯又不亮了")
    assert found.answered_at == answered
    assert told(notices.HELP_REOPENED) == [coordinator.person_id]
    assert matching.offer(found, volunteer_of(team), by=coordinator.person).is_waiting


def test_what_is_no_longer_needed_frees_whoever_would_have_come(team, coordinator):
    offer = matched(team, coordinator.person)

    closing.withdraw(offer.help_request, by=None)

    assert (offer.help_request.status, offer.status) == ("withdrawn", OfferStatus.RELEASED)
    assert told(notices.HELP_CALLED_OFF) == [offer.person_id]
    with pytest.raises(IsOver):
        closing.withdraw(offer.help_request, by=None)


def test_what_is_done_is_confirmed_or_opened_again_but_not_taken_back(team, coordinator):
    found = done(team, coordinator.person)

    with pytest.raises(IsOver):
        closing.withdraw(found, by=None)
    assert found.status is HelpStatus.DONE


def test_for_who_has_died_nobody_comes_any_more(team, coordinator, app):
    person = PersonFactory()
    elder = ElderFactory(team=team, person=person)
    theirs = [matched(team, coordinator.person) for _thrice in range(3)]
    for offer in theirs[:2]:
        offer.help_request.elder_id = elder.id
    theirs[2].help_request.asker_id = person.id
    for_another = matched(team, coordinator.person).help_request
    for_another.asker_id, for_another.for_whom = person.id, ForWhom.OTHER
    session.commit()
    money.hand_over(theirs[1].help_request, 5000, by=coordinator.person)

    care.end(elder, EndReason.DIED, by=coordinator.person)

    statuses = [offer.help_request.status for offer in theirs]
    # Money that is on the way is counted first.
    assert statuses == [HelpStatus.WITHDRAWN, HelpStatus.MATCHED, HelpStatus.WITHDRAWN]
    assert told(notices.HELP_CALLED_OFF) == [theirs[0].person_id, theirs[2].person_id]
    news = session.query(OutboxMessage).filter_by(kind=notices.HELP_PROGRESS)
    assert {message.status for message in news} <= {MessageStatus.DROPPED}
    assert for_another.is_matched


@pytest.mark.parametrize("meanwhile", ["finished", "money"])
def test_what_is_done_for_them_while_a_death_is_noted_stands(
    team, coordinator, monkeypatch, meanwhile
):
    by = coordinator.person
    offer = matched(team, by)
    found = offer.help_request
    found.asker_id = PersonFactory().id
    session.commit()
    waiting = [
        {
            "finished": lambda: closing.finish(found, by=offer.person),
            "money": lambda: money.hand_over(found, 5000, by=by),
        }[meanwhile]
    ]

    def lock_later(*rows):
        while waiting:
            waiting.pop()()
        lock(*rows)

    monkeypatch.setattr(closing, "lock", lock_later)
    closing.withdraw_all_for(session.get_one(Person, found.asker_id), by)

    assert found.status is (HelpStatus.DONE if meanwhile == "finished" else HelpStatus.MATCHED)
    assert told(notices.HELP_CALLED_OFF) == []


def test_who_asked_while_signed_in_hears_what_a_coordinator_does_for_them(team, coordinator):
    asker = PersonFactory()
    found = HelpRequestFactory(community_of=team, asker_id=asker.id)

    triage.take_on(found, team, by=coordinator.person)
    closing.finish(found, by=coordinator.person)
    closing.confirm(found, by=coordinator.person)
    assert told(notices.HELP_PROGRESS) == [asker.id] * 3

    closing.reopen(found, "还没好", by=coordinator.person)
    assert told(notices.HELP_PROGRESS) == [asker.id] * 4
    closing.finish(found, by=coordinator.person)
    assert told(notices.HELP_PROGRESS) == [asker.id] * 5
    closing.reopen(found, "还没好", by=asker)
    closing.withdraw(found, by=asker)
    assert told(notices.HELP_PROGRESS) == [asker.id] * 5


# --- nothing is dropped ----------------------------------------------------------------------


class Neighbourhood(RuleBasedStateMachine):
    """Residents, two teams of one community and their volunteers do whatever they like."""

    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.first = CoordinatorFactory()
        self.second = CoordinatorFactory(team__place=self.first.team.place)
        self.volunteers = [volunteer_of(self.first.team), volunteer_of(self.second.team)]

    def attempt(self, what, *args, **more) -> None:
        """A step may be refused; then nothing has changed."""
        before = self.look()
        try:
            what(*args, **more)
        except DomainError:
            session.expire_all()
            assert self.look() == before

    def look(self) -> list[tuple]:
        return [(r.id, r.status, r.team_id, len(r.steps)) for r in self.rows()]

    def rows(self) -> list[HelpRequest]:
        """Of this neighbourhood: earlier ones are still in the database."""
        place = self.first.team.place_id
        return session.query(HelpRequest).filter_by(place_id=place).order_by(HelpRequest.id).all()

    @rule(target=requests)
    def ask(self):
        return asking.ask(self.first.team.place, LAMP).id

    @rule(number=requests, is_first=st.booleans(), answer=st.sampled_from("tdr"))
    def answer(self, number, is_first, answer):
        by = self.first if is_first else self.second
        step = {"t": triage.take_on, "d": triage.decline, "r": triage.refer}[answer]
        self.attempt(step, self.row(number), by.team, words="好的", by=by.person)

    @rule(number=requests, who=st.integers(0, 1))
    def offer(self, number, who):
        self.attempt(matching.offer, self.row(number), self.volunteers[who], by=self.first.person)

    @rule(number=requests, who=st.integers(0, 1), says_yes=st.booleans())
    def answer_offer(self, number, who, says_yes):
        volunteer = self.volunteers[who]
        offer = self.row(number).offer_to(volunteer)
        if offer is not None:
            self.attempt(matching.accept if says_yes else matching.decline, offer, by=volunteer)

    @rule(number=requests)
    def agree(self, number):
        wall = datetime.now() + timedelta(days=2)  # noqa: DTZ005 - any day to come will do
        self.attempt(matching.agree_on, self.row(number), wall, by=self.first.person)

    @rule(number=requests)
    def give_back(self, number):
        self.attempt(matching.give_back, self.row(number), by=self.volunteers[0])

    @rule(number=requests)
    def finish(self, number):
        self.attempt(closing.finish, self.row(number), by=self.first.person)

    @rule(number=requests)
    def confirm(self, number):
        self.attempt(closing.confirm, self.row(number), by=None)

    @rule(number=requests, words=st.sampled_from(["", "还没好"]))
    def reopen(self, number, words):
        self.attempt(closing.reopen, self.row(number), words, by=None)

    @rule(number=requests)
    def withdraw(self, number):
        self.attempt(closing.withdraw, self.row(number), by=None)

    def row(self, number: int) -> HelpRequest:
        return queries.get_help_request(number)

    @invariant()
    def somebody_can_act_or_it_is_said_why_it_ended(self):
        boards = {
            side.team_id: {row.id for row in queries.list_open(side.team)}
            for side in (self.first, self.second)
        }
        for row in self.rows():
            on = {number for number, rows in boards.items() if row.id in rows}
            if row.status in OPEN:
                # While nobody has it, both teams see it; then the one that took it on.
                assert on == ({row.team_id} if row.team_id else set(boards))
                coordinators = team_queries.list_coordinators(self.first.team)
                assert coordinators
                assert row.ended_at is None
            else:
                assert on == set()
                assert row.ended_at is not None
                last = row.steps[-1]
                assert last.kind.value == row.status.value
                assert last.words or row.status in {"confirmed", "withdrawn"}
            yes = [o for o in row.offers if o.status is OfferStatus.ACCEPTED]
            assert len(yes) <= 1
            if row.status is HelpStatus.MATCHED:
                assert row.volunteer == yes[0].person
            if row.status is not HelpStatus.ACCEPTED:
                assert row.waiting_offers == []
            assert row.steps[0].kind is StepKind.ASKED

    def teardown(self):
        session.rollback()


@pytest.mark.walks
def test_whatever_happens_a_request_is_somebodys_or_it_is_said_why_it_ended(database):
    few = settings(
        max_examples=12,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Neighbourhood, settings=few)


def test_the_team_always_has_somebody_who_may_answer(team, coordinator):
    found = taken_on(team, coordinator.person)

    assert team_policy.can_coordinate(coordinator.person, found.team)
    assert clock.now() >= found.asked_at
