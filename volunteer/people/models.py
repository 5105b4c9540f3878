"""A person, how they can be reached, what they agreed to, and who may act for them."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from volunteer.core import chinese, clock, zones
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed
from volunteer.core.language import CHINESE


class PhoneOwner(StrEnum):
    """Whose phone the number rings."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    NEIGHBOUR = "neighbour"


class ToldBy(StrEnum):
    """How somebody wants to be told, when they have said so."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"
    # Only as long as one of their devices is there.
    PUSH = "push"


class Slot(StrEnum):
    """A part of the week in which somebody usually has time."""

    MON_AM = "mon_am"
    MON_PM = "mon_pm"
    TUE_AM = "tue_am"
    TUE_PM = "tue_pm"
    WED_AM = "wed_am"
    WED_PM = "wed_pm"
    THU_AM = "thu_am"
    THU_PM = "thu_pm"
    FRI_AM = "fri_am"
    FRI_PM = "fri_pm"
    SAT_AM = "sat_am"
    SAT_PM = "sat_pm"
    SUN_AM = "sun_am"
    SUN_PM = "sun_pm"


SLOTS = tuple(Slot)


PHONE_MARK, PHONE_TAIL = Fingerprint("phone"), Fingerprint("phone", last=4)


GROWN_UP = 18


def is_young(age: int | None) -> bool:
    """Of whom we don't know how old they are, they are grown up."""
    return age is not None and age < GROWN_UP


class Person(Model):
    """One human. Same names and shared phones are normal, so neither is a key."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("birth_month BETWEEN 1 AND 12", name="birth_month_is_a_month"),
        CheckConstraint("birth_month IS NULL OR birth_year IS NOT NULL", name="month_of_a_year"),
        CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_hours_have_both_ends"
        ),
    )

    name: Mapped[str] = mapped_column(String(chinese.LONGEST_NAME))
    # Pinyin, so that both databases sort alike and wxy finds 王秀英.
    sort_key: Mapped[str] = mapped_column(index=True)
    phone: Mapped[str | None] = mapped_column(Sealed())
    # By these a phone is found again: the whole number, or the last four digits, as people say it.
    phone_mark: Mapped[str | None] = mapped_column(PHONE_MARK, index=True)
    phone_tail: Mapped[str | None] = mapped_column(PHONE_TAIL, index=True)
    phone_owner: Mapped[PhoneOwner] = mapped_column(Choice(PhoneOwner), default=PhoneOwner.SELF)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(10), default=CHINESE)
    # Empty: they have not said, so any time may suit.
    free_slots: Mapped[list[str]] = mapped_column(default=list)
    # Year and month only: enough to know who is a child, and whom an insurance covers.
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    # Empty: by mail where there is a mailbox, else by a call.
    told_by: Mapped[ToldBy | None] = mapped_column(Choice(ToldBy))
    # Since when a mail server says that nobody reads this mailbox.
    mailbox_refused_at: Mapped[datetime | None]
    # What they may do without: the weekly message, and being asked to help out.
    wants_week: Mapped[bool] = mapped_column(default=True, server_default=true())
    wants_asks: Mapped[bool] = mapped_column(default=True, server_default=true())
    # Empty: as everybody here. The same time twice: never quiet.
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    # Nothing is ever sent to who has died, whatever part they played.
    died_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    @validates("email")
    def _trust_a_new_mailbox(self, _key: str, email: str | None) -> str | None:
        if email != self.email:
            self.mailbox_refused_at = None
        return email

    @validates("name")
    def _sort_by_pinyin(self, _key: str, name: str) -> str:
        self.sort_key = chinese.sort_key(name)
        return name

    @validates("phone")
    def _mark_phone(self, _key: str, phone: str | None) -> str | None:
        self.phone_mark, self.phone_tail = (
            column.of_text(phone) for column in (PHONE_MARK, PHONE_TAIL)
        )
        return phone

    @property
    def is_reachable_by_mail(self) -> bool:
        return reads_mail(self.email, self.mailbox_refused_at)

    def age_on(self, day: date) -> int | None:
        """How old they are for certain on this day; None when we don't know."""
        return age_on(day, self.birth_year, self.birth_month)

    def is_young_on(self, day: date) -> bool:
        """Whether they are not grown up then; of whom we don't know it, they are."""
        return is_young(self.age_on(day))

    def is_free_in(self, slot: Slot | None) -> bool:
        """Whether they usually have time then, or for what is done at any hour (None); who said
        nothing may have."""
        return slot is None or not self.free_slots or slot.value in self.free_slots


def reads_mail(email: str | None, refused_at: datetime | None) -> bool:
    """Whether who has this mailbox can be written to: there is one, and nobody says it is none."""
    return bool(email) and refused_at is None


