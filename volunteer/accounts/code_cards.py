"""Code cards: a number and a code on paper, from the coordinator, for who has no other door."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from volunteer.accounts import keys, signing_in, throttle
from volunteer.accounts.errors import NoCardForPasswordHolders, WrongCard
from volunteer.accounts.models import CodeCard
from volunteer.accounts.signing_in import Opened
from volunteer.audit import trail
from volunteer.audit.trail import HasNumber
from volunteer.core import chinese, clock, encryption
from volunteer.core.database import lock, session, transaction
from volunteer.people.models import Person

NUMBER_DIGITS, CODE_DIGITS = 6, 8
# How somebody came in.
BY_CARD = "card"
LASTS = timedelta(days=180)


@dataclass(frozen=True)
class FreshCard:
    """A card that has just been made; its code is printed now and kept nowhere."""

    number: str
    code: str


def make(person: Person, *, by: Person, team: HasNumber) -> FreshCard:
    """A new card; the one before ends. Raises NoCardForPasswordHolders.

    Who has a password may hold more keys than the coordinator who prints the card.
    """
    with transaction():
        lock(person)
        if signing_in.has_password(person):
            raise NoCardForPasswordHolders
        end_open(person, by=by)
        fresh = FreshCard(free_number(), random_digits(CODE_DIGITS))
        card = CodeCard(
            person=person,
            number=fresh.number,
            code_mark=encryption.fingerprint(in_words(fresh.number, fresh.code)),
            made_by_id=by.id,
            expires_at=clock.now() + LASTS,
        )
        session.add(card)
        trail.record("card.made", card, by=by, person=person, team=team)
        return fresh


def random_digits(count: int) -> str:
    """So many digits, the first of which is no zero: people leave those out."""
    return str(10 ** (count - 1) + secrets.randbelow(9 * 10 ** (count - 1)))


def free_number() -> str:
    """A number that no card has had."""
    while True:
        number = random_digits(NUMBER_DIGITS)
        if session.scalar(select(CodeCard.id).where(CodeCard.number == number)) is None:
            return number


def in_words(number: str, code: str) -> str:
    return f"card {number} code {code}"


def find_open(person: Person) -> CodeCard | None:
    """The person's card, while it opens."""
    return session.scalars(
        select(CodeCard).where(
            CodeCard.person_id == person.id,
            CodeCard.ended_at.is_(None),
            CodeCard.expires_at > clock.now(),
        )
    ).one_or_none()


def end(person: Person, *, by: Person, team: HasNumber | None = None) -> None:
    """The card opens nothing any more, and who came in by it is signed out."""
    with transaction():
        lock(person)
        card = find_open(person)
        if card is not None:
            end_open(person, by=by)
            trail.record("card.ended", card, by=by, person=person, team=team)


def end_open(person: Person, *, by: Person) -> None:
    keys.end(keys.cards_of(person))
    keys.end_way_in(person, BY_CARD, by=by)


def enter(number: str, code: str, *, caller: str) -> Opened:
    """Sign in by card. Raises WrongCard or TooManyTries; an unknown number is like a wrong code."""
    number, code = chinese.narrow(number).replace(" ", ""), tidy(code)
    with throttle.one_try(throttle.Limit("card", number), throttle.from_place(caller)):
        # Only the fingerprint: opening the rest of a card that is there would take its time.
        mark = session.scalar(select(CodeCard.code_mark).where(CodeCard.number == number))
        if not is_mark_of(mark or "", in_words(number, code)):
            raise WrongCard
        card = session.scalars(select(CodeCard).where(CodeCard.number == number)).one()
        with transaction():
            # Whoever ends the card at this moment ends the sign-ins that are there by then.
            lock(card.person)
            if not card.is_usable(clock.now()) or signing_in.has_password(card.person):
                raise WrongCard
            return signing_in.begin(signing_in.user_of(card.person), BY_CARD)


def tidy(text: str) -> str:
    """The digits, however they were spaced."""
    return chinese.narrow(text).replace(" ", "").replace("-", "")


def is_mark_of(mark: str, words: str) -> bool:
    """Whether this fingerprint stands for these words, under whichever of our keys."""
    return any(
        hmac.compare_digest(mark, encryption.fingerprint(words, key))
        for key in encryption.keys.texts
    )
