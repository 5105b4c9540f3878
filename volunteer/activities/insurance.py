"""The team's accident insurance, and what may be published only with it (志愿服务条例, 17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from volunteer.activities.errors import InsuranceNeeded, RiskNoteNeeded
from volunteer.activities.models import DangerLevel, InsurancePolicy
from volunteer.audit import trail
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.people.models import Person
from volunteer.teams.models import Team


@dataclass(frozen=True)
class PolicyDetails:
    """What stands on an insurance policy, as far as we need it."""

    insurer: str
    number: str
    starts_on: date
    ends_on: date
    least_age: int = 0
    most_age: int = 120
    covers_travel: bool = False
    covers_training: bool = False
    covers_third_party: bool = False


def register(team: Team, details: PolicyDetails, *, by: Person) -> InsurancePolicy:
    """Enter an insurance; the same one (insurer and number) again is changed, not added."""
    with transaction():
        lock(team)
        same = [p for p in list_policies([team.id])
                if (p.insurer, p.number) == (details.insurer, details.number)]  # fmt: skip
        policy = same[0] if same else InsurancePolicy(team_id=team.id)
        policy.insurer, policy.number = details.insurer, details.number
        policy.starts_on, policy.ends_on = details.starts_on, details.ends_on
        policy.least_age, policy.most_age = details.least_age, details.most_age
        policy.covers_travel = details.covers_travel
        policy.covers_training = details.covers_training
        policy.covers_third_party = details.covers_third_party
        session.add(policy)
        trail.record("insurance.entered", policy, by=by, team=team)
        return policy


def list_policies(teams: Iterable[int]) -> Sequence[InsurancePolicy]:
    """All that these teams have entered, ended ones too, the newest first."""
    return all_of(
        select(InsurancePolicy)
        .where(InsurancePolicy.team_id.in_(list(teams)))
        .order_by(InsurancePolicy.ends_on.desc(), InsurancePolicy.id.desc())
    )


def check_publishable(team: Team, danger: DangerLevel, risk_note: str, *, today: date) -> None:
    """What is published names its risks, and is insured when it may be dangerous.

    Raises RiskNoteNeeded or InsuranceNeeded.
    """
    if not risk_note.strip():
        raise RiskNoteNeeded
    if danger is DangerLevel.POSSIBLE and not any(
        policy.ends_on >= today for policy in list_policies([team.id])
    ):
        raise InsuranceNeeded
