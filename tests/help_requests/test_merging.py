"""Two requests that are one: the earlier goes on, and nothing that the later says is lost."""

from datetime import date, time

import pytest

from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.help_requests import HelpRequestFactory, done, taken_on
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.core.database import session
from volunteer.help_requests import asking, matching, merging, notices
from volunteer.help_requests.asking import HelpDetails
from volunteer.help_requests.errors import CannotBeMerged, IsOver
from volunteer.help_requests.models import HelpKind, HelpStatus, OfferStatus, StepKind
from volunteer.help_requests.particulars import Particulars
from volunteer.notifications.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def coordinator(database):
    return CoordinatorFactory()


@pytest.fixture
def team(coordinator):
    return coordinator.team


@pytest.fixture
def earlier(team, coordinator):
    return taken_on(team, coordinator.person)


def ask(team, **more):
    details = {"kinds": (HelpKind.SHOPPING,), "words": "再带两斤米", "phone": "13900139000"}
    return asking.ask(team.place.community, HelpDetails(**{**details, **more}))


def test_the_later_one_ends_and_the_earlier_keeps_what_it_says(earlier, team, coordinator):
    elder = ElderFactory(team=team)
    later = ask(
        team, wanted_on=date(2026, 12, 24), wanted_at=time(9),
        particulars=Particulars(shopping_list="米"),
    )  # fmt: skip
    later.elder_id, later.is_urgent = elder.id, True
    session.commit()

    merging.merge(later, earlier, team=team, by=coordinator.person)

    assert (later.status, later.merged_into, later.team) == (HelpStatus.MERGED, earlier, team)
    assert later.ended_at is not None
    assert earlier.kinds == ["repair", "shopping"]
    assert (earlier.elder_id, earlier.is_urgent) == (elder.id, True)
    assert (earlier.wanted_on, earlier.wanted_at) == (date(2026, 12, 24), time(9))
    assert Particulars.of(earlier.kind_answers).shopping_list == "米"
    note = earlier.steps[-1]
    assert (note.kind, note.is_internal) == (StepKind.MERGED, True)
    assert "再带两斤米" in note.words
    assert later.number in note.words


def test_who_was_asked_for_the_later_one_is_let_go(earlier, team, coordinator):
    later = taken_on(team, coordinator.person)
    offer = matching.offer(later, volunteer_of(team), by=coordinator.person)

    merging.merge(later, earlier, team=team, by=coordinator.person)

    assert offer.status is OfferStatus.RELEASED


def test_whoever_asked_while_signed_in_hears_of_it(earlier, team, coordinator):
    asker = PersonFactory()
    later = HelpRequestFactory(community_of=team, asker_id=asker.id)

    merging.merge(later, earlier, team=team, by=coordinator.person)

    told = session.query(OutboxMessage).filter_by(kind=notices.HELP_PROGRESS)
    assert [message.person_id for message in told] == [asker.id]


def test_what_is_over_another_teams_or_itself_is_not_merged(earlier, team, coordinator):
    theirs = HelpRequestFactory(community_of=CoordinatorFactory().team, taken=True)
    by = {"team": team, "by": coordinator.person}

    with pytest.raises(CannotBeMerged):
        merging.merge(earlier, earlier, **by)
    with pytest.raises(CannotBeMerged):
        merging.merge(earlier, theirs, **by)
    with pytest.raises(IsOver):
        merging.merge(earlier, done(team, coordinator.person), **by)


def test_who_asked_first_of_three_reads_how_the_last_one_stands(earlier, team, coordinator):
    second, third = (ask(team, words=f"{what}不亮了") for what in ("灯", "楼道灯"))
    merging.merge(third, second, team=team, by=coordinator.person)
    merging.merge(second, earlier, team=team, by=coordinator.person)

    assert third.goes_on_with == second.goes_on_with == earlier
    assert earlier.goes_on_with is None


def test_the_earlier_stays_urgent_and_its_hour_is_of_its_own_day(earlier, team, coordinator):
    later = ask(team, wanted_on=date(2026, 12, 24), wanted_at=time(9))
    earlier.is_urgent, earlier.wanted_on = True, date(2026, 12, 23)
    session.commit()

    merging.merge(later, earlier, team=team, by=coordinator.person)

    assert earlier.is_urgent
    assert (earlier.wanted_on, earlier.wanted_at) == (date(2026, 12, 23), None)


def test_the_hour_that_was_said_first_stays(earlier, team, coordinator):
    later = ask(team, wanted_on=date(2026, 12, 24), wanted_at=time(9))
    earlier.wanted_on, earlier.wanted_at = date(2026, 12, 24), time(15)
    session.commit()

    merging.merge(later, earlier, team=team, by=coordinator.person)

    assert earlier.wanted_at == time(15)