def age_on(day: date, birth_year: int | None, birth_month: int | None) -> int | None:
    """How old somebody born then is for certain on this day; None when we don't know.

    In the month of their birthday they may be a year older already; without a month, in all of
    that year.
    """
    if birth_year is None:
        return None
    had_birthday = day.month > (birth_month or 12)
    return day.year - birth_year - (0 if had_birthday else 1)


def slot_of(weekday: int, hour: int) -> Slot:
    """The part of the week: weekday 0 is Monday; the afternoon begins at 12."""
    return SLOTS[weekday * 2 + (1 if hour >= 12 else 0)]


class ConsentScope(StrEnum):
    """What somebody may agree to; each stands alone, and no help depends on another one."""

    BASIC = "basic"
    HEALTH = "health"
    CONTACTS = "contacts"
    COMMITTEE = "committee"
    FOUNDATION = "foundation"
    PHOTO_INSIDE = "photo_inside"
    PHOTO_PUBLIC = "photo_public"
    STORY = "story"
    SMS = "sms"
    PHONE_CARE = "phone_care"
    COMPANION = "companion"
    YOUNG_VOLUNTEER = "young_volunteer"
    LIMITS = "limits"


class ConsentGiver(StrEnum):
    """Whose word it was: their own, or that of who may speak for them (Civil Code 22, 23)."""

    SELF = "self"
    GUARDIAN = "guardian"
    AGENT = "agent"


class ConsentWay(StrEnum):
    """How it was given; spoken consent names who heard it."""

    PAPER = "paper"
    SPOKEN = "spoken"
    WEB = "web"


class Consent(Model):
    """A person agreed to one thing, at one time, in one wording, until they say otherwise."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_person_scope", "person_id", "scope"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    scope: Mapped[ConsentScope] = mapped_column(Choice(ConsentScope))
    # Which version of the sentence they agreed to; docs/security/consents.md keeps them all.
    wording: Mapped[int] = mapped_column(default=1)
    given_by: Mapped[ConsentGiver] = mapped_column(Choice(ConsentGiver))
    way: Mapped[ConsentWay] = mapped_column(Choice(ConsentWay))
    # Who heard it, or who spoke for them.
    witness: Mapped[str | None] = mapped_column(Sealed())
    given_on: Mapped[date]
    expires_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    def holds(self, today: date) -> bool:
        """Whether it is good on this day; an expired one is not."""
        return (
            self.withdrawn_on is None
            and self.given_on <= today
            and (self.expires_on is None or today <= self.expires_on)
        )


class CompanionProof(StrEnum):
    """How we know that the companion may act."""

    KNOWN = "known"
    LETTER = "letter"
    FAMILY = "family"


class Companion(Model):
    """`companion` may act for `person`, from a day until one of them ends it."""

    __tablename__ = "companions"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    companion_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    proof: Mapped[CompanionProof] = mapped_column(Choice(CompanionProof))
    # Whose coordinator wrote it down; its beginning and its end stand in that team's history.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"))
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    companion: Mapped[Person] = relationship(foreign_keys=[companion_id])
    consent: Mapped[Consent] = relationship()
    # Named by its text: people stand below teams. Only its number is ever asked for.
    team: Mapped[Any] = relationship("Team")

    @property
    def began_on(self) -> date:
        return zones.day_in(zones.HOME_ZONE, self.began_at)

    def holds(self, today: date) -> bool:
        """Whether the companion may act on this day: not ended, and the consent is good."""
        return self.ended_at is None and self.consent.holds(today)


class AwayDays(Model):
    """From this day to that one somebody is away, both included: for every team at once.

    Two stretches of one person never overlap, for those that would are joined.
    """

    __tablename__ = "away_days"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_it_begins"),
        Index("ix_away_days_person_last_on", "person_id", "last_on"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    # For the person and the coordinators of their teams alone.
    remark: Mapped[str | None] = mapped_column(Sealed())
    # Who entered it: the person, a housemate or companion, or a coordinator for them.
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])

    def holds(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on


class SafetyCard(Model):
    """Whom to call when something happens to somebody who helps, and what they had better not do.

    One for each person, for all their teams. Who looks after elders keeps other ones (elders).
    """

    __tablename__ = "safety_cards"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    contact_name: Mapped[str] = mapped_column(Sealed(), default="")
    contact_relation: Mapped[str] = mapped_column(Sealed(), default="")
    contact_phone: Mapped[str] = mapped_column(Sealed(), default="")
    # Of their health: only while they agree to it (ConsentScope.LIMITS).
    limits: Mapped[str] = mapped_column(Sealed(), default="")
    # Theirs in the national system, which spares us the number of an identity card.
    national_no: Mapped[str] = mapped_column(Sealed(), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
