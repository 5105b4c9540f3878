"""S27: every look at health is written down, the refused ones too; no line, no look."""

import random
from collections import Counter

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.factories.accounts import OperatorFactory
from tests.factories.elders import ElderFactory, VisitFactory, volunteer_of
from tests.factories.people import ConsentFactory, PersonFactory
from tests.factories.teams import CoordinatorFactory
from volunteer.audit.models import FieldGroup, ReadingEntry, Reason
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.errors import NotFound
from volunteer.elders import health, policy, queries
from volunteer.elders.models import HealthRecord, VisitStatus
from volunteer.people import consents
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope
from volunteer.teams.models import MembershipStatus

pytestmark = pytest.mark.usefixtures("database")

LOOKS = 1000
# An unmistakable note; a page that shows it has shown it.
NOTE = "qzhealth-note"
COORDINATORS = {"coordinator", "pausing coordinator"}


@pytest.fixture
def elders():
    """Two elders of one team of whom something is known, and who agreed."""
    team = CoordinatorFactory().team
    found = [ElderFactory(team=team) for _elder in range(2)]
    for elder in found:
        ConsentFactory(person=elder.person, scope=ConsentScope.HEALTH)
        session.add(HealthRecord(elder_id=elder.id, note=NOTE, allergies="qzallergy"))
    session.commit()
    return found


@pytest.fixture
def people(elders):
    """Six kinds of people who might look, by number."""
    team = elders[0].team
    paused = CoordinatorFactory(team=team, status=MembershipStatus.PAUSED)
    visitor = volunteer_of(team)
    VisitFactory(elder=elders[0], in_days=0.5, people=[visitor, volunteer_of(team)])
    found = {
        "coordinator": CoordinatorFactory(team=team).person,
        "pausing coordinator": paused.person,
        "visitor": visitor,
        "member": volunteer_of(team),
        "coordinator elsewhere": CoordinatorFactory().person,
        "operator": OperatorFactory().person,
    }
    return {kind: person.id for kind, person in found.items()}


def lines():
    rows = session.query(ReadingEntry).order_by(ReadingEntry.id)
    return [
        (row.by_id, row.person_id, row.team_id, row.field_group, row.reason, row.is_allowed)
        for row in rows
    ]


@pytest.mark.walks
def test_a_thousand_looks_leave_a_thousand_lines_that_say_who_whom_what_why_and_whether(
    elders, people
):
    chance = random.Random(27)
    kinds, reasons = sorted(people), list(Reason)
    expected, shown = [], Counter()
    begun = clock.now()
    for _look in range(LOOKS):
        kind, elder, reason = chance.choice(kinds), chance.choice(elders), chance.choice(reasons)
        me = people_queries.get_person(people[kind])
        may = policy.can_read_health(me, elder)
        assert may is (kind in COORDINATORS)
        try:
            found = health.read(elder, by=me, reason=reason, allowed=may)
        except NotFound:
            shown["refused"] += 1
        else:
            assert found.note == NOTE
            shown["seen"] += 1
        expected.append((me.id, elder.person_id, elder.team_id, FieldGroup.HEALTH, reason, may))

    assert lines() == expected
    assert len(expected) == LOOKS
    assert shown == {
        "seen": sum(line[-1] for line in expected),
        "refused": sum(not line[-1] for line in expected),
    }
    assert min(shown.values()) > 250
    assert {line[0] for line in expected} == set(people.values())
    moments = [row.at for row in session.query(ReadingEntry).order_by(ReadingEntry.id)]
    assert moments == sorted(moments)
    assert begun <= moments[0] <= moments[-1] <= clock.now()


@pytest.mark.parametrize(
    "change",
    [
        update(ReadingEntry).values(is_allowed=True),
        update(ReadingEntry).values(by_id=ReadingEntry.person_id),
        delete(ReadingEntry),
    ],
    ids=["allowed", "somebody else", "away"],
)
def test_nobody_can_tidy_the_lines_afterwards(elders, people, change):
    with pytest.raises(NotFound):
        health.read(elders[0], by=people_queries.get_person(people["member"]),
                    reason=Reason.ASKED, allowed=False)  # fmt: skip
    before = lines()

    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(change)

    session.expire_all()
    assert lines() == before


# --- through the pages ----------------------------------------------------------------------


@pytest.fixture
def pages(elders):
    return {elder.id: f"/teams/{elder.team_id}/elders/{elder.id}/health" for elder in elders}


@pytest.fixture
def browsers(people, signed_in_as):
    return {
        kind: signed_in_as(people_queries.get_person(number)) for kind, number in people.items()
    }


REASONS = [Reason.VISIT, Reason.MEAL, Reason.EMERGENCY, Reason.UPKEEP, Reason.ASKED]


def test_whoever_opens_the_page_with_a_reason_leaves_a_line_and_only_coordinators_see_it(
    elders, people, pages, browsers
):
    expected = []
    for kind, browser in browsers.items():
        for elder in elders:
            for reason in REASONS:
                answer = browser.get(f"{pages[elder.id]}?reason={reason.value}")

                may = kind in COORDINATORS
                assert answer.status_code == (200 if may else 404), kind
                assert (NOTE in answer.text) is may, kind
                expected.append((people[kind], elder.person_id, elder.team_id,
                                 FieldGroup.HEALTH, reason, may))  # fmt: skip

    assert lines() == expected
    assert len(expected) == 6 * 2 * 5


