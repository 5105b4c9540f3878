"""Finding elders, pairings and visits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from volunteer.core.database import Given, all_of, any_of, one_or_not_found, session
from volunteer.elders.models import (
    OVER,
    Elder,
    ElderStatus,
    Ending,
    EndReason,
    NoAnswer,
    NoAnswerStep,
    Pairing,
    Visit,
    VisitChannel,
    VisitPart,
    VisitStatus,
)
from volunteer.people import queries as people_queries
from volunteer.people.models import ConsentScope, Person
from volunteer.teams import queries as team_queries
from volunteer.teams.models import Team


def of_team(team: Team) -> Select[Elder]:
    """Everybody whom the team looks after, ended ones left out, by name, with their volunteers."""
    return (
        select(Elder)
        .join(Elder.person)
        .where(Elder.team_id == team.id, Elder.status.not_in(OVER))
        .options(
            contains_eager(Elder.person),
            selectinload(Elder.pairings).joinedload(Pairing.person),
        )
        .order_by(Person.sort_key, Elder.id)
    )


def list_elders(team: Team) -> Sequence[Elder]:
    return all_of(of_team(team))


def has_elders(team: Team) -> bool:
    """Whether the team looks after anybody."""
    return session.scalar(select(any_of(of_team(team)))) or False


def list_taken_in_since(team: Team, since: datetime) -> Sequence[Elder]:
    """Who came to the list since then, the first first."""
    return all_of(
        select(Elder)
        .where(Elder.team_id == team.id, Elder.created_at >= since)
        .options(joinedload(Elder.person))
        .order_by(Elder.id)
    )


def list_ended(team: Team) -> Sequence[Elder]:
    """Those who moved, declined or died, the latest first."""
    return all_of(
        select(Elder)
        .where(Elder.team_id == team.id, Elder.status == ElderStatus.ENDED)
        .options(joinedload(Elder.person))
        .order_by(Elder.since_on.desc(), Elder.id.desc())
    )


def get_elder(team_id: int, elder_id: int) -> Elder:
    """The elder with this number, of this team and no other."""
    return one_or_not_found(
        select(Elder)
        .where(Elder.id == elder_id, Elder.team_id == team_id)
        .options(
            joinedload(Elder.risk_set_by),
            selectinload(Elder.contacts),
            selectinload(Elder.pairings).joinedload(Pairing.person),
        )
    )


def list_by_numbers(numbers: Iterable[int]) -> Sequence[Elder]:
    """These elders, by name."""
    return all_of(
        select(Elder)
        .join(Elder.person)
        .where(Elder.id.in_(set(numbers)))
        .options(contains_eager(Elder.person))
        .order_by(Person.sort_key, Elder.id)
    )


def find_elder(team: Team, person: Person) -> Elder | None:
    """The part that this person plays as an elder of the team, ended or not."""
    return session.scalars(
        select(Elder).where(Elder.team_id == team.id, Elder.person_id == person.id)
    ).one_or_none()


def list_elders_of_person(person_id: int) -> Sequence[Elder]:
    """In every team that looks after them, by the team's number."""
    return all_of(
        select(Elder)
        .where(Elder.person_id == person_id, Elder.status.not_in(OVER))
        .order_by(Elder.team_id)
    )


def list_died(person_id: int) -> Sequence[Elder]:
    """The parts of an elder that ended as they died, by the team's number."""
    return all_of(
        select(Elder)
        .where(Elder.person_id == person_id, Elder.status == ElderStatus.ENDED,
               Elder.end_reason == EndReason.DIED)
        .order_by(Elder.team_id)
    )  # fmt: skip


def list_without_consent(day: date) -> Sequence[Elder]:
    """Those in all teams who are visited and on this day do not agree to it."""
    return all_of(
        select(Elder)
        .where(
            Elder.status == ElderStatus.ACTIVE,
            Elder.person_id.not_in(people_queries.who_agrees(ConsentScope.BASIC, day)),
        )
        # Everybody locks elders in this order, so that two never wait for each other.
        .order_by(Elder.id)
    )


