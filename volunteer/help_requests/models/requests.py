"""A help request, and each step on its way."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from volunteer.core import clock, zones
from volunteer.core.columns import Choice, WallTime
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed, SealedJson
from volunteer.elders.models import Elder
from volunteer.help_requests.models.abilities import Speech
from volunteer.help_requests.models.offers import HelpOffer, OfferStatus
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
    # Not for neighbours: bathing, medicine, valuables. Whoever asks is told who can.
    CARE = "care"
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
    """new → accepted → matched → done → confirmed; or referred, declined, withdrawn, merged."""

    NEW = "new"
    ACCEPTED = "accepted"
    MATCHED = "matched"
    DONE = "done"
    CONFIRMED = "confirmed"
    REFERRED = "referred"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    # It is the same as another one, and goes on there.
    MERGED = "merged"


# Somebody still has to do something about these.
OPEN = (HelpStatus.NEW, HelpStatus.ACCEPTED, HelpStatus.MATCHED, HelpStatus.DONE)
# These have been answered, and nobody is waiting.
OVER = tuple(status for status in HelpStatus if status not in OPEN)
# What was agreed for an hour is over so long after it.
TAKES = timedelta(hours=2)
# So long whoever took it back by mistake may take it up again.
TAKEN_UP_WITHIN = timedelta(days=1)


class Reach(StrEnum):
    """How far around whoever needs help volunteers are asked, from the nearest on."""

    BUILDING = "building"
    ESTATE = "estate"
    COMMUNITY = "community"
    TEAM = "team"
    ABOVE = "above"


class Helped(StrEnum):
    """What the resident says when somebody calls afterwards."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class StepKind(StrEnum):
    """What happened to a help request."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFERRED = "referred"
    DECLINED = "declined"
    OFFERED = "offered"
    OFFER_DECLINED = "offer_declined"
    MATCHED = "matched"
    WELCOMED = "welcomed"
    AGREED = "agreed"
    RELEASED = "released"
    DONE = "done"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    NOTED = "noted"
    RAISED = "raised"
    HANDED_ON = "handed_on"
    MERGED = "merged"
    MONEY = "money"
    ADDED = "added"
    TAKEN_UP = "taken_up"


ASKER_PHONE_MARK = Fingerprint("asker_phone")


class HelpRequest(Model):
    """One thing that somebody asked for."""

    __tablename__ = "help_requests"
    __table_args__ = (
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint("ask_at_once BETWEEN 1 AND 5", name="asks_a_few_at_once"),
        CheckConstraint("ask_wait_minutes BETWEEN 5 AND 1440", name="waits_a_day_at_most"),
    )

    # Short, to be written on paper; with the phone it opens the page that shows the way.
    number: Mapped[str] = mapped_column(String(8), unique=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id"), index=True)
    # The larger place up to which it was handed, when nobody in the community can do it.
    raised_to_id: Mapped[int | None] = mapped_column(ForeignKey("places.id"), index=True)
    # Who has taken it on; without one every team of the community sees it.
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    elder_id: Mapped[int | None] = mapped_column(ForeignKey("elders.id"), index=True)
    # The same wish, asked before: everything goes on there.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("help_requests.id"), index=True)
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
    # What each kind of help asks besides: a shopping list, which hospital; `particulars` reads it.
    kind_answers: Mapped[Any] = mapped_column(SealedJson(), nullable=True)
    # Which language they speak best.
    speech: Mapped[Speech | None] = mapped_column(Choice(Speech))
    # What a volunteer reads before saying yes: no name, no address.
    brief: Mapped[str | None] = mapped_column(Sealed())
    wanted: Mapped[Wanted] = mapped_column(Choice(Wanted), default=Wanted.ANY)
    wanted_words: Mapped[str | None] = mapped_column(Sealed())
    # The day and time that they need, where there is one: the doctor's.
    wanted_on: Mapped[date | None]
    wanted_at: Mapped[time | None]
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
    # Until when somebody calls and asks whether it helped; and what they said.
    call_back_by: Mapped[datetime | None]
    helped: Mapped[Helped | None] = mapped_column(Choice(Helped))
    ended_at: Mapped[datetime | None]
    # To whom it was referred, and their phone: an office, never a person's.
    referred_to: Mapped[str | None] = mapped_column(Sealed())
    referred_phone: Mapped[str | None] = mapped_column(Sealed())

    # While the clock asks volunteers: how far it has got, when it asks the next, and on whose word.
    reach: Mapped[Reach | None] = mapped_column(Choice(Reach))
    ask_next_at: Mapped[datetime | None] = mapped_column(index=True)
    ask_at_once: Mapped[int] = mapped_column(default=3, server_default="3")
    ask_wait_minutes: Mapped[int] = mapped_column(default=60, server_default="60")
    asks_for_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    place: Mapped[Place] = relationship(lazy="joined", innerjoin=True, foreign_keys=[place_id])
    raised_to: Mapped[Place | None] = relationship(foreign_keys=[raised_to_id])
    merged_into: Mapped[HelpRequest | None] = relationship(
        remote_side="HelpRequest.id", foreign_keys=[merged_into_id]
    )
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
    def is_not_for_neighbours(self) -> bool:
        return HelpKind.CARE.value in self.kinds

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def goes_on_with(self) -> HelpRequest | None:
        """The one with which it goes on now: what it became one with may have become one with
        another since."""
        found = self.merged_into
        while found is not None and found.merged_into is not None:
            found = found.merged_into
        return found

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

    def can_be_taken_up(self, now: datetime) -> bool:
        """Whether its asker took it back just now, and nothing has happened to it since. What a
        coordinator took back, as of somebody who has died, is not the asker's to undo."""
        return (
            self.status is HelpStatus.WITHDRAWN
            and self.ended_at is not None
            and now <= self.ended_at + TAKEN_UP_WITHIN
            and bool(self.steps)
            and self.steps[-1].kind is StepKind.WITHDRAWN
            and self.steps[-1].by_id in {None, self.asker_id}
        )

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

    def wanted_day(self, now: datetime) -> date | None:
        """The day that was wished for; None, when any does."""
        today = self.wall(now).date() if self.wanted is Wanted.TODAY else None
        return self.wanted_on or today

    def wall(self, moment: datetime) -> datetime:
        """What the clock of whoever has it shows at this moment."""
        return zones.to_wall(moment, self.zone)

    @property
    def volunteer(self) -> Person | None:
        """Who has said yes."""
        return self.accepted_offer.person if self.accepted_offer else None

    @property
    def waiting_offers(self) -> list[HelpOffer]:
        return [offer for offer in self.offers if offer.status is OfferStatus.ASKED]

    @property
    def accepted_offer(self) -> HelpOffer | None:
        """The volunteer's yes."""
        return next((o for o in self.offers if o.status is OfferStatus.ACCEPTED), None)

    @property
    def needs_welcome(self) -> bool:
        """A volunteer has said yes, and the resident or a coordinator has not yet."""
        yes = self.accepted_offer
        return self.is_matched and yes is not None and not yes.is_welcome

    def must_be_called(self, now: datetime) -> bool:
        """Whether somebody should have called by now, to ask whether it helped."""
        return (
            self.status is HelpStatus.DONE
            and self.call_back_by is not None
            and self.call_back_by < now
        )

    def offer_to(self, person: Person | None) -> HelpOffer | None:
        return next((o for o in self.offers if person and o.person_id == person.id), None)

    def is_past_agreed(self, now: datetime) -> bool:
        """Whether the time that was agreed is over, and nobody has said yet that it is done."""
        agreed = self.wall_agreed
        return self.is_matched and agreed is not None and agreed + TAKES < self.wall(now)

    @property
    def agreed_day(self) -> date | None:
        return self.wall_agreed.date() if self.wall_agreed else None


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


__all__ = [
    "ASKER_PHONE_MARK",
    "OPEN",
    "OVER",
    "ForWhom",
    "HelpKind",
    "HelpRequest",
    "HelpStatus",
    "HelpStep",
    "Helped",
    "Reach",
    "StepKind",
    "Wanted",
]
