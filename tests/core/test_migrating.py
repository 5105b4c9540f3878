"""Migrations build what the models describe, can be undone, and leave no trace when they fail."""

import hashlib
import re
import shutil
import sqlite3
from contextlib import closing, contextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import TypeDecorator, event, inspect, text
from sqlalchemy.exc import DBAPIError

import volunteer.models_of_all  # noqa: F401 - the models must be known to be compared
from config import KEY_FOR_TESTS
from tests.conftest import DATABASES, fresh_database
from tests.servers import migrated, speaking_to
from volunteer.accounts import signing_in
from volunteer.core import chinese, encryption, engines, migrating
from volunteer.core.database import Model, session
from volunteer.people import queries as people
from volunteer.teams import queries as teams

pytestmark = [pytest.mark.walks, pytest.mark.parametrize("kind", DATABASES)]


@pytest.fixture
def empty(kind, tmp_path):
    """A database without tables, and the session speaks to it."""
    with fresh_database(kind, tmp_path, "migrating") as url, speaking_to(url):
        yield session.get_bind().engine


@pytest.fixture
def whole(kind, tmp_path):
    """A database with all tables."""
    with migrated(kind, tmp_path, "migrating"):
        yield session.get_bind().engine


@pytest.fixture
def own_migrations(tmp_path, monkeypatch):
    """A copy of the migrations to which a test may add one of its own."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrating.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrating, "MIGRATIONS", copy)

    def add(upgrade, downgrade="pass"):
        last = migrating.newest()
        number = f"{int(last) + 1:04d}"
        body = f"""import sqlalchemy as sa
from alembic import op

revision = "{number}"
down_revision = "{last}"


def upgrade():
{indented(upgrade)}


def downgrade():
{indented(downgrade)}
"""
        (copy / "versions" / f"{number}_of_a_test.py").write_text(body)
        return number

    return add


def indented(lines):
    return "\n".join(f"    {line}" for line in lines.strip().splitlines())


def plain(kind):
    """Our column types as what they are in a table."""
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def differs(context, _inspected, _column, found, wanted):
    """Whether a column is of another type than the model says; for Alembic's comparison."""
    dialect = context.dialect
    wanted = plain(wanted)
    said = wanted if isinstance(wanted, str) else wanted.compile(dialect=dialect)
    is_same = found.compile(dialect=dialect) == said
    # Two names of one thing: SQLite knows no others, PostgreSQL says them in full.
    return not is_same and {str(found.compile(dialect=dialect)), str(said)} not in (
        {"TIMESTAMP", "TIMESTAMP WITHOUT TIME ZONE"},
        {"TIME", "TIME WITHOUT TIME ZONE"},
    )


def schema(engine):
    """Every table, index, constraint and trigger there is, in the database's own words."""
    if engine.dialect.name == "sqlite":
        queries = ["SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"]
    else:
        queries = [
            "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable "
            "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
            "WHERE NOT tgisinternal ORDER BY 1",
            "SELECT proname, prosrc FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
        ]
    with engine.connect() as connection:
        found = [tuple(row) for query in queries for row in connection.execute(text(query))]
    return [tuple(in_any_order(part) for part in row) for row in found]


def in_any_order(sql):
    """The parts of a table, sorted: rebuilding one on SQLite may write its constraints in another
    order, with or without quotes, and means the same."""
    if not str(sql).startswith("CREATE TABLE"):
        return sql
    return sorted(re.split(r",? *\n", sql.replace("\t", "").replace('"', "")))