def list_to_be_seen(team: Team, today: date) -> Sequence[Elder]:
    """Those to whom something has happened, the earliest first; then whom nobody has seen for too
    long, the longest first."""
    return all_of(
        to_be_seen_in(team.id, today)
        .options(selectinload(Elder.pairings).joinedload(Pairing.person))
        .order_by(Elder.change.is_(None), Elder.changed_at, Elder.due_on, Elder.id)
    )


def to_be_seen_in(team_id: Given, today: date | Given) -> Select[Elder]:
    """Who can't wait for the day on which they are due: a fall is to be looked after within hours,
    and is forgotten as soon as somebody has."""
    return select(Elder).where(
        Elder.team_id == team_id,
        Elder.status == ElderStatus.ACTIVE,
        or_(Elder.due_on < today, Elder.change.is_not(None)),
    )


def count_overdue(team: Team, today: date) -> int:
    return session.scalar(overdue_of(team.id, today).with_only_columns(func.count())) or 0


def overdue_of(team_id: Given, today: date | Given) -> Select[Elder]:
    return select(Elder).where(
        Elder.team_id == team_id, Elder.status == ElderStatus.ACTIVE, Elder.due_on < today
    )


def count_overdue_in(todays: Mapping[int, date]) -> dict[int, int]:
    """How many are overdue in each of these teams, by the team's number; `todays`: what day it is
    there."""
    if not todays:
        return {}
    is_late = or_(
        *((Elder.team_id == team) & (Elder.due_on < today) for team, today in todays.items())
    )
    rows = session.execute(
        select(Elder.team_id, func.count(Elder.id))
        .where(Elder.status == ElderStatus.ACTIVE, is_late)
        .group_by(Elder.team_id)
    ).all()
    return dict(rows)


def get_pairing(team_id: int, pairing_id: int) -> Pairing:
    return one_or_not_found(
        select(Pairing)
        .join(Pairing.elder)
        .where(Pairing.id == pairing_id, Elder.team_id == team_id)
        .options(contains_eager(Pairing.elder), joinedload(Pairing.person))
    )


def visits() -> Select[Visit]:
    """Visits with their elder and whoever goes."""
    return (
        select(Visit)
        .join(Visit.elder)
        .options(
            contains_eager(Visit.elder),
            joinedload(Visit.no_answer),
            selectinload(Visit.parts).joinedload(VisitPart.person),
        )
    )


def get_visit(visit_id: int) -> Visit:
    return one_or_not_found(
        visits()
        .where(Visit.id == visit_id)
        .options(
            joinedload(Visit.recorded_by),
            joinedload(Visit.no_answer).joinedload(NoAnswer.closed_by),
        )
    )


def list_visits(numbers: Iterable[int]) -> Sequence[Visit]:
    return all_of(visits().where(Visit.id.in_(set(numbers))))


def list_visits_to(elder: Elder) -> Sequence[Visit]:
    """What is planned, then what became of the others, the latest first."""
    return all_of(
        visits()
        .where(Visit.elder_id == elder.id)
        .options(
            joinedload(Visit.recorded_by),
            joinedload(Visit.no_answer).joinedload(NoAnswer.closed_by),
        )
        .order_by(
            case((Visit.status == VisitStatus.PLANNED, 0), else_=1),
            Visit.starts_at.desc(),
            Visit.id.desc(),
        )
        .limit(40)
    )


def list_planned_visits(elder: Elder) -> Sequence[Visit]:
    """What is planned and not recorded, earlier first; those whose time is over too."""
    return all_of(
        visits()
        .where(Visit.elder_id == elder.id, Visit.status == VisitStatus.PLANNED)
        .order_by(Visit.starts_at, Visit.id)
    )


def list_visits_between(team: Team, *, first: datetime, before: datetime) -> Sequence[Visit]:
    """The team's planned visits that begin in this time, earlier first."""
    return list_visits_of_teams_between([team], first=first, before=before)


