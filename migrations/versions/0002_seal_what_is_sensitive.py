"""Seal phones, sign-in names, remarks and kept messages; write down who looks at health.

Sealing needs the keys of the settings, so this migration calls our own code for it: a text
that was sealed by other means could not be opened.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from volunteer.core import encryption

revision = "0002"
down_revision = "0001"


# Tables, and which of their columns are sealed; the first alone was found by its text.
SEALED = {
    "people": ["phone"],
    "users": ["login"],
    "memberships": ["note"],
    "outbox_messages": ["kept_subject", "kept_text"],
}
NO_CHANGE = [
    """CREATE TRIGGER audit_readings_no_update BEFORE UPDATE ON audit_readings
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_readings_no_delete BEFORE DELETE ON audit_readings
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
]
NO_CHANGE_POSTGRESQL = """CREATE TRIGGER audit_readings_frozen
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_readings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_audit()"""


def upgrade() -> None:
    op.create_table(
        "audit_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("field_group", sa.String(24), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name="fk_audit_readings_by_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_audit_readings_person_id"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_audit_readings_team_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_readings"),
    )
    op.create_index("ix_audit_readings_at", "audit_readings", ["at"])
    op.create_index("ix_audit_readings_by_id", "audit_readings", ["by_id"])
    op.create_index("ix_audit_readings_person_id", "audit_readings", ["person_id"])
    op.create_index("ix_audit_readings_team_id", "audit_readings", ["team_id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(NO_CHANGE_POSTGRESQL)
    else:
        for sentence in NO_CHANGE:
            op.execute(sentence)
    op.add_column(
        "sign_ins", sa.Column("way", sa.String(24), nullable=False, server_default="link")
    )
    with op.batch_alter_table("sign_ins") as table:
        table.alter_column("way", server_default=None)

    with op.batch_alter_table("people") as table:
        table.drop_index("ix_people_phone")
        table.alter_column("phone", type_=sa.Text(), existing_type=sa.String(20))
        table.add_column(sa.Column("phone_mark", sa.String(64)))
        table.add_column(sa.Column("phone_tail", sa.String(64)))
        table.create_index("ix_people_phone_mark", ["phone_mark"])
        table.create_index("ix_people_phone_tail", ["phone_tail"])
    with op.batch_alter_table("users") as table:
        table.drop_constraint("uq_users_login", type_="unique")
        table.alter_column("login", type_=sa.Text(), existing_type=sa.String(64))
        table.add_column(sa.Column("login_mark", sa.String(64)))
        table.create_unique_constraint("uq_users_login_mark", ["login_mark"])
    with op.batch_alter_table("outbox_messages") as table:
        table.alter_column("kept_subject", type_=sa.Text(), existing_type=sa.String(200))
    rewrite(encryption.seal)
    mark("people", "phone", phone_mark=None, phone_tail=4)
    mark("users", "login", login_mark=None)


def downgrade() -> None:
    rewrite(encryption.unseal)
    with op.batch_alter_table("outbox_messages") as table:
        table.alter_column("kept_subject", type_=sa.String(200), existing_type=sa.Text())
    with op.batch_alter_table("users") as table:
        table.drop_constraint("uq_users_login_mark", type_="unique")
        table.drop_column("login_mark")
        table.alter_column("login", type_=sa.String(64), existing_type=sa.Text())
        table.create_unique_constraint("uq_users_login", ["login"])
    with op.batch_alter_table("people") as table:
        table.drop_index("ix_people_phone_tail")
        table.drop_index("ix_people_phone_mark")
        table.drop_column("phone_tail")
        table.drop_column("phone_mark")
        table.alter_column("phone", type_=sa.String(20), existing_type=sa.Text())
        table.create_index("ix_people_phone", ["phone"])
    with op.batch_alter_table("sign_ins") as table:
        table.drop_column("way")
    op.drop_table("audit_readings")


def rewrite(change: Callable[[str], str]) -> None:
    """Put each text of the sealed columns through `change`."""
    bind = op.get_bind()
    for name, columns in SEALED.items():
        table = sa.table(name, sa.column("id"), *map(sa.column, columns))
        for row in bind.execute(sa.select(table)).all():
            texts = {column: row._mapping[column] for column in columns}
            changed = {column: change(text) for column, text in texts.items() if text}
            if changed:
                bind.execute(sa.update(table).where(table.c.id == row.id).values(changed))


def mark(name: str, column: str, **lengths: int | None) -> None:
    """Fill in the fingerprints of a sealed column: of the whole text, or of its end."""
    bind = op.get_bind()
    table = sa.table(name, sa.column("id"), sa.column(column), *map(sa.column, lengths))
    for number, sealed in bind.execute(sa.select(table.c.id, table.c[column])).all():
        if sealed:
            text = encryption.unseal(sealed)
            marks = {
                key: encryption.fingerprint(text[-length:] if length else text)
                for key, length in lengths.items()
            }
            bind.execute(sa.update(table).where(table.c.id == number).values(marks))
