"""Remember on which devices somebody is shown notices.

Why: who has neither a mailbox nor wants text messages had to be called for everything, though
their phone can show a line by itself. One new table; nothing that is there changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("address_mark", sa.String(64), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_devices_person_id"),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name="fk_devices_made_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.UniqueConstraint("person_id", "address_mark", name="uq_devices_person_id_address_mark"),
    )
    op.create_index("ix_devices_person_id", "devices", ["person_id"])


def downgrade() -> None:
    # Told on a device is a way that the older tables do not know.
    op.execute("UPDATE people SET told_by = NULL WHERE told_by = 'push'")
    op.execute("UPDATE outbox_messages SET channel = 'call' WHERE channel = 'push'")
    op.drop_table("devices")
