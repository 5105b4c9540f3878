"""Naming a team's trainings, and noting who has passed them."""

from collections.abc import Mapping
from datetime import date

from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.core.seen import check_unchanged
from volunteer.people.models import Person
from volunteer.teams.models import Team
from volunteer.training import queries
from volunteer.training.errors import AlreadyNamed
from volunteer.training.models import Qualification, Training


def name_training(team: Team, name: str, hours: int | None = None, *, by: Person) -> Training:
    """Something that roles of the team may ask for, and how many hours one learns. Named again with
    other hours, these are corrected. Raises AlreadyNamed."""
    with transaction():
        lock(team)
        same = [training for training in queries.list_trainings(team) if training.name == name]
        if same and hours in {None, same[0].hours}:
            raise AlreadyNamed
        training = same[0] if same else Training(team_id=team.id, name=name)
        training.hours = hours
        session.add(training)
        trail.record("training.named", training, by=by, team=team)
        return training


def passed_by(person: Person, team: Team) -> dict[int, date | None]:
    """What this person has passed in the team, as it would be put down again."""
    rows = queries.list_qualifications(person, team)
    return dict(sorted((row.training_id, row.good_until) for row in rows))


def note_passed(
    person: Person,
    team: Team,
    passed: Mapping[int, date | None],
    *,
    by: Person,
    seen: str | None = None,
) -> None:
    """Put down what this person has passed in the team: its trainings by number, each with the
    last day on which it is good. What is not named is not passed any more. `seen`: the mark of what
    their page showed of passed_by(). Raises ChangedMeanwhile."""
    with transaction():
        lock(person)
        check_unchanged(seen, passed_by(person, team), dict(sorted(passed.items())))
        known = {training.id for training in queries.list_trainings(team)}
        have = {row.training_id: row for row in queries.list_qualifications(person, team)}
        for number in known & passed.keys():
            row = have.pop(number, None)
            if row is not None and row.good_until == passed[number]:
                continue
            row = row or Qualification(training_id=number, person_id=person.id)
            row.good_until = passed[number]
            row.noted_by_id, row.noted_at = by.id, clock.now()
            session.add(row)
            trail.record("training.passed", row, by=by, person=person, team=team)
        for row in have.values():
            trail.record("training.taken_off", row, by=by, person=person, team=team)
            session.delete(row)
