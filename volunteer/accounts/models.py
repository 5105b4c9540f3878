"""Accounts, sign-ins, personal links, one-time codes, code cards and wrong tries."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from volunteer.core import clock
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed
from volunteer.people.models import Person

# Someone over 60 should not have to sign in every week; a phone left in a drawer is signed out.
IDLE_LIMIT = timedelta(days=60)
ABSOLUTE_LIMIT = timedelta(days=365)
# Operators see more, so their door closes sooner.
OPERATOR_IDLE_LIMIT = timedelta(hours=12)
# "Last seen" is written at most this often, so that reading pages writes little.
SEEN_EVERY = timedelta(hours=1)
# Who came by a one-time code may choose a new password for this long.
CODE_IS_FRESH = timedelta(minutes=15)
# Of the spare codes of the second step.
FEW_SPARE_CODES = 2


LOGIN_MARK = Fingerprint("login")


def new_token() -> str:
    """A secret of 192 bits, to be shown once and kept only as its fingerprint."""
    return secrets.token_urlsafe(24)


def fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class User(Model):
    """A person's account. Without a password it opens by personal links only."""

    __tablename__ = "users"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    # Often their phone number, so it is kept like one.
    login: Mapped[str | None] = mapped_column(Sealed())
    login_mark: Mapped[str | None] = mapped_column(LOGIN_MARK, unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    is_operator: Mapped[bool] = mapped_column(default=False)
    # What the app on their phone makes its digits of; without one, a password is enough.
    step_secret: Mapped[str | None] = mapped_column(Sealed())
    # The half minute whose digits were used last: none of before opens anything any more.
    step_used: Mapped[int | None]
    # Of spare codes on paper that have not been used.
    spare_marks: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def has_second_step(self) -> bool:
        return self.step_secret is not None

    @property
    def has_few_spare_codes(self) -> bool:
        """Whether it is time for new ones, for the day on which the phone is lost."""
        return len(self.spare_marks) <= FEW_SPARE_CODES

    @validates("login")
    def _mark_login(self, _key: str, login: str | None) -> str | None:
        self.login_mark = LOGIN_MARK.of_text(login)
        return login


class SignIn(Model):
    """One browser that is signed in. It ends on the server, so a copied cookie dies with it."""

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # By what the door was opened: password, link, handed link, code, card, open link, registration.
    way: Mapped[str] = mapped_column(String(24), default="password")
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None]
    # The second step is still to come: it opens nothing yet.
    is_waiting: Mapped[bool] = mapped_column(default=False, server_default=false())

    user: Mapped[User] = relationship(lazy="joined")


class PersonalLink(Model):
    """A link that signs one person in, once, within its time."""

    __tablename__ = "personal_links"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Who handed it out; nobody when it went out with a message.
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    # A path of our own, where the person goes after signing in.
    leads_to: Mapped[str] = mapped_column(String(200), default="/")
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def is_usable(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at


CONTACT_MARK = Fingerprint("contact")


class CodeWish(Model):
    """Somebody asked for a one-time code. Kept for known and unknown alike, so that the answer
    takes as long; the clock sends the codes."""

    __tablename__ = "code_wishes"

    # A phone or a mailbox, as it was typed.
    contact: Mapped[str] = mapped_column(Sealed())
    contact_mark: Mapped[str] = mapped_column(CONTACT_MARK, index=True)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    # When a code was put into the outbox for it; a wish that is not granted is thrown away.
    planned_at: Mapped[datetime | None] = mapped_column(index=True)

    @validates("contact")
    def _mark_contact(self, _key: str, contact: str) -> str:
        self.contact_mark = CONTACT_MARK.of_text(contact) or ""
        return contact


class OneTimeCode(Model):
    """Six digits that sign one person in, once, within minutes."""

    __tablename__ = "one_time_codes"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    # The phone or mailbox that was typed. Who shares it has a row with the same code.
    contact_mark: Mapped[str] = mapped_column(String(64), index=True)
    # A keyed fingerprint of the digits; once they were right, that of the proof in the browser.
    code_mark: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class CodeCard(Model):
    """A paper card from the coordinator: its number and a code, for who has no other door."""

    __tablename__ = "code_cards"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    number: Mapped[str] = mapped_column(String(8), unique=True)
    code_mark: Mapped[str] = mapped_column(String(64))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def is_usable(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at


class WrongTry(Model):
    """How often one thing was tried in vain in one window of time, counted for all processes."""

    __tablename__ = "wrong_tries"
    __table_args__ = (UniqueConstraint("subject", "window_start"),)

    # A fingerprint: neither names nor addresses are kept.
    subject: Mapped[str] = mapped_column(String(64))
    window_start: Mapped[datetime]
    count: Mapped[int]
