"""The words of a concern that has long been closed are not kept for ever."""

from datetime import timedelta

import pytest

from tests.factories.concerns import ConcernFactory
from tests.factories.elders import ElderFactory, volunteer_of
from tests.factories.teams import TeamFactory
from volunteer import wiring
from volunteer.core.database import session
from volunteer.elders import concerns, jobs
from volunteer.elders.models import ConcernKind, ConcernStatus

pytestmark = pytest.mark.usefixtures("database")

THREE_YEARS = timedelta(days=3 * 365)
WORDS = {"words": "门口的饭没人收。", "whom": "李婆婆", "seen_when": "昨晚", "seen_by": "我",
         "told": "女儿"}  # fmt: skip


@pytest.fixture(autouse=True)
def monday(time_machine, database):
    time_machine.move_to("2026-10-12T08:00Z", tick=False)
    wiring.wire()


@pytest.fixture
def later(time_machine):
    def go_on(span):
        time_machine.shift(span)
        jobs.forget_old_elders()
        session.expire_all()

    return go_on


@pytest.fixture
def reader():
    team = TeamFactory()
    lead = volunteer_of(team)
    concerns.name_readers(team, lead, None, by=lead)
    return lead, team


def reported(reader):
    _lead, team = reader
    return ConcernFactory(team=team, elder=ElderFactory(team=team), **WORDS)


def said(concern):
    return {name: getattr(concern, name) for name in WORDS}


def test_three_years_after_it_was_closed_only_what_kind_it_was_is_known(reader, later):
    lead, _team = reader
    concern = reported(reader)
    concerns.note_step(concern, "给女儿打了电话。", closes=False, by=lead)
    later(timedelta(days=400))
    concerns.note_step(concern, "已经有人送饭。", closes=True, by=lead)

    later(THREE_YEARS)
    assert said(concern) == WORDS
    assert [step.words for step in concern.steps] == ["给女儿打了电话。", "已经有人送饭。"]

    later(timedelta(days=1))
    assert set(said(concern).values()) == {""}
    assert [(step.words, step.by_id) for step in concern.steps] == [("", lead.id)] * 2
    assert (concern.what, concern.status) == (ConcernKind.NEGLECT, ConcernStatus.CLOSED)
    assert concern.elder is not None
    assert concern.reporter_id


def test_one_that_waits_is_never_forgotten(reader, later):
    waits, acted_on = reported(reader), reported(reader)
    concerns.note_step(acted_on, "打了电话。", closes=False, by=reader[0])

    later(THREE_YEARS * 3)

    assert said(waits) == said(acted_on) == WORDS
    assert [step.words for step in acted_on.steps] == ["打了电话。"]


def test_who_is_meant_is_known_as_long_as_what_was_said(reader, later):
    """Also of one that was closed long after it was reported."""
    concern = reported(reader)
    reporter = concern.reporter
    name = reporter.name
    later(THREE_YEARS * 2)
    concerns.note_step(concern, "老人已经搬去女儿家。", closes=True, by=reader[0])

    later(THREE_YEARS)

    assert said(concern) == WORDS
    assert reporter.name == name


def test_where_nothing_is_over_nothing_is_written(reader, later, count_queries):
    concern = reported(reader)
    concerns.note_step(concern, "已经有人送饭。", closes=True, by=reader[0])
    later(THREE_YEARS + timedelta(days=1))
    with count_queries() as sent:
        jobs.forget_old_elders()

    assert not [line for line in sent if not line.startswith("SELECT")]


def test_the_page_of_a_concern_without_words_says_why(reader, later, signed_in_as):
    concern = reported(reader)
    concerns.note_step(concern, "已经有人送饭。", closes=True, by=reader[0])
    later(THREE_YEARS + timedelta(days=1))

    page = signed_in_as(reader[0]).get(f"/concerns/{concern.id}")

    assert page.status_code == 200
    assert WORDS["words"] not in page.text
    assert "its words are forgotten" in page.text
