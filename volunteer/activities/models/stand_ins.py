"""Looking for somebody who comes instead, whom we asked, and swaps of two dates."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from volunteer.activities.models.signups import Signup
from volunteer.core import clock
from volunteer.core.columns import Choice, one_only
from volunteer.core.database import Model
from volunteer.people.models import Person


class SearchStatus(StrEnum):
    OPEN = "open"
    FOUND = "found"
    # Nobody was found until the cut-off, or nobody is left to ask: the place is free again.
    NOT_FOUND = "not_found"
    # Who asked comes after all.
    STOPPED = "stopped"
    # The place became free in another way: a coordinator gave it back, or somebody waited for it.
    RELEASED = "released"


class Answer(StrEnum):
    WAITING = "waiting"
    YES = "yes"
    NO = "no"
    # They were asked whether they come at another time than the date has now, or are away by now.
    LAPSED = "lapsed"


class StandInSearch(Model):
    """Somebody can't come, and members are asked to come instead, a few at a time.

    While it is open the place stays taken; the first yes gets it.
    """

    __tablename__ = "stand_in_searches"
    __table_args__ = (one_only("ix_stand_in_searches_open", "signup_id", where="status = 'open'"),)

    signup_id: Mapped[int] = mapped_column(ForeignKey("signups.id"), index=True)
    status: Mapped[SearchStatus] = mapped_column(Choice(SearchStatus), default=SearchStatus.OPEN)
    started_at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    # When the next few are asked.
    next_wave_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)

    signup: Mapped[Signup] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    stand_in: Mapped[Person | None] = relationship(foreign_keys=[stand_in_id])
    asks: Mapped[list[StandInAsk]] = relationship(back_populates="search", order_by="StandInAsk.id")

    @property
    def is_open(self) -> bool:
        return self.status is SearchStatus.OPEN

    @property
    def left_it_free(self) -> bool:
        """Whether it ended with nobody who comes instead: the place went back to the date."""
        return self.status in {SearchStatus.NOT_FOUND, SearchStatus.RELEASED}

    @property
    def waits_for_an_answer(self) -> bool:
        return any(ask.is_waiting for ask in self.asks)

    @property
    def place_of_stand_in(self) -> Signup | None:
        """The place that passed to the stand-in, while they have it: given back and taken by
        another, or changed for other work, it is not theirs any more."""
        mine = self.signup.occurrence.signup_of(self.stand_in)
        return mine if mine and mine.is_going and mine.role_id == self.signup.role_id else None

    def ask_of(self, person: Person | None) -> StandInAsk | None:
        return next((ask for ask in self.asks if person and ask.person_id == person.id), None)


class StandInAsk(Model):
    """One member is asked to come instead, and says yes or no."""

    __tablename__ = "stand_in_asks"
    __table_args__ = (
        UniqueConstraint("search_id", "person_id"),
        Index("ix_stand_in_asks_person", "person_id", "asked_at"),
    )

    search_id: Mapped[int] = mapped_column(ForeignKey("stand_in_searches.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)
    answer: Mapped[Answer] = mapped_column(Choice(Answer), default=Answer.WAITING)
    answered_at: Mapped[datetime | None]
    # Who pressed: the person, their companion, or a coordinator who has them on the phone.
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    search: Mapped[StandInSearch] = relationship(back_populates="asks")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @property
    def is_waiting(self) -> bool:
        return self.answer is Answer.WAITING

    @property
    def may_answer(self) -> bool:
        """Whether nothing was said of the time that the date has now."""
        return self.answer in {Answer.WAITING, Answer.LAPSED}

    def ask_again(self, now: datetime) -> None:
        """Whether they come at the time that the date has by now is another question."""
        self.answer, self.asked_at = Answer.WAITING, now
        self.answered_at = self.answered_by_id = None


class SwapStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class SwapOffer(Model):
    """Two people would change their dates: each comes to the date of the other."""

    __tablename__ = "swap_offers"
    __table_args__ = (
        CheckConstraint("own_id <> other_id", name="two_places"),
        Index("ix_swap_offers_own", "own_id", "status"),
        Index("ix_swap_offers_other", "other_id", "status"),
    )

    # The place of who offers, and the one that they would have instead.
    own_id: Mapped[int] = mapped_column(ForeignKey("signups.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("signups.id"))
    status: Mapped[SwapStatus] = mapped_column(Choice(SwapStatus), default=SwapStatus.OFFERED)
    offered_at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    own: Mapped[Signup] = relationship(foreign_keys=[own_id])
    other: Mapped[Signup] = relationship(foreign_keys=[other_id])

    @property
    def is_open(self) -> bool:
        return self.status is SwapStatus.OFFERED

    @property
    def still_holds(self) -> bool:
        """Whether both still have the places that they would change."""
        return self.own.is_going and self.other.is_going