def list_visits_of_teams_between(
    teams: Iterable[Team], *, first: datetime, before: datetime
) -> Sequence[Visit]:
    """The same of all these teams."""
    return all_of(
        visits()
        .where(
            Elder.team_id.in_([team.id for team in teams]),
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at >= first,
            Visit.starts_at < before,
        )
        .order_by(Visit.starts_at, Visit.id)
    )


def visits_of(person_id: Given, *, first: Given, before: Given) -> Select[Visit]:
    """The planned visits that this person goes to in this time, in all teams in which they still
    take part, earlier first."""
    return (
        visits()
        .where(
            Visit.id.in_(
                select(VisitPart.visit_id).where(
                    VisitPart.person_id == person_id, VisitPart.withdrew_at.is_(None)
                )
            ),
            Elder.team_id.in_(team_queries.active_teams_of(person_id)),
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at >= first,
            Visit.starts_at < before,
        )
        .order_by(Visit.starts_at, Visit.id)
    )


def list_visits_of(person: Person, *, first: datetime, before: datetime) -> Sequence[Visit]:
    return all_of(visits_of(person.id, first=first, before=before))


def no_answers() -> Select[NoAnswer]:
    """Where nobody answered, with the elder and whoever began or closed it."""
    return (
        select(NoAnswer)
        .join(NoAnswer.elder)
        .options(
            contains_eager(NoAnswer.elder),
            joinedload(NoAnswer.began_by),
            joinedload(NoAnswer.closed_by),
        )
    )


def get_no_answer(number: int) -> NoAnswer:
    """This one, with what was done, whom to call, and who looks after them."""
    return one_or_not_found(
        no_answers()
        .where(NoAnswer.id == number)
        .options(
            selectinload(NoAnswer.steps).joinedload(NoAnswerStep.by),
            contains_eager(NoAnswer.elder).selectinload(Elder.contacts),
            contains_eager(NoAnswer.elder).selectinload(Elder.pairings).joinedload(Pairing.person),
        )
    )


def find_open_no_answer(elder: Elder) -> NoAnswer | None:
    return session.scalars(
        select(NoAnswer).where(NoAnswer.elder_id == elder.id, NoAnswer.closed_at.is_(None))
    ).one_or_none()


def list_open_no_answers(team: Team) -> Sequence[NoAnswer]:
    """Where nobody knows yet that the elder is safe, the longest first, with what was done."""
    return all_of(
        open_no_answers_of(team.id)
        .options(selectinload(NoAnswer.steps))
        .order_by(NoAnswer.began_at, NoAnswer.id)
    )


def open_no_answers_of(team_id: Given) -> Select[NoAnswer]:
    return no_answers().where(Elder.team_id == team_id, NoAnswer.closed_at.is_(None))


def open_no_answers_with(person_id: Given) -> Select[NoAnswer]:
    """Where nobody knows yet that the elder is safe, and this member is in it: has knocked, called
    or logged a step, or goes to one of its visits. The same as policy.can_see_no_answer."""
    did = select(NoAnswerStep.no_answer_id).where(NoAnswerStep.by_id == person_id)
    goes = (
        select(Visit.no_answer_id)
        .join(Visit.parts)
        .where(
            Visit.no_answer_id.is_not(None),
            VisitPart.person_id == person_id,
            VisitPart.withdrew_at.is_(None),
        )
    )
    return no_answers().where(
        NoAnswer.closed_at.is_(None),
        Elder.team_id.in_(team_queries.active_teams_of(person_id)),
        or_(NoAnswer.began_by_id == person_id, NoAnswer.id.in_(did), NoAnswer.id.in_(goes)),
    )


def list_open_no_answers_with(person: Person) -> Sequence[NoAnswer]:
    return all_of(open_no_answers_with(person.id).order_by(NoAnswer.began_at, NoAnswer.id))