def rows(engine):
    """How many rows each table holds, and a fingerprint of them all."""
    found = {}
    with engine.connect() as connection:
        for table in sorted(inspect(connection).get_table_names()):
            lines = sorted(map(str, connection.execute(text(f'SELECT * FROM "{table}"'))))  # noqa: S608
            found[table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    return found


class Stopped(Exception):
    pass


class StopAt:
    """Lets so many statements pass that change something, and stops at the next one; without a
    number at the last of a migration, which notes that it was done. Before each of them another
    connection must see nothing of those that have passed: they go when the connection goes."""

    def __init__(self, engine, number=None):
        self.engine, self.number, self.passed = engine, number, 0

    def __enter__(self):
        self.outside = seen_from_outside(self.engine)
        self.look = self.outside.__enter__()
        self.before = self.look()
        event.listen(self.engine, "before_cursor_execute", self.note)
        return self

    def __exit__(self, *error):
        event.remove(self.engine, "before_cursor_execute", self.note)
        self.outside.__exit__(*error)

    def note(self, _connection, _cursor, statement, *_rest):
        if re.match(r"\s*(SELECT|PRAGMA|BEGIN)\b", statement, re.IGNORECASE):
            return
        self.passed += 1
        assert self.look() == self.before, f"committed before statement {self.passed}"
        is_last = re.match(r"(INSERT INTO|UPDATE|DELETE FROM) alembic_version", statement)
        if self.passed == self.number or (is_last and self.number is None):
            raise Stopped


@contextmanager
def seen_from_outside(engine):
    """A look by another connection: it answers otherwise once anything was committed."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(engine.url.database, isolation_level=None)) as outside:
            yield lambda: outside.execute("PRAGMA data_version").fetchone()
        return
    # Whatever changes a table leaves the number of its transaction in these.
    catalogues = ("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_trigger", "pg_proc")
    query = text(
        " UNION ALL ".join(
            f"SELECT '{name}', count(*), sum(xmin::text::bigint) FROM {name}"  # noqa: S608
            for name in catalogues
        )
    )
    # Who doesn't write opens no transaction, so each look sees what is committed by then.
    with engine.connect() as outside:
        yield lambda: outside.execute(query).all()


# --- what they build ------------------------------------------------------------------------


def test_the_migrations_build_what_the_models_describe(whole):
    with whole.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": differs})
        assert compare_metadata(context, Model.metadata) == []
    assert len(inspect(whole).get_table_names()) == len(Model.metadata.tables) + 1


def test_a_table_that_lacks_a_column_is_noticed(whole):
    """The control of the comparison above."""
    with whole.connect().execution_options(write=True) as connection:
        connection.execute(text("ALTER TABLE people DROP COLUMN language"))
        context = MigrationContext.configure(connection, opts={"compare_type": differs})
        found = compare_metadata(context, Model.metadata)
        connection.rollback()
    assert [(step[0], step[3].name) for step in found] == [("add_column", "language")]


def test_a_column_of_another_length_is_noticed(whole, own_migrations):
    own_migrations("""
with op.batch_alter_table("people") as people:
    people.alter_column("name", existing_type=sa.String(30), type_=sa.String(31))
""")
    migrating.upgrade()
    with whole.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": differs})
        found = compare_metadata(context, Model.metadata)
    assert [(step[0][0], step[0][3]) for step in found] == [("modify_type", "name")]


def test_the_numbers_have_no_gap(kind, empty):
    scripts = ScriptDirectory.from_config(migrating.alembic_config())
    numbers = sorted(script.revision for script in scripts.walk_revisions())
    files = sorted(path.name[:4] for path in migrating.MIGRATIONS.glob("versions/[0-9]*.py"))

    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)] == files
    assert scripts.get_heads() == [numbers[-1]]


def test_every_migration_can_be_undone_and_done_again(empty):
    before = schema(empty)
    migrating.upgrade()
    built = schema(empty)

    migrating.downgrade("base")
    undone = [row for row in schema(empty) if "alembic_version" not in str(row)]
    migrating.upgrade()

    assert len(built) > 50
    assert undone == before
    assert schema(empty) == built


def test_doing_them_twice_changes_nothing(whole):
    before = schema(whole)
    migrating.upgrade()
    assert schema(whole) == before
    assert migrating.current() == migrating.newest()


# --- failing --------------------------------------------------------------------------------


def stop_everywhere(engine, migrate):
    """Let this migration stop at its last statement, its first, second, fourth, eighth and so on;
    then it runs, watched at each (see StopAt). Answers how many statements it has."""
    before = schema(engine)
    with pytest.raises(Stopped), StopAt(engine) as last:
        migrate()
    assert schema(engine) == before, "stopped at the last statement"
    number = 1
    while number < last.passed:
        with pytest.raises(Stopped), StopAt(engine, number):
            migrate()
        assert schema(engine) == before, f"stopped at statement {number}"
        number *= 2
    with StopAt(engine, number=0) as watch:
        migrate()
    return watch.passed


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_what_is_committed_is_seen_from_outside(whole, ending):
    """The control of the two tests below."""
    with seen_from_outside(whole) as look:
        before = look()
        with whole.connect().execution_options(write=True) as connection:
            connection.execute(text("ALTER TABLE people ADD COLUMN of_a_test INTEGER"))
            meanwhile = look()
            getattr(connection, ending)()
        after = look()

    assert meanwhile == before
    assert (after != before) == (ending == "commit")


def test_a_migration_that_stops_at_any_statement_leaves_no_trace_and_runs_again(empty):
    # One after the other: each begins where the one before it has ended.
    statements = sum(
        stop_everywhere(empty, lambda number=number: migrating.upgrade(number))
        for number in migrating.numbers()
    )

    assert statements > 200
    assert migrating.current() == migrating.newest()
    assert len(inspect(empty).get_table_names()) == len(Model.metadata.tables) + 1


def test_undoing_that_stops_at_any_statement_leaves_everything_there(whole):
    ways_back = ["base", *migrating.numbers()[:-1]]

    statements = sum(
        stop_everywhere(whole, lambda number=number: migrating.downgrade(number))
        for number in reversed(ways_back)
    )

    assert statements > 100
    assert migrating.current() is None


def test_one_that_breaks_a_reference_is_refused_and_leaves_no_trace(whole, own_migrations):
    fill(whole)
    before = (schema(whole), rows(whole))
    own_migrations("""op.execute("DELETE FROM teams")""")

    with pytest.raises((RuntimeError, DBAPIError)):
        migrating.upgrade()

    session.remove()
    assert (schema(whole), rows(whole)) == before
    assert rows(whole)["teams"][0] == 1


def test_one_that_takes_longer_than_a_page_may_is_waited_for(
    kind, tmp_path, own_migrations, monkeypatch
):
    monkeypatch.setattr(engines, "STATEMENT_MILLISECONDS", 200)
    monkeypatch.setattr(engines, "GRACE_SECONDS", 0)
    with migrated(kind, tmp_path, "slow") as url, speaking_to(url):
        number = own_migrations("""
if op.get_bind().dialect.name == "postgresql":
    op.execute("SELECT pg_sleep(0.4)")
""")
        migrating.upgrade()

        assert migrating.current() == number
        if kind == "postgresql":
            # But the next page is not waited for.
            with pytest.raises(DBAPIError):
                session.execute(text("SELECT pg_sleep(0.4)"))


# --- rows -----------------------------------------------------------------------------------

CASCADING = """
op.create_table(
    "parents",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("a", sa.Text()),
)
op.create_table(
    "children",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column(
        "parent_id",
        sa.Integer(),
        sa.ForeignKey("parents.id", ondelete="CASCADE"),
        nullable=False,
    ),
)
op.execute("INSERT INTO parents (id, a) VALUES (1, 'x'), (2, 'y')")
op.execute("INSERT INTO children (id, parent_id) VALUES (1, 1), (2, 1), (3, 2)")
"""
REBUILDING = """
with op.batch_alter_table("parents", recreate="auto") as parents:
    parents.add_column(sa.Column("b", sa.Text()))
    parents.alter_column("a", existing_type=sa.Text(), nullable=False)
"""


def test_rebuilding_a_table_keeps_the_rows_that_cascade_from_it(whole, own_migrations):
    own_migrations(CASCADING)
    migrating.upgrade()
    own_migrations(REBUILDING)

    migrating.upgrade()

    assert rows(whole)["parents"][0] == 2
    assert rows(whole)["children"][0] == 3
    with whole.connect().execution_options(write=True) as connection:
        connection.execute(text("DELETE FROM parents WHERE id = 1"))
        left = connection.execute(text("SELECT count(*) FROM children")).scalar()
        connection.rollback()
    assert left == 1, "the cascade itself must still be there, and foreign keys on"


def test_with_foreign_keys_on_the_same_rebuilding_would_lose_them(kind, whole, own_migrations):
    """The control: the danger is there on SQLite, and only there."""
    own_migrations(CASCADING)
    migrating.upgrade()
    env = migrating.MIGRATIONS / "env.py"
    env.write_text(env.read_text().replace("foreign_keys=OFF", "foreign_keys=ON"))
    own_migrations(REBUILDING)

    migrating.upgrade()

    assert rows(whole)["children"][0] == (0 if kind == "sqlite" else 3)


def test_rows_outlive_rebuilding_every_table(whole, own_migrations):
    fill(whole)
    before = rows(whole)
    names = sorted(set(Model.metadata.tables) - {"audit_entries"})
    own_migrations(
        f"""
anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
for name in {names}:
    with op.batch_alter_table(name, recreate=anew) as table:
        table.add_column(sa.Column("of_a_test", sa.Integer()))
for name in {names}:
    with op.batch_alter_table(name) as table:
        table.drop_column("of_a_test")
"""
    )

    migrating.upgrade()

    after = rows(whole)
    assert {t: n for t, n in after.items() if t != "alembic_version"} == {
        t: n for t, n in before.items() if t != "alembic_version"
    }
    assert before["memberships"][0] == 3


def fill(engine):
    """A team with three members."""
    with engine.connect().execution_options(write=True) as connection:
        for statement in (
            "INSERT INTO places (id, kind, name) VALUES (1, 'community', '黉门街')",
            "INSERT INTO teams (id, name, purpose, place_id, zone, join_code, reminder_weekday,"
            " reminder_time, reminder_set_at, created_at) VALUES (1, '奶奶的厨房', '', 1,"
            " 'Asia/Shanghai', 'x', 6, '18:00:00', '2026-01-01 00:00:00', '2026-01-01 00:00:00')",
        ):
            connection.execute(text(statement))
        for number in (1, 2, 3):
            for statement in (
                "INSERT INTO people (id, name, sort_key, phone_owner, language, free_slots,"
                " created_at) VALUES (:n, '王秀英', 'w', 'self', 'zh_Hans', '[]',"
                " '2026-01-01 00:00:00')",
                "INSERT INTO memberships (team_id, person_id, role, status, note, asked_at)"
                " VALUES (1, :n, 'member', 'active', '', '2026-01-01 00:00:00')",
            ):
                connection.execute(text(statement), {"n": number})
        connection.commit()


# --- sealing --------------------------------------------------------------------------------

# Column by column, what stood there in clear at 0001.
IN_CLEAR = {
    ("people", "phone"): ["13812345678", None, "02886661234"],
    ("users", "login"): ["wangxiuying", None],
    ("memberships", "note"): ["住三楼的那位", "", "爱唱川剧"],
    ("outbox_messages", "kept_subject"): ["本周安排", None],
    ("outbox_messages", "kept_text"): ["王秀英，您好！\n周三上午十点。", None],
}


@pytest.fixture
def as_before(empty):
    """The tables of 0001, with rows of that time."""
    encryption.use([KEY_FOR_TESTS])
    migrating.upgrade("0001")
    fill(empty)
    with empty.connect().execution_options(write=True) as connection:
        for number in (1, 2):
            for statement in (
                "INSERT INTO users (id, person_id, is_operator, created_at)"
                " VALUES (:n, :n, false, '2026-01-01 00:00:00')",
                "INSERT INTO outbox_messages (id, key, kind, person_id, channel, about, status,"
                " due_at, expires_at, next_try_at, attempts, message_id, created_at) VALUES (:n,"
                " 'note:' || :n, 'note', :n, 'email', '{}', 'sent', '2026-01-01 00:00:00',"
                " '2026-01-02 00:00:00', '2026-01-01 00:00:00', 0, 'x', '2026-01-01 00:00:00')",
            ):
                connection.execute(text(statement.replace(":n", str(number))))
        for (table, column), texts in IN_CLEAR.items():
            for number, words in enumerate(texts, 1):
                change = f"UPDATE {table} SET {column} = :words WHERE id = {number}"  # noqa: S608
                connection.execute(text(change), {"words": words})
        connection.commit()
    return empty


def texts_of(engine):
    """What stands in the columns that 0002 seals."""
    with engine.connect() as connection:
        return {
            (table, column): list(
                connection.scalars(text(f"SELECT {column} FROM {table} ORDER BY id"))  # noqa: S608
            )
            for table, column in IN_CLEAR
        }


def test_what_was_in_clear_is_sealed_and_can_be_read_and_found(as_before):
    assert texts_of(as_before) == IN_CLEAR

    migrating.upgrade()

    sealed = texts_of(as_before)
    for place, texts in IN_CLEAR.items():
        assert [bool(token) for token in sealed[place]] == [bool(words) for words in texts], place
        for token, words in zip(sealed[place], texts, strict=True):
            if words:
                assert words not in token
                assert encryption.unseal(token) == words
    (wang,) = people.find_people_by_phone("138 1234 5678")
    assert (wang.id, wang.phone) == (1, "13812345678")
    assert signing_in.find_by_login("WangXiuying").person_id == 1
    found = session.scalars(teams.search_members(teams.get_team(1), "1234")).all()
    assert [(one.person_id, one.note) for one in found] == [(3, "爱唱川剧")]


def test_undoing_it_puts_the_texts_back_in_clear(as_before):
    before = {table: (n, mark) for table, (n, mark) in rows(as_before).items()}
    migrating.upgrade()

    migrating.downgrade("0001")

    assert texts_of(as_before) == IN_CLEAR
    assert rows(as_before) == before


def test_after_sealing_nothing_of_it_is_left_in_the_file_in_clear(kind, as_before, tmp_path):
    def file():
        return b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())

    words = [words.encode() for texts in IN_CLEAR.values() for words in texts if words]
    assert [one for one in words if one in file()] == (words if kind == "sqlite" else [])

    migrating.upgrade()

    assert [one for one in words if one in file()] == []


def test_without_the_key_nothing_is_sealed_and_nothing_lost(as_before):
    encryption.use([])

    with pytest.raises(encryption.BadKey):
        migrating.upgrade()

    encryption.use([KEY_FOR_TESTS])
    assert (migrating.current(), texts_of(as_before)) == ("0001", IN_CLEAR)


# --- the trail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"]
)
def test_the_database_itself_refuses_to_change_the_trail(whole, change):
    entry = (
        "INSERT INTO audit_entries (at, action, subject_kind, subject_id, details)"
        " VALUES ('2026-01-01 00:00:00', 'team.started', 'teams', 1, '{}')"
    )
    with whole.connect().execution_options(write=True) as connection:
        connection.execute(text(entry))
        connection.commit()
        before = rows(whole)["audit_entries"]
        with pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(change))
        connection.rollback()
    assert before[0] == 1
    assert rows(whole)["audit_entries"] == before


# --- nobody answered ------------------------------------------------------------------------


def rows_of(engine, question):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


@pytest.fixture
def visits_of_before(empty):
    """The tables of 0015: a visit where nobody answered and all was well, two of one elder that are
    open, and one that was done."""
    encryption.use([KEY_FOR_TESTS])
    migrating.upgrade("0001")
    fill(empty)
    migrating.upgrade("0015")
    with empty.connect().execution_options(write=True) as connection:
        for number in (1, 2):
            connection.execute(
                text(
                    "INSERT INTO elders (id, team_id, person_id, preferred_name, risk_level,"
                    " risk_set_by_id, risk_set_on, risk_review_on, visit_channel, interval_days,"
                    " status, since_on, created_at) VALUES (:n, 1, :n, '王婆婆', 'general', 3,"
                    " '2026-01-01', '2026-07-01', 'home', 30, 'active', '2026-01-01',"
                    " '2026-01-01 00:00:00')"
                ),
                {"n": number},
            )
        for number, elder, status, safe_at in (
            (1, 1, "no_answer", "2026-01-02 09:00:00"), (2, 1, "done", None),
            (3, 2, "no_answer", None), (4, 2, "no_answer", None),
        ):  # fmt: skip
            connection.execute(
                text(
                    "INSERT INTO visits (id, elder_id, channel, status, wall_starts, starts_at,"
                    " told_family, recorded_by_id, recorded_at, safe_at, safe_by_id, safe_words,"
                    " created_at) VALUES (:n, :elder, 'home', :status, '2026-01-02 16:00:00',"
                    " '2026-01-02 08:00:00', false, 3, '2026-01-02 08:30:00', :safe_at, :safe_by,"
                    " :words, '2026-01-01 00:00:00')"
                ),
                {
                    "n": number, "elder": elder, "status": status, "safe_at": safe_at,
                    "safe_by": 3 if safe_at else None, "words": "sealed" if safe_at else None,
                },
            )  # fmt: skip
        connection.commit()
    return empty


def test_where_nobody_answered_moves_to_a_record_of_its_own(visits_of_before):
    migrating.upgrade("0016")

    question = "SELECT elder_id, began_by_id, closed_by_id, words FROM no_answers ORDER BY id"
    assert rows_of(visits_of_before, question) == [(1, 3, 3, "sealed"), (2, 3, None, None)]
    linked = rows_of(visits_of_before, "SELECT id, no_answer_id, minutes FROM visits ORDER BY id")
    assert linked[:2] == [(1, 1, 60), (2, None, 60)]
    assert {record for _id, record, _minutes in linked[2:]} == {linked[2][1]}, "one for both"
    assert rows_of(visits_of_before, "SELECT source FROM no_answers WHERE ending IS NULL") == [
        ("visit",), ("visit",),
    ]  # fmt: skip


def test_and_comes_back_when_it_is_undone(visits_of_before):
    question = "SELECT id, safe_by_id, safe_words FROM visits ORDER BY id"
    before = rows_of(visits_of_before, question)
    migrating.upgrade("0016")

    migrating.downgrade("0015")

    assert rows_of(visits_of_before, question) == before


def test_after_moving_the_next_record_gets_the_next_number(visits_of_before):
    migrating.upgrade("0016")
    with visits_of_before.connect().execution_options(write=True) as connection:
        connection.execute(
            text(
                "INSERT INTO no_answers (elder_id, source, began_at)"
                " VALUES (1, 'call', '2026-01-03 00:00:00')"
            )
        )
        connection.commit()

    assert len(rows_of(visits_of_before, "SELECT id FROM no_answers")) == 3


# --- the order of names -----------------------------------------------------------------------


def test_visits_of_before_wait_to_be_confirmed_as_they_were_planned(visits_of_before):
    with visits_of_before.connect().execution_options(write=True) as connection:
        for visit, person, withdrew_at in (
            (2, 1, None),
            (2, 2, "2026-01-01 09:00:00"),
            (3, 2, None),
        ):
            connection.execute(
                text(
                    "INSERT INTO visit_parts (visit_id, person_id, by_id, withdrew_at)"
                    " VALUES (:visit, :person, 3, :withdrew_at)"
                ),
                {"visit": visit, "person": person, "withdrew_at": withdrew_at},
            )
        connection.commit()

    migrating.upgrade("0034")

    question = "SELECT visit_id, person_id, team_id, kind, minutes, confirmed_at FROM deeds"
    assert sorted(rows_of(visits_of_before, question)) == [
        (2, 1, 1, "visit", 60, None), (3, 2, 1, "visit", 30, None),
    ]  # fmt: skip


def test_names_that_were_there_before_are_put_in_order_and_back(empty):
    encryption.use([KEY_FOR_TESTS])
    migrating.upgrade("0024")
    with empty.connect().execution_options(write=True) as connection:
        for name, key in [("李", "li|l|李"), ("李秀英", "li xiu ying|lxy|李秀英")]:
            connection.execute(
                text(
                    "INSERT INTO people (name, sort_key, phone_owner, language, free_slots,"
                    " created_at) VALUES (:name, :key, 'self', 'zh_Hans', '[]',"
                    " '2026-01-01 00:00:00')"
                ),
                {"name": name, "key": key},
            )
        connection.commit()

    def keys():
        with empty.connect() as connection:
            return connection.execute(text("SELECT name, sort_key FROM people ORDER BY 2")).all()

    assert [name for name, _key in keys()] == ["李秀英", "李"]
    migrating.upgrade("0025")
    assert keys() == [(name, chinese.sort_key(name)) for name in ("李", "李秀英")]
    migrating.downgrade("0024")
    assert [name for name, _key in keys()] == ["李秀英", "李"]


# --- which teams are known ----------------------------------------------------------------------


def test_teams_of_before_are_known_by_nobody_and_that_is_forgotten_when_it_is_undone(empty):
    encryption.use([KEY_FOR_TESTS])
    migrating.upgrade("0001")
    fill(empty)

    migrating.upgrade("0039")

    question = "SELECT verified_at = created_at, verified_by_id FROM teams"
    assert [(bool(same), by) for same, by in rows_of(empty, question)] == [(True, None)]
    migrating.downgrade("0038")
    assert rows_of(empty, "SELECT name FROM teams") == [("奶奶的厨房",)]
