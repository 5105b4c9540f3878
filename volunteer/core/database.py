"""The session, and the only place where anything is committed.

The rules behind this file stand in ADR 0002: a public function that changes
something opens `transaction()`, locks the row that it counts against, checks, changes.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache, partial
from threading import Lock
from typing import Any, ClassVar, TypeAlias, TypeVar

from sqlalchemy import (
    JSON,
    BindParameter,
    Connection,
    Engine,
    Executable,
    Exists,
    MetaData,
    Select,
    String,
    bindparam,
    event,
    func,
    inspect,
    lambda_stmt,
    literal,
    select,
    true,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    scoped_session,
    sessionmaker,
)

from volunteer.core import engines
from volunteer.core.columns import Moment
from volunteer.core.errors import NotFound

Row = TypeVar("Row")
Answer = TypeVar("Answer")
Asked = TypeVar("Asked", bound=Executable)
# What a statement compares with: known now, or named now and given each time it is asked.
Given: TypeAlias = int | datetime | BindParameter[Any]

# A connection that writes without a BEGIN of ours, and one that does not.
READ_WRITE, READ_ONLY = (f"SET default_transaction_read_only = {word}" for word in ("off", "on"))
# The largest number that a row can have; a larger one, from an address or a form, is not there.
LARGEST_NUMBER = 2**31 - 1


class Model(DeclarativeBase):
    """What all tables share: a number, and constraint names that both databases agree on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Moment(),
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        str: String(200),
    }

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__dict__.get('id')}>"


class KeepingSession(Session):
    """A session whose rows outlive each walk through all of them.

    SQLAlchemy keeps a state for each row, and writes into it when it lets the row go or no longer
    believes it. In Python 3.11 the collector of garbage may set in at that very moment; if the row
    is garbage, its death is written into the same state, freed memory is read, and the process
    dies at once or later. So no row may be garbage by then. Newer Pythons collect only between two
    steps of a program.
    """

    def expunge_all(self) -> None:
        with self.rows_kept():
            super().expunge_all()

    def expire_all(self) -> None:
        with self.rows_kept():
            super().expire_all()

    def rollback(self) -> None:
        with self.rows_kept():
            super().rollback()

    @contextmanager
    def rows_kept(self) -> Iterator[None]:
        rows = list(self.identity_map.values())
        forget_answers(self)
        yield
        del rows


def forget_answers(of: Session, *_how: object) -> None:
    of.info.pop("answers", None)


# What is new may be another answer to the same question.
event.listen(KeepingSession, "before_flush", forget_answers)

session = scoped_session(sessionmaker(class_=KeepingSession, expire_on_commit=False))
# On SQLite one writes at a time. The threads of one process take turns here, so that only
# processes ever meet at the file.
one_writer = Lock()


class WrittenOutsideATransaction(RuntimeError):
    """Something was changed before `transaction()` was opened: a fault of ours."""


def connect(url: str) -> Engine:
    """Bind the session to this database and answer with its engine. The connections of one that
    it was bound to before are closed."""
    engine = engines.build(url)
    if (before := session.session_factory.kw.get("bind")) is not None:
        session.remove()
        before.engine.dispose()
    session.configure(bind=engine)
    return engine


def let_go() -> None:
    """Close every connection of this process: one that forks later must hold none."""
    engine = session.get_bind().engine
    session.remove()
    engine.dispose()


def engine_after_fork() -> None:
    """Forget the connections that were made before the fork: two processes can't share one."""
    bind = session.get_bind()
    session.remove()
    bind.engine.dispose(close=False)


@contextmanager
def transaction() -> Iterator[None]:
    """All of the block or none of it.

    A block inside another joins it: only the outermost one commits, and an
    error that leaves the outermost one undoes everything. What was read
    before is forgotten, so that checks are made on what is true now.
    """
    if is_in_transaction():
        yield
        return
    refuse_what_was_changed_before()
    session.rollback()
    # After a commit there is nothing to roll back, and rows would stay as they were then.
    session.expire_all()
    with writing():
        yield


