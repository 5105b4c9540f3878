"""Finding trainings, and who has passed them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer.core.database import all_of
from volunteer.people.models import Person
from volunteer.teams.models import Team
from volunteer.training.models import Qualification, Training


def list_trainings(team: Team) -> Sequence[Training]:
    return all_of(select(Training).where(Training.team_id == team.id).order_by(Training.id))


def list_qualifications(person: Person, team: Team) -> Sequence[Qualification]:
    """What this person has passed in the team, ended ones too."""
    return all_of(
        select(Qualification)
        .join(Qualification.training)
        .where(Qualification.person_id == person.id, Training.team_id == team.id)
        .options(contains_eager(Qualification.training))
        .order_by(Training.id)
    )


def list_passed(team: Team, people: Iterable[int]) -> dict[int, list[Qualification]]:
    """What each of these people has passed in the team, by their number, ended ones too."""
    rows = all_of(
        select(Qualification)
        .join(Qualification.training)
        .where(Qualification.person_id.in_(list(people)), Training.team_id == team.id)
        .options(contains_eager(Qualification.training))
        .order_by(Training.id)
    )
    found: dict[int, list[Qualification]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def list_all_passed(person: Person) -> Sequence[Qualification]:
    """What this person has passed in whichever team, ended ones too, the newest first."""
    return all_of(
        select(Qualification)
        .join(Qualification.training)
        .where(Qualification.person_id == person.id)
        .options(
            contains_eager(Qualification.training).joinedload(Training.team),
            joinedload(Qualification.noted_by),
        )
        .order_by(Qualification.noted_at.desc(), Qualification.id.desc())
    )


def find_qualifications(
    people: Iterable[int], trainings: Iterable[int]
) -> dict[tuple[int, int], Qualification]:
    """Who of these people has passed which of these trainings: by person and training."""
    rows = all_of(
        select(Qualification).where(
            Qualification.person_id.in_(list(people)),
            Qualification.training_id.in_(list(trainings)),
        )
    )
    return {(row.person_id, row.training_id): row for row in rows}
