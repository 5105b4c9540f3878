"""Whom a message is for, as far as that says whether, how and when they are told."""

from datetime import date, datetime, time
from typing import NamedTuple, Protocol

from volunteer.people.models import Person, ToldBy, reads_mail


class Addressee(Protocol):
    """A person, or the few columns of one that are read where thousands are written to at once."""

    @property
    def id(self) -> int: ...
    @property
    def phone_mark(self) -> str | None: ...
    @property
    def is_reachable_by_mail(self) -> bool: ...
    @property
    def told_by(self) -> ToldBy | None: ...
    @property
    def wants_week(self) -> bool: ...
    @property
    def wants_asks(self) -> bool: ...
    @property
    def quiet_from(self) -> time | None: ...
    @property
    def quiet_until(self) -> time | None: ...
    @property
    def died_on(self) -> date | None: ...


class AddresseeRow(NamedTuple):
    """Those columns, in the order of COLUMNS."""

    id: int
    phone_mark: str | None
    email: str | None
    mailbox_refused_at: datetime | None
    told_by: ToldBy | None
    wants_week: bool
    wants_asks: bool
    quiet_from: time | None
    quiet_until: time | None
    died_on: date | None

    @property
    def is_reachable_by_mail(self) -> bool:
        return reads_mail(self.email, self.mailbox_refused_at)


COLUMNS = [getattr(Person, name) for name in AddresseeRow._fields]