def write_down(statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
    """Carry out one statement that depends on nothing which was read, as a transaction by itself:
    what was loaded for a page stays as it is, and is not asked for again.

    Not inside of transaction(), which it would end.
    """
    if is_in_transaction():
        raise RuntimeError("a transaction is open already")
    refuse_what_was_changed_before()
    # Ends the reading, as rollback() does, and believes what was read.
    session.commit()
    with writing():
        session.execute(statement, rows)


@contextmanager
def writing() -> Iterator[None]:
    """The only place where anything is committed; an error undoes the block."""
    with one_writer if dialect_name() == "sqlite" else nullcontext():
        try:
            session.info["writes"] = session.connection(execution_options={"write": True})
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writes", None)


def refuse_what_was_changed_before() -> None:
    if session.new or session.dirty or session.deleted:
        raise WrittenOutsideATransaction


@contextmanager
def on_trial() -> Iterator[None]:
    """Inside transaction(): whatever the block writes is undone at its end, and the rest goes on,
    also when the database has refused something. Rows are to be loaded anew afterwards."""
    with session().rows_kept():
        trial = session.begin_nested()
        try:
            yield
        finally:
            trial.rollback()


# Carries out one statement, as a transaction by itself.
Write = Callable[[Executable, Mapping[str, Any]], None]


@contextmanager
def write_alone() -> Iterator[Write]:
    """Within the block single statements are carried out beside the session: what that has loaded
    stays as it is. Not inside of transaction(): they would wait for one another.

    One connection is held for all of them: taking one for each, and a BEGIN and a COMMIT around
    it, took longer than a short statement does.
    """
    if is_in_transaction():
        raise RuntimeError("a transaction is open already")
    bind = session.get_bind()
    if not isinstance(bind, Engine):
        # One connection for all, which undoes everything afterwards, as tests use it.
        yield partial(write_within, bind)
    elif dialect_name() == "sqlite":
        with bind.connect() as connection:
            yield partial(write_in_turn, connection.execution_options(write=True))
    else:
        with bind.connect() as connection:
            connection.exec_driver_sql(READ_WRITE)
            try:
                yield partial(write_by_itself, connection)
            finally:
                let_only_read(connection)


def let_only_read(connection: Connection) -> None:
    """Whoever gets it next may only read; if that can't be said, nobody gets it."""
    if connection.invalidated:
        return
    try:
        connection.exec_driver_sql(READ_ONLY)
    except BaseException:
        connection.invalidate()
        raise


def write_within(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    # What the session has read would stand around this, and be undone with it.
    session.rollback()
    with connection.begin_nested():
        connection.execute(statement, values)


def write_in_turn(connection: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    with one_writer, connection.begin():
        connection.execute(statement, values)


def write_by_itself(
    connection: Connection, statement: Executable, values: Mapping[str, Any]
) -> None:
    """The server makes a transaction of it: we have begun none."""
    connection.execute(statement, values)
    connection.commit()


def is_in_transaction() -> bool:
    """Whether something is being changed, and may still be undone."""
    return "writes" in session.info


def connection() -> Connection:
    """For statements that need nothing of the ORM. A transaction asks its session only once."""
    return session.info.get("writes") or session.connection()


def lock(*rows: Model) -> None:
    """Hold these rows, in this order, until the transaction ends; forget everything read before.

    Children too: what hangs on a row may have changed while we waited for it. Raises NotFound for
    one that somebody has taken away meanwhile. New rows that merely refer to a held one don't wait
    (`key_share`): the trail refers to teams and people, and would otherwise stop those who hold
    them.
    """
    session.flush()
    session.expire_all()
    is_waited_for = dialect_name() != "sqlite"
    for row in rows:
        # The row alone: what is loaded along with it would be as it was before we waited for the
        # row, and one that refers to another row by now would not be found at all.
        names = own_columns(type(row)) if is_waited_for else None
        try:
            session.refresh(row, names, with_for_update={"key_share": True, "of": type(row)})
        except InvalidRequestError as error:
            raise NotFound from error


@cache
def own_columns(model: type[Model]) -> tuple[str, ...]:
    """What a row is loaded with of its own table."""
    return tuple(column.key for column in inspect(model).column_attrs if not column.deferred)


def hold(rows: Mapping[type[Model], int]) -> None:
    """The same for rows known by their numbers, one of a kind, of which nothing is loaded: who asks
    reads what it needs by a statement of its own. Raises NotFound.

    One statement; none on SQLite, where who writes holds everything.
    """
    session.flush()
    session.expire_all()
    if dialect_name() != "sqlite":
        numbers = {model.__tablename__: number for model, number in rows.items()}
        if connection().execute(hold_statement(*rows), numbers).first() is None:
            raise NotFound


@cache
def hold_statement(*models: type[Model]) -> Any:
    """What hold() asks. PostgreSQL holds the rows in the order in which the tables are named."""
    first, *others = models
    together = select(literal(1)).select_from(first)
    for model in others:
        together = together.join(model, true())
    numbers = (model.id == bindparam(model.__tablename__) for model in models)
    return together.where(*numbers).with_for_update(key_share=True)


def hold_table(model: type[Model]) -> None:
    """Nobody else adds a row to this table until the transaction ends: for what is to be there
    once, and of which no row stands yet that could be held.

    None needed on SQLite, where who writes holds everything.
    """
    session.flush()
    if dialect_name() != "sqlite":
        words = f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"
        session.connection().exec_driver_sql(words)


def take_turns(what: str) -> None:
    """Wait until nobody else does this, in whichever process, and hold it until the transaction
    ends: where what is counted lies in many rows, and all of them would have to be held.

    None needed on SQLite, where who writes does so alone.
    """
    if dialect_name() != "sqlite":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def hold_nothing() -> None:
    """End the reading: what was loaded stays readable, and is not asked for again."""
    session.expunge_all()
    session.rollback()


def row_number(number: int) -> int:
    """A number that came from outside, when a row can have it; raises NotFound."""
    if not 1 <= number <= LARGEST_NUMBER:
        raise NotFound
    return number


def one_or_not_found(query: Select[Row]) -> Row:
    """The one row that the query means; raises NotFound."""
    row: Row | None = session.scalars(query).unique().one_or_none()
    if row is None:
        raise NotFound
    return row


def all_of(query: Select[Row]) -> Sequence[Row]:
    """Every row of the query, each once."""
    rows: Sequence[Row] = session.scalars(query).unique().all()
    return rows


def asked_once(question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What `ask` finds, asked for once while a page is read, however many of its rules want to
    know. The answer is forgotten together with the rows, and while something is being changed
    nothing is remembered.
    """
    if is_in_transaction():
        return ask()
    answers: dict[Hashable, Answer] = session.info.setdefault("answers", {})
    if question not in answers:
        answers[question] = ask()
    return answers[question]


def made_once(make: Callable[[], Asked]) -> Callable[[], Asked]:
    """For a function that makes a statement, always the same one: it is made at the first call.

    SQLAlchemy finds what it has compiled of a statement by everything that stands in it, and for a
    long one that takes as long as sending it; what a function made, it finds by the function.
    """

    @cache
    def statement() -> Any:
        return lambda_stmt(make, enable_tracking=False)

    return statement


def any_of(query: Select[Row]) -> Exists:
    """A condition, or a column of another query: whether this one has a row."""
    return query.order_by(None).exists()


def shred_leftovers() -> None:
    """Take out of SQLite's file what was deleted or replaced, and still stands in its free pages.

    Not inside a transaction. PostgreSQL does it by itself in time, and no dump holds it.
    """
    if dialect_name() != "sqlite":
        return
    session.rollback()
    with session.get_bind().engine.connect() as connection:
        # On the driver's own connection: inside a transaction it would be refused.
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")
        # Nothing is left behind any more (migrations/env.py).
        driver.execute("PRAGMA user_version = 0")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def dialect_name() -> str:
    return session.get_bind().dialect.name