def find_open_no_answers(elders: Iterable[int]) -> dict[int, int]:
    """Of these elders, by number, those of whom nobody knows yet that they are safe: where one
    sees what to do."""
    rows = session.execute(
        select(NoAnswer.elder_id, NoAnswer.id).where(
            NoAnswer.elder_id.in_(set(elders)), NoAnswer.closed_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}


def list_no_answers(numbers: Iterable[int]) -> Sequence[NoAnswer]:
    return all_of(no_answers().where(NoAnswer.id.in_(set(numbers))))


def list_visits_of_no_answer(found: NoAnswer) -> Sequence[Visit]:
    """The visits at which it began, or which met it open."""
    return all_of(visits().where(Visit.no_answer_id == found.id).order_by(Visit.id))


def to_see_to_in(team_id: Given, before: Given) -> Select[Visit]:
    """What may need a coordinator: planned visits that began or begin before this moment."""
    return visits().where(
        Elder.team_id == team_id, Visit.status == VisitStatus.PLANNED, Visit.starts_at < before
    )


def list_to_see_to(team: Team, *, before: datetime) -> Sequence[Visit]:
    """The same, earlier first."""
    return all_of(to_see_to_in(team.id, before).order_by(Visit.starts_at, Visit.id))


def list_without_word(now: datetime, *, since: timedelta) -> Sequence[Visit]:
    """Planned visits to homes, in all teams, that should have been over so long ago and of which
    nobody has said anything; nobody asks about those of days ago."""
    spoke = select(NoAnswer.id).where(NoAnswer.ending == Ending.SPOKE)
    begun = all_of(
        visits()
        .where(
            Visit.status == VisitStatus.PLANNED,
            Visit.channel == VisitChannel.HOME,
            Visit.safe_out_at.is_(None),
            # Who was spoken with after all may have let them in.
            Visit.no_answer_id.is_(None) | Visit.no_answer_id.in_(spoke),
            Visit.starts_at > now - timedelta(days=1),
            Visit.starts_at <= now - since,
        )
        .order_by(Visit.id)
    )
    return [visit for visit in begun if visit.ends_at + since <= now]


def has_been_phoned_on(elder: Elder, day: date) -> bool:
    """Whether somebody has spoken with them on the phone on this day."""
    midnight = datetime.combine(day, time())
    phoned = done_visits(elder).where(
        Visit.channel == VisitChannel.PHONE,
        Visit.wall_starts >= midnight,
        Visit.wall_starts < midnight + timedelta(days=1),
    )
    return session.scalar(phoned.limit(1)) is not None


def last_met_on(elder: Elder) -> date | None:
    """The last day on which somebody has seen them, and not on the phone."""
    met = done_visits(elder).where(Visit.channel != VisitChannel.PHONE)
    found = session.scalar(met.order_by(Visit.wall_starts.desc()).limit(1))
    return found.date() if found else None


def done_visits(elder: Elder) -> Select[datetime]:
    """When they were visited or phoned, and it was done."""
    return select(Visit.wall_starts).where(
        Visit.elder_id == elder.id, Visit.status == VisitStatus.DONE
    )


def who_was_with(elder: Elder) -> set[int]:
    """The numbers of all who have seen this elder on a visit."""
    return set(
        session.scalars(
            select(VisitPart.person_id)
            .join(VisitPart.visit)
            .where(
                Visit.elder_id == elder.id,
                Visit.status == VisitStatus.DONE,
                VisitPart.withdrew_at.is_(None),
            )
        )
    )


def next_visits(team: Team, now: datetime) -> dict[int, Visit]:
    """The next planned visit to each elder of the team, by the elder's number."""
    found: dict[int, Visit] = {}
    for visit in list_visits_between(team, first=now, before=now + timedelta(days=60)):
        found.setdefault(visit.elder_id, visit)
    return found


def is_known(_now: datetime) -> ColumnElement[bool]:
    """A condition on people: on some team's list, or not off it for a year yet."""
    return any_of(
        select(Elder.id).where(Elder.person_id == Person.id, Elder.status != ElderStatus.ARCHIVED)
    )
