"""One-time codes: six digits that let in, once, who reads a mailbox or holds a phone.

Of a phone or a mailbox that several share, the same code asks who they are, and then lets in one.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select

from volunteer.accounts import contacts, keys, signing_in, throttle
from volunteer.accounts.errors import WrongCode
from volunteer.accounts.models import CodeWish, OneTimeCode, fingerprint, new_token
from volunteer.accounts.signing_in import Opened
from volunteer.core import chinese, clock, encryption
from volunteer.core.database import all_of, lock, session, transaction
from volunteer.notifications import writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person

ONE_TIME_CODE = "one_time_code"
DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
KEPT = timedelta(days=1)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters with a fresh code in each: it is made now, and nobody keeps it.

    A person who has given up that phone or mailbox meanwhile gets none.
    """
    wishes = load_wishes(messages)
    written = {}
    for message in messages:
        wish = wishes.get(message.about["wish_id"])
        if wish is None:
            continue
        sharing = contacts.people_of(wish.contact)
        if message.person_id not in {person.id for person in sharing}:
            continue
        # The mailbox is not the phone that was asked for, so it opens its own person's door only.
        is_aside = message.channel is Channel.EMAIL and not contacts.is_mailbox(wish.contact)
        code = make(wish.contact, [message.person] if is_aside else sharing)
        written[message.id] = writing.letter(ONE_TIME_CODE, message.person, code=code)
    return written


def load_wishes(messages: Sequence[OutboxMessage]) -> dict[int, CodeWish]:
    numbers = {message.about["wish_id"] for message in messages}
    return {wish.id: wish for wish in all_of(select(CodeWish).where(CodeWish.id.in_(numbers)))}


def make(contact: str, people: Sequence[Person]) -> str:
    """A fresh code for these people; their older ones end."""
    now = clock.now()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    with transaction():
        keys.end(keys.codes_of(*people))
        session.add_all(
            OneTimeCode(
                person_id=person.id,
                contact_mark=encryption.fingerprint(contact),
                code_mark=encryption.fingerprint(in_words(contact, code)),
                made_at=now,
                expires_at=now + GOOD_FOR,
            )
            for person in people
        )
    return code


def in_words(contact: str, code: str) -> str:
    """What stands for a code: the same six digits mean something else for another contact."""
    return f"code {code} for {contact}"


def tidy(text: str) -> str:
    """The digits, however they were spaced."""
    return re.sub(r"[\s\-]", "", chinese.narrow(text))


def prove(contact: str, code: str, *, caller: str) -> str:
    """Take the code; answers a proof by which one of its people may come in.

    Raises WrongCode or TooManyTries; the same whether anybody has this contact or not.
    """
    with throttle.one_try(throttle.Limit("code", contact), throttle.from_place(caller)):
        return exchange(contact, tidy(code))


def exchange(contact: str, code: str) -> str:
    """From now on a long secret stands in the place of the six digits. Raises WrongCode."""
    with transaction():
        now = clock.now()
        rows = session.scalars(
            usable(now)
            .where(
                encryption.is_text(OneTimeCode.contact_mark, contact),
                encryption.is_text(OneTimeCode.code_mark, in_words(contact, code)),
            )
            .with_for_update()
        ).all()
        if not rows:
            raise WrongCode
        proof = new_token()
        for row in rows:
            row.code_mark = fingerprint(proof)
            row.expires_at = now + GOOD_FOR
        return proof


def usable(now: datetime) -> Select[OneTimeCode]:
    return select(OneTimeCode).where(OneTimeCode.used_at.is_(None), OneTimeCode.expires_at > now)


def list_proven(proof: str) -> Sequence[Person]:
    """Who may come in by this proof, by name; nobody when it is used or too old."""
    return all_of(
        select(Person)
        .join(OneTimeCode, OneTimeCode.person_id == Person.id)
        .where(
            OneTimeCode.code_mark == fingerprint(proof),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > clock.now(),
        )
        .order_by(Person.sort_key, Person.id)
    )


def enter(proof: str, person_id: int) -> Opened:
    """Sign in as this one of the proof's people; the proof is spent. Raises WrongCode."""
    with transaction():
        proven = next((one for one in list_proven(proof) if one.id == person_id), None)
        if proven is None:
            raise WrongCode
        # Who turns the second step on at this moment has ended every sign-in that was there, and
        # this one must not come after. The account before its codes, as everywhere.
        user = signing_in.user_of(proven)
        lock(user)
        now = clock.now()
        rows = session.scalars(
            usable(now).where(OneTimeCode.code_mark == fingerprint(proof)).with_for_update()
        ).all()
        if not any(row.person_id == person_id for row in rows):
            raise WrongCode
        for row in rows:
            row.used_at = now
        return signing_in.begin(user, "code", waits=user.has_second_step)


def forget_old(now: datetime) -> None:
    """Throw away codes that have been of no use for a day."""
    with transaction():
        session.execute(
            delete(OneTimeCode)
            .where(OneTimeCode.made_at < now - KEPT)
            .execution_options(synchronize_session=False)
        )
