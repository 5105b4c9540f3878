"""Who has passed what: each team notes its own trainings, and says when something changes."""

from datetime import date

import pytest

from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from volunteer.audit.models import AuditEntry
from volunteer.core.database import session
from volunteer.training import qualifications, queries
from volunteer.training.errors import AlreadyNamed

pytestmark = pytest.mark.usefixtures("database")

LAST = date(2027, 5, 31)


def passed(person, team):
    return {row.training_id: row.good_until for row in queries.list_qualifications(person, team)}


def actions():
    rows = session.query(AuditEntry).order_by(AuditEntry.id)
    return [row.action for row in rows if row.action in {"training.passed", "training.taken_off"}]


def test_a_team_names_a_training_once_and_another_team_may_name_it_too():
    team, other, by = TeamFactory(), TeamFactory(), PersonFactory()
    qualifications.name_training(team, "急救", by=by)

    with pytest.raises(AlreadyNamed):
        qualifications.name_training(team, "急救", by=by)

    assert qualifications.name_training(other, "急救", by=by).team_id == other.id


def test_named_again_with_other_hours_of_learning_these_are_corrected():
    team, by = TeamFactory(), PersonFactory()
    first = qualifications.name_training(team, "急救", by=by)

    again = qualifications.name_training(team, "急救", 8, by=by)

    assert (again, again.hours) == (first, 8)
    with pytest.raises(AlreadyNamed):
        qualifications.name_training(team, "急救", 8, by=by)


def test_what_one_has_learned_stands_below_ones_hours_and_counts_for_nothing(signed_in_as):
    team, by, person = TeamFactory(), PersonFactory(name="蒋桂芳"), PersonFactory()
    training = qualifications.name_training(team, "急救", 8, by=by)
    qualifications.note_passed(person, team, {training.id: LAST}, by=by)

    page = signed_in_as(person).get("/my-hours").text

    assert "No hours count yet" in page
    assert "8 hours of learning" in page
    assert "noted by 蒋桂芳" in page
    assert "It does not count as service." in page


def test_what_a_team_notes_leaves_the_trainings_of_other_teams_and_other_people_alone():
    team, other, by = TeamFactory(), TeamFactory(), PersonFactory()
    person, neighbour = PersonFactory(), PersonFactory()
    own, theirs = (qualifications.name_training(one, "急救", by=by) for one in (team, other))
    qualifications.note_passed(person, other, {theirs.id: LAST}, by=by)
    qualifications.note_passed(neighbour, team, {own.id: LAST}, by=by)

    qualifications.note_passed(person, team, {own.id: None, theirs.id: None}, by=by)
    assert (passed(person, team), passed(person, other)) == ({own.id: None}, {theirs.id: LAST})

    qualifications.note_passed(person, team, {}, by=by)
    assert (passed(person, team), passed(person, other)) == ({}, {theirs.id: LAST})
    assert passed(neighbour, team) == {own.id: LAST}
    found = queries.find_qualifications([person.id], [own.id, theirs.id])
    assert list(found) == [(person.id, theirs.id)]


def test_only_what_changes_is_written_down():
    team, person, by = TeamFactory(), PersonFactory(), PersonFactory()
    training = qualifications.name_training(team, "急救", by=by)

    for last in (LAST, LAST, None):
        qualifications.note_passed(person, team, {training.id: last}, by=by)
    qualifications.note_passed(person, team, {}, by=by)

    assert actions() == ["training.passed", "training.passed", "training.taken_off"]
    assert passed(person, team) == {}
