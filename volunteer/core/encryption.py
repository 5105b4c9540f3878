"""Texts that nobody may read out of a stolen database: sealed columns, and finding by fingerprint.

Sealing is Fernet (AES-128-CBC with HMAC-SHA256) from `cryptography`; the keys come from the
settings, the newest first. The same text is sealed differently each time, so equal
texts can't be told; what must be found again (a phone) has a fingerprint beside it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    LargeBinary,
    String,
    Table,
    Text,
    TypeDecorator,
    select,
    type_coerce,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core.database import Model, session, transaction

# Imported where it seals or opens: pages without anything sealed start sooner.
if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

# How many rows are sealed anew in one transaction; with photos in them they are large.
ROWS_AT_ONCE = 500
LARGE_ROWS_AT_ONCE = 20


class BadKey(ValueError):
    """A key that is no Fernet key: 32 bytes as URL-safe base64."""


class Unreadable(RuntimeError):
    """A sealed text that none of our keys opens: the key it was sealed with is missing."""


class Keys:
    """The keys of this process; `use()` sets them."""

    def __init__(self) -> None:
        self.texts: tuple[str, ...] = ()
        self._box: MultiFernet | None = None

    def use(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._box = None

    @property
    def first(self) -> str:
        """What seals now. Raises BadKey when there is none."""
        if not self.texts:
            raise BadKey("There is no data key: a data key is 32 bytes as URL-safe base64.")
        return self.texts[0]

    @property
    def box(self) -> "MultiFernet":
        """What seals with the first key and opens with any. Raises BadKey."""
        if self._box is None:
            from cryptography.fernet import Fernet, MultiFernet

            try:
                self._box = MultiFernet([Fernet(text) for text in self.texts])
            except ValueError as error:
                raise BadKey("A data key is 32 bytes as URL-safe base64.") from error
        return self._box


keys = Keys()


def use(texts: Sequence[str]) -> None:
    """From now on seal with the first of these keys, and open with any of them."""
    keys.use(texts)


def seal(text: str) -> str:
    return keys.box.encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """The text again. Raises Unreadable."""
    return unseal_bytes(token).decode()


def unseal_bytes(token: bytes | str) -> bytes:
    """The bytes again. Raises Unreadable."""
    from cryptography.fernet import InvalidToken

    box = keys.box
    try:
        return box.decrypt(token)
    # A text in clear with other than ASCII letters is no token either, and says so in another way.
    except (InvalidToken, ValueError) as error:
        raise Unreadable("A sealed text opens with none of the keys in DATA_KEYS.") from error


def signature(purpose: str, text: str, key: str | None = None) -> bytes:
    """What only we can write beside this text (HMAC-SHA256). Each purpose has a key of its own,
    derived from the data key, so that what is signed for one is worth nothing to another.
    Raises BadKey."""
    secret = hashlib.sha256(f"{purpose}:{key or keys.first}".encode()).digest()
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()


def seal_for(purpose: str, text: str) -> str:
    """Sealed with a key of this purpose alone: nobody can have a column that was sealed in a table
    opened by showing it there."""
    return box_for(purpose).encrypt(text.encode()).decode()


def unseal_for(purpose: str, token: str) -> str:
    """The text again. Raises Unreadable."""
    from cryptography.fernet import InvalidToken

    try:
        return box_for(purpose).decrypt(token).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable("This was not sealed for the purpose, or with a key of before.") from error


def box_for(purpose: str) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(signature(purpose, "")))


def public_half(key: str) -> str:
    """What others may know of a private key for web push: by it they tell our notices from those
    of anybody else."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    number = int.from_bytes(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def fingerprint(text: str, key: str | None = None) -> str:
    """What stands for the text in a look-up: the same for the same text, and useless without
    the key. Raises BadKey."""
    return signature("look-up", text, key).hex()


def is_text(column: InstrumentedAttribute[str | None], text: str) -> ColumnElement[bool]:
    """A condition: this column of fingerprints stands for the text, under whichever key."""
    return column.in_([fingerprint(text, key) for key in keys.texts])


