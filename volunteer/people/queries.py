"""Finding people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, inspect, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from volunteer.core import chinese, encryption
from volunteer.core.database import all_of, any_of, one_or_not_found, row_number, session
from volunteer.people.errors import NobodyChosen
from volunteer.people.models import (
    GROWN_UP,
    AwayDays,
    Companion,
    Consent,
    ConsentScope,
    Person,
)


def get_person(person_id: int) -> Person:
    """The person with this number, whatever number somebody sent. Raises NotFound."""
    return one_or_not_found(select(Person).where(Person.id == row_number(person_id)))


def get_chosen(person_id: int | None) -> Person:
    """Whom somebody chose from a list that begins with nobody. Raises NobodyChosen, NotFound."""
    if not person_id:
        raise NobodyChosen
    return get_person(person_id)


def has_people() -> bool:
    """Whether anybody is known here; in a database without tables nobody is."""
    if not inspect(session.get_bind()).has_table(Person.__tablename__):
        return False
    return session.scalar(select(Person.id).limit(1)) is not None


def list_people(person_ids: Iterable[int]) -> Sequence[Person]:
    """These people, in the order of their names."""
    return all_of(select(Person).where(Person.id.in_(set(person_ids))).order_by(Person.sort_key))


def list_consents(person: Person) -> Sequence[Consent]:
    """Everything the person ever agreed to, newest first; ended ones too."""
    return all_of(
        select(Consent)
        .where(Consent.person_id == person.id)
        .order_by(Consent.given_on.desc(), Consent.id.desc())
    )


def who_agrees(scope: ConsentScope, day: date) -> Select[int]:
    """The numbers of all whose consent to this holds on this day, as Consent.holds says it."""
    return select(Consent.person_id).where(
        Consent.scope == scope,
        Consent.withdrawn_on.is_(None),
        Consent.given_on <= day,
        or_(Consent.expires_on.is_(None), Consent.expires_on >= day),
    )


def who_agreed_since(scope: ConsentScope, day: date) -> Select[int]:
    """The numbers of all whose consent to this held on this day or on a later one."""
    return select(Consent.person_id).where(
        Consent.scope == scope,
        or_(Consent.withdrawn_on.is_(None), Consent.withdrawn_on >= day),
        or_(Consent.expires_on.is_(None), Consent.expires_on >= day),
    )


def is_grown_up_on(day: date) -> ColumnElement[bool]:
    """Whether a person is not young on this day, as Person.is_young_on says it."""
    year = day.year - GROWN_UP
    had_birthday = func.coalesce(Person.birth_month, 12) < day.month
    return or_(
        Person.birth_year.is_(None),
        Person.birth_year < year,
        and_(Person.birth_year == year, had_birthday),
    )


def find_people_by_phone(phone: str) -> Sequence[Person]:
    """Everybody with this phone, by name; several may share one."""
    return all_of(
        select(Person)
        .where(encryption.is_text(Person.phone_mark, chinese.phone_digits(phone)))
        .order_by(Person.sort_key, Person.id)
    )


def get_companionship(number: int) -> Companion:
    """This one, ended or not, with the two people it ties."""
    return one_or_not_found(
        select(Companion)
        .where(Companion.id == number)
        .options(joinedload(Companion.person), joinedload(Companion.companion))
    )


def companionships() -> Select[Companion]:
    """All that nobody has ended, oldest first, with both people and the consent.

    Whether the consent is still good that day says Companion.holds.
    """
    return (
        select(Companion)
        .join(Companion.consent)
        .where(Companion.ended_at.is_(None), Consent.withdrawn_on.is_(None))
        .options(
            contains_eager(Companion.consent),
            joinedload(Companion.person),
            joinedload(Companion.companion),
        )
        .order_by(Companion.began_at, Companion.id)
    )


def unended_companionships(person: Person) -> Select[Companion]:
    """All of this person's that nobody has ended, their consent good or not."""
    return (
        select(Companion)
        .where(Companion.person_id == person.id, Companion.ended_at.is_(None))
        .order_by(Companion.id)
    )


def unended_of_companion(companion: Person) -> Select[Companion]:
    """All by which this person might act for somebody, their consent good or not."""
    return (
        select(Companion)
        .where(Companion.companion_id == companion.id, Companion.ended_at.is_(None))
        .order_by(Companion.id)
    )


def find_companions(person_ids: Iterable[int], today: date) -> dict[int, list[Companion]]:
    """Who may act for each of these people on this day; nothing for who is not in it."""
    found: dict[int, list[Companion]] = {}
    for row in all_of(companionships().where(Companion.person_id.in_(set(person_ids)))):
        if row.holds(today):
            found.setdefault(row.person_id, []).append(row)
    return found


def acts_for_somebody(_now: datetime) -> ColumnElement[bool]:
    """A condition on people: somebody else may be acted for by them."""
    theirs = (
        select(Companion.id)
        .join(Companion.consent)
        .where(
            Companion.companion_id == Person.id,
            Companion.ended_at.is_(None),
            Consent.withdrawn_on.is_(None),
        )
    )
    return and_(Person.died_on.is_(None), any_of(theirs))


# --- who is away ---------------------------------------------------------------------------------


def who_is_away(person_ids: Iterable[int], days: Iterable[date]) -> dict[tuple[int, date], date]:
    """Who of these people is away on which of these days, and until when: by (person, day)."""
    people, wanted = set(person_ids), set(days)
    if not people or not wanted:
        return {}
    session.flush()
    rows = session.execute(
        select(AwayDays.person_id, AwayDays.first_on, AwayDays.last_on).where(
            AwayDays.person_id.in_(people),
            AwayDays.first_on <= max(wanted),
            AwayDays.last_on >= min(wanted),
        )
    ).all()
    return {
        (person, day): last_on
        for person, first_on, last_on in rows
        for day in wanted
        if first_on <= day <= last_on
    }


def away_until(person_id: Any, day: Any) -> ScalarSelect[date]:
    """The same of one person and day as a column of a larger question: the last day of the stretch;
    NULL for who is not away then."""
    return (
        select(func.max(AwayDays.last_on))
        .where(AwayDays.person_id == person_id, AwayDays.first_on <= day, AwayDays.last_on >= day)
        .scalar_subquery()
    )


def list_all_away(person_ids: Iterable[int], *, since: date) -> dict[int, list[AwayDays]]:
    """The stretches of these people that are not over on this day, soonest first, by person."""
    rows = all_of(
        select(AwayDays)
        .where(AwayDays.person_id.in_(list(person_ids)), AwayDays.last_on >= since)
        .order_by(AwayDays.first_on, AwayDays.id)
    )
    found: dict[int, list[AwayDays]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(row)
    return found


def list_away(person: Person, *, since: date) -> Sequence[AwayDays]:
    """The stretches of this person that are not over on this day, soonest first, with who entered
    each."""
    return all_of(
        select(AwayDays)
        .where(AwayDays.person_id == person.id, AwayDays.last_on >= since)
        .options(joinedload(AwayDays.by))
        .order_by(AwayDays.first_on, AwayDays.id)
    )
