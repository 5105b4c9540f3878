"""The safety card of who helps: whom to call when something happens to them, what they had better
not do, whether pictures may show them, and their number in the national system.

The written rules:
- Nothing has to be told. What one can't do is of one's health: it is kept while they agree to it.
- It is sealed. They read their own; a coordinator's look, or that of who leads a date on its day,
  is written down before it happens. Who leads reads whom to call, and nothing of anybody's health.
- It goes when they leave their last team, are forgotten, or have died; of who is in no team, a
  month after they filled it in (teams/forgetting.py).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import joinedload

from volunteer.audit import reading, trail
from volunteer.audit.models import FieldGroup, Reason
from volunteer.audit.trail import HasNumber
from volunteer.core import chinese, clock
from volunteer.core.database import all_of, any_of, lock, session, transaction
from volunteer.core.errors import NotFound
from volunteer.core.seen import check_unchanged
from volunteer.people import consents, forgetting
from volunteer.people.consents import ConsentDetails
from volunteer.people.errors import LimitsConsentNeeded
from volunteer.people.models import ConsentScope, ConsentWay, Person, SafetyCard


class Pictures(StrEnum):
    """Whether pictures may show somebody; who has not said so is in none."""

    NONE = "none"
    INSIDE = "inside"
    PUBLIC = "public"


# What each answer agrees to: who may be shown to everybody may be shown to the team.
AGREES = {
    Pictures.NONE: (),
    Pictures.INSIDE: (ConsentScope.PHOTO_INSIDE,),
    Pictures.PUBLIC: (ConsentScope.PHOTO_INSIDE, ConsentScope.PHOTO_PUBLIC),
}

ASKED = {ConsentScope.LIMITS, ConsentScope.PHOTO_INSIDE, ConsentScope.PHOTO_PUBLIC}


@dataclass(frozen=True)
class Details:
    """What stands on a card; `is_agreed`: that what they can't do may be noted."""

    contact_name: str = ""
    contact_relation: str = ""
    contact_phone: str = ""
    limits: str = ""
    is_agreed: bool = False
    pictures: Pictures = Pictures.NONE
    national_no: str = ""

    @property
    def names_somebody(self) -> bool:
        """Whether it tells anything of somebody else, or of them by a number."""
        contact = self.contact_name or self.contact_relation or self.contact_phone
        return bool(contact or self.national_no)


def of(person: Person) -> Details:
    """One's own, or that of whom one acts for: no look at somebody else."""
    agreed = consents.scopes_of(person)
    return in_words(find(person), agreed)


def read(person: Person, *, by: Person, team: HasNumber) -> Details:
    """For a coordinator who keeps it up to date, once the looks are written down."""
    return read_all([person], by=by, team=team, reason=Reason.UPKEEP)[person.id]


def read_all(
    people: Collection[Person],
    *,
    by: Person,
    team: HasNumber,
    reason: Reason,
    with_limits: bool = True,
) -> dict[int, Details]:
    """The cards of these people, by their number, once the looks at what there is have been written
    down; `with_limits`: also what they can't do."""
    numbers = [person.id for person in people]
    rows = all_of(select(SafetyCard).where(SafetyCard.person_id.in_(numbers)))
    cards = {row.person_id: row for row in rows}
    agreed = consents.scopes_of_all(numbers)
    found = {number: in_words(cards.get(number), agreed[number]) for number in numbers}
    if not with_limits:
        found = {number: replace(details, limits="") for number, details in found.items()}
    looks = {
        FieldGroup.SAFETY: [one for one in people if found[one.id].names_somebody],
        FieldGroup.LIMITS: [one for one in people if found[one.id].limits],
    }
    for group, whose in looks.items():
        reading.note(group, of=whose, by=by, reason=reason, allowed=True, team=team)
    return found


def read_numbers(people: Collection[int], *, by: Person, team: HasNumber) -> dict[int, str]:
    """The numbers in the national system of those of these people who have told theirs, once the
    looks have been written down."""
    mine = select(SafetyCard).where(SafetyCard.person_id.in_(people))
    rows = all_of(mine.options(joinedload(SafetyCard.person)).order_by(SafetyCard.id))
    told = [row for row in rows if row.national_no]
    reading.note(
        FieldGroup.SAFETY, of=[row.person for row in told], by=by, reason=Reason.EXPORT,
        allowed=True, team=team,
    )  # fmt: skip
    return {row.person_id: row.national_no for row in told}


