"""Links and sign-ins that have long been over are forgotten, and no others."""

from datetime import timedelta

import pytest

from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.accounts import code_cards, forgetting, personal_links, signing_in
from volunteer.accounts.models import CodeCard, PersonalLink, SignIn
from volunteer.core import clock
from volunteer.core.database import session

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def noon(time_machine, database):
    time_machine.move_to("2026-10-12T12:00Z", tick=False)


@pytest.fixture
def person():
    return PersonFactory()


def kept(model):
    session.expire_all()
    return {number for (number,) in session.query(model.id)}


def links_over_since(person, *days):
    """A link each that was over so many days ago, the oldest first."""
    made = []
    for ago in days:
        link = personal_links.find(personal_links.make(person, by=None))
        link.expires_at = clock.now() - timedelta(days=ago)
        session.commit()
        made.append(link.id)
    return made


def test_a_link_is_forgotten_400_days_after_it_was_over(person):
    old, young = links_over_since(person, 401, 399)

    assert forgetting.forget(clock.now()) == 1
    assert kept(PersonalLink) == {young}
    assert old not in kept(PersonalLink)


def test_a_paper_card_is_forgotten_400_days_after_it_could_be_used(person, time_machine):
    by, team = PersonFactory(), TeamFactory()
    code_cards.make(person, by=by, team=team)
    time_machine.shift(timedelta(days=60))
    code_cards.make(person, by=by, team=team)
    young = max(kept(CodeCard))

    time_machine.shift(code_cards.LASTS + timedelta(days=400 - 60))
    assert forgetting.forget(clock.now()) == 0
    time_machine.shift(timedelta(minutes=1))

    assert forgetting.forget(clock.now()) == 1
    assert kept(CodeCard) == {young}


def test_a_sign_in_is_forgotten_400_days_after_it_could_last(person, time_machine):
    opened = signing_in.begin(signing_in.user_of(person), "code")
    time_machine.shift(timedelta(days=364 + 400))
    assert forgetting.forget(clock.now()) == 0

    time_machine.shift(timedelta(days=2))

    assert forgetting.forget(clock.now()) == 1
    assert kept(SignIn) == set()
    assert signing_in.find_open(opened.token) is None


def test_a_large_table_is_forgotten_little_by_little_oldest_first(person, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 2)
    *_old, youngest = links_over_since(person, 403, 402, 401)

    assert forgetting.forget(clock.now()) == 2
    assert kept(PersonalLink) == {youngest}
    assert [forgetting.forget(clock.now()) for _run in range(2)] == [1, 0]