def test_without_a_reason_nothing_is_shown_and_nothing_written(elders, people, pages, browsers):
    for kind, browser in browsers.items():
        for query in ("", "?reason=", "?reason=curiosity", "?reason=export"):
            answer = browser.get(f"{pages[elders[0].id]}{query}")
            assert answer.status_code == (200 if kind in COORDINATORS else 404), (kind, query)
            assert NOTE not in answer.text, (kind, query)
    assert lines() == []


def test_a_visitor_of_the_day_reads_the_short_note_and_leaves_a_line(elders, people, browsers):
    (visit,) = visits_to(elders[0])
    page, whom = f"/visits/{visit.id}", elders[0].person_id

    answer = browsers["visitor"].get(page)
    assert NOTE in answer.text
    assert "qzallergy" not in answer.text
    assert lines() == [
        (people["visitor"], whom, elders[0].team_id, FieldGroup.HEALTH, Reason.VISIT, True)
    ]

    for kind in ("member", "coordinator elsewhere", "operator"):
        answer = browsers[kind].get(page)
        assert (answer.status_code, NOTE in answer.text) == (404, False), kind


def visits_to(elder):
    return queries.list_visits_to(elder)


@pytest.mark.parametrize("days", [-3, -1.1, 1.1, 10])
def test_days_away_a_visitor_reads_no_note(elders, people, browsers, days):
    visitor = people_queries.get_person(people["visitor"])
    far = VisitFactory(elder=elders[0], in_days=days, people=[visitor, PersonFactory()])

    answer = browsers["visitor"].get(f"/visits/{far.id}")

    assert (answer.status_code, NOTE in answer.text) == (200, False)
    assert lines() == []


def test_after_a_visit_was_recorded_its_note_is_not_opened_again(elders, people, browsers):
    visitor = people_queries.get_person(people["visitor"])
    done = VisitFactory(elder=elders[0], in_days=-0.2, status=VisitStatus.DONE, people=[visitor])

    assert NOTE not in browsers["visitor"].get(f"/visits/{done.id}").text
    assert lines() == []


def test_when_consent_is_taken_back_even_a_coordinator_sees_nothing(
    elders, people, pages, browsers
):
    elder = elders[0]
    consents.withdraw(elder.person, ConsentScope.HEALTH, by=elder.person)

    answer = browsers["coordinator"].get(f"{pages[elder.id]}?reason=visit")
    visit = browsers["visitor"].get(f"/visits/{visits_to(elder)[0].id}")

    assert (answer.status_code, NOTE in answer.text, NOTE in visit.text) == (200, False, False)
    assert [line[0] for line in lines()] == [people["coordinator"]]


@pytest.mark.parametrize("kind", ["coordinator", "visitor"])
def test_when_the_line_cannot_be_written_the_page_shows_nothing(
    setting, elders, pages, browsers, kind
):
    page = {
        "coordinator": f"{pages[elders[0].id]}?reason=visit",
        "visitor": f"/visits/{visits_to(elders[0])[0].id}",
    }[kind]

    def refuse(_connection, _cursor, statement, *_rest):
        if statement.startswith("INSERT INTO audit_readings"):
            raise OperationalError(statement, {}, Exception("disk full"))

    event.listen(setting.engine, "before_cursor_execute", refuse)
    setting.app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = browsers[kind].get(page)
    finally:
        event.remove(setting.engine, "before_cursor_execute", refuse)
        setting.app.config["PROPAGATE_EXCEPTIONS"] = None

    assert answer.status_code >= 500
    assert NOTE not in answer.text
    assert lines() == []


def test_a_head_request_is_a_look_too(elders, people, pages, browsers):
    browsers["coordinator"].head(f"{pages[elders[0].id]}?reason=visit")
    assert [line[0] for line in lines()] == [people["coordinator"]]


def test_writing_shows_nothing_to_who_may_not_write(elders, people, pages, browsers):
    before = session.query(HealthRecord.note).all()
    for kind in set(browsers) - COORDINATORS:
        answer = browsers[kind].post(
            f"{pages[elders[0].id]}?reason=upkeep", data={"note": "anything"}
        )
        assert answer.status_code == 404, kind
    session.expire_all()
    assert session.query(HealthRecord.note).all() == before


def test_the_coordinators_read_who_looked(elders, people, browsers, pages):
    browsers["member"].get(f"{pages[elders[0].id]}?reason=asked")
    names = {kind: people_queries.get_person(number).name for kind, number in people.items()}
    page = f"/teams/{elders[0].team_id}/readings"

    answer = browsers["coordinator"].get(page)

    assert names["member"] in answer.text
    assert NOTE not in answer.text
    for kind in ("visitor", "member", "coordinator elsewhere", "operator"):
        assert browsers[kind].get(page).status_code == 404, kind