def find(person: HasNumber) -> SafetyCard | None:
    mine = select(SafetyCard).where(SafetyCard.person_id == person.id)
    return session.scalars(mine).one_or_none()


def in_words(card: SafetyCard | None, agreed: Collection[ConsentScope]) -> Details:
    """What one does not agree to any more is not shown, whoever is late in forgetting it."""
    pictures = Pictures.NONE
    if ConsentScope.PHOTO_PUBLIC in agreed:
        pictures = Pictures.PUBLIC
    elif ConsentScope.PHOTO_INSIDE in agreed:
        pictures = Pictures.INSIDE
    is_agreed = ConsentScope.LIMITS in agreed
    if card is None:
        return Details(is_agreed=is_agreed, pictures=pictures)
    return Details(
        contact_name=card.contact_name,
        contact_relation=card.contact_relation,
        contact_phone=card.contact_phone,
        limits=card.limits if is_agreed else "",
        is_agreed=is_agreed,
        pictures=pictures,
        national_no=card.national_no,
    )


def fill_in(
    person: Person,
    details: Details,
    *,
    by: Person,
    team: HasNumber | None = None,
    seen: str | None = None,
) -> None:
    """Put down what is true now; the trail keeps that it was told, not what.

    `team` is the one whose coordinator does it for them. `seen`: the mark of what their page showed
    of of(). Raises LimitsConsentNeeded, ChangedMeanwhile; NotFound for who is forgotten by now.
    """
    if details.limits and not details.is_agreed:
        raise LimitsConsentNeeded
    wanted = replace(
        details,
        contact_phone=chinese.phone_digits(details.contact_phone),
        # Who has nothing to note agrees to nothing.
        is_agreed=bool(details.limits),
    )
    with transaction():
        lock(person)
        if forgetting.was_let_go(person):
            raise NotFound
        there = of(person)
        check_unchanged(seen, there, wanted)
        if there == wanted:
            return
        card = find(person) or SafetyCard(person_id=person.id)
        card.contact_name, card.contact_relation = wanted.contact_name, wanted.contact_relation
        card.contact_phone, card.limits = wanted.contact_phone, wanted.limits
        card.national_no = wanted.national_no
        card.by_id, card.changed_at = by.id, clock.now()
        session.add(card)
        session.flush()
        agree(person, wanted, by=by, team=team)
        trail.record("safety_card.filled_in", card, by=by, person=person, team=team)


def agree(person: Person, wanted: Details, *, by: Person, team: HasNumber | None) -> None:
    """Write down what they agree to by now, and what no more; what stays as it was stays."""
    before = consents.scopes_of(person) & ASKED
    after = {*AGREES[wanted.pictures], *([ConsentScope.LIMITS] if wanted.is_agreed else [])}
    how = ConsentDetails(way=ConsentWay.WEB)
    if by.id != person.id:
        how = ConsentDetails(way=ConsentWay.SPOKEN, witness=by.name)
    for scope in sorted(after - before):
        consents.give(person, scope, how, by=by, team=team)
    for scope in sorted(before - after):
        consents.withdraw(person, scope, by=by, team=team)


def forget_limits(person: Person, scope: ConsentScope, _by: Person) -> None:
    """They do not agree any more that it is noted what they can't do."""
    if scope is ConsentScope.LIMITS:
        with transaction():
            theirs = SafetyCard.person_id == person.id
            session.execute(update(SafetyCard).where(theirs).values(limits=""))


def forget_all_of(person: Person, _by: Person | None = None) -> None:
    """They help nowhere any more, are forgotten, or have died."""
    with transaction():
        session.execute(delete(SafetyCard).where(SafetyCard.person_id == person.id))


def forget_old(whose: ColumnElement[bool], *, before: datetime) -> int:
    """The cards of these people, by a condition on them, that nobody has filled in since; answers
    how many."""
    theirs = select(Person.id).where(Person.id == SafetyCard.person_id, whose)
    over = (SafetyCard.changed_at < before) & any_of(theirs)
    if session.scalar(select(SafetyCard.id).where(over).limit(1)) is None:
        return 0
    with transaction():
        return len(session.scalars(delete(SafetyCard).where(over).returning(SafetyCard.id)).all())
