"""Help requests, the offers to volunteers, and each step on the way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from volunteer.core import clock, zones
from volunteer.core.database import Choice, Model, WallTime
from volunteer.core.encryption import Fingerprint, Sealed
from volunteer.elders.models import Elder
from volunteer.network.models import Place
from volunteer.people.models import Person
from volunteer.teams.models import Team


class HelpKind(StrEnum):
    """What kind of help."""

    SHOPPING = "shopping"
    CLINIC = "clinic"
    REPAIR = "repair"
    HAIRCUT = "haircut"
    MEAL = "meal"
    TALK = "talk"
    OTHER = "other"


class ForWhom(StrEnum):
    SELF = "self"
    OTHER = "other"


class Wanted(StrEnum):
    """When it would suit."""

    TODAY = "today"
    SOON = "soon"
    ANY = "any"


class HelpStatus(StrEnum):
    """new → accepted → matched → done → confirmed; or referred, declined, withdrawn."""

    NEW = "new"
    ACCEPTED = "accepted"
    MATCHED = "matched"
    DONE = "done"
    CONFIRMED = "confirmed"
    REFERRED = "referred"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


# Somebody still has to do something about these.
OPEN = (HelpStatus.NEW, HelpStatus.ACCEPTED, HelpStatus.MATCHED, HelpStatus.DONE)
# These have been answered, and nobody is waiting.
OVER = tuple(status for status in HelpStatus if status not in OPEN)


class OfferStatus(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    # Somebody else has it, or it is over.
    RELEASED = "released"


class StepKind(StrEnum):
    """What happened to a help request."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFERRED = "referred"
    DECLINED = "declined"
    OFFERED = "offered"
    OFFER_DECLINED = "offer_declined"
    MATCHED = "matched"
    AGREED = "agreed"
    RELEASED = "released"
    DONE = "done"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    NOTED = "noted"


ASKER_PHONE_MARK = Fingerprint("asker_phone")


class HelpRequest(Model):
    """One thing that somebody asked for."""

    __tablename__ = "help_requests"

    # Short, to be written on paper; with the phone it opens the page that shows the way.
    number: Mapped[str] = mapped_column(String(8), unique=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    # Who has taken it on; without one every team of the community sees it.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    elder_id: Mapped[int | None] = mapped_column(ForeignKey("elders.id"), index=True)
    # When a visit found it.
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), unique=True)

    # Who asked, when they were signed in; and who entered it, when that was somebody else.
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asker_name: Mapped[str | None] = mapped_column(Sealed())
    asker_phone: Mapped[str | None] = mapped_column(Sealed())
    asker_phone_mark: Mapped[str | None] = mapped_column(ASKER_PHONE_MARK, index=True)
    for_whom: Mapped[ForWhom] = mapped_column(Choice(ForWhom), default=ForWhom.SELF)
    # How to call who needs it, where they live, and whether they know.
    beneficiary: Mapped[str | None] = mapped_column(Sealed())
    address: Mapped[str | None] = mapped_column(Sealed())
    is_agreed: Mapped[bool] = mapped_column(default=True)

    kinds: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[str | None] = mapped_column(Sealed())
    # What a volunteer reads before saying yes: no name, no address.
    brief: Mapped[str | None] = mapped_column(Sealed())
    wanted: Mapped[Wanted] = mapped_column(Choice(Wanted), default=Wanted.ANY)
    wanted_words: Mapped[str | None] = mapped_column(Sealed())
    # Words of danger stood in it: the coordinator sees it first.
    is_urgent: Mapped[bool] = mapped_column(default=False)

    status: Mapped[HelpStatus] = mapped_column(
        Choice(HelpStatus), default=HelpStatus.NEW, index=True
    )
    # Agreed with the resident: when somebody comes, on the wall clock of the team.
    wall_agreed: Mapped[datetime | None] = mapped_column(WallTime)
    asked_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
    # Until when somebody should have answered: one working day (志愿服务条例, article 13: in time).
    answer_by: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True)
    team: Mapped[Team | None] = relationship(lazy="joined")
    elder: Mapped[Elder | None] = relationship()
    offers: Mapped[list[HelpOffer]] = relationship(
        back_populates="help_request", order_by="HelpOffer.id"
    )
    steps: Mapped[list[HelpStep]] = relationship(
        back_populates="help_request", order_by="HelpStep.id"
    )

    @validates("asker_phone")
    def _mark_phone(self, _key: str, phone: str | None) -> str | None:
        self.asker_phone_mark = ASKER_PHONE_MARK.of_text(phone)
        return phone

    @property
    def help_kinds(self) -> list[HelpKind]:
        return [HelpKind(value) for value in self.kinds]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_new(self) -> bool:
        return self.status is HelpStatus.NEW

    @property
    def is_matched(self) -> bool:
        """Somebody has said yes, and has not done it yet."""
        return self.status is HelpStatus.MATCHED

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether it is still to be done, so that it may be no longer needed."""
        return self.is_open and self.status is not HelpStatus.DONE

    def is_late(self, now: datetime) -> bool:
        """Whether nobody has answered in time."""
        return self.is_new and self.answer_by < now

    @property
    def answer_day(self) -> date:
        """The last day on which an answer is in time; midnight is the end of the day before."""
        return self.wall(self.answer_by - timedelta(microseconds=1)).date()

    @property
    def zone(self) -> str:
        return self.team.zone if self.team else zones.HOME_ZONE

    def wall(self, moment: datetime) -> datetime:
        """What the clock of whoever has it shows at this moment."""
        return zones.to_wall(moment, self.zone)

    @property
    def volunteer(self) -> Person | None:
        """Who has said yes."""
        return next((o.person for o in self.offers if o.status is OfferStatus.ACCEPTED), None)

    @property
    def waiting_offers(self) -> list[HelpOffer]:
        return [offer for offer in self.offers if offer.status is OfferStatus.ASKED]

    def offer_to(self, person: Person | None) -> HelpOffer | None:
        return next((o for o in self.offers if person and o.person_id == person.id), None)

    @property
    def agreed_day(self) -> date | None:
        return self.wall_agreed.date() if self.wall_agreed else None


class HelpOffer(Model):
    """One volunteer is asked whether they can."""

    __tablename__ = "help_offers"
    __table_args__ = (UniqueConstraint("help_request_id", "person_id"),)

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    status: Mapped[OfferStatus] = mapped_column(Choice(OfferStatus), default=OfferStatus.ASKED)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]

    help_request: Mapped[HelpRequest] = relationship(back_populates="offers")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_waiting(self) -> bool:
        return self.status is OfferStatus.ASKED


class HelpStep(Model):
    """One step on the way, as the resident may read it."""

    __tablename__ = "help_steps"

    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    kind: Mapped[StepKind] = mapped_column(Choice(StepKind))
    # Nobody: the resident did it, without an account.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str | None] = mapped_column(Sealed())
    # Notes of the coordinators are for them alone.
    is_internal: Mapped[bool] = mapped_column(default=False)

    help_request: Mapped[HelpRequest] = relationship(back_populates="steps")
    by: Mapped[Person | None] = relationship()