# Digits of apps are others every half minute.
STEP_SECONDS = 30


def digits_at(secret: str, moment: int) -> str:
    """What an app that holds this secret (base 32) shows at this moment: six digits (RFC 6238)."""
    return str(app_clock(secret).generate(moment), "ascii")


def address_for_app(secret: str, login: str, issuer: str) -> str:
    """What tells an app the secret, as otpauth://…"""
    return str(app_clock(secret).get_provisioning_uri(login, issuer))


def app_clock(secret: str) -> Any:
    # Imported here: few sign in so, and all would start later.
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    # SHA-1 is what every app knows (RFC 6238, 1.2); nothing here needs more of it.
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP_SECONDS)  # noqa: S303


class Sealed(TypeDecorator[str]):
    """A text that is sealed in the table and readable in Python."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        # An empty text says nothing, and sealing it would only make the table larger.
        return seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return unseal(value) if value else value


class SealedJson(TypeDecorator[Any]):
    """Lists and small records, sealed as one text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else seal(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(unseal(value))


class SealedBytes(TypeDecorator[bytes]):
    """A photo or the like, sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keys.box.encrypt(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else unseal_bytes(value)


class Fingerprint(TypeDecorator[str]):
    """A column of fingerprints of another one: its text is given, its fingerprint is kept.

    `of` names the sealed column, so that a new key can make both anew.
    """

    impl = String(64)
    cache_ok = True

    def __init__(self, of: str = "", last: int | None = None) -> None:
        super().__init__()
        self.of = of
        # Only so many characters from the end, such as the last four digits of a phone.
        self.last = last

    def of_text(self, text: str | None) -> str | None:
        """The fingerprint to keep for this text, or None without one."""
        if not text:
            return None
        return fingerprint(text[-self.last :] if self.last else text)


SEALED = Sealed | SealedJson | SealedBytes


def opens_the_oldest() -> bool:
    """Whether our keys open what has been sealed here for longest; so does nothing at all.

    The oldest: when a key is left out too early, it is what that still seals.
    """
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed | SealedJson):
                token = type_coerce(column, Text)
                query = select(token).where(token != "").order_by(table.c.id).limit(1)
                oldest = session.scalar(query)
                if oldest is not None:
                    return opens(oldest)
    return True


def opens(token: str) -> bool:
    try:
        unseal_bytes(token)
    except Unreadable:
        return False
    return True


def seal_anew() -> int:
    """Seal everything with the first key, so that older ones can be thrown away; answers how many
    rows. May be stopped and started again, while people work."""
    return sum(seal_table_anew(table) for table in Model.metadata.sorted_tables)


def seal_table_anew(table: Table) -> int:
    columns = [c for c in table.columns if isinstance(c.type, SEALED)]
    if not columns:
        return 0
    count = 0
    for numbers in batches(table):
        with transaction():
            # As they are read they open with any key; as they are written they are sealed anew.
            rows = session.execute(
                select(table.c.id, *columns).where(table.c.id.in_(numbers)).with_for_update()
            ).all()
            for row in rows:
                values = dict(zip((c.name for c in columns), row[1:], strict=True))
                session.execute(
                    update(table)
                    .where(table.c.id == row.id)
                    .values({**values, **fingerprints(table, values)})
                )
            count += len(rows)
    return count


def fingerprints(table: Table, values: dict[str, Any]) -> dict[str, str | None]:
    """The fingerprints that belong to these sealed columns, under the first key."""
    return {
        column.name: column.type.of_text(values[column.type.of])
        for column in table.columns
        if isinstance(column.type, Fingerprint)
    }


def batches(table: Table) -> Iterator[list[int]]:
    is_large = any(isinstance(c.type, SealedBytes) for c in table.columns)
    size = LARGE_ROWS_AT_ONCE if is_large else ROWS_AT_ONCE
    last = 0
    while True:
        found = list(
            session.scalars(
                select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(size)
            )
        )
        if not found:
            return
        yield found
        last = found[-1]
