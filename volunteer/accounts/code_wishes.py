"""Asking for a one-time code: the page writes one row for everybody, the clock sends the codes.

So nobody can learn from the page, its words or its time whether a phone or mailbox is known.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from volunteer.accounts import contacts, throttle
from volunteer.accounts.models import CodeWish
from volunteer.accounts.one_time_codes import GOOD_FOR, KEPT, ONE_TIME_CODE
from volunteer.core import encryption
from volunteer.core.database import lock, session, transaction
from volunteer.notifications import outbox
from volunteer.notifications.models import Channel
from volunteer.people.models import Person

# How many codes go to one phone or mailbox within a time.
LIMITS = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
AT_ONCE = 200


def ask(contact: str, *, caller: str) -> None:
    """Write down that somebody wants a code there, whoever it is.

    Raises TooManyTries only when one place asks for very many.
    """
    with transaction():
        throttle.take(throttle.Limit("wish", caller, throttle.TRIES_FROM_ONE_PLACE))
        session.add(CodeWish(contact=contact))


def plan_due(now: datetime, *, takes_sms: Callable[[str], bool]) -> int:
    """Put a message into the outbox for each wish that is to be granted; answers how many.

    `takes_sms` says to which phones we can send a short message.
    """
    waiting = session.scalars(
        select(CodeWish.id)
        .where(CodeWish.planned_at.is_(None))
        .order_by(CodeWish.id)
        .limit(AT_ONCE)
    ).all()
    return sum(plan(number, now, takes_sms=takes_sms) for number in waiting)


def plan(number: int, now: datetime, *, takes_sms: Callable[[str], bool]) -> int:
    """Grant this wish, or forget it: of a contact that is unknown nothing stays."""
    with transaction():
        wish = session.scalars(
            select(CodeWish)
            .where(CodeWish.id == number, CodeWish.planned_at.is_(None))
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if wish is None:
            return 0
        people = contacts.people_of(wish.contact)
        # Two schedulers must not count side by side.
        lock(*people[:1])
        rows = list(messages(wish, people, takes_sms)) if may_be_granted(wish, now) else []
        if not rows:
            session.delete(wish)
            return 0
        wish.planned_at = now
        return outbox.post_all(rows)


def may_be_granted(wish: CodeWish, now: datetime) -> bool:
    """Whether it is still of use, and not one too many for that phone or mailbox."""
    if now >= wish.asked_at + GOOD_FOR:
        return False
    return all(count_granted(wish, within) < most for within, most in LIMITS)


def count_granted(wish: CodeWish, within: timedelta) -> int:
    query = select(func.count()).where(
        encryption.is_text(CodeWish.contact_mark, wish.contact),
        CodeWish.planned_at.is_not(None),
        CodeWish.asked_at > wish.asked_at - within,
        # None that a clock wrote which was ahead for a while.
        CodeWish.asked_at <= wish.asked_at,
    )
    return session.scalar(query) or 0


def messages(
    wish: CodeWish, people: Sequence[Person], takes_sms: Callable[[str], bool]
) -> Iterable[dict[str, Any]]:
    """One mail to a mailbox and one short message to a phone, whoever shares it.

    To a phone that takes none the code can't go: everybody who has it gets one of their own
    into their own mailbox.
    """
    if contacts.is_mailbox(wish.contact):
        channel, readers = Channel.EMAIL, people[:1]
    elif takes_sms(wish.contact):
        channel, readers = Channel.SMS, people[:1]
    else:
        channel, readers = Channel.EMAIL, [p for p in people if p.is_reachable_by_mail]
    for reader in readers:
        yield outbox.row(
            ONE_TIME_CODE,
            to=reader,
            key=str(wish.id),
            expires_at=wish.asked_at + GOOD_FOR,
            channel=channel,
            about={"wish_id": wish.id},
        )


def forget_old(now: datetime) -> None:
    """Throw away wishes that count against no limit any more."""
    with transaction():
        session.execute(
            delete(CodeWish)
            .where(CodeWish.asked_at < now - KEPT)
            .execution_options(synchronize_session=False)
        )
